//! Events that tell two worlds apart, and how surely.

use std::collections::BTreeSet;

use statrs::distribution::{Beta, ContinuousCDF};

use super::Seen;

/// A number that an observer can compute from what is published.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Feature {
    /// A published number.
    One(String),
    /// The difference of two: it cancels noise that two numbers share.
    Difference(String, String),
    /// The sum of all.
    Sum,
    /// How far all of these numbers are at least above a base of their own: they rise together where a unit is in them.
    Least(Vec<(String, i64)>),
}

impl Feature {
    /// The number; nothing where a row is not there.
    fn of(&self, seen: &Seen) -> Option<i64> {
        match self {
            Self::One(label) => seen.get(label).copied(),
            Self::Difference(one, other) => Some(seen.get(one)? - seen.get(other)?),
            Self::Sum => Some(seen.values().sum()),
            Self::Least(bases) => bases
                .iter()
                .map(|(label, base)| Some(seen.get(label)? - base))
                .collect::<Option<Vec<_>>>()?
                .into_iter()
                .min(),
        }
    }

    /// Every feature of the labels that were seen. Differences only where there are few labels.
    fn all(labels: &[String], samples: &[Vec<Seen>; 2]) -> Vec<Self> {
        let mut features = vec![Self::Sum, Self::Least(that_differ(labels, samples))];
        features.extend(labels.iter().cloned().map(Self::One));
        if labels.len() <= 12 {
            for (place, one) in labels.iter().enumerate() {
                features.extend(labels[..place].iter().map(|other| Self::Difference(one.clone(), other.clone())));
            }
        }
        features
    }
}

/// The labels whose medians differ between the worlds, each with its lower median.
fn that_differ(labels: &[String], samples: &[Vec<Seen>; 2]) -> Vec<(String, i64)> {
    let median = |sample: &Vec<Seen>, label: &String| {
        let mut values: Vec<i64> = sample.iter().filter_map(|seen| seen.get(label).copied()).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied()
    };
    let medians = labels.iter().filter_map(|label| {
        let [one, other] = samples.each_ref().map(|sample| median(sample, label));
        Some((label.clone(), one?, other?))
    });
    medians.filter(|(_, one, other)| one != other).map(|(label, one, other)| (label, one.min(other))).collect()
}

/// What must hold of the feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    AtLeast(i64),
    Below(i64),
    Missing,
}

impl Condition {
    fn holds(self, value: Option<i64>) -> bool {
        match (self, value) {
            (Self::AtLeast(least), Some(value)) => value >= least,
            (Self::Below(bound), Some(value)) => value < bound,
            (Self::Missing, value) => value.is_none(),
            _ => false,
        }
    }
}

/// An event, and the world in which it is the likelier one.
#[derive(Debug, Clone)]
pub(super) struct Event {
    feature: Feature,
    condition: Condition,
    likelier: usize,
}

/// At most so many thresholds of a feature are tried.
const THRESHOLDS: usize = 40;

impl Event {
    /// The event with the largest bound on the training samples.
    pub(super) fn best(samples: &[Vec<Seen>; 2], delta: f64, alpha: f64) -> Option<Self> {
        let labels: BTreeSet<&String> = samples.iter().flatten().flat_map(Seen::keys).collect();
        let labels: Vec<String> = labels.into_iter().cloned().collect();
        let mut best: Option<(f64, Self)> = None;
        for feature in Feature::all(&labels, samples) {
            let values =
                samples.each_ref().map(|sample| sample.iter().map(|seen| feature.of(seen)).collect::<Vec<_>>());
            for condition in conditions(&values) {
                let counts = values.each_ref().map(|values| count(values, condition));
                for likelier in [0, 1] {
                    let bound = bound(counts, likelier, delta, alpha);
                    if best.as_ref().is_none_or(|(highest, _)| bound > *highest) {
                        best = Some((bound, Self { feature: feature.clone(), condition, likelier }));
                    }
                }
            }
        }
        best.map(|(_, event)| event)
    }

    /// A lower bound on epsilon from fresh samples.
    pub(super) fn bound(&self, samples: &[Vec<Seen>; 2], delta: f64, alpha: f64) -> f64 {
        let count = |sample: &Vec<Seen>| {
            let happened = sample.iter().filter(|seen| self.condition.holds(self.feature.of(seen))).count();
            (happened, sample.len())
        };
        bound(samples.each_ref().map(count), self.likelier, delta, alpha)
    }
}

fn count(values: &[Option<i64>], condition: Condition) -> (usize, usize) {
    (values.iter().filter(|value| condition.holds(**value)).count(), values.len())
}

/// Thresholds at quantiles of both samples together.
fn conditions(values: &[Vec<Option<i64>>; 2]) -> Vec<Condition> {
    let mut all: Vec<i64> = values.iter().flatten().copied().flatten().collect();
    all.sort_unstable();
    let quantile = |part: usize| all.get(part * all.len() / THRESHOLDS).copied();
    let thresholds: BTreeSet<i64> = (0..THRESHOLDS).filter_map(quantile).collect();
    let pairs = thresholds.into_iter().flat_map(|at| [Condition::AtLeast(at), Condition::Below(at)]);
    pairs.chain([Condition::Missing]).collect()
}

/// ln((p - delta) / q) with p bounded from below and q from above, each at half of alpha.
fn bound(counts: [(usize, usize); 2], likelier: usize, delta: f64, alpha: f64) -> f64 {
    let [more, less] = [counts[likelier], counts[1 - likelier]];
    let (low, _) = clopper_pearson(more.0, more.1, alpha / 2.0);
    let (_, high) = clopper_pearson(less.0, less.1, alpha / 2.0);
    if low > delta { ((low - delta) / high).ln().max(0.0) } else { 0.0 }
}

/// Limits for the real chance of an event that happened k times in n (Clopper, Pearson 1934). It is below the lower limit
/// with a chance of at most `alpha`, and above the upper one with as little.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of trials")]
pub fn clopper_pearson(k: usize, n: usize, alpha: f64) -> (f64, f64) {
    let quantile = |a: usize, b: usize, at: f64| Beta::new(a as f64, b as f64).ok().map(|beta| beta.inverse_cdf(at));
    // No quantile exists for an event that never or always happened; its limits are then 0 and 1.
    let low = quantile(k, n - k + 1, alpha).unwrap_or(0.0);
    let high = quantile(k + 1, n - k, 1.0 - alpha).unwrap_or(1.0);
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two-sided limits at 5 percent, computed with another program.
    #[test]
    fn clopper_pearson_limits_agree_with_known_values() {
        for (n, k, low, high) in [
            (100, 0, 0.0, 0.036_216_692_645_2),
            (100, 1, 0.000_253_146_032_977, 0.054_459_385_392_1),
            (100, 50, 0.398_321_129_503, 0.601_678_870_497),
            (1000, 10, 0.004_805_510_691_05, 0.018_313_243_055_1),
            (10_000, 5, 0.000_162_367_934_199, 0.001_166_444_209_07),
            (100_000, 13_534, 0.133_225_363_06, 0.137_475_811_372),
        ] {
            let found = clopper_pearson(k, n, 0.025);
            assert!((found.0 - low).abs() < 1e-9 && (found.1 - high).abs() < 1e-9, "{n} {k}: {found:?}");
        }
    }
}
