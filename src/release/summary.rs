//! The report in a few sentences: totals, what there is most of, and what is not shown.

use std::sync::Arc;

use super::document::heading;
use super::{Release, Row, Shown, rows};
use crate::band::Band;
use crate::keys::{KeySet, TOTAL};
use crate::table::{Table, TableSpec};

/// A sentence for each number that stands for many, and for what is withheld.
pub(super) fn summary(release: &Release) -> Vec<String> {
    let mut sentences: Vec<String> = release.tables.iter().flat_map(|table| of_table(release, table)).collect();
    let totals = release.tables.iter().filter(|table| table.spec().total).count();
    if totals > 1 && release.privacy.applied_bounds().is_some() {
        sentences.push(release.language().words().need_not_add_up());
    }
    sentences
}

fn of_table(release: &Release, table: &Table<Band>) -> Vec<String> {
    let spec = table.spec();
    let (rows, title) = (rows(release, table), heading(release, table));
    let mut sentences = Vec::new();
    for measure in spec.measures.iter().map(|measure| spec.name_of(*measure)) {
        let of_measure: Vec<&Row<'_>> = rows.iter().filter(|row| row.measure == measure).collect();
        sentences.extend(whole(release, &of_measure, &title));
        sentences.extend(most(release, &of_measure, spec, &title));
    }
    let withheld = rows.iter().filter(|row| row.shown.band().is_none()).count();
    if withheld > 0 {
        sentences.push(release.language().words().short_withheld(withheld, &title));
    }
    sentences
}

/// The total, or the one cell there is.
fn whole(release: &Release, rows: &[&Row<'_>], title: &str) -> Option<String> {
    let language = release.language();
    let row = rows.iter().find(|row| row.keys.iter().all(|key| *key == TOTAL))?;
    let Shown::Band(band) = row.shown else { return None };
    Some(language.words().short_total(title, language.band(band), language.measure(row.measure)))
}

/// The listed cell with the highest band, where no other has the same.
fn most(release: &Release, rows: &[&Row<'_>], spec: &TableSpec, title: &str) -> Option<String> {
    let is_listed = |row: &&&Row<'_>| {
        let rest = |(set, key): (&Arc<KeySet>, &&str)| set.other().is_some_and(|other| set.keys()[other] == **key);
        !row.keys.contains(&TOTAL) && !spec.dimensions.iter().zip(&row.keys).any(rest)
    };
    let cells = || rows.iter().filter(is_listed);
    let highest = cells().filter_map(|row| Some((row.shown.band()?, row))).max_by_key(|(band, _)| band.low())?;
    let same = cells().filter(|row| row.shown.band().is_some_and(|band| band.low() == highest.0.low())).count();
    let (band, row) = highest;
    let language = release.language();
    (same == 1 && cells().count() > 1 && band.low() > 0).then(|| {
        let measure = language.measure(row.measure);
        language.words().short_most(title, measure, release.labels(spec, &row.keys).join(", "), language.band(band))
    })
}
