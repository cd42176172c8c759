//! Rows that cannot be counted, set aside in a file that only its owner can read.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::problem::BadRow;
use crate::durable::write_private;
use crate::error::{Code, Diagnostic, Outcome};

/// Writes the rows with their places as CSV: file, row, column, what was expected, and the row itself. A file that an
/// earlier run of the same logs wrote is left as it is.
///
/// # Errors
/// Another file is already there, or the file cannot be written.
pub(super) fn write(path: &Path, rows: &[(PathBuf, BadRow)]) -> Outcome<()> {
    let fail = |error: &io::Error| Diagnostic::io(Code::OutputUnwritable, "write the quarantine file", path, error);
    let mut text = Vec::new();
    write_rows(&mut text, rows).map_err(|error| fail(&error))?;
    if fs::read(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    match write_private(path, |out| out.write_all(&text)) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Diagnostic::error(
            Code::FileExists,
            format!("`{}` is already there with other content", path.display()),
        )
        .at_file(path)
        .help("name another --quarantine, or move the file away")
        .into()),
        written => Ok(written.map_err(|error| fail(&error))?),
    }
}

fn write_rows(out: &mut dyn Write, rows: &[(PathBuf, BadRow)]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["file", "row", "column", "expected", "record"])?;
    for (file, bad) in rows {
        let place = file.display().to_string();
        let row = bad.row.to_string();
        let expected = bad.expected_text();
        let cells: [&[u8]; 5] = [
            place.as_bytes(),
            row.as_bytes(),
            bad.column.as_deref().unwrap_or("").as_bytes(),
            expected.as_bytes(),
            &bad.raw,
        ];
        writer.write_record(cells)?;
    }
    writer.flush()
}
