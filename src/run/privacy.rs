//! `audit --privacy`: does the whole pipeline keep the privacy it claims?

use serde_json::json;

use crate::cli::AuditArgs;
use crate::console::Console;
use crate::error::{Code, Diagnostic, Failure, Outcome};
use crate::privacy_test::{PAIRS, Trial, Verdict, try_all};

/// The chance that a private mechanism is refuted in one pair.
const ALPHA: f64 = 0.001;

pub(super) fn audit(args: &AuditArgs, console: Console) -> Outcome<()> {
    let bar = console.steps(PAIRS as u64, "releasing neighbouring logs");
    let trial = Trial { runs: args.runs, seed: args.seed, alpha: ALPHA };
    let verdicts = try_all(trial, &|| bar.inc(1));
    bar.finish_and_clear();
    let verdicts = verdicts?;
    console.say(&format!(
        "{} releases of each log; each bound holds with a confidence of {}%.",
        args.runs,
        100.0 * (1.0 - ALPHA)
    ));
    for verdict in &verdicts {
        console.say(&line(verdict));
    }
    console.result(
        &json!({ "runs": args.runs, "alpha": ALPHA, "pairs": verdicts.iter().map(as_json).collect::<Vec<_>>() }),
    );
    let refuted: Vec<Diagnostic> = verdicts.iter().filter(|verdict| verdict.is_refuted()).map(refusal).collect();
    if refuted.is_empty() {
        console.say("No claim was refuted. A bound far below its claim proves nothing; more --runs bring it nearer.");
        return Ok(());
    }
    Err(Failure::of(refuted))
}

fn line(verdict: &Verdict) -> String {
    format!(
        "{:>7}: {}: epsilon is at least {:.2}, claimed {}",
        verdict.unit,
        verdict.name,
        verdict.lower_bound,
        claimed(verdict)
    )
}

fn claimed(verdict: &Verdict) -> String {
    let delta = if verdict.delta > 0.0 { format!(" with delta {:e}", verdict.delta) } else { String::new() };
    format!("{}{delta}", verdict.claimed)
}

fn refusal(verdict: &Verdict) -> Diagnostic {
    let message = format!(
        "{}, {}: epsilon is at least {:.2}, and {} is claimed",
        verdict.unit,
        verdict.name,
        verdict.lower_bound,
        claimed(verdict)
    );
    Diagnostic::refused(Code::PrivacyRefuted, message)
        .help("one in a thousand such trials fails by chance: try another --seed; if it fails again, do not publish")
}

fn as_json(verdict: &Verdict) -> serde_json::Value {
    json!({
        "unit": verdict.unit,
        "pair": verdict.name,
        "claimed_epsilon": verdict.claimed,
        "delta": verdict.delta,
        "epsilon_at_least": verdict.lower_bound,
        "refuted": verdict.is_refuted(),
    })
}
