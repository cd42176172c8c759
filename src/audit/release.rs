//! A release directory as published numbers, from its `report.json`.

use std::path::Path;

use jiff::civil::Date;
use serde::de::DeserializeOwned;

use super::files::plain;
use super::published::{CATEGORY, Published};
use crate::error::{Code, Diagnostic, Outcome};
use crate::period::day;
use crate::release::{Printed, Report, Sheet};

/// The file of a release that has all its numbers.
pub(super) const REPORT: &str = "report.json";

impl Sheet {
    /// How many of a row's orders or selectors are said to be no longer secret.
    pub(super) fn released(&self, row: &Printed) -> u64 {
        let released = self.regime.iter().flat_map(|regime| &regime.released);
        let of_row = |one: &&(String, String, u64)| row.key(CATEGORY) == Some(&one.0) && one.1 == row.measure;
        released.filter(of_row).fold(0, |sum, one| sum.saturating_add(one.2))
    }

    /// Whether the publisher declares that a row's number is zero.
    pub(super) fn declares_zero(&self, row: &Printed) -> bool {
        let declared = self.regime.as_ref().map_or(&[][..], |regime| &regime.zero);
        row.key(CATEGORY).is_some_and(|category| declared.iter().any(|one| one == category))
    }

    /// Whether a row has a key for each dimension and nothing else: a field that is no key may be anything, such as a count.
    pub(super) fn has_keys(&self, row: &Printed) -> bool {
        row.keys.len() == self.dimensions.len() && self.dimensions.iter().all(|dimension| row.key(dimension).is_some())
    }
}

impl Report {
    pub(super) fn published_on(&self) -> Option<Date> {
        self.publish_on.as_ref().and_then(|text| day(text).ok())
    }

    /// Every row that has its keys and days, as a published number.
    pub(super) fn numbers(&self, file: &Path) -> Vec<Published> {
        let rows = self.tables.iter().flat_map(|table| (0..table.rows.len()).map(move |place| (table, place)));
        rows.filter_map(|(table, place)| self.number(table, place, file)).collect()
    }

    /// A row as a published number.
    pub(super) fn number(&self, table: &Sheet, place: usize, file: &Path) -> Option<Published> {
        let row = table.rows.get(place).filter(|row| table.has_keys(row))?;
        let keys = table.dimensions.iter().map(|dimension| Some((dimension.clone(), row.key(dimension)?.to_owned())));
        Some(Published {
            file: file.to_path_buf(),
            place: format!("table `{}`, row {}", table.name, place + 1),
            source: None,
            company: None,
            regime: table.regime.as_ref().map(|regime| regime.id.clone()),
            table: Some(table.name.clone()),
            band_size: Some(table.band_size),
            secret: table.regime.is_some(),
            period: self.period_of(row)?,
            keys: keys.collect::<Option<_>>()?,
            measure: row.measure.clone(),
            low: row.band_low,
            high: row.band_high,
            declared_zero: table.declares_zero(row),
            restates: self.version > 1,
            published_on: self.published_on(),
        })
    }
}

/// A release, to be looked at together with others.
#[derive(Debug)]
pub struct PublishedRelease {
    /// Its name without its version.
    pub release: String,
    /// Its name, with its version where it is not the first.
    pub name: String,
    /// The ledger's entry that it was charged with.
    pub ledger_entry: String,
    /// Its numbers, where they are bands of exact counts.
    pub numbers: Vec<Published>,
    /// What is guaranteed, where they are bands of noisy counts: no interval follows from those.
    pub guarantee: Option<String>,
}

/// Reads a release from its directory.
///
/// # Errors
/// The directory is no release.
pub fn read_release(directory: &Path) -> Outcome<PublishedRelease> {
    let file = directory.join(REPORT);
    release_of(&json(&file)?, &file)
}

/// The release that a report is of.
///
/// # Errors
/// A row lacks its keys or days.
pub fn release_of(report: &Report, file: &Path) -> Outcome<PublishedRelease> {
    let exact = report.is_exact();
    let mut numbers = Vec::new();
    for table in report.tables.iter().filter(|_| exact) {
        for place in 0..table.rows.len() {
            numbers.push(report.number(table, place, file).ok_or_else(|| unreadable(file))?);
        }
    }
    let guarantee = (!exact).then(|| report.privacy.guarantee.as_ref().map(|one| one.text.clone()).unwrap_or_default());
    Ok(PublishedRelease {
        release: report.release.clone(),
        name: report.name(),
        ledger_entry: report.provenance.ledger_entry.clone(),
        numbers,
        guarantee,
    })
}

/// A JSON file of a release.
pub(super) fn json<T: DeserializeOwned>(path: &Path) -> Outcome<T> {
    serde_json::from_slice(&plain(path)?).map_err(|_| unreadable(path).into())
}

fn unreadable(path: &Path) -> Diagnostic {
    let message = format!("`{}` is not what a release has there", path.display());
    Diagnostic::error(Code::ReleaseUnreadable, message).at_file(path).help(
        "a field is missing, is none of a release's, or has another kind of value; `hushcount schema` has them all",
    )
}
