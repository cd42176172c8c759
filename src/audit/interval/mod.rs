//! What follows from published sums of unknown counts: for each of them the narrowest interval.
//!
//! The unknowns are whole numbers that are not negative. A statement says that a sum of some of them, less a sum of others
//! where a counting rule compares two numbers, lies between two ends. Statements that share unknowns are solved together,
//! by the strongest method that fits their shape:
//!
//! | shape | method | bounds |
//! |---|---|---|
//! | every sum is of consecutive unknowns, as windows over time are | shortest paths (`windows`) | exact |
//! | two families of sums, nested or apart within each, as rows and columns are | flow in a network (`flow`, `network`) | exact |
//! | anything else | narrowing (`integer`), tables mended towards an end (`mend`), integer programming | exact, or the two sides apart |
//!
//! The first two have totally unimodular matrices, so their bounds over real numbers are those over whole numbers
//! (Hoffman and Kruskal 1956). For tables of three or more dimensions that does not hold (De Loera and Onn 2006): there a
//! bound from outside can only overstate how much is hidden, so a *witness* is asked for: whole-number tables that satisfy
//! everything published and reach both ends.

mod flow;
mod integer;
mod mend;
mod network;
mod windows;

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

/// Stands for no upper end. No count of requests comes near, and sums of some of them do not overflow.
pub const UNBOUNDED: i64 = 1 << 52;

/// What was published of a sum: both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The unknowns that are added, in order, each once.
    pub of: Vec<usize>,
    /// The unknowns that are subtracted, in order, each once.
    pub less: Vec<usize>,
    /// The low end.
    pub low: i64,
    /// The high end, or [`UNBOUNDED`].
    pub high: i64,
}

impl Statement {
    /// A sum of unknowns between two ends.
    #[must_use]
    pub fn of(mut unknowns: Vec<usize>, low: i64, high: i64) -> Self {
        unknowns.sort_unstable();
        unknowns.dedup();
        Self { of: unknowns, less: Vec::new(), low, high }
    }

    fn unknowns(&self) -> impl Iterator<Item = usize> {
        self.of.iter().chain(&self.less).copied()
    }

    /// The sum's value in a table.
    fn value(&self, table: &[i64]) -> i64 {
        let sum = |unknowns: &[usize]| unknowns.iter().map(|one| table[*one]).sum::<i64>();
        sum(&self.of) - sum(&self.less)
    }

    fn holds(&self, table: &[i64]) -> bool {
        (self.low..=self.high).contains(&self.value(table)) || self.high == UNBOUNDED && self.value(table) >= self.low
    }
}

/// How a bound was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// The sum shares no unknown with another: it is what was published.
    Alone,
    /// Shortest paths over the days where windows begin and end.
    ShortestPaths,
    /// Flow in a network of two families of sums.
    Flow,
    /// Integer programming, or a table found by hand that reaches what narrowing allows.
    IntegerProgram,
    /// The two sides are apart: nobody showed that the whole interval can be reached.
    Narrowing,
}

impl Method {
    /// What the method says, for readers who know no methods.
    #[must_use]
    pub fn plainly(self) -> &'static str {
        match self {
            Self::Alone => "nothing else says anything of them, so what was printed is all that follows",
            Self::ShortestPaths => "what follows was worked out exactly, from periods that overlap",
            Self::Flow => "what follows was worked out exactly, from totals and parts",
            Self::IntegerProgram => {
                "what follows was worked out exactly, by search: counts that reach both ends were found"
            }
            Self::Narrowing => "no more than this follows, but maybe less: not every end was shown to be possible",
        }
    }

    /// The method in words, for programs and for those who know it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Alone => "the band itself",
            Self::ShortestPaths => "shortest paths (exact)",
            Self::Flow => "network flow (exact)",
            Self::IntegerProgram => "integer program (with a table for each end)",
            Self::Narrowing => "narrowing (not exact: no table was found for some end)",
        }
    }
}

/// What follows for one sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Every table that satisfies what was published has the sum in here: low and high end.
    pub outer: (i64, i64),
    /// Tables were found that satisfy what was published and have the sum at these ends.
    pub inner: (i64, i64),
    /// How.
    pub method: Method,
}

impl Interval {
    fn exact(low: i64, high: i64, method: Method) -> Self {
        Self { outer: (low, high), inner: (low, high), method }
    }

    /// How many values the sum is shown to be able to take at least, from end to end.
    #[must_use]
    pub fn shown_width(self) -> i64 {
        self.inner.1 - self.inner.0 + 1
    }
}

/// What a method says.
enum Answer {
    /// The statements are of another shape.
    OtherShape,
    /// No table satisfies all of them.
    Contradiction,
    /// The interval of each.
    Intervals(Vec<Interval>),
}

/// Statements that share unknowns, with both numbered from 0.
struct Component {
    /// The place of each statement in the question, and the statement.
    places: Vec<usize>,
    statements: Vec<Statement>,
    unknowns: usize,
    /// The only statement whose interval is asked for, where not all are: others may be left as they are.
    wanted: Option<usize>,
}

/// The places of statements that share unknowns, by way of others too: in groups, each in order.
#[must_use]
pub fn related(statements: &[Statement]) -> Vec<Vec<usize>> {
    let mut groups = Groups::default();
    for statement in statements {
        if let Some(first) = statement.unknowns().next() {
            statement.unknowns().for_each(|other| groups.join(first, other));
        }
    }
    let mut by_root: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, statement) in statements.iter().enumerate() {
        // A sum of nothing stands by itself.
        let root = statement.unknowns().next().map_or(usize::MAX - place, |one| groups.root(one));
        by_root.entry(root).or_default().push(place);
    }
    by_root.into_values().collect()
}

/// The interval of one statement that follows from all; nothing where they contradict each other.
#[must_use]
pub fn solve_one(statements: &[Statement], place: usize) -> Option<Interval> {
    let places = related(statements).into_iter().find(|places| places.contains(&place))?;
    let mut component = component(places, statements);
    let at = component.places.iter().position(|one| *one == place)?;
    component.wanted = Some(at);
    of_component(&component)[at]
}

/// An interval that a statement has for certain, found quickly: the true one can be narrower. Nothing where the statements
/// contradict each other.
#[must_use]
pub fn at_most(statements: &[Statement], place: usize) -> Option<(i64, i64)> {
    integer::narrowed(&component((0..statements.len()).collect(), statements), place)
}

/// The interval of every statement that follows from all of them; nothing for those that contradict each other.
///
/// Unknowns are numbered so that windows over time are sums of consecutive ones.
#[must_use]
pub fn solve(statements: &[Statement]) -> Vec<Option<Interval>> {
    let groups = related(statements).into_iter();
    let components: Vec<Component> = groups.map(|places| component(places, statements)).collect();
    let solved: Vec<Vec<Option<Interval>>> = components.par_iter().map(of_component).collect();
    let mut intervals = vec![None; statements.len()];
    for (component, solved) in components.iter().zip(solved) {
        for (place, interval) in component.places.iter().zip(solved) {
            intervals[*place] = interval;
        }
    }
    intervals
}

fn of_component(component: &Component) -> Vec<Option<Interval>> {
    let methods = [alone, windows::solve, flow::solve, integer::solve];
    let mut answers = methods.iter().map(|method| method(component));
    match answers.find(|answer| !matches!(answer, Answer::OtherShape)) {
        Some(Answer::Intervals(intervals)) => intervals.into_iter().map(Some).collect(),
        _ => vec![None; component.statements.len()],
    }
}

/// A sum that shares no unknown with others: what was published, but not below zero.
fn alone(component: &Component) -> Answer {
    let [statement] = &component.statements[..] else { return Answer::OtherShape };
    let low = if statement.less.is_empty() { statement.low.max(0) } else { statement.low };
    let high = if statement.of.is_empty() { statement.high.min(0) } else { statement.high };
    if low > high {
        return Answer::Contradiction;
    }
    Answer::Intervals(vec![Interval::exact(low, high, Method::Alone)])
}

/// One group. Unknowns that are in just the same sums are one: only what they add up to is said of them.
fn component(places: Vec<usize>, statements: &[Statement]) -> Component {
    let mut sums_of: BTreeMap<usize, Vec<(usize, bool)>> = BTreeMap::new();
    for (place, statement) in places.iter().map(|place| &statements[*place]).enumerate() {
        let added = statement.of.iter().map(|one| (*one, true));
        let subtracted = statement.less.iter().map(|one| (*one, false));
        added.chain(subtracted).for_each(|(one, sign)| sums_of.entry(one).or_default().push((place, sign)));
    }
    let mut kinds: HashMap<&Vec<(usize, bool)>, usize> = HashMap::new();
    let mut renumbered = vec![Statement::of(Vec::new(), 0, 0); places.len()];
    for sums in sums_of.values() {
        let number = kinds.len();
        if kinds.contains_key(sums) {
            continue;
        }
        kinds.insert(sums, number);
        for (place, added) in sums {
            let statement = &mut renumbered[*place];
            let side = if *added { &mut statement.of } else { &mut statement.less };
            side.push(number);
        }
    }
    for (place, renumbered) in places.iter().zip(&mut renumbered) {
        (renumbered.low, renumbered.high) = (statements[*place].low, statements[*place].high);
    }
    Component { statements: renumbered, unknowns: kinds.len(), places, wanted: None }
}

/// Which unknowns are joined by a statement (union and find).
#[derive(Default)]
struct Groups(HashMap<usize, usize>);

impl Groups {
    fn root(&mut self, one: usize) -> usize {
        let mut root = one;
        while let Some(next) = self.0.get(&root).copied().filter(|next| *next != root) {
            root = next;
        }
        let mut step = one;
        while step != root {
            step = self.0.insert(step, root).unwrap_or(root);
        }
        root
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0.insert(one, other);
        self.0.entry(other).or_insert(other);
    }
}

#[cfg(test)]
mod tests;
