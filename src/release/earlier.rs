//! What earlier releases printed, beside what this one does: the course of each number over periods of one length.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Bar, Block, Cell, Of, Picture, heading, scale};
use super::{Release, Row, rows};
use crate::band::Band;
use crate::keys::TOTAL;
use crate::language::{Language, capitalised};
use crate::period::Period;
use crate::table::Table;

/// A number of an earlier release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The table it stands in.
    pub table: String,
    /// The release's version: the last one of a period counts.
    pub version: u32,
    /// The days it is about.
    pub period: Period,
    /// A key for each dimension.
    pub keys: BTreeMap<String, String>,
    /// What is counted.
    pub measure: String,
    /// The ends of its band, the same for a declared zero; none where it was withheld.
    pub ends: Option<(u64, u64)>,
}

impl Earlier {
    /// What was printed.
    pub(super) fn text(&self) -> String {
        match self.ends {
            Some((0, 0)) => "0".to_owned(),
            Some((low, high)) => format!("{low}-{high}"),
            None => "withheld".to_owned(),
        }
    }

    fn cell(&self, language: &Language) -> Cell {
        let text = match self.ends {
            Some((0, 0)) => language.number(0),
            Some((low, high)) => language.ends(low, high),
            None => language.words().withheld(),
        };
        Cell::of(Of::Earlier, text, self.text())
    }
}

/// A line's name, and the first and last day of a period.
type Place = (String, [String; 2]);

/// Earlier numbers by row and period.
pub(super) type Beside<'r> = BTreeMap<Place, &'r Earlier>;

/// A row of a table whatever its period: its keys and what it counts.
type Line<'a> = (Vec<&'a str>, &'a str);

/// The course of a table's numbers; nothing where no earlier release has one of them.
pub(super) fn blocks(release: &Release, table: &Table<Band>) -> Vec<Block> {
    let all = rows(release, table);
    let earlier = comparable(release, table, &all);
    let language = release.language();
    let words = language.words();
    let mut blocks = Vec::new();
    if !earlier.is_empty() {
        let title = heading(release, table);
        blocks.push(Block::Subheading(words.earlier_heading(&title)));
        blocks.push(course(release, table, &all, &earlier));
        blocks.extend(release.is_noisy().then(|| Block::Paragraph(words.earlier_noise())));
    }
    let of_other_length = |one: &Earlier| one.table == table.spec().name && !is_as_long(one.period, release.period);
    if release.earlier.iter().any(of_other_length) {
        blocks.push(Block::Paragraph(words.earlier_other_length()));
    }
    blocks
}

/// What is beside a row of the table, by row and period: as long a period, before this release's, the last version of it.
pub(super) fn comparable<'r>(release: &'r Release, table: &Table<Band>, all: &[Row<'_>]) -> Beside<'r> {
    let spec = table.spec();
    let printed: BTreeSet<String> = all.iter().map(|row| line_name(&(row.keys.clone(), row.measure))).collect();
    let own: BTreeSet<Place> =
        all.iter().map(|row| (line_name(&(row.keys.clone(), row.measure)), row.period.ends())).collect();
    let mut found = Beside::new();
    for one in release.earlier.iter().filter(|one| one.table == spec.name) {
        let keys: Option<Vec<&str>> =
            spec.dimensions.iter().map(|set| one.keys.get(set.column()).map(String::as_str)).collect();
        let Some(keys) = keys else { continue };
        let line = line_name(&(keys, &one.measure));
        let is_before = one.period.first() < release.period.first() && is_as_long(one.period, release.period);
        if !is_before || !printed.contains(&line) || own.contains(&(line.clone(), one.period.ends())) {
            continue;
        }
        let place = found.entry((line, one.period.ends())).or_insert(one);
        if place.version < one.version {
            *place = one;
        }
    }
    found
}

/// Months where both are whole months, else days: quarters have from 90 to 92 of them.
fn is_as_long(one: Period, other: Period) -> bool {
    match (one.whole_months(), other.whole_months()) {
        (Some(one), Some(other)) => one == other,
        _ => one.days() == other.days(),
    }
}

fn line_name((keys, measure): &Line<'_>) -> String {
    // No key holds a control character.
    format!("{}\u{1f}{measure}", keys.join("\u{1f}"))
}

/// A row for each row and measure, a column for each period, and before them a picture of both.
fn course(release: &Release, table: &Table<Band>, all: &[Row<'_>], earlier: &Beside<'_>) -> Block {
    let (spec, language) = (table.spec(), release.language());
    let periods = periods(all, earlier);
    let highest = earlier.values().filter_map(|one| one.ends).map(|(_, high)| high.saturating_add(1)).max();
    let own: BTreeMap<_, _> =
        all.iter().map(|row| ((line_name(&(row.keys.clone(), row.measure)), row.period.ends()), row)).collect();
    let scale = scale(all).max(highest.unwrap_or(1));
    let mut header: Vec<String> = spec.dimensions.iter().map(|set| release.column(set.column())).collect();
    header.push(capitalised(&language.words().earlier_measure()));
    header.extend(periods.iter().map(|period| language.period(*period)));
    let mut seen = BTreeSet::new();
    let lines = all.iter().filter(|row| seen.insert(line_name(&(row.keys.clone(), row.measure))));
    let printed = lines.map(|row| {
        let name = line_name(&(row.keys.clone(), row.measure));
        let measure = Cell::of(Of::Measure, language.measure(row.measure), row.measure);
        let at: Vec<(Option<(u64, u64)>, Cell)> =
            periods.iter().map(|period| at(language, &own, earlier, &(name.clone(), period.ends()))).collect();
        let bars = at.iter().map(|(ends, _)| ends.map(|ends| Bar::of(ends, scale))).collect();
        let picture = if row.keys.contains(&TOTAL) { Picture::None } else { Picture::Course(bars) };
        let keys = Cell::keys(release, spec, &row.keys).into_iter();
        keys.chain([Cell { picture, ..measure }]).chain(at.into_iter().map(|(_, cell)| cell)).collect()
    });
    let label = language.words().earlier_heading(heading(release, table));
    let caption = language.words().earlier_caption(heading(release, table), &spec.name);
    Block::Table { label, caption, header, rows: printed.collect() }
}

fn periods(all: &[Row<'_>], earlier: &Beside<'_>) -> Vec<Period> {
    let mut periods: Vec<Period> =
        earlier.values().map(|one| one.period).chain(all.iter().map(|row| row.period)).collect();
    periods.sort_by_key(|period| period.ends());
    periods.dedup();
    periods
}

/// What is printed for a line in a period, here or in an earlier release.
fn at(
    language: &Language,
    own: &BTreeMap<Place, &Row<'_>>,
    earlier: &Beside<'_>,
    place: &Place,
) -> (Option<(u64, u64)>, Cell) {
    if let Some(row) = own.get(place) {
        let ends = row.shown.band().map(|band| (band.low(), band.high()));
        return (ends, Cell::of(Of::Earlier, row.shown.words(language), row.shown.text()));
    }
    match earlier.get(place) {
        Some(one) => (one.ends, one.cell(language)),
        None => (None, Cell::of(Of::Earlier, language.words().earlier_none(), "")),
    }
}
