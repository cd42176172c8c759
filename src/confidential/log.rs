//! The request log in memory: hashed identities and indices of public keys, each request once.

use std::collections::HashSet;
use std::sync::Arc;

use polars::prelude::{
    BooleanChunked, ChunkCompareEq, Column, DataFrame, IntoColumn, NewChunkedArray, PolarsResult, UInt8Chunked,
    UInt32Chunked, UInt64Chunked, UInt128Chunked,
};
use rayon::slice::ParallelSliceMut;

use super::bound::Bounded;
use super::columns::{Columns, STANDINGS, Standing, renumber};
use super::identity::{Identity, NOBODY};
use super::keeper::Seen;
use super::problem;
use super::secret::{NOWHERE, SILENT, Secrets};
use crate::error::{Code, Diagnostic, Outcome};
use crate::keys::KeySet;
use crate::policy::PrivacyUnit;
use crate::table::TableSpec;

/// The counted rows of all logs, as far as they are not bounded yet. It has no `Debug` and nothing outside this side can
/// read it.
pub enum RequestLog {
    /// Rows as columns.
    Columns(ColumnLog),
    /// What the bounds left of packed rows, for each table of the policy: they were bounded where they lay.
    Bounded(Vec<Bounded>),
}

impl RequestLog {
    /// Whether no row counts.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Columns(log) => log.is_empty(),
            Self::Bounded(tables) => tables.iter().all(|table| table.seen == Seen::default()),
        }
    }
}

/// Counted rows as columns.
pub struct ColumnLog {
    frame: DataFrame,
    /// The rows of each regime's table, with their place in it as `cell`.
    regimes: Vec<DataFrame>,
    /// The columns of the policy's dimensions, in the order of the frame's `d0`, `d1`, ...
    dimensions: Vec<String>,
    /// The sorted words of each of them, where its keys are not declared.
    words: Vec<Vec<String>>,
}

/// Cells a table may have before keys are selected: the words of a column are as many as the log says.
const MAX_CANDIDATE_CELLS: usize = 4_000_000;

/// Rows by the log they stand in and their standing.
pub(super) type Standings = Vec<[u64; STANDINGS]>;

impl ColumnLog {
    /// Puts the rows of all logs together; the same request (and account) stands once, as its last row says. Returns also
    /// how many rows were repetitions of later ones.
    ///
    /// # Errors
    /// polars failed; its error text stays on this side.
    pub(super) fn new(
        logs: Vec<Columns>,
        dimensions: Vec<String>,
        secrets: &Secrets,
        unit: PrivacyUnit,
        identified: bool,
    ) -> PolarsResult<(Self, Standings)> {
        let mut log_of_row: Vec<u32> = Vec::new();
        let logs_in_all = logs.len();
        for (number, columns) in logs.iter().enumerate() {
            log_of_row.resize(log_of_row.len() + columns.rows(), u32::try_from(number).unwrap_or(u32::MAX));
        }
        let together = logs.into_iter().reduce(Columns::followed_by);
        let mut all = together.unwrap_or_else(|| Columns::new(dimensions.len(), secrets.tables()));
        let words = sort_words(&mut all);
        let frame = frame(all, log_of_row)?;
        let mut repeated = standings(&frame, logs_in_all)?;
        let frame = if identified { each_once(&frame)? } else { frame };
        for (all, once) in repeated.iter_mut().zip(standings(&frame, logs_in_all)?) {
            all.iter_mut().zip(once).for_each(|(all, once)| *all -= once);
        }
        let counted = frame.column("standing")?.u8()?.equal(Standing::Counted as u8);
        let regimes =
            (0..secrets.tables()).map(|table| of_regime(&frame, table, secrets, unit)).collect::<PolarsResult<_>>()?;
        Ok((Self { frame: frame.filter(&counted)?, regimes, dimensions, words }, repeated))
    }

    /// Whether no row counts.
    pub(super) fn is_empty(&self) -> bool {
        self.frame.height() == 0 && self.regimes.iter().all(|regime| regime.height() == 0)
    }

    /// The rows that count in the n-th regime's table, or without a number in all others.
    pub(super) fn part(&self, regime: Option<usize>) -> Part<'_> {
        let frame = regime.map_or(&self.frame, |regime| &self.regimes[regime]);
        Part { frame, dimensions: &self.dimensions, in_regime: regime.is_some() }
    }

    /// The table with every word of the log as a key of the columns whose keys are not declared.
    ///
    /// # Errors
    /// There would be too many cells.
    pub(super) fn with_candidates(&self, table: &Arc<TableSpec>) -> Outcome<Arc<TableSpec>> {
        if !table.is_private() {
            return Ok(Arc::clone(table));
        }
        let dimensions = table.dimensions.iter().map(|set| self.candidates(set)).collect::<Outcome<Vec<_>>>()?;
        let cells = dimensions.iter().try_fold(1_usize, |cells, set| cells.checked_mul(set.keys().len()));
        if cells.is_none_or(|cells| cells > MAX_CANDIDATE_CELLS) {
            let message = format!("table `{}` has too many values to select keys from", table.name);
            return Err(Diagnostic::error(Code::PolicyValue, message).help("declare the keys of some column").into());
        }
        Ok(Arc::new(TableSpec { dimensions, ..(**table).clone() }))
    }

    /// A key set with every word of its column, where its keys are not declared.
    pub(super) fn candidates(&self, set: &Arc<KeySet>) -> Outcome<Arc<KeySet>> {
        if !set.is_private() {
            return Ok(Arc::clone(set));
        }
        let place = self.dimensions.iter().position(|column| column == set.column());
        let words = place.map(|place| self.words[place].clone()).unwrap_or_default();
        // Every word was checked when it was read.
        set.with_keys(words).map(Arc::new).map_err(|_| problem::engine().into())
    }
}

/// Rows that count in the same tables.
pub(super) struct Part<'l> {
    frame: &'l DataFrame,
    dimensions: &'l [String],
    in_regime: bool,
}

impl Part<'_> {
    /// The cell of a table that each row falls in.
    pub(super) fn cells_of(&self, table: &TableSpec) -> PolarsResult<Vec<u32>> {
        if self.in_regime {
            return Ok(self.frame.column("cell")?.u32()?.into_no_null_iter().collect());
        }
        let mut cells = vec![0_u32; self.frame.height()];
        for set in &table.dimensions {
            let size = u32::try_from(set.keys().len()).unwrap_or(u32::MAX);
            let place = self.dimensions.iter().position(|column| column == set.column()).unwrap_or(usize::MAX);
            let keys = self.frame.column(&format!("d{place}"))?.u32()?;
            // A table has at most a million cells (checked in the policy), so this does not overflow.
            cells.iter_mut().zip(keys.into_no_null_iter()).for_each(|(cell, key)| *cell = *cell * size + key);
        }
        Ok(cells)
    }

    /// The identity of each row's privacy unit. A row without an account is its request's.
    pub(super) fn units(&self, unit: PrivacyUnit) -> PolarsResult<UInt128Chunked> {
        let requests = self.requests()?;
        let accounts = match unit {
            PrivacyUnit::Request => None,
            PrivacyUnit::Account => self.accounts()?,
        };
        Ok(accounts.map_or_else(|| requests.clone(), |accounts| or_request(accounts, requests)))
    }

    /// The identity in each row that is not the privacy unit's.
    pub(super) fn others(&self, unit: PrivacyUnit) -> PolarsResult<UInt128Chunked> {
        let requests = self.requests()?;
        match (unit, self.accounts()?) {
            (PrivacyUnit::Account, _) => Ok(requests.clone()),
            (PrivacyUnit::Request, Some(accounts)) => Ok(accounts.clone()),
            (PrivacyUnit::Request, None) => {
                Ok(UInt128Chunked::from_vec("other".into(), vec![NOBODY; self.frame.height()]))
            }
        }
    }

    /// How many requests each row stands for, in a log that was aggregated before.
    pub(super) fn counts(&self) -> PolarsResult<Option<&UInt64Chunked>> {
        self.numbers("count")
    }

    /// How many accounts each row stands for, where the log says so.
    pub(super) fn account_counts(&self) -> PolarsResult<Option<&UInt64Chunked>> {
        self.numbers("account_count")
    }

    /// Which rows are no longer secret; nothing but in a regime's table.
    pub(super) fn released(&self) -> PolarsResult<Vec<bool>> {
        let released = self.frame.column("released")?.u8()?;
        Ok(released.into_no_null_iter().map(|released| released == 1).collect())
    }

    pub(super) fn requests(&self) -> PolarsResult<&UInt128Chunked> {
        self.frame.column("request")?.u128()
    }

    pub(super) fn accounts(&self) -> PolarsResult<Option<&UInt128Chunked>> {
        self.frame.column("account").ok().map(Column::u128).transpose()
    }

    fn numbers(&self, name: &str) -> PolarsResult<Option<&UInt64Chunked>> {
        self.frame.column(name).ok().map(Column::u64).transpose()
    }
}

/// Sorts the words of each dimension, and gives its rows their places.
fn sort_words(all: &mut Columns) -> Vec<Vec<String>> {
    let words = std::mem::take(&mut all.scratch.words);
    let sorted = words.into_iter().zip(&mut all.dimensions).map(|(words, rows)| {
        let (sorted, places) = words.sorted();
        renumber(rows, &places);
        sorted
    });
    sorted.collect()
}

fn or_request(accounts: &UInt128Chunked, requests: &UInt128Chunked) -> UInt128Chunked {
    let pairs = accounts.into_no_null_iter().zip(requests.into_no_null_iter());
    let units = pairs.map(|(account, request)| if account == NOBODY { request } else { account });
    UInt128Chunked::from_iter_values("unit".into(), units)
}

fn frame(all: Columns, log_of_row: Vec<u32>) -> PolarsResult<DataFrame> {
    let height = log_of_row.len();
    let identities = |name: &str, values: Vec<u128>| UInt128Chunked::from_vec(name.into(), values).into_column();
    let mut columns = vec![
        UInt32Chunked::from_vec("log".into(), log_of_row).into_column(),
        UInt8Chunked::from_vec("standing".into(), all.standing).into_column(),
        identities("request", all.request),
    ];
    for (name, values) in [("part", all.part), ("account", all.account)] {
        if values.len() == height && height > 0 {
            columns.push(identities(name, values));
        }
    }
    for (name, numbers) in [("count", all.count), ("account_count", all.account_count)] {
        if numbers.len() == height && height > 0 {
            columns.push(UInt64Chunked::from_vec(name.into(), numbers).into_column());
        }
    }
    if all.released.len() == height {
        columns.push(UInt8Chunked::from_vec("released".into(), all.released).into_column());
    }
    for (table, places) in all.regimes.into_iter().enumerate() {
        columns.push(UInt32Chunked::from_vec(format!("r{table}").into(), places).into_column());
    }
    for (place, keys) in all.dimensions.into_iter().enumerate() {
        columns.push(UInt32Chunked::from_vec(format!("d{place}").into(), keys).into_column());
    }
    DataFrame::new(height, columns)
}

/// Rows with the same request, part and account are one; the last one stands. The request is always among them: a row
/// never takes the place of another request's, so removing a request changes no other.
fn each_once(frame: &DataFrame) -> PolarsResult<DataFrame> {
    let more = ["part", "account"].into_iter().filter_map(|name| frame.column(name).ok());
    let more = more.map(Column::u128).collect::<PolarsResult<Vec<_>>>()?;
    let ids_of = |row: usize| more.iter().map(move |ids| ids.get(row));
    let mut rows: Vec<(Identity, usize)> = frame.column("request")?.u128()?.into_no_null_iter().zip(0..).collect();
    rows.par_sort_unstable_by(|(one, row), (other, next)| {
        one.cmp(other).then_with(|| ids_of(*row).cmp(ids_of(*next))).then(row.cmp(next))
    });
    let mut stands = vec![false; rows.len()];
    for same in rows.chunk_by(|(one, row), (other, next)| one == other && ids_of(*row).eq(ids_of(*next))) {
        if let Some((_, last)) = same.last() {
            stands[*last] = true;
        }
    }
    frame.filter(&BooleanChunked::from_slice("stands".into(), &stands))
}

/// The rows of one regime's table. What a row says of an order holds for other rows of the same privacy unit only: removing
/// a unit must not move another's rows. With accounts protected, an order is looked at for each of its accounts.
fn of_regime(frame: &DataFrame, table: usize, secrets: &Secrets, unit: PrivacyUnit) -> PolarsResult<DataFrame> {
    let places = frame.column(&format!("r{table}"))?.u32()?;
    let rows = frame.filter(&places.not_equal(NOWHERE))?;
    let places: Vec<u32> = rows.column(&format!("r{table}"))?.u32()?.into_no_null_iter().collect();
    let orders = orders(&rows, unit)?;
    let stands: HashSet<((u128, u128), u32)> = orders.iter().copied().zip(places.iter().copied()).collect();
    // Content before other data: an order for both counts once, as content. Of a silent order nothing counts, but what it
    // makes false is refused.
    let place = |(order, place): (&(u128, u128), &u32)| {
        let other = secrets.yields_to(table, *place).filter(|other| stands.contains(&(*order, *other)));
        let place = other.unwrap_or(*place);
        if stands.contains(&(*order, SILENT)) && !secrets.is_zero(table, place) { SILENT } else { place }
    };
    let cells: Vec<u32> = orders.iter().zip(&places).map(place).collect();
    let mut rows = rows;
    rows.with_column(UInt32Chunked::from_vec("cell".into(), cells).into_column())?;
    let spoken = rows.column("cell")?.u32()?.not_equal(SILENT);
    rows.filter(&spoken)
}

/// Each row's request, and its account where accounts are protected.
fn orders(rows: &DataFrame, unit: PrivacyUnit) -> PolarsResult<Vec<(u128, u128)>> {
    let requests = rows.column("request")?.u128()?;
    match rows.column("account") {
        Ok(accounts) if unit == PrivacyUnit::Account => {
            Ok(requests.into_no_null_iter().zip(accounts.u128()?.into_no_null_iter()).collect())
        }
        _ => Ok(requests.into_no_null_iter().map(|request| (request, 0)).collect()),
    }
}

fn standings(frame: &DataFrame, logs: usize) -> PolarsResult<Standings> {
    let mut rows = vec![[0; STANDINGS]; logs];
    let of_row =
        frame.column("log")?.u32()?.into_no_null_iter().zip(frame.column("standing")?.u8()?.into_no_null_iter());
    for (log, standing) in of_row {
        rows[log as usize][usize::from(standing)] += 1;
    }
    Ok(rows)
}
