//! A release directory: whole or not there at all, and never written over.
//!
//! All files are written and made durable in a directory beside the final one; one rename then puts it in
//! place. A crash leaves either nothing at the final path or everything.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Release, csv, html, json as report_json, markdown};
use crate::durable::{sync_directory, sync_parent};
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::hex;

/// One file of a release.
pub struct Artefact {
    /// The file's name in the release directory.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Renders every file of a release; the manifest last.
#[must_use]
pub fn artefacts(release: &Release) -> Vec<Artefact> {
    let mut files = Vec::new();
    for table in release.tables() {
        let name = &table.spec().name;
        let metadata = report_json::pretty(&csv::metadata(release, table));
        files.push(Artefact { name: format!("{name}.csv"), bytes: csv::render(release, table) });
        files.push(Artefact { name: format!("{name}.csv-metadata.json"), bytes: metadata.into_bytes() });
    }
    files.push(Artefact { name: "report.html".to_owned(), bytes: html::render(release).into_bytes() });
    files.push(Artefact { name: "report.json".to_owned(), bytes: report_json::render(release).into_bytes() });
    files.push(Artefact { name: "report.md".to_owned(), bytes: markdown::render(release).into_bytes() });
    files.push(Artefact { name: "manifest.json".to_owned(), bytes: manifest(release, &files).into_bytes() });
    files
}

fn manifest(release: &Release, files: &[Artefact]) -> String {
    let hashes: BTreeMap<&str, String> =
        files.iter().map(|file| (file.name.as_str(), hex(&Sha256::digest(&file.bytes)))).collect();
    report_json::pretty(&json!({
        "schema": 1,
        "hushcount": env!("CARGO_PKG_VERSION"),
        "release": release.id,
        "warnings": release.warnings,
        "bands_of": if release.claim.epsilon.is_some() { "noisy counts" } else { "exact counts" },
        "policy_sha256": release.claim.policy_sha256,
        "ledger_entry": release.claim.id(),
        "sha256": hashes,
    }))
}

/// Whether a directory holds exactly these files already.
///
/// # Errors
/// Refused when there is anything else at that path.
pub fn is_published(directory: &Path, files: &[Artefact]) -> Outcome<bool> {
    match holds(directory, files) {
        Ok(Some(same)) if same => Ok(true),
        Ok(None) => Ok(false),
        _ => Err(Diagnostic::refused(
            Code::OutputExists,
            format!("`{}` is already there with other content", directory.display()),
        )
        .at_file(directory)
        .help("name another --out, or move the directory away if it was never published")
        .into()),
    }
}

/// Nothing for a free path, else whether the directory's content is these files and no other.
fn holds(directory: &Path, files: &[Artefact]) -> io::Result<Option<bool>> {
    if !directory.try_exists()? {
        return Ok(None);
    }
    let present = fs::read_dir(directory)?.count();
    if present == 0 {
        return Ok(None);
    }
    let same = |file: &Artefact| fs::read(directory.join(&file.name)).is_ok_and(|bytes| bytes == file.bytes);
    Ok(Some(present == files.len() && files.iter().all(same)))
}

/// A complete release directory that is not in its place yet. Dropped, it is removed.
#[must_use = "a staged release is removed unless it is published"]
pub struct Staged {
    staging: PathBuf,
    target: PathBuf,
}

/// Writes all files durably into a directory beside the target.
///
/// # Errors
/// A file cannot be written; nothing is left behind then.
pub fn stage(target: &Path, files: &[Artefact]) -> Outcome<Staged> {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let staging = target.with_file_name(format!(".{name}.hushcount-partial"));
    let staged = Staged { staging, target: target.to_path_buf() };
    match staged.write(files) {
        Ok(()) => Ok(staged),
        Err(error) => Err(unwritable(target, &error).into()),
    }
}

impl Staged {
    fn write(&self, files: &[Artefact]) -> io::Result<()> {
        if let Some(parent) = self.target.parent() {
            fs::create_dir_all(parent)?;
        }
        // What a crashed run left. It held a release's files only, whole or not.
        if self.staging.exists() {
            fs::remove_dir_all(&self.staging)?;
        }
        fs::create_dir(&self.staging)?;
        for file in files {
            let mut out = File::create_new(self.staging.join(&file.name))?;
            out.write_all(&file.bytes)?;
            out.sync_all()?;
        }
        sync_directory(&self.staging)
    }

    /// Puts the directory in its place.
    ///
    /// # Errors
    /// The rename fails; the staged directory is removed then.
    pub fn publish(self) -> Outcome<()> {
        // An empty directory may stand at the target; it is no release.
        let _ = fs::remove_dir(&self.target);
        fs::rename(&self.staging, &self.target)
            .and_then(|()| sync_parent(&self.target))
            .map_err(|error| unwritable(&self.target, &error).into())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        let _ = fs::remove_dir_all(&self.staging);
    }
}

fn unwritable(target: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::io(Code::OutputUnwritable, "write the release directory", target, error)
}
