//! `ledger`: what was spent, by release, what is left, and whether the chain holds.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::{LedgerArgs, PolicyArgs};
use crate::confidential::Key;
use crate::console::Console;
use crate::error::{Code, Diagnostic, Outcome};
use crate::ledger::{Charged, Entries, Ledger, Spent, budget_start};
use crate::policy::{LEDGER_FILE, Policy};
use crate::units::{Delta, Epsilon, Rho, epsilon_up, numbered};

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
    if !path.exists() {
        return Err(Diagnostic::error(Code::LedgerUnreadable, format!("there is no ledger `{}`", path.display()))
            .help("name it with --ledger FILE or --policy FILE; the first report starts one")
            .into());
    }
    let entries = Ledger::entries_of(&path)?;
    let charges = entries.charged();
    console.say(&format!(
        "{}: {}, every one in its place and unchanged (a hash chain).\n",
        path.display(),
        numbered(entries.lines(), "entry", "entries")
    ));
    for spend in &charges {
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
        "charges": charges.iter().map(charge_json).collect::<Vec<_>>(),
        "spent": { "request": spent_json(entries.spent("request", None)), "account": spent_json(entries.spent("account", None)) },
        "budget": left.map(|(_, json)| json),
    }));
    Ok(())
}

fn line(spend: &Charged<'_>) -> String {
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
        claim.cost()
    )
}

/// What a ledger says; one that is not there yet says nothing.
pub(super) fn entries_if_any(path: &Path) -> Outcome<Entries> {
    if path.exists() { Ledger::entries_of(path) } else { Ok(Entries::default()) }
}

/// What all releases together may have cost one unit.
fn sentences(entries: &Entries, unit: &str) -> Vec<String> {
    let spent = entries.spent(unit, None);
    let mut sentences = Vec::new();
    if spent.charges > 0 {
        let (epsilon, delta) = together(spent);
        let delta = if spent.loss.is_pure() { String::new() } else { format!(" with delta {delta}") };
        let charges = spent.charges;
        sentences.push(format!("Charges that protect one {unit}: {charges}; together: epsilon {epsilon}{delta}."));
    }
    if spent.exact > 0 && unit == "request" {
        sentences.push(format!("Charges for bands of exact counts: {}; no loss can be stated.", spent.exact));
    }
    sentences
}

/// The sum as (epsilon, delta); Gaussian losses are converted with the usual delta.
fn together(spent: Spent) -> (String, Delta) {
    let (epsilon, delta) = spent.loss.guarantee(Delta::default());
    (epsilon_up(epsilon), delta)
}

/// What the policy's budget leaves for releases like its own, counted against the period that its next one has.
pub(super) fn left(entries: &Entries, policy: &Policy) -> Option<(String, Value)> {
    let (budget, each) = (policy.budget?, policy.loss()?);
    let unit = policy.privacy.unit.as_str();
    let from = budget_start(&policy.period.ends(), &budget);
    let spent = entries.spent(unit, from.as_deref());
    let releases = budget.releases_left(spent.loss, each);
    let many =
        releases.map_or("any number of releases".to_owned(), |left| numbered(left, "more release", "more releases"));
    let (window, allowed, stated) = (budget.window(), budget.allowed(), budget.stated(spent.loss));
    let mut sentence = format!(
        "Budget for one {unit}{window}: {allowed}; spent: {stated}; left: {many} with the policy's {}.",
        policy.privacy.noise.words()
    );
    if spent.exact + spent.of_other_units > 0 {
        sentence += " Not in that sum: bands of exact counts, and releases that protect another unit.";
    }
    let json = json!({ "allowed": allowed, "years": budget.years, "spent": stated, "releases_left": releases });
    Some((sentence, json))
}

fn charge_json(spend: &Charged<'_>) -> Value {
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
    let (epsilon, delta) = together(spent);
    json!({
        "charges": spent.charges,
        "sum_of_epsilons": Epsilon::shown(spent.loss.pure()),
        "sum_of_rhos": Rho::shown(spent.loss.concentrated()),
        "together": { "epsilon": epsilon, "delta": delta },
    })
}
