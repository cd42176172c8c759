//! Bounds against known answers, and against every table there is.

use super::*;

fn window(start: usize, end: usize, low: i64, high: i64) -> Statement {
    Statement::of((start..end).collect(), low, high)
}

/// Every table of small counts that satisfies all statements; the interval of each.
fn brute_force(statements: &[Statement], unknowns: usize, most: i64) -> Vec<Option<(i64, i64)>> {
    let mut ends: Vec<Option<(i64, i64)>> = vec![None; statements.len()];
    let mut table = vec![0_i64; unknowns];
    loop {
        if statements.iter().all(|statement| statement.holds(&table)) {
            for (end, statement) in ends.iter_mut().zip(statements) {
                let value = statement.value(&table);
                let (low, high) = end.unwrap_or((value, value));
                *end = Some((low.min(value), high.max(value)));
            }
        }
        let Some(place) = table.iter().position(|count| *count < most) else { return ends };
        table[..place].fill(0);
        table[place] += 1;
    }
}

/// A generator that needs no state but a number (Knuth's MMIX constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn signed(&mut self, n: usize) -> i64 {
        i64::try_from(self.below(n as u64)).expect("small")
    }

    fn pick(&mut self, n: usize) -> usize {
        usize::try_from(self.below(n as u64)).expect("small")
    }
}

/// A band that holds a value.
fn band(dice: &mut Dice, value: i64) -> (i64, i64) {
    let width = 1 + dice.signed(4);
    let low = value.div_euclid(width) * width;
    (low, low + width - 1)
}

/// Bands of sums of a random true table, sometimes one of them doctored.
fn statements(dice: &mut Dice, sums: Vec<Vec<usize>>, unknowns: usize, most: i64) -> Vec<Statement> {
    let truth: Vec<i64> = (0..unknowns).map(|_| dice.signed(usize::try_from(most).expect("small") + 1)).collect();
    let doctored = dice.below(8) == 0;
    let mut statements: Vec<Statement> = sums
        .into_iter()
        .map(|sum| {
            let (low, high) = band(dice, sum.iter().map(|one| truth[*one]).sum());
            Statement::of(sum, low, high)
        })
        .collect();
    if doctored && !statements.is_empty() {
        let place = dice.pick(statements.len());
        statements[place].low += 1;
        statements[place].high += 1;
    }
    // Every unknown has an end, or the tables would not.
    statements.extend((0..unknowns).map(|one| Statement::of(vec![one], 0, most)));
    statements
}

/// All margins of a table of up to four dimensions, some left out.
fn margins(dice: &mut Dice) -> (Vec<Vec<usize>>, usize) {
    let shapes: [&[usize]; 7] = [&[2, 2, 2], &[2, 3], &[3, 3], &[2, 2], &[2, 2, 2, 1], &[4], &[2, 4]];
    let shape = shapes[dice.pick(shapes.len())];
    let unknowns: usize = shape.iter().product();
    let key = |cell: usize, dimension: usize| cell / shape[..dimension].iter().product::<usize>() % shape[dimension];
    let mut sums = Vec::new();
    for kept in 0..1_usize << shape.len() {
        let mut by_key: std::collections::BTreeMap<Vec<usize>, Vec<usize>> = std::collections::BTreeMap::new();
        for cell in 0..unknowns {
            let kept = (0..shape.len()).filter(|dimension| kept >> dimension & 1 == 1);
            by_key.entry(kept.map(|dimension| key(cell, dimension)).collect()).or_default().push(cell);
        }
        sums.extend(by_key.into_values().filter(|_| dice.below(4) > 0));
    }
    (sums, unknowns)
}

/// Overlapping windows of up to six quarters.
fn windows_of_time(dice: &mut Dice) -> (Vec<Vec<usize>>, usize) {
    let unknowns = 2 + dice.pick(5);
    let mut one = || {
        let start = dice.pick(unknowns);
        (start..start + 1 + dice.pick(unknowns - start)).collect()
    };
    ((0..5).map(|_| one()).collect(), unknowns)
}

/// n = 3,000 systems, of which every table is looked at. There is no chance in the comparison: it is exact.
#[test]
fn intervals_are_those_of_every_table_there_is() {
    let (mut dice, mut contradictions, mut open) = (Dice(20_261_125), 0, 0);
    let mut methods = std::collections::BTreeMap::new();
    for round in 0..3_000 {
        let (sums, unknowns) = if round % 3 == 0 { windows_of_time(&mut dice) } else { margins(&mut dice) };
        let most = if unknowns > 8 {
            1
        } else if unknowns > 6 {
            2
        } else {
            3
        };
        let mut statements = statements(&mut dice, sums, unknowns, most);
        if round % 5 == 0 {
            let less = dice.pick(unknowns);
            let of: Vec<usize> = (0..unknowns).filter(|one| *one != less).collect();
            statements.push(Statement { of, less: vec![less], low: 0, high: UNBOUNDED });
        }
        let wanted = brute_force(&statements, unknowns, most);
        let found = solve(&statements);
        // Where statements contradict each other, those that have nothing to do with it still have their intervals.
        let is_contradiction = wanted.iter().any(Option::is_none);
        contradictions += usize::from(is_contradiction);
        assert_eq!(found.iter().any(Option::is_none), is_contradiction, "{statements:?}");
        if is_contradiction {
            continue;
        }
        for (found, wanted) in found.into_iter().zip(wanted) {
            let (found, wanted) = (found.expect("an interval"), wanted.expect("an interval"));
            *methods.entry(format!("{:?}", found.method)).or_insert(0) += 1;
            assert!(found.outer.0 <= wanted.0 && wanted.1 <= found.outer.1, "{statements:?}");
            assert!(wanted.0 <= found.inner.0 && found.inner.1 <= wanted.1, "{statements:?}");
            open += usize::from(found.outer != found.inner);
        }
    }
    assert!(contradictions > 50, "{contradictions}");
    assert!(methods.len() >= 4, "{methods:?}");
    assert_eq!(open, 0, "{methods:?}");
}

/// (what, windows, the bounds of each window that is asked for): worked out by integer programs elsewhere.
#[test]
fn windows_over_time_have_the_known_bounds() {
    let halves_and_year = |first: (i64, i64), second: (i64, i64), year: (i64, i64)| {
        vec![window(0, 1, first.0, first.1), window(1, 2, second.0, second.1), window(0, 2, year.0, year.1)]
    };
    for (statements, wanted) in [
        (halves_and_year((0, 249), (250, 499), (200, 299)), [(0, 49), (250, 299)]),
        (halves_and_year((250, 499), (250, 499), (500, 599)), [(250, 349), (250, 349)]),
        (halves_and_year((0, 249), (0, 249), (0, 99)), [(0, 99), (0, 99)]),
        (halves_and_year((0, 249), (250, 499), (300, 399)), [(0, 149), (250, 399)]),
        (halves_and_year((0, 249), (250, 499), (700, 799)), [(201, 249), (451, 499)]),
    ] {
        let found = solve(&statements);
        for (found, wanted) in found.iter().zip(wanted) {
            let found = found.expect("an interval");
            assert_eq!((found.outer, found.inner, found.method), (wanted, wanted, Method::ShortestPaths));
        }
    }
    let contradiction = halves_and_year((0, 249), (0, 249), (500, 599));
    assert!(solve(&contradiction).iter().all(Option::is_none));
}

/// Two rows and two columns of a larger table are suppressed, all margins are known: 20 and 25, 29 and 16. sdcTable's attack
/// on its own test problem.
#[test]
fn two_way_margins_have_the_known_bounds() {
    let cells = (0..4).map(|cell| Statement::of(vec![cell], 0, UNBOUNDED));
    let margins = [(vec![0, 1], 20), (vec![2, 3], 25), (vec![0, 2], 29), (vec![1, 3], 16)];
    let margins = margins.into_iter().map(|(of, sum)| Statement::of(of, sum, sum));
    let statements: Vec<Statement> = cells.chain(margins).collect();
    let found: Vec<_> =
        solve(&statements).into_iter().take(4).map(|one| one.map(|one| (one.outer, one.method))).collect();
    let wanted = [(4, 20), (0, 16), (9, 25), (0, 16)].map(|ends| Some((ends, Method::Flow)));
    assert_eq!(found, wanted);
}

/// What a linear program cannot see: three sums of two whole numbers each that are 1 (a triangle) have no table, though
/// one half each would do. A bound from outside would call that safe.
#[test]
fn whole_numbers_say_more_than_real_ones() {
    let triangle: Vec<Statement> =
        [[0, 1], [1, 2], [0, 2]].into_iter().map(|pair| Statement::of(pair.to_vec(), 1, 1)).collect();
    assert!(solve(&triangle).iter().all(Option::is_none));
}
