//! From noisy counts to bands. Everything here is post-processing: it costs no privacy and uses none.

use crate::band::{Band, BandSize};
use crate::confidential::Noisy;
use crate::table::{Column, Table};

/// Bands every cell, and the total where the table has one.
#[must_use]
pub fn band(table: Table<Noisy>) -> Table<Band> {
    let (spec, columns) = table.into_parts();
    let size = spec.band_size;
    let columns = columns.into_iter().map(|column| {
        let cells: Vec<Band> = column.cells.iter().map(|noisy| size.band(not_negative(noisy.get()))).collect();
        let total = spec.total.then(|| total(&column.cells, &cells, size));
        Column { measure: column.measure, cells, total }
    });
    let columns = columns.collect();
    Table::new(spec, columns)
}

/// A noisy count below zero is printed as zero: a count cannot be negative.
fn not_negative(noisy: i64) -> u64 {
    u64::try_from(noisy).unwrap_or(0)
}

/// The sum of the noisy cells, raised where needed so that its band meets the sum of its cells' bands.
///
/// Cells below zero are summed as they are: summing them as zero would raise the total of many empty cells.
/// The sum is never above the sum of the high ends, since no cell is above its own high end; below the sum of
/// the low ends it can be, and the nearest consistent total is then that sum.
fn total(noisy: &[Noisy], bands: &[Band], size: BandSize) -> Band {
    let sum: i128 = noisy.iter().map(|noisy| i128::from(noisy.get())).sum();
    let lowest: u128 = bands.iter().map(|band| u128::from(band.low())).sum();
    let consistent = u128::try_from(sum).unwrap_or(0).max(lowest);
    size.band(u64::try_from(consistent).unwrap_or(u64::MAX))
}
