//! From exact counts to what may leave: noise that was paid for, or bands of the exact counts.
//!
//! Both ways take the exact counts and a [`Charge`] by value: nothing can be noised twice, and nothing leaves that is not
//! in the ledger.

#[cfg(test)]
use std::collections::BTreeMap;
use std::sync::Arc;

use super::counts::Counts;
use super::exact::Exact;
use super::key::Key;
use super::question::{Noisy, Question, Sampler, Source};
use super::select;
use crate::band::{Band, BandSize};
use crate::error::{Code, Diagnostic, Outcome};
use crate::ledger::Charge;
use crate::policy::Policy;
use crate::sensitivity::spread;
use crate::table::{Column, Query, Table, TableSpec};

/// Makes sure that all noise of a policy can be drawn, before anything is read or spent.
///
/// # Errors
/// The contribution bounds are so large that some noise cannot be sampled exactly.
pub fn refuse_undrawable(policy: &Policy) -> Outcome<()> {
    for (query, share) in policy.queries() {
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
/// those. Declared zeros get no noise: they are the policy's word, and no count comes near them. That the log bears them out
/// was refused or not before this, and is not covered.
///
/// # Errors
/// The policy's noise cannot be sampled exactly, or a sum of counts is beyond 64 bits.
pub fn add_noise(counts: Counts, charge: Charge, key: &Key, policy: &Policy) -> Outcome<Vec<Table<Noisy>>> {
    let source = Source { key, claim: &charge.into_claim() };
    let tables = select::keep_common_keys(counts, &source, policy)?;
    tables.into_iter().map(|table| noisy_table(table, &source, policy)).collect()
}

fn noisy_table(table: Table<Exact>, source: &Source<'_>, policy: &Policy) -> Outcome<Table<Noisy>> {
    let (spec, columns) = table.into_parts();
    let columns = columns.into_iter().map(|column| {
        let (cells, total) = questions(&spec, &column, policy)?;
        let total = total.and_then(|total| total.sampled(source).pop());
        let cells = with_declared_zeros(&spec, cells.sampled(source));
        Ok(Column { measure: column.measure, released: column.released, cells, total })
    });
    let columns = columns.collect::<Outcome<_>>()?;
    Ok(Table::new(spec, columns))
}

/// The noisy counts in their cells, with the declared zeros among them, which were not asked.
fn with_declared_zeros(spec: &TableSpec, noisy: Vec<Noisy>) -> Vec<Noisy> {
    let mut noisy = noisy.into_iter();
    let cell = |cell| if spec.is_declared_zero(cell) { Some(Noisy::declared_zero()) } else { noisy.next() };
    (0..spec.cells()).filter_map(cell).collect()
}

/// What a column of a table asks: its cells, and its total where that is measured itself.
fn questions(spec: &TableSpec, column: &Column<Exact>, policy: &Policy) -> Outcome<(Question, Option<Question>)> {
    let mut cells = Question::new(Query::Cells(column.measure), spec.share, &spec.name, policy)?;
    for (cell, count) in column.cells.iter().enumerate().filter(|(cell, _)| !spec.is_declared_zero(*cell)) {
        cells.ask(spec.keys_of(cell).into_iter().map(str::to_owned).collect(), count.get());
    }
    let Some(share) = spec.measured_total() else { return Ok((cells, None)) };
    let mut total = Question::new(Query::Total(column.measure), share, &spec.name, policy)?;
    total.ask(Vec::new(), exact_sum(&column.cells)?);
    Ok((cells, Some(total)))
}

/// Everything that a release would ask, with its noise and its exact answers: for tests that compare neighbouring logs.
#[cfg(test)]
pub(crate) fn recorded(counts: &Counts, policy: &Policy) -> Outcome<Vec<Recorded>> {
    let mut recorded = Vec::new();
    for table in &counts.tables {
        for column in table.columns() {
            let (cells, total) = questions(table.spec(), column, policy)?;
            recorded.extend([Some(cells), total].into_iter().flatten().map(Recorded::of));
        }
    }
    Ok(recorded)
}

/// A question as it was asked.
#[cfg(test)]
pub(crate) struct Recorded {
    pub(crate) query: Query,
    /// Everything about it but the counts and what they are of.
    pub(crate) call: String,
    pub(crate) counts: BTreeMap<Vec<String>, u64>,
}

#[cfg(test)]
impl Recorded {
    fn of(asked: Question) -> Self {
        let call = format!("{:?} {:?} {}", asked.query, asked.sampler, asked.about);
        Self { query: asked.query, call, counts: asked.labels.into_iter().zip(asked.counts).collect() }
    }
}

/// Bands the exact counts, without noise. Every artefact says so.
///
/// # Errors
/// A sum of counts is beyond 64 bits.
pub fn band_exact(counts: Counts, charge: Charge) -> Outcome<Vec<Table<Band>>> {
    // The charge is what lets an exact table out: it proves that the release is in the ledger.
    let _ = charge.into_claim();
    let Counts { tables, .. } = counts;
    tables.iter().map(|table| band_exact_table(table, 1)).collect()
}

/// The bands that would be published of exact counts, or bands so many times as wide, to be audited before anything is
/// charged or written. They are confidential until they are charged.
///
/// # Errors
/// A sum of counts is beyond 64 bits, or the bands are too wide.
pub fn bands_to_audit(counts: &Counts, times: u64) -> Outcome<Vec<Table<Band>>> {
    counts.tables.iter().map(|table| band_exact_table(table, times)).collect()
}

fn band_exact_table(table: &Table<Exact>, times: u64) -> Outcome<Table<Band>> {
    let spec = widened(table.spec(), times)?;
    let band = |column: &Column<Exact>| {
        let total = if spec.total { Some(exact_total(&column.cells, spec.band_size)?) } else { None };
        let released = |cell: usize| column.released.get(cell).copied();
        let raisable = |(cell, count): (usize, &Exact)| match (&spec.regime, released(cell)) {
            (Some(numbers), Some(released)) => numbers.can_raise(count.get(), released, spec.band_size),
            _ => true,
        };
        if !column.cells.iter().enumerate().all(raisable) {
            return Err(not_raisable(&spec).into());
        }
        let cells =
            column.cells.iter().enumerate().map(|(cell, count)| spec.band(cell, count.get(), released(cell))).collect();
        Ok(Column { measure: column.measure, released: column.released.clone(), cells, total })
    };
    let columns = table.columns().iter().map(band).collect::<Outcome<_>>()?;
    Ok(Table::new(spec, columns))
}

/// The table with bands so many times as wide.
fn widened(spec: &Arc<TableSpec>, times: u64) -> Outcome<Arc<TableSpec>> {
    if times == 1 {
        return Ok(Arc::clone(spec));
    }
    let size = spec.band_size.get().saturating_mul(times);
    let band_size = BandSize::new(size).map_err(|message| Diagnostic::error(Code::ArgumentInvalid, message))?;
    Ok(Arc::new(TableSpec { band_size, ..(**spec).clone() }))
}

fn not_raisable(spec: &TableSpec) -> Diagnostic {
    let message =
        format!("table `{}`: a band cannot be raised by what is no longer secret and still hold its count", spec.name);
    Diagnostic::refused(Code::RegimeRaise, message)
        .help("use lifted = \"first-band\": a band above the first then stays as it is")
}

fn exact_total(cells: &[Exact], size: BandSize) -> Outcome<Band> {
    exact_sum(cells).map(|sum| size.band(sum))
}

fn exact_sum(cells: &[Exact]) -> Outcome<u64> {
    let sum = cells.iter().try_fold(0_u64, |sum, count| sum.checked_add(count.get()));
    sum.ok_or_else(|| super::count::overflow().into())
}
