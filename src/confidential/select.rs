//! Which values of an undeclared column may be published: those that enough units have, counted with noise.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::counts::{Candidates, Counts};
use super::exact::Exact;
use super::problem;
use super::question::{Question, Source};
use crate::error::Outcome;
use crate::keys::KeySet;
use crate::policy::{Policy, SELECTION_SHARE};
use crate::selection::threshold;
use crate::table::{Column, Query, Table, TableSpec};

/// Keeps the cells whose keys are declared or common enough. From here on a table's shape may be shown.
///
/// # Errors
/// The noise of the selection cannot be sampled exactly.
pub(super) fn keep_common_keys(counts: Counts, source: &Source<'_>, policy: &Policy) -> Outcome<Vec<Table<Exact>>> {
    let mut selected = BTreeMap::new();
    for candidates in &counts.candidates {
        selected.insert(candidates.column.clone(), common_keys(candidates, source, policy)?);
    }
    counts.tables.into_iter().map(|table| keep(table, &selected)).collect()
}

fn common_keys(candidates: &Candidates, source: &Source<'_>, policy: &Policy) -> Outcome<Vec<String>> {
    let question = question(candidates, policy)?;
    let threshold = threshold(policy).unwrap_or(u64::MAX);
    let common = |noisy: i64| u64::try_from(noisy).is_ok_and(|noisy| noisy >= threshold);
    let noisy = question.sampled(source);
    let kept = candidates.keys.iter().zip(noisy).filter(|(_, noisy)| common(noisy.get()));
    Ok(kept.map(|(key, _)| key.clone()).collect())
}

/// How many units have each value.
pub(super) fn question(candidates: &Candidates, policy: &Policy) -> Outcome<Question> {
    let mut question = Question::new(Query::Selection, SELECTION_SHARE, &candidates.column, policy)?;
    for (key, units) in candidates.keys.iter().zip(&candidates.units) {
        question.ask(vec![key.clone()], units.get());
    }
    Ok(question)
}

fn keep(table: Table<Exact>, selected: &BTreeMap<String, Vec<String>>) -> Outcome<Table<Exact>> {
    if !table.spec().is_private() {
        return Ok(table);
    }
    let (spec, columns) = table.into_parts();
    let narrow = |set: &Arc<KeySet>| match selected.get(set.column()).filter(|_| set.is_private()) {
        None => Ok(Arc::clone(set)),
        Some(keys) => set.with_keys(keys.clone()).map(Arc::new).map_err(|_| problem::engine()),
    };
    let dimensions: Vec<Arc<KeySet>> = spec.dimensions.iter().map(narrow).collect::<Result<_, _>>()?;
    let kept = TableSpec { dimensions, ..(*spec).clone() };
    let places: Vec<usize> = (0..kept.cells()).map(|cell| place_in(&spec, &kept.keys_of(cell))).collect();
    let columns = columns.into_iter().map(|column| {
        let mut cells: Vec<Option<Exact>> = column.cells.into_iter().map(Some).collect();
        let cells = places.iter().filter_map(|place| cells[*place].take()).collect();
        Column { measure: column.measure, released: column.released, cells, total: None }
    });
    let columns = columns.collect();
    Ok(Table::new(Arc::new(kept), columns))
}

/// The cell of a table that has these keys.
fn place_in(spec: &TableSpec, keys: &[&str]) -> usize {
    let of = |set: &KeySet, key: &str| set.position(key).unwrap_or_default();
    spec.dimensions.iter().zip(keys).fold(0, |cell, (set, key)| cell * set.keys().len() + of(set, key))
}
