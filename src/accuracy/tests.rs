//! The stated accuracy against known values and against draws of the real samplers.

#![allow(
    clippy::excessive_precision,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "known values as they were printed; small numbers"
)]

use rand::SeedableRng;
use rand::rngs::ChaCha20Rng;

use super::*;
use crate::confidential::{Scale, Variance, discrete_gaussian, discrete_laplace};

/// Known values computed to 40 digits.
#[test]
fn wrong_band_chances_agree_with_known_values() {
    for (scale, width, average) in [
        (5.0, 250, 0.019_867),
        (10.0, 250, 0.039_933),
        (25.0, 250, 0.099_969),
        (10.0, 100, 0.099_829),
        (10.0, 1000, 0.009_983_3),
    ] {
        let found = Noise::Laplace(scale).average_exit(width);
        assert!((found - average).abs() < 1e-6, "b={scale} w={width}: {found}");
    }
    for (scale, edge) in [(1.0, 0.2689), (10.0, 0.4750), (50.0, 0.4950)] {
        let noise = Noise::Laplace(scale);
        let found = f64::midpoint(noise.tail(0), noise.tail(999));
        assert!((found - edge).abs() < 5e-5, "b={scale}: {found}");
    }
}

/// P[|X| >= 50] to 18 digits.
#[test]
fn tails_agree_with_known_values() {
    for (scale, tail) in
        [(100.0, 0.609_563_287_739_338_5), (10.0, 0.007_074_563_881_712_101), (2.0, 1.728_936_049_990_890_7e-11)]
    {
        let found = Noise::Laplace(scale).tail(49);
        assert!((found / tail - 1.0).abs() < 1e-12, "b={scale}: {found}");
    }
}

const DRAWS: usize = 200_000;

/// Draws of noise, each with a place in a band of width `size`: the share that leaves, mean |X|, share beyond `within`.
fn simulate(draws: &[i64], size: i64, within: u64) -> [f64; 3] {
    let n = draws.len() as f64;
    let leaves = |(place, x): (usize, &i64)| (place as i64 % size + x).div_euclid(size) != 0;
    let left = draws.iter().enumerate().filter(|draw| leaves(*draw)).count();
    let beyond = draws.iter().filter(|x| x.unsigned_abs() > within).count();
    [left as f64 / n, draws.iter().map(|x| x.abs() as f64).sum::<f64>() / n, beyond as f64 / n]
}

/// The tolerance is five standard errors of a share (at most 0.5/sqrt(n) each), so alpha is below 1e-6 a comparison.
fn agree(noise: Noise, draws: &[i64], size: u64) -> bool {
    let within = noise.within(BEYOND);
    let [left, error, beyond] = simulate(draws, size.cast_signed(), within);
    let tolerance = 5.0 * 0.5 / (draws.len() as f64).sqrt();
    let close = |found: f64, stated: f64, scale: f64| (found - stated).abs() < tolerance * scale;
    close(left, noise.average_exit(size), 1.0)
        && close(error, noise.expected(), 2.0 * noise.expected())
        && beyond < BEYOND + tolerance
}

#[test]
fn stated_accuracy_agrees_with_draws_and_the_comparison_notices_a_tenth() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let scale = Scale::new(12, 1).expect("a scale");
    let laplace: Vec<i64> = (0..DRAWS).map(|_| discrete_laplace(scale, &mut rng)).collect();
    let variance = Variance::new(144, 1).expect("a variance");
    let gaussian: Vec<i64> = (0..DRAWS).map(|_| discrete_gaussian(variance, &mut rng)).collect();
    for size in [10, 50, 250] {
        assert!(agree(Noise::Laplace(12.0), &laplace, size) && agree(Noise::Normal(12.0), &gaussian, size), "{size}");
    }
    assert!(!agree(Noise::Laplace(10.8), &laplace, 50) && !agree(Noise::Laplace(13.2), &laplace, 50));
    assert!(!agree(Noise::Normal(10.8), &gaussian, 50) && !agree(Noise::Normal(13.2), &gaussian, 50));
}

#[test]
fn flips_agree_with_pairs_of_draws() {
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let scale = Scale::new(12, 1).expect("a scale");
    let pairs = (0..DRAWS).map(|_| discrete_laplace(scale, &mut rng) - discrete_laplace(scale, &mut rng));
    let differences: Vec<i64> = pairs.collect();
    for size in [10, 50, 250] {
        let [left, ..] = simulate(&differences, size, 0);
        let stated = Noise::LaplaceDifference(12.0).average_exit(size.cast_unsigned());
        assert!((left - stated).abs() < 5.0 * 0.5 / (DRAWS as f64).sqrt(), "{size}: {left} {stated}");
    }
}

/// The sum of many cells against its normal approximation, which may overstate but hardly understate.
#[test]
fn a_total_that_is_a_sum_agrees_with_sums_of_draws() {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let scale = Scale::new(6, 1).expect("a scale");
    for cells in [2_i32, 10, 30] {
        let sums: Vec<i64> = (0..50_000).map(|_| (0..cells).map(|_| discrete_laplace(scale, &mut rng)).sum()).collect();
        let noise = Noise::Normal((variance(Spread::Laplace(6, 1)) * f64::from(cells)).sqrt());
        let [left, ..] = simulate(&sums, 100, 0);
        let stated = noise.average_exit(100);
        assert!(left < stated * 1.05 && stated < left * 1.15, "{cells}: {left} {stated}");
    }
}
