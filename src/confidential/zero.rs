//! Declared zeros held against the log: an order that counts where the policy declares zero stops the run.
//!
//! All rows are looked at, before bounds and noise. What leaves is that there is such an order or none: no number, and
//! not where it counts.

use std::collections::BTreeSet;

use polars::prelude::PolarsResult;

use super::log::{ColumnLog, Part};
use super::problem;
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::Policy;
use crate::table::TableSpec;

/// Holds every number that is declared zero against the log.
///
/// # Errors
/// Refused when an order counts in one of them.
pub(super) fn refuse_contradicted(log: &ColumnLog, policy: &Policy) -> Outcome<()> {
    for (place, (spec, _)) in policy.regime_tables().into_iter().enumerate() {
        if is_contradicted(&log.part(Some(place)), spec).map_err(|_| problem::engine())? {
            return Err(contradicted(policy).into());
        }
    }
    Ok(())
}

fn is_contradicted(part: &Part<'_>, spec: &TableSpec) -> PolarsResult<bool> {
    let (requests, accounts) = (part.counts()?, part.account_counts()?);
    // In a log of counts a row can stand for nothing.
    let stands_for_some = |row: usize| {
        let some = |numbers: Option<u64>| numbers != Some(0);
        requests.is_none_or(|requests| some(requests.get(row)) || accounts.is_some_and(|all| some(all.get(row))))
    };
    let cells = part.cells_of(spec)?;
    Ok(cells.iter().enumerate().any(|(row, cell)| spec.is_declared_zero(*cell as usize) && stands_for_some(row)))
}

/// Names all that is declared, not what of it is contradicted.
fn contradicted(policy: &Policy) -> Diagnostic {
    let tables = policy.regime_tables();
    let declared: BTreeSet<&str> =
        tables.iter().flat_map(|(_, numbers)| numbers.zeros()).map(|number| number.category.as_str()).collect();
    let declared: Vec<&str> = declared.into_iter().collect();
    let message = format!(
        "`zero` under [regime] declares that no order of {} was received, and the logs say otherwise",
        declared.join(" or ")
    );
    Diagnostic::refused(Code::ZeroContradicted, message).help(
        "a false 0 is not printed. Leave `zero` out, and bands are printed; where 0 was printed before, a band tells that \
         something arrived, so ask counsel first",
    )
}
