//! Earlier releases that were given: looked at before anything is charged, and which of them stand beside this one.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::audit::sound;
use crate::confidential::Key;
use crate::console::Console;
use crate::error::{Code, Diagnostic, Outcome};
use crate::ledger::Entries;
use crate::policy::Policy;
use crate::release::Report;

/// More columns than this nobody reads, and pages grow with them.
const MOST_PERIODS: usize = 400;

/// What the releases that were given are to stand beside.
pub(super) struct Beside<'r> {
    pub(super) policy: &'r Policy,
    pub(super) key: &'r Key,
    pub(super) entries: &'r Entries,
}

/// The reports of the releases that were given, of which each is sound by itself, without those that are not printed.
///
/// # Errors
/// A directory is no sound release, one was made with the demonstration key and this one is not, or there are too many.
pub(super) fn given(directories: &[PathBuf], this: &Beside<'_>, console: Console) -> Outcome<Vec<Report>> {
    let mut reports: Vec<Report> = Vec::new();
    for directory in directories {
        let report = sound(directory)?;
        if report.provenance.key_id == Key::demonstration().id() && !this.key.is_demonstration() {
            let message = format!(
                "`{}` was made with the public demonstration key, and this release is not",
                directory.display()
            );
            return Err(Diagnostic::refused(Code::KeyDemonstration, message)
                .at_file(directory)
                .help("give releases that were published; what that key makes is for trials")
                .into());
        }
        reports.push(report);
    }
    let periods: BTreeSet<(&String, &String)> =
        reports.iter().map(|one| (&one.period.start, &one.period.end)).collect();
    if periods.len() > MOST_PERIODS {
        let message = format!("{} periods are too many to stand beside each other", periods.len());
        return Err(Diagnostic::refused(Code::ArgumentInvalid, message)
            .at_option("--against")
            .help(format!("give the releases of at most {MOST_PERIODS} periods"))
            .into());
    }
    let left_out: Vec<Option<Diagnostic>> = reports.iter().map(|report| why_not(report, &reports, this)).collect();
    left_out.iter().flatten().for_each(|told| console.tell(told));
    Ok(reports.into_iter().zip(left_out).filter(|(_, told)| told.is_none()).map(|(report, _)| report).collect())
}

/// Why a release is not printed beside this one, where its number could be.
fn why_not(report: &Report, all: &[Report], this: &Beside<'_>) -> Option<Diagnostic> {
    let [_, last] = this.policy.period.ends();
    let published = this.policy.publish_on.map(|day| day.to_string());
    let name = report.name();
    if report.period.end > last {
        let message = format!("release {name} is of a later period than this one, and is not printed beside it");
        return Some(Diagnostic::note(Code::NotBeside, message));
    }
    if report.publish_on.as_ref().zip(published.as_ref()).is_some_and(|(theirs, own)| theirs > own) {
        let message = format!("release {name} is published later than this one, and is not printed beside it");
        return Some(Diagnostic::note(Code::NotBeside, message));
    }
    let latest = this.entries.last_version(&report.release)?;
    let is_given = all.iter().any(|one| one.release == report.release && one.version == latest);
    (latest > report.version && !is_given).then(|| {
        let message = format!("release {name} was restated: version {latest} takes its place, and it is not printed");
        Diagnostic::warning(Code::NotBeside, message).help(format!("give version {latest} of it: --against DIR"))
    })
}
