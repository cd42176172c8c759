//! The limit over many releases: what is spent, what is left, and when to refuse.

use jiff::Span;

use super::claim::Claim;
use super::entries::{Entries, Spent};
use crate::accounting::Loss;
use crate::error::{Code, Diagnostic, Outcome};
use crate::period::day;
use crate::policy::Budget;

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
        window(budget),
        allowed(budget)
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
    let with_delta = |delta: crate::units::Delta| loss.epsilon(delta.get()) <= budget.epsilon.approximate();
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
            format!("epsilon {}", crate::units::decimal(loss.pure(), 6))
        }
        Some(delta) => format!("epsilon {} with delta {delta}", epsilon_up(loss.epsilon(delta.get()))),
        None => "more than any epsilon without a delta".to_owned(),
    }
}

/// The budget in words.
#[must_use]
pub fn allowed(budget: &Budget) -> String {
    match budget.delta {
        Some(delta) => format!("epsilon {} with delta {delta}", budget.epsilon),
        None => format!("epsilon {}", budget.epsilon),
    }
}

/// Over which releases the budget sums.
#[must_use]
pub fn window(budget: &Budget) -> String {
    budget.years.map(|years| format!(" for any {years} years")).unwrap_or_default()
}

/// An epsilon for people, rounded up to four decimals.
#[must_use]
pub fn epsilon_up(epsilon: f64) -> String {
    if epsilon.is_infinite() {
        return "without limit".to_owned();
    }
    let text = format!("{:.4}", whole_up(epsilon * 10_000.0) / 10_000.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A delta for people, rounded up to three digits.
#[must_use]
pub fn delta_up(delta: f64) -> f64 {
    if delta <= 0.0 {
        return 0.0;
    }
    let exponent = delta.log10().floor() - 2.0;
    // Read back from its decimal digits, since ten has no exact powers below one.
    format!("{}e{exponent}", whole_up(delta / 10_f64.powf(exponent))).parse().unwrap_or(delta)
}

/// The next whole number, or the nearest one where only bits that stem from rounding up lie between.
fn whole_up(value: f64) -> f64 {
    let nearest = value.round();
    if (value - nearest).abs() < 1e-11 * nearest { nearest } else { value.ceil() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people_are_rounded_up_but_not_for_a_last_bit() {
        for (epsilon, text) in [
            (1.0_f64.next_up(), "1"),
            (0.12341, "0.1235"),
            (0.5, "0.5"),
            (10.0, "10"),
            (f64::INFINITY, "without limit"),
        ] {
            assert_eq!(epsilon_up(epsilon), text);
        }
        for (delta, text) in [(1e-9_f64.next_up(), "1e-9"), (2.0 * 1e-9_f64.next_up(), "2e-9"), (1.2341e-7, "1.24e-7")]
        {
            assert_eq!(format!("{:e}", delta_up(delta)), text);
        }
        assert!(delta_up(0.0) <= 0.0);
    }
}
