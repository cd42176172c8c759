//! Rows of all logs gathered until they can be counted, in one of two ways that give the same counts.
//!
//! Most logs are packed and counted partition by partition, in memory that does not grow with them. What needs more than a
//! packed row holds (a regime's table, keys from the log, parts of requests, logs of counts) and Parquet logs go to polars
//! as columns. A test of `ingest` holds the two against each other on random logs.

use std::path::Path;

use super::columns::{Columns, STANDINGS};
use super::counted::Counted;
use super::csv_log::{self, CsvHead, Reading};
use super::identity::Identities;
use super::log::{ColumnLog, RequestLog, Standings};
use super::packed::{Directly, Packed, Packing, ROW};
use super::partitions::{self, OTHER};
use super::problem::{self, Stop};
use super::secret::Secrets;
use super::source::Input;
use super::store::{Space, Store};
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::Policy;

/// Rows that were read and not counted yet.
pub(super) enum Gathering<'s> {
    Packed(PackedRows<'s>),
    Columns(Vec<Columns>),
}

/// Rows packed into partitions, or counted as they were read.
pub(super) struct PackedRows<'s> {
    packing: Packing,
    rows: Store<'s, ROW>,
    others: Store<'s, OTHER>,
    direct: Directly,
    logs: usize,
}

impl<'s> Gathering<'s> {
    /// Nothing yet.
    pub(super) fn new(packing: Option<Packing>, space: &'s Space) -> Self {
        let Some(packing) = packing else { return Self::Columns(Vec::new()) };
        let (rows, others) = (Store::new(space), Store::new(space));
        let direct = Directly::new(&packing);
        Self::Packed(PackedRows { packing, rows, others, direct, logs: 0 })
    }

    /// Reads the next log.
    pub(super) fn read_csv(&mut self, input: &Input, head: &CsvHead, reading: &Reading<'_>) -> Result<Counted, Stop> {
        match self {
            Self::Packed(packed) => packed.read(input, head, reading),
            Self::Columns(logs) => {
                let new = || Columns::new(reading.reader.dimensions(), reading.reader.regimes());
                let (counted, pieces) = csv_log::rows(input, head, reading, new)?;
                let mut all = new();
                for piece in pieces {
                    all.append(piece);
                }
                logs.push(all);
                Ok(counted)
            }
        }
    }

    /// Takes the next log's columns.
    pub(super) fn add(&mut self, columns: Columns) {
        if let Self::Columns(logs) = self {
            logs.push(columns);
        }
    }

    /// How many rows, whatever became of them, are of an earlier period that a regime's table shows.
    pub(super) fn earlier(&self) -> u64 {
        match self {
            Self::Packed(_) => 0,
            Self::Columns(logs) => logs.iter().map(|columns| columns.scratch.earlier).sum(),
        }
    }

    /// Drops repetitions. Returns also how many rows were repetitions of later ones.
    pub(super) fn finish(
        self,
        policy: &Policy,
        identities: &Identities,
        identified: bool,
    ) -> Outcome<(RequestLog, Standings)> {
        match self {
            Self::Packed(packed) => packed.count(policy, identities),
            Self::Columns(logs) => {
                let dimensions = policy.dimensions().iter().map(|set| set.column().to_owned()).collect();
                let unit = policy.privacy.unit;
                let (log, repeated) = ColumnLog::new(logs, dimensions, &Secrets::new(policy), unit, identified)
                    .map_err(|_| problem::engine())?;
                Ok((RequestLog::Columns(log), repeated))
            }
        }
    }
}

impl PackedRows<'_> {
    fn read(&mut self, input: &Input, head: &CsvHead, reading: &Reading<'_>) -> Result<Counted, Stop> {
        let (packing, rows, log) = (&self.packing, &self.rows, self.logs);
        let (counted, pieces) = csv_log::rows(input, head, reading, || Packed::new(packing, log, rows.writer()))?;
        for piece in &pieces {
            self.direct.add(piece);
        }
        if self.direct.overflowed {
            return Err(std::io::Error::from(std::io::ErrorKind::FileTooLarge).into());
        }
        self.logs += 1;
        Ok(counted)
    }

    fn count(self, policy: &Policy, identities: &Identities) -> Outcome<(RequestLog, Standings)> {
        let Self { packing, rows, others, direct, logs } = self;
        if packing.direct {
            let bounded = partitions::directly(&direct, &packing, policy);
            return Ok((RequestLog::Bounded(bounded), vec![[0; STANDINGS]; logs]));
        }
        let counts = rows.check().and_then(|()| partitions::count(&rows, &others, &packing, policy, identities, logs));
        let counts = counts.map_err(|error| {
            Diagnostic::io(Code::OutputUnwritable, "use temporary files in", Path::new(&std::env::temp_dir()), &error)
        })?;
        Ok((RequestLog::Bounded(counts.bounded), counts.repeated))
    }
}
