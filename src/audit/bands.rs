//! Anybody's published bands, as CSV: one band a row, or the lowest and highest number in columns of their own.
//!
//! | shape | columns |
//! |---|---|
//! | bands | `regime, period_start, period_end, category, measure, band_low, band_high`; also `company, published_on` |
//! | Google's | `Reporting period ending date`, and `Number of ... (range MIN)` with `(range MAX)` for each measure |

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use csv::StringRecord;
use jiff::Span;
use jiff::civil::Date;

use super::published::{CATEGORY, EXACT_ZERO, Published};
use crate::error::{Code, Diagnostic, Outcome};
use crate::period::{Period, day};
use crate::regime::{AGREED, find};

/// No count of requests is larger; ends beyond it are mistakes.
const LARGEST: u64 = 1 << 40;

/// The columns a file of bands must have.
const NEEDED: [&str; 7] = ["regime", "period_start", "period_end", "category", "measure", "band_low", "band_high"];

/// The column of the other shape that ends a half-year.
const ENDING: &str = "Reporting period ending date";

/// What a file does not say itself.
#[derive(Debug, Clone, Default)]
pub struct Unsaid {
    /// The regime of rows that name none.
    pub regime: Option<String>,
    /// What is counted, where there is no such column.
    pub category: Option<String>,
    /// Who published them.
    pub company: Option<String>,
}

/// Reads a file of bands.
///
/// # Errors
/// The file cannot be read, is of no known shape, has a column twice, has no rows, or a row is no band or names no known
/// regime.
pub fn read(path: &Path, unsaid: &Unsaid) -> Outcome<Vec<Published>> {
    if let Some(id) = unsaid.regime.as_deref().filter(|id| !is_known(id)) {
        let message = format!("there is no regime `{id}`");
        return Err(Diagnostic::error(Code::RegimeUnknown, message).help("`hushcount regimes` lists them").into());
    }
    if !path.is_file() {
        let message = format!("`{}` is not a file", path.display());
        return Err(Diagnostic::error(Code::BandsUnreadable, message)
            .help("give a CSV file of bands, or the directory of a release")
            .into());
    }
    let bytes = std::fs::read(path).map_err(|error| Diagnostic::io(Code::BandsUnreadable, "read", path, &error))?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::Reader::from_reader(text);
    let header = reader.headers().map_err(|_| invalid(path, "the header cannot be read"))?.clone();
    if let Some(twice) = header.iter().find(|name| header.iter().filter(|one| one == name).count() > 1) {
        return Err(invalid(path, &format!("there are two columns `{twice}`")).help("keep one of them").into());
    }
    let places = header.iter().enumerate().map(|(place, name)| (name.to_owned(), place)).collect();
    let columns = Columns { path, places, unsaid };
    let shape = if columns.places.contains_key(ENDING) { Shape::ranges(&header) } else { columns.plain()? };
    let mut bands = Vec::new();
    for (place, record) in reader.records().enumerate() {
        let row = place + 2;
        let record = record.map_err(|_| invalid(path, &format!("row {row} cannot be read")))?;
        bands.extend(columns.bands(&shape, row, &record)?);
    }
    if bands.is_empty() {
        return Err(invalid(path, "there are no bands").help("was the file cut off?").into());
    }
    Ok(bands)
}

fn invalid(path: &Path, message: &str) -> Diagnostic {
    Diagnostic::error(Code::BandsUnreadable, message).at_file(path)
}

/// How bands stand in a row.
enum Shape {
    /// One, in the columns of [`NEEDED`].
    Plain,
    /// One for each measure, with the columns of its ends.
    Ranges(Vec<[String; 3]>),
}

impl Shape {
    /// `Number of requests (range MIN)` and `Number of requests (range MAX)`.
    fn ranges(header: &StringRecord) -> Self {
        let range = |name: &str| {
            let what = name.strip_suffix("(range MIN)")?;
            let measure = what.trim().rsplit(' ').next()?.to_owned();
            Some([measure, name.to_owned(), format!("{what}(range MAX)")])
        };
        Self::Ranges(header.iter().filter_map(range).collect())
    }
}

struct Columns<'f> {
    path: &'f Path,
    places: HashMap<String, usize>,
    unsaid: &'f Unsaid,
}

impl Columns<'_> {
    fn plain(&self) -> Outcome<Shape> {
        // What the command line says need not stand in the file.
        let is_said = |name: &str| match name {
            "regime" => self.unsaid.regime.is_some(),
            CATEGORY => self.unsaid.category.is_some(),
            _ => false,
        };
        match NEEDED.iter().find(|name| !self.places.contains_key(**name) && !is_said(name)) {
            None => Ok(Shape::Plain),
            Some(missing) => Err(invalid(self.path, &format!("there is no column `{missing}`"))
                .help(format!(
                    "needed: {}; or `{ENDING}` and columns that end in (range MIN) and (range MAX)",
                    NEEDED.join(", ")
                ))
                .into()),
        }
    }

    fn cell<'r>(&self, record: &'r StringRecord, name: &str) -> &'r str {
        self.places.get(name).and_then(|place| record.get(*place)).unwrap_or_default().trim()
    }

    fn bands(&self, shape: &Shape, row: usize, record: &StringRecord) -> Outcome<Vec<Published>> {
        let no_band = || {
            let message = format!("row {row} is no band");
            invalid(self.path, &message).help("days as 2026-01-31 in order, and two whole numbers or none")
        };
        let bands: Option<Vec<Published>> = match shape {
            Shape::Plain => self.of_row(row, record).map(|band| vec![band]),
            Shape::Ranges(ranges) => ranges.iter().map(|range| self.of_range(row, record, range)).collect(),
        };
        let bands = bands.ok_or_else(no_band)?;
        if bands.iter().any(|band| band.regime.as_deref().is_some_and(|id| !is_known(id))) {
            let unknown = Diagnostic::error(Code::RegimeUnknown, format!("row {row} names a regime that is not known"));
            return Err(unknown
                .at_file(self.path)
                .help("see `hushcount regimes`; leave it empty where there is none")
                .into());
        }
        Ok(bands)
    }

    fn of_row(&self, row: usize, record: &StringRecord) -> Option<Published> {
        let period = format!("{}..{}", self.cell(record, "period_start"), self.cell(record, "period_end"));
        let ends = ["band_low", "band_high"].map(|name| self.cell(record, name));
        let said = self.unsaid.category.as_deref().unwrap_or_default();
        let category = Some(self.cell(record, CATEGORY)).filter(|cell| !cell.is_empty()).unwrap_or(said);
        let measure = self.cell(record, "measure");
        self.published(row, record, period.parse().ok()?, category, measure, ends)
    }

    /// A half-year that ends on the day in the first column.
    fn of_range(&self, row: usize, record: &StringRecord, [measure, low, high]: &[String; 3]) -> Option<Published> {
        let last: Date = day(self.cell(record, ENDING)).ok()?;
        let first = last.tomorrow().ok()?.checked_sub(Span::new().months(6)).ok()?;
        let period: Period = format!("{first}..{last}").parse().ok()?;
        let category = self.unsaid.category.clone().unwrap_or_else(|| category_of(self.path));
        self.published(row, record, period, &category, measure, [self.cell(record, low), self.cell(record, high)])
    }

    fn published(
        &self,
        row: usize,
        record: &StringRecord,
        period: Period,
        category: &str,
        measure: &str,
        [low, high]: [&str; 2],
    ) -> Option<Published> {
        let text = |name: &str| Some(self.cell(record, name).to_owned()).filter(|text| !text.is_empty());
        let (low, high) = match [low, high] {
            ["", ""] => (None, None),
            ends => (Some(end(ends[0])?), Some(end(ends[1])?)),
        };
        let published_on = match text("published_on") {
            Some(on) => Some(day(&on).ok()?),
            None => None,
        };
        Some(Published {
            file: self.path.to_path_buf(),
            place: format!("row {row}"),
            source: text("source"),
            company: text("company").or_else(|| self.unsaid.company.clone()),
            regime: text("regime").or_else(|| self.unsaid.regime.clone()),
            table: None,
            band_size: None,
            secret: true,
            period,
            keys: BTreeMap::from([(CATEGORY.to_owned(), category.to_owned())]),
            measure: measure.to_owned(),
            low,
            high,
            declared_zero: self.cell(record, "regime") == EXACT_ZERO || self.cell(record, "band") == "0",
            restates: false,
            published_on,
        })
    }
}

/// What a file is about by its name: `fisa-non-content-requests.csv`.
fn category_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let known = [("non-content", "fisa_noncontent"), ("fisa-content", "fisa_content"), ("nsl", "nsl")];
    known.into_iter().find(|(part, _)| stem.contains(part)).map_or(stem.clone(), |(_, category)| category.to_owned())
}

/// The end of a band, where it is a count.
fn end(text: &str) -> Option<u64> {
    text.parse().ok().filter(|end| *end <= LARGEST)
}

fn is_known(id: &str) -> bool {
    [EXACT_ZERO, AGREED].contains(&id) || find(id).is_some()
}
