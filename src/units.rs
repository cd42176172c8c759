//! Numbers with a unit: privacy losses as exact decimals, the chance that a guarantee fails, and counts with their noun.
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

    /// The value for people to read and for bounds that are rounded up; no noise is computed from it.
    #[must_use]
    pub fn approximate(self) -> f64 {
        approximate(self.0.into(), Self::PARTS_OF_ONE.into())
    }
}

impl<const PLACES: u32> Decimal<PLACES> {
    /// So many parts as a decimal, also more than the largest single loss: a sum.
    #[must_use]
    pub fn shown(parts: u128) -> String {
        decimal(parts, PLACES)
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

/// So many parts of 10^-places as a decimal without trailing zeros.
fn decimal(parts: u128, places: u32) -> String {
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
pub fn lowest_terms(numerator: u128, denominator: u128) -> (u128, u128) {
    let (mut a, mut b) = (numerator, denominator);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (numerator / a.max(1), denominator / a.max(1))
}

/// A number with its noun, or with a noun and its verb: `1 row`, `2 rows`.
#[must_use]
pub fn numbered<N: fmt::Display + Copy + PartialEq + From<u8>>(number: N, one: &str, more: &str) -> String {
    let noun = if number == N::from(1) { one } else { more };
    format!("{number} {noun}")
}

/// A chance in percent, rounded up so that it is never below the real one.
#[must_use]
pub fn percent(chance: f64) -> String {
    format!("{:.1}%", whole_up(chance * 1000.0) / 10.0)
}

/// A number rounded up to four digits after the point.
#[must_use]
pub fn four_digits_up(number: f64) -> f64 {
    whole_up(number * 10_000.0) / 10_000.0
}

/// An epsilon for people, rounded up to four digits after the point.
#[must_use]
pub fn epsilon_up(epsilon: f64) -> String {
    if epsilon.is_infinite() {
        return "without limit".to_owned();
    }
    let text = format!("{:.4}", four_digits_up(epsilon));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The next whole number, or the nearest one where only bits that stem from rounding up lie between.
fn whole_up(value: f64) -> f64 {
    let nearest = value.round();
    if (value - nearest).abs() <= 1e-11 * nearest { nearest } else { value.ceil() }
}

/// The chance with which a guarantee of (epsilon, delta) may fail, as a whole number of parts of 10^-30.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delta(u128);

impl Delta {
    /// How many digits after the point a part is.
    const PLACES: usize = 30;

    /// A larger delta would let one unit in a thousand be published as it is: 10^-3.
    const MAX: u128 = 10_u128.pow(27);

    /// So many parts of 10^-30.
    #[must_use]
    pub const fn of_parts(parts: u128) -> Self {
        Self(parts)
    }

    /// The value as a whole number of parts.
    #[must_use]
    pub fn parts(self) -> u128 {
        self.0
    }

    /// Half of it, rounded down.
    #[must_use]
    pub fn half(self) -> Self {
        Self(self.0 / 2)
    }

    /// The nearest double.
    #[must_use]
    pub fn get(self) -> f64 {
        self.to_string().parse().unwrap_or(1.0)
    }
}

impl Default for Delta {
    /// One in a thousand million: below one over the number of accounts of almost any company.
    fn default() -> Self {
        Self(10_u128.pow(21))
    }
}

impl FromStr for Delta {
    type Err = String;

    /// Reads `1e-9`, `2.5e-7` or `0.000001`.
    fn from_str(text: &str) -> Result<Self, String> {
        let sound = parts_of(text).filter(|parts| (1..=Self::MAX).contains(parts));
        sound.map(Self).ok_or_else(|| "delta is a chance from 1e-30 to 0.001, such as 1e-9".to_owned())
    }
}

/// A decimal, with an exponent or without, as parts of 10^-30; nothing where it is finer than that.
fn parts_of(text: &str) -> Option<u128> {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "-0"));
    let exponent: usize = exponent.strip_prefix('-')?.parse().ok()?;
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain =
        digits(whole) && (decimals.is_empty() != mantissa.contains('.')) && (decimals.is_empty() || digits(decimals));
    let shift = Delta::PLACES.checked_sub(exponent)?.checked_sub(decimals.len())?;
    let number: u128 = format!("{whole}{decimals}").parse().ok().filter(|_| plain)?;
    number.checked_mul(10_u128.checked_pow(u32::try_from(shift).ok()?)?)
}

impl fmt::Display for Delta {
    /// One digit, the others that are not zero, and the exponent: `2.5e-7`; `0` for nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let (first, rest) = digits.split_at(1);
        let rest = rest.trim_end_matches('0');
        match (first, rest) {
            ("0", _) => f.write_str("0"),
            (_, "") => write!(f, "{first}e-{}", Self::PLACES + 1 - digits.len()),
            _ => write!(f, "{first}.{rest}e-{}", Self::PLACES + 1 - digits.len()),
        }
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
#[allow(clippy::float_cmp, reason = "decimals that are read are the nearest doubles")]
mod tests {
    use super::*;

    #[test]
    fn decimals_become_whole_numbers_of_parts() {
        for (text, parts, shown) in [
            ("1", 1_000_000, "1"),
            ("0.5", 500_000, "0.5"),
            ("0.10", 100_000, "0.1"),
            ("2.25", 2_250_000, "2.25"),
            ("0.000001", 1, "0.000001"),
            ("100", 100_000_000, "100"),
        ] {
            let epsilon: Epsilon = text.parse().expect(text);
            assert_eq!((epsilon.parts(), epsilon.to_string().as_str()), (parts, shown), "{text}");
        }
        assert_eq!(lowest_terms(250_000, 1_000_000), (1, 4));
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
        for (text, shown, value) in [
            ("1e-9", "1e-9", 1e-9),
            ("0.000001", "1e-6", 1e-6),
            ("2.5e-7", "2.5e-7", 2.5e-7),
            ("0.001", "1e-3", 1e-3),
            ("12e-10", "1.2e-9", 1.2e-9),
            ("1e-30", "1e-30", 1e-30),
        ] {
            let delta = text.parse::<Delta>().expect(text);
            assert!(delta.to_string() == shown && delta.get() == value, "{text}: {delta}");
        }
        assert_eq!(Delta::default().half().to_string(), "5e-10");
        for text in [
            "", "0", "0.0", "1", "0.1", "-1e-9", "1e-400", "nan", "inf", "+1e-9", " 1e-9", "e-9", "1e-31", "1.",
            "1.e-9", "1e9", "1e-9e-9", "1.23e-29", ".1e-9",
        ] {
            assert!(text.parse::<Delta>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn one_is_no_plural() {
        let told = [0_u64, 1, 2].map(|number| numbered(number, "row is", "rows are"));
        assert_eq!(told, ["0 rows are", "1 row is", "2 rows are"]);
    }

    #[test]
    fn numbers_for_people_are_rounded_up_but_not_for_a_last_bit() {
        for (epsilon, text) in [
            (1.0_f64.next_up(), "1"),
            (0.12341, "0.1235"),
            (0.5, "0.5"),
            (10.0, "10"),
            (f64::INFINITY, "without limit"),
        ] {
            assert_eq!(epsilon_up(epsilon), text);
        }
        for (chance, text) in [(0.0, "0.0%"), (0.05, "5.0%"), (0.0501, "5.1%"), (1e-9, "0.1%")] {
            assert_eq!(percent(chance), text);
        }
    }
}
