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
//! policy ─► counting query ─► (another engine) ─► Table<Exact>, in place of the logs
//! ```
//!
//! # Attack model
//! **Who sees what.** The observer reads everything that is published, for ever, and the ledger too. They may know every row
//! of the log but those of one privacy unit (one request, or one account with all its rows), may have put rows into it,
//! and know the policy, this program and its noise. They do not have the key, the logs or the private file.
//!
//! **What they can learn** about that one unit is bounded by differential privacy with the numbers that the release
//! states: whatever it shows would have been about as likely without the unit ([`sensitivity`], [`accounting`]).
//!
//! **Periodic releases** add up, whether or not their numbers are compared: an account in four releases of epsilon 1 is
//! protected with epsilon 4. The ledger keeps the sum, and a `[budget]` refuses the release that would exceed it. A budget
//! of some years limits what is lost in any such time, not what is lost for ever. A request whose rows all lie in one
//! period loses less than the sum, which is not counted in its favour.
//!
//! **Re-runs** show nothing new: the noise is derived from the key and the counts, so the same log gives the same bytes.
//! Fresh noise on every run could be averaged away.
//!
//! **Restatements** are charged as releases, with unrelated noise: the same noise on two counts would reveal their exact
//! difference. That something was restated, when and why, is public, and so is that its data changed: the ledger's keyed
//! digests of one release differ. They tell nothing of how, and nothing across releases. A release that is made again with
//! other data before it was sealed is charged again as well.
//!
//! **Declared zeros.** A regime's number that the policy declares zero is printed as 0, without noise: what is printed is the
//! policy's word, whatever the log says. A log that has such an order is refused before anything is counted or charged. The
//! refusal tells that there is one, not how many, nor of what: to the log's owner, as every message does. A release with a
//! declared zero tells every reader that its log was not refused, about each unit, and no epsilon limits that: it is what the
//! publisher declares in print. Rows that were left out or set aside are not looked at.
//!
//! **Injected rows.** Whoever adds rows of other units learns nothing more about this one: which rows of a unit count
//! follows from its own rows and the key, and no key set, bound or order is taken from the data (keys that are selected are
//! selected with noise). Rows added under the unit's own account or request displace others of it, within its bounds; the
//! guarantee does not change, the numbers may.
//!
//! **Time and memory** of a run depend on the log, and so do its exit status and its messages (places and numbers of rows
//! at fault). Run it where only the log's owner watches.
//!
//! **The proof against the code**: [`sensitivity::change`] and [`sensitivity::spread`] stand beside the bounding that they
//! rely on (`confidential::bound`) and the sampling that they pay for (`confidential::mechanism`); [`privacy_test`] tries
//! the whole of it from outside.
//!
//! # Known limits
//! - The guarantee protects one unit, not facts about many: that a company receives many requests from one country is
//!   what a report is there to say. A person with two accounts is two units.
//! - A budget is the policy's: whoever edits the policy can raise it. Keep the policy where history is kept.
//! - A budget knows its own ledger. Releases of another ledger over the same people, and bands of exact counts, are not in
//!   its sum; releases that protect another kind of unit are not either. What is left out is pointed out where the ledger
//!   shows it.
//! - With selected keys, and with Gaussian noise stated as (epsilon, delta), the guarantee may fail with the stated delta.
//!   That a value appears tells that many units have it; what appears also depends on how values are spelt.
//! - The chances of a wrong band are those of the noise alone: what the contribution bounds leave out comes on top. For
//!   totals, and for tables whose totals are measured, they are approximate (Edgeworth's series), to a few percent of
//!   themselves. Where bands are about as narrow as the noise, cells of a table with a total are also lowered to agree with
//!   it, which they do not include.
//! - A part of a request (`parent_id`) that is moved to another parent by a later export counts under both.
//! - A regime's file says what was read of a law and what was not; it is no legal advice. What is national-security
//!   process is known only as far as the log says so in `legal_process`: in a log without that column, or counted by a query
//!   that does not read it, it counts like any other, and the release says so.
//! - A zero under a regime is printed as the first band, and as 0 itself only where the policy declares that no gag applied:
//!   that is the publisher's word. When a declared zero becomes a band, readers learn that something arrived. hushcount warns
//!   of it by what the ledger shows, and cannot take it back.
//! - The low end of a regime's band may be raised by the number of requests that are no longer secret. That number is
//!   printed as it is: it is public.
//! - An order for content and other data counts once, as content, where requests are protected. Where accounts are, that is
//!   decided for each account of it: one account's row must not move another's.
//! - Which structure a period was reported under is known from the ledger: what was published by hand is not in it.
//! - With `noise = "none"` there is no guarantee. Bands of exact counts are attacked before they are charged: by themselves, with
//!   every earlier release of the same days (or of days of such a release), and with what they restate. Under a regime nothing
//!   narrower than its band may follow, elsewhere nothing narrower than 10 counts; what is narrower than its own band is
//!   pointed out. What contradicts each other, or is too much to be looked at together, is no pass.
//! - That attack knows that counts are whole and not negative, what is a total of what, and how periods lie. It takes every
//!   request for one of one row of a table. Of accounts it knows that a whole has at least as many as each part and at most as
//!   many as all parts; more could follow. It takes `other` for one key, also where lists of keys differ between releases.
//!   It does not know what else a reader knows, such as the size of a population, nor numbers of another publisher or of a
//!   ledger that is not given. Tables under a regime are taken to share nothing with others: under `ca-2015`, whose
//!   categories are of ordinary process, tables by legal process beside it are the publisher's to leave out.
//! - That bands were widened, cells withheld or a release refused tells a little by itself.
//! - A log that was aggregated before (`count` column) cannot be bounded: its contribution bounds are the
//!   publisher's word.
//! - Counts that another engine made (`--counts`) are bounded by the query that it ran. The mark in them tells that this was
//!   one for this policy and key, and numbers that no log has are refused. That it ran as it was written, over the whole log
//!   and this log, is the publisher's word. The salt in a query, known to somebody who has the log, tells which rows of a unit
//!   beyond its bounds were counted.
//! - Where the policy declares a log free of duplicates (`duplicates = "none"`), a request that has two rows nevertheless
//!   is two units: that it has not is the publisher's word.
//! - Ids of a large log are kept, as keyed hashes, in a file without a name that only its owner could open, where temporary
//!   files stand (`TMPDIR`).
//! - Noise is pseudorandom (HKDF-SHA256, ChaCha20): the guarantee is against observers who cannot break those. Whoever has
//!   the key and a release can take the noise off, also after a new key was taken up.
//! - One key, one ledger: two publishers with one key, one policy and one name for their releases publish the same numbers
//!   exactly when their counts are the same.
//! - The ledger shows a careless change, not a careful forger: whoever cuts off its last lines, or computes every
//!   hash anew, is shown only by an older copy. Keep it where history is kept.
//! - Without a ledger (another path, a fresh directory) nothing is known of earlier releases, and nothing of their cost.
//! - Standard input, pipes and Parquet logs are read into memory whole; so is what is needed of every row of a log with private
//!   keys, parts of requests, counts or a regime's table (about 180 bytes a row).
//! - A run that is killed can leave `.NAME....hushcount-partial` beside the file or directory it was to become, as
//!   confidential as that: beside a release nothing that is not published, beside a quarantine file or a key what they hold.
//!   Delete it.
//!
//! A module uses only modules listed above it; a test holds that.

pub mod error;
pub mod cli;
pub mod durable;
pub mod units;
pub mod accounting;
pub mod period;
pub mod band;
pub mod language;
pub mod derived;
pub mod keys;
pub mod regime;
pub mod table;
pub mod policy;
pub mod sensitivity;
pub mod selection;
pub mod ledger;
pub mod confidential;
pub mod accuracy;
pub mod release;
pub mod audit;
pub mod pipeline;
pub mod privacy_test;
pub mod synth;
pub mod init;
pub mod console;
pub mod run;
