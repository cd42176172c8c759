//! The files of a release directory, held against those that its `report.json` makes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::release::json;
use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::hex;
use crate::release::{Artefact, Report, artefacts};

const MANIFEST: &str = "manifest.json";

#[derive(Deserialize)]
struct Manifest {
    sha256: BTreeMap<String, String>,
}

/// A file's bytes. What is a link, a pipe or a device is not opened: it could lead elsewhere, or never end.
pub(super) fn plain(path: &Path) -> Outcome<Vec<u8>> {
    let failed = |error: &std::io::Error| Diagnostic::io(Code::ReleaseUnreadable, "read", path, error);
    if !fs::symlink_metadata(path).map_err(|error| failed(&error))?.is_file() {
        let message = format!("`{}` is no file of its own, and is not opened", path.display());
        return Err(Diagnostic::error(Code::ReleaseUnreadable, message).at_file(path).into());
    }
    Ok(fs::read(path).map_err(|error| failed(&error))?)
}

/// The version of the program that made a release, where it is not this one: its pages can be worded otherwise.
pub(super) fn other_version(report: &Report) -> Option<&str> {
    Some(report.hushcount.as_str()).filter(|version| *version != env!("CARGO_PKG_VERSION"))
}

/// Files that are missing, too many, or not those that the report makes.
pub(super) fn not_made(directory: &Path, report: &Report) -> Outcome<Vec<Diagnostic>> {
    let present = present(directory)?;
    let made = artefacts(report);
    let mut found = names(directory, &present, &made);
    for file in made.iter().filter(|file| present.get(&file.name) == Some(&true)) {
        if plain(&directory.join(&file.name))? != file.bytes {
            found.push(changed(directory, &what_is_wrong(&file.name), report));
        }
    }
    Ok(found)
}

/// The same by the hashes that the manifest has of them.
pub(super) fn not_in_manifest(directory: &Path, report: &Report) -> Outcome<Vec<Diagnostic>> {
    let present = present(directory)?;
    let mut found = names(directory, &present, &artefacts(report));
    let manifest: Manifest = json(&directory.join(MANIFEST))?;
    for name in present.iter().filter(|(name, is_file)| **is_file && *name != MANIFEST).map(|(name, _)| name) {
        let digest = hex(&Sha256::digest(plain(&directory.join(name))?));
        if manifest.sha256.get(name) != Some(&digest) {
            found.push(changed(directory, &format!("`{name}` is not the file that the manifest names"), report));
        }
    }
    Ok(found)
}

/// What is in a directory, and whether it is a file of its own.
fn present(directory: &Path) -> Outcome<BTreeMap<String, bool>> {
    let failed = |error: std::io::Error| Diagnostic::io(Code::ReleaseUnreadable, "read", directory, &error);
    let mut present = BTreeMap::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        present.insert(entry.file_name().to_string_lossy().into_owned(), is_file);
    }
    Ok(present)
}

/// Names that a release has and the directory has not, or the other way around.
fn names(directory: &Path, present: &BTreeMap<String, bool>, made: &[Artefact]) -> Vec<Diagnostic> {
    let missing = made.iter().filter(|file| !present.contains_key(&file.name));
    let missing = missing.map(|file| format!("`{}` is missing", file.name));
    let is_known = |name: &String| made.iter().any(|file| file.name == *name);
    let others = present.iter().filter_map(|(name, is_file)| match (is_known(name), is_file) {
        (false, _) => Some(format!("`{name}` is no file of a release")),
        (true, false) => Some(format!("`{name}` is no file of its own, and is not opened")),
        (true, true) => None,
    });
    let refusal = |message: String| Diagnostic::refused(Code::ReleaseChanged, message).at_file(directory);
    missing.chain(others).map(refusal).collect()
}

fn what_is_wrong(name: &str) -> String {
    if name == MANIFEST {
        format!("`{name}` has other hashes or another origin than `report.json` and its files")
    } else if Path::new(name).extension().is_some_and(|end| end == "csv") {
        format!("`{name}` has other numbers than `report.json`")
    } else if name == super::release::REPORT {
        format!("`{name}` is not as a release writes it: a field is twice, unknown or out of its place")
    } else {
        format!("`{name}` is not the file that `report.json` makes")
    }
}

fn changed(directory: &Path, message: &str, report: &Report) -> Diagnostic {
    let told = Diagnostic::refused(Code::ReleaseChanged, message).at_file(directory);
    match other_version(report) {
        Some(version) => {
            told.help(format!("the report says that hushcount {version} made it: verify it with that version"))
        }
        None => told,
    }
}
