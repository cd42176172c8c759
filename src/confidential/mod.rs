//! The confidential side: everything that touches raw rows or exact counts.
//!
//! What goes in are paths and a policy. What comes out are noisy or banded tables, a keyed digest of the
//! counts, and diagnostics that name places. Nothing else can: [`Exact`] has no way to be printed, compared
//! or serialised, [`RequestLog`] and [`Bounded`] cannot be read outside, and the error texts of the
//! libraries that read the logs end in `problem`.
//!
//! ```text
//! logs ─ read_logs ─► RequestLog ─ bound ─► Bounded ─ count ─► Counts ─ add_noise ──► Table<Noisy>
//!                                                                └────── band_exact ─► Table<Band>
//! policy, key ─ counting_query ─► (another engine) ─ read_counts ─► Counts
//! ```
//!
//! # What does not compile
//! Noise that was paid for once is added once:
//! ```
//! use hushcount::{confidential::{Counts, Key, Noisy, add_noise}, error::Outcome, ledger::Charge, policy::Policy, table::Table};
//! fn once(counts: Counts, charge: Charge, key: &Key, policy: &Policy) -> Outcome<Vec<Table<Noisy>>> {
//!     add_noise(counts, charge, key, policy)
//! }
//! ```
//! Twice for one charge it is not:
//! ```compile_fail,E0382
//! use hushcount::{confidential::{Counts, Key, Noisy, add_noise}, error::Outcome, ledger::Charge, policy::Policy, table::Table};
//! fn twice(a: Counts, b: Counts, charge: Charge, key: &Key, policy: &Policy) -> Outcome<Vec<Table<Noisy>>> {
//!     let _ = add_noise(a, charge, key, policy)?;
//!     add_noise(b, charge, key, policy)
//! }
//! ```
//! The same counts do not get noise twice either, whoever pays:
//! ```compile_fail,E0382
//! use hushcount::{confidential::{Counts, Key, Noisy, add_noise}, error::Outcome, ledger::Charge, policy::Policy, table::Table};
//! fn again(counts: Counts, one: Charge, two: Charge, key: &Key, policy: &Policy) -> Outcome<Vec<Table<Noisy>>> {
//!     let _ = add_noise(counts, one, key, policy)?;
//!     add_noise(counts, two, key, policy)
//! }
//! ```
//! A charge is made by the ledger alone, an exact count is read here alone, and what is banded is noisy:
//! ```compile_fail,E0451
//! fn forge(claim: hushcount::ledger::Claim) -> hushcount::ledger::Charge {
//!     hushcount::ledger::Charge { claim }
//! }
//! ```
//! ```compile_fail,E0624
//! fn peek(count: &hushcount::confidential::Exact) -> u64 {
//!     count.get()
//! }
//! ```
//! ```compile_fail,E0308
//! use hushcount::{band::Band, confidential::Exact, release::band, table::Table};
//! fn publish(table: Table<Exact>) -> Table<Band> {
//!     band(table)
//! }
//! ```

mod bound;
mod columns;
mod count;
mod counted;
mod counts;
mod csv_log;
mod date;
mod exact;
mod faults;
mod gathering;
mod identity;
mod ingest;
mod keep;
mod keeper;
mod key;
mod layout;
mod log;
mod lookup;
mod mechanism;
mod memory;
mod naming;
mod packed;
mod parquet_log;
mod partitions;
mod pieces;
mod problem;
mod quarantine;
mod query;
mod question;
mod row;
mod sampler;
mod secrecy;
mod secret;
mod select;
mod sorter;
mod source;
mod split;
mod store;
mod structure;
mod texts;
mod words;
mod zero;

pub use bound::{Bounded, BoundingLoss};
pub use counts::Counts;
pub use exact::Exact;
pub use ingest::{Reading, Record, read_logs};
pub use key::{Key, generate};
pub use log::{ColumnLog, RequestLog};
#[cfg(test)]
pub(crate) use mechanism::{Recorded, recorded};
pub use mechanism::{add_noise, band_exact, bands_to_audit, refuse_undrawable};
pub use memory::{FILE_NAME as PRIVATE_FILE, remembered_releases};
pub use query::{BEGINS as QUERY_BEGINS, Returned, about_query, counting_query, read_counts};
pub use question::Noisy;
pub use sampler::{MAX_SCALE_PART, Scale, Variance, discrete_gaussian, discrete_laplace};

use identity::Identities;

use crate::error::Outcome;
use crate::policy::{Policy, Told};

/// Bounds and counts every table of the policy, and every value of columns whose keys are not declared.
///
/// # Errors
/// Refused when the log has an order where the policy declares zero. A sum of counts is beyond 64 bits, there are too many
/// values, or memory ran out.
pub fn count_tables(reading: &Reading, policy: &Policy, key: &Key) -> Outcome<Counts> {
    match &reading.log {
        RequestLog::Columns(log) => count_columns(log, reading.told, policy, key),
        RequestLog::Bounded(bounded) => count_bounded(bounded, reading.told, policy),
    }
}

fn count_bounded(bounded: &[Bounded], told: Told, policy: &Policy) -> Outcome<Counts> {
    let unit = policy.privacy.unit;
    let tables = policy.tables.iter().zip(bounded).map(|(spec, bounded)| count::count(bounded, spec, unit));
    let losses = policy.tables.iter().zip(bounded).map(|(spec, bounded)| BoundingLoss::of(spec, unit, bounded));
    Ok(Counts { tables: tables.collect::<Outcome<_>>()?, candidates: Vec::new(), losses: losses.collect(), told })
}

fn count_columns(log: &ColumnLog, told: Told, policy: &Policy, key: &Key) -> Outcome<Counts> {
    zero::refuse_contradicted(log, policy)?;
    let identities = Identities::new(&key.for_identities(&policy.release));
    let privacy = &policy.privacy;
    let (mut tables, mut losses, mut candidates) = (Vec::new(), Vec::new(), Vec::new());
    let mut regimes = 0..;
    for spec in &policy.tables {
        let spec = log.with_candidates(spec)?;
        let part = log.part(spec.regime.as_ref().and_then(|_| regimes.next()));
        let bounded = bound::bound(&part, &spec, privacy, &identities).map_err(|_| problem::engine())?;
        let mut table = count::count(&bounded, &spec, privacy.unit)?;
        if policy.raises_bands() && spec.regime.is_some() {
            table.release(|measure| count::released(&part, &spec, measure)).map_err(|_| problem::engine())?;
        }
        tables.push(table);
        losses.push(BoundingLoss::of(&spec, privacy.unit, &bounded));
    }
    for set in policy.selected_columns() {
        candidates.push(count::candidates(log, &set, privacy, &identities)?);
    }
    Ok(Counts { tables, candidates, losses, told })
}
