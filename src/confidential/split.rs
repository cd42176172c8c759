//! A piece of CSV split into rows and fields, without a copy of what needs none.
//!
//! The piece's structure was checked before (`structure`): a quotation mark opens a field at its start, closes it at its
//! end and stands doubled inside; carriage returns stand before line feeds or within quotation marks. So a row ends at the
//! first line feed outside quotation marks, and splitting cannot go wrong.

use memchr::{memchr, memchr_iter, memchr2_iter};

/// One row: its bytes as they stand in the log, without the line end, and its fields.
pub(super) struct Record<'p> {
    /// Where in the piece the row starts.
    pub(super) start: usize,
    pub(super) raw: &'p [u8],
    /// How many fields it has.
    pub(super) width: usize,
    fields: &'p [(usize, usize)],
    /// What the fields are places in: the row itself, or its text without quotation marks.
    text: &'p [u8],
}

impl Record<'_> {
    /// A field without its quotation marks; nothing where the row is too short, or the field beyond those asked for.
    #[inline]
    pub(super) fn field(&self, place: usize) -> &[u8] {
        self.fields.get(place).and_then(|(start, end)| self.text.get(*start..*end)).unwrap_or_default()
    }
}

/// Splits rows, with room that is used again for each.
pub(super) struct Splitter {
    delimiter: u8,
    /// So many fields are found; those behind them are counted only.
    needed: usize,
    fields: Vec<(usize, usize)>,
    unquoted: Vec<u8>,
}

impl Splitter {
    pub(super) fn new(delimiter: u8, needed: usize) -> Self {
        Self { delimiter, needed, fields: Vec::new(), unquoted: Vec::new() }
    }

    /// Shows every row that is not blank, in order.
    pub(super) fn rows(&mut self, piece: &[u8], mut show: impl FnMut(&Record<'_>)) {
        let quoted = memchr(b'"', piece).is_some();
        let mut start = 0;
        while start < piece.len() {
            let rest = &piece[start..];
            let end = if quoted { row_end(rest) } else { memchr(b'\n', rest) };
            let line = &rest[..end.unwrap_or(rest.len())];
            // A carriage return in quotation marks is followed by at least the closing one.
            let raw = line.strip_suffix(b"\r").unwrap_or(line);
            if !raw.is_empty() {
                show(&self.split(start, raw, quoted && memchr(b'"', raw).is_some()));
            }
            start += line.len() + 1;
        }
    }

    fn split<'s>(&'s mut self, start: usize, raw: &'s [u8], quoted: bool) -> Record<'s> {
        self.fields.clear();
        let width = if quoted { self.split_quoted(raw) } else { self.split_plain(raw) };
        let text = if quoted { &self.unquoted } else { raw };
        Record { start, raw, width, fields: &self.fields, text }
    }

    #[inline]
    fn split_plain(&mut self, raw: &[u8]) -> usize {
        let mut start = 0;
        for end in memchr_iter(self.delimiter, raw) {
            self.fields.push((start, end));
            start = end + 1;
            if self.fields.len() == self.needed {
                return self.needed + 1 + memchr_iter(self.delimiter, &raw[start..]).count();
            }
        }
        self.fields.push((start, raw.len()));
        self.fields.len()
    }

    fn split_quoted(&mut self, raw: &[u8]) -> usize {
        self.unquoted.clear();
        let mut rest = raw;
        loop {
            let start = self.unquoted.len();
            let end = self.unquote(rest);
            self.fields.push((start, self.unquoted.len()));
            match rest.get(end) {
                Some(_) => rest = &rest[end + 1..],
                None => return self.fields.len(),
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
    use super::*;

    /// Every row with its fields; fields beyond those asked for are only counted.
    fn split(text: &str, needed: usize) -> Vec<(usize, usize, Vec<String>)> {
        let mut rows = Vec::new();
        Splitter::new(b',', needed).rows(text.as_bytes(), |row| {
            let fields = (0..row.width.min(needed)).map(|place| String::from_utf8_lossy(row.field(place)).into_owned());
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

    #[test]
    fn fields_behind_the_needed_ones_are_counted() {
        assert_eq!(split("a,b,c,d\na,b\n\"a\",b,c,d", 2).iter().map(|row| row.1).collect::<Vec<_>>(), [4, 2, 4]);
    }

    /// The rows of random sound pieces are those of the `csv` library.
    #[test]
    fn the_library_for_csv_agrees() {
        use rand::{RngExt, SeedableRng};
        let mut rng = rand::rngs::ChaCha8Rng::seed_from_u64(1);
        let parts = ["a", "bb", ",", ",", "\n", "\r\n", "\"x\"", "\"\"", "\",\"", "\"\n\"", "\"a\"\"\"", "é"];
        let mut sound = 0;
        for _ in 0..20_000 {
            let text: String = (0..rng.random_range(0..12)).map(|_| parts[rng.random_range(0..parts.len())]).collect();
            if super::super::structure::check(text.as_bytes(), b',').is_err() {
                continue;
            }
            sound += 1;
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let wanted: Vec<Vec<String>> =
                reader.records().map(|row| row.expect("text").iter().map(str::to_owned).collect()).collect();
            let found: Vec<Vec<String>> = split(&text, 99).into_iter().map(|row| row.2).collect();
            assert_eq!(found, wanted, "{text:?}");
        }
        assert!(sound > 2000, "{sound}");
    }
}
