//! The ledger: what has been spent, durable before any noise is drawn.
//!
//! [`Ledger::charge`] writes and syncs an entry and only then hands out a [`Charge`]. A charge cannot be
//! copied or made otherwise, and adding noise consumes it, so noise that was not paid for does not compile.
//! A crash can therefore lose budget, never privacy.
//!
//! A release is sealed when its artefacts are complete. A sealed release is made again from the same data
//! for nothing (the same noise, byte for byte); other data or another policy are refused.
//!
//! The ledger holds no secret: counts stand in it only as a keyed digest.

mod journal;

use std::fs::File;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::hex;
pub(crate) use journal::Medium;
use journal::{Journal, open_file};

/// What a release spends, and on what. Two equal claims are the same release of the same data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The release's name.
    pub release: String,
    /// First and last day of the period.
    pub period: [String; 2],
    /// Whom the noise protects.
    pub privacy_unit: String,
    /// `discrete laplace` or `none`.
    pub mechanism: String,
    /// The privacy loss as a decimal; `0` is never written: exact bands have none to state.
    pub epsilon: Option<String>,
    /// Digest of the policy.
    pub policy_sha256: String,
    /// Keyed digest of the exact counts; tells equal data from other data and nothing else.
    pub data_hmac: String,
    /// Which key was used, without telling the key.
    pub key_id: String,
}

impl Claim {
    /// SHA-256 (hexadecimal) of the claim: names the entry without depending on its place in the ledger.
    #[must_use]
    pub fn id(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        hex(&Sha256::digest(text))
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Entry {
    /// Privacy was spent; noise may be drawn.
    Charge(Claim),
    /// The release with this claim is complete.
    Seal { release: String, claim: String },
}

/// Proof that a claim is durably in the ledger. Consumed by the noise it pays for.
#[derive(Debug)]
#[must_use = "a charge pays for noise; dropping it loses budget"]
pub struct Charge {
    claim: Claim,
}

impl Charge {
    /// What was paid for.
    #[must_use]
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Uses the charge up.
    #[must_use]
    pub fn into_claim(self) -> Claim {
        self.claim
    }
}

/// An open ledger, locked against every other process.
pub struct Ledger<M = File> {
    journal: Journal<M>,
    entries: Entries,
}

/// What a ledger says.
pub struct Entries(Vec<Entry>);

impl Ledger {
    /// Opens and checks the ledger, or starts one.
    ///
    /// # Errors
    /// The file cannot be used, is in use, or its chain is broken.
    pub fn open(path: &Path) -> Outcome<Self> {
        Self::on(open_file(path)?, path)
    }

    /// Reads and checks a ledger without changing anything, also not its end.
    ///
    /// # Errors
    /// The file cannot be read, or its chain is broken.
    pub fn entries_of(path: &Path) -> Outcome<Entries> {
        let bytes = std::fs::read(path);
        let bytes = bytes.map_err(|error| Diagnostic::io(Code::LedgerUnreadable, "read the ledger", path, &error))?;
        Ok(Entries(journal::check(&bytes, path)?.entries))
    }
}

impl<M: Medium> Ledger<M> {
    /// The ledger on any medium.
    pub(crate) fn on(medium: M, path: &Path) -> Outcome<Self> {
        let (journal, entries) = Journal::open(medium, path)?;
        Ok(Self { journal, entries: Entries(entries) })
    }

    /// A warning when a half-written last line was removed on opening.
    #[must_use]
    pub fn repair_warning(&self, path: &Path) -> Option<Diagnostic> {
        let warning = Diagnostic::warning(Code::LedgerRepaired, "a half-written last line was removed").at_file(path);
        self.journal.repaired().then_some(warning)
    }

    /// What the ledger says now.
    #[must_use]
    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    /// Writes the claim down durably, unless it is there already, and hands out the charge.
    ///
    /// # Errors
    /// Refused when the release is sealed with another claim; failed when the entry cannot be made durable.
    pub fn charge(&mut self, claim: Claim) -> Outcome<Charge> {
        if !self.entries.preview(&claim)? {
            self.record(Entry::Charge(claim.clone()))?;
        }
        Ok(Charge { claim })
    }

    /// Records that the release is complete.
    ///
    /// # Errors
    /// Fails when the entry cannot be made durable.
    pub fn seal(&mut self, claim: &Claim) -> Outcome<()> {
        if self.entries.sealed_claim(&claim.release).is_some() {
            return Ok(());
        }
        self.record(Entry::Seal { release: claim.release.clone(), claim: claim.id() })
    }

    fn record(&mut self, entry: Entry) -> Outcome<()> {
        self.journal.append(&entry)?;
        self.entries.0.push(entry);
        Ok(())
    }
}

impl Entries {
    /// Whether the same claim was charged before, so that it would cost nothing.
    ///
    /// # Errors
    /// Refused when the release is sealed with another claim.
    pub fn preview(&self, claim: &Claim) -> Outcome<bool> {
        self.refuse_if_sealed_otherwise(claim)?;
        Ok(self.has_charge(claim))
    }

    /// Other releases whose periods share days with the claim's, and what each spent.
    #[must_use]
    pub fn overlapping(&self, claim: &Claim) -> Vec<String> {
        let charged = self.0.iter().filter_map(|entry| match entry {
            Entry::Charge(charged) => Some(charged),
            Entry::Seal { .. } => None,
        });
        // Days are written so that they compare as text.
        let shares_days = |other: &&Claim| other.period[0] <= claim.period[1] && claim.period[0] <= other.period[1];
        let others = charged.filter(|other| other.release != claim.release).filter(shares_days);
        let spent = |other: &Claim| {
            other.epsilon.as_ref().map_or("exact bands".to_owned(), |epsilon| format!("epsilon {epsilon}"))
        };
        others.map(|other| format!("`{}` ({})", other.release, spent(other))).collect()
    }

    fn has_charge(&self, claim: &Claim) -> bool {
        self.0.iter().any(|entry| matches!(entry, Entry::Charge(charged) if charged == claim))
    }

    fn sealed_claim(&self, release: &str) -> Option<&str> {
        self.0.iter().find_map(|entry| match entry {
            Entry::Seal { release: sealed, claim } if sealed == release => Some(claim.as_str()),
            _ => None,
        })
    }

    fn refuse_if_sealed_otherwise(&self, claim: &Claim) -> Outcome<()> {
        let Some(sealed) = self.sealed_claim(&claim.release).filter(|sealed| *sealed != claim.id()) else {
            return Ok(());
        };
        let published = self.0.iter().find_map(|entry| match entry {
            Entry::Charge(charged) if charged.id() == sealed => Some(charged),
            _ => None,
        });
        let what = published.map_or("data or policy", |published| difference(published, claim));
        Err(Diagnostic::refused(
            Code::ReleaseSealed,
            format!("release `{}` is published; this run has other {what}", claim.release),
        )
        .help("readers could compare the two, so what is published stays; this version cannot make a correction")
        .into())
    }
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
