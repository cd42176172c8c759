//! A log cut into pieces that begin and end at rows, handed out to threads.
//!
//! A plain file is read by all threads at once, each at its own place. Where rows end there follows from the quotation
//! marks before, so threads pass on whether they were even, block by block: counting them is a small part of the work.
//! Any other log is one stream, read by one thread at a time.

use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use memchr::memchr_iter;

use super::source::{Chunks, Input, MAX_ROW};
use super::split::row_end_after;

/// Bytes of a file that one thread reads at a time: they stay in its cache while they are looked at several times.
const BLOCK: u64 = 1 << 19;

/// Bytes read at a time to find the end of a block's last row.
const STEP: u64 = 1 << 14;

/// Where a piece stands among the others, and in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) number: u64,
    /// Bytes before it.
    pub(super) start: u64,
}

/// The pieces of one log.
pub(super) enum Pieces {
    Blocks(Blocks),
    Stream(Mutex<Stream>),
}

impl Pieces {
    pub(super) fn of(input: &Input) -> io::Result<Self> {
        match input.plain_file()? {
            Some((file, start)) => Ok(Self::Blocks(Blocks::new(file, start, BLOCK)?)),
            None => Ok(Self::Stream(Mutex::new(Stream::new(input.bytes()?)))),
        }
    }

    /// The next piece; nothing at the end. A piece may be empty.
    pub(super) fn next(&self, piece: &mut Vec<u8>) -> io::Result<Option<Place>> {
        match self {
            Self::Blocks(blocks) => blocks.next(piece),
            Self::Stream(stream) => stream.lock().unwrap_or_else(PoisonError::into_inner).next(piece),
        }
    }
}

/// A log that can only be read from its beginning.
pub(super) struct Stream {
    chunks: Chunks<Box<dyn Read + Send>>,
    next: Place,
}

impl Stream {
    fn new(reader: Box<dyn Read + Send>) -> Self {
        Self { chunks: Chunks::new(reader), next: Place { number: 0, start: 0 } }
    }

    fn next(&mut self, piece: &mut Vec<u8>) -> io::Result<Option<Place>> {
        *piece = self.chunks.next()?;
        let place = self.next;
        self.next = Place { number: place.number + 1, start: place.start + piece.len() as u64 };
        Ok((!piece.is_empty()).then_some(place))
    }
}

/// A file that threads read at different places.
pub(super) struct Blocks {
    file: File,
    /// Where the log starts in the file.
    start: u64,
    length: u64,
    /// How many bytes a block has.
    block: u64,
    next: AtomicU64,
    /// How many blocks' quotation marks are counted, all of them from the first, and whether they are odd.
    marks: Mutex<(u64, bool)>,
    counted: Condvar,
}

impl Blocks {
    fn new(file: File, start: u64, block: u64) -> io::Result<Self> {
        let length = file.metadata()?.len().saturating_sub(start);
        let (marks, counted) = (Mutex::new((0, false)), Condvar::new());
        Ok(Self { file, start, length, block, next: AtomicU64::new(0), marks, counted })
    }

    /// The rows that start in the next block.
    fn next(&self, piece: &mut Vec<u8>) -> io::Result<Option<Place>> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let first = number * self.block;
        if first >= self.length {
            return Ok(None);
        }
        // With the byte before it, which tells whether a row starts with the block.
        let before = first.saturating_sub(1);
        piece.clear();
        let read = self.append(piece, before, self.block + (first - before));
        let skip = usize::from(first > 0).min(piece.len());
        let odd = memchr_iter(b'"', &piece[skip..]).count() % 2 == 1;
        // Others wait for this count: it is passed on also when reading failed, and the failure after it.
        let quoted = self.pass_on(number, odd);
        read?;
        let rows = if number == 0 { 0 } else { first_row(piece, quoted) };
        if rows == piece.len() {
            piece.clear();
            return Ok(Some(Place { number, start: first }));
        }
        self.complete(piece, first + self.block, quoted ^ odd)?;
        piece.drain(..rows);
        Ok(Some(Place { number, start: before + rows as u64 }))
    }

    /// Waits for the counts of all blocks before; returns whether this one begins within quotation marks.
    fn pass_on(&self, number: u64, odd: bool) -> bool {
        let marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.counted.wait_while(marks, |marks| marks.0 != number);
        let mut marks = waited.unwrap_or_else(PoisonError::into_inner);
        let quoted = marks.1;
        *marks = (number + 1, quoted ^ odd);
        self.counted.notify_all();
        quoted
    }

    /// Reads on to the end of the last row.
    fn complete(&self, piece: &mut Vec<u8>, mut at: u64, quoted: bool) -> io::Result<()> {
        if piece.last() == Some(&b'\n') && !quoted {
            return Ok(());
        }
        let mut quoted = quoted;
        while at < self.length && piece.len() <= MAX_ROW {
            let known = piece.len();
            self.append(piece, at, STEP)?;
            if let Some(end) = row_end_after(&piece[known..], quoted) {
                piece.truncate(known + end + 1);
                return Ok(());
            }
            quoted ^= memchr_iter(b'"', &piece[known..]).count() % 2 == 1;
            at += STEP;
        }
        Ok(())
    }

    /// Adds bytes of the log, fewer where it ends.
    fn append(&self, piece: &mut Vec<u8>, at: u64, length: u64) -> io::Result<()> {
        let length = usize::try_from(length.min(self.length.saturating_sub(at))).unwrap_or(0);
        let known = piece.len();
        piece.resize(known + length, 0);
        read_exact_at(&self.file, &mut piece[known..], self.start + at)
    }
}

/// Where in a block, whose first byte is the last of the one before, its first row starts; its length if none does.
fn first_row(block: &[u8], quoted: bool) -> usize {
    if !quoted && block.first() == Some(&b'\n') {
        return 1;
    }
    row_end_after(&block[1..], quoted).map_or(block.len(), |end| (end + 2).min(block.len()))
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    use std::os::windows::fs::FileExt as _;
    while !bytes.is_empty() {
        let read = file.seek_read(bytes, at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        at += read as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// The pieces of a file that several threads read, in order.
    fn pieces(text: &[u8], start: u64, block: u64) -> Vec<(Place, Vec<u8>)> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(text).expect("room on the disk");
        let blocks = Blocks::new(file, start, block).expect("a file");
        let all = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut piece = Vec::new();
                    while let Some(place) = blocks.next(&mut piece).expect("bytes") {
                        all.lock().expect("no panic").push((place, piece.clone()));
                    }
                });
            }
        });
        let mut all = all.into_inner().expect("no panic");
        all.sort_by_key(|(place, _)| place.number);
        all
    }

    #[test]
    fn pieces_of_any_length_join_to_the_whole_and_begin_at_rows() {
        let mut text = b"xyza,b\n".to_vec();
        for row in 0..60 {
            text.extend(format!("{row},\"two\nlines, \"\"{row}\"\"\"\r\n\n\"\",{}\n", "z".repeat(row % 7)).bytes());
        }
        text.extend(b"last,row");
        for block in (1..40).chain([100, 1 << 19]) {
            let mut joined = b"xyz".to_vec();
            for (place, piece) in pieces(&text, 3, block) {
                if !piece.is_empty() {
                    assert_eq!(place.start + 3, joined.len() as u64);
                    assert!(joined.len() == 3 || joined.ends_with(b"\n"));
                    assert!(memchr_iter(b'"', &joined).count().is_multiple_of(2), "{block}");
                }
                joined.extend(piece);
            }
            assert!(joined == text, "{block}");
        }
    }
}
