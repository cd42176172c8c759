//! Files that are whole or not there: private creation and making a directory's entries durable.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// Writes a new file that only its owner can read (0600 where the system has such modes): whole and durable, or not
/// at all, and never over another.
///
/// # Errors
/// The file is already there, or cannot be written.
pub fn write_private(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    temporary(path, content)?.persist_noclobber(path).map_err(|failed| failed.error)?;
    sync_parent(path)
}

/// The same in place of an earlier file, which stands until the new one is whole.
///
/// # Errors
/// The file cannot be written.
pub fn replace_private(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    temporary(path, content)?.persist(path).map_err(|failed| failed.error)?;
    sync_parent(path)
}

/// The end of the name of what is not finished yet: a killed run leaves it behind.
pub const PARTIAL: &str = ".hushcount-partial";

/// A durable file beside the path that only its owner can read. Its name says what it was to become.
fn temporary(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<NamedTempFile> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let file = Builder::new().prefix(&format!(".{name}.")).suffix(PARTIAL).tempfile_in(parent(path))?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    content(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The directory a path is in; the working directory for a bare name.
#[must_use]
pub fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the names in a path's parent directory durable, so that a new file survives a crash.
///
/// # Errors
/// The directory cannot be opened or synced.
pub fn sync_parent(path: &Path) -> io::Result<()> {
    sync_directory(parent(path))
}

/// Makes the names in a directory durable. Windows has no such call and needs none.
///
/// # Errors
/// The directory cannot be opened or synced.
pub fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}
