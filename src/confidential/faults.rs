//! Rows that cannot be counted, by what is wrong with them: how many, where the first are, and what could stand there.
//!
//! Told are places, names of columns and public keys, never what stands in a cell: two wrong values of one column are one
//! fault.

use std::collections::BTreeMap;
use std::path::Path;

use super::layout::LEGAL_PROCESS;
use super::problem::Expected;
use crate::error::{Code, Diagnostic, Place};
use crate::policy::Policy;
use crate::units::numbered;

/// How many places are listed of the only fault.
pub(super) const MAX_PLACES: usize = 20;

/// How many places are listed of each of several faults.
const FEW_PLACES: usize = 5;

/// How many keys of a column are listed.
const MAX_KEYS: usize = 12;

/// The column at fault by hushcount's name, where one cell is, and what was expected there.
type Kind = (Option<String>, Expected);

/// The rows of one log that cannot be counted.
#[derive(Debug, Default)]
pub(super) struct Faults(BTreeMap<Kind, Rows>);

/// Rows with one fault: how many, and the first of them.
#[derive(Debug, Default)]
struct Rows {
    number: u64,
    first: Vec<u64>,
}

impl Faults {
    pub(super) fn note(&mut self, column: Option<&String>, expected: &Expected, row: u64) {
        self.0.entry((column.cloned(), expected.clone())).or_default().add(1, [row]);
    }

    /// Adds those of a later piece of the same log, whose rows were numbered from 0.
    pub(super) fn append(&mut self, piece: Self, rows_before: u64) {
        for (kind, rows) in piece.0 {
            self.0.entry(kind).or_default().add(rows.number, rows.first.into_iter().map(|row| row + rows_before));
        }
    }
}

impl Rows {
    fn add(&mut self, number: u64, first: impl IntoIterator<Item = u64>) {
        self.number += number;
        let room = MAX_PLACES.saturating_sub(self.first.len());
        self.first.extend(first.into_iter().take(room));
    }
}

/// One diagnostic for each fault, the most frequent first.
pub(super) fn told<'f>(logs: impl Iterator<Item = (&'f Path, &'f Faults)>, policy: &Policy) -> Vec<Diagnostic> {
    let mut kinds: BTreeMap<&Kind, Vec<(&Path, &Rows)>> = BTreeMap::new();
    for (file, faults) in logs {
        for (kind, rows) in &faults.0 {
            kinds.entry(kind).or_default().push((file, rows));
        }
    }
    let places = if kinds.len() > 1 { FEW_PLACES } else { MAX_PLACES };
    let number = |rows: &[(&Path, &Rows)]| rows.iter().map(|(_, rows)| rows.number).sum::<u64>();
    let mut kinds: Vec<_> = kinds.into_iter().map(|(kind, rows)| (number(&rows), kind, rows)).collect();
    kinds.sort_by_key(|(number, ..)| std::cmp::Reverse(*number));
    kinds.into_iter().map(|(number, kind, rows)| diagnostic(number, kind, &rows, places, policy)).collect()
}

fn diagnostic(number: u64, kind: &Kind, rows: &[(&Path, &Rows)], places: usize, policy: &Policy) -> Diagnostic {
    let cannot = numbered(number, "row cannot be counted as it stands", "rows cannot be counted as they stand");
    let column = kind.0.as_ref().map(|column| format!(": column `{column}`")).unwrap_or_default();
    let shown = if number > places as u64 { format!(" (the first {places} are listed)") } else { String::new() };
    let all = rows.iter().flat_map(|(file, rows)| rows.first.iter().map(move |row| place(file, *row, kind)));
    let diagnostic = Diagnostic::error(Code::LogRow, format!("{cannot}{column}{shown}"));
    all.take(places).fold(diagnostic, Diagnostic::at).help(help(kind, policy))
}

fn place(file: &Path, row: u64, (column, expected): &Kind) -> Place {
    Place::Cell { file: file.to_path_buf(), row, column: column.clone(), expected: expected.text() }
}

fn help((column, expected): &Kind, policy: &Policy) -> String {
    let what = remedy(column.as_deref().unwrap_or_default(), expected, policy);
    match policy.paths.quarantine {
        None => format!("{what}; or set such rows aside: --quarantine FILE"),
        Some(_) => format!("{what}. None were set aside: most rows are bad, so the log is probably read wrongly"),
    }
}

/// What can be done about a fault where the rows are.
pub(super) fn remedy(column: &str, expected: &Expected, policy: &Policy) -> String {
    match expected {
        Expected::Key | Expected::KeySpelling => keys_help(column, expected, policy),
        Expected::LegalProcess | Expected::NationalSecurityProcess => processes_help(policy),
        Expected::NationalSecurityKey => {
            format!("give it a key of its own in a table with `regime`; under [keys.{column}] it cannot be counted")
        }
        Expected::Date(_) => "mend them in the export, or say how dates are written: --date-format".to_owned(),
        Expected::LeaveOutSpelling => format!("list this spelling too under [log.leave_out], for `{column}`"),
        _ => "mend them in the export".to_owned(),
    }
}

/// What can be done about values that are not listed. Of legal processes a word that nobody mapped may be one of those that
/// are secret, so counting it as other is no way out.
fn keys_help(column: &str, expected: &Expected, policy: &Policy) -> String {
    if column == LEGAL_PROCESS {
        return processes_help(policy);
    }
    let known = known_keys(column, policy);
    let map = format!("map the log's own words under [keys.{column}.spellings]");
    match expected {
        Expected::KeySpelling => format!("{known}; {map}"),
        _ => format!(
            "{known}; add to them under [keys.{column}], {map}, or count what is not listed together with `unknown = \"other\"` there"
        ),
    }
}

fn processes_help(policy: &Policy) -> String {
    format!(
        "{}; add your own to `values` under [keys.legal_process], or map the log's words under its `spellings`, also those for national-security process \
         (\"National Security Letter\" = \"nsl\"). `unknown = \"other\"` is no way out: a secret process in words that are not \
         known would be counted among others",
        known_keys(LEGAL_PROCESS, policy)
    )
}

/// The keys of a column, which are public: all where they are few, else how many and the first.
fn known_keys(column: &str, policy: &Policy) -> String {
    let sets = policy.dimensions();
    let set = sets.iter().find(|set| set.column() == column);
    let keys: Vec<&str> = match set {
        Some(set) => set.keys().iter().map(String::as_str).collect(),
        None if column == LEGAL_PROCESS => {
            let mut names: Vec<&str> = policy.log.processes.values().map(String::as_str).collect();
            names.sort_unstable();
            names.dedup();
            names
        }
        None => Vec::new(),
    };
    let first = keys.iter().take(MAX_KEYS).copied().collect::<Vec<_>>().join(", ");
    match keys.len() {
        0 => format!("`{column}` has keys in the policy"),
        number if number <= MAX_KEYS => format!("the keys of `{column}` are {first}"),
        number => format!("`{column}` has {number} keys: {first}, ..."),
    }
}
