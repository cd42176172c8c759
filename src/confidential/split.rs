//! A piece of CSV split into rows and fields, without a copy of what needs none.
//!
//! The piece's structure was checked before (`structure`): a quotation mark opens a field at its start, closes it at its
//! end and stands doubled inside; carriage returns stand before line feeds or within quotation marks. So a row ends at the
//! first line feed outside quotation marks, and splitting cannot go wrong.

use memchr::{memchr, memchr2_iter};

/// One row: its bytes as they stand in the log, without the line end, and its fields.
pub(super) struct Record<'p> {
    /// Where in the piece the row starts.
    pub(super) start: usize,
    pub(super) raw: &'p [u8],
    /// How many fields it has.
    pub(super) width: usize,
    /// Where its fields end, and what these are places in: the row itself, or its text without quotation marks.
    ends: &'p [u32],
    text: &'p [u8],
    /// Where the first field starts, and how many bytes stand between two fields.
    first: usize,
    between: usize,
}

impl Record<'_> {
    /// A field without its quotation marks; nothing where the row is too short.
    #[inline]
    pub(super) fn field(&self, place: usize) -> &[u8] {
        let start = match place.checked_sub(1) {
            None => Some(self.first),
            Some(before) => self.ends.get(before).map(|end| (*end & PLACE) as usize + self.between),
        };
        // The last field of a row that ends with a carriage return ends before it, with the text.
        let end = self.ends.get(place).map(|end| ((*end & PLACE) as usize).min(self.text.len()));
        start.zip(end).and_then(|(start, end)| self.text.get(start..end)).unwrap_or_default()
    }
}

/// An end is a place in a piece, with the highest bit set where it ends a row too.
const ROW: u32 = 1 << 31;
const PLACE: u32 = ROW - 1;

/// Bytes that are looked at together.
const WORD: usize = 64;

/// Where delimiters or line feeds stand in the first 64 bytes, a bit for each byte.
#[inline]
fn ends_of(bytes: &[u8], delimiter: u8) -> u64 {
    if let Some(word) = bytes.first_chunk() {
        return ends_in(word, delimiter);
    }
    // Neither is 0: a delimiter is one of four characters.
    let mut word = [0; WORD];
    word[..bytes.len()].copy_from_slice(bytes);
    ends_in(&word, delimiter)
}

/// Compares all bytes at once, then gathers one bit of each eight by a multiplication.
#[inline]
fn ends_in(word: &[u8; WORD], delimiter: u8) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut found = [0_u8; WORD];
    for (found, byte) in found.iter_mut().zip(word) {
        *found = u8::from(*byte == delimiter) | u8::from(*byte == b'\n');
    }
    let (eights, _) = found.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, eight| (bits << 8) | (u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56))
}

/// Splits rows, with room that is used again for each.
pub(super) struct Splitter {
    delimiter: u8,
    /// How many fields a row should have.
    width: usize,
    ends: Vec<u32>,
    unquoted: Vec<u8>,
}

/// Ends that are written at once, whether or not there are so many: without a choice there is no wrong guess.
const AT_ONCE: usize = 12;

impl Splitter {
    pub(super) fn new(delimiter: u8, width: usize) -> Self {
        Self { delimiter, width, ends: Vec::new(), unquoted: Vec::new() }
    }

    /// Shows every row that is not blank, in order. `quoted` says whether the piece has quotation marks.
    pub(super) fn rows(&mut self, piece: &[u8], quoted: bool, show: impl FnMut(&Record<'_>)) {
        if quoted {
            self.quoted_rows(piece, show);
        } else {
            self.plain_rows(piece, show);
        }
    }

    /// Without quotation marks every delimiter ends a field and every line feed a row.
    fn plain_rows(&mut self, piece: &[u8], mut show: impl FnMut(&Record<'_>)) {
        self.find_ends(piece);
        let (mut start, mut rest) = (0, self.ends.as_slice());
        while !rest.is_empty() {
            let (row, next) = rest.split_at(self.ends_of_row(rest));
            let end = row.last().map_or(0, |end| (end & PLACE) as usize);
            let line = &piece[start..end];
            let raw = line.strip_suffix(b"\r").unwrap_or(line);
            if !raw.is_empty() {
                let text = &piece[..start + raw.len()];
                show(&Record { start, raw, width: row.len(), ends: row, text, first: start, between: 1 });
            }
            (start, rest) = (end + 1, next);
        }
    }

    /// How many of the ends belong to the first row. Nearly always it is as wide as the header, which is seen without a
    /// look at each.
    #[inline]
    fn ends_of_row(&self, ends: &[u32]) -> usize {
        if let Some((last, others)) = ends.get(..self.width).and_then(<[u32]>::split_last)
            && *last & ROW > 0
            && others.iter().fold(0, |all, end| all | end) & ROW == 0
        {
            return self.width;
        }
        ends.iter().position(|end| end & ROW > 0).map_or(ends.len(), |last| last + 1)
    }

    /// Finds where fields end; the piece's end is one, unless it ends with a row.
    fn find_ends(&mut self, piece: &[u8]) {
        let mut known = 0;
        for (number, word) in piece.chunks(WORD).enumerate() {
            if self.ends.len() < known + WORD + AT_ONCE {
                self.ends.resize(2 * self.ends.len() + WORD + AT_ONCE, 0);
            }
            let mut bits = ends_of(word, self.delimiter);
            let room = &mut self.ends[known..known + WORD + AT_ONCE];
            let count = bits.count_ones() as usize;
            for at_once in room.chunks_exact_mut(AT_ONCE).take(count.div_ceil(AT_ONCE).max(1)) {
                for end in at_once {
                    let place = (bits.trailing_zeros() as usize) & (WORD - 1);
                    let is_row = word.get(place) == Some(&b'\n');
                    *end = u32::try_from(number * WORD + place).unwrap_or(PLACE) | (u32::from(is_row) << 31);
                    bits &= bits.wrapping_sub(1);
                }
            }
            known += count;
        }
        self.ends.truncate(known);
        if piece.last().is_some_and(|last| *last != b'\n') {
            self.ends.push(u32::try_from(piece.len()).unwrap_or(PLACE) | ROW);
        }
    }

    fn quoted_rows(&mut self, piece: &[u8], mut show: impl FnMut(&Record<'_>)) {
        let mut start = 0;
        while start < piece.len() {
            let rest = &piece[start..];
            let line = &rest[..row_end(rest).unwrap_or(rest.len())];
            // A carriage return in quotation marks is followed by at least the closing one.
            let raw = line.strip_suffix(b"\r").unwrap_or(line);
            if !raw.is_empty() {
                self.split_quoted(raw);
                let (ends, text) = (&self.ends, &self.unquoted);
                show(&Record { start, raw, width: ends.len(), ends, text, first: 0, between: 0 });
            }
            start += line.len() + 1;
        }
    }

    fn split_quoted(&mut self, raw: &[u8]) {
        self.unquoted.clear();
        self.ends.clear();
        let mut rest = raw;
        loop {
            let end = self.unquote(rest);
            self.ends.push(u32::try_from(self.unquoted.len()).unwrap_or(PLACE));
            match rest.get(end) {
                Some(_) => rest = &rest[end + 1..],
                None => return,
            }
        }
    }

    /// Adds the first field's text; returns where the field ends.
    fn unquote(&mut self, rest: &[u8]) -> usize {
        let Some(b'"') = rest.first() else {
            let end = memchr(self.delimiter, rest).unwrap_or(rest.len());
            self.unquoted.extend_from_slice(&rest[..end]);
            return end;
        };
        let mut at = 1;
        while let Some(length) = memchr(b'"', &rest[at..]) {
            let mark = at + length;
            let doubled = rest.get(mark + 1) == Some(&b'"');
            self.unquoted.extend_from_slice(&rest[at..mark + usize::from(doubled)]);
            if !doubled {
                return mark + 1;
            }
            at = mark + 2;
        }
        rest.len()
    }
}

/// The first line feed that an even number of quotation marks precedes.
pub(super) fn row_end(bytes: &[u8]) -> Option<usize> {
    row_end_after(bytes, false)
}

/// The same of bytes that begin within quotation marks, or not.
pub(super) fn row_end_after(bytes: &[u8], mut quoted: bool) -> Option<usize> {
    memchr2_iter(b'\n', b'"', bytes).find(|at| {
        quoted ^= bytes[*at] == b'"';
        bytes[*at] == b'\n' && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::super::structure::{Kinds, check};
    use super::*;

    /// Every row with its fields.
    fn split(text: &str, width: usize) -> Vec<(usize, usize, Vec<String>)> {
        let mut rows = Vec::new();
        Splitter::new(b',', width).rows(text.as_bytes(), text.contains('"'), |row| {
            let fields = (0..row.width).map(|place| String::from_utf8_lossy(row.field(place)).into_owned());
            rows.push((row.start, row.width, fields.collect()));
        });
        rows
    }

    fn row(start: usize, fields: &[&str]) -> (usize, usize, Vec<String>) {
        (start, fields.len(), fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn rows_and_fields_are_those_of_the_standard() {
        assert_eq!(split("a,b\n\r\n\nc,d\r\n,", 9), [row(0, &["a", "b"]), row(7, &["c", "d"]), row(12, &["", ""])]);
        assert_eq!(split("\"a,\"\"\n\",b\r\n\"\"\n", 9), [row(0, &["a,\"\n", "b"]), row(11, &[""])]);
        assert_eq!(split("x,\"\r\n\",\"\"\"\"", 9), [row(0, &["x", "\r\n", "\""])]);
        assert_eq!(split("", 9), []);
    }

    /// The rows of random sound pieces are those of the `csv` library.
    #[test]
    fn the_library_for_csv_agrees() {
        use rand::{RngExt, SeedableRng};
        let mut rng = rand::rngs::ChaCha8Rng::seed_from_u64(1);
        let all = ["a", "bb", ",", ",", "\n", "\r\n", "\"x\"", "\"\"", "\",\"", "\"\n\"", "\"a\"\"\"", "é"];
        let mut sound = 0;
        for round in 0..20_000 {
            let parts = if round % 2 == 0 { &all[..6] } else { &all[..] };
            let text: String = (0..rng.random_range(0..if round % 2 == 0 { 200 } else { 12 }))
                .map(|_| parts[rng.random_range(0..parts.len())])
                .collect();
            if check(text.as_bytes(), Kinds::of(text.as_bytes()), b',').is_err() {
                continue;
            }
            sound += 1;
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let wanted: Vec<Vec<String>> =
                reader.records().map(|row| row.expect("text").iter().map(str::to_owned).collect()).collect();
            let found: Vec<Vec<String>> = split(&text, rng.random_range(1..5)).into_iter().map(|row| row.2).collect();
            assert_eq!(found, wanted, "{text:?}");
        }
        assert!(sound > 2000, "{sound}");
    }
}
