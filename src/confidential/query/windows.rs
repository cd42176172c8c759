//! One table in a single chain of windows, for engines that work out a part anew for each of its readers.
//!
//! It keeps what `tables` keeps: the places that windows give are those of the same orders.

use super::dialect::Part;
use super::tables::Table;
use super::{LOSSES, losses};
use crate::policy::{Bounds, PrivacyUnit};

impl Table<'_> {
    /// The parts that count the table, and its rows of the result.
    pub(super) fn in_windows(&self, bounds: Bounds) -> (Vec<Part>, Vec<String>) {
        let parts = vec![
            Part::once(self.part("rows"), self.rows()),
            Part::once(self.part("placed"), self.places()),
            Part::once(self.part("sized"), self.sizes()),
            Part::once(self.part("ordered"), self.orders(bounds)),
            Part::shared(self.part("sums"), self.sums(bounds)),
        ];
        let mut results = vec![self.measures()];
        results.push(self.losses_of_sums());
        (parts, results)
    }

    /// How many cells a unit has, and others in each, follows from the largest place.
    fn places(&self) -> String {
        format!(
            "SELECT unit_key, cell, other_key,\n  DENSE_RANK() OVER (PARTITION BY unit_key ORDER BY cell) AS cell_place,\n  \
             DENSE_RANK() OVER (PARTITION BY unit_key, cell ORDER BY other_key) AS other_place\nFROM {}",
            self.part("rows")
        )
    }

    fn sizes(&self) -> String {
        format!(
            "SELECT unit_key, cell, other_key,\n  MAX(cell_place) OVER (PARTITION BY unit_key) AS cells,\n  \
             MAX(other_place) OVER (PARTITION BY unit_key, cell) AS others\nFROM {}",
            self.part("placed")
        )
    }

    /// Hashes are taken only where there is something to choose.
    fn orders(&self, bounds: Bounds) -> String {
        let (cells, others) = (self.order_of_cell("s.unit_key"), self.order_of_other("s.other_key"));
        format!(
            "SELECT s.unit_key, s.cell, s.other_key,\n  \
             DENSE_RANK() OVER (PARTITION BY s.unit_key ORDER BY CASE WHEN s.cells > {} THEN {cells} ELSE '' END, s.cell) AS cell_place,\n  \
             DENSE_RANK() OVER (PARTITION BY s.unit_key, s.cell ORDER BY CASE WHEN s.other_key = '' THEN 1 ELSE 0 END, CASE WHEN s.others > {} THEN {others} ELSE '' END, s.other_key) AS other_place\n\
             FROM {} AS s JOIN {} AS c ON c.cell = s.cell",
            bounds.cells,
            bounds.per_cell,
            self.part("sized"),
            self.part("cells")
        )
    }

    /// What each cell counts, and what was seen there.
    fn sums(&self, bounds: Bounds) -> String {
        let is_unit = if self.unit == PrivacyUnit::Account { "substr(unit_key, 1, 1) = 'a'" } else { "1 = 1" };
        let kept = format!("cell_place <= {}", bounds.cells);
        let other = format!("{kept} AND other_place <= {} AND other_key <> ''", bounds.per_cell);
        let distinct = |condition: &str, id: &str| format!("COUNT(DISTINCT CASE WHEN {condition} THEN {id} END)");
        let number = |condition: &str| format!("COUNT(CASE WHEN {condition} THEN 1 END)");
        format!(
            "SELECT cell, {} AS others, {} AS {}, {} AS {}, {} AS {}, {} AS {}\nFROM {} GROUP BY cell",
            distinct(&other, "other_key"),
            distinct(is_unit, "unit_key"),
            LOSSES[0],
            distinct(&format!("{kept} AND {is_unit}"), "unit_key"),
            LOSSES[1],
            number("other_key <> ''"),
            LOSSES[2],
            number(&other),
            LOSSES[3],
            self.part("ordered")
        )
    }

    /// The measures of every cell.
    fn measures(&self) -> String {
        let column = |measure| if self.unit.is_counted_by(measure) { LOSSES[1] } else { "others" };
        let cases: Vec<String> =
            self.spec.measures.iter().map(|one| format!("WHEN '{one}' THEN k.{}", column(*one))).collect();
        let measures: Vec<(&str, usize)> = self.spec.measures.iter().map(|one| one.as_str()).zip(0..).collect();
        format!(
            "SELECT '{}' AS table_name, m.measure, c.cell, COALESCE(CASE m.measure {} END, 0) AS how_many\n\
             FROM {} AS c LEFT JOIN {} AS k ON k.cell = c.cell CROSS JOIN ({}) AS m",
            self.spec.name,
            cases.join(" "),
            self.part("cells"),
            self.part("sums"),
            self.query.dialect().list(["measure", "place"], &measures)
        )
    }

    fn losses_of_sums(&self) -> String {
        let told: Vec<(&str, usize)> = losses(self.query.policy, self.spec).iter().copied().zip(0..).collect();
        let sums = LOSSES.map(|loss| format!("SUM({loss}) AS {loss}")).join(", ");
        let cases = LOSSES.map(|loss| format!("WHEN '{loss}' THEN k.{loss}")).join(" ");
        format!(
            "SELECT '{}' AS table_name, m.measure, 0 AS cell, COALESCE(CASE m.measure {cases} END, 0) AS how_many\n\
             FROM (SELECT {sums} FROM {}) AS k CROSS JOIN ({}) AS m",
            self.spec.name,
            self.part("sums"),
            self.query.dialect().list(["measure", "place"], &told)
        )
    }
}
