//! How much one privacy unit can change what is counted, and the noise that follows from it.

use crate::policy::{Bounds, Noise, Policy, Privacy};
use crate::table::Query;
use crate::units::{Epsilon, Rho};

/// The most that one privacy unit, added or removed with all its rows, can change the numbers of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// How many of the numbers change (L0).
    pub numbers: u64,
    /// By how much each of them changes at most (L-infinity).
    pub by: u64,
}

impl Change {
    /// All changes together (L1), which Laplace noise is scaled to: L0 times L-infinity.
    #[must_use]
    pub fn l1(self) -> u128 {
        u128::from(self.numbers) * u128::from(self.by)
    }

    /// The sum of the squared changes (L2 squared), which Gaussian noise is scaled to: L0 times L-infinity squared.
    #[must_use]
    pub fn l2_squared(self) -> u128 {
        self.l1() * u128::from(self.by)
    }
}

/// The change that one privacy unit can make to a query.
///
/// Bounding leaves a unit in at most `cells` cells of a table (L0; Wilson et al. 2019, arXiv 1909.01917). In each of them:
///
/// | unit | `requests` changes by | `accounts` changes by |
/// |---|---|---|
/// | request | 1: it is one request | at most `per_cell`: the accounts it names there that no other request names |
/// | account | at most `per_cell`: its requests there that name no other account | 1: it is one account |
///
/// A request that names many accounts is one unit: all its rows are bounded together. An account under many requests
/// is one unit with the rows of all of them. A row without an account is the unit of its request.
///
/// A total is one number, the sum of its table's cells, and so changes by all their changes together. To select keys,
/// units are counted, each once for at most `cells` of the keys.
///
/// Each table bounds a unit anew, so a unit changes every table of a release; that is why the release's budget is
/// split over all queries of all tables (sequential composition).
#[must_use]
pub fn change(privacy: &Privacy, query: Query) -> Change {
    let Bounds { cells, per_cell, .. } = privacy.bounds;
    let in_one_cell = |measure| if privacy.unit.is_counted_by(measure) { 1 } else { u64::from(per_cell) };
    match query {
        Query::Cells(measure) => Change { numbers: cells.into(), by: in_one_cell(measure) },
        Query::Total(measure) => Change { numbers: 1, by: u64::from(cells) * in_one_cell(measure) },
        Query::Selection => Change { numbers: cells.into(), by: 1 },
    }
}

/// How wide the noise of a query is: a fraction of whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// The scale b of discrete Laplace noise, in counts.
    Laplace(u128, u128),
    /// The parameter sigma^2 of discrete Gaussian noise, in counts squared.
    Gaussian(u128, u128),
}

/// The noise of a query that gets `share` of the policy's shares; nothing where no noise is added.
///
/// With W shares in all, a query of share w spends w/W of the release.
///
/// - Laplace: counts that change by D1 (L1) with discrete Laplace noise of scale b are (D1/b)-differentially private
///   (Ghosh, Roughgarden, Sundararajan 2009), so b = D1 W / (w epsilon). Epsilons add up (sequential composition).
/// - Gaussian: counts that change by D2 (L2) with discrete Gaussian noise of parameter sigma^2 are
///   D2^2/(2 sigma^2)-zCDP (Canonne, Kamath, Steinke 2020, theorem 4), so sigma^2 = D2^2 W / (2 w rho). Rhos add up
///   (Bun, Steinke 2016, lemma 2.3).
#[must_use]
pub fn spread(policy: &Policy, query: Query, share: u32) -> Option<Spread> {
    let change = change(&policy.privacy, query);
    let (all, share) = (u128::from(policy.shares()), u128::from(share));
    match policy.privacy.noise {
        Noise::Laplace(epsilon) => Some(Spread::Laplace(
            change.l1() * all * u128::from(Epsilon::PARTS_OF_ONE),
            share * u128::from(epsilon.parts()),
        )),
        Noise::Gaussian(rho) => Some(Spread::Gaussian(
            change.l2_squared() * all * u128::from(Rho::PARTS_OF_ONE),
            2 * share * u128::from(rho.parts()),
        )),
        Noise::None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PrivacyUnit;
    use crate::table::Measure;
    use crate::units::Delta;

    fn privacy(unit: PrivacyUnit) -> Privacy {
        let bounds = Bounds { cells: 3, per_cell: 5, per_cell_stated: true };
        Privacy { unit, noise: Noise::None, delta: Delta::default(), bounds }
    }

    /// L1, L2 squared and L-infinity by hand, for three cells and five times a cell.
    #[test]
    fn a_unit_counts_once_for_its_own_measure_and_up_to_the_bound_for_the_other() {
        let (request, account) = (privacy(PrivacyUnit::Request), privacy(PrivacyUnit::Account));
        for (privacy, query, l1, l2_squared, by) in [
            (&request, Query::Cells(Measure::Requests), 3, 3, 1),
            (&request, Query::Cells(Measure::Accounts), 15, 75, 5),
            (&account, Query::Cells(Measure::Accounts), 3, 3, 1),
            (&account, Query::Cells(Measure::Requests), 15, 75, 5),
            (&request, Query::Total(Measure::Requests), 3, 9, 3),
            (&account, Query::Total(Measure::Requests), 15, 225, 15),
            (&account, Query::Selection, 3, 3, 1),
        ] {
            let change = change(privacy, query);
            assert_eq!((change.l1(), change.l2_squared(), change.by), (l1, l2_squared, by), "{query:?}");
        }
    }
}
