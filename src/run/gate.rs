//! The gate: bands of exact counts are attacked together with everything published before, before they are charged.
//!
//! What follows from bands that are not published yet is as confidential as the counts. So a refusal says where, by which
//! kind of combination and what would pass; what follows stands in the private file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::audit::{
    Cell, Finding, FindingKey, Joint, Published, PublishedRelease, Remedy, Rules, fewest_withheld, look_together,
    read_release, release_of,
};
use crate::band::NARROWEST_EXACT_BAND;
use crate::confidential::{Counts, Key, PRIVATE_FILE, Record};
use crate::console::Console;
use crate::error::{Code, Diagnostic, Failure, Outcome, Severity};
use crate::keys::TOTAL;
use crate::ledger::{Claim, Entries};
use crate::pipeline::proposed;
use crate::policy::Policy;
use crate::units::numbered;

/// Bands so many times as wide are tried, until some would pass.
const WIDER: [u64; 11] = [2, 3, 4, 5, 6, 8, 10, 20, 25, 50, 100];

/// For releases of more numbers it is not searched which cells could be withheld, and only a few wider bands are tried.
const MAX_TRIED: usize = 150;

/// What is being done, for who waits.
pub(super) const STAGE: &str = "auditing exact bands";

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
        Ok(Some(release_of(&release.report(), Path::new(THIS_RELEASE))?.numbers))
    }
}

/// Lets a release through from whose bands, with those published before, nothing narrower follows.
///
/// # Errors
/// Refused when something would follow, when it cannot be told, or when an earlier release that readers will compare was not
/// given.
pub(super) fn pass(
    run: &Run<'_>,
    against: &[PathBuf],
    entries: &Entries,
    record: Record,
    console: Console,
) -> Outcome<Record> {
    let Some(new) = run.numbers(1)? else { return Ok(record) };
    let attack = Attack::of(run, against, entries)?;
    let (found, less) = attack.on(&new, false);
    for warning in warnings(&less) {
        console.tell(&warning);
    }
    if found.is_empty() {
        return Ok(record);
    }
    let passes = |numbers: &[Published]| attack.on(numbers, true).0.is_empty();
    // Every attempt is an attack of its own.
    let is_small = new.len() <= MAX_TRIED;
    let withheld = if is_small { fewest_withheld(&new, &found, passes) } else { None };
    // Bands that are too wide are no remedy.
    let wide_enough = |times: &u64| run.numbers(*times).ok().flatten().is_some_and(|numbers| passes(&numbers));
    let wider = WIDER.into_iter().filter(|times| is_small || times % 10 == 0).find(wide_enough);
    let told = found.iter().map(|finding| finding.text.clone());
    let told = told.chain(withheld.iter().flat_map(|remedy| withholdings(remedy, run.policy))).collect();
    record.remember_audit(run.policy, "refused", &run.counts.losses, told)?;
    Err(Failure::of(refusals(&found, wider, withheld.map(|remedy| remedy.cells.len()))))
}

/// What readers have besides a new release.
struct Attack {
    /// What stands, of other releases.
    standing: Vec<Published>,
    /// Earlier versions of the new release: it takes their place, but they stay known.
    replaced: Vec<Published>,
    /// What was to be found before.
    known: BTreeSet<FindingKey>,
}

impl Attack {
    /// Every release that readers will compare must be among those that were given.
    fn of(run: &Run<'_>, against: &[PathBuf], entries: &Entries) -> Outcome<Self> {
        let releases = against.iter().map(|directory| read_release(directory)).collect::<Outcome<Vec<_>>>()?;
        let given: BTreeSet<&String> = releases.iter().map(|release| &release.ledger_entry).collect();
        let compared = entries.compared_with(run.claim).into_iter();
        let missing: Vec<String> = compared
            .filter(|earlier| run.shares_numbers_with(earlier) && !given.contains(&earlier.id()))
            .map(Claim::name)
            .collect();
        if !missing.is_empty() {
            let message = format!("readers will compare this release with {}", missing.join(" and "));
            return Err(Diagnostic::refused(Code::AuditIncomplete, message)
                .help("give the directory of each, as it was published: --against DIR")
                .into());
        }
        let (replaced, standing): (Vec<_>, Vec<_>) =
            releases.into_iter().partition(|release| release.release == run.claim.release);
        let numbers = |releases: Vec<PublishedRelease>| releases.into_iter().flat_map(|one| one.numbers).collect();
        let (standing, replaced): (Vec<Published>, Vec<Published>) = (numbers(standing), numbers(replaced));
        let rules = Rules { unexplained: true, ..Rules::default() };
        let mut known = look_together(&standing, &rules).findings;
        if !replaced.is_empty() {
            known.extend(look_together(&[&standing[..], &replaced].concat(), &rules).findings);
        }
        Ok(Self { standing, replaced, known: known.iter().map(Finding::key).collect() })
    }

    /// What can be found on a release: what is refused, and what is only pointed out. By itself, with what stands, and with
    /// what it takes the place of, since where some numbers contradict each other nothing is found on those.
    fn on(&self, new: &[Published], unexplained: bool) -> (Vec<Finding>, Vec<Finding>) {
        let rules = Rules { unexplained, ..Rules::default() };
        let mut found: Vec<Finding> = Vec::new();
        let mut look = |numbers: &[Published], is_replacing: bool| {
            let joint = look_together(numbers, &rules);
            found.extend(too_many(&joint, numbers));
            // A correction may well contradict what it corrects.
            let counts = |finding: &Finding| !is_replacing || finding.code != Code::Contradiction;
            found.extend(joint.findings.into_iter().filter(counts));
        };
        look(new, false);
        if !self.standing.is_empty() {
            look(&[&self.standing[..], new].concat(), false);
        }
        if !self.replaced.is_empty() {
            look(&[&self.standing[..], &self.replaced, new].concat(), true);
        }
        let mut seen = self.known.clone();
        let fresh = found.into_iter().filter(|finding| seen.insert(finding.key()));
        // What contradicts each other was not looked at: that is no pass.
        fresh.partition(|finding| finding.is_fault() || finding.code == Code::Contradiction)
    }
}

/// Numbers that were too many to be looked at with all others are no pass either.
fn too_many(joint: &Joint, numbers: &[Published]) -> Option<Finding> {
    let first = numbers.first().filter(|_| joint.not_combined > 0)?;
    let numbers = numbered(joint.not_combined, "number was", "numbers were");
    let text = format!("{numbers} too many to be looked at together with all others");
    let help = "publish fewer columns in one release, or use noise".to_owned();
    Some(Finding::about(first, Code::NotAudited, Severity::Refused, text, help))
}

/// What is refused, by table and kind, without saying what follows.
fn refusals(found: &[Finding], wider: Option<u64>, withheld: Option<usize>) -> Vec<Diagnostic> {
    let mut remedies: Vec<String> = Vec::new();
    remedies.extend(wider.map(|times| format!("bands {times} times as wide would pass")));
    remedies.extend(withheld.map(|cells| {
        format!("withholding {} in all would pass (`withhold` in a table)", numbered(cells, "cell", "cells"))
    }));
    let remedy =
        if remedies.is_empty() { "publish fewer tables, or wider bands".to_owned() } else { remedies.join("; ") };
    let refusal = |((place, _), (code, numbers)): ((String, &str), (Code, usize))| {
        let message = match code {
            Code::Contradiction => {
                format!("{place}: numbers do not agree with each other, so what follows cannot be told")
            }
            Code::NotAudited => "there are too many numbers to be audited against each other".to_owned(),
            _ => format!(
                "{place}: {}",
                numbered(
                    numbers,
                    "number would follow more narrowly than its band",
                    "numbers would follow more narrowly than their bands"
                )
            ),
        };
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
    let warning = |((place, _), (code, numbers)): ((String, &str), (Code, usize))| {
        let message = format!(
            "{place}: {}",
            numbered(
                numbers,
                "number follows somewhat more narrowly than its band",
                "numbers follow somewhat more narrowly than their bands"
            )
        );
        Diagnostic::warning(code, message).help(format!(
            "at least {NARROWEST_EXACT_BAND} counts stay possible for each; wider bands, or a withheld cell, hide as much as \
             the band says. `hushcount audit DIR` shows which, once it is published"
        ))
    };
    kinds(narrowed).into_iter().map(warning).collect()
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
