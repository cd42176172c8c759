//! A report on a disk that dies, or fails, at any operation from the opening of the ledger to the last sync.
//!
//! After each such end every state is looked at in which a power cut may leave the disk, and the state that a killed
//! run leaves; from each the report is run again, which may come to a bad end as well.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::error::{Code, Diagnostic};
use crate::ledger::Claim;
use crate::release::publish::is_published_on;
use crate::units::Epsilon;
use machine::{Machine, Sync, Trouble};
use tree::Tree;

mod machine;
mod tree;

const LEDGER: &str = "books/ledger.jsonl";
const TARGET: &str = "site/2026H1";

/// A promise that was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broken {
    /// Noise was drawn and the charge is not in the ledger.
    UnpaidNoise,
    /// The target is there and not whole.
    HalfARelease,
    /// The target is there and the ledger lacks its charge or its seal.
    UnbookedRelease,
    /// Running again does not end with the same release, charged and sealed once.
    AnotherEnd,
    /// A run that ended well has nothing to show for it.
    LostRelease,
}

/// A disk between two runs, and whether any run so far drew noise.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Situation {
    tree: Tree,
    drawn: bool,
}

/// A run that ended, well or not.
struct Ended {
    situation: Situation,
    well: bool,
    operations: usize,
}

fn claim() -> Claim {
    Claim {
        release: "2026H1".to_owned(),
        period: ["2026-01-01".to_owned(), "2026-06-30".to_owned()],
        privacy_unit: "request".to_owned(),
        mechanism: "discrete laplace".to_owned(),
        epsilon: Some(Epsilon::default()),
        rho: None,
        delta: None,
        version: 1,
        reason: None,
        structures: Vec::new(),
        policy_sha256: "00".to_owned(),
        data_hmac: "11".to_owned(),
        key_id: "22".to_owned(),
    }
}

fn files(claim: &Claim) -> Vec<Artefact> {
    let file = |name: &str| Artefact { name: name.to_owned(), bytes: format!("{name} {}", claim.id()).into_bytes() };
    vec![file("requests.csv"), file("manifest.json")]
}

/// What `run::report` does with the disk.
fn report(machine: &Machine, drawn: &Cell<bool>) -> Outcome<()> {
    let (ledger, target) = (Path::new(LEDGER), Path::new(TARGET));
    let file = machine.open(ledger);
    let file = file.map_err(|error| Diagnostic::io(Code::LedgerUnreadable, "open", ledger, &error))?;
    let mut ledger = Ledger::on(file, ledger)?;
    let settled = ledger.entries().settle(&claim(), None)?;
    if !settled.is_replay() {
        is_published_on(machine, target, &[])?;
    }
    let staging = Staging::on(machine.clone(), target.to_path_buf())?;
    issue(&mut ledger, &settled, staging, |charge| {
        drawn.set(true);
        Ok(((), files(charge.claim())))
    })
    .map(|_| ())
}

fn run(before: &Situation, trouble: Trouble, skipped: Option<Sync>) -> Ended {
    let machine = Machine::new(before.tree.clone(), trouble, skipped);
    let drawn = Cell::new(before.drawn);
    let well = report(&machine, &drawn).is_ok();
    let situation = Situation { tree: machine.tree(), drawn: drawn.get() };
    Ended { situation, well, operations: machine.operations() }
}

/// How many charges and seals a ledger has that is opened as it lies there.
fn booked(tree: &Tree) -> Option<(usize, usize)> {
    let machine = Machine::new(tree.clone(), Trouble::Nothing, None);
    Ledger::on(machine.open(Path::new(LEDGER)).ok()?, Path::new(LEDGER)).ok()?;
    let text = String::from_utf8(machine.tree().read(Path::new(LEDGER)).ok()?).ok()?;
    let lines = |kind: &str| text.lines().filter(|line| line.contains(kind)).count();
    Some((lines("\"kind\":\"charge\""), lines("\"kind\":\"seal\"")))
}

/// Nothing for a free target, else whether it is the whole release and nothing besides.
fn whole(tree: &Tree) -> Option<bool> {
    let names = tree.list(Path::new(TARGET)).ok()?;
    let files = files(&claim());
    let same = |file: &Artefact| tree.read(&Path::new(TARGET).join(&file.name)).is_ok_and(|bytes| bytes == file.bytes);
    Some(names.len() == files.len() && files.iter().all(same))
}

/// Whether what is left after a power cut keeps every promise.
fn look(left: &Situation, well: bool) -> Result<(), Broken> {
    let Some((charges, seals)) = booked(&left.tree) else { return Err(Broken::AnotherEnd) };
    let target = whole(&left.tree);
    let promises = [
        (left.drawn && charges == 0, Broken::UnpaidNoise),
        (target == Some(false), Broken::HalfARelease),
        (target.is_some() && (charges == 0 || seals == 0), Broken::UnbookedRelease),
        (well && target.is_none(), Broken::LostRelease),
        (well && (charges, seals) != (1, 1), Broken::AnotherEnd),
    ];
    promises.into_iter().find(|(broken, _)| *broken).map_or(Ok(()), |(_, promise)| Err(promise))
}

/// Runs that end badly at every operation, and what is left of each.
struct Search {
    skipped: Option<Sync>,
    seen: BTreeSet<(usize, Situation)>,
}

impl Search {
    /// Runs from here without trouble; then, if any trouble is left to come, with it at every operation.
    fn from(&mut self, before: &Situation, troubles: usize) -> Result<(), Broken> {
        if !self.seen.insert((troubles, before.clone())) {
            return Ok(());
        }
        let good = run(before, Trouble::Nothing, self.skipped);
        if !good.well || whole(&good.situation.tree) != Some(true) {
            return Err(Broken::AnotherEnd);
        }
        if troubles == 0 {
            return survivors(&good.situation).try_for_each(|left| look(&left, true));
        }
        self.after(&good, troubles - 1)?;
        for at in 1..=good.operations {
            self.after(&run(before, Trouble::DiesAt(at), self.skipped), troubles - 1)?;
            self.after(&run(before, Trouble::FailsAt(at), self.skipped), troubles - 1)?;
        }
        Ok(())
    }

    /// Goes on where a run ended: at once, with what it did not sync still there, or after a power cut.
    fn after(&mut self, ended: &Ended, troubles: usize) -> Result<(), Broken> {
        for left in survivors(&ended.situation) {
            look(&left, ended.well)?;
            self.from(&left, troubles)?;
        }
        self.from(&ended.situation, troubles)
    }
}

fn survivors(situation: &Situation) -> impl Iterator<Item = Situation> {
    situation.tree.survivors().map(|tree| Situation { tree, drawn: situation.drawn })
}

/// The first promise found broken when two runs, one after the other, may end badly.
fn broken(skipped: Option<Sync>) -> Option<Broken> {
    let start = Situation { tree: Tree::new(&["books", "site"]), drawn: false };
    Search { skipped, seen: BTreeSet::new() }.from(&start, 2).err()
}

#[test]
fn every_promise_is_kept_whatever_operation_the_disk_dies_at() {
    assert_eq!(broken(None), None);
}

/// The two syncs of what was found need a run that was killed before, and a power cut after the next.
#[test]
fn the_same_test_notices_every_sync_that_is_taken_away() {
    let twins = [
        (Sync::LedgerName, Broken::UnpaidNoise),
        (Sync::LedgerAsFound, Broken::UnbookedRelease),
        (Sync::Charge, Broken::UnpaidNoise),
        (Sync::Seal, Broken::UnbookedRelease),
        (Sync::File, Broken::HalfARelease),
        (Sync::StagedNames, Broken::HalfARelease),
        (Sync::Rename, Broken::LostRelease),
        (Sync::RenameAsFound, Broken::LostRelease),
    ];
    for (sync, promise) in twins {
        assert_eq!(broken(Some(sync)), Some(promise), "{sync:?}");
    }
}
