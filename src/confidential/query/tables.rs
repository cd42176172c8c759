//! One table of the query: the bounds on what a unit contributes, then the counts.
//!
//! Only of units that are beyond a bound are hashes taken: the others count whatever the order.

use super::dialect::Part;
use super::{LOSSES, Query, counts_others};
use crate::keys::KeySet;
use crate::policy::{Bounds, PrivacyUnit};
use crate::table::{Measure, TableSpec};

/// The character between the keys that a cell's order follows from.
const BETWEEN_KEYS: &str = "chr(31)";

/// A table with the names of its parts.
pub(super) struct Table<'q> {
    pub(super) query: &'q Query<'q>,
    pub(super) spec: &'q TableSpec,
    pub(super) unit: PrivacyUnit,
    pub(super) place: usize,
}

impl Query<'_> {
    /// The parts that count one table, and its rows of the result.
    pub(super) fn table(&self, place: usize, spec: &TableSpec) -> (Vec<Part>, Vec<String>) {
        let table = Table { query: self, spec, unit: self.policy.privacy.unit, place };
        let mut parts = vec![table.cells()];
        let (counts, losses) = match self.policy.privacy.applied_bounds() {
            None => (spec.measures.iter().map(|measure| table.unbounded(*measure)).collect(), Vec::new()),
            Some(_) if !self.has_ids() && table.unit == PrivacyUnit::Request => {
                (spec.measures.iter().map(|measure| table.unbounded(*measure)).collect(), table.losses_of_rows())
            }
            Some(bounds) if self.has_ids() && !self.dialect().keeps_parts() => {
                let (of_table, results) = table.in_windows(bounds);
                parts.extend(of_table);
                return (parts, results);
            }
            Some(bounds) => {
                parts.extend(table.bounded(bounds));
                let counts: Vec<String> = spec.measures.iter().map(|measure| table.count(*measure, bounds)).collect();
                (counts, table.losses(bounds))
            }
        };
        let told = spec.measures.iter().zip(counts).map(|(measure, count)| table.result(measure.as_str(), &count));
        (parts, told.chain(losses).collect())
    }
}

impl Table<'_> {
    pub(super) fn part(&self, name: &str) -> String {
        format!("hush_{name}_{}", self.place)
    }

    /// Every cell, with the keys that its order among a unit's cells follows from.
    fn cells(&self) -> Part {
        let columns = self.columns();
        let names = columns.iter().map(|column| format!("{BETWEEN_KEYS} || n{column}.name"));
        let name = names.collect::<Vec<_>>().join(" || ");
        let number = self.number(|column| format!("n{column}.place"));
        let from = columns.iter().map(|column| format!("hush_names_{column} AS n{column}"));
        let from = from.collect::<Vec<_>>().join(" CROSS JOIN ");
        let body = if columns.is_empty() {
            "SELECT 0 AS cell, '' AS name".to_owned()
        } else {
            format!("SELECT {number} AS cell, {name} AS name FROM {from}")
        };
        Part::once(self.part("cells"), body)
    }

    /// The places of the table's columns among the policy's.
    fn columns(&self) -> Vec<usize> {
        let all = self.query.policy.dimensions();
        let place = |set: &KeySet| all.iter().position(|one| one.column() == set.column()).unwrap_or_default();
        self.spec.dimensions.iter().map(|set| place(set)).collect()
    }

    /// A cell's number; the last column varies fastest.
    fn number(&self, key: impl Fn(usize) -> String) -> String {
        let strides = self.query.strides();
        self.columns().into_iter().fold(String::new(), |number, column| {
            let key = key(column);
            if number.is_empty() { key } else { format!("({number}) * {} + {key}", strides[column].1) }
        })
    }

    /// The cell of what a row says.
    fn cell(&self) -> String {
        let strides = self.query.strides();
        let cell = self.number(|column| {
            let (stride, size) = strides[column];
            let quotient = self.query.dialect().quotient("said", stride);
            if column == 0 { quotient } else { format!("MOD({quotient}, {size})") }
        });
        if cell.is_empty() { "0".to_owned() } else { cell }
    }

    fn result(&self, measure: &str, counted: &str) -> String {
        format!(
            "SELECT '{}' AS table_name, '{measure}' AS measure, c.cell, COALESCE(k.how_many, 0) AS how_many\n\
             FROM {} AS c LEFT JOIN (\n{counted}\n) AS k ON k.cell = c.cell",
            self.spec.name,
            self.part("cells")
        )
    }

    /// Every request and account, where nothing is bounded, or nothing could be beyond the bounds.
    fn unbounded(&self, measure: Measure) -> String {
        let count = match measure {
            Measure::Requests if self.query.has_ids() => "COUNT(DISTINCT request_key)",
            Measure::Requests => "SUM(stood)",
            Measure::Accounts => "COUNT(DISTINCT NULLIF(account_key, ''))",
        };
        let cell = self.cell();
        let ids: String = [(self.query.has_ids(), "request_key, "), (self.query.has_accounts(), "account_key, ")]
            .iter()
            .filter_map(|(is_there, id)| is_there.then_some(*id))
            .collect();
        format!(
            "  SELECT cell, {count} AS how_many FROM (SELECT {ids}stood, {cell} AS cell FROM hush_counted) AS hush_all GROUP BY cell"
        )
    }

    /// The units with their cells, and what of them is beyond the bounds.
    fn bounded(&self, bounds: Bounds) -> Vec<Part> {
        let mut parts = Vec::new();
        if self.tells_others() {
            parts.push(Part::shared(self.part("rows"), self.rows()));
        }
        parts.push(Part::shared(self.part("units"), self.units()));
        parts.push(Part::shared(self.part("dropped"), self.dropped(bounds)));
        if self.tells_others() {
            parts.push(Part::shared(self.part("crowded"), self.crowded(bounds)));
        }
        parts
    }

    /// Whether others are told apart, and not only counted, or not at all.
    fn tells_others(&self) -> bool {
        counts_others(self.unit, self.spec) && self.query.has_ids()
    }

    /// The unit of a counted row. Two kinds of ids have each a letter of its own before them, as in their identities.
    fn unit_of_row(&self) -> &'static str {
        match self.unit {
            PrivacyUnit::Request => "request_key",
            PrivacyUnit::Account if self.query.has_ids() => {
                "CASE WHEN account_key = '' THEN 'r' || request_key ELSE 'a' || account_key END"
            }
            PrivacyUnit::Account => "'a' || account_key",
        }
    }

    /// Each unit, cell and other once. Without parts every row is that already.
    pub(super) fn rows(&self) -> String {
        let other = match self.unit {
            PrivacyUnit::Account => "request_key",
            PrivacyUnit::Request if self.query.has_accounts() => "account_key",
            PrivacyUnit::Request => "''",
        };
        let (unit, cell) = (self.unit_of_row(), self.cell());
        let distinct = if self.query.has_parts() { "DISTINCT " } else { "" };
        format!("SELECT {distinct}{unit} AS unit_key, {cell} AS cell, {other} AS other_key FROM hush_counted")
    }

    /// Each unit's cells, and how many others it has in each.
    fn units(&self) -> String {
        if self.tells_others() {
            let others = if self.unit == PrivacyUnit::Request { "COUNT(NULLIF(other_key, ''))" } else { "COUNT(*)" };
            return format!(
                "SELECT unit_key, cell, {others} AS others FROM {} GROUP BY unit_key, cell",
                self.part("rows")
            );
        }
        let named = if self.query.has_ids() { "" } else { " WHERE account_key <> ''" };
        format!(
            "SELECT unit_key, cell, SUM(stood) AS others FROM (SELECT {} AS unit_key, {} AS cell, stood FROM hush_counted{named}) AS hush_rows GROUP BY unit_key, cell",
            self.unit_of_row(),
            self.cell()
        )
    }

    /// The cells that a unit does not count in: those after its first ones.
    fn dropped(&self, bounds: Bounds) -> String {
        let (units, cells) = (self.part("units"), self.part("cells"));
        let order = self.order_of_cell("u.unit_key");
        format!(
            "SELECT unit_key, cell, others FROM (\n  SELECT u.unit_key, u.cell, u.others,\n    ROW_NUMBER() OVER (PARTITION BY u.unit_key ORDER BY {order}, u.cell) AS place\n  \
             FROM {units} AS u\n  JOIN (SELECT unit_key FROM {units} GROUP BY unit_key HAVING COUNT(*) > {}) AS m ON m.unit_key = u.unit_key\n  \
             JOIN {cells} AS c ON c.cell = u.cell\n) AS hush_order\nWHERE place > {}",
            bounds.cells, bounds.cells
        )
    }

    /// What the order of a unit's cells follows from.
    pub(super) fn order_of_cell(&self, unit: &str) -> String {
        let dialect = self.query.dialect();
        let salt = dialect.literal(&format!("{}c", self.query.salt));
        dialect.sha256(&format!("{salt} || {} || c.name", self.identity_of_unit(unit)))
    }

    /// The order of others in a cell.
    pub(super) fn order_of_other(&self, other: &str) -> String {
        self.identity(if self.unit == PrivacyUnit::Request { "a" } else { "r" }, other)
    }

    /// The first 32 digits of the hash of an id, behind the salt and the letter of its kind.
    fn identity(&self, kind: &str, id: &str) -> String {
        let dialect = self.query.dialect();
        let salt = dialect.literal(&format!("{}{kind}", self.query.salt));
        format!("substr({}, 1, 32)", dialect.sha256(&format!("{salt} || {id}")))
    }

    fn identity_of_unit(&self, unit: &str) -> String {
        // An account's unit has the letter of its kind already.
        self.identity(if self.unit == PrivacyUnit::Request { "r" } else { "" }, unit)
    }

    /// The cells that a unit counts in, with more others than count.
    fn crowded(&self, bounds: Bounds) -> String {
        format!(
            "SELECT u.unit_key, u.cell FROM {} AS u LEFT JOIN {} AS d ON d.unit_key = u.unit_key AND d.cell = u.cell\n\
             WHERE u.others > {} AND d.unit_key IS NULL",
            self.part("units"),
            self.part("dropped"),
            bounds.per_cell
        )
    }

    fn count(&self, measure: Measure, bounds: Bounds) -> String {
        if self.unit.is_counted_by(measure) {
            self.count_units()
        } else if self.tells_others() {
            self.count_others(bounds)
        } else {
            self.count_rows(bounds)
        }
    }

    /// A request that names no account is a unit of its own, and no account is counted for it.
    fn is_account(&self) -> &'static str {
        if self.unit == PrivacyUnit::Account { " WHERE substr(unit_key, 1, 1) = 'a'" } else { "" }
    }

    fn count_units(&self) -> String {
        let is_account = self.is_account();
        format!(
            "  SELECT cell, SUM(units) AS how_many FROM (\n    SELECT cell, COUNT(*) AS units FROM {}{is_account} GROUP BY cell\n    \
             UNION ALL\n    SELECT cell, -COUNT(*) AS units FROM {}{is_account} GROUP BY cell\n  ) AS hush_kept GROUP BY cell",
            self.part("units"),
            self.part("dropped")
        )
    }

    /// The others of units that count: all of them, and the first ones where there are too many.
    fn count_others(&self, bounds: Bounds) -> String {
        let (rows, dropped, crowded) = (self.part("rows"), self.part("dropped"), self.part("crowded"));
        let order = self.order_of_other("t.other_key");
        format!(
            "  SELECT cell, COUNT(DISTINCT NULLIF(other_key, '')) AS how_many FROM (\n    \
             SELECT t.cell, t.other_key FROM {rows} AS t\n    \
             LEFT JOIN (SELECT unit_key, cell FROM {dropped} UNION ALL SELECT unit_key, cell FROM {crowded}) AS x\n      \
             ON x.unit_key = t.unit_key AND x.cell = t.cell\n    WHERE x.unit_key IS NULL\n    \
             UNION ALL\n    SELECT cell, other_key FROM (\n      SELECT t.cell, t.other_key,\n        \
             ROW_NUMBER() OVER (PARTITION BY t.unit_key, t.cell ORDER BY {order}, t.other_key) AS place\n      \
             FROM {rows} AS t JOIN {crowded} AS c ON c.unit_key = t.unit_key AND c.cell = t.cell AND t.other_key <> ''\n    \
             ) AS hush_first WHERE place <= {}\n  ) AS hush_kept GROUP BY cell",
            bounds.per_cell
        )
    }

    /// Requests of a log without ids: every row is one, so only how many a unit has matters.
    fn count_rows(&self, bounds: Bounds) -> String {
        let most = format!("LEAST(others, {})", bounds.per_cell);
        format!(
            "  SELECT cell, SUM(others) AS how_many FROM (\n    SELECT cell, SUM({most}) AS others FROM {} GROUP BY cell\n    \
             UNION ALL\n    SELECT cell, -SUM({most}) AS others FROM {} GROUP BY cell\n    \
             UNION ALL\n    SELECT cell, SUM(stood) AS others FROM (SELECT stood, {} AS cell FROM hush_counted WHERE account_key = '') AS hush_lone GROUP BY cell\n  \
             ) AS hush_kept GROUP BY cell",
            self.part("units"),
            self.part("dropped"),
            self.cell()
        )
    }

    fn loss(&self, measure: &str, number: &str) -> String {
        format!("SELECT '{}' AS table_name, '{measure}' AS measure, 0 AS cell, {number} AS how_many", self.spec.name)
    }

    /// How much was seen and how much of it counts.
    fn losses(&self, bounds: Bounds) -> Vec<String> {
        let is_account = self.is_account();
        let of = |what: &str, part: &str, filter: &str| {
            format!("(SELECT COALESCE(SUM({what}), 0) FROM {}{filter})", self.part(part))
        };
        let mut told = vec![
            of("1", "units", is_account),
            format!("{} - {}", of("1", "units", is_account), of("1", "dropped", is_account)),
        ];
        if counts_others(self.unit, self.spec) {
            let most = format!("LEAST(others, {})", bounds.per_cell);
            let lone = "(SELECT COALESCE(SUM(stood), 0) FROM hush_counted WHERE account_key = '')";
            let lone = if self.query.has_ids() { "0" } else { lone };
            told.push(format!("{} + {lone}", of("others", "units", "")));
            told.push(format!("{} - {} + {lone}", of(&most, "units", ""), of(&most, "dropped", "")));
        }
        LOSSES.iter().zip(told).map(|(measure, number)| self.loss(measure, &number)).collect()
    }

    /// The same of a log without ids, of whose rows each is a unit: nothing is beyond.
    fn losses_of_rows(&self) -> Vec<String> {
        let all = "(SELECT COALESCE(SUM(stood), 0) FROM hush_counted)";
        let named = "(SELECT COALESCE(SUM(stood), 0) FROM hush_counted WHERE account_key <> '')";
        let told = [all, all, named, named];
        let told = told.into_iter().take(if counts_others(self.unit, self.spec) { 4 } else { 2 });
        LOSSES.iter().zip(told).map(|(measure, number)| self.loss(measure, number)).collect()
    }
}
