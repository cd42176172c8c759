//! The order in which a release is paid for, made, and put in its place.

use super::disk::Disk;
use super::publish::{Artefact, Staging};
use crate::error::Outcome;
use crate::ledger::{Charge, Ledger, Medium, Settled};

/// Pays for a release, makes it, and puts it in its place; says whether it stood there already.
///
/// The order is the promise: no noise is drawn before the charge is durable; the release is sealed when it is
/// complete beside its place, and only then put there. A crash at any point leaves no half-written release and no
/// unpaid noise, and the same run again ends with the same release.
///
/// # Errors
/// The release cannot be made, the ledger or the release cannot be written, or something else
/// stands in the release's place.
pub fn issue<M: Medium, D: Disk, R>(
    ledger: &mut Ledger<M>,
    settled: &Settled,
    staging: Staging<D>,
    make: impl FnOnce(Charge) -> Outcome<(R, Vec<Artefact>)>,
) -> Outcome<(R, bool)> {
    let charge = ledger.charge(settled)?;
    let (release, files) = make(charge)?;
    let unchanged = staging.is_published(&files)?;
    if !unchanged {
        staging.write(&files)?;
    }
    ledger.seal(settled.claim())?;
    let placed = if unchanged { staging.make_durable() } else { staging.publish() };
    placed.map(|()| (release, unchanged))
}

#[cfg(test)]
mod tests;
