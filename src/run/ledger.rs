//! `ledger`: what was spent, by release, what is left, and whether the chain holds.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::accounting::{delta_up, epsilon_up};
use crate::cli::{LedgerArgs, PolicyArgs};
use crate::confidential::Key;
use crate::console::Console;
use crate::error::Outcome;
use crate::ledger::{Entries, Ledger, Spend, Spent, releases_left, spent_before, stated};
use crate::policy::{Budget, LEDGER_FILE, Policy};
use crate::units::{Delta, decimal};

/// The policy that a ledger belongs to, read without its tables being needed for anything.
pub(super) fn policy(args: &LedgerArgs) -> Outcome<Option<Policy>> {
    let Some(file) = &args.policy else { return Ok(None) };
    let (policy, period) = (Some(file.clone()), args.period.clone());
    let (ledger, key) = (args.ledger.clone(), args.key.clone());
    Policy::read(&PolicyArgs { policy, period, key, ledger, ..PolicyArgs::default() }).map(Some)
}

/// Where the ledger is: as it was typed, else as the policy has it.
pub(super) fn ledger_path(args: &LedgerArgs, policy: Option<&Policy>) -> PathBuf {
    let typed = args.ledger.clone().or_else(|| policy.map(|policy| policy.paths.ledger.clone()));
    typed.unwrap_or_else(|| PathBuf::from(LEDGER_FILE))
}

pub(super) fn show(args: &LedgerArgs, console: Console) -> Outcome<()> {
    let policy = policy(args)?;
    let path = ledger_path(args, policy.as_ref());
    let entries = Ledger::entries_of(&path)?;
    let spends = entries.spends();
    console.say(&format!(
        "{}: {} entries, every one in its place and unchanged (a hash chain).\n",
        path.display(),
        entries.lines()
    ));
    for spend in &spends {
        console.say(&line(spend));
    }
    let for_trials = Key::demonstration().id();
    if let Some(key) = entries.key_in_use(&for_trials) {
        console.say(&format!("\nKey in use: {key}"));
    }
    for sentence in ["request", "account"].into_iter().flat_map(|unit| sentences(&entries, unit)) {
        console.say(&sentence);
    }
    let left = policy.as_ref().and_then(|policy| left(&entries, policy));
    if let Some((sentence, _)) = &left {
        console.say(sentence);
    }
    console.result(&json!({
        "ledger": path.to_string_lossy(),
        "entries": entries.lines(),
        "chain": "holds",
        "key_in_use": entries.key_in_use(&for_trials),
        "charges": spends.iter().map(charge_json).collect::<Vec<_>>(),
        "spent": { "request": spent_json(entries.spent("request", None)), "account": spent_json(entries.spent("account", None)) },
        "budget": left.map(|(_, json)| json),
    }));
    Ok(())
}

fn line(spend: &Spend<'_>) -> String {
    let claim = spend.claim;
    let version = if claim.version == 1 { String::new() } else { format!(", version {}", claim.version) };
    let reason = claim.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let state = if spend.sealed { "published" } else { "charged, never completed" };
    format!(
        "{}{version}: {} to {}, protects one {}, {}, {state}{reason}",
        claim.release,
        claim.period[0],
        claim.period[1],
        claim.privacy_unit,
        claim.spends()
    )
}

/// What all releases together may have cost one unit.
fn sentences(entries: &Entries, unit: &str) -> Vec<String> {
    let spent = entries.spent(unit, None);
    let mut sentences = Vec::new();
    if spent.charges > 0 {
        let pure = decimal(spent.loss.pure(), 6);
        let delta = delta_up(spent.loss.delta() + Delta::default().get());
        let together = if spent.loss.is_pure() {
            format!("epsilon {pure}")
        } else {
            format!("epsilon {} with delta {delta:e}", epsilon_up(spent.loss.epsilon(delta)))
        };
        sentences.push(format!("All {} charge(s) that protect one {unit}, together: {together}.", spent.charges));
    }
    if spent.exact > 0 && unit == "request" {
        sentences.push(format!("{} charge(s) for bands of exact counts: no loss can be stated.", spent.exact));
    }
    sentences
}

/// What the policy's budget leaves for its next release.
fn left(entries: &Entries, policy: &Policy) -> Option<(String, Value)> {
    let budget: &Budget = policy.budget.as_ref()?;
    let each = policy.loss()?;
    let spent = spent_for(entries, policy, budget);
    let releases = releases_left(budget, spent.loss, each);
    let many = releases.map_or("any number of".to_owned(), |releases| releases.to_string());
    let sentence = format!(
        "Budget for one {}{}: {}; spent: {}; left: {many} more release(s) like `{}`.",
        policy.privacy.unit.as_str(),
        budget.window(),
        budget.allowed(),
        stated(spent.loss, budget),
        policy.release
    );
    let json = json!({
        "allowed": budget.allowed(),
        "years": budget.years,
        "spent": stated(spent.loss, budget),
        "releases_left": releases,
    });
    Some((sentence, json))
}

/// What counts against the budget of a release over the policy's period.
fn spent_for(entries: &Entries, policy: &Policy, budget: &Budget) -> Spent {
    spent_before(entries, policy.privacy.unit.as_str(), &policy.period.last().to_string(), budget)
}

fn charge_json(spend: &Spend<'_>) -> Value {
    let claim = spend.claim;
    json!({
        "release": claim.release,
        "version": claim.version,
        "period": claim.period,
        "privacy_unit": claim.privacy_unit,
        "mechanism": claim.mechanism,
        "epsilon": claim.epsilon,
        "rho": claim.rho,
        "delta": claim.delta,
        "reason": claim.reason,
        "key_id": claim.key_id,
        "published": spend.sealed,
        "entry": claim.id(),
    })
}

fn spent_json(spent: Spent) -> Value {
    json!({
        "charges": spent.charges,
        "epsilon": decimal(spent.loss.pure(), 6),
        "rho": decimal(spent.loss.concentrated(), 9),
        "delta": delta_up(spent.loss.delta()),
    })
}
