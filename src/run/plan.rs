//! `plan`: how accurate a policy's tables will be, before any data is touched.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::ledger::{entries_if_any, left};
use super::sound_policy;
use crate::accuracy::{Accuracy, accuracy};
use crate::cli::PlanArgs;
use crate::confidential::refuse_undrawable;
use crate::console::Console;
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::{Noise, Policy};
use crate::selection::threshold;
use crate::units::{Delta, Epsilon, Rho, epsilon_up, four_digits_up, percent};

/// What is wanted of every column of every table.
struct Wish {
    /// 95 of 100 numbers are off by at most this.
    error: Option<u64>,
    /// The average chance of a wrong band is at most this.
    wrong: Option<f64>,
}

pub(super) fn plan(args: &PlanArgs, console: Console) -> Outcome<()> {
    let policy = sound_policy(&args.report())?;
    let found = wish(args, &policy)?.map(|wish| smallest_loss(&policy, &wish));
    let entries = entries_if_any(&policy.paths.ledger)?;
    let left = left(&entries, &policy);
    if !args.json {
        console.say(&table(&policy));
        for sentence in sentences(&policy) {
            console.say(&sentence);
        }
        if let Some((left, _)) = &left {
            console.say(left);
        }
        if let Some(found) = &found {
            console.say(&answer(found.as_ref()));
        }
    }
    let mut json = as_json(&policy);
    json["wanted"] = found.map(|found| found.as_ref().map(as_json)).into();
    json["budget"] = left.map(|(_, json)| json).into();
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

fn wish(args: &PlanArgs, policy: &Policy) -> Outcome<Option<Wish>> {
    let wrong = args.max_wrong.as_ref().map(|text| share(text)).transpose()?;
    let wish = Wish { error: args.max_error, wrong };
    if wish.error.is_none() && wish.wrong.is_none() {
        return Ok(None);
    }
    if !policy.is_noisy() {
        return Err(Diagnostic::error(
            Code::ArgumentInvalid,
            "without noise every band is the true one: there is nothing to find",
        )
        .help("leave out --max-wrong and --max-error, or plan with laplace or gaussian noise")
        .into());
    }
    Ok(Some(wish))
}

/// A share in percent: `5%` or `5`. A number below one without the sign is more likely meant as a fraction.
fn share(text: &str) -> Outcome<f64> {
    let percent = text.strip_suffix('%').unwrap_or(text).parse::<f64>().ok();
    let least = if text.ends_with('%') { 0.0 } else { 1.0 };
    let percent = percent.filter(|percent| *percent > 0.0 && *percent >= least && *percent < 100.0);
    percent.map(|percent| percent / 100.0).ok_or_else(|| {
        Diagnostic::error(
            Code::ArgumentInvalid,
            "a share of wrong bands is a percentage above 0 and below 100, such as 5%",
        )
        .at_option("--max-wrong")
        .into()
    })
}

impl Wish {
    fn is_met(&self, accuracies: &[Accuracy]) -> bool {
        accuracies.iter().all(|accuracy| {
            self.error.is_none_or(|error| accuracy.within <= error)
                && self.wrong.is_none_or(|wrong| accuracy.wrong_on_average <= wrong)
        })
    }
}

/// The policy with the smallest epsilon (or rho, for Gaussian noise), of three digits, with which a wish is met for every
/// column.
fn smallest_loss(policy: &Policy, wish: &Wish) -> Option<Policy> {
    let policy_with = |noise: Noise| {
        let mut tried = policy.clone();
        tried.privacy.noise = noise;
        tried
    };
    let met = |noise: &Noise| {
        let tried = policy_with(*noise);
        refuse_undrawable(&tried).is_ok() && wish.is_met(&all(&tried))
    };
    let (of, one): (fn(u64) -> Option<Noise>, u64) = match policy.privacy.noise {
        Noise::Gaussian(_) => (|parts| Rho::of_parts(parts).map(Noise::Gaussian), Rho::PARTS_OF_ONE),
        _ => (|parts| Epsilon::of_parts(parts).map(Noise::Laplace), Epsilon::PARTS_OF_ONE),
    };
    let (mut low, mut high) = (1, 100 * one);
    while low < high {
        let middle = u64::midpoint(low, high);
        if of(middle).is_some_and(|noise| met(&noise)) { high = middle } else { low = middle + 1 }
    }
    let unit = 10_u64.pow(low.ilog10().saturating_sub(2));
    of(low.div_ceil(unit) * unit).filter(met).map(policy_with)
}

/// What was found, with its table.
fn answer(found: Option<&Policy>) -> String {
    match found {
        Some(policy) => format!("\nThe smallest loss that does what you asked for:\n{}", table(policy)),
        None => "\nNo privacy loss up to 100 does what you asked for.".to_owned(),
    }
}

/// The noise in words, and for Gaussian noise what that is as epsilon and delta.
fn loss(policy: &Policy) -> String {
    let noise = policy.privacy.noise;
    match guarantee(policy).filter(|_| noise.rho().is_some()) {
        Some((epsilon, delta)) => format!("{} (epsilon {epsilon} with delta {delta})", noise.words()),
        None => noise.words(),
    }
}

/// The loss of a release as epsilon, rounded up, and delta.
fn guarantee(policy: &Policy) -> Option<(String, Delta)> {
    let (epsilon, delta) = policy.loss()?.guarantee(policy.conversion_delta());
    Some((epsilon_up(epsilon), delta))
}

fn table(policy: &Policy) -> String {
    if !policy.is_noisy() {
        return "No noise: every band is that of the exact count, and nothing is protected but by the band.".to_owned();
    }
    let unit = policy.privacy.unit.as_str();
    let mut text = format!("What {}, protecting one {unit}, does to the numbers:\n", loss(policy));
    for accuracy in all(policy) {
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
    text
}

fn sentences(policy: &Policy) -> Vec<String> {
    let mut sentences = vec!["Nothing was read and nothing was charged.".to_owned()];
    if policy.is_noisy() {
        let bounds = "What the contribution bounds leave out comes on top; `hushcount check` on a log tells it.";
        sentences.push(bounds.to_owned());
    }
    let unit = policy.privacy.unit.as_str();
    sentences.extend(threshold(policy).map(|threshold| {
        format!("Keys are selected: a value is published if, with noise, at least {threshold} {unit}s have it. How far off a total over them is depends on how many there are.")
    }));
    sentences
}

fn as_json(policy: &Policy) -> Value {
    let columns = all(policy).into_iter().map(|accuracy| {
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
    let noise = policy.privacy.noise;
    json!({
        "privacy_unit": policy.privacy.unit.as_str(),
        "mechanism": noise.mechanism(),
        "epsilon": noise.epsilon(),
        "rho": noise.rho(),
        "guarantee": guarantee(policy).map(|(epsilon, delta)| json!({ "epsilon": epsilon, "delta": delta })),
        "selection_threshold": threshold(policy),
        "columns": columns.collect::<Vec<_>>(),
    })
}
