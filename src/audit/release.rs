//! A release directory as published numbers, from its `report.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::published::{CATEGORY, Published};
use crate::error::{Code, Diagnostic, Outcome};
use crate::period::{Period, day};
use crate::release::{Earlier, columns_by};

/// The file of a release that has all its numbers.
pub(super) const REPORT: &str = "report.json";

/// What stands in a release's `report.json`, as far as it is looked at.
#[derive(Deserialize)]
pub(super) struct Report {
    pub(super) release: String,
    #[serde(default)]
    version: Option<u32>,
    publish_on: Option<String>,
    pub(super) period: Days,
    privacy: Privacy,
    #[serde(default)]
    provenance: Provenance,
    #[serde(default)]
    pub(super) presentation: Presentation,
    pub(super) tables: Vec<Table>,
}

#[derive(Deserialize)]
pub(super) struct Days {
    start: String,
    end: String,
}

#[derive(Default, Deserialize)]
struct Provenance {
    policy_sha256: Option<String>,
    ledger_entry: Option<String>,
}

#[derive(Deserialize)]
struct Privacy {
    bands_of: String,
    guarantee: Option<Guarantee>,
}

#[derive(Deserialize)]
struct Guarantee {
    text: String,
}

/// How its pages speak.
#[derive(Default, Deserialize)]
pub(super) struct Presentation {
    pub(super) language: String,
}

/// What the keys of a column are called.
#[derive(Deserialize)]
pub(super) struct Labels {
    pub(super) keys: BTreeMap<String, String>,
}

/// A table of the report.
#[derive(Deserialize)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) band_size: u64,
    pub(super) dimensions: Vec<String>,
    pub(super) regime: Option<UnderRegime>,
    pub(super) rows: Vec<Row>,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, Labels>,
    /// What earlier releases printed in these rows.
    #[serde(default)]
    pub(super) earlier: Vec<Row>,
}

#[derive(Deserialize)]
pub(super) struct UnderRegime {
    pub(super) id: String,
    /// The keys that are declared zero.
    #[serde(default)]
    zero: Vec<String>,
    /// Category, measure and number of what is no longer secret.
    #[serde(default)]
    released: Vec<(String, String, u64)>,
}

impl Table {
    /// How many of a row's orders or selectors are said to be no longer secret.
    pub(super) fn released(&self, row: &Row) -> u64 {
        let released = self.regime.iter().flat_map(|regime| &regime.released);
        let of_row = |one: &&(String, String, u64)| row.key(CATEGORY).as_ref() == Some(&one.0) && one.1 == row.measure;
        released.filter(of_row).map(|one| one.2).sum()
    }

    /// The columns of its CSV.
    pub(super) fn header(&self) -> Vec<String> {
        columns_by(self.dimensions.iter().map(String::as_str))
    }

    /// Whether the publisher declares that a row's number is zero.
    pub(super) fn declares_zero(&self, row: &Row) -> bool {
        let declared = self.regime.as_ref().map_or(&[][..], |regime| &regime.zero);
        row.key(CATEGORY).is_some_and(|category| declared.contains(&category))
    }
}

/// A row of a table; its keys are among `rest`.
#[derive(Deserialize)]
pub(super) struct Row {
    pub(super) measure: String,
    period_start: Option<String>,
    period_end: Option<String>,
    pub(super) band_low: Option<u64>,
    pub(super) band_high: Option<u64>,
    pub(super) band: String,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

impl Row {
    pub(super) fn key(&self, dimension: &str) -> Option<String> {
        self.rest.get(dimension).and_then(|key| key.as_str()).map(str::to_owned)
    }
}

impl Report {
    /// Its name, what its bands are of, the policy's digest and the ledger's entry.
    pub(super) fn provenance(&self) -> [Option<String>; 4] {
        let Provenance { policy_sha256, ledger_entry } = &self.provenance;
        let (release, bands_of) = (Some(self.release.clone()), Some(self.privacy.bands_of.clone()));
        [release, bands_of, policy_sha256.clone(), ledger_entry.clone()]
    }

    /// A row as it stands in the CSV of its table.
    pub(super) fn record(&self, table: &Table, row: &Row) -> Vec<String> {
        let end = |end: Option<u64>| end.map(|end| end.to_string()).unwrap_or_default();
        let mut record: Vec<String> = self.days(row).into_iter().cloned().collect();
        record.extend(table.dimensions.iter().map(|dimension| row.key(dimension).unwrap_or_default()));
        record.extend([row.measure.clone(), end(row.band_low), end(row.band_high), row.band.clone()]);
        record
    }

    /// Whether its bands are of exact counts.
    pub(super) fn is_exact(&self) -> bool {
        self.privacy.bands_of == "exact counts"
    }

    /// The first and last day a row is about, as they are written: the report's own where the row has none.
    fn days<'r>(&'r self, row: &'r Row) -> [&'r String; 2] {
        [row.period_start.as_ref().unwrap_or(&self.period.start), row.period_end.as_ref().unwrap_or(&self.period.end)]
    }

    /// The days a row is about.
    pub(super) fn period(&self, row: &Row) -> Option<Period> {
        let [start, end] = self.days(row);
        format!("{start}..{end}").parse().ok()
    }

    pub(super) fn published_on(&self) -> Option<Date> {
        self.publish_on.as_ref().and_then(|text| day(text).ok())
    }

    /// Every row that has its keys and days, as a published number.
    pub(super) fn numbers(&self, file: &Path) -> Vec<Published> {
        let rows = self.tables.iter().flat_map(|table| (0..table.rows.len()).map(move |place| (table, place)));
        rows.filter_map(|(table, place)| self.number(table, place, file)).collect()
    }

    /// A row as a published number.
    pub(super) fn number(&self, table: &Table, place: usize, file: &Path) -> Option<Published> {
        let row = &table.rows[place];
        // A field that is no key of the table may be anything, such as a count.
        if row.rest.keys().any(|field| !table.dimensions.contains(field)) {
            return None;
        }
        let keys = table.dimensions.iter().map(|dimension| Some((dimension.clone(), row.key(dimension)?)));
        Some(Published {
            file: file.to_path_buf(),
            place: format!("table `{}`, row {}", table.name, place + 1),
            source: None,
            company: None,
            regime: table.regime.as_ref().map(|regime| regime.id.clone()),
            table: Some(table.name.clone()),
            band_size: Some(table.band_size),
            secret: table.regime.is_some(),
            period: self.period(row)?,
            keys: keys.collect::<Option<_>>()?,
            measure: row.measure.clone(),
            low: row.band_low,
            high: row.band_high,
            declared_zero: table.declares_zero(row),
            restates: self.version.is_some_and(|version| version > 1),
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
    pub ledger_entry: Option<String>,
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
    of_report(&json(&file)?, &file)
}

/// Every number of a release, noisy or not, to be printed beside later ones.
///
/// # Errors
/// The directory is no release.
pub fn earlier(directory: &Path) -> Outcome<Vec<Earlier>> {
    let report: Report = json(&directory.join(REPORT))?;
    let numbers = report.numbers(&directory.join(REPORT));
    let version = report.version.unwrap_or(1);
    Ok(numbers.into_iter().map(|one| one.earlier(version)).collect())
}

/// The release that a report's text is of.
///
/// # Errors
/// The text is no report.
pub fn release_of(text: &[u8], file: &Path) -> Outcome<PublishedRelease> {
    let report = serde_json::from_slice(text).map_err(|_| unreadable(file))?;
    of_report(&report, file)
}

fn of_report(report: &Report, file: &Path) -> Outcome<PublishedRelease> {
    let exact = report.is_exact();
    let mut numbers = Vec::new();
    for table in report.tables.iter().filter(|_| exact) {
        for place in 0..table.rows.len() {
            numbers.push(report.number(table, place, file).ok_or_else(|| unreadable(file))?);
        }
    }
    let name = match report.version {
        Some(version) if version > 1 => format!("{}, version {version}", report.release),
        _ => report.release.clone(),
    };
    let guarantee = (!exact).then(|| report.privacy.guarantee.as_ref().map(|one| one.text.clone()).unwrap_or_default());
    Ok(PublishedRelease {
        release: report.release.clone(),
        name,
        ledger_entry: report.provenance.ledger_entry.clone(),
        numbers,
        guarantee,
    })
}

/// A JSON file of a release.
pub(super) fn json<T: DeserializeOwned>(path: &Path) -> Outcome<T> {
    let bytes = fs::read(path).map_err(|error| Diagnostic::io(Code::ReleaseUnreadable, "read", path, &error))?;
    serde_json::from_slice(&bytes).map_err(|_| unreadable(path).into())
}

fn unreadable(path: &Path) -> Diagnostic {
    let message = format!("`{}` is not what a release has there", path.display());
    Diagnostic::error(Code::ReleaseUnreadable, message).at_file(path)
}
