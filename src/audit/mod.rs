//! Published numbers, looked at from outside: each held against the regime it was published under, and what all of them
//! say together.
//!
//! ```text
//! bands of anybody ─ read ──────────► Published ─ look ───────────► Finding   (each by itself)
//! release directory ─ read_release ─►     │
//!                                         └─ unknowns ─ interval ─ joint ──► Finding   (together)
//! release directory ─ verify ───────► Diagnostic   (its own files and rules)
//! ```
//! Nothing here knows an exact count: it sees what a reader sees.

mod accounts;
mod bands;
mod deployment;
mod directory;
mod files;
mod finding;
mod form;
pub mod interval;
mod joint;
mod published;
mod release;
mod remedy;
mod series;
mod unknowns;

pub use bands::{Unsaid, read};
pub use deployment::deployment;
pub use directory::{sound, verify};
pub use finding::{Finding, FindingKey, look};
pub use joint::{Joint, look_together};
pub use published::Published;
pub use release::{PublishedRelease, read_release, release_of};
pub use remedy::{Cell, Remedy, fewest_withheld};
pub use unknowns::Rules;
