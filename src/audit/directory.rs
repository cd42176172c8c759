//! A release directory held against its own report and its regimes, from its public files alone.

use std::path::Path;

use super::files::{not_in_manifest, not_made, other_version};
use super::finding::{Finding, bands_of, look};
use super::form;
use super::published::CATEGORY;
use super::release::{REPORT, json};
use super::series::structures;
use crate::band::{BandSize, NARROWEST_EXACT_BAND};
use crate::error::{Code, Diagnostic, Failure, Outcome, Severity};
use crate::regime::{AGREED, About, find};
use crate::release::{Printed, Report, Sheet};

/// Checks a release directory: every file is the one that its report makes, no other is there; every band is one of its
/// table's; and what stands under a regime is what that allows on the day of publication. Returns everything found; the
/// release's name.
///
/// # Errors
/// The directory is no release: its report cannot be read.
pub fn verify(directory: &Path) -> Outcome<(String, Vec<Diagnostic>)> {
    let report: Report = json(&directory.join(REPORT))?;
    let mut found = not_made(directory, &report)?;
    found.extend(of_report(&report, &directory.join(REPORT)));
    Ok((report.release, found))
}

/// The report of a release that is to be used for another one. Where another version of the program made it, its pages may
/// be worded otherwise, and its files are held against the manifest.
///
/// # Errors
/// The directory is no release, or refused for what is wrong with it.
pub fn sound(directory: &Path) -> Outcome<Report> {
    let report: Report = json(&directory.join(REPORT))?;
    let is_other = other_version(&report).is_some();
    let mut found = if is_other { not_in_manifest(directory, &report)? } else { not_made(directory, &report)? };
    found.extend(of_report(&report, &directory.join(REPORT)));
    found.retain(|one| one.severity() == Severity::Refused);
    if found.is_empty() { Ok(report) } else { Err(Failure::of(found)) }
}

/// What is wrong with a report, or worth knowing, whatever the other files say.
fn of_report(report: &Report, file: &Path) -> Vec<Diagnostic> {
    let mut found = form::faults(report, file);
    found.extend(form::own_words(report).map(|note| note.at_file(file)));
    for table in &report.tables {
        found.extend(too_fine(report, table).map(|finding| finding.at_file(file)));
        for (place, row) in table.rows.iter().enumerate() {
            found.extend(raised_without_release(table, row, place).map(|finding| finding.at_file(file)));
            found.extend(no_zero(table, row, place).map(|finding| finding.at_file(file)));
            found.extend(off_grid(table, row, place).map(|finding| finding.at_file(file)));
            found.extend(of_regime(report, table, place, file));
        }
    }
    let numbers = report.numbers(file);
    found.extend(structures(&numbers.iter().collect::<Vec<_>>()).iter().map(Finding::diagnostic));
    found
}

/// Something else than 0 where zero is declared: a band there would mean nothing that its regime says.
fn no_zero(table: &Sheet, row: &Printed, place: usize) -> Option<Diagnostic> {
    let (low, high) = (row.band_low?, row.band_high?);
    (table.declares_zero(row) && (low, high) != (0, 0)).then(|| {
        let message = format!("table `{}`, row {}: declared zero, and prints {low}-{high}", table.name, place + 1);
        Diagnostic::refused(Code::ZeroContradicted, message).help("only 0 itself is printed where zero is declared")
    })
}

/// Bands of exact counts that are so narrow that they print the counts.
fn too_fine(report: &Report, table: &Sheet) -> Option<Diagnostic> {
    let size = table.band_size;
    (report.is_exact() && size < NARROWEST_EXACT_BAND).then(|| {
        let message = format!("table `{}`: bands of {size} print exact counts almost as they are", table.name);
        Diagnostic::refused(Code::ExactTooFine, message).help(format!("at least {NARROWEST_EXACT_BAND}"))
    })
}

/// A low end that is raised by another number than that of the orders which the report says are no longer secret.
fn raised_without_release(table: &Sheet, row: &Printed, place: usize) -> Option<Diagnostic> {
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
fn off_grid(table: &Sheet, row: &Printed, place: usize) -> Option<Diagnostic> {
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
fn of_regime(report: &Report, table: &Sheet, place: usize, file: &Path) -> Option<Diagnostic> {
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
