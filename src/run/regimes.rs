//! `regimes`: the laws and letters that are known, and what each of their rules says.

use serde_json::{Value, json};

use crate::cli::RegimesArgs;
use crate::console::Console;
use crate::error::{Code, Diagnostic, Outcome};
use crate::language::Lang;
use crate::regime::{AGREED, Category, Regime, Rule, State, all, find};

const AGREED_WORDS: &str = "\
agreed
50 U.S.C. § 1874(c)

Another time, form or manner of reporting that the Government and the publisher jointly agreed on. It stands in the policy,
under [regime.agreed]: `basis` names the document, `like` the regime it is otherwise like, and `band`, `period` and
`delay_days` what was agreed instead. The basis is printed in every artefact; whether it says so is for counsel.";

pub(super) fn show(args: &RegimesArgs, console: Console) -> Outcome<()> {
    match &args.id {
        None => list(console),
        Some(id) if id == AGREED => console.say(AGREED_WORDS),
        Some(id) => {
            let unknown = || {
                let known: Vec<&str> = all().iter().map(|regime| regime.id.as_str()).chain([AGREED]).collect();
                Diagnostic::error(Code::RegimeUnknown, format!("there is no regime `{id}`"))
                    .help(format!("there are: {}", known.join(", ")))
            };
            let regime = find(id).ok_or_else(unknown)?;
            console.say(&explained(regime));
            console.result(&as_json(regime));
        }
    }
    Ok(())
}

fn list(console: Console) {
    let regimes = all();
    for regime in regimes {
        console.say(&format!(
            "{}: {}\n  {}\n  {}{}",
            regime.id,
            regime.title,
            regime.what(Lang::En),
            state(regime),
            read(regime.verified)
        ));
    }
    console.say(
        "agreed: a time, form or manner that was agreed on with the Government (50 U.S.C. § 1874(c))\n  \
         Stated in the policy under [regime.agreed], with its written basis.\n\n\
         A zero is in the first band. 0 itself is printed only where the policy declares it: `zero` under [regime].\n\
         No law or letter that was read mentions noise. Bands are of noisy counts unless noise = \"none\"; every table says which\n\
         it has, and how often noise prints the band beside the true one. Ask counsel which of the two to publish.\n\
         `hushcount regimes ID` explains one. This is no legal advice: it says what was read, and what was not.",
    );
    console.result(&json!(regimes.iter().map(as_json).collect::<Vec<_>>()));
}

fn state(regime: &Regime) -> String {
    match (&regime.until, regime.state) {
        (Some(until), State::Historic) => format!("Historic: not for reports published on {until} or later."),
        (_, state) => format!("State: {}.", state.as_str()),
    }
}

fn read(verified: bool) -> &'static str {
    if verified { " Its text was read." } else { " Not verified: its text was not read, or in part only." }
}

fn explained(regime: &Regime) -> String {
    let Regime { id, title, source, .. } = regime;
    let what = regime.what(Lang::En);
    let head = format!("{id}\n{title}\n\n{what}\n{}{}\n", state(regime), read(regime.verified));
    let category = |one: &Category| format!("  {}: {} ({})", one.key, words(one), one.processes.join(", "));
    let rule = |one: &Rule| format!("- {}", one.words());
    let lines = regime.categories.iter().map(category).chain(regime.rules.iter().map(rule));
    format!("{head}\n{}\n\nSource: {source}.", lines.collect::<Vec<_>>().join("\n"))
}

/// What a category is, for people.
fn words(category: &Category) -> String {
    Lang::En.load().key("category", &category.key).unwrap_or_else(|| category.key.clone())
}

fn as_json(regime: &Regime) -> Value {
    json!({
        "id": regime.id,
        "title": regime.title,
        "what": regime.what(Lang::En),
        "law": regime.law,
        "state": regime.state.as_str(),
        "until": regime.until,
        "band": (regime.band > 0).then_some(regime.band),
        "verified": regime.verified,
        "source": regime.source,
        "categories": regime.categories.iter().map(|category| json!({
            "key": category.key,
            "words": words(category),
            "processes": category.processes,
        })).collect::<Vec<_>>(),
        "rules": regime.rules.iter().map(|rule| json!({
            "paragraph": rule.paragraph,
            "says": rule.says,
            "verified": rule.verified,
        })).collect::<Vec<_>>(),
    })
}
