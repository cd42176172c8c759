//! One row of a log, made into what is counted: hashed identities, a day, and indices of public keys.
//!
//! From here on no text of a log exists in memory except in rows that are set aside.

use std::collections::HashMap;
use std::sync::Arc;

use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hasher as _;

use super::date::{self, DayNumber};
use super::layout::{ACCOUNT_COUNT, COUNT, Layout, RECEIVED_ON, REQUEST_ID, spelling};
use super::problem::Expected;
use crate::policy::{DateFormat, Policy};
use crate::table::{KeySet, is_national_security};

/// A keyed 128-bit hash of a request or account id; 0 where there is none.
///
/// With n ids the chance that any two collide is below n^2 / 2^129: for 10^8 ids below 2e-23.
pub(super) type Identity = u128;

/// The identity of nothing.
pub(super) const NOBODY: Identity = 0;

/// The largest number a count column may hold; sums of any log then stay far inside 64 bits.
const MAX_COUNT: u64 = 999_999_999_999;

/// Columns of counted rows, one entry a row.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) request: Vec<Identity>,
    pub(super) account: Vec<Identity>,
    pub(super) count: Vec<u64>,
    pub(super) account_count: Vec<u64>,
    /// One column for each dimension, of indices into its key set.
    pub(super) dimensions: Vec<Vec<u32>>,
}

impl Columns {
    pub(super) fn new(dimensions: usize) -> Self {
        Self { dimensions: vec![Vec::new(); dimensions], ..Self::default() }
    }

    /// Adds the rows of another piece behind these.
    pub(super) fn append(&mut self, mut other: Self) {
        self.request.append(&mut other.request);
        self.account.append(&mut other.account);
        self.count.append(&mut other.count);
        self.account_count.append(&mut other.account_count);
        for (ours, mut theirs) in self.dimensions.iter_mut().zip(other.dimensions) {
            ours.append(&mut theirs);
        }
    }
}

/// What became of a row.
pub(super) enum Fate {
    Counted,
    OutOfPeriod,
    LeftOut,
    Rejected(Option<String>, Expected),
}

/// The texts a log may use in one column, and the key each means.
struct Lookup {
    set: Arc<KeySet>,
    index: HashMap<Vec<u8>, u32>,
    is_legal_process: bool,
}

/// Reads rows of one log.
pub(super) struct RowReader {
    layout: Layout,
    format: DateFormat,
    first: DayNumber,
    last: DayNumber,
    lookups: Vec<Lookup>,
    leave_out: Vec<Vec<Vec<u8>>>,
    hasher: SipHasher13,
    /// Tells rows of logs without request ids apart: the log's place in the run.
    log: u64,
}

impl RowReader {
    pub(super) fn new(layout: Layout, format: DateFormat, policy: &Policy, hash_key: &[u8; 16], log: u64) -> Self {
        let as_bytes = |values: &Vec<String>| values.iter().map(|value| value.clone().into_bytes()).collect();
        Self {
            layout,
            format,
            first: date::day_number(policy.period.first()),
            last: date::day_number(policy.period.last()),
            lookups: policy.dimensions().into_iter().map(Lookup::new).collect(),
            leave_out: policy.log.leave_out.values().map(as_bytes).collect(),
            hasher: SipHasher13::new_with_key(hash_key),
            log,
        }
    }

    pub(super) fn width(&self) -> usize {
        self.layout.width
    }

    pub(super) fn dimensions(&self) -> usize {
        self.lookups.len()
    }

    /// Puts a row into the columns, or says why not. `row` is a number no other row of the log has.
    pub(super) fn read<'r>(&self, cell: impl Fn(usize) -> &'r [u8], row: u64, into: &mut Columns) -> Fate {
        let Some(day) = date::read(cell(self.layout.received_on), self.format) else {
            return Fate::Rejected(Some(RECEIVED_ON.to_owned()), Expected::Date(self.format));
        };
        if day < self.first || day > self.last {
            return Fate::OutOfPeriod;
        }
        if self.is_left_out(&cell) {
            return Fate::LeftOut;
        }
        match self.checked(&cell, row).and_then(|checked| Ok((checked, self.keep_dimensions(&cell, into)?))) {
            Err((column, expected)) => Fate::Rejected(Some(column.to_owned()), expected),
            Ok((checked, ())) => {
                self.keep(&cell, &checked, into);
                Fate::Counted
            }
        }
    }

    fn is_left_out<'r>(&self, cell: &impl Fn(usize) -> &'r [u8]) -> bool {
        let places = self.layout.leave_out.iter();
        places.zip(&self.leave_out).any(|(place, values)| values.iter().any(|value| value == cell(*place)))
    }

    /// The identities and numbers of a row, before anything of it is kept.
    fn checked<'r>(&self, cell: &impl Fn(usize) -> &'r [u8], row: u64) -> Result<Checked, (&str, Expected)> {
        let number = |place: Option<usize>, column| match place {
            None => Ok(1),
            Some(place) => read_count(cell(place)).ok_or((column, Expected::Count)),
        };
        Ok(Checked {
            request: self.request(cell, row)?,
            count: number(self.layout.count, COUNT)?,
            account_count: number(self.layout.account_count, ACCOUNT_COUNT)?,
        })
    }

    /// Adds the row's keys, or none of them when one is not in its key set.
    fn keep_dimensions<'r>(
        &self,
        cell: &impl Fn(usize) -> &'r [u8],
        into: &mut Columns,
    ) -> Result<(), (&str, Expected)> {
        let rows = into.request.len();
        for (place, lookup) in self.lookups.iter().enumerate() {
            match lookup.find(cell(self.layout.dimensions[place])) {
                Ok(key) => into.dimensions[place].push(key),
                Err(expected) => {
                    into.dimensions.iter_mut().for_each(|column| column.truncate(rows));
                    return Err((lookup.set.column(), expected));
                }
            }
        }
        Ok(())
    }

    /// A part's parent where it has one, else its own id, else its place: rows of a log without ids are all different.
    fn request<'r>(&self, cell: &impl Fn(usize) -> &'r [u8], row: u64) -> Result<Identity, (&'static str, Expected)> {
        let parent = self.layout.parent_id.map(cell).filter(|parent| !parent.is_empty());
        match parent.or(self.layout.request_id.map(cell)) {
            Some([]) => Err((REQUEST_ID, Expected::NotEmpty)),
            Some(id) => Ok(self.identity(b'r', id)),
            None => Ok(self.identity(b'p', &[self.log.to_le_bytes(), row.to_le_bytes()].concat())),
        }
    }

    fn keep<'r>(&self, cell: &impl Fn(usize) -> &'r [u8], checked: &Checked, into: &mut Columns) {
        into.request.push(checked.request);
        if let Some(place) = self.layout.account_id {
            let id = cell(place);
            into.account.push(if id.is_empty() { NOBODY } else { self.identity(b'a', id) });
        }
        if self.layout.count.is_some() {
            into.count.push(checked.count);
        }
        if self.layout.account_count.is_some() {
            into.account_count.push(checked.account_count);
        }
    }

    /// The first byte keeps requests, accounts and places apart.
    fn identity(&self, kind: u8, id: &[u8]) -> Identity {
        let mut hasher = self.hasher;
        hasher.write(&[kind]);
        hasher.write(id);
        hasher.finish128().as_u128().max(1)
    }
}

struct Checked {
    request: Identity,
    count: u64,
    account_count: u64,
}

impl Lookup {
    fn new(set: Arc<KeySet>) -> Self {
        let index =
            set.accepted().map(|(text, key)| (text.as_bytes().to_vec(), u32::try_from(key).unwrap_or(u32::MAX)));
        Self { index: index.collect(), is_legal_process: set.column() == "legal_process", set }
    }

    fn find(&self, cell: &[u8]) -> Result<u32, Expected> {
        match self.index.get(cell) {
            Some(key) => Ok(*key),
            None => self.unlisted(cell),
        }
    }

    #[cold]
    fn unlisted(&self, cell: &[u8]) -> Result<u32, Expected> {
        let text = String::from_utf8_lossy(cell);
        if let Some(other) = self.set.other() {
            let secret = self.is_legal_process && means_national_security(&text);
            return if secret {
                Err(Expected::NationalSecurityKey)
            } else {
                Ok(u32::try_from(other).unwrap_or(u32::MAX))
            };
        }
        let respelled = self.set.accepted().any(|(known, _)| spelling(known) == spelling(&text));
        Err(if respelled { Expected::KeySpelling } else { Expected::Key })
    }
}

/// Whether a legal process under an unlisted name is, or sounds like, a national-security process.
fn means_national_security(text: &str) -> bool {
    let plain = spelling(text);
    is_national_security(text)
        || plain.starts_with("nsl")
        || ["fisa", "nationalsecurity", "ukipa"].iter().any(|word| plain.contains(word))
}

/// A whole number, also with thousands commas; nothing for a sign, a fraction or an empty cell.
fn read_count(cell: &[u8]) -> Option<u64> {
    let text: Vec<u8> = cell.iter().copied().filter(|byte| *byte != b',').collect();
    if text.is_empty() || text.len() > 12 {
        return None;
    }
    let number =
        text.iter().try_fold(0_u64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0')));
    number.filter(|number| *number <= MAX_COUNT)
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
    fn national_security_is_recognised_under_other_names() {
        for name in
            ["nsl", "NSLs", "FISA Content", "National Security Letter", "national-security order", "uk_ipa_content"]
        {
            assert!(means_national_security(name), "{name}");
        }
        for name in ["Search Warrant", "Counsel letter", "", "Other Legal Requests"] {
            assert!(!means_national_security(name), "{name}");
        }
    }
}
