//! From exact counts to what may leave: noise that was paid for, or bands of the exact counts.
//!
//! Both ways take the exact tables and a [`Charge`] by value: nothing can be noised twice, and nothing
//! leaves that is not in the ledger.

use super::exact::Exact;
use super::key::Key;
use super::sampler::{Scale, discrete_laplace};
use crate::band::{Band, BandSize};
use crate::error::{Code, Diagnostic, Outcome};
use crate::ledger::{Charge, Claim};
use crate::policy::Policy;
use crate::sensitivity::laplace_scale;
use crate::table::{Column, Measure, Table, TableSpec};
use crate::units::lowest_terms;

/// A count after noise. Readable in this crate, for banding; never serialised.
#[derive(Debug)]
pub struct Noisy(i64);

impl Noisy {
    pub(crate) fn get(&self) -> i64 {
        self.0
    }
}

/// Keyed digest of all exact counts of a release: equal for equal data, unrelated for any other.
#[must_use]
pub fn commitment(tables: &[Table<Exact>], key: &Key) -> String {
    let mut bytes = Vec::new();
    for table in tables {
        for column in table.columns() {
            for text in [table.spec().name.as_str(), column.measure.as_str()] {
                bytes.extend((text.len() as u64).to_le_bytes());
                bytes.extend(text.as_bytes());
            }
            bytes.extend((column.cells.len() as u64).to_le_bytes());
            column.cells.iter().for_each(|count| bytes.extend(count.get().to_le_bytes()));
        }
    }
    key.commit(&bytes)
}

/// The Laplace scale of a measure.
///
/// # Errors
/// The contribution bounds are so large that the scale cannot be sampled exactly.
pub fn scale(policy: &Policy, measure: Measure) -> Outcome<Option<Scale>> {
    let Some((numerator, denominator)) = laplace_scale(policy, measure) else { return Ok(None) };
    let parts = u64::try_from(numerator).ok().zip(u64::try_from(denominator).ok());
    let scale = parts.map(|(n, d)| lowest_terms(n, d)).and_then(|(n, d)| Scale::new(n, d));
    scale.map(Some).ok_or_else(|| {
        Diagnostic::error(Code::PolicyValue, "the contribution bounds need more noise than can be drawn exactly")
            .help("lower max_cells or max_per_cell, or raise epsilon")
            .into()
    })
}

/// Adds discrete Laplace noise to every cell, each from its own stream of the key.
///
/// # Guarantee
/// The tables together are epsilon-differentially private for the charged epsilon, for logs that differ in
/// all rows of one privacy unit, as long as the key is secret: the noise is pseudorandom (HKDF-SHA256 and
/// ChaCha20), so the guarantee is against observers who cannot break those.
///
/// # Errors
/// The policy's noise scale cannot be sampled exactly.
pub fn add_noise(tables: Vec<Table<Exact>>, charge: Charge, key: &Key, policy: &Policy) -> Outcome<Vec<Table<Noisy>>> {
    let claim = charge.into_claim();
    tables.into_iter().map(|table| noisy_table(table, &claim, key, policy)).collect()
}

fn noisy_table(table: Table<Exact>, claim: &Claim, key: &Key, policy: &Policy) -> Outcome<Table<Noisy>> {
    let (spec, columns) = table.into_parts();
    let mut noisy = Vec::with_capacity(columns.len());
    for Column { measure, cells, .. } in columns {
        let Some(scale) = scale(policy, measure)? else { return Err(no_noise_declared()) };
        let stream = Stream { key, claim, spec: &spec, measure };
        let cells = cells.into_iter().enumerate().map(|(cell, count)| stream.noisy(cell, &count, scale)).collect();
        noisy.push(Column { measure, cells, total: None });
    }
    Ok(Table::new(spec, noisy))
}

fn no_noise_declared() -> crate::error::Failure {
    Diagnostic::error(Code::PolicyValue, "the policy declares no noise").into()
}

/// Where the noise of a measure's cells comes from.
struct Stream<'a> {
    key: &'a Key,
    claim: &'a Claim,
    spec: &'a TableSpec,
    measure: Measure,
}

impl Stream<'_> {
    /// The context names the cell by its keys, so a cell's noise does not depend on the order of cells.
    fn noisy(&self, cell: usize, count: &Exact, scale: Scale) -> Noisy {
        let claim = self.claim;
        let mut context: Vec<&[u8]> = vec![
            claim.release.as_bytes(),
            claim.policy_sha256.as_bytes(),
            claim.data_hmac.as_bytes(),
            self.spec.name.as_bytes(),
            self.measure.as_str().as_bytes(),
        ];
        context.extend(self.spec.keys_of(cell).iter().map(|key| key.as_bytes()));
        let noise = discrete_laplace(scale, &mut self.key.stream(&context));
        // Saturating: a count near the end of the range must not wrap round to a small one.
        let count = i64::try_from(count.get()).unwrap_or(i64::MAX);
        Noisy(count.saturating_add(noise))
    }
}

/// Bands the exact counts, without noise. Every artefact says so.
///
/// # Errors
/// A sum of counts is beyond 64 bits.
pub fn band_exact(tables: Vec<Table<Exact>>, charge: Charge) -> Outcome<Vec<Table<Band>>> {
    // The charge is what lets an exact table out: it proves that the release is in the ledger.
    let _ = charge.into_claim();
    tables.into_iter().map(band_exact_table).collect()
}

fn band_exact_table(table: Table<Exact>) -> Outcome<Table<Band>> {
    let (spec, columns) = table.into_parts();
    let band = |column: Column<Exact>| {
        let total = if spec.total { Some(exact_total(&column.cells, spec.band_size)?) } else { None };
        let cells = column.cells.iter().map(|count| spec.band_size.band(count.get())).collect();
        Ok(Column { measure: column.measure, cells, total })
    };
    let columns = columns.into_iter().map(band).collect::<Outcome<_>>()?;
    Ok(Table::new(spec, columns))
}

fn exact_total(cells: &[Exact], size: BandSize) -> Outcome<Band> {
    let sum = cells.iter().try_fold(0_u64, |sum, count| sum.checked_add(count.get()));
    sum.map(|sum| size.band(sum)).ok_or_else(|| super::count::overflow().into())
}
