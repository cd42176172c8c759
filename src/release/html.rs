//! The report as one HTML file that asks nothing of the network and needs no script.

use std::fmt::Write as _;

use super::document::{Bar, Block, Cell, Of, Picture, blocks, title};
use super::report::Report;
use crate::language::Words;

const STYLE: &str = include_str!("report.css");

/// The whole page.
pub(super) fn render(report: &Report) -> String {
    let words = report.language().words();
    let body: String = blocks(report).iter().map(|one| block(one, words)).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        report.language().lang().code(),
        escape(&title(report))
    )
}

fn block(block: &Block, words: &Words) -> String {
    match block {
        Block::Title(text) => format!("<h1>{}</h1>\n", escape(text)),
        Block::Heading(text) => format!("<h2>{}</h2>\n", escape(text)),
        Block::Subheading(text) => format!("<h3>{}</h3>\n", escape(text)),
        Block::Warning(text) => {
            format!("<p class=\"warning\"><strong>{}</strong> {}</p>\n", escape(&words.warning_label()), escape(text))
        }
        Block::Paragraph(text) => format!("<p>{}</p>\n", escape(text)),
        Block::List(items) => {
            let items: String = items.iter().fold(String::new(), |mut list, item| {
                let _ = writeln!(list, "<li>{}</li>", escape(item));
                list
            });
            format!("<ul>\n{items}</ul>\n")
        }
        Block::Table { label, caption, header, rows } => {
            let has = |is: fn(&Picture) -> bool| rows.iter().flatten().any(|cell| is(&cell.picture));
            let bars = has(|picture| matches!(picture, Picture::Bar(_))).then(|| words.caption_bars());
            let course = has(|picture| matches!(picture, Picture::Course(_))).then(|| words.caption_course());
            let parts: Vec<String> = [caption.clone()].into_iter().chain(bars).chain(course).collect();
            table(label, &parts.join(". "), header, rows)
        }
        Block::Files(names) => {
            let link = |name: &String| format!("<li><a href=\"{0}\">{0}</a></li>\n", escape(name));
            format!("<ul>\n{}</ul>\n", names.iter().map(link).collect::<String>())
        }
    }
}

fn table(label: &str, caption: &str, header: &[String], rows: &[Vec<Cell>]) -> String {
    let mut html = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n<table>\n<caption><span>{}</span></caption>\n<thead>\n<tr>",
        escape(label),
        escape(caption)
    );
    for name in header {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(name));
    }
    html.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in rows {
        let _ = writeln!(
            html,
            "<tr>{}</tr>",
            row.iter().enumerate().map(|(place, one)| cell(one, place)).collect::<String>()
        );
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
    html
}

/// A cell, at the head of its row where it is the row's first key; `data-...` says what it is, and holds it as the files for programs have it.
fn cell(cell: &Cell, place: usize) -> String {
    let kind = match cell.of {
        Of::Band => "band",
        Of::Earlier => "earlier",
        Of::Key => "key",
        Of::Measure => "measure",
        Of::Period => "period",
    };
    let picture = match &cell.picture {
        Picture::None => String::new(),
        Picture::Bar(one) => bar(one),
        Picture::Course(bars) => course(bars),
    };
    let is_head = cell.of == Of::Key && place == 0;
    let (start, end) = if is_head { ("th scope=\"row\"", "th") } else { ("td", "td") };
    format!("<{start} data-{kind}=\"{}\">{}{picture}</{end}>", escape(&cell.value), escape(&cell.text))
}

/// A band as a range on a line from 0 to the end of the highest band of its table. The text beside it says the same.
fn bar(Bar { start, width }: &Bar) -> String {
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"line\" width=\"1000\" height=\"10\"/><rect x=\"{start}\" width=\"{width}\" height=\"10\"/></svg>"
    )
}

/// The bands of some periods side by side, each a range above 0. The cells beside it say the same.
fn course(bars: &[Option<Bar>]) -> String {
    let step = |place: usize| 100 * place;
    let mut svg = format!(
        "<svg class=\"course\" viewBox=\"0 0 {0} 1000\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"line\" width=\"{0}\" height=\"1000\"/>",
        step(bars.len())
    );
    for (place, bar) in bars.iter().enumerate() {
        if let Some(Bar { start, width }) = bar {
            let (x, y) = (step(place) + 10, 1000_u64.saturating_sub(start + width));
            let _ = write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"80\" height=\"{width}\"/>");
        }
    }
    svg.push_str("</svg>");
    svg
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
