//! What could be withheld so that nothing narrower follows from the rest (secondary suppression).
//!
//! Every single cell, then every pair is tried, so what is found there is the fewest. Beyond that all are withheld that
//! something follows from, and each is printed again where that is safe: a set of which none can be left out, but not always
//! the smallest.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::published::Published;
use crate::keys::TOTAL;

/// More cells than this are not tried in pairs.
const MAX_PAIRED: usize = 8;

/// A cell of a table, by the table and its keys: all its measures are withheld together.
pub type Cell = (String, BTreeMap<String, String>);

/// Cells to withhold.
pub struct Remedy {
    /// The cells.
    pub cells: Vec<Cell>,
    /// How they were found.
    pub method: &'static str,
}

/// Cells of a release to withhold so that it passes; nothing where none help.
#[must_use]
pub fn fewest_withheld(
    numbers: &[Published],
    found: &[Finding],
    passes: impl Fn(&[Published]) -> bool,
) -> Option<Remedy> {
    let cells = candidates(numbers, found);
    let without = |withheld: &[&Cell]| passes(&withholding(numbers, withheld));
    let fewest = one_or_two(&cells, &without).map(|set| (set, "the fewest: every cell and every pair was tried"));
    let some = || some(&cells, &without).map(|set| (set, "none of them can be left out, but others may do with fewer"));
    let (set, method) = fewest.or_else(some)?;
    Some(Remedy { cells: set.into_iter().cloned().collect(), method })
}

fn one_or_two<'c>(cells: &'c [Cell], passes: &impl Fn(&[&Cell]) -> bool) -> Option<Vec<&'c Cell>> {
    if let Some(one) = cells.iter().find(|one| passes(&[one])) {
        return Some(vec![one]);
    }
    let pairs =
        cells.iter().enumerate().flat_map(|(place, one)| cells[place + 1..].iter().map(move |other| [one, other]));
    pairs
        .take(if cells.len() > MAX_PAIRED { 0 } else { usize::MAX })
        .find(|pair| passes(pair))
        .map(|pair| pair.to_vec())
}

/// All cells, and then as few of them as can be.
fn some<'c>(cells: &'c [Cell], passes: &impl Fn(&[&Cell]) -> bool) -> Option<Vec<&'c Cell>> {
    let mut withheld: Vec<&Cell> = cells.iter().collect();
    if !passes(&withheld) {
        return None;
    }
    for cell in cells {
        let fewer: Vec<&Cell> = withheld.iter().copied().filter(|one| *one != cell).collect();
        if passes(&fewer) {
            withheld = fewer;
        }
    }
    Some(withheld)
}

/// The cells whose numbers something follows from, totals first: they are the cheapest to do without.
fn candidates(numbers: &[Published], found: &[Finding]) -> Vec<Cell> {
    let involved: BTreeSet<&String> = found.iter().flat_map(|finding| &finding.combined).collect();
    let is_involved = |number: &&Published| involved.iter().any(|told| told.starts_with(&number.words()));
    let cells: BTreeSet<Cell> = numbers.iter().filter(|one| one.is_total() || is_involved(one)).map(cell).collect();
    let mut cells: Vec<Cell> = cells.into_iter().collect();
    cells.sort_by_key(|(_, keys)| !keys.values().any(|key| key == TOTAL));
    cells
}

fn cell(number: &Published) -> Cell {
    (number.table.clone().unwrap_or_default(), number.keys.clone())
}

fn withholding(numbers: &[Published], withheld: &[&Cell]) -> Vec<Published> {
    let mut numbers = numbers.to_vec();
    for number in numbers.iter_mut().filter(|number| withheld.contains(&&cell(number))) {
        (number.low, number.high) = (None, None);
    }
    numbers
}
