//! What is remembered of a run for the next one and for the person who ran it: column names and row counts.
//!
//! The file stands beside the ledger, only its owner can read it, and it is never published: how many rows
//! a log had is what noise and bands keep from readers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::counted::Tally;
use crate::durable::replace_private;
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::Policy;

/// The file's name.
pub const FILE_NAME: &str = "hushcount-private.json";

/// One log of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct LogMemory {
    pub(super) file: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: BTreeMap<String, u64>,
}

/// One run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct RunMemory {
    pub(super) command: String,
    pub(super) release: String,
    pub(super) logs: Vec<LogMemory>,
    /// What the contribution bounds left out, by table.
    pub(super) bounds: BTreeMap<String, serde_json::Value>,
    /// What readers could have worked out, where that is why nothing was published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) audit: Vec<String>,
}

impl RunMemory {
    /// A run over some logs, of which nothing else is known yet.
    pub(super) fn new(policy: &Policy, logs: Vec<LogMemory>) -> Self {
        let (command, release) = (String::new(), policy.release.clone());
        Self { command, release, logs, bounds: BTreeMap::new(), audit: Vec::new() }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Memory {
    note: String,
    runs: Vec<RunMemory>,
}

const NOTE: &str = "confidential: column names and row counts of request logs; do not publish";

pub(super) fn rows(tally: Tally) -> BTreeMap<String, u64> {
    let parts = [
        ("read", tally.read),
        ("counted", tally.counted),
        ("duplicate", tally.duplicate),
        ("out_of_period", tally.out_of_period),
        ("left_out", tally.left_out),
        ("national_security", tally.national_security),
        ("rejected", tally.rejected),
    ];
    parts.into_iter().map(|(name, rows)| (name.to_owned(), rows)).collect()
}

/// Where the file stands.
pub(super) fn path(ledger: &Path) -> PathBuf {
    ledger.with_file_name(FILE_NAME)
}

/// The releases that were reported beside this ledger, as far as the private file remembers.
///
/// # Errors
/// The private file is damaged.
pub fn remembered_releases(ledger: &Path) -> Outcome<Vec<String>> {
    let reports = read(&path(ledger))?.runs.into_iter().filter(|run| run.command == "report");
    Ok(reports.map(|run| run.release).collect())
}

/// Columns that an earlier report's logs had and this run's have not, as warnings.
///
/// # Errors
/// The private file is damaged.
pub(super) fn drift(ledger: &Path, run: &RunMemory) -> Outcome<Vec<Diagnostic>> {
    let memory = read(&path(ledger))?;
    let reports = memory.runs.iter().rev().filter(|earlier| earlier.command == "report");
    let Some(before) = reports.into_iter().find(|earlier| earlier.release != run.release) else {
        return Ok(Vec::new());
    };
    let known: BTreeSet<&String> = before.logs.iter().flat_map(|log| &log.columns).collect();
    let now: BTreeSet<&String> = run.logs.iter().flat_map(|log| &log.columns).collect();
    let new: Vec<String> = now.difference(&known).map(|column| format!("`{column}`")).collect();
    let help = if new.is_empty() {
        "check that the export still means the same".to_owned()
    } else {
        format!("renamed? new in this run: {}", new.join(", "))
    };
    let gone = missing(known, run);
    let warning = |column| {
        let message =
            format!("the logs of `{}` had a column `{column}`; not every log of this run has it", before.release);
        Diagnostic::warning(Code::LogDrift, message).help(help.clone())
    };
    Ok(gone.into_iter().map(warning).collect())
}

/// Columns that one log of the run has and another has not, as warnings.
pub(super) fn unevenness(run: &RunMemory) -> Vec<Diagnostic> {
    let gone = missing(run.logs.iter().flat_map(|log| &log.columns).collect(), run);
    gone.into_iter()
        .map(|column| {
            Diagnostic::warning(
                Code::LogDrift,
                format!("column `{column}` is in some logs of this run and not in others"),
            )
        })
        .collect()
}

/// The known columns that some log of the run has not, sorted and once.
fn missing<'c>(known: BTreeSet<&'c String>, run: &RunMemory) -> Vec<&'c String> {
    let logs: Vec<BTreeSet<&String>> = run.logs.iter().map(|log| log.columns.iter().collect()).collect();
    known.into_iter().filter(|column| logs.iter().any(|log| !log.contains(column))).collect()
}

/// Remembers a run in place of the same command's earlier one for the release.
///
/// # Errors
/// The file cannot be written.
pub(super) fn remember(ledger: &Path, run: RunMemory) -> Outcome<PathBuf> {
    let path = path(ledger);
    let mut memory = read(&path)?;
    NOTE.clone_into(&mut memory.note);
    memory.runs.retain(|earlier| (&earlier.release, &earlier.command) != (&run.release, &run.command));
    memory.runs.push(run);
    write(&path, &memory)?;
    Ok(path)
}

fn read(path: &Path) -> Outcome<Memory> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Memory::default()),
        Err(error) => Err(Diagnostic::io(Code::PrivateUnreadable, "read", path, &error).into()),
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| {
            Diagnostic::error(Code::PrivateUnreadable, format!("`{}` is damaged", path.display()))
                .at_file(path)
                .help("restore it, or move it away: columns of earlier exports are then not compared")
                .into()
        }),
    }
}

fn write(path: &Path, memory: &Memory) -> Outcome<()> {
    let text = serde_json::to_string_pretty(memory).unwrap_or_default();
    replace_private(path, |out| writeln!(out, "{text}"))
        .map_err(|error| Diagnostic::io(Code::OutputUnwritable, "write", path, &error).into())
}
