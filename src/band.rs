//! Bands: the only shape in which a count leaves the program.

use std::fmt;
use std::num::NonZeroU64;

use serde::Serialize;

/// Exact counts in narrower bands than this would be printed almost as they are.
pub const NARROWEST_EXACT_BAND: u64 = 10;

/// The widest band accepted; wide enough for any statute, far from overflow.
const MAX_BAND_SIZE: u64 = 1_000_000;

/// How many counts share one band. The grid starts at 0 and never changes its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct BandSize(NonZeroU64);

impl BandSize {
    /// Bands of single counts.
    pub const ONE: Self = Self(NonZeroU64::MIN);

    /// A band size from 1 to one million counts.
    ///
    /// # Errors
    /// Says what is allowed when the size is outside that range.
    pub fn new(size: u64) -> Result<Self, String> {
        NonZeroU64::new(size)
            .filter(|size| size.get() <= MAX_BAND_SIZE)
            .map(Self)
            .ok_or_else(|| format!("a band size is a whole number from 1 to {MAX_BAND_SIZE}, not {size}"))
    }

    /// The width in counts.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0.get()
    }

    /// The band a count falls in: both edges included, 0 in the first band.
    #[must_use]
    pub fn band(self, count: u64) -> Band {
        // Saturating: the very last band of the 64-bit range would otherwise end beyond it.
        let low = count / self.0 * self.get();
        Band { low, high: low.saturating_add(self.get() - 1) }
    }
}

/// A published range of counts, both edges included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    low: u64,
    high: u64,
}

impl Band {
    /// 0 itself: what is printed where a zero is declared.
    pub const ZERO: Self = Self { low: 0, high: 0 };

    /// The same band with a higher low end, at most its high end.
    pub(crate) fn raised_to(self, low: u64) -> Self {
        Self { low: low.clamp(self.low, self.high), high: self.high }
    }

    /// The lowest count in the band.
    #[must_use]
    pub fn low(self) -> u64 {
        self.low
    }

    /// The highest count in the band.
    #[must_use]
    pub fn high(self) -> u64 {
        self.high
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_included_and_zero_is_in_the_first_band() {
        let size = BandSize::new(250).expect("a band size");
        for (count, label) in
            [(0, "0-249"), (249, "0-249"), (250, "250-499"), (499, "250-499"), (13_500, "13500-13749")]
        {
            assert_eq!(size.band(count).to_string(), label);
        }
    }

    #[test]
    fn every_count_is_inside_its_band_up_to_the_last() {
        for size in [1, 2, 3, 100, 999, MAX_BAND_SIZE] {
            let size = BandSize::new(size).expect("a band size");
            for count in [0, 1, 998, 999, 1000, u64::MAX - 1, u64::MAX] {
                let band = size.band(count);
                assert!(band.low() <= count && count <= band.high());
                assert_eq!(band.low() % size.get(), 0);
            }
        }
    }

    #[test]
    fn sizes_outside_the_range_are_refused() {
        assert!(BandSize::new(0).is_err());
        assert!(BandSize::new(MAX_BAND_SIZE + 1).is_err());
    }
}
