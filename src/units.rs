//! Exact numbers with a unit: privacy losses as decimals, and the chance that a guarantee fails.
//!
//! Privacy parameters are read as decimals and stay fractions of whole numbers, so no floating-point
//! number stands between what a policy says and the noise that is drawn.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The largest privacy loss accepted. Beyond it the noise is a formality.
const MAX_WHOLE: u64 = 100;

/// A positive decimal with at most `PLACES` digits after the point, kept as a whole number of its smallest parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal<const PLACES: u32>(u64);

/// A privacy loss in nats (pure differential privacy).
pub type Epsilon = Decimal<6>;

/// A privacy loss of zero-concentrated differential privacy (Bun, Steinke 2016).
pub type Rho = Decimal<9>;

impl<const PLACES: u32> Decimal<PLACES> {
    /// How many parts make one.
    pub const PARTS_OF_ONE: u64 = 10_u64.pow(PLACES);

    /// So many parts; nothing for zero or more than the largest loss.
    #[must_use]
    pub fn of_parts(parts: u64) -> Option<Self> {
        (1..=MAX_WHOLE * Self::PARTS_OF_ONE).contains(&parts).then_some(Self(parts))
    }

    /// The value as a whole number of parts.
    #[must_use]
    pub fn parts(self) -> u64 {
        self.0
    }

    /// The upper part of the fraction in lowest terms.
    #[must_use]
    pub fn numerator(self) -> u64 {
        lowest_terms(self.0, Self::PARTS_OF_ONE).0
    }

    /// The lower part of the fraction in lowest terms.
    #[must_use]
    pub fn denominator(self) -> u64 {
        lowest_terms(self.0, Self::PARTS_OF_ONE).1
    }

    /// The value for people to read and for bounds that are rounded up; no noise is computed from it.
    #[must_use]
    pub fn approximate(self) -> f64 {
        approximate(self.0.into(), Self::PARTS_OF_ONE.into())
    }
}

impl Default for Epsilon {
    /// One, the usual choice for a periodic release of counts.
    fn default() -> Self {
        Self(Self::PARTS_OF_ONE)
    }
}

impl<const PLACES: u32> FromStr for Decimal<PLACES> {
    type Err = String;

    /// Reads a plain decimal such as `1`, `0.5` or `0.125`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || format!("a privacy loss is a decimal above 0 and at most {MAX_WHOLE}, such as 0.5");
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || text.ends_with('.') || !digits(whole) || !digits(decimals) {
            return Err(wanted());
        }
        let places = PLACES as usize;
        if decimals.len() > places {
            return Err(format!("a privacy loss may have at most {places} digits after the point here"));
        }
        let parts: u64 = format!("{whole}{decimals:0<places$}").parse().map_err(|_| wanted())?;
        Self::of_parts(parts).ok_or_else(wanted)
    }
}

impl<const PLACES: u32> fmt::Display for Decimal<PLACES> {
    /// The decimal it was read from, without trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal(self.0.into(), PLACES))
    }
}

impl<const PLACES: u32> Serialize for Decimal<PLACES> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const PLACES: u32> Deserialize<'de> for Decimal<PLACES> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// So many parts of 10^-places as a decimal without trailing zeros: also of sums, which may be any size.
#[must_use]
pub fn decimal(parts: u128, places: u32) -> String {
    let one = 10_u128.pow(places);
    let rest = format!("{:0width$}", parts % one, width = places as usize);
    match rest.trim_end_matches('0') {
        "" => format!("{}", parts / one),
        rest => format!("{}.{rest}", parts / one),
    }
}

/// A fraction as the nearest double.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "for people, and for bounds that allow for it")]
pub fn approximate(numerator: u128, denominator: u128) -> f64 {
    numerator as f64 / denominator as f64
}

/// Divides both parts of a fraction by their greatest common divisor (Euclid).
#[must_use]
pub fn lowest_terms<N>(numerator: N, denominator: N) -> (N, N)
where
    N: Copy + PartialEq + Default + std::ops::Rem<Output = N> + std::ops::Div<Output = N>,
{
    let zero = N::default();
    let (mut a, mut b) = (numerator, denominator);
    while b != zero {
        (a, b) = (b, a % b);
    }
    if a == zero { (numerator, denominator) } else { (numerator / a, denominator / a) }
}

/// The chance with which a guarantee of (epsilon, delta) may fail: above 0 and far below 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Delta(f64);

/// A larger delta would let one unit in a thousand be published as it is.
const MAX_DELTA: f64 = 1e-3;

impl Delta {
    /// The value as a double.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Default for Delta {
    /// One in a thousand million: below one over the number of accounts of almost any company.
    fn default() -> Self {
        Self(1e-9)
    }
}

impl FromStr for Delta {
    type Err = String;

    /// Reads `1e-9` or `0.000001`.
    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | '-');
        let value = text.parse::<f64>().ok().filter(|_| text.starts_with(|c: char| c.is_ascii_digit()));
        let sound = value.filter(|delta| text.chars().all(plain) && (1e-30..=MAX_DELTA).contains(delta));
        sound.map(Self).ok_or_else(|| "delta is a chance from 1e-30 to 0.001, such as 1e-9".to_owned())
    }
}

impl fmt::Display for Delta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:e}", self.0)
    }
}

impl Serialize for Delta {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Delta {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
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
            ("100", 100, 1, "100"),
        ] {
            let epsilon: Epsilon = text.parse().expect(text);
            assert_eq!((epsilon.numerator(), epsilon.denominator()), (numerator, denominator), "{text}");
            assert_eq!(epsilon.to_string(), shown);
        }
        assert_eq!("0.000000001".parse::<Rho>().expect("a rho").parts(), 1);
        assert_eq!(decimal(1_234_500_000, 6), "1234.5");
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

    #[test]
    fn a_delta_is_a_small_chance() {
        for (text, shown) in [("1e-9", "1e-9"), ("0.000001", "1e-6"), ("2.5e-7", "2.5e-7"), ("0.001", "1e-3")] {
            assert_eq!(text.parse::<Delta>().expect(text).to_string(), shown);
        }
        for text in ["", "0", "0.0", "1", "0.1", "-1e-9", "1e-400", "nan", "inf", "+1e-9", " 1e-9", "e-9", "1e-31"] {
            assert!(text.parse::<Delta>().is_err(), "{text:?} was accepted");
        }
    }
}
