//! Columns that no log has and every report wants: what follows from a secrecy order's dates.
//!
//! Secrecy orders are orders under 18 U.S.C. § 2705(b) and its kin: they forbid a company to tell its customer. No statute
//! bands their number.

/// A column that is worked out from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derived {
    /// Whether a secrecy order came with the request.
    SecrecyOrder,
    /// Whether the order has an end, and whether that is past at the end of the period.
    SecrecyEnd,
    /// How long the order lasts from the day the request was received.
    SecrecyLength,
    /// Whether the customer was told.
    CustomerTold,
}

/// Which log columns a derived one needs.
pub const NONDISCLOSURE: &str = "nondisclosure";
/// The last day of a secrecy order.
pub const UNTIL: &str = "nondisclosure_until";
/// The day on which the customer was told.
pub const NOTIFIED_ON: &str = "notified_on";

/// What a log writes where a request came with a secrecy order, in lower case.
pub const YES: [&str; 6] = ["yes", "y", "true", "1", "ja", "oui"];
/// And where it came without one.
pub const NO: [&str; 7] = ["no", "n", "false", "0", "", "nein", "non"];

impl Derived {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SecrecyOrder, Self::SecrecyEnd, Self::SecrecyLength, Self::CustomerTold];

    /// Its name as a column of a table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SecrecyOrder => "secrecy_order",
            Self::SecrecyEnd => "secrecy_end",
            Self::SecrecyLength => "secrecy_length",
            Self::CustomerTold => "customer_told",
        }
    }

    /// The derived column of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|derived| derived.name() == name)
    }

    /// Its values.
    #[must_use]
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::SecrecyOrder | Self::CustomerTold => &["no", "yes"],
            Self::SecrecyEnd => &["ended", "ends_later", "no_end_date", "no_order"],
            Self::SecrecyLength => &["no_end_date", "no_order", "over_1_year", "up_to_1_year", "up_to_90_days"],
        }
    }

    /// The log's columns that it needs.
    #[must_use]
    pub fn needs(self) -> &'static [&'static str] {
        match self {
            Self::SecrecyOrder => &[NONDISCLOSURE],
            Self::SecrecyEnd | Self::SecrecyLength => &[NONDISCLOSURE, UNTIL],
            Self::CustomerTold => &[NOTIFIED_ON],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys are looked up by their place in sorted order.
    #[test]
    fn values_are_sorted_and_names_are_found() {
        for derived in Derived::ALL {
            assert!(derived.keys().is_sorted() && !derived.needs().is_empty());
            assert_eq!(Derived::find(derived.name()), Some(derived));
        }
    }
}
