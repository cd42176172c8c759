//! Other spellings of known words, recognised in SQL.
//!
//! `keys::spelling` knows every alphabet; the engines' functions for that differ from it and from each other. So a query
//! compares texts by their ASCII letters and digits alone: what has the same spelling has the same of those. Of texts with
//! any, it finds everything that the built-in way finds, and now and then more, which stops a run and is never counted
//! silently. Texts without any are compared without case and the usual punctuation.

use crate::cli::Dialect;

/// Characters of full width, and the two others whose lower case is a letter of ASCII, with what they become.
fn foldings() -> (String, String) {
    let wide = |first: u32, letters: std::ops::RangeInclusive<char>| {
        letters.zip(first..).filter_map(|(to, from)| Some((char::from_u32(from)?, to)))
    };
    let pairs = wide(0xff21, 'a'..='z').chain(wide(0xff41, 'a'..='z')).chain(wide(0xff10, '0'..='9'));
    let capitals = ('A'..='Z').zip('a'..='z');
    capitals.chain(pairs).chain([('\u{212a}', 'k'), ('\u{130}', 'i')]).unzip()
}

/// What lies between words or stands on letters, in scripts that have no ASCII letters.
/// No range begins or ends with a space other than ASCII's: some readers of SQL make a plain space of those.
const PUNCTUATION: [std::ops::RangeInclusive<char>; 5] =
    [' '..='~', '\u{7f}'..='\u{bf}', '\u{300}'..='\u{36f}', '\u{1fff}'..='\u{206f}', '\u{2fff}'..='\u{303f}'];

fn fold(text: &str) -> String {
    let (from, to) = foldings();
    let folded = |c: char| from.chars().zip(to.chars()).find(|(from, _)| *from == c).map_or(c, |(_, to)| to);
    text.chars().map(folded).collect()
}

/// What a word is recognised by.
pub(super) fn plain(text: &str) -> String {
    let folded = fold(text);
    let letters: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
    if !letters.is_empty() {
        return letters;
    }
    let is_between = |c: &char| PUNCTUATION.iter().any(|range| range.contains(c));
    folded.chars().filter(|c| !is_between(c)).flat_map(char::to_lowercase).collect()
}

/// A value in lower case and plain characters. Most texts are ASCII, and translating is slow in some engines.
pub(super) fn folded_sql(dialect: Dialect, value: &str) -> String {
    let (from, to) = foldings();
    let is_more = dialect.matches(value, "[^ -~]");
    let translated = format!("translate({value}, {}, {})", dialect.literal(&from), dialect.literal(&to));
    format!("CASE WHEN {is_more} THEN {translated} ELSE {} END", dialect.lower_ascii(value))
}

/// The ASCII letters and digits of a folded value.
pub(super) fn letters_sql(dialect: Dialect, folded: &str) -> String {
    dialect.without(folded, "[^a-z0-9]")
}

/// What a value is recognised by, from what it folds to and the letters of that.
pub(super) fn plain_sql(dialect: Dialect, folded: &str, letters: &str) -> String {
    let between = PUNCTUATION.map(|range| format!("{}-{}", range.start(), range.end())).concat();
    let rest = dialect.without(&dialect.lower(folded), &format!("[{between}]"));
    format!("CASE WHEN {letters} <> '' THEN {letters} ELSE {rest} END")
}

/// Whether a value sounds like national-security process: by its letters, or by a word of its own.
pub(super) fn sounds_secret_sql(dialect: Dialect, folded: &str, letters: &str, words: &[&str]) -> String {
    let named = dialect.matches(letters, &format!("^nsl|{}", words.join("|")));
    let word = dialect.matches(folded, "(^|[^a-z0-9])nsls?([^a-z0-9]|$)");
    format!("({named} OR {word})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::spelling;

    #[test]
    fn what_is_spelt_the_same_is_recognised() {
        for (one, other) in [
            ("search_warrant", "Search Warrant"),
            ("nsl", "ＮＳＬ"),
            ("Côte d'Ivoire", "CÔTE D’IVOIRE"),
            ("日本", "「日本」 "),
            ("Россия", "РОССИЯ."),
            ("Ελλάδα", "ΕΛΛΆΔΑ "),
            ("Итого", "Итого\u{306}"),
            ("kelvin", "\u{212a}elvin"),
        ] {
            assert_eq!((spelling(one) == spelling(other), plain(one)), (true, plain(other)), "{one} {other}");
        }
    }

    #[test]
    fn other_words_are_other_words() {
        assert_ne!(plain("日本"), plain("中国"));
        assert_ne!(plain("FR"), plain("GB"));
        assert_eq!((plain(" - ").as_str(), plain("").as_str()), ("", ""));
    }
}
