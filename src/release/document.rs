//! The report in words and blocks, the same for every format that people read.

use super::how_made::how_made;
use super::summary::summary;
use super::{Release, Row, by_file, earlier, regime, rows};
use crate::band::Band;
use crate::keys::TOTAL;
use crate::language::capitalised;
use crate::table::{Table, TableSpec};

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
pub(super) fn scale(rows: &[Row<'_>]) -> u64 {
    let bands = rows.iter().filter(|row| !row.keys.contains(&TOTAL)).filter_map(|row| row.shown.band());
    bands.map(|band| band.high().saturating_add(1)).max().unwrap_or(1)
}

impl Cell {
    pub(super) fn of(of: Of, text: impl Into<String>, value: impl Into<String>) -> Self {
        Self { of, text: text.into(), value: value.into(), picture: Picture::None }
    }

    /// The keys of a row. A total says so once.
    pub(super) fn keys(release: &Release, spec: &TableSpec, keys: &[&str]) -> Vec<Self> {
        let labels = release.labels(spec, keys).into_iter().zip(keys).enumerate();
        let text =
            |place: usize, label: String, key: &str| if place > 0 && key == TOTAL { String::new() } else { label };
        labels.map(|(place, (label, key))| Self::of(Of::Key, text(place, label, key), *key)).collect()
    }

    /// A number and its bar. A total has none.
    fn number(release: &Release, row: &Row<'_>, scale: u64) -> Self {
        let band = row.shown.band().filter(|_| !row.keys.contains(&TOTAL));
        let picture = band.map_or(Picture::None, |band| Picture::Bar(Bar::of((band.low(), band.high()), scale)));
        Self { picture, ..Self::of(Of::Band, row.shown.words(release.language()), row.shown.text()) }
    }
}

/// The title of the report.
pub(super) fn title(release: &Release) -> String {
    let language = release.language();
    let words = language.words();
    let is_period = release.id == release.period.to_string();
    let mut name = if is_period { language.period(release.period) } else { release.id.clone() };
    if release.version() > 1 {
        name += &words.version(release.version().to_string());
    }
    match &release.presentation.publisher {
        Some(publisher) => words.title_of(publisher, name),
        None => words.title(name),
    }
}

/// The whole report.
pub(super) fn blocks(release: &Release) -> Vec<Block> {
    let (language, words, period) = (release.language(), release.language().words(), release.period);
    let mut blocks = vec![Block::Title(title(release))];
    blocks.extend(release.warnings.iter().map(|warning| Block::Warning(warning.text(language))));
    let scope = words.scope(language.day(period.first()), language.day(period.last()), release.has_zeros());
    blocks.push(Block::Paragraph(scope));
    blocks.extend(restatement(release).map(Block::Paragraph));
    blocks.extend(omissions(release).map(Block::Paragraph));
    blocks.extend(release.publish_on.map(|day| Block::Paragraph(words.published_on(language.day(day)))));
    let summary = summary(release);
    if !summary.is_empty() {
        blocks.extend([Block::Heading(words.in_short()), Block::List(summary)]);
    }
    blocks.extend(release.tables.iter().flat_map(|table| about(release, table)));
    blocks.extend([Block::Heading(words.how_made()), Block::List(how_made(release, language))]);
    blocks.extend([Block::Heading(words.provenance()), Block::List(provenance(release))]);
    blocks.extend([Block::Heading(words.files()), Block::Files(files(release))]);
    blocks
}

/// A table, what is to be said about it, and its course over earlier periods.
fn about(release: &Release, table: &Table<Band>) -> Vec<Block> {
    let (spec, words) = (table.spec(), release.language().words());
    let mut blocks = vec![Block::Heading(heading(release, table)), table_block(release, table)];
    blocks.extend(regime::sentences(release, table).into_iter().map(Block::Paragraph));
    blocks.extend((!spec.withheld.is_nothing()).then(|| Block::Paragraph(words.withheld_cells())));
    blocks.extend((spec.cells() == 0).then(|| Block::Paragraph(words.nothing_listed())));
    blocks.extend(earlier::blocks(release, table));
    blocks
}

/// Why these numbers stand in place of others.
fn restatement(release: &Release) -> Option<String> {
    let reason = release.claim.reason.as_ref()?.trim_end_matches('.');
    let [this, before] = [release.version(), release.version() - 1].map(|version| version.to_string());
    Some(release.language().words().restated(this, before, reason, release.is_noisy()))
}

/// What the numbers leave out, as far as the policy says it.
fn omissions(release: &Release) -> Option<String> {
    let words = release.language().words();
    let label = |column: &String, values: &Vec<String>| {
        let values: Vec<String> = values.iter().map(|value| release.presentation.key(column, value)).collect();
        format!("{} {}", release.presentation.column(column), values.join(", "))
    };
    let mut omitted: Vec<String> = release.left_out.iter().map(|(column, values)| label(column, values)).collect();
    omitted.extend(release.set_aside.then(|| words.left_out_rows()));
    (!omitted.is_empty()).then(|| words.left_out(omitted.join("; ")))
}

/// What a table counts, and by what.
pub(super) fn heading(release: &Release, table: &Table<Band>) -> String {
    let (spec, language) = (table.spec(), release.language());
    let measures: Vec<String> = spec.measures.iter().map(|measure| language.measure(spec.name_of(*measure))).collect();
    let columns: Vec<String> = spec.dimensions.iter().map(|set| release.presentation.column(set.column())).collect();
    let measures = language.and(&measures);
    capitalised(&if columns.is_empty() {
        language.words().heading_all(measures)
    } else {
        language.words().heading_by(measures, language.and(&columns))
    })
}

/// A table with a row for each cell and a column of bands for each measure. A regime's numbers can be of different periods.
pub(super) fn table_block(release: &Release, table: &Table<Band>) -> Block {
    let (spec, language) = (table.spec(), release.language());
    let dated = spec.regime.is_some();
    let mut header: Vec<String> = dated.then(|| capitalised(&language.words().column_period())).into_iter().collect();
    header.extend(spec.dimensions.iter().map(|set| release.column(set.column())));
    header.extend(spec.measures.iter().map(|measure| capitalised(&language.measure(spec.name_of(*measure)))));
    let all = rows(release, table);
    let scale = scale(&all);
    let printed = all.chunks(spec.measures.len().max(1)).map(|cell| {
        let period = cell[0].period;
        let period = dated.then(|| Cell::of(Of::Period, language.period(period), period.to_string()));
        let keys = Cell::keys(release, spec, &cell[0].keys);
        let numbers = cell.iter().map(|row| Cell::number(release, row, scale));
        period.into_iter().chain(keys).chain(numbers).collect()
    });
    let size = language.number(spec.band_size.get());
    let label = heading(release, table);
    let caption = if dated {
        language.words().caption_dated(&label, size, &spec.name)
    } else {
        language.words().caption(&label, language.period(release.period), size, &spec.name)
    };
    Block::Table { label, caption, header, rows: printed.collect() }
}

/// What is published beside the page.
fn files(release: &Release) -> Vec<String> {
    let tables = by_file(&release.tables).into_iter().map(|(name, _)| format!("{name}.csv"));
    tables.chain(["datapackage.json".to_owned(), "report.json".to_owned(), "manifest.json".to_owned()]).collect()
}

fn provenance(release: &Release) -> Vec<String> {
    let words = release.language().words();
    vec![
        words.made_by(env!("CARGO_PKG_VERSION")),
        words.policy_digest(&release.claim.policy_sha256),
        words.ledger_entry(release.claim.id()),
        words.key_name(&release.claim.key_id),
    ]
}
