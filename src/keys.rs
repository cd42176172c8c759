//! Public key sets: which values a column may have, and the legal processes that a statute limits.
//!
//! Key sets come from the policy or from a built-in list, or are selected with differential privacy. Nothing here ever
//! looks at a request log.

use std::collections::BTreeMap;

use crate::derived::Derived;
use crate::language::Lang;

/// The dimension cell of a row that sums all others.
pub const TOTAL: &str = "total";

/// Legal processes whose number no statute limits: the built-in key set of `legal_process`.
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

/// The public list of values one column may have, and the log's own words for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    column: String,
    keys: Vec<String>,
    other: Option<usize>,
    spellings: BTreeMap<String, usize>,
    private: bool,
    derived: Option<Derived>,
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
        let (column, spellings) = (column.to_owned(), BTreeMap::new());
        Ok(Self { column, keys, other: None, spellings, private: false, derived: None })
    }

    /// A set whose keys are selected with differential privacy: it has none until then.
    #[must_use]
    pub fn private(column: &str) -> Self {
        let (column, spellings) = (column.to_owned(), BTreeMap::new());
        Self { column, keys: Vec::new(), other: None, spellings, private: true, derived: None }
    }

    /// Whether the keys are selected with differential privacy rather than declared.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.private
    }

    /// How the column is worked out, where no log has it.
    #[must_use]
    pub fn derived(&self) -> Option<Derived> {
        self.derived
    }

    /// The same private set with the keys that were selected, or that may be.
    ///
    /// # Errors
    /// As [`KeySet::new`], but a set may be empty: nothing may have been common enough.
    pub(crate) fn with_keys(&self, keys: Vec<String>) -> Result<Self, String> {
        if keys.is_empty() {
            return Ok(Self::private(&self.column));
        }
        Ok(Self { private: true, ..Self::new(&self.column, keys)? })
    }

    /// The built-in key set of a column: ISO 3166-1 alpha-2 codes for `country`, the legal processes, or the values of a
    /// derived column.
    #[must_use]
    pub fn built_in(column: &str) -> Option<Self> {
        let keys: Vec<String> = match column {
            "country" => rust_iso3166::ALL.iter().map(|country| country.alpha2.to_owned()).collect(),
            "legal_process" => ORDINARY.iter().map(ToString::to_string).collect(),
            _ => {
                let derived = Derived::find(column)?;
                let keys = derived.keys().iter().map(ToString::to_string);
                return Some(Self { derived: Some(derived), ..Self::new(column, keys).ok()? });
            }
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
        let index = self
            .position(key)
            .ok_or_else(|| format!("`{key}` is not a key of `{}`: add it to that column's `values`", self.column))?;
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

    /// What could be another spelling of a listed value: every text a log may use, and for countries their longer codes and
    /// their names in every language of reports, since a log that writes them means no other country.
    pub fn respellings(&self) -> impl Iterator<Item = String> {
        let own = self.accepted().map(|(text, _)| text.to_owned());
        let listed = |country: &&rust_iso3166::CountryCode| self.keys.iter().any(|key| key == country.alpha2);
        let countries = rust_iso3166::ALL.iter().filter(|_| self.column == "country").filter(listed);
        own.chain(countries.flat_map(|country| {
            let names = Lang::ALL.into_iter().filter_map(|lang| lang.load().key(&self.column, country.alpha2));
            names.chain([country.name.to_owned(), country.alpha3.to_owned()])
        }))
    }

    /// Whether any key is a national-security process.
    #[must_use]
    pub fn has_national_security(&self) -> bool {
        self.keys.iter().any(|key| sounds_like_national_security(key))
    }

    /// A key's place in their sorted order.
    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        self.keys.binary_search_by(|have| have.as_str().cmp(key)).ok()
    }
}

/// Whether a text can be a key.
///
/// # Errors
/// Says why not.
pub(crate) fn check_key(key: &str) -> Result<(), String> {
    if key.is_empty() {
        return Err("a key must not be empty".to_owned());
    }
    if key.eq_ignore_ascii_case(TOTAL) {
        return Err(format!("`{TOTAL}` is the name of the row of sums and cannot be a key"));
    }
    if key.chars().any(is_unseen) {
        return Err("a key must not contain control characters or others that cannot be seen".to_owned());
    }
    if key.trim() != key {
        return Err(format!("key `{key}` begins or ends with a space"));
    }
    // A spreadsheet would run such a cell as a formula.
    if key.starts_with(['=', '+', '-', '@']) {
        return Err(format!("key `{key}` begins with a character that spreadsheets take for a formula"));
    }
    Ok(())
}

/// The national-security processes that are known by name.
#[must_use]
pub fn national_security() -> Vec<String> {
    NATIONAL_SECURITY.iter().map(ToString::to_string).collect()
}

/// Whether a character has no shape of its own: controls, and those that join, hide or turn others.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    let format = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_control() || format
}

/// Whether a value of `legal_process` is a national-security process.
#[must_use]
pub fn is_national_security(legal_process: &str) -> bool {
    NATIONAL_SECURITY.contains(&legal_process)
}

/// What national-security process is called, without case, spaces and punctuation.
pub const SECRET_WORDS: [&str; 16] = [
    "fisa",
    "nationalsecurity",
    "natsec",
    "ukipa",
    "foreignintelligence",
    "investigatorypowers",
    "bulkinterception",
    "section702",
    "faa702",
    "702directive",
    "702order",
    "titleviidirective",
    "usc2709",
    "usc1681u",
    "usc1681v",
    "usc3414",
];

/// A text without case, spaces and punctuation, to recognise another spelling of a known name. Letters that East Asian
/// fonts have in full width are plain ones.
#[must_use]
pub fn spelling(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    text.chars().map(plain).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The known name nearest to what was written, if one is near at all.
pub(crate) fn closest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    nearest(name, known).filter(|(score, _)| *score > 0.8).map(|(_, candidate)| candidate)
}

/// The known name nearest to what was written, however far, with how alike they are.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<(f64, &'k str)> {
    let scored = known.iter().map(|candidate| (strsim::jaro_winkler(name, candidate), *candidate));
    scored.max_by(|a, b| a.0.total_cmp(&b.0))
}

/// Whether a value under any name is, or sounds like, a national-security process.
#[must_use]
pub fn sounds_like_national_security(text: &str) -> bool {
    let plain = spelling(text);
    let named = SECRET_WORDS.iter().any(|word| plain.contains(word));
    let word = |one: &str| matches!(spelling(one).as_str(), "nsl" | "nsls");
    let is_word = text.split(|c: char| !c.is_alphanumeric()).any(word);
    is_national_security(text) || plain.starts_with("nsl") || is_word || named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_could_mislead_are_refused() {
        for key in ["", "total", "TOTAL", "=1+1", "a\nb", "@x", " a", "a ", "to\u{200b}tal", "\u{202e}x"] {
            assert!(KeySet::new("c", [key.to_owned()]).is_err(), "{key:?} was accepted");
        }
        assert!(KeySet::new("c", ["a".to_owned(), "a".to_owned()]).is_err());
        assert!(KeySet::new("c", []).is_err());
    }

    #[test]
    fn built_in_sets_are_complete() {
        assert_eq!(KeySet::built_in("country").expect("countries").keys().len(), 249);
        let processes = KeySet::built_in("legal_process").expect("processes");
        assert_eq!(processes.keys().len(), 9);
        assert!(!processes.has_national_security());
        assert!(KeySet::built_in("agency").is_none());
    }

    #[test]
    fn national_security_is_recognised_under_other_names() {
        for name in [
            "nsl",
            "NSLs",
            "US NSL",
            "ＮＳＬ",
            "Section 702",
            "18 U.S.C. 2709",
            "NATSEC letter",
            "FISA Content",
            "National Security Letter",
            "national-security order",
            "uk_ipa_content",
        ] {
            assert!(sounds_like_national_security(name), "{name}");
        }
        for name in ["Search Warrant", "Counsel letter", "", "Other Legal Requests"] {
            assert!(!sounds_like_national_security(name), "{name}");
        }
    }
}
