//! The texts a log may use in a column, and the public key each means.

use std::collections::HashMap;
use std::sync::Arc;

use super::layout::spelling;
use super::problem::Expected;
use crate::table::{KeySet, sounds_like_national_security};

/// One column's key set, ready to be looked up in.
pub(super) struct Lookup {
    set: Arc<KeySet>,
    index: HashMap<Vec<u8>, u32>,
}

impl Lookup {
    pub(super) fn new(set: Arc<KeySet>) -> Self {
        let number = |key| u32::try_from(key).unwrap_or(u32::MAX);
        let index = set.accepted().map(|(text, key)| (text.as_bytes().to_vec(), number(key))).collect();
        Self { set, index }
    }

    pub(super) fn column(&self) -> &str {
        self.set.column()
    }

    /// The index of the key that a cell means.
    pub(super) fn find(&self, cell: &[u8]) -> Result<u32, Expected> {
        match self.index.get(cell) {
            Some(key) => Ok(*key),
            None => self.unlisted(cell),
        }
    }

    /// Whether a country's code is listed and the cell has its name or longer code: it is not another country.
    fn names_a_listed_country(&self, text: &str) -> bool {
        let named =
            |country: &&rust_iso3166::CountryCode| country.alpha3 == text || spelling(country.name) == spelling(text);
        let country = (self.set.column() == "country").then(|| rust_iso3166::ALL.iter().find(named)).flatten();
        country.is_some_and(|country| self.index.contains_key(country.alpha2.as_bytes()))
    }

    /// A national-security process is never counted as `other`, whatever the column is called.
    #[cold]
    fn unlisted(&self, cell: &[u8]) -> Result<u32, Expected> {
        let text = String::from_utf8_lossy(cell);
        match self.set.other() {
            _ if self.names_a_listed_country(&text) => Err(Expected::KeySpelling),
            Some(_) if sounds_like_national_security(&text) => Err(Expected::NationalSecurityKey),
            Some(other) => Ok(u32::try_from(other).unwrap_or(u32::MAX)),
            None if self.set.accepted().any(|(known, _)| spelling(known) == spelling(&text)) => {
                Err(Expected::KeySpelling)
            }
            None => Err(Expected::Key),
        }
    }
}
