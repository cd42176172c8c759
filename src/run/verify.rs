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
            "Release {release}: every file is as its manifest says, every band on its grid, and as its regime has it.\nNot \
             looked at: the words of the report, an agreement's terms, two structures for one period, other releases."
        ));
        return Ok(());
    }
    Err(Failure::of(faults))
}

/// Anybody's files of bands, each band by itself.
pub(super) fn bands(paths: &[std::path::PathBuf], console: Console) -> Outcome<()> {
    let (mut faults, mut looked_at, mut raised, mut free) = (Vec::new(), 0, 0, 0);
    for path in paths {
        let bands = read(path)?;
        looked_at += bands.len();
        free += bands.iter().filter(|band| band.regime().is_none()).count();
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
        "{looked_at} bands, each by itself: {} at fault, {raised} with a raised low end, {free} under no regime with bands.\n\
         Not looked at: what they say together, what a category counts, and when they were published.",
        faults.len()
    ));
    console.result(&json!({ "bands": looked_at, "faults": faults.len(), "raised": raised, "without_regime": free }));
    if faults.is_empty() { Ok(()) } else { Err(Failure::of(faults)) }
}
