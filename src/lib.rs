//! hushcount turns raw logs of government requests for user data into banded, noise-added counts that are
//! safe to publish.
//!
//! # The flow
//! One direction; every arrow consumes its left side. Directory = trust level.
//! ```text
//! policy ─► Policy ──────────────┬────────────────────────┐
//!                                ▼                        ▼
//! logs ─► RequestLog ─► Bounded ─► Table<Exact> ─► Table<Noisy> ─► Table<Band> ─► Release ─► csv json md html
//!         └──────────── confidential ─────────────┘        └──────────────── release ──────────────────┘
//!                         ledger ── charge ─► Charge ─┘
//! ```
//!
//! # Attack model
//! The observer reads everything that is published, for ever, and the ledger too. They may know every row of
//! the log but those of one privacy unit (one request, or one account with all its rows), may have put rows
//! into it, and know the policy, this program and its noise scales. They do not have the key.
//!
//! What they can learn about that one unit is bounded by differential privacy with the epsilon that the
//! release states: whatever a release shows would have been about as likely without the unit. A re-run shows
//! nothing new: the noise is derived from the key and the counts, so the same log gives the same bytes.
//!
//! # Known limits
//! - The guarantee is for one release. Releases add up: an account in four quarterly releases of epsilon 1 is
//!   protected with epsilon 4. The ledger records every charge; no limit is set on their sum yet.
//! - It protects one unit, not facts about many: that a company receives many requests from one country is
//!   what a report is there to say.
//! - No statutory regime is enforced yet. A table whose keys list national-security process carries a warning; a
//!   table that is not broken down by legal process counts whatever the log holds, unless `leave_out` says otherwise.
//! - With `noise = "none"` there is no guarantee, and bands of exact counts are not yet audited against each
//!   other: a total, or a second table, can narrow a band.
//! - A log that was aggregated before (`count` column) cannot be bounded: its contribution bounds are the
//!   publisher's word.
//! - Noise is pseudorandom. Whoever has the key and a release can take the noise off.
//! - How long a run takes, and how much memory, depends on the log. Run it where only its owner watches.
//! - The ledger shows a careless change, not a careful forger: whoever cuts off its last lines, or computes every
//!   hash anew, is shown only by an older copy. Keep it where history is kept.
//! - Without a ledger (another path, a fresh directory) nothing is known of earlier releases.
//! - Standard input, pipes and Parquet logs are read into memory whole.
//! - A run that is killed can leave a directory `.NAME.N.hushcount-partial` beside the release. It holds nothing
//!   that is not published; delete it.
//!
//! A module uses only modules listed above it; a test holds that.

pub mod error;
pub mod cli;
pub mod durable;
pub mod units;
pub mod accounting;
pub mod period;
pub mod band;
pub mod keys;
pub mod table;
pub mod policy;
pub mod sensitivity;
pub mod selection;
pub mod ledger;
pub mod confidential;
pub mod accuracy;
pub mod release;
pub mod pipeline;
pub mod privacy_test;
pub mod synth;
pub mod init;
pub mod console;
pub mod run;
