//! The release as a data package (Frictionless Data Package, version 1): its tables, their columns and hashes, for tools that
//! load tables by description.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::csv;
use super::publish::Artefact;
use super::report::Report;
use crate::policy::hex;

/// The file's name.
pub(super) const FILE_NAME: &str = "datapackage.json";

/// The description of the tables among the release's files.
pub(super) fn describe(report: &Report, files: &[Artefact]) -> Value {
    let tables = report.by_file().into_iter().filter_map(|(name, tables)| {
        let path = format!("{name}.csv");
        let file = files.iter().find(|file| file.name == path)?;
        let fields = csv::columns(tables[0]).into_iter().map(|column| json!({ "name": column, "type": kind(&column) }));
        Some(json!({
            "name": name,
            "title": tables[0].title(),
            "path": path,
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": { "lineTerminator": "\r\n" },
            "bytes": file.bytes.len(),
            "hash": format!("sha256:{}", hex(&Sha256::digest(&file.bytes))),
            "schema": { "fields": fields.collect::<Vec<_>>(), "missingValues": [""] },
        }))
    });
    let description = [&report.warnings[..], &report.notes].concat();
    json!({
        "profile": "tabular-data-package",
        "name": package_name(&report.name()),
        "title": format!("Transparency report {}", report.name()),
        "description": description.join(" "),
        "version": report.version.to_string(),
        "resources": tables.collect::<Vec<_>>(),
    })
}

/// The type of a column's values.
fn kind(column: &str) -> &'static str {
    match column {
        "period_start" | "period_end" => "date",
        "band_low" | "band_high" => "integer",
        _ => "string",
    }
}

/// Lower-case letters, digits, dots, dashes and underscores, as names of packages must be.
fn package_name(release: &str) -> String {
    let plain = release.to_lowercase();
    let plain = plain.split(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).filter(|part| !part.is_empty());
    format!("transparency-report-{}", plain.collect::<Vec<_>>().join("-"))
}
