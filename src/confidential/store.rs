//! Records by partition, in memory while there is room and else in a file that has no name.
//!
//! What must grow with a log (ids, to tell repetitions) is kept here: keyed hashes, never text. The file is made for its
//! owner only and unlinked at once, so it is gone when the run ends, however that ends. It stands where temporary files do
//! (`TMPDIR`).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many partitions there are.
pub(super) const PARTITIONS: usize = 256;

/// Records that a thread collects for a partition before it hands them over.
const RUN: usize = 512;

/// Bytes of records that are held in memory.
const ROOM: usize = 704 << 20;

/// A record: the first two numbers are an identity, and records of one identity lie in one partition.
pub(super) type Record<const N: usize> = [u64; N];

/// The first byte of an identity, which is random where it is a hash, and the last, which tells rows without id apart.
fn partition<const N: usize>(record: &Record<N>) -> usize {
    (((record[0] >> 56) ^ record[1]) & 0xff) as usize
}

/// Memory and file that several stores share.
pub(super) struct Space {
    held: AtomicUsize,
    room: usize,
    file: Mutex<Option<File>>,
}

impl Space {
    pub(super) fn new() -> Self {
        Self::with_room(ROOM)
    }

    pub(super) fn with_room(room: usize) -> Self {
        Self { held: AtomicUsize::new(0), room, file: Mutex::new(None) }
    }

    /// Whether there is room for so many bytes more, which are then taken.
    fn take(&self, bytes: usize) -> bool {
        let held = self.held.fetch_add(bytes, Ordering::Relaxed);
        if held + bytes > self.room {
            self.held.fetch_sub(bytes, Ordering::Relaxed);
        }
        held + bytes <= self.room
    }

    /// Writes behind what is there; returns where.
    fn write(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut file = lock(&self.file);
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(nameless()?),
        };
        let place = file.seek(SeekFrom::End(0))?;
        file.write_all(bytes)?;
        Ok(place)
    }

    fn read(&self, place: u64, bytes: &mut [u8]) -> io::Result<()> {
        let mut file = lock(&self.file);
        let Some(file) = &mut *file else { return Err(io::ErrorKind::NotFound.into()) };
        file.seek(SeekFrom::Start(place))?;
        file.read_exact(bytes)
    }
}

/// Records that were handed over together, in their order.
enum Run<const N: usize> {
    Held(Vec<Record<N>>),
    Written { place: u64, records: usize },
}

/// Records by partition.
pub(super) struct Store<'s, const N: usize> {
    space: &'s Space,
    partitions: Vec<Mutex<Vec<Run<N>>>>,
    failure: Mutex<Option<io::Error>>,
}

impl<'s, const N: usize> Store<'s, N> {
    pub(super) fn new(space: &'s Space) -> Self {
        let partitions = (0..PARTITIONS).map(|_| Mutex::new(Vec::new())).collect();
        Self { space, partitions, failure: Mutex::new(None) }
    }

    pub(super) fn writer(&self) -> Writer<'_, N> {
        Writer { store: self, runs: (0..PARTITIONS).map(|_| Vec::new()).collect(), bytes: Vec::new() }
    }

    /// Whether everything was kept.
    pub(super) fn check(&self) -> io::Result<()> {
        lock(&self.failure).take().map_or(Ok(()), Err)
    }

    /// Takes the records of a partition. Those of one writer follow each other in their order.
    pub(super) fn take(&self, partition: usize, into: &mut Vec<Record<N>>) -> io::Result<()> {
        into.clear();
        let runs = std::mem::take(&mut *lock(&self.partitions[partition]));
        into.reserve(runs.iter().map(Run::len).sum());
        let mut bytes = Vec::new();
        for run in runs {
            match run {
                Run::Held(records) => {
                    self.space.held.fetch_sub(size(&records), Ordering::Relaxed);
                    into.extend_from_slice(&records);
                }
                Run::Written { place, records } => {
                    bytes.resize(records * size_of::<Record<N>>(), 0);
                    self.space.read(place, &mut bytes)?;
                    let (numbers, _) = bytes.as_chunks::<8>();
                    let (coded, _) = numbers.as_chunks::<N>();
                    into.extend(coded.iter().map(|record| record.map(u64::from_le_bytes)));
                }
            }
        }
        Ok(())
    }

    fn hand_over(&self, partition: usize, records: Vec<Record<N>>, bytes: &mut Vec<u8>) {
        let run = if self.space.take(size(&records)) {
            Run::Held(records)
        } else {
            bytes.clear();
            records.as_flattened().iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
            match self.space.write(bytes) {
                Ok(place) => Run::Written { place, records: records.len() },
                Err(error) => return *lock(&self.failure) = Some(error),
            }
        };
        lock(&self.partitions[partition]).push(run);
    }
}

impl<const N: usize> Run<N> {
    fn len(&self) -> usize {
        match self {
            Self::Held(records) => records.len(),
            Self::Written { records, .. } => *records,
        }
    }
}

/// One thread's way into a store; hands over what it has left when dropped.
pub(super) struct Writer<'s, const N: usize> {
    store: &'s Store<'s, N>,
    runs: Vec<Vec<Record<N>>>,
    bytes: Vec<u8>,
}

impl<const N: usize> Writer<'_, N> {
    #[inline]
    pub(super) fn put(&mut self, record: Record<N>) {
        let partition = partition(&record);
        if self.runs[partition].len() == RUN {
            let full = std::mem::take(&mut self.runs[partition]);
            self.store.hand_over(partition, full, &mut self.bytes);
        }
        let run = &mut self.runs[partition];
        if run.capacity() == 0 {
            run.reserve_exact(RUN);
        }
        run.push(record);
    }
}

impl<const N: usize> Drop for Writer<'_, N> {
    fn drop(&mut self) {
        for (partition, run) in self.runs.iter_mut().enumerate() {
            if !run.is_empty() {
                run.shrink_to_fit();
                self.store.hand_over(partition, std::mem::take(run), &mut self.bytes);
            }
        }
    }
}

/// A file without a name that only its owner could open.
fn nameless() -> io::Result<File> {
    let file = tempfile::tempfile()?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

fn size<const N: usize>(records: &[Record<N>]) -> usize {
    size_of_val(records)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u64) -> Record<2> {
        [number.wrapping_mul(0x9e37_79b9_7f4a_7c15), number]
    }

    fn all(store: &Store<'_, 2>) -> Vec<Record<2>> {
        let (mut all, mut partition) = (Vec::new(), Vec::new());
        for number in 0..PARTITIONS {
            store.take(number, &mut partition).expect("a file");
            assert!(partition.iter().all(|record| super::partition(record) == number));
            assert!(partition.is_sorted_by_key(|record| record[1]), "one writer's order");
            all.append(&mut partition);
        }
        all.sort_by_key(|record| record[1]);
        all
    }

    #[test]
    fn nothing_is_lost_in_memory_or_on_disk() {
        for room in [0, 100_000, usize::MAX >> 1] {
            let space = Space::with_room(room);
            let store = Store::new(&space);
            let mut writer = store.writer();
            (0..200_000).for_each(|number| writer.put(record(number)));
            drop(writer);
            store.check().expect("room on the disk");
            assert_eq!(lock(&space.file).is_some(), room < 1_000_000);
            assert!(all(&store) == (0..200_000).map(record).collect::<Vec<_>>());
            assert_eq!(space.held.load(Ordering::Relaxed), 0);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_and_has_no_name() {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let space = Space::with_room(0);
        space.write(b"x").expect("room on the disk");
        let file = lock(&space.file);
        let known = file.as_ref().expect("a file").metadata().expect("metadata");
        assert_eq!((known.permissions().mode() & 0o777, known.nlink()), (0o600, 0));
    }
}
