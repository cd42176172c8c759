//! The samplers against the exact distribution, each test with a twin that shows it would notice.

use rand::SeedableRng;
use rand::rngs::ChaCha20Rng;
use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::*;

/// The chance that a right sampler fails one of these tests.
const ALPHA: f64 = 1e-6;

/// Draws for each test: enough that a scale off by a tenth is certain to be noticed.
const DRAWS: u32 = 200_000;

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn scale(numerator: u64, denominator: u64) -> Scale {
    Scale::new(numerator, denominator).expect("a scale")
}

/// Chance of each value from -reach to reach, then of everything beyond.
fn expected(scale: f64, reach: i64) -> Vec<f64> {
    let a = (-1.0 / scale).exp();
    let chance = |x: i64| (1.0 - a) / (1.0 + a) * a.powf(f64::from(i32::try_from(x.abs()).expect("small")));
    let mut chances: Vec<f64> = (-reach..=reach).map(chance).collect();
    chances.push(2.0 * a.powf(f64::from(i32::try_from(reach + 1).expect("small"))) / (1.0 + a));
    chances
}

/// Whether draws fit chances by a chi-square test at level ALPHA. Cells expect at least 5 draws.
fn fits(draws: &[i64], chances: &[f64], reach: i64) -> bool {
    let mut found = vec![0_u32; chances.len()];
    for draw in draws {
        let cell =
            if draw.abs() > reach { chances.len() - 1 } else { usize::try_from(draw + reach).expect("in reach") };
        found[cell] += 1;
    }
    let n = f64::from(u32::try_from(draws.len()).expect("few"));
    let mut statistic = 0.0;
    for (found, chance) in found.iter().zip(chances) {
        assert!(n * chance >= 5.0, "the test needs at least 5 draws in every cell");
        statistic += (f64::from(*found) - n * chance).powi(2) / (n * chance);
    }
    let degrees = f64::from(u32::try_from(chances.len() - 1).expect("few"));
    statistic < ChiSquared::new(degrees).expect("degrees of freedom").inverse_cdf(1.0 - ALPHA)
}

fn laplace(scale: Scale, seed: u64) -> Vec<i64> {
    let mut rng = rng(seed);
    (0..DRAWS).map(|_| discrete_laplace(scale, &mut rng)).collect()
}

#[test]
fn discrete_laplace_has_its_distribution() {
    for (seed, (numerator, denominator, reach)) in
        [(1, 1, 8), (2, 1, 16), (10, 1, 60), (100, 1, 300), (1, 3, 2), (7, 2, 25), (999_983, 99_991, 60)]
            .into_iter()
            .enumerate()
    {
        let scale = scale(numerator, denominator);
        let draws = laplace(scale, seed as u64);
        assert!(fits(&draws, &expected(scale.approximate(), reach), reach), "scale {numerator}/{denominator}");
    }
}

#[test]
fn the_same_test_rejects_a_scale_that_is_off_by_a_tenth() {
    for (numerator, denominator, reach) in [(10, 1, 60), (7, 2, 25), (100, 1, 300)] {
        let scale = scale(numerator, denominator);
        let draws = laplace(scale, 1);
        for factor in [0.9, 1.1] {
            assert!(
                !fits(&draws, &expected(scale.approximate() * factor, reach), reach),
                "{numerator}/{denominator} x {factor}"
            );
        }
    }
}

#[test]
fn the_same_test_rejects_a_second_zero_and_a_bias() {
    let draws = laplace(scale(2, 1), 3);
    let chances = expected(2.0, 16);
    let with_two_zeros: Vec<i64> =
        draws.iter().enumerate().map(|(place, draw)| if place % 50 == 0 { 0 } else { *draw }).collect();
    let shifted: Vec<i64> = draws.iter().enumerate().map(|(place, draw)| draw + i64::from(place % 10 == 0)).collect();
    assert!(fits(&draws, &chances, 16));
    assert!(!fits(&with_two_zeros, &chances, 16));
    assert!(!fits(&shifted, &chances, 16));
}

/// P(0) and P(1) computed to 40 digits with another program.
#[test]
fn the_expected_chances_agree_with_known_values() {
    for (scale, at_zero, at_one) in [
        (1.0, 0.462_117_157_260_009_76, 0.170_003_401_568_547_92),
        (2.0, 0.244_918_662_403_709_13, 0.148_550_677_883_657_45),
        (10.0, 0.049_958_374_957_879_97, 0.045_204_207_006_160_45),
        (100.0, 0.004_999_958_333_749_996, 0.004_950_207_917_081_951),
    ] {
        let chances = expected(scale, 1);
        assert!((chances[1] - at_zero).abs() < 1e-15, "{scale}");
        assert!((chances[2] - at_one).abs() < 1e-15, "{scale}");
    }
}

/// Whether a coin's successes fit a chance, by the normal approximation at level ALPHA.
fn coin_fits(successes: u32, chance: f64) -> bool {
    let n = f64::from(DRAWS);
    let z = (f64::from(successes) - n * chance).abs() / (n * chance * (1.0 - chance)).sqrt();
    // The two-sided quantile of the normal distribution at 1e-6.
    z < 4.891_64
}

fn flips(n: u128, d: u128, seed: u64) -> u32 {
    let mut rng = rng(seed);
    (0..DRAWS).map(|_| u32::from(bernoulli_exp(n, d, &mut rng))).sum()
}

/// Large prime denominators: a rational division that rounds would show here.
#[test]
fn the_coin_of_exp_has_its_chance_and_the_test_notices_two_percent() {
    for (seed, (n, d)) in [
        (0_u64, 1_u64),
        (1, 1),
        (1, 2),
        (1, 1000),
        (333_333_333_337, 999_999_999_989),
        (MAX_SCALE_PART, MAX_SCALE_PART),
    ]
    .into_iter()
    .enumerate()
    {
        let successes = flips(n.into(), d.into(), seed as u64);
        if n == 0 {
            assert_eq!(successes, DRAWS);
            continue;
        }
        let ratio = scale(n, d).approximate();
        assert!(coin_fits(successes, (-ratio).exp()), "exp(-{n}/{d})");
        assert!(!coin_fits(successes, (-ratio).exp() * 0.98), "exp(-{n}/{d}) with a wrong chance");
    }
}

#[test]
fn uniform_draws_are_uniform_on_every_side_of_a_word() {
    let mut rng = rng(5);
    for bound in [1_u128, 2, 3, 10, 1 << 63, (1 << 64) + 1, 3 << 80] {
        let mut low = 0;
        for _ in 0..DRAWS {
            let draw = uniform_below(bound, &mut rng);
            assert!(draw < bound);
            low += u32::from(draw < bound.div_ceil(2));
        }
        let half = match bound {
            1 => continue,
            3 => 2.0 / 3.0,
            _ => 0.5,
        };
        assert!(coin_fits(low, half), "{bound}");
    }
}

/// A release made again must have the same noise, also with a later version: these draws never change.
#[test]
fn the_same_words_always_give_the_same_noise() {
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    let draws: Vec<i64> = (0..12).map(|_| discrete_laplace(scale(16, 1), &mut rng)).collect();
    assert_eq!(draws, PINNED);
}

const PINNED: [i64; 12] = [20, -24, 1, 7, 22, 0, 21, 28, 18, 12, 1, 54];
