//! From paths to a request log: every row read, checked, and accounted for.

use std::path::{Path, PathBuf};

use super::bound::BoundingLoss;
use super::counted::{Counted, Tally};
use super::csv_log::{self, CsvHead, Progress};
use super::faults;
use super::gathering::Gathering;
use super::identity::Identities;
use super::key::Key;
use super::layout::{LEGAL_PROCESS, Layout, REQUEST_ID};
use super::log::{RequestLog, Standings};
use super::memory::{self, LogMemory, RunMemory};
use super::naming;
use super::packed::Packing;
use super::parquet_log::{self, ParquetTable};
use super::problem::{BadRow, Stop, Unusable};
use super::quarantine;
use super::row::RowReader;
use super::source::{self, Input, Storage};
use super::store::Space;
use crate::error::{Code, Diagnostic, Failure, Outcome};
use crate::policy::{DateFormat, Policy, PrivacyUnit, Told};
use crate::table::Measure;
use crate::units::numbered;

/// What reading the logs gave.
pub struct Reading {
    /// The rows that count.
    pub log: RequestLog,
    /// Things to point out: places, column names, and how many rows are bad. Never a count of sound rows.
    pub warnings: Vec<Diagnostic>,
    /// What the private file will say of them.
    pub record: Record,
    /// What the logs tell apart.
    pub(super) told: Told,
}

/// What a run will leave in the private file.
pub struct Record(RunMemory);

impl Record {
    /// That of counts which another engine made.
    pub(super) fn of_counts(policy: &Policy, file: &Path, tally: Tally) -> Self {
        let rows = memory::rows(tally);
        let log = LogMemory { file: file.display().to_string(), columns: Vec::new(), rows };
        Self(RunMemory::new(policy, vec![log]))
    }

    /// Writes what became of every row, and what the bounds left out, into the private file beside the ledger; returns
    /// its path.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn remember(self, policy: &Policy, command: &str, losses: &[BoundingLoss]) -> Outcome<PathBuf> {
        self.remember_audit(policy, command, losses, Vec::new())
    }

    /// The same of a run that was refused for what readers could have worked out; says what that is.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn remember_audit(
        self,
        policy: &Policy,
        command: &str,
        losses: &[BoundingLoss],
        audit: Vec<String>,
    ) -> Outcome<PathBuf> {
        let bounds = losses.iter().map(BoundingLoss::told).collect();
        memory::remember(&policy.paths.ledger, RunMemory { command: command.to_owned(), bounds, audit, ..self.0 })
    }
}

/// A log whose header is understood.
enum Opened {
    Csv(Input, CsvHead),
    Parquet(Input, ParquetTable),
}

/// Reads all logs.
///
/// # Errors
/// A log cannot be used, a row cannot be counted (unless rows are set aside), or a needed column is missing.
pub fn read_logs(arguments: &[String], policy: &Policy, key: &Key, progress: &Progress<'_>) -> Outcome<Reading> {
    read(arguments, policy, key, progress, packing)
}

fn read(
    arguments: &[String],
    policy: &Policy,
    key: &Key,
    progress: &Progress<'_>,
    packing: fn(&[Opened], &Policy) -> Option<Packing>,
) -> Outcome<Reading> {
    let inputs = source::find(arguments)?;
    let opened = open_all(inputs, policy)?;
    check_measures(opened[0].layout(), policy)?;
    let space = Space::new();
    let mut gathering = Gathering::new(packing(&opened, policy), &space);
    let identities = Identities::new(&key.for_identities(&policy.release));
    let mut logs = Vec::new();
    for (number, log) in opened.iter().enumerate() {
        let format = log.date_format(policy).map_err(|stop| log.failure(stop))?;
        let reader = RowReader::new(log.layout().clone(), format, policy, &identities, number as u64);
        let keep_bad = policy.paths.quarantine.is_some();
        let reading = csv_log::Reading { reader: &reader, keep_bad, progress };
        logs.push(log.rows(&reading, &mut gathering).map_err(|stop| log.failure(stop))?);
    }
    let mut warnings = set_bad_rows_aside(&opened, &mut logs, policy)?;
    refuse_short_logs(&gathering, policy)?;
    let identified = opened[0].layout().request_id.is_some();
    let (log, repeated) = gathering.finish(policy, &identities, identified)?;
    let reading = put_together(&opened, logs, log, repeated, policy)?;
    warnings.extend(reading.warnings);
    Ok(Reading { warnings, ..reading })
}

/// How rows are packed, where all logs can be.
fn packing(opened: &[Opened], policy: &Policy) -> Option<Packing> {
    let csv = opened.iter().all(|log| matches!(log, Opened::Csv(..)));
    csv.then(|| Packing::of(policy, opened[0].layout(), opened.len())).flatten()
}

fn open_all(inputs: Vec<Input>, policy: &Policy) -> Outcome<Vec<Opened>> {
    let mut opened: Vec<Opened> = Vec::new();
    let mut problems = Vec::new();
    for input in inputs {
        match Opened::new(input, policy) {
            Ok(log) => opened.push(log),
            Err(problem) => problems.push(problem),
        }
    }
    if let Some((first, rest)) = opened.split_first() {
        for log in rest {
            if let Some(column) = log.layout().differs_from(first.layout()) {
                problems.push(Unusable::UnevenColumn(column).at(&log.input().path));
            }
        }
    }
    if problems.is_empty() { Ok(opened) } else { Err(Failure::of(problems)) }
}

impl Opened {
    fn new(input: Input, policy: &Policy) -> Result<Self, Diagnostic> {
        if input.storage == Storage::Parquet {
            let table = parquet_log::open(&input, policy).map_err(|stop| failure(&input, stop))?;
            return Ok(Self::Parquet(input, table));
        }
        let head = csv_log::head(&input, policy).map_err(|stop| failure(&input, stop))?;
        Ok(Self::Csv(input, head))
    }

    fn input(&self) -> &Input {
        match self {
            Self::Csv(input, _) | Self::Parquet(input, _) => input,
        }
    }

    fn layout(&self) -> &Layout {
        match self {
            Self::Csv(_, head) => &head.layout,
            Self::Parquet(_, table) => &table.layout,
        }
    }

    fn header(&self) -> &[String] {
        match self {
            Self::Csv(_, head) => &head.header,
            Self::Parquet(_, table) => &table.header,
        }
    }

    /// The order of day and month: the stated one, else the one that the log's dates agree on.
    fn date_format(&self, policy: &Policy) -> Result<DateFormat, Stop> {
        match (policy.log.date_format, self) {
            (Some(stated), _) => Ok(stated),
            (None, Self::Csv(input, head)) => csv_log::date_format(input, head),
            (None, Self::Parquet(_, table)) => table.date_format(),
        }
    }

    fn rows(&self, reading: &csv_log::Reading<'_>, gathering: &mut Gathering<'_>) -> Result<Counted, Stop> {
        match self {
            Self::Csv(input, head) => gathering.read_csv(input, head, reading),
            Self::Parquet(_, table) => {
                let (counted, columns) = table.rows(reading.reader, reading.keep_bad);
                gathering.add(columns);
                Ok(counted)
            }
        }
    }

    fn failure(&self, stop: Stop) -> Failure {
        failure(self.input(), stop).into()
    }
}

fn failure(input: &Input, stop: Stop) -> Diagnostic {
    match stop {
        Stop::Unusable(unusable) => unusable.at(&input.path),
        Stop::Io(error) => source::unreadable(source::LOG, &input.path, &error),
    }
}

/// What an aggregated log cannot tell, or only on the publisher's word.
fn check_measures(layout: &Layout, policy: &Policy) -> Outcome<()> {
    let by_account = policy.privacy.unit == PrivacyUnit::Account;
    if by_account && (layout.count.is_some() || layout.account_count.is_some()) {
        return Err(Diagnostic::error(
            Code::LogNoColumn,
            "a log of counts cannot protect accounts: it does not say which rows are about the same one",
        )
        .help("use --privacy-unit request, or a log with one row per request and account")
        .into());
    }
    let declared = policy.privacy.bounds.per_cell_stated;
    if layout.count.is_some() && policy.measures(Measure::Accounts) && !declared {
        return Err(Diagnostic::error(Code::PolicyMissing, "a log of counts does not say how many accounts one request named")
            .help("state the most it can be with --max-per-cell N or max_per_cell; the noise follows from it, and the report says that it was declared")
            .into());
    }
    Ok(())
}

fn set_bad_rows_aside(opened: &[Opened], logs: &mut [Counted], policy: &Policy) -> Outcome<Vec<Diagnostic>> {
    let total: u64 = logs.iter().map(|log| log.tally.rejected).sum();
    if total == 0 {
        return Ok(Vec::new());
    }
    let read: u64 = logs.iter().map(|log| log.tally.read).sum();
    // A file of which most rows are bad is read wrongly, and a report of the rest would mislead.
    let Some(path) = policy.paths.quarantine.as_ref().filter(|_| 2 * total <= read) else {
        let faults = opened.iter().zip(&*logs).map(|(opened, log)| (opened.input().path.as_path(), &log.faults));
        return Err(Failure::of(faults::told(faults, policy)));
    };
    let mut bad: Vec<(PathBuf, BadRow)> = Vec::new();
    for (log, opened) in logs.iter_mut().zip(opened) {
        bad.extend(std::mem::take(&mut log.bad).into_iter().map(|row| (opened.input().path.clone(), row)));
    }
    quarantine::write(path, &bad)?;
    let warning = Diagnostic::warning(
        Code::LogQuarantined,
        format!("of {}, {} set aside and not counted", numbered(read, "row", "rows"), numbered(total, "is", "are")),
    );
    Ok(vec![warning.at_file(path).help("mend them and run again; a release made without them is sealed without them")])
}

fn put_together(
    opened: &[Opened],
    logs: Vec<Counted>,
    log: RequestLog,
    repeated: Standings,
    policy: &Policy,
) -> Outcome<Reading> {
    let mut tallies: Vec<Tally> = logs.into_iter().map(|log| log.tally).collect();
    for (tally, repeated) in tallies.iter_mut().zip(repeated) {
        tally.set_repetitions_apart(repeated);
        debug_assert!(tally.reconciles());
    }
    let run = RunMemory::new(policy, opened.iter().zip(tallies).map(remembered).collect());
    let mut warnings = memory::unevenness(&run);
    let told = Told::by(opened[0].layout());
    warnings.extend(told.missing(|column| naming::near(column, opened[0].header(), policy), policy));
    if log.is_empty() {
        warnings.push(
            Diagnostic::warning(Code::LogPeriodEmpty, "no row of the logs counts in this period")
                .help("check --period, and which exports were given"),
        );
    }
    warnings.extend(memory::drift(&policy.paths.ledger, &run)?);
    Ok(Reading { log, warnings, record: Record(run), told })
}

impl Told {
    fn by(layout: &Layout) -> Self {
        Self { requests: layout.request_id.is_some(), processes: layout.legal_process.is_some() }
    }

    /// Points out what is not told apart, where a log of single requests could tell it. `near` gives a name in the header that
    /// probably means a column.
    pub(super) fn missing<'h>(self, near: impl Fn(&str) -> Option<&'h str>, policy: &Policy) -> Vec<Diagnostic> {
        let own = |column: &str| naming::mapping(column, near(column).unwrap_or("COLUMN"));
        let mut missing = Vec::new();
        if !self.requests && !policy.is_aggregated() && !policy.log.no_duplicates {
            let message = "the logs have no column `request_id`: every row is taken for one request";
            let help =
                format!("map the log's own with {}; then a request in two rows or logs counts once", own(REQUEST_ID));
            missing.push(Diagnostic::note(Code::LogNoIds, message).help(help));
        }
        if !self.processes && !policy.is_aggregated() {
            let message = "the logs have no column `legal_process`: national-security process in them is counted like any other, and the release says so";
            let help = format!(
                "map the log's own with {}; or make sure that no row is of such process, whose number is limited by law",
                own(LEGAL_PROCESS)
            );
            missing.push(Diagnostic::warning(Code::LogNoProcess, message).help(help));
        }
        missing
    }
}

/// A regime's table that shows an earlier period shows it of logs that reach back to it: without a row of it, an export is
/// missing, and zero would be printed.
fn refuse_short_logs(gathering: &Gathering<'_>, policy: &Policy) -> Outcome<()> {
    let Some(earlier) = policy.earlier_period() else { return Ok(()) };
    if gathering.earlier() > 0 {
        return Ok(());
    }
    let message =
        format!("numbers that are published with a delay are those of {earlier}, and no row of the logs is of it");
    Err(Diagnostic::refused(Code::RegimeLogShort, message)
        .help("give the exports of that period too, or publish when this period's may be shown")
        .into())
}

fn remembered((opened, tally): (&Opened, Tally)) -> LogMemory {
    LogMemory {
        file: opened.input().path.display().to_string(),
        columns: opened.header().to_vec(),
        rows: memory::rows(tally),
    }
}

#[cfg(test)]
mod tests;
