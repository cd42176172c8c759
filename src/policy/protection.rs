//! What a policy states about protection: unit, noise, bounds, budget.

use std::sync::Arc;

use super::draft::Draft;
use super::reader::Stated;
use super::resolve::Resolver;
use super::values::{NoiseKind, read_noise, read_unit, whole_number};
use super::{Bounds, Budget, Noise, Privacy, PrivacyUnit};
use crate::accounting::largest_rho;
use crate::error::{Code, Diagnostic};
use crate::table::TableSpec;
use crate::units::{Delta, Epsilon};

/// The largest contribution bound accepted; keeps the noise scale inside 64 bits.
const MAX_BOUND: u32 = 100_000;

/// The longest time over which releases can be summed.
const MAX_YEARS: i16 = 100;

impl Resolver {
    pub(super) fn privacy(&mut self, draft: &Draft, tables: &[Arc<TableSpec>]) -> Option<Privacy> {
        let unit = self.read_or(draft.unit.as_ref(), PrivacyUnit::Request, |text| read_unit(text));
        let delta = self.read_or(draft.delta.as_ref(), Delta::default(), |text| text.parse());
        let selects = tables.iter().any(|table| table.is_private());
        // With selected keys too, delta is shared: half for the selection, half for the conversion.
        let conversion = delta.map(|delta| if selects { delta.half() } else { delta });
        let noise = self.noise(draft, conversion);
        let cells = self.bound(draft.max_cells.as_ref(), 1);
        let per_cell = self.bound(draft.max_per_cell.as_ref(), 4);
        let bounds = Bounds { cells: cells?, per_cell: per_cell?, per_cell_stated: draft.max_per_cell.is_some() };
        Some(Privacy { unit: unit?, noise: noise?, delta: delta?, bounds })
    }

    fn noise(&mut self, draft: &Draft, delta: Option<Delta>) -> Option<Noise> {
        let kind = self.read_or(draft.noise.as_ref(), NoiseKind::Laplace, |text| read_noise(text));
        let epsilon = self.read_or(draft.epsilon.as_ref(), Epsilon::default(), |text| text.parse());
        match (kind?, &draft.rho) {
            (NoiseKind::Gaussian, Some(rho)) => {
                if let Some(epsilon) = &draft.epsilon {
                    self.fail(epsilon.origin.problem("state either epsilon or rho: one follows from the other"));
                }
                self.read(Some(rho), |text| text.parse()).map(Noise::Gaussian)
            }
            (NoiseKind::Gaussian, None) => self.gaussian(draft, epsilon?, delta?),
            (_, Some(rho)) => {
                self.fail(rho.origin.problem("rho is for gaussian noise; state epsilon, or noise = \"gaussian\""));
                None
            }
            (NoiseKind::Laplace, None) => epsilon.map(Noise::Laplace),
            (NoiseKind::None, None) => Some(Noise::None),
        }
    }

    /// Gaussian noise that keeps an epsilon, with the stated delta.
    fn gaussian(&mut self, draft: &Draft, epsilon: Epsilon, delta: Delta) -> Option<Noise> {
        let rho = largest_rho(epsilon, delta);
        if let (None, Some(stated)) = (rho, &draft.epsilon) {
            self.fail(stated.origin.problem("epsilon is too small for gaussian noise with this delta"));
        }
        rho.map(Noise::Gaussian)
    }

    fn bound(&mut self, stated: Option<&Stated<String>>, default: u32) -> Option<u32> {
        self.read_or(stated, default, |text| {
            let bound = whole_number(text).filter(|bound| (1..=MAX_BOUND).contains(bound));
            bound.ok_or_else(|| format!("a contribution bound is a whole number from 1 to {MAX_BOUND}"))
        })
    }

    pub(super) fn budget(&mut self, draft: &Draft, privacy: Option<&Privacy>) -> Option<Budget> {
        let stated = &draft.budget;
        let delta = self.read(stated.delta.as_ref(), |text| text.parse());
        let years = self.read(stated.years.as_ref(), |text| {
            let years = whole_number(text).filter(|years| (1..=MAX_YEARS).contains(years));
            years.ok_or_else(|| format!("a number of years from 1 to {MAX_YEARS}"))
        });
        let epsilon = self.read(stated.epsilon.as_ref(), |text| text.parse());
        let Some(origin) = stated.epsilon.as_ref().map(|epsilon| &epsilon.origin) else {
            if let Some(part) = stated.delta.as_ref().or(stated.years.as_ref()) {
                self.fail(part.origin.problem("a budget needs an epsilon"));
            }
            return None;
        };
        if privacy.is_some_and(|privacy| privacy.noise == Noise::None) {
            let message = "bands of exact counts have no finite privacy loss, so no budget covers them";
            let refusal = Diagnostic::refused(Code::BudgetExceeded, message).at(origin.0.clone());
            self.fail(refusal.help("remove [budget] from this policy, or add noise"));
        }
        Some(Budget { epsilon: epsilon?, delta, years })
    }

    /// Keys can be selected only with noise, and only where single units are seen.
    pub(super) fn check_selection(&mut self, privacy: Option<&Privacy>, tables: &[Arc<TableSpec>], draft: &Draft) {
        let Some(table) = tables.iter().find(|table| table.is_private()) else { return };
        let exact = privacy.is_some_and(|privacy| privacy.noise == Noise::None);
        let message = match (exact, draft.columns.contains_key("count")) {
            (true, _) => "keys are selected with noise, and this policy adds none",
            (_, true) => "a log of counts does not say which rows are of one unit, so keys cannot be selected from it",
            _ => return,
        };
        let problem = Diagnostic::error(Code::PolicyValue, format!("table `{}`: {message}", table.name));
        self.fail(problem.help("declare the column's keys, with `values` or --keys"));
    }
}
