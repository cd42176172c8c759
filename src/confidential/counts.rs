//! The exact counts of a release, as one piece that nothing outside can look into.

use super::bound::BoundingLoss;
use super::exact::Exact;
use super::key::Key;
use crate::policy::Told;
use crate::table::Table;

/// Every count of a release before noise. What has keys that are not selected yet names raw values of the log, so not
/// even its shape is shown.
pub struct Counts {
    pub(super) tables: Vec<Table<Exact>>,
    pub(super) candidates: Vec<Candidates>,
    /// What the bounds left out, for the private file.
    pub losses: Vec<BoundingLoss>,
    /// What the logs tell apart.
    pub told: Told,
}

/// The values of a column that may be published if enough units have them, each with its number of units.
pub(super) struct Candidates {
    pub(super) column: String,
    pub(super) keys: Vec<String>,
    pub(super) units: Vec<Exact>,
}

impl Counts {
    /// Keyed digest of all counts of a release: equal for equal data of the same release under the same policy, unrelated
    /// for any other. Release and policy are in it because it is public: equal counts of two quarters must not show.
    #[must_use]
    pub fn commitment(&self, key: &Key, release: &str, policy_sha256: &str) -> String {
        let mut bytes = Vec::new();
        put(&mut bytes, &[release, policy_sha256]);
        for table in &self.tables {
            for column in table.columns() {
                put(&mut bytes, &[table.spec().name.as_str(), column.measure.as_str()]);
                for (cell, count) in column.cells.iter().enumerate() {
                    // Which cells there are follows from the policy, but for words of the log.
                    let words = if table.spec().is_private() { table.spec().keys_of(cell) } else { Vec::new() };
                    put(&mut bytes, &words);
                    bytes.extend(count.get().to_le_bytes());
                }
            }
        }
        for candidates in &self.candidates {
            put(&mut bytes, &[candidates.column.as_str()]);
            for (word, units) in candidates.keys.iter().zip(&candidates.units) {
                put(&mut bytes, &[word]);
                bytes.extend(units.get().to_le_bytes());
            }
        }
        // What the log does not tell apart is said in the release: it is another one where the log does.
        let untold = [(self.told.requests, "requests"), (self.told.processes, "processes")];
        let untold = untold.map(|(is_told, what)| if is_told { "" } else { what });
        if untold != [""; 2] {
            put(&mut bytes, &untold);
        }
        key.commit(&bytes)
    }
}

/// How many texts, then each after its length, so that no two sequences run together.
fn put(bytes: &mut Vec<u8>, texts: &[&str]) {
    bytes.extend((texts.len() as u64).to_le_bytes());
    for text in texts {
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
}
