//! What is published and how: a policy file and the command line, made into one valid [`Policy`].
//!
//! The raw text is read once, every mistake is reported in place, and only a valid policy goes on.
//! An option on the command line overrides the file.

mod budget;
mod digest;
mod draft;
mod presentation;
mod processes;
mod protection;
mod reader;
mod regime;
mod resolve;
mod values;
mod withhold;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

pub use budget::Budget;
pub use presentation::Presentation;
pub use values::{LOG_COLUMNS, check_name};

use crate::accounting::Loss;
use crate::cli::PolicyArgs;
use crate::error::Outcome;
use crate::keys::KeySet;
use crate::period::Period;
use crate::regime::{Lifted, Numbers};
use crate::table::{Measure, Query, TableSpec};
use crate::units::{Delta, Epsilon, Rho};

/// The commented policy that `init` writes.
pub const TEMPLATE: &str = include_str!("../../data/policy.toml");

/// The key's file where no other is named.
pub const KEY_FILE: &str = "hushcount.key";

/// The ledger's file where no other is named.
pub const LEDGER_FILE: &str = "hushcount-ledger.jsonl";

/// The share of the budget that each selection of a column's keys gets.
pub const SELECTION_SHARE: u32 = 1;

/// Everything a run needs to know, checked.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The days reported on.
    pub period: Period,
    /// The release's name, the period's label unless stated.
    pub release: String,
    /// The day of publication, where stated.
    pub publish_on: Option<Date>,
    /// The tables, in order of publication.
    pub tables: Vec<Arc<TableSpec>>,
    /// What is protected and how well.
    pub privacy: Privacy,
    /// What all releases together may cost one privacy unit, where that is limited.
    pub budget: Option<Budget>,
    /// Why a published release is made again with other numbers, where it is.
    pub restatement: Option<String>,
    /// How the report speaks.
    pub presentation: Presentation,
    /// How the log is read.
    pub log: LogFormat,
    /// Where files are.
    pub paths: Paths,
}

/// What is protected and how well.
#[derive(Debug, Clone, PartialEq)]
pub struct Privacy {
    /// Whom the noise protects.
    pub unit: PrivacyUnit,
    /// How the counts are protected before they are banded.
    pub noise: Noise,
    /// The chance with which the guarantee may fail, where it is of that kind: for Gaussian noise, to state it as
    /// (epsilon, delta); for selected keys, the chance that the rows of one unit alone make a key appear.
    pub delta: Delta,
    /// How much one privacy unit may contribute.
    pub bounds: Bounds,
}

/// Whom the noise protects: all rows of one request, or all rows of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivacyUnit {
    /// One request with all its rows.
    Request,
    /// One account with all its rows.
    Account,
}

impl PrivacyUnit {
    /// The unit's name in files and options.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Account => "account",
        }
    }

    /// Whether a unit is itself what the measure counts, and so counts once in a cell. Counting and sensitivity both
    /// follow from this.
    #[must_use]
    pub fn is_counted_by(self, measure: Measure) -> bool {
        matches!((self, measure), (Self::Request, Measure::Requests) | (Self::Account, Measure::Accounts))
    }
}

/// How counts are protected before they are banded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// Discrete Laplace noise for a privacy loss of epsilon over the whole release.
    Laplace(Epsilon),
    /// Discrete Gaussian noise for a concentrated privacy loss of rho over the whole release.
    Gaussian(Rho),
    /// None: the exact counts are banded.
    None,
}

impl Noise {
    /// The mechanism's name in the ledger and in artefacts.
    #[must_use]
    pub fn mechanism(self) -> &'static str {
        match self {
            Self::Laplace(_) => "discrete laplace",
            Self::Gaussian(_) => "discrete gaussian",
            Self::None => "none",
        }
    }

    /// The pure loss of Laplace noise.
    #[must_use]
    pub fn epsilon(self) -> Option<Epsilon> {
        if let Self::Laplace(epsilon) = self { Some(epsilon) } else { None }
    }

    /// The concentrated loss of Gaussian noise.
    #[must_use]
    pub fn rho(self) -> Option<Rho> {
        if let Self::Gaussian(rho) = self { Some(rho) } else { None }
    }

    /// The noise in words: `discrete Laplace noise of epsilon 1`.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Laplace(epsilon) => format!("discrete Laplace noise of epsilon {epsilon}"),
            Self::Gaussian(rho) => format!("discrete Gaussian noise of rho {rho}"),
            Self::None => "no noise".to_owned(),
        }
    }
}

/// How much one privacy unit may contribute to a table, the same for every table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Cells of one table that a unit may count in (L0).
    pub cells: u32,
    /// How often a unit may count in one cell (L-infinity), for the measure that is not its own.
    pub per_cell: u32,
    /// Whether `per_cell` was stated by the publisher rather than taken from the default.
    pub per_cell_stated: bool,
}

impl Privacy {
    /// The bounds that are applied: none where no noise is added, since exact counts are to be exact.
    #[must_use]
    pub fn applied_bounds(&self) -> Option<Bounds> {
        (self.noise != Noise::None).then_some(self.bounds)
    }
}

/// How a request log is read.
#[derive(Debug, Clone, Default)]
pub struct LogFormat {
    /// The log's own names for columns.
    pub columns: BTreeMap<String, String>,
    /// The date format, where named.
    pub date_format: Option<DateFormat>,
    /// The delimiter, where named.
    pub delimiter: Option<u8>,
    /// Whether the publisher declares that every row is a request of its own.
    pub no_duplicates: bool,
    /// Rows with one of these values in the column are left out.
    pub leave_out: BTreeMap<String, Vec<String>>,
    /// Every text that a log may use for a legal process, with the name of that process.
    pub processes: BTreeMap<String, String>,
}

impl LogFormat {
    /// The log's own name for one of hushcount's columns.
    #[must_use]
    pub fn header<'a>(&'a self, column: &'a str) -> &'a str {
        self.columns.get(column).map_or(column, String::as_str)
    }
}

/// What a log has a column for, without which something is counted that a reader would not expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Requests have ids. Else every row is one.
    pub requests: bool,
    /// Rows say their legal process. Else national-security process is counted like any other.
    pub processes: bool,
}

/// The order of year, month and day in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateFormat {
    /// 2026-01-31, also at the head of a timestamp.
    YearMonthDay,
    /// 31/01/2026
    DayMonthYear,
    /// 01/31/2026
    MonthDayYear,
}

/// Where files are.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The key file.
    pub key: PathBuf,
    /// Whether the key file was named on the command line, and so comes before the environment.
    pub key_named: bool,
    /// The ledger.
    pub ledger: PathBuf,
    /// The release directory, where stated.
    pub out: Option<PathBuf>,
    /// The file for rows set aside, where stated.
    pub quarantine: Option<PathBuf>,
}

impl Policy {
    /// Reads the policy file, if one is named, and lays the command line over it.
    ///
    /// # Errors
    /// Every mistake in the file and on the command line, each in its place.
    pub fn read(args: &PolicyArgs) -> Outcome<Self> {
        resolve::policy(args)
    }

    /// Whether noise is added; else the exact counts are banded.
    #[must_use]
    pub fn is_noisy(&self) -> bool {
        self.privacy.noise != Noise::None
    }

    /// The privacy loss of the release; none where exact counts are banded.
    #[must_use]
    pub fn loss(&self) -> Option<Loss> {
        let noise = self.privacy.noise;
        self.is_noisy().then(|| Loss::new(noise.epsilon(), noise.rho(), self.selection_delta()))
    }

    /// The part of delta that is spent on selecting keys: all of it, or half where a concentrated loss needs the rest.
    #[must_use]
    pub fn selection_delta(&self) -> Option<Delta> {
        self.selects_keys()
            .then(|| if self.privacy.noise.rho().is_some() { self.privacy.delta.half() } else { self.privacy.delta })
    }

    /// The part of delta with which a concentrated loss is stated as an epsilon.
    #[must_use]
    pub fn conversion_delta(&self) -> Delta {
        if self.selects_keys() { self.privacy.delta.half() } else { self.privacy.delta }
    }

    /// Every question the release asks of the log, with the shares of the budget it gets: those of each table, and one for
    /// each column whose keys are selected. The loss is split over all of them.
    #[must_use]
    pub fn queries(&self) -> Vec<(Query, u32)> {
        let of_tables = self.tables.iter().flat_map(|table| table.queries());
        let selections = self.selected_columns().into_iter().map(|_| (Query::Selection, SELECTION_SHARE));
        of_tables.chain(selections).collect()
    }

    /// How many shares that is.
    #[must_use]
    pub fn shares(&self) -> u32 {
        self.queries().into_iter().map(|(_, share)| share).sum()
    }

    /// How many measures are published, over all tables.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.tables.iter().map(|table| table.measures.len()).sum()
    }

    /// The columns whose keys are selected with differential privacy.
    #[must_use]
    pub fn selected_columns(&self) -> Vec<Arc<KeySet>> {
        self.dimensions().into_iter().filter(|set| set.is_private()).collect()
    }

    /// Whether the keys of some column are selected with differential privacy.
    #[must_use]
    pub fn selects_keys(&self) -> bool {
        !self.selected_columns().is_empty()
    }

    /// Every key set that some table uses, by column.
    #[must_use]
    pub fn dimensions(&self) -> Vec<Arc<KeySet>> {
        let ordinary = self.tables.iter().filter(|table| table.regime.is_none());
        let all = ordinary.flat_map(|table| table.dimensions.iter().cloned());
        let by_column: BTreeMap<String, Arc<KeySet>> = all.map(|set| (set.column().to_owned(), set)).collect();
        by_column.into_values().collect()
    }

    /// Whether the log was aggregated before: it names a column that says how many requests a row stands for.
    #[must_use]
    pub fn is_aggregated(&self) -> bool {
        self.log.columns.contains_key("count")
    }

    /// The tables of regimes, in order.
    #[must_use]
    pub fn regime_tables(&self) -> Vec<(&Arc<TableSpec>, &Arc<Numbers>)> {
        self.tables.iter().filter_map(|table| Some((table, table.regime.as_ref()?))).collect()
    }

    /// A period before the release's own that a regime's table shows.
    #[must_use]
    pub fn earlier_period(&self) -> Option<Period> {
        self.regime_tables().iter().find_map(|(_, numbers)| numbers.earlier(self.period))
    }

    /// Whether some service is declared new.
    #[must_use]
    pub fn has_new_services(&self) -> bool {
        self.regime_tables().iter().any(|(_, numbers)| !numbers.new_services.is_empty())
    }

    /// Whether a regime's bands are raised for requests that are no longer secret.
    #[must_use]
    pub fn raises_bands(&self) -> bool {
        self.regime_tables().iter().any(|(_, numbers)| numbers.lifted != Lifted::Ignored)
    }

    /// Whether any table publishes the measure.
    #[must_use]
    pub fn measures(&self, measure: Measure) -> bool {
        self.tables.iter().any(|table| table.measures.contains(&measure))
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
