//! Options of the commands that count: from logs, or where the log is.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use super::PolicyArgs;

/// Options of `report` and `check`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Request logs: CSV (also .gz, .zst), Parquet, a pattern, or - for CSV on standard input.
    #[arg(value_name = "LOG", required_unless_present = "counts", conflicts_with = "counts")]
    pub logs: Vec<String>,

    /// In place of LOG, the result of the query that `hushcount sql` wrote for this policy and key: CSV or Parquet, a
    /// directory of such files, or - for CSV on standard input. It holds exact counts: as confidential as the log, and refused
    /// where others can read it.
    #[arg(long, value_name = "FILE", conflicts_with = "quarantine", help_heading = "Reading the log")]
    pub counts: Option<PathBuf>,

    /// An earlier release, which readers will compare with this one: its numbers are shown beside this one's, and bands of
    /// exact counts are audited against it; may be given several times.
    #[arg(long, value_name = "DIR")]
    pub against: Vec<PathBuf>,

    /// What is published and how.
    #[command(flatten)]
    pub policy: PolicyArgs,
}

/// Options of `sql`.
#[derive(Debug, Args)]
pub struct SqlArgs {
    /// The engine the query is for.
    #[arg(long, value_enum, help_heading = "The engine")]
    pub dialect: Dialect,

    /// The table that is the log, as the engine writes it: `schema.table`, or a subquery in parentheses.
    #[arg(long, value_name = "TABLE", default_value = "log", help_heading = "The engine", value_parser = NonEmptyStringValueParser::new())]
    pub table: String,

    /// All columns of the table that matter, by its own names [default: `request_id`, `received_on`, `account_id`,
    /// `legal_process`, and what the policy names].
    #[arg(long, value_name = "COL,COL", value_delimiter = ',', help_heading = "The engine", value_parser = NonEmptyStringValueParser::new())]
    pub columns: Vec<String>,

    /// What grows with each export, most important first: of several rows for one request (and account) the last stands.
    /// Rows that disagree and that this does not tell apart are refused [default: all such rows must agree].
    #[arg(long, value_name = "COL,COL", value_delimiter = ',', help_heading = "The engine", value_parser = NonEmptyStringValueParser::new())]
    pub order_by: Vec<String>,

    /// What days are: text (YYYY-MM-DD, alone or before a time), or a date or time of the engine's own. A time is cut to a day
    /// in the session's time zone.
    #[arg(long, value_enum, default_value_t = Dates::Text, help_heading = "The engine")]
    pub dates: Dates,

    /// Write the query into a file that only you can read, in place of standard output. An earlier query is replaced, no other
    /// file is.
    #[arg(long, value_name = "FILE", help_heading = "The engine")]
    pub query: Option<PathBuf>,

    /// In place of the counting query, the one that lists the rows which cannot be counted, with what stands there and what was
    /// expected. Its result is for whoever mends the log.
    #[arg(long, help_heading = "The engine")]
    pub rejected: bool,

    /// What is published and how.
    #[command(flatten)]
    pub policy: PolicyArgs,
}

/// An engine's way of writing SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// `DuckDB`.
    Duckdb,
    /// `PostgreSQL` 14 or newer.
    Postgres,
    /// Apache Spark 3.4 or newer.
    Spark,
    /// Google `BigQuery`.
    Bigquery,
    /// Snowflake.
    Snowflake,
    /// Trino.
    Trino,
}

/// The type of the day a request was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dates {
    /// Text, YYYY-MM-DD, alone or before a time.
    Text,
    /// A date or time of the engine's own.
    Date,
}
