//! What was read of one log, and what became of every row.

use super::columns::{STANDINGS, Standing};
use super::faults::Faults;
use super::problem::BadRow;
use super::row::Fate;

/// Every row of one log, by what became of it. The parts always sum to `read`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) read: u64,
    pub(super) counted: u64,
    pub(super) duplicate: u64,
    pub(super) out_of_period: u64,
    pub(super) left_out: u64,
    /// National-security process: in a regime's table, or in none.
    pub(super) national_security: u64,
    pub(super) rejected: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.read += other.read;
        self.counted += other.counted;
        self.duplicate += other.duplicate;
        self.out_of_period += other.out_of_period;
        self.left_out += other.left_out;
        self.national_security += other.national_security;
        self.rejected += other.rejected;
    }

    /// The rows with a standing.
    pub(super) fn of(&mut self, standing: Standing) -> &mut u64 {
        match standing {
            Standing::Counted => &mut self.counted,
            Standing::OutOfPeriod => &mut self.out_of_period,
            Standing::LeftOut => &mut self.left_out,
            Standing::Secret => &mut self.national_security,
        }
    }

    /// Counts rows that a later row of the same request replaced as duplicates, whatever they stood for.
    pub(super) fn set_repetitions_apart(&mut self, [counted, out_of_period, left_out, secret]: [u64; STANDINGS]) {
        self.counted -= counted;
        self.out_of_period -= out_of_period;
        self.left_out -= left_out;
        self.national_security -= secret;
        self.duplicate += counted + out_of_period + left_out + secret;
    }

    /// Whether every row that was read is accounted for.
    pub(super) fn reconciles(self) -> bool {
        let kept = self.counted + self.duplicate + self.national_security;
        self.read == kept + self.out_of_period + self.left_out + self.rejected
    }
}

/// What became of the rows of one log, or of a piece of one.
pub(super) struct Counted {
    pub(super) tally: Tally,
    pub(super) faults: Faults,
    /// Bad rows with their text, for a quarantine file where there is one.
    pub(super) bad: Vec<BadRow>,
    keep_bad: bool,
}

impl Counted {
    /// Nothing yet. Of bad rows the faults are noted, and where they are set aside the rows are kept.
    pub(super) fn new(keep_bad: bool) -> Self {
        Self { tally: Tally::default(), faults: Faults::default(), bad: Vec::new(), keep_bad }
    }

    /// Notes what became of a row; `raw` is asked for only when the row is set aside.
    pub(super) fn note(&mut self, fate: Fate, row: u64, raw: impl FnOnce() -> Vec<u8>) {
        self.tally.read += 1;
        match fate {
            Fate::Sound(standing) => *self.tally.of(standing) += 1,
            Fate::Rejected(column, expected) => {
                self.tally.rejected += 1;
                self.faults.note(column.as_ref(), &expected, row);
                if self.keep_bad {
                    self.bad.push(BadRow { row, column, expected, raw: raw() });
                }
            }
        }
    }

    /// Adds a later piece of the same log, whose rows were numbered from 0.
    pub(super) fn append(&mut self, piece: Self, rows_before: u64) {
        self.tally.add(piece.tally);
        self.faults.append(piece.faults, rows_before);
        self.bad.extend(piece.bad.into_iter().map(|bad| BadRow { row: bad.row + rows_before, ..bad }));
    }
}
