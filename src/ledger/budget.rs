//! The limit over many releases, held against what the ledger says was spent.

use jiff::Span;

use super::claim::Claim;
use super::entries::{Entries, Spent};
use crate::error::{Code, Diagnostic, Outcome};
use crate::period::day;
use crate::policy::Budget;

/// Refuses a claim that would take a unit's loss beyond the budget; nothing else is decided here.
///
/// # Errors
/// Refused when the sum of the losses is above the budget, or cannot be stated within it.
pub fn refuse_over_budget(entries: &Entries, claim: &Claim, budget: &Budget) -> Outcome<()> {
    let spent = spent_against(entries, claim, budget);
    let Some(loss) = claim.loss() else { return Ok(()) };
    let sum = spent.loss.and(loss);
    if budget.holds(sum) {
        return Ok(());
    }
    let unit = &claim.privacy_unit;
    let (sum_stated, window, allowed) = (budget.stated(sum), budget.window(), budget.allowed());
    let message = format!("with this release one {unit} could lose {sum_stated}{window}; the budget is {allowed}");
    let help = if budget.delta.is_none() && !sum.is_pure() {
        "gaussian noise and private keys need a `delta` under [budget]".to_owned()
    } else {
        let spent = budget.stated(spent.loss);
        format!("spent so far: {spent}. Spend less on this release, or have the budget raised by whoever set it")
    };
    Err(Diagnostic::refused(Code::BudgetExceeded, message).help(help).into())
}

/// What all charges cost one unit that share the budget of a claim: all of them, or those whose periods reach into the
/// budget's years before the claim's end, or into its own days, or lie after it.
#[must_use]
pub fn spent_against(entries: &Entries, claim: &Claim, budget: &Budget) -> Spent {
    entries.spent(&claim.privacy_unit, budget_start(&claim.period, budget).as_deref())
}

/// The first day that is summed for a release over these days, where the budget is for some years.
#[must_use]
pub fn budget_start(period: &[String; 2], budget: &Budget) -> Option<String> {
    let start = day(&period[1]).ok()?.checked_sub(Span::new().years(budget.years?)).ok()?;
    Some(start.tomorrow().ok()?.to_string().min(period[0].clone()))
}
