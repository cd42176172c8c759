//! Makes a function of every message that stands in the languages' files, so that a message that is missing, or that wants
//! other variables, does not compile. Labels are looked up by name, so here it is also held that all languages have the
//! same messages.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use fluent_syntax::ast::Entry;
use fluent_syntax::parser::parse;
use fluent_typed::{BuildOptions, FtlOutputOptions, LintLevel, build_from_locales_folder};

const LOCALES: &str = "src/language/locales";
const LANGUAGES: [&str; 3] = ["en", "de", "fr"];
const FILES: [&str; 3] = ["report.ftl", "keys.ftl", "countries.ftl"];

fn main() -> ExitCode {
    let [first, others @ ..] = LANGUAGES;
    for file in FILES {
        let wanted = messages(first, file);
        for other in others {
            let there = messages(other, file);
            if let Some(message) = wanted.symmetric_difference(&there).next() {
                println!("cargo::error={file}: `{message}` is in one of {first} and {other}, and not in both");
                return ExitCode::FAILURE;
            }
        }
    }
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    build_from_locales_folder(
        BuildOptions::default()
            .with_locales_folder(LOCALES)
            .with_output_file_path(&format!("{out}/words.rs"))
            .with_ftl_output(FtlOutputOptions::single_file(&format!("{out}/words.ftl")))
            .with_lint_level(LintLevel::Strict)
            .with_prefix("")
            .without_format()
            .without_bidi_isolation(),
    )
}

/// The names of a file's messages.
fn messages(language: &str, file: &str) -> BTreeSet<String> {
    let path = Path::new(LOCALES).join(language).join(file);
    let text = fs::read_to_string(path).unwrap_or_default();
    // What cannot be parsed is reported when the functions are made.
    let resource = parse(text).unwrap_or_else(|(resource, _)| resource);
    let names = resource.body.into_iter().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message.id.name),
        _ => None,
    });
    names.collect()
}
