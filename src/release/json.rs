//! The report for programs: everything that is published, with parameters and guarantee.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::guarantee::guarantee;
use super::report::{
    Accurate, Days, Guaranteed, Labels, NotIncluded, OfLog, Page, Printed, Provenance, REPORT_SCHEMA, Report, Selected,
    Sheet, Stated, Under,
};
use super::{Release, Row, earlier, how_made, omissions, plain_warnings, regime, rows};
use crate::accuracy::Accuracy;
use crate::band::Band;
use crate::keys::KeySet;
use crate::language::Lang;
use crate::regime::Numbers;
use crate::sensitivity::Spread;
use crate::table::{Table, TableSpec};
use crate::units::{four_digits_up, lowest_terms};

/// The whole report.
pub(super) fn report(release: &Release) -> Report {
    let (claim, period) = (&release.claim, release.period);
    let [start, end] = period.ends();
    Report {
        schema: REPORT_SCHEMA,
        hushcount: env!("CARGO_PKG_VERSION").to_owned(),
        release: release.id.clone(),
        version: release.version(),
        restatement: claim.reason.clone(),
        period: Days { label: period.to_string(), start, end },
        publish_on: release.publish_on.map(|day| day.to_string()),
        warnings: plain_warnings(release),
        privacy: privacy(release),
        log: OfLog {
            request_ids: release.told.requests,
            legal_process: release.told.processes,
            declared_free_of_duplicates: release.declared.no_duplicates,
        },
        not_included: NotIncluded { values: release.left_out.clone(), unreadable_rows: release.set_aside },
        presentation: Page {
            language: release.presentation.lang.code().to_owned(),
            publisher: release.presentation.publisher.clone(),
            left_out: omissions(release),
            how_made: how_made::how_made(release, release.language()),
        },
        tables: release.tables.iter().map(|one| table(release, one)).collect(),
        notes: how_made::how_made(release, Lang::En.load()),
        provenance: Provenance {
            policy_sha256: claim.policy_sha256.clone(),
            ledger_entry: claim.id(),
            key_id: claim.key_id.clone(),
        },
    }
}

/// The report's text, of which it has one only.
#[must_use]
pub fn render(report: &Report) -> String {
    pretty(report)
}

/// Text of a value, indented, with a line end.
pub(super) fn pretty(value: &impl Serialize) -> String {
    // Maps with text keys and finite numbers always serialise.
    format!("{}\n", serde_json::to_string_pretty(value).unwrap_or_default())
}

fn privacy(release: &Release) -> Stated {
    let bounds = release.privacy.applied_bounds();
    let selected = |threshold| Selected {
        columns: release.selected.clone(),
        threshold,
        delta: release.claim.delta.map(|delta| delta.to_string()),
    };
    Stated {
        bands_of: release.bands_of().to_owned(),
        unit: release.privacy.unit.as_str().to_owned(),
        neighbouring: "add or remove all rows of one unit".to_owned(),
        mechanism: release.claim.mechanism.clone(),
        epsilon: release.claim.epsilon.map(|epsilon| epsilon.to_string()),
        rho: release.claim.rho.map(|rho| rho.to_string()),
        queries: release.queries,
        shares: release.shares,
        guarantee: guarantee(release, Lang::En.load()).map(|one| Guaranteed {
            epsilon: one.epsilon,
            delta: one.delta.to_string(),
            text: one.text,
        }),
        selected_keys: release.threshold.map(selected),
        max_cells: bounds.map(|bounds| bounds.cells),
        max_per_cell: bounds.map(|bounds| bounds.per_cell),
        bounds: bounds.map(|_| if release.declared.bounds { "declared" } else { "enforced" }.to_owned()),
    }
}

fn table(release: &Release, table: &Table<Band>) -> Sheet {
    let spec = table.spec();
    let accuracy = release.accuracy.iter().filter(|accuracy| accuracy.is_of(spec));
    let all = rows(release, table);
    let sheet = Sheet {
        name: spec.name.clone(),
        file: format!("{}.csv", spec.name),
        dimensions: spec.dimensions.iter().map(|set| set.column().to_owned()).collect(),
        measures: spec.measures.iter().map(|measure| spec.name_of(*measure).to_owned()).collect(),
        regime: spec.regime.as_ref().map(|numbers| under(table, numbers)),
        band_size: spec.band_size.get(),
        total: spec.total,
        noise: accuracy.map(|accuracy| noise(spec, accuracy)).collect(),
        rows: all.iter().map(|row| printed(table, row)).collect(),
        labels: labels(release, spec, &all),
        sentences: regime::sentences(release, table),
        earlier: Vec::new(),
        beside: Vec::new(),
        other_lengths: false,
    };
    earlier::beside(release, sheet)
}

/// What columns and the keys that are printed are called in the pages for people.
fn labels(release: &Release, spec: &TableSpec, rows: &[Row<'_>]) -> BTreeMap<String, Labels> {
    let of_column = |(place, set): (usize, &Arc<KeySet>)| {
        let label = |row: &Row<'_>| {
            let key = row.keys[place];
            (key.to_owned(), release.presentation.key(set.column(), key))
        };
        let labels = Labels {
            column: release.presentation.column(set.column()),
            keys: rows.iter().map(label).collect(),
            other: set.other().map(|other| set.keys()[other].clone()),
        };
        (set.column().to_owned(), labels)
    };
    spec.dimensions.iter().enumerate().map(of_column).collect()
}

fn noise(spec: &TableSpec, accuracy: &Accuracy) -> Accurate {
    let fraction = |(n, d): (u128, u128)| format!("{n}/{d}");
    let (scale, variance) = match accuracy.spread {
        Some(Spread::Laplace(n, d)) => (Some(fraction(lowest_terms(n, d))), None),
        Some(Spread::Gaussian(n, d)) => (None, Some(fraction(lowest_terms(n, d)))),
        None => (None, None),
    };
    Accurate {
        measure: spec.name_of(accuracy.measure).to_owned(),
        total: accuracy.is_total,
        expected_error: four_digits_up(accuracy.expected_error),
        within_95: accuracy.within,
        wrong_band_chance_at_edge: four_digits_up(accuracy.wrong_at_edge),
        wrong_band_chance_average: four_digits_up(accuracy.wrong_on_average),
        scale,
        variance,
    }
}

fn printed(table: &Table<Band>, row: &Row<'_>) -> Printed {
    let dimensions = table.spec().dimensions.iter().map(|set| set.column().to_owned());
    let keys: BTreeMap<String, Value> = dimensions.zip(&row.keys).map(|(column, key)| (column, json!(key))).collect();
    let days = table.spec().regime.is_some().then(|| row.period.ends());
    let [period_start, period_end] = days.map_or([None, None], |[start, end]| [Some(start), Some(end)]);
    let band = row.shown.band();
    Printed {
        keys,
        period_start,
        period_end,
        measure: row.measure.to_owned(),
        band_low: band.map(Band::low),
        band_high: band.map(Band::high),
        band: row.shown.text(),
    }
}

/// The regime of a table, and what it was raised for.
fn under(table: &Table<Band>, numbers: &Numbers) -> Under {
    let spec = table.spec();
    let released = table.columns().iter().flat_map(|column| {
        let cells = column.released.iter().enumerate().filter(|(_, released)| **released > 0);
        let name = spec.name_of(column.measure).to_owned();
        cells.map(move |(cell, released)| (numbers.shown[cell].key.clone(), name.clone(), *released))
    });
    Under {
        id: numbers.regime.id.clone(),
        title: numbers.regime.title.clone(),
        verified: numbers.regime.verified,
        basis: numbers.regime.basis.clone(),
        released: released.collect(),
        zero: numbers.zeros().map(|number| number.key.clone()).collect(),
    }
}
