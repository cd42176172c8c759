//! The steps from counts to a release, the same for a report and for the trials of its privacy.

use crate::confidential::{self, Counts, Key};
use crate::error::Outcome;
use crate::ledger::{Charge, Claim, Structure};
use crate::policy::Policy;
use crate::release::{Release, band, consistent};
use crate::table::Measure;

/// What a release of these counts would spend, and on what.
#[must_use]
pub fn claim(policy: &Policy, counts: &Counts, key: &Key) -> Claim {
    let noise = policy.privacy.noise;
    let policy_sha256 = policy.digest();
    Claim {
        release: policy.release.clone(),
        period: policy.period.ends(),
        privacy_unit: policy.privacy.unit.as_str().to_owned(),
        mechanism: noise.mechanism().to_owned(),
        epsilon: noise.epsilon(),
        rho: noise.rho(),
        delta: policy.selection_delta(),
        version: 1,
        reason: None,
        data_hmac: counts.commitment(key, &policy.release, &policy_sha256),
        structures: structures(policy),
        policy_sha256,
        key_id: key.id(),
    }
}

/// Adds the noise that was paid for, makes totals and parts consistent, and bands; or bands the exact counts where the
/// policy says so.
///
/// # Errors
/// The policy's noise cannot be drawn exactly, or a sum of counts is beyond 64 bits.
pub fn protect(counts: Counts, charge: Charge, key: &Key, policy: &Policy) -> Outcome<Release> {
    let (claim, told) = (charge.claim().clone(), counts.told);
    let banded = if policy.is_noisy() {
        let noisy = confidential::add_noise(counts, charge, key, policy)?;
        noisy.into_iter().map(|table| band(consistent(table, policy))).collect()
    } else {
        confidential::band_exact(counts, charge)?
    };
    Ok(Release::new(policy, banded, claim, told, key.is_demonstration()))
}

/// The release that bands of the exact counts would be, with bands so many times as wide: to be audited, not published.
/// Nothing where noise is added.
///
/// # Errors
/// A sum of counts is beyond 64 bits, or the bands are too wide.
pub fn proposed(counts: &Counts, claim: &Claim, key: &Key, policy: &Policy, times: u64) -> Outcome<Option<Release>> {
    if policy.is_noisy() {
        return Ok(None);
    }
    let banded = confidential::bands_to_audit(counts, times)?;
    Ok(Some(Release::new(policy, banded, claim.clone(), counts.told, key.is_demonstration())))
}

/// The structures of the release's regimes, for each period they show.
fn structures(policy: &Policy) -> Vec<Structure> {
    let mut structures: Vec<Structure> = Vec::new();
    for (table, numbers) in policy.regime_tables() {
        for number in &numbers.shown {
            let period = number.period.ends();
            let (law, regime) = (numbers.regime.law.clone(), numbers.regime.structure());
            let name = |measure: &Measure| format!("{} of {}", table.name_of(*measure), number.key);
            let shown: Vec<String> = table.measures.iter().map(name).collect();
            let declared = if number.zero { shown.clone() } else { Vec::new() };
            match structures.iter_mut().find(|one| (&one.law, &one.regime, &one.period) == (&law, &regime, &period)) {
                Some(one) => {
                    one.numbers.extend(shown);
                    one.zero.extend(declared);
                }
                None => structures.push(Structure { law, regime, period, numbers: shown, zero: declared }),
            }
        }
    }
    structures
}
