//! What was typed: the commands and their options, nothing decided yet.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Turns raw logs of government requests into banded, noise-added counts that are safe to publish.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// How messages and results are printed.
    #[arg(long, global = true, value_enum, default_value_t = MessageFormat::Human)]
    pub message_format: MessageFormat,
}

/// How messages are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// Text for people.
    Human,
    /// One JSON object a line.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Logs in, a directory of publishable artefacts out.
    #[command(after_long_help = REPORT_EXAMPLES)]
    Report(ReportArgs),
    /// Validate policy and logs; say what a report would do. Publishes and charges nothing.
    #[command(after_long_help = CHECK_EXAMPLES)]
    Check(ReportArgs),
    /// Write a synthetic request log for trials and benchmarks.
    #[command(after_long_help = SYNTH_EXAMPLES)]
    Synth(SynthArgs),
    /// Write a commented policy, a key file and a .gitignore line.
    #[command(after_long_help = INIT_EXAMPLES)]
    Init(InitArgs),
}

const REPORT_EXAMPLES: &str = "\
Examples:
  A first report of one half-year by country, in bands of 250:
    hushcount report exports/*.csv --period 2026H1 --by country --band-size 250 --out report-2026H1

  Everything from a policy:
    hushcount report exports/*.csv --policy policy.toml

  A log with its own column names and day/month/year dates:
    hushcount report log.csv --period 2026H1 --column received_on=\"Date In\" --date-format DD/MM/YYYY \\
      --by country --keys country=Germany,France --band-size 100 --out report-2026H1

Exit status: 0 done, 1 refused, 2 failed.";

const CHECK_EXAMPLES: &str = "\
Examples:
  See what a report would print and spend, and whether every row can be counted:
    hushcount check exports/*.csv --policy policy.toml

Exit status: 0 the report could be made, 1 it would be refused, 2 it would fail.";

const SYNTH_EXAMPLES: &str = "\
Examples:
  A million rows, always the same for the same seed:
    hushcount synth --rows 1000000 --seed 1 --out synthetic.csv";

const INIT_EXAMPLES: &str = "\
Examples:
  Start in the current directory:
    hushcount init

  Or in another one:
    hushcount init transparency/";

/// Options of `report` and `check`. One that is given overrides the policy.
#[derive(Debug, Args, Default)]
pub struct ReportArgs {
    /// Request logs: CSV (also .gz, .zst), Parquet, a pattern, or - for CSV on standard input.
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<String>,

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

    /// What to count: `requests`, `accounts` or `requests,accounts`.
    #[arg(long, value_name = "MEASURE", value_delimiter = ',', help_heading = "What is published")]
    pub measure: Vec<String>,

    /// Public list of a column's values. `country` and `legal_process` have built-in ones.
    #[arg(long, value_name = "COL=V1,V2,...", help_heading = "What is published")]
    pub keys: Vec<String>,

    /// Add a row with the sum of all cells.
    #[arg(long, help_heading = "What is published")]
    pub total: bool,

    /// Name of the release [default: the period].
    #[arg(long, value_name = "ID", help_heading = "What is published")]
    pub release: Option<String>,

    /// The day of publication, printed in the artefacts.
    #[arg(long, value_name = "DATE", help_heading = "What is published")]
    pub publish_on: Option<String>,

    /// Privacy loss of the release: smaller means more noise [default: 1].
    #[arg(long, value_name = "E", allow_negative_numbers = true, help_heading = "Protection")]
    pub epsilon: Option<String>,

    /// laplace, or none for bands of the exact counts [default: laplace].
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

    /// YYYY-MM-DD, DD/MM/YYYY or MM/DD/YYYY [default: recognised, never guessed].
    #[arg(long, value_name = "FORMAT", help_heading = "Reading the log")]
    pub date_format: Option<String>,

    /// comma, semicolon, tab or pipe [default: recognised from the header].
    #[arg(long, value_name = "NAME", help_heading = "Reading the log")]
    pub delimiter: Option<String>,
}

/// Options of `synth`.
#[derive(Debug, Args)]
pub struct SynthArgs {
    /// Rows to write.
    #[arg(long, value_name = "N")]
    pub rows: u64,

    /// The same seed gives the same log.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,

    /// The year whose first two quarters the log covers.
    #[arg(long, value_name = "YEAR", default_value_t = 2026, value_parser = clap::value_parser!(i16).range(1..9999))]
    pub year: i16,

    /// Only the rows that the export after the first or the second quarter would have.
    #[arg(long, value_name = "1|2", value_parser = clap::value_parser!(u8).range(1..=2))]
    pub export: Option<u8>,

    /// The file to write [default: standard output].
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The directory to write into.
    #[arg(value_name = "DIR", default_value = ".")]
    pub directory: PathBuf,
}
