//! The release side: bands, their words, and the directory they are published in.
//!
//! Nothing here has ever seen an exact count. Renderers are pure: a [`Release`] in, text out.

mod band;
mod csv;
mod disk;
mod document;
mod html;
mod issue;
mod json;
mod markdown;
mod publish;

pub use band::band;
pub use issue::issue;
pub use publish::{Artefact, Staging, artefacts, is_published};

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::band::Band;
use crate::ledger::Claim;
use crate::period::Period;
use crate::policy::{Noise, Policy, Privacy};
use crate::sensitivity::{Accuracy, accuracy};
use crate::table::{Measure, Table};

/// One publishable result: a period, its banded tables, and how they were made.
#[derive(Debug)]
pub struct Release {
    id: String,
    period: Period,
    publish_on: Option<Date>,
    privacy: Privacy,
    queries: u32,
    bounds_enforced: bool,
    /// Rows that were left out, by column and value.
    left_out: BTreeMap<String, Vec<String>>,
    /// Whether rows that cannot be read were set aside.
    set_aside: bool,
    tables: Vec<Table<Band>>,
    accuracy: Vec<Accuracy>,
    claim: Claim,
    warnings: Vec<&'static str>,
}

/// What a reader must know before anything else.
const DEMONSTRATION_WARNING: &str =
    "Made with the public demonstration key: anybody can take the noise off again. For trials only; do not publish.";
const EXACT_WARNING: &str = "No noise was added: these are bands of the exact counts, and the bands were not checked against each other or against earlier reports.";
const REGIME_WARNING: &str =
    "National-security process is counted here and no statutory regime was checked. Do not publish before counsel has.";

impl Release {
    /// A release of banded tables.
    #[must_use]
    pub fn new(policy: &Policy, tables: Vec<Table<Band>>, claim: Claim, demonstration: bool) -> Self {
        Self {
            id: policy.release.clone(),
            period: policy.period,
            publish_on: policy.publish_on,
            privacy: policy.privacy.clone(),
            queries: policy.queries(),
            bounds_enforced: !policy.is_aggregated(),
            left_out: policy.log.leave_out.clone(),
            set_aside: policy.paths.quarantine.is_some(),
            accuracy: policy.tables.iter().flat_map(|table| accuracy(policy, table)).collect(),
            tables,
            claim,
            warnings: warnings(policy, demonstration),
        }
    }

    /// What the bands are bands of.
    fn bands_of(&self) -> &'static str {
        match self.privacy.noise {
            Noise::Laplace(_) => "noisy counts",
            Noise::None => "exact counts",
        }
    }

    /// The release's name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The banded tables.
    #[must_use]
    pub fn tables(&self) -> &[Table<Band>] {
        &self.tables
    }

    /// The tables as text for a terminal, long ones cut.
    #[must_use]
    pub fn preview(&self, max_rows: usize) -> String {
        markdown::preview(self, max_rows)
    }
}

fn warnings(policy: &Policy, demonstration: bool) -> Vec<&'static str> {
    let exact = policy.epsilon().is_none();
    let all = [
        (demonstration, DEMONSTRATION_WARNING),
        (exact, EXACT_WARNING),
        (policy.lists_national_security(), REGIME_WARNING),
    ];
    all.into_iter().filter_map(|(applies, warning)| applies.then_some(warning)).collect()
}

/// One printed row of a table.
struct Row<'a> {
    keys: Vec<&'a str>,
    measure: Measure,
    band: Band,
}

/// A table's rows: sorted by its keys, then by measure; the total last.
fn rows(table: &Table<Band>) -> Vec<Row<'_>> {
    let spec = table.spec();
    let cells = (0..spec.cells()).flat_map(|cell| {
        table.columns().iter().map(move |column| Row {
            keys: spec.keys_of(cell),
            measure: column.measure,
            band: column.cells[cell],
        })
    });
    let totals = table.columns().iter().filter_map(|column| {
        let keys = vec![crate::table::TOTAL; spec.dimensions.len()];
        column.total.map(|band| Row { keys, measure: column.measure, band })
    });
    cells.chain(totals).collect()
}
