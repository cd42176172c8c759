//! Published numbers as sums of unknown counts: what each of them adds up, and over which days.
//!
//! The unknowns are as fine as the published numbers together split them: one for each combination of keys and each stretch
//! of days between two ends of periods. An order or request counts in one of them, so a number is the sum of those in its
//! keys and period. An account counts in every number in which it has something, each time once; so every number of accounts
//! is an unknown of its own, and what is known is that a whole has at least as many as each of its parts and at most as many
//! as all of them. The total of a release's table adds its rows, also for accounts that are in several.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::accounts::Accounts;
use super::interval::{Statement, UNBOUNDED};
use super::published::{CATEGORY, Counted, Published, parts};
use crate::keys::TOTAL;

/// Where the keys have more combinations than this, only tables that share columns are combined.
const MAX_COMBINATIONS: usize = 50_000;

/// What is assumed about how the numbers were counted.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Categories that are the sum of others.
    pub sums: BTreeMap<String, Vec<String>>,
    /// Whether every order has at least one selector that counts for it.
    pub selectors_cover_orders: bool,
    /// Whether it is not asked from which numbers something follows, which takes longer than to find it.
    pub unexplained: bool,
}

/// Published numbers as statements, in the same order, then those that follow from rules of counting.
pub(super) struct System {
    pub(super) statements: Vec<Statement>,
    /// Numbers that were too many to be combined with others.
    pub(super) not_combined: usize,
}

impl System {
    pub(super) fn of(numbers: &[&Published], rules: &Rules) -> Self {
        let statements = vec![Statement::of(Vec::new(), 0, 0); numbers.len()];
        let mut system = Self { statements, not_combined: 0 };
        let mut next = 0;
        for Space { places, counts_accounts, is_all } in spaces(numbers) {
            system.not_combined += if is_all { 0 } else { places.len() };
            let members: Vec<(usize, &Published)> = places.iter().map(|place| (*place, numbers[*place])).collect();
            next += system.add(&members, counts_accounts, rules, next);
        }
        if rules.selectors_cover_orders {
            system.compare(numbers);
        }
        system
    }

    /// Adds the numbers of one space; returns how many unknowns they have.
    fn add(&mut self, members: &[(usize, &Published)], accounts: bool, rules: &Rules, first: usize) -> usize {
        let numbers: Vec<&Published> = members.iter().map(|(_, number)| *number).collect();
        let cells = Cells::of(&numbers, rules);
        let stretches = stretches(&numbers);
        let region = |number: &&Published| {
            let days = within(&stretches, number);
            let of_cell = |cell: &usize| days.iter().map(|day| cell * stretches.len() + day).collect::<Vec<_>>();
            // The days of one cell are consecutive, so that its windows are.
            cells.of_number(number, rules).iter().flat_map(of_cell).collect::<Vec<usize>>()
        };
        let mut sums: Vec<Vec<usize>> = numbers.iter().map(region).collect();
        let mut used = cells.count * stretches.len();
        let mut known = Vec::new();
        if accounts {
            let accounts = Accounts::of(&numbers, &sums);
            (used, sums, known) = (accounts.unknowns, accounts.sums, accounts.known);
        }
        let shifted = |sum: Vec<usize>| sum.into_iter().map(|one| first + one).collect::<Vec<usize>>();
        for ((place, number), sum) in members.iter().zip(sums) {
            let (low, high) = number.ends().map_or((0, UNBOUNDED), |(low, high)| (whole(low), whole(high)));
            self.statements[*place] = Statement::of(shifted(sum), low, high);
        }
        self.statements.extend(known.into_iter().map(|(of, less)| Statement {
            of: shifted(of),
            less: shifted(less),
            low: 0,
            high: UNBOUNDED,
        }));
        used
    }

    /// Selectors of a number are at least as many as its orders.
    fn compare(&mut self, numbers: &[&Published]) {
        for (selectors, number) in
            numbers.iter().enumerate().filter(|(_, number)| number.counted() == Counted::Accounts)
        {
            let same = |other: &&Published| {
                other.counted() == Counted::Orders
                    && (&other.company, &other.keys, other.period, other.secret)
                        == (&number.company, &number.keys, number.period, number.secret)
            };
            if let Some(orders) = numbers.iter().position(same) {
                let (of, less) = (self.statements[selectors].of.clone(), self.statements[orders].of.clone());
                self.statements.push(Statement { of, less, low: 0, high: UNBOUNDED });
            }
        }
    }
}

fn whole(end: u64) -> i64 {
    i64::try_from(end).unwrap_or(UNBOUNDED)
}

/// Numbers that may share unknowns.
struct Space {
    places: Vec<usize>,
    counts_accounts: bool,
    /// Whether all numbers of the publisher and measure are in it; else those of tables that share columns.
    is_all: bool,
}

fn spaces(numbers: &[&Published]) -> Vec<Space> {
    let mut whole: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, number) in numbers.iter().enumerate() {
        whole.entry((number.company.as_ref(), number.secret, number.counted())).or_default().push(place);
    }
    let mut spaces = Vec::new();
    for ((.., counted), places) in whole {
        let is_all = combinations(numbers, &places) <= MAX_COMBINATIONS;
        let groups = if is_all { vec![places] } else { by_columns(numbers, &places) };
        let counts_accounts = counted != Counted::Orders;
        spaces.extend(groups.into_iter().map(|places| Space { places, counts_accounts, is_all }));
    }
    spaces
}

/// How many combinations the keys of some numbers have.
fn combinations(numbers: &[&Published], places: &[usize]) -> usize {
    let mut keys: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for (dimension, key) in places.iter().flat_map(|place| &numbers[*place].keys) {
        keys.entry(dimension).or_default().insert(key);
    }
    keys.values().map(BTreeSet::len).fold(1_usize, usize::saturating_mul)
}

/// The numbers of tables that share columns, by way of other tables too.
fn by_columns(numbers: &[&Published], places: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(BTreeSet<String>, Vec<usize>)> = Vec::new();
    for place in places {
        let own: BTreeSet<String> = numbers[*place].keys.keys().cloned().collect();
        let shares = |group: &(BTreeSet<String>, Vec<usize>)| !group.0.is_disjoint(&own) || group.0 == own;
        let (met, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(shares);
        let mut joined = (own, vec![*place]);
        for (columns, places) in met {
            joined.0.extend(columns);
            joined.1.extend(places);
        }
        groups = apart;
        groups.push(joined);
    }
    groups.into_iter().map(|(_, places)| places).collect()
}

/// Every combination of the keys of a space's dimensions.
struct Cells {
    /// For each dimension its keys, and how far apart two neighbours are among all combinations.
    dimensions: BTreeMap<String, (Vec<String>, usize)>,
    count: usize,
}

impl Cells {
    fn of(numbers: &[&Published], rules: &Rules) -> Self {
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for number in numbers {
            for (dimension, key) in &number.keys {
                keys.entry(dimension.clone()).or_default().extend(finest(dimension, key, rules));
            }
        }
        let mut count = 1;
        let dimensions = keys.into_iter().map(|(dimension, keys)| {
            let step = count;
            count *= keys.len().max(1);
            (dimension, (keys.into_iter().collect(), step))
        });
        Self { dimensions: dimensions.collect(), count }
    }

    /// The combinations that a number counts: those of its keys, with every key of the other dimensions.
    fn of_number(&self, number: &Published, rules: &Rules) -> Vec<usize> {
        let mut cells = vec![0];
        for (dimension, (keys, step)) in &self.dimensions {
            let own = number.keys.get(dimension).map(|key| finest(dimension, key, rules)).filter(|own| !own.is_empty());
            let counted = keys.iter().enumerate().filter(|(_, key)| own.as_ref().is_none_or(|own| own.contains(*key)));
            let places: Vec<usize> = counted.map(|(place, _)| place * step).collect();
            cells = cells.iter().flat_map(|cell| places.iter().map(move |place| cell + place)).collect();
        }
        cells
    }
}

/// What a key is made of; nothing for the total, which is made of all keys there are.
fn finest(dimension: &str, key: &str, rules: &Rules) -> BTreeSet<String> {
    if key == TOTAL {
        return BTreeSet::new();
    }
    if dimension == CATEGORY { parts(key, &rules.sums) } else { BTreeSet::from([key.to_owned()]) }
}

/// The days on which stretches begin, and the day after the last: every period is a row of whole stretches.
fn stretches(numbers: &[&Published]) -> Vec<Date> {
    let ends = |number: &&Published| [Some(number.period.first()), number.period.last().tomorrow().ok()];
    let days: BTreeSet<Date> = numbers.iter().flat_map(ends).flatten().collect();
    days.into_iter().collect()
}

/// The stretches of a number's period.
fn within(stretches: &[Date], number: &Published) -> Vec<usize> {
    (0..stretches.len()).filter(|place| number.period.contains(stretches[*place])).collect()
}
