//! The languages of a report: its words, and how numbers and days are written.
//!
//! The words stand in `src/language/locales`, a folder for each language, as Fluent messages; the build makes a function of
//! each, and fails where a language lacks one. Numbers and days are written as the Unicode CLDR has it (ICU4X).

use std::sync::LazyLock;

use fixed_decimal::Decimal;
use icu_calendar::Iso;
use icu_datetime::fieldsets::YMD;
use icu_datetime::{DateTimeFormatter, input::Date as IcuDate};
use icu_decimal::DecimalFormatter;
use icu_locale_core::Locale;
use jiff::civil::Date;

use crate::band::Band;
use crate::period::Period;
use crate::units::percent;

/// The messages, as the build makes them of the files.
#[expect(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    unreachable_pub,
    reason = "generated"
)]
#[allow(dead_code, reason = "labels are looked up by name")]
mod messages {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));

    impl L10nLanguage {
        /// A message without variables by its name.
        pub fn find(&self, name: &str) -> Option<String> {
            self.0.msg(name, None).ok()
        }
    }
}

pub use messages::L10nLanguage as Words;

/// A language that reports are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
}

impl Lang {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::De, Self::Fr];

    /// Its code (BCP 47), as pages and options have it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
        }
    }

    /// The language of a code.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// Its words and formats.
    #[must_use]
    pub fn load(self) -> &'static Language {
        static LOADED: [LazyLock<Language>; 3] = [
            LazyLock::new(|| Language::new(Lang::En)),
            LazyLock::new(|| Language::new(Lang::De)),
            LazyLock::new(|| Language::new(Lang::Fr)),
        ];
        &LOADED[self as usize]
    }
}

/// The words of a language, and how it writes numbers and days.
pub struct Language {
    lang: Lang,
    words: Words,
    days: Option<DateTimeFormatter<YMD>>,
    numbers: Option<DecimalFormatter>,
}

impl Language {
    fn new(lang: Lang) -> Self {
        let locale = Locale::try_from_str(lang.code()).unwrap_or(Locale::UNKNOWN);
        let words = match lang {
            Lang::En => messages::L10n::En,
            Lang::De => messages::L10n::De,
            Lang::Fr => messages::L10n::Fr,
        };
        Self {
            lang,
            words: words.load(),
            // Their data is part of the program; without it, plain digits would be printed.
            days: DateTimeFormatter::try_new(locale.clone().into(), YMD::long()).ok(),
            numbers: DecimalFormatter::try_new(locale.into(), icu_decimal::options::DecimalFormatterOptions::default())
                .ok(),
        }
    }

    /// Which language it is.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Its messages.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// A count: `1,250`.
    #[must_use]
    pub fn number(&self, number: u64) -> String {
        self.decimal(&number.to_string())
    }

    /// A decimal number such as `0.25`; other texts stay as they are.
    #[must_use]
    pub fn decimal(&self, text: &str) -> String {
        let plain = || text.to_owned();
        let number = Decimal::try_from_str(text).ok().filter(|_| !text.contains('e'));
        number.zip(self.numbers.as_ref()).map_or_else(plain, |(number, numbers)| numbers.format(&number).to_string())
    }

    /// A number whose power of ten is written out, such as `2.5e-7`: its digits alone are the language's.
    #[must_use]
    pub fn scientific(&self, text: &str) -> String {
        match text.split_once('e') {
            Some((digits, exponent)) => format!("{}e{exponent}", self.decimal(digits)),
            None => self.decimal(text),
        }
    }

    /// A chance in percent, rounded up.
    #[must_use]
    pub fn percent(&self, chance: f64) -> String {
        self.words.percent(self.decimal(percent(chance).trim_end_matches('%')))
    }

    /// A day: `January 1, 2026`.
    #[must_use]
    pub fn day(&self, day: Date) -> String {
        let iso =
            IcuDate::<Iso>::try_new_iso(i32::from(day.year()), day.month().unsigned_abs(), day.day().unsigned_abs());
        let formatted = iso.ok().zip(self.days.as_ref()).map(|(iso, days)| days.format(&iso).to_string());
        let formatted = formatted.unwrap_or_else(|| day.to_string());
        // The CLDR's formats of whole dates do not know that the first of a month is an ordinal in French.
        let is_first = self.lang == Lang::Fr && day.day() == 1;
        if is_first { formatted.replacen("1 ", "1er ", 1) } else { formatted }
    }

    /// A period: `January to June 2026`.
    #[must_use]
    pub fn period(&self, period: Period) -> String {
        let (label, words) = (period.to_string(), &self.words);
        let (year, part) = label.split_at_checked(4).unwrap_or((&label, ""));
        match part {
            "" => words.period_year(year),
            "H1" => words.period_h1(year),
            "H2" => words.period_h2(year),
            "Q1" => words.period_q1(year),
            "Q2" => words.period_q2(year),
            "Q3" => words.period_q3(year),
            "Q4" => words.period_q4(year),
            _ => words.period_days(self.day(period.first()), self.day(period.last())),
        }
    }

    /// A band: `1,250-1,499`.
    #[must_use]
    pub fn band(&self, band: Band) -> String {
        self.ends(band.low(), band.high())
    }

    /// The same of its ends.
    #[must_use]
    pub fn ends(&self, low: u64, high: u64) -> String {
        self.words.band(self.number(low), self.number(high))
    }

    /// What is counted: requests, accounts, orders or selectors.
    #[must_use]
    pub fn measure(&self, name: &str) -> String {
        self.words.find(&format!("measure-{name}")).unwrap_or_else(|| name.to_owned())
    }

    /// A column's name; of one that it has no word for, the name as it is, without underscores.
    #[must_use]
    pub fn column(&self, name: &str) -> String {
        self.words.find(&format!("column-{name}")).unwrap_or_else(|| name.replace('_', " "))
    }

    /// What a key of a column means, where it is one of a built-in list.
    #[must_use]
    pub fn key(&self, column: &str, key: &str) -> Option<String> {
        let found =
            if column == "country" { self.words.find(&format!("country-{}", key.to_lowercase())) } else { None };
        found
            .or_else(|| self.words.find(&format!("key-{column}-{key}")))
            .or_else(|| self.words.find(&format!("key-{key}")))
    }

    /// What a regime permits.
    #[must_use]
    pub fn regime(&self, id: &str) -> Option<String> {
        self.words.find(&format!("regime-{id}"))
    }

    /// Texts one after the other: `one, two and three`.
    #[must_use]
    pub fn and(&self, texts: &[String]) -> String {
        match texts {
            [] => String::new(),
            [one] => one.clone(),
            [before @ .., last] => self.words.and(before.join(", "), last),
        }
    }
}

/// A text that begins with a capital letter.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_written_as_the_language_has_them() {
        let day = jiff::civil::date(2026, 1, 31);
        let told = |lang: Lang| {
            let language = lang.load();
            [language.number(12499), language.day(day), language.percent(0.0415), language.scientific("2.5e-7")]
        };
        assert_eq!(told(Lang::En), ["12,499", "January 31, 2026", "4.2%", "2.5e-7"]);
        assert_eq!(told(Lang::De), ["12.499", "31. Januar 2026", "4,2\u{a0}%", "2,5e-7"]);
        assert_eq!(told(Lang::Fr), ["12\u{202f}499", "31 janvier 2026", "4,2\u{202f}%", "2,5e-7"]);
    }

    #[test]
    fn a_key_of_the_publishers_own_has_no_word() {
        assert_eq!(Lang::De.load().key("agency", "Example City Police"), None);
        assert_eq!(Lang::De.load().column("data_center"), "data center");
    }
}
