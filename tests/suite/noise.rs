//! The noise as it comes out of the whole program: its scale is the one that is stated.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::support::{Place, bands};

/// The chance that a right program fails.
const ALPHA: f64 = 1e-6;

/// Cells of the table, each with its own stream of noise.
const CELLS: usize = 4000;

/// A count so far from zero that nothing is cut off there.
const COUNT: i64 = 1_000_000;

/// Values beyond this on either side are counted together; at the smallest scale a handful is expected there.
const REACH: i64 = 6;

/// The noise of every cell of a release with the given options.
fn noise(options: &[&str]) -> Vec<i64> {
    let place = Place::new();
    let keys: Vec<String> = (0..CELLS).map(|cell| format!("k{cell:04}")).collect();
    let rows: String = keys.iter().map(|key| format!("2026-02-01,{key},{COUNT},{COUNT}\n")).collect();
    place.write("log.csv", format!("received_on,office,number,people\n{rows}"));
    let all_keys = format!("office={}", keys.join(","));
    let mut arguments = vec![
        "report",
        "log.csv",
        "--period",
        "2026H1",
        "--by",
        "office",
        "--keys",
        &all_keys,
        "--column",
        "count=number",
    ];
    arguments.extend(["--column", "account_count=people", "--band-size", "1", "--out", "out"]);
    arguments.extend(options);
    place.succeed(&arguments);
    let found = bands(&place.read("out/by-office.csv"));
    found
        .iter()
        .map(|(_, band)| band.split('-').next().expect("a low end").parse::<i64>().expect("a number") - COUNT)
        .collect()
}

/// Whether draws fit a distribution that is proportional to a weight of |x|: chi-square over values and tails.
fn fits(noise: &[i64], weight: impl Fn(f64) -> f64) -> bool {
    let weight = |x: i64| weight(x.abs() as f64);
    let all: f64 = (-1000..=1000).map(weight).sum();
    let n = noise.len() as f64;
    let tail: f64 = (REACH + 1..1000).map(weight).sum();
    let term = |weight: f64, found: usize| (found as f64 - n * weight / all).powi(2) / (n * weight / all);
    let mut statistic = term(tail, noise.iter().filter(|x| **x > REACH).count())
        + term(tail, noise.iter().filter(|x| **x < -REACH).count());
    for value in -REACH..=REACH {
        statistic += term(weight(value), noise.iter().filter(|x| **x == value).count());
    }
    let degrees = (2 * REACH + 2) as f64;
    statistic < ChiSquared::new(degrees).expect("degrees").inverse_cdf(1.0 - ALPHA)
}

/// Discrete Laplace noise of a scale.
fn laplace(scale: f64) -> impl Fn(f64) -> f64 {
    move |x| (-x / scale).exp()
}

/// Discrete Gaussian noise of a variance.
fn gaussian(variance: f64) -> impl Fn(f64) -> f64 {
    move |x| (-x * x / (2.0 * variance)).exp()
}

#[test]
fn noise_has_the_scale_that_sensitivity_and_epsilon_give() {
    // One request changes one cell by one: scale 1 / 0.5.
    let plain = noise(&["--epsilon", "0.5"]);
    assert!(fits(&plain, laplace(2.0)));
    assert!(
        !fits(&plain, laplace(2.0 * 0.7)) && !fits(&plain, laplace(2.0 * 1.3)),
        "the test must notice a wrong scale"
    );
    // Two cells a request: scale 2 / 0.5.
    let two_cells = noise(&["--epsilon", "0.5", "--max-cells", "2"]);
    assert!(fits(&two_cells, laplace(4.0)) && !fits(&two_cells, laplace(2.0)));
    // Up to three accounts a request, and epsilon for one query: scale 3 / 0.5.
    let accounts = noise(&["--epsilon", "0.5", "--measure", "accounts", "--max-per-cell", "3"]);
    assert!(fits(&accounts, laplace(6.0)) && !fits(&accounts, laplace(2.0)));
}

#[test]
fn two_measures_share_the_epsilon() {
    let both = noise(&["--epsilon", "1", "--measure", "requests,accounts", "--max-per-cell", "1"]);
    assert_eq!(both.len(), 2 * CELLS);
    let requests: Vec<i64> = both.iter().step_by(2).copied().collect();
    let accounts: Vec<i64> = both.iter().skip(1).step_by(2).copied().collect();
    assert!(fits(&requests, laplace(2.0)) && fits(&accounts, laplace(2.0)) && !fits(&requests, laplace(1.0)));
    assert_ne!(requests, accounts);
}

/// Neighbouring cells of 4,000 draws of scale 2: they are equal with a chance of (1-a)(1+a^2)/(1+a)^3 = 0.130 each, so in
/// 520 of 3,999 pairs, give or take 21; alpha below 1e-9. The same stream in two cells would make all of them equal, as
/// the twin shows.
#[test]
fn cells_have_noise_of_their_own() {
    let equal = |noise: &[i64]| noise.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let noise = noise(&["--epsilon", "0.5"]);
    let range = 520 - 6 * 22..520 + 6 * 22;
    assert!(range.contains(&equal(&noise)), "{}", equal(&noise));
    let doubled: Vec<i64> = noise.iter().flat_map(|draw| [*draw, *draw]).take(CELLS).collect();
    assert!(!range.contains(&equal(&doubled)));
}

#[test]
fn gaussian_noise_has_the_variance_that_sensitivity_and_rho_give() {
    // One request changes one cell by one: variance 1 / (2 x 0.05).
    let plain = noise(&["--noise", "gaussian", "--rho", "0.05"]);
    assert!(fits(&plain, gaussian(10.0)));
    assert!(!fits(&plain, gaussian(7.0)) && !fits(&plain, gaussian(13.0)) && !fits(&plain, laplace(2.2)));
    // Four cells: L2 squared is 4, not 16.
    let four_cells = noise(&["--noise", "gaussian", "--rho", "0.2", "--max-cells", "4"]);
    assert!(fits(&four_cells, gaussian(10.0)));
    // Three accounts in one cell: L2 squared is 9.
    let accounts = noise(&["--noise", "gaussian", "--rho", "0.45", "--measure", "accounts", "--max-per-cell", "3"]);
    assert!(fits(&accounts, gaussian(10.0)));
    // Two measures share rho.
    let both = noise(&["--noise", "gaussian", "--rho", "0.1", "--measure", "requests,accounts", "--max-per-cell", "1"]);
    let requests: Vec<i64> = both.iter().step_by(2).copied().collect();
    assert!(fits(&requests, gaussian(10.0)) && !fits(&requests, gaussian(5.0)));
}
