//! Published numbers as sums of unknown counts: what each of them adds up, and over which days.
//!
//! The unknowns are as fine as the published numbers together split them: one for each combination of keys and each stretch
//! of days between two ends of periods. An order or request counts in one of them, so a number is the sum of those in its
//! keys and period. An account counts in every number in which it has something, each time once; so for accounts the
//! unknowns are sets of stretches: as many accounts as have something in just these. An account that is in two rows of one
//! release's table counts in both and twice in its total, so there every row has unknowns of its own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::interval::{Statement, UNBOUNDED};
use super::published::{CATEGORY, Published, is_total, parts};

/// Tables whose keys have more combinations are not combined with each other, only with themselves.
const MAX_COMBINATIONS: usize = 50_000;

/// Accounts are followed over no more stretches and categories together: there are two to this power unknowns.
const MAX_STRETCHES: usize = 8;

/// What is assumed about how the numbers were counted.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Categories that are the sum of others.
    pub sums: BTreeMap<String, Vec<String>>,
    /// Whether every order has at least one selector that counts for it.
    pub selectors_cover_orders: bool,
}

/// Published numbers as statements, in the same order, then those that follow from rules of counting.
pub(super) struct System {
    pub(super) statements: Vec<Statement>,
    /// Numbers that were too many to be combined with others.
    pub(super) not_combined: usize,
}

impl System {
    pub(super) fn of(numbers: &[&Published], rules: &Rules) -> Self {
        let mut system = Self { statements: vec![Statement::of(Vec::new(), 0, 0); numbers.len()], not_combined: 0 };
        let mut next = 0;
        for (space, places) in spaces(numbers) {
            let is_too_many = space.apart.is_some() && !space.accounts;
            system.not_combined += if is_too_many { places.len() } else { 0 };
            let members: Vec<(usize, &Published)> = places.iter().map(|place| (*place, numbers[*place])).collect();
            let used = system.add(&members, space.accounts && space.secret, rules, next);
            next += used;
        }
        if rules.selectors_cover_orders {
            system.compare(numbers);
        }
        system
    }

    /// Adds the numbers of one space; returns how many unknowns they have.
    fn add(&mut self, members: &[(usize, &Published)], follows_accounts: bool, rules: &Rules, first: usize) -> usize {
        let numbers: Vec<&Published> = members.iter().map(|(_, number)| *number).collect();
        let cells = Cells::of(&numbers, rules);
        let stretches = stretches(&numbers);
        let of_stretches: Vec<Vec<usize>> = numbers.iter().map(|number| within(&stretches, number)).collect();
        let mut sums: Vec<Vec<usize>> = Vec::with_capacity(numbers.len());
        for (number, days) in numbers.iter().zip(&of_stretches) {
            let cells = cells.of_number(number, rules);
            // The days of one cell are consecutive, so that its windows are.
            let of_cell = |cell: &usize| days.iter().map(|day| cell * stretches.len() + day).collect::<Vec<_>>();
            sums.push(cells.iter().flat_map(of_cell).collect());
        }
        let mut used = cells.count * stretches.len();
        if follows_accounts {
            used = self.follow_accounts(&mut sums);
        }
        for ((place, number), sum) in members.iter().zip(sums) {
            let (low, high) = number.ends().map_or((0, UNBOUNDED), |(low, high)| (whole(low), whole(high)));
            self.statements[*place] = Statement::of(sum.into_iter().map(|one| first + one).collect(), low, high);
        }
        used
    }

    /// Unknowns for sets of stretches, wherever numbers share some; returns how many.
    fn follow_accounts(&mut self, sums: &mut [Vec<usize>]) -> usize {
        let mut next = 0;
        for group in groups(sums) {
            let elements: BTreeSet<usize> = group.iter().flat_map(|place| sums[*place].clone()).collect();
            if elements.len() > MAX_STRETCHES {
                self.not_combined += group.len();
                for place in group {
                    sums[place] = vec![next];
                    next += 1;
                }
                continue;
            }
            let bit: BTreeMap<usize, usize> = elements.iter().enumerate().map(|(bit, one)| (*one, 1 << bit)).collect();
            for place in group {
                let mask: usize = sums[place].iter().map(|one| bit[one]).sum();
                sums[place] =
                    (1..1_usize << elements.len()).filter(|set| set & mask > 0).map(|set| next + set).collect();
            }
            next += 1 << elements.len();
        }
        next
    }

    /// Selectors of a number are at least as many as its orders.
    fn compare(&mut self, numbers: &[&Published]) {
        for (selectors, number) in numbers.iter().enumerate().filter(|(_, number)| number.counts_accounts()) {
            let same = |other: &&Published| {
                !other.counts_accounts()
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
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Space {
    company: Option<String>,
    secret: bool,
    accounts: bool,
    /// For numbers that are not combined with those of other tables and periods: which they are.
    apart: Option<(Vec<String>, [String; 2])>,
}

/// The places of the numbers of each space.
fn spaces(numbers: &[&Published]) -> BTreeMap<Space, Vec<usize>> {
    let mut wide: BTreeMap<_, BTreeMap<String, BTreeSet<&String>>> = BTreeMap::new();
    for number in numbers.iter().filter(|number| !number.counts_accounts()) {
        let keys = wide.entry((number.company.clone(), number.secret)).or_default();
        for (dimension, key) in &number.keys {
            keys.entry(dimension.clone()).or_default().insert(key);
        }
    }
    let combines = |number: &Published| {
        let keys = wide.get(&(number.company.clone(), number.secret));
        let combinations = keys.into_iter().flat_map(BTreeMap::values).map(BTreeSet::len);
        combinations.fold(1_usize, usize::saturating_mul) <= MAX_COMBINATIONS
    };
    let mut spaces: BTreeMap<Space, Vec<usize>> = BTreeMap::new();
    for (place, number) in numbers.iter().enumerate() {
        let accounts = number.counts_accounts();
        let is_apart = if accounts { !number.secret } else { !combines(number) };
        let days = if accounts { number.period.ends() } else { [String::new(), String::new()] };
        let apart = is_apart.then(|| (number.keys.keys().cloned().collect(), days));
        let space = Space { company: number.company.clone(), secret: number.secret, accounts, apart };
        spaces.entry(space).or_default().push(place);
    }
    spaces
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
    if is_total(key) {
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

/// The places of sums that share unknowns, in groups.
fn groups(sums: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (place, sum) in sums.iter().enumerate() {
        let met: BTreeSet<usize> = sum.iter().filter_map(|one| group_of.get(one).copied()).collect();
        let group = met.first().copied().unwrap_or(groups.len());
        if group == groups.len() {
            groups.push(Vec::new());
        }
        groups[group].push(place);
        for other in met.into_iter().skip(1) {
            let moved = std::mem::take(&mut groups[other]);
            groups[group].extend(moved);
            group_of.values_mut().filter(|one| **one == other).for_each(|one| *one = group);
        }
        group_of.extend(sum.iter().map(|one| (*one, group)));
    }
    groups.retain(|group| !group.is_empty());
    groups
}
