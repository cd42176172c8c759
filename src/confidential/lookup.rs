//! The texts a log may use in a column, and the public key each means.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use super::problem::Expected;
use super::texts::Texts;
use super::words::{Words, publishable};
use crate::derived::Derived;
use crate::keys::{KeySet, sounds_like_national_security, spelling};

/// One column's key set, ready to be looked up in.
pub(super) struct Lookup {
    set: Arc<KeySet>,
    index: Texts<u32>,
    /// What listed values look like in another spelling. Made for the first value that is not listed, and once: where many
    /// rows go to `other`, all of them are looked up here.
    respellings: OnceLock<HashSet<String>>,
}

impl Lookup {
    pub(super) fn new(set: Arc<KeySet>) -> Self {
        let number = |key| u32::try_from(key).unwrap_or(u32::MAX);
        let index = set.accepted().map(|(text, key)| (text.as_bytes(), number(key))).collect();
        Self { set, index, respellings: OnceLock::new() }
    }

    fn respellings(&self) -> &HashSet<String> {
        let spelt = || self.set.respellings().map(|text| spelling(&text)).filter(|text| !text.is_empty()).collect();
        self.respellings.get_or_init(spelt)
    }

    pub(super) fn derived(&self) -> Option<Derived> {
        self.set.derived()
    }

    pub(super) fn column(&self) -> &str {
        self.set.column()
    }

    /// The index of the key that a cell means, or the number of its word where keys are not declared.
    pub(super) fn find(&self, cell: &[u8], words: &mut Words) -> Result<u32, Expected> {
        if self.set.is_private() {
            let known = words.known(cell).or_else(|| publishable(cell).map(|word| words.number(word)));
            return known.ok_or(Expected::PublishableKey);
        }
        self.index.get(cell).or_else(|| words.unlisted(cell)).map_or_else(|| self.unlisted(cell, words), Ok)
    }

    /// A listed value in another spelling is not another value, and a national-security process is never counted as
    /// `other`, whatever the column is called.
    fn unlisted(&self, cell: &[u8], words: &mut Words) -> Result<u32, Expected> {
        let text = String::from_utf8_lossy(cell);
        if self.respellings().contains(&spelling(&text)) {
            return Err(Expected::KeySpelling);
        }
        match self.set.other() {
            None => Err(Expected::Key),
            Some(_) if sounds_like_national_security(&text) => Err(Expected::NationalSecurityKey),
            Some(other) => {
                let other = u32::try_from(other).unwrap_or(u32::MAX);
                words.remember(cell, other);
                Ok(other)
            }
        }
    }
}
