//! Parquet logs: the needed columns, as text, through the same checks as CSV.
//!
//! polars puts cells into its error texts, so every one of its errors becomes a fixed sentence here.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::prelude::{Column, DataType, SerReader, StringChunked};
use polars_io::parquet::read::ParquetReader;

use super::columns::Columns;
use super::counted::Counted;
use super::date::Evidence;
use super::layout::Layout;
use super::problem::{Expected, Stop, Unusable};
use super::row::{Fate, RowReader};
use super::source::Input;
use crate::policy::{DateFormat, Policy};

/// The columns of a Parquet log as text, in the order of its schema.
pub(super) struct ParquetTable {
    pub(super) header: Vec<String>,
    pub(super) layout: Layout,
    /// The places that are read, in order.
    places: Vec<usize>,
    columns: Vec<Option<StringChunked>>,
    rows: usize,
}

/// Reads the needed columns of a log.
pub(super) fn open(input: &Input, policy: &Policy) -> Result<ParquetTable, Stop> {
    let bytes = input.seekable().map_err(Stop::Io)?;
    // The reader panics on some damaged files and on some types; its message stays here like its errors.
    let read = catch_unwind(AssertUnwindSafe(|| read(bytes, policy)));
    Ok(read.unwrap_or(Err(Unusable::Parquet))?)
}

fn read(bytes: Cursor<Vec<u8>>, policy: &Policy) -> Result<ParquetTable, Unusable> {
    let mut reader = ParquetReader::new(bytes);
    let schema = reader.schema().map_err(|_| Unusable::Parquet)?;
    let header: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let layout = Layout::find(&header, policy)?;
    let places: Vec<usize> = layout.places().collect();
    let needed: Vec<String> = places.iter().map(|place| header[*place].clone()).collect();
    let frame = reader.with_columns(Some(needed)).finish().map_err(|_| Unusable::Parquet)?;
    let mut columns = vec![None; header.len()];
    for place in &places {
        let column = frame.column(&header[*place]).map_err(|_| Unusable::Parquet)?;
        columns[*place] = Some(as_text(column)?);
    }
    Ok(ParquetTable { header, layout, places, columns, rows: frame.height() })
}

/// The names and rows of a whole file, as text; nothing where it cannot be read.
pub(super) fn all_as_text(bytes: Cursor<Vec<u8>>) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let read = catch_unwind(AssertUnwindSafe(|| {
        let frame = ParquetReader::new(bytes).finish().ok()?;
        let header = frame.get_column_names().iter().map(ToString::to_string).collect();
        let columns: Vec<StringChunked> =
            frame.columns().iter().map(|column| as_text(column).ok()).collect::<Option<_>>()?;
        let row = |row: usize| columns.iter().map(|column| column.get(row).unwrap_or_default().to_owned()).collect();
        Some((header, (0..frame.height()).map(row).collect()))
    }));
    read.ok().flatten()
}

/// Text, whole numbers, days and times have one plain spelling; other types do not and are refused.
fn as_text(column: &Column) -> Result<StringChunked, Unusable> {
    let dtype = column.dtype();
    let plain = dtype.is_string() || dtype.is_integer() || dtype.is_categorical() || dtype.is_null();
    if !(plain || matches!(dtype, DataType::Date | DataType::Datetime(..))) {
        return Err(Unusable::Parquet);
    }
    let text = column.cast(&DataType::String).map_err(|_| Unusable::Parquet)?;
    let text = text.str().map_err(|_| Unusable::Parquet)?;
    Ok(text.rechunk().into_owned())
}

impl ParquetTable {
    fn cell(&self, row: usize, place: usize) -> &[u8] {
        self.columns[place].as_ref().and_then(|column| column.get(row)).unwrap_or_default().as_bytes()
    }

    /// The order of day and month that the log's dates agree on.
    pub(super) fn date_format(&self) -> Result<DateFormat, Stop> {
        let mut evidence = Evidence::default();
        for row in 0..self.rows {
            if let Some(settled) = evidence.add(self.cell(row, self.layout.received_on))? {
                return Ok(settled);
            }
        }
        Ok(evidence.conclude()?)
    }

    /// Reads every row. Rows are numbered from 1: a Parquet file has no header row.
    pub(super) fn rows(&self, reader: &RowReader, keep_bad: bool) -> (Counted, Columns) {
        let mut counted = Counted::new(keep_bad);
        let mut columns = Columns::new(reader.dimensions(), reader.regimes());
        for row in 0..self.rows {
            let fate = self.fate(row, reader, &mut columns);
            counted.note(fate, row as u64 + 1, || self.raw(row));
        }
        (counted, columns)
    }

    fn fate(&self, row: usize, reader: &RowReader, columns: &mut Columns) -> Fate {
        if self.places.iter().any(|place| self.cell(row, *place).contains(&0)) {
            return Fate::Rejected(None, Expected::Text);
        }
        reader.read(|place| self.cell(row, place), row as u64, columns)
    }

    fn raw(&self, row: usize) -> Vec<u8> {
        let cells: Vec<&[u8]> = self.places.iter().map(|place| self.cell(row, *place)).collect();
        cells.join(&b',')
    }
}
