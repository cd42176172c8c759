//! The release side: bands, their words, and the directory they are published in.
//!
//! Nothing here has ever seen an exact count. Renderers are pure: a [`Release`] in, text out.

mod band;
mod csv;
mod disk;
mod document;
mod earlier;
mod guarantee;
mod how_made;
mod html;
mod issue;
mod json;
mod markdown;
mod package;
mod publish;
mod regime;
mod summary;
mod total;

pub use band::band;
pub use csv::columns_by;
pub use earlier::Earlier;
pub use issue::issue;
pub use publish::{Artefact, Staging, artefacts, refuse_occupied};
pub use total::consistent;

/// The JSON Schema of `report.json`.
pub const SCHEMA: &str = include_str!("report.schema.json");

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::accounting::Loss;
use crate::accuracy::{Accuracy, accuracy};
use crate::band::Band;
use crate::language::{Lang, Language, capitalised};
use crate::ledger::Claim;
use crate::period::Period;
use crate::policy::{Noise, Policy, Presentation, Privacy};
use crate::selection::threshold;
use crate::table::{Column, Table, TableSpec};
use crate::units::Delta;

/// One publishable result: a period, its banded tables, and how they were made.
#[derive(Debug)]
pub struct Release {
    id: String,
    period: Period,
    publish_on: Option<Date>,
    privacy: Privacy,
    loss: Option<Loss>,
    conversion_delta: Delta,
    /// Whether the key is public, so that nothing is protected.
    demonstration: bool,
    /// How many questions were asked of the log, and into how many shares the loss is split.
    queries: usize,
    shares: u32,
    /// The columns whose keys were selected, and how many units with noise a value needed.
    selected: Vec<String>,
    threshold: Option<u64>,
    bounds_enforced: bool,
    /// Rows that were left out, by column and value.
    left_out: BTreeMap<String, Vec<String>>,
    /// Whether rows that cannot be read were set aside.
    set_aside: bool,
    tables: Vec<Table<Band>>,
    accuracy: Vec<Accuracy>,
    claim: Claim,
    warnings: Vec<Warning>,
    presentation: Presentation,
    earlier: Vec<Earlier>,
}

/// What a reader must know before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Warning {
    /// Everybody has the key.
    Demonstration,
    /// No noise was added.
    NoNoise,
}

impl Warning {
    fn text(self, language: &Language) -> String {
        match self {
            Self::Demonstration => language.words().warning_demonstration(),
            Self::NoNoise => language.words().warning_exact(),
        }
    }
}

impl Release {
    /// A release of banded tables.
    #[must_use]
    pub fn new(policy: &Policy, tables: Vec<Table<Band>>, claim: Claim, demonstration: bool) -> Self {
        Self {
            id: policy.release.clone(),
            period: policy.period,
            publish_on: policy.publish_on,
            privacy: policy.privacy.clone(),
            loss: policy.loss(),
            conversion_delta: policy.conversion_delta(),
            demonstration,
            queries: policy.queries().len(),
            shares: policy.shares(),
            selected: policy.selected_columns().iter().map(|set| set.column().to_owned()).collect(),
            threshold: threshold(policy),
            bounds_enforced: !policy.is_aggregated(),
            left_out: policy.log.leave_out.clone(),
            set_aside: policy.paths.quarantine.is_some(),
            accuracy: tables.iter().flat_map(|table| accuracy(policy, table.spec())).collect(),
            tables,
            claim,
            warnings: warnings(policy, demonstration),
            presentation: policy.presentation.clone(),
            earlier: Vec::new(),
        }
    }

    /// The release with what earlier ones printed beside it.
    #[must_use]
    pub fn beside(self, earlier: Vec<Earlier>) -> Self {
        Self { earlier, ..self }
    }

    /// The words and formats of its pages.
    fn language(&self) -> &'static Language {
        self.presentation.language()
    }

    fn is_noisy(&self) -> bool {
        self.privacy.noise != Noise::None
    }

    /// What a column is called at the head of a table.
    fn column(&self, name: &str) -> String {
        capitalised(&self.presentation.column(name))
    }

    /// What the keys of a row are called.
    fn labels(&self, spec: &TableSpec, keys: &[&str]) -> Vec<String> {
        let named = spec.dimensions.iter().zip(keys);
        named.map(|(set, key)| self.presentation.key(set.column(), key)).collect()
    }

    /// What the bands are bands of.
    fn bands_of(&self) -> &'static str {
        if self.is_noisy() { "noisy counts" } else { "exact counts" }
    }

    /// The release's name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The release's version: more than 1 after a restatement.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.claim.version
    }

    /// The release's name, with its version where there are several.
    #[must_use]
    pub fn name(&self) -> String {
        if self.version() == 1 { self.id.clone() } else { format!("{}, version {}", self.id, self.version()) }
    }

    /// Whether some number is declared zero.
    fn has_zeros(&self) -> bool {
        let mut regimes = self.tables.iter().filter_map(|table| table.spec().regime.as_ref());
        regimes.any(|numbers| numbers.zeros().next().is_some())
    }

    /// The banded tables.
    #[must_use]
    pub fn tables(&self) -> &[Table<Band>] {
        &self.tables
    }

    /// The report for programs, as it is published.
    #[must_use]
    pub fn report(&self) -> String {
        json::render(self)
    }

    /// The report as Markdown, as it is published.
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::render(self)
    }

    /// The tables as text for a terminal, long ones cut.
    #[must_use]
    pub fn preview(&self, max_rows: usize) -> String {
        markdown::preview(self, max_rows)
    }
}

fn warnings(policy: &Policy, demonstration: bool) -> Vec<Warning> {
    let all = [(demonstration, Warning::Demonstration), (!policy.is_noisy(), Warning::NoNoise)];
    all.into_iter().filter_map(|(applies, warning)| applies.then_some(warning)).collect()
}

/// The warnings as files for programs have them, in English.
fn plain_warnings(release: &Release) -> Vec<String> {
    release.warnings.iter().map(|warning| warning.text(Lang::En.load())).collect()
}

/// One printed row of a table.
struct Row<'a> {
    period: Period,
    keys: Vec<&'a str>,
    measure: &'static str,
    shown: Shown,
}

/// What a row shows.
#[derive(Clone, Copy)]
enum Shown {
    Band(Band),
    /// 0 itself, by the publisher's word.
    Zero,
    /// Nothing before this day.
    Until(Date),
    /// Nothing, so that others stay hidden.
    Withheld,
}

impl Shown {
    fn of(spec: &TableSpec, cell: usize, band: Band) -> Self {
        if spec.is_declared_zero(cell) { Self::Zero } else { Self::Band(band) }
    }

    fn band(self) -> Option<Band> {
        match self {
            Self::Band(band) => Some(band),
            Self::Zero => Some(Band::ZERO),
            Self::Until(_) | Self::Withheld => None,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Band(band) => band.to_string(),
            Self::Zero => "0".to_owned(),
            Self::Until(until) => format!("withheld until {until}"),
            Self::Withheld => "withheld".to_owned(),
        }
    }

    /// The same for people.
    fn words(self, language: &Language) -> String {
        match self {
            Self::Band(band) => language.band(band),
            Self::Zero => language.number(0),
            Self::Until(until) => language.words().withheld_until(language.day(until)),
            Self::Withheld => language.words().withheld(),
        }
    }
}

/// A table's rows: sorted by its keys and periods, then by measure; the total last.
fn rows<'t>(release: &Release, table: &'t Table<Band>) -> Vec<Row<'t>> {
    let spec = table.spec();
    let numbers = spec.regime.as_deref();
    let withheld = &spec.withheld;
    let shown = |column: &'t Column<Band>, cell| {
        if withheld.cells.contains(&cell) { Shown::Withheld } else { Shown::of(spec, cell, column.cells[cell]) }
    };
    let mut rows: Vec<Row<'t>> = Vec::new();
    for cell in 0..spec.cells() {
        let period = numbers.map_or(release.period, |numbers| numbers.shown[cell].period);
        rows.extend(table.columns().iter().map(|column| {
            let (measure, shown) = (spec.name_of(column.measure), shown(column, cell));
            Row { period, keys: spec.keys_of(cell), measure, shown }
        }));
    }
    for withheld in numbers.into_iter().flat_map(|numbers| &numbers.withheld) {
        rows.extend(table.columns().iter().map(|column| {
            let (measure, shown) = (spec.name_of(column.measure), Shown::Until(withheld.until));
            Row { period: withheld.period, keys: vec![&withheld.key], measure, shown }
        }));
    }
    if numbers.is_some() {
        rows.sort_by(|one, other| (&one.keys, one.period.first()).cmp(&(&other.keys, other.period.first())));
    }
    rows.extend(table.columns().iter().filter_map(|column| {
        let keys = vec![crate::keys::TOTAL; spec.dimensions.len()];
        let (period, measure) = (release.period, spec.name_of(column.measure));
        let shown = |band| if withheld.total { Shown::Withheld } else { Shown::Band(band) };
        column.total.map(|band| Row { period, keys, measure, shown: shown(band) })
    }));
    rows
}

/// The tables by the file they stand in: those of one name, which a regime has where it splits one measure only.
fn by_file(tables: &[Table<Band>]) -> Vec<(&str, Vec<&Table<Band>>)> {
    let mut files: Vec<(&str, Vec<&Table<Band>>)> = Vec::new();
    for table in tables {
        let name = table.spec().name.as_str();
        match files.iter_mut().find(|(file, _)| *file == name) {
            Some((_, tables)) => tables.push(table),
            None => files.push((name, vec![table])),
        }
    }
    files
}
