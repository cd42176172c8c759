//! Tries the real mechanism: releases of logs that differ in one privacy unit, made many times with many keys, and told
//! apart as well as an observer could.
//!
//! If an event S has probability p with one log and q with the other, an (epsilon, delta)-private mechanism has
//! p <= e^epsilon q + delta. The event is chosen on releases for training; on fresh ones p is bounded from below and q from
//! above (Clopper, Pearson 1934), which bounds epsilon from below: ln((p - delta) / q). A bound above the claimed epsilon
//! refutes the claim; a bound below it proves nothing, but the tests beside this file show which faults it would find.
//!
//! This is the one room outside that may look inside the confidential side, and it only ever sees synthetic logs.

mod event;
mod pairs;

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::Path;

use crate::cli::PolicyArgs;
use crate::confidential::{Key, count_tables, read_logs};
use crate::error::{Code, Diagnostic, Outcome};
use crate::ledger::{Claim, Ledger, Medium};
use crate::pipeline::{claim, protect};
use crate::policy::Policy;
use crate::release::Release;
use event::Event;
pub use event::clopper_pearson;
pub use pairs::PAIRS;
use pairs::{Pair, Step, World};

/// One pair that was tried.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What differs between the logs.
    pub name: &'static str,
    /// Whom the noise should protect.
    pub unit: &'static str,
    /// The claimed epsilon.
    pub claimed: f64,
    /// The delta it is claimed with.
    pub delta: f64,
    /// An epsilon that the mechanism has at least, with the confidence of the trial.
    pub lower_bound: f64,
}

impl Verdict {
    /// Whether the claim is refuted.
    #[must_use]
    pub fn is_refuted(&self) -> bool {
        self.lower_bound > self.claimed
    }
}

/// How often, and how sure.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// Releases of each log for the bound; half as many more are made for training.
    pub runs: u64,
    /// Tells the keys of one trial from those of another.
    pub seed: u64,
    /// The chance that a private mechanism is refuted.
    pub alpha: f64,
}

/// What an observer sees of all releases of one world: the low end of each band, by release, table, keys and measure.
pub type Seen = BTreeMap<String, i64>;

/// Tries every pair.
///
/// # Errors
/// A synthetic log cannot be written or read.
pub fn try_all(trial: Trial, done: &(dyn Fn() + Sync)) -> Outcome<Vec<Verdict>> {
    let place = tempfile::tempdir().map_err(|error| failed(&error))?;
    let pairs = pairs::all(place.path()).map_err(|error| failed(&error))?;
    let verdicts = pairs.iter().map(|pair| {
        let lower_bound =
            lower_bound(&|key| observe(&pair.with, key), &|key| observe(&pair.without, key), pair, trial)?;
        done();
        Ok(Verdict { name: pair.name, unit: pair.unit, claimed: pair.epsilon, delta: pair.delta, lower_bound })
    });
    verdicts.collect()
}

fn failed(error: &io::Error) -> Diagnostic {
    Diagnostic::io(Code::OutputUnwritable, "write synthetic logs to", &std::env::temp_dir(), error)
}

/// Everything an observer gets to see from one key.
type Observer<'a> = dyn Fn(&Key) -> Outcome<Seen> + Sync + 'a;

/// An epsilon that the observed mechanism has at least.
fn lower_bound(with: &Observer<'_>, without: &Observer<'_>, pair: &Pair, trial: Trial) -> Outcome<f64> {
    let sample = |observer: &Observer<'_>, part: u64, runs: u64| {
        let first = (trial.seed << 40) | (part << 36);
        observations(observer, first..first + runs)
    };
    let training = [sample(with, 0, trial.runs / 2)?, sample(without, 1, trial.runs / 2)?];
    let Some(event) = Event::best(&training, pair.delta, trial.alpha) else { return Ok(0.0) };
    drop(training);
    Ok(event.bound(&[sample(with, 2, trial.runs)?, sample(without, 3, trial.runs)?], pair.delta, trial.alpha))
}

/// Observes with every key, a thread for each processor. No thread pool: each release has parallel parts of its own, and a
/// pool's thread that waits for one would begin with another, and another inside that.
fn observations(observer: &Observer<'_>, keys: Range<u64>) -> Outcome<Vec<Seen>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let of_thread = |thread: usize| -> Outcome<Vec<Seen>> {
        keys.clone().skip(thread).step_by(threads).map(|number| observer(&Key::for_trial(number))).collect()
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || of_thread(thread))).collect();
        let mut all = Vec::new();
        for thread in running {
            all.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}

/// Makes the releases of a world, one after the other, as `report` does, on one ledger.
fn observe(world: &World, key: &Key) -> Outcome<Seen> {
    let mut ledger = Ledger::on(Memory::default(), Path::new("trial"))?;
    let mut seen = Seen::new();
    for (number, step) in world.steps.iter().enumerate() {
        let release = publish(step, key, &mut ledger, |claim| claim)?;
        look(&release, number, &mut seen);
    }
    Ok(seen)
}

/// One release: read, bound, count, charge, add noise, band. `claimed` is what is charged for a claim.
fn publish(step: &Step, key: &Key, ledger: &mut Ledger<Memory>, claimed: fn(Claim) -> Claim) -> Outcome<Release> {
    let policy = policy(step)?;
    let logs = [step.log.display().to_string()];
    let reading = read_logs(&logs, &policy, key, &|_| ())?;
    let counts = count_tables(&reading, &policy, key)?;
    let claim = claimed(claim(&policy, &counts, key));
    let settled = ledger.entries().settle(&claim, policy.restatement.as_deref())?;
    let charge = ledger.charge(&settled)?;
    let release = protect(counts, charge, key, &policy)?;
    ledger.seal(settled.claim())?;
    Ok(release)
}

fn policy(step: &Step) -> Outcome<Policy> {
    Policy::read(&PolicyArgs { ledger: Some(step.log.with_extension("ledger")), ..step.options.clone() })
}

fn look(release: &Release, number: usize, seen: &mut Seen) {
    for table in release.tables() {
        let spec = table.spec();
        for column in table.columns() {
            for (cell, band) in column.cells.iter().enumerate() {
                let label = format!("{number} {} {} {}", spec.name, column.measure, spec.keys_of(cell).join("/"));
                seen.insert(label, i64::try_from(band.low()).unwrap_or(i64::MAX));
            }
            if let Some(total) = column.total {
                let label = format!("{number} {} {} total", spec.name, column.measure);
                seen.insert(label, i64::try_from(total.low()).unwrap_or(i64::MAX));
            }
        }
    }
}

/// A ledger that is gone after the trial.
#[derive(Default)]
struct Memory(Vec<u8>);

impl Medium for Memory {
    fn contents(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.0.clone())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend(bytes);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn sync_name(&mut self, _path: &Path) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
