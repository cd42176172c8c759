//! A release directory held against its own manifest and its regimes, from its public files alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::finding::{Finding, bands_of, look};
use super::page::pages;
use super::published::CATEGORY;
use super::release::{REPORT, Report, Row, Table, json};
use super::series::structures;
use crate::band::{BandSize, NARROWEST_EXACT_BAND};
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::hex;
use crate::regime::{AGREED, About, find};

#[derive(Deserialize)]
struct Manifest {
    release: String,
    bands_of: String,
    policy_sha256: String,
    ledger_entry: String,
    sha256: BTreeMap<String, String>,
}

/// What is printed is what the ends say; a declared zero is a single number.
fn is_consistent(row: &Row, declared_zero: bool) -> bool {
    match (row.band_low, row.band_high) {
        (Some(0), Some(0)) if declared_zero => row.band == "0",
        (Some(low), Some(high)) => row.band == format!("{low}-{high}"),
        (None, None) => !row.band.starts_with(|first: char| first.is_ascii_digit()),
        _ => false,
    }
}

/// Checks a release directory: every file is there and unchanged, no other is; every band is one of its table's; and what
/// stands under a regime is what that allows on the day of publication. Returns everything found; the release's name.
///
/// # Errors
/// The directory is no release: its manifest or report cannot be read.
pub fn verify(directory: &Path) -> Outcome<(String, Vec<Diagnostic>)> {
    let manifest: Manifest = json(&directory.join("manifest.json"))?;
    let report: Report = json(&directory.join(REPORT))?;
    let mut found = files(directory, &manifest);
    found.extend(other_provenance(directory, &manifest, &report));
    let names: BTreeSet<&String> = report.tables.iter().map(|table| &table.name).collect();
    found.extend(names.into_iter().filter_map(|name| other_numbers(directory, name, &report)));
    let file = directory.join(REPORT);
    for table in &report.tables {
        found.extend(too_fine(&report, table).map(|finding| finding.at_file(&file)));
        for (place, row) in table.rows.iter().enumerate() {
            if !is_consistent(row, table.declares_zero(row)) {
                let message = format!("table `{}`, row {}: the printed band is not its ends", table.name, place + 1);
                found.push(Diagnostic::refused(Code::ReleaseChanged, message).at_file(&file));
            }
            if report.number(table, place, &file).is_none() {
                let message = format!(
                    "table `{}`, row {}: it lacks a key or its days, or has something that no table has",
                    table.name,
                    place + 1
                );
                found.push(Diagnostic::refused(Code::ReleaseChanged, message).at_file(&file));
            }
            found.extend(raised_without_release(table, row, place).map(|finding| finding.at_file(&file)));
            found.extend(no_zero(table, row, place).map(|finding| finding.at_file(&file)));
            found.extend(off_grid(table, row, place).map(|finding| finding.at_file(&file)));
            found.extend(of_regime(&report, table, place, &file));
        }
    }
    let numbers = report.numbers(&file);
    found.extend(structures(&numbers.iter().collect::<Vec<_>>()).iter().map(Finding::diagnostic));
    found.extend(pages(directory, &report));
    Ok((report.release, found))
}

/// A manifest of another release than the report's.
fn other_provenance(directory: &Path, manifest: &Manifest, report: &Report) -> Option<Diagnostic> {
    let told = [&manifest.release, &manifest.bands_of, &manifest.policy_sha256, &manifest.ledger_entry];
    let names = ["release", "bands_of", "policy_sha256", "ledger_entry"];
    let differs =
        names.into_iter().zip(told).zip(report.provenance()).find(|((_, told), own)| Some(*told) != own.as_ref());
    differs.map(|((name, _), _)| {
        let message = format!("the manifest's `{name}` is not the report's");
        Diagnostic::refused(Code::ReleaseChanged, message).at_file(directory)
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

/// A CSV that says something else than the report's tables of that name (orders and selectors can be split differently).
fn other_numbers(directory: &Path, name: &str, report: &Report) -> Option<Diagnostic> {
    let path = directory.join(format!("{name}.csv"));
    let mut reported: Vec<Vec<String>> = Vec::new();
    for table in report.tables.iter().filter(|table| table.name == name) {
        if reported.is_empty() {
            reported.push(table.header());
        }
        reported.extend(table.rows.iter().map(|row| report.record(table, row)));
    }
    let bytes = fs::read(&path).unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice());
    let records = reader.records().flatten().map(|record| record.iter().map(str::to_owned).collect());
    (records.collect::<Vec<Vec<String>>>() != reported).then(|| {
        let message = format!("`{name}.csv` has other numbers than `report.json`");
        Diagnostic::refused(Code::ReleaseChanged, message).at_file(&path)
    })
}

/// Something else than 0 where zero is declared: a band there would mean nothing that its regime says.
fn no_zero(table: &Table, row: &Row, place: usize) -> Option<Diagnostic> {
    let (low, high) = (row.band_low?, row.band_high?);
    (table.declares_zero(row) && (low, high) != (0, 0)).then(|| {
        let message = format!("table `{}`, row {}: declared zero, and prints {low}-{high}", table.name, place + 1);
        Diagnostic::refused(Code::ZeroContradicted, message).help("only 0 itself is printed where zero is declared")
    })
}

/// Bands of exact counts that are so narrow that they print the counts.
fn too_fine(report: &Report, table: &Table) -> Option<Diagnostic> {
    let size = table.band_size;
    (report.is_exact() && size < NARROWEST_EXACT_BAND).then(|| {
        let message = format!("table `{}`: bands of {size} print exact counts almost as they are", table.name);
        Diagnostic::refused(Code::ExactTooFine, message).help(format!("at least {NARROWEST_EXACT_BAND}"))
    })
}

/// A low end that is raised by another number than that of the orders which the report says are no longer secret.
fn raised_without_release(table: &Table, row: &Row, place: usize) -> Option<Diagnostic> {
    let (low, high) = (row.band_low?, row.band_high?);
    let size = table.band_size.max(1);
    let raised = low % size;
    if raised == 0 || table.regime.is_none() {
        return None;
    }
    let released = table.released(row);
    (released != raised).then(|| {
        let message = format!(
            "table `{}`, row {}: {low}-{high} is raised by {raised}, and {released} are said to be no longer secret",
            table.name,
            place + 1
        );
        Diagnostic::refused(Code::ReleaseChanged, message).help("a low end is raised only by what is public")
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
        Diagnostic::refused(Code::OffGrid, message).help(format!("the table's bands are {}", bands_of(size)))
    })
}

/// What a regime does not allow of a row on the day of publication.
fn of_regime(report: &Report, table: &Table, place: usize, file: &Path) -> Option<Diagnostic> {
    let row = &table.rows[place];
    let id = &table.regime.as_ref()?.id;
    let Some(regime) = find(id) else {
        let unknown =
            || Diagnostic::refused(Code::RegimeUnknown, format!("table `{}` names no known regime", table.name));
        // What was agreed on stands in the report in words only.
        return (id != AGREED).then(|| unknown().at_file(file));
    };
    let refusal = |code, about, message: String| Some(regime.refusal(code, about, message).at_file(file));
    if table.dimensions != [CATEGORY] {
        let message = format!("table `{}` is broken down further than by category", table.name);
        return refusal(Code::RegimeBreakdown, About::Breakdown, message);
    }
    let number = report.number(table, place, file)?;
    let Some((rule, category)) = number.category() else {
        let message = format!("table `{}`, row {}: no category of the regime", table.name, place + 1);
        return refusal(Code::RegimeBreakdown, About::Breakdown, message);
    };
    row.band_low?;
    let (publish_on, soonest) = (report.published_on(), rule.publishable(number.period));
    if publish_on.is_none_or(|publish_on| publish_on < soonest) {
        let on = publish_on.map_or_else(
            || "does not say when it was published; it may be".to_owned(),
            |day| format!("was published on {day}, and may be"),
        );
        let period = number.period;
        let message = format!("table `{}`: {category} of {period} {on} from {soonest} on", table.name);
        return refusal(Code::PublishedTooEarly, regime.too_early(rule), message);
    }
    if publish_on.and_then(|publish_on| regime.ended_by(publish_on)).is_some() {
        let message = format!("table `{}` was published after the regime ended", table.name);
        return refusal(Code::RegimeHistoric, About::Until, message);
    }
    look(&number).map(|finding| finding.diagnostic())
}
