//! Anybody's published bands, as a CSV file: `regime, period_start, period_end, category, measure, band_low, band_high`.

use std::collections::HashMap;
use std::path::Path;

use crate::error::{Code, Diagnostic, Outcome};
use crate::period::Period;
use crate::regime::{AGREED, Regime, find};

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
        let text = format!("{company}{} {}", self.category, self.measure);
        // A line break or a control character of the file is shown as such, not acted on.
        let text: String =
            text.chars().flat_map(|c| if c.is_control() { c.escape_debug().collect() } else { vec![c] }).collect();
        format!("{text} of {}: {}-{}", self.period, end(self.low), end(self.high))
    }

    /// The regime to hold it against; none where the file names none, or one that has no bands.
    #[must_use]
    pub fn regime(&self) -> Option<&'static Regime> {
        find(self.regime.as_deref()?).filter(|regime| regime.band > 0)
    }
}

/// What stands in the regime column for an exact zero, which no regime covers.
const EXACT_ZERO: &str = "exact-zero";

/// No count of requests is larger; ends beyond it are mistakes.
const LARGEST: u64 = u64::MAX / 2;

/// The columns a file of bands must have.
const NEEDED: [&str; 7] = ["regime", "period_start", "period_end", "category", "measure", "band_low", "band_high"];

/// Reads a file of bands.
///
/// # Errors
/// The file cannot be read, lacks a column or has one twice, has no rows, or a row is no band or names no known regime.
pub fn read(path: &Path) -> Outcome<Vec<PublishedBand>> {
    if !path.is_file() {
        let message = format!("`{}` is not a file", path.display());
        return Err(Diagnostic::error(Code::BandsUnreadable, message).help("give a CSV file of bands").into());
    }
    let bytes = std::fs::read(path).map_err(|error| Diagnostic::io(Code::BandsUnreadable, "read", path, &error))?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let invalid = |message: String| Diagnostic::error(Code::BandsUnreadable, message).at_file(path);
    let header = reader.headers().map_err(|_| invalid("the header cannot be read".to_owned()))?.clone();
    let places: HashMap<String, usize> =
        header.iter().enumerate().map(|(place, name)| (name.to_owned(), place)).collect();
    if let Some(missing) = NEEDED.iter().find(|name| !places.contains_key(**name)) {
        return Err(invalid(format!("there is no column `{missing}`"))
            .help(format!("needed: {}", NEEDED.join(", ")))
            .into());
    }
    if let Some(twice) = NEEDED.iter().find(|name| header.iter().filter(|one| one == *name).count() > 1) {
        return Err(invalid(format!("there are two columns `{twice}`")).help("keep one of them").into());
    }
    let mut bands = Vec::new();
    for (place, record) in reader.records().enumerate() {
        let row = place + 2;
        let record = record.map_err(|_| invalid(format!("row {row} cannot be read")))?;
        let cell = |name: &str| places.get(name).and_then(|place| record.get(*place)).unwrap_or_default();
        let band = band(row, cell).ok_or_else(|| {
            invalid(format!("row {row} is no band")).help("days as 2026-01-31 in order, and two whole numbers or none")
        })?;
        if band.regime.as_deref().is_some_and(|id| !is_known(id)) {
            let unknown = Diagnostic::error(Code::RegimeUnknown, format!("row {row} names a regime that is not known"));
            return Err(unknown
                .at_file(path)
                .help("see `hushcount regimes`; leave it empty where there is none")
                .into());
        }
        bands.push(band);
    }
    if bands.is_empty() {
        return Err(invalid("there are no bands".to_owned()).help("was the file cut off?").into());
    }
    Ok(bands)
}

fn is_known(id: &str) -> bool {
    [EXACT_ZERO, AGREED].contains(&id) || find(id).is_some()
}

fn band<'c>(row: usize, cell: impl Fn(&str) -> &'c str) -> Option<PublishedBand> {
    let text = |name: &str| Some(cell(name).to_owned()).filter(|text| !text.is_empty());
    let period = format!("{}..{}", cell("period_start"), cell("period_end")).parse().ok()?;
    let end = |name: &str| match cell(name) {
        "" => Some(None),
        number => number.parse().ok().filter(|end| *end <= LARGEST).map(Some),
    };
    let (low, high) = (end("band_low")?, end("band_high")?);
    (low.is_some() == high.is_some()).then_some(())?;
    Some(PublishedBand {
        row,
        company: text("company"),
        regime: text("regime"),
        period,
        category: cell("category").to_owned(),
        measure: cell("measure").to_owned(),
        low,
        high,
    })
}
