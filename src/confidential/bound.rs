//! Contribution bounds: how much of a privacy unit is counted, chosen by a rule on the unit's own rows.
//!
//! Wilson et al. 2019 (arXiv 1909.01917): within a unit and cell keep at most `per_cell` of the
//! other identities, and of a unit keep at most `cells` cells. Which ones are kept follows from keyed hashes
//! of the unit's own rows (`identity`), so another unit's rows never change the choice, and a re-run makes the same one.

use polars::prelude::PolarsResult;
use rayon::slice::ParallelSliceMut;

use super::identity::{Identities, Identity};
use super::keeper::{Keeper, Row, Seen};
use super::log::Part;
use crate::policy::{Bounds, Privacy, PrivacyUnit};
use crate::table::TableSpec;

/// What of a log counts in one table. Only this can be counted; its content is visible to `count` alone.
pub struct Bounded {
    pub(super) kept: Kept,
    pub(super) seen: Seen,
}

/// What the bounds left out of one table. It goes into the private file and nowhere else.
pub struct BoundingLoss {
    table: String,
    unit: PrivacyUnit,
    seen: Seen,
    /// A query does not look at others that no measure counts.
    tells_others: bool,
}

impl BoundingLoss {
    pub(super) fn of(table: &TableSpec, unit: PrivacyUnit, bounded: &Bounded) -> Self {
        Self { table: table.name.clone(), unit, seen: bounded.seen, tells_others: true }
    }

    /// What another engine's query said that it left out: units seen and kept, then others.
    pub(super) fn told_by_query(table: &TableSpec, unit: PrivacyUnit, told: &[u64]) -> Option<Self> {
        let pair = |first: usize| Some([*told.get(first)?, *told.get(first + 1)?]);
        let seen = Seen { units: pair(0)?, others: pair(2).unwrap_or_default() };
        Some(Self { table: table.name.clone(), unit, seen, tells_others: pair(2).is_some() })
    }

    /// The table, then how often a unit stood in a cell, and how often another id stood there with a unit; and how many
    /// of these are within the bounds and count.
    pub(super) fn told(&self) -> (String, serde_json::Value) {
        let told = |[seen, counted]: [u64; 2]| serde_json::json!({ "in_cells": seen, "counted": counted, "beyond_bounds": seen - counted });
        let [units, others] =
            if self.unit == PrivacyUnit::Request { ["requests", "accounts"] } else { ["accounts", "requests"] };
        let mut losses = serde_json::json!({ units: told(self.seen.units) });
        if self.tells_others {
            losses[others] = told(self.seen.others);
        }
        (self.table.clone(), losses)
    }
}

/// What is kept, in the shape that counting needs.
pub(super) enum Kept {
    /// Units and others that stand within the bounds.
    Rows {
        /// How many units each cell keeps.
        units: Vec<u64>,
        /// How many accounts they name there, each at most `per_cell`, where the log says it in a column.
        accounts: Option<Vec<u64>>,
        /// How many other identities stand in each cell with some unit.
        others: Vec<u64>,
    },
    /// Cells and sums of a log that was aggregated before: nothing of a unit can be told apart in it.
    Sums { cells: Vec<u32>, requests: Vec<u64>, accounts: Option<Vec<u64>> },
}

/// The bounds of a policy; without noise there are none to apply.
pub(super) fn bounds(privacy: &Privacy) -> Bounds {
    privacy.applied_bounds().unwrap_or(Bounds { cells: u32::MAX, per_cell: u32::MAX, per_cell_stated: false })
}

/// Applies the bounds for one table.
///
/// # Errors
/// polars failed; its error text stays here.
pub(super) fn bound(
    log: &Part<'_>,
    table: &TableSpec,
    privacy: &Privacy,
    identities: &Identities,
) -> PolarsResult<Bounded> {
    let cells = log.cells_of(table)?;
    if let Some(requests) = log.counts()? {
        let accounts = log.account_counts()?.map(|counts| counts.into_no_null_iter().collect());
        let requests = requests.into_no_null_iter().collect();
        return Ok(Bounded { kept: Kept::Sums { cells, requests, accounts }, seen: Seen::default() });
    }
    let rows = sorted(log, privacy.unit, &cells)?;
    let keeper = Keeper::new(table, privacy.unit, bounds(privacy), identities);
    Ok(keep(&rows, keeper, log.account_counts()?.is_some()))
}

/// A row of one unit.
type UnitRow = (Identity, Row);

/// A log's rows, sorted by unit, other identity and cell.
fn sorted(log: &Part<'_>, unit: PrivacyUnit, cells: &[u32]) -> PolarsResult<Vec<UnitRow>> {
    let (units, others, counts) = (log.units(unit)?, log.others(unit)?, log.account_counts()?);
    let ids = units.into_no_null_iter().zip(others.into_no_null_iter());
    let row = |(place, ((unit, other), cell)): (usize, ((Identity, Identity), &u32))| {
        let accounts = counts.and_then(|counts| counts.get(place)).unwrap_or(0);
        (unit, Row { other, cell: *cell, accounts })
    };
    let mut rows: Vec<UnitRow> = ids.zip(cells).enumerate().map(row).collect();
    rows.par_sort_unstable_by_key(|(unit, row)| (*unit, row.other, row.cell));
    Ok(rows)
}

fn keep(rows: &[UnitRow], mut keeper: Keeper<'_>, tells_accounts: bool) -> Bounded {
    let (mut kept, mut of_unit): (_, Vec<Row>) = (Vec::new(), Vec::new());
    for unit in rows.chunk_by(|(one, _), (next, _)| one == next) {
        of_unit.clear();
        of_unit.extend(unit.iter().map(|(_, row)| *row));
        keeper.keep(unit[0].0, &of_unit, |row| kept.push((of_unit[row].cell, of_unit[row].other)));
    }
    let Keeper { units, accounts, seen, .. } = keeper;
    let others = distinct(kept, units.len());
    Bounded { kept: Kept::Rows { units, accounts: tells_accounts.then_some(accounts), others }, seen }
}

/// How many different identities each cell has.
fn distinct(mut others: Vec<(u32, Identity)>, cells: usize) -> Vec<u64> {
    others.par_sort_unstable();
    others.dedup();
    let mut counts = vec![0; cells];
    for (cell, _) in others {
        counts[cell as usize] += 1;
    }
    counts
}
