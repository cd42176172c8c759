//! The choice of what counts of one privacy unit, from its own rows.

use super::identity::{Identities, Identity, NOBODY};
use crate::policy::{Bounds, PrivacyUnit};
use crate::table::TableSpec;

/// One row of a unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The identity that is not the unit's.
    pub(super) other: Identity,
    pub(super) cell: u32,
    /// How many accounts the row stands for, where the log says it in a column.
    pub(super) accounts: u64,
}

/// How often units stood in cells, and other identities with them: before the bounds, and within.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) units: [u64; 2],
    pub(super) others: [u64; 2],
}

impl Seen {
    /// Adds what was seen of other units.
    pub(super) fn add(&mut self, more: Self) {
        for place in [0, 1] {
            self.units[place] += more.units[place];
            self.others[place] += more.others[place];
        }
    }
}

/// What a unit has in one cell.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    seen: bool,
    kept: bool,
    others: u32,
    accounts: u64,
}

/// Keeps the first `cells` cells of a unit and the first `per_cell` identities in each.
pub(super) struct Keeper<'t> {
    table: &'t TableSpec,
    identities: &'t Identities,
    unit_kind: PrivacyUnit,
    bounds: Bounds,
    /// What this unit has in each cell of the table, and in which cells it has anything.
    shares: Vec<Share>,
    cells: Vec<u32>,
    pub(super) seen: Seen,
    /// How many units each cell keeps.
    pub(super) units: Vec<u64>,
    /// How many accounts they name there.
    pub(super) accounts: Vec<u64>,
}

impl<'t> Keeper<'t> {
    pub(super) fn new(
        table: &'t TableSpec,
        unit_kind: PrivacyUnit,
        bounds: Bounds,
        identities: &'t Identities,
    ) -> Self {
        let cells = table.cells();
        Self {
            table,
            identities,
            unit_kind,
            bounds,
            shares: vec![Share::default(); cells],
            cells: Vec::new(),
            seen: Seen::default(),
            units: vec![0; cells],
            accounts: vec![0; cells],
        }
    }

    /// Takes all rows of one unit, sorted by the other identity and then by cell. Shows the places of those whose other
    /// identity is kept.
    pub(super) fn keep(&mut self, unit: Identity, rows: &[Row], mut kept: impl FnMut(usize)) {
        if let [row] = rows
            && self.bounds.cells.min(self.bounds.per_cell) > 0
        {
            if self.keep_single(unit, row) {
                kept(0);
            }
            return;
        }
        self.choose_cells(unit, rows);
        let mut last = None;
        for (place, row) in rows.iter().enumerate() {
            let repeated = last.replace((row.other, row.cell)) == Some((row.other, row.cell));
            if self.keep_row(row, repeated) {
                kept(place);
            }
        }
        // A request that names no account is a unit of its own, and no account is counted for it.
        let is_unit = self.unit_kind == PrivacyUnit::Request || rows.iter().any(|row| row.other != unit);
        self.close(is_unit);
    }

    /// The same for one row alone, as most units have: it is within any bounds.
    #[inline]
    fn keep_single(&mut self, unit: Identity, row: &Row) -> bool {
        let is_unit = u64::from(self.unit_kind == PrivacyUnit::Request || row.other != unit);
        let is_other = row.other != NOBODY;
        let (units, accounts) = (&mut self.units[row.cell as usize], &mut self.accounts[row.cell as usize]);
        *units += is_unit;
        *accounts = accounts.saturating_add(is_unit * row.accounts.min(u64::from(self.bounds.per_cell)));
        for within in [0, 1] {
            self.seen.units[within] += is_unit;
            self.seen.others[within] += u64::from(is_other);
        }
        is_other
    }

    fn choose_cells(&mut self, unit: Identity, rows: &[Row]) {
        for row in rows {
            let share = &mut self.shares[row.cell as usize];
            if !std::mem::replace(&mut share.seen, true) {
                self.cells.push(row.cell);
            }
        }
        let most = usize::try_from(self.bounds.cells).unwrap_or(usize::MAX);
        if self.cells.len() > most {
            let (table, identities) = (self.table, self.identities);
            // The keys are hashed and not the cell's number, which follows from the other words of the log where keys are
            // not declared: another unit's new word must not change which of this unit's cells count.
            self.cells.sort_by_cached_key(|cell| (identities.order(unit, table.keys_of(*cell as usize)), *cell));
        }
        for cell in self.cells.iter().take(most) {
            self.shares[*cell as usize].kept = true;
        }
    }

    /// Whether the row's other identity counts in its cell.
    fn keep_row(&mut self, row: &Row, repeated: bool) -> bool {
        let share = &mut self.shares[row.cell as usize];
        // Accounts are told by number only for requests, and each of a request's parts tells its own.
        share.accounts = share.accounts.saturating_add(row.accounts).min(u64::from(self.bounds.per_cell));
        let is_other = row.other != NOBODY && !repeated;
        self.seen.others[0] += u64::from(is_other);
        let counts = is_other && share.kept && share.others < self.bounds.per_cell;
        share.others += u32::from(counts);
        self.seen.others[1] += u64::from(counts);
        counts
    }

    /// Counts the unit in its cells, and makes room for the next.
    fn close(&mut self, is_unit: bool) {
        self.seen.units[0] += if is_unit { self.cells.len() as u64 } else { 0 };
        for cell in self.cells.drain(..) {
            let cell = cell as usize;
            let share = std::mem::take(&mut self.shares[cell]);
            if share.kept && is_unit {
                self.units[cell] += 1;
                self.accounts[cell] = self.accounts[cell].saturating_add(share.accounts);
                self.seen.units[1] += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use zeroize::Zeroizing;

    use super::*;
    use crate::keys::KeySet;
    use crate::table::Measure;

    /// Rows of one unit, each with its other identity, cell and number of accounts.
    type Rows<'r> = &'r [(Identity, u32, u64)];

    /// Units, accounts by number, and others that are kept.
    type Kept = (Vec<u64>, Vec<u64>, Vec<(u32, Identity)>);

    fn keep(kind: PrivacyUnit, cells: u32, per_cell: u32, units: &[(Identity, Rows<'_>)]) -> Kept {
        let set = KeySet::new("country", ["AA", "BB", "CC"].map(str::to_owned)).expect("three keys");
        let table = TableSpec::counting(Arc::new(set), Measure::Requests);
        let identities = Identities::new(&Zeroizing::new("0".repeat(64)));
        let bounds = Bounds { cells, per_cell, per_cell_stated: true };
        let mut keeper = Keeper::new(&table, kind, bounds, &identities);
        let mut others = Vec::new();
        for (unit, rows) in units {
            let rows: Vec<Row> = rows
                .iter()
                .map(|(other, cell, accounts)| Row { other: *other, cell: *cell, accounts: *accounts })
                .collect();
            keeper.keep(*unit, &rows, |row| others.push((rows[row].cell, rows[row].other)));
        }
        (keeper.units, keeper.accounts, others)
    }

    #[test]
    fn a_unit_counts_in_its_first_cells_only() {
        let units: [(Identity, Rows<'_>); 2] = [(1, &[(5, 0, 0), (6, 1, 0), (7, 2, 0)]), (2, &[(5, 1, 0)])];
        for cells in 1..=3 {
            let (kept, _, others) = keep(PrivacyUnit::Request, cells, 9, &units);
            assert_eq!(kept.iter().sum::<u64>(), u64::from(cells) + 1);
            assert_eq!(others.len() as u64, u64::from(cells) + 1);
        }
        // The order of unit 1's cells, worked out with Python's hashlib: AA, BB, CC.
        let first = |cells| keep(PrivacyUnit::Request, cells, 9, &units[..1]).0;
        assert_eq!((first(1), first(2)), (vec![1, 0, 0], vec![1, 1, 0]));
    }

    #[test]
    fn a_unit_counts_as_often_as_allowed_in_a_cell_and_repetitions_count_once() {
        let rows = [(5, 1, 0), (5, 1, 0), (6, 1, 0), (7, 1, 0), (7, 1, 0)];
        let (units, _, others) = keep(PrivacyUnit::Account, 1, 2, &[(1, &rows)]);
        assert_eq!((units, others), (vec![0, 1, 0], vec![(1, 5), (1, 6)]));
    }

    #[test]
    fn the_parts_of_a_request_add_up_to_the_bound() {
        let units: [(Identity, Rows<'_>); 2] = [(1, &[(0, 0, 4), (0, 0, 5)]), (2, &[(0, 0, 9), (0, 0, 9)])];
        let (kept, accounts, others) = keep(PrivacyUnit::Request, 1, 10, &units);
        assert_eq!((kept, accounts, others), (vec![2, 0, 0], vec![19, 0, 0], vec![]));
    }

    #[test]
    fn a_request_without_account_is_a_unit_but_no_account() {
        assert_eq!(keep(PrivacyUnit::Account, 1, 4, &[(8, &[(8, 2, 0)])]).2, [(2, 8)]);
        assert_eq!(keep(PrivacyUnit::Account, 1, 4, &[(8, &[(8, 2, 0)])]).0, [0, 0, 0]);
        let (units, _, others) = keep(PrivacyUnit::Request, 1, 4, &[(8, &[(0, 2, 0)])]);
        assert_eq!((units, others), (vec![0, 0, 1], vec![]));
    }
}
