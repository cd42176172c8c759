//! The shape of the source: one-way modules, polars behind the boundary, no drawers.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const DRAWERS: [&str; 5] = ["util", "utils", "common", "helpers", "misc"];

fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("a source directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The top-level module a file belongs to.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(src()).expect("a source file");
    let first = inside.components().next().expect("a component").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Modules in the order in which lib.rs lists them.
fn order() -> BTreeMap<String, usize> {
    let lib = fs::read_to_string(src().join("lib.rs")).expect("lib.rs");
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    modules.enumerate().map(|(place, name)| (name.to_owned(), place)).collect()
}

/// The modules of this crate that a text names.
fn used(text: &str) -> Vec<String> {
    let after = text.split("crate::").skip(1);
    let names = after.map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect());
    names.collect()
}

fn violations(order: &BTreeMap<String, usize>, user: &str, text: &str) -> Vec<String> {
    let Some(place) = order.get(user) else { return Vec::new() };
    used(text).into_iter().filter(|used| order.get(used).is_some_and(|other| other > place)).collect()
}

#[test]
fn a_module_uses_only_modules_listed_above_it() {
    let order = order();
    assert!(order.len() > 10, "lib.rs lists the modules");
    for path in sources(&src()) {
        let text = fs::read_to_string(&path).expect("a source file");
        assert_eq!(violations(&order, &module(&path), &text), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn the_same_test_notices_an_upward_use() {
    assert_eq!(violations(&order(), "table", "use crate::release::Release;"), ["release"]);
}

#[test]
fn polars_and_exact_counts_stay_on_the_confidential_side() {
    for path in sources(&src()).iter().filter(|path| module(path) != "confidential") {
        let code: String = fs::read_to_string(path)
            .expect("a source file")
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        assert!(!code.contains("polars"), "{} uses polars", path.display());
        let names_exact = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == "Exact");
        assert!(!names_exact, "{} names exact counts", path.display());
    }
}

#[test]
fn the_release_side_takes_nothing_but_noisy_counts_from_the_confidential_side() {
    for path in sources(&src().join("release")) {
        let text = fs::read_to_string(&path).expect("a source file");
        for line in text.lines().filter(|line| line.contains("confidential::")) {
            assert_eq!(line.trim(), "use crate::confidential::Noisy;", "{}", path.display());
        }
    }
}

#[test]
fn no_file_is_a_drawer_or_longer_than_a_sitting() {
    for path in sources(&src()) {
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(!DRAWERS.contains(&stem.as_str()), "{}", path.display());
        let lines = fs::read_to_string(&path).expect("a source file").lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
    }
}

/// A code that nothing uses would promise scripts a message that never comes.
#[test]
fn every_code_is_used() {
    let code = |path: &PathBuf| fs::read_to_string(path).expect("a source file");
    let all: String = sources(&src()).iter().filter(|path| module(path) != "error").map(code).collect();
    let unused: Vec<String> = hushcount::error::Code::ALL
        .iter()
        .map(|code| format!("{code:?}"))
        .filter(|name| !all.contains(&format!("Code::{name}")))
        .collect();
    assert_eq!(unused, Vec::<String>::new());
}
