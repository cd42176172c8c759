//! One line for each promise that a type makes by what it cannot do.

use std::fmt::{Debug, Display};

use hushcount::band::Band;
use hushcount::confidential::{Bounded, Exact, Key, Noisy, Reading, RequestLog};
use hushcount::ledger::Charge;
use hushcount::table::Table;
use serde::Serialize;
use static_assertions::{assert_impl_all, assert_not_impl_any};

// An exact count cannot be printed, compared, copied or serialised.
assert_not_impl_any!(Exact: Display, Serialize, Clone, Copy, PartialEq, PartialOrd, Into<u64>, Default);
assert_not_impl_any!(Table<Exact>: Display, Serialize, Clone, PartialEq);

// A noisy count is banded before anything is written.
assert_not_impl_any!(Noisy: Display, Serialize, Clone, Copy, PartialEq, Into<i64>);

// Rows cannot be printed, copied or counted without bounding.
assert_not_impl_any!(RequestLog: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Bounded: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Reading: Debug, Display, Serialize, Clone);

// A key cannot be printed or copied; a charge cannot be copied or made from nothing.
assert_not_impl_any!(Key: Debug, Display, Serialize, Clone, PartialEq);
assert_not_impl_any!(Charge: Clone, Copy, Default, Serialize);

// A band may be printed.
assert_impl_all!(Band: Display, Clone, PartialEq);

/// `Debug` of an exact count, which derived `Debug`s call, says nothing.
#[test]
fn exact_tables_say_nothing_of_their_cells() {
    let source = include_str!("../../src/confidential/exact.rs");
    assert!(source.contains("f.write_str(\"Exact(..)\")"));
}
