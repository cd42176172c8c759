//! Days, as whole numbers `YYYYMMDD` that compare like days, read without ever guessing an order.

use jiff::civil::Date;

use super::problem::Unusable;
use crate::policy::DateFormat;

/// A day as the number `YYYYMMDD`.
pub(super) type DayNumber = u32;

/// The number of a day.
pub(super) fn day_number(day: Date) -> DayNumber {
    let part = |value: i16| DayNumber::try_from(value).unwrap_or(0);
    part(day.year()) * 10_000 + part(day.month().into()) * 100 + part(day.day().into())
}

/// The day of a number.
pub(super) fn day_of(number: DayNumber) -> Date {
    let part = |value: DayNumber| i16::try_from(value).unwrap_or(1);
    let small = |value: DayNumber| i8::try_from(value).unwrap_or(1);
    Date::new(part(number / 10_000), small(number / 100 % 100), small(number % 100)).unwrap_or_default()
}

/// Reads a cell in a known format; nothing if it is no such day.
pub(super) fn read(cell: &[u8], format: DateFormat) -> Option<DayNumber> {
    let (year, month, day) = match format {
        DateFormat::YearMonthDay => year_first(cell)?,
        DateFormat::DayMonthYear => {
            let (day, month, year) = year_last(cell)?;
            (year, month, day)
        }
        DateFormat::MonthDayYear => {
            let (month, day, year) = year_last(cell)?;
            (year, month, day)
        }
    };
    (1..=12).contains(&month).then_some(())?;
    (1..=days_in(year, month)).contains(&day).then_some(())?;
    Some(year * 10_000 + month * 100 + day)
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `2026-01-31`, alone or at the head of a timestamp.
fn year_first(cell: &[u8]) -> Option<(u32, u32, u32)> {
    let (day, rest) = cell.split_first_chunk::<10>()?;
    if !rest.is_empty() && !is_time(rest) {
        return None;
    }
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *day else { return None };
    let two = |tens: u8, ones: u8| {
        let digits = [tens, ones].map(|digit| u32::from(digit.wrapping_sub(b'0')));
        (digits[0] < 10 && digits[1] < 10).then(|| digits[0] * 10 + digits[1])
    };
    Some((two(y0, y1)? * 100 + two(y2, y3)?, two(m0, m1)?, two(d0, d1)?))
}

/// The rest of a timestamp: hours and minutes, then seconds, a fraction and a zone in whatever form.
fn is_time(rest: &[u8]) -> bool {
    let [b'T' | b' ', time @ ..] = rest else { return false };
    let Some((minutes, after)) = time.split_at_checked(5) else { return false };
    let hour = digits(&minutes[..2]).is_some_and(|hour| hour < 24);
    let minute = digits(&minutes[3..]).is_some_and(|minute| minute < 60);
    let (seconds, zone) = after.split_at(after.iter().take_while(|byte| b"0123456789:.".contains(byte)).count());
    hour && minute
        && minutes[2] == b':'
        && matches!(seconds, [] | [b':', ..])
        && zone.len() <= 12
        && zone.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Two numbers and a year of four digits, between slashes, dots or hyphens; alone or with a time of day behind a blank.
fn year_last(cell: &[u8]) -> Option<(u32, u32, u32)> {
    let (cell, time) = cell.split_at(cell.iter().position(|byte| *byte == b' ').unwrap_or(cell.len()));
    if !(time.is_empty() || is_time(time)) {
        return None;
    }
    let separator = *cell.iter().find(|byte| !byte.is_ascii_digit())?;
    if !matches!(separator, b'/' | b'.' | b'-') {
        return None;
    }
    let mut parts = cell.split(|byte| *byte == separator);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || first.len() > 2 || second.len() > 2 {
        return None;
    }
    Some((digits(first)?, digits(second)?, digits(year)?))
}

#[inline]
fn digits(text: &[u8]) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

/// What the dates of a log say about their order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that may hold together")]
pub(super) struct Evidence {
    seen: bool,
    day_first: bool,
    month_first: bool,
    either: bool,
}

impl Evidence {
    /// Adds one cell's evidence. A year first settles the order of the log, unless dates before it had theirs last; a
    /// cell that is no date says nothing.
    pub(super) fn add(&mut self, cell: &[u8]) -> Result<Option<DateFormat>, Unusable> {
        if year_first(cell).is_some() {
            return if self.seen { Err(Unusable::ContradictoryDates) } else { Ok(Some(DateFormat::YearMonthDay)) };
        }
        let day_first = read(cell, DateFormat::DayMonthYear);
        let month_first = read(cell, DateFormat::MonthDayYear);
        self.seen |= day_first.is_some() || month_first.is_some();
        self.day_first |= day_first.is_some() && month_first.is_none();
        self.month_first |= month_first.is_some() && day_first.is_none();
        self.either |= day_first.is_some() && month_first.is_some() && day_first != month_first;
        Ok(None)
    }

    /// The one order all dates agree on. A log without a single date is read as `YYYY-MM-DD`, so that its rows are listed.
    pub(super) fn conclude(self) -> Result<DateFormat, Unusable> {
        match (self.day_first, self.month_first, self.either) {
            _ if !self.seen => Ok(DateFormat::YearMonthDay),
            (true, true, _) => Err(Unusable::ContradictoryDates),
            (false, true, _) => Ok(DateFormat::MonthDayYear),
            // Where no date tells the two apart, both give the same days.
            (true, false, _) | (false, false, false) => Ok(DateFormat::DayMonthYear),
            (false, false, true) => Err(Unusable::AmbiguousDates),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_their_format_only() {
        let ymd = DateFormat::YearMonthDay;
        let dmy = DateFormat::DayMonthYear;
        let mdy = DateFormat::MonthDayYear;
        for (cell, format, wanted) in [
            ("2026-01-31", ymd, Some(20_260_131)),
            ("2026-01-31T23:59:59Z", ymd, Some(20_260_131)),
            ("2026-01-31 23:59", ymd, Some(20_260_131)),
            ("2026-01-31 23:59:59.999999 UTC", ymd, Some(20_260_131)),
            ("2026-01-31T23:59:59+02:00", ymd, Some(20_260_131)),
            ("2026-01-31T24:00", ymd, None),
            ("2026-01-31T9", ymd, None),
            ("2024-02-29", ymd, Some(20_240_229)),
            ("2026-02-29", ymd, None),
            ("1900-02-29", ymd, None),
            ("2026-1-31", ymd, None),
            ("2026-01-31x", ymd, None),
            ("2026-13-01", ymd, None),
            ("31/12/2026", dmy, Some(20_261_231)),
            ("31.12.2026", dmy, Some(20_261_231)),
            ("1/2/2026", dmy, Some(20_260_201)),
            ("1/2/2026", mdy, Some(20_260_102)),
            ("31/12/2026", mdy, None),
            ("31.12.2026 09:05", dmy, Some(20_261_231)),
            ("12/31/2026 09:05:00 PM", mdy, Some(20_261_231)),
            ("31.12.2026 noon", dmy, None),
            ("31.12.2026 ", dmy, None),
            ("31/12/26", dmy, None),
            ("31/12-2026", dmy, None),
            ("+1/2/2026", dmy, None),
            ("", dmy, None),
        ] {
            assert_eq!(read(cell.as_bytes(), format), wanted, "{cell} as {format:?}");
        }
    }

    #[test]
    fn every_real_day_is_read_and_no_other() {
        for year in [1999_i16, 2000, 2023, 2024, 2100] {
            for month in 0..=13_i8 {
                for day in 0..=32_i8 {
                    let real = Date::new(year, month, day).ok().map(day_number);
                    let cell = format!("{year:04}-{month:02}-{day:02}");
                    assert_eq!(read(cell.as_bytes(), DateFormat::YearMonthDay), real, "{cell}");
                }
            }
        }
    }

    #[test]
    fn an_order_is_concluded_and_never_guessed() {
        for (cells, wanted) in [
            (&["01/02/2026", "13/02/2026"][..], Ok(DateFormat::DayMonthYear)),
            (&["01/02/2026", "02/13/2026"], Ok(DateFormat::MonthDayYear)),
            (&["01/02/2026", "03/04/2026"], Err(Unusable::AmbiguousDates)),
            (&["13/02/2026", "02/13/2026"], Err(Unusable::ContradictoryDates)),
            (&["01/01/2026", "05/05/2026"], Ok(DateFormat::DayMonthYear)),
            (&["", "soon"], Ok(DateFormat::YearMonthDay)),
        ] {
            let mut evidence = Evidence::default();
            for cell in cells {
                assert_eq!(evidence.add(cell.as_bytes()), Ok(None));
            }
            assert_eq!(evidence.conclude(), wanted, "{cells:?}");
        }
    }
}
