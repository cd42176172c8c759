//! The counting query: what is done with the rows of a log, written down for an engine that has them.
//!
//! The query says what `row`, `log`, `bound` and `count` do, and its result goes on through `tally`. Both sides agree on
//! [`numbers`], what the result must have, and on [`made_for`], which policy and key it is of. The query holds the salt that
//! orders a unit's cells, and never the key; it is as confidential as the log, and so is its result.

mod counts_file;
mod days;
mod dialect;
mod plausible;
mod rejected;
mod result;
mod rows;
mod secrecy;
mod spelt;
mod tables;
mod windows;

use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use result::{Returned, read_counts};

use super::key::Key;
use super::layout::{
    ACCOUNT_COUNT, ACCOUNT_ID, COUNT, LEGAL_PROCESS, LIFTED_ON, Layout, PARENT_ID, RECEIVED_ON, REQUEST_ID,
};
use super::problem::Expected;
use crate::cli::{Dialect, SqlArgs};
use crate::derived::{Derived, NONDISCLOSURE, NOTIFIED_ON, UNTIL};
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::{DateFormat, Policy, PrivacyUnit, Told, hex};
use crate::table::{Measure, TableSpec};

/// What every query begins with.
pub const BEGINS: &str = "-- A query of hushcount";

/// Stands in the place of a table's name where the result says something of all rows.
pub(super) const OF_ALL_ROWS: &str = "*";

/// The columns of the result.
pub(super) const COLUMNS: [&str; 5] = ["made_for", "table_name", "measure", "cell", "how_many"];

/// What became of the rows: counted, out of the period, left out, national-security process.
pub(super) const ROWS: &str = "rows";
/// Rows whose place a later one took.
pub(super) const DUPLICATES: &str = "duplicates";
/// Rows that cannot be counted, by what is wrong with them.
pub(super) const REJECTED: &str = "rejected";
/// Requests whose last row is not known: several stand there and disagree.
pub(super) const UNORDERED: &str = "unordered";

/// Which of the columns that a table may have or not were read: request, part, account, legal process, and when
/// a secrecy order was lifted.
pub(super) const READS: &str = "reads";

/// A row says one number: its keys, or, below zero, why it does not count. Beyond this double precision would end, which some
/// engines divide with.
const MAX_COMBINATIONS: u64 = 1 << 53;

/// Something that the query finds wrong with a row: the column by hushcount's name, and what was expected there.
pub(super) struct Check {
    pub(super) column: String,
    pub(super) expected: Expected,
}

/// A run of numbers in the result, from cell 0 on.
pub(super) struct Numbers {
    pub(super) table: String,
    pub(super) measure: &'static str,
    pub(super) cells: usize,
}

/// What one table says of its bounds: how often units stood in cells and how often they count, and the same of others.
pub(super) const LOSSES: [&str; 4] = ["units_seen", "units_kept", "others_seen", "others_kept"];

/// The query for a policy.
///
/// # Errors
/// The policy asks for what no query here can count, or the table lacks a column.
pub fn counting_query(policy: &Policy, key: &Key, args: &SqlArgs) -> Outcome<Zeroizing<String>> {
    refuse_uncountable(policy)?;
    let header = if args.columns.is_empty() { usual_columns(policy) } else { args.columns.clone() };
    refuse_unordered(&args.order_by)?;
    let layout = Layout::find(&header, policy).map_err(|unusable| unusable.at(Path::new("--columns")))?;
    refuse_parts_without_ids(&layout)?;
    let salt = key.for_identities(&policy.release);
    let query = Query { policy, args, header: &header, layout: &layout, salt: &salt };
    Ok(Zeroizing::new(if args.rejected { query.write_rejected() } else { query.write(&made_for(policy, key)) }))
}

/// What a query is written from.
struct Query<'q> {
    policy: &'q Policy,
    args: &'q SqlArgs,
    header: &'q [String],
    layout: &'q Layout,
    salt: &'q str,
}

impl Query<'_> {
    fn dialect(&self) -> Dialect {
        self.args.dialect
    }

    fn write(&self, made_for: &str) -> String {
        let mut parts = self.parts_of_rows();
        let mut results = self.results_of_rows();
        for (place, table) in self.policy.tables.iter().enumerate() {
            let (of_table, result) = self.table(place, table);
            parts.extend(of_table);
            results.extend(result);
        }
        let columns = COLUMNS[1..4].join(", ");
        format!(
            "{}{}\nSELECT {} AS made_for, {columns}, CAST(how_many AS BIGINT) AS how_many\nFROM (\n{}\n) AS hush_result\nORDER BY {columns}\n",
            self.head("It holds a salt made from the key, and its result is exact counts. Keep both 0600,\n-- and give the result to `hushcount report --counts FILE` with the same policy and key."),
            self.dialect().with(&parts),
            self.dialect().literal(made_for),
            results.join("\nUNION ALL\n"),
        )
    }

    /// What whoever finds the query should know.
    fn head(&self, about: &str) -> String {
        let read: Vec<&str> = self.layout.places().map(|place| self.header[place].as_str()).collect();
        // A name is the user's own text: nothing in it may end the comment.
        let read = read.join(", ").replace(|c: char| c.is_control(), " ");
        format!(
            "{BEGINS} for release {}, {} to {}.\n-- CONFIDENTIAL, like the log. {about}\n\
             -- It takes these to be all of the log's columns that matter: {read}.\n",
            self.policy.release,
            self.policy.period.first(),
            self.policy.period.last(),
        )
    }
}

/// The columns a log is taken to have: those that tell requests, accounts and secret process, and what the policy names.
fn usual_columns(policy: &Policy) -> Vec<String> {
    let mut columns: Vec<String> =
        [REQUEST_ID, RECEIVED_ON, ACCOUNT_ID, LEGAL_PROCESS].iter().map(ToString::to_string).collect();
    let sets = policy.dimensions();
    let needs = |derived: Derived| derived.needs().iter().map(ToString::to_string).collect();
    columns.extend(sets.iter().flat_map(|set| set.derived().map_or_else(|| vec![set.column().to_owned()], needs)));
    columns.extend(policy.log.leave_out.keys().chain(policy.log.columns.keys()).cloned());
    let mut headers: Vec<String> = Vec::new();
    for column in columns {
        let header = policy.log.header(&column).to_owned();
        if !headers.contains(&header) {
            headers.push(header);
        }
    }
    headers
}

/// Refuses what a query does not count.
pub(super) fn refuse_uncountable(policy: &Policy) -> Outcome<()> {
    let mapped = |column: &str| policy.log.columns.contains_key(column);
    let other_dates = policy.log.date_format.is_some_and(|format| format != DateFormat::YearMonthDay);
    let reasons = [
        (policy.selects_keys(), "private keys are selected from all words of a log", "declare the column's keys"),
        (
            !policy.regime_tables().is_empty(),
            "a regime's table needs more of each order than a count",
            "make it from an export of the national-security rows, in a release of its own",
        ),
        (
            mapped(COUNT) || mapped(ACCOUNT_COUNT),
            "a log of counts is small and is read as it is",
            "export it and give it to `report` as LOG",
        ),
        (has_nul(policy), "a text of the policy has a NUL character, which no table has", "take it out"),
        (other_dates, "dates are of type DATE there, or text YYYY-MM-DD", "leave --date-format out"),
        (
            combinations(policy).is_none(),
            "the columns have too many combinations of keys",
            "make releases of fewer tables",
        ),
    ];
    match reasons.into_iter().find(|(is_so, ..)| *is_so) {
        None => Ok(()),
        Some((_, why, help)) => {
            let message = format!("this policy cannot be counted by a query: {why}");
            Err(Diagnostic::refused(Code::QueryUnable, message).help(help).into())
        }
    }
}

/// Columns are named, and grow: they have no direction.
fn refuse_unordered(columns: &[String]) -> Outcome<()> {
    let directed = |column: &&String| [" desc", " asc"].iter().any(|end| column.to_ascii_lowercase().ends_with(end));
    match columns.iter().find(directed) {
        None => Ok(()),
        Some(column) => Err(Diagnostic::error(Code::ArgumentInvalid, format!("`{column}` is no column"))
            .at_option("--order-by")
            .help("name columns that grow with each export, without a direction; (SELECT ..., -n AS m FROM ...) as --table turns one round")
            .into()),
    }
}

/// What the user should know of a query, which goes to a pipe or a file unseen.
#[must_use]
pub fn about_query(policy: &Policy, args: &SqlArgs) -> Vec<Diagnostic> {
    if !args.columns.is_empty() {
        let has = |column: &str| args.columns.iter().any(|name| name == policy.log.header(column));
        return Told { requests: has(REQUEST_ID), processes: has(LEGAL_PROCESS) }.missing(|_| None, policy);
    }
    let header = usual_columns(policy);
    let optional = [PARENT_ID, LIFTED_ON].map(|column| policy.log.header(column).to_owned());
    let left_out: Vec<String> = optional.into_iter().filter(|column| !header.contains(column)).collect();
    let message = format!("the query reads the columns {} and no others", header.join(", "));
    let help = format!(
        "where the table has others that matter ({}), or lacks one of these, name all that it has: --columns",
        left_out.join(", ")
    );
    vec![Diagnostic::note(Code::QueryColumns, message).help(help)]
}

/// Texts that rows are compared with.
fn has_nul(policy: &Policy) -> bool {
    let log = &policy.log;
    let keys = policy.dimensions().iter().any(|set| set.accepted().any(|(text, _)| text.contains('\0')));
    let left_out = log.leave_out.values().flatten();
    keys || left_out.chain(log.processes.keys()).chain(log.columns.values()).any(|text| text.contains('\0'))
}

fn refuse_parts_without_ids(layout: &Layout) -> Outcome<()> {
    if layout.parent_id.is_none() || layout.request_id.is_some() {
        return Ok(());
    }
    let message = format!("a query tells the parts of a request apart by `{REQUEST_ID}`, and there is none");
    Err(Diagnostic::refused(Code::QueryUnable, message).help(format!("leave `{PARENT_ID}` out of --columns")).into())
}

/// How many combinations the keys of all columns have.
fn combinations(policy: &Policy) -> Option<u64> {
    let all = policy.dimensions().iter().try_fold(1_u64, |all, set| all.checked_mul(set.keys().len() as u64));
    all.filter(|all| *all <= MAX_COMBINATIONS)
}

/// Everything that can be wrong with a row. Query and reader know each by its place in this list.
pub(super) fn checks(policy: &Policy) -> Vec<Check> {
    let check = |column: &str, expected| Check { column: column.to_owned(), expected };
    let mut checks = vec![
        check(RECEIVED_ON, Expected::Date(DateFormat::YearMonthDay)),
        check(REQUEST_ID, Expected::NotEmpty),
        check(LEGAL_PROCESS, Expected::NationalSecurityProcess),
    ];
    checks.extend(policy.log.leave_out.keys().map(|column| check(column, Expected::LeaveOutSpelling)));
    if has_derived(policy) {
        let day = |column| check(column, Expected::Date(DateFormat::YearMonthDay));
        checks.extend([check(NONDISCLOSURE, Expected::YesOrNo), day(UNTIL), day(LIFTED_ON), day(NOTIFIED_ON)]);
    }
    for set in policy.dimensions() {
        let unlisted = if set.other().is_some() { Expected::NationalSecurityKey } else { Expected::Key };
        checks.extend([check(set.column(), Expected::KeySpelling), check(set.column(), unlisted)]);
    }
    checks
}

fn has_derived(policy: &Policy) -> bool {
    policy.dimensions().iter().any(|set| set.derived().is_some())
}

/// Where in that list what derived columns need begins.
fn first_derived_check(policy: &Policy) -> usize {
    3 + policy.log.leave_out.len()
}

/// Every number that a result must have.
pub(super) fn numbers(policy: &Policy) -> Vec<Numbers> {
    let of_rows = |measure, cells| Numbers { table: OF_ALL_ROWS.to_owned(), measure, cells };
    let mut numbers = vec![
        of_rows(ROWS, 4),
        of_rows(DUPLICATES, 1),
        of_rows(REJECTED, checks(policy).len()),
        of_rows(UNORDERED, 1),
        of_rows(READS, 5),
    ];
    for table in &policy.tables {
        let of_table = |measure, cells| Numbers { table: table.name.clone(), measure, cells };
        numbers.extend(table.measures.iter().map(|measure| of_table(measure.as_str(), table.cells())));
        numbers.extend(losses(policy, table).iter().map(|measure| of_table(measure, 1)));
    }
    numbers
}

/// Which losses are told of a table: none without bounds, and none of others that no measure counts.
pub(super) fn losses(policy: &Policy, table: &TableSpec) -> &'static [&'static str] {
    match policy.privacy.applied_bounds() {
        None => &[],
        Some(_) if counts_others(policy.privacy.unit, table) => &LOSSES,
        Some(_) => &LOSSES[..2],
    }
}

/// Whether some measure counts what is not the privacy unit.
fn counts_others(unit: PrivacyUnit, table: &TableSpec) -> bool {
    let other = if unit == PrivacyUnit::Request { Measure::Accounts } else { Measure::Requests };
    table.measures.contains(&other)
}

/// Which policy and key a result is of: a digest of what is counted, then one that only this key gives.
pub(super) fn made_for(policy: &Policy, key: &Key) -> String {
    let accepted =
        |set: &crate::keys::KeySet| set.accepted().map(|(text, key)| (text.to_owned(), key)).collect::<Vec<_>>();
    let shape = json!({
        "hushcount_counts": 1,
        "policy": policy.digest(),
        "accepted": policy.dimensions().iter().map(|set| accepted(set)).collect::<Vec<_>>(),
        "processes": policy.log.processes,
        "columns": policy.log.columns,
    });
    let digest = hex(&Sha256::digest(shape.to_string())[..8]);
    let of_key = key.for_counts_of(&digest);
    format!("{digest}-{of_key}")
}
