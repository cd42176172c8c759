//! Exact numbers with a unit: the privacy loss of a release.
//!
//! Privacy parameters are read as decimals and stay fractions of whole numbers, so no floating-point
//! number stands between what a policy says and the noise that is drawn.

use std::fmt;
use std::str::FromStr;

/// Digits allowed after the decimal point; keeps every later product inside 128 bits.
const MAX_DECIMALS: usize = 6;

/// The largest epsilon accepted. Beyond it the noise is a formality.
const MAX_WHOLE: u64 = 100;

/// A positive privacy loss in nats, as an exact fraction in lowest terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epsilon {
    numerator: u64,
    denominator: u64,
}

impl Epsilon {
    /// The fraction's upper part.
    #[must_use]
    pub fn numerator(&self) -> u64 {
        self.numerator
    }

    /// The value for people to read; no noise is computed from it.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "both parts are far below 2^53")]
    pub fn approximate(&self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// The fraction's lower part.
    #[must_use]
    pub fn denominator(&self) -> u64 {
        self.denominator
    }
}

impl Default for Epsilon {
    /// One, the usual choice for a periodic release of counts.
    fn default() -> Self {
        Self { numerator: 1, denominator: 1 }
    }
}

impl FromStr for Epsilon {
    type Err = String;

    /// Reads a plain decimal such as `1`, `0.5` or `0.125`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || format!("epsilon must be a decimal above 0 and at most {MAX_WHOLE}, such as 0.5");
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || text.ends_with('.') || !digits(whole) || !digits(decimals) {
            return Err(wanted());
        }
        if decimals.len() > MAX_DECIMALS {
            return Err(format!("epsilon may have at most {MAX_DECIMALS} digits after the point"));
        }
        let denominator = 10_u64.pow(u32::try_from(decimals.len()).map_err(|_| wanted())?);
        let numerator: u64 = format!("{whole}{decimals}").parse().map_err(|_| wanted())?;
        if numerator == 0 || numerator > MAX_WHOLE * denominator {
            return Err(wanted());
        }
        let (numerator, denominator) = lowest_terms(numerator, denominator);
        Ok(Self { numerator, denominator })
    }
}

/// Divides both parts of a fraction by their greatest common divisor (Euclid).
#[must_use]
pub fn lowest_terms(numerator: u64, denominator: u64) -> (u64, u64) {
    let (mut a, mut b) = (numerator, denominator);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (numerator / a.max(1), denominator / a.max(1))
}

impl fmt::Display for Epsilon {
    /// The decimal it was read from, without trailing zeros. Denominators are divisors of a power of ten.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u64.pow(6);
        let millionths = self.numerator * (scale / self.denominator);
        let (whole, rest) = (millionths / scale, millionths % scale);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        write!(f, "{whole}.{}", format!("{rest:06}").trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_become_fractions_in_lowest_terms() {
        for (text, numerator, denominator, shown) in [
            ("1", 1, 1, "1"),
            ("0.5", 1, 2, "0.5"),
            ("0.10", 1, 10, "0.1"),
            ("2.25", 9, 4, "2.25"),
            ("0.000001", 1, 1_000_000, "0.000001"),
        ] {
            let epsilon: Epsilon = text.parse().expect(text);
            assert_eq!((epsilon.numerator(), epsilon.denominator()), (numerator, denominator), "{text}");
            assert_eq!(epsilon.to_string(), shown);
        }
    }

    #[test]
    fn what_is_not_a_positive_decimal_is_refused() {
        for text in [
            "",
            "0",
            "0.0",
            "-1",
            "-0.0",
            "1e3",
            "inf",
            "NaN",
            ".5",
            "1.",
            "101",
            "0.1234567",
            " 1",
            "+1",
            "99999999999999999999",
        ] {
            assert!(text.parse::<Epsilon>().is_err(), "{text:?} was accepted");
        }
    }
}
