//! Works out the derived columns of a row: its secrecy order, that order's end and length, and whether the customer was told.

use jiff::Span;

use super::date::{self, DayNumber};
use super::layout::{LIFTED_ON, Layout};
use super::problem::Expected;
use crate::derived::{Derived, NO, NONDISCLOSURE, NOTIFIED_ON, UNTIL, YES};
use crate::policy::DateFormat;

/// A cell at fault: its column by hushcount's name, and what was expected.
type Fault = (&'static str, Expected);

/// The cells of one row that say something about secrecy.
pub(super) struct Secrecy<'r, C> {
    pub(super) layout: &'r Layout,
    pub(super) cell: &'r C,
    pub(super) format: DateFormat,
    /// The day the request was received.
    pub(super) received: DayNumber,
    /// The last day of the period.
    pub(super) last: DayNumber,
}

impl<'c, C: Fn(usize) -> &'c [u8]> Secrecy<'_, C> {
    /// The key of a derived column.
    pub(super) fn key(&self, derived: Derived) -> Result<u32, Fault> {
        let value = match derived {
            Derived::SecrecyOrder => yes_or_no(self.has_order()?),
            Derived::CustomerTold => yes_or_no(self.day(self.layout.notified_on, NOTIFIED_ON)?.is_some()),
            Derived::SecrecyEnd | Derived::SecrecyLength if !self.has_order()? => "no_order",
            Derived::SecrecyEnd => self.end()?,
            Derived::SecrecyLength => self.length()?,
        };
        let place = derived.keys().iter().position(|key| *key == value).unwrap_or_default();
        Ok(u32::try_from(place).unwrap_or(u32::MAX))
    }

    fn has_order(&self) -> Result<bool, Fault> {
        let cell = self.layout.nondisclosure.map(self.cell).unwrap_or_default();
        let cell = cell.to_ascii_lowercase();
        let is_one_of = |words: &[&str]| words.iter().any(|word| word.as_bytes() == cell.as_slice());
        match (is_one_of(&YES), is_one_of(&NO)) {
            (true, _) => Ok(true),
            (_, true) => Ok(false),
            _ => Err((NONDISCLOSURE, Expected::YesOrNo)),
        }
    }

    /// An order ends on its date, or when it is lifted before that.
    fn end(&self) -> Result<&'static str, Fault> {
        let dates = [self.day(self.layout.until, UNTIL)?, self.day(self.layout.order_lifted_on, LIFTED_ON)?];
        Ok(match dates.into_iter().flatten().min() {
            Some(end) if end <= self.last => "ended",
            Some(_) => "ends_later",
            None => "no_end_date",
        })
    }

    /// From the day of receipt to the date in the order, whether or not it was lifted before.
    fn length(&self) -> Result<&'static str, Fault> {
        let Some(until) = self.day(self.layout.until, UNTIL)? else { return Ok("no_end_date") };
        let received = date::day_of(self.received);
        let after = |span: Span| date::day_number(received.saturating_add(span));
        Ok(if until <= after(Span::new().days(90)) {
            "up_to_90_days"
        } else if until <= after(Span::new().years(1)) {
            "up_to_1_year"
        } else {
            "over_1_year"
        })
    }

    /// A day, or nothing for an empty cell or a column that is not there.
    fn day(&self, place: Option<usize>, column: &'static str) -> Result<Option<DayNumber>, Fault> {
        let Some(cell) = place.map(self.cell).filter(|cell| !cell.is_empty()) else { return Ok(None) };
        date::read(cell, self.format).map(Some).ok_or((column, Expected::Date(self.format)))
    }
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
