//! The release side: bands, their words, and the directory they are published in.
//!
//! Nothing here has ever seen an exact count. Renderers are pure: a [`Release`] in, text out.

mod band;
mod csv;
mod disk;
mod document;
mod guarantee;
mod html;
mod issue;
mod json;
mod markdown;
mod publish;
mod total;

pub use band::band;
pub use issue::issue;
pub use publish::{Artefact, Staging, artefacts, refuse_occupied};
pub use total::consistent;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::accounting::Loss;
use crate::accuracy::{Accuracy, accuracy};
use crate::band::Band;
use crate::ledger::Claim;
use crate::period::Period;
use crate::policy::{Noise, Policy, Privacy};
use crate::selection::threshold;
use crate::table::{Measure, Table};
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
        }
    }

    /// What the bands are bands of.
    fn bands_of(&self) -> &'static str {
        if self.privacy.noise == Noise::None { "exact counts" } else { "noisy counts" }
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
    let exact = !policy.is_noisy();
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
        let keys = vec![crate::keys::TOTAL; spec.dimensions.len()];
        column.total.map(|band| Row { keys, measure: column.measure, band })
    });
    cells.chain(totals).collect()
}
