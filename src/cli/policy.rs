//! Options that say what is published and how, on the command line as in the policy file.

use std::path::PathBuf;

use clap::Args;

/// What is published and how. An option that is given overrides the policy file.
#[derive(Debug, Clone, Args, Default)]
pub struct PolicyArgs {
    /// Whether any period will do where none is given: nothing is reported then.
    #[arg(skip)]
    pub any_period: bool,

    /// Width of the published bands: 250 prints 0-249, 250-499, ...
    #[arg(long, value_name = "N", help_heading = "What is published")]
    pub band_size: Option<String>,

    /// The policy file that says what is published and how.
    #[arg(long, value_name = "FILE", help_heading = "What is published")]
    pub policy: Option<PathBuf>,

    /// The reporting period: 2026, 2026H1, 2026Q3 or 2026-01-01..2026-06-30.
    #[arg(long, value_name = "PERIOD", help_heading = "What is published")]
    pub period: Option<String>,

    /// One table over these columns, in place of the policy's tables.
    #[arg(long, value_name = "COL[,COL]", value_delimiter = ',', help_heading = "What is published")]
    pub by: Vec<String>,

    /// One table as a law or letter about secret requests has it (`hushcount regimes` lists them).
    #[arg(long, value_name = "ID", help_heading = "What is published")]
    pub regime: Option<String>,

    /// What to count: `requests`, `accounts` or `requests,accounts`.
    #[arg(long, value_name = "MEASURE", value_delimiter = ',', help_heading = "What is published")]
    pub measure: Vec<String>,

    /// Public list of a column's values (`country` and `legal_process` have built-in ones), or `private`: those that many
    /// requests share, selected with noise.
    #[arg(long, value_name = "COL=V1,V2,...", help_heading = "What is published")]
    pub keys: Vec<String>,

    /// Add a row with the sum of all cells.
    #[arg(long, help_heading = "What is published")]
    pub total: bool,

    /// Name of the release [default: the period].
    #[arg(long, value_name = "ID", help_heading = "What is published")]
    pub release: Option<String>,

    /// Make a published release again with other numbers, as its next version. Charged again.
    #[arg(long, value_name = "ID", help_heading = "What is published")]
    pub restate: Option<String>,

    /// Why it is restated; printed in the report.
    #[arg(long, value_name = "TEXT", help_heading = "What is published")]
    pub reason: Option<String>,

    /// The day of publication, printed in the artefacts.
    #[arg(long, value_name = "DATE", help_heading = "What is published")]
    pub publish_on: Option<String>,

    /// The language of the pages for people: en, de or fr [default: en].
    #[arg(long, value_name = "LANG", help_heading = "What is published")]
    pub lang: Option<String>,

    /// Privacy loss of the release: smaller means more noise [default: 1].
    #[arg(long, value_name = "E", allow_negative_numbers = true, help_heading = "Protection")]
    pub epsilon: Option<String>,

    /// The same for gaussian noise, as zero-concentrated differential privacy; in place of --epsilon.
    #[arg(long, value_name = "R", allow_negative_numbers = true, help_heading = "Protection")]
    pub rho: Option<String>,

    /// The chance that the guarantee of gaussian noise or of private keys may fail [default: 1e-9].
    #[arg(long, value_name = "D", allow_negative_numbers = true, help_heading = "Protection")]
    pub delta: Option<String>,

    /// laplace, gaussian, or none for bands of the exact counts [default: laplace].
    #[arg(long, value_name = "NOISE", help_heading = "Protection")]
    pub noise: Option<String>,

    /// Whom the noise protects: one request or one account [default: request].
    #[arg(long, value_name = "UNIT", help_heading = "Protection")]
    pub privacy_unit: Option<String>,

    /// Cells of one table that one privacy unit may count in [default: 1].
    #[arg(long, value_name = "N", help_heading = "Protection")]
    pub max_cells: Option<String>,

    /// How often one privacy unit may count in one cell [default: 4].
    #[arg(long, value_name = "N", help_heading = "Protection")]
    pub max_per_cell: Option<String>,

    /// The key file (or set `HUSHCOUNT_KEY`); the word `demonstration` takes a public key for trials.
    #[arg(long, value_name = "FILE", help_heading = "Protection")]
    pub key: Option<PathBuf>,

    /// The ledger of what has been spent.
    #[arg(long, value_name = "FILE", help_heading = "Protection")]
    pub ledger: Option<PathBuf>,

    /// The directory to write.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub out: Option<PathBuf>,

    /// Set bad rows aside in this file (readable by its owner only) and go on.
    #[arg(long, value_name = "FILE", help_heading = "Reading the log")]
    pub quarantine: Option<PathBuf>,

    /// The log's own name for a column, such as `received_on="Date In"`.
    #[arg(long, value_name = "NAME=COLUMN", help_heading = "Reading the log")]
    pub column: Vec<String>,

    /// Leave out rows with these values, such as rows of totals.
    #[arg(long, value_name = "COL=V1,V2,...", help_heading = "Reading the log")]
    pub leave_out: Vec<String>,

    /// YYYY-MM-DD, DD/MM/YYYY (or DD.MM.YYYY) or MM/DD/YYYY [default: recognised, never guessed].
    #[arg(long, value_name = "FORMAT", help_heading = "Reading the log")]
    pub date_format: Option<String>,

    /// comma, semicolon, tab or pipe [default: recognised from the header].
    #[arg(long, value_name = "NAME", help_heading = "Reading the log")]
    pub delimiter: Option<String>,

    /// drop: rows with the same ids count once, as the last one says. none: you declare that every row is a request of its own,
    /// and ids are not looked at, which is faster; the release says so [default: drop].
    #[arg(long, value_name = "drop|none", help_heading = "Reading the log")]
    pub duplicates: Option<String>,
}
