//! Single values of a policy, each read or refused with what was wanted.

use std::str::FromStr;

use super::{DateFormat, PrivacyUnit};
use crate::keys::is_unseen;
use crate::table::Measure;

/// Columns a log may have without any table using them. Others that are mapped and unused are typing mistakes.
pub const LOG_COLUMNS: [&str; 17] = [
    "request_id",
    "parent_id",
    "received_on",
    "account_id",
    "count",
    "account_count",
    "country",
    "agency",
    "legal_process",
    "data_scope",
    "service",
    "data_location",
    "outcome",
    "nondisclosure",
    "nondisclosure_until",
    "nondisclosure_lifted_on",
    "notified_on",
];

/// The columns' names with everything that a file name should not have made a hyphen.
pub(super) fn default_name(by: &[String]) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let name: String = by.join("-").chars().map(plain).take(90).collect();
    if by.is_empty() { "all".to_owned() } else { format!("by-{name}") }
}

/// A dimension's name becomes a column of the published table, beside the columns every table has.
pub(super) fn check_column(column: &str) -> Result<(), String> {
    let fixed = ["period_start", "period_end", "measure", "band_low", "band_high", "band"];
    if fixed.contains(&column) {
        return Err(format!("`{column}` is a column of every table; map the log's own under another name"));
    }
    if column.chars().any(char::is_control) || column.starts_with(['=', '+', '-', '@']) {
        return Err("a column of a table must not have control characters or begin like a formula".to_owned());
    }
    Ok(())
}

/// Names become file names and cells: letters, digits, dot, hyphen and underscore, and no path.
///
/// # Errors
/// Says what a name is.
pub fn check_name(text: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let reserved = ["report", "manifest"].contains(&text.to_ascii_lowercase().as_str());
    if text.is_empty()
        || text.len() > 100
        || !text.chars().all(allowed)
        || !text.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        return Err(
            "a name has letters, digits, `.`, `-` and `_` only, at most 100, and begins with a letter or digit"
                .to_owned(),
        );
    }
    if reserved { Err(format!("`{text}` is the name of another artefact")) } else { Ok(()) }
}

/// A whole number in plain digits: no sign, no space.
pub(super) fn whole_number<N: FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

pub(super) fn read_unit(text: &str) -> Result<PrivacyUnit, String> {
    match text {
        "request" => Ok(PrivacyUnit::Request),
        "account" => Ok(PrivacyUnit::Account),
        _ => Err("a privacy unit is `request` or `account`".to_owned()),
    }
}

/// The kinds of noise by name.
#[derive(Clone, Copy)]
pub(super) enum NoiseKind {
    Laplace,
    Gaussian,
    None,
}

pub(super) fn read_noise(text: &str) -> Result<NoiseKind, String> {
    match text {
        "laplace" => Ok(NoiseKind::Laplace),
        "gaussian" => Ok(NoiseKind::Gaussian),
        "none" => Ok(NoiseKind::None),
        _ => Err("noise is `laplace`, `gaussian` or `none`".to_owned()),
    }
}

/// A reason is printed in every artefact.
pub(super) fn check_reason(text: &str) -> Result<(), String> {
    if text.trim().is_empty() || text.len() > 500 || text.chars().any(is_unseen) {
        return Err("a reason is one line of at most 500 characters; it is printed in the report".to_owned());
    }
    Ok(())
}

pub(super) fn read_measures(names: &[String]) -> Result<Vec<Measure>, String> {
    let mut measures = Vec::new();
    for name in names {
        // A regime counts orders and selectors.
        let plain = match name.as_str() {
            "orders" => "requests",
            "selectors" => "accounts",
            other => other,
        };
        let measure = Measure::parse(plain)
            .ok_or_else(|| format!("`{name}` is not a measure; there are requests and accounts"))?;
        if !measures.contains(&measure) {
            measures.push(measure);
        }
    }
    measures.sort();
    if measures.is_empty() {
        Err("a table needs a measure: requests, accounts or both".to_owned())
    } else {
        Ok(measures)
    }
}

pub(super) fn read_date_format(text: &str) -> Result<Option<DateFormat>, String> {
    // Where the year comes last, a log may have dots or hyphens as well as slashes.
    let slashed = text.replace(['.', '-'], "/");
    match if text.starts_with('Y') { text } else { &slashed } {
        "auto" => Ok(None),
        "YYYY-MM-DD" => Ok(Some(DateFormat::YearMonthDay)),
        "DD/MM/YYYY" => Ok(Some(DateFormat::DayMonthYear)),
        "MM/DD/YYYY" => Ok(Some(DateFormat::MonthDayYear)),
        _ => Err("a date format is auto, YYYY-MM-DD, DD/MM/YYYY or MM/DD/YYYY (dots do as well as slashes)".to_owned()),
    }
}

/// Whether a log is declared free of duplicates.
pub(super) fn read_duplicates(text: &str) -> Result<bool, String> {
    match text {
        "drop" => Ok(false),
        "none" => Ok(true),
        _ => Err("duplicates are drop or none".to_owned()),
    }
}

pub(super) fn read_delimiter(text: &str) -> Result<Option<u8>, String> {
    match text {
        "auto" => Ok(None),
        "comma" => Ok(Some(b',')),
        "semicolon" => Ok(Some(b';')),
        "tab" => Ok(Some(b'\t')),
        "pipe" => Ok(Some(b'|')),
        _ => Err("a delimiter is auto, comma, semicolon, tab or pipe".to_owned()),
    }
}
