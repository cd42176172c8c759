//! How far noise reaches: expected error, intervals, and chances that a printed band is not the true one.
//!
//! Everything follows from the tails T(k) = P(|X| > k) of the noise X. With band width w and a count whose place in its
//! band is unknown, the chance that noise carries it out of the band is E\[min(|X|, w)\]/w = (T(0) + ... + T(w-1))/w; a
//! count at the lower edge leaves with P(X < 0) + P(X >= w) = (T(0) + T(w-1))/2. Two draws for the same count differ by
//! Y = X - X', and show different bands with the same average taken over Y.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::policy::Policy;
use crate::sensitivity::{Spread, spread};
use crate::table::{Measure, Query, TableSpec};
use crate::units::approximate;

/// How far the noise of one column of a table reaches.
#[derive(Debug, Clone)]
pub struct Accuracy {
    /// The table's name.
    pub table: String,
    /// What is counted.
    pub measure: Measure,
    /// Whether this is about the total rather than the cells.
    pub is_total: bool,
    /// The noise; of a total that is a sum, that of one cell.
    pub spread: Spread,
    /// The expected distance between a noisy count and the count.
    pub expected_error: f64,
    /// At least 95 of 100 noisy counts are at most this far from the count.
    pub within: u64,
    /// The chance that noise moves a count at the edge of a band into another band.
    pub wrong_at_edge: f64,
    /// The same chance averaged over a band.
    pub wrong_on_average: f64,
    /// The chance, averaged over a band, that two releases of the same count show different bands.
    pub flips: f64,
}

/// What is not within the stated interval.
const BEYOND: f64 = 0.05;

/// The accuracy of each column of a table, then of its totals; none where no noise is added.
#[must_use]
pub fn accuracy(policy: &Policy, table: &TableSpec) -> Vec<Accuracy> {
    let cells = table.measures.iter().filter_map(|measure| cells(policy, table, *measure));
    let totals = table.measures.iter().filter(|_| table.total).filter_map(|measure| total(policy, table, *measure));
    cells.chain(totals).collect()
}

fn cells(policy: &Policy, table: &TableSpec, measure: Measure) -> Option<Accuracy> {
    let spread = spread(policy, Query::Cells(measure), table.share)?;
    Some(Accuracy::new(table, measure, spread, false, [Noise::of(spread), Noise::of_difference(spread)]))
}

/// A total is the sum of its cells, weighted with its own noisy count where it has one (see `release::consistent`). The
/// sum of many draws is close to normal, and for few draws the normal tails near the middle are the larger ones.
fn total(policy: &Policy, table: &TableSpec, measure: Measure) -> Option<Accuracy> {
    let of_cells = spread(policy, Query::Cells(measure), table.share)?;
    let sum = variance(of_cells) * approximate(table.cells() as u128, 1);
    let variance = match table.measured_total().and_then(|share| spread(policy, Query::Total(measure), share)) {
        Some(own) => 1.0 / (1.0 / sum + 1.0 / variance(own)),
        None => sum,
    };
    let noises = [Noise::Normal(variance.sqrt()), Noise::Normal((2.0 * variance).sqrt())];
    Some(Accuracy::new(table, measure, of_cells, true, noises))
}

impl Accuracy {
    fn new(table: &TableSpec, measure: Measure, spread: Spread, is_total: bool, [one, two]: [Noise; 2]) -> Self {
        let size = table.band_size.get();
        Self {
            table: table.name.clone(),
            measure,
            is_total,
            spread,
            expected_error: one.expected(),
            within: one.within(BEYOND),
            wrong_at_edge: f64::midpoint(one.tail(0), one.tail(size - 1)),
            wrong_on_average: one.average_exit(size),
            flips: two.average_exit(size),
        }
    }

    /// What the numbers are about, for people: `requests` or `total of requests`.
    #[must_use]
    pub fn subject(&self) -> String {
        if self.is_total { format!("total of {}", self.measure) } else { self.measure.to_string() }
    }
}

/// A symmetric distribution of whole numbers, known by its tails.
#[derive(Debug, Clone, Copy)]
enum Noise {
    /// Discrete Laplace with this scale.
    Laplace(f64),
    /// The difference of two draws of it.
    LaplaceDifference(f64),
    /// Discrete Gaussian, or a sum of many draws: the normal distribution on either side of k + 1/2. Its tails are never
    /// below those of the discrete Gaussian, so chances are not understated.
    Normal(f64),
}

impl Noise {
    fn of(spread: Spread) -> Self {
        match spread {
            Spread::Laplace(n, d) => Self::Laplace(approximate(n, d)),
            Spread::Gaussian(n, d) => Self::Normal(approximate(n, d).sqrt()),
        }
    }

    fn of_difference(spread: Spread) -> Self {
        match spread {
            Spread::Laplace(n, d) => Self::LaplaceDifference(approximate(n, d)),
            Spread::Gaussian(n, d) => Self::Normal(approximate(2 * n, d).sqrt()),
        }
    }

    /// P(|X| > k).
    ///
    /// With a = exp(-1/b): P(|X| > k) = 2 a^(k+1) / (1+a), and the difference Y of two draws has
    /// P(Y = k) = c a^k (k + e) with c = ((1-a)/(1+a))^2 and e = (1+a^2)/(1-a^2), summed over everything beyond k.
    #[expect(clippy::cast_precision_loss, reason = "a chance for people to read; no noise is computed from it")]
    fn tail(self, k: u64) -> f64 {
        let next = k as f64 + 1.0;
        let decay = |scale: f64| ((-1.0 / scale).exp(), -(-1.0 / scale).exp_m1(), (-next / scale).exp());
        match self {
            Self::Laplace(scale) => {
                let (a, _, power) = decay(scale);
                2.0 * power / (1.0 + a)
            }
            Self::LaplaceDifference(scale) => {
                let (a, rest, power) = decay(scale);
                let e = (1.0 + a * a) / (rest * (1.0 + a));
                2.0 * (rest / (1.0 + a)).powi(2) * power * ((next + e) / rest + a / (rest * rest))
            }
            Self::Normal(deviation) => {
                let beyond = (k as f64 + 0.5) / deviation;
                2.0 * Normal::standard().sf(beyond)
            }
        }
    }

    /// E|X| = 2a/(1-a^2) for Laplace; for the normal distribution its deviation times the root of 2/pi.
    fn expected(self) -> f64 {
        match self {
            Self::Laplace(scale) | Self::LaplaceDifference(scale) => {
                let a = (-1.0 / scale).exp();
                2.0 * a / (-(-2.0 / scale).exp_m1())
            }
            Self::Normal(deviation) => deviation * (2.0 / std::f64::consts::PI).sqrt(),
        }
    }

    /// The smallest k that noise exceeds, on either side, with at most this chance.
    fn within(self, chance: f64) -> u64 {
        let mut high = 1;
        while self.tail(high) > chance {
            high *= 2;
        }
        let mut low = 0;
        while low < high {
            let middle = u64::midpoint(low, high);
            if self.tail(middle) > chance { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The chance of leaving a band of so many counts, averaged over the places in it.
    fn average_exit(self, band_size: u64) -> f64 {
        let sum: f64 = (0..band_size).map(|k| self.tail(k)).take_while(|tail| *tail > 1e-15).sum();
        sum / approximate(band_size.into(), 1)
    }
}

/// The variance of a draw: 2a/(1-a)^2 for Laplace; at most sigma^2 for Gaussian.
fn variance(spread: Spread) -> f64 {
    match spread {
        Spread::Laplace(n, d) => {
            let inverse = approximate(d, n);
            2.0 * (-inverse).exp() / (-inverse).exp_m1().powi(2)
        }
        Spread::Gaussian(n, d) => approximate(n, d),
    }
}

/// Rounded up to four digits after the point, so that a printed chance is never below the real one.
#[must_use]
pub fn four_digits_up(chance: f64) -> f64 {
    (chance * 10_000.0).ceil() / 10_000.0
}

/// A chance in percent, rounded up so that it is never below the real one.
#[must_use]
pub fn percent(chance: f64) -> String {
    format!("{:.1}%", (chance * 1000.0).ceil() / 10.0)
}

#[cfg(test)]
mod tests;
