//! CSV logs: read in pieces, checked strictly, each piece on its own thread, put together in order.

use std::io;

use csv::{ByteRecord, ReaderBuilder};
use memchr::{memchr, memchr2_iter};
use rayon::prelude::*;

use super::columns::Columns;
use super::counted::Counted;
use super::date::Evidence;
use super::layout::Layout;
use super::problem::{Expected, Stop, Unusable};
use super::row::{Fate, RowReader};
use super::source::{Chunks, Input, MAX_ROW};
use super::structure;
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
    let end = first_row_end(piece).unwrap_or(piece.len());
    let header = piece[..end].strip_suffix(b"\r").filter(|_| end < piece.len()).unwrap_or(&piece[..end]);
    if memchr(b'\r', header).is_some() { Err(Unusable::LineEnds(1)) } else { Ok(end) }
}

/// The first line feed that an even number of quotation marks precedes.
fn first_row_end(piece: &[u8]) -> Option<usize> {
    let mut quoted = false;
    memchr2_iter(b'\n', b'"', piece).find(|at| {
        quoted ^= piece[*at] == b'"';
        piece[*at] == b'\n' && !quoted
    })
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

/// Reads every row.
pub(super) fn rows(
    input: &Input,
    head: &CsvHead,
    reader: &RowReader,
    keep_bad: bool,
    progress: &Progress<'_>,
) -> Result<Counted, Stop> {
    let mut chunks = Chunks::new(input.bytes()?);
    let mut counted = Counted::new(reader.dimensions(), reader.regimes(), keep_bad);
    let mut rows_before = 0;
    let mut bytes_before = 0;
    loop {
        let batch = next_batch(&mut chunks)?;
        if batch.is_empty() {
            return Ok(counted);
        }
        let starts = starts(&batch, bytes_before);
        let read: Vec<_> = (batch.par_iter().zip(starts))
            .map(|(bytes, start)| read_piece(bytes, start, head.delimiter, reader, keep_bad))
            .collect();
        for piece in read {
            rows_before += piece.add_to(&mut counted, rows_before)?;
        }
        let bytes = batch.iter().map(|piece| piece.len() as u64).sum();
        bytes_before += bytes;
        progress(bytes);
    }
}

/// Where in the log each piece starts.
fn starts(batch: &[Vec<u8>], mut bytes_before: u64) -> Vec<u64> {
    let mut starts = Vec::with_capacity(batch.len());
    for piece in batch {
        starts.push(bytes_before);
        bytes_before += piece.len() as u64;
    }
    starts
}

fn next_batch<R: io::Read>(chunks: &mut Chunks<R>) -> io::Result<Vec<Vec<u8>>> {
    let mut batch = Vec::new();
    while batch.len() < 4 * rayon::current_num_threads() {
        let piece = chunks.next()?;
        if piece.is_empty() {
            break;
        }
        batch.push(piece);
    }
    Ok(batch)
}

/// What a piece held; rows counted within it, from 0.
struct Piece {
    counted: Counted,
    rows: u64,
    unusable: Option<Unusable>,
}

impl Piece {
    /// Puts the piece behind the rows before it; returns how many rows it had.
    fn add_to(self, counted: &mut Counted, rows_before: u64) -> Result<u64, Unusable> {
        if let Some(unusable) = self.unusable {
            return Err(unusable.moved(rows_before + 1));
        }
        counted.append(self.counted, rows_before + 1);
        Ok(self.rows)
    }
}

fn read_piece(bytes: &[u8], start: u64, delimiter: u8, reader: &RowReader, keep_bad: bool) -> Piece {
    let counted = Counted::new(reader.dimensions(), reader.regimes(), keep_bad);
    let too_long = (bytes.len() > MAX_ROW).then_some(Unusable::RowTooLong);
    let mut piece = Piece { counted, rows: 0, unusable: structure::check(bytes, delimiter).err().or(too_long) };
    if piece.unusable.is_some() {
        return piece;
    }
    let is_text = memchr(0, bytes).is_none() && std::str::from_utf8(bytes).is_ok();
    let mut records = csv_reader(bytes, delimiter);
    let mut record = ByteRecord::new();
    while let Ok(true) = records.read_byte_record(&mut record) {
        let row = piece.rows;
        piece.rows += 1;
        if start == 0 && row == 0 {
            continue;
        }
        let place = start + record.position().map_or(0, csv::Position::byte);
        let fate = fate(&record, is_text, reader, place, &mut piece.counted.columns);
        piece.counted.note(fate, row, || raw_row(bytes, &record, &records));
    }
    piece
}

fn fate(record: &ByteRecord, is_text: bool, reader: &RowReader, place: u64, into: &mut Columns) -> Fate {
    if record.len() != reader.width() {
        return Fate::Rejected(None, Expected::Fields(reader.width()));
    }
    if !is_text && (memchr(0, record.as_slice()).is_some() || std::str::from_utf8(record.as_slice()).is_err()) {
        return Fate::Rejected(None, Expected::Text);
    }
    reader.read(|column| &record[column], place, into)
}

/// A row's bytes as they stand in the log, without the line end.
fn raw_row(bytes: &[u8], record: &ByteRecord, records: &csv::Reader<&[u8]>) -> Vec<u8> {
    let place = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(bytes.len());
    let start = record.position().map_or(0, |position| place(position.byte()));
    let end = place(records.position().byte()).max(start);
    bytes[start..end].trim_ascii().to_vec()
}
