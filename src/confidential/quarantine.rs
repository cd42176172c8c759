//! Rows that cannot be counted, set aside in a file that only its owner can read.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::problem::BadRow;
use crate::durable::write_private;
use crate::error::{Code, Diagnostic, Outcome};

/// Writes the rows with their places as CSV: file, row, column, what was expected, and the row itself.
///
/// # Errors
/// The file is already there or cannot be written.
pub(super) fn write(path: &Path, rows: &[(PathBuf, BadRow)]) -> Outcome<()> {
    let fail = |error: &io::Error| {
        let code = if error.kind() == io::ErrorKind::AlreadyExists { Code::FileExists } else { Code::OutputUnwritable };
        Diagnostic::io(code, "write the quarantine file", path, error)
    };
    write_private(path, |out| write_rows(out, rows)).map_err(|error| fail(&error))?;
    Ok(())
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
