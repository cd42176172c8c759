//! A network of flows with lower and upper bounds: how far each arc can be moved.

use std::collections::{BTreeMap, VecDeque};

use rayon::prelude::*;

use super::UNBOUNDED;
use super::flow::{Families, Family, Sums};

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

/// A sum beside the two families: it must stay between its ends, whatever flows.
#[derive(Clone)]
struct Side {
    low: i64,
    high: i64,
    value: i64,
    terms: Vec<(usize, i64)>,
}

/// What stands for a sum.
#[derive(Clone, Copy)]
enum Place {
    Arc(usize),
    Side(usize),
}

/// The arcs of all sums, with a flow.
#[derive(Clone)]
pub(super) struct Network {
    arcs: Vec<Arc>,
    /// The arcs at each node, those of sums of several unknowns first: by them most ways are short.
    at: Vec<Vec<usize>>,
    sides: Vec<Side>,
    /// For each arc the sides that it counts in, with its sign.
    sides_of: Vec<Vec<(usize, i64)>>,
    place_of_sum: Vec<Place>,
    arc_of_unknown: Vec<usize>,
    /// The arc by which each node was reached in the last search, and in which search.
    reached: Vec<(usize, u64)>,
    search: u64,
}

const FIRST_ROOT: usize = 0;
const SECOND_ROOT: usize = 1;

impl Network {
    pub(super) fn new(sums: &Sums, families: &Families) -> Self {
        let nodes = 2 + sums.of.len();
        let mut network = Self {
            arcs: Vec::new(),
            at: vec![Vec::new(); nodes],
            sides: Vec::new(),
            sides_of: Vec::new(),
            place_of_sum: vec![Place::Arc(0); sums.of.len()],
            arc_of_unknown: Vec::new(),
            reached: vec![(0, 0); nodes],
            search: 0,
        };
        network.add(SECOND_ROOT, FIRST_ROOT, (0, UNBOUNDED));
        let is_single = |sum: usize| sums.of[sum].len() == 1 && sums.less[sum].is_empty();
        let flows = |sum: &usize| families.of[*sum] != Family::Side && !is_single(*sum);
        for sum in (0..sums.of.len()).filter(flows) {
            network.add_sum(sum, sums, families);
        }
        for chain in &families.chains {
            let smallest = |family| chain.iter().filter(|sum| flows(sum)).find(|one| families.of[**one] == family);
            let from = smallest(Family::First).map_or(FIRST_ROOT, |sum| 2 + sum);
            let to = smallest(Family::Second).map_or(SECOND_ROOT, |sum| 2 + sum);
            let own = chain.iter().find(|sum| is_single(**sum));
            let arc = network.add(from, to, own.map_or((0, UNBOUNDED), |sum| sums.bounds[*sum]));
            network.arc_of_unknown.push(arc);
            if let Some(sum) = own {
                network.place_of_sum[*sum] = Place::Arc(arc);
            }
        }
        for sum in (0..sums.of.len()).filter(|sum| families.of[*sum] == Family::Side && !is_single(*sum)) {
            network.add_side(sum, sums);
        }
        network
    }

    /// The arc of a sum, from or to the next larger sum of its family.
    fn add_sum(&mut self, sum: usize, sums: &Sums, families: &Families) {
        let family = families.of[sum];
        let chain = &families.chains[sums.of[sum][0]];
        let mut larger = chain.iter().skip_while(|one| **one != sum).skip(1);
        let parent = larger.find(|one| families.of[**one] == family).map(|one| 2 + one);
        let arc = if family == Family::Second {
            self.add(2 + sum, parent.unwrap_or(SECOND_ROOT), sums.bounds[sum])
        } else {
            self.add(parent.unwrap_or(FIRST_ROOT), 2 + sum, sums.bounds[sum])
        };
        self.place_of_sum[sum] = Place::Arc(arc);
    }

    fn add_side(&mut self, sum: usize, sums: &Sums) {
        let added = sums.of[sum].iter().map(|one| (self.arc_of_unknown[*one], 1));
        let subtracted = sums.less[sum].iter().map(|one| (self.arc_of_unknown[*one], -1));
        let terms: Vec<(usize, i64)> = added.chain(subtracted).collect();
        self.place_of_sum[sum] = Place::Side(self.sides.len());
        for (arc, sign) in &terms {
            self.sides_of[*arc].push((self.sides.len(), *sign));
        }
        let (low, high) = sums.bounds[sum];
        self.sides.push(Side { low, high, value: 0, terms });
    }

    fn add(&mut self, from: usize, to: usize, (low, high): (i64, i64)) -> usize {
        let arc = self.arcs.len();
        // Not at an end, so that there is room both ways.
        let flow = if high >= UNBOUNDED { low } else { i64::midpoint(low, high.max(low)) };
        self.arcs.push(Arc { from, to, low, high, flow });
        self.sides_of.push(Vec::new());
        self.at[from].push(arc);
        self.at[to].push(arc);
        arc
    }

    /// Lets a table flow that satisfies every statement.
    pub(super) fn set(&mut self, table: &[i64], sums: &Sums) {
        for (unknown, count) in table.iter().enumerate() {
            self.arcs[self.arc_of_unknown[unknown]].flow = *count;
        }
        self.arcs[0].flow = table.iter().sum();
        for (sum, place) in self.place_of_sum.iter().enumerate() {
            let of = |unknowns: &[usize]| unknowns.iter().map(|one| table[*one]).sum::<i64>();
            let value = of(&sums.of[sum]) - of(&sums.less[sum]);
            match *place {
                Place::Arc(arc) => self.arcs[arc].flow = value,
                Place::Side(side) => self.sides[side].value = value,
            }
        }
    }

    /// Moves the flow until what enters each node leaves it; says whether it can.
    pub(super) fn becomes_feasible(&mut self) -> bool {
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
            let way = self.way(source, target);
            let moved = self.push(&way, most, &mut Vec::new());
            excess[source] -= moved;
            excess[target] += moved;
        }
        true
    }

    /// The least and greatest value of every statement's sum.
    pub(super) fn ends(self, sums: &Sums, wanted: Option<usize>) -> Vec<(i64, i64)> {
        let places = sums.place_of_statement.iter().map(|sum| self.place_of_sum[*sum]);
        let places: Vec<(usize, Place)> = places.enumerate().collect();
        let both = |network: &mut Self, (number, place): (usize, Place)| {
            if wanted.is_none_or(|wanted| wanted == number) {
                return (network.extreme(place, Way::Down), network.extreme(place, Way::Up));
            }
            let value = network.value(place);
            (value, value)
        };
        places.into_par_iter().map_with(self, both).collect()
    }

    fn value(&self, place: Place) -> i64 {
        match place {
            Place::Arc(arc) => self.arcs[arc].flow,
            Place::Side(side) => self.sides[side].value,
        }
    }

    /// The least or greatest value of a sum. The flow is afterwards what it was before.
    fn extreme(&mut self, place: Place, way: Way) -> i64 {
        let mut changes = Vec::new();
        let value = match place {
            Place::Arc(arc) => {
                self.make_room(arc, way, &mut changes);
                self.drive(arc, way, &mut changes);
                self.arcs[arc].flow
            }
            Place::Side(side) => {
                for (arc, sign) in self.sides[side].terms.clone() {
                    self.drive(arc, way.times(sign), &mut changes);
                }
                self.sides[side].value
            }
        };
        for (arc, change) in changes {
            self.change(arc, -change);
        }
        value.min(UNBOUNDED)
    }

    /// Moves what stands with an arc in a side the other way, so that the side leaves it room.
    fn make_room(&mut self, arc: usize, way: Way, changes: &mut Vec<(usize, i64)>) {
        for (side, sign) in self.sides_of[arc].clone() {
            for (other, other_sign) in self.sides[side].terms.clone() {
                if other != arc {
                    self.drive(other, way.times(-sign * other_sign), changes);
                }
            }
        }
    }

    /// Moves the flow of an arc as far as it goes, around cycles through it.
    fn drive(&mut self, arc: usize, way: Way, changes: &mut Vec<(usize, i64)>) {
        let Arc { from, to, .. } = self.arcs[arc];
        let (source, target) = if way == Way::Up { (to, from) } else { (from, to) };
        loop {
            let room = self.room(arc, way);
            if room <= 0 || self.reach(source, Some(arc), |node| node == target).is_none() {
                return;
            }
            let mut cycle = self.way(source, target);
            cycle.push((arc, way));
            if self.push(&cycle, room, changes) == 0 {
                return;
            }
        }
    }

    /// How far an arc can be moved by itself.
    fn room(&self, arc: usize, way: Way) -> i64 {
        let of_side = |(side, sign): &(usize, i64)| self.sides[*side].room(way.times(*sign));
        self.sides_of[arc].iter().map(of_side).fold(self.arcs[arc].room(way), i64::min)
    }

    /// Searches a way with room from a node to the nearest wanted one, without one arc.
    fn reach(&mut self, source: usize, without: Option<usize>, wanted: impl Fn(usize) -> bool) -> Option<usize> {
        self.search += 1;
        self.reached[source] = (usize::MAX, self.search);
        let mut waiting = VecDeque::from([source]);
        while let Some(node) = waiting.pop_front() {
            for &arc in &self.at[node] {
                let (next, way) = self.arcs[arc].leaving(node);
                if self.reached[next].1 == self.search || Some(arc) == without || self.room(arc, way) <= 0 {
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

    /// Moves as much along a way as every arc and every side on it allows; notes the changes.
    fn push(&mut self, way: &[(usize, Way)], most: i64, changes: &mut Vec<(usize, i64)>) -> i64 {
        let mut amount = way.iter().map(|(arc, way)| self.arcs[*arc].room(*way)).fold(most, i64::min);
        let mut of_sides: BTreeMap<usize, i64> = BTreeMap::new();
        for (arc, way) in way {
            for (side, sign) in &self.sides_of[*arc] {
                *of_sides.entry(*side).or_default() += way.sign() * sign;
            }
        }
        for (side, times) in of_sides.into_iter().filter(|(_, times)| *times != 0) {
            let towards = if times > 0 { Way::Up } else { Way::Down };
            amount = amount.min(self.sides[side].room(towards) / times.abs());
        }
        if amount > 0 {
            for (arc, way) in way {
                self.change(*arc, way.sign() * amount);
                changes.push((*arc, way.sign() * amount));
            }
        }
        amount.max(0)
    }

    fn change(&mut self, arc: usize, change: i64) {
        self.arcs[arc].flow += change;
        for (side, sign) in &self.sides_of[arc] {
            self.sides[*side].value += sign * change;
        }
    }
}

impl Side {
    fn room(&self, way: Way) -> i64 {
        if way == Way::Up { self.high - self.value } else { self.value - self.low }
    }
}

impl Way {
    fn sign(self) -> i64 {
        if self == Self::Up { 1 } else { -1 }
    }

    /// The same way, or the other where the sign is negative.
    fn times(self, sign: i64) -> Self {
        if self.sign() * sign > 0 { Self::Up } else { Self::Down }
    }
}

impl Arc {
    /// The node at the other end, and whether more or less must flow to move something there.
    fn leaving(&self, node: usize) -> (usize, Way) {
        if self.from == node { (self.to, Way::Up) } else { (self.from, Way::Down) }
    }
}
