//! The rows that are kept, column by column.

use super::identity::Identity;
use super::keep::{Keep, Scratch, Sound};

/// Whether a sound row counts. A row that does not still stands for its request: a later row of the same request
/// takes an earlier one's place, also where the later one is out of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Standing {
    Counted = 0,
    OutOfPeriod = 1,
    LeftOut = 2,
    /// National-security process: it counts in a regime's table or nowhere.
    Secret = 3,
}

/// How many standings there are.
pub(super) const STANDINGS: usize = 4;

/// Kept rows, one entry a row. A column that the log does not have stays empty.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) standing: Vec<u8>,
    /// The request: a part's is its parent.
    pub(super) request: Vec<Identity>,
    /// The part of a request, in a log that has parts.
    pub(super) part: Vec<Identity>,
    pub(super) account: Vec<Identity>,
    pub(super) count: Vec<u64>,
    pub(super) account_count: Vec<u64>,
    /// One column for each dimension, of indices into its key set, or of numbers of its words.
    pub(super) dimensions: Vec<Vec<u32>>,
    /// For each regime's table, where in it the row counts.
    pub(super) regimes: Vec<Vec<u32>>,
    /// Whether the row is no longer secret: 1 or 0.
    pub(super) released: Vec<u8>,
    /// Among it for each dimension its words, where its keys are not declared.
    pub(super) scratch: Scratch,
}

impl Columns {
    pub(super) fn new(dimensions: usize, regimes: usize) -> Self {
        let scratch = Scratch::new(dimensions);
        let (dimensions, regimes) = (vec![Vec::new(); dimensions], vec![Vec::new(); regimes]);
        Self { dimensions, regimes, scratch, ..Self::default() }
    }

    pub(super) fn rows(&self) -> usize {
        self.standing.len()
    }

    /// These rows, and another log's behind them.
    pub(super) fn followed_by(mut self, other: Self) -> Self {
        self.append(other);
        self
    }

    /// Adds the rows of another piece behind these.
    pub(super) fn append(&mut self, mut other: Self) {
        self.standing.append(&mut other.standing);
        self.request.append(&mut other.request);
        self.part.append(&mut other.part);
        self.account.append(&mut other.account);
        self.count.append(&mut other.count);
        self.account_count.append(&mut other.account_count);
        self.released.append(&mut other.released);
        self.scratch.earlier += other.scratch.earlier;
        for (ours, mut theirs) in self.regimes.iter_mut().zip(other.regimes) {
            ours.append(&mut theirs);
        }
        let theirs = other.dimensions.into_iter().zip(other.scratch.words);
        for ((ours, words), (mut theirs, their_words)) in
            self.dimensions.iter_mut().zip(&mut self.scratch.words).zip(theirs)
        {
            renumber(&mut theirs, &words.adopt(their_words));
            ours.append(&mut theirs);
        }
    }
}

impl Keep for Columns {
    type Piece = Self;

    fn scratch(&mut self) -> &mut Scratch {
        &mut self.scratch
    }

    fn keep(&mut self, row: &Sound<'_>) {
        self.standing.push(row.standing as u8);
        self.request.push(row.request);
        self.part.extend(row.part);
        self.account.extend(row.account);
        self.count.extend(row.count);
        self.account_count.extend(row.account_count);
        if !row.places.is_empty() {
            self.released.push(row.released);
        }
        self.regimes.iter_mut().zip(row.places).for_each(|(column, place)| column.push(*place));
        self.dimensions.iter_mut().zip(&self.scratch.keys).for_each(|(column, key)| column.push(*key));
    }

    fn take(&mut self) -> Self {
        let empty = Self::new(self.dimensions.len(), self.regimes.len());
        std::mem::replace(self, empty)
    }
}

/// Gives rows the new numbers of their words; there are none where keys are declared.
pub(super) fn renumber(rows: &mut [u32], new: &[u32]) {
    if !new.is_empty() {
        // A row that does not count has the number 0, whether or not there is such a word.
        for row in rows {
            *row = new.get(*row as usize).copied().unwrap_or_default();
        }
    }
}
