//! The stated accuracy against known values and against draws of the real samplers.

#![allow(
    clippy::excessive_precision,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
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
        assert!(
            agree(Noise::Laplace(12.0), &laplace, size) && agree(Noise::gaussian(144.0), &gaussian, size),
            "{size}"
        );
    }
    assert!(!agree(Noise::Laplace(10.8), &laplace, 50) && !agree(Noise::Laplace(13.2), &laplace, 50));
    assert!(!agree(Noise::gaussian(116.6), &gaussian, 50) && !agree(Noise::gaussian(174.2), &gaussian, 50));
}

/// Pairs of draws: alpha below 1e-6 a comparison as above, and the scale of single draws does not pass.
#[test]
fn flips_agree_with_pairs_of_draws() {
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let scale = Scale::new(12, 1).expect("a scale");
    let pairs = (0..DRAWS).map(|_| discrete_laplace(scale, &mut rng) - discrete_laplace(scale, &mut rng));
    let differences: Vec<i64> = pairs.collect();
    for size in [10, 50, 250] {
        assert!(agree(Noise::LaplaceDifference(12.0), &differences, size), "{size}");
        assert!(!agree(Noise::Laplace(12.0), &differences, size), "{size}");
    }
}

/// Sums of a few draws against the series for them, which is approximate: within 3 percent, and 95 of 100 to a count.
/// The normal distribution without the excess does not pass for two draws.
#[test]
fn a_total_that_is_a_sum_agrees_with_sums_of_draws() {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let (scale, spread) = (Scale::new(6, 1).expect("a scale"), Spread::Laplace(6, 1));
    for (cells, within) in [(2_i32, 25), (3, 30), (10, 53), (30, 92)] {
        let sums: Vec<i64> = (0..DRAWS).map(|_| (0..cells).map(|_| discrete_laplace(scale, &mut rng)).sum()).collect();
        let variance = variance(spread) * f64::from(cells);
        let [noise, _] = Noise::sums(variance, fourth_cumulant(spread) * f64::from(cells));
        let [left, error, _] = simulate(&sums, 100, 0);
        let off =
            |noise: Noise| (noise.average_exit(100) / left - 1.0).abs().max((noise.expected() / error - 1.0).abs());
        assert!(off(noise) < 0.03, "{cells}: {}", off(noise));
        assert!(cells > 2 || off(Noise::gaussian(variance)) > 0.03);
        assert!(noise.within(BEYOND).abs_diff(within) <= 1, "{cells}: {}", noise.within(BEYOND));
        let [.., beyond] = simulate(&sums, 100, noise.within(BEYOND));
        assert!(beyond < 0.0535, "{cells}: {beyond}");
    }
}

/// A total and its own measurement, weighted: against draws of both.
#[test]
fn a_weighted_total_agrees_with_weighted_draws() {
    let mut rng = ChaCha20Rng::seed_from_u64(4);
    let (cell, own) = (Spread::Laplace(6, 1), Spread::Laplace(12, 1));
    let [of_cell, of_own] = [6, 12].map(|scale| Scale::new(scale, 1).expect("a scale"));
    let [variance, fourth] =
        weighted([variance(cell) * 5.0, fourth_cumulant(cell) * 5.0], [variance(own), fourth_cumulant(own)]);
    let [noise, _] = Noise::sums(variance, fourth);
    let weight = super::variance(own) / (super::variance(cell) * 5.0 + super::variance(own));
    let draws: Vec<i64> = (0..DRAWS)
        .map(|_| {
            let sum: i64 = (0..5).map(|_| discrete_laplace(of_cell, &mut rng)).sum();
            let total = discrete_laplace(of_own, &mut rng);
            (weight * sum as f64 + (1.0 - weight) * total as f64).round() as i64
        })
        .collect();
    let [left, error, beyond] = simulate(&draws, 100, noise.within(BEYOND));
    assert!((noise.average_exit(100) / left - 1.0).abs() < 0.03 && (noise.expected() / error - 1.0).abs() < 0.03);
    assert!(beyond < 0.0535, "{beyond}");
}
