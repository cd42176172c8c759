//! How a report speaks: its language, who publishes it, and the publisher's own words for columns and keys. None of it
//! changes a number.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::draft::Draft;
use super::reader::{Section, Stated, suggestion};
use super::resolve::Resolver;
use super::values::LOG_COLUMNS;
use crate::derived::Derived;
use crate::keys::{KeySet, TOTAL, is_unseen};
use crate::language::{Lang, Language};
use crate::table::TableSpec;

/// The section of labels that are for columns.
const COLUMNS: &str = "columns";

/// The longest label.
const MAX_LABEL: usize = 100;

/// How a report speaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Presentation {
    /// The language of the pages for people.
    pub lang: Lang,
    /// Who publishes it, where that is said.
    pub publisher: Option<String>,
    /// The publisher's own words: for columns by their names, and for the keys of a column.
    labels: BTreeMap<String, BTreeMap<String, String>>,
}

impl Presentation {
    /// The words and formats.
    #[must_use]
    pub fn language(&self) -> &'static Language {
        self.lang.load()
    }

    /// What a column is called.
    #[must_use]
    pub fn column(&self, name: &str) -> String {
        self.own(COLUMNS, name).unwrap_or_else(|| self.language().column(name))
    }

    /// What a key is called: in the publisher's words, else in the language's, else by its name.
    #[must_use]
    pub fn key(&self, column: &str, key: &str) -> String {
        let own = self.own(column, key);
        own.or_else(|| self.language().key(column, key)).unwrap_or_else(|| key.to_owned())
    }

    fn own(&self, section: &str, name: &str) -> Option<String> {
        self.labels.get(section)?.get(name).cloned()
    }
}

/// How the report speaks, as stated.
#[derive(Default)]
pub(super) struct PresentationDraft {
    pub(super) lang: Option<Stated<String>>,
    pub(super) publisher: Option<Stated<String>>,
    labels: Vec<LabelDraft>,
}

/// One label, as stated.
struct LabelDraft {
    /// The language that it is for; none is for all.
    lang: Option<Lang>,
    column: String,
    name: String,
    label: Stated<String>,
}

impl PresentationDraft {
    /// Reads `[report]` and `[labels]`.
    pub(super) fn read(mut report: Section<'_>, mut labels: Section<'_>) -> Self {
        let mut draft = Self { lang: report.text("lang"), publisher: report.text("publisher"), labels: Vec::new() };
        report.finish(&["lang", "publisher"]);
        for name in labels.names() {
            let mut section = labels.section(&name);
            match Lang::find(&name) {
                Some(lang) => {
                    for column in section.names() {
                        draft.read_column(Some(lang), &column, section.section(&column));
                    }
                }
                None => draft.read_column(None, &name, section),
            }
        }
        draft
    }

    fn read_column(&mut self, lang: Option<Lang>, column: &str, mut section: Section<'_>) {
        for name in section.names() {
            let label = section.text(&name);
            self.labels.extend(label.map(|label| LabelDraft { lang, column: column.to_owned(), name, label }));
        }
    }
}

impl Resolver {
    pub(super) fn presentation(&mut self, draft: &Draft, tables: &[Arc<TableSpec>]) -> Presentation {
        let stated = &draft.presentation;
        let lang = self.read(stated.lang.as_ref(), |code| read_lang(code)).unwrap_or_default();
        let mut labels: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        // Those for all languages first, so that those of the report's own take their place.
        let (all, own): (Vec<_>, Vec<_>) = stated.labels.iter().partition(|label| label.lang.is_none());
        for LabelDraft { lang: for_lang, column, name, label } in all.into_iter().chain(own) {
            let of_what = is_there(column, name, draft, tables);
            let read = self.read(Some(label), |text| of_what.and_then(|()| printable(text)));
            if let Some(label) = read.filter(|_| for_lang.is_none_or(|for_lang| for_lang == lang)) {
                labels.entry(column.clone()).or_default().insert(name.clone(), label);
            }
        }
        Presentation { lang, publisher: self.read(stated.publisher.as_ref(), |text| printable(text)), labels }
    }
}

/// Whether there is what a label is for: a column that a log may have or a table has, or one of its keys.
fn is_there(column: &str, name: &str, draft: &Draft, tables: &[Arc<TableSpec>]) -> Result<(), String> {
    let sets: Vec<&Arc<KeySet>> = tables.iter().flat_map(|table| &table.dimensions).collect();
    let mut columns: Vec<&str> = sets.iter().map(|set| set.column()).chain(LOG_COLUMNS).collect();
    columns.extend(Derived::ALL.iter().map(|derived| derived.name()));
    columns.extend(draft.columns.keys().map(String::as_str));
    let labelled = if column == COLUMNS { name } else { column };
    if !columns.contains(&labelled) {
        return Err(format!("there is no column `{labelled}`; {}", suggestion(labelled, &columns)));
    }
    // What a regime withholds has no row of bands, and is named all the same.
    let set = sets.iter().find(|set| set.column() == column && !set.is_private() && column != "category");
    let keys: Vec<&str> = set.iter().flat_map(|set| set.keys()).map(String::as_str).chain([TOTAL]).collect();
    if set.is_none() || keys.contains(&name) {
        return Ok(());
    }
    Err(format!("`{column}` has no key `{name}`; {}", suggestion(name, &keys)))
}

fn read_lang(code: &str) -> Result<Lang, String> {
    let known = Lang::ALL.map(Lang::code);
    Lang::find(code).ok_or_else(|| format!("`{code}` is no language of reports; {}", suggestion(code, &known)))
}

/// Such a text is printed in pages, and stands in cells.
fn printable(text: &str) -> Result<String, String> {
    if text.trim().is_empty() || text.chars().count() > MAX_LABEL || text.chars().any(is_unseen) {
        return Err(format!("a text for the report is one line of at most {MAX_LABEL} letters"));
    }
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regime::all;

    #[test]
    fn every_built_in_key_and_every_regime_has_words() {
        for lang in Lang::ALL {
            let language = lang.load();
            let columns = ["country", "legal_process"].into_iter().chain(Derived::ALL.map(Derived::name));
            for set in columns.filter_map(KeySet::built_in) {
                assert!(language.words().find(&format!("column-{}", set.column())).is_some(), "{}", set.column());
                for key in set.keys() {
                    assert!(language.key(set.column(), key).is_some(), "{lang:?}: {key}");
                }
            }
            for regime in all() {
                assert!(language.regime(&regime.id).is_some(), "{lang:?}: {}", regime.id);
                for category in &regime.categories {
                    assert!(language.key("category", &category.key).is_some(), "{lang:?}: {}", category.key);
                }
            }
        }
    }
}
