//! Reporting periods: a first and a last day, both included.

use std::fmt;
use std::str::FromStr;

use jiff::Span;
use jiff::civil::{Date, date};

/// The days a release reports on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    first: Date,
    last: Date,
}

impl Period {
    /// The first day of the period.
    #[must_use]
    pub fn first(self) -> Date {
        self.first
    }

    /// The last day of the period.
    #[must_use]
    pub fn last(self) -> Date {
        self.last
    }

    /// Both ends as texts such as `2026-06-30`, which compare as the days do.
    #[must_use]
    pub fn ends(self) -> [String; 2] {
        [self.first.to_string(), self.last.to_string()]
    }

    /// Whether a day lies in the period.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// How many days the period has.
    #[must_use]
    pub fn days(self) -> i32 {
        self.first.until(self.last).map_or(0, |span| span.get_days()) + 1
    }

    /// How many whole calendar months the period is, where it is just those: 12 also for a fiscal year.
    #[must_use]
    pub fn whole_months(self) -> Option<i32> {
        let next = self.last.tomorrow().ok()?;
        let whole = self.first.day() == 1 && next.day() == 1;
        let months = 12 * (i32::from(next.year()) - i32::from(self.first.year())) + i32::from(next.month())
            - i32::from(self.first.month());
        whole.then_some(months)
    }

    /// The period of the same length just before: so many months where it is whole months, else so many days.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        let last = self.first.yesterday().ok()?;
        let length = match self.whole_months() {
            Some(months) => Span::new().months(months),
            None => Span::new().days(self.days()),
        };
        Some(Self { first: self.first.checked_sub(length).ok()?, last })
    }

    /// Whether the periods share a day.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    fn months(year: i16, first_month: i8, months: i8) -> Self {
        let last_month = date(year, first_month + months - 1, 1);
        Self { first: date(year, first_month, 1), last: last_month.last_of_month() }
    }
}

impl FromStr for Period {
    type Err = String;

    /// Reads `2026`, `2026H1`, `2026Q3` or `2026-01-01..2026-06-30`.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((first, last)) = text.split_once("..") {
            return from_days(first, last);
        }
        let wanted = || format!("a period is written 2026, 2026H1, 2026Q3 or 2026-01-01..2026-06-30, not `{text}`");
        let year = text.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
        let year: i16 = year.and_then(|year| year.parse().ok()).filter(|year| *year > 0).ok_or_else(wanted)?;
        match &text[4..] {
            "" => Ok(Self::months(year, 1, 12)),
            "H1" => Ok(Self::months(year, 1, 6)),
            "H2" => Ok(Self::months(year, 7, 6)),
            "Q1" => Ok(Self::months(year, 1, 3)),
            "Q2" => Ok(Self::months(year, 4, 3)),
            "Q3" => Ok(Self::months(year, 7, 3)),
            "Q4" => Ok(Self::months(year, 10, 3)),
            _ => Err(wanted()),
        }
    }
}

fn from_days(first: &str, last: &str) -> Result<Period, String> {
    let (first, last) = (day(first)?, day(last)?);
    if first > last {
        return Err(format!("the period ends on {last}, before it begins on {first}"));
    }
    Ok(Period { first, last })
}

/// Reads a day written `YYYY-MM-DD`, and in no other of the many ways a date can be written.
///
/// # Errors
/// Says that the text is no such day.
pub fn day(text: &str) -> Result<Date, String> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = text.parse::<Date>().ok().filter(|_| plain);
    day.ok_or_else(|| format!("`{text}` is not a day; write YYYY-MM-DD"))
}

impl fmt::Display for Period {
    /// The shortest label: `2026H1` where the days are a half-year, else both days.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.first.year();
        let labels = [("", 1, 12), ("H1", 1, 6), ("H2", 7, 6), ("Q1", 1, 3), ("Q2", 4, 3), ("Q3", 7, 3), ("Q4", 10, 3)];
        for (label, first_month, months) in labels {
            if *self == Self::months(year, first_month, months) {
                return write!(f, "{year:04}{label}");
            }
        }
        write!(f, "{}..{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_round_trip() {
        for (text, first, last) in [
            ("2026", "2026-01-01", "2026-12-31"),
            ("2026H1", "2026-01-01", "2026-06-30"),
            ("2026H2", "2026-07-01", "2026-12-31"),
            ("2024Q1", "2024-01-01", "2024-03-31"),
            ("2026Q4", "2026-10-01", "2026-12-31"),
            ("2024-02-29..2024-03-01", "2024-02-29", "2024-03-01"),
        ] {
            let period: Period = text.parse().expect(text);
            assert_eq!(period.to_string(), text);
            assert_eq!((period.first().to_string(), period.last().to_string()), (first.into(), last.into()));
        }
        let spelled_out: Period = "2026-01-01..2026-06-30".parse().expect("a half-year");
        assert_eq!(spelled_out.to_string(), "2026H1");
    }

    #[test]
    fn what_is_not_a_period_is_refused() {
        for text in [
            "",
            "26",
            "2026H3",
            "2026Q0",
            "2026h1",
            "2026-01",
            "2026-06-30..2026-01-01",
            "2026-02-30..2026-03-01",
            "0000",
            "20260101..20260630",
            "2026-01-01T10:00..2026-06-30",
            "２０２６",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text:?} was accepted");
        }
    }

    /// Every whole-month period that begins in twelve years around two leap years: its neighbour before it touches it, is
    /// as many months long, and a year of them returns to the same day.
    #[test]
    fn whole_months_stay_whole_on_the_way_back() {
        for year in 2020..2032 {
            for month in 1..=12 {
                for months in [1, 3, 6, 12] {
                    let first = date(year, month, 1);
                    let last =
                        first.checked_add(Span::new().months(months)).expect("a day").yesterday().expect("a day");
                    let period: Period = format!("{first}..{last}").parse().expect("a period");
                    assert_eq!(period.whole_months(), Some(months));
                    let before = (0..12 / months).fold(period, |period, _| {
                        let before = period.previous().expect("a period");
                        assert_eq!(before.last().tomorrow().expect("a day"), period.first());
                        assert_eq!(before.whole_months(), Some(months));
                        assert!(!before.overlaps(period) && period.overlaps(period));
                        before
                    });
                    assert_eq!(before.first(), date(year - 1, month, 1));
                }
            }
        }
    }

    /// Every window of 180 days: it is no number of whole months unless by its days, and the one before has 180 days too.
    #[test]
    fn windows_of_days_stay_as_long() {
        let mut first = date(2023, 12, 1);
        while first < date(2025, 3, 1) {
            let last = first.checked_add(Span::new().days(179)).expect("a day");
            let period: Period = format!("{first}..{last}").parse().expect("a period");
            let before = period.previous().expect("a period");
            assert_eq!(period.days(), 180);
            assert!(before.days() == 180 || period.whole_months().is_some());
            assert_eq!(before.last().tomorrow().expect("a day"), first);
            first = first.tomorrow().expect("a day");
        }
    }

    #[test]
    fn lengths_of_well_known_periods() {
        for (text, days, months) in [
            ("2026H1", 181, Some(6)),
            ("2024H1", 182, Some(6)),
            ("2026H2", 184, Some(6)),
            ("2026Q1", 90, Some(3)),
            ("2024", 366, Some(12)),
            ("2025-07-01..2026-06-30", 365, Some(12)),
            ("2026-01-02..2026-06-30", 180, None),
            ("2024-02-29..2024-02-29", 1, None),
        ] {
            let period: Period = text.parse().expect(text);
            assert_eq!((period.days(), period.whole_months()), (days, months), "{text}");
        }
    }
}
