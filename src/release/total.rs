//! Totals that were measured with noise of their own, made consistent with their parts. Post-processing: it costs nothing.

use crate::confidential::Noisy;
use crate::policy::Policy;
use crate::sensitivity::{Spread, spread};
use crate::table::{Column, Query, Table, TableSpec};
use crate::units::approximate;

/// Moves cells so that they sum to the best estimate of their total; a table without a measured total stays as it is.
#[must_use]
pub fn consistent(table: Table<Noisy>, policy: &Policy) -> Table<Noisy> {
    let (spec, columns) = table.into_parts();
    let columns = columns.into_iter().map(|column| match &column.total {
        Some(total) => moved(total.get(), weight(&spec, column.measure, policy), column),
        None => column,
    });
    let columns = columns.collect();
    Table::new(spec, columns)
}

/// Least squares over one total and its n cells: with variances u of the total and v of each cell, the sum of
/// (x' - x)^2/v over the cells and (T' - T)^2/u is least, for T' = sum of x', where every cell moves by the same amount and
/// all together by (T - sum of x) n v / (n v + u). The move is rounded to a whole number and spread evenly, so the sum
/// stays what it is; where it does not divide evenly begins at a cell that follows from the noise, so that no cell is
/// favoured.
fn moved(total: i64, weight: f64, column: Column<Noisy>) -> Column<Noisy> {
    let sum: i128 = column.cells.iter().map(|cell| i128::from(cell.get())).sum();
    let all = whole(approximate_signed(i128::from(total) - sum) * weight);
    let n = i128::try_from(column.cells.len()).unwrap_or(1).max(1);
    let until = |cell: usize| (i128::try_from(cell).unwrap_or(n) * all + sum.rem_euclid(n)).div_euclid(n);
    let by = |cell: usize| i64::try_from(until(cell + 1) - until(cell)).unwrap_or_default();
    let cells = column.cells.into_iter().enumerate().map(|(cell, noisy)| noisy.moved(by(cell))).collect();
    Column { measure: column.measure, released: column.released, cells, total: None }
}

/// n v / (n v + u). Only products and quotients of doubles, which are the same on every machine.
fn weight(spec: &TableSpec, measure: crate::table::Measure, policy: &Policy) -> f64 {
    let variance = |query, share| match spread(policy, query, share) {
        // The variance of Laplace noise is about 2 b^2, and only the ratio counts.
        Some(Spread::Laplace(n, d)) => approximate(n, d) * approximate(n, d),
        Some(Spread::Gaussian(n, d)) => approximate(n, d),
        None => 0.0,
    };
    let cells = variance(Query::Cells(measure), spec.share) * approximate(spec.cells() as u128, 1);
    let own = variance(Query::Total(measure), spec.total_share);
    cells / (cells + own)
}

#[expect(clippy::cast_precision_loss, reason = "a difference of noise, far below 2^53")]
fn approximate_signed(value: i128) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "saturates")]
fn whole(value: f64) -> i128 {
    i128::from(value.round() as i64)
}
