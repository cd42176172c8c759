//! `check`: what a report would do, and whether every row can be counted. Publishes and charges nothing.

use std::path::Path;

use serde_json::json;

use super::ledger::{entries_if_any, left};
use super::{against, gate, read_and_count, settle, sound_policy};
use crate::accuracy::{Accuracy, accuracy};
use crate::cli::ReportArgs;
use crate::confidential::{Key, PRIVATE_FILE};
use crate::console::Console;
use crate::error::{Code, Diagnostic, Outcome};
use crate::ledger::{Claim, Entries, Settled};
use crate::pipeline::claim;
use crate::policy::{Bounds, Policy, Told};
use crate::regime::Numbers;
use crate::selection::threshold;
use crate::table::TableSpec;
use crate::units::{numbered, percent};

/// What a check without a key leaves open: a claim is told from those in the ledger by a digest that needs the key.
const NEEDS_A_KEY: [&str; 3] = [
    "whether this release was charged or published before",
    "whether the budget allows it",
    "whether another release shows numbers of its regime, or covers its days",
];

pub(super) fn check(args: &ReportArgs, console: Console) -> Outcome<()> {
    let policy = sound_policy(&args.policy)?;
    // Whose counts another engine made, only the key can tell.
    let key = match args.counts {
        None => key_for_check(&policy, console)?,
        Some(_) => Some(Key::load(&policy.paths.key, policy.paths.key_named)?),
    };
    let preview = Key::for_preview();
    let any_key = key.as_ref().unwrap_or(&preview);
    let (record, counts) = read_and_count(args, &policy, any_key, console)?;
    let entries = entries_if_any(&policy.paths.ledger)?;
    against::given(&args.against, &against::Beside { policy: &policy, key: any_key, entries: &entries }, console)?;
    let claim = claim(&policy, &counts, any_key);
    // Without the key it is not known which version the release would be: it is audited as if it were new.
    let settled = key.as_ref().map(|_| entries.settle(&claim, policy.restatement.as_deref())).transpose()?;
    let run = gate::Run {
        policy: &policy,
        key: any_key,
        counts: &counts,
        claim: settled.as_ref().map_or(&claim, Settled::claim),
    };
    let record = if entries.is_sealed(run.claim) {
        record
    } else {
        console.stage(gate::STAGE, || gate::pass(&run, &args.against, &entries, record, console))?
    };
    for sentence in describe(&policy, counts.told) {
        console.say(&sentence);
    }
    let not_checked: &[&str] = if key.is_none() { &NEEDS_A_KEY } else { &[] };
    console.say(&if key.is_none() {
        format!("NOT checked, for there is no key: {}.", NEEDS_A_KEY.join("; "))
    } else {
        ledger_sentence(&policy, &claim, &entries, console)?
    });
    let private = record.remember(&policy, "check", &counts.losses)?;
    console.say(&format!("Every row of the logs is accounted for in {} (confidential).", private.display()));
    console.say("Nothing was published and nothing was charged.");
    console.result(&json!({ "release": policy.release, "ok": true, "not_checked": not_checked }));
    Ok(())
}

/// Without any key a check still goes on: policy and logs can be right before a key exists.
fn key_for_check(policy: &Policy, console: Console) -> Outcome<Option<Key>> {
    match Key::load(&policy.paths.key, policy.paths.key_named) {
        Ok(key) => Ok(Some(key)),
        Err(failure) if failure.diagnostics().iter().all(|problem| problem.code() == Code::KeyMissing) => {
            console.tell(
                &Diagnostic::warning(
                    Code::KeyMissing,
                    "there is no key: `report` would stop here, and not all is checked",
                )
                .help("`hushcount init` makes one; without it, what earlier releases mean for this one is not checked"),
            );
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

fn ledger_sentence(policy: &Policy, claim: &Claim, entries: &Entries, console: Console) -> Outcome<String> {
    let spends = if policy.is_noisy() { claim.cost() } else { "nothing, since no noise is added".to_owned() };
    let settled = settle(entries, claim, policy, console)?;
    let sentence = if settled.is_replay() {
        "The same release was charged before: a report would give the same bytes and spend nothing.".to_owned()
    } else if policy.paths.ledger.exists() {
        format!("A report would seal {} and spend {spends}.", settled.claim().name())
    } else {
        format!("A report would start the ledger `{}` and spend {spends}.", policy.paths.ledger.display())
    };
    let budget = left(entries, policy).map(|(left, _)| format!("\n{left}")).unwrap_or_default();
    Ok(sentence + &budget)
}

fn describe(policy: &Policy, told: Told) -> Vec<String> {
    let period = policy.period;
    let mut sentences =
        vec![format!("Release `{}`: requests received from {} to {}.", policy.release, period.first(), period.last())];
    sentences.extend(policy.tables.iter().map(|table| describe_table(policy, table)));
    sentences.extend(policy.regime_tables().into_iter().filter_map(|(table, numbers)| zeros_sentence(table, numbers)));
    let unit = policy.privacy.unit.as_str();
    sentences.push(if policy.is_noisy() {
        format!("Noise protects one {unit}: {} for the release{}.", policy.privacy.noise.words(), split(policy))
    } else {
        "No noise: the bands would be those of the exact counts, and every artefact would say so.".to_owned()
    });
    sentences.extend(threshold(policy).map(|threshold| threshold_sentence(policy, threshold)));
    sentences.extend(policy.privacy.applied_bounds().map(|bounds| bounds_sentence(unit, bounds)));
    sentences.push(uncounted_sentence(policy, told));
    let accuracies = policy.tables.iter().flat_map(|table| accuracy(policy, table));
    sentences.extend(accuracies.map(|accuracy| accuracy_sentence(&accuracy)));
    sentences
}

fn zeros_sentence(table: &TableSpec, numbers: &Numbers) -> Option<String> {
    let zeros: Vec<String> = numbers.zeros().map(|number| format!("{} of {}", number.key, number.period)).collect();
    (!zeros.is_empty()).then(|| {
        format!(
            "Table `{}`, {}: declared zero, printed as 0 without noise: {}.",
            table.name,
            table.title(),
            zeros.join(", ")
        )
    })
}

fn split(policy: &Policy) -> String {
    match policy.shares() {
        1 => String::new(),
        shares => format!(", split into {shares} shares"),
    }
}

fn threshold_sentence(policy: &Policy, threshold: u64) -> String {
    let columns: Vec<String> = policy.selected_columns().iter().map(|set| format!("`{}`", set.column())).collect();
    format!(
        "Values of {} are published if, with noise, at least {threshold} {}s have them.",
        columns.join(" and "),
        policy.privacy.unit.as_str()
    )
}

fn accuracy_sentence(accuracy: &Accuracy) -> String {
    format!(
        "Table `{}`, {}: noise would move a count into another band with a chance of {} on average, at most {} at a band's edge.",
        accuracy.table,
        accuracy.subject(),
        percent(accuracy.wrong_on_average),
        percent(accuracy.wrong_at_edge)
    )
}

fn bounds_sentence(unit: &str, bounds: Bounds) -> String {
    format!(
        "One {unit} counts in at most {} of a table, at most {} in each. What is beyond is not counted; how much that is \
         stands in {PRIVATE_FILE}.",
        numbered(bounds.cells, "cell", "cells"),
        numbered(bounds.per_cell, "time", "times")
    )
}

/// Which rows are national-security process is told by a column; without it they are counted like any other.
fn uncounted_sentence(policy: &Policy, told: Told) -> String {
    if !told.processes {
        return "National-security process counts like any other: the logs do not say what it is.".to_owned();
    }
    let tables = policy.regime_tables();
    let names: Vec<&str> = tables.iter().map(|(table, _)| table.name.as_str()).collect();
    let counts = if names.is_empty() { "in no table".to_owned() } else { format!("in {} only", names[0]) };
    format!(
        "National-security process counts {counts}, as far as the logs say in `{}` what it is.",
        policy.log.header("legal_process")
    )
}

fn describe_table(policy: &Policy, table: &TableSpec) -> String {
    let total = if table.total { " and a total" } else { "" };
    let cells = if table.is_private() { "selected cells".to_owned() } else { numbered(table.cells(), "cell", "cells") };
    let out = policy.paths.out.as_deref().unwrap_or(Path::new("OUT")).join(format!("{}.csv", table.name));
    format!(
        "Table `{}`: {}, {cells}{total}, in bands of {}, to {}.",
        table.name,
        table.title(),
        table.band_size.get(),
        out.display()
    )
}
