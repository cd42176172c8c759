//! Days in SQL: which texts are one, and whether it lies in the period.

use super::Query;
use super::rows::{OUT_OF_PERIOD, fault};
use crate::cli::{Dates, Dialect};

/// A day written YYYY-MM-DD, alone or at the head of a timestamp, as `date::read` takes it.
fn day_pattern() -> String {
    let leap = "([0-9][0-9](0[48]|[2468][048]|[13579][26])|(0[048]|[2468][048]|[13579][26])00)-02-29";
    let common = "[0-9][0-9][0-9][0-9]-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";
    let time = "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-9:.]*)?([ --/;-~][ -~]{0,11})?";
    format!("^({leap}|{common})({time})?$")
}

impl Dialect {
    /// Whether a text is a day. In some engines `$` is found before a line end too.
    pub(super) fn is_day(self, text: &str) -> String {
        let is_day = self.matches(text, &day_pattern());
        match self {
            Self::Duckdb | Self::Postgres => is_day,
            _ => format!("({is_day} AND NOT {})", self.matches(text, "[^ -~]")),
        }
    }
}

impl Query<'_> {
    pub(super) fn day(&self, place: usize) -> String {
        match self.args.dates {
            Dates::Text => self.text(place),
            Dates::Date => format!("CAST({} AS DATE)", self.column(&self.header[place])),
        }
    }

    pub(super) fn days(&self) -> [(String, i64); 2] {
        let (first, last) = (self.policy.period.first(), self.policy.period.last());
        let (bad, outside) = match self.args.dates {
            Dates::Text => (
                format!("NOT {}", self.dialect().is_day("received")),
                format!("substr(received, 1, 10) NOT BETWEEN '{first}' AND '{last}'"),
            ),
            Dates::Date => {
                ("received IS NULL".to_owned(), format!("received NOT BETWEEN DATE '{first}' AND DATE '{last}'"))
            }
        };
        [(bad, fault(0)), (outside, OUT_OF_PERIOD)]
    }
}
