//! What six engines write differently.

use crate::cli::Dialect;

/// A named part of the query.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) body: String,
    /// Whether several later parts read it, so that it should be worked out once.
    pub(super) is_shared: bool,
}

impl Part {
    pub(super) fn once(name: impl Into<String>, body: String) -> Self {
        Self { name: name.into(), body, is_shared: false }
    }

    pub(super) fn shared(name: impl Into<String>, body: String) -> Self {
        Self { name: name.into(), body, is_shared: true }
    }
}

/// Columns before others in a list.
pub(super) fn leading(columns: &[impl AsRef<str>]) -> String {
    columns.iter().map(|column| format!("{}, ", column.as_ref())).collect::<Vec<_>>().concat()
}

impl Dialect {
    /// The parts before the last `SELECT`.
    pub(super) fn with(self, parts: &[Part]) -> String {
        let part = |part: &Part| {
            let keep = if part.is_shared { self.kept() } else { "" };
            format!("{} AS {keep}(\n{}\n)", part.name, part.body)
        };
        format!("WITH\n{}", parts.iter().map(part).collect::<Vec<_>>().join(",\n"))
    }

    /// Asks for a part to be worked out once, where an engine has a word for it.
    fn kept(self) -> &'static str {
        if self.keeps_parts() { "MATERIALIZED " } else { "" }
    }

    /// Whether a part can be worked out once for several readers. Elsewhere each reader may scan the log anew, so parts
    /// that are read more than once are avoided.
    pub(super) fn keeps_parts(self) -> bool {
        matches!(self, Self::Duckdb | Self::Postgres)
    }

    /// A text as it stands in a query.
    pub(super) fn literal(self, text: &str) -> String {
        let backslashes = |quote: &str| {
            let text = text.replace('\\', "\\\\").replace('\'', quote);
            format!("'{}'", text.replace('\n', "\\n").replace('\r', "\\r"))
        };
        match self {
            Self::Bigquery => backslashes("\\'"),
            // Spark puts a setting in the place of `${name}` before it reads a query.
            Self::Spark => backslashes("\\'").replace("${", "$' || '{"),
            Self::Snowflake => backslashes("''"),
            // What a backslash is depends on a setting, unless E says it.
            Self::Postgres if text.contains('\\') => {
                format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
            }
            Self::Duckdb | Self::Postgres | Self::Trino => format!("'{}'", text.replace('\'', "''")),
        }
    }

    /// Several texts, as they stand between parentheses.
    pub(super) fn literals<'t>(self, texts: impl IntoIterator<Item = &'t String>) -> String {
        texts.into_iter().map(|text| self.literal(text)).collect::<Vec<_>>().join(", ")
    }

    /// A column's name. Snowflake keeps names in capitals unless they were quoted when they were made.
    pub(super) fn name(self, column: &str) -> String {
        let is_plain = column.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        match self {
            Self::Spark => format!("`{}`", column.replace('`', "``")),
            Self::Bigquery => format!("`{}`", column.replace('\\', "\\\\").replace('`', "\\`")),
            Self::Snowflake if is_plain => format!("\"{}\"", column.to_ascii_uppercase()),
            _ => format!("\"{}\"", column.replace('"', "\"\"")),
        }
    }

    /// A value as text.
    pub(super) fn text(self, value: &str) -> String {
        let text = match self {
            Self::Spark | Self::Bigquery => "STRING",
            Self::Postgres => "TEXT",
            Self::Duckdb | Self::Snowflake | Self::Trino => "VARCHAR",
        };
        format!("CAST({value} AS {text})")
    }

    /// A list of rows with a text and a number each.
    pub(super) fn list(self, [text, number]: [&str; 2], rows: &[(&str, usize)]) -> String {
        if self == Self::Bigquery {
            let row = |(at, (word, value)): (usize, &(&str, usize))| match at {
                0 => format!("STRUCT({} AS {text}, {value} AS {number})", self.literal(word)),
                _ => format!("STRUCT({}, {value})", self.literal(word)),
            };
            let rows: Vec<String> = rows.iter().enumerate().map(row).collect();
            return format!("SELECT {text}, {number} FROM UNNEST([{}])", rows.join(", "));
        }
        let rows: Vec<String> = rows.iter().map(|(word, value)| format!("({}, {value})", self.literal(word))).collect();
        format!("SELECT {text}, {number} FROM (VALUES {}) AS listed ({text}, {number})", rows.join(", "))
    }

    /// SHA-256 of a text in UTF-8, as 64 digits in lower case.
    pub(super) fn sha256(self, text: &str) -> String {
        match self {
            Self::Duckdb => format!("sha256({text})"),
            Self::Postgres => format!("encode(sha256(convert_to({text}, 'UTF8')), 'hex') COLLATE \"C\""),
            Self::Spark => format!("sha2({text}, 256)"),
            Self::Bigquery => format!("TO_HEX(SHA256({text}))"),
            Self::Snowflake => format!("SHA2({text}, 256)"),
            Self::Trino => format!("lower(to_hex(sha256(to_utf8({text}))))"),
        }
    }

    /// A text of ASCII in lower case, whatever the server's language.
    pub(super) fn lower_ascii(self, text: &str) -> String {
        if self == Self::Postgres { format!("lower({text} COLLATE \"C\")") } else { format!("lower({text})") }
    }

    /// A text in lower case in any alphabet, whatever the server's language.
    pub(super) fn lower(self, text: &str) -> String {
        if self == Self::Postgres { format!("lower({text} COLLATE \"und-x-icu\")") } else { format!("lower({text})") }
    }

    /// Whether a pattern is found in a text. No pattern here has a backslash, which engines read differently.
    pub(super) fn matches(self, text: &str, pattern: &str) -> String {
        let pattern = self.literal(pattern);
        match self {
            Self::Duckdb => format!("regexp_matches({text}, {pattern})"),
            Self::Postgres => format!("({text} ~ {pattern})"),
            Self::Spark => format!("({text} RLIKE {pattern})"),
            Self::Bigquery => format!("REGEXP_CONTAINS({text}, {pattern})"),
            Self::Snowflake => format!("(REGEXP_INSTR({text}, {pattern}) > 0)"),
            Self::Trino => format!("regexp_like({text}, {pattern})"),
        }
    }

    /// A text without what a pattern finds.
    pub(super) fn without(self, text: &str, pattern: &str) -> String {
        let pattern = self.literal(pattern);
        let all = if matches!(self, Self::Duckdb | Self::Postgres) { ", 'g'" } else { "" };
        format!("regexp_replace({text}, {pattern}, ''{all})")
    }

    /// How often a number goes into another; both are whole and not negative.
    pub(super) fn quotient(self, number: &str, by: u64) -> String {
        match self {
            _ if by == 1 => number.to_owned(),
            Self::Duckdb => format!("({number} // {by})"),
            Self::Postgres => format!("({number} / {by})"),
            Self::Spark => format!("({number} DIV {by})"),
            Self::Bigquery => format!("DIV({number}, {by})"),
            // Division keeps six digits in Snowflake, and in Trino none: of a multiple it leaves no rest in either.
            Self::Snowflake | Self::Trino => format!("CAST(({number} - MOD({number}, {by})) / {by} AS BIGINT)"),
        }
    }
}
