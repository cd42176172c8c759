//! National-security process: which rows are of it, and in which regime's table each counts.
//!
//! Such a row counts in a regime's table and nowhere else, whatever the tables are.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::problem::Expected;
use crate::keys::sounds_like_national_security;
use crate::policy::Policy;
use crate::regime::Numbers;

/// The place of a row that does not count in a regime's table.
pub(super) const NOWHERE: u32 = u32::MAX;

/// What a log's words for legal processes mean for the regimes of a policy.
pub(super) struct Secrets {
    /// The texts for national-security processes, with their built-in names.
    names: HashMap<Vec<u8>, String>,
    /// The tables of regimes, in order.
    tables: Vec<Arc<Numbers>>,
}

impl Secrets {
    pub(super) fn new(policy: &Policy) -> Self {
        let names = policy.log.secret.iter().map(|(text, name)| (text.as_bytes().to_vec(), name.clone())).collect();
        Self { names, tables: policy.regime_tables().into_iter().map(|(_, numbers)| Arc::clone(numbers)).collect() }
    }

    /// The built-in name of a national-security process; nothing for any other. One that is not known by name is at fault:
    /// it must not be counted as something else.
    pub(super) fn name(&self, cell: &[u8]) -> Result<Option<&str>, Expected> {
        match self.names.get(cell) {
            Some(name) => Ok(Some(name)),
            None if sounds_secret(cell) => Err(Expected::NationalSecurityProcess),
            None => Ok(None),
        }
    }

    /// Where a process received on a day counts, for each regime's table.
    pub(super) fn places(&self, process: &str, day: Date, service: &str) -> impl Iterator<Item = u32> {
        self.tables.iter().map(move |numbers| {
            let place = numbers.place(process, day).filter(|place| !numbers.is_too_new(*place, service, day));
            place.and_then(|place| u32::try_from(place).ok()).unwrap_or(NOWHERE)
        })
    }

    /// How many tables of regimes there are.
    pub(super) fn tables(&self) -> usize {
        self.tables.len()
    }

    /// The rank of a place in a table; see [`Numbers::rank`].
    pub(super) fn rank(&self, table: usize, place: u32) -> usize {
        self.tables[table].rank(place as usize)
    }
}

/// Whether a text sounds like national-security process. Most do not by their first look, and are not copied for a closer
/// one: what does has an `f`, an `n` or a `u` to begin the words it is known by.
fn sounds_secret(cell: &[u8]) -> bool {
    let likely = |byte: &u8| matches!(byte.to_ascii_lowercase(), b'f' | b'n' | b'u');
    cell.iter().any(likely) && sounds_like_national_security(&String::from_utf8_lossy(cell))
}
