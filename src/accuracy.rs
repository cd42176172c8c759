//! How far noise reaches: expected error, intervals, and chances that a printed band is not the true one.
//!
//! Everything follows from the tails T(k) = P(|X| > k) of the noise X. With band width w and a count whose place in its
//! band is unknown, the chance that noise carries it out of the band is E\[min(|X|, w)\]/w = (T(0) + ... + T(w-1))/w; a
//! count at the lower edge leaves with P(X < 0) + P(X >= w) = (T(0) + T(w-1))/2. Two draws for the same count differ by
//! Y = X - X', and show different bands with the same average taken over Y.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

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
    /// What the table calls it.
    pub name: &'static str,
    /// Whether this is about the total rather than the cells.
    pub is_total: bool,
    /// The noise of each cell; a total has that of all its cells together.
    pub spread: Option<Spread>,
    /// The expected distance between a noisy count and the count.
    pub expected_error: f64,
    /// At least 95 of 100 noisy counts are at most this far from the count; for totals, about so many.
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

/// The accuracy of each column of a table, then of its totals; none where no noise is added, as to declared zeros.
#[must_use]
pub fn accuracy(policy: &Policy, table: &TableSpec) -> Vec<Accuracy> {
    if table.is_all_declared_zero() {
        return Vec::new();
    }
    let cells = table.measures.iter().filter_map(|measure| cells(policy, table, *measure));
    let totals = table.measures.iter().filter(|_| table.total).filter_map(|measure| total(policy, table, *measure));
    cells.chain(totals).collect()
}

fn cells(policy: &Policy, table: &TableSpec, measure: Measure) -> Option<Accuracy> {
    let spread = spread(policy, Query::Cells(measure), table.share)?;
    let noises = match own_noise_of_total(policy, table, measure) {
        Some(own) => moved(spread, own, table.cells()),
        None => [Noise::of(spread), Noise::of_difference(spread)],
    };
    Some(Accuracy::new(table, measure, Some(spread), noises))
}

fn own_noise_of_total(policy: &Policy, table: &TableSpec, measure: Measure) -> Option<Spread> {
    spread(policy, Query::Total(measure), table.measured_total()?)
}

/// A cell of a table whose total has noise of its own: it is moved by its part of the difference (`release::consistent`),
/// and the move is rounded, by at most one either way.
fn moved(cell: Spread, own: Spread, cells: usize) -> [Noise; 2] {
    let number = approximate(cells as u128, 1).max(1.0);
    let part = variance(cell) / (number * variance(cell) + variance(own));
    let weights = |power: i32| [(1.0 - part).powi(power) + (number - 1.0) * part.powi(power), part.powi(power)];
    let cumulant = |[of_cells, of_total]: [f64; 2], one: f64, other: f64| of_cells * one + of_total * other;
    let variance = cumulant(weights(2), variance(cell), variance(own)) + ROUNDED;
    Noise::sums(variance, cumulant(weights(4), fourth_cumulant(cell), fourth_cumulant(own)))
}

/// The variance of a rounding to one of two neighbours, at most.
const ROUNDED: f64 = 0.25;

/// A total is the sum of its cells, weighted with its own noisy count where it has one (see `release::consistent`). How
/// far that reaches is not known before its keys are selected.
fn total(policy: &Policy, table: &TableSpec, measure: Measure) -> Option<Accuracy> {
    if table.cells() == 0 {
        return None;
    }
    let cell = spread(policy, Query::Cells(measure), table.share)?;
    let number = approximate(table.cells() as u128, 1);
    let sum = [variance(cell) * number, fourth_cumulant(cell) * number];
    let [variance, fourth] = match table.measured_total().and_then(|share| spread(policy, Query::Total(measure), share))
    {
        Some(own) => weighted(sum, [variance(own), fourth_cumulant(own)]),
        None => sum,
    };
    Some(Accuracy::new(table, measure, None, Noise::sums(variance, fourth)))
}

/// Variance and fourth cumulant of two estimates of one number, each weighted by the other's variance.
fn weighted(one: [f64; 2], other: [f64; 2]) -> [f64; 2] {
    let weight = other[0] / (one[0] + other[0]);
    let rest = 1.0 - weight;
    [weight.powi(2) * one[0] + rest.powi(2) * other[0], weight.powi(4) * one[1] + rest.powi(4) * other[1]]
}

impl Accuracy {
    fn new(table: &TableSpec, measure: Measure, spread: Option<Spread>, [one, two]: [Noise; 2]) -> Self {
        let size = table.band_size.get();
        Self {
            table: table.name.clone(),
            measure,
            name: table.name_of(measure),
            is_total: spread.is_none(),
            spread,
            expected_error: one.expected(),
            within: one.within(BEYOND),
            wrong_at_edge: f64::midpoint(one.tail(0), one.tail(size - 1)),
            wrong_on_average: one.average_exit(size),
            flips: two.average_exit(size),
        }
    }

    /// Whether this is about a column of the table.
    #[must_use]
    pub fn is_of(&self, table: &TableSpec) -> bool {
        self.table == table.name && table.measures.contains(&self.measure)
    }

    /// What the numbers are about, for people: `requests` or `total of requests`.
    #[must_use]
    pub fn subject(&self) -> String {
        if self.is_total { format!("total of {}", self.name) } else { self.name.to_owned() }
    }
}

/// A symmetric distribution of whole numbers, known by its tails.
#[derive(Debug, Clone, Copy)]
enum Noise {
    /// Discrete Laplace with this scale.
    Laplace(f64),
    /// The difference of two draws of it.
    LaplaceDifference(f64),
    /// A sum of draws, or a discrete Gaussian: the normal distribution beyond k + 1/2, corrected for the excess kurtosis.
    /// Without excess its tails are never below those of the discrete Gaussian, so chances are not understated.
    Sum { deviation: f64, excess: f64 },
}

impl Noise {
    fn of(spread: Spread) -> Self {
        match spread {
            Spread::Laplace(n, d) => Self::Laplace(approximate(n, d)),
            Spread::Gaussian(n, d) => Self::gaussian(approximate(n, d)),
        }
    }

    fn of_difference(spread: Spread) -> Self {
        match spread {
            Spread::Laplace(n, d) => Self::LaplaceDifference(approximate(n, d)),
            Spread::Gaussian(n, d) => Self::gaussian(approximate(2 * n, d)),
        }
    }

    /// A sum with this variance and fourth cumulant, and the difference of two such.
    fn sums(variance: f64, fourth: f64) -> [Self; 2] {
        [1.0, 2.0].map(|draws| Self::Sum {
            deviation: (draws * variance).sqrt(),
            excess: fourth / (draws * variance * variance),
        })
    }

    fn gaussian(variance: f64) -> Self {
        Self::Sum { deviation: variance.sqrt(), excess: 0.0 }
    }

    /// P(|X| > k).
    ///
    /// With a = exp(-1/b): P(|X| > k) = 2 a^(k+1) / (1+a), and the difference Y of two draws has
    /// P(Y = k) = c a^k (k + e) with c = ((1-a)/(1+a))^2 and e = (1+a^2)/(1-a^2), summed over everything beyond k. For sums
    /// Edgeworth's series to the fourth cumulant: Q(z) + phi(z) (z^3 - 3z) excess/24 on either side.
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
            Self::Sum { deviation, excess } => {
                let z = (k as f64 + 0.5) / deviation;
                let normal = Normal::standard();
                2.0 * (normal.sf(z) + normal.pdf(z) * (z.powi(3) - 3.0 * z) * excess / 24.0)
            }
        }
    }

    /// E|X| is the sum of all tails.
    fn expected(self) -> f64 {
        self.tails(u64::MAX).sum()
    }

    /// T(0), T(1), ... as far as they count, and below `end`.
    fn tails(self, end: u64) -> impl Iterator<Item = f64> {
        (0..end).map(move |k| self.tail(k)).take_while(|tail| *tail > 1e-12)
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
        // However small the first tail is, it is more than nothing.
        self.tails(band_size).sum::<f64>().max(self.tail(0)) / approximate(band_size.into(), 1)
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

/// The fourth cumulant of a draw. A Laplace draw is the difference of two geometric ones, each with an excess kurtosis of
/// 6 + (1-a)^2/a, so it has half of that; a Gaussian one has none.
fn fourth_cumulant(spread: Spread) -> f64 {
    let Spread::Laplace(n, d) = spread else { return 0.0 };
    let a = (-approximate(d, n)).exp();
    variance(spread).powi(2) * (3.0 + (1.0 - a).powi(2) / (2.0 * a))
}

#[cfg(test)]
mod tests;
