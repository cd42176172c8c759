//! Published tables: their shape, and the cells they carry.
//!
//! Which rows a table has follows from its key sets alone.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::band::{Band, BandSize};
use crate::keys::KeySet;
use crate::regime::Numbers;

/// What a cell counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Distinct requests.
    Requests,
    /// Distinct accounts.
    Accounts,
}

impl Measure {
    /// The measure's name in files and options.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Accounts => "accounts",
        }
    }

    /// Reads a measure's name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Requests, Self::Accounts].into_iter().find(|measure| measure.as_str() == text)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One question that a release asks of the log, and spends a share of its budget on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// All cells of a table for one measure.
    Cells(Measure),
    /// The sum of a table's cells, measured with noise of its own.
    Total(Measure),
    /// Which values of a column may be published.
    Selection,
}

/// The shape of one published table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableSpec {
    /// The table's name; its file is `<name>.csv`.
    pub name: String,
    /// The key sets whose combinations are the cells; none means one cell.
    pub dimensions: Vec<Arc<KeySet>>,
    /// What is counted, in the order of publication.
    pub measures: Vec<Measure>,
    /// Whether a row with the sum of all cells is added.
    pub total: bool,
    /// The width of the table's bands.
    pub band_size: BandSize,
    /// How many shares of the release's budget each measure's cells get.
    pub share: u32,
    /// How many shares each total gets to be measured itself; with 0 it is the sum of its noisy cells and costs nothing.
    pub total_share: u32,
    /// The numbers of a regime that the table's cells are, where it is a regime's table.
    pub regime: Option<Arc<Numbers>>,
    /// What is counted and not printed, so that it hides what else would follow from the table.
    pub withheld: Withheld,
}

/// What a table counts and does not print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld {
    /// Cells, for every measure.
    pub cells: BTreeSet<usize>,
    /// The total.
    pub total: bool,
}

impl Withheld {
    /// Whether everything is printed.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.cells.is_empty() && !self.total
    }
}

impl TableSpec {
    /// A table that counts one measure by one column; for counting only, it is never published.
    pub(crate) fn counting(column: Arc<KeySet>, measure: Measure) -> Self {
        Self {
            name: column.column().to_owned(),
            dimensions: vec![column],
            measures: vec![measure],
            total: false,
            band_size: BandSize::ONE,
            share: 1,
            total_share: 0,
            regime: None,
            withheld: Withheld::default(),
        }
    }

    /// How many cells each measure has, without the total.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.dimensions.iter().map(|dimension| dimension.keys().len()).product()
    }

    /// What a measure is called in the table: a regime counts orders and selectors.
    #[must_use]
    pub fn name_of(&self, measure: Measure) -> &'static str {
        match (&self.regime, measure) {
            (None, measure) => measure.as_str(),
            (Some(_), Measure::Requests) => "orders",
            (Some(_), Measure::Accounts) => "selectors",
        }
    }

    /// Whether the keys of some dimension are selected with differential privacy.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.dimensions.iter().any(|set| set.is_private())
    }

    /// The share of a total that is measured itself.
    #[must_use]
    pub fn measured_total(&self) -> Option<u32> {
        Some(self.total_share).filter(|share| self.total && *share > 0)
    }

    /// What the table asks of the log, with the shares each question gets.
    pub fn queries(&self) -> impl Iterator<Item = (Query, u32)> {
        let cells = self.measures.iter().map(|measure| (Query::Cells(*measure), self.share));
        let totals = self.measures.iter().filter_map(|measure| Some((Query::Total(*measure), self.measured_total()?)));
        cells.chain(totals)
    }

    /// What the table counts, and by what: `requests and accounts by country`.
    #[must_use]
    pub fn title(&self) -> String {
        let measures: Vec<&str> = self.measures.iter().map(|measure| self.name_of(*measure)).collect();
        let by: Vec<&str> = self.dimensions.iter().map(|set| set.column()).collect();
        let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(" and ")) };
        format!("{}{by}", measures.join(" and "))
    }

    /// Whether a cell is declared zero: what is printed there follows from the policy alone.
    #[must_use]
    pub fn is_declared_zero(&self, cell: usize) -> bool {
        let number = self.regime.as_ref().and_then(|numbers| numbers.shown.get(cell));
        number.is_some_and(|number| number.zero)
    }

    /// Whether every cell is declared zero, so that the table has no band.
    #[must_use]
    pub fn is_all_declared_zero(&self) -> bool {
        self.cells() > 0 && (0..self.cells()).all(|cell| self.is_declared_zero(cell))
    }

    /// A count's band in a cell of this table.
    #[must_use]
    pub fn band(&self, cell: usize, count: u64, released: Option<u64>) -> Band {
        match (&self.regime, released) {
            _ if self.is_declared_zero(cell) => Band::ZERO,
            (Some(numbers), Some(released)) => numbers.band(count, released, self.band_size),
            _ => self.band_size.band(count),
        }
    }

    /// The keys of a cell, one for each dimension. The last dimension varies fastest.
    #[must_use]
    pub fn keys_of(&self, cell: usize) -> Vec<&str> {
        let mut rest = cell;
        let mut keys: Vec<&str> = Vec::with_capacity(self.dimensions.len());
        for dimension in self.dimensions.iter().rev() {
            let size = dimension.keys().len();
            keys.push(&dimension.keys()[rest % size]);
            rest /= size;
        }
        keys.reverse();
        keys
    }
}

/// A table at one stage of its life: `Table<Exact>`, `Table<Noisy>`, then `Table<Band>`.
///
/// Every step takes the table of the step before, so a table cannot be noised twice or published early.
#[derive(Debug)]
pub struct Table<C> {
    spec: Arc<TableSpec>,
    columns: Vec<Column<C>>,
}

/// One measure of a table: its cells in the order of [`TableSpec::keys_of`], then the total where there is one.
#[derive(Debug)]
pub struct Column<C> {
    /// What is counted.
    pub measure: Measure,
    /// One value a cell.
    pub cells: Vec<C>,
    /// How many of each regime cell are no longer secret; empty elsewhere. These are public.
    pub released: Vec<u64>,
    /// The sum's value, from the banding step on.
    pub total: Option<C>,
}

impl<C> Table<C> {
    /// A table of the given shape.
    #[must_use]
    pub fn new(spec: Arc<TableSpec>, columns: Vec<Column<C>>) -> Self {
        Self { spec, columns }
    }

    /// The table's shape.
    #[must_use]
    pub fn spec(&self) -> &Arc<TableSpec> {
        &self.spec
    }

    /// The table's measures in order of publication.
    #[must_use]
    pub fn columns(&self) -> &[Column<C>] {
        &self.columns
    }

    /// Notes for each column how many of its cells are no longer secret.
    pub(crate) fn release<E>(&mut self, of: impl Fn(Measure) -> Result<Vec<u64>, E>) -> Result<(), E> {
        for column in &mut self.columns {
            column.released = of(column.measure)?;
        }
        Ok(())
    }

    /// Takes the table apart for the next step.
    #[must_use]
    pub fn into_parts(self) -> (Arc<TableSpec>, Vec<Column<C>>) {
        (self.spec, self.columns)
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    fn set(column: &str, keys: &[&str]) -> Arc<KeySet> {
        Arc::new(KeySet::new(column, keys.iter().map(|key| (*key).to_owned())).expect("a key set"))
    }

    #[test]
    fn cells_are_every_combination_in_sorted_order() {
        let spec = TableSpec {
            name: "t".into(),
            dimensions: vec![set("country", &["US", "DE"]), set("process", &["b", "c", "a"])],
            measures: vec![Measure::Requests],
            total: false,
            band_size: BandSize::new(250).expect("a band size"),
            share: 1,
            total_share: 0,
            regime: None,
            withheld: Withheld::default(),
        };
        let cells: Vec<String> = (0..spec.cells()).map(|cell| spec.keys_of(cell).join("/")).collect();
        assert_eq!(cells, ["DE/a", "DE/b", "DE/c", "US/a", "US/b", "US/c"]);
    }

    #[test]
    fn a_table_without_dimensions_has_one_cell() {
        let spec = TableSpec {
            name: "t".into(),
            dimensions: vec![],
            measures: vec![],
            total: false,
            band_size: BandSize::new(250).expect("a band size"),
            share: 1,
            total_share: 0,
            regime: None,
            withheld: Withheld::default(),
        };
        assert_eq!((spec.cells(), spec.keys_of(0).len()), (1, 0));
    }
}
