//! What earlier releases printed, beside what this one does: the course of each number over periods of one length.

use std::collections::{BTreeMap, BTreeSet};

use super::Release;
use super::document::{Bar, Block, Cell, Of, Picture, scale};
use super::report::{Printed, Report, Sheet, Source};
use crate::language::capitalised;
use crate::period::Period;

/// A row of a table whatever its period: its keys and what it counts.
type Line = (Vec<String>, String);

/// A line, and the first and last day of a period.
type Place = (Line, [String; 2]);

/// A table with what earlier releases printed in its rows.
pub(super) fn beside(release: &Release, mut table: Sheet) -> Sheet {
    let lines: BTreeSet<Line> = table.rows.iter().map(|row| line(&table, row)).collect();
    let own: BTreeSet<Place> = table.rows.iter().map(|row| (line(&table, row), release.days(row))).collect();
    let mut found: BTreeMap<Place, (usize, Printed)> = BTreeMap::new();
    let mut sources: Vec<Source> = Vec::new();
    for (report, theirs) in same_tables(release, &table) {
        table.other_lengths |= report.period().is_none_or(|period| !is_as_long(period, release.period));
        sources.push(source(report, theirs));
        let (place, version) = (sources.len() - 1, report.version);
        for row in theirs.rows.iter().filter(|row| is_before(report, row, release.period)) {
            let [start, end] = report.days(row).map(str::to_owned);
            let at = (line(&table, row), [start.clone(), end.clone()]);
            // Of several versions the last one counts.
            let is_later = found.get(&at).is_none_or(|(other, _)| sources[*other].version < version);
            if lines.contains(&at.0) && !own.contains(&at) && is_later {
                let days = (Some(start), Some(end));
                found.insert(at, (place, Printed { period_start: days.0, period_end: days.1, ..row.clone() }));
            }
        }
    }
    let used: BTreeSet<usize> = found.values().map(|(place, _)| *place).collect();
    table.earlier = found.into_values().map(|(_, row)| plainly(row, &table)).collect();
    table.beside =
        sources.into_iter().enumerate().filter(|(place, _)| used.contains(place)).map(|(_, one)| one).collect();
    table
}

/// Tables of earlier releases whose numbers are counted as those of a table: by the same columns, under the same regime.
/// Those of another structure would narrow these.
fn same_tables<'r>(release: &'r Release, table: &Sheet) -> Vec<(&'r Report, &'r Sheet)> {
    let columns = |table: &Sheet| table.dimensions.iter().cloned().collect::<BTreeSet<_>>();
    let regime = |table: &Sheet| table.regime.as_ref().map(|regime| regime.id.clone());
    let (name, own) = (table.name.clone(), (columns(table), regime(table)));
    let all = release.earlier.iter().flat_map(|report| report.tables.iter().map(move |table| (report, table)));
    all.filter(|(_, theirs)| theirs.name == name && (columns(theirs), regime(theirs)) == own).collect()
}

fn source(report: &Report, table: &Sheet) -> Source {
    Source {
        release: report.release.clone(),
        version: report.version,
        start: report.period.start.clone(),
        end: report.period.end.clone(),
        bands_of: report.privacy.bands_of.clone(),
        band_size: table.band_size,
        ledger_entry: report.provenance.ledger_entry.clone(),
    }
}

/// A row with the table's columns and no other. Why it was withheld then may be over.
fn plainly(mut row: Printed, table: &Sheet) -> Printed {
    row.keys.retain(|column, _| table.dimensions.contains(column));
    if row.ends().is_none() {
        "withheld".clone_into(&mut row.band);
    }
    row
}

fn is_before(report: &Report, row: &Printed, own: Period) -> bool {
    report.period_of(row).is_some_and(|period| period.first() < own.first() && is_as_long(period, own))
}

/// Months where both are whole months, else days: quarters have from 90 to 92 of them.
#[must_use]
pub fn is_as_long(one: Period, other: Period) -> bool {
    match (one.whole_months(), other.whole_months()) {
        (Some(one), Some(other)) => one == other,
        _ => one.days() == other.days(),
    }
}

fn line(table: &Sheet, row: &Printed) -> Line {
    (table.keys_of(row).into_iter().map(str::to_owned).collect(), row.measure.clone())
}

/// The course of a table's numbers; nothing where no earlier release has one of them.
pub(super) fn blocks(report: &Report, table: &Sheet) -> Vec<Block> {
    let (language, words) = (report.language(), report.language().words());
    let mut blocks = Vec::new();
    if !table.earlier.is_empty() {
        blocks.push(Block::Subheading(words.earlier_heading(table.heading(language))));
        blocks.push(course(report, table));
        blocks.extend(otherwise_made(report, table).map(Block::Paragraph));
        blocks.extend((!report.is_exact()).then(|| Block::Paragraph(words.earlier_noise())));
    }
    blocks.extend(table.other_lengths.then(|| Block::Paragraph(words.earlier_other_length())));
    blocks
}

/// Which columns have noise where this report has none, or none where it has.
fn otherwise_made(report: &Report, table: &Sheet) -> Option<String> {
    let language = report.language();
    let others = table.beside.iter().filter(|source| source.bands_of != report.privacy.bands_of);
    let periods: Vec<String> = others.map(|source| report.days_in_words([&source.start, &source.end])).collect();
    (!periods.is_empty()).then(|| language.words().earlier_bands_of(report.is_exact(), language.and(&periods)))
}

/// A row for each row and measure, a column for each period, and before them a picture of both.
fn course(report: &Report, table: &Sheet) -> Block {
    let language = report.language();
    let all = || table.earlier.iter().chain(&table.rows);
    let at: BTreeMap<Place, &Printed> = all().map(|row| ((line(table, row), days(report, row)), row)).collect();
    let periods: BTreeSet<[String; 2]> = all().map(|row| days(report, row)).collect();
    let scale = scale(all());
    let mut header: Vec<String> =
        table.dimensions.iter().map(|dimension| capitalised(&table.column(dimension))).collect();
    header.push(capitalised(&language.words().earlier_measure()));
    header.extend(periods.iter().map(|[start, end]| report.days_in_words([start, end])));
    let mut seen = BTreeSet::new();
    let lines = table.rows.iter().filter(|row| seen.insert(line(table, row)));
    let printed = lines.map(|row| {
        let numbers = periods.iter().map(|days| at.get(&(line(table, row), days.clone())).copied());
        let numbers: Vec<Option<&Printed>> = numbers.collect();
        let bars = numbers.iter().map(|one| one.and_then(Printed::ends).map(|ends| Bar::of(ends, scale))).collect();
        let picture = if row.is_total() { Picture::None } else { Picture::Course(bars) };
        let measure = Cell { picture, ..Cell::of(Of::Measure, language.measure(&row.measure), &row.measure) };
        let numbers = numbers.into_iter().map(|one| number(report, one));
        Cell::keys(table, row).into_iter().chain([measure]).chain(numbers).collect()
    });
    let label = language.words().earlier_heading(table.heading(language));
    let caption = language.words().earlier_caption(table.heading(language), &table.name);
    Block::Table { label, caption, header, rows: printed.collect() }
}

fn days(report: &Report, row: &Printed) -> [String; 2] {
    report.days(row).map(str::to_owned)
}

/// What is printed in a period, here or in an earlier release.
fn number(report: &Report, row: Option<&Printed>) -> Cell {
    let language = report.language();
    match row {
        Some(row) => Cell::of(Of::Earlier, row.words(language), &row.band),
        None => Cell::of(Of::Earlier, language.words().earlier_none(), ""),
    }
}
