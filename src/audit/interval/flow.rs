//! Two families of sums, nested or apart within each: rows and columns of a table, or parts and totals. By flow.
//!
//! Every sum is an arc whose flow is its value. From one root the flow spreads down the tree of the first family, crosses
//! from its smallest sum to the smallest sum of the second family along one arc for each unknown, and gathers up that tree
//! to the other root, from where it returns (Fischetti and Salazar 1999, section 2; for two-way tables the transportation
//! problem). Bounds on sums are bounds on arcs, tables are circulations, and since the ends are whole numbers an extreme
//! circulation of whole numbers exists: every bound is reached.

use std::collections::{BTreeMap, HashMap};

use super::network::Network;
use super::{Answer, Component, Interval, Method, Statement, UNBOUNDED};

/// The interval of each statement.
pub(super) fn solve(component: &Component) -> Answer {
    if component.statements.iter().any(|one| one.of.is_empty() || !one.less.is_empty()) {
        return Answer::OtherShape;
    }
    let sums = Sums::merged(&component.statements);
    let Some(families) = sums.families(component.unknowns) else { return Answer::OtherShape };
    let mut network = Network::new(&sums, &families);
    if !network.becomes_feasible() {
        return Answer::Contradiction;
    }
    let ends =
        network.ends(&sums, component.wanted).into_iter().map(|(low, high)| Interval::exact(low, high, Method::Flow));
    Answer::Intervals(ends.collect())
}

/// Ends that tables reach for each statement of any shape, from one table: the sums of two families flow, and those beside
/// them only limit what may flow. Nothing says that no table goes further.
pub(super) fn reached_from(component: &Component, table: &[i64]) -> Vec<(i64, i64)> {
    let sums = Sums::merged(&component.statements);
    let mut network = Network::new(&sums, &sums.families_and_sides(component.unknowns));
    network.set(table, &sums);
    network.ends(&sums, component.wanted)
}

/// The different sums, each with the bounds of all statements about it.
pub(super) struct Sums {
    pub(super) of: Vec<Vec<usize>>,
    pub(super) less: Vec<Vec<usize>>,
    pub(super) bounds: Vec<(i64, i64)>,
    pub(super) place_of_statement: Vec<usize>,
}

impl Sums {
    fn merged(statements: &[Statement]) -> Self {
        let mut sums = Self { of: Vec::new(), less: Vec::new(), bounds: Vec::new(), place_of_statement: Vec::new() };
        let mut places: HashMap<(&[usize], &[usize]), usize> = HashMap::new();
        for statement in statements {
            let place = *places.entry((&statement.of, &statement.less)).or_insert_with(|| {
                sums.of.push(statement.of.clone());
                sums.less.push(statement.less.clone());
                sums.bounds.push((if statement.less.is_empty() { 0 } else { -UNBOUNDED }, UNBOUNDED));
                sums.of.len() - 1
            });
            let (low, high) = sums.bounds[place];
            sums.bounds[place] = (low.max(statement.low), high.min(statement.high));
            sums.place_of_statement.push(place);
        }
        sums
    }

    /// The sums that an unknown is in, for each unknown, small ones first.
    fn chains(&self, unknowns: usize) -> Vec<Vec<usize>> {
        let mut chains = vec![Vec::new(); unknowns];
        let mut by_size: Vec<usize> = (0..self.of.len()).collect();
        by_size.sort_by_key(|sum| self.of[*sum].len());
        for sum in by_size {
            self.of[sum].iter().for_each(|unknown| chains[*unknown].push(sum));
        }
        chains
    }

    /// For each sum those that it crosses: they share some unknowns, and neither has all of the other's.
    fn crossing(&self, chains: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for chain in chains {
            for (place, one) in chain.iter().enumerate() {
                chain[place + 1..].iter().for_each(|other| *shared.entry((*one, *other)).or_default() += 1);
            }
        }
        let mut crossing = vec![Vec::new(); self.of.len()];
        for ((one, other), shared) in shared {
            if shared < self.of[one].len().min(self.of[other].len()) {
                crossing[one].push(other);
                crossing[other].push(one);
            }
        }
        crossing
    }

    /// Puts sums that cross into different families; nothing where two families are not enough.
    fn families(&self, unknowns: usize) -> Option<Families> {
        let chains = self.chains(unknowns);
        let second = two_coloured(&self.crossing(&chains))?;
        let places = second.into_iter().map(|second| if second { Family::Second } else { Family::First });
        Some(Families { of: places.collect(), chains })
    }

    /// The same for as many sums as fit, large ones first; the others, and those that subtract, stand beside.
    fn families_and_sides(&self, unknowns: usize) -> Families {
        let chains = self.chains(unknowns);
        let crossing = self.crossing(&chains);
        let mut by_size: Vec<usize> = (0..self.of.len()).filter(|sum| self.less[*sum].is_empty()).collect();
        by_size.sort_by_key(|sum| std::cmp::Reverse(self.of[*sum].len()));
        let mut of = vec![Family::Side; self.of.len()];
        for sum in by_size {
            let is_free = |family: &Family| crossing[sum].iter().all(|other| of[*other] != *family);
            of[sum] = [Family::First, Family::Second].into_iter().find(is_free).unwrap_or(Family::Side);
        }
        Families { of, chains }
    }
}

/// Where a sum stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    First,
    Second,
    /// In neither: it only limits.
    Side,
}

/// The family of each sum, and the sums of every unknown.
pub(super) struct Families {
    pub(super) of: Vec<Family>,
    pub(super) chains: Vec<Vec<usize>>,
}

/// Two colours such that neighbours differ, where there are such.
fn two_coloured(neighbours: &[Vec<usize>]) -> Option<Vec<bool>> {
    let mut colours: Vec<Option<bool>> = vec![None; neighbours.len()];
    for start in 0..neighbours.len() {
        let mut waiting = vec![start];
        let _ = colours[start].get_or_insert(false);
        while let Some(one) = waiting.pop() {
            let other = !colours[one]?;
            for neighbour in &neighbours[one] {
                match colours[*neighbour] {
                    None => {
                        colours[*neighbour] = Some(other);
                        waiting.push(*neighbour);
                    }
                    Some(colour) if colour != other => return None,
                    Some(_) => {}
                }
            }
        }
    }
    colours.into_iter().collect()
}
