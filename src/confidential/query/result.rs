//! The result of a counting query: exact counts that another engine made, read back on this side.
//!
//! They are bounded: the query that carries the mark of this policy and key has bounded them. Nothing of the file but
//! places is ever told.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::counts_file::{self, Row, invalid};
use super::{
    COLUMNS, Check, DUPLICATES, Numbers, OF_ALL_ROWS, READS, REJECTED, ROWS, UNORDERED, checks, losses, made_for,
    numbers, refuse_uncountable,
};
use crate::confidential::bound::BoundingLoss;
use crate::confidential::counted::Tally;
use crate::confidential::counts::Counts;
use crate::confidential::exact::Exact;
use crate::confidential::faults::{self, MAX_PLACES};
use crate::confidential::ingest::Record;
use crate::confidential::key::Key;
use crate::confidential::problem::Expected;
use crate::error::{Code, Diagnostic, Failure, Outcome, Place};
use crate::policy::{Policy, Told};
use crate::table::{Column, Table, TableSpec};
use crate::units::numbered;

/// A count beyond this is no count of rows; sums then stay far inside 64 bits.
const LARGEST: u64 = 1_000_000_000_000;

/// What reading the counts gave.
pub struct Returned {
    /// The counts.
    pub counts: Counts,
    /// Things to point out.
    pub warnings: Vec<Diagnostic>,
    /// What the private file will say.
    pub record: Record,
}

/// Reads the result of the counting query for this policy and key.
///
/// # Errors
/// Others can read the file; it is of another policy or key; a number is missing, stands there twice or is none; or the
/// query found rows that cannot be counted.
pub fn read_counts(path: &Path, policy: &Policy, key: &Key) -> Outcome<Returned> {
    refuse_uncountable(policy)?;
    let mut found = Found::new(policy);
    let rows = counts_file::rows(path, found.wanted.iter().map(|one| one.cells).sum())?;
    let mark = made_for(policy, key);
    let mut faults = Vec::new();
    for row in &rows {
        match found.take(&row.cells, &mark) {
            Ok(()) => {}
            Err(Fault::Foreign(told)) => return Err(foreign(&told, &row.file).into()),
            Err(Fault::Cell(column, expected)) => faults.push(place(row, column, expected)),
        }
    }
    if !faults.is_empty() {
        return Err(unreadable_rows(faults).into());
    }
    found.refuse_missing(path)?;
    found.refuse_rejected(policy, path)?;
    found.refuse_nothing(path)?;
    found.refuse_impossible(policy, path)?;
    Ok(found.counts(policy, path))
}

/// What is wrong with a row of the result.
enum Fault {
    /// It is of another policy, or else of another key.
    Foreign(Foreign),
    /// A cell of it.
    Cell(&'static str, &'static str),
}

enum Foreign {
    Policy,
    Key,
}

fn foreign(told: &Foreign, path: &Path) -> Diagnostic {
    let what = match told {
        Foreign::Policy => "another policy, period or release",
        Foreign::Key => "another key",
    };
    Diagnostic::refused(Code::CountsForeign, format!("the counts were made for {what}"))
        .at_file(path)
        .help("write the query again with `hushcount sql` and the options and key of this run, and run it")
}

fn place(row: &Row, column: &str, expected: &str) -> Place {
    let (file, column, expected) = (row.file.clone(), Some(column.to_owned()), expected.to_owned());
    Place::Cell { file, row: row.number, column, expected }
}

fn unreadable_rows(places: Vec<Place>) -> Diagnostic {
    let message = format!("{} row(s) of the counts are none of the query's", places.len());
    let diagnostic =
        Diagnostic::error(Code::CountsInvalid, message).help("run the query again and write its result as it is");
    places.into_iter().take(MAX_PLACES).fold(diagnostic, Diagnostic::at)
}

/// The numbers as they are found.
pub(super) struct Found {
    wanted: Vec<Numbers>,
    places: HashMap<(String, &'static str), usize>,
    values: Vec<Vec<Option<u64>>>,
}

impl Found {
    fn new(policy: &Policy) -> Self {
        let wanted = numbers(policy);
        let places = wanted.iter().zip(0..).map(|(one, place)| ((one.table.clone(), one.measure), place)).collect();
        let values = wanted.iter().map(|one| vec![None; one.cells]).collect();
        Self { wanted, places, values }
    }

    fn take(&mut self, [of, table, measure, cell, how_many]: &[String; 5], mark: &str) -> Result<(), Fault> {
        if of != mark {
            let [ours, theirs] = [mark, of].map(|mark| mark.split('-').next());
            return Err(Fault::Foreign(if ours == theirs { Foreign::Key } else { Foreign::Policy }));
        }
        let of_table = || self.wanted.iter().find(|one| one.table == *table);
        of_table().ok_or(Fault::Cell(COLUMNS[1], "a table of the policy, or *"))?;
        let known = self.wanted.iter().find(|one| one.table == *table && one.measure == measure);
        let known = known.ok_or(Fault::Cell(COLUMNS[2], "what the query counts in this table"))?;
        let place = self.places[&(table.clone(), known.measure)];
        let slot = number(cell).and_then(|cell| self.values[place].get_mut(usize::try_from(cell).ok()?));
        let slot = slot.ok_or(Fault::Cell(COLUMNS[3], "the number of one of the table's cells"))?;
        if slot.is_some() {
            return Err(Fault::Cell(COLUMNS[3], "each cell once; this one was there before"));
        }
        *slot = Some(
            number(how_many).ok_or(Fault::Cell(COLUMNS[4], "a whole number, not negative, of at most 12 digits"))?,
        );
        Ok(())
    }

    /// A file that was cut off has not all of them.
    fn refuse_missing(&self, path: &Path) -> Outcome<()> {
        let missing: usize = self.values.iter().flatten().filter(|value| value.is_none()).count();
        if missing == 0 {
            return Ok(());
        }
        let first = self.wanted.iter().zip(&self.values).find(|(_, values)| values.contains(&None));
        let first =
            first.map(|(one, _)| format!(", first in table `{}`, {}", one.table, one.measure)).unwrap_or_default();
        Err(invalid(path, format!("{missing} numbers of the counts are missing{first}"))
            .help("the query gives every cell, also empty ones: write its whole result")
            .into())
    }

    /// Rows that the built-in way would have refused, too.
    fn refuse_rejected(&self, policy: &Policy, path: &Path) -> Outcome<()> {
        let rejected = self.numbers(OF_ALL_ROWS, REJECTED);
        let told = |(rows, check): (&u64, Check)| (*rows > 0).then(|| rejection(*rows, &check, policy).at_file(path));
        let mut problems: Vec<Diagnostic> = rejected.iter().zip(checks(policy)).filter_map(told).collect();
        let unordered = self.numbers(OF_ALL_ROWS, UNORDERED)[0];
        if unordered > 0 {
            let message =
                format!("{unordered} request(s) stand in several rows that disagree, and none of these is the last");
            problems.push(Diagnostic::error(Code::LogRow, message).at_file(path).help(
                "a table has no order: `hushcount sql --order-by COLUMN[,COLUMN]` names what grows with each export, and must tell these rows apart",
            ));
        }
        if problems.is_empty() { Ok(()) } else { Err(Failure::of(problems)) }
    }

    /// A table that is empty is more likely another table than a log of nothing.
    fn refuse_nothing(&self, path: &Path) -> Outcome<()> {
        if self.tally().read > 0 {
            return Ok(());
        }
        let help = "check which table the query read: `hushcount sql --table`";
        Err(invalid(path, "the query found no row at all").help(help).into())
    }

    pub(super) fn numbers(&self, table: &str, measure: &'static str) -> Vec<u64> {
        let place = self.places.get(&(table.to_owned(), measure));
        place
            .map(|place| self.values[*place].iter().map(|value| value.unwrap_or_default()).collect())
            .unwrap_or_default()
    }

    fn counts(&self, policy: &Policy, path: &Path) -> Returned {
        let tables = policy.tables.iter().map(|spec| self.table(spec)).collect();
        let told = |spec: &Arc<TableSpec>| {
            let told = losses(policy, spec).iter().map(|loss| self.numbers(&spec.name, loss)[0]).collect::<Vec<_>>();
            BoundingLoss::told_by_query(spec, policy.privacy.unit, &told)
        };
        let losses = policy.tables.iter().filter_map(told).collect();
        let tally = self.tally();
        let empty = Diagnostic::warning(Code::LogPeriodEmpty, "no row of the log counts in this period")
            .help("check --period, and which table the query read");
        let told = self.told();
        let mut warnings = told.missing(|_| None, policy);
        warnings.extend((tally.counted == 0).then_some(empty));
        let record = Record::of_counts(policy, path, tally);
        Returned { counts: Counts { tables, candidates: Vec::new(), losses, told }, warnings, record }
    }

    fn table(&self, spec: &Arc<TableSpec>) -> Table<Exact> {
        let columns = spec.measures.iter().map(|measure| {
            let cells = self.numbers(&spec.name, measure.as_str()).into_iter().map(Exact::new).collect();
            Column { measure: *measure, cells, released: Vec::new(), total: None }
        });
        Table::new(Arc::clone(spec), columns.collect())
    }

    pub(super) fn told(&self) -> Told {
        let reads = self.numbers(OF_ALL_ROWS, READS);
        Told { requests: reads[0] > 0, processes: reads[3] > 0 }
    }

    pub(super) fn tally(&self) -> Tally {
        let rows = self.numbers(OF_ALL_ROWS, ROWS);
        let duplicate = self.numbers(OF_ALL_ROWS, DUPLICATES)[0];
        let (counted, out_of_period, left_out, national_security) = (rows[0], rows[1], rows[2], rows[3]);
        let read = rows.iter().sum::<u64>() + duplicate;
        Tally { read, counted, duplicate, out_of_period, left_out, national_security, rejected: 0 }
    }
}

/// Rows that one check found, and what can be done.
fn rejection(rows: u64, check: &Check, policy: &Policy) -> Diagnostic {
    let cannot = numbered(rows, "request or row of the log cannot be", "requests or rows of the log cannot be");
    let column = policy.log.header(&check.column);
    let message = format!("{cannot} counted as they stand: column `{column}`: expected {}", check.expected.text());
    let remedy = match check.expected {
        Expected::Date(_) => {
            "mend them in the table; a column of type DATE or TIMESTAMP is read with `hushcount sql --dates date`"
                .to_owned()
        }
        _ => faults::remedy(&check.column, &check.expected, policy),
    };
    let list = "the query of `hushcount sql --rejected` lists them";
    Diagnostic::error(Code::LogRow, message)
        .help(format!("{list}; {remedy}; then write and run the counting query again"))
}

fn number(text: &str) -> Option<u64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_plain && *number < LARGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_a_plain_whole_number() {
        assert_eq!(["0", "12", "999999999999"].map(number), [Some(0), Some(12), Some(999_999_999_999)]);
        for bad in ["", "-1", "+1", "1.0", "1e3", " 1", "1,000", "1000000000000", "99999999999999999999"] {
            assert_eq!(number(bad), None, "{bad:?}");
        }
    }
}
