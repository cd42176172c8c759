//! What a table counts and does not print, as its policy names it.

use super::reader::Stated;
use super::resolve::Resolver;
use crate::keys::TOTAL;
use crate::regime::Lifted;
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
        if let Some(numbers) = spec.regime.as_deref().filter(|_| !withheld.is_nothing()) {
            let is_zero = withheld.cells.iter().any(|cell| spec.is_declared_zero(*cell));
            if is_zero || numbers.lifted != Lifted::Ignored {
                let message = "what is declared zero, or raised by what is no longer secret, is told all the same: it cannot be withheld";
                self.fail(stated.origin.problem(message));
            }
        }
        Some(TableSpec { withheld, ..spec })
    }
}
