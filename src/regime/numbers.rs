//! The numbers of one regime table: which are shown, for which period, and which are withheld until when.

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;

use super::{About, Category, Regime};
use crate::band::{Band, BandSize};
use crate::error::{Code, Diagnostic};
use crate::period::Period;

/// How long nothing about the first order on a new service may be published (50 U.S.C. § 1874(b)(1)(B)).
const NEW_SERVICE_DAYS: i32 = 540;

/// How far back an earlier period is looked for: publication may be months after the period it is named after.
const PERIODS_BACK: usize = 3;

/// What becomes of a band when requests in it are no longer secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lifted {
    /// The band stays as it is.
    #[default]
    Ignored,
    /// The low end of the first band is the number released (Google, Twilio, Verizon).
    FirstBand,
    /// The low end of any band is raised by the number released (Apple).
    EveryBand,
}

/// A number that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Its key in the table.
    pub key: String,
    /// What it is, for people.
    pub words: String,
    /// The legal processes that it counts.
    pub processes: Vec<String>,
    /// The days it is about.
    pub period: Period,
    /// Whether anything about it is published with a delay.
    pub delayed: bool,
}

/// A number that may not be shown yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// Its key in the table.
    pub key: String,
    /// The days it is about.
    pub period: Period,
    /// The first day on which it may be shown.
    pub until: Date,
}

/// The numbers of one regime table of one release.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// The regime.
    pub regime: Regime,
    /// What is shown, sorted by key.
    pub shown: Vec<Number>,
    /// What is not shown yet, sorted by key.
    pub withheld: Vec<Withheld>,
    /// The day of publication.
    pub publish_on: Date,
    /// What becomes of bands when requests in them are no longer secret.
    pub lifted: Lifted,
    /// Services for which the first order was received on a day.
    pub new_services: BTreeMap<String, Date>,
}

impl Numbers {
    /// The numbers of a regime for a period, as far as they may be published on a day. A number that may not be is
    /// withheld, and shown for the last period for which it may. `by_process` splits what is told by legal process.
    ///
    /// # Errors
    /// Refused when nothing could be shown for the period itself.
    pub fn new(regime: &Regime, period: Period, publish_on: Date, by_process: bool) -> Result<Self, Diagnostic> {
        let (mut shown, mut withheld) = (Vec::new(), Vec::new());
        for category in &regime.categories {
            let until = category.publishable(period);
            for (key, processes) in parts(category, by_process) {
                if publish_on < until {
                    withheld.push(Withheld { key: key.clone(), period, until });
                }
                if let Some(period) = last_publishable(category, period, publish_on) {
                    let (words, delayed) = (category.words.clone(), category.is_delayed());
                    shown.push(Number { key, words, processes, period, delayed });
                }
            }
        }
        if shown.iter().all(|number| number.period != period) {
            let soonest = withheld.iter().map(|withheld| withheld.until).min().unwrap_or(publish_on);
            let message = format!("numbers of {period} may be published from {soonest} on, not on {publish_on}");
            return Err(regime.refusal(Code::RegimeTooEarly, About::Delay, message));
        }
        shown.sort_by(|one, other| one.key.cmp(&other.key));
        withheld.sort_by(|one, other| one.key.cmp(&other.key));
        let (lifted, new_services) = (Lifted::default(), BTreeMap::new());
        Ok(Self { regime: regime.clone(), shown, withheld, publish_on, lifted, new_services })
    }

    /// The place among the shown numbers that counts a process on a day.
    #[must_use]
    pub fn place(&self, process: &str, day: Date) -> Option<usize> {
        let counts = |number: &Number| number.period.contains(day) && number.processes.iter().any(|one| one == process);
        self.shown.iter().position(counts)
    }

    /// Which of the shown numbers an order counts in that stands in several: content before anything else.
    #[must_use]
    pub fn rank(&self, place: usize) -> usize {
        let key = &self.shown[place].key;
        if key.ends_with("content") && !key.ends_with("noncontent") { 0 } else { 1 + place }
    }

    /// Whether nothing may be said yet about an order on a service, received on a day.
    #[must_use]
    pub fn is_too_new(&self, place: usize, service: &str, received: Date) -> bool {
        let first = self.new_services.get(service).filter(|first| received >= **first && self.shown[place].delayed);
        first.is_some_and(|first| {
            let end = first.saturating_add(Span::new().days(NEW_SERVICE_DAYS));
            self.regime.rule(About::NewService).is_some() && self.publish_on < end
        })
    }

    /// A count's band, with its low end raised for those that are no longer secret, which everybody may count. A count is
    /// never below their number.
    #[must_use]
    pub fn band(&self, count: u64, released: u64, size: BandSize) -> Band {
        let band = size.band(count.max(released));
        match self.lifted {
            Lifted::FirstBand if band.low() == 0 => band.raised_to(released),
            Lifted::EveryBand => band.raised_to(band.low().saturating_add(released)),
            _ => band,
        }
    }

    /// The period of a shown number that is not the release's own.
    #[must_use]
    pub fn earlier(&self, period: Period) -> Option<Period> {
        self.shown.iter().map(|number| number.period).find(|shown| *shown != period)
    }
}

/// A category as it is told: together, or by legal process.
fn parts(category: &Category, by_process: bool) -> Vec<(String, Vec<String>)> {
    if by_process && category.selectors_by_process {
        return category.processes.iter().map(|process| (process.clone(), vec![process.clone()])).collect();
    }
    vec![(category.key.clone(), category.processes.clone())]
}

/// The last period, this one or before it, whose numbers may be published on the day.
fn last_publishable(category: &Category, period: Period, publish_on: Date) -> Option<Period> {
    let back = std::iter::successors(Some(period), |period| period.previous());
    back.take(PERIODS_BACK).find(|period| category.publishable(*period) <= publish_on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regime::find;

    fn numbers(id: &str, period: &str, publish_on: &str) -> Result<Numbers, Diagnostic> {
        let period = period.parse().expect("a period");
        Numbers::new(&find(id).expect("a regime"), period, publish_on.parse().expect("a day"), false)
    }

    fn shown(numbers: &Numbers) -> Vec<String> {
        numbers.shown.iter().map(|number| format!("{} {}", number.key, number.period)).collect()
    }

    #[test]
    fn fisa_numbers_lag_a_half_year_behind() {
        let found = numbers("us-1874-a2", "2026H1", "2026-12-26").expect("numbers");
        assert_eq!(shown(&found), ["fisa_content 2025H2", "fisa_noncontent 2025H2", "nsl 2026H1"]);
        assert_eq!(found.withheld.iter().map(|one| one.until.to_string()).collect::<Vec<_>>(), ["2026-12-27"; 2]);
        let later = numbers("us-1874-a2", "2026H1", "2026-12-27").expect("numbers");
        assert_eq!(shown(&later), ["fisa_content 2026H1", "fisa_noncontent 2026H1", "nsl 2026H1"]);
        assert!(later.withheld.is_empty());
    }

    #[test]
    fn what_has_nothing_to_show_is_refused_until_the_day() {
        for (id, period, early, day) in [
            ("us-1874-a4", "2025", "2026-12-30", "2026-12-31"),
            ("uk-si-2018-349", "2026H1", "2026-12-29", "2026-12-30"),
        ] {
            assert!(numbers(id, period, early).is_err() && numbers(id, period, day).is_ok(), "{id}");
        }
    }

    #[test]
    fn content_comes_first() {
        let found = numbers("us-1874-a1", "2026H1", "2027-01-01").expect("numbers");
        let mut ranked: Vec<usize> = (0..found.shown.len()).collect();
        ranked.sort_by_key(|place| found.rank(*place));
        assert_eq!(found.shown[ranked[0]].key, "fisa_content");
    }

    /// The first order was received on 2 January 2026: 540 days later is 26 June 2027.
    #[test]
    fn a_new_service_is_silent_for_540_days() {
        for (publish_on, too_new) in [("2027-06-25", true), ("2027-06-26", false)] {
            let mut found = numbers("us-1874-a2", "2026H1", publish_on).expect("numbers");
            found.new_services.insert("video".to_owned(), "2026-01-02".parse().expect("a day"));
            let day = "2026-03-01".parse().expect("a day");
            let place = |process: &str| found.place(process, day).expect("a place");
            assert_eq!(found.is_too_new(place("fisa_702"), "video", day), too_new, "{publish_on}");
            assert!(!found.is_too_new(place("nsl"), "video", day) && !found.is_too_new(place("fisa_702"), "mail", day));
        }
    }
}
