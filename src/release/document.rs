//! The report in words and blocks, the same for every format that people read.

use super::guarantee::guarantee;
use super::summary::summary;
use super::{Release, Row, by_file, regime, rows};
use crate::accuracy::Accuracy;
use crate::band::Band;
use crate::keys::TOTAL;
use crate::policy::{Noise, PrivacyUnit};
use crate::table::Table;
use crate::units::percent;

/// A piece of the report.
pub(super) enum Block {
    Title(String),
    Heading(String),
    Warning(String),
    Paragraph(String),
    List(Vec<String>),
    Table {
        caption: String,
        header: Vec<String>,
        rows: Vec<Vec<Cell>>,
    },
    /// Files of the release beside this one.
    Files(Vec<String>),
}

/// A cell of a table: its text, and where its band lies.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) bar: Option<Bar>,
}

/// Where a band lies between 0 and the end of the highest one, in thousandths: a range, never a point inside it.
pub(super) struct Bar {
    pub(super) start: u64,
    pub(super) width: u64,
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), bar: None }
    }

    /// A number and its bar. A total has none: beside it all others would be small.
    fn number(row: &Row<'_>, scale: u64) -> Self {
        let band = row.shown.band().filter(|_| !row.keys.contains(&TOTAL));
        let part = |count: u64| count.saturating_mul(1000) / scale.max(1);
        let bar = band.map(|band| {
            let start = part(band.low());
            Bar { start, width: (part(band.high().saturating_add(1)) - start).max(4) }
        });
        Self { text: row.shown.text(), bar }
    }
}

/// The whole report.
pub(super) fn blocks(release: &Release) -> Vec<Block> {
    let period = release.period;
    let mut blocks = vec![Block::Title(format!("Transparency report {}", release.name()))];
    blocks.extend(release.warnings.iter().map(|warning| Block::Warning((*warning).to_owned())));
    let zeros = if release.has_zeros() { ", but for a 0 that is declared" } else { "" };
    blocks.push(Block::Paragraph(format!(
        "Government requests for user data received from {} to {}. Each number is given as a band, both ends included{zeros}.",
        period.first(),
        period.last()
    )));
    blocks.extend(restatement(release).map(Block::Paragraph));
    blocks.extend(omissions(release).map(Block::Paragraph));
    if let Some(day) = release.publish_on {
        blocks.push(Block::Paragraph(format!("Published on {day}.")));
    }
    let summary = summary(release);
    if !summary.is_empty() {
        blocks.push(Block::Heading("In short".to_owned()));
        blocks.push(Block::List(summary));
    }
    for table in &release.tables {
        blocks.push(Block::Heading(heading(table)));
        blocks.push(table_block(release, table));
        blocks.extend(regime::sentences(release, table).into_iter().map(Block::Paragraph));
        if !table.spec().withheld.is_nothing() {
            let text = "What is withheld was counted, and is not printed so that other numbers stay as hidden as their bands say.";
            blocks.push(Block::Paragraph(text.to_owned()));
        }
        if table.spec().cells() == 0 {
            blocks.push(Block::Paragraph("No value was common enough to be listed.".to_owned()));
        }
    }
    blocks.push(Block::Heading("How these numbers were made".to_owned()));
    blocks.push(Block::List(how_made(release)));
    blocks.push(Block::Heading("Provenance".to_owned()));
    blocks.push(Block::List(provenance(release)));
    blocks.push(Block::Heading("Files".to_owned()));
    blocks.push(Block::Files(files(release)));
    blocks
}

/// Why these numbers stand in place of others.
pub(super) fn restatement(release: &Release) -> Option<String> {
    let reason = release.claim.reason.as_ref()?;
    Some(format!(
        "Version {} of this report. It takes the place of version {}: {}.{}",
        release.version(),
        release.version() - 1,
        reason.trim_end_matches('.'),
        if release.privacy.noise == Noise::None {
            ""
        } else {
            " Its noise was drawn anew, so numbers differ also where nothing was corrected."
        }
    ))
}

/// What the numbers leave out, as far as the policy says it.
fn omissions(release: &Release) -> Option<String> {
    let values = release.left_out.iter().map(|(column, values)| format!("{column} {}", values.join(", ")));
    let mut omitted: Vec<String> = values.collect();
    if release.set_aside {
        omitted.push("rows of the log that could not be read".to_owned());
    }
    (!omitted.is_empty()).then(|| format!("Not included: {}.", omitted.join("; ")))
}

fn heading(table: &Table<Band>) -> String {
    let all = if table.spec().dimensions.is_empty() { "all " } else { "" };
    let text = format!("{all}{}", table.spec().title());
    let text = text.replace('_', " ");
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_uppercase())
}

/// A table with a row for each cell and a column of bands for each measure. A regime's numbers can be of different periods.
pub(super) fn table_block(release: &Release, table: &Table<Band>) -> Block {
    let spec = table.spec();
    let dated = spec.regime.is_some();
    let mut header: Vec<String> = if dated { vec!["period".to_owned()] } else { Vec::new() };
    header.extend(spec.dimensions.iter().map(|set| set.column().to_owned()));
    header.extend(spec.measures.iter().map(|measure| spec.name_of(*measure).to_owned()));
    let all = rows(release, table);
    let bands = all.iter().filter(|row| !row.keys.contains(&TOTAL)).filter_map(|row| row.shown.band());
    let scale = bands.map(|band| band.high().saturating_add(1)).max().unwrap_or(1);
    let printed = all.chunks(spec.measures.len().max(1)).map(|cell| {
        let period = dated.then(|| Cell::text(cell[0].period.to_string()));
        let keys = cell[0].keys.iter().map(|key| Cell::text(*key));
        period.into_iter().chain(keys).chain(cell.iter().map(|row| Cell::number(row, scale))).collect()
    });
    Block::Table {
        caption: format!("{}, {}: bands of {}", spec.name, release.period, spec.band_size.get()),
        header,
        rows: printed.collect(),
    }
}

/// What is published beside the page.
fn files(release: &Release) -> Vec<String> {
    let tables = by_file(&release.tables).into_iter().map(|(name, _)| format!("{name}.csv"));
    tables.chain(["datapackage.json".to_owned(), "report.json".to_owned(), "manifest.json".to_owned()]).collect()
}

/// How the numbers were made, one sentence a fact.
pub(super) fn how_made(release: &Release) -> Vec<String> {
    let mut facts = vec![bands_fact(release)];
    facts.push(match release.privacy.noise {
        Noise::None => "No noise was added: the bands are those of the exact counts.".to_owned(),
        noise => noise_fact(release, &noise.words()),
    });
    facts.extend(release.has_zeros().then(|| zeros_fact(release)));
    facts.extend(guarantee(release).map(|guarantee| guarantee.text));
    facts.extend(release.accuracy.iter().map(accuracy_fact));
    facts.extend(release.threshold.map(|threshold| selection_fact(release, threshold)));
    if release.privacy.applied_bounds().is_some() {
        facts.push(bounds_fact(release));
        facts.push(
            "Numbers of different periods and tables need not add up: each has noise and limits of its own.".to_owned(),
        );
    }
    facts.extend(totals_fact(release).map(str::to_owned));
    facts.push(secret_fact(release));
    facts
}

/// Where national-security process is, whose number is limited by law.
fn secret_fact(release: &Release) -> String {
    let tables = release.tables.iter().map(Table::spec).filter(|spec| spec.regime.is_some());
    match tables.map(|spec| spec.name.as_str()).next() {
        Some(name) => format!(
            "National-security process, as far as the log says what is, counts in table {name} and in no other."
        ),
        None => "National-security process, as far as the log says what is, is in no table.".to_owned(),
    }
}

fn noise_fact(release: &Release, kind: &str) -> String {
    let split = if release.shares > 1 { ", split over its columns" } else { "" };
    let every = if release.has_zeros() { "every count but declared zeros" } else { "every count" };
    format!(
        "Random noise was added to {every} before it was put into a band ({kind} for this release{split}), so a printed \
         band can be the one beside that of the count."
    )
}

/// What noise protects is the other numbers: that a zero is printed at all says that the log has no such order.
fn zeros_fact(release: &Release) -> String {
    let guarantee =
        if release.privacy.noise == Noise::None { "" } else { ", and what is guaranteed is about the other numbers" };
    format!(
        "A single 0 is no band and has no noise{guarantee}: the publisher declares that no such order was received and that no \
         secrecy applied."
    )
}

/// Which rows a table has was itself found out with noise.
fn selection_fact(release: &Release, threshold: u64) -> String {
    format!(
        "Values of {} are listed if, counted with noise, at least {threshold} {}s have them. Others are not listed, and are \
         not in any total.",
        release.selected.join(" and "),
        release.privacy.unit.as_str()
    )
}

fn bands_fact(release: &Release) -> String {
    let mut sizes: Vec<u64> = release.tables.iter().map(|table| table.spec().band_size.get()).collect();
    sizes.dedup();
    if let [size] = sizes[..] {
        return format!("Bands start at 0 and are {size} counts wide everywhere.");
    }
    let of = |table: &Table<Band>| format!("{} in table {}", table.spec().band_size.get(), table.spec().name);
    let sizes: Vec<String> = release.tables.iter().map(of).collect();
    format!("Bands start at 0 and are equally wide within a table: {}.", sizes.join(", "))
}

fn accuracy_fact(accuracy: &Accuracy) -> String {
    format!(
        "Table {}, {}: noise moves a count into another band with a chance of {} on average, and of at most {} for a count at \
         the edge of its band.",
        accuracy.table,
        accuracy.subject(),
        percent(accuracy.wrong_on_average),
        percent(accuracy.wrong_at_edge)
    )
}

fn bounds_fact(release: &Release) -> String {
    let bounds = release.privacy.bounds;
    let (unit, other) = match release.privacy.unit {
        PrivacyUnit::Request => ("request", "accounts"),
        PrivacyUnit::Account => ("account", "requests"),
    };
    if !release.bounds_enforced {
        return format!(
            "The log held sums, not single requests: that one request stands in one row of a table and names at most {} accounts \
             was declared, not enforced.",
            bounds.per_cell
        );
    }
    format!(
        "For this protection one {unit} counts in at most {} of a table's rows, and with at most {} {other} in each. What is \
         beyond is not counted, so a number can be below the real one where one {unit} has many {other}; the chances above do \
         not include that.",
        bounds.cells, bounds.per_cell
    )
}

fn totals_fact(release: &Release) -> Option<&'static str> {
    let totals: Vec<_> = release.tables.iter().map(Table::spec).filter(|spec| spec.total).collect();
    let measured = totals.iter().filter(|spec| spec.measured_total().is_some()).count();
    let noisy = release.privacy.noise != Noise::None;
    (!totals.is_empty()).then_some(match (noisy, measured) {
        (false, _) => "A total adds its table's rows: an account in two rows counts in both.",
        (true, 0) => {
            "A total adds its table's rows before they are banded, so it has more noise than each of them; an account in two rows \
             counts in both."
        }
        (true, measured) if measured == totals.len() => {
            "A total was counted with noise of its own, and it and its table's rows were then made to add up; an account in two \
             rows counts in both."
        }
        (true, _) => {
            "Totals add up with their table's rows before they are banded; some were counted with noise of their own for that. An \
             account in two rows counts in both."
        }
    })
}

fn provenance(release: &Release) -> Vec<String> {
    vec![
        format!("Made by hushcount {}.", env!("CARGO_PKG_VERSION")),
        format!("Policy digest (SHA-256): {}.", release.claim.policy_sha256),
        format!("Ledger entry: {}.", release.claim.id()),
        format!("Key: {} (a name that says nothing about the key).", release.claim.key_id),
    ]
}
