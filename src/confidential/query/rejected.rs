//! The rows that the counting query cannot count, for whoever is to mend them where they are.
//!
//! Its result shows cells of the log, so it never comes back to hushcount.

use super::dialect::leading;
use super::rows::{LAST, fault};
use super::{Query, checks, first_derived_check};

impl Query<'_> {
    /// The query that lists them: ids, the column at fault, what stands there and what was expected.
    pub(super) fn write_rejected(&self) -> String {
        let ids = self.columns_of_ids();
        let named = leading(&ids.iter().map(|(id, name)| format!("{id} AS {name}")).collect::<Vec<_>>());
        let mut lists = vec![self.list_rejected(&named)];
        lists.extend(self.has_ids().then(|| self.list_unordered()));
        format!(
            "{}{}\nSELECT * FROM (\n{}\n) AS hush_result\nORDER BY {}column_name, expected, value\n",
            self.head("It lists the rows that cannot be counted, with what stands there: do not give the result to anybody who may not see\n-- the log. Mend the rows in the table, or map their values in the policy, and run the counting query again."),
            self.dialect().with(&self.parts_of_rows()),
            lists.join("\nUNION ALL\n"),
            leading(&ids.iter().map(|(_, name)| *name).collect::<Vec<_>>()),
        )
    }

    /// The columns with ids, and what the log's are called by hushcount.
    fn columns_of_ids(&self) -> Vec<(&'static str, &'static str)> {
        let request = self.has_ids().then_some(("own_id", "request_id"));
        request.into_iter().chain(self.has_accounts().then_some(("account_key", "account_id"))).collect()
    }

    fn list_rejected(&self, ids: &str) -> String {
        let dialect = self.dialect();
        let (mut columns, mut values, mut expected) = (String::new(), String::new(), String::new());
        for (place, check) in checks(self.policy).iter().enumerate() {
            let when = |then: &str| format!("WHEN {} THEN {then} ", fault(place));
            columns += &when(&dialect.literal(self.policy.log.header(&check.column)));
            values += &when(&self.value_at_fault(place));
            expected += &when(&dialect.literal(&check.expected.text()));
        }
        format!(
            "SELECT {ids}CASE said {columns}END AS column_name,\n  CASE said {values}END AS value,\n  CASE said {expected}END AS expected\n\
             FROM (SELECT hush_placed.*, CASE\n{}\n  ELSE 0 END AS said FROM hush_placed) AS hush_told\nWHERE said <= {}",
            self.reasons(),
            fault(0)
        )
    }

    /// What stands where a check failed: checks are those of `checks`, in its order.
    fn value_at_fault(&self, check: usize) -> String {
        let dimensions = self.policy.dimensions();
        let of_keys = checks(self.policy).len() - 2 * dimensions.len();
        match check {
            0 => format!("COALESCE({}, '')", self.dialect().text("received")),
            2 if self.layout.legal_process.is_some() => "process".to_owned(),
            _ if check >= of_keys => format!("text_{}", (check - of_keys) / 2),
            _ if (3..first_derived_check(self.policy)).contains(&check) => format!("left_{}", check - 3),
            _ => self.derived_at_fault(check.checked_sub(first_derived_check(self.policy))).unwrap_or("''".to_owned()),
        }
    }

    /// The same of what derived columns follow from.
    fn derived_at_fault(&self, check: Option<usize>) -> Option<String> {
        let layout = self.layout;
        let columns = [
            ("secrecy", layout.nondisclosure),
            ("until_day", layout.until),
            ("lifted_day", layout.order_lifted_on),
            ("notified_day", layout.notified_on),
        ];
        let (column, place) = columns.get(check?)?;
        place.map(|_| format!("COALESCE({}, '')", self.dialect().text(column)))
    }

    /// Requests of which no row is known to be the last.
    fn list_unordered(&self) -> String {
        let request = if self.has_parts() { "own_id" } else { "request_key" };
        let account = if self.has_accounts() { "account_key, " } else { "" };
        let expected = "one last row: the rows disagree; name what grows with each export by --order-by";
        format!(
            "SELECT {request}, {account}'', '', {}\nFROM {LAST} WHERE said <> most",
            self.dialect().literal(expected)
        )
    }
}
