//! The journal on a disk that can die at any operation and lose whatever was not synced.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;

/// A disk in memory: what is written, and how much of it would survive a power cut.
#[derive(Default)]
struct Disk {
    live: Vec<u8>,
    durable: Vec<u8>,
    operations: usize,
    dies_at: Option<usize>,
    honours_sync: bool,
}

#[derive(Clone)]
struct Handle(Rc<RefCell<Disk>>);

impl Handle {
    fn new(durable: Vec<u8>, dies_at: Option<usize>, honours_sync: bool) -> Self {
        Self(Rc::new(RefCell::new(Disk { live: durable.clone(), durable, operations: 0, dies_at, honours_sync })))
    }

    /// Runs an operation unless the disk dies at it.
    fn operate(&self, operation: impl FnOnce(&mut Disk)) -> io::Result<()> {
        let mut disk = self.0.borrow_mut();
        disk.operations += 1;
        if disk.dies_at.is_some_and(|at| disk.operations >= at) {
            return Err(io::ErrorKind::Other.into());
        }
        operation(&mut disk);
        Ok(())
    }

    /// What a restart would find: what was synced, and any part of what was not.
    fn after_a_crash(&self, unsynced_bytes: usize) -> Vec<u8> {
        let disk = self.0.borrow();
        let common = disk.durable.len().min(disk.live.len());
        if disk.live[..common] != disk.durable[..common] || disk.live.len() < disk.durable.len() {
            return disk.durable.clone();
        }
        let kept = (common + unsynced_bytes).min(disk.live.len());
        disk.live[..kept].to_vec()
    }
}

impl Medium for Handle {
    fn contents(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.0.borrow().live.clone())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.operate(|disk| disk.live.truncate(usize::try_from(length).expect("small")))
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.operate(|disk| disk.live.extend(bytes))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.operate(|disk| {
            if disk.honours_sync {
                disk.durable = disk.live.clone();
            }
        })
    }

    fn sync_name(&mut self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

fn path() -> &'static Path {
    Path::new("ledger.jsonl")
}

fn open(bytes: Vec<u8>) -> Outcome<Vec<u32>> {
    Journal::open(Handle::new(bytes, None, true), path()).map(|(_, entries)| entries)
}

/// Writes five entries onto a disk that dies at an operation; returns what was acknowledged and the disk.
fn write_until_death(dies_at: usize, honours_sync: bool) -> (Vec<u32>, Handle) {
    let disk = Handle::new(Vec::new(), Some(dies_at), honours_sync);
    let mut acknowledged = Vec::new();
    let Ok((mut journal, _)) = Journal::open::<u32>(disk.clone(), path()) else { return (acknowledged, disk) };
    for entry in 0..5 {
        if journal.append(&entry).is_err() {
            break;
        }
        acknowledged.push(entry);
    }
    (acknowledged, disk)
}

/// Whether every acknowledged entry is found again after a crash, whatever part of the rest survived.
fn nothing_acknowledged_is_lost(dies_at: usize, honours_sync: bool) -> bool {
    let (acknowledged, disk) = write_until_death(dies_at, honours_sync);
    (0..200).all(|unsynced_bytes| {
        let found = open(disk.after_a_crash(unsynced_bytes)).expect("a crash leaves a chain that checks");
        found.starts_with(&acknowledged) && found.len() <= acknowledged.len() + 1
    })
}

#[test]
fn a_crash_at_any_operation_loses_nothing_that_was_acknowledged() {
    assert!((1..=12).all(|dies_at| nothing_acknowledged_is_lost(dies_at, true)));
}

#[test]
fn the_same_test_notices_a_sync_that_does_nothing() {
    assert!(!(1..=12).all(|dies_at| nothing_acknowledged_is_lost(dies_at, false)));
}

#[test]
fn a_half_written_line_is_cut_off_and_writing_goes_on() {
    let (_, disk) = write_until_death(usize::MAX, true);
    let mut bytes = disk.after_a_crash(0);
    let hash_and_end = bytes.len() - 67..bytes.len() - 3;
    let hash = String::from_utf8(bytes[hash_and_end].to_vec()).expect("text");
    assert!(hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    bytes.extend(format!("{{\"prev\":\"{hash}\",\"ent").into_bytes());
    let torn = Handle::new(bytes, None, true);
    let (mut journal, entries) = Journal::open::<u32>(torn.clone(), path()).expect("a repaired journal");
    assert!(journal.repaired());
    assert_eq!(entries, [0, 1, 2, 3, 4]);
    journal.append(&5).expect("an entry");
    assert_eq!(open(torn.after_a_crash(0)).expect("a chain"), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn a_last_line_that_lacks_only_its_line_feed_is_kept() {
    let (_, disk) = write_until_death(usize::MAX, true);
    let mut bytes = disk.after_a_crash(0);
    assert_eq!(bytes.pop(), Some(b'\n'));
    let shortened = Handle::new(bytes, None, true);
    let (mut journal, entries) = Journal::open::<u32>(shortened.clone(), path()).expect("a mended journal");
    assert_eq!((entries.len(), journal.repaired()), (5, false));
    journal.append(&5).expect("an entry");
    assert_eq!(open(shortened.after_a_crash(0)).expect("a chain"), [0, 1, 2, 3, 4, 5]);
}

/// A wrong path given for the ledger costs nothing of that file.
#[test]
fn a_file_that_is_no_ledger_is_refused_and_left_alone() {
    for content in ["k=\"v\"", "a,b\n1,2\n3,4", "{\"prev\":\"12", "{}"] {
        let disk = Handle::new(content.as_bytes().to_vec(), None, true);
        assert!(Journal::open::<u32>(disk.clone(), path()).is_err(), "{content}");
        assert_eq!(disk.after_a_crash(0), content.as_bytes());
    }
}

#[test]
fn a_changed_removed_or_added_line_breaks_the_chain() {
    let (_, disk) = write_until_death(usize::MAX, true);
    let text = String::from_utf8(disk.after_a_crash(0)).expect("text");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let changed = text.replace("\"entry\":2", "\"entry\":7");
    let removed: String = [&lines[..1], &lines[2..]].concat().concat();
    let doubled: String = [&lines[..2], &lines[1..]].concat().concat();
    let swapped: String = [lines[1], lines[0]].concat();
    let last_changed = text.replace("\"entry\":4", "\"entry\":7");
    for forged in [changed, last_changed, removed, doubled, swapped, "\n".to_owned(), "null\n".to_owned()] {
        let failure = open(forged.clone().into_bytes()).expect_err(&forged);
        assert_eq!(failure.diagnostics()[0].code(), Code::LedgerBroken, "{forged}");
    }
}
