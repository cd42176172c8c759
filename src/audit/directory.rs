//! A release directory held against its own manifest and its regimes, from its public files alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::bands::PublishedBand;
use super::finding::look;
use crate::band::BandSize;
use crate::error::{Code, Diagnostic, Outcome};
use crate::period::{Period, day};
use crate::policy::hex;
use crate::regime::{AGREED, About, find};

#[derive(Deserialize)]
struct Manifest {
    sha256: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Report {
    release: String,
    publish_on: Option<String>,
    period: Days,
    tables: Vec<Table>,
}

#[derive(Deserialize)]
struct Days {
    start: String,
    end: String,
}

#[derive(Deserialize)]
struct Table {
    name: String,
    band_size: u64,
    dimensions: Vec<String>,
    regime: Option<Id>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Id {
    id: String,
    /// The keys that are declared zero.
    #[serde(default)]
    zero: Vec<String>,
}

#[derive(Deserialize)]
struct Row {
    category: Option<String>,
    measure: String,
    period_start: Option<String>,
    period_end: Option<String>,
    band_low: Option<u64>,
    band_high: Option<u64>,
    band: String,
}

impl Table {
    /// Whether the publisher declares that a row's number is zero.
    fn declares_zero(&self, row: &Row) -> bool {
        let declared = self.regime.as_ref().map_or(&[][..], |regime| &regime.zero);
        row.category.as_ref().is_some_and(|category| declared.contains(category))
    }
}

impl Row {
    /// What is printed is what the ends say; a declared zero is a single number.
    fn is_consistent(&self, declared_zero: bool) -> bool {
        match (self.band_low, self.band_high) {
            (Some(0), Some(0)) if declared_zero => self.band == "0",
            (Some(low), Some(high)) => self.band == format!("{low}-{high}"),
            (None, None) => !self.band.starts_with(|first: char| first.is_ascii_digit()),
            _ => false,
        }
    }
}

/// Checks a release directory: every file is there and unchanged, no other is; every band is on its table's grid; and what
/// stands under a regime is what that allows on the day of publication. Returns everything found; the release's name.
///
/// # Errors
/// The directory is no release: its manifest or report cannot be read.
pub fn verify(directory: &Path) -> Outcome<(String, Vec<Diagnostic>)> {
    let manifest: Manifest = json(&directory.join("manifest.json"))?;
    let report: Report = json(&directory.join("report.json"))?;
    let mut found = files(directory, &manifest);
    let names: BTreeSet<&String> = report.tables.iter().map(|table| &table.name).collect();
    found.extend(names.into_iter().filter_map(|name| other_numbers(directory, name, &report.tables)));
    let file = directory.join("report.json");
    for table in &report.tables {
        for (place, row) in table.rows.iter().enumerate() {
            if !row.is_consistent(table.declares_zero(row)) {
                let message = format!("table `{}`, row {}: the printed band is not its ends", table.name, place + 1);
                found.push(Diagnostic::refused(Code::ReleaseChanged, message).at_file(&file));
            }
            found.extend(no_zero(table, row, place).map(|finding| finding.at_file(&file)));
            found.extend(off_grid(table, row, place).map(|finding| finding.at_file(&file)));
            found.extend(of_regime(&report, table, row, place).map(|finding| finding.at_file(&file)));
        }
    }
    Ok((report.release, found))
}

fn json<T: for<'d> Deserialize<'d>>(path: &Path) -> Outcome<T> {
    let bytes = fs::read(path).map_err(|error| Diagnostic::io(Code::ReleaseUnreadable, "read", path, &error))?;
    serde_json::from_slice(&bytes).map_err(|_| {
        let message = format!("`{}` is not what a release has there", path.display());
        Diagnostic::error(Code::ReleaseUnreadable, message).at_file(path).into()
    })
}

/// Files that are missing, changed or too many.
fn files(directory: &Path, manifest: &Manifest) -> Vec<Diagnostic> {
    let names = fs::read_dir(directory).into_iter().flatten().flatten();
    let present: BTreeSet<String> = names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let changed = |name: &String, digest: &String| {
        // A name with a path in it, a link or a pipe is not a file of the release.
        let path = directory.join(name);
        let own = !name.contains(['/', '\\']) && fs::symlink_metadata(&path).is_ok_and(|data| data.is_file());
        !own || fs::read(path).map_or(true, |bytes| hex(&Sha256::digest(bytes)) != *digest)
    };
    let mut found: Vec<Diagnostic> = manifest
        .sha256
        .iter()
        .filter(|(name, digest)| changed(name, digest))
        .map(|(name, _)| format!("`{name}` is missing, or not the file that the manifest names"))
        .chain(
            present
                .iter()
                .filter(|name| *name != "manifest.json" && !manifest.sha256.contains_key(*name))
                .map(|name| format!("`{name}` is not in the manifest")),
        )
        .map(|message| Diagnostic::refused(Code::ReleaseChanged, message).at_file(directory))
        .collect();
    found.sort_by_key(|one| format!("{one}"));
    found
}

/// A CSV that has other numbers than the report's tables of that name (orders and selectors can be split differently).
fn other_numbers(directory: &Path, name: &str, tables: &[Table]) -> Option<Diagnostic> {
    let path = directory.join(format!("{name}.csv"));
    let end = |end: Option<u64>| end.map(|end| end.to_string()).unwrap_or_default();
    let rows = tables.iter().filter(|table| table.name == name).flat_map(|table| &table.rows);
    let reported: Vec<[String; 3]> =
        rows.map(|row| [row.measure.clone(), end(row.band_low), end(row.band_high)]).collect();
    (rows_of(&path) != reported).then(|| {
        let message = format!("`{name}.csv` has other numbers than `report.json`");
        Diagnostic::refused(Code::ReleaseChanged, message).at_file(&path)
    })
}

/// Measure and band ends of every row of a table's CSV; none where it is not there.
fn rows_of(path: &Path) -> Vec<[String; 3]> {
    let bytes = fs::read(path).unwrap_or_default();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().cloned().unwrap_or_default();
    let place = |name: &str| header.iter().position(|column| column == name).unwrap_or(usize::MAX);
    let places = ["measure", "band_low", "band_high"].map(place);
    let cell = |record: &csv::StringRecord, place: usize| record.get(place).unwrap_or_default().to_owned();
    reader.records().flatten().map(|record| places.map(|place| cell(&record, place))).collect()
}

/// Something else than 0 where zero is declared: a band there would mean nothing that its regime says.
fn no_zero(table: &Table, row: &Row, place: usize) -> Option<Diagnostic> {
    let (low, high) = (row.band_low?, row.band_high?);
    (table.declares_zero(row) && (low, high) != (0, 0)).then(|| {
        let message = format!("table `{}`, row {}: declared zero, and prints {low}-{high}", table.name, place + 1);
        Diagnostic::refused(Code::ZeroContradicted, message).help("only 0 itself is printed where zero is declared")
    })
}

/// A band that is not one of its table's: numbers that are finer than the table says.
fn off_grid(table: &Table, row: &Row, place: usize) -> Option<Diagnostic> {
    if table.declares_zero(row) {
        return None;
    }
    let (low, high) = (row.band_low?, row.band_high?);
    let of_low = BandSize::new(table.band_size).ok().map(|size| size.band(low));
    // Under a regime a low end may be raised; that is looked at there.
    let may_be_raised = table.regime.is_some();
    let sound = of_low.is_some_and(|band| high == band.high() && (low == band.low() || may_be_raised));
    (!sound).then(|| {
        let size = table.band_size;
        let message = format!("table `{}`, row {}: {low}-{high} is no band of {size}", table.name, place + 1);
        Diagnostic::refused(Code::OffGrid, message).help("only bands of the table's own grid are published")
    })
}

/// What a regime does not allow of a row on the day of publication.
fn of_regime(report: &Report, table: &Table, row: &Row, place: usize) -> Option<Diagnostic> {
    let id = &table.regime.as_ref()?.id;
    let Some(regime) = find(id) else {
        let unknown =
            || Diagnostic::refused(Code::RegimeUnknown, format!("table `{}` names no known regime", table.name));
        // What was agreed on stands in the report in words only.
        return (id != AGREED).then(unknown);
    };
    let start = row.period_start.as_ref().unwrap_or(&report.period.start);
    let end = row.period_end.as_ref().unwrap_or(&report.period.end);
    let period: Period = format!("{start}..{end}").parse().ok()?;
    let category = row.category.clone().unwrap_or_default();
    let Some(rule) = regime.categories.iter().find(|one| one.key == category || one.processes.contains(&category))
    else {
        let message = format!("table `{}`, row {}: no category of the regime", table.name, place + 1);
        return Some(regime.refusal(Code::RegimeBreakdown, About::Breakdown, message));
    };
    if table.dimensions != ["category"] {
        let message = format!("table `{}` is broken down further than by category", table.name);
        return Some(regime.refusal(Code::RegimeBreakdown, About::Breakdown, message));
    }
    row.band_low?;
    let (publish_on, soonest) = (report.publish_on.as_ref().and_then(|text| day(text).ok()), rule.publishable(period));
    if publish_on.is_none_or(|publish_on| publish_on < soonest) {
        let on = publish_on.map_or_else(|| "on an unknown day".to_owned(), |day| format!("on {day}"));
        let message = format!("table `{}`: {category} of {period} was published {on}, before {soonest}", table.name);
        return Some(regime.refusal(Code::PublishedTooEarly, About::Delay, message));
    }
    if publish_on.and_then(|publish_on| regime.ended_by(publish_on)).is_some() {
        let message = format!("table `{}` was published after the regime ended", table.name);
        return Some(regime.refusal(Code::RegimeHistoric, About::Until, message));
    }
    of_band(regime.id.clone(), table, row, place, period)
}

fn of_band(regime: String, table: &Table, row: &Row, place: usize, period: Period) -> Option<Diagnostic> {
    // A declared zero is no band, but it is of a period all the same.
    let (low, high) = if table.declares_zero(row) { (None, None) } else { (row.band_low, row.band_high) };
    let (category, measure) = (row.category.clone().unwrap_or_default(), row.measure.clone());
    let band =
        PublishedBand { row: place + 1, company: None, regime: Some(regime), period, category, measure, low, high };
    look(&band).map(|finding| finding.at(Path::new(&format!("{}.csv", table.name))))
}
