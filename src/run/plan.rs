//! `plan`: how accurate a policy's tables will be, before any data is touched.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::sound_policy;
use crate::accounting::{delta_up, epsilon_up};
use crate::accuracy::{Accuracy, accuracy, four_digits_up, percent};
use crate::cli::PlanArgs;
use crate::confidential::refuse_undrawable;
use crate::console::Console;
use crate::error::{Code, Diagnostic, Outcome};
use crate::ledger::{Entries, Ledger, Spent, releases_left, stated};
use crate::policy::{Budget, Noise, Policy};
use crate::selection::threshold;
use crate::units::{Epsilon, Rho};

/// What is wanted of every column of every table.
struct Wish {
    /// 95 of 100 numbers are off by at most this.
    error: Option<u64>,
    /// The average chance of a wrong band is at most this.
    wrong: Option<f64>,
}

pub(super) fn plan(args: &PlanArgs, console: Console) -> Outcome<()> {
    let policy = sound_policy(&args.report())?;
    let accuracies = all(&policy);
    let wish = wish(args)?;
    let answer = wish.as_ref().map(|wish| smallest_loss(&policy, wish));
    let budget = policy.budget.as_ref().map(|budget| budget_left(&policy, budget)).transpose()?;
    if !args.json {
        console.say(&table(&policy, &accuracies));
        console.say(&sentences(&policy, answer.as_ref(), budget.as_ref()));
    }
    let json = as_json(&policy, &accuracies, answer.as_ref(), budget.as_ref());
    if args.json {
        console.say(&format!("{json:#}"));
    } else {
        console.result(&json);
    }
    Ok(())
}

fn all(policy: &Policy) -> Vec<Accuracy> {
    policy.tables.iter().flat_map(|table| accuracy(policy, table)).collect()
}

fn wish(args: &PlanArgs) -> Outcome<Option<Wish>> {
    let wrong = match &args.max_wrong {
        None => None,
        Some(text) => {
            let share = text.strip_suffix('%').unwrap_or(text).parse::<f64>().ok();
            let share = share.filter(|percent| *percent > 0.0 && *percent < 100.0).map(|percent| percent / 100.0);
            Some(share.ok_or_else(|| {
                Diagnostic::error(Code::ArgumentInvalid, "a share of wrong bands is a percentage above 0 and below 100")
                    .at_option("--max-wrong")
            })?)
        }
    };
    let wish = Wish { error: args.max_error, wrong };
    Ok((wish.error.is_some() || wish.wrong.is_some()).then_some(wish))
}

impl Wish {
    fn is_met(&self, accuracies: &[Accuracy]) -> bool {
        accuracies.iter().all(|accuracy| {
            self.error.is_none_or(|error| accuracy.within <= error)
                && self.wrong.is_none_or(|wrong| accuracy.wrong_on_average <= wrong)
        })
    }
}

/// The smallest epsilon (or rho, for Gaussian noise), of three digits, with which a wish is met for every column.
fn smallest_loss(policy: &Policy, wish: &Wish) -> Option<Noise> {
    let met = |noise: Noise| {
        let mut tried = policy.clone();
        tried.privacy.noise = noise;
        refuse_undrawable(&tried).is_ok() && wish.is_met(&all(&tried))
    };
    let smallest = |of: &dyn Fn(u64) -> Option<Noise>, highest: u64| {
        let (mut low, mut high) = (1, highest);
        while low < high {
            let middle = u64::midpoint(low, high);
            if of(middle).is_some_and(met) { high = middle } else { low = middle + 1 }
        }
        let unit = 10_u64.pow(low.ilog10().saturating_sub(2));
        of(low.div_ceil(unit) * unit).filter(|noise| met(noise.clone()))
    };
    match policy.privacy.noise {
        Noise::Laplace(_) => {
            smallest(&|parts| Epsilon::of_parts(parts).map(Noise::Laplace), 100 * Epsilon::PARTS_OF_ONE)
        }
        Noise::Gaussian(_) => smallest(&|parts| Rho::of_parts(parts).map(Noise::Gaussian), 100 * Rho::PARTS_OF_ONE),
        Noise::None => None,
    }
}

/// What is spent of the budget, and for how many more releases like this one it lasts.
struct Left {
    budget: Budget,
    spent: Spent,
    releases: Option<u32>,
}

fn budget_left(policy: &Policy, budget: &Budget) -> Outcome<Left> {
    let ledger = &policy.paths.ledger;
    let entries = if Path::new(ledger).exists() { Ledger::entries_of(ledger)? } else { Entries::default() };
    // Everything is summed: which releases a window of years will hold depends on when the next ones are made.
    let spent = entries.spent(policy.privacy.unit.as_str(), None);
    let releases = policy.loss().and_then(|each| releases_left(budget, spent.loss, each));
    Ok(Left { budget: *budget, spent, releases })
}

fn table(policy: &Policy, accuracies: &[Accuracy]) -> String {
    let loss = match &policy.privacy.noise {
        Noise::Laplace(epsilon) => format!("discrete Laplace noise of epsilon {epsilon}"),
        Noise::Gaussian(rho) => format!("discrete Gaussian noise of rho {rho}"),
        Noise::None => "no noise".to_owned(),
    };
    let unit = policy.privacy.unit.as_str();
    let mut text = format!("What {loss}, protecting one {unit}, does to the numbers (nothing was read or charged):\n");
    for accuracy in accuracies {
        let _ = write!(
            text,
            "\nTable `{}`, {}:\n  off by {:.1} on average, by at most {} in 95 of 100 numbers\n  \
             in another band: {} on average, {} for a count at the edge of its band\n  \
             a second period with the same count shows another band: {}\n",
            accuracy.table,
            accuracy.subject(),
            accuracy.expected_error,
            accuracy.within,
            percent(accuracy.wrong_on_average),
            percent(accuracy.wrong_at_edge),
            percent(accuracy.flips)
        );
    }
    if accuracies.is_empty() {
        text.push_str("\nNo noise: every band is that of the exact count, and nothing is protected but by the band.\n");
    }
    text
}

fn sentences(policy: &Policy, answer: Option<&Option<Noise>>, left: Option<&Left>) -> String {
    let mut sentences =
        vec!["What the contribution bounds leave out comes on top; `hushcount check` on a log tells it.".to_owned()];
    sentences.extend(threshold(policy).map(|threshold| {
        format!("Keys are selected: a value is published if, with noise, at least {threshold} {}s have it.", {
            policy.privacy.unit.as_str()
        })
    }));
    sentences.extend(answer.map(|answer| match answer {
        Some(Noise::Laplace(epsilon)) => format!("The smallest epsilon that does what you asked for: {epsilon}."),
        Some(noise @ Noise::Gaussian(rho)) => {
            let (epsilon, delta) = guarantee(policy, noise).unwrap_or_default();
            format!(
                "The smallest rho that does what you asked for: {rho}, which is epsilon {epsilon} with delta {delta:e}."
            )
        }
        _ => "No privacy loss up to 100 does what you asked for.".to_owned(),
    }));
    sentences.extend(left.map(left_sentence));
    sentences.join("\n")
}

fn left_sentence(left: &Left) -> String {
    let releases = match left.releases {
        Some(releases) => format!("{releases} more releases like this one"),
        None => "more releases like this one than anybody will make".to_owned(),
    };
    format!(
        "Budget{}: {}; spent so far: {}; it allows {releases}{}.",
        left.budget.window(),
        left.budget.allowed(),
        stated(left.spent.loss, &left.budget),
        if left.budget.years.is_some() { " within that time" } else { "" }
    )
}

fn as_json(policy: &Policy, accuracies: &[Accuracy], answer: Option<&Option<Noise>>, left: Option<&Left>) -> Value {
    let columns = accuracies.iter().map(|accuracy| {
        json!({
            "table": accuracy.table,
            "measure": accuracy.measure.as_str(),
            "total": accuracy.is_total,
            "expected_error": four_digits_up(accuracy.expected_error),
            "within_95": accuracy.within,
            "wrong_band_chance_average": four_digits_up(accuracy.wrong_on_average),
            "wrong_band_chance_at_edge": four_digits_up(accuracy.wrong_at_edge),
            "flip_chance": four_digits_up(accuracy.flips),
        })
    });
    json!({
        "privacy_unit": policy.privacy.unit.as_str(),
        "noise": noise_json(policy, Some(&policy.privacy.noise)),
        "selection_threshold": threshold(policy),
        "columns": columns.collect::<Vec<_>>(),
        "wanted": answer.map(|answer| noise_json(policy, answer.as_ref())),
        "budget": left.map(|left| json!({
            "allowed": left.budget.allowed(),
            "years": left.budget.years,
            "spent": stated(left.spent.loss, &left.budget),
            "releases_left": left.releases,
        })),
    })
}

fn noise_json(policy: &Policy, noise: Option<&Noise>) -> Value {
    let with =
        |noise: &Noise| guarantee(policy, noise).map(|(epsilon, delta)| json!({ "epsilon": epsilon, "delta": delta }));
    match noise {
        Some(noise @ Noise::Laplace(epsilon)) => {
            json!({ "mechanism": "discrete laplace", "epsilon": epsilon, "guarantee": with(noise) })
        }
        Some(noise @ Noise::Gaussian(rho)) => {
            json!({ "mechanism": "discrete gaussian", "rho": rho, "guarantee": with(noise) })
        }
        Some(Noise::None) => json!({ "mechanism": "none" }),
        None => Value::Null,
    }
}

/// The loss of a release with this noise, as epsilon (rounded up) and delta.
fn guarantee(policy: &Policy, noise: &Noise) -> Option<(String, f64)> {
    let mut with = policy.clone();
    with.privacy.noise = noise.clone();
    let (epsilon, delta) = with.loss()?.guarantee(policy.privacy.delta);
    Some((epsilon_up(epsilon), delta_up(delta)))
}
