//! Any shape: bounds narrowed sum by sum, and whole-number programs for tables that reach them.
//!
//! Narrowing is in whole numbers and always true, but can leave an interval too wide. The program solver (branch and bound
//! over a linear program) works with floating-point numbers; a table that it finds is rounded and held against every
//! statement in whole numbers before it counts as a witness.

use microlp::{
    ComparisonOp, Error, OptimizationDirection, Problem, SolutionStatus, SolveOptions, SolveOutcome, Variable,
};
use rayon::prelude::*;

use super::{Answer, Component, Interval, Method, Statement, UNBOUNDED, flow, mend::Mender};

/// Narrowing is stopped after so many passes; each pass is true by itself.
const MAX_PASSES: usize = 200;

/// Branch and bound is stopped after so many nodes, so that the answer does not depend on the speed of the machine.
const MAX_NODES: u64 = 2_000;

/// A program is solved for each end that is still open where ends times unknowns and sums are not more than this.
const MAX_SIZE: usize = 400_000;

/// Values of linear programs are taken to be off by at most this.
const TOLERANCE: f64 = 1e-4;

/// No program is solved where unknowns are more than this.
const MAX_UNKNOWNS: usize = 100_000;

/// The interval of each statement.
pub(super) fn solve(component: &Component) -> Answer {
    let Some(narrowed) = Narrowed::of(component) else { return Answer::Contradiction };
    let mut found = Found::new(&narrowed);
    let first = if component.unknowns > MAX_UNKNOWNS {
        Program::Unknown
    } else {
        program(component, &narrowed, first_goal(component))
    };
    match first {
        Program::Contradiction => return Answer::Contradiction,
        Program::Unknown => return Answer::Intervals(found.intervals()),
        Program::Table(table, _) => {
            found.take_ends(flow::reached_from(component, &table));
            found.mend(component, &narrowed, &table);
        }
    }
    found.narrow(component, &narrowed);
    let open = found.open(component.wanted);
    if open.len() * (component.unknowns + component.statements.len()) <= MAX_SIZE {
        let solved = open.par_iter().map(|end| program(component, &narrowed, Goal::Sum(end.0, end.1)));
        for ((sum, way), answer) in open.iter().zip(solved.collect::<Vec<_>>()) {
            if let Program::Table(table, is_optimal) = answer {
                found.take(component, &table);
                found.settle(*sum, *way, is_optimal);
            }
        }
    }
    Answer::Intervals(found.intervals())
}

/// The interval that narrowing leaves to a statement; nothing where statements contradict each other.
pub(super) fn narrowed(component: &Component, place: usize) -> Option<(i64, i64)> {
    Narrowed::of(component).map(|narrowed| narrowed.sums[place])
}

/// An end of a sum's interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Low,
    High,
}

/// The unknowns of a statement, with whether each is added.
fn terms(statement: &Statement) -> impl Iterator<Item = (usize, bool)> {
    let subtracted = statement.less.iter().map(|one| (*one, false));
    statement.of.iter().map(|one| (*one, true)).chain(subtracted)
}

/// Bounds of every unknown and every sum.
struct Narrowed {
    unknowns: Vec<(i64, i64)>,
    sums: Vec<(i64, i64)>,
}

impl Narrowed {
    fn of(component: &Component) -> Option<Self> {
        let mut unknowns = vec![(0, UNBOUNDED); component.unknowns];
        for _ in 0..MAX_PASSES {
            let mut changed = false;
            for statement in &component.statements {
                changed |= narrow(statement, &mut unknowns)?;
            }
            if !changed {
                break;
            }
        }
        let sums = component.statements.iter().map(|statement| {
            let (least, greatest) = Reach::of(statement, &unknowns).ends();
            (statement.low.max(least), statement.high.min(greatest))
        });
        let sums: Vec<(i64, i64)> = sums.collect();
        sums.iter().all(|(low, high)| low <= high).then_some(Self { unknowns, sums })
    }
}

/// The least and greatest value of a sum: what is finite, and how many terms have no end.
#[derive(Clone, Copy, Default)]
struct Reach {
    least: i64,
    endless_down: i64,
    greatest: i64,
    endless_up: i64,
}

impl Reach {
    fn of(statement: &Statement, unknowns: &[(i64, i64)]) -> Self {
        terms(statement).fold(Self::default(), |sum, (one, added)| sum.and(Self::term(unknowns[one], added), 1))
    }

    fn term((low, high): (i64, i64), added: bool) -> Self {
        let (finite, endless) = if high >= UNBOUNDED { (0, 1) } else { (high, 0) };
        if added {
            Self { least: low, endless_down: 0, greatest: finite, endless_up: endless }
        } else {
            Self { least: -finite, endless_down: endless, greatest: -low, endless_up: 0 }
        }
    }

    /// With another term, or without it.
    fn and(self, other: Self, times: i64) -> Self {
        Self {
            least: self.least + times * other.least,
            endless_down: self.endless_down + times * other.endless_down,
            greatest: self.greatest + times * other.greatest,
            endless_up: self.endless_up + times * other.endless_up,
        }
    }

    fn ends(self) -> (i64, i64) {
        let low = if self.endless_down > 0 { -UNBOUNDED } else { self.least };
        (low, if self.endless_up > 0 { UNBOUNDED } else { self.greatest })
    }
}

/// Narrows every term of a sum: it is at most the high end less the least of the others, and at least the low end less the
/// greatest of the others. Nothing where no value is left, else whether something changed.
fn narrow(statement: &Statement, unknowns: &mut [(i64, i64)]) -> Option<bool> {
    let all = Reach::of(statement, unknowns);
    let mut changed = false;
    for (one, added) in terms(statement) {
        let (low, high) = unknowns[one];
        let (least, greatest) = all.and(Reach::term((low, high), added), -1).ends();
        let most = if statement.high >= UNBOUNDED || least <= -UNBOUNDED { UNBOUNDED } else { statement.high - least };
        let fewest = if greatest >= UNBOUNDED { -UNBOUNDED } else { statement.low - greatest };
        let (at_least, at_most) = if added { (fewest, most) } else { (-most, -fewest) };
        let now = (low.max(at_least), high.min(at_most));
        if now.0 > now.1 {
            return None;
        }
        changed |= now != (low, high);
        unknowns[one] = now;
    }
    Some(changed)
}

/// The ends that tables were found for, inside those that narrowing allows.
struct Found {
    outer: Vec<(i64, i64)>,
    inner: Vec<Option<(i64, i64)>>,
}

impl Found {
    fn new(narrowed: &Narrowed) -> Self {
        Self { outer: narrowed.sums.clone(), inner: vec![None; narrowed.sums.len()] }
    }

    /// Notes the values of all sums in a table.
    fn take(&mut self, component: &Component, table: &[i64]) {
        for (inner, statement) in self.inner.iter_mut().zip(&component.statements) {
            let value = statement.value(table);
            let (low, high) = inner.unwrap_or((value, value));
            *inner = Some((low.min(value), high.max(value)));
        }
    }

    /// Notes ends that tables reach.
    fn take_ends(&mut self, ends: Vec<(i64, i64)>) {
        for (inner, ends) in self.inner.iter_mut().zip(ends) {
            let (low, high) = inner.unwrap_or(ends);
            *inner = Some((low.min(ends.0), high.max(ends.1)));
        }
    }

    /// The ends that no table reaches yet.
    fn open(&self, wanted: Option<usize>) -> Vec<(usize, End)> {
        let of_sum = |sum: usize| {
            let (outer, inner) = (self.outer[sum], self.inner[sum].unwrap_or((i64::MAX, i64::MIN)));
            let low = (inner.0 > outer.0).then_some((sum, End::Low));
            low.into_iter().chain((inner.1 < outer.1).then_some((sum, End::High)))
        };
        let asked = |sum: &usize| wanted.is_none_or(|wanted| wanted == *sum);
        (0..self.outer.len()).filter(asked).flat_map(of_sum).collect()
    }

    /// Tries the ends that are still open, and places between them and what is reached, from one table.
    fn mend(&mut self, component: &Component, narrowed: &Narrowed, table: &[i64]) {
        let mender = Mender::new(component, &narrowed.unknowns);
        let reached = |(sum, end): &(usize, End)| {
            let (outer, inner) = (self.outer[*sum], self.inner[*sum]?);
            let (wanted, from) = if *end == End::Low { (outer.0, inner.0) } else { (outer.1, inner.1) };
            let tried =
                [4, 3, 2].map(|part| from + (wanted - from) / 4 * part + (wanted - from) % 4 * i64::from(part == 4));
            tried.into_iter().find(|value| wanted.abs() < UNBOUNDED && mender.reaches(table, *sum, *value))
        };
        let open = self.open(component.wanted);
        let values: Vec<Option<i64>> = open.par_iter().map(reached).collect();
        for ((sum, _), value) in open.into_iter().zip(values) {
            if let (Some(value), Some(inner)) = (value, &mut self.inner[sum]) {
                *inner = (inner.0.min(value), inner.1.max(value));
            }
        }
    }

    /// Ends that no table reaches, as far in as real numbers allow.
    fn narrow(&mut self, component: &Component, narrowed: &Narrowed) {
        let open = self.open(component.wanted);
        if open.len() * (component.unknowns + component.statements.len()) > MAX_SIZE {
            return;
        }
        let ends: Vec<Option<i64>> = open.par_iter().map(|end| relaxed(component, narrowed, *end)).collect();
        for ((sum, end), value) in open.into_iter().zip(ends) {
            let outer = &mut self.outer[sum];
            match (end, value) {
                (End::Low, Some(value)) => outer.0 = outer.0.max(value),
                (End::High, Some(value)) => outer.1 = outer.1.min(value),
                (_, None) => {}
            }
        }
    }

    /// No table goes beyond the best one.
    fn settle(&mut self, sum: usize, end: End, is_optimal: bool) {
        let (true, Some(inner)) = (is_optimal, self.inner[sum]) else { return };
        match end {
            End::Low => self.outer[sum].0 = inner.0,
            End::High => self.outer[sum].1 = inner.1,
        }
    }

    fn intervals(&self) -> Vec<Interval> {
        let interval = |(outer, inner): (&(i64, i64), &Option<(i64, i64)>)| {
            let method = if Some(*outer) == *inner { Method::IntegerProgram } else { Method::Narrowing };
            Interval { outer: *outer, inner: inner.unwrap_or((outer.0, outer.0 - 1)), method }
        };
        self.outer.iter().zip(&self.inner).map(interval).collect()
    }
}

/// What a program says.
enum Program {
    /// A table that satisfies every statement, and whether none is better.
    Table(Vec<i64>, bool),
    /// There is no table.
    Contradiction,
    /// The solver gave up, or what it found does not hold in whole numbers.
    Unknown,
}

/// What a table is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Any,
    /// Everything as large as can be.
    Most,
    /// A sum as far at an end as can be.
    Sum(usize, End),
}

/// Where wholes are at least their parts, from large wholes every part can be moved; else any table is as good.
fn first_goal(component: &Component) -> Goal {
    if component.statements.iter().any(|one| !one.less.is_empty()) { Goal::Most } else { Goal::Any }
}

/// A table that is as wanted.
fn program(component: &Component, narrowed: &Narrowed, goal: Goal) -> Program {
    let (problem, variables) = problem(component, narrowed, goal, true);
    let mut options = SolveOptions::default();
    options.node_limit = Some(MAX_NODES);
    match problem.solve_with(options) {
        Ok(SolveOutcome::Solution(solution)) => {
            let table: Vec<i64> = variables.iter().map(|one| whole(solution.var_value(*one))).collect();
            let holds = table.iter().all(|count| *count >= 0)
                && component.statements.iter().all(|statement| statement.holds(&table));
            if holds { Program::Table(table, solution.status() == SolutionStatus::Optimal) } else { Program::Unknown }
        }
        Err(Error::Infeasible) => Program::Contradiction,
        _ => Program::Unknown,
    }
}

/// How far a sum can be at an end over real numbers: over whole numbers it is not further. Much quicker than over those.
fn relaxed(component: &Component, narrowed: &Narrowed, end: (usize, End)) -> Option<i64> {
    let (problem, _) = problem(component, narrowed, Goal::Sum(end.0, end.1), false);
    let solution = problem.solve().ok()?.into_solution().ok()?;
    // What the solver's tolerance hides is given away, so that a bound is never too narrow.
    Some(match end.1 {
        End::Low => whole((solution.objective() - TOLERANCE).ceil()),
        End::High => whole((solution.objective() + TOLERANCE).floor()),
    })
}

/// The statements as a linear program.
fn problem(component: &Component, narrowed: &Narrowed, goal: Goal, in_whole_numbers: bool) -> (Problem, Vec<Variable>) {
    let direction = match goal {
        Goal::Most | Goal::Sum(_, End::High) => OptimizationDirection::Maximize,
        Goal::Any | Goal::Sum(_, End::Low) => OptimizationDirection::Minimize,
    };
    let sign = |added: bool| if added { 1.0 } else { -1.0 };
    let mut weights = vec![if goal == Goal::Most { 1.0 } else { 0.0 }; component.unknowns];
    if let Goal::Sum(sum, _) = goal {
        terms(&component.statements[sum]).for_each(|(one, added)| weights[one] = sign(added));
    }
    let mut problem = Problem::new(direction);
    let bound = |end: i64| i32::try_from(end).unwrap_or(i32::MAX);
    let add = |(weight, (low, high)): (&f64, &(i64, i64))| {
        let (low, high) = (bound(*low), bound(*high));
        if in_whole_numbers {
            problem.add_integer_var(*weight, (low, high))
        } else {
            problem.add_var(*weight, (f64::from(low), f64::from(high)))
        }
    };
    let variables: Vec<Variable> = weights.iter().zip(&narrowed.unknowns).map(add).collect();
    for statement in &component.statements {
        let sum: Vec<(Variable, f64)> = terms(statement).map(|(one, added)| (variables[one], sign(added))).collect();
        problem.add_constraint(&sum, ComparisonOp::Ge, approximate(statement.low));
        if statement.high < UNBOUNDED {
            problem.add_constraint(&sum, ComparisonOp::Le, approximate(statement.high));
        }
    }
    (problem, variables)
}

#[expect(clippy::cast_precision_loss, reason = "ends are below 2^53")]
fn approximate(end: i64) -> f64 {
    end as f64
}

#[expect(clippy::cast_possible_truncation, reason = "saturates; what is wrong by it does not hold")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}
