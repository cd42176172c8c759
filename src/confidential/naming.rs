//! What a log calls the columns that hushcount needs: names in other spellings, in other words, or near.
//!
//! Names in a header are no cells. But a log may lack its header, and then its first row stands there. A row has a day, and a
//! day has digits: where any name has one, none is told. A name that is merely near is told only beside one that is known.
//! Names with digits are not suggested for that; better none than a cell.

use std::collections::BTreeSet;

use super::layout::{ACCOUNT_ID, LEGAL_PROCESS, RECEIVED_ON, REQUEST_ID};
use crate::keys::{closest, is_unseen, spelling};
use crate::policy::{LOG_COLUMNS, Policy};

/// Other words for a column that logs are known to use, spelt as [`spelling`] does.
const KNOWN: [(&str, &[&str]); 6] = [
    (
        RECEIVED_ON,
        &[
            "received",
            "datereceived",
            "receiveddate",
            "receiveddateutc",
            "receiptdate",
            "dateofreceipt",
            "datein",
            "requestdate",
            "date",
            "eingang",
            "eingangsdatum",
            "eingegangenam",
            "eingangam",
            "datum",
            "datederéception",
            "reçule",
            "daterecue",
        ],
    ),
    (
        REQUEST_ID,
        &[
            "id",
            "request",
            "requestnumber",
            "requestno",
            "reference",
            "referencenumber",
            "case",
            "caseid",
            "casenumber",
            "ticket",
            "ticketid",
            "aktenzeichen",
            "vorgang",
            "vorgangsnummer",
            "anfrageid",
            "référence",
            "numérodedossier",
        ],
    ),
    (
        ACCOUNT_ID,
        &[
            "account",
            "accountnumber",
            "user",
            "userid",
            "username",
            "identifier",
            "selector",
            "customerid",
            "konto",
            "kontoid",
            "kontonummer",
            "nutzer",
            "nutzerid",
            "kundennummer",
            "compte",
        ],
    ),
    ("country", &["countrycode", "countryname", "jurisdiction", "requestingcountry", "land", "staat", "pays"]),
    (
        LEGAL_PROCESS,
        &[
            "process",
            "processtype",
            "typeofprocess",
            "requesttype",
            "typeofrequest",
            "legalbasis",
            "documenttype",
            "typeofdocument",
            "rechtsgrundlage",
            "anfrageart",
            "verfahren",
            "basejuridique",
        ],
    ),
    ("agency", &["authority", "requestingagency", "requestingauthority", "behörde", "autorité"]),
];

/// A needed column that a header lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// The column by hushcount's name.
    pub(super) column: String,
    /// The name under which it was looked for.
    pub(super) header: String,
    /// The name in the header that probably means it.
    pub(super) near: Option<String>,
    /// Whether that is the same name in another spelling.
    pub(super) respelled: bool,
}

impl Missing {
    pub(super) fn of(column: &str, header: &[String], policy: &Policy) -> Self {
        let wanted = policy.log.header(column);
        let respelled = header.iter().any(|name| spelling(name) == spelling(wanted));
        let near = near(column, header, policy).map(str::to_owned);
        Self { column: column.to_owned(), header: wanted.to_owned(), near, respelled }
    }

    pub(super) fn text(&self) -> String {
        let Self { column, header, near, respelled } = self;
        let mapped = if column == header { String::new() } else { format!(" (mapped to `{header}`)") };
        let near = match (near, respelled) {
            (Some(near), true) => format!(", which is there in another spelling: `{near}`"),
            (None, true) => ", which is there in another spelling".to_owned(),
            (Some(near), false) => format!(" (did you mean `{near}`?)"),
            (None, false) => String::new(),
        };
        format!("`{column}`{mapped}{near}")
    }

    /// The option that maps the log's own name, where it is known.
    pub(super) fn option(&self) -> Option<String> {
        self.near.as_ref().map(|near| mapping(&self.column, near))
    }

    /// The line of a policy that does.
    pub(super) fn line(&self) -> Option<String> {
        self.near.as_ref().map(|near| format!("{} = {near:?}", self.column))
    }
}

/// The option that maps a log's own name.
pub(super) fn mapping(column: &str, name: &str) -> String {
    format!("--column {column}={name:?}")
}

/// The name in a header that probably means a column: another spelling of it, a word that is known for it, or a near one.
pub(super) fn near<'h>(column: &str, header: &'h [String], policy: &Policy) -> Option<&'h str> {
    if looks_like_a_row(header) {
        return None;
    }
    let log = &policy.log;
    // What has a meaning of its own, or was mapped, is not meant for another column.
    let is_taken = |name: &str| {
        let other = LOG_COLUMNS.contains(&name) && name != column;
        other || log.columns.iter().any(|(mapped, own)| own == name && mapped != column)
    };
    let free: Vec<&str> =
        header.iter().map(String::as_str).filter(|name| !is_taken(name) && !name.chars().any(is_unseen)).collect();
    let wanted = log.header(column);
    let known =
        KNOWN.iter().find(|(known, _)| *known == column && wanted == column).map_or(&[][..], |(_, words)| words);
    let spelt =
        |words: &[&str]| words.iter().find_map(|word| free.iter().copied().find(|name| spelling(name) == *word));
    let nearest = || closest(wanted, &free).filter(|_| has_a_known_name(header));
    spelt(&[&spelling(wanted)]).or_else(|| spelt(known)).or_else(nearest)
}

/// Whether a header may be the first row of a log that has none.
fn looks_like_a_row(header: &[String]) -> bool {
    header.iter().any(|name| name.contains(|c: char| c.is_numeric() || c == '@'))
}

/// Whether some name is one that logs are known to use for a column, in any spelling.
fn has_a_known_name(header: &[String]) -> bool {
    let words = KNOWN.iter().flat_map(|(_, words)| words.iter().map(|word| (*word).to_owned()));
    let known: BTreeSet<String> = words.chain(LOG_COLUMNS.iter().map(|column| spelling(column))).collect();
    header.iter().any(|name| known.contains(&spelling(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_are_spelt_plainly() {
        for (column, words) in KNOWN {
            assert!(LOG_COLUMNS.contains(&column), "{column}");
            assert!(words.iter().all(|word| spelling(word) == *word), "{column}");
        }
    }

    #[test]
    fn a_row_is_no_header() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        assert!(looks_like_a_row(&row(&["r1", "2026-02-01", "US"])));
        assert!(looks_like_a_row(&row(&["r1", "01.02.2026", "US"])));
        assert!(looks_like_a_row(&row(&["4711", "a", "US"])));
        for day in [
            "2026/01/05",
            "05-Jan-26",
            "Jan 5, 2026",
            "2026-W01",
            "20260105T1000Z",
            "2026年1月5日",
            "45123.5 ",
            "２０２６",
        ] {
            assert!(looks_like_a_row(&row(&["countryX", day, "account_jane"])), "{day}");
        }
        // A row without a day: nothing in it is a name that logs use.
        assert!(!has_a_known_name(&row(&["countryX", "", "account_jane"])));
        assert!(has_a_known_name(&row(&["Vorgang", "Eingang am", "Landx", ""])));
        assert!(!looks_like_a_row(&row(&["Vorgang", "Eingang am", "Land", ""])));
    }
}
