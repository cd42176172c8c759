//! The limit over many releases: what is spent, what is left, and when to refuse.

use jiff::Span;

use super::claim::Claim;
use super::entries::{Entries, Spent};
use crate::accounting::{Loss, epsilon_up};
use crate::error::{Code, Diagnostic, Outcome};
use crate::period::day;
use crate::policy::Budget;
use crate::units::{Delta, decimal};

/// More releases than anybody will make: counting on would say nothing.
const MANY: u32 = 1000;

/// Refuses a claim that would take a unit's loss beyond the budget; nothing else is decided here.
///
/// # Errors
/// Refused when the sum of the losses is above the budget, or cannot be stated within it.
pub fn refuse_over_budget(entries: &Entries, claim: &Claim, budget: &Budget) -> Outcome<()> {
    let spent = spent_before(entries, &claim.privacy_unit, &claim.period[1], budget);
    let Some(loss) = claim.loss() else { return Ok(()) };
    let sum = spent.loss.and(loss);
    if holds(budget, sum) {
        return Ok(());
    }
    let unit = &claim.privacy_unit;
    let message = format!(
        "with this release one {unit} could lose {}; the budget{} is {}",
        stated(sum, budget),
        budget.window(),
        budget.allowed()
    );
    let help = if budget.delta.is_none() && !sum.is_pure() {
        "gaussian noise and private keys need a `delta` under [budget]".to_owned()
    } else {
        format!("spent so far: {}. Spend less on this release, or have the budget raised by whoever set it", {
            stated(spent.loss, budget)
        })
    };
    Err(Diagnostic::refused(Code::BudgetExceeded, message).help(help).into())
}

/// What all charges cost one unit that share the budget of a release whose period ends on `last`.
#[must_use]
pub fn spent_before(entries: &Entries, privacy_unit: &str, last: &str, budget: &Budget) -> Spent {
    entries.spent(privacy_unit, window_start(last, budget).as_deref())
}

/// How many more releases of this loss the budget allows after what is spent; none said where there is no end in sight.
#[must_use]
pub fn releases_left(budget: &Budget, spent: Loss, each: Loss) -> Option<u32> {
    let mut sum = spent;
    for releases in 0..MANY {
        sum = sum.and(each);
        if !holds(budget, sum) {
            return Some(releases);
        }
    }
    None
}

/// Whether a loss keeps within the budget.
#[must_use]
pub fn holds(budget: &Budget, loss: Loss) -> bool {
    let limit = u128::from(budget.epsilon.parts());
    // Pure losses are compared as whole numbers: a budget of 1 holds ten releases of 0.1 exactly.
    let as_pure = loss.is_pure() && loss.pure() <= limit;
    let with_delta = |delta: Delta| loss.epsilon(delta.get()) <= budget.epsilon.approximate();
    as_pure || budget.delta.is_some_and(with_delta)
}

/// The last day that is not summed any more, where the budget is for some years.
fn window_start(last: &str, budget: &Budget) -> Option<String> {
    let last = day(last).ok()?;
    let start = last.checked_sub(Span::new().years(budget.years?)).ok()?;
    Some(start.to_string())
}

/// A loss as the budget measures it.
#[must_use]
pub fn stated(loss: Loss, budget: &Budget) -> String {
    match budget.delta {
        _ if loss.is_pure() && budget.delta.is_none() => {
            format!("epsilon {}", decimal(loss.pure(), 6))
        }
        Some(delta) => format!("epsilon {} with delta {delta}", epsilon_up(loss.epsilon(delta.get()))),
        None => "more than any epsilon without a delta".to_owned(),
    }
}
