//! The pages of a release held against its report: every cell of their tables is one of the report's, in its words, and the
//! bands stand in its order.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::release::{Report, Row, Table};
use crate::error::{Code, Diagnostic};
use crate::keys::TOTAL;
use crate::language::{Lang, Language};
use crate::period::day;

/// A cell: what it is, how the report has it, and what people read.
type Cell = (String, String, String);

/// What the pages show that the report has not.
pub(super) fn pages(directory: &Path, report: &Report) -> Vec<Diagnostic> {
    let known = known(report);
    let of_page = |name: &str, message: &str| {
        Diagnostic::refused(Code::ReleaseChanged, format!("`{name}` {message}")).at_file(&directory.join(name))
    };
    let text = |name: &str| fs::read_to_string(directory.join(name)).unwrap_or_default();
    let cells = html_cells(&text("report.html"));
    let mut found = Vec::new();
    if cells.iter().any(|cell| !known.contains(cell)) {
        found.push(of_page("report.html", "has a cell in a table that is none of the report's"));
    }
    let shown: Vec<&String> = cells.iter().filter(|(kind, ..)| kind == "band").map(|(_, band, _)| band).collect();
    let reported: Vec<&String> = report.tables.iter().flat_map(|table| &table.rows).map(|row| &row.band).collect();
    if shown != reported {
        found.push(of_page("report.html", "has other bands than the report, or the same in another order"));
    }
    let texts: BTreeSet<&String> = known.iter().map(|(_, _, text)| text).collect();
    let has_number = |cell: &String| cell.contains(|c: char| c.is_ascii_digit());
    if markdown_cells(&text("report.md")).iter().any(|cell| has_number(cell) && !texts.contains(cell)) {
        found.push(of_page("report.md", "has a number in a table that is none of the report's"));
    }
    found
}

/// Every cell that a page of the report may have.
fn known(report: &Report) -> BTreeSet<Cell> {
    let language = report.language();
    let cell = |kind: &str, value: &str, text: String| (kind.to_owned(), value.to_owned(), text);
    let mut known =
        BTreeSet::from([cell("key", TOTAL, String::new()), cell("earlier", "", language.words().earlier_none())]);
    for table in &report.tables {
        for row in table.rows.iter().chain(&table.earlier) {
            let text = words(row, language);
            known.extend([
                cell("earlier", &row.band, text.clone()),
                cell("measure", &row.measure, language.measure(&row.measure)),
            ]);
            known.extend(table.dimensions.iter().filter_map(|dimension| {
                let key = row.key(dimension)?;
                Some(cell("key", &key, table.label(dimension, &key)))
            }));
            known.extend(report.period(row).map(|period| cell("period", &period.to_string(), language.period(period))));
        }
        known.extend(table.rows.iter().map(|row| cell("band", &row.band, words(row, language))));
    }
    known
}

/// What people read for a row's band.
fn words(row: &Row, language: &Language) -> String {
    match (row.band_low, row.band_high) {
        (Some(0), Some(0)) if row.band == "0" => language.number(0),
        (Some(low), Some(high)) => language.ends(low, high),
        _ => {
            let until = row.band.strip_prefix("withheld until ").and_then(|until| day(until).ok());
            until.map_or_else(
                || language.words().withheld(),
                |until| language.words().withheld_until(language.day(until)),
            )
        }
    }
}

impl Report {
    /// The language of its pages.
    fn language(&self) -> &'static Language {
        Lang::find(&self.presentation.language).unwrap_or_default().load()
    }
}

impl Table {
    /// What a key is called in the pages.
    fn label(&self, dimension: &str, key: &str) -> String {
        let label = self.labels.get(dimension).and_then(|labels| labels.keys.get(key));
        label.cloned().unwrap_or_else(|| key.to_owned())
    }
}

/// The cells of a page's tables, without their pictures. A cell that does not say what it is has no kind.
fn html_cells(page: &str) -> Vec<Cell> {
    // The first key of a row is its head.
    let page = page.replace("<th scope=\"row\"", "<td").replace("</th>", "</td>");
    let cells = page.split("<td").skip(1).filter_map(|rest| rest.split("</td>").next());
    let read = |cell: &str| {
        let (head, content) = cell.split_once('>').unwrap_or((cell, ""));
        let text = content.split("<svg").next().unwrap_or_default();
        let said =
            head.strip_prefix(" data-").and_then(|head| head.strip_suffix('"')).and_then(|head| head.split_once("=\""));
        let (kind, value) = said.unwrap_or_default();
        (kind.to_owned(), plain(value), plain(text))
    };
    cells.map(read).collect()
}

/// What stands in the cells of the tables of a Markdown page.
fn markdown_cells(page: &str) -> Vec<String> {
    let lines = page.lines().filter(|line| line.starts_with('|'));
    lines.flat_map(|line| line.split('|')).map(|cell| plain(cell.trim()).replace('\\', "")).collect()
}

/// A text as it was before it was written into a page.
fn plain(text: &str) -> String {
    let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    names.into_iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_with_what_they_are() {
        let page = "<tr><td data-key=\"A&amp;B\">A&amp;B</td><td data-band=\"0-249\">0 bis 249<svg class=\"bar\"></svg></td><td>7</td></tr>";
        let cell = |kind: &str, value: &str, text: &str| (kind.to_owned(), value.to_owned(), text.to_owned());
        assert_eq!(
            html_cells(page),
            [cell("key", "A&B", "A&B"), cell("band", "0-249", "0 bis 249"), cell("", "", "7")]
        );
    }
}
