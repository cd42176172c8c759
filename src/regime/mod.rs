//! Regimes: laws, letters and guidelines that say what may be published about secret requests, as data.
//!
//! Each is a file in `src/regimes`, with its source, and with every rule's paragraph and whether its text was read. A
//! regime that a publisher agreed on (50 U.S.C. § 1874(c)) is stated in the policy and must name its written basis.
//!
//! Nothing here is legal advice: the files say what was read, and what was not.

mod numbers;
mod rule;

pub use numbers::{Days, Lifted, Newness, Number, Numbers, Withheld};
pub use rule::{About, Rule};

use std::sync::LazyLock;

use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;

use crate::error::{Code, Diagnostic};
use crate::language::Lang;
use crate::period::{Period, day};

/// The name of the regime that a publisher agreed on with the Government (50 U.S.C. § 1874(c)); it has no file.
pub const AGREED: &str = "agreed";

/// The files, in the order in which they are listed.
const FILES: [&str; 10] = [
    include_str!("../regimes/us-1874-a1.toml"),
    include_str!("../regimes/us-1874-a2.toml"),
    include_str!("../regimes/us-1874-a3.toml"),
    include_str!("../regimes/us-1874-a4.toml"),
    include_str!("../regimes/us-doj-2014-1.toml"),
    include_str!("../regimes/us-doj-2014-2.toml"),
    include_str!("../regimes/uk-si-2018-349.toml"),
    include_str!("../regimes/ca-2015.toml"),
    include_str!("../regimes/au-317zf.toml"),
    include_str!("../regimes/eu-dsa-15.toml"),
];

/// A law or agreement that limits what may be published.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// The name by which a policy asks for it.
    pub id: String,
    /// What it is called where it is law.
    pub title: String,
    /// Whose law it is: two structures of one law exclude each other for one period.
    pub law: String,
    /// Whether it can be used.
    pub state: State,
    /// The day from which on it may not be used any more.
    #[serde(default)]
    pub until: Option<String>,
    /// The narrowest band, and unless `any_coarser` its grid: wider bands are whole multiples.
    #[serde(default)]
    pub band: u64,
    /// Whether a wider band may have any width.
    #[serde(default)]
    pub any_coarser: bool,
    /// The length of a period.
    pub period: Length,
    /// Whether the text of the rules was read.
    pub verified: bool,
    /// Where the rules are from.
    pub source: String,
    /// What is counted apart.
    #[serde(default, rename = "category")]
    pub categories: Vec<Category>,
    /// The rules, each with its paragraph.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// How many days nothing may be published about the first order on a new platform, product or service.
    #[serde(default)]
    pub new_service_days: Option<i32>,
    /// For a regime that was agreed on: the document it rests on.
    #[serde(default)]
    pub basis: Option<String>,
    /// For a regime that was agreed on: the one that it is like but for what was agreed.
    #[serde(default)]
    pub like: Option<String>,
}

/// Whether a regime can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum State {
    /// It is law, or practice.
    #[serde(rename = "in force")]
    InForce,
    /// It was replaced; old reports were made under it.
    #[serde(rename = "historic")]
    Historic,
    /// It binds nobody.
    #[serde(rename = "voluntary")]
    Voluntary,
    /// It wants exact numbers, which are never printed.
    #[serde(rename = "exact")]
    ExactNumbers,
    /// It was agreed on with the government.
    #[serde(rename = "agreed")]
    Agreed,
}

impl State {
    /// The state in words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::Historic => "historic",
            Self::Voluntary => "voluntary",
            Self::ExactNumbers => "wants exact numbers, which hushcount never prints",
            Self::Agreed => "agreed on, by the policy's word",
        }
    }
}

/// How long a regime's period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Length {
    /// Six whole months, or 180 days.
    #[serde(rename = "half-year")]
    HalfYear,
    /// Twelve whole months.
    #[serde(rename = "year")]
    Year,
    /// Not said.
    #[serde(rename = "any")]
    Any,
}

impl Length {
    /// Whether a period is that long.
    #[must_use]
    pub fn fits(self, period: Period) -> bool {
        match self {
            Self::HalfYear => period.whole_months() == Some(6) || period.days() == 180,
            Self::Year => period.whole_months() == Some(12),
            Self::Any => true,
        }
    }

    /// About how many days that is, where it is said.
    #[must_use]
    pub fn days(self) -> Option<i64> {
        match self {
            Self::HalfYear => Some(182),
            Self::Year => Some(365),
            Self::Any => None,
        }
    }

    /// The length in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::HalfYear => "a half-year: six whole months, or 180 days",
            Self::Year => "a year: twelve whole months",
            Self::Any => "any period",
        }
    }
}

/// A number that a regime's table has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its key in the table.
    pub key: String,
    /// The legal processes that it counts.
    pub processes: Vec<String>,
    /// How long after a period's end it may be published: years, months and days.
    #[serde(default)]
    pub delay_years: i16,
    /// Months of the delay.
    #[serde(default)]
    pub delay_months: i32,
    /// Days of the delay.
    #[serde(default)]
    pub delay_days: i32,
    /// The category in which an order counts that is of both.
    #[serde(default)]
    pub yields_to: Option<String>,
    /// Whether selectors are told by legal process rather than together.
    #[serde(default)]
    pub selectors_by_process: bool,
}

impl Category {
    /// The first day on which numbers of a period may be published; the period's own end where there is no delay.
    #[must_use]
    pub fn publishable(&self, period: Period) -> Date {
        let delay = Span::new().years(self.delay_years).months(self.delay_months).days(self.delay_days);
        period.last().saturating_add(delay)
    }

    /// Whether there is any delay.
    #[must_use]
    pub fn is_delayed(&self) -> bool {
        (self.delay_years, self.delay_months, self.delay_days) != (0, 0, 0)
    }
}

impl Regime {
    /// What a rule says, with its paragraph: nothing where the regime has no such rule.
    #[must_use]
    pub fn rule(&self, about: About) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.about == about)
    }

    /// A refusal that says which paragraph it follows from.
    #[must_use]
    pub fn refusal(&self, code: Code, about: About, message: impl Into<String>) -> Diagnostic {
        let refusal = Diagnostic::refused(code, format!("{}: {}", self.id, message.into()));
        match self.rule(about) {
            Some(rule) => refusal.help(rule.words()),
            None if about == About::Past => {
                refusal.help("numbers are published when the days that they cover are over")
            }
            None => refusal.help(format!("see `hushcount regimes {}`", self.id)),
        }
    }

    /// Which rule a number is too early by: that of its delay, or that its days must be over.
    #[must_use]
    pub fn too_early(&self, category: &Category) -> About {
        if category.is_delayed() && self.rule(About::Delay).is_some() { About::Delay } else { About::Past }
    }

    /// What tells this structure from every other: an agreement is told by all that was agreed.
    #[must_use]
    pub fn structure(&self) -> String {
        match &self.basis {
            None => self.id.clone(),
            Some(basis) => format!("{}: {basis}; bands of {}; {}", self.id, self.band, self.what(Lang::En)),
        }
    }

    /// What it permits, in a sentence or two.
    #[must_use]
    pub fn what(&self, lang: Lang) -> String {
        let language = lang.load();
        let listed = || language.regime(&self.id).unwrap_or_default();
        self.like.as_ref().map_or_else(listed, |like| language.words().regime_agreed(like))
    }

    /// The day from which on it may not be used any more, where that is past on the day of publication.
    #[must_use]
    pub fn ended_by(&self, publish_on: Date) -> Option<Date> {
        let until = self.until.as_ref().and_then(|until| day(until).ok());
        until.filter(|until| publish_on >= *until)
    }

    /// Whether bands of this width are allowed: the regime's own, or wider ones on its grid.
    #[must_use]
    pub fn allows_bands_of(&self, size: u64) -> bool {
        size >= self.band && (self.any_coarser || size.is_multiple_of(self.band))
    }
}

/// Every regime there is, in the order of the list. The files are part of the program, and a test reads each of them.
#[must_use]
pub fn all() -> &'static [Regime] {
    static ALL: LazyLock<Vec<Regime>> =
        LazyLock::new(|| FILES.iter().filter_map(|file| toml::from_str(file).ok()).collect());
    &ALL
}

/// A regime by its name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Regime> {
    all().iter().find(|regime| regime.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeySet;

    /// A file that cannot be read would be missing without a word.
    #[test]
    fn every_file_is_read_and_sound() {
        let all = all();
        assert_eq!(all.len(), FILES.len());
        for regime in all {
            assert_eq!(find(&regime.id), Some(regime));
            assert!(regime.categories.is_empty() == (regime.state == State::ExactNumbers), "{}", regime.id);
            let about = if regime.state == State::ExactNumbers { About::ExactNumbers } else { About::Band };
            assert!(regime.rule(about).is_some(), "{}", regime.id);
            assert!(
                !regime.verified || regime.rules.iter().filter(|rule| !rule.verified).count() <= 2,
                "{}",
                regime.id
            );
            assert_eq!(regime.state == State::Historic, regime.until.is_some());
        }
    }

    /// Every process of a category is a built-in one, and counts in one category of a regime.
    #[test]
    fn categories_are_of_known_processes_and_do_not_share_them() {
        let known =
            [KeySet::built_in("legal_process").expect("processes").keys(), &crate::keys::national_security()].concat();
        for regime in all() {
            let processes: Vec<String> =
                regime.categories.iter().flat_map(|category| category.processes.clone()).collect();
            assert!(processes.iter().all(|process| known.contains(process)), "{}: {processes:?}", regime.id);
            let once: std::collections::BTreeSet<&String> = processes.iter().collect();
            assert_eq!(once.len(), processes.len(), "{}", regime.id);
        }
    }

    #[test]
    fn delays_end_when_the_law_says() {
        let regime = find("us-1874-a2").expect("a regime");
        let fisa = &regime.categories[1];
        for (period, day) in
            [("2026H1", "2026-12-27"), ("2026H2", "2027-06-29"), ("2027H2", "2028-06-28"), ("2023H2", "2024-06-28")]
        {
            let period: Period = period.parse().expect("a period");
            assert_eq!(fisa.publishable(period).to_string(), day);
            assert_eq!(regime.categories[0].publishable(period), period.last());
        }
        let annual = find("us-1874-a4").expect("a regime");
        let year: Period = "2026".parse().expect("a year");
        assert_eq!(annual.categories[0].publishable(year).to_string(), "2027-12-31");
    }

    #[test]
    fn half_years_are_half_years() {
        for (period, half, year) in [
            ("2026H1", true, false),
            ("2026-02-01..2026-07-31", true, false),
            ("2026-01-02..2026-06-30", true, false),
            ("2026-01-01..2026-06-29", true, false),
            ("2026-01-02..2026-07-01", false, false),
            ("2026Q1", false, false),
            ("2026", false, true),
            ("2025-07-01..2026-06-30", false, true),
        ] {
            let period: Period = period.parse().expect(period);
            assert_eq!((Length::HalfYear.fits(period), Length::Year.fits(period)), (half, year), "{period}");
        }
    }

    #[test]
    fn bands_are_on_the_grid() {
        let regime = find("us-1874-a2").expect("a regime");
        for (size, allowed) in [(499, false), (500, true), (501, false), (750, false), (1000, true), (2500, true)] {
            assert_eq!(regime.allows_bands_of(size), allowed, "{size}");
        }
        assert!(find("ca-2015").expect("a regime").allows_bands_of(250));
    }
}
