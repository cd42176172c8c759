//! Published tables: their public key sets, their shape, and the cells they carry.
//!
//! Which rows a table has follows from its key sets alone, and those come from the policy or from a
//! built-in list. Nothing here ever looks at a request log.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::band::BandSize;

/// The dimension cell of a row that sums all others.
pub const TOTAL: &str = "total";

/// Legal processes whose number no statute limits; with the national-security ones, the built-in key set of `legal_process`.
const ORDINARY: [&str; 9] = [
    "subpoena",
    "search_warrant",
    "court_order_2703d",
    "pen_register",
    "wiretap",
    "emergency",
    "preservation",
    "mlat",
    "civil",
];

/// Legal processes whose number may be published only as a statute allows.
const NATIONAL_SECURITY: [&str; 8] = [
    "nsl",
    "fisa_content",
    "fisa_702",
    "fisa_pen_register",
    "fisa_tangible_things",
    "fisa_call_detail_records",
    "uk_ipa_content",
    "uk_ipa_noncontent",
];

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

/// The public list of values one column may have, and the log's own words for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    column: String,
    keys: Vec<String>,
    other: Option<usize>,
    spellings: BTreeMap<String, usize>,
}

impl KeySet {
    /// A key set with the given keys, sorted.
    ///
    /// # Errors
    /// Says which key is empty, reserved, twice in the list, or not printable.
    pub fn new(column: &str, keys: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut keys: Vec<String> = keys.into_iter().collect();
        keys.sort();
        for key in &keys {
            check_key(key)?;
        }
        if let Some((key, _)) = keys.iter().zip(keys.iter().skip(1)).find(|(one, next)| one == next) {
            return Err(format!("key `{key}` is twice in the list"));
        }
        if keys.is_empty() {
            return Err("a key set needs at least one key".to_owned());
        }
        Ok(Self { column: column.to_owned(), keys, other: None, spellings: BTreeMap::new() })
    }

    /// The built-in key set of a column: ISO 3166-1 alpha-2 codes for `country`, or the legal processes.
    #[must_use]
    pub fn built_in(column: &str) -> Option<Self> {
        let keys: Vec<String> = match column {
            "country" => rust_iso3166::ALL.iter().map(|country| country.alpha2.to_owned()).collect(),
            "legal_process" => ORDINARY.iter().chain(&NATIONAL_SECURITY).map(ToString::to_string).collect(),
            _ => return None,
        };
        Self::new(column, keys).ok()
    }

    /// The same set with a cell for every value that is not listed.
    ///
    /// # Errors
    /// Says why `other` cannot be that cell's key.
    pub fn with_other(self, other: &str) -> Result<Self, String> {
        let with_it = self.keys.iter().filter(|key| *key != other).cloned().chain([other.to_owned()]);
        let mut extended = Self::new(&self.column, with_it)?;
        extended.other = extended.position(other);
        Ok(extended)
    }

    /// The same set, told that a log writes `spelling` where it means `key`.
    ///
    /// # Errors
    /// Says that the key is not in the set.
    pub fn with_spelling(mut self, spelling: &str, key: &str) -> Result<Self, String> {
        let index = self.position(key).ok_or_else(|| format!("`{key}` is not a key of `{}`", self.column))?;
        self.spellings.insert(spelling.to_owned(), index);
        Ok(self)
    }

    /// The column this set belongs to.
    #[must_use]
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The keys in their sorted order; a key's place is its index.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The index of the cell for unlisted values, where the set has one.
    #[must_use]
    pub fn other(&self) -> Option<usize> {
        self.other
    }

    /// Every text a log may use, with the index of the key it means.
    pub fn accepted(&self) -> impl Iterator<Item = (&str, usize)> {
        let own = self.keys.iter().enumerate().map(|(index, key)| (key.as_str(), index));
        own.chain(self.spellings.iter().map(|(spelling, index)| (spelling.as_str(), *index)))
    }

    /// Whether any key is a national-security process.
    #[must_use]
    pub fn has_national_security(&self) -> bool {
        self.keys.iter().any(|key| is_national_security(key))
    }

    fn position(&self, key: &str) -> Option<usize> {
        self.keys.binary_search_by(|have| have.as_str().cmp(key)).ok()
    }
}

fn check_key(key: &str) -> Result<(), String> {
    if key.is_empty() {
        return Err("a key must not be empty".to_owned());
    }
    if key == TOTAL {
        return Err(format!("`{TOTAL}` is the name of the row of sums and cannot be a key"));
    }
    if key.chars().any(char::is_control) {
        return Err("a key must not contain control characters".to_owned());
    }
    // A spreadsheet would run such a cell as a formula.
    if key.starts_with(['=', '+', '-', '@']) {
        return Err(format!("key `{key}` begins with a character that spreadsheets take for a formula"));
    }
    Ok(())
}

/// Whether a value of `legal_process` is a national-security process.
#[must_use]
pub fn is_national_security(legal_process: &str) -> bool {
    NATIONAL_SECURITY.contains(&legal_process)
}

/// A text without case, spaces and punctuation, to recognise another spelling of a known name.
#[must_use]
pub fn spelling(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a value under any name is, or sounds like, a national-security process.
#[must_use]
pub fn sounds_like_national_security(text: &str) -> bool {
    let plain = spelling(text);
    let named = ["fisa", "nationalsecurity", "ukipa"].iter().any(|word| plain.contains(word));
    is_national_security(text) || plain.starts_with("nsl") || named
}

/// The shape of one published table.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

impl TableSpec {
    /// How many cells each measure has, without the total.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.dimensions.iter().map(|dimension| dimension.keys().len()).product()
    }

    /// What the table counts, and by what: `requests and accounts by country`.
    #[must_use]
    pub fn title(&self) -> String {
        let measures: Vec<&str> = self.measures.iter().map(|measure| measure.as_str()).collect();
        let by: Vec<&str> = self.dimensions.iter().map(|set| set.column()).collect();
        let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(" and ")) };
        format!("{}{by}", measures.join(" and "))
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
        };
        assert_eq!((spec.cells(), spec.keys_of(0).len()), (1, 0));
    }

    #[test]
    fn keys_that_could_mislead_are_refused() {
        for key in ["", "total", "=1+1", "a\nb", "@x"] {
            assert!(KeySet::new("c", [key.to_owned()]).is_err(), "{key:?} was accepted");
        }
        assert!(KeySet::new("c", ["a".to_owned(), "a".to_owned()]).is_err());
        assert!(KeySet::new("c", []).is_err());
    }

    #[test]
    fn built_in_sets_are_complete() {
        assert_eq!(KeySet::built_in("country").expect("countries").keys().len(), 249);
        let processes = KeySet::built_in("legal_process").expect("processes");
        assert_eq!(processes.keys().len(), 17);
        assert!(processes.has_national_security());
        assert!(KeySet::built_in("agency").is_none());
    }

    #[test]
    fn national_security_is_recognised_under_other_names() {
        for name in
            ["nsl", "NSLs", "FISA Content", "National Security Letter", "national-security order", "uk_ipa_content"]
        {
            assert!(sounds_like_national_security(name), "{name}");
        }
        for name in ["Search Warrant", "Counsel letter", "", "Other Legal Requests"] {
            assert!(!sounds_like_national_security(name), "{name}");
        }
    }
}
