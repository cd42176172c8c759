//! What a report must be to be one that hushcount makes: complete, in order, and of one piece.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::series::{Line, is_repeated, line};
use crate::band::BandSize;
use crate::confidential::Key;
use crate::error::{Code, Diagnostic};
use crate::keys::TOTAL;
use crate::language::{Lang, Language};
use crate::period::{Period, day};
use crate::policy::check_name;
use crate::release::{EXACT, NOISY, Printed, REPORT_SCHEMA, Report, Sheet, Source, is_as_long, warnings_of};

/// What tables count.
const MEASURES: [&str; 4] = ["requests", "accounts", "orders", "selectors"];

/// No count is larger: programs that read JSON hold whole numbers up to here.
const LARGEST: u64 = 1 << 53;

/// What is wrong with the shape of a report.
pub(super) fn faults(report: &Report, file: &Path) -> Vec<Diagnostic> {
    let mut found = of_whole(report);
    for table in &report.tables {
        let about = |what: String| format!("table `{}`{what}", table.name);
        found.extend(of_table(table).into_iter().map(about));
        for (place, row) in table.rows.iter().enumerate() {
            found.extend(of_row(report, table, row).map(|what| about(format!(", row {}: {what}", place + 1))));
        }
        let shown = Shown::of(report, table);
        for (place, row) in table.earlier.iter().enumerate() {
            found.extend(
                of_earlier(report, table, row, &shown)
                    .map(|what| about(format!(", earlier row {}: {what}", place + 1))),
            );
        }
    }
    found.into_iter().map(|message| Diagnostic::refused(Code::ReleaseChanged, message).at_file(file)).collect()
}

fn of_whole(report: &Report) -> Vec<String> {
    let (privacy, is_public) = (&report.privacy, has_public_key(report));
    let is_label = |period: Period| period.to_string() == report.period.label;
    let has_noise = privacy.epsilon.is_some() || privacy.rho.is_some();
    let is_guaranteed = !report.is_exact() && !is_public;
    let checks = [
        (report.schema == REPORT_SCHEMA, "`schema` is that of another version of hushcount"),
        (Lang::find(&report.presentation.language).is_some(), "its language is none that reports are written in"),
        (report.period().is_some_and(is_label), "its period is none, or has another label"),
        (report.publish_on.as_ref().is_none_or(|text| day(text).is_ok()), "`publish_on` is no day"),
        ([NOISY, EXACT].contains(&privacy.bands_of.as_str()), "`bands_of` is neither noisy nor exact counts"),
        (has_noise != report.is_exact(), "its noise is not that of what its bands are of"),
        (
            privacy.guarantee.is_some() == is_guaranteed,
            "it guarantees what it cannot, or does not say what it guarantees",
        ),
        (
            report.warnings == warnings_of(is_public, report.is_exact()),
            "a warning is missing, or there is one too many",
        ),
        (report.version > 0, "versions begin at 1"),
        ((report.version > 1) == report.restatement.is_some(), "a restatement has a reason, and nothing else has one"),
    ];
    checks.into_iter().filter(|(sound, _)| !sound).map(|(_, what)| what.to_owned()).collect()
}

/// Whether everybody has the key that a release was made with.
pub(super) fn has_public_key(report: &Report) -> bool {
    report.provenance.key_id == Key::demonstration().id()
}

fn of_table(table: &Sheet) -> Vec<String> {
    let measures: BTreeSet<&String> = table.measures.iter().collect();
    let dimensions: BTreeSet<&String> = table.dimensions.iter().collect();
    let has_total = table.rows.iter().any(|row| row.keys.values().any(|key| key == TOTAL));
    let is_whole = |labels: (&String, BTreeSet<&str>)| {
        let of_rows: BTreeSet<&str> = table.rows.iter().filter_map(|row| row.key(labels.0)).collect();
        of_rows == labels.1
    };
    let mut labels = table.labels.iter().map(|(name, labels)| (name, labels.keys.keys().map(String::as_str).collect()));
    let checks = [
        (
            check_name(&table.name).is_ok() && table.file == format!("{}.csv", table.name),
            ": its name is none of a file",
        ),
        (BandSize::new(table.band_size).is_ok(), ": no bands are of that size"),
        (measures.len() == table.measures.len() && !measures.is_empty(), ": nothing is counted, or something twice"),
        (measures.iter().all(|name| MEASURES.contains(&name.as_str())), ": it counts what no table counts"),
        (dimensions.len() == table.dimensions.len(), ": it has a column twice"),
        (dimensions.into_iter().eq(table.labels.keys()), ": its columns are not those that have labels"),
        (labels.all(is_whole), ": its keys are not those that have labels"),
        (table.dimensions.is_empty() || has_total == table.total, ": a total is missing, or there is one too many"),
        (is_regular(table), ": its rows are not in order, or one is missing"),
        (!is_repeated(&table.rows), ": a row is there twice"),
        (
            table.earlier.is_empty() == table.beside.is_empty(),
            ": earlier numbers are not those of the releases beside it",
        ),
    ];
    checks.into_iter().filter(|(sound, _)| !sound).map(|(_, what)| what.to_owned()).collect()
}

/// Whether every cell has a row for each measure, in their order.
fn is_regular(table: &Sheet) -> bool {
    let days = |row: &Printed| (row.period_start.clone(), row.period_end.clone());
    let is_cell = |cell: &[Printed]| {
        cell.iter().map(|row| &row.measure).eq(&table.measures)
            && cell.iter().all(|row| row.keys == cell[0].keys && days(row) == days(&cell[0]))
    };
    table.rows.chunks(table.measures.len().max(1)).all(is_cell)
}

fn of_row(report: &Report, table: &Sheet, row: &Printed) -> Option<&'static str> {
    let is_dated = row.period_start.is_some() && row.period_end.is_some();
    let is_undated = row.period_start.is_none() && row.period_end.is_none();
    let days_fit = if table.regime.is_some() { is_dated } else { is_undated };
    if !table.has_keys(row) || !days_fit || report.period_of(row).is_none() {
        return Some("it lacks a key or its days, or has something that no table has");
    }
    let totals = row.keys.values().filter(|key| *key == TOTAL).count();
    if totals > 0 && totals < row.keys.len() {
        return Some("it is a total of one column only");
    }
    of_numbers(row, table.declares_zero(row))
}

/// What is printed is what the ends say; a declared zero is a single number.
fn of_numbers(row: &Printed, declared_zero: bool) -> Option<&'static str> {
    let is_printed = match (row.band_low, row.band_high) {
        (Some(0), Some(0)) if declared_zero => row.band == "0",
        (Some(low), Some(high)) => row.band == format!("{low}-{high}"),
        (None, None) => {
            let until = row.band.strip_prefix("withheld until ");
            row.band == "withheld" || until.is_some_and(|until| day(until).is_ok())
        }
        _ => false,
    };
    if !is_printed {
        return Some("the printed band is not its ends");
    }
    row.ends().and_then(|(low, high)| {
        (low > high || high > LARGEST).then_some("its band begins above its end, or is of numbers that no count has")
    })
}

/// A number of an earlier release: of a row of this table, for as long a period before this one, and a band as its own
/// release has them.
fn of_earlier(report: &Report, table: &Sheet, row: &Printed, shown: &Shown<'_>) -> Option<&'static str> {
    let (Some(period), Some(own)) = (report.period_of(row), report.period()) else { return Some("its days are none") };
    let line = line(row);
    if !table.has_keys(row) || !shown.lines.contains(&line) || row.period_start.is_none() || row.period_end.is_none() {
        return Some("it is of no row of the table, or has something that no table has");
    }
    if period.first() >= own.first() || !is_as_long(period, own) || shown.days.contains(&(line, report.days(row))) {
        return Some("it is not of an earlier period as long as this one");
    }
    if let Some(what) = of_numbers(row, table.regime.is_some() && row.band == "0") {
        return Some(what);
    }
    let fits = |source: &Source| {
        let is_of = table.regime.is_some() || report.days(row) == [source.start.as_str(), source.end.as_str()];
        is_of && is_band(row, source.band_size, table.regime.is_some())
    };
    (!table.beside.iter().any(fits)).then_some("it is no band of a release beside it")
}

/// What a table itself has: looked up for every earlier number, of which there can be many times as many.
struct Shown<'r> {
    lines: BTreeSet<Line>,
    days: BTreeSet<(Line, [&'r str; 2])>,
}

impl<'r> Shown<'r> {
    fn of(report: &'r Report, table: &'r Sheet) -> Self {
        let rows = || table.rows.iter().filter(|_| !table.earlier.is_empty());
        Self { lines: rows().map(line).collect(), days: rows().map(|row| (line(row), report.days(row))).collect() }
    }
}

/// Whether it is a band of that size; under a regime its low end may be raised.
fn is_band(row: &Printed, size: u64, may_be_raised: bool) -> bool {
    let (Some((low, high)), Ok(size)) = (row.ends(), BandSize::new(size)) else { return row.ends().is_none() };
    let band = size.band(low);
    row.band == "0" || (band.high() == high && (band.low() == low || may_be_raised))
}

/// What the pages call otherwise than their language does: the publisher's own words, which nothing here can judge. Names
/// that changed places are refused.
pub(super) fn own_words(report: &Report) -> impl Iterator<Item = Diagnostic> {
    let language = report.language();
    report.tables.iter().filter_map(move |table| {
        let own: Vec<String> =
            table.labels.iter().flat_map(|(column, one)| others(column, &one.keys, language)).collect();
        let swapped = table.labels.iter().any(|(column, one)| is_swapped(column, &one.keys, language));
        let message = format!("table `{}` has the publisher's own words: {}", table.name, own.join(", "));
        match (swapped, own.is_empty()) {
            (true, _) => {
                Some(Diagnostic::refused(Code::ReleaseChanged, format!("{message}; keys have each other's names")))
            }
            (false, false) => {
                Some(Diagnostic::note(Code::OwnWords, message).help("the names of keys stand in the CSV"))
            }
            (false, true) => None,
        }
    })
}

fn others(column: &str, labels: &BTreeMap<String, String>, language: &Language) -> Vec<String> {
    let other = |(key, label): (&String, &String)| {
        let word = language.key(column, key)?;
        (word != *label).then(|| format!("{key} is called `{}`", label.escape_debug()))
    };
    labels.iter().filter_map(other).collect()
}

/// Whether a key has another's word, whose label is another's word as well.
fn is_swapped(column: &str, labels: &BTreeMap<String, String>, language: &Language) -> bool {
    let words: BTreeMap<String, &String> =
        labels.keys().filter_map(|key| Some((language.key(column, key)?, key))).collect();
    let meant = |key: &String| words.get(labels.get(key)?).copied().filter(|meant| *meant != key);
    labels.keys().any(|key| meant(key).is_some_and(|other| meant(other).is_some()))
}
