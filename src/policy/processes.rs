//! The texts that a log may use for legal processes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::draft::Draft;
use crate::keys::{KeySet, is_national_security, national_security};

/// Every text for a national-security process, with the built-in name of that process.
pub(super) fn secret_words(draft: &Draft) -> BTreeMap<String, String> {
    let stated = draft.keys.get("legal_process").into_iter().flat_map(|keys| &keys.spellings);
    let stated =
        stated.filter(|(_, key)| is_national_security(&key.value)).map(|(text, key)| (text.clone(), key.value.clone()));
    national_security().into_iter().map(|name| (name.clone(), name)).chain(stated).collect()
}

/// Every text that a log may use for a legal process, with the name of that process.
pub(super) fn processes(draft: &Draft, keys: &BTreeMap<String, Arc<KeySet>>) -> BTreeMap<String, String> {
    let built_in = KeySet::built_in("legal_process").map(Arc::new);
    let sets = built_in.iter().chain(keys.get("legal_process"));
    let of_set = |set: &Arc<KeySet>| -> Vec<(String, String)> {
        set.accepted().map(|(text, key)| (text.to_owned(), set.keys()[key].clone())).collect()
    };
    sets.flat_map(of_set).chain(secret_words(draft)).collect()
}
