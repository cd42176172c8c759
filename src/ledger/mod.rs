//! The ledger: what has been spent, durable before any noise is drawn.
//!
//! [`Ledger::charge`] writes and syncs an entry and only then hands out a [`Charge`]. A charge cannot be
//! copied or made otherwise, and adding noise consumes it, so noise that was not paid for does not compile.
//! A crash can therefore lose budget, never privacy.
//!
//! A release is sealed when its artefacts are complete. A sealed release is made again from the same data
//! for nothing (the same noise, byte for byte); other data or another policy are refused, unless they are declared a
//! restatement: that is the next version, charged again, with its reason in the ledger and in every artefact.
//!
//! The ledger holds no secret: counts stand in it only as a keyed digest.

mod budget;
mod claim;
mod entries;
mod journal;

use std::fs::File;
use std::path::Path;

use crate::error::{Code, Diagnostic, Outcome};
use claim::Entry;
pub(crate) use journal::Medium;
use journal::{Journal, open_file};

pub use budget::{budget_start, refuse_over_budget, spent_against};
pub use claim::{Charge, Claim, Structure};
pub use entries::{Charged, Entries, Settled, Spent};

/// An open ledger, locked against every other process.
pub struct Ledger<M = File> {
    journal: Journal<M>,
    entries: Entries,
}

impl Ledger {
    /// Opens and checks the ledger, or starts one.
    ///
    /// # Errors
    /// The file cannot be used, is in use, or its chain is broken.
    pub fn open(path: &Path) -> Outcome<Self> {
        Self::on(open_file(path)?, path)
    }

    /// Reads and checks a ledger without changing anything, also not its end.
    ///
    /// # Errors
    /// The file cannot be read, or its chain is broken.
    pub fn entries_of(path: &Path) -> Outcome<Entries> {
        let bytes = std::fs::read(path);
        let bytes = bytes.map_err(|error| Diagnostic::io(Code::LedgerUnreadable, "read the ledger", path, &error))?;
        sound(journal::check(&bytes, path)?.entries, path)
    }
}

impl<M: Medium> Ledger<M> {
    /// The ledger on any medium.
    pub(crate) fn on(medium: M, path: &Path) -> Outcome<Self> {
        let (journal, entries) = Journal::open(medium, path)?;
        Ok(Self { journal, entries: sound(entries, path)? })
    }

    /// A warning when a half-written last line was removed on opening.
    #[must_use]
    pub fn repair_warning(&self, path: &Path) -> Option<Diagnostic> {
        let warning = Diagnostic::warning(Code::LedgerRepaired, "a half-written last line was removed").at_file(path);
        self.journal.repaired().then_some(warning)
    }

    /// What the ledger says now.
    #[must_use]
    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    /// Writes a settled claim down durably, unless it is there already, and hands out the charge.
    ///
    /// # Errors
    /// Failed when the entry cannot be made durable.
    pub fn charge(&mut self, settled: &Settled) -> Outcome<Charge> {
        let claim = settled.claim().clone();
        // Looked up here again: the settlement may have been with another ledger.
        if !self.entries.has_charge(&claim) {
            self.record(Entry::Charge(Box::new(claim.clone())))?;
        }
        Ok(Charge { claim })
    }

    /// Records that the release is complete.
    ///
    /// # Errors
    /// Fails when the entry cannot be made durable.
    pub fn seal(&mut self, claim: &Claim) -> Outcome<()> {
        if self.entries.is_sealed(claim) {
            return Ok(());
        }
        self.record(Entry::Seal { release: claim.release.clone(), claim: claim.id() })
    }

    /// Records that releases are made with another key from here on.
    ///
    /// # Errors
    /// Fails when the entry cannot be made durable.
    pub fn rotate(&mut self, from: &str, to: &str) -> Outcome<()> {
        self.record(Entry::Rotate { from: from.to_owned(), to: to.to_owned() })
    }

    fn record(&mut self, entry: Entry) -> Outcome<()> {
        self.journal.append(&entry)?;
        self.entries.0.push(entry);
        Ok(())
    }
}

/// Entries that make sense together.
fn sound(lines: Vec<Entry>, path: &Path) -> Outcome<Entries> {
    Entries::of(lines).map_err(|line| journal::broken(path, line).into())
}
