//! A release as an entry for the public registry of differential-privacy deployments (that of `OpenDP`, deployments-registry-data, in
//! the shape of its template of 2026), from its public report alone.
//!
//! Every text is written as a JSON string, which is a YAML one too.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use super::release::{REPORT, json};
use crate::error::{Code, Diagnostic, Outcome};
use crate::release::{Guaranteed, Report, Sheet, Stated};

/// What only the publisher knows.
const TO_FILL_IN: &str = "# to be filled in by the publisher";

/// The entry as YAML; what only the publisher knows is marked.
///
/// # Errors
/// The directory is no release, or the release guarantees nothing: it has exact bands, or everybody has its key.
pub fn deployment(directory: &Path) -> Outcome<String> {
    let file = directory.join(REPORT);
    let report: Report = json(&file)?;
    let Some(guarantee) = &report.privacy.guarantee else {
        return Err(Diagnostic::refused(
            Code::ReleaseNoGuarantee,
            "the release guarantees nothing: its bands are of exact counts, or everybody has its key",
        )
        .at_file(&file)
        .help("the registry is for deployments of differential privacy; make the release with noise and a key of your own")
        .into());
    };
    Ok([basic(&report), variant(&report, guarantee), loss(&report, guarantee), model(), made(&report), end(&report)]
        .concat())
}

/// A line of the entry: a name and a text.
fn line(depth: usize, name: &str, text: &str) -> String {
    format!("{}{name}: {}\n", "  ".repeat(depth), Value::from(text))
}

fn basic(report: &Report) -> String {
    let tables: Vec<String> = report.tables.iter().map(described).collect();
    let (start, end) = (&report.period.start, &report.period.end);
    let mut entry = format!("url_slug: {}\ndeployment:\n  basic:\n", Value::from(slug(&report.release)));
    entry += &line(2, "name", &format!("Transparency report {}", report.release));
    let publisher = report.presentation.publisher.as_deref().unwrap_or_default();
    let _ = writeln!(
        entry,
        "    data_curators:\n      - data_curator_name: {}{}",
        Value::from(publisher),
        or_fill_in(publisher)
    );
    let _ = writeln!(entry, "        data_curator_type: \"\" {TO_FILL_IN}");
    entry += &line(
        2,
        "description",
        &format!("Government requests for user data received from {start} to {end}, in bands: {}.", tables.join("; ")),
    );
    entry += &line(
        2,
        "intended_use",
        "Tell the public how many government requests for user data there are, without telling of any single one.",
    );
    entry += &line(2, "data_product_type", "Summary statistics");
    let _ = writeln!(entry, "    data_product_region: \"\" {TO_FILL_IN}\n    data_product_sector: \"Technology\"");
    let day = report.publish_on.as_deref().unwrap_or_default();
    let _ = writeln!(entry, "    publication_date: {}{}", Value::from(day), or_fill_in(day));
    entry
}

fn or_fill_in(text: &str) -> String {
    if text.is_empty() { format!(" {TO_FILL_IN}") } else { String::new() }
}

/// Lower-case letters, digits and hyphens.
fn slug(release: &str) -> String {
    let plain = release.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    format!("transparency-report-{plain}")
}

fn described(table: &Sheet) -> String {
    format!("{} in bands of {} ({})", table.title(), table.band_size, table.name)
}

fn variant(report: &Report, guarantee: &Guaranteed) -> String {
    let name = match (&report.privacy.rho, guarantee.delta.as_str()) {
        (Some(_), _) => "Zero-concentrated DP",
        (None, "0") => "Pure DP",
        (None, _) => "Approximate DP",
    };
    let keys = if report.privacy.selected_keys.is_some() {
        "Which rows a table has is selected with noise; all other parameters"
    } else {
        "Which rows each table has, the widths of bands and all other parameters"
    };
    let mut entry = "  dp_variant:\n".to_owned();
    entry += &line(2, "variant_name", name);
    entry += &line(
        2,
        "data_domain",
        "Logs of government requests: one row for each request and account, with the day of receipt and what is reported by.",
    );
    entry +=
        &line(2, "unprotected_quantities", &format!("{keys} are set by the publisher and do not come from the log."));
    entry
}

fn loss(report: &Report, guarantee: &Guaranteed) -> String {
    let privacy = &report.privacy;
    let mut entry = "  privacy_loss:\n".to_owned();
    entry += &line(2, "privacy_unit", &format!("{}-level", privacy.unit));
    entry += &line(
        2,
        "privacy_unit_details",
        &format!("Adjacent logs differ by all rows of one {}.{}", privacy.unit, bounds(privacy)),
    );
    let _ = writeln!(entry, "    number_of_privacy_units: 1\n    privacy_parameters:");
    if let Some(rho) = &privacy.rho {
        let _ = writeln!(entry, "      rho: {}", number(rho));
    } else {
        let _ = writeln!(entry, "      epsilon: {}", number(&guarantee.epsilon));
        if guarantee.delta != "0" {
            let _ = writeln!(entry, "      delta: {}", number(&with_point(&guarantee.delta)));
        }
    }
    entry + &line(2, "privacy_parameters_details", &guarantee.text)
}

/// A number such as `1e-9` with the point that a YAML number needs.
fn with_point(text: &str) -> String {
    match text.split_once('e') {
        Some((digits, power)) if !digits.contains('.') => format!("{digits}.0e{power}"),
        _ => text.to_owned(),
    }
}

/// A number as it is, and anything else as a text.
fn number(text: &str) -> String {
    if text.parse::<f64>().is_ok() { text.to_owned() } else { Value::from(text).to_string() }
}

fn bounds(privacy: &Stated) -> String {
    let (Some(cells), Some(most)) = (privacy.max_cells, privacy.max_per_cell) else { return String::new() };
    let how = if privacy.bounds.as_deref() == Some("enforced") {
        "enforced before counting"
    } else {
        "declared by the publisher"
    };
    format!(" It counts in at most {cells} of a table's cells and at most {most} times in each; that is {how}.")
}

fn model() -> String {
    let mut entry = "  deployment_model:\n".to_owned();
    for (name, text) in [
        ("model_name", "Central"),
        ("model_name_details", "The company that received the requests counts them and adds the noise."),
        ("trust_assumptions", "The company, its log and its secret key are trusted; readers of the report are not."),
        ("actors", "The company (curator), and everybody who reads the report."),
        ("release_type", "Many releases"),
        (
            "release_type_details",
            "A release for each reporting period. A ledger adds up what releases cost and refuses what is beyond a budget, where one is set.",
        ),
        ("data_source_type", "Dynamic"),
        ("data_source_type_details", "Requests arrive all the time; each release is of the days of one period."),
        ("access_type", "Non-interactive"),
        ("access_type_details", "Tables are published as files."),
    ] {
        entry += &line(2, name, text);
    }
    entry
}

fn made(report: &Report) -> String {
    let mut entry = "  implementation:\n".to_owned();
    entry += &line(
        2,
        "preprocessing_and_hyperparameter_tuning",
        "Of several rows for one request and account the last stands. Nothing is tuned on the log by the program.",
    );
    entry += &line(
        2,
        "mechanisms",
        &format!(
            "The {} mechanism on integers with exact rational parameters, one seeded stream of ChaCha20 for each cell from a secret key by HKDF-SHA256, so that a repeated run gives the same numbers.",
            report.privacy.mechanism
        ),
    );
    entry +=
        &line(2, "composition", "The privacy loss of a release is split over all its tables, measures and selections.");
    entry += &line(2, "post_processing", "Noisy counts are put into bands; totals are made to agree with their parts.");
    let _ = writeln!(entry, "    justification: \"\" {TO_FILL_IN}");
    entry += &line(2, "utility", &report.notes.join(" "));
    entry
}

fn end(report: &Report) -> String {
    let mut entry = line(2, "additional_information", &format!("Made by hushcount {}.", report.hushcount));
    let _ = writeln!(
        entry,
        "  administrative:\n    evidence_sources: {{}} {TO_FILL_IN}\n    status: \"Draft\"\n    registry_authors: [] {TO_FILL_IN}\n    tier: 2"
    );
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_fit_for_an_address() {
        assert_eq!(slug("2026H1"), "transparency-report-2026h1");
        assert_eq!(slug("2026-01-01..2026-06-30"), "transparency-report-2026-01-01--2026-06-30");
    }

    #[test]
    fn texts_cannot_leave_their_line() {
        assert_eq!(line(1, "name", "a\": b\n c"), "  name: \"a\\\": b\\n c\"\n");
    }
}
