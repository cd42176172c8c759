//! `verify` and `audit` of what is published.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::audit::{Finding, Joint, Published, Rules, Unsaid, look, look_together, read, read_release, verify};
use crate::cli::AuditArgs;
use crate::console::Console;
use crate::error::{Code, Diagnostic, Failure, Outcome, Severity};
use crate::units::numbered;

/// A release directory from its public files alone.
pub(super) fn directory(path: &Path, console: Console) -> Outcome<()> {
    if !path.is_dir() {
        let message = format!("`{}` is not the directory of a release", path.display());
        return Err(Diagnostic::error(Code::ReleaseUnreadable, message)
            .help("give the directory that `report` wrote; `hushcount audit` looks at files of bands")
            .into());
    }
    let (release, found) = verify(path)?;
    let (faults, notes): (Vec<Diagnostic>, Vec<Diagnostic>) =
        found.into_iter().partition(|one| one.severity() == Severity::Refused);
    for note in &notes {
        console.tell(note);
    }
    console.result(&json!({ "release": release, "faults": faults.len(), "notes": notes.len() }));
    if faults.is_empty() {
        console.say(&format!(
            "Release {release}: every file is as its manifest says, every band is one of its table's, and what is under a \
             law is as that allows.\nNot looked at: the words of the report, an agreement's terms, other releases \
             (`hushcount audit` does)."
        ));
        return Ok(());
    }
    Err(Failure::of(faults))
}

/// What was given to be looked at.
#[derive(Default)]
struct Seen {
    numbers: Vec<Published>,
    /// Releases of noisy counts, with what they guarantee.
    noisy: Vec<(String, String)>,
}

/// Release directories and anybody's bands: each number by itself, then all together.
pub(super) fn published(args: &AuditArgs, console: Console) -> Outcome<()> {
    let rules = rules(args)?;
    let seen = seen(args)?;
    let doing = "working out what follows from all numbers together";
    let joint = console.stage(doing, || look_together(&seen.numbers, &rules));
    let single: Vec<Finding> = seen.numbers.iter().filter_map(look).collect();
    let findings: Vec<&Finding> = single.iter().chain(&joint.findings).collect();
    findings.iter().filter(|one| !one.is_fault()).for_each(|one| console.tell(&one.diagnostic()));
    say(&seen, &joint, &findings, console);
    console.result(&result(&seen, &joint, &findings));
    let faults: Vec<Diagnostic> = findings.iter().filter(|one| one.is_fault()).map(|one| one.diagnostic()).collect();
    if faults.is_empty() { Ok(()) } else { Err(Failure::of(faults)) }
}

fn seen(args: &AuditArgs) -> Outcome<Seen> {
    let unsaid = Unsaid { regime: args.regime.clone(), category: args.category.clone(), company: args.company.clone() };
    let mut seen = Seen::default();
    for path in &args.paths {
        if path.is_dir() {
            let release = read_release(path)?;
            seen.noisy.extend(release.guarantee.map(|guarantee| (release.name, guarantee)));
            seen.numbers.extend(release.numbers);
        } else {
            seen.numbers.extend(read(path, &unsaid)?);
        }
    }
    Ok(seen)
}

/// What somebody says of how the numbers were counted.
fn rules(args: &AuditArgs) -> Outcome<Rules> {
    let mut rules = Rules { selectors_cover_orders: args.selectors_cover_orders, ..Rules::default() };
    for sum in &args.sum {
        let sides = sum.split_once('=').filter(|(whole, parts)| !whole.is_empty() && !parts.is_empty());
        let Some((whole, parts)) = sides else {
            let message = format!("`{sum}` does not say what is a sum of what");
            return Err(Diagnostic::error(Code::ArgumentInvalid, message)
                .at_option("--sum")
                .help("write WHOLE=PART+PART, such as all_process=criminal+all")
                .into());
        };
        rules.sums.insert(whole.to_owned(), parts.split('+').map(str::to_owned).collect());
    }
    Ok(rules)
}

fn faults(findings: &[&Finding]) -> usize {
    findings.iter().filter(|one| one.is_fault()).count()
}

/// Numbers that no band of a regime or of a release holds.
fn free(numbers: &[Published]) -> usize {
    numbers.iter().filter(|one| one.regime().is_none() && one.band_size.is_none()).count()
}

fn say(seen: &Seen, joint: &Joint, findings: &[&Finding], console: Console) {
    let (all, faults) = (seen.numbers.len(), faults(findings));
    if all > 0 {
        console.say(&format!(
            "{}, each by itself and all together: {}, {} to know; {} under no law's bands.",
            numbered(all, "number", "numbers"),
            numbered(faults, "fault", "faults"),
            findings.len() - faults,
            free(&seen.numbers)
        ));
    }
    for (method, times) in &joint.methods {
        console.say(&format!("  {}: {}", numbered(*times, "number", "numbers"), method.plainly()));
    }
    if joint.contradictory > 0 {
        let numbers = numbered(joint.contradictory, "number is", "numbers are");
        console
            .say(&format!("  {numbers} in contradiction with others: nothing can be said of what follows from them"));
    }
    for (name, guarantee) in &seen.noisy {
        console.say(&format!(
            "Release {name} has bands of noisy counts, from which no narrower range follows. {guarantee}"
        ));
    }
    if let Some(warning) = not_combined(joint) {
        console.tell(&warning);
    }
}

/// A warning where some numbers were too many to be looked at together.
pub(super) fn not_combined(joint: &Joint) -> Option<Diagnostic> {
    let numbers = numbered(joint.not_combined, "number was", "numbers were");
    let message = format!("{numbers} too many to be looked at together with all others");
    let help = "each was looked at with its own table only; give fewer periods, or publish fewer columns";
    (joint.not_combined > 0).then(|| Diagnostic::warning(Code::NotAudited, message).help(help))
}

fn result(seen: &Seen, joint: &Joint, findings: &[&Finding]) -> Value {
    let noisy = seen.noisy.iter().map(|(name, guarantee)| json!({ "release": name, "guarantee": guarantee }));
    json!({
        "numbers": seen.numbers.len(),
        "faults": faults(findings),
        "without_regime": free(&seen.numbers),
        "methods": joint.methods.iter().map(|(method, times)| (method.words(), *times)).collect::<BTreeMap<_, _>>(),
        "contradictory": joint.contradictory,
        "not_combined": joint.not_combined,
        "noisy_releases": noisy.collect::<Vec<_>>(),
        "findings": findings.iter().map(|one| as_json(one)).collect::<Vec<_>>(),
    })
}

fn as_json(finding: &Finding) -> Value {
    json!({
        "code": finding.code,
        "severity": finding.severity,
        "file": finding.file.to_string_lossy(),
        "place": finding.place,
        "text": finding.text,
        "help": finding.help,
        "combined": finding.combined,
        "derived": finding.derived.map(|(low, high)| json!([low, high])),
        "method": finding.method,
    })
}
