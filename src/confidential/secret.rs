//! National-security process: which rows are of it, and in which regime's table each counts.
//!
//! Such a row counts in a regime's table and nowhere else, whatever the tables are.

use std::sync::Arc;

use jiff::civil::Date;

use super::problem::Expected;
use super::texts::Texts;
use crate::keys::{is_national_security, sounds_like_national_security};
use crate::policy::Policy;
use crate::regime::{Newness, Numbers};

/// The place of a row that does not count in a regime's table.
pub(super) const NOWHERE: u32 = u32::MAX;

/// The place of a row of whose order nothing may be said in a regime's table.
pub(super) const SILENT: u32 = u32::MAX - 1;

/// What a log's words for legal processes mean for the regimes of a policy.
pub(super) struct Secrets {
    /// The texts for legal processes, with their names.
    names: Texts<usize>,
    processes: Vec<Process>,
    /// The tables of regimes, in order.
    tables: Vec<Arc<Numbers>>,
}

/// A legal process by its name.
pub(super) struct Process {
    pub(super) name: String,
    pub(super) is_secret: bool,
}

impl Secrets {
    pub(super) fn new(policy: &Policy) -> Self {
        let process = |name: &String| Process { name: name.clone(), is_secret: is_national_security(name) };
        let stated = &policy.log.processes;
        let processes = stated.values().map(process).collect();
        let names = stated.iter().zip(0..).map(|((text, _), place)| (text.as_bytes(), place)).collect();
        let tables = policy.regime_tables().into_iter().map(|(_, numbers)| Arc::clone(numbers)).collect();
        Self { names, processes, tables }
    }

    /// The process that a cell means; nothing for one that is not known and sounds harmless. Where a regime's table is
    /// made every process must be known: one that is not might be among its numbers.
    pub(super) fn process(&self, cell: &[u8]) -> Result<Option<&Process>, Expected> {
        match self.names.get(cell) {
            Some(process) => Ok(Some(&self.processes[process])),
            None if sounds_secret(cell) => Err(Expected::NationalSecurityProcess),
            None if self.tables.is_empty() => Ok(None),
            None => Err(Expected::LegalProcess),
        }
    }

    /// Where a process received on a day counts, for each regime's table.
    pub(super) fn places(&self, process: &str, day: Date, service: &str) -> Result<Vec<u32>, Expected> {
        let place = |numbers: &Arc<Numbers>| {
            let Some(place) = numbers.place(process, day) else { return Ok(NOWHERE) };
            match numbers.newness(place, service, day) {
                Newness::Old => Ok(u32::try_from(place).unwrap_or(NOWHERE)),
                // A zero that is declared is false also where the order may not be spoken of yet.
                Newness::Silent if numbers.shown[place].zero => Ok(u32::try_from(place).unwrap_or(NOWHERE)),
                Newness::Silent => Ok(SILENT),
                Newness::Unclear => Err(Expected::Service),
            }
        };
        self.tables.iter().map(place).collect()
    }

    /// Whether a place in a table is declared zero.
    pub(super) fn is_zero(&self, table: usize, place: u32) -> bool {
        let number = usize::try_from(place).ok().and_then(|place| self.tables[table].shown.get(place));
        number.is_some_and(|number| number.zero)
    }

    /// How many tables of regimes there are.
    pub(super) fn tables(&self) -> usize {
        self.tables.len()
    }

    /// The place in a table that an order of this place counts in when it stands there too.
    pub(super) fn yields_to(&self, table: usize, place: u32) -> Option<u32> {
        let number = self.tables[table].yields_to(usize::try_from(place).ok()?)?;
        u32::try_from(number).ok()
    }
}

/// Whether a text sounds like national-security process. Most do not by their first look, and are not copied for a closer
/// one: all its names have one of a few characters.
fn sounds_secret(cell: &[u8]) -> bool {
    let likely = |byte: &u8| !byte.is_ascii() || matches!(byte.to_ascii_lowercase(), b'f' | b'n' | b'u' | b'7');
    cell.iter().any(likely) && sounds_like_national_security(&String::from_utf8_lossy(cell))
}
