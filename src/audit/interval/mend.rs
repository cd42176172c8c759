//! From one table to another with a sum at a wanted value: what breaks is mended, statement by statement.
//!
//! Every unknown is moved one way only, so this ends. What it finds satisfies every statement, since it ends only when nothing
//! is broken; that it finds nothing says nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Component, Statement};

/// More statements are not mended for one table.
const MAX_STEPS: usize = 400;

/// The statements that each unknown is in.
pub(super) struct Mender<'c> {
    component: &'c Component,
    bounds: &'c [(i64, i64)],
    of_unknown: Vec<Vec<usize>>,
}

/// A table under way: what was moved, and which way.
struct Draft<'t> {
    base: &'t [i64],
    moved: BTreeMap<usize, i64>,
}

impl Draft<'_> {
    fn get(&self, one: usize) -> i64 {
        self.base[one] + self.moved.get(&one).copied().unwrap_or(0)
    }

    fn value(&self, statement: &Statement) -> i64 {
        let sum = |unknowns: &[usize]| unknowns.iter().map(|one| self.get(*one)).sum::<i64>();
        sum(&statement.of) - sum(&statement.less)
    }
}

impl<'c> Mender<'c> {
    pub(super) fn new(component: &'c Component, bounds: &'c [(i64, i64)]) -> Self {
        let mut of_unknown = vec![Vec::new(); component.unknowns];
        for (place, statement) in component.statements.iter().enumerate() {
            statement.unknowns().for_each(|one| of_unknown[one].push(place));
        }
        Self { component, bounds, of_unknown }
    }

    /// Whether there is a table with a sum at a value, near another table.
    pub(super) fn reaches(&self, base: &[i64], sum: usize, value: i64) -> bool {
        let mut draft = Draft { base, moved: BTreeMap::new() };
        let wanted = Statement { low: value, high: value, ..self.component.statements[sum].clone() };
        let mut broken = BTreeSet::new();
        if !self.mend(&wanted, &mut draft, &mut broken) {
            return false;
        }
        for _ in 0..MAX_STEPS {
            let Some(place) = broken.pop_first() else { return draft.value(&wanted) == value };
            if !self.mend(&self.component.statements[place], &mut draft, &mut broken) {
                return false;
            }
        }
        false
    }

    /// Moves the terms of a statement until it holds, first those by which nothing else breaks.
    fn mend(&self, statement: &Statement, draft: &mut Draft<'_>, broken: &mut BTreeSet<usize>) -> bool {
        let value = draft.value(statement);
        let mut lacking = if value < statement.low { statement.low - value } else { (statement.high - value).min(0) };
        for careful in [true, false] {
            let added = statement.of.iter().map(|one| (*one, 1));
            for (one, sign) in added.chain(statement.less.iter().map(|one| (*one, -1))) {
                if lacking == 0 {
                    return true;
                }
                let way = lacking.signum() * sign;
                let mut room = self.room(one, way, draft).min(lacking.abs());
                if careful {
                    room = self.slack(one, way, draft).min(room);
                }
                if room > 0 {
                    *draft.moved.entry(one).or_default() += way * room;
                    lacking -= way * sign * room;
                    broken.extend(self.of_unknown[one].iter().copied());
                }
            }
        }
        lacking == 0
    }

    /// How far an unknown can be moved by its own bounds; what was moved one way is not moved back.
    fn room(&self, one: usize, way: i64, draft: &Draft<'_>) -> i64 {
        let (low, high) = self.bounds[one];
        let moved = draft.moved.get(&one).copied().unwrap_or(0);
        if moved * way < 0 {
            return 0;
        }
        if way > 0 { high - draft.get(one) } else { draft.get(one) - low }
    }

    /// How far it can be moved before any other statement breaks.
    fn slack(&self, one: usize, way: i64, draft: &Draft<'_>) -> i64 {
        let of_statement = |place: &usize| {
            let statement = &self.component.statements[*place];
            let value = draft.value(statement);
            let up = way > 0 && statement.of.binary_search(&one).is_ok()
                || way < 0 && statement.less.binary_search(&one).is_ok();
            if up { statement.high - value } else { value - statement.low }
        };
        self.of_unknown[one].iter().map(of_statement).min().unwrap_or(i64::MAX).max(0)
    }
}
