//! The report as one HTML file that asks nothing of the network and needs no script.

use std::fmt::Write as _;

use super::Release;
use super::document::{Bar, Block, Cell, blocks};

const STYLE: &str = include_str!("report.css");

/// The whole page.
pub(super) fn render(release: &Release) -> String {
    let body: String = blocks(release).iter().map(block).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Transparency report {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escape(release.id())
    )
}

fn block(block: &Block) -> String {
    match block {
        Block::Title(text) => format!("<h1>{}</h1>\n", escape(text)),
        Block::Heading(text) => format!("<h2>{}</h2>\n", escape(text)),
        Block::Warning(text) => format!("<p class=\"warning\"><strong>Warning.</strong> {}</p>\n", escape(text)),
        Block::Paragraph(text) => format!("<p>{}</p>\n", escape(text)),
        Block::List(items) => {
            let items: String = items.iter().fold(String::new(), |mut list, item| {
                let _ = writeln!(list, "<li>{}</li>", escape(item));
                list
            });
            format!("<ul>\n{items}</ul>\n")
        }
        Block::Table { caption, header, rows } => table(caption, header, rows),
        Block::Files(names) => {
            let link = |name: &String| format!("<li><a href=\"{0}\">{0}</a></li>\n", escape(name));
            format!("<ul>\n{}</ul>\n", names.iter().map(link).collect::<String>())
        }
    }
}

fn table(caption: &str, header: &[String], rows: &[Vec<Cell>]) -> String {
    let has_bars = rows.iter().flatten().any(|cell| cell.bar.is_some());
    let mut html = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\">\n<table>\n<caption>{0}{1}</caption>\n<thead>\n<tr>",
        escape(caption),
        if has_bars { ". A bar spans its band, on a line from 0 to the highest band here" } else { "" }
    );
    for name in header {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(name));
    }
    html.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in rows {
        let cells = row
            .iter()
            .map(|cell| format!("<td>{}{}</td>", escape(&cell.text), cell.bar.as_ref().map_or_else(String::new, bar)));
        let _ = writeln!(html, "<tr>{}</tr>", cells.collect::<String>());
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
    html
}

/// A band as a range on a line from 0 to the end of the highest band of its table. The text beside it says the same.
fn bar(Bar { start, width }: &Bar) -> String {
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"line\" width=\"1000\" height=\"10\"/><rect x=\"{start}\" width=\"{width}\" height=\"10\"/></svg>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
