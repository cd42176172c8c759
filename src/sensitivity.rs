//! How much one privacy unit can change a table's counts, and the noise scale that follows.

use crate::policy::{Bounds, Noise, Policy, Privacy};
use crate::table::{Measure, TableSpec};
use crate::units::Epsilon;

/// The most that one privacy unit, added or removed, can change the cells of one measure together (L1).
///
/// Bounding leaves a unit in at most `cells` cells of a table (L0). In each of them:
///
/// | unit | `requests` changes by | `accounts` changes by |
/// |---|---|---|
/// | request | 1: it is one request | at most `per_cell`: the accounts it names there that no other request names |
/// | account | at most `per_cell`: its requests there that name no other account | 1: it is one account |
///
/// L1 = L0 times the change in one cell (Wilson et al. 2019, arXiv 1909.01917, section 2.3).
#[must_use]
pub fn l1(privacy: &Privacy, measure: Measure) -> u64 {
    let Bounds { cells, per_cell, .. } = privacy.bounds;
    let in_one_cell = if privacy.unit.is_counted_by(measure) { 1 } else { per_cell };
    u64::from(cells) * u64::from(in_one_cell)
}

/// The Laplace scale of one measure of a table, as a fraction; nothing where no noise is added.
///
/// The release's epsilon is split evenly over its Q = tables x measures queries. A query of L1 sensitivity D
/// with discrete Laplace noise of scale b is (D/b)-differentially private (Ghosh, Roughgarden, Sundararajan
/// 2009), so b = D Q / epsilon; sequential composition over the queries gives epsilon. Totals are sums of
/// noisy cells and cost nothing more.
#[must_use]
pub fn laplace_scale(policy: &Policy, measure: Measure) -> Option<(u128, u128)> {
    let Noise::Laplace(epsilon) = &policy.privacy.noise else { return None };
    let changed = u128::from(l1(&policy.privacy, measure)) * u128::from(policy.queries());
    Some((changed * u128::from(epsilon.denominator()), u128::from(epsilon.numerator())))
}

/// The largest and the average chance that noise carries a count out of its band.
///
/// With a = exp(-1/b) and band width w, a count at offset o of a band above the first leaves it with chance
/// a^(w-o)/(1+a) + a^(o+1)/(1+a): the two tails of the discrete Laplace distribution. It is largest at an
/// edge (o = 0) and averages 2a(1-a^w) / (w(1-a)(1+a)) over the band.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a chance for people to read; no noise is computed from it")]
pub fn wrong_band_chance(scale: (u128, u128), band_size: u64) -> (f64, f64) {
    let inverse = scale.1 as f64 / scale.0 as f64;
    let a = (-inverse).exp();
    let one_minus_a = -(-inverse).exp_m1();
    let width = band_size as f64;
    let a_to_width = (-inverse * width).exp();
    let at_edge = (a + a_to_width) / (1.0 + a);
    let average = 2.0 * a * (1.0 - a_to_width) / (width * one_minus_a * (1.0 + a));
    (at_edge, average)
}

/// How far the noise of one measure of a table reaches.
#[derive(Debug, Clone)]
pub struct Accuracy {
    /// The table's name.
    pub table: String,
    /// What is counted.
    pub measure: Measure,
    /// The Laplace scale as a fraction.
    pub scale: (u128, u128),
    /// The chance that noise moves a count at the edge of a band into another band.
    pub wrong_at_edge: f64,
    /// The same chance averaged over a band.
    pub wrong_on_average: f64,
}

/// The accuracy of each measure of a table; none where no noise is added.
pub fn accuracy(policy: &Policy, table: &TableSpec) -> impl Iterator<Item = Accuracy> {
    table.measures.iter().filter_map(|measure| {
        let scale = laplace_scale(policy, *measure)?;
        let (wrong_at_edge, wrong_on_average) = wrong_band_chance(scale, table.band_size.get());
        Some(Accuracy { table: table.name.clone(), measure: *measure, scale, wrong_at_edge, wrong_on_average })
    })
}

/// A chance in percent, rounded up so that it is never below the real one.
#[must_use]
pub fn percent(chance: f64) -> String {
    format!("{:.1}%", (chance * 1000.0).ceil() / 10.0)
}

/// The share of a release's epsilon that one query spends, for people to read.
#[must_use]
pub fn share(epsilon: &Epsilon, queries: u32) -> String {
    if queries == 1 { epsilon.to_string() } else { format!("{epsilon}/{queries}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PrivacyUnit;

    fn privacy(unit: PrivacyUnit) -> Privacy {
        let bounds = Bounds { cells: 3, per_cell: 5, per_cell_stated: true };
        Privacy { unit, noise: Noise::None, bounds }
    }

    #[test]
    fn a_unit_counts_once_for_its_own_measure_and_up_to_the_bound_for_the_other() {
        assert_eq!(l1(&privacy(PrivacyUnit::Request), Measure::Requests), 3);
        assert_eq!(l1(&privacy(PrivacyUnit::Request), Measure::Accounts), 15);
        assert_eq!(l1(&privacy(PrivacyUnit::Account), Measure::Accounts), 3);
        assert_eq!(l1(&privacy(PrivacyUnit::Account), Measure::Requests), 15);
    }

    /// Known values computed to 40 digits.
    #[test]
    fn wrong_band_chances_agree_with_known_values() {
        for (scale, width, average) in [
            (5, 250, 0.019_867),
            (10, 250, 0.039_933),
            (25, 250, 0.099_969),
            (10, 100, 0.099_829),
            (10, 1000, 0.009_983_3),
        ] {
            let (_, found) = wrong_band_chance((scale, 1), width);
            assert!((found - average).abs() < 1e-6, "b={scale} w={width}: {found}");
        }
        for (scale, edge) in [(1, 0.2689), (10, 0.4750), (50, 0.4950)] {
            let (found, _) = wrong_band_chance((scale, 1), 1000);
            assert!((found - edge).abs() < 5e-5, "b={scale}: {found}");
        }
    }
}
