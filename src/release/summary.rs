//! The report in a few sentences: totals, what there is most of, and what is not shown.

use super::report::{Printed, Report, Sheet};
use crate::keys::TOTAL;

/// A sentence for each number that stands for many, and for what is withheld.
pub(super) fn summary(report: &Report) -> Vec<String> {
    let mut sentences: Vec<String> = report.tables.iter().flat_map(|table| of_table(report, table)).collect();
    let totals = report.tables.iter().filter(|table| table.total).count();
    if totals > 1 && report.privacy.bounds.is_some() {
        sentences.push(report.language().words().need_not_add_up());
    }
    sentences
}

fn of_table(report: &Report, table: &Sheet) -> Vec<String> {
    let title = table.heading(report.language());
    let mut sentences = Vec::new();
    for measure in &table.measures {
        let of_measure: Vec<&Printed> = table.rows.iter().filter(|row| row.measure == *measure).collect();
        sentences.extend(whole(report, table, &of_measure, &title));
        sentences.extend(most(report, table, &of_measure, &title));
    }
    let withheld = table.rows.iter().filter(|row| row.ends().is_none()).count();
    if withheld > 0 {
        sentences.push(report.language().words().short_withheld(withheld, &title));
    }
    sentences
}

/// The total, or the one cell there is.
fn whole(report: &Report, table: &Sheet, rows: &[&Printed], title: &str) -> Option<String> {
    let language = report.language();
    let row = rows.iter().find(|row| table.keys_of(row).iter().all(|key| *key == TOTAL))?;
    let (low, high) = row.ends().filter(|_| row.band != "0")?;
    Some(language.words().short_total(title, language.ends(low, high), language.measure(&row.measure), row.is_total()))
}

/// The listed cell with the highest band, where no other has the same.
fn most(report: &Report, table: &Sheet, rows: &[&Printed], title: &str) -> Option<String> {
    let is_rest = |(dimension, key): (&String, &str)| {
        table.labels.get(dimension).is_some_and(|labels| labels.other.as_deref() == Some(key))
    };
    let is_listed = |row: &&&Printed| !row.is_total() && !table.dimensions.iter().zip(table.keys_of(row)).any(is_rest);
    let cells = || rows.iter().filter(is_listed);
    let highest = cells().filter_map(|row| Some((row.ends()?, row))).max_by_key(|((low, _), _)| *low)?;
    let same = cells().filter(|row| row.ends().is_some_and(|(low, _)| low == highest.0.0)).count();
    let ((low, high), row) = highest;
    let language = report.language();
    (same == 1 && cells().count() > 1 && low > 0).then(|| {
        let (measure, keys) = (language.measure(&row.measure), table.labels_of(row).join(", "));
        language.words().short_most(title, measure, keys, language.ends(low, high))
    })
}
