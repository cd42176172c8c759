//! Contribution bounds: how much of a privacy unit is counted, chosen by a rule on the unit's own rows.
//!
//! Wilson et al. 2019 (arXiv 1909.01917): within a unit and cell keep at most `per_cell` of the
//! other identities, and of a unit keep at most `cells` cells. Which ones are kept follows from keyed hashes
//! of the unit's own rows, so another unit's rows never change the choice, and a re-run makes the same one.

use std::hash::Hasher as _;

use polars::prelude::{Column, DataFrame, Int128Chunked, IntoColumn, PolarsResult, SortMultipleOptions, UInt64Chunked};
use siphasher::sip::SipHasher13;

use super::columns::NOBODY;
use super::log::Part;
use crate::policy::{Bounds, Privacy, PrivacyUnit};
use crate::table::TableSpec;

/// What of a log counts in one table. Only this can be counted; its content is visible to `count` alone.
pub struct Bounded {
    pub(super) kept: Kept,
    seen: Seen,
}

/// How often units stood in cells, and other identities with them, before the bounds.
#[derive(Default, Clone, Copy)]
struct Seen {
    units: u64,
    others: u64,
}

/// What the bounds left out of one table. It goes into the private file and nowhere else.
pub struct BoundingLoss {
    table: String,
    unit: PrivacyUnit,
    units: [u64; 2],
    others: [u64; 2],
}

impl BoundingLoss {
    pub(super) fn of(table: &TableSpec, unit: PrivacyUnit, bounded: &Bounded) -> Self {
        let (units, others) = match &bounded.kept {
            Kept::Rows { units, others, .. } => (units.len() as u64, others.len() as u64),
            Kept::Sums { .. } => (0, 0),
        };
        Self {
            table: table.name.clone(),
            unit,
            units: [bounded.seen.units, units],
            others: [bounded.seen.others, others],
        }
    }

    /// What another engine's query said that it left out: units seen and kept, then others.
    pub(super) fn told_by_query(table: &TableSpec, unit: PrivacyUnit, told: &[u64]) -> Option<Self> {
        let pair = |first: usize| Some([*told.get(first)?, *told.get(first + 1)?]);
        Some(Self { table: table.name.clone(), unit, units: pair(0)?, others: pair(2).unwrap_or_default() })
    }

    /// The table, then how often a unit stood in a cell, and how often another id stood there with a unit; and how many
    /// of these are within the bounds and count.
    pub(super) fn told(&self) -> (String, serde_json::Value) {
        let told = |[seen, counted]: [u64; 2]| serde_json::json!({ "in_cells": seen, "counted": counted, "beyond_bounds": seen - counted });
        let [units, others] =
            if self.unit == PrivacyUnit::Request { ["requests", "accounts"] } else { ["accounts", "requests"] };
        (self.table.clone(), serde_json::json!({ units: told(self.units), others: told(self.others) }))
    }
}

/// The kept rows in the shape that counting needs.
pub(super) enum Kept {
    /// One entry for each kept (unit, cell), and one for each kept (unit, cell, other identity).
    Rows {
        /// The cell of every kept (unit, cell).
        units: Vec<u32>,
        /// How many accounts the unit names there, at most `per_cell`, where the log says it in a column.
        accounts: Option<Vec<u64>>,
        /// Cell and identity of every kept (unit, cell, other identity).
        others: Vec<(u32, i128)>,
    },
    /// Cells and sums of a log that was aggregated before: nothing of a unit can be told apart in it.
    Sums { cells: Vec<u32>, requests: Vec<u64>, accounts: Option<Vec<u64>> },
}

/// Applies the bounds for one table; without noise there are none to apply.
///
/// # Errors
/// polars failed; its error text stays here.
pub(super) fn bound(
    log: &Part<'_>,
    table: &TableSpec,
    privacy: &Privacy,
    hash_key: &[u8; 16],
) -> PolarsResult<Bounded> {
    let unlimited = Bounds { cells: u32::MAX, per_cell: u32::MAX, per_cell_stated: false };
    let (unit, bounds) = (privacy.unit, privacy.applied_bounds().unwrap_or(unlimited));
    let cells = log.cells_of(table)?;
    if let Some(requests) = log.counts()? {
        let accounts = log.account_counts()?.map(|counts| counts.into_no_null_iter().collect());
        let requests = requests.into_no_null_iter().collect();
        return Ok(Bounded { kept: Kept::Sums { cells, requests, accounts }, seen: Seen::default() });
    }
    let rows = Rows::sorted(log, unit, &cells, &Orders::new(table, hash_key))?;
    rows.keep(unit, bounds)
}

/// A log's rows as (unit, order of the cell within the unit, other identity), sorted.
struct Rows(DataFrame);

impl Rows {
    fn sorted(log: &Part<'_>, unit: PrivacyUnit, cells: &[u32], orders: &Orders) -> PolarsResult<Self> {
        let units = log.units(unit)?;
        let order: Vec<u64> = units.into_no_null_iter().zip(cells).map(|(unit, cell)| orders.of(unit, *cell)).collect();
        let mut columns: Vec<Column> = vec![
            units.clone().into_column(),
            UInt64Chunked::from_vec("order".into(), order).into_column(),
            log.others(unit)?.into_column(),
        ];
        columns[0].rename("unit".into());
        columns[2].rename("other".into());
        if let Some(counts) = log.account_counts()? {
            columns.push(counts.clone().into_column());
        }
        let frame = DataFrame::new(cells.len(), columns)?;
        Ok(Self(frame.sort(["unit", "order", "other"], SortMultipleOptions::default())?))
    }

    fn keep(&self, unit_kind: PrivacyUnit, bounds: Bounds) -> PolarsResult<Bounded> {
        let unit: &Int128Chunked = self.0.column("unit")?.i128()?;
        let order: &UInt64Chunked = self.0.column("order")?.u64()?;
        let other: &Int128Chunked = self.0.column("other")?.i128()?;
        let accounts = self.0.column("account_count").ok().map(Column::u64).transpose()?;
        let mut keeper = Keeper::new(unit_kind, bounds);
        let rows = unit.into_no_null_iter().zip(order.into_no_null_iter()).zip(other.into_no_null_iter());
        for (row, ((unit, order), other)) in rows.enumerate() {
            keeper.see(unit, order, other, || accounts.and_then(|accounts| accounts.get(row)).unwrap_or(0));
        }
        let accounts = accounts.map(|_| keeper.accounts);
        Ok(Bounded { kept: Kept::Rows { units: keeper.units, accounts, others: keeper.others }, seen: keeper.seen })
    }
}

/// The order of a unit's cells among each other: a keyed hash of the unit and of the cell's keys first, then the cell, so
/// that no two cells tie. The keys are hashed and not the cell's number, which follows from the other words of the log
/// where keys are not declared: another unit's new word must not change which of this unit's cells count.
struct Orders {
    hasher: SipHasher13,
    names: Vec<u64>,
}

impl Orders {
    fn new(table: &TableSpec, hash_key: &[u8; 16]) -> Self {
        let hasher = SipHasher13::new_with_key(hash_key);
        let name = |cell: usize| {
            let mut hasher = hasher;
            for key in table.keys_of(cell) {
                hasher.write(&(key.len() as u64).to_le_bytes());
                hasher.write(key.as_bytes());
            }
            hasher.finish()
        };
        Self { hasher, names: (0..table.cells()).map(name).collect() }
    }

    fn of(&self, unit: i128, cell: u32) -> u64 {
        let mut hasher = self.hasher;
        hasher.write(&unit.to_le_bytes());
        hasher.write(&self.names[cell as usize].to_le_bytes());
        (hasher.finish() & 0xffff_ffff_0000_0000) | u64::from(cell)
    }
}

/// Walks sorted rows and keeps the first `cells` cells of a unit and the first `per_cell` identities in each.
struct Keeper {
    unit_kind: PrivacyUnit,
    bounds: Bounds,
    last: Option<(i128, u64, i128)>,
    cells_of_unit: u32,
    others_in_cell: u32,
    seen: Seen,
    units: Vec<u32>,
    accounts: Vec<u64>,
    others: Vec<(u32, i128)>,
}

impl Keeper {
    fn new(unit_kind: PrivacyUnit, bounds: Bounds) -> Self {
        let (units, accounts, others) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            unit_kind,
            bounds,
            last: None,
            cells_of_unit: 0,
            others_in_cell: 0,
            seen: Seen::default(),
            units,
            accounts,
            others,
        }
    }

    fn see(&mut self, unit: i128, order: u64, other: i128, accounts: impl FnOnce() -> u64) {
        let same_unit = self.last.is_some_and(|last| last.0 == unit);
        let same_cell = same_unit && self.last.is_some_and(|last| last.1 == order);
        let repeated = same_cell && self.last.is_some_and(|last| last.2 == other);
        self.last = Some((unit, order, other));
        if !same_unit {
            self.cells_of_unit = 0;
        }
        if !same_cell {
            self.cells_of_unit = self.cells_of_unit.saturating_add(1);
            self.others_in_cell = 0;
        }
        // A request that names no account is a unit of its own, and no account is counted for it.
        let is_unit = self.unit_kind == PrivacyUnit::Request || unit != other;
        let is_other = other.cast_unsigned() != NOBODY && !repeated;
        self.seen.units += u64::from(!same_cell && is_unit);
        self.seen.others += u64::from(is_other);
        if self.cells_of_unit > self.bounds.cells {
            return;
        }
        // The low half of the order is the cell; see `Orders`.
        let cell = u32::try_from(order & 0xffff_ffff).unwrap_or(u32::MAX);
        if !same_cell && is_unit {
            self.units.push(cell);
            self.accounts.push(0);
        }
        // Accounts are told by number only for requests, and each of a request's parts tells its own.
        if let (PrivacyUnit::Request, Some(sum)) = (self.unit_kind, self.accounts.last_mut()) {
            *sum = sum.saturating_add(accounts()).min(u64::from(self.bounds.per_cell));
        }
        if is_other && self.others_in_cell < self.bounds.per_cell {
            self.others_in_cell += 1;
            self.others.push((cell, other));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(kind: PrivacyUnit, cells: u32, per_cell: u32, rows: &[(i128, u64, i128)]) -> (Vec<u32>, Vec<(u32, i128)>) {
        let mut keeper = Keeper::new(kind, Bounds { cells, per_cell, per_cell_stated: true });
        for (unit, order, other) in rows {
            keeper.see(*unit, *order, *other, || 0);
        }
        (keeper.units, keeper.others)
    }

    #[test]
    fn a_unit_counts_in_its_first_cells_only() {
        let rows = [(1, 10, 5), (1, 11, 6), (1, 12, 7), (2, 11, 5)];
        assert_eq!(keep(PrivacyUnit::Request, 2, 9, &rows).0, [10, 11, 11]);
        assert_eq!(keep(PrivacyUnit::Request, 1, 9, &rows).0, [10, 11]);
    }

    #[test]
    fn a_unit_counts_as_often_as_allowed_in_a_cell_and_repetitions_count_once() {
        let rows = [(1, 10, 5), (1, 10, 5), (1, 10, 6), (1, 10, 7), (1, 10, 7)];
        assert_eq!(keep(PrivacyUnit::Account, 1, 2, &rows), (vec![10], vec![(10, 5), (10, 6)]));
    }

    #[test]
    fn the_parts_of_a_request_add_up_to_the_bound() {
        let mut keeper = Keeper::new(PrivacyUnit::Request, Bounds { cells: 1, per_cell: 10, per_cell_stated: true });
        for (unit, order, accounts) in [(1, 3, 4), (1, 3, 5), (2, 3, 9), (2, 3, 9), (2, 8, 1)] {
            keeper.see(unit, order, 0, || accounts);
        }
        assert_eq!((keeper.units, keeper.accounts), (vec![3, 3], vec![9, 10]));
    }

    #[test]
    fn a_request_without_account_is_a_unit_but_no_account() {
        assert_eq!(keep(PrivacyUnit::Account, 1, 4, &[(8, 3, 8)]), (vec![], vec![(3, 8)]));
        assert_eq!(keep(PrivacyUnit::Request, 1, 4, &[(8, 3, 0)]), (vec![3], vec![]));
    }
}
