//! What is written in the ledger: claims of privacy loss, seals, and changes of the key.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::accounting::Loss;
use crate::policy::hex;
use crate::units::{Delta, Epsilon, Rho};

/// What a release spends, and on what. Two equal claims are the same release of the same data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The release's name.
    pub release: String,
    /// First and last day of the period.
    pub period: [String; 2],
    /// Whom the noise protects.
    pub privacy_unit: String,
    /// `discrete laplace`, `discrete gaussian` or `none`.
    pub mechanism: String,
    /// The pure privacy loss; none for other noise, and for exact bands, which have none to state.
    pub epsilon: Option<Epsilon>,
    /// The concentrated privacy loss of Gaussian noise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rho: Option<Rho>,
    /// The chance spent on selecting keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<Delta>,
    /// 1 for what was published first; each restatement is one more.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub version: u32,
    /// Why the version before was restated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The structures that regimes' tables were reported under.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub structures: Vec<Structure>,
    /// Digest of the policy.
    pub policy_sha256: String,
    /// Keyed digest of the exact counts, the release and the policy; tells equal data of one release from other data of it,
    /// and nothing else.
    pub data_hmac: String,
    /// Which key was used, without telling the key.
    pub key_id: String,
}

/// A structure that a period was reported under, and the numbers of it that were shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Structure {
    /// Whose law it is.
    pub law: String,
    /// The regime, or all that was agreed.
    pub regime: String,
    /// First and last day of the period.
    pub period: [String; 2],
    /// The numbers that were shown.
    pub numbers: Vec<String>,
    /// Those of them that were declared zero; the others were bands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zero: Vec<String>,
}

impl Structure {
    /// Whether two structures of one law meet in some day and are not the same: another one, or other days. Either way they
    /// narrow each other.
    #[must_use]
    pub fn conflicts_with(&self, other: &Self) -> bool {
        let meet = self.period[0] <= other.period[1] && other.period[0] <= self.period[1];
        self.law == other.law && meet && (self.regime != other.regime || self.period != other.period)
    }

    /// The numbers that were shown as bands.
    pub(super) fn bands(&self) -> impl Iterator<Item = &String> {
        self.numbers.iter().filter(|number| !self.zero.contains(number))
    }

    /// Whether a number was declared zero; nothing where it was not shown.
    pub(super) fn says_zero(&self, number: &String) -> Option<bool> {
        self.numbers.contains(number).then(|| self.zero.contains(number))
    }

    /// The numbers that both show of the same days.
    #[must_use]
    pub fn shared_with(&self, other: &Self) -> Vec<&str> {
        let same = self.law == other.law && self.regime == other.regime && self.period == other.period;
        let shared = self.numbers.iter().filter(|number| same && other.numbers.contains(number));
        shared.map(String::as_str).collect()
    }
}

fn first() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn is_first(version: &u32) -> bool {
    *version == 1
}

impl Claim {
    /// SHA-256 (hexadecimal) of the claim: names the entry without depending on its place in the ledger.
    #[must_use]
    pub fn id(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        hex(&Sha256::digest(text))
    }

    /// What one privacy unit may lose by it; nothing can be said where exact counts are banded.
    #[must_use]
    pub fn loss(&self) -> Option<Loss> {
        let noisy = self.epsilon.is_some() || self.rho.is_some();
        noisy.then(|| Loss::new(self.epsilon, self.rho, self.delta))
    }

    /// What it costs in words: `epsilon 1`, `rho 0.02 and delta 1e-9` or `exact bands`.
    #[must_use]
    pub fn cost(&self) -> String {
        let epsilon = self.epsilon.map(|epsilon| format!("epsilon {epsilon}"));
        let rho = self.rho.map(|rho| format!("rho {rho}"));
        let delta = self.delta.map(|delta| format!("delta {delta}"));
        let parts: Vec<String> = [epsilon, rho, delta].into_iter().flatten().collect();
        if parts.is_empty() { "exact bands".to_owned() } else { parts.join(" and ") }
    }

    /// The release in words: release `2026H1`, with its version after a restatement.
    #[must_use]
    pub fn name(&self) -> String {
        match self.version {
            1 => format!("release `{}`", self.release),
            version => format!("version {version} of release `{}`", self.release),
        }
    }

    /// The same release, data and policy, in whatever version.
    pub(super) fn as_version(&self, version: u32, reason: Option<String>) -> Self {
        Self { version, reason, ..self.clone() }
    }
}

/// A line of the ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Entry {
    /// Privacy was spent; noise may be drawn.
    Charge(Box<Claim>),
    /// The release with this claim is complete.
    Seal { release: String, claim: String },
    /// From here on releases are made with another key.
    Rotate { from: String, to: String },
}

/// Proof that a claim is durably in the ledger. Consumed by the noise it pays for.
#[derive(Debug)]
#[must_use = "a charge pays for noise; dropping it loses budget"]
pub struct Charge {
    pub(super) claim: Claim,
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
