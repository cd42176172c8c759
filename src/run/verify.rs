//! `verify` and `audit` of what is published.

use std::path::Path;

use serde_json::json;

use crate::audit::{look, read, verify};
use crate::console::Console;
use crate::error::{Diagnostic, Failure, Outcome, Severity};

/// A release directory from its public files alone.
pub(super) fn directory(path: &Path, console: Console) -> Outcome<()> {
    let (release, found) = verify(path)?;
    let (faults, notes): (Vec<Diagnostic>, Vec<Diagnostic>) =
        found.into_iter().partition(|one| one.severity() == Severity::Refused);
    for note in &notes {
        console.tell(note);
    }
    console.result(&json!({ "release": release, "faults": faults.len(), "notes": notes.len() }));
    if faults.is_empty() {
        console.say(&format!(
            "Release {release}: every file is as its manifest says, every band on its grid, every regime kept."
        ));
        return Ok(());
    }
    Err(Failure::of(faults))
}

/// Anybody's files of bands, each band by itself.
pub(super) fn bands(paths: &[std::path::PathBuf], console: Console) -> Outcome<()> {
    let (mut faults, mut looked_at, mut raised) = (Vec::new(), 0, 0);
    for path in paths {
        let bands = read(path)?;
        looked_at += bands.len();
        for finding in bands.iter().filter_map(look) {
            if finding.is_fault() {
                faults.push(finding.at(path));
            } else {
                raised += 1;
                console.tell(&finding.at(path));
            }
        }
    }
    console.say(&format!(
        "{looked_at} bands, each by itself: {} at fault, {raised} with a raised low end. What they say together is not looked at.",
        faults.len()
    ));
    console.result(&json!({ "bands": looked_at, "faults": faults.len(), "raised": raised }));
    if faults.is_empty() { Ok(()) } else { Err(Failure::of(faults)) }
}
