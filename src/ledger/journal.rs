//! An append-only file of hash-chained lines.
//!
//! Each line is `{"prev":"<hash of the line before>","entry":{...},"hash":"<hash of both>"}`. A last line that is not
//! whole is what a crash leaves, and is cut off; one that lacks only its line feed, as some editors leave it, gets it.
//!
//! The hashes show a line that was changed, removed or put in by accident or carelessness. Whoever rewrites every hash
//! after a change is shown only by an older copy: keep the ledger where history is kept.
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
pub trait Medium {
    /// All bytes.
    ///
    /// # Errors
    /// They cannot be read.
    fn contents(&mut self) -> io::Result<Vec<u8>>;
    /// Drops everything after `length` bytes.
    ///
    /// # Errors
    /// The end cannot be moved.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
    /// Adds bytes at the end.
    ///
    /// # Errors
    /// They cannot be written.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns only when everything written is durable.
    ///
    /// # Errors
    /// It cannot be made durable.
    fn sync(&mut self) -> io::Result<()>;
    /// Returns only when the path leads to this medium also after a crash.
    ///
    /// # Errors
    /// The name cannot be made durable.
    fn sync_name(&mut self, path: &Path) -> io::Result<()>;
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

    fn sync_name(&mut self, path: &Path) -> io::Result<()> {
        sync_parent(path)
    }
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    prev: String,
    #[serde(borrow)]
    entry: &'a RawValue,
    hash: String,
}

impl<'a> Line<'a> {
    fn new(prev: &str, entry: &'a RawValue) -> Self {
        let hash = hex(&Sha256::digest(format!("{prev}{}", entry.get())));
        Self { prev: prev.to_owned(), entry, hash }
    }
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
    /// Reads and checks the chain, then mends what a crash or an editor left at its end.
    pub(super) fn open<E: for<'e> Deserialize<'e>>(mut medium: M, path: &Path) -> Outcome<(Self, Vec<E>)> {
        let fail = |doing, error: &io::Error| Diagnostic::io(Code::LedgerUnreadable, doing, path, error);
        // A ledger that was just made must not vanish with its directory entry.
        medium.sync_name(path).map_err(|error| fail("open the ledger", &error))?;
        let bytes = medium.contents().map_err(|error| fail("read the ledger", &error))?;
        let chain = check(&bytes, path)?;
        let mended = match chain.end {
            End::Whole => Ok(()),
            End::LacksLineFeed => medium.append(b"\n"),
            End::Torn(whole) => medium.truncate(whole as u64),
        };
        // Also a whole chain is synced: a run that was killed may have written its end and not synced it, and this run
        // takes what it read for durable.
        mended.and_then(|()| medium.sync()).map_err(|error| fail("mend the ledger", &error))?;
        let repaired = matches!(chain.end, End::Torn(_));
        Ok((Self { medium, path: path.to_path_buf(), last_hash: chain.last_hash, repaired }, chain.entries))
    }

    /// Whether a half-written last line was removed on opening.
    pub(super) fn repaired(&self) -> bool {
        self.repaired
    }

    /// Adds an entry and returns only when it is durable.
    pub(super) fn append<E: Serialize>(&mut self, entry: &E) -> Outcome<()> {
        let invalid = |_| self.failed(&io::ErrorKind::InvalidData.into());
        let entry = serde_json::value::to_raw_value(entry).map_err(invalid)?;
        let line = Line::new(&self.last_hash, &entry);
        let text = serde_json::to_string(&line).map_err(invalid)?;
        self.medium.append(format!("{text}\n").as_bytes()).map_err(|error| self.failed(&error))?;
        self.medium.sync().map_err(|error| self.failed(&error))?;
        self.last_hash = line.hash;
        Ok(())
    }

    fn failed(&self, error: &io::Error) -> Diagnostic {
        Diagnostic::io(Code::LedgerUnreadable, "write the ledger", &self.path, error)
    }
}

/// A checked chain.
pub(super) struct Chain<E> {
    pub(super) entries: Vec<E>,
    last_hash: String,
    end: End,
}

/// How the last line ends.
enum End {
    Whole,
    LacksLineFeed,
    /// Only so many bytes are whole lines; the rest is the beginning of one.
    Torn(usize),
}

/// Checks every line of a journal, changing nothing.
pub(super) fn check<E: for<'e> Deserialize<'e>>(bytes: &[u8], path: &Path) -> Outcome<Chain<E>> {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let mut chain = Chain { entries: Vec::new(), last_hash: GENESIS.to_owned(), end: End::Whole };
    for (index, line) in bytes[..whole].split_inclusive(|byte| *byte == b'\n').enumerate() {
        chain.add(&line[..line.len() - 1]).ok_or_else(|| broken(path, index + 1))?;
    }
    let tail = &bytes[whole..];
    if !tail.is_empty() && chain.add(tail).is_some() {
        chain.end = End::LacksLineFeed;
    } else if !tail.is_empty() {
        // Only what a torn append of ours leaves is cut off. Anything else is not ours to cut.
        let start = format!("{{\"prev\":\"{}\",\"entry\":", chain.last_hash);
        let common = start.len().min(tail.len());
        if tail[..common] != start.as_bytes()[..common] {
            return Err(broken(path, chain.entries.len() + 1).into());
        }
        chain.end = End::Torn(whole);
    }
    Ok(chain)
}

impl<E: for<'e> Deserialize<'e>> Chain<E> {
    /// Adds a line; nothing if it does not continue the chain.
    fn add(&mut self, text: &[u8]) -> Option<()> {
        let line: Line<'_> = serde_json::from_slice(text).ok()?;
        let wanted = Line::new(&self.last_hash, line.entry);
        if line.prev != wanted.prev || line.hash != wanted.hash {
            return None;
        }
        self.entries.push(serde_json::from_str(line.entry.get()).ok()?);
        self.last_hash = wanted.hash;
        Some(())
    }
}

pub(super) fn broken(path: &Path, line: usize) -> Diagnostic {
    Diagnostic::error(Code::LedgerBroken, format!("this is no ledger, or its chain breaks at line {line}"))
        .at_file(path)
        .help("restore the ledger from version control or a backup; without it, what was spent is not known")
}

#[cfg(test)]
mod tests;
