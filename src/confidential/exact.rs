//! Exact counts, and why nothing outside this side can see one.

use std::fmt;

/// A count before noise.
///
/// It can be made and read on the confidential side only. It cannot be printed, compared, copied or
/// serialised anywhere; `Debug` says no more than that it is there.
pub struct Exact(u64);

impl Exact {
    pub(in crate::confidential) fn new(count: u64) -> Self {
        Self(count)
    }

    pub(in crate::confidential) fn get(&self) -> u64 {
        self.0
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exact(..)")
    }
}
