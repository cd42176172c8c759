//! The derived columns of a row in SQL: its secrecy order, that order's end and length, and whether the customer was told.

use super::rows::fault;
use super::{Query, first_derived_check};
use crate::cli::{Dates, Dialect};
use crate::derived::{Derived, NO, YES};

impl Query<'_> {
    /// What derived columns are worked out from, as far as the policy has some.
    pub(super) fn derived_columns(&self) -> Vec<String> {
        let days = [
            ("until_day", self.layout.until),
            ("lifted_day", self.layout.order_lifted_on),
            ("notified_day", self.layout.notified_on),
        ];
        let order = self.layout.nondisclosure.map(|place| format!("{} AS secrecy", self.text(place)));
        let day = |(name, place): (&str, Option<usize>)| Some(format!("{} AS {name}", self.day(place?)));
        order.into_iter().chain(days.into_iter().filter_map(day)).collect()
    }

    /// The place of a derived column's key, or what is wrong with what it follows from.
    pub(super) fn derived(&self, derived: Derived) -> String {
        let place = |key: &str| derived.keys().iter().position(|one| *one == key).unwrap_or_default();
        let cases = match derived {
            Derived::SecrecyOrder => {
                let [yes, no] = self.has_order();
                format!("WHEN {yes} THEN {} WHEN {no} THEN {} ELSE {}", place("yes"), place("no"), self.fault_of(0))
            }
            Derived::CustomerTold => {
                let (none, bad) = (self.is_none("notified_day"), self.bad("notified_day", 3));
                format!("WHEN {none} THEN {} {bad} ELSE {}", place("no"), place("yes"))
            }
            Derived::SecrecyEnd => self.no_order(&place) + &self.end(&place),
            Derived::SecrecyLength => self.no_order(&place) + &self.length(&place),
        };
        // A row whose day is none, or out of the period, is not looked at: its day cannot be reckoned with.
        let [(bad, _), (outside, _)] = self.days();
        format!("CASE WHEN {bad} THEN 0 WHEN {outside} THEN 0 {cases} END")
    }

    /// Whether a row says that it has an order, and whether it says that it has none.
    fn has_order(&self) -> [String; 2] {
        let secrecy = self.dialect().lower_ascii("secrecy");
        let quoted = |words: &[&str]| words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
        [quoted(&YES), quoted(&NO)].map(|words| format!("{secrecy} IN ({words})"))
    }

    fn no_order(&self, place: &dyn Fn(&str) -> usize) -> String {
        let [yes, no] = self.has_order();
        format!("WHEN {no} THEN {} WHEN NOT ({yes}) THEN {} ", place("no_order"), self.fault_of(0))
    }

    /// An order ends on its date, or when it is lifted before that.
    fn end(&self, place: &dyn Fn(&str) -> usize) -> String {
        let lifted = self.layout.order_lifted_on.map(|_| ("lifted_day", 2));
        let days: Vec<(&str, usize)> = [("until_day", 1)].into_iter().chain(lifted).collect();
        let bad: Vec<String> = days.iter().map(|(day, check)| self.bad(day, *check)).collect();
        let last = self.last_day();
        let ended =
            days.iter().map(|(day, _)| format!("(NOT ({}) AND {} <= {last})", self.is_none(day), self.cut(day)));
        let none = days.iter().map(|(day, _)| format!("({})", self.is_none(day)));
        format!(
            "{} WHEN {} THEN {} WHEN {} THEN {} ELSE {}",
            bad.join(" "),
            ended.collect::<Vec<_>>().join(" OR "),
            place("ended"),
            none.collect::<Vec<_>>().join(" AND "),
            place("no_end_date"),
            place("ends_later")
        )
    }

    /// From the day of receipt to the date in the order, whether or not it was lifted before.
    fn length(&self, place: &dyn Fn(&str) -> usize) -> String {
        let (days, year) = self.dialect().after(&self.as_date("received"));
        let until = self.as_date("until_day");
        format!(
            "{} WHEN {} THEN {} WHEN {until} <= {days} THEN {} WHEN {until} <= {year} THEN {} ELSE {}",
            self.bad("until_day", 1),
            self.is_none("until_day"),
            place("no_end_date"),
            place("up_to_90_days"),
            place("up_to_1_year"),
            place("over_1_year")
        )
    }

    fn fault_of(&self, check: usize) -> i64 {
        fault(first_derived_check(self.policy) + check)
    }

    fn bad(&self, day: &str, check: usize) -> String {
        format!("WHEN {} THEN {}", self.is_bad(day), self.fault_of(check))
    }

    fn is_none(&self, day: &str) -> String {
        if self.args.dates == Dates::Text { format!("{day} = ''") } else { format!("{day} IS NULL") }
    }

    fn is_bad(&self, day: &str) -> String {
        if self.args.dates == Dates::Date {
            return "1 = 0".to_owned();
        }
        format!("{day} <> '' AND NOT {}", self.dialect().is_day(day))
    }

    fn cut(&self, day: &str) -> String {
        if self.args.dates == Dates::Text { format!("substr({day}, 1, 10)") } else { day.to_owned() }
    }

    fn as_date(&self, day: &str) -> String {
        if self.args.dates == Dates::Text { format!("CAST(substr({day}, 1, 10) AS DATE)") } else { day.to_owned() }
    }

    fn last_day(&self) -> String {
        let kind = if self.args.dates == Dates::Text { "" } else { "DATE " };
        format!("{kind}'{}'", self.policy.period.last())
    }
}

impl Dialect {
    /// The days 90 days and one year after a day.
    fn after(self, day: &str) -> (String, String) {
        let both = |days: &str, year: &str| (days.replace("DAY_0", day), year.replace("DAY_0", day));
        match self {
            Self::Duckdb | Self::Postgres => {
                both("CAST(DAY_0 + INTERVAL '90 days' AS DATE)", "CAST(DAY_0 + INTERVAL '1 year' AS DATE)")
            }
            Self::Spark => both("date_add(DAY_0, 90)", "add_months(DAY_0, 12)"),
            Self::Bigquery => both("DATE_ADD(DAY_0, INTERVAL 90 DAY)", "DATE_ADD(DAY_0, INTERVAL 1 YEAR)"),
            Self::Snowflake => both("DATEADD(day, 90, DAY_0)", "DATEADD(year, 1, DAY_0)"),
            Self::Trino => both("date_add('day', 90, DAY_0)", "date_add('year', 1, DAY_0)"),
        }
    }
}
