//! What each command does, step by step.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use crate::cli::{Command, ReportArgs};
use crate::confidential::{self, BoundingLoss, Exact, Key, PRIVATE_FILE, Reading};
use crate::console::Console;
use crate::error::{Code, Diagnostic, Outcome};
use crate::init;
use crate::ledger::{Charge, Claim, Entries, Ledger};
use crate::policy::{Bounds, Noise, Policy};
use crate::release::{Release, Staging, artefacts, band, is_published, issue};
use crate::sensitivity::{Accuracy, accuracy, percent, share};
use crate::synth;
use crate::table::{Table, TableSpec, sounds_like_national_security};

/// Rows of a table that a terminal is shown.
const PREVIEW_ROWS: usize = 25;

/// A larger average chance of a wrong band than this is pointed out.
const UNCERTAIN: f64 = 0.25;

/// Runs a command.
///
/// # Errors
/// Whatever the command refused or failed at; see [`crate::error`].
pub fn run(command: &Command, console: Console) -> Outcome<()> {
    match command {
        Command::Report(args) => report(args, console),
        Command::Check(args) => check(args, console),
        Command::Synth(args) => synth::run(args),
        Command::Init(args) => init::run(args).map(|made| console.say(&made)),
    }
}

/// Logs in, a release directory out.
///
/// Nothing is charged before everything that can be refused was; the order from there on is that of [`issue`].
fn report(args: &ReportArgs, console: Console) -> Outcome<()> {
    let policy = sound_policy(args)?;
    let out = policy.paths.out.clone().ok_or_else(no_output)?;
    let key = Key::load(&policy.paths.key, policy.paths.key_named)?;
    let mut ledger = open_ledger(&policy, console)?;
    let (reading, tables, losses) = read_and_count(args, &policy, &key, console)?;
    let claim = claim(&policy, &tables, &key);
    let replay = ledger.entries().preview(&claim)?;
    warn_of_overlap(ledger.entries(), &claim, console);
    if !replay {
        is_published(&out, &[])?;
    }
    let private = reading.remember(&policy, "report", &losses)?;
    let staging = Staging::beside(&out)?;
    let (release, unchanged) = issue(&mut ledger, &claim, staging, |charge| {
        let release = protect(tables, charge, &key, &policy)?;
        let files = artefacts(&release);
        Ok((release, files))
    })?;
    finish(&release, &Done { out, private, replay, unchanged, demonstration: key.is_demonstration() }, console);
    Ok(())
}

/// A policy whose noise can be drawn and whose files do not get in each other's way.
fn sound_policy(args: &ReportArgs) -> Outcome<Policy> {
    let policy = Policy::read(args)?;
    for measure in policy.tables.iter().flat_map(|table| &table.measures) {
        confidential::scale(&policy, *measure)?;
    }
    refuse_quarantine_over(&policy)?;
    Ok(policy)
}

/// The quarantine file must not take the place of a file that the run itself writes.
fn refuse_quarantine_over(policy: &Policy) -> Outcome<()> {
    let ledger = &policy.paths.ledger;
    let own = [ledger.clone(), ledger.with_file_name(PRIVATE_FILE), policy.paths.key.clone()];
    match &policy.paths.quarantine {
        Some(path) if own.iter().any(|own| own.file_name() == path.file_name()) => Err(Diagnostic::error(
            Code::ArgumentInvalid,
            format!("`{}` is the name of another file of hushcount's", path.display()),
        )
        .at_option("--quarantine")
        .into()),
        _ => Ok(()),
    }
}

fn no_output() -> Diagnostic {
    Diagnostic::error(Code::PolicyMissing, "no output directory is given")
        .help("add --out DIR, or `out` under [release]")
}

fn open_ledger(policy: &Policy, console: Console) -> Outcome<Ledger> {
    let ledger = Ledger::open(&policy.paths.ledger)?;
    if let Some(warning) = ledger.repair_warning(&policy.paths.ledger) {
        console.tell(&warning);
    }
    Ok(ledger)
}

fn read_and_count(
    args: &ReportArgs,
    policy: &Policy,
    key: &Key,
    console: Console,
) -> Outcome<(Reading, Vec<Table<Exact>>, Vec<BoundingLoss>)> {
    let bytes = args.logs.iter().filter_map(|log| std::fs::metadata(log).ok()).map(|file| file.len()).sum();
    let bar = console.progress(bytes);
    let reading = confidential::read_logs(&args.logs, policy, key, &|read| bar.inc(read));
    bar.finish_and_clear();
    let reading = reading?;
    reading.warnings.iter().chain(&policy_warnings(policy)).for_each(|warning| console.tell(warning));
    let (tables, losses) = confidential::count_tables(&reading.log, policy, key)?;
    Ok((reading, tables, losses))
}

fn policy_warnings(policy: &Policy) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    if policy.lists_national_security() {
        warnings.push(
            Diagnostic::warning(Code::RegimeNotChecked, "a table counts national-security process, and no statutory regime was checked")
                .help("give such tables keys without it (--keys legal_process=...), or have counsel decide before you publish"),
        );
    }
    warnings.extend(policy.tables.iter().filter_map(|table| uncertainty_warning(policy, table)));
    let several = policy.queries() > 1 || policy.tables.iter().any(|table| table.total);
    if policy.epsilon().is_none() && several {
        warnings.push(
            Diagnostic::warning(Code::NotAudited, "bands of exact counts were not audited against each other")
                .help("totals and further tables can narrow a band; publish one table, or use noise"),
        );
    }
    warnings
}

fn uncertainty_warning(policy: &Policy, table: &TableSpec) -> Option<Diagnostic> {
    let worst = accuracy(policy, table).map(|accuracy| accuracy.wrong_on_average).fold(0.0, f64::max);
    let message =
        format!("table `{}`: noise moves {} of counts into another band on average", table.name, percent(worst));
    (worst > UNCERTAIN).then(|| {
        Diagnostic::warning(Code::BandsUncertain, message)
            .help("widen the bands, lower max_cells or max_per_cell, or raise epsilon")
    })
}

/// Releases over the same days add up for whoever is in them, and readers compare them.
fn warn_of_overlap(entries: &Entries, claim: &Claim, console: Console) {
    let others = entries.overlapping(claim);
    if !others.is_empty() {
        let message = format!("other releases cover days of this period: {}", others.join(", "));
        let help = "their privacy losses add up for whoever is in both, and readers will compare the numbers";
        console.tell(&Diagnostic::warning(Code::PeriodOverlap, message).help(help));
    }
}

fn claim(policy: &Policy, tables: &[Table<Exact>], key: &Key) -> Claim {
    Claim {
        release: policy.release.clone(),
        period: [policy.period.first().to_string(), policy.period.last().to_string()],
        privacy_unit: policy.privacy.unit.as_str().to_owned(),
        mechanism: if policy.epsilon().is_some() { "discrete laplace" } else { "none" }.to_owned(),
        epsilon: policy.epsilon().map(ToString::to_string),
        policy_sha256: policy.digest(),
        data_hmac: confidential::commitment(tables, key),
        key_id: key.id(),
    }
}

fn protect(tables: Vec<Table<Exact>>, charge: Charge, key: &Key, policy: &Policy) -> Outcome<Release> {
    let claim = charge.claim().clone();
    let banded = match policy.privacy.noise {
        Noise::Laplace(_) => confidential::add_noise(tables, charge, key, policy)?.into_iter().map(band).collect(),
        Noise::None => confidential::band_exact(tables, charge)?,
    };
    Ok(Release::new(policy, banded, claim, key.is_demonstration()))
}

/// What a finished report says about itself.
struct Done {
    out: PathBuf,
    private: PathBuf,
    replay: bool,
    unchanged: bool,
    demonstration: bool,
}

fn finish(release: &Release, done: &Done, console: Console) {
    console.say(&release.preview(PREVIEW_ROWS));
    console.say("");
    if done.demonstration {
        console.tell(
            &Diagnostic::warning(Code::KeyDemonstration, "made with the public demonstration key: do not publish")
                .help("`hushcount init` makes a key of your own"),
        );
    }
    let charged = if done.replay {
        "the same release as before: nothing new was charged"
    } else {
        "charged and sealed in the ledger"
    };
    let there = if done.unchanged { "Already there, unchanged" } else { "Artefacts" };
    console.say(&format!("{there}: {}\n  open {}", done.out.display(), done.out.join("report.html").display()));
    console.say(&format!("Release {}: {charged}.", release.id()));
    console.say(&format!("Every row of the logs is accounted for in {} (confidential).", done.private.display()));
    console.result(&json!({
        "release": release.id(),
        "out": done.out.to_string_lossy(),
        "replay": done.replay,
        "unchanged": done.unchanged,
    }));
}

/// Says what a report would do, and whether every row can be counted. Publishes and charges nothing.
fn check(args: &ReportArgs, console: Console) -> Outcome<()> {
    let policy = sound_policy(args)?;
    let key = key_for_check(&policy, console)?;
    let (reading, tables, losses) =
        read_and_count(args, &policy, key.as_ref().unwrap_or(&Key::for_preview()), console)?;
    for sentence in describe(&policy) {
        console.say(&sentence);
    }
    console.say(&match key {
        None => "Without a key it is not known whether this release was charged before.".to_owned(),
        Some(key) => ledger_sentence(&policy, &claim(&policy, &tables, &key), console)?,
    });
    let private = reading.remember(&policy, "check", &losses)?;
    console.say(&format!("Every row of the logs is accounted for in {} (confidential).", private.display()));
    console.say("Nothing was published and nothing was charged.");
    console.result(&json!({ "release": policy.release, "ok": true }));
    Ok(())
}

/// Without any key a check still goes on: policy and logs can be right before a key exists.
fn key_for_check(policy: &Policy, console: Console) -> Outcome<Option<Key>> {
    match Key::load(&policy.paths.key, policy.paths.key_named) {
        Ok(key) => Ok(Some(key)),
        Err(failure) if failure.diagnostics().iter().all(|problem| problem.code() == Code::KeyMissing) => {
            console.tell(
                &Diagnostic::warning(Code::KeyMissing, "there is no key; `report` would stop here")
                    .help("`hushcount init` makes one"),
            );
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

fn ledger_sentence(policy: &Policy, claim: &Claim, console: Console) -> Outcome<String> {
    let spends =
        policy.epsilon().map_or("nothing, since no noise is added".to_owned(), |epsilon| format!("epsilon {epsilon}"));
    if !Path::new(&policy.paths.ledger).exists() {
        return Ok(format!("A report would start the ledger `{}` and spend {spends}.", policy.paths.ledger.display()));
    }
    let entries = Ledger::entries_of(&policy.paths.ledger)?;
    let replay = entries.preview(claim)?;
    warn_of_overlap(&entries, claim, console);
    Ok(if replay {
        "The same release was charged before: a report would give the same bytes and spend nothing.".to_owned()
    } else {
        format!("A report would spend {spends} and seal release `{}`.", claim.release)
    })
}

fn describe(policy: &Policy) -> Vec<String> {
    let period = policy.period;
    let mut sentences =
        vec![format!("Release `{}`: requests received from {} to {}.", policy.release, period.first(), period.last())];
    sentences.extend(policy.tables.iter().map(|table| describe_table(policy, table)));
    let unit = policy.privacy.unit.as_str();
    sentences.push(match policy.epsilon() {
        None => "No noise: the bands would be those of the exact counts, and every artefact would say so.".to_owned(),
        Some(epsilon) => format!(
            "Noise protects one {unit}: discrete Laplace, epsilon {epsilon} for the release, {} for each measure of each table.",
            share(epsilon, policy.queries())
        ),
    });
    sentences.extend(policy.privacy.applied_bounds().map(|bounds| bounds_sentence(unit, bounds)));
    sentences.extend(uncounted_sentence(policy));
    let accuracies = policy.tables.iter().flat_map(|table| accuracy(policy, table));
    sentences.extend(accuracies.map(|accuracy| accuracy_sentence(&accuracy)));
    sentences
}

fn accuracy_sentence(accuracy: &Accuracy) -> String {
    format!(
        "Table `{}`, {}: noise would move a count into another band with a chance of {} on average, at most {} at a band's edge.",
        accuracy.table,
        accuracy.measure,
        percent(accuracy.wrong_on_average),
        percent(accuracy.wrong_at_edge)
    )
}

fn bounds_sentence(unit: &str, bounds: Bounds) -> String {
    format!(
        "One {unit} counts in at most {} of a table's cells, at most {} times in each. What is beyond is not counted; how \
         much that is stands in {PRIVATE_FILE}.",
        bounds.cells, bounds.per_cell
    )
}

/// A table that is not broken down by legal process counts all of it.
fn uncounted_sentence(policy: &Policy) -> Option<String> {
    let blind = |table: &&Arc<TableSpec>| table.dimensions.iter().all(|set| set.column() != "legal_process");
    let names: Vec<&str> = policy.tables.iter().filter(blind).map(|table| table.name.as_str()).collect();
    let leaves_out = policy
        .log
        .leave_out
        .get("legal_process")
        .is_some_and(|values| values.iter().any(|value| sounds_like_national_security(value)));
    (!names.is_empty() && !leaves_out).then(|| {
        format!(
            "Counted whatever its legal process, also national-security process if the logs hold any: {}.",
            names.join(", ")
        )
    })
}

fn describe_table(policy: &Policy, table: &TableSpec) -> String {
    let total = if table.total { " and a total" } else { "" };
    let cells = table.cells();
    let out = policy.paths.out.as_deref().unwrap_or(Path::new("OUT")).join(format!("{}.csv", table.name));
    format!(
        "Table `{}`: {}, {cells} cell(s){total}, in bands of {}, to {}.",
        table.name,
        table.title(),
        table.band_size.get(),
        out.display()
    )
}
