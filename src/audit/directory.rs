//! A release directory held against its own manifest and its regimes, from its public files alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::bands::PublishedBand;
use super::finding::look;
use crate::error::{Code, Diagnostic, Outcome};
use crate::period::{Period, day};
use crate::policy::hex;
use crate::regime::{About, find};

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
    regime: Option<Id>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Row {
    category: Option<String>,
    measure: String,
    period_start: Option<String>,
    period_end: Option<String>,
    band_low: Option<u64>,
    band_high: Option<u64>,
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
    let file = directory.join("report.json");
    for table in &report.tables {
        for (place, row) in table.rows.iter().enumerate() {
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
        fs::read(directory.join(name)).map_or(true, |bytes| hex(&Sha256::digest(bytes)) != *digest)
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

/// A band that is not one of its table's: numbers that are finer than the table says.
fn off_grid(table: &Table, row: &Row, place: usize) -> Option<Diagnostic> {
    let (low, high) = (row.band_low?, row.band_high?);
    let size = table.band_size.max(1);
    let sound = low <= high && (high + 1).is_multiple_of(size) && (low.is_multiple_of(size) && high - low + 1 == size);
    // Under a regime a low end may be raised; that is looked at there.
    let raised = table.regime.is_some() && low <= high && (high + 1).is_multiple_of(size) && high - low < size;
    (!sound && !raised).then(|| {
        let message = format!("table `{}`, row {}: {low}-{high} is no band of {size}", table.name, place + 1);
        Diagnostic::refused(Code::OffGrid, message).help("only bands of the table's own grid are published")
    })
}

/// What a regime does not allow of a row on the day of publication.
fn of_regime(report: &Report, table: &Table, row: &Row, place: usize) -> Option<Diagnostic> {
    let regime = find(&table.regime.as_ref()?.id)?;
    let start = row.period_start.as_ref().unwrap_or(&report.period.start);
    let end = row.period_end.as_ref().unwrap_or(&report.period.end);
    let period: Period = format!("{start}..{end}").parse().ok()?;
    let category = row.category.clone().unwrap_or_default();
    let publish_on = report.publish_on.as_ref().and_then(|text| day(text).ok());
    let shown = row.band_low.is_some();
    let rule = regime.categories.iter().find(|one| one.key == category || one.processes.contains(&category));
    if let (Some(rule), Some(publish_on), true) = (rule, publish_on, shown) {
        let soonest = rule.publishable(period);
        if publish_on < soonest {
            let message = format!(
                "table `{}`: {category} of {period} was published on {publish_on}, before {soonest}",
                table.name
            );
            return Some(regime.refusal(Code::PublishedTooEarly, About::Delay, message));
        }
    }
    let (low, high) = (row.band_low, row.band_high);
    let (measure, regime) = (row.measure.clone(), Some(regime.id));
    let band = PublishedBand { row: place + 1, company: None, regime, period, category, measure, low, high };
    look(&band).map(|finding| finding.at(Path::new(&format!("{}.csv", table.name))))
}
