//! CSV logs: read in pieces on all threads, checked strictly, put together in order.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use csv::{ByteRecord, ReaderBuilder};
use memchr::memchr;

use super::counted::Counted;
use super::date::Evidence;
use super::keep::Keep;
use super::layout::Layout;
use super::pieces::Pieces;
use super::problem::{Expected, Stop, Unusable};
use super::row::{Fate, RowReader};
use super::source::{Chunks, Input, MAX_ROW};
use super::split::{Record, Splitter, row_end};
use super::structure::{self, Kinds};
use crate::policy::{DateFormat, Policy};

const DELIMITERS: [u8; 4] = *b",;\t|";

/// A log whose header was read and understood.
pub(super) struct CsvHead {
    pub(super) delimiter: u8,
    pub(super) header: Vec<String>,
    pub(super) layout: Layout,
}

/// Told how many bytes of a log were read since the last time.
pub(super) type Progress<'a> = dyn Fn(u64) + Sync + 'a;

/// Reads the header and finds the needed columns. The delimiter is the one under which they are all there.
pub(super) fn head(input: &Input, policy: &Policy) -> Result<CsvHead, Stop> {
    let mut chunks = Chunks::new(input.bytes()?);
    let piece = chunks.next()?;
    let first_line_ends = structure_of_header(&piece)?;
    let line = &piece[..first_line_ends];
    if memchr(0, line).is_some() || std::str::from_utf8(line).is_err() {
        return Err(Unusable::HeaderEncoding.into());
    }
    let candidates = policy.log.delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let mut failures = Vec::new();
    let mut found = Vec::new();
    for delimiter in candidates {
        let header = split_header(line, delimiter);
        match Layout::find(&header, policy) {
            Ok(layout) => found.push(CsvHead { delimiter, header, layout }),
            Err(unusable) => failures.push((header.len(), unusable)),
        }
    }
    // A header of one column reads the same with any delimiter.
    found.dedup_by(|one, next| one.header == next.header);
    match (found.len(), found.pop()) {
        (1, Some(head)) => Ok(head),
        (0, _) => Err(most_columns(failures).into()),
        _ => Err(Unusable::Delimiter.into()),
    }
}

/// Where the header ends; refuses a log that has none, or line ends that are not.
fn structure_of_header(piece: &[u8]) -> Result<usize, Unusable> {
    if piece.iter().all(u8::is_ascii_whitespace) {
        return Err(Unusable::Empty);
    }
    let end = row_end(piece).unwrap_or(piece.len());
    let header = piece[..end].strip_suffix(b"\r").filter(|_| end < piece.len()).unwrap_or(&piece[..end]);
    if memchr(b'\r', header).is_some() { Err(Unusable::LineEnds(1)) } else { Ok(end) }
}

fn split_header(line: &[u8], delimiter: u8) -> Vec<String> {
    let mut record = ByteRecord::new();
    let read = csv_reader(line, delimiter).read_byte_record(&mut record);
    match read {
        Ok(_) => record.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect(),
        Err(_) => Vec::new(),
    }
}

/// The failure under the delimiter that splits the header most: the likeliest reading.
fn most_columns(failures: Vec<(usize, Unusable)>) -> Unusable {
    failures.into_iter().max_by_key(|(columns, _)| *columns).map_or(Unusable::Empty, |(_, unusable)| unusable)
}

fn csv_reader(bytes: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(bytes)
}

/// The order of day and month that the log's dates agree on.
pub(super) fn date_format(input: &Input, head: &CsvHead) -> Result<DateFormat, Stop> {
    let mut evidence = Evidence::default();
    let mut chunks = Chunks::new(input.bytes()?);
    let mut is_header = true;
    loop {
        let piece = chunks.next()?;
        if piece.is_empty() {
            break;
        }
        let mut rows = csv_reader(&piece, head.delimiter);
        let mut record = ByteRecord::new();
        while let Ok(true) = rows.read_byte_record(&mut record) {
            // A row of another width will be rejected and says nothing; neither does the header.
            if !is_header
                && record.len() == head.layout.width
                && let Some(settled) = evidence.add(&record[head.layout.received_on])?
            {
                return Ok(settled);
            }
            is_header = false;
        }
    }
    Ok(evidence.conclude()?)
}

/// How a log is read.
pub(super) struct Reading<'a> {
    pub(super) reader: &'a RowReader,
    /// Whether bad rows are kept with their text.
    pub(super) keep_bad: bool,
    pub(super) progress: &'a Progress<'a>,
}

/// Reads every row on all threads, each with a keeper of its own. Returns what became of the rows, and what each piece
/// handed over, in order.
pub(super) fn rows<K: Keep>(
    input: &Input,
    head: &CsvHead,
    reading: &Reading<'_>,
    keeper: impl Fn() -> K + Sync,
) -> Result<(Counted, Vec<K::Piece>), Stop> {
    let pieces = Pieces::of(input)?;
    let assembly = Mutex::new(Assembly::new(reading.keep_bad));
    rayon::broadcast(|_| {
        let mut worker = Worker { splitter: Splitter::new(head.delimiter, reading.reader.width()), keeper: keeper() };
        let stop = worker.work(&pieces, head.delimiter, reading, &assembly).err();
        lock(&assembly).stop(stop);
    });
    assembly.into_inner().unwrap_or_else(PoisonError::into_inner).finish()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts pieces that threads finish in any order together in theirs.
struct Assembly<P> {
    counted: Counted,
    pieces: Vec<P>,
    /// Pieces that wait for earlier ones.
    waiting: BTreeMap<u64, Piece<P>>,
    next: u64,
    rows: u64,
    stopped: Option<Stop>,
}

impl<P> Assembly<P> {
    fn new(keep_bad: bool) -> Self {
        let (pieces, waiting) = (Vec::new(), BTreeMap::new());
        Self { counted: Counted::new(keep_bad), pieces, waiting, next: 0, rows: 0, stopped: None }
    }

    fn stop(&mut self, stop: Option<Stop>) {
        self.stopped = self.stopped.take().or(stop);
    }

    /// Takes a piece; returns whether to go on.
    fn add(&mut self, number: u64, piece: Piece<P>) -> bool {
        self.waiting.insert(number, piece);
        while self.stopped.is_none() {
            let Some(piece) = self.waiting.remove(&self.next) else { return true };
            self.next += 1;
            if let Some(unusable) = piece.unusable {
                self.stop(Some(unusable.moved(self.rows + 1).into()));
            }
            self.counted.append(piece.counted, self.rows + 1);
            self.rows += piece.rows;
            self.pieces.push(piece.kept);
        }
        false
    }

    fn finish(self) -> Result<(Counted, Vec<P>), Stop> {
        self.stopped.map_or(Ok((self.counted, self.pieces)), Err)
    }
}

/// What a piece held; rows counted within it, from 0.
struct Piece<P> {
    counted: Counted,
    rows: u64,
    unusable: Option<Unusable>,
    kept: P,
}

/// One thread's part of the work.
struct Worker<K> {
    splitter: Splitter,
    keeper: K,
}

impl<K: Keep> Worker<K> {
    fn work(
        &mut self,
        pieces: &Pieces,
        delimiter: u8,
        reading: &Reading<'_>,
        assembly: &Mutex<Assembly<K::Piece>>,
    ) -> Result<(), Stop> {
        let mut bytes = Vec::new();
        while let Some(place) = pieces.next(&mut bytes)? {
            let piece = self.read(&bytes, place.start, delimiter, reading);
            if !lock(assembly).add(place.number, piece) {
                break;
            }
            (reading.progress)(bytes.len() as u64);
        }
        Ok(())
    }

    fn read(&mut self, bytes: &[u8], start: u64, delimiter: u8, reading: &Reading<'_>) -> Piece<K::Piece> {
        let mut counted = Counted::new(reading.keep_bad);
        let mut rows = 0;
        let too_long = (bytes.len() > MAX_ROW).then_some(Unusable::RowTooLong);
        let kinds = Kinds::of(bytes);
        let unusable = structure::check(bytes, kinds, delimiter).err().or(too_long);
        if unusable.is_none() {
            let is_text = !kinds.zeros && (!kinds.beyond_ascii || std::str::from_utf8(bytes).is_ok());
            let keeper = &mut self.keeper;
            self.splitter.rows(bytes, kinds.quotes, |record| {
                rows += 1;
                if start + record.start as u64 > 0 || rows > 1 {
                    let fate = fate(record, is_text || self::is_text(record.raw), reading.reader, start, keeper);
                    counted.note(fate, rows - 1, || record.raw.trim_ascii().to_vec());
                }
            });
        }
        Piece { counted, rows, unusable, kept: self.keeper.take() }
    }
}

fn is_text(bytes: &[u8]) -> bool {
    memchr(0, bytes).is_none() && std::str::from_utf8(bytes).is_ok()
}

fn fate(record: &Record<'_>, is_text: bool, reader: &RowReader, start: u64, keeper: &mut impl Keep) -> Fate {
    if record.width != reader.width() {
        return Fate::Rejected(None, Expected::Fields(reader.width()));
    }
    if !is_text {
        return Fate::Rejected(None, Expected::Text);
    }
    reader.read(|place| record.field(place), start + record.start as u64, keeper)
}
