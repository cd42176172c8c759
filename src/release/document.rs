//! The report in words and blocks, the same for every format that people read. All of it follows from `report.json`, so that
//! anybody can make the pages again.

use super::earlier;
use super::report::{Printed, Report, Sheet};
use super::summary::summary;
use crate::keys::TOTAL;
use crate::language::capitalised;

/// A piece of the report.
pub(super) enum Block {
    Title(String),
    Heading(String),
    Subheading(String),
    Warning(String),
    Paragraph(String),
    List(Vec<String>),
    Table {
        label: String,
        caption: String,
        header: Vec<String>,
        rows: Vec<Vec<Cell>>,
    },
    /// Files of the release beside this one.
    Files(Vec<String>),
}

/// What a cell is, so that a page says it to programs as it stands in the files for them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Band,
    /// The band of an earlier release.
    Earlier,
    Key,
    Measure,
    Period,
}

/// A cell of a table: its text for people, how the files for programs have it, and its picture.
pub(super) struct Cell {
    pub(super) of: Of,
    pub(super) text: String,
    pub(super) value: String,
    pub(super) picture: Picture,
}

/// Ranges, never a point inside one.
pub(super) enum Picture {
    None,
    /// One band, lying.
    Bar(Bar),
    /// The bands of one number over some periods, upright.
    Course(Vec<Option<Bar>>),
}

/// Where a band lies between 0 and the end of the highest one, in thousandths.
pub(super) struct Bar {
    pub(super) start: u64,
    pub(super) width: u64,
}

impl Bar {
    pub(super) fn of((low, high): (u64, u64), scale: u64) -> Self {
        let part = |count: u64| (count.saturating_mul(1000) / scale.max(1)).min(1000);
        Self { start: part(low), width: part(high.saturating_add(1)).saturating_sub(part(low)).max(4) }
    }
}

/// The end of the highest band of a table's rows. A total is left out: beside it all others would be small.
pub(super) fn scale<'r>(rows: impl IntoIterator<Item = &'r Printed>) -> u64 {
    let bands = rows.into_iter().filter(|row| !row.is_total()).filter_map(Printed::ends);
    bands.map(|(_, high)| high.saturating_add(1)).max().unwrap_or(1)
}

impl Cell {
    pub(super) fn of(of: Of, text: impl Into<String>, value: impl Into<String>) -> Self {
        Self { of, text: text.into(), value: value.into(), picture: Picture::None }
    }

    /// The keys of a row. A total says so once.
    pub(super) fn keys(table: &Sheet, row: &Printed) -> Vec<Self> {
        let labels = table.labels_of(row).into_iter().zip(table.keys_of(row)).enumerate();
        let text =
            |place: usize, label: String, key: &str| if place > 0 && key == TOTAL { String::new() } else { label };
        labels.map(|(place, (label, key))| Self::of(Of::Key, text(place, label, key), key)).collect()
    }

    /// A number and its bar. A total has none.
    fn number(report: &Report, row: &Printed, scale: u64) -> Self {
        let ends = row.ends().filter(|_| !row.is_total());
        let picture = ends.map_or(Picture::None, |ends| Picture::Bar(Bar::of(ends, scale)));
        Self { picture, ..Self::of(Of::Band, row.words(report.language()), &row.band) }
    }

    /// The days a row is about.
    fn days(report: &Report, row: &Printed) -> Self {
        let days = report.days(row);
        let value = report.period_of(row).map_or_else(|| days.join(".."), |period| period.to_string());
        Self::of(Of::Period, report.days_in_words(days), value)
    }
}

/// The title of the report.
pub(super) fn title(report: &Report) -> String {
    let words = report.language().words();
    let is_period = report.release == report.period.label;
    let days = || report.days_in_words([&report.period.start, &report.period.end]);
    let mut name = if is_period { days() } else { report.release.clone() };
    if report.version > 1 {
        name += &words.version(report.version.to_string());
    }
    match &report.presentation.publisher {
        Some(publisher) => words.title_of(publisher, name),
        None => words.title(name),
    }
}

/// The whole report.
pub(super) fn blocks(report: &Report) -> Vec<Block> {
    let words = report.language().words();
    let mut blocks = vec![Block::Title(title(report))];
    blocks.extend(report.warnings_in_words().into_iter().map(Block::Warning));
    let scope = words.scope(report.day(&report.period.start), report.day(&report.period.end), report.has_zeros());
    blocks.push(Block::Paragraph(scope));
    blocks.extend(restatement(report).map(Block::Paragraph));
    blocks.extend(report.presentation.left_out.clone().map(Block::Paragraph));
    blocks.extend(report.publish_on.as_ref().map(|day| Block::Paragraph(words.published_on(report.day(day)))));
    let summary = summary(report);
    if !summary.is_empty() {
        blocks.extend([Block::Heading(words.in_short()), Block::List(summary)]);
    }
    blocks.extend(report.tables.iter().flat_map(|table| about(report, table)));
    blocks.extend([Block::Heading(words.how_made()), Block::List(report.presentation.how_made.clone())]);
    blocks.extend([Block::Heading(words.provenance()), Block::List(provenance(report))]);
    blocks.extend([Block::Heading(words.files()), Block::Files(files(report))]);
    blocks
}

/// A table, what is to be said about it, and its course over earlier periods.
fn about(report: &Report, table: &Sheet) -> Vec<Block> {
    let (language, words) = (report.language(), report.language().words());
    let mut blocks = vec![Block::Heading(table.heading(language)), table_block(report, table)];
    blocks.extend(table.sentences.iter().cloned().map(Block::Paragraph));
    // What is withheld until some day is told of by the regime's sentences.
    let hides = table.rows.iter().any(|row| row.band == "withheld");
    blocks.extend(hides.then(|| Block::Paragraph(words.withheld_cells())));
    let is_empty = table.rows.iter().all(Printed::is_total);
    blocks.extend(is_empty.then(|| Block::Paragraph(words.nothing_listed())));
    blocks.extend(earlier::blocks(report, table));
    blocks
}

/// Why these numbers stand in place of others.
fn restatement(report: &Report) -> Option<String> {
    let reason = report.restatement.as_ref()?.trim_end_matches('.');
    let [this, before] = [report.version, report.version.saturating_sub(1)].map(|version| version.to_string());
    Some(report.language().words().restated(this, before, reason, !report.is_exact()))
}

/// A table with a row for each cell and a column of bands for each measure. A regime's numbers can be of different periods.
pub(super) fn table_block(report: &Report, table: &Sheet) -> Block {
    let language = report.language();
    let dated = table.regime.is_some();
    let mut header: Vec<String> = dated.then(|| capitalised(&language.words().column_period())).into_iter().collect();
    header.extend(table.dimensions.iter().map(|dimension| capitalised(&table.column(dimension))));
    header.extend(table.measures.iter().map(|measure| capitalised(&language.measure(measure))));
    let scale = scale(&table.rows);
    let printed = table.rows.chunks(table.measures.len().max(1)).map(|cell| {
        let period = dated.then(|| Cell::days(report, &cell[0]));
        let numbers = cell.iter().map(|row| Cell::number(report, row, scale));
        period.into_iter().chain(Cell::keys(table, &cell[0])).chain(numbers).collect()
    });
    let (size, label) = (language.number(table.band_size), table.heading(language));
    let caption = if dated {
        language.words().caption_dated(&label, size, &table.name)
    } else {
        let days = report.days_in_words([&report.period.start, &report.period.end]);
        language.words().caption(&label, days, size, &table.name)
    };
    Block::Table { label, caption, header, rows: printed.collect() }
}

/// What is published beside the page.
fn files(report: &Report) -> Vec<String> {
    let tables = report.by_file().into_iter().map(|(name, _)| format!("{name}.csv"));
    tables.chain(["datapackage.json".to_owned(), "report.json".to_owned(), "manifest.json".to_owned()]).collect()
}

fn provenance(report: &Report) -> Vec<String> {
    let (words, made) = (report.language().words(), &report.provenance);
    vec![
        words.made_by(&report.hushcount),
        words.policy_digest(&made.policy_sha256),
        words.ledger_entry(&made.ledger_entry),
        words.key_name(&made.key_id),
    ]
}
