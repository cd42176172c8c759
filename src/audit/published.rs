//! A number as it was published: who, what, when, and between which ends.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;

use crate::keys::TOTAL;
use crate::period::Period;
use crate::regime::{Category, Regime, all, find};

/// What stands in the regime column for an exact zero, which no regime covers.
pub(super) const EXACT_ZERO: &str = "exact-zero";

/// The dimension of a regime's table.
pub(super) const CATEGORY: &str = "category";

/// What a number counts. An order counts in one number of a table; of anything else one can count in several, each time once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// Orders or requests.
    Orders,
    /// Accounts or selectors.
    Accounts,
    /// Something else, by its name.
    Other(String),
}

/// A published number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The file it stands in.
    pub file: PathBuf,
    /// Where in the file: `row 12`, or a table and its row.
    pub place: String,
    /// The document it was printed in, where that is said.
    pub source: Option<String>,
    /// Who published it, where that is said.
    pub company: Option<String>,
    /// The regime it was published under, where that is said.
    pub regime: Option<String>,
    /// The table of a release that it stands in.
    pub table: Option<String>,
    /// The width of that table's bands.
    pub band_size: Option<u64>,
    /// Whether it counts what is under a regime: nothing of that is in other tables.
    pub secret: bool,
    /// The days it is about.
    pub period: Period,
    /// What was counted: a key for each dimension, or `total`.
    pub keys: BTreeMap<String, String>,
    /// How: orders, requests, selectors, accounts.
    pub measure: String,
    /// Its ends; none where it was withheld.
    pub low: Option<u64>,
    /// The high end.
    pub high: Option<u64>,
    /// Whether it is a zero that the publisher declares: no order was received and none is secret.
    pub declared_zero: bool,
    /// Whether it is declared to take the place of what was published before.
    pub restates: bool,
    /// When it was published, where that is said.
    pub published_on: Option<Date>,
}

impl Published {
    /// The number in words: who, what, when and how much. All of it is published.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.low, self.high) {
            (Some(low), Some(high)) => format!("{}: {low}-{high}", self.subject()),
            _ => format!("{}: withheld", self.subject()),
        }
    }

    /// Who, what and when.
    #[must_use]
    pub fn subject(&self) -> String {
        let company = self.company.as_ref().map(|company| format!("{company}, ")).unwrap_or_default();
        let keys: Vec<&str> = self.keys.values().map(String::as_str).collect();
        let keys = if keys.is_empty() { "all".to_owned() } else { keys.join("/") };
        // A line break or a control character of the file is shown as such, not acted on.
        let text: String = format!("{company}{keys} {}", self.measure)
            .chars()
            .flat_map(|c| if c.is_control() || is_directing(c) { c.escape_unicode().collect() } else { vec![c] })
            .collect();
        format!("{text} of {}", self.period)
    }

    /// The regime to hold it against; none where the file names none, or one that has no bands.
    #[must_use]
    pub fn regime(&self) -> Option<&'static Regime> {
        find(self.regime.as_deref()?).filter(|regime| regime.band > 0)
    }

    /// Both ends, where they are printed and in order.
    #[must_use]
    pub fn ends(&self) -> Option<(u64, u64)> {
        Some((self.low?, self.high?)).filter(|(low, high)| low <= high)
    }

    /// Whether it is no band but a number, which no regime has, and no zero that was declared.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.low.is_some() && self.low == self.high && self.regime().is_none() && !self.declared_zero
    }

    /// Whether it is the total of its table.
    #[must_use]
    pub fn is_total(&self) -> bool {
        self.keys.values().any(|key| key == TOTAL)
    }

    /// What is counted, however it is called.
    #[must_use]
    pub fn counted(&self) -> Counted {
        match self.measure.to_lowercase().as_str() {
            "orders" | "requests" => Counted::Orders,
            "accounts" | "selectors" => Counted::Accounts,
            other => Counted::Other(other.to_owned()),
        }
    }

    /// The category's rule, and the category's key.
    #[must_use]
    pub fn category(&self) -> Option<(&'static Category, String)> {
        let key = normal(self.keys.get(CATEGORY)?);
        let regime = self.regime()?;
        regime.categories.iter().find(|one| one.key == key || one.processes.contains(&key)).map(|one| (one, key))
    }
}

/// Characters that turn the direction of a line around.
fn is_directing(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A category as published tables spell it, by the key that regimes have for it.
pub(super) fn normal(category: &str) -> String {
    let plain: String = category.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    match plain.as_str() {
        "nsl" | "nsls" | "nationalsecurityletters" | "nslrequests" => "nsl".to_owned(),
        "fisacontent" | "fisacontentrequests" => "fisa_content".to_owned(),
        "fisanoncontent" | "fisanoncontentrequests" => "fisa_noncontent".to_owned(),
        "nslfisacombined" | "nationalsecurity" | "all" => "all".to_owned(),
        _ => category.to_owned(),
    }
}

/// What a category is made of, down to what no published number splits: legal processes, as regimes list them, or the parts
/// that somebody declared.
pub(super) fn parts(category: &str, declared: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
    let key = normal(category);
    let mut found = BTreeSet::new();
    let mut waiting = vec![key];
    let mut seen = BTreeSet::new();
    while let Some(one) = waiting.pop() {
        // What is declared to be a part of itself is looked at once.
        if !seen.insert(one.clone()) {
            continue;
        }
        if let Some(parts) = declared.get(&one) {
            waiting.extend(parts.iter().cloned());
            continue;
        }
        let known = all().iter().flat_map(|regime| &regime.categories).find(|category| category.key == one);
        match known {
            Some(category) => found.extend(category.processes.iter().cloned()),
            None => drop(found.insert(one)),
        }
    }
    // What is declared to be made of nothing but itself is itself.
    if found.is_empty() {
        found.insert(normal(category));
    }
    found
}
