//! The report as Markdown, and its tables for a terminal.

use std::fmt::Write as _;

use super::document::{Block, Cell, blocks, table_block};
use super::report::Report;
use crate::language::Words;

/// The whole report.
pub(super) fn render(report: &Report) -> String {
    let words = report.language().words();
    let parts: Vec<String> = blocks(report).iter().map(|one| block(one, words)).collect();
    format!("{}\n", parts.join("\n\n"))
}

/// The tables alone, each cut after some rows.
pub(super) fn preview(report: &Report, max_rows: usize) -> String {
    let parts = report.tables.iter().map(|table| {
        let Block::Table { caption, header, mut rows, .. } = table_block(report, table) else { return String::new() };
        let more = rows.len().saturating_sub(max_rows);
        rows.truncate(max_rows);
        let mut text = format!("{caption}\n{}", grid(&header, &rows));
        if more > 0 {
            let _ = write!(text, "\n... and {more} more rows in {}.csv", table.name);
        }
        text
    });
    parts.collect::<Vec<_>>().join("\n\n")
}

fn block(block: &Block, words: &Words) -> String {
    match block {
        Block::Title(text) => format!("# {}", escape(text)),
        Block::Heading(text) => format!("## {}", escape(text)),
        Block::Subheading(text) => format!("### {}", escape(text)),
        Block::Warning(text) => {
            format!("> **{}** {}", escape(&words.warning_label()), escape(text))
        }
        Block::Paragraph(text) => escape(text),
        Block::List(items) => items.iter().map(|item| format!("- {}", escape(item))).collect::<Vec<_>>().join("\n"),
        Block::Table { caption, header, rows, .. } => format!("{}\n\n{}", escape(caption), grid(header, rows)),
        Block::Files(names) => {
            names.iter().map(|name| format!("- [{0}]({0})", escape(name))).collect::<Vec<_>>().join("\n")
        }
    }
}

/// A table with aligned columns.
fn grid(header: &[String], rows: &[Vec<Cell>]) -> String {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect()).collect();
    let escaped: Vec<Vec<String>> =
        [header.to_vec()].iter().chain(&rows).map(|row| row.iter().map(|cell| escape(cell)).collect()).collect();
    // A row of a report that somebody changed can be too short.
    let width = |column: usize| {
        escaped.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let rule = format!("|{}|", widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("|"));
    let mut lines: Vec<String> = escaped.iter().map(line).collect();
    lines.insert(1, rule);
    lines.join("\n")
}

/// Keys come from the policy and may hold characters with a meaning in Markdown or HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' => {
                if c != '_' || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                    escaped.push('\\');
                }
                escaped.push(c);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            _ => escaped.push(c),
        }
    }
    escaped
}
