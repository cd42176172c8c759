//! The structure of CSV (RFC 4180), checked strictly: what a lenient reader would silently repair is an error.

use memchr::{memchr_iter, memchr2_iter};

use super::problem::Unusable;

/// What kinds of bytes a piece has that need a closer look.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that may hold together")]
pub(super) struct Kinds {
    pub(super) quotes: bool,
    pub(super) returns: bool,
    pub(super) zeros: bool,
    pub(super) beyond_ascii: bool,
}

impl Kinds {
    /// All four in one pass; most pieces have none.
    pub(super) fn of(piece: &[u8]) -> Self {
        let (mut quotes, mut returns, mut zeros, mut all) = (0, 0, 0, 0);
        for byte in piece {
            quotes |= u8::from(*byte == b'"');
            returns |= u8::from(*byte == b'\r');
            zeros |= u8::from(*byte == 0);
            all |= byte;
        }
        Self { quotes: quotes > 0, returns: returns > 0, zeros: zeros > 0, beyond_ascii: all > 0x7f }
    }
}

/// Checks the quotation marks and line ends of a piece that begins at a row.
///
/// A quotation mark may open a field only at its start, close it only at its end, and stands doubled inside.
/// A carriage return outside quotation marks must be followed by a line feed. Rows are counted within the piece, from 0.
pub(super) fn check(piece: &[u8], kinds: Kinds, delimiter: u8) -> Result<(), Unusable> {
    if !kinds.quotes && !kinds.returns {
        return Ok(());
    }
    let mut quoted = None;
    let mut marks = memchr2_iter(b'"', b'\r', piece).peekable();
    while let Some(at) = marks.next() {
        let next = piece.get(at + 1).copied();
        match (piece[at], quoted) {
            (b'\r', None) if next != Some(b'\n') => return Err(Unusable::LineEnds(row_at(piece, at))),
            (b'"', None) if at == 0 || piece[at - 1] == delimiter || piece[at - 1] == b'\n' => quoted = Some(at),
            (b'"', None) => return Err(Unusable::Quote(row_at(piece, at))),
            (b'"', Some(_)) if next == Some(b'"') => {
                marks.next();
            }
            (b'"', Some(_)) if ends_field(&piece[at + 1..], delimiter) => quoted = None,
            (b'"', Some(opened)) => return Err(Unusable::Quote(row_at(piece, opened))),
            _ => {}
        }
    }
    quoted.map_or(Ok(()), |opened| Err(Unusable::Quote(row_at(piece, opened))))
}

fn ends_field(rest: &[u8], delimiter: u8) -> bool {
    match rest {
        [] | [b'\n', ..] | [b'\r', b'\n', ..] => true,
        [next, ..] => *next == delimiter,
    }
}

/// How many rows end before a byte. Only for messages: blank lines are not rows, quoted line feeds end none.
fn row_at(piece: &[u8], at: usize) -> u64 {
    let mut rows = 0;
    let mut start = 0;
    for newline in memchr_iter(b'\n', &piece[..at]) {
        let line = &piece[start..newline];
        if memchr_iter(b'"', line).count().is_multiple_of(2) {
            rows += u64::from(!matches!(line, [] | b"\r"));
            start = newline + 1;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(piece: &[u8], delimiter: u8) -> Result<(), Unusable> {
        super::check(piece, Kinds::of(piece), delimiter)
    }

    #[test]
    fn sound_rows_pass() {
        for text in [
            "",
            "a,b\n1,2\n",
            "a,b\r\n1,2\r\n",
            "\"a\",\"b\"\"c\"\n",
            "\"a\nb\",c\n",
            "\"\",\"\"\"\"\n",
            "a,\"b\"",
            "\"a\rb\",c\n",
        ] {
            assert_eq!(check(text.as_bytes(), b','), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn unsound_rows_are_named() {
        for (text, wanted) in [
            ("a,b\nx\"y,2\n", Unusable::Quote(1)),
            ("a,b\n1,\"open\n2,3\n", Unusable::Quote(1)),
            ("a,b\n\"x\"y,2\n", Unusable::Quote(1)),
            ("a,b\n\n\n1,2\n \"x\",2\n", Unusable::Quote(2)),
            ("a,b\r1,2\r", Unusable::LineEnds(0)),
            ("a;b\n\"x\",2\n", Unusable::Quote(1)),
        ] {
            let delimiter = if text.contains(';') { b';' } else { b',' };
            assert_eq!(check(text.as_bytes(), delimiter), Err(wanted), "{text:?}");
        }
    }

    #[test]
    fn rows_are_counted_through_quoted_line_feeds() {
        assert_eq!(check(b"a,b\n\"x\n\ny\",2\nz\"z,1\n", b','), Err(Unusable::Quote(2)));
    }
}
