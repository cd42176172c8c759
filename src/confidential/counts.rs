//! The exact counts of a release, as one piece that nothing outside can look into.

use super::bound::BoundingLoss;
use super::exact::Exact;
use super::key::Key;
use crate::table::Table;

/// Every count of a release before noise. What has keys that are not selected yet names raw values of the log, so not
/// even its shape is shown.
pub struct Counts {
    pub(super) tables: Vec<Table<Exact>>,
    pub(super) candidates: Vec<Candidates>,
    /// What the bounds left out, for the private file.
    pub losses: Vec<BoundingLoss>,
}

/// The values of a column that may be published if enough units have them, each with its number of units.
pub(super) struct Candidates {
    pub(super) column: String,
    pub(super) keys: Vec<String>,
    pub(super) units: Vec<Exact>,
}

impl Counts {
    /// Keyed digest of all counts: equal for equal data, unrelated for any other.
    #[must_use]
    pub fn commitment(&self, key: &Key) -> String {
        let mut bytes = Vec::new();
        for table in &self.tables {
            for column in table.columns() {
                put(&mut bytes, &[table.spec().name.as_str(), column.measure.as_str()], &column.cells);
            }
        }
        for candidates in &self.candidates {
            let texts: Vec<&str> = candidates.keys.iter().map(String::as_str).collect();
            put(&mut bytes, &[&[candidates.column.as_str()], &texts[..]].concat(), &candidates.units);
        }
        key.commit(&bytes)
    }
}

/// Texts and counts, each after its length, so that no two sequences run together.
fn put(bytes: &mut Vec<u8>, texts: &[&str], counts: &[Exact]) {
    for text in texts {
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.extend((counts.len() as u64).to_le_bytes());
    bytes.extend(counts.iter().flat_map(|count| count.get().to_le_bytes()));
}
