//! How common a value must be before it may be published: the threshold of differentially private key selection.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::policy::{Policy, SELECTION_SHARE};
use crate::sensitivity::{Spread, spread};
use crate::table::Query;
use crate::units::approximate;

/// Allows for the rounding of logarithms and tails, against us.
const ROUNDING: f64 = 1e-9;

/// The threshold for the columns whose keys are selected: a value is published if its number of privacy units, with noise,
/// reaches it. Nothing where no keys are selected.
#[must_use]
pub fn threshold(policy: &Policy) -> Option<u64> {
    let columns = policy.selected_columns().len();
    let noise = spread(policy, Query::Selection, SELECTION_SHARE)?;
    let delta = policy.selection_delta()?.get().next_down() / approximate(columns as u128, 1);
    Some(threshold_of(noise, delta, policy.privacy.bounds.cells))
}

/// The smallest T with P\[1 + X >= T\] <= delta', where X is the noise.
///
/// A value that only one unit has must not appear because of that unit: its count is 1, and it appears with
/// P\[1 + X >= T\]. One unit can bring `cells` such values, and none of them appears with probability
/// (1 - P)^cells >= 1 - delta if P <= delta' = 1 - (1-delta)^(1/cells) (Desfontaines, Voss, Gipson, Mandayam 2020, arXiv
/// 2006.03684, section 2; Wilson et al. 2019, theorem 2). Values that others have too are protected by the noise on their
/// count, as any other count.
#[must_use]
pub fn threshold_of(noise: Spread, delta: f64, cells: u32) -> u64 {
    let each = -((-delta).ln_1p() / f64::from(cells)).exp_m1() * (1.0 - ROUNDING);
    let (mut low, mut high) = (0, 1);
    while tail(noise, high) > each {
        high *= 2;
    }
    while low < high {
        let middle = u64::midpoint(low, high);
        if tail(noise, middle) > each { low = middle + 1 } else { high = middle }
    }
    low + 1
}

/// P\[X >= k\], never below the real one: a^k/(1+a) for Laplace with a = exp(-1/b). For Gaussian the normal tail from
/// k - 1/2 on, which is larger beyond sigma, where the density is convex; before that 1: no bound is needed so near to zero.
#[expect(clippy::cast_precision_loss, reason = "allowed for by ROUNDING")]
fn tail(noise: Spread, k: u64) -> f64 {
    match noise {
        Spread::Laplace(n, d) => {
            let inverse = approximate(d, n);
            (-inverse * k as f64).exp() / (1.0 + (-inverse).exp())
        }
        Spread::Gaussian(n, d) => {
            let beyond = (k as f64 - 0.5) / approximate(n, d).sqrt();
            if beyond < 1.0 { 1.0 } else { Normal::standard().sf(beyond) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with another program; epsilon 1, 0.5 and 0.1 for one and two cells.
    #[test]
    fn thresholds_agree_with_known_values() {
        for (scale, delta, cells, known) in [
            ((1, 1), 1e-5, 1, 13),
            ((1, 1), 1e-6, 1, 15),
            ((1, 1), 1e-9, 1, 22),
            ((2, 1), 1e-5, 2, 25),
            ((2, 1), 1e-9, 2, 43),
            ((2, 1), 1e-5, 1, 24),
            ((10, 1), 1e-5, 1, 110),
            ((10, 1), 1e-6, 1, 133),
            ((10, 1), 1e-9, 1, 202),
        ] {
            assert_eq!(
                threshold_of(Spread::Laplace(scale.0, scale.1), delta, cells),
                known,
                "{scale:?} {delta} {cells}"
            );
        }
    }

    /// Tails of the normal distribution: 4.2649 sigma for 1e-5, 5.9978 for 1e-9.
    #[test]
    fn gaussian_thresholds_lie_where_the_normal_tail_does() {
        for (sigma, delta, quantile) in [(10, 1e-5, 4.2649), (10, 1e-9, 5.9978), (100, 1e-9, 5.9978)] {
            let found = threshold_of(Spread::Gaussian(sigma * sigma, 1), delta, 1);
            let wanted = approximate(sigma, 1) * quantile + 1.5;
            let above = approximate(found.into(), 1) - wanted;
            assert!((-0.01..1.01).contains(&above), "{sigma} {delta}: {found}");
        }
    }
}
