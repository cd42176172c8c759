//! What a table counts and does not print, as its policy names it.

use super::reader::Stated;
use super::resolve::Resolver;
use crate::keys::TOTAL;
use crate::table::{TableSpec, Withheld};

impl Resolver {
    /// The table without what it is not to print: cells by their keys, such as `US` or `US/civil`, or `total`.
    pub(super) fn withholding(&mut self, spec: TableSpec, stated: Option<&Stated<Vec<String>>>) -> Option<TableSpec> {
        let Some(stated) = stated else { return Some(spec) };
        if spec.is_private() {
            self.fail(stated.origin.problem("what has selected keys has no cells that could be named beforehand"));
            return None;
        }
        let mut withheld = Withheld::default();
        for name in &stated.value {
            let cells: Vec<usize> = (0..spec.cells()).filter(|cell| spec.keys_of(*cell).join("/") == *name).collect();
            if name == TOTAL && spec.total {
                withheld.total = true;
            } else if cells.is_empty() {
                let message = format!("the table has no cell `{name}`: name its keys as in US/civil, or `total`");
                self.fail(stated.origin.problem(message));
            }
            withheld.cells.extend(cells);
        }
        Some(TableSpec { withheld, ..spec })
    }
}
