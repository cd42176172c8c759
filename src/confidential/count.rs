//! Exact counts of bounded rows, over the public key set: every cell is there, also the empty ones.

use std::collections::HashSet;
use std::sync::Arc;

use polars::prelude::PolarsResult;

use super::bound::{Bounded, Kept, bound};
use super::counts::Candidates;
use super::exact::Exact;
use super::identity::{Identities, NOBODY};
use super::log::{ColumnLog, Part};
use super::problem;
use crate::error::{Code, Diagnostic, Outcome};
use crate::keys::KeySet;
use crate::policy::{Privacy, PrivacyUnit};
use crate::table::{Column, Measure, Table, TableSpec};

/// Counts what bounding left.
///
/// # Errors
/// A sum of counts is beyond 64 bits.
pub(super) fn count(bounded: &Bounded, spec: &Arc<TableSpec>, unit: PrivacyUnit) -> Outcome<Table<Exact>> {
    let columns = spec.measures.iter().map(|measure| {
        let cells = counts(bounded, *measure, unit, spec.cells())?.into_iter().map(Exact::new).collect();
        Ok(Column { measure: *measure, cells, released: Vec::new(), total: None })
    });
    Ok(Table::new(Arc::clone(spec), columns.collect::<Outcome<_>>()?))
}

/// How many units have each word of a column whose keys are not declared. A unit counts once for each of at most `cells`
/// words. Words that nobody has after bounding are left out: one unit could bring any number of them.
///
/// # Errors
/// There are too many words, or memory ran out.
pub(super) fn candidates(
    log: &ColumnLog,
    set: &Arc<KeySet>,
    privacy: &Privacy,
    identities: &Identities,
) -> Outcome<Candidates> {
    let measure = match privacy.unit {
        PrivacyUnit::Request => Measure::Requests,
        PrivacyUnit::Account => Measure::Accounts,
    };
    let spec = Arc::new(TableSpec::counting(Arc::clone(set), measure));
    let spec = log.with_candidates(&spec)?;
    let bounded = bound(&log.part(None), &spec, privacy, identities).map_err(|_| problem::engine())?;
    let (spec, mut columns) = count(&bounded, &spec, privacy.unit)?.into_parts();
    let cells = columns.pop().map(|column| column.cells).unwrap_or_default();
    let present = spec.dimensions[0].keys().iter().cloned().zip(cells).filter(|(_, units)| units.get() > 0);
    let (keys, units) = present.unzip();
    Ok(Candidates { column: set.column().to_owned(), keys, units })
}

/// How many orders, or selectors, of each of a regime's numbers are no longer secret: public numbers.
///
/// # Errors
/// polars failed; its error text stays here.
pub(super) fn released(part: &Part<'_>, spec: &TableSpec, measure: Measure) -> PolarsResult<Vec<u64>> {
    let mut released = vec![0; spec.cells()];
    let ids = if measure == Measure::Requests { Some(part.requests()?) } else { part.accounts()? };
    let Some(ids) = ids else { return Ok(released) };
    let mut seen = HashSet::new();
    for ((cell, id), is_released) in part.cells_of(spec)?.into_iter().zip(ids.into_no_null_iter()).zip(part.released()?)
    {
        if is_released && id != NOBODY && seen.insert((cell, id)) {
            released[cell as usize] += 1;
        }
    }
    Ok(released)
}

fn counts(bounded: &Bounded, measure: Measure, unit: PrivacyUnit, cells: usize) -> Outcome<Vec<u64>> {
    match &bounded.kept {
        Kept::Sums { cells: rows, requests, accounts } => {
            let values = if measure == Measure::Requests { Some(requests) } else { accounts.as_ref() };
            sum(rows, values.map_or(&[], Vec::as_slice), cells)
        }
        Kept::Rows { units, .. } if unit.is_counted_by(measure) => Ok(units.clone()),
        Kept::Rows { accounts: Some(accounts), .. } => Ok(accounts.clone()),
        Kept::Rows { others, .. } => Ok(others.clone()),
    }
}

fn sum(rows: &[u32], values: &[u64], cells: usize) -> Outcome<Vec<u64>> {
    let mut sums = vec![0_u64; cells];
    for (cell, value) in rows.iter().zip(values) {
        let sum = &mut sums[*cell as usize];
        *sum = sum.checked_add(*value).ok_or_else(overflow)?;
    }
    Ok(sums)
}

pub(super) fn overflow() -> Diagnostic {
    Diagnostic::error(Code::CountOverflow, "a sum of counts is too large").help("check the log's count columns")
}
