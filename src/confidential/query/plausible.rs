//! What holds of the numbers of any result, so that a file that was changed or mixed up is more likely found.

use std::path::Path;

use super::counts_file::invalid;
use super::result::Found;
use super::{LOSSES, OF_ALL_ROWS, READS, UNORDERED, losses};
use crate::error::Outcome;
use crate::policy::Policy;
use crate::table::TableSpec;

impl Found {
    /// Refuses numbers that no log has.
    pub(super) fn refuse_impossible(&self, policy: &Policy, path: &Path) -> Outcome<()> {
        if !self.reads_what_it_tells() {
            return Err(invalid(path, "the counts tell what no column that was read can tell")
                .help("give the query's result as it is")
                .into());
        }
        match policy.tables.iter().find(|table| !self.is_possible(table, policy)) {
            None => Ok(()),
            Some(table) => Err(invalid(path, format!("the counts of table `{}` contradict each other", table.name))
                .help("give the query's result as it is; if it is, its engine counts wrongly, and that should be reported")
                .into()),
        }
    }

    /// Nothing is told by a column that was not read.
    fn reads_what_it_tells(&self) -> bool {
        let (told, tally) = (self.told(), self.tally());
        let no_ids = tally.duplicate == 0 && self.numbers(OF_ALL_ROWS, UNORDERED)[0] == 0;
        let are_flags = self.numbers(OF_ALL_ROWS, READS).iter().all(|read| *read < 2);
        are_flags && (told.requests || no_ids) && (told.processes || tally.national_security == 0)
    }

    fn is_possible(&self, table: &TableSpec, policy: &Policy) -> bool {
        let rows = self.tally().counted;
        let sums = table.measures.iter().map(|measure| {
            let is_unit = policy.privacy.unit.is_counted_by(*measure);
            (is_unit, self.numbers(&table.name, measure.as_str()).iter().sum::<u64>())
        });
        let sums: Vec<(bool, u64)> = sums.collect();
        // Whatever counts in a cell has a row of its own there.
        let rows_suffice = sums.iter().all(|(_, sum)| *sum <= rows);
        let told = losses(policy, table).iter().map(|loss| self.numbers(&table.name, loss)[0]).collect::<Vec<_>>();
        let [units_seen, units_kept, others @ ..] = told.as_slice() else { return rows_suffice };
        let (others_seen, others_kept) = match others {
            [seen, kept] => (*seen, *kept),
            _ => (0, 0),
        };
        debug_assert!(told.len() == 2 || told.len() == LOSSES.len());
        let kept = |(is_unit, sum): &(bool, u64)| if *is_unit { sum == units_kept } else { *sum <= others_kept };
        let fewer =
            [(units_kept, units_seen), (units_seen, &rows), (&others_kept, &others_seen), (&others_seen, &rows)];
        rows_suffice && fewer.iter().all(|(few, many)| few <= many) && sums.iter().all(kept)
    }
}
