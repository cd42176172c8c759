//! Where sound rows go: into columns for polars, or packed into partitions.

use super::columns::Standing;
use super::identity::{Identities, Identity};
use super::words::Words;

/// A sound row as what is counted. Its keys stand in the scratch.
pub(super) struct Sound<'r> {
    pub(super) standing: Standing,
    /// The request: a part's is its parent.
    pub(super) request: Identity,
    /// The part of a request, in a log that has parts.
    pub(super) part: Option<Identity>,
    /// In a log that has accounts.
    pub(super) account: Option<Identity>,
    /// How many requests and accounts it stands for, in a log that says so.
    pub(super) count: Option<u64>,
    pub(super) account_count: Option<u64>,
    /// Whether the row is no longer secret: 1 or 0.
    pub(super) released: u8,
    /// For each regime's table, where in it the row counts.
    pub(super) places: &'r [u32],
    /// A number that no other row of the log has; later rows have larger ones.
    pub(super) row: u64,
}

/// Takes sound rows, each once and those of one piece of a log in their order.
pub(super) trait Keep: Send {
    /// What is handed over after every piece.
    type Piece: Send;

    fn scratch(&mut self) -> &mut Scratch;

    /// Whether it matters which account a row names, or only that it names one.
    fn tells_accounts_apart(&self) -> bool {
        true
    }

    fn keep(&mut self, row: &Sound<'_>);

    fn take(&mut self) -> Self::Piece;
}

/// What is needed from row to row.
#[derive(Default)]
pub(super) struct Scratch {
    /// For each dimension its words.
    pub(super) words: Vec<Words>,
    /// For each dimension the row's index into its key set, or the number of its word.
    pub(super) keys: Vec<u32>,
    /// How many rows, whatever became of them, are of an earlier period that a regime's table shows.
    pub(super) earlier: u64,
    pub(super) recent: Recent,
}

impl Scratch {
    pub(super) fn new(dimensions: usize) -> Self {
        Self { words: (0..dimensions).map(|_| Words::default()).collect(), ..Self::default() }
    }
}

/// The last request: the rows that name its accounts mostly follow each other.
#[derive(Default)]
pub(super) struct Recent {
    id: Vec<u8>,
    identity: Identity,
}

impl Recent {
    pub(super) fn request(&mut self, id: &[u8], identities: &Identities) -> Identity {
        if self.id != id || id.is_empty() {
            self.id.clear();
            self.id.extend_from_slice(id);
            self.identity = identities.request(id);
        }
        self.identity
    }
}
