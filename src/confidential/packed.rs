//! Sound rows packed into records of a few numbers, by privacy unit: how a log is counted that has no columns for polars.
//!
//! A record is (unit, other identity, tail). The tail holds, from its high bits down: the log, the row's place in it, the
//! row's cell among all combinations of the policy's keys, and its standing. So sorted records have a unit's rows together,
//! repetitions of a row in the order of the logs, and everything that counts in 40 bytes.

use super::columns::Standing;
use super::identity::{Identity, NOBODY};
use super::keep::{Keep, Scratch, Sound};
use super::layout::Layout;
use super::store::Writer;
use crate::policy::{Policy, PrivacyUnit};
use crate::table::{Measure, TableSpec};

/// Numbers in a packed row.
pub(super) const ROW: usize = 5;

const STANDING_BITS: u32 = 2;

/// The most combinations of keys.
const MAX_CELLS: usize = 1 << 20;

/// Tables that fit into a kept record's mask.
pub(super) const MAX_TABLES: usize = 24;

/// At least so many bits are for a row's place: a log of a hundred gigabytes.
const PLACE_BITS: u32 = 36;

/// How rows are packed.
pub(super) struct Packing {
    pub(super) unit: PrivacyUnit,
    /// Whether rows with the same ids are one.
    pub(super) identified: bool,
    /// Whether rows are counted as they are read: each is a unit of its own, and nothing else of it is counted.
    pub(super) direct: bool,
    /// How many keys each dimension has, and how many combinations there are.
    sizes: Vec<u64>,
    pub(super) cells: usize,
    cell_bits: u32,
    place_bits: u32,
}

impl Packing {
    /// The packing of such logs, where they have one: no regime, no keys from the log, no parts, no log of counts.
    pub(super) fn of(policy: &Policy, layout: &Layout, logs: usize) -> Option<Self> {
        let plain = layout.parent_id.is_none() && layout.count.is_none() && layout.account_count.is_none();
        let dimensions = policy.dimensions();
        if !plain || !policy.regime_tables().is_empty() || dimensions.iter().any(|set| set.is_private()) {
            return None;
        }
        let cells = dimensions.iter().try_fold(1_usize, |cells, set| cells.checked_mul(set.keys().len()))?;
        let (cell_bits, log_bits) = (bits(cells), bits(logs));
        let place_bits = 64_u32.checked_sub(STANDING_BITS + cell_bits + log_bits)?;
        if cells > MAX_CELLS || policy.tables.len() > MAX_TABLES || place_bits < PLACE_BITS {
            return None;
        }
        let (unit, identified) = (policy.privacy.unit, layout.request_id.is_some());
        let direct = !identified && unit == PrivacyUnit::Request && !policy.measures(Measure::Accounts);
        let sizes = dimensions.iter().map(|set| set.keys().len() as u64).collect();
        Some(Self { unit, identified, direct, sizes, cells, cell_bits, place_bits })
    }

    /// A row's standing, cell and log.
    pub(super) fn unpack(&self, tail: u64) -> (u8, usize, usize) {
        let standing = (tail & 3) as u8;
        let cell = (tail >> STANDING_BITS) & ((1 << self.cell_bits) - 1);
        let log = tail.checked_shr(STANDING_BITS + self.cell_bits + self.place_bits).unwrap_or(0);
        (standing, usize::try_from(cell).unwrap_or(usize::MAX), usize::try_from(log).unwrap_or(usize::MAX))
    }

    /// The cell of a table that each combination of all keys falls in.
    pub(super) fn cells_of(&self, table: &TableSpec, policy: &Policy) -> Vec<u32> {
        let dimensions = policy.dimensions();
        let places: Vec<usize> = (table.dimensions.iter())
            .filter_map(|set| dimensions.iter().position(|other| other.column() == set.column()))
            .collect();
        (0..self.cells)
            .map(|all| {
                let mut rest = all as u64;
                let mut keys: Vec<u64> = self.sizes.iter().rev().map(|size| take_digit(&mut rest, *size)).collect();
                keys.reverse();
                let cell = places.iter().fold(0, |cell, place| cell * self.sizes[*place] + keys[*place]);
                u32::try_from(cell).unwrap_or(u32::MAX)
            })
            .collect()
    }
}

/// An identity as two numbers that compare like it.
#[inline]
pub(super) fn halves(identity: Identity) -> [u64; 2] {
    let [high, low] = [identity >> 64, identity & u128::from(u64::MAX)];
    [high, low].map(|half| u64::try_from(half).unwrap_or(u64::MAX))
}

fn take_digit(rest: &mut u64, size: u64) -> u64 {
    let digit = *rest % size;
    *rest /= size;
    digit
}

/// How many bits hold any number below this one.
fn bits(numbers: usize) -> u32 {
    usize::BITS - numbers.saturating_sub(1).leading_zeros()
}

/// Packs the rows that one thread reads of one log.
pub(super) struct Packed<'p> {
    packing: &'p Packing,
    log: u64,
    writer: Writer<'p, ROW>,
    scratch: Scratch,
    direct: Directly,
}

/// What a piece's rows come to where nothing of them is kept.
pub(super) struct Directly {
    /// Rows of each cell.
    pub(super) rows: Vec<u64>,
    /// How many of them name an account.
    pub(super) accounts: u64,
    /// Whether the place of a row that is kept did not fit into its record.
    pub(super) overflowed: bool,
}

impl Directly {
    pub(super) fn new(packing: &Packing) -> Self {
        let cells = if packing.direct { packing.cells } else { 0 };
        Self { rows: vec![0; cells], accounts: 0, overflowed: false }
    }

    /// Adds another piece.
    pub(super) fn add(&mut self, more: &Self) {
        self.rows.iter_mut().zip(&more.rows).for_each(|(all, more)| *all += more);
        self.accounts += more.accounts;
        self.overflowed |= more.overflowed;
    }
}

impl<'p> Packed<'p> {
    pub(super) fn new(packing: &'p Packing, log: usize, writer: Writer<'p, ROW>) -> Self {
        let scratch = Scratch::new(packing.sizes.len());
        Self { packing, log: log as u64, writer, scratch, direct: Directly::new(packing) }
    }

    fn tail(&mut self, row: &Sound<'_>, cell: u64) -> u64 {
        let packing = self.packing;
        // Two rows are at least two bytes apart.
        let place = row.row >> 1;
        self.direct.overflowed |= place >> packing.place_bits > 0;
        let log_and_place = self.log.checked_shl(packing.place_bits).unwrap_or(0) | place;
        (((log_and_place << packing.cell_bits) | cell) << STANDING_BITS) | row.standing as u64
    }
}

impl Keep for Packed<'_> {
    type Piece = Directly;

    fn scratch(&mut self) -> &mut Scratch {
        &mut self.scratch
    }

    fn tells_accounts_apart(&self) -> bool {
        !self.packing.direct
    }

    #[inline]
    fn keep(&mut self, row: &Sound<'_>) {
        let keys = self.scratch.keys.iter().zip(&self.packing.sizes);
        let cell = keys.fold(0, |cell, (key, size)| cell * size + u64::from(*key));
        let account = row.account.unwrap_or(NOBODY);
        if self.packing.direct {
            let counts = u64::from(row.standing == Standing::Counted);
            self.direct.rows[usize::try_from(cell).unwrap_or(0)] += counts;
            self.direct.accounts += if account == NOBODY { 0 } else { counts };
            return;
        }
        let (unit, other) = match self.packing.unit {
            PrivacyUnit::Account if account == NOBODY => (row.request, row.request),
            PrivacyUnit::Account => (account, row.request),
            PrivacyUnit::Request => (row.request, account),
        };
        let tail = self.tail(row, cell);
        let ([unit, of_unit], [other, of_other]) = (halves(unit), halves(other));
        self.writer.put([unit, of_unit, other, of_other, tail]);
    }

    fn take(&mut self) -> Directly {
        std::mem::replace(&mut self.direct, Directly::new(self.packing))
    }
}
