//! One row of a log, made into what is counted: hashed identities, a day, and indices of public keys.
//!
//! From here on no text of a log exists in memory except in rows that are set aside.

use super::columns::Standing;
use super::date::{self, DayNumber};
use super::identity::{Identities, Identity, NOBODY, SOMEBODY, unnamed};
use super::keep::{Keep, Recent, Sound};
use super::layout::{ACCOUNT_COUNT, COUNT, LEGAL_PROCESS, LIFTED_ON, Layout, RECEIVED_ON, REQUEST_ID, SERVICE};
use super::lookup::Lookup;
use super::problem::Expected;
use super::secrecy::Secrecy;
use super::secret::{NOWHERE, Secrets};
use super::words::Words;
use crate::keys::spelling;
use crate::policy::{DateFormat, Policy};

/// The largest number a count column may hold; sums of any log then stay far inside 64 bits.
const MAX_DIGITS: usize = 12;

/// What became of a row.
pub(super) enum Fate {
    /// It is sound; whether it counts depends on its standing and on later rows of the same request.
    Sound(Standing),
    /// It cannot be counted as it stands: the column at fault, and what was expected there.
    Rejected(Option<String>, Expected),
}

/// A cell at fault: its column by hushcount's name, and what was expected.
type Fault<'a> = (&'a str, Expected);

/// Reads rows of one log.
pub(super) struct RowReader {
    layout: Layout,
    format: DateFormat,
    first: DayNumber,
    last: DayNumber,
    lookups: Vec<Lookup>,
    leave_out: Vec<LeaveOut>,
    secrets: Secrets,
    /// The days of an earlier period that a regime's table shows.
    earlier: Option<(DayNumber, DayNumber)>,
    publish_on: Option<DayNumber>,
    identities: Identities,
    /// Tells rows of logs without request ids apart: the log's place in the run.
    log: u64,
}

/// The values of a column whose rows are left out.
struct LeaveOut {
    column: String,
    values: Vec<String>,
    spellings: Vec<String>,
}

impl RowReader {
    pub(super) fn new(layout: Layout, format: DateFormat, policy: &Policy, identities: &Identities, log: u64) -> Self {
        Self {
            layout,
            format,
            first: date::day_number(policy.period.first()),
            last: date::day_number(policy.period.last()),
            lookups: policy.dimensions().into_iter().map(Lookup::new).collect(),
            leave_out: policy.log.leave_out.iter().map(|(column, values)| LeaveOut::new(column, values)).collect(),
            secrets: Secrets::new(policy),
            earlier: policy.earlier_period().map(|one| (date::day_number(one.first()), date::day_number(one.last()))),
            publish_on: policy.publish_on.map(date::day_number),
            identities: identities.clone(),
            log,
        }
    }

    pub(super) fn width(&self) -> usize {
        self.layout.width
    }

    pub(super) fn dimensions(&self) -> usize {
        self.lookups.len()
    }

    pub(super) fn regimes(&self) -> usize {
        self.secrets.tables()
    }

    /// Keeps a row, or says why not. `row` is a number below 2^44 that no other row of the log has.
    pub(super) fn read<'r>(&self, cell: impl Fn(usize) -> &'r [u8], row: u64, into: &mut impl Keep) -> Fate {
        match self.keep(&cell, row, into) {
            Ok(standing) => Fate::Sound(standing),
            Err((column, expected)) => Fate::Rejected(Some(column.to_owned()), expected),
        }
    }

    /// Keeps a sound row. One that does not count is kept only where another row could be the same request.
    fn keep<'r>(
        &self,
        cell: &impl Fn(usize) -> &'r [u8],
        row: u64,
        into: &mut impl Keep,
    ) -> Result<Standing, Fault<'_>> {
        let day = date::read(cell(self.layout.received_on), self.format);
        let day = day.ok_or((RECEIVED_ON, Expected::Date(self.format)))?;
        let scratch = into.scratch();
        scratch.earlier += u64::from(self.is_earlier(day));
        let (standing, places) = self.standing(cell, day)?;
        let counts = standing == Standing::Counted;
        let in_a_regime = places.iter().any(|place| *place != NOWHERE);
        let has_id = self.layout.request_id.map(cell).is_some_and(|id| !id.is_empty());
        if !counts && !in_a_regime && !has_id {
            return Ok(standing);
        }
        let request = self.request(cell, row, &mut scratch.recent)?;
        let count = Self::number(cell, counts || in_a_regime, self.layout.count, COUNT)?;
        let account_count = Self::number(cell, counts || in_a_regime, self.layout.account_count, ACCOUNT_COUNT)?;
        let released = if in_a_regime { self.released(cell)? } else { 0 };
        scratch.keys.clear();
        for (place, lookup) in self.lookups.iter().enumerate() {
            let key = if counts { self.key(place, lookup, cell, day, &mut scratch.words[place])? } else { 0 };
            scratch.keys.push(key);
        }
        let part = self.layout.parent_id.map(|_| if has_id { self.own_id(cell) } else { self.place(row) });
        let account = self.layout.account_id.map(|place| self.account(cell(place), into.tells_accounts_apart()));
        into.keep(&Sound { standing, request, part, account, count, account_count, released, places: &places, row });
        Ok(standing)
    }

    /// Whether the row counts, and where in each regime's table.
    fn standing<'r>(
        &self,
        cell: &impl Fn(usize) -> &'r [u8],
        day: DayNumber,
    ) -> Result<(Standing, Vec<u32>), Fault<'_>> {
        let in_period = (self.first..=self.last).contains(&day);
        if !in_period && !self.is_earlier(day) {
            return Ok((Standing::OutOfPeriod, self.nowhere()));
        }
        for (place, leave_out) in self.layout.leave_out.iter().zip(&self.leave_out) {
            if leave_out.has(cell(*place))? {
                return Ok((Standing::LeftOut, self.nowhere()));
            }
        }
        let process = match self.layout.legal_process.map(cell) {
            None => None,
            Some(process) => self.secrets.process(process).map_err(|expected| (LEGAL_PROCESS, expected))?,
        };
        let places = match process {
            Some(process) => self.places(cell, day, &process.name)?,
            None => self.nowhere(),
        };
        Ok(match (process.is_some_and(|process| process.is_secret), in_period) {
            (true, true) => (Standing::Secret, places),
            // Of an earlier period that a regime's table still shows.
            (true, false) if places.iter().any(|place| *place != NOWHERE) => (Standing::Secret, places),
            (_, false) => (Standing::OutOfPeriod, places),
            (false, true) => (Standing::Counted, places),
        })
    }

    fn nowhere(&self) -> Vec<u32> {
        vec![NOWHERE; self.regimes()]
    }

    /// Whether the day lies in an earlier period that a regime's table shows.
    fn is_earlier(&self, day: DayNumber) -> bool {
        self.earlier.is_some_and(|(first, last)| (first..=last).contains(&day))
    }

    fn places<'r>(
        &self,
        cell: &impl Fn(usize) -> &'r [u8],
        day: DayNumber,
        process: &str,
    ) -> Result<Vec<u32>, Fault<'_>> {
        if self.regimes() == 0 {
            return Ok(Vec::new());
        }
        let service = String::from_utf8_lossy(self.layout.service.map(cell).unwrap_or_default());
        self.secrets.places(process, date::day_of(day), &service).map_err(|expected| (SERVICE, expected))
    }

    /// Whether the row's request is no longer secret on the day of publication.
    fn released<'r>(&self, cell: &impl Fn(usize) -> &'r [u8]) -> Result<u8, Fault<'_>> {
        let Some(lifted) = self.layout.lifted_on.map(cell).filter(|lifted| !lifted.is_empty()) else { return Ok(0) };
        let day = date::read(lifted, self.format).ok_or((LIFTED_ON, Expected::Date(self.format)))?;
        Ok(u8::from(self.publish_on.is_some_and(|publish_on| day <= publish_on)))
    }

    /// What a column of numbers says, or nothing without it; a row that does not count stands for none.
    fn number<'r>(
        cell: &impl Fn(usize) -> &'r [u8],
        counts: bool,
        place: Option<usize>,
        column: &'static str,
    ) -> Result<Option<u64>, Fault<'static>> {
        let Some(place) = place else { return Ok(None) };
        let number = if counts { read_count(cell(place)) } else { Some(0) };
        number.map(Some).ok_or((column, Expected::Count))
    }

    /// The row's key of one dimension.
    fn key<'r>(
        &self,
        place: usize,
        lookup: &'_ Lookup,
        cell: &impl Fn(usize) -> &'r [u8],
        received: DayNumber,
        words: &mut Words,
    ) -> Result<u32, Fault<'_>> {
        let Some(derived) = lookup.derived() else {
            let found = lookup.find(cell(self.layout.dimensions[place]), words);
            return found.map_err(|expected| (self.lookups[place].column(), expected));
        };
        Secrecy { layout: &self.layout, cell, format: self.format, received, last: self.last }.key(derived)
    }

    /// A part's parent where it has one, else its own id, else its place: rows of a log without ids are all different.
    fn request<'r>(
        &self,
        cell: &impl Fn(usize) -> &'r [u8],
        row: u64,
        recent: &mut Recent,
    ) -> Result<Identity, Fault<'_>> {
        let parent = self.layout.parent_id.map(cell).filter(|parent| !parent.is_empty());
        match parent.or(self.layout.request_id.map(cell)) {
            Some([]) => Err((REQUEST_ID, Expected::NotEmpty)),
            Some(id) => Ok(recent.request(id, &self.identities)),
            None => Ok(self.place(row)),
        }
    }

    fn own_id<'r>(&self, cell: &impl Fn(usize) -> &'r [u8]) -> Identity {
        self.layout.request_id.map(cell).map_or(NOBODY, |id| self.identities.request(id))
    }

    fn account(&self, id: &[u8], told_apart: bool) -> Identity {
        match id {
            [] => NOBODY,
            id if told_apart => self.identities.account(id),
            _ => SOMEBODY,
        }
    }

    fn place(&self, row: u64) -> Identity {
        unnamed(self.log, row)
    }
}

impl LeaveOut {
    fn new(column: &str, values: &[String]) -> Self {
        let spellings = values.iter().map(|value| spelling(value)).collect();
        Self { column: column.to_owned(), values: values.to_vec(), spellings }
    }

    /// Whether a row with this cell is left out. Another spelling of such a value is pointed out, not counted.
    fn has(&self, cell: &[u8]) -> Result<bool, Fault<'_>> {
        if self.values.iter().any(|value| value.as_bytes() == cell) {
            return Ok(true);
        }
        // A spelling has at most as many bytes as the cell, so most cells need no closer look.
        let first =
            cell.iter().find(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()).map(u8::to_ascii_lowercase);
        let likely = |wanted: &&String| wanted.bytes().next() == first || first.is_some_and(|byte| !byte.is_ascii());
        let respelled =
            self.spellings.iter().filter(likely).any(|wanted| *wanted == spelling(&String::from_utf8_lossy(cell)));
        if respelled && !cell.is_empty() { Err((&self.column, Expected::LeaveOutSpelling)) } else { Ok(false) }
    }
}

/// A whole number, plain or with a comma before every three digits; nothing for a sign, a fraction or an empty cell.
fn read_count(cell: &[u8]) -> Option<u64> {
    let groups: Vec<&[u8]> = cell.split(|byte| *byte == b',').collect();
    let (first, rest) = groups.split_first()?;
    let grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    let digits = groups.concat();
    if first.is_empty() || !grouped || digits.len() > MAX_DIGITS {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_plain_whole_numbers() {
        for (cell, wanted) in [
            ("0", Some(0)),
            ("3663", Some(3663)),
            ("1,234", Some(1234)),
            ("12,345,678", Some(12_345_678)),
            ("12,00", None),
            ("1,5", None),
            (",123", None),
            ("1234,567", None),
            ("1,,234", None),
            ("", None),
            ("-1", None),
            ("1.0", None),
            ("1 234", None),
            ("9999999999999", None),
        ] {
            assert_eq!(read_count(cell.as_bytes()), wanted, "{cell:?}");
        }
    }

    #[test]
    fn another_spelling_of_a_value_to_leave_out_is_pointed_out() {
        let leave_out = LeaveOut::new("legal_process", &["nsl".to_owned(), "search_warrant".to_owned()]);
        assert_eq!(leave_out.has(b"nsl"), Ok(true));
        assert_eq!(leave_out.has(b"subpoena"), Ok(false));
        assert_eq!(leave_out.has(b""), Ok(false));
        for cell in ["NSL", " nsl", "n.s.l.", "Search Warrant"] {
            assert_eq!(leave_out.has(cell.as_bytes()), Err(("legal_process", Expected::LeaveOutSpelling)), "{cell}");
        }
    }
}
