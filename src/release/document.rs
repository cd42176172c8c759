//! The report in words and blocks, the same for every format that people read.

use super::{Accuracy, Release, rows};
use crate::band::Band;
use crate::policy::{Noise, PrivacyUnit};
use crate::sensitivity::{percent, share};
use crate::table::Table;

/// A piece of the report.
pub(super) enum Block {
    Title(String),
    Heading(String),
    Warning(String),
    Paragraph(String),
    List(Vec<String>),
    Table { caption: String, header: Vec<String>, rows: Vec<Vec<String>> },
}

/// The whole report.
pub(super) fn blocks(release: &Release) -> Vec<Block> {
    let period = release.period;
    let mut blocks = vec![Block::Title(format!("Transparency report {}", release.id))];
    blocks.extend(release.warnings.iter().map(|warning| Block::Warning((*warning).to_owned())));
    blocks.push(Block::Paragraph(format!(
        "Government requests for user data received from {} to {}. Every number is printed as a band: a range that the \
         published count lies in, both ends included.",
        period.first(),
        period.last()
    )));
    if let Some(day) = release.publish_on {
        blocks.push(Block::Paragraph(format!("Published on {day}.")));
    }
    for table in &release.tables {
        blocks.push(Block::Heading(heading(table)));
        blocks.push(table_block(release, table));
    }
    blocks.push(Block::Heading("How these numbers were made".to_owned()));
    blocks.push(Block::List(how_made(release)));
    blocks.push(Block::Heading("Provenance".to_owned()));
    blocks.push(Block::List(provenance(release)));
    blocks
}

fn heading(table: &Table<Band>) -> String {
    let by: Vec<&str> = table.spec().dimensions.iter().map(|set| set.column()).collect();
    let measures: Vec<&str> = table.spec().measures.iter().map(|measure| measure.as_str()).collect();
    let measures = measures.join(" and ");
    if by.is_empty() { format!("All {measures}") } else { format!("{measures} by {}", by.join(" and ")) }
}

/// A table with a row for each cell and a column of bands for each measure.
pub(super) fn table_block(release: &Release, table: &Table<Band>) -> Block {
    let measures = table.spec().measures.len();
    let mut header: Vec<String> = table.spec().dimensions.iter().map(|set| set.column().to_owned()).collect();
    header.extend(table.spec().measures.iter().map(|measure| measure.as_str().to_owned()));
    let all = rows(table);
    let printed = all.chunks(measures.max(1)).map(|cell| {
        let keys = cell[0].keys.iter().map(|key| (*key).to_owned());
        keys.chain(cell.iter().map(|row| row.band.to_string())).collect()
    });
    let size = table.spec().band_size.get();
    Block::Table {
        caption: format!("{}, {}: bands of {size}", table.spec().name, release.period),
        header,
        rows: printed.collect(),
    }
}

/// How the numbers were made, one sentence a fact.
pub(super) fn how_made(release: &Release) -> Vec<String> {
    let mut facts = vec![bands_fact(release)];
    match &release.privacy.noise {
        Noise::None => facts.push("No noise was added: the bands are those of the exact counts.".to_owned()),
        Noise::Laplace(epsilon) => {
            facts.push(format!(
                "Random noise was added to every count before it was put into a band (discrete Laplace noise; epsilon {epsilon} \
                 for this release, {} for each of its columns), so a printed band can be the one beside that of the count.",
                share(epsilon, release.queries)
            ));
            facts.push(protection_fact(release));
            facts.extend(release.accuracy.iter().map(accuracy_fact));
        }
    }
    facts.push(bounds_fact(release));
    if release.tables.iter().any(|table| table.spec().total) {
        facts.push(totals_fact(release).to_owned());
    }
    facts
}

fn bands_fact(release: &Release) -> String {
    let sizes: Vec<String> = release
        .tables
        .iter()
        .map(|table| format!("{} in table {}", table.spec().band_size.get(), table.spec().name))
        .collect();
    format!("Bands start at 0 and are equally wide over the whole range: {}.", sizes.join(", "))
}

fn protection_fact(release: &Release) -> String {
    let unit = release.privacy.unit.as_str();
    format!(
        "The noise protects one {unit} with all its rows in this release (differential privacy: with or without that {unit}, \
         any result is likely within a factor of e to the power of epsilon). It does not protect groups of {unit}s, nor one {unit} \
         over several releases as well as in one.",
    )
}

fn accuracy_fact(accuracy: &Accuracy) -> String {
    format!(
        "Table {}, {}: noise moves a count into another band with a chance of {} on average, and of at most {} for a count at \
         the edge of its band.",
        accuracy.table,
        accuracy.measure,
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
            "The log held sums, not single requests: that one request stands in one cell and names at most {} accounts was declared, \
             not enforced.",
            bounds.per_cell
        );
    }
    format!(
        "One {unit} counts in at most {} cell(s) of a table and with at most {} {other} in each; what is beyond is not counted.",
        bounds.cells, bounds.per_cell
    )
}

fn totals_fact(release: &Release) -> &'static str {
    match release.privacy.noise {
        Noise::None => "A total is the sum of its table's cells.",
        Noise::Laplace(_) => {
            "A total is the sum of its table's noisy cells, so its own noise is larger than theirs. What counts in several cells counts in each."
        }
    }
}

fn provenance(release: &Release) -> Vec<String> {
    vec![
        format!("Made by hushcount {}.", env!("CARGO_PKG_VERSION")),
        format!("Policy digest (SHA-256): {}.", release.claim.policy_sha256),
        format!("Ledger entry: {}.", release.claim.id()),
        format!("Key: {} (a name that says nothing about the key).", release.claim.key_id),
    ]
}
