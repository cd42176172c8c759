//! What a ledger says: what was published, what was spent on it, and what a new claim would mean.

use super::claim::{Claim, Entry};
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
pub struct Spend<'l> {
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
    /// How many lines the ledger has.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.0.len()
    }

    /// Gives a claim its version: what is published already, its restatement, or something new.
    ///
    /// # Errors
    /// Refused when the release is sealed with other data or another policy and no restatement is declared, and when a
    /// restatement is declared of what was never published or has not changed.
    pub fn settle(&self, claim: &Claim, restatement: Option<&str>) -> Outcome<Settled> {
        let reason = restatement.map(str::to_owned);
        let claim = match (self.published(&claim.release), reason) {
            (None, None) => claim.as_version(1, None),
            (None, Some(_)) => return Err(never_published(claim).into()),
            (Some(published), reason) => {
                let same = claim.as_version(published.version, published.reason.clone());
                match reason {
                    reason if same == *published && (reason.is_none() || reason == published.reason) => same,
                    None => return Err(sealed(published, claim).into()),
                    Some(_) if same == *published => return Err(nothing_changed(claim).into()),
                    Some(reason) => claim.as_version(published.version + 1, Some(reason)),
                }
            }
        };
        let replay = self.has_charge(&claim);
        Ok(Settled { claim, replay })
    }

    /// Other releases whose periods share days with the claim's, and what each spent.
    #[must_use]
    pub fn overlapping(&self, claim: &Claim) -> Vec<String> {
        // Days are written so that they compare as text.
        let shares_days = |other: &&Claim| other.period[0] <= claim.period[1] && claim.period[0] <= other.period[1];
        let others = self.charges().filter(|other| other.release != claim.release).filter(shares_days);
        others.map(|other| format!("`{}` ({})", other.release, other.spends())).collect()
    }

    /// Every charge in order, with whether its release was completed.
    #[must_use]
    pub fn spends(&self) -> Vec<Spend<'_>> {
        let sealed = |claim: &Claim| {
            let id = claim.id();
            self.0.iter().any(|entry| matches!(entry, Entry::Seal { claim, .. } if *claim == id))
        };
        self.charges().map(|claim| Spend { claim, sealed: sealed(claim) }).collect()
    }

    /// What one unit of a kind has lost, by all releases or by those whose period ends after a day. Every charge counts,
    /// also one whose release was never completed: its noise may have been drawn.
    #[must_use]
    pub fn spent(&self, privacy_unit: &str, after: Option<&str>) -> Spent {
        let counted = self.charges().filter(|claim| after.is_none_or(|day| claim.period[1].as_str() > day));
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

    pub(super) fn is_sealed(&self, claim: &Claim) -> bool {
        self.published(&claim.release).is_some_and(|published| published == claim)
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

fn never_published(claim: &Claim) -> Diagnostic {
    Diagnostic::error(Code::RestatementEmpty, format!("release `{}` is not in the ledger", claim.release))
        .help("make it without --restate; if it was published with another ledger, use that one")
}

fn nothing_changed(claim: &Claim) -> Diagnostic {
    let message = format!("nothing to restate: data, policy and key are those of the published `{}`", claim.release);
    Diagnostic::refused(Code::RestatementEmpty, message)
        .help("leave out --restate to make the same release again, for nothing")
}

fn sealed(published: &Claim, now: &Claim) -> Diagnostic {
    let message = format!("release `{}` is published; this run has other {}", now.release, difference(published, now));
    Diagnostic::refused(Code::ReleaseSealed, message).help(format!(
        "readers could compare the two. If the published numbers must be corrected: --restate {} --reason TEXT --out DIR; \
         it is charged again",
        now.release
    ))
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
