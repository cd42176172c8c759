//! What a ledger says: what was published, what was spent on it, and what a new claim would mean.

use std::collections::BTreeSet;

use super::claim::{Claim, Entry, Structure};
use crate::accounting::Loss;
use crate::error::{Code, Diagnostic, Outcome};

/// What a ledger says.
#[derive(Default)]
pub struct Entries(pub(super) Vec<Entry>);

/// A claim as it stands to the ledger.
#[derive(Debug)]
pub struct Settled {
    claim: Claim,
    replay: bool,
}

impl Settled {
    /// The claim with its version.
    #[must_use]
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Whether the same claim was charged before, so that it costs nothing.
    #[must_use]
    pub fn is_replay(&self) -> bool {
        self.replay
    }
}

/// A charge in the ledger and whether its release was completed.
pub struct Charged<'l> {
    /// What was charged.
    pub claim: &'l Claim,
    /// Whether the release was sealed with it.
    pub sealed: bool,
}

/// What releases have cost one privacy unit of a kind.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    /// The sum of all losses.
    pub loss: Loss,
    /// How many charges that is.
    pub charges: usize,
    /// Releases of exact bands, for which no loss can be stated.
    pub exact: usize,
    /// Releases that protect another kind of unit: what they cost this one is not known.
    pub of_other_units: usize,
}

impl Entries {
    /// The entries of a ledger's lines; nothing but the number of a line that cannot stand there: a seal without its charge.
    pub(super) fn of(lines: Vec<Entry>) -> Result<Self, usize> {
        let mut charged = BTreeSet::new();
        for (place, line) in lines.iter().enumerate() {
            match line {
                Entry::Charge(claim) => {
                    charged.insert(claim.id());
                }
                Entry::Seal { claim, .. } if !charged.contains(claim) => return Err(place + 1),
                _ => {}
            }
        }
        Ok(Self(lines))
    }

    /// How many lines the ledger has.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.0.len()
    }

    /// Gives a claim its version: what is published already, its restatement, or something new.
    ///
    /// # Errors
    /// Refused when the release is sealed with other data or another policy and no restatement is declared, and when a
    /// restatement is declared of what was never published, has not changed, or is of another period or unit.
    pub fn settle(&self, claim: &Claim, restatement: Option<&str>) -> Outcome<Settled> {
        let Some(published) = self.published(&claim.release) else {
            return match restatement {
                None => Ok(self.settled(claim.as_version(1, None))),
                Some(_) => Err(never_published(claim).into()),
            };
        };
        let same = claim.as_version(published.version, published.reason.clone());
        let claim = match (same == *published, restatement) {
            (true, None) => same,
            (true, reason) if reason == published.reason.as_deref() => same,
            (true, Some(_)) => return Err(nothing_changed(published).into()),
            (false, None) => return Err(sealed(published, claim).into()),
            (false, Some(_)) if !covers_the_same(published, claim) => {
                return Err(of_something_else(published, claim).into());
            }
            (false, Some(reason)) => claim.as_version(published.version + 1, Some(reason.to_owned())),
        };
        Ok(self.settled(claim))
    }

    fn settled(&self, claim: Claim) -> Settled {
        let replay = self.has_charge(&claim);
        Settled { claim, replay }
    }

    /// Other releases whose periods share days with the claim's, and what each version spent.
    #[must_use]
    pub fn overlapping(&self, claim: &Claim) -> Vec<String> {
        // Days are written so that they compare as text.
        let shares_days = |other: &&Claim| other.period[0] <= claim.period[1] && claim.period[0] <= other.period[1];
        let others = self.charges().filter(|other| other.release != claim.release).filter(shares_days);
        others.map(|other| format!("{} ({})", other.name(), other.cost())).collect()
    }

    /// A charge that was made under another structure for some day of the claim's, with that structure.
    #[must_use]
    pub fn other_structure(&self, claim: &Claim) -> Option<(&Claim, &Structure)> {
        self.structure(|_, theirs| claim.structures.iter().any(|ours| ours.conflicts_with(theirs)))
    }

    /// A charge of another release that shows a number of the claim's, with that structure.
    #[must_use]
    pub fn same_number(&self, claim: &Claim) -> Option<(&Claim, &Structure)> {
        self.structure(|charged, theirs| {
            charged.release != claim.release && claim.structures.iter().any(|ours| !ours.shared_with(theirs).is_empty())
        })
    }

    /// The numbers that the claim shows as bands and that were declared zero when they were last shown: for an earlier period,
    /// or in an earlier version of the release. Each with the release that declared it.
    #[must_use]
    pub fn flips(&self, claim: &Claim) -> Vec<String> {
        // What is made again is held against what was charged before it.
        let before: Vec<&Claim> = self.charges().take_while(|charged| *charged != claim).collect();
        let bands = claim.structures.iter().flat_map(|ours| ours.bands().map(move |number| (ours, number)));
        let flip = |(ours, number): (&Structure, &String)| {
            let (charged, zero) = last_said(&before, claim, ours, number)?;
            zero.then(|| format!("{number} ({})", charged.name()))
        };
        bands.filter_map(flip).collect()
    }

    fn structure(&self, wanted: impl Fn(&Claim, &Structure) -> bool) -> Option<(&Claim, &Structure)> {
        self.charges().find_map(|charged| Some((charged, charged.structures.iter().find(|one| wanted(charged, one))?)))
    }

    /// Complete releases of exact bands that readers will compare with the claim's: of its release, of days of its own,
    /// or of days of such a release.
    #[must_use]
    pub fn compared_with(&self, claim: &Claim) -> Vec<&Claim> {
        let days = |one: &Claim| {
            let shown = one.structures.iter().map(|structure| structure.period.clone());
            shown.chain([one.period.clone()]).collect::<Vec<_>>()
        };
        let overlap = |one: &Claim, other: &Claim| {
            let theirs = days(other);
            let shares = |ours: &[String; 2]| theirs.iter().any(|days| days[0] <= ours[1] && ours[0] <= days[1]);
            one.release == other.release || days(one).iter().any(shares)
        };
        let exact = self.charged().into_iter().filter(|one| one.sealed && one.claim.loss().is_none());
        let mut apart: Vec<&Claim> = exact.map(|one| one.claim).collect();
        let mut compared: Vec<&Claim> = Vec::new();
        // What overlaps with something compared is compared as well: three periods can say what two do not.
        loop {
            let met = |one: &&Claim| overlap(one, claim) || compared.iter().any(|other| overlap(one, other));
            let (met, rest): (Vec<&Claim>, Vec<&Claim>) = apart.into_iter().partition(met);
            apart = rest;
            if met.is_empty() {
                return compared;
            }
            compared.extend(met);
        }
    }

    /// Every charge in order, with whether its release was completed.
    #[must_use]
    pub fn charged(&self) -> Vec<Charged<'_>> {
        let sealed = |claim: &Claim| {
            let id = claim.id();
            self.0.iter().any(|entry| matches!(entry, Entry::Seal { claim, .. } if *claim == id))
        };
        self.charges().map(|claim| Charged { claim, sealed: sealed(claim) }).collect()
    }

    /// What one unit of a kind has lost, by all releases or by those whose periods reach to a day or beyond. Every charge
    /// counts, also one whose release was never completed: its noise may have been drawn.
    #[must_use]
    pub fn spent(&self, privacy_unit: &str, from: Option<&str>) -> Spent {
        let counted = self.charges().filter(|claim| from.is_none_or(|day| claim.period[1].as_str() >= day));
        counted.fold(Spent::default(), |spent, claim| match claim.loss() {
            None => Spent { exact: spent.exact + 1, ..spent },
            Some(_) if claim.privacy_unit != privacy_unit => {
                Spent { of_other_units: spent.of_other_units + 1, ..spent }
            }
            Some(loss) => Spent { loss: spent.loss.and(loss), charges: spent.charges + 1, ..spent },
        })
    }

    /// The key that releases are made with: the last one taken up, else that of the last charge. Charges of keys that
    /// are for trials only do not say.
    #[must_use]
    pub fn key_in_use(&self, for_trials: &str) -> Option<&str> {
        self.0.iter().rev().find_map(|entry| match entry {
            Entry::Rotate { to, .. } => Some(to.as_str()),
            Entry::Charge(claim) if claim.key_id != for_trials => Some(claim.key_id.as_str()),
            _ => None,
        })
    }

    fn charges(&self) -> impl Iterator<Item = &Claim> {
        self.0.iter().filter_map(|entry| match entry {
            Entry::Charge(claim) => Some(&**claim),
            _ => None,
        })
    }

    pub(super) fn has_charge(&self, claim: &Claim) -> bool {
        self.charges().any(|charged| charged == claim)
    }

    /// Whether a claim is that of the release's last complete version.
    #[must_use]
    pub fn is_sealed(&self, claim: &Claim) -> bool {
        self.published(&claim.release).is_some_and(|published| published == claim)
    }

    /// The number of a release's last complete version.
    #[must_use]
    pub fn last_version(&self, release: &str) -> Option<u32> {
        self.published(release).map(|claim| claim.version)
    }

    /// The claim of the release's last complete version.
    fn published(&self, release: &str) -> Option<&Claim> {
        let id = self.0.iter().rev().find_map(|entry| match entry {
            Entry::Seal { release: sealed, claim } if sealed == release => Some(claim),
            _ => None,
        })?;
        self.charges().find(|claim| claim.id() == *id)
    }
}

/// What was last said of a number before a claim: by whom, and whether that was a declared zero. Where only other
/// structures were used, what counts is whether all that they showed was zero.
fn last_said<'c>(before: &[&'c Claim], claim: &Claim, ours: &Structure, number: &String) -> Option<(&'c Claim, bool)> {
    let latest = |says: &dyn Fn(&Structure) -> Option<bool>| {
        let all = before.iter().flat_map(|charged| charged.structures.iter().map(move |one| (*charged, one)));
        let earlier = all.filter(|(charged, theirs)| {
            let restated = charged.release == claim.release && charged.version < claim.version;
            let is_before = theirs.period[1] < ours.period[0] || (restated && theirs.period == ours.period);
            theirs.law == ours.law && is_before
        });
        let said = earlier.filter_map(|(charged, theirs)| Some((&theirs.period, charged, says(theirs)?)));
        // Of two for one period the later line of the ledger.
        said.max_by_key(|(period, ..)| *period).map(|(_, charged, zero)| (charged, zero))
    };
    latest(&|theirs| theirs.says_zero(number))
        .or_else(|| latest(&|theirs| (theirs.regime != ours.regime).then(|| theirs.bands().next().is_none())))
}

fn never_published(claim: &Claim) -> Diagnostic {
    let message = format!("release `{}` is not in the ledger, so it cannot be restated", claim.release);
    Diagnostic::error(Code::RestatementUnknown, message)
        .help("make it without --restate; if it was published with another ledger, use that one")
}

fn nothing_changed(published: &Claim) -> Diagnostic {
    let message = format!("nothing to restate: data, policy and key are those of the published {}", published.name());
    let reason = published.reason.as_ref().map(|reason| format!(" Its reason was: {reason}.")).unwrap_or_default();
    Diagnostic::refused(Code::RestatementEmpty, message)
        .help(format!("leave out --restate and --reason to make the same release again, for nothing.{reason}"))
}

/// A version stands in the place of another, so it must be about the same.
fn covers_the_same(published: &Claim, now: &Claim) -> bool {
    published.period == now.period && published.privacy_unit == now.privacy_unit
}

fn of_something_else(published: &Claim, now: &Claim) -> Diagnostic {
    let about =
        |claim: &Claim| format!("{} to {}, protecting one {}", claim.period[0], claim.period[1], claim.privacy_unit);
    let message = format!("{} is about {}, and this run about {}", published.name(), about(published), about(now));
    Diagnostic::refused(Code::RestatementOther, message)
        .help("restate it with the same --period and --privacy-unit; a new period is a new release, without --restate")
}

fn sealed(published: &Claim, now: &Claim) -> Diagnostic {
    let message = format!("{} is published; this run has other {}", published.name(), difference(published, now));
    let help = if published.key_id == now.key_id {
        format!(
            "readers could compare the two. If the published numbers must be corrected: --restate {} --reason TEXT --out DIR; \
             it is charged again",
            now.release
        )
    } else {
        let id = &published.key_id;
        format!(
            "use the key {id} that it was made with; `ledger rotate-key` leaves an old key beside the new one, as KEY.{id}"
        )
    };
    Diagnostic::refused(Code::ReleaseSealed, message).help(help)
}

fn difference(published: &Claim, now: &Claim) -> &'static str {
    if published.key_id != now.key_id {
        "noise, because the key is another one"
    } else if published.policy_sha256 != now.policy_sha256 {
        "parameters: the policy or an option has changed"
    } else {
        "counts: the logs have changed"
    }
}
