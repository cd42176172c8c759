//! Published bands, looked at from outside: each row held against the regime it was published under.
//!
//! What several rows say together is not looked at here yet: a row can be right by itself and narrow another.

mod bands;
mod directory;
mod finding;

pub use bands::{PublishedBand, read};
pub use directory::verify;
pub use finding::{Finding, look};
