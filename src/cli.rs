//! What was typed: the commands and their options, nothing decided yet.

mod counting;
mod examples;
mod policy;

use std::path::PathBuf;

use clap::{Arg, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use counting::{Dates, Dialect, ReportArgs, SqlArgs};
pub use policy::PolicyArgs;

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
    #[command(after_long_help = PLAN_EXAMPLES, mut_args = hidden_in_plan)]
    Plan(PlanArgs),
    /// What has been spent, by release, and what is left; checks the ledger's chain.
    #[command(after_long_help = LEDGER_EXAMPLES)]
    Ledger(LedgerArgs),
    /// The laws and letters about secret requests that it knows, with their rules and sources.
    #[command(after_long_help = REGIMES_EXAMPLES)]
    Regimes(RegimesArgs),
    /// The counting query for another engine, where the log is; `report --counts FILE` goes on from its result. Both are as
    /// confidential as the log.
    #[command(after_long_help = SQL_EXAMPLES, mut_args = hidden_in_sql)]
    Sql(SqlArgs),
    /// Write a synthetic request log for trials and benchmarks.
    #[command(after_long_help = SYNTH_EXAMPLES)]
    Synth(SynthArgs),
    /// Write a commented policy, a key file and a .gitignore line.
    #[command(after_long_help = INIT_EXAMPLES)]
    Init(InitArgs),
    /// A release as an entry for the public registry of differential-privacy deployments (YAML), to standard output.
    Deployment(VerifyArgs),
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

/// What a plan takes, so that a report's command line can be planned as it is, and does not use.
fn hidden_in_plan(option: Arg) -> Arg {
    let of_reports = ["restate", "reason", "out", "key", "quarantine"];
    let of_logs = ["column", "leave_out", "date_format", "delimiter", "duplicates"];
    hidden(option, &[of_reports, of_logs].concat())
}

/// What a query takes, so that the options of its report can be given to it as they are, and does not use.
fn hidden_in_sql(option: Arg) -> Arg {
    hidden(option, &["restate", "reason", "out", "quarantine", "date_format", "delimiter", "ledger", "lang"])
}

fn hidden(option: Arg, unused: &[&str]) -> Arg {
    let is_unused = unused.iter().any(|unused| option.get_id() == unused);
    if is_unused { option.hide(true) } else { option }
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

/// Options of `verify` and `deployment`.
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
