//! Packed rows counted partition by partition: repetitions dropped, units bounded, other identities told apart.
//!
//! All rows of a privacy unit lie in one partition, so each is dropped, bounded and counted there. The other identities
//! that are kept (an account's requests, say) are told apart afterwards, in partitions of their own: one request may name
//! accounts in several.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::bound::{Bounded, Kept, bounds};
use super::columns::{STANDINGS, Standing};
use super::identity::{Identities, Identity};
use super::keeper::{Keeper, Row, Seen};
use super::log::Standings;
use super::packed::{Directly, MAX_TABLES, Packing, ROW, halves};
use super::sorter::Sorter;
use super::store::{PARTITIONS, Record, Store, Writer};
use crate::policy::{Policy, PrivacyUnit};
use crate::table::TableSpec;

/// Numbers in the record of a kept other identity: the identity, then its cell and the tables that keep it.
pub(super) const OTHER: usize = 3;

/// What all partitions came to.
pub(super) struct Counts {
    /// For each table of the policy what counts in it.
    pub(super) bounded: Vec<Bounded>,
    /// Rows that were repetitions of later ones.
    pub(super) repeated: Standings,
}

/// What the threads share.
struct Run<'r> {
    packing: &'r Packing,
    tables: &'r [Arc<TableSpec>],
    /// For each table the cell of each combination of all keys.
    cells: Vec<Vec<u32>>,
    /// Whether the table counts the other identities.
    counts_others: Vec<bool>,
    unit: PrivacyUnit,
}

/// Counts packed rows.
///
/// # Errors
/// Records cannot be read back.
pub(super) fn count(
    rows: &Store<'_, ROW>,
    others: &Store<'_, OTHER>,
    packing: &Packing,
    policy: &Policy,
    identities: &Identities,
    logs: usize,
) -> io::Result<Counts> {
    let run = Run::new(packing, policy);
    let next = AtomicUsize::new(0);
    let threads = rayon::broadcast(|_| {
        let mut sorter = Sorter::default();
        let mut counter = Counter::new(&run, policy, identities, others, logs);
        over_partitions(&next, |partition, records| {
            rows.take(partition, records)?;
            sorter.sort(records);
            counter.count(records);
            Ok(())
        })?;
        Ok::<_, io::Error>(counter.finish())
    });
    others.check()?;
    let mut all = Vec::new();
    for thread in threads {
        all.push(thread?);
    }
    let told_apart = tell_apart(others, &run)?;
    Ok(merge(all, told_apart, &run, logs))
}

/// What rows that were counted as they were read come to; each is one unit, within any bounds.
pub(super) fn directly(direct: &Directly, packing: &Packing, policy: &Policy) -> Vec<Bounded> {
    let run = Run::new(packing, policy);
    let bounded = run.tables.iter().zip(&run.cells).map(|(table, cells)| {
        let mut units = vec![0; table.cells()];
        cells.iter().zip(&direct.rows).for_each(|(cell, rows)| units[*cell as usize] += rows);
        let all = units.iter().sum();
        let (others, seen) = (vec![0; units.len()], Seen { units: [all, all], others: [direct.accounts; 2] });
        Bounded { kept: Kept::Rows { units, accounts: None, others }, seen }
    });
    bounded.collect()
}

/// Runs through partitions that no other thread has taken yet.
fn over_partitions<const N: usize>(
    next: &AtomicUsize,
    mut work: impl FnMut(usize, &mut Vec<Record<N>>) -> io::Result<()>,
) -> io::Result<()> {
    let mut records = Vec::new();
    loop {
        let partition = next.fetch_add(1, Ordering::Relaxed);
        if partition >= PARTITIONS {
            return Ok(());
        }
        work(partition, &mut records)?;
    }
}

impl<'r> Run<'r> {
    fn new(packing: &'r Packing, policy: &'r Policy) -> Self {
        let unit = policy.privacy.unit;
        let cells = policy.tables.iter().map(|table| packing.cells_of(table, policy)).collect();
        let counts_others = |table: &Arc<TableSpec>| table.measures.iter().any(|measure| !unit.is_counted_by(*measure));
        let counts_others = policy.tables.iter().map(counts_others).collect();
        Self { packing, tables: &policy.tables, cells, counts_others, unit }
    }

    /// Whether each other identity stands in one row only: a row without id is a request of its own.
    fn others_are_alone(&self) -> bool {
        self.unit == PrivacyUnit::Account && !self.packing.identified
    }

    /// The tables and cells that keep one identity, each once.
    fn cells_of_other(&self, records: &[Record<OTHER>], cells: &mut Vec<(usize, u32)>) {
        cells.clear();
        for record in records {
            let cell = usize::try_from(record[2] >> MAX_TABLES).unwrap_or(usize::MAX);
            cells.extend(bits_of(record[2] & ((1 << MAX_TABLES) - 1)).map(|table| (table, self.cells[table][cell])));
        }
        if records.len() > 1 {
            cells.sort_unstable();
            cells.dedup();
        }
    }
}

/// One thread's counts of units.
struct Counter<'c> {
    run: &'c Run<'c>,
    keepers: Vec<Keeper<'c>>,
    others: Writer<'c, OTHER>,
    /// For each table how many other identities each cell keeps, where each stands in one row only.
    alone: Vec<Vec<u64>>,
    repeated: Standings,
    /// The rows of one unit that count, with their cells among all combinations of keys and among a table's.
    rows: Vec<Row>,
    of_table: Vec<Row>,
    /// The tables that keep each row's other identity.
    keeping: Vec<u64>,
}

/// What one thread counted.
struct Part {
    tables: Vec<(Vec<u64>, Vec<u64>, Seen)>,
    repeated: Standings,
}

impl<'c> Counter<'c> {
    fn new(
        run: &'c Run<'c>,
        policy: &Policy,
        identities: &'c Identities,
        others: &'c Store<'_, OTHER>,
        logs: usize,
    ) -> Self {
        let bounds = bounds(&policy.privacy);
        Self {
            run,
            keepers: run.tables.iter().map(|table| Keeper::new(table, run.unit, bounds, identities)).collect(),
            others: others.writer(),
            alone: run.tables.iter().map(|table| vec![0; table.cells()]).collect(),
            repeated: vec![[0; STANDINGS]; logs],
            rows: Vec::new(),
            of_table: Vec::new(),
            keeping: Vec::new(),
        }
    }

    /// Takes a partition's records, sorted.
    fn count(&mut self, records: &[Record<ROW>]) {
        for unit in records.chunk_by(|one, next| one[..2] == next[..2]) {
            self.drop_repetitions(unit);
            if !self.rows.is_empty() {
                self.bound(identity(unit[0][0], unit[0][1]));
                self.hand_over();
            }
        }
    }

    /// Rows with the same ids are one; the last one stands.
    fn drop_repetitions(&mut self, unit: &[Record<ROW>]) {
        self.rows.clear();
        for (place, record) in unit.iter().enumerate() {
            let next = unit.get(place + 1).filter(|_| self.run.packing.identified);
            let (standing, cell, log) = self.run.packing.unpack(record[4]);
            if next.is_some_and(|next| next[2..4] == record[2..4]) {
                self.repeated[log][usize::from(standing)] += 1;
            } else if standing == Standing::Counted as u8 {
                let cell = u32::try_from(cell).unwrap_or(u32::MAX);
                self.rows.push(Row { other: identity(record[2], record[3]), cell, accounts: 0 });
            }
        }
    }

    fn bound(&mut self, unit: Identity) {
        self.keeping.clear();
        self.keeping.resize(self.rows.len(), 0);
        for (table, keeper) in self.keepers.iter_mut().enumerate() {
            let cells = &self.run.cells[table];
            self.of_table.clear();
            self.of_table.extend(self.rows.iter().map(|row| Row { cell: cells[row.cell as usize], ..*row }));
            let bit = u64::from(self.run.counts_others[table]) << table;
            keeper.keep(unit, &self.of_table, |row| self.keeping[row] |= bit);
        }
    }

    fn hand_over(&mut self) {
        let kept = self.rows.iter().zip(&self.keeping).filter(|(_, tables)| **tables > 0);
        if self.run.others_are_alone() {
            for (row, tables) in kept {
                for table in bits_of(*tables) {
                    self.alone[table][self.run.cells[table][row.cell as usize] as usize] += 1;
                }
            }
            return;
        }
        for (row, tables) in kept {
            let [high, low] = halves(row.other);
            self.others.put([high, low, (u64::from(row.cell) << MAX_TABLES) | tables]);
        }
    }

    fn finish(self) -> Part {
        let table = |(keeper, alone): (Keeper<'_>, Vec<u64>)| (keeper.units, alone, keeper.seen);
        Part { tables: self.keepers.into_iter().zip(self.alone).map(table).collect(), repeated: self.repeated }
    }
}

/// How many different other identities each cell of each table keeps.
fn tell_apart(others: &Store<'_, OTHER>, run: &Run<'_>) -> io::Result<Vec<Vec<u64>>> {
    let next = AtomicUsize::new(0);
    let threads = rayon::broadcast(|_| {
        let mut counts: Vec<Vec<u64>> = run.tables.iter().map(|table| vec![0; table.cells()]).collect();
        let (mut cells, mut sorter) = (Vec::new(), Sorter::default());
        over_partitions(&next, |partition, records| {
            others.take(partition, records)?;
            sorter.sort(records);
            for other in records.chunk_by(|one, next| one[..2] == next[..2]) {
                run.cells_of_other(other, &mut cells);
                for (table, cell) in &cells {
                    counts[*table][*cell as usize] += 1;
                }
            }
            Ok(())
        })?;
        Ok::<_, io::Error>(counts)
    });
    let mut all: Vec<Vec<u64>> = run.tables.iter().map(|table| vec![0; table.cells()]).collect();
    for counts in threads {
        add_all(&mut all, &counts?);
    }
    Ok(all)
}

/// The places of the bits that are set.
fn bits_of(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (place < u64::BITS).then_some(place as usize)
    })
}

fn add_all(all: &mut [Vec<u64>], more: &[Vec<u64>]) {
    all.iter_mut().zip(more).for_each(|(all, more)| add(all, more));
}

fn add(all: &mut [u64], more: &[u64]) {
    all.iter_mut().zip(more).for_each(|(all, more)| *all += more);
}

fn merge(parts: Vec<Part>, told_apart: Vec<Vec<u64>>, run: &Run<'_>, logs: usize) -> Counts {
    let mut repeated: Standings = vec![[0; STANDINGS]; logs];
    let empty = |(table, others): (&Arc<TableSpec>, Vec<u64>)| (vec![0; table.cells()], others, Seen::default());
    let mut tables: Vec<(Vec<u64>, Vec<u64>, Seen)> = run.tables.iter().zip(told_apart).map(empty).collect();
    for part in parts {
        repeated.iter_mut().zip(&part.repeated).for_each(|(all, more)| add(all, more));
        for ((units, others, seen), (more_units, more_others, more_seen)) in tables.iter_mut().zip(&part.tables) {
            add(units, more_units);
            add(others, more_others);
            seen.add(*more_seen);
        }
    }
    let bounded = |(units, others, seen)| Bounded { kept: Kept::Rows { units, accounts: None, others }, seen };
    Counts { bounded: tables.into_iter().map(bounded).collect(), repeated }
}

fn identity(high: u64, low: u64) -> Identity {
    (u128::from(high) << 64) | u128::from(low)
}
