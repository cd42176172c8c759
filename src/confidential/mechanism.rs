//! From exact counts to what may leave: noise that was paid for, or bands of the exact counts.
//!
//! Both ways take the exact counts and a [`Charge`] by value: nothing can be noised twice, and nothing leaves that is not
//! in the ledger.

use rand::Rng;

use super::counts::Counts;
use super::exact::Exact;
use super::key::Key;
use super::sampler::{Scale, Variance, discrete_gaussian, discrete_laplace};
use super::select;
use crate::band::{Band, BandSize};
use crate::error::{Code, Diagnostic, Outcome};
use crate::ledger::{Charge, Claim};
use crate::policy::Policy;
use crate::sensitivity::{Spread, spread};
use crate::table::{Column, Query, Table};
use crate::units::lowest_terms;

/// A count after noise. Readable in this crate, for banding; never serialised.
#[derive(Debug)]
pub struct Noisy(i64);

impl Noisy {
    pub(crate) fn get(&self) -> i64 {
        self.0
    }

    /// The same count moved, to make it consistent with others: that is post-processing and costs nothing.
    pub(crate) fn moved(self, by: i64) -> Self {
        Self(self.0.saturating_add(by))
    }
}

/// Noise that can be drawn exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sampler {
    Laplace(Scale),
    Gaussian(Variance),
}

impl Sampler {
    pub(super) fn of(spread: Spread) -> Outcome<Self> {
        let whole = |n: u128, d: u128| {
            let (n, d) = lowest_terms(n, d);
            u64::try_from(n).ok().zip(u64::try_from(d).ok())
        };
        let sampler = match spread {
            Spread::Laplace(n, d) => whole(n, d).and_then(|(n, d)| Scale::new(n, d)).map(Self::Laplace),
            Spread::Gaussian(n, d) => whole(n, d).and_then(|(n, d)| Variance::new(n, d)).map(Self::Gaussian),
        };
        sampler.ok_or_else(|| {
            Diagnostic::error(Code::PolicyValue, "the contribution bounds need more noise than can be drawn exactly")
                .help("lower max_cells or max_per_cell, or raise epsilon")
                .into()
        })
    }

    fn draw<R: Rng>(self, rng: &mut R) -> i64 {
        match self {
            Self::Laplace(scale) => discrete_laplace(scale, rng),
            Self::Gaussian(variance) => discrete_gaussian(variance, rng),
        }
    }
}

/// Makes sure that all noise of a policy can be drawn, before anything is read or spent.
///
/// # Errors
/// The contribution bounds are so large that some noise cannot be sampled exactly.
pub fn refuse_undrawable(policy: &Policy) -> Outcome<()> {
    let queries = policy.tables.iter().flat_map(|table| table.queries());
    let selection = policy.selects_keys().then_some((Query::Selection, 1));
    for (query, share) in queries.chain(selection) {
        spread(policy, query, share).map(Sampler::of).transpose()?;
    }
    Ok(())
}

/// Adds noise to every count, each from its own stream of the key; columns whose keys are not declared get those keys
/// that enough units have.
///
/// # Guarantee
/// The tables together are private for the charged loss, for logs that differ in all rows of one privacy unit:
/// epsilon-differentially private for Laplace, rho-zCDP for Gaussian noise, and in both cases up to the charged delta
/// where keys are selected. The losses of all queries add up to the charge ([`crate::sensitivity::spread`]). It holds as
/// long as the key is secret: the noise is pseudorandom (HKDF-SHA256 and ChaCha20), so against observers who cannot break
/// those.
///
/// # Errors
/// The policy's noise cannot be sampled exactly, or a sum of counts is beyond 64 bits.
pub fn add_noise(counts: Counts, charge: Charge, key: &Key, policy: &Policy) -> Outcome<Vec<Table<Noisy>>> {
    let source = Source { key, claim: &charge.into_claim() };
    let tables = select::keep_common_keys(counts, &source, policy)?;
    tables.into_iter().map(|table| noisy_table(table, &source, policy)).collect()
}

fn noisy_table(table: Table<Exact>, source: &Source<'_>, policy: &Policy) -> Outcome<Table<Noisy>> {
    let noisy = |question: Question| question.sampled(source);
    let asked = questions(&table, policy)?;
    let (spec, columns) = table.into_parts();
    let mut answers = asked.into_iter().map(noisy);
    let mut answer = || answers.next().unwrap_or_default();
    let columns = columns.into_iter().map(|column| {
        let cells = answer();
        let total = spec.measured_total().and_then(|_| answer().pop());
        Column { measure: column.measure, cells, total }
    });
    let columns = columns.collect();
    Ok(Table::new(spec, columns))
}

/// One query with its exact answers, ready for noise. The sequence of a release's questions, their noise and their labels
/// follow from the policy alone; only the counts in them are data.
pub(super) struct Question {
    pub(super) query: Query,
    pub(super) sampler: Sampler,
    /// The table or column it is about.
    pub(super) about: String,
    /// For each count the keys that name it.
    pub(super) labels: Vec<Vec<String>>,
    pub(super) counts: Vec<u64>,
}

impl Question {
    pub(super) fn new(query: Query, share: u32, about: &str, policy: &Policy) -> Outcome<Self> {
        let Some(spread) = spread(policy, query, share) else { return Err(no_noise_declared()) };
        let (labels, counts) = (Vec::new(), Vec::new());
        Ok(Self { query, sampler: Sampler::of(spread)?, about: about.to_owned(), labels, counts })
    }

    pub(super) fn ask(&mut self, label: Vec<String>, count: u64) {
        self.labels.push(label);
        self.counts.push(count);
    }

    /// The counts with noise. The context names each by its keys, so that its noise does not depend on the order.
    pub(super) fn sampled(&self, source: &Source<'_>) -> Vec<Noisy> {
        let kind = match self.query {
            Query::Cells(measure) => [measure.as_str(), "cells"],
            Query::Total(measure) => [measure.as_str(), "total"],
            Query::Selection => ["units", "selection"],
        };
        let noisy = |(label, count): (&Vec<String>, &u64)| {
            let mut context: Vec<&[u8]> = vec![self.about.as_bytes(), kind[0].as_bytes(), kind[1].as_bytes()];
            context.extend(label.iter().map(String::as_bytes));
            let noise = self.sampler.draw(&mut source.stream(&context));
            // Saturating: a count near the end of the range must not wrap round to a small one.
            Noisy(i64::try_from(*count).unwrap_or(i64::MAX).saturating_add(noise))
        };
        self.labels.iter().zip(&self.counts).map(noisy).collect()
    }
}

/// What a table asks: the cells of each measure, then its total where that is measured itself.
pub(super) fn questions(table: &Table<Exact>, policy: &Policy) -> Outcome<Vec<Question>> {
    let spec = table.spec();
    let mut questions = Vec::new();
    for column in table.columns() {
        let mut cells = Question::new(Query::Cells(column.measure), spec.share, &spec.name, policy)?;
        for (cell, count) in column.cells.iter().enumerate() {
            cells.ask(spec.keys_of(cell).into_iter().map(str::to_owned).collect(), count.get());
        }
        questions.push(cells);
        if let Some(share) = spec.measured_total() {
            let mut total = Question::new(Query::Total(column.measure), share, &spec.name, policy)?;
            total.ask(Vec::new(), exact_sum(&column.cells)?);
            questions.push(total);
        }
    }
    Ok(questions)
}

fn no_noise_declared() -> crate::error::Failure {
    Diagnostic::error(Code::PolicyValue, "the policy declares no noise").into()
}

/// Everything that a release would ask, with its noise and its exact answers: for tests that compare neighbouring logs.
#[cfg(test)]
pub(crate) fn recorded(counts: &Counts, policy: &Policy) -> Outcome<Vec<Recorded>> {
    let tables = counts.tables.iter().map(|table| questions(table, policy));
    let asked = tables.collect::<Outcome<Vec<_>>>()?.into_iter().flatten();
    let recorded = asked.map(|asked| {
        let call = format!("{:?} {:?} {} {:?}", asked.query, asked.sampler, asked.about, asked.labels);
        Recorded { query: asked.query, call, counts: asked.counts }
    });
    Ok(recorded.collect())
}

/// A question as it was asked.
#[cfg(test)]
pub(crate) struct Recorded {
    pub(crate) query: Query,
    /// Everything about it but the counts.
    pub(crate) call: String,
    pub(crate) counts: Vec<u64>,
}

/// Where the noise of a release comes from.
pub(super) struct Source<'a> {
    pub(super) key: &'a Key,
    pub(super) claim: &'a Claim,
}

impl Source<'_> {
    /// The random stream for one count. Everything that could make two releases differ is in its context, so the same
    /// noise never meets two different counts.
    fn stream(&self, context: &[&[u8]]) -> rand::rngs::ChaCha20Rng {
        let Claim { release, policy_sha256, data_hmac, version, .. } = self.claim;
        let version = version.to_le_bytes();
        let of_release = [release.as_bytes(), policy_sha256.as_bytes(), data_hmac.as_bytes(), &version];
        self.key.stream(&[&of_release, context].concat())
    }
}

/// Bands the exact counts, without noise. Every artefact says so.
///
/// # Errors
/// A sum of counts is beyond 64 bits.
pub fn band_exact(counts: Counts, charge: Charge) -> Outcome<Vec<Table<Band>>> {
    // The charge is what lets an exact table out: it proves that the release is in the ledger.
    let _ = charge.into_claim();
    counts.tables.into_iter().map(band_exact_table).collect()
}

fn band_exact_table(table: Table<Exact>) -> Outcome<Table<Band>> {
    let (spec, columns) = table.into_parts();
    let band = |column: Column<Exact>| {
        let total = if spec.total { Some(exact_total(&column.cells, spec.band_size)?) } else { None };
        let cells = column.cells.iter().map(|count| spec.band_size.band(count.get())).collect();
        Ok(Column { measure: column.measure, cells, total })
    };
    let columns = columns.into_iter().map(band).collect::<Outcome<_>>()?;
    Ok(Table::new(spec, columns))
}

fn exact_total(cells: &[Exact], size: BandSize) -> Outcome<Band> {
    exact_sum(cells).map(|sum| size.band(sum))
}

fn exact_sum(cells: &[Exact]) -> Outcome<u64> {
    let sum = cells.iter().try_fold(0_u64, |sum, count| sum.checked_add(count.get()));
    sum.ok_or_else(|| super::count::overflow().into())
}
