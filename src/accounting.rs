//! Privacy losses: their sum over queries and releases, and what it means as (epsilon, delta). Rounded up throughout.
//!
//! Two ways to add up are kept side by side, because both are valid and neither is always smaller:
//!
//! - Pure losses add up as epsilons (sequential composition), without any delta.
//! - Every loss is also a loss of zero-concentrated differential privacy: Gaussian noise has a rho, and a pure epsilon is
//!   (epsilon^2/2)-zCDP (Bun, Steinke 2016, proposition 1.4). Rhos add up, and their sum is converted once.

use crate::units::{Delta, Epsilon, Rho, approximate};

/// What one privacy unit may have lost: a sum of charges.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Loss {
    /// Sum of pure losses, in parts of an epsilon.
    pure: u128,
    /// Sum of the squares of pure losses, in squared parts.
    pure_squared: u128,
    /// Sum of concentrated losses, in parts of a rho.
    concentrated: u128,
    /// Sum of the chances spent on selecting keys, in parts.
    delta: u128,
}

impl Loss {
    /// The loss of one release.
    #[must_use]
    pub fn new(epsilon: Option<Epsilon>, rho: Option<Rho>, delta: Option<Delta>) -> Self {
        let pure = epsilon.map_or(0, |epsilon| u128::from(epsilon.parts()));
        Self {
            pure,
            pure_squared: pure * pure,
            concentrated: rho.map_or(0, |rho| u128::from(rho.parts())),
            delta: delta.map_or(0, Delta::parts),
        }
    }

    /// Both losses together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            pure: self.pure + other.pure,
            pure_squared: self.pure_squared + other.pure_squared,
            concentrated: self.concentrated + other.concentrated,
            delta: self.delta + other.delta,
        }
    }

    /// The sum of the pure losses, in parts of an epsilon.
    #[must_use]
    pub fn pure(self) -> u128 {
        self.pure
    }

    /// The sum of the concentrated losses, in parts of a rho.
    #[must_use]
    pub fn concentrated(self) -> u128 {
        self.concentrated
    }

    /// The chances already spent on selecting keys, together.
    #[must_use]
    pub fn delta(self) -> Delta {
        Delta::of_parts(self.delta)
    }

    /// Whether the loss is pure: an epsilon that holds without any delta.
    #[must_use]
    pub fn is_pure(self) -> bool {
        self.concentrated == 0 && self.delta == 0
    }

    /// The loss as (epsilon, delta): the chance spent on selecting keys, and `conversion` on top where a concentrated loss
    /// has to be converted. Delta is 0 for a pure loss.
    #[must_use]
    pub fn guarantee(self, conversion: Delta) -> (f64, Delta) {
        let conversion = if self.concentrated > 0 { conversion.parts() } else { 0 };
        let delta = Delta::of_parts(self.delta + conversion);
        (self.epsilon(delta), delta)
    }

    /// The smallest epsilon found that holds with `delta`; infinite where more than that chance is spent already.
    ///
    /// Composed as sum of epsilons plus the converted rho of the Gaussian part, and as one rho for everything; both hold.
    #[must_use]
    pub fn epsilon(self, delta: Delta) -> f64 {
        let Some(left) = delta.parts().checked_sub(self.delta) else { return f64::INFINITY };
        // The nearest double to a decimal may lie above it.
        let left = Delta::of_parts(left).get().next_down().max(0.0);
        let pure = up(approximate(self.pure, Epsilon::PARTS_OF_ONE.into()));
        let parts = u128::from(Epsilon::PARTS_OF_ONE);
        let pure_rho = up(approximate(self.pure_squared, 2 * parts * parts));
        let rho = up(approximate(self.concentrated, Rho::PARTS_OF_ONE.into()));
        up(pure + epsilon(rho, left)).min(epsilon(up(pure_rho + rho), left))
    }

    /// Whether the loss keeps within an epsilon with this delta. Sums of pure losses are compared as whole numbers: ten
    /// releases of 0.1 are exactly 1.
    #[must_use]
    pub fn is_within(self, limit: Epsilon, delta: Delta) -> bool {
        let as_sum = self.concentrated == 0 && self.pure <= u128::from(limit.parts()) && self.delta <= delta.parts();
        as_sum || self.epsilon(delta) <= limit.approximate()
    }
}

/// A result of correctly rounded operations, rounded up; exact zero stays.
fn up(value: f64) -> f64 {
    if value == 0.0 { value } else { value.next_up() }
}

/// Rounding errors are below this share of the magnitudes of all terms: at most nine operations lead to each term and
/// into the sum, each off by half a unit in the last place (2^-53) or, for logarithms, by at most one.
const ROUNDING: f64 = 2e-15;

/// An epsilon such that rho-zCDP implies (epsilon, delta)-differential privacy; infinite for delta = 0 and rho > 0.
///
/// Canonne, Kamath, Steinke 2020, proposition 12: for every alpha > 1,
/// epsilon = alpha rho + (ln(1/delta) + (alpha-1) ln(1-1/alpha) - ln alpha) / (alpha-1).
/// The best alpha has rho (alpha-1)^2 = -ln(alpha delta). Any alpha is valid, so an inexact search errs against us.
#[must_use]
pub fn epsilon(rho: f64, delta: f64) -> f64 {
    if rho == 0.0 {
        return 0.0;
    }
    if delta <= 0.0 {
        return f64::INFINITY;
    }
    let overshoot = |above_one: f64| rho * above_one * above_one + above_one.ln_1p() + delta.ln();
    let above_one = zero_of(overshoot, (-delta.ln() / rho).sqrt() + 1.0);
    let alpha = 1.0 + above_one;
    let terms = [
        alpha * rho,
        -delta.ln() / above_one,
        // ln(1 - 1/alpha) = ln((alpha-1)/alpha)
        above_one.ln() - above_one.ln_1p(),
        -above_one.ln_1p() / above_one,
    ];
    let size = terms.iter().map(|term| term.abs()).sum::<f64>() + above_one.ln().abs() + above_one.ln_1p();
    (terms.iter().sum::<f64>() + ROUNDING * size).max(0.0)
}

/// A delta such that rho-zCDP implies (epsilon, delta)-differential privacy; never 0 for rho > 0.
///
/// The same proposition: delta = exp((alpha-1)(alpha rho - epsilon)) / (alpha-1) * (1-1/alpha)^alpha. The best alpha has
/// (2 alpha - 1) rho - epsilon + ln(1-1/alpha) = 0.
#[must_use]
pub fn delta(rho: f64, epsilon: f64) -> f64 {
    if rho == 0.0 {
        return 0.0;
    }
    let log_share = |above_one: f64| above_one.ln() - above_one.ln_1p();
    let slope = |above_one: f64| (2.0 * above_one + 1.0) * rho - epsilon + log_share(above_one);
    let above_one = zero_of(slope, (epsilon + 1.0) / (2.0 * rho) + 1.0);
    let alpha = 1.0 + above_one;
    let terms = [above_one * (alpha * rho - epsilon), -above_one.ln(), alpha * log_share(above_one)];
    let size =
        above_one * (alpha * rho + epsilon) + above_one.ln().abs() + alpha * (above_one.ln().abs() + above_one.ln_1p());
    let log = terms.iter().sum::<f64>() + ROUNDING * size;
    // Rounded up also where the result is below the smallest double.
    log.exp().next_up().min(1.0)
}

/// The place above 0 where an increasing function changes its sign, by halving; `high` is beyond it.
fn zero_of(function: impl Fn(f64) -> f64, high: f64) -> f64 {
    let (mut low, mut high) = (0.0, high);
    // Beyond 200 halvings a double no longer changes.
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if function(middle) < 0.0 { low = middle } else { high = middle }
    }
    high
}

/// The largest rho, of at most four digits, that implies (epsilon, delta)-differential privacy; nothing where even the
/// smallest does not.
#[must_use]
pub fn largest_rho(target: Epsilon, delta: Delta) -> Option<Rho> {
    let fits = |parts: u64| {
        let rho = Rho::of_parts(parts)?;
        (epsilon(up(rho.approximate()), delta.get().next_down()) <= target.approximate().next_down()).then_some(rho)
    };
    let (mut low, mut high) = (0, 100 * Rho::PARTS_OF_ONE);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(middle).is_some() { low = middle } else { high = middle - 1 }
    }
    let unit = 10_u64.pow(low.checked_ilog10()?.saturating_sub(3));
    fits(low / unit * unit)
}

#[cfg(test)]
#[allow(clippy::excessive_precision, reason = "known values as they were printed")]
mod tests {
    use super::*;

    /// At or above the true value, and above it by no more than a trillionth.
    fn tight(found: f64, known: f64) -> bool {
        let relative = found / known - 1.0;
        (-1e-16..1e-12).contains(&relative)
    }

    /// Computed to 40 digits with another program, printed to 17.
    const EPSILONS: [(f64, f64, f64); 8] = [
        (0.001, 1e-5, 0.157_335_393_161_215_5),
        (0.001, 1e-9, 0.245_119_253_871_951_38),
        (0.005, 1e-6, 0.429_941_468_836_949_27),
        (0.1, 1e-5, 1.914_238_832_003_597_8),
        (0.125, 1e-6, 2.419_093_176_867_195_1),
        (0.5, 1e-6, 5.221_534_444_530_169),
        (1.0, 1e-9, 9.521_463_671_792_232_2),
        (10.0, 1e-5, 30.110_857_303_795_73),
    ];

    #[test]
    fn zcdp_converts_to_the_known_epsilons_rounded_up() {
        for (rho, delta, known) in EPSILONS {
            let found = epsilon(rho, delta);
            assert!(tight(found, known), "rho {rho} delta {delta}: {found}");
        }
    }

    #[test]
    fn zcdp_converts_to_the_known_deltas_rounded_up() {
        for (rho, epsilon, known) in [
            (0.01, 0.1, 0.038_593_622_766_875_611),
            (0.01, 0.5, 3.505_878_060_052_391e-5),
            (0.01, 1.0, 1.664_113_977_387_994_5e-13),
            (0.05, 0.25, 8.177_275_310_369_56e-2),
            (0.5, 0.0, 0.558_835_639_347_435_1),
        ] {
            let found = delta(rho, epsilon);
            assert!(tight(found, known), "rho {rho} epsilon {epsilon}: {found}");
        }
        let tiny = delta(0.001, 0.5) / 1.352_390_961_512_960_4e-30 - 1.0;
        assert!((0.0..1e-9).contains(&tiny), "{tiny}");
        assert!(delta(0.0001, 1.0) > 0.0, "an underflow is rounded up");
    }

    #[test]
    fn nothing_spent_is_nothing_lost_and_no_delta_is_no_conversion() {
        assert!(epsilon(0.0, 1e-9) <= 0.0 && delta(0.0, 1.0) <= 0.0);
        assert!(epsilon(0.1, 0.0).is_infinite());
    }

    #[test]
    fn the_largest_rho_implies_the_epsilon_and_a_little_more_does_not() {
        for text in ["0.01", "0.1", "0.5", "1", "2", "10"] {
            let target: Epsilon = text.parse().expect(text);
            let rho = largest_rho(target, Delta::default()).expect("a rho");
            assert!(epsilon(rho.approximate(), 1e-9) <= target.approximate());
            assert!(epsilon(rho.approximate() * 1.002, 1e-9) > target.approximate(), "{text}");
        }
    }

    fn pure(epsilon: &str) -> Loss {
        Loss::new(Some(epsilon.parse().expect("an epsilon")), None, None)
    }

    #[test]
    fn pure_losses_add_up_and_many_are_less_as_concentrated_losses() {
        let few = [pure("0.1"); 12].into_iter().fold(Loss::default(), Loss::and);
        assert!(few.is_pure() && (few.epsilon(NONE) - 1.2).abs() < 1e-9);
        let many = [pure("0.25"); 40].into_iter().fold(Loss::default(), Loss::and);
        // Exact composition gives 7.755 at this delta (computed with another program); the bound must not be below.
        assert!((7.755..9.0).contains(&many.epsilon(MILLIONTH)), "{}", many.epsilon(MILLIONTH));
        assert!((many.epsilon(NONE) - 10.0).abs() < 1e-9);
    }

    #[test]
    fn gaussian_losses_compose_as_known() {
        for (rho, times, known) in [("0.005", 1, 0.429_941), ("0.005", 40, 3.131_056), ("0.02", 20, 4.604_440)] {
            let one = Loss::new(None, Some(rho.parse().expect("a rho")), None);
            let all = (0..times).fold(Loss::default(), |sum, _| sum.and(one));
            assert!((all.epsilon(MILLIONTH) - known).abs() < 2e-6, "{rho} x {times}: {}", all.epsilon(MILLIONTH));
        }
    }

    const NONE: Delta = Delta::of_parts(0);
    const MILLIONTH: Delta = Delta::of_parts(10_u128.pow(24));

    #[test]
    fn chances_spent_on_selection_are_not_spent_twice() {
        let delta = |text: &str| text.parse::<Delta>().expect(text);
        let selected = Loss::new("1".parse().ok(), None, "1e-9".parse().ok());
        assert!(!selected.is_pure());
        assert!(selected.epsilon(delta("1e-10")).is_infinite());
        assert!((selected.epsilon(delta("1e-8")) - 1.0).abs() < 1e-9);
        assert!(selected.and(selected).epsilon(delta("1e-9")).is_infinite());
        assert_eq!(selected.and(selected).guarantee(delta("1e-6")).1, delta("2e-9"));
    }

    /// Not one release less for a last bit, and not one more.
    #[test]
    fn a_budget_holds_as_many_releases_as_it_says() {
        let ten: Epsilon = "10".parse().expect("an epsilon");
        for delta in [None, Some(Delta::default())] {
            let one = Loss::new("1".parse().ok(), None, delta);
            let sum = |times: usize| (0..times).fold(Loss::default(), |sum, _| sum.and(one));
            let allowed = Delta::of_parts(10 * delta.map_or(0, Delta::parts));
            assert!(sum(10).is_within(ten, allowed) && !sum(11).is_within(ten, allowed), "{delta:?}");
        }
    }
}
