//! What was typed: the commands and their options, nothing decided yet.

mod counting;
mod examples;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use counting::{Dates, Dialect, ReportArgs, SqlArgs};
use examples::{
    AUDIT_EXAMPLES, CHECK_EXAMPLES, COMPLETIONS_EXAMPLES, INIT_EXAMPLES, LEDGER_EXAMPLES, MAN_EXAMPLES, PLAN_EXAMPLES,
    REGIMES_EXAMPLES, REPORT_EXAMPLES, SQL_EXAMPLES, SYNTH_EXAMPLES,
};

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

    /// Print warnings and errors only.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Also print each stage of the work and how long it took. Never prints a cell of a log.
    #[arg(long, short, global = true)]
    pub verbose: bool,
}

/// How messages are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// Text for people.
    Human,
    /// One JSON object a line.
    Json,
    /// Workflow commands, which GitHub shows beside the run; results as for people.
    Github,
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
    /// Attack what was published, releases or anybody's bands, all together; or, with --privacy, this program's own noise.
    #[command(after_long_help = AUDIT_EXAMPLES)]
    Audit(AuditArgs),
    /// Check a release directory from its public files: hashes, bands, regimes, dates.
    Verify(VerifyArgs),
    /// How accurate a policy's tables will be, before any data is touched.
    #[command(after_long_help = PLAN_EXAMPLES)]
    Plan(PlanArgs),
    /// What has been spent, by release, and what is left; checks the ledger's chain.
    #[command(after_long_help = LEDGER_EXAMPLES)]
    Ledger(LedgerArgs),
    /// The laws and letters about secret requests that it knows, with their rules and sources.
    #[command(after_long_help = REGIMES_EXAMPLES)]
    Regimes(RegimesArgs),
    /// The counting query for another engine, where the log is; `report --counts FILE` goes on from its result. Both are as
    /// confidential as the log.
    #[command(after_long_help = SQL_EXAMPLES)]
    Sql(SqlArgs),
    /// Write a synthetic request log for trials and benchmarks.
    #[command(after_long_help = SYNTH_EXAMPLES)]
    Synth(SynthArgs),
    /// Write a commented policy, a key file and a .gitignore line.
    #[command(after_long_help = INIT_EXAMPLES)]
    Init(InitArgs),
    /// The JSON Schema of a release's `report.json`, to standard output.
    Schema,
    /// Completions for a shell, to standard output.
    #[command(after_long_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// A manual page, to standard output.
    #[command(after_long_help = MAN_EXAMPLES)]
    Man(ManArgs),
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Options of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command it is about [default: hushcount itself].
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// Options of `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Find the smallest privacy loss with which 95 of 100 numbers are off by at most N.
    #[arg(long, value_name = "N", help_heading = "What is wanted")]
    pub max_error: Option<u64>,

    /// Find the smallest privacy loss with which noise moves at most this share of numbers into another band, such as 5%
    /// (on average over the places in a band).
    #[arg(long, value_name = "PERCENT", help_heading = "What is wanted")]
    pub max_wrong: Option<String>,

    /// Print the plan as JSON.
    #[arg(long)]
    pub json: bool,

    /// What is published and how.
    #[command(flatten)]
    pub policy: PolicyArgs,
}

impl PlanArgs {
    /// The options of a report with this plan. Accuracy does not depend on the days reported on, so none need be given.
    #[must_use]
    pub fn report(&self) -> PolicyArgs {
        PolicyArgs { any_period: true, ..self.policy.clone() }
    }
}

/// Options of `audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Release directories, and files of anybody's published bands: CSV with the columns regime, `period_start`,
    /// `period_end`, category, measure, `band_low` and `band_high` (company and `published_on` may be there too), or with a
    /// column of lowest and one of highest numbers. All are looked at together.
    #[arg(value_name = "PATH", required_unless_present = "privacy", conflicts_with = "privacy")]
    pub paths: Vec<PathBuf>,

    /// The regime of bands whose file names none.
    #[arg(long, value_name = "ID", conflicts_with = "privacy")]
    pub regime: Option<String>,

    /// What is counted, for a file that has no such column (nsl, `fisa_content`, ...) [default: the file's name].
    #[arg(long, value_name = "NAME", conflicts_with = "privacy")]
    pub category: Option<String>,

    /// Who published bands whose file does not say it.
    #[arg(long, value_name = "NAME", conflicts_with = "privacy")]
    pub company: Option<String>,

    /// A category that is the sum of others, such as `all_process=criminal+all`; may be given several times.
    #[arg(long, value_name = "WHOLE=PART+PART", conflicts_with = "privacy")]
    pub sum: Vec<String>,

    /// The publisher counts at least one selector for every order.
    #[arg(long, conflicts_with = "privacy")]
    pub selectors_cover_orders: bool,

    /// Try the mechanism on synthetic logs that differ in one privacy unit.
    #[arg(long)]
    pub privacy: bool,

    /// Releases made of each log.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
    pub runs: u64,

    /// Another seed gives other keys.
    #[arg(long, value_name = "S", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..1 << 24))]
    pub seed: u64,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The release directory.
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
}

/// Options of `ledger`.
#[derive(Debug, Args)]
pub struct LedgerArgs {
    /// What to do other than show it.
    #[command(subcommand)]
    pub action: Option<LedgerAction>,

    /// The ledger [default: the policy's, else hushcount-ledger.jsonl].
    #[arg(long, value_name = "FILE", global = true)]
    pub ledger: Option<PathBuf>,

    /// The policy, for its budget and paths.
    #[arg(long, value_name = "FILE", global = true)]
    pub policy: Option<PathBuf>,

    /// The period of the release that a budget of some years is asked for [default: the policy's].
    #[arg(long, value_name = "PERIOD", global = true)]
    pub period: Option<String>,

    /// The key file in use, for rotate-key (or set `HUSHCOUNT_KEY`) [default: the policy's, else hushcount.key].
    #[arg(long, value_name = "FILE", global = true)]
    pub key: Option<PathBuf>,
}

/// What can be done with a ledger.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum LedgerAction {
    /// Make a new key for the releases to come, and record it.
    RotateKey {
        /// The key in use is lost: take up a new one without it. Nothing made with the old one can be made again.
        #[arg(long)]
        old_key_lost: bool,
    },
}

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

    /// YYYY-MM-DD, DD/MM/YYYY or MM/DD/YYYY [default: recognised, never guessed].
    #[arg(long, value_name = "FORMAT", help_heading = "Reading the log")]
    pub date_format: Option<String>,

    /// comma, semicolon, tab or pipe [default: recognised from the header].
    #[arg(long, value_name = "NAME", help_heading = "Reading the log")]
    pub delimiter: Option<String>,
}

/// Options of `regimes`.
#[derive(Debug, Args)]
pub struct RegimesArgs {
    /// The one to explain.
    #[arg(value_name = "ID")]
    pub id: Option<String>,
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
