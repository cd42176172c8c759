//! Pairs of synthetic logs that differ in one privacy unit, with the privacy that a release of them claims.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::PolicyArgs;

/// A log and the options of its release.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// The log.
    pub(super) log: PathBuf,
    /// What `report` would be given.
    pub(super) options: PolicyArgs,
}

/// Releases made one after the other on one ledger, with one key.
#[derive(Debug, Clone)]
pub(super) struct World {
    /// The releases in order.
    pub(super) steps: Vec<Step>,
}

/// Two worlds that differ in one privacy unit.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    /// What differs.
    pub(super) name: &'static str,
    /// Whom the noise should protect.
    pub(super) unit: &'static str,
    /// The claimed epsilon of everything the observer sees of the unit.
    pub(super) epsilon: f64,
    /// The delta it is claimed with.
    pub(super) delta: f64,
    /// The world with the unit.
    pub(super) with: World,
    /// The world without it.
    pub(super) without: World,
}

/// Rows of request, account, country and agency.
type Rows = &'static [[&'static str; 4]];

/// What both logs of a pair hold.
const OTHERS: Rows = &[
    ["r1", "a1", "DE", "police"],
    ["r1", "a2", "DE", "police"],
    ["r2", "a3", "DE", "police"],
    ["r3", "a1", "US", "police"],
    ["r4", "a4", "US", "police"],
    ["r5", "a5", "US", "police"],
    ["r5", "a6", "DE", "police"],
    ["r6", "a7", "DE", "police"],
    ["r7", "a8", "US", "police"],
    ["r8", "a9", "DE", "police"],
];

/// A case: its name and unit, the rows of one unit, and what is different from the usual options.
struct Case {
    name: &'static str,
    unit: &'static str,
    rows: Rows,
    /// Whether the rows are parts of one request `x`, which may use other requests' ids for them.
    parts: bool,
    change: fn(&mut PolicyArgs),
    claimed: (f64, f64),
    restated: bool,
}

const USUAL: fn(&mut PolicyArgs) = |_| ();
const TWO_CELLS: fn(&mut PolicyArgs) = |options| options.max_cells = Some("2".to_owned());
const BOTH_MEASURES: fn(&mut PolicyArgs) =
    |options| options.measure = vec!["requests".to_owned(), "accounts".to_owned()];
const ACCOUNTS: fn(&mut PolicyArgs) = |options| options.measure = vec!["accounts".to_owned()];

/// Gaussian noise that claims (1, 1e-3): with so large a delta the trial sees more of the tails.
const GAUSSIAN: fn(&mut PolicyArgs) = |options| {
    options.noise = Some("gaussian".to_owned());
    options.delta = Some("0.001".to_owned());
};

/// Agencies selected from the log.
const SELECTED: fn(&mut PolicyArgs) = |options| {
    options.by = vec!["agency".to_owned()];
    options.keys = vec!["agency=private".to_owned()];
    options.delta = Some("0.001".to_owned());
};

const MANY_ACCOUNTS: Rows = &[
    ["x", "b1", "DE", "police"],
    ["x", "b2", "DE", "police"],
    ["x", "b3", "DE", "police"],
    ["x", "b4", "DE", "police"],
    ["x", "b5", "DE", "police"],
];

const MANY_REQUESTS: Rows = &[
    ["x1", "b", "DE", "police"],
    ["x2", "b", "DE", "police"],
    ["x3", "b", "DE", "police"],
    ["x4", "b", "DE", "police"],
    ["x5", "b", "DE", "police"],
];

const REQUEST_IN_THREE_COUNTRIES: Rows =
    &[["x", "b1", "DE", "police"], ["x", "b2", "US", "police"], ["x", "b3", "FR", "police"]];

const ACCOUNT_IN_THREE_COUNTRIES: Rows =
    &[["x1", "b", "DE", "police"], ["x2", "b", "US", "police"], ["x3", "b", "FR", "police"]];

const ONE: Rows = &[["x", "b", "DE", "police"]];
const IN_AN_EMPTY_CELL: Rows = &[["x", "b", "FR", "police"]];
const UNIQUE_AGENCY: Rows = &[["x", "b", "DE", "court"]];

/// How many pairs are tried.
pub const PAIRS: usize = 16;

const CASES: [Case; PAIRS] = [
    case("one request", "request", ONE, USUAL),
    case("a request that names many accounts", "request", MANY_ACCOUNTS, ACCOUNTS),
    case("a request in three countries", "request", REQUEST_IN_THREE_COUNTRIES, TWO_CELLS),
    case("the only request of a country", "request", IN_AN_EMPTY_CELL, USUAL),
    case("a request that names many accounts, both measures", "request", MANY_ACCOUNTS, BOTH_MEASURES),
    Case { claimed: (1.0, 0.001), ..case("one request, gaussian noise", "request", ONE, GAUSSIAN) },
    Case {
        claimed: (1.0, 0.001),
        ..case("the only request of an agency, private keys", "request", UNIQUE_AGENCY, SELECTED)
    },
    Case { restated: true, ..case("one request, after a restatement", "request", ONE, USUAL) },
    Case { parts: true, ..case("a request whose parts have the ids of others", "request", PARTS_OF_OTHERS, USUAL) },
    case("one account", "account", ONE, ACCOUNTS),
    case("an account under many requests", "account", MANY_REQUESTS, USUAL),
    case("an account in three countries", "account", ACCOUNT_IN_THREE_COUNTRIES, TWO_CELLS),
    Case {
        claimed: (1.0, 0.001),
        ..case("the only account of an agency, private keys", "account", UNIQUE_AGENCY, SELECTED)
    },
    case("the only account of a country", "account", IN_AN_EMPTY_CELL, ACCOUNTS),
    case("an account under many requests, both measures", "account", MANY_REQUESTS, BOTH_MEASURES),
    Case {
        restated: true,
        ..case("an account under many requests, after a restatement", "account", MANY_REQUESTS, USUAL)
    },
];

/// Parts of one request under the ids of others.
const PARTS_OF_OTHERS: Rows = &[
    ["r1", "a1", "US", "police"],
    ["r2", "a3", "US", "police"],
    ["r3", "a1", "DE", "police"],
    ["r6", "a7", "US", "police"],
    ["r7", "a8", "DE", "police"],
];

const fn case(name: &'static str, unit: &'static str, rows: Rows, change: fn(&mut PolicyArgs)) -> Case {
    Case { name, unit, rows, parts: false, change, claimed: (1.0, 0.0), restated: false }
}

/// Writes the logs of every pair into a directory.
pub(super) fn all(directory: &Path) -> io::Result<Vec<Pair>> {
    CASES.iter().enumerate().map(|(number, case)| pair(directory, number, case)).collect()
}

fn pair(directory: &Path, number: usize, case: &Case) -> io::Result<Pair> {
    let log = |name: &str, rows: &[Rows]| {
        let path = directory.join(format!("{number}-{name}.csv"));
        fs::write(&path, csv(rows, case.parts)).map(|()| path)
    };
    let (with, without) = (log("with", &[OTHERS, case.rows])?, log("without", &[OTHERS])?);
    // A first version that the observer knows too: without two requests that came in late.
    let first = log("first", &[&OTHERS[2..]])?;
    let world = |log: &PathBuf| {
        let step = Step { log: log.clone(), options: options(case) };
        if !case.restated {
            return World { steps: vec![step] };
        }
        let earlier = Step { log: first.clone(), options: options(case) };
        let mut later = step;
        later.options.restate = Some("2026H1".to_owned());
        later.options.reason = Some("late entries".to_owned());
        World { steps: vec![earlier, later] }
    };
    let (epsilon, delta) = case.claimed;
    Ok(Pair { name: case.name, unit: case.unit, epsilon, delta, with: world(&with), without: world(&without) })
}

/// Bands of one count: what is seen is the noisy count itself, the most an observer can get.
fn options(case: &Case) -> PolicyArgs {
    let mut options = PolicyArgs {
        band_size: Some("1".to_owned()),
        period: Some("2026H1".to_owned()),
        by: vec!["country".to_owned()],
        keys: vec!["country=DE,FR,US".to_owned()],
        epsilon: Some("1".to_owned()),
        privacy_unit: Some(case.unit.to_owned()),
        max_per_cell: Some("3".to_owned()),
        ..PolicyArgs::default()
    };
    (case.change)(&mut options);
    options
}

/// The rows of others, then of the unit; these have a parent where they are parts.
fn csv(rows: &[Rows], parts: bool) -> String {
    let mut text = "request_id,account_id,received_on,country,agency".to_owned();
    text += if parts { ",parent_id\n" } else { "\n" };
    for (place, rows) in rows.iter().enumerate() {
        let parent = match (parts, place) {
            (false, _) => "",
            (true, 0) => ",",
            (true, _) => ",x",
        };
        for [request, account, country, agency] in *rows {
            let _ = writeln!(text, "{request},{account},2026-02-01,{country},{agency}{parent}");
        }
    }
    text
}
