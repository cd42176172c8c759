//! What each command does, step by step.

mod against;
mod check;
mod gate;
mod ledger;
mod observe;
mod plan;
mod privacy;
mod regimes;
mod rotate;
mod shell;
mod sql;

use std::path::PathBuf;

use indicatif::ProgressBar;
use serde_json::json;

use crate::accuracy::{Accuracy, accuracy};
use crate::audit;
use crate::cli::{Command, LedgerAction, PolicyArgs, ReportArgs, SynthArgs};
use crate::confidential::{self, Counts, Key, PRIVATE_FILE, Record};
use crate::console::Console;
use crate::error::{Code, Diagnostic, Outcome};
use crate::init;
use crate::ledger::{Claim, Entries, Ledger, Settled, Spent, Structure, refuse_over_budget, spent_against};
use crate::pipeline::{claim, protect};
use crate::policy::Policy;
use crate::regime::About;
use crate::release::{Release, Report, SCHEMA, Staging, artefacts, issue, markdown, preview, refuse_occupied};
use crate::synth;
use crate::table::TableSpec;
use crate::units::{numbered, percent};

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
        Command::Check(args) => check::check(args, console),
        Command::Audit(args) if args.privacy => privacy::audit(args, console),
        Command::Audit(args) => observe::published(args, console),
        Command::Verify(args) => observe::directory(&args.directory, console),
        Command::Plan(args) => plan::plan(args, console),
        Command::Ledger(args) => match args.action {
            None => ledger::show(args, console),
            Some(LedgerAction::RotateKey { old_key_lost }) => rotate::rotate_key(args, old_key_lost, console),
        },
        Command::Regimes(args) => regimes::show(args, console),
        Command::Sql(args) => sql::sql(args, console),
        Command::Synth(args) => synthesise(args, console),
        Command::Init(args) => init::run(args).map(|made| console.say(&made)),
        Command::Completions(args) => shell::completions(args),
        Command::Man(args) => shell::man(args),
        Command::Deployment(args) => shell::print(audit::deployment(&args.directory)?.as_bytes()),
        Command::Schema => shell::print(SCHEMA.as_bytes()),
    }
}

/// Rows on a terminal are their own progress.
fn synthesise(args: &SynthArgs, console: Console) -> Outcome<()> {
    let bar = args.out.as_ref().map(|_| console.steps(args.rows, "writing rows"));
    let done = synth::run(args, &|rows| bar.iter().for_each(|bar| bar.inc(rows)));
    bar.iter().for_each(ProgressBar::finish_and_clear);
    done
}

/// Logs in, a release directory out.
///
/// Nothing is charged before everything that can be refused was; the order from there on is that of [`issue`].
fn report(args: &ReportArgs, console: Console) -> Outcome<()> {
    let policy = sound_policy(&args.policy)?;
    let out = policy.paths.out.clone().ok_or_else(no_output)?;
    let key = Key::load(&policy.paths.key, policy.paths.key_named)?;
    let mut ledger = open_ledger(&policy, console)?;
    warn_of_a_new_ledger(ledger.entries(), &policy, console)?;
    let beside = against::Beside { policy: &policy, key: &key, entries: ledger.entries() };
    let earlier = against::given(&args.against, &beside, console)?;
    let (mut record, counts) = read_and_count(args, &policy, &key, console)?;
    let settled = settle(ledger.entries(), &claim(&policy, &counts, &key), &policy, console)?;
    if !settled.is_replay() {
        refuse_occupied(&out)?;
    }
    if !ledger.entries().is_sealed(settled.claim()) {
        let run = gate::Run { policy: &policy, key: &key, counts: &counts, claim: settled.claim() };
        record = console.stage(gate::STAGE, || gate::pass(&run, &args.against, ledger.entries(), record, console))?;
    }
    let private = record.remember(&policy, "report", &counts.losses)?;
    let staging = Staging::beside(&out)?;
    let ((release, report), unchanged) = issue(&mut ledger, &settled, staging, |charge| {
        let release = protect(counts, charge, &key, &policy)?.beside(earlier);
        let report = release.report();
        let files = artefacts(&report);
        Ok(((release, report), files))
    })?;
    let replay = settled.is_replay();
    finish(
        (&release, &report),
        &Done { out, private, replay, unchanged, demonstration: key.is_demonstration() },
        console,
    );
    Ok(())
}

/// A policy whose noise can be drawn and whose files do not get in each other's way.
fn sound_policy(args: &PolicyArgs) -> Outcome<Policy> {
    let policy = Policy::read(args)?;
    confidential::refuse_undrawable(&policy)?;
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

fn read_and_count(args: &ReportArgs, policy: &Policy, key: &Key, console: Console) -> Outcome<(Record, Counts)> {
    if let Some(path) = &args.counts {
        let read = console.stage("reading the counts", || confidential::read_counts(path, policy, key))?;
        read.warnings.iter().chain(&policy_warnings(policy)).for_each(|warning| console.tell(warning));
        return Ok((read.record, read.counts));
    }
    let bytes = args.logs.iter().filter_map(|log| std::fs::metadata(log).ok()).map(|file| file.len()).sum();
    let bar = console.bytes(bytes);
    let read = |more| Console::has_read(&bar, more);
    let reading = console.timed("reading the logs", || confidential::read_logs(&args.logs, policy, key, &read));
    bar.finish_and_clear();
    let reading = reading?;
    reading.warnings.iter().chain(&policy_warnings(policy)).for_each(|warning| console.tell(warning));
    let counts = console.stage("bounding and counting", || confidential::count_tables(&reading, policy, key))?;
    Ok((reading.record, counts))
}

fn policy_warnings(policy: &Policy) -> Vec<Diagnostic> {
    policy.tables.iter().filter_map(|table| uncertainty_warning(policy, table)).collect()
}

fn uncertainty_warning(policy: &Policy, table: &TableSpec) -> Option<Diagnostic> {
    let by_chance = |one: &Accuracy, other: &Accuracy| one.wrong_on_average.total_cmp(&other.wrong_on_average);
    let worst = accuracy(policy, table).into_iter().max_by(by_chance)?;
    let message = format!(
        "table `{}`, {}: noise moves {} of the numbers into another band on average",
        table.name,
        worst.subject(),
        percent(worst.wrong_on_average)
    );
    (worst.wrong_on_average > UNCERTAIN).then(|| {
        Diagnostic::warning(Code::BandsUncertain, message)
            .help("widen the bands, lower max_cells or max_per_cell, or raise epsilon; `hushcount plan` compares")
    })
}

/// Without its ledger nothing is known of what was spent. The private file may remember that there was something.
fn warn_of_a_new_ledger(entries: &Entries, policy: &Policy, console: Console) -> Outcome<()> {
    if entries.lines() > 0 {
        return Ok(());
    }
    let earlier = confidential::remembered_releases(&policy.paths.ledger)?;
    if !earlier.is_empty() {
        let message = format!("the ledger is new, and releases were made here before: {}", earlier.join(", "));
        let warning = Diagnostic::warning(Code::LedgerNew, message).at_file(&policy.paths.ledger);
        console.tell(&warning.help("if the ledger was lost, restore it: without it, what was spent is not known"));
    }
    Ok(())
}

/// What the ledger says to a claim: a replay, a new charge within the budget, or a refusal.
fn settle(entries: &Entries, claim: &Claim, policy: &Policy, console: Console) -> Outcome<Settled> {
    let settled = entries.settle(claim, policy.restatement.as_deref())?;
    if !settled.is_replay() {
        refuse_another_key(entries, claim)?;
        refuse_another_structure(entries, settled.claim(), policy)?;
        if let Some(budget) = &policy.budget {
            warn_of_uncounted(spent_against(entries, claim, budget), console);
            refuse_over_budget(entries, settled.claim(), budget)?;
        }
    }
    warn_of_overlap(entries, claim, console);
    warn_of_flips(entries, settled.claim(), console);
    Ok(settled)
}

/// A key that is not the ledger's draws noise that is not the ledger's: by accident, that is a second draw.
fn refuse_another_key(entries: &Entries, claim: &Claim) -> Outcome<()> {
    let for_trials = Key::demonstration().id();
    match entries.key_in_use(&for_trials) {
        Some(in_use) if in_use != claim.key_id && claim.key_id != for_trials => Err(another_key(in_use, &claim.key_id)
            .help("find the ledger's key; if a new one is meant, `hushcount ledger rotate-key` makes and records it")
            .into()),
        _ => Ok(()),
    }
}

fn another_key(in_use: &str, key: &str) -> Diagnostic {
    let message = format!("the ledger's releases were made with key {in_use}, and this is key {key}");
    Diagnostic::refused(Code::KeyChanged, message)
}

/// A period that was reported under one structure of a law is not reported under another, nor with other days, nor once more
/// in another release: they would narrow each other.
fn refuse_another_structure(entries: &Entries, claim: &Claim, policy: &Policy) -> Outcome<()> {
    let regime = |law: &str| {
        let regimes = policy.regime_tables().into_iter().map(|(_, numbers)| &numbers.regime);
        regimes.into_iter().find(|regime| regime.law == law)
    };
    let told = |earlier: &Claim, one: &Structure| {
        format!("{} reported {} to {} under {}", earlier.name(), one.period[0], one.period[1], one.regime)
    };
    if let Some((earlier, one)) = entries.other_structure(claim)
        && let Some(regime) = regime(&one.law)
    {
        let refusal = regime.refusal(Code::RegimeStructure, About::Structure, told(earlier, one));
        return Err(refusal.into());
    }
    let Some((earlier, one)) = entries.same_number(claim) else { return Ok(()) };
    let again: Vec<&str> = claim.structures.iter().flat_map(|ours| ours.shared_with(one)).collect();
    let message = format!("{}, and this release would show again: {}", told(earlier, one), again.join(", "));
    Err(Diagnostic::refused(Code::RegimePublished, message).help(instead(claim, earlier, one)).into())
}

/// What to do instead of showing a number in a second release. A number that is published with a delay stands in the release
/// of the period after its own.
fn instead(claim: &Claim, earlier: &Claim, one: &Structure) -> String {
    let name = &earlier.release;
    let correct =
        format!("readers could compare the two. To correct these numbers, restate `{name}`, where they stand");
    let leave_out = if one.period != claim.period {
        "to leave them out here, set `earlier = false` under [regime]"
    } else if claim.version > 1 {
        "to correct the others, restate this one with the `--publish-on` that its last version states: on that day these were \
         not shown in it"
    } else {
        "a second release of these days is not made"
    };
    format!("{correct} (`--restate {name}`); {leave_out}")
}

/// Releases over the same days add up for whoever is in them, and readers compare them.
fn warn_of_overlap(entries: &Entries, claim: &Claim, console: Console) {
    let others = entries.overlapping(claim);
    if !others.is_empty() {
        let message = format!("other releases cover days of this period: {}", others.join(", "));
        let help = if claim.loss().is_some() {
            "their privacy losses add up for whoever is in both, and readers will compare the numbers"
        } else {
            "readers will compare the numbers"
        };
        console.tell(&Diagnostic::warning(Code::PeriodOverlap, message).help(help));
    }
}

/// A zero that becomes a band tells readers that something arrived, which is what the band is there to hide.
fn warn_of_flips(entries: &Entries, claim: &Claim, console: Console) {
    let flips = entries.flips(claim);
    if !flips.is_empty() {
        let message =
            format!("declared zero before and a band now, which tells that something arrived: {}", flips.join(", "));
        console.tell(&Diagnostic::warning(Code::ZeroFlip, message).help(
            "ask counsel before this is published. A declared zero tells when it ends: declare it only where that may be told, and \
             print bands always elsewhere, also for nothing",
        ));
    }
}

/// A sum that leaves something out must say so.
fn warn_of_uncounted(spent: Spent, console: Console) {
    for (number, what) in [
        (spent.exact, "bands of exact counts, which have no finite privacy loss"),
        (spent.of_other_units, "releases that protect another privacy unit, whose loss for this one is not known"),
    ] {
        if number > 0 {
            let charges = numbered(number, "charge", "charges");
            let message = format!("the budget does not count {charges} in the ledger for {what}");
            console.tell(&Diagnostic::warning(Code::BudgetIncomplete, message));
        }
    }
}

/// Tables of which no row is left were paid for all the same.
fn warn_of_empty_tables(release: &Release, console: Console) {
    for table in release.tables().iter().filter(|table| table.spec().cells() == 0) {
        let message = format!("table `{}`: no value was common enough to be published", table.spec().name);
        console.tell(&Diagnostic::warning(Code::SelectionEmpty, message).help(
            "`hushcount check` says how common a value must be: a larger epsilon or delta, or a lower max_cells, lowers it",
        ));
    }
}

/// What a finished report says about itself.
struct Done {
    out: PathBuf,
    private: PathBuf,
    replay: bool,
    unchanged: bool,
    demonstration: bool,
}

fn finish((release, report): (&Release, &Report), done: &Done, console: Console) {
    console.say(&preview(report, PREVIEW_ROWS));
    console.summarise(&markdown(report));
    console.say("");
    warn_of_empty_tables(release, console);
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
    console.say(&format!("Release {}: {charged}.", release.name()));
    console.say(&format!("Every row of the logs is accounted for in {} (confidential).", done.private.display()));
    console.result(&json!({
        "release": release.id(),
        "version": release.version(),
        "out": done.out.to_string_lossy(),
        "replay": done.replay,
        "unchanged": done.unchanged,
    }));
}
