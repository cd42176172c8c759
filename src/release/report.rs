//! What `report.json` says: all that is published of a release. Every other file of the release follows from it.
//!
//! What the pages say besides tables is worked out of it too, but for some sentences that it holds in their language.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Warning;
use crate::keys::TOTAL;
use crate::language::{Lang, Language, capitalised};
use crate::period::{Period, day};

/// The version of this shape. A change that could break a reader raises it.
pub const REPORT_SCHEMA: u32 = 1;

/// What bands of counts with noise are called.
pub const NOISY: &str = "noisy counts";

/// What bands of counts without noise are called.
pub const EXACT: &str = "exact counts";

/// Makes structs that hold what stands in a report and nothing else.
macro_rules! parts {
    ($($(#[$about:meta])* $name:ident { $($(#[$told:meta])* $field:ident: $kind:ty,)* })*) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(missing_docs, reason = "the schema says it")]
        pub struct $name { $($(#[$told])* pub $field: $kind,)* }
    )* };
}

parts! {
    /// The whole report.
    Report {
        schema: u32,
        hushcount: String,
        release: String,
        version: u32,
        restatement: Option<String>,
        period: Days,
        publish_on: Option<String>,
        warnings: Vec<String>,
        privacy: Stated,
        log: OfLog,
        not_included: NotIncluded,
        presentation: Page,
        tables: Vec<Sheet>,
        notes: Vec<String>,
        provenance: Provenance,
    }

    /// The days it is about.
    Days { label: String, start: String, end: String, }

    /// Who is protected, how, and how well.
    Stated {
        bands_of: String,
        unit: String,
        neighbouring: String,
        mechanism: String,
        epsilon: Option<String>,
        rho: Option<String>,
        queries: usize,
        shares: u32,
        guarantee: Option<Guaranteed>,
        selected_keys: Option<Selected>,
        max_cells: Option<u32>,
        max_per_cell: Option<u32>,
        bounds: Option<String>,
    }

    /// What is guaranteed.
    Guaranteed { epsilon: String, delta: String, text: String, }

    /// Which columns have keys that were selected with noise.
    Selected { columns: Vec<String>, threshold: u64, delta: Option<String>, }

    /// What the log told apart, by ids of requests and by legal process, and what the publisher declares of it.
    OfLog { request_ids: bool, legal_process: bool, declared_free_of_duplicates: bool, }

    /// What the log had and the report has not.
    NotIncluded { values: BTreeMap<String, Vec<String>>, unreadable_rows: bool, }

    /// How its pages speak, and what they say that does not follow from the rest.
    Page { language: String, publisher: Option<String>, left_out: Option<String>, how_made: Vec<String>, }

    /// What the release was made of.
    Provenance { policy_sha256: String, ledger_entry: String, key_id: String, }

    /// A table.
    Sheet {
        name: String,
        file: String,
        dimensions: Vec<String>,
        measures: Vec<String>,
        regime: Option<Under>,
        band_size: u64,
        total: bool,
        noise: Vec<Accurate>,
        rows: Vec<Printed>,
        labels: BTreeMap<String, Labels>,
        /// What a regime makes the pages say below the table.
        sentences: Vec<String>,
        /// What earlier releases printed in these rows.
        earlier: Vec<Printed>,
        /// Those releases.
        beside: Vec<Source>,
        /// Whether others were given that are of longer or shorter periods.
        other_lengths: bool,
    }

    /// The regime of a table: what is declared zero, and category, measure and number of what is no longer secret.
    Under {
        id: String,
        title: String,
        verified: bool,
        basis: Option<String>,
        released: Vec<(String, String, u64)>,
        zero: Vec<String>,
    }

    /// How noise moves the numbers of a measure.
    Accurate {
        measure: String,
        total: bool,
        expected_error: f64,
        within_95: u64,
        wrong_band_chance_at_edge: f64,
        wrong_band_chance_average: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        scale: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        variance: Option<String>,
    }

    /// What a column and its keys are called in the pages, and which key stands for all that are not listed.
    Labels { column: String, keys: BTreeMap<String, String>, other: Option<String>, }

    /// An earlier release whose numbers stand beside those of a table.
    Source { release: String, version: u32, start: String, end: String, bands_of: String, band_size: u64, ledger_entry: String, }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Printed {
    /// A key for each dimension. Something else than a text is no key.
    #[serde(flatten)]
    pub keys: BTreeMap<String, Value>,
    /// The first day, where it can be another one than the report's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_start: Option<String>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_end: Option<String>,
    /// What is counted.
    pub measure: String,
    /// The ends of its band; none where it is withheld.
    pub band_low: Option<u64>,
    /// The high end.
    pub band_high: Option<u64>,
    /// What is printed.
    pub band: String,
}

impl Printed {
    /// The row's key in a column.
    #[must_use]
    pub fn key(&self, dimension: &str) -> Option<&str> {
        self.keys.get(dimension).and_then(Value::as_str)
    }

    /// The ends of the printed band.
    #[must_use]
    pub fn ends(&self) -> Option<(u64, u64)> {
        self.band_low.zip(self.band_high)
    }

    pub(super) fn is_total(&self) -> bool {
        self.keys.values().any(|key| key == TOTAL)
    }

    /// What people read.
    pub(super) fn words(&self, language: &Language) -> String {
        match self.ends() {
            Some((0, 0)) if self.band == "0" => language.number(0),
            Some((low, high)) => language.ends(low, high),
            None => {
                let until = self.band.strip_prefix("withheld until ").and_then(|until| day(until).ok());
                let withheld = || language.words().withheld();
                until.map_or_else(withheld, |until| language.words().withheld_until(language.day(until)))
            }
        }
    }
}

impl Sheet {
    /// A row's keys, one for each dimension.
    pub(super) fn keys_of<'r>(&self, row: &'r Printed) -> Vec<&'r str> {
        self.dimensions.iter().map(|dimension| row.key(dimension).unwrap_or_default()).collect()
    }

    /// What a column is called.
    pub(super) fn column(&self, dimension: &str) -> String {
        self.labels.get(dimension).map_or_else(|| dimension.to_owned(), |labels| labels.column.clone())
    }

    /// What a key is called.
    #[must_use]
    pub fn label(&self, dimension: &str, key: &str) -> String {
        let label = self.labels.get(dimension).and_then(|labels| labels.keys.get(key));
        label.cloned().unwrap_or_else(|| key.to_owned())
    }

    /// What a row's keys are called.
    pub(super) fn labels_of(&self, row: &Printed) -> Vec<String> {
        let keys = self.dimensions.iter().zip(self.keys_of(row));
        keys.map(|(dimension, key)| self.label(dimension, key)).collect()
    }

    /// What the table counts, and by what, as programs have it.
    #[must_use]
    pub fn title(&self) -> String {
        let by =
            if self.dimensions.is_empty() { String::new() } else { format!(" by {}", self.dimensions.join(" and ")) };
        format!("{}{by}", self.measures.join(" and "))
    }

    /// The same as the pages have it.
    pub(super) fn heading(&self, language: &Language) -> String {
        let measures: Vec<String> = self.measures.iter().map(|measure| language.measure(measure)).collect();
        let columns: Vec<String> = self.dimensions.iter().map(|dimension| self.column(dimension)).collect();
        let measures = language.and(&measures);
        capitalised(&if columns.is_empty() {
            language.words().heading_all(measures)
        } else {
            language.words().heading_by(measures, language.and(&columns))
        })
    }
}

impl Report {
    /// The language of its pages.
    #[must_use]
    pub fn language(&self) -> &'static Language {
        Lang::find(&self.presentation.language).unwrap_or_default().load()
    }

    /// Whether its bands are of exact counts.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.privacy.bands_of == EXACT
    }

    /// The release's name, with its version where there are several.
    #[must_use]
    pub fn name(&self) -> String {
        if self.version == 1 { self.release.clone() } else { format!("{}, version {}", self.release, self.version) }
    }

    /// The days it is about.
    #[must_use]
    pub fn period(&self) -> Option<Period> {
        format!("{}..{}", self.period.start, self.period.end).parse().ok()
    }

    /// The first and last day a row is about, as they are written: the report's own where the row has none.
    #[must_use]
    pub fn days<'r>(&'r self, row: &'r Printed) -> [&'r str; 2] {
        let own = |day: &'r Option<String>, else_day: &'r str| day.as_deref().unwrap_or(else_day);
        [own(&row.period_start, &self.period.start), own(&row.period_end, &self.period.end)]
    }

    /// The days a row is about.
    #[must_use]
    pub fn period_of(&self, row: &Printed) -> Option<Period> {
        let [start, end] = self.days(row);
        format!("{start}..{end}").parse().ok()
    }

    /// A day of the report in words.
    pub(super) fn day(&self, text: &str) -> String {
        day(text).map_or_else(|_| text.to_owned(), |day| self.language().day(day))
    }

    /// Days in words.
    pub(super) fn days_in_words(&self, [start, end]: [&str; 2]) -> String {
        let period = format!("{start}..{end}").parse();
        period.map_or_else(|_| format!("{start}..{end}"), |period| self.language().period(period))
    }

    /// What readers must know before anything else, in the language of the pages.
    pub(super) fn warnings_in_words(&self) -> Vec<String> {
        let said = |warning: &Warning| self.warnings.contains(&warning.text(Lang::En.load()));
        Warning::ALL.into_iter().filter(said).map(|warning| warning.text(self.language())).collect()
    }

    /// Whether some number is declared zero.
    pub(super) fn has_zeros(&self) -> bool {
        self.tables.iter().filter_map(|table| table.regime.as_ref()).any(|regime| !regime.zero.is_empty())
    }

    /// The tables by the file they stand in: those of one name, which a regime has where it splits one measure only.
    pub(super) fn by_file(&self) -> Vec<(&str, Vec<&Sheet>)> {
        let mut seen = BTreeSet::new();
        let names = self.tables.iter().map(|table| table.name.as_str()).filter(|name| seen.insert(*name));
        names.map(|name| (name, self.tables.iter().filter(|table| table.name == name).collect())).collect()
    }
}
