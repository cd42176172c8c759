//! The numbers of one regime table: which are shown, for which period, and which are withheld until when.

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;

use super::{About, Category, Regime};
use crate::band::{Band, BandSize};
use crate::error::{Code, Diagnostic};
use crate::keys::spelling;
use crate::period::Period;

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
    /// The low end of any band is raised by the number released (Apple). That is true only where the count is so large.
    EveryBand,
}

/// A number that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Its key in the table.
    pub key: String,
    /// The legal processes that it counts.
    pub processes: Vec<String>,
    /// The days it is about.
    pub period: Period,
    /// Whether anything about it is published with a delay.
    pub delayed: bool,
    /// The number in which an order counts that is of both.
    pub yields_to: Option<String>,
    /// The category that it is, or is a part of.
    pub category: String,
    /// Whether the policy declares that no such order was received and no secrecy applied, so that 0 itself is printed.
    pub zero: bool,
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
    pub fn new(regime: &Regime, days: Days, by_process: bool) -> Result<Self, Diagnostic> {
        let Days { period, publish_on, .. } = days;
        let (mut shown, mut withheld) = (Vec::new(), Vec::new());
        for category in &regime.categories {
            let until = category.publishable(period);
            for (key, processes) in parts(category, by_process) {
                if publish_on < until {
                    withheld.push(Withheld { key: key.clone(), period, until });
                }
                if let Some(period) = last_publishable(category, days) {
                    let delayed = category.is_delayed();
                    let (yields_to, category, zero) = (category.yields_to.clone(), category.key.clone(), false);
                    shown.push(Number { key, processes, period, delayed, yields_to, category, zero });
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

    /// Declares every shown number of these categories zero.
    pub(crate) fn declare_zero(&mut self, categories: &[String]) {
        for number in &mut self.shown {
            number.zero = categories.contains(&number.category);
        }
    }

    /// The shown numbers that are declared zero.
    pub fn zeros(&self) -> impl Iterator<Item = &Number> {
        self.shown.iter().filter(|number| number.zero)
    }

    /// The place among the shown numbers that counts a process on a day.
    #[must_use]
    pub fn place(&self, process: &str, day: Date) -> Option<usize> {
        let counts = |number: &Number| number.period.contains(day) && number.processes.iter().any(|one| one == process);
        self.shown.iter().position(counts)
    }

    /// The number of the same period in which an order counts that stands in this one too: content before other data.
    #[must_use]
    pub fn yields_to(&self, place: usize) -> Option<usize> {
        let number = self.shown.get(place)?;
        let other = number.yields_to.as_ref()?;
        self.shown.iter().position(|one| one.key == *other && one.period == number.period)
    }

    /// Whether something may be said about an order of a number on a service, received on a day.
    #[must_use]
    pub fn newness(&self, place: usize, service: &str, received: Date) -> Newness {
        let Some(days) = self.regime.new_service_days.filter(|_| self.shown[place].delayed) else {
            return Newness::Old;
        };
        if self.new_services.is_empty() {
            return Newness::Old;
        }
        let respelled = self.new_services.keys().any(|known| known != service && spelling(known) == spelling(service));
        match self.new_services.get(service) {
            _ if service.is_empty() || respelled => Newness::Unclear,
            Some(first) if received < *first => Newness::Unclear,
            Some(first) if self.publish_on < first.saturating_add(Span::new().days(days)) => Newness::Silent,
            _ => Newness::Old,
        }
    }

    /// A count's band, with its low end raised for those that are no longer secret, which everybody may count. A count is
    /// never below their number.
    #[must_use]
    pub fn band(&self, count: u64, released: u64, size: BandSize) -> Band {
        let band = size.band(count.max(released));
        match self.lifted {
            Lifted::FirstBand if band.low() == 0 => band.raised_to(released),
            Lifted::EveryBand if self.can_raise(count, released, size) => band.raised_to(band.low() + released),
            _ => band,
        }
    }

    /// Whether a band can be raised by what is no longer secret, and still hold its count. Where it cannot, the raised band
    /// would be false, and one that is not raised would tell that the count is small.
    #[must_use]
    pub fn can_raise(&self, count: u64, released: u64, size: BandSize) -> bool {
        self.lifted != Lifted::EveryBand || size.band(count).low().saturating_add(released) <= count
    }

    /// The period of a shown number that is not the release's own.
    #[must_use]
    pub fn earlier(&self, period: Period) -> Option<Period> {
        self.shown.iter().map(|number| number.period).find(|shown| *shown != period)
    }
}

/// What may be said about an order on a service that may be new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newness {
    /// It counts.
    Old,
    /// Nothing, not even that there is something.
    Silent,
    /// The row does not say which service it is of as the policy writes it, or is of a day before the first order.
    Unclear,
}

/// The days that a regime's numbers depend on.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    /// The days reported on.
    pub period: Period,
    /// The day of publication.
    pub publish_on: Date,
    /// Whether what may not be shown yet is shown for an earlier period.
    pub earlier: bool,
}

/// A category as it is told: together, or by legal process.
fn parts(category: &Category, by_process: bool) -> Vec<(String, Vec<String>)> {
    if by_process && category.selectors_by_process {
        return category.processes.iter().map(|process| (process.clone(), vec![process.clone()])).collect();
    }
    vec![(category.key.clone(), category.processes.clone())]
}

/// The last period, this one or before it, whose numbers may be published on the day.
fn last_publishable(category: &Category, Days { period, publish_on, earlier }: Days) -> Option<Period> {
    let back = std::iter::successors(Some(period), |period| period.previous());
    back.take(if earlier { PERIODS_BACK } else { 1 }).find(|period| category.publishable(*period) <= publish_on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regime::find;

    fn numbers(id: &str, period: &str, publish_on: &str) -> Result<Numbers, Diagnostic> {
        let period = period.parse().expect("a period");
        let days = Days { period, publish_on: publish_on.parse().expect("a day"), earlier: true };
        Numbers::new(find(id).expect("a regime"), days, false)
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
    fn content_comes_before_other_data_and_leaves_letters_alone() {
        let found = numbers("us-1874-a1", "2026H1", "2027-01-01").expect("numbers");
        let to: Vec<Option<&str>> =
            (0..found.shown.len()).map(|place| Some(found.shown[found.yields_to(place)?].key.as_str())).collect();
        assert_eq!(to, [None, Some("fisa_content"), None]);
    }

    /// The first order was received on 2 January 2026: 540 days later is 26 June 2027.
    #[test]
    fn a_new_service_is_silent_for_540_days() {
        for (publish_on, newness) in [("2027-06-25", Newness::Silent), ("2027-06-26", Newness::Old)] {
            let mut found = numbers("us-1874-a2", "2026H1", publish_on).expect("numbers");
            found.new_services.insert("video".to_owned(), "2026-01-02".parse().expect("a day"));
            let day = "2026-03-01".parse().expect("a day");
            let place = |process: &str| found.place(process, day).expect("a place");
            assert_eq!(found.newness(place("fisa_702"), "video", day), newness, "{publish_on}");
            assert_eq!(found.newness(place("nsl"), "video", day), Newness::Old);
            assert_eq!(found.newness(place("fisa_702"), "mail", day), Newness::Old);
            for (service, day) in [("Video", day), ("", day), ("video", "2026-01-01".parse().expect("a day"))] {
                assert_eq!(found.newness(place("fisa_702"), service, day), Newness::Unclear, "{service}");
            }
        }
    }
}
