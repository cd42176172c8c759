//! What can be said about a mistake in a log: its place and what was expected, never a cell.
//!
//! The libraries that read CSV and Parquet put cells into their error texts. None of those texts passes
//! this file: every variant here holds places, names from the policy and fixed words only.

use std::io;
use std::path::Path;

use super::naming::Missing;
use crate::error::{Code, Diagnostic, Place};
use crate::policy::DateFormat;
use crate::units::numbered;

/// What a valid cell or row would be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Expected {
    /// A row with this many fields.
    Fields(usize),
    /// Text in UTF-8 without NUL bytes.
    Text,
    /// A date in this format.
    Date(DateFormat),
    /// A value from the column's key set.
    Key,
    /// A value from the key set; the cell is one in another spelling.
    KeySpelling,
    /// A value to leave out or another one; the cell is one to leave out in another spelling.
    LeaveOutSpelling,
    /// A key for a national-security process, which may not be counted under another name.
    NationalSecurityKey,
    /// A legal process that is known by name.
    LegalProcess,
    /// A service as the policy writes it.
    Service,
    /// Yes or no, in one of the usual ways.
    YesOrNo,
    /// A national-security process that is known by name.
    NationalSecurityProcess,
    /// A value that could be published as a key.
    PublishableKey,
    /// A whole number.
    Count,
    /// Anything but nothing.
    NotEmpty,
}

impl Expected {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Fields(count) => format!("{}, as in the header", numbered(*count, "field", "fields")),
            Self::Text => "UTF-8 text without NUL bytes".to_owned(),
            Self::Date(DateFormat::YearMonthDay) => "a date written YYYY-MM-DD".to_owned(),
            Self::Date(format) => format!("a date written {} (dots do as well as slashes)", date_format_name(*format)),
            Self::Key => "a value of the column's key set".to_owned(),
            Self::KeySpelling => "a value of the column's key set; this is one in another spelling".to_owned(),
            Self::LeaveOutSpelling => {
                "a value as it is left out, or another one; this is one to leave out in another spelling".to_owned()
            }
            Self::NationalSecurityKey => {
                "a key of its own: a national-security process is never counted as `other`".to_owned()
            }
            Self::LegalProcess => {
                "a legal process that is known, since a regime's table is made: a key of `legal_process`, or a spelling of one"
                    .to_owned()
            }
            Self::Service => {
                "a service as [regime.new_services] writes it, or another, and no day before its first order".to_owned()
            }
            Self::YesOrNo => "yes or no (also true or false, y or n, 1 or 0, ja or nein, oui or non)".to_owned(),
            Self::NationalSecurityProcess => {
                "a national-security process by a name that is known: map it under [keys.legal_process.spellings]"
                    .to_owned()
            }
            Self::PublishableKey => {
                "a value that could be published: not empty, no control characters, no formula, no \
                                     national-security process"
                    .to_owned()
            }
            Self::Count => "a whole number of at most 12 digits".to_owned(),
            Self::NotEmpty => "a value; the cell is empty".to_owned(),
        }
    }
}

pub(super) fn date_format_name(format: DateFormat) -> &'static str {
    match format {
        DateFormat::YearMonthDay => "YYYY-MM-DD",
        DateFormat::DayMonthYear => "DD/MM/YYYY",
        DateFormat::MonthDayYear => "MM/DD/YYYY",
    }
}

/// A row that cannot be counted.
#[derive(Debug, Clone)]
pub(super) struct BadRow {
    /// The row, counted from 1 with the header as row 1.
    pub(super) row: u64,
    /// The column by hushcount's name, where one cell is at fault.
    pub(super) column: Option<String>,
    /// What was expected.
    pub(super) expected: Expected,
    /// The row as it stood, for the quarantine file alone.
    pub(super) raw: Vec<u8>,
}

impl BadRow {
    pub(super) fn expected_text(&self) -> String {
        self.expected.text()
    }
}

/// Why a whole file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unusable {
    /// There is no header row.
    Empty,
    /// The header is not UTF-8 or has a NUL byte.
    HeaderEncoding,
    /// A name in the header has a line end or another control character.
    HeaderControl,
    /// A carriage return stands alone, at this row.
    LineEnds(u64),
    /// A quotation mark stands where none may, or is never closed, at this row.
    Quote(u64),
    /// A row is longer than any row may be.
    RowTooLong,
    /// Several delimiters fit, or none.
    Delimiter,
    /// The compressed data end early or are damaged.
    Compression,
    /// The Parquet file cannot be read.
    Parquet,
    /// Needed columns are not in the header.
    MissingColumns(Vec<Missing>),
    /// Two columns have the same name; their places counted from 1.
    DuplicateColumns(usize, usize),
    /// A column is in other logs of this run and not in this one, or the other way round.
    UnevenColumn(&'static str),
    /// Every date fits both day/month and month/day.
    AmbiguousDates,
    /// Some dates fit day/month only and others month/day only.
    ContradictoryDates,
}

impl Unusable {
    /// The same with the rows before the piece added to its row.
    pub(super) fn moved(self, rows: u64) -> Self {
        match self {
            Self::LineEnds(row) => Self::LineEnds(row + rows),
            Self::Quote(row) => Self::Quote(row + rows),
            other => other,
        }
    }

    pub(super) fn at(self, file: &Path) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code(), self.message()).help(self.help());
        match self {
            Self::LineEnds(row) => diagnostic.at(row_place(file, row, "lines that end in LF or CRLF")),
            Self::Quote(row) => {
                diagnostic.at(row_place(file, row, "quotation marks around a whole field, doubled inside"))
            }
            _ => diagnostic.at_file(file),
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Empty => Code::LogEmpty,
            Self::HeaderEncoding => Code::LogEncoding,
            Self::LineEnds(_) => Code::LogLineEnds,
            Self::Quote(_) | Self::RowTooLong => Code::LogQuote,
            Self::Delimiter => Code::LogDelimiter,
            Self::Compression => Code::LogUnreadable,
            Self::Parquet => Code::LogParquet,
            Self::HeaderControl | Self::MissingColumns(_) | Self::DuplicateColumns(..) | Self::UnevenColumn(_) => {
                Code::LogHeader
            }
            Self::AmbiguousDates | Self::ContradictoryDates => Code::LogDateFormat,
        }
    }

    fn message(&self) -> String {
        let fixed = match self {
            Self::MissingColumns(missing) => return missing_columns(missing),
            Self::DuplicateColumns(first, second) => {
                return format!("columns {first} and {second} of the header have the same name");
            }
            Self::UnevenColumn(column) => {
                return format!("some logs of this run have a column `{column}` and others do not");
            }
            Self::Empty => "the log has no header row",
            Self::HeaderEncoding => "the header is not UTF-8 text, or has a NUL byte",
            Self::HeaderControl => "a name in the header has a line end or another control character",
            Self::LineEnds(_) => "a carriage return stands without a line feed",
            Self::Quote(_) => "a quotation mark is not closed or stands inside a field",
            Self::RowTooLong => "a row is longer than 64 MiB",
            Self::Delimiter => "the delimiter cannot be told from the header",
            Self::Compression => "the compressed data are damaged or end early",
            Self::Parquet => {
                "the Parquet file cannot be read, or a needed column is not text, a whole number, a date or a time"
            }
            Self::AmbiguousDates => "every date of the log could be day/month or month/day",
            Self::ContradictoryDates => {
                "the dates of the log are not written in one way: day/month, month/day or year-month-day are mixed"
            }
        };
        fixed.to_owned()
    }

    fn help(&self) -> String {
        let fixed = match self {
            Self::MissingColumns(missing) => return mapping_help(missing),
            Self::Empty => "export it again with column names in the first row",
            Self::HeaderEncoding => "export the log as UTF-8, or change it: iconv -f WINDOWS-1252 -t UTF-8 LOG",
            Self::HeaderControl => "look for a quotation mark in the header that is not closed in its row",
            Self::LineEnds(_) => "export the log with LF or CRLF line ends",
            Self::Quote(_) => {
                "from there on the file cannot be split into rows, so nothing of it is counted; mend the row"
            }
            Self::RowTooLong => "check the line ends of the export",
            Self::Delimiter => "name it: --delimiter comma, semicolon, tab or pipe",
            Self::Compression => "copy or export the file again",
            Self::Parquet => "export the needed columns as text, or the log as CSV",
            Self::DuplicateColumns(..) => "rename one of them in the export",
            Self::UnevenColumn(_) => "export all logs with the same columns, or map the column with --column",
            Self::AmbiguousDates => "say which: --date-format DD/MM/YYYY or MM/DD/YYYY",
            Self::ContradictoryDates => {
                "export it with one date format; with --date-format, rows that do not fit are listed"
            }
        };
        fixed.to_owned()
    }
}

/// Why a log could not be read to its end.
pub(super) enum Stop {
    Unusable(Unusable),
    Io(io::Error),
}

impl From<Unusable> for Stop {
    fn from(unusable: Unusable) -> Self {
        Self::Unusable(unusable)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::Other => Self::Unusable(Unusable::Compression),
            _ => Self::Io(error),
        }
    }
}

fn row_place(file: &Path, row: u64, expected: &str) -> Place {
    Place::Cell { file: file.to_path_buf(), row, column: None, expected: expected.to_owned() }
}

fn missing_columns(missing: &[Missing]) -> String {
    let names: Vec<String> = missing.iter().map(Missing::text).collect();
    format!("the header has no column {}", names.join(" and no column "))
}

/// The options to type, as far as the log's own names are known.
fn mapping_help(missing: &[Missing]) -> String {
    let options: Vec<String> = missing.iter().filter_map(Missing::option).collect();
    if options.is_empty() {
        return "map a log's own column names with --column NAME=COLUMN, or NAME = \"COLUMN\" under [log.columns]"
            .to_owned();
    }
    let lines: Vec<String> = missing.iter().filter_map(Missing::line).collect();
    format!("map them with {}, or under [log.columns] with {}", options.join(" "), lines.join(", "))
}

/// polars failed on data it was given; what it says of them is not passed on.
pub(super) fn engine() -> Diagnostic {
    Diagnostic::error(Code::LogUnreadable, "the rows could not be sorted or grouped; there may be too little memory")
}
