//! The gate: bands of exact counts are attacked together with everything published before, before they are charged.
//!
//! What follows from bands that are not published yet is as confidential as the counts. So a refusal says where, by which
//! kind of combination and what would pass; what follows stands in the private file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::observe::not_combined;
use crate::audit::{Cell, Finding, Published, Remedy, Rules, fewest_withheld, look_together, read_release, release_of};
use crate::band::NARROWEST_EXACT_BAND;
use crate::confidential::{Counts, Key, PRIVATE_FILE, Reading};
use crate::console::Console;
use crate::error::{Code, Diagnostic, Failure, Outcome};
use crate::keys::TOTAL;
use crate::ledger::{Claim, Entries};
use crate::pipeline::proposed;
use crate::policy::Policy;

/// Bands so many times as wide are tried, until some would pass.
const WIDER: [u64; 11] = [2, 3, 4, 5, 6, 8, 10, 20, 25, 50, 100];

/// What stands for the place of a release that is not written yet.
const THIS_RELEASE: &str = "this release";

/// What is about to be published.
pub(super) struct Run<'r> {
    pub(super) policy: &'r Policy,
    pub(super) key: &'r Key,
    pub(super) counts: &'r Counts,
    pub(super) claim: &'r Claim,
}

impl Run<'_> {
    /// Whether an earlier release may count something that this one counts. What is under a regime counts in no other
    /// table, and not under another law.
    fn shares_numbers_with(&self, earlier: &Claim) -> bool {
        let laws = |claim: &Claim| claim.structures.iter().map(|one| one.law.clone()).collect::<BTreeSet<_>>();
        let has_other_tables = self.policy.tables.iter().any(|table| table.regime.is_none());
        has_other_tables || !laws(self.claim).is_disjoint(&laws(earlier))
    }

    /// The numbers that would be published, with bands so many times as wide; none where they are noisy.
    fn numbers(&self, times: u64) -> Outcome<Option<Vec<Published>>> {
        let Some(release) = proposed(self.counts, self.claim, self.key, self.policy, times)? else { return Ok(None) };
        Ok(Some(release_of(release.report().as_bytes(), Path::new(THIS_RELEASE))?.numbers))
    }
}

/// Lets a release through from whose bands, with those published before, nothing narrower follows.
///
/// # Errors
/// Refused when something would follow, or when an earlier release that readers will compare was not given.
pub(super) fn pass(
    run: &Run<'_>,
    against: &[PathBuf],
    entries: &Entries,
    reading: Reading,
    console: Console,
) -> Outcome<Reading> {
    let Some(new) = run.numbers(1)? else { return Ok(reading) };
    let earlier = earlier(run, against, entries)?;
    let all = |new: &[Published]| [&earlier[..], new].concat();
    let known = look_together(&earlier, &Rules::default()).findings;
    let known: BTreeSet<String> = known.into_iter().map(|finding| finding.text).collect();
    let joint = look_together(&all(&new), &Rules::default());
    if let Some(warning) = not_combined(&joint) {
        console.tell(&warning);
    }
    let fresh = joint.findings.into_iter().filter(|finding| !known.contains(&finding.text));
    let (found, less): (Vec<Finding>, Vec<Finding>) = fresh.partition(Finding::is_fault);
    for warning in warnings(&less) {
        console.tell(&warning);
    }
    if found.is_empty() {
        return Ok(reading);
    }
    let passes = |numbers: &[Published]| faults(&all(numbers)).iter().all(|finding| known.contains(&finding.text));
    let withheld = fewest_withheld(&new, &found, passes);
    let mut wider = None;
    for times in WIDER {
        // Bands that are too wide are no remedy.
        if run.numbers(times).ok().flatten().is_some_and(|numbers| passes(&numbers)) {
            wider = Some(times);
            break;
        }
    }
    let told = found.iter().map(|finding| finding.text.clone());
    let told = told.chain(withheld.iter().flat_map(|remedy| withholdings(remedy, run.policy))).collect();
    reading.remember_audit(run.policy, "refused", &run.counts.losses, told)?;
    Err(Failure::of(refusals(&found, wider, withheld.map(|remedy| remedy.cells.len()))))
}

fn faults(numbers: &[Published]) -> Vec<Finding> {
    look_together(numbers, &Rules::default()).findings.into_iter().filter(Finding::is_fault).collect()
}

/// The numbers of the releases that were given. Every one that readers will compare must be among them.
fn earlier(run: &Run<'_>, against: &[PathBuf], entries: &Entries) -> Outcome<Vec<Published>> {
    let releases = against.iter().map(|directory| read_release(directory)).collect::<Outcome<Vec<_>>>()?;
    let given: BTreeSet<&String> = releases.iter().filter_map(|release| release.ledger_entry.as_ref()).collect();
    let missing: Vec<String> = entries
        .compared_with(run.claim)
        .into_iter()
        .filter(|earlier| run.shares_numbers_with(earlier))
        .filter(|earlier| !given.contains(&earlier.id()))
        .map(Claim::name)
        .collect();
    if !missing.is_empty() {
        let message = format!("readers will compare this release with {}", missing.join(" and "));
        return Err(Diagnostic::refused(Code::AuditIncomplete, message)
            .help("give the directory of each, as it was published: --against DIR")
            .into());
    }
    Ok(releases.into_iter().flat_map(|release| release.numbers).collect())
}

/// What is refused, by table and kind, without saying what follows.
fn refusals(found: &[Finding], wider: Option<u64>, withheld: Option<usize>) -> Vec<Diagnostic> {
    let mut remedies: Vec<String> = Vec::new();
    remedies.extend(wider.map(|times| format!("bands {times} times as wide would pass")));
    remedies
        .extend(withheld.map(|cells| format!("withholding {cells} cell(s) in all would pass (`withhold` in a table)")));
    let remedy = if remedies.is_empty() { "publish fewer tables".to_owned() } else { remedies.join("; ") };
    let refusal = |((place, _), (code, numbers)): ((String, &str), (Code, usize))| {
        let message = format!("{place}: {numbers} number(s) would follow more narrowly than their band");
        Diagnostic::refused(code, message)
            .help(format!(
            "of a number under a regime its regime's band must stay possible, of any other at least {NARROWEST_EXACT_BAND} \
             counts. {remedy}. Which numbers, from what, and what to withhold stands in {PRIVATE_FILE} beside the ledger, in \
             `audit` of its last run (confidential)"
        ))
    };
    kinds(found).into_iter().map(refusal).collect()
}

/// Where a publisher's own band is narrowed, and at least the narrowest band of exact counts stays hidden.
fn warnings(less: &[Finding]) -> Vec<Diagnostic> {
    let narrowed: Vec<&Finding> = less.iter().filter(|finding| finding.derived.is_some()).collect();
    let contradicts = less.iter().any(|finding| finding.code == Code::Contradiction).then(not_looked_at);
    let warning = |((place, _), (code, numbers)): ((String, &str), (Code, usize))| {
        let message = format!("{place}: {numbers} number(s) follow somewhat more narrowly than their band");
        Diagnostic::warning(code, message).help(format!(
            "at least {NARROWEST_EXACT_BAND} counts stay possible for each; wider bands, or a withheld cell, hide as much as \
             the band says. `hushcount audit DIR` shows which, once it is published"
        ))
    };
    kinds(narrowed).into_iter().map(warning).chain(contradicts).collect()
}

/// A request that counts in two rows of a table makes tables disagree that would otherwise agree.
fn not_looked_at() -> Diagnostic {
    let message = "some bands would not agree if every request counted in one row of a table";
    Diagnostic::warning(Code::NotAudited, message)
        .help("what follows from those was not looked at; withhold the totals, or use noise")
}

/// How many findings there are of a kind, by the table they are about.
fn kinds<'f>(found: impl IntoIterator<Item = &'f Finding>) -> BTreeMap<(String, &'static str), (Code, usize)> {
    let mut kinds = BTreeMap::new();
    for finding in found {
        let kind = (place(finding), finding.code.as_str());
        kinds.entry(kind).or_insert((finding.code, 0)).1 += 1;
    }
    kinds
}

/// The table of this release that a finding is about, or the earlier release.
fn place(finding: &Finding) -> String {
    let table = finding.table.as_deref().unwrap_or_default();
    let of =
        if finding.file == Path::new(THIS_RELEASE) { String::new() } else { format!(" of {}", finding.file.display()) };
    format!("table `{table}`{of}")
}

/// What to withhold, and how that was found.
fn withholdings(remedy: &Remedy, policy: &Policy) -> Vec<String> {
    let cells = remedy.cells.iter().map(|cell| withhold(cell, policy));
    cells.chain([format!("how these cells were chosen: {}", remedy.method)]).collect()
}

/// The line of the policy that withholds a cell.
fn withhold((table, keys): &Cell, policy: &Policy) -> String {
    let spec = policy.tables.iter().find(|spec| spec.name == *table);
    let dimensions = spec.into_iter().flat_map(|spec| &spec.dimensions);
    let keys: Vec<&str> = dimensions.filter_map(|set| keys.get(set.column())).map(String::as_str).collect();
    let name = if keys.contains(&TOTAL) { TOTAL.to_owned() } else { keys.join("/") };
    format!("would pass with, in table `{table}`: withhold = [\"{name}\"]")
}
