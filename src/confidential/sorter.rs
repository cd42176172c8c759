//! Records sorted by what they begin with, which is random.

use super::store::Record;

/// The most buckets: their ends stay in a processor's cache.
const MOST_BITS: u32 = 16;

/// Sorts records, with room that is used again.
#[derive(Default)]
pub(super) struct Sorter<const N: usize> {
    sorted: Vec<Record<N>>,
    ends: Vec<usize>,
}

impl<const N: usize> Sorter<N> {
    /// Identities are hashes, so the first bits of n records put each into a bucket with about one other; what is left to
    /// compare is little. Where they are no hashes this is a sort like any other.
    pub(super) fn sort(&mut self, records: &mut Vec<Record<N>>) {
        let bits = (records.len() | 1).ilog2().clamp(1, MOST_BITS);
        let bucket = |record: &Record<N>| usize::try_from(record[0] >> (u64::BITS - bits)).unwrap_or(0);
        self.ends.clear();
        self.ends.resize(1 << bits, 0);
        for record in &*records {
            self.ends[bucket(record)] += 1;
        }
        let mut start = 0;
        for end in &mut self.ends {
            start += std::mem::replace(end, start);
        }
        self.sorted.resize(records.len(), [0; N]);
        for record in &*records {
            let place = &mut self.ends[bucket(record)];
            self.sorted[*place] = *record;
            *place += 1;
        }
        std::mem::swap(&mut self.sorted, records);
        let mut start = 0;
        for end in &self.ends {
            records[start..*end].sort_unstable();
            start = *end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_and_equal_beginnings_are_sorted() {
        use rand::{RngExt, SeedableRng};
        let mut rng = rand::rngs::ChaCha8Rng::seed_from_u64(3);
        let mut sorter = Sorter::default();
        for length in [0, 1, 2, 3, 100, 70_000] {
            for mask in [u64::MAX, 0, 7] {
                let mut records: Vec<Record<2>> =
                    (0..length).map(|_| [rng.random::<u64>() & mask, rng.random_range(0..9)]).collect();
                let mut wanted = records.clone();
                wanted.sort_unstable();
                sorter.sort(&mut records);
                assert!(records == wanted, "{length} {mask}");
            }
        }
    }
}
