//! From noisy counts to bands. Everything here is post-processing: it costs no privacy and uses none.

use crate::band::{Band, BandSize};
use crate::confidential::Noisy;
use crate::table::{Column, Table, TableSpec};

/// Bands every cell, and the total where the table has one.
#[must_use]
pub fn band(table: Table<Noisy>) -> Table<Band> {
    let (spec, columns) = table.into_parts();
    let size = spec.band_size;
    let columns = columns.into_iter().map(|column| {
        let noisy: Vec<i64> = column.cells.iter().map(Noisy::get).collect();
        let (cells, total) =
            if spec.total { with_total(&noisy, size) } else { (plain(&spec, &noisy, &column.released), None) };
        Column { measure: column.measure, released: column.released, cells, total }
    });
    let columns = columns.collect();
    Table::new(spec, columns)
}

/// The bands of counts that need not agree with a total.
fn plain(spec: &TableSpec, noisy: &[i64], released: &[u64]) -> Vec<Band> {
    let band =
        |(cell, noisy): (usize, &i64)| spec.band(cell, u64::try_from(*noisy).unwrap_or(0), released.get(cell).copied());
    noisy.iter().enumerate().map(band).collect()
}

/// The bands of counts; below zero is printed as zero, since a count cannot be negative.
fn bands(noisy: &[i64], size: BandSize) -> Vec<Band> {
    noisy.iter().map(|noisy| size.band(u64::try_from(*noisy).unwrap_or(0))).collect()
}

/// The cells' bands, and that of their sum, which meets the sum of their bands.
///
/// Cells below zero are summed as they are: summing them as zero would raise the total of many empty cells. So the sum is
/// never above the sum of the high ends, since no cell is above its own. Below the sum of the low ends it can be, where
/// bands are about as narrow as the noise: the cells are then lowered, all alike and one by one for the last step, until it
/// is not.
fn with_total(noisy: &[i64], size: BandSize) -> (Vec<Band>, Option<Band>) {
    let sum: i128 = noisy.iter().map(|noisy| i128::from(*noisy)).sum();
    let total = u128::try_from(sum).unwrap_or(0);
    let agrees = |steps: i128| lows(&bands(&lowered(noisy, sum, steps), size)) <= total;
    let highest = noisy.iter().copied().max().unwrap_or(0).max(0);
    let (mut least, mut most) = (0, i128::from(highest) * noisy.len() as i128);
    while least < most {
        let middle = i128::midpoint(least, most);
        if agrees(middle) { most = middle } else { least = middle + 1 }
    }
    let cells = bands(&lowered(noisy, sum, least), size);
    (cells, Some(size.band(u64::try_from(total).unwrap_or(u64::MAX))))
}

/// Counts lowered by so many steps together: each by as much as every other, and some by one more. These begin at a cell
/// that follows from the noise, so that none is favoured.
fn lowered(noisy: &[i64], sum: i128, steps: i128) -> Vec<i64> {
    let n = (noisy.len() as i128).max(1);
    let (each, more) = (steps / n, steps % n);
    let further = |cell: usize| i128::from((cell as i128 + sum).rem_euclid(n) < more);
    let by = |cell: usize| i64::try_from(each + further(cell)).unwrap_or(i64::MAX);
    noisy.iter().enumerate().map(|(cell, noisy)| noisy.saturating_sub(by(cell))).collect()
}

fn lows(bands: &[Band]) -> u128 {
    bands.iter().map(|band| u128::from(band.low())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the total's band meets the interval between the sums of its parts' ends.
    fn meets(cells: &[Band], total: Band) -> bool {
        let sum = |end: fn(Band) -> u64| cells.iter().map(|band| end(*band)).sum::<u64>();
        total.high() >= sum(Band::low) && total.low() <= sum(Band::high)
    }

    #[test]
    fn a_total_keeps_its_value_and_meets_its_parts() {
        for (noisy, size, low) in [
            (&[10, -10, 12, -12, 9, -9][..], 1, 0),
            (&[10, -10, 12, -12, 9, -4][..], 1, 5),
            (&[249, 251, -3], 250, 250),
            (&[600, 10, -300], 250, 250),
            (&[-5, -7], 10, 0),
            (&[7], 10, 0),
        ] {
            let size = BandSize::new(size).expect("a band size");
            let (cells, total) = with_total(noisy, size);
            let total = total.expect("a total");
            assert!(meets(&cells, total) && total.low() == low, "{noisy:?} {size:?}: {cells:?} {total:?}");
        }
    }

    /// Nothing is lowered where nothing needs to be.
    #[test]
    fn cells_stay_as_they_are_where_they_agree_with_their_total() {
        let size = BandSize::new(250).expect("a band size");
        let noisy = [1000, 700, 3, -8, 20];
        assert_eq!(with_total(&noisy, size).0, bands(&noisy, size));
    }
}
