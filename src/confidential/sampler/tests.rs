//! The samplers against the exact distribution, each test with a twin that shows it would notice.

use rand::SeedableRng;
use rand::rngs::ChaCha20Rng;
use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::*;

/// The chance that a right sampler fails one of these tests.
const ALPHA: f64 = 1e-9;

/// Draws for each test: enough that a scale off by a tenth is certain to be noticed.
const DRAWS: u32 = 200_000;

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn scale(numerator: u64, denominator: u64) -> Scale {
    Scale::new(numerator, denominator).expect("a scale")
}

/// Chances that are proportional to a weight of |x|, for each value from -reach to reach, then for everything beyond.
fn expected(weight: impl Fn(f64) -> f64, reach: i64) -> Vec<f64> {
    let weight = |x: i64| weight(f64::from(i32::try_from(x).expect("small")));
    let beyond = 2.0 * (reach + 1..100_000).map(&weight).sum::<f64>();
    let inside: Vec<f64> = (-reach..=reach).map(|x| weight(x.abs())).collect();
    let all = inside.iter().sum::<f64>() + beyond;
    inside.into_iter().chain([beyond]).map(|weight| weight / all).collect()
}

/// P[X = x] proportional to a^|x| with a = exp(-1/scale).
fn expected_laplace(scale: f64, reach: i64) -> Vec<f64> {
    expected(|x| (-x / scale).exp(), reach)
}

/// P[X = x] proportional to exp(-x^2 / (2 sigma^2)).
fn expected_gaussian(sigma: f64, reach: i64) -> Vec<f64> {
    expected(|x| (-x * x / (2.0 * sigma * sigma)).exp(), reach)
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

fn gaussian(variance: Variance, seed: u64) -> Vec<i64> {
    let mut rng = rng(seed);
    (0..DRAWS).map(|_| discrete_gaussian(variance, &mut rng)).collect()
}

/// Scales as fractions, and how far values are counted one by one: at least 5 draws are expected in every cell.
const SCALES: [(u64, u64, i64); 8] =
    [(1, 1, 8), (2, 1, 16), (10, 1, 60), (100, 1, 300), (1, 3, 2), (7, 2, 25), (999_983, 99_991, 60), (1000, 1, 1500)];

/// Each with the power twins: the same draws do not fit nine or eleven tenths of the scale.
#[test]
fn discrete_laplace_has_its_distribution_and_no_other() {
    for (seed, (numerator, denominator, reach)) in SCALES.into_iter().enumerate() {
        let scale = scale(numerator, denominator);
        let draws = laplace(scale, seed as u64);
        for (factor, right) in [(1.0, true), (0.9, false), (1.1, false)] {
            let chances = expected_laplace(scale.approximate() * factor, reach);
            assert_eq!(fits(&draws, &chances, reach), right, "scale {numerator}/{denominator} x {factor}");
        }
    }
}

/// Variances sigma^2 as fractions.
const VARIANCES: [(u64, u64, i64); 8] = [
    (1, 4, 1),
    (1, 1, 3),
    (4, 1, 6),
    (100, 1, 33),
    (50, 3, 14),
    (99_991, 999, 33),
    (10_000, 1, 220),
    (1_000_000, 1, 1500),
];

#[test]
fn discrete_gaussian_has_its_distribution_and_no_other() {
    for (seed, (numerator, denominator, reach)) in VARIANCES.into_iter().enumerate() {
        let variance = Variance::new(numerator, denominator).expect("a variance");
        let sigma = scale(numerator, denominator).approximate().sqrt();
        let draws = gaussian(variance, 100 + seed as u64);
        for (factor, right) in [(1.0, true), (0.9, false), (1.1, false)] {
            let chances = expected_gaussian(sigma * factor, reach);
            assert_eq!(fits(&draws, &chances, reach), right, "variance {numerator}/{denominator} x {factor}");
        }
    }
}

#[test]
fn a_variance_that_would_not_fit_128_bits_is_no_variance() {
    for (numerator, denominator) in [(0, 1), (1, 0), (MAX_SCALE_PART + 1, 1), (1 << 45, 1), (1 << 40, 1 << 20)] {
        assert!(Variance::new(numerator, denominator).is_none(), "{numerator}/{denominator}");
    }
    // The widest there is: sigma of 500,000 counts.
    let widest = Variance::new(250_000_000_000, 1).expect("a variance");
    assert!(gaussian(widest, 9).iter().any(|x| x.abs() > 1_000_000));
}

#[test]
fn the_same_test_rejects_a_second_zero_and_a_bias() {
    let draws = laplace(scale(2, 1), 3);
    let chances = expected_laplace(2.0, 16);
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
    let close = |found: f64, known: f64| (found - known).abs() < 1e-15;
    for (scale, at_zero, at_one) in [
        (1.0, 0.462_117_157_260_009_76, 0.170_003_401_568_547_92),
        (2.0, 0.244_918_662_403_709_13, 0.148_550_677_883_657_45),
        (10.0, 0.049_958_374_957_879_97, 0.045_204_207_006_160_45),
        (100.0, 0.004_999_958_333_749_996, 0.004_950_207_917_081_951),
    ] {
        let chances = expected_laplace(scale, 1);
        assert!(close(chances[1], at_zero) && close(chances[2], at_one), "{scale}");
    }
    for (sigma, at_zero, at_one) in [
        (0.5, 0.786_570_707_041_947_9, 0.106_450_769_423_144_72),
        (1.0, 0.398_942_278_266_861_7, 0.241_970_723_224_460_6),
        (2.0, 0.199_471_140_200_716_34, 0.176_032_663_382_149_74),
        (10.0, 0.039_894_228_040_143_27, 0.039_695_254_747_701_18),
    ] {
        let chances = expected_gaussian(sigma, 1);
        assert!(close(chances[1], at_zero) && close(chances[2], at_one), "{sigma}");
    }
}

/// Whether a coin's successes fit a chance, by the normal approximation at level ALPHA.
fn coin_fits(successes: u32, chance: f64) -> bool {
    let n = f64::from(DRAWS);
    let z = (f64::from(successes) - n * chance).abs() / (n * chance * (1.0 - chance)).sqrt();
    // The two-sided quantile of the normal distribution at 1e-9.
    z < 6.109_41
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

/// exp(-n/d) for n above d is exp(-1) as often as d fits, and exp of the rest: large primes, where rounding would show.
#[test]
fn the_coin_of_exp_of_more_than_one_has_its_chance() {
    let (n, d) = (2_333_333_333_323_u128, 999_999_999_989_u128);
    let mut rng = rng(77);
    let successes = (0..DRAWS).map(|_| u32::from(bernoulli_exp_of_any(n, d, &mut rng))).sum();
    let chance = (-2.333_333_333_348_667_f64).exp();
    assert!(coin_fits(successes, chance) && !coin_fits(successes, chance * 0.95));
    assert!(bernoulli_exp_of_any(0, d, &mut rng), "exp(0) is 1");
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

/// The same for Gaussian noise.
#[test]
fn the_same_words_always_give_the_same_gaussian_noise() {
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    let variance = Variance::new(400, 1).expect("a variance");
    let draws: Vec<i64> = (0..12).map(|_| discrete_gaussian(variance, &mut rng)).collect();
    assert_eq!(draws, PINNED_GAUSSIAN);
}

const PINNED_GAUSSIAN: [i64; 12] = [20, -21, -9, -6, -19, 0, 22, -22, 0, -36, 5, -1];

const PINNED: [i64; 12] = [20, -24, 1, 7, 22, 0, 21, 28, 18, 12, 1, 54];
