//! The release side: bands, their words, and the directory they are published in.
//!
//! Nothing here has ever seen an exact count. Renderers are pure: a [`Release`] becomes its [`Report`], and every file follows
//! from that alone, so that whoever has `report.json` can make the others again.

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
mod report;
mod summary;
mod total;

pub use band::band;
pub use earlier::is_as_long;
pub use issue::issue;
pub use json::render;
pub use publish::{Artefact, Staging, artefacts, refuse_occupied};
pub use report::{EXACT, Guaranteed, NOISY, Printed, REPORT_SCHEMA, Report, Sheet, Source, Stated, Under};
pub use total::consistent;

/// The JSON Schema of `report.json`.
pub const SCHEMA: &str = include_str!("report.schema.json");

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::accounting::Loss;
use crate::accuracy::{Accuracy, accuracy};
use crate::band::Band;
use crate::language::{Lang, Language};
use crate::ledger::Claim;
use crate::period::Period;
use crate::policy::{Noise, Policy, Presentation, Privacy, Told};
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
    /// What the logs tell apart.
    told: Told,
    declared: Declared,
    /// Rows that were left out, by column and value.
    left_out: BTreeMap<String, Vec<String>>,
    /// Whether rows that cannot be read were set aside.
    set_aside: bool,
    tables: Vec<Table<Band>>,
    accuracy: Vec<Accuracy>,
    claim: Claim,
    warnings: Vec<Warning>,
    presentation: Presentation,
    earlier: Vec<Report>,
}

/// What of the log is the publisher's word, which nothing here can check.
#[derive(Debug, Clone, Copy)]
struct Declared {
    /// The bounds of each unit's contribution: a log of sums tells nothing of units.
    bounds: bool,
    /// That no request has two rows, so that none was looked for.
    no_duplicates: bool,
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
    const ALL: [Self; 2] = [Self::Demonstration, Self::NoNoise];

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
    pub fn new(policy: &Policy, tables: Vec<Table<Band>>, claim: Claim, told: Told, demonstration: bool) -> Self {
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
            told,
            declared: Declared { bounds: policy.is_aggregated(), no_duplicates: policy.log.no_duplicates },
            left_out: policy.log.leave_out.clone(),
            set_aside: policy.paths.quarantine.is_some(),
            accuracy: tables.iter().flat_map(|table| accuracy(policy, table.spec())).collect(),
            tables,
            claim,
            warnings: applying(demonstration, !policy.is_noisy()),
            presentation: policy.presentation.clone(),
            earlier: Vec::new(),
        }
    }

    /// The release with what earlier ones printed beside it.
    #[must_use]
    pub fn beside(self, earlier: Vec<Report>) -> Self {
        Self { earlier, ..self }
    }

    /// The words and formats of its pages.
    fn language(&self) -> &'static Language {
        self.presentation.language()
    }

    fn is_noisy(&self) -> bool {
        self.privacy.noise != Noise::None
    }

    /// The first and last day a row is about.
    fn days(&self, row: &Printed) -> [String; 2] {
        let [start, end] = self.period.ends();
        [row.period_start.clone().unwrap_or(start), row.period_end.clone().unwrap_or(end)]
    }

    /// What the bands are bands of.
    fn bands_of(&self) -> &'static str {
        if self.is_noisy() { NOISY } else { EXACT }
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

    /// All that is published of it.
    #[must_use]
    pub fn report(&self) -> Report {
        json::report(self)
    }
}

/// The report as Markdown, as it is published.
#[must_use]
pub fn markdown(report: &Report) -> String {
    markdown::render(report)
}

/// The tables as text for a terminal, long ones cut.
#[must_use]
pub fn preview(report: &Report, max_rows: usize) -> String {
    markdown::preview(report, max_rows)
}

/// What a reader of such a release must be warned of, as files for programs have it.
#[must_use]
pub fn warnings_of(demonstration: bool, exact: bool) -> Vec<String> {
    applying(demonstration, exact).into_iter().map(|warning| warning.text(Lang::En.load())).collect()
}

fn applying(demonstration: bool, exact: bool) -> Vec<Warning> {
    let all = [(demonstration, Warning::Demonstration), (exact, Warning::NoNoise)];
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

/// What the numbers leave out, as far as the policy says it.
fn omissions(release: &Release) -> Option<String> {
    let words = release.language().words();
    let label = |column: &String, values: &Vec<String>| {
        let values: Vec<String> = values.iter().map(|value| release.presentation.key(column, value)).collect();
        format!("{} {}", release.presentation.column(column), values.join(", "))
    };
    let mut omitted: Vec<String> = release.left_out.iter().map(|(column, values)| label(column, values)).collect();
    omitted.extend(release.set_aside.then(|| words.left_out_rows()));
    (!omitted.is_empty()).then(|| words.left_out(omitted.join("; ")))
}
