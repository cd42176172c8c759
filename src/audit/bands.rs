//! Anybody's published bands, as a CSV file: `regime, period_start, period_end, category, measure, band_low, band_high`.

use std::collections::HashMap;
use std::path::Path;

use crate::error::{Code, Diagnostic, Outcome};
use crate::period::Period;

/// A band as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedBand {
    /// The row, counted from 1 with the header as row 1.
    pub row: usize,
    /// Who published it, where that is said.
    pub company: Option<String>,
    /// The regime it was published under, where that is said.
    pub regime: Option<String>,
    /// The days it is about.
    pub period: Period,
    /// What was counted.
    pub category: String,
    /// How.
    pub measure: String,
    /// Its ends; none where it was withheld.
    pub low: Option<u64>,
    /// The high end.
    pub high: Option<u64>,
}

impl PublishedBand {
    /// The band in words: who, what, when and how much. All of it is published.
    #[must_use]
    pub fn words(&self) -> String {
        let company = self.company.as_ref().map(|company| format!("{company}, ")).unwrap_or_default();
        let end = |end: Option<u64>| end.map_or_else(|| "?".to_owned(), |end| end.to_string());
        format!("{company}{} {} of {}: {}-{}", self.category, self.measure, self.period, end(self.low), end(self.high))
    }
}

/// The columns a file of bands must have.
const NEEDED: [&str; 7] = ["regime", "period_start", "period_end", "category", "measure", "band_low", "band_high"];

/// Reads a file of bands.
///
/// # Errors
/// The file cannot be read, lacks a column, or a row is no band.
pub fn read(path: &Path) -> Outcome<Vec<PublishedBand>> {
    let bytes = std::fs::read(path).map_err(|error| Diagnostic::io(Code::BandsUnreadable, "read", path, &error))?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let invalid = |message: String| Diagnostic::error(Code::BandsUnreadable, message).at_file(path);
    let header = reader.headers().map_err(|_| invalid("the header cannot be read".to_owned()))?;
    let places: HashMap<String, usize> =
        header.iter().enumerate().map(|(place, name)| (name.to_owned(), place)).collect();
    if let Some(missing) = NEEDED.iter().find(|name| !places.contains_key(**name)) {
        return Err(invalid(format!("there is no column `{missing}`"))
            .help(format!("needed: {}", NEEDED.join(", ")))
            .into());
    }
    let mut bands = Vec::new();
    for (place, record) in reader.records().enumerate() {
        let row = place + 2;
        let record = record.map_err(|_| invalid(format!("row {row} cannot be read")))?;
        let cell = |name: &str| places.get(name).and_then(|place| record.get(*place)).unwrap_or_default();
        let band =
            band(row, cell).ok_or_else(|| invalid(format!("row {row} is no band: days or ends are not numbers")))?;
        bands.push(band);
    }
    Ok(bands)
}

fn band<'c>(row: usize, cell: impl Fn(&str) -> &'c str) -> Option<PublishedBand> {
    let text = |name: &str| Some(cell(name).to_owned()).filter(|text| !text.is_empty());
    let period = format!("{}..{}", cell("period_start"), cell("period_end")).parse().ok()?;
    let end = |name: &str| match cell(name) {
        "" => Some(None),
        number => number.parse().ok().map(Some),
    };
    Some(PublishedBand {
        row,
        company: text("company"),
        regime: text("regime"),
        period,
        category: cell("category").to_owned(),
        measure: cell("measure").to_owned(),
        low: end("band_low")?,
        high: end("band_high")?,
    })
}
