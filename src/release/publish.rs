//! A release directory: whole or not there at all, and never written over.
//!
//! All files are written and made durable in a directory beside the final one; one rename then puts it in
//! place. A crash leaves either nothing at the final path or everything.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::disk::{Disk, System};
use super::report::Report;
use super::{csv, html, json, markdown, package};
use crate::durable::{PARTIAL, parent};
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::hex;

/// One file of a release.
pub struct Artefact {
    /// The file's name in the release directory.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Renders every file of a release; the manifest last. All of them follow from its report.
#[must_use]
pub fn artefacts(report: &Report) -> Vec<Artefact> {
    let mut files = Vec::new();
    for (name, tables) in report.by_file() {
        let metadata = json::pretty(&csv::metadata(report, tables[0]));
        files.push(Artefact { name: format!("{name}.csv"), bytes: csv::render(report, &tables) });
        files.push(Artefact { name: format!("{name}.csv-metadata.json"), bytes: metadata.into_bytes() });
    }
    let package = json::pretty(&package::describe(report, &files));
    files.push(Artefact { name: package::FILE_NAME.to_owned(), bytes: package.into_bytes() });
    files.push(Artefact { name: "report.html".to_owned(), bytes: html::render(report).into_bytes() });
    files.push(Artefact { name: "report.json".to_owned(), bytes: json::render(report).into_bytes() });
    files.push(Artefact { name: "report.md".to_owned(), bytes: markdown::render(report).into_bytes() });
    files.push(Artefact { name: "manifest.json".to_owned(), bytes: manifest(report, &files).into_bytes() });
    files
}

fn manifest(report: &Report, files: &[Artefact]) -> String {
    let hashes: BTreeMap<&str, String> =
        files.iter().map(|file| (file.name.as_str(), hex(&Sha256::digest(&file.bytes)))).collect();
    json::pretty(&json!({
        "schema": 1,
        "hushcount": report.hushcount,
        "release": report.release,
        "warnings": report.warnings,
        "bands_of": report.privacy.bands_of,
        "policy_sha256": report.provenance.policy_sha256,
        "ledger_entry": report.provenance.ledger_entry,
        "sha256": hashes,
    }))
}

/// Makes sure that nothing stands where a release is to be put; an empty directory may.
///
/// # Errors
/// Refused when there is anything, or it cannot be told.
pub fn refuse_occupied(directory: &Path) -> Outcome<()> {
    is_published_on(&System, directory, &[]).map(|_| ())
}

/// Whether a directory on any disk holds exactly these files already; refused when it holds anything else.
pub(super) fn is_published_on(disk: &impl Disk, directory: &Path, files: &[Artefact]) -> Outcome<bool> {
    match holds(disk, directory, files).map_err(|error| unwritable(directory, &error))? {
        None => Ok(false),
        Some(true) => Ok(true),
        Some(false) if has_tables(disk, directory, files) => Err(other_pages(directory).into()),
        Some(false) => Err(occupied(directory).into()),
    }
}

/// Whether a directory has the tables of a release, and what differs is how they are told of.
fn has_tables(disk: &impl Disk, directory: &Path, files: &[Artefact]) -> bool {
    let mut tables =
        files.iter().filter(|file| Path::new(&file.name).extension().is_some_and(|end| end == "csv")).peekable();
    tables.peek().is_some()
        && tables.all(|file| disk.read(&directory.join(&file.name)).is_ok_and(|bytes| bytes == file.bytes))
}

fn other_pages(directory: &Path) -> Diagnostic {
    let message = format!("`{}` is already there with other pages; its numbers are the same", directory.display());
    Diagnostic::refused(Code::OutputExists, message)
        .at_file(directory)
        .help("with the --lang, --against, [report] and [labels] that it was made with it is made again; with others, name another --out")
}

fn occupied(directory: &Path) -> Diagnostic {
    Diagnostic::refused(
        Code::OutputExists,
        format!("`{}` is already there, and nothing is written over it", directory.display()),
    )
    .at_file(directory)
    .help("name another --out, or move the directory away if it was never published")
}

/// Nothing for a free path, else whether the directory's content is these files and no other.
fn holds(disk: &impl Disk, directory: &Path, files: &[Artefact]) -> io::Result<Option<bool>> {
    if !disk.exists(directory)? {
        return Ok(None);
    }
    let present = disk.count(directory)?;
    if present == 0 {
        return Ok(None);
    }
    let same = |file: &Artefact| disk.read(&directory.join(&file.name)).is_ok_and(|bytes| bytes == file.bytes);
    Ok(Some(present == files.len() && files.iter().all(same)))
}

/// A place beside the target where a release is put together. Dropped before publication, it is removed.
#[must_use = "what is staged is removed unless it is published"]
pub struct Staging<D: Disk = System> {
    disk: D,
    place: PathBuf,
    target: PathBuf,
}

impl Staging {
    /// Makes the place, so that an output that cannot be written is known before anything is spent.
    ///
    /// # Errors
    /// The target has no name of its own, is a link, or nothing can be written beside it.
    pub fn beside(target: &Path) -> Outcome<Self> {
        // Without a trailing `.` or separator, so that the rename meets the directory itself.
        let target: PathBuf = target.components().collect();
        if target.is_symlink() {
            return Err(occupied(&target).into());
        }
        Self::on(System, target)
    }
}

impl<D: Disk> Staging<D> {
    /// The place beside a target on any disk.
    pub(super) fn on(disk: D, target: PathBuf) -> Outcome<Self> {
        let Some(name) = target.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            return Err(Diagnostic::error(Code::OutputUnwritable, "the output directory needs a name of its own")
                .at_file(&target)
                .help("such as --out report-2026H1")
                .into());
        };
        let place = make_staging(&disk, &target, &name).map_err(|error| unwritable(&target, &error))?;
        Ok(Self { disk, place, target })
    }

    /// Whether the target holds exactly these files already.
    ///
    /// # Errors
    /// Refused when there is anything else at the target.
    pub fn is_published(&self, files: &[Artefact]) -> Outcome<bool> {
        is_published_on(&self.disk, &self.target, files)
    }

    /// Writes every file durably.
    ///
    /// # Errors
    /// A file cannot be written; nothing is left behind then.
    pub fn write(&self, files: &[Artefact]) -> Outcome<()> {
        self.write_files(files).map_err(|error| unwritable(&self.target, &error).into())
    }

    fn write_files(&self, files: &[Artefact]) -> io::Result<()> {
        for file in files {
            let out = self.disk.write_new(&self.place.join(&file.name), &file.bytes)?;
            self.disk.sync_file(&out)?;
        }
        self.disk.sync_directory(&self.place)
    }

    /// Puts the directory in its place.
    ///
    /// # Errors
    /// Something else came to stand there; the staged directory is removed then.
    pub fn publish(self) -> Outcome<()> {
        // An empty directory may stand at the target; it is no release.
        let _ = self.disk.remove_empty(&self.target);
        self.disk.rename(&self.place, &self.target).map_err(|error| unwritable(&self.target, &error))?;
        self.make_durable()
    }

    /// Makes what stands at the target durable there, whoever put it there: a run that was killed may have renamed
    /// it and gone no further.
    ///
    /// # Errors
    /// The directory that the target is in cannot be synced.
    pub fn make_durable(self) -> Outcome<()> {
        let synced = self.disk.sync_directory(parent(&self.target));
        synced.map_err(|error| unwritable(&self.target, &error).into())
    }
}

/// Makes a directory of its own beside the target: another run, or what a killed one left, has another number.
fn make_staging(disk: &impl Disk, target: &Path, name: &str) -> io::Result<PathBuf> {
    disk.make_directories(parent(target))?;
    let mut number = 0;
    loop {
        let staging = target.with_file_name(format!(".{name}.{number}{PARTIAL}"));
        match disk.make_directory(&staging) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            made => return made.map(|()| staging),
        }
    }
}

impl<D: Disk> Drop for Staging<D> {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        let _ = self.disk.remove_all(&self.place);
    }
}

fn unwritable(target: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::io(Code::OutputUnwritable, "write the release directory", target, error)
}
