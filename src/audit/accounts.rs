//! Numbers of accounts: each an unknown of its own, and what parts and wholes say of each other.
//!
//! With N(R) accounts in a region R of cells and days, N(S) <= N(R) for a part S of R, and N(R) is at most the sum over parts
//! that cover it. More holds (N is a coverage function); of that no use is made, so a bound can be wider than it could be.

use std::collections::{BTreeMap, HashMap};

use super::published::Published;

/// A statement that a sum is at least another one.
type AtLeast = (Vec<usize>, Vec<usize>);

/// The unknowns of numbers of accounts.
pub(super) struct Accounts {
    pub(super) unknowns: usize,
    /// For each number the unknowns that it adds: itself, or the rows of a table for its total.
    pub(super) sums: Vec<Vec<usize>>,
    /// What parts and wholes say.
    pub(super) known: Vec<AtLeast>,
}

impl Accounts {
    /// Numbers with their regions.
    pub(super) fn of(numbers: &[&Published], regions: &[Vec<usize>]) -> Self {
        let mut unknown_of: HashMap<&[usize], usize> = HashMap::new();
        let mut own = Vec::new();
        for region in regions {
            let next = unknown_of.len();
            own.push(*unknown_of.entry(region).or_insert(next));
        }
        let unknowns = unknown_of.len();
        let families = families(numbers);
        let mut known = Vec::new();
        for whole in &families {
            for parts in families.iter().filter(|parts| !std::ptr::eq(*parts, whole)) {
                inside(whole, parts, regions, &own, &mut known);
            }
        }
        over_time(numbers, regions, &own, &mut known);
        let sums = (0..numbers.len()).map(|place| sum(place, numbers, &families, &own)).collect();
        Self { unknowns, sums, known }
    }
}

/// The rows of tables, without totals: those of one table and period share no cell.
fn families(numbers: &[&Published]) -> Vec<Vec<usize>> {
    let mut families: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, number) in numbers.iter().enumerate().filter(|(_, number)| !number.is_total()) {
        families.entry(family(number)).or_default().push(place);
    }
    families.into_values().collect()
}

fn family(number: &Published) -> (Vec<&String>, [String; 2], &std::path::Path, Option<&String>) {
    (number.keys.keys().collect(), number.period.ends(), &number.file, number.table.as_ref())
}

/// A number itself; a total of a release's table adds the table's rows.
fn sum(place: usize, numbers: &[&Published], families: &[Vec<usize>], own: &[usize]) -> Vec<usize> {
    let is_added = numbers[place].is_total() && numbers[place].table.is_some();
    let rows = families.iter().find(|rows| is_added && family(numbers[rows[0]]) == family(numbers[place]));
    rows.map_or_else(|| vec![own[place]], |rows| rows.iter().map(|row| own[*row]).collect())
}

/// Every row of a table that lies in a row of another is at most that; where such rows fill it, it is at most all of them.
fn inside(whole: &[usize], parts: &[usize], regions: &[Vec<usize>], own: &[usize], known: &mut Vec<AtLeast>) {
    let mut holder: HashMap<usize, usize> = HashMap::new();
    for place in whole {
        holder.extend(regions[*place].iter().map(|one| (*one, *place)));
    }
    let mut inside: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for part in parts {
        let Some(place) = regions[*part].first().and_then(|first| holder.get(first)) else { continue };
        if own[*place] != own[*part] && regions[*part].iter().all(|one| holder.get(one) == Some(place)) {
            inside.entry(*place).or_default().push(*part);
        }
    }
    for (place, parts) in inside {
        known.extend(parts.iter().map(|part| (vec![own[place]], vec![own[*part]])));
        // What was published twice fills its place once.
        let different: BTreeMap<usize, usize> = parts.iter().map(|part| (own[*part], regions[*part].len())).collect();
        let filled: usize = different.values().sum();
        if filled == regions[place].len() {
            known.push((unknowns(&parts, own), vec![own[place]]));
        }
    }
}

fn unknowns(places: &[usize], own: &[usize]) -> Vec<usize> {
    let mut unknowns: Vec<usize> = places.iter().map(|place| own[*place]).collect();
    unknowns.sort_unstable();
    unknowns.dedup();
    unknowns
}

/// A number of a long period is at most those of shorter periods that together cover it.
fn over_time(numbers: &[&Published], regions: &[Vec<usize>], own: &[usize], known: &mut Vec<AtLeast>) {
    let mut series: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, number) in numbers.iter().enumerate().filter(|(_, number)| !number.is_total()) {
        series.entry(&number.keys).or_default().push(place);
    }
    for mut places in series.into_values() {
        places.sort_by_key(|place| (numbers[*place].period.first(), regions[*place].len()));
        for whole in &places {
            if let Some(parts) = covering(*whole, &places, numbers) {
                known.push((unknowns(&parts, own), vec![own[*whole]]));
            }
        }
    }
}

/// Shorter periods inside one that cover it, one after the other, each reaching as far as can be.
fn covering(whole: usize, places: &[usize], numbers: &[&Published]) -> Option<Vec<usize>> {
    let period = numbers[whole].period;
    let inside = |place: &&usize| {
        let part = numbers[**place].period;
        part != period && part.first() >= period.first() && part.last() <= period.last()
    };
    let parts: Vec<&usize> = places.iter().filter(inside).collect();
    let (mut chosen, mut from) = (Vec::new(), period.first());
    while from <= period.last() {
        let begins = parts.iter().filter(|part| numbers[***part].period.first() <= from);
        let next = begins.max_by_key(|part| numbers[***part].period.last())?;
        let last = numbers[**next].period.last();
        if last < from {
            return None;
        }
        chosen.push(**next);
        from = last.tomorrow().ok()?;
    }
    Some(chosen)
}
