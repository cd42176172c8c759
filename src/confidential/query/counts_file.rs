//! The file, or the files, in which an engine left its counts: read whole, or refused.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::COLUMNS;
use crate::confidential::key::{is_readable_by_others, stdin_is_readable_by_others};
use crate::confidential::parquet_log;
use crate::confidential::source::{self, Input, Storage};
use crate::error::{Code, Diagnostic, Outcome};

/// Bytes that one number of a result takes at most: names and digits are shorter.
const BYTES_OF_A_NUMBER: usize = 1024;

/// A row of the result with its number, as a spreadsheet counts it. A Parquet file has no header row.
pub(super) struct Row {
    pub(super) file: PathBuf,
    pub(super) number: u64,
    pub(super) cells: [String; 5],
}

/// All rows. `numbers` is how many the result has.
///
/// # Errors
/// Others can read the file, it is cut off, too large, or no result of a query.
pub(super) fn rows(path: &Path, numbers: usize) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for file in parts(path)? {
        refuse_readable(&file)?;
        rows.extend(rows_of(&file, (numbers + 4) * BYTES_OF_A_NUMBER)?);
    }
    Ok(rows)
}

/// Engines that work in parallel write a directory: its files but for the marks of having written them.
fn parts(path: &Path) -> Outcome<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let unreadable = |error: &std::io::Error| source::unreadable("the counts", path, error);
    let mut parts = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| unreadable(&error))? {
        let entry = entry.map_err(|error| unreadable(&error))?;
        if !entry.file_name().to_string_lossy().starts_with(['.', '_']) {
            parts.push(entry.path());
        }
    }
    parts.sort();
    if parts.is_empty() { Err(invalid(path, "the directory has no file with counts").into()) } else { Ok(parts) }
}

/// Where the file is readable by others, so are the exact counts.
fn refuse_readable(path: &Path) -> Outcome<()> {
    // What comes through a pipe was never on a disk.
    let is_open = if path == Path::new("-") {
        stdin_is_readable_by_others()
    } else {
        path.is_file() && is_readable_by_others(path)
    };
    if !is_open {
        return Ok(());
    }
    let message = format!("others can read the counts `{}`, which are as confidential as the log", path.display());
    Err(Diagnostic::refused(Code::CountsReadable, message)
        .at_file(path)
        .help("make the file its owner's alone (chmod 600); write it so in the first place (umask 077), or pipe it: --counts -")
        .into())
}

fn rows_of(path: &Path, most: usize) -> Outcome<Vec<Row>> {
    let input = source::open(path, "the counts")?;
    let (header, rows) = if input.storage == Storage::Parquet { parquet(&input, most) } else { csv(&input, most) }?;
    let places = COLUMNS.map(|column| header.iter().position(|name| is(name, column)));
    if places.iter().any(Option::is_none) {
        let message =
            format!("the counts need the columns {}, and have {} of theirs", COLUMNS.join(", "), header.len());
        return Err(invalid(path, message)
            .help("write the result of the query with its header, as CSV with commas")
            .into());
    }
    let first = if input.storage == Storage::Parquet { 1 } else { 2 };
    let cells =
        |row: &[String]| places.map(|place| place.and_then(|place| row.get(place)).cloned().unwrap_or_default());
    let rows = (first..).zip(&rows).map(|(number, row)| Row { file: path.to_path_buf(), number, cells: cells(row) });
    // Parts that were put one behind the other have a header each.
    Ok(rows.filter(|row| !row.cells.iter().zip(COLUMNS).all(|(cell, column)| is(cell, column))).collect())
}

fn is(name: &str, column: &str) -> bool {
    name.trim().eq_ignore_ascii_case(column)
}

type Text = (Vec<String>, Vec<Vec<String>>);

fn csv(input: &Input, most: usize) -> Outcome<Text> {
    let path = &input.path;
    let mut bytes = Vec::new();
    let limited = input.bytes().and_then(|all| all.take(most as u64 + 1).read_to_end(&mut bytes));
    limited.map_err(|_| unreadable(path))?;
    match bytes.last() {
        None => {
            return Err(invalid(path, "the counts are empty")
                .help("the query failed: see what the engine said")
                .into());
        }
        Some(_) if bytes.len() > most => return Err(too_large(path).into()),
        // Of a number that was cut, what is left is a number too.
        Some(last) if *last != b'\n' => {
            let help = "it was probably cut off: run the query again. What is whole ends with a line end";
            return Err(invalid(path, "the counts end within a line").help(help).into());
        }
        Some(_) => {}
    }
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes.as_slice());
    let texts = |record: &StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    // Its errors hold cells; only that there was one goes on.
    let header = reader.headers().map(texts).map_err(|_| unreadable(path))?;
    let rows = reader.records().map(|record| record.map(|record| texts(&record)).map_err(|_| unreadable(path)));
    Ok((header, rows.collect::<Result<_, _>>()?))
}

fn parquet(input: &Input, most: usize) -> Outcome<Text> {
    let file = input.seekable().map_err(|_| unreadable(&input.path))?;
    if file.get_ref().len() > most {
        return Err(too_large(&input.path).into());
    }
    parquet_log::all_as_text(file).ok_or_else(|| unreadable(&input.path).into())
}

/// A file that is no whole result.
pub(super) fn invalid(path: &Path, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::CountsInvalid, message).at_file(path)
}

fn unreadable(path: &Path) -> Diagnostic {
    invalid(path, "the counts are no CSV or Parquet file of whole rows").help(
        "write the result of the query as it is, with its header: CSV with commas, or Parquet with text and BIGINT",
    )
}

fn too_large(path: &Path) -> Diagnostic {
    invalid(path, "the counts are larger than a result of this policy's query can be")
        .help("give the query's result, not the log")
}
