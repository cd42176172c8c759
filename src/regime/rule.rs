//! Single rules of a law, each with its paragraph.

use serde::Deserialize;

/// A rule of a regime: what it is about, where it stands, and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What the rule is about.
    pub about: About,
    /// Where it stands.
    pub paragraph: String,
    /// What it says, in plain words.
    pub says: String,
    /// Whether its text was read.
    pub verified: bool,
}

impl Rule {
    /// Where it stands, whether that was read, and what it says.
    #[must_use]
    pub fn words(&self) -> String {
        let unread = if self.verified { "" } else { " (not verified)" };
        format!("{}{unread}: {}", self.paragraph, self.says)
    }
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// The width and grid of bands.
    Band,
    /// The length of the period.
    Period,
    /// That a period's days must be over.
    Past,
    /// How long to wait.
    Delay,
    /// The first order on a new platform, product or service.
    NewService,
    /// How fine the numbers may be.
    Breakdown,
    /// One structure for a period.
    Structure,
    /// Sums and other numbers over banded ones.
    Total,
    /// Until when it may be used.
    Until,
    /// That exact numbers are wanted.
    #[serde(rename = "exact")]
    ExactNumbers,
}
