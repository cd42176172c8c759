//! The report for programs: everything that is published, with parameters and guarantee.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::guarantee::guarantee;
use super::{Release, earlier, how_made, plain_warnings, rows};
use crate::accuracy::Accuracy;
use crate::band::Band;
use crate::keys::{KeySet, TOTAL};
use crate::language::Lang;
use crate::regime::Numbers;
use crate::sensitivity::Spread;
use crate::table::{Table, TableSpec};
use crate::units::{four_digits_up, lowest_terms};

/// The version of this shape. A change that could break a reader raises it.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    hushcount: &'a str,
    release: &'a str,
    version: u32,
    restatement: Option<&'a str>,
    period: Value,
    publish_on: Option<String>,
    warnings: Vec<String>,
    privacy: Value,
    not_included: Value,
    presentation: Value,
    tables: Vec<Value>,
    notes: Vec<String>,
    provenance: Value,
}

/// The whole report.
pub(super) fn render(release: &Release) -> String {
    let report = Report {
        schema: SCHEMA,
        hushcount: env!("CARGO_PKG_VERSION"),
        release: &release.id,
        version: release.version(),
        restatement: release.claim.reason.as_deref(),
        period: json!({
            "label": release.period.to_string(),
            "start": release.period.first().to_string(),
            "end": release.period.last().to_string(),
        }),
        publish_on: release.publish_on.map(|day| day.to_string()),
        warnings: plain_warnings(release),
        privacy: privacy(release),
        not_included: json!({ "values": release.left_out, "unreadable_rows": release.set_aside }),
        presentation: json!({
            "language": release.presentation.lang.code(),
            "publisher": release.presentation.publisher,
        }),
        tables: release.tables.iter().map(|one| table(release, one)).collect(),
        notes: how_made::how_made(release, Lang::En.load()),
        provenance: json!({
            "policy_sha256": release.claim.policy_sha256,
            "ledger_entry": release.claim.id(),
            "key_id": release.claim.key_id,
        }),
    };
    pretty(&report)
}

/// Text of a value, indented, with a line end.
pub(super) fn pretty(value: &impl Serialize) -> String {
    // Maps with text keys and finite numbers always serialise.
    format!("{}\n", serde_json::to_string_pretty(value).unwrap_or_default())
}

fn privacy(release: &Release) -> Value {
    let bounds = release.privacy.applied_bounds();
    let guarantee = guarantee(release, Lang::En.load());
    json!({
        "bands_of": release.bands_of(),
        "unit": release.privacy.unit.as_str(),
        "neighbouring": "add or remove all rows of one unit",
        "mechanism": release.claim.mechanism,
        "epsilon": release.claim.epsilon,
        "rho": release.claim.rho,
        "queries": release.queries,
        "shares": release.shares,
        "guarantee": guarantee.as_ref().map(|guarantee| json!({
            "epsilon": guarantee.epsilon,
            "delta": guarantee.delta,
            "text": guarantee.text,
        })),
        "selected_keys": release.threshold.map(|threshold| json!({
            "columns": release.selected,
            "threshold": threshold,
            "delta": release.claim.delta,
        })),
        "max_cells": bounds.map(|bounds| bounds.cells),
        "max_per_cell": bounds.map(|bounds| bounds.per_cell),
        "bounds": bounds.map(|_| if release.bounds_enforced { "enforced" } else { "declared" }),
    })
}

fn table(release: &Release, table: &Table<Band>) -> Value {
    let spec = table.spec();
    let accuracy = release.accuracy.iter().filter(|accuracy| accuracy.is_of(spec));
    json!({
        "name": spec.name,
        "file": format!("{}.csv", spec.name),
        "dimensions": spec.dimensions.iter().map(|set| set.column()).collect::<Vec<_>>(),
        "measures": spec.measures.iter().map(|measure| spec.name_of(*measure)).collect::<Vec<_>>(),
        "regime": spec.regime.as_ref().map(|numbers| regime(table, numbers)),
        "band_size": spec.band_size,
        "total": spec.total,
        "noise": accuracy.map(|accuracy| noise(spec, accuracy)).collect::<Vec<_>>(),
        "rows": rows(release, table).iter().map(|row| printed(table, row)).collect::<Vec<_>>(),
        "labels": labels(release, spec),
        "earlier": earlier_rows(release, table),
    })
}

/// What columns and keys are called in the pages for people.
fn labels(release: &Release, spec: &TableSpec) -> Value {
    let of_column = |set: &Arc<KeySet>| {
        let label = |key: &str| (key.to_owned(), json!(release.presentation.key(set.column(), key)));
        let total = spec.total.then_some(TOTAL);
        let keys: Map<String, Value> = set.keys().iter().map(String::as_str).chain(total).map(label).collect();
        let label = json!({ "column": release.presentation.column(set.column()), "keys": keys });
        (set.column().to_owned(), label)
    };
    Value::Object(spec.dimensions.iter().map(of_column).collect())
}

/// What earlier releases printed in the rows of the table.
fn earlier_rows(release: &Release, table: &Table<Band>) -> Vec<Value> {
    let beside = earlier::comparable(release, table, &rows(release, table));
    let one = |earlier: &&earlier::Earlier| {
        let [first, last] = earlier.period.ends();
        let mut row: Map<String, Value> = earlier.keys.iter().map(|(name, key)| (name.clone(), json!(key))).collect();
        row.insert("period_start".to_owned(), json!(first));
        row.insert("period_end".to_owned(), json!(last));
        row.insert("measure".to_owned(), json!(earlier.measure));
        row.insert("band_low".to_owned(), json!(earlier.ends.map(|(low, _)| low)));
        row.insert("band_high".to_owned(), json!(earlier.ends.map(|(_, high)| high)));
        row.insert("band".to_owned(), json!(earlier.text()));
        Value::Object(row)
    };
    beside.values().map(one).collect()
}

fn noise(spec: &TableSpec, accuracy: &Accuracy) -> Value {
    let mut noise = json!({
        "measure": spec.name_of(accuracy.measure),
        "total": accuracy.is_total,
        "expected_error": four_digits_up(accuracy.expected_error),
        "within_95": accuracy.within,
        "wrong_band_chance_at_edge": four_digits_up(accuracy.wrong_at_edge),
        "wrong_band_chance_average": four_digits_up(accuracy.wrong_on_average),
    });
    if let Some(spread) = accuracy.spread {
        let (parameter, (n, d)) = match spread {
            Spread::Laplace(n, d) => ("scale", lowest_terms(n, d)),
            Spread::Gaussian(n, d) => ("variance", lowest_terms(n, d)),
        };
        noise[parameter] = json!(format!("{n}/{d}"));
    }
    noise
}

fn printed(table: &Table<Band>, row: &super::Row<'_>) -> Value {
    let mut printed = Map::new();
    for (set, key) in table.spec().dimensions.iter().zip(&row.keys) {
        printed.insert(set.column().to_owned(), json!(key));
    }
    if table.spec().regime.is_some() {
        printed.insert("period_start".to_owned(), json!(row.period.first().to_string()));
        printed.insert("period_end".to_owned(), json!(row.period.last().to_string()));
    }
    let band = row.shown.band();
    printed.insert("measure".to_owned(), json!(row.measure));
    printed.insert("band_low".to_owned(), json!(band.map(Band::low)));
    printed.insert("band_high".to_owned(), json!(band.map(Band::high)));
    printed.insert("band".to_owned(), json!(row.shown.text()));
    Value::Object(printed)
}

/// The regime of a table, and what it was raised for.
fn regime(table: &Table<Band>, numbers: &Numbers) -> Value {
    let spec = table.spec();
    let released = table.columns().iter().flat_map(|column| {
        let cells = column.released.iter().enumerate().filter(|(_, released)| **released > 0);
        cells.map(|(cell, released)| json!([numbers.shown[cell].key, spec.name_of(column.measure), released]))
    });
    json!({
        "id": numbers.regime.id,
        "title": numbers.regime.title,
        "verified": numbers.regime.verified,
        "basis": numbers.regime.basis,
        "released": released.collect::<Vec<_>>(),
        "zero": numbers.zeros().map(|number| number.key.as_str()).collect::<Vec<_>>(),
    })
}
