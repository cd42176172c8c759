//! An append-only file of hash-chained lines.
//!
//! Each line is `{"prev":"<hash of the line before>","entry":{...}}`. A line counts as written only when its
//! bytes and its newline are on the disk; a last line without a newline is what a crash leaves and is cut off.
//!
//! Assumptions about the medium: `fsync` is honoured, and an append that was synced is not undone later.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::durable::sync_parent;
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::hex;

/// The `prev` of the first line.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What the journal needs of its file; a test puts a failing disk in its place.
pub(super) trait Medium {
    /// All bytes.
    fn contents(&mut self) -> io::Result<Vec<u8>>;
    /// Drops everything after `length` bytes.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
    /// Adds bytes at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns only when everything written is durable.
    fn sync(&mut self) -> io::Result<()>;
}

impl Medium for File {
    fn contents(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.seek(SeekFrom::Start(0))?;
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.seek(SeekFrom::End(0))?;
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    prev: String,
    #[serde(borrow)]
    entry: &'a RawValue,
}

/// A chain of entries on a medium.
pub(super) struct Journal<M> {
    medium: M,
    path: PathBuf,
    last_hash: String,
    repaired: bool,
}

/// Opens the file for this process alone, making it if it is not there.
pub(super) fn open_file(path: &Path) -> Outcome<File> {
    let fail = |error: &io::Error| Diagnostic::io(Code::LedgerUnreadable, "open the ledger", path, error);
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = file.map_err(|error| fail(&error))?;
    // A ledger that was just made must not vanish with its directory entry.
    sync_parent(path).map_err(|error| fail(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Diagnostic::error(Code::LedgerLocked, "another process is using the ledger")
                .at_file(path)
                .help("wait until it is done; two reports at once could spend the same budget twice")
                .into())
        }
        Err(TryLockError::Error(error)) => Err(fail(&error).into()),
    }
}

impl<M: Medium> Journal<M> {
    /// Reads and checks the chain; cuts off a half-written last line.
    pub(super) fn open<E: for<'e> Deserialize<'e>>(mut medium: M, path: &Path) -> Outcome<(Self, Vec<E>)> {
        let fail = |error: &io::Error| Diagnostic::io(Code::LedgerUnreadable, "read the ledger", path, error);
        let bytes = medium.contents().map_err(|error| fail(&error))?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let repaired = whole < bytes.len();
        if repaired {
            medium.truncate(whole as u64).and_then(|()| medium.sync()).map_err(|error| fail(&error))?;
        }
        let (entries, last_hash) = check_chain(&bytes[..whole], path)?;
        Ok((Self { medium, path: path.to_path_buf(), last_hash, repaired }, entries))
    }

    /// Whether a half-written last line was removed on opening.
    pub(super) fn repaired(&self) -> bool {
        self.repaired
    }

    /// Adds an entry and returns only when it is durable.
    pub(super) fn append<E: Serialize>(&mut self, entry: &E) -> Outcome<()> {
        let entry =
            serde_json::value::to_raw_value(entry).map_err(|_| self.failed(&io::ErrorKind::InvalidData.into()))?;
        let line = serde_json::to_string(&Line { prev: self.last_hash.clone(), entry: &entry })
            .map_err(|_| self.failed(&io::ErrorKind::InvalidData.into()))?;
        self.medium.append(format!("{line}\n").as_bytes()).map_err(|error| self.failed(&error))?;
        self.medium.sync().map_err(|error| self.failed(&error))?;
        self.last_hash = hex(&Sha256::digest(line));
        Ok(())
    }

    fn failed(&self, error: &io::Error) -> Diagnostic {
        Diagnostic::io(Code::LedgerUnreadable, "write the ledger", &self.path, error)
    }
}

fn check_chain<E: for<'e> Deserialize<'e>>(bytes: &[u8], path: &Path) -> Outcome<(Vec<E>, String)> {
    let mut last_hash = GENESIS.to_owned();
    let mut entries = Vec::new();
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let text = &line[..line.len() - 1];
        let parsed = serde_json::from_slice::<Line<'_>>(text).ok().filter(|parsed| parsed.prev == last_hash);
        let entry = parsed.and_then(|parsed| serde_json::from_str(parsed.entry.get()).ok());
        let Some(entry) = entry else { return Err(broken(path, index + 1).into()) };
        entries.push(entry);
        last_hash = hex(&Sha256::digest(text));
    }
    Ok((entries, last_hash))
}

fn broken(path: &Path, line: usize) -> Diagnostic {
    Diagnostic::error(Code::LedgerBroken, format!("the ledger's chain breaks at line {line}"))
        .at_file(path)
        .help("restore the ledger from version control or a backup; without it, what was spent is not known")
}

#[cfg(test)]
mod tests;
