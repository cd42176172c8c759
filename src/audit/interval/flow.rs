//! Two families of sums, nested or apart within each: rows and columns of a table, or parts and totals. By flow.
//!
//! Every sum is an arc whose flow is its value. From one root the flow spreads down the tree of the first family, crosses
//! from its smallest sum to the smallest sum of the second family along one arc for each unknown, and gathers up that tree
//! to the other root, from where it returns (Fischetti and Salazar 1999, section 2; for two-way tables the transportation
//! problem). Bounds on sums are bounds on arcs, tables are circulations, and since the ends are whole numbers an extreme
//! circulation of whole numbers exists: every bound is reached.

use std::collections::{BTreeMap, HashMap, VecDeque};

use rayon::prelude::*;

use super::{Answer, Component, Interval, Method, Statement, UNBOUNDED};

/// The interval of each statement.
pub(super) fn solve(component: &Component) -> Answer {
    if component.statements.iter().any(|one| one.of.is_empty() || !one.less.is_empty()) {
        return Answer::OtherShape;
    }
    let sums = Sums::merged(&component.statements);
    let Some(families) = sums.families(component.unknowns) else { return Answer::OtherShape };
    let mut network = Network::new(&sums, &families, component.unknowns);
    if !network.becomes_feasible() {
        return Answer::Contradiction;
    }
    let arcs: Vec<usize> = sums.place_of_statement.iter().map(|sum| network.arc_of_sum[*sum]).collect();
    let ends = arcs.par_iter().map_with(network, |network, arc| {
        Interval::exact(network.extreme(*arc, Way::Down), network.extreme(*arc, Way::Up), Method::Flow)
    });
    Answer::Intervals(ends.collect())
}

/// The different sums, each with the bounds of all statements about it.
struct Sums {
    of: Vec<Vec<usize>>,
    bounds: Vec<(i64, i64)>,
    place_of_statement: Vec<usize>,
}

impl Sums {
    fn merged(statements: &[Statement]) -> Self {
        let mut sums = Self { of: Vec::new(), bounds: Vec::new(), place_of_statement: Vec::new() };
        let mut places: HashMap<&[usize], usize> = HashMap::new();
        for statement in statements {
            let place = *places.entry(&statement.of).or_insert_with(|| {
                sums.of.push(statement.of.clone());
                sums.bounds.push((0, UNBOUNDED));
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

    /// Puts sums that cross, sharing some unknowns and neither all of the other's, into different families.
    fn families(&self, unknowns: usize) -> Option<Families> {
        let chains = self.chains(unknowns);
        let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for chain in &chains {
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
        two_coloured(&crossing).map(|second| Families { second, chains })
    }
}

/// Which sums are of the second family, and the sums of every unknown.
struct Families {
    second: Vec<bool>,
    chains: Vec<Vec<usize>>,
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

/// Whether a sum is to become smaller or larger.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Down,
    Up,
}

#[derive(Clone, Copy)]
struct Arc {
    from: usize,
    to: usize,
    low: i64,
    high: i64,
    flow: i64,
}

impl Arc {
    /// How much more can flow along it, or less.
    fn room(&self, way: Way) -> i64 {
        if way == Way::Up { self.high - self.flow } else { self.flow - self.low }
    }
}

/// The arcs of all sums, with a flow.
#[derive(Clone)]
struct Network {
    arcs: Vec<Arc>,
    /// The arcs at each node, those of sums of several unknowns first: by them most ways are short.
    at: Vec<Vec<usize>>,
    arc_of_sum: Vec<usize>,
    /// The arc by which each node was reached in the last search, and in which search.
    reached: Vec<(usize, u64)>,
    search: u64,
}

const FIRST_ROOT: usize = 0;
const SECOND_ROOT: usize = 1;

impl Network {
    fn new(sums: &Sums, families: &Families, unknowns: usize) -> Self {
        let mut network = Self {
            arcs: Vec::new(),
            at: vec![Vec::new(); 2 + sums.of.len()],
            arc_of_sum: vec![usize::MAX; sums.of.len()],
            reached: vec![(0, 0); 2 + sums.of.len()],
            search: 0,
        };
        let node = |sum: usize| 2 + sum;
        network.add(SECOND_ROOT, FIRST_ROOT, (0, UNBOUNDED));
        for sum in (0..sums.of.len()).filter(|sum| sums.of[*sum].len() > 1) {
            let second = families.second[sum];
            let chain = &families.chains[sums.of[sum][0]];
            let mut larger = chain.iter().skip_while(|one| **one != sum).skip(1);
            let parent = larger.find(|one| families.second[**one] == second).map(|one| node(*one));
            network.arc_of_sum[sum] = if second {
                network.add(node(sum), parent.unwrap_or(SECOND_ROOT), sums.bounds[sum])
            } else {
                network.add(parent.unwrap_or(FIRST_ROOT), node(sum), sums.bounds[sum])
            };
        }
        for chain in families.chains.iter().take(unknowns) {
            let several = |sum: &&usize| sums.of[**sum].len() > 1;
            let smallest = |second| chain.iter().filter(several).find(|one| families.second[**one] == second);
            let from = smallest(false).map_or(FIRST_ROOT, |sum| node(*sum));
            let to = smallest(true).map_or(SECOND_ROOT, |sum| node(*sum));
            let own = chain.first().filter(|sum| sums.of[**sum].len() == 1);
            let arc = network.add(from, to, own.map_or((0, UNBOUNDED), |sum| sums.bounds[*sum]));
            if let Some(sum) = own {
                network.arc_of_sum[*sum] = arc;
            }
        }
        network
    }

    fn add(&mut self, from: usize, to: usize, (low, high): (i64, i64)) -> usize {
        let arc = self.arcs.len();
        // Not at an end, so that there is room both ways.
        let flow = if high >= UNBOUNDED { low } else { i64::midpoint(low, high.max(low)) };
        self.arcs.push(Arc { from, to, low, high, flow });
        self.at[from].push(arc);
        self.at[to].push(arc);
        arc
    }

    /// Moves the flow until what enters each node leaves it; says whether it can.
    fn becomes_feasible(&mut self) -> bool {
        if self.arcs.iter().any(|arc| arc.low > arc.high) {
            return false;
        }
        let mut excess = vec![0_i64; self.at.len()];
        for arc in &self.arcs {
            excess[arc.to] += arc.flow;
            excess[arc.from] -= arc.flow;
        }
        while let Some(source) = excess.iter().position(|excess| *excess > 0) {
            let Some(target) = self.reach(source, None, |node| excess[node] < 0) else { return false };
            let most = excess[source].min(-excess[target]);
            let moved = self.push(source, target, most);
            excess[source] -= moved;
            excess[target] += moved;
        }
        true
    }

    /// The least or greatest flow of an arc. The flow is afterwards what it was before.
    fn extreme(&mut self, arc: usize, way: Way) -> i64 {
        let Arc { from, to, .. } = self.arcs[arc];
        let (source, target) = if way == Way::Up { (to, from) } else { (from, to) };
        let mut changes = Vec::new();
        let mut reached = self.arcs[arc].flow;
        loop {
            let room = self.arcs[arc].room(way) - (reached - self.arcs[arc].flow).abs();
            if room <= 0 || self.reach(source, Some(arc), |node| node == target).is_none() {
                break;
            }
            let moved = self.push_noting(source, target, room, &mut changes);
            reached += if way == Way::Up { moved } else { -moved };
        }
        for (arc, change) in changes {
            self.arcs[arc].flow -= change;
        }
        reached.min(UNBOUNDED)
    }

    /// Searches a way with room from a node to the nearest wanted one, without one arc.
    fn reach(&mut self, source: usize, without: Option<usize>, wanted: impl Fn(usize) -> bool) -> Option<usize> {
        self.search += 1;
        self.reached[source] = (usize::MAX, self.search);
        let mut waiting = VecDeque::from([source]);
        while let Some(node) = waiting.pop_front() {
            for &arc in &self.at[node] {
                let (next, way) = self.arcs[arc].leaving(node);
                if self.reached[next].1 == self.search || Some(arc) == without || self.arcs[arc].room(way) <= 0 {
                    continue;
                }
                self.reached[next] = (arc, self.search);
                if wanted(next) {
                    return Some(next);
                }
                waiting.push_back(next);
            }
        }
        None
    }

    fn push(&mut self, source: usize, target: usize, most: i64) -> i64 {
        self.push_noting(source, target, most, &mut Vec::new())
    }

    /// Moves as much as there is room for along the way that was found last; notes every change.
    fn push_noting(&mut self, source: usize, target: usize, most: i64, changes: &mut Vec<(usize, i64)>) -> i64 {
        let way = self.way(source, target);
        let amount = way.iter().map(|(arc, way)| self.arcs[*arc].room(*way)).fold(most, i64::min);
        for (arc, way) in way {
            let change = if way == Way::Up { amount } else { -amount };
            self.arcs[arc].flow += change;
            changes.push((arc, change));
        }
        amount
    }

    /// The arcs by which the last search came to the target.
    fn way(&self, source: usize, target: usize) -> Vec<(usize, Way)> {
        let mut way = Vec::new();
        let mut node = target;
        while node != source {
            let arc = self.reached[node].0;
            let forward = self.arcs[arc].to == node;
            way.push((arc, if forward { Way::Up } else { Way::Down }));
            node = if forward { self.arcs[arc].from } else { self.arcs[arc].to };
        }
        way
    }
}

impl Arc {
    /// The node at the other end, and whether more or less must flow to move something there.
    fn leaving(&self, node: usize) -> (usize, Way) {
        if self.from == node { (self.to, Way::Up) } else { (self.from, Way::Down) }
    }
}
