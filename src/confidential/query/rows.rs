//! From the rows of the log to what each request says at last: the parts of the query that read, look up and settle.

use std::collections::BTreeSet;

use super::dialect::{Part, leading};
use super::spelt::{folded_sql, letters_sql, plain, plain_sql, sounds_secret_sql};
use super::{DUPLICATES, OF_ALL_ROWS, Query, READS, REJECTED, ROWS, UNORDERED, checks};
use crate::keys::{KeySet, SECRET_WORDS, is_national_security};

/// What a row says that does not count, below zero: the standings in the order of `Standing`, then what is wrong.
pub(super) const OUT_OF_PERIOD: i64 = -1;
const LEFT_OUT: i64 = -2;
const SECRET: i64 = -3;
const FIRST_FAULT: i64 = -10;

/// The part that has each request's last word.
pub(super) const LAST: &str = "hush_final";

/// The number of what is wrong: its place in the list that the reader has too.
pub(super) fn fault(place: usize) -> i64 {
    FIRST_FAULT - i64::try_from(place).unwrap_or(i64::MAX / 2)
}

impl Query<'_> {
    /// Whether requests have ids, so that a later row takes an earlier one's place.
    pub(super) fn has_ids(&self) -> bool {
        self.layout.request_id.is_some()
    }

    /// Whether requests have parts.
    pub(super) fn has_parts(&self) -> bool {
        self.layout.parent_id.is_some()
    }

    pub(super) fn has_accounts(&self) -> bool {
        self.layout.account_id.is_some()
    }

    /// Whether a named order of the rows decides which is the last.
    fn is_ordered(&self) -> bool {
        self.has_ids() && !self.args.order_by.is_empty()
    }

    pub(super) fn parts_of_rows(&self) -> Vec<Part> {
        let mut parts = self.lists();
        parts.push(Part::once("hush_read", self.read()));
        parts.push(Part::once("hush_found", self.found()));
        parts.push(Part::once("hush_folded", self.folded()));
        parts.push(Part::once("hush_lettered", self.lettered()));
        parts.push(Part::once("hush_placed", self.placed()));
        let is_read_twice = self.is_ordered() && self.dialect().keeps_parts();
        let said = self.said();
        parts.push(if is_read_twice { Part::shared("hush_said", said) } else { Part::once("hush_said", said) });
        if is_read_twice {
            parts.push(Part::shared("hush_once", self.once("hush_said", ["said"; 2])));
            parts.push(Part::once("hush_settled", self.settled()));
            parts.push(Part::shared("hush_final", self.after_settling()));
        } else if self.is_ordered() {
            parts.push(Part::once("hush_ranked", self.ranked("hush_said AS s")));
            let last = "CASE WHEN place = 1 THEN said END";
            parts.push(Part::shared("hush_final", self.once("hush_ranked", [last; 2])));
        } else {
            parts.push(Part::shared("hush_final", self.once("hush_said", ["said"; 2])));
        }
        let counted = format!("SELECT {}said, stood FROM {} WHERE said >= 0", leading(&self.ids()), LAST);
        parts.push(Part::shared("hush_counted", counted));
        parts
    }

    /// The keys and the words for each column, and the words for legal processes.
    fn lists(&self) -> Vec<Part> {
        let dialect = self.dialect();
        let mut parts = Vec::new();
        for (place, set) in self.policy.dimensions().iter().enumerate() {
            let written: Vec<(&str, usize)> = set.accepted().collect();
            let names: Vec<(&str, usize)> = set.keys().iter().map(String::as_str).zip(0..).collect();
            if set.derived().is_none() {
                parts.push(Part::once(format!("hush_words_{place}"), dialect.list(["written", "place"], &written)));
            }
            parts.push(Part::once(format!("hush_names_{place}"), dialect.list(["name", "place"], &names)));
        }
        if self.layout.legal_process.is_some() {
            let words = self.policy.log.processes.iter();
            let words: Vec<(&str, usize)> =
                words.map(|(text, name)| (text.as_str(), usize::from(is_national_security(name)))).collect();
            parts.push(Part::once("hush_processes", dialect.list(["written", "secret"], &words)));
        }
        parts
    }

    /// A column as text; what is not there is empty.
    pub(super) fn text(&self, place: usize) -> String {
        format!("COALESCE({}, '')", self.raw_text(place))
    }

    fn raw_text(&self, place: usize) -> String {
        self.dialect().text(&self.column(&self.header[place]))
    }

    pub(super) fn column(&self, name: &str) -> String {
        format!("hush_log.{}", self.dialect().name(name))
    }

    /// The policy's columns that are looked up, by their places: derived ones are not.
    fn looked_up(&self) -> Vec<usize> {
        let sets = self.policy.dimensions();
        sets.iter().enumerate().filter(|(_, set)| set.derived().is_none()).map(|(place, _)| place).collect()
    }

    fn read(&self) -> String {
        let layout = self.layout;
        let mut columns = vec![format!("{} AS received", self.day(layout.received_on))];
        columns.extend(self.derived_columns());
        if let Some(id) = layout.request_id {
            let id = self.text(id);
            let parent =
                layout.parent_id.map(|parent| format!("COALESCE(NULLIF({}, ''), {id})", self.raw_text(parent)));
            columns.push(format!("{id} AS own_id"));
            columns.push(format!("{} AS request_key", parent.unwrap_or(id)));
        }
        columns.extend(layout.account_id.map(|place| format!("{} AS account_key", self.text(place))));
        columns.extend(layout.legal_process.map(|place| format!("{} AS process", self.text(place))));
        let numbered = |name: &str, places: &[usize]| -> Vec<String> {
            places.iter().enumerate().map(|(n, place)| format!("{} AS {name}_{n}", self.text(*place))).collect()
        };
        columns.extend(numbered("text", &layout.dimensions));
        columns.extend(numbered("left", &layout.leave_out));
        let orders = self.args.order_by.iter().filter(|_| self.is_ordered()).enumerate();
        columns.extend(orders.map(|(n, name)| format!("{} AS order_{n}", self.column(name))));
        format!("SELECT {}\nFROM {} AS hush_log", columns.join(",\n  "), self.args.table)
    }

    /// Looks up what each row's texts are known to mean.
    fn found(&self) -> String {
        let mut columns = vec!["r.*".to_owned()];
        let mut joins = Vec::new();
        for place in self.looked_up() {
            columns.push(format!("w{place}.place AS word_{place}"));
            joins.push(format!("\nLEFT JOIN hush_words_{place} AS w{place} ON w{place}.written = r.text_{place}"));
        }
        if self.layout.legal_process.is_some() {
            columns.push("p.secret AS known".to_owned());
            joins.push("\nLEFT JOIN hush_processes AS p ON p.written = r.process".to_owned());
        }
        format!("SELECT {}\nFROM hush_read AS r{}", columns.join(",\n  "), joins.concat())
    }

    /// The texts that are looked at closely: their columns, and where.
    fn looked_at(&self) -> Vec<(String, String)> {
        let dimensions = self.looked_up().into_iter().map(|n| (format!("text_{n}"), format!("word_{n} IS NULL")));
        let process = self.layout.legal_process.map(|_| ("process".to_owned(), "known IS NULL".to_owned()));
        let left = (0..self.policy.log.leave_out.len()).map(|n| (format!("left_{n}"), format!("left_{n} <> ''")));
        dimensions.chain(process).chain(left).collect()
    }

    fn folded(&self) -> String {
        let fold = |(text, condition): (String, String)| {
            format!(",\n  CASE WHEN {condition} THEN {} END AS folded_{text}", folded_sql(self.dialect(), &text))
        };
        let folded: Vec<String> = self.looked_at().into_iter().map(fold).collect();
        format!("SELECT hush_found.*{}\nFROM hush_found", folded.concat())
    }

    fn lettered(&self) -> String {
        let letters = |(text, _): (String, String)| {
            format!(",\n  {} AS letters_{text}", letters_sql(self.dialect(), &format!("folded_{text}")))
        };
        let letters: Vec<String> = self.looked_at().into_iter().map(letters).collect();
        format!("SELECT hush_folded.*{}\nFROM hush_folded", letters.concat())
    }

    fn placed(&self) -> String {
        let sets = self.policy.dimensions();
        let mut columns = vec!["hush_lettered.*".to_owned()];
        columns.extend(sets.iter().enumerate().map(|(n, set)| format!("{} AS place_{n}", self.place(n, set))));
        if self.layout.legal_process.is_some() {
            // 2 for one that sounds so and is not known.
            let sounds = self.sounds_secret("process");
            columns.push(format!("CASE WHEN known IS NOT NULL THEN known WHEN {sounds} THEN 2 ELSE 0 END AS secret"));
        }
        format!("SELECT {}\nFROM hush_lettered", columns.join(",\n  "))
    }

    fn plain(&self, text: &str) -> String {
        plain_sql(self.dialect(), &format!("folded_{text}"), &format!("letters_{text}"))
    }

    fn sounds_secret(&self, text: &str) -> String {
        sounds_secret_sql(self.dialect(), &format!("folded_{text}"), &format!("letters_{text}"), &SECRET_WORDS)
    }

    /// A column's key, or what is wrong with the text that is there.
    fn place(&self, place: usize, set: &KeySet) -> String {
        if let Some(derived) = set.derived() {
            return self.derived(derived);
        }
        let text = format!("text_{place}");
        let first = checks(self.policy).len() - 2 * self.policy.dimensions().len() + 2 * place;
        let respellings: BTreeSet<String> =
            set.respellings().map(|text| plain(&text)).filter(|one| !one.is_empty()).collect();
        let respelt = format!("{} IN ({})", self.plain(&text), self.dialect().literals(&respellings));
        let respelt = if respellings.is_empty() { "1 = 0" } else { &respelt };
        let rest = match set.other() {
            None => format!("ELSE {}", fault(first + 1)),
            Some(other) => format!("WHEN {} THEN {} ELSE {other}", self.sounds_secret(&text), fault(first + 1)),
        };
        format!("CASE WHEN word_{place} IS NOT NULL THEN word_{place} WHEN {respelt} THEN {} {rest} END", fault(first))
    }

    /// What each row says: its keys as one number, or why it does not count.
    fn said(&self) -> String {
        let orders = (0..self.args.order_by.len()).filter(|_| self.is_ordered()).map(|n| format!("order_{n}"));
        let own = self.has_ids().then(|| "own_id".to_owned());
        let ids = self.ids().into_iter().map(str::to_owned);
        let columns: Vec<String> = own.into_iter().chain(ids).chain(orders).collect();
        let columns = leading(&columns);
        format!("SELECT {columns}CASE\n{}\n  ELSE {} END AS said\nFROM hush_placed", self.reasons(), self.keys())
    }

    /// Why a row would not count, in the order in which the built-in way asks.
    pub(super) fn reasons(&self) -> String {
        let mut cases = self.days().to_vec();
        for (place, values) in self.policy.log.leave_out.values().enumerate() {
            let (dialect, cell) = (self.dialect(), format!("left_{place}"));
            cases.push((format!("{cell} IN ({})", dialect.literals(values)), LEFT_OUT));
            let plain: Vec<String> = values.iter().map(|value| plain(value)).collect();
            let respelt = format!("{} IN ({})", self.plain(&cell), dialect.literals(&plain));
            cases.push((format!("{cell} <> '' AND {respelt}"), fault(3 + place)));
        }
        if self.layout.legal_process.is_some() {
            cases.push(("secret = 2".to_owned(), fault(2)));
            cases.push(("secret = 1".to_owned(), SECRET));
        }
        if self.has_ids() {
            cases.push(("request_key = ''".to_owned(), fault(1)));
        }
        let lines = cases.iter().map(|(condition, says)| format!("  WHEN {condition} THEN {says}"));
        let places = (0..self.policy.dimensions().len()).map(|n| format!("  WHEN place_{n} < 0 THEN place_{n}"));
        lines.chain(places).collect::<Vec<_>>().join("\n")
    }

    /// The keys of a row as one number; the last column's varies fastest.
    fn keys(&self) -> String {
        let strides = self.strides();
        let terms = strides.iter().enumerate().map(|(n, (stride, _))| format!("CAST(place_{n} AS BIGINT) * {stride}"));
        let terms: Vec<String> = terms.collect();
        if terms.is_empty() { "CAST(0 AS BIGINT)".to_owned() } else { terms.join(" + ") }
    }

    /// For each column what its key is multiplied with, and how many keys it has.
    pub(super) fn strides(&self) -> Vec<(u64, u64)> {
        let mut strides = Vec::new();
        let mut stride = 1;
        for set in self.policy.dimensions().iter().rev() {
            let size = set.keys().len() as u64;
            strides.push((stride, size));
            stride *= size;
        }
        strides.reverse();
        strides
    }

    /// The columns that tell requests and accounts apart.
    fn ids(&self) -> Vec<&'static str> {
        let request = self.has_ids().then_some("request_key");
        request.into_iter().chain(self.has_accounts().then_some("account_key")).collect()
    }

    /// What makes two rows the same.
    fn same(&self) -> Vec<&'static str> {
        let part = (self.has_ids() && self.has_parts()).then_some("own_id");
        self.ids().into_iter().chain(part).collect()
    }

    /// Each request, part and account once, with what its rows say: least and most of those that may be last, and the worst
    /// of all. Rows without an id of their own stay apart: they are put together only where they say the same.
    fn once(&self, from: &str, [least, most]: [&str; 2]) -> String {
        let lone = if self.has_ids() { "CASE WHEN own_id = '' THEN said ELSE 0 END" } else { "said" };
        let is_lone = if self.has_ids() { "MAX(CASE WHEN own_id = '' THEN 1 ELSE 0 END)" } else { "1" };
        let same = leading(&self.same());
        format!(
            "SELECT {same}MIN({least}) AS said, MAX({most}) AS most, MIN(said) AS worst, COUNT(*) AS stood, {is_lone} AS lone\nFROM {from}\nGROUP BY {same}{lone}"
        )
    }

    fn on(&self, one: &str, other: &str) -> String {
        let same = self.same();
        same.iter().map(|id| format!("{one}.{id} = {other}.{id}")).collect::<Vec<_>>().join(" AND ")
    }

    /// Rows with their place from the end; several may be last. Rows without an id of their own are all last.
    fn ranked(&self, from: &str) -> String {
        let order = (0..self.args.order_by.len())
            .map(|n| format!("CASE WHEN s.order_{n} IS NULL THEN 0 ELSE 1 END DESC, s.order_{n} DESC"));
        let order = order.collect::<Vec<_>>().join(", ");
        let same: Vec<String> = self.same().iter().map(|id| format!("s.{id}")).collect();
        let own = if self.has_parts() { "" } else { "s.own_id, " };
        format!(
            "SELECT {}{own}s.said, CASE WHEN s.own_id = '' THEN 1 ELSE RANK() OVER (PARTITION BY {} ORDER BY {order}) END AS place\nFROM {from}",
            leading(&same),
            same.join(", ")
        )
    }

    /// What the last row says, where rows disagree.
    fn settled(&self) -> String {
        let disagreeing = format!(
            "hush_said AS s JOIN hush_once AS o ON {} AND o.said <> o.most AND s.own_id <> ''",
            self.on("s", "o")
        );
        let names = self.same().join(", ");
        format!(
            "SELECT {names}, MIN(said) AS said, MAX(said) AS most\nFROM (\n{}\n) AS hush_ranked\nWHERE place = 1\nGROUP BY {names}",
            self.ranked(&disagreeing)
        )
    }

    fn after_settling(&self) -> String {
        let same = leading(&self.same().iter().map(|id| format!("o.{id}")).collect::<Vec<_>>());
        format!(
            "SELECT {same}COALESCE(s.said, o.said) AS said, COALESCE(s.most, o.most) AS most, o.worst, o.stood, o.lone\n\
             FROM hush_once AS o LEFT JOIN hush_settled AS s ON {}",
            self.on("s", "o")
        )
    }

    /// What became of the rows, and what is wrong with them, in one line.
    fn told(&self) -> String {
        let stands = "CASE WHEN lone = 1 THEN stood ELSE 1 END";
        let sum = |condition: &str, number: &str| format!("SUM(CASE WHEN {condition} THEN {number} ELSE 0 END)");
        let rows = ["said >= 0", "said = -1", "said = -2", "said = -3"].map(|standing| sum(standing, stands));
        let others = [sum("lone = 0", "stood - 1"), sum("said <> most", "1")];
        let faults = (0..checks(self.policy).len()).map(|place| sum(&format!("worst = {}", fault(place)), stands));
        let sums = rows.into_iter().chain(others).chain(faults).enumerate();
        let sums: Vec<String> = sums.map(|(number, sum)| format!("{sum} AS told_{number}")).collect();
        format!("SELECT {} FROM {LAST}", sums.join(",\n  "))
    }

    /// The same as rows of the result.
    pub(super) fn results_of_rows(&self) -> Vec<String> {
        let measures = [(ROWS, 4), (DUPLICATES, 1), (UNORDERED, 1), (REJECTED, checks(self.policy).len())];
        let all: Vec<(&str, usize)> = measures.iter().flat_map(|(name, cells)| vec![*name; *cells]).zip(0..).collect();
        let numbers: Vec<String> = (0..all.len()).map(|n| format!("WHEN {n} THEN told_{n}")).collect();
        let mut results = vec![format!(
            "SELECT '{OF_ALL_ROWS}' AS table_name, l.measure, l.told_no - CASE l.measure WHEN '{ROWS}' THEN 0 WHEN '{DUPLICATES}' THEN 4 WHEN '{UNORDERED}' THEN 5 ELSE 6 END AS cell,\n  \
             COALESCE(CASE l.told_no {} END, 0) AS how_many\nFROM ({}) AS l CROSS JOIN (\n{}\n) AS hush_told",
            numbers.join(" "),
            self.dialect().list(["measure", "told_no"], &all),
            self.told()
        )];
        results.extend(self.reads());
        results
    }

    /// Whether each of the columns that a table may have or not was read.
    fn reads(&self) -> impl Iterator<Item = String> {
        let layout = self.layout;
        let places =
            [layout.request_id, layout.parent_id, layout.account_id, layout.legal_process, layout.order_lifted_on];
        places.into_iter().enumerate().map(|(cell, place)| {
            let is_read = u8::from(place.is_some());
            format!("SELECT '{OF_ALL_ROWS}' AS table_name, '{READS}' AS measure, {cell} AS cell, {is_read} AS how_many")
        })
    }
}
