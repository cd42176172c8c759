//! A table as CSV (RFC 4180), and its description as CSV on the Web metadata.

use csv::WriterBuilder;
use serde_json::{Value, json};

use super::report::{Report, Sheet};

/// The columns of a table's file.
pub(super) fn columns(table: &Sheet) -> Vec<String> {
    let fixed = ["measure", "band_low", "band_high", "band"];
    let dimensions = table.dimensions.iter().map(String::as_str);
    ["period_start", "period_end"].into_iter().chain(dimensions).chain(fixed).map(str::to_owned).collect()
}

/// The file's text: a header and a row for each cell and measure. Lines end in CRLF, as the standard says.
pub(super) fn render(report: &Report, tables: &[&Sheet]) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(columns(tables[0]));
    for (table, row) in tables.iter().flat_map(|table| table.rows.iter().map(move |row| (*table, row))) {
        let end = |end: Option<u64>| end.map(|end| end.to_string()).unwrap_or_default();
        let numbers = [end(row.band_low), end(row.band_high)];
        let mut record: Vec<&str> = report.days(row).to_vec();
        record.extend(table.keys_of(row));
        record.push(&row.measure);
        record.extend(numbers.iter().map(String::as_str));
        record.push(&row.band);
        let _ = writer.write_record(record);
    }
    writer.into_inner().unwrap_or_default()
}

/// What a file of bands cannot say itself: how it was made, and what a reader must be warned of.
pub(super) fn metadata(report: &Report, table: &Sheet) -> Value {
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
        "url": format!("{}.csv", table.name),
        "dc:title": format!("{} {}", report.release, table.name),
        "dc:description": report.notes.join(" "),
        "notes": report.warnings,
        "tableSchema": { "columns": columns.collect::<Vec<_>>() },
    })
}
