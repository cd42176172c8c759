//! A table as CSV (RFC 4180), and its description as CSV on the Web metadata.

use csv::WriterBuilder;
use serde_json::{Value, json};

use super::{Release, how_made, plain_warnings, rows};
use crate::band::Band;
use crate::language::Lang;
use crate::table::Table;

/// The columns of a table's file.
pub(super) fn columns(table: &Table<Band>) -> Vec<String> {
    columns_by(table.spec().dimensions.iter().map(|set| set.column()))
}

/// The columns of the file of a table by these.
pub fn columns_by<'d>(dimensions: impl Iterator<Item = &'d str>) -> Vec<String> {
    let fixed = ["measure", "band_low", "band_high", "band"];
    ["period_start", "period_end"].into_iter().chain(dimensions).chain(fixed).map(str::to_owned).collect()
}

/// The file's text: a header and a row for each cell and measure. Lines end in CRLF, as the standard says.
pub(super) fn render(release: &Release, tables: &[&Table<Band>]) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(columns(tables[0]));
    for row in tables.iter().flat_map(|table| rows(release, table)) {
        let end = |band: fn(Band) -> u64| row.shown.band().map(|one| band(one).to_string()).unwrap_or_default();
        let days = row.period.ends();
        let numbers = [end(Band::low), end(Band::high), row.shown.text()];
        let mut record: Vec<&str> = days.iter().map(String::as_str).collect();
        record.extend(&row.keys);
        record.push(row.measure);
        record.extend(numbers.iter().map(String::as_str));
        let _ = writer.write_record(record);
    }
    writer.into_inner().unwrap_or_default()
}

/// What a file of bands cannot say itself: how it was made, and what a reader must be warned of.
pub(super) fn metadata(release: &Release, table: &Table<Band>) -> Value {
    let columns = columns(table).into_iter().map(|name| {
        let datatype = match name.as_str() {
            "period_start" | "period_end" => "date",
            "band_low" | "band_high" => "nonNegativeInteger",
            _ => "string",
        };
        json!({ "name": name, "titles": name, "datatype": datatype })
    });
    json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": format!("{}.csv", table.spec().name),
        "dc:title": format!("{} {}", release.id, table.spec().name),
        "dc:description": how_made::how_made(release, Lang::En.load()).join(" "),
        "notes": plain_warnings(release),
        "tableSchema": { "columns": columns.collect::<Vec<_>>() },
    })
}
