//! The examples at the end of each command's help.

pub(super) const REPORT_EXAMPLES: &str = "\
Examples:
  A first report of one half-year by country, in bands of 250:
    hushcount report exports/*.csv --period 2026H1 --by country --band-size 250 --out report-2026H1

  Everything from a policy:
    hushcount report exports/*.csv --policy policy.toml

  A correction of what was published, as version 2:
    hushcount report exports/*.csv --policy policy.toml --period 2026H1 --restate 2026H1 \\
      --reason \"late entries\" --out report-2026H1-v2

  From counts that a warehouse made (see `hushcount sql --help`):
    hushcount report --counts counts.csv --policy policy.toml --out report-2026H1

  A log with its own column names and day/month/year dates:
    hushcount report log.csv --period 2026H1 --column received_on=\"Date In\" --date-format DD/MM/YYYY \\
      --by country --keys country=Germany,France --band-size 100 --out report-2026H1

Exit status: 0 done, 1 refused, 2 failed.";

pub(super) const CHECK_EXAMPLES: &str = "\
Examples:
  See what a report would print and spend, and whether every row can be counted:
    hushcount check exports/*.csv --policy policy.toml

Exit status: 0 the report could be made (given a key), 1 it would be refused, 2 it would fail.";

pub(super) const PLAN_EXAMPLES: &str = "\
Examples:
  How far noise reaches in a policy's tables, and how often it moves a number into another band:
    hushcount plan --policy policy.toml

  The smallest epsilon with which at most 5% of the bands are wrong:
    hushcount plan --band-size 250 --privacy-unit account --max-cells 2 --max-wrong 5%

The other options of `hushcount report` are taken too, and change nothing.";

pub(super) const AUDIT_EXAMPLES: &str = "\
Examples:
  What readers can work out from all releases so far:
    hushcount audit report-2025H2 report-2026H1

  Anybody's bands, from a CSV file:
    hushcount audit published-bands.csv

  Numbers beside a banded one that include it and do not:
    hushcount audit bands.csv --sum all_process=criminal+all

  Whether this program's own noise protects as much as it says:
    hushcount audit --privacy --runs 20000

A file of bands:
    regime,period_start,period_end,category,measure,band_low,band_high
    us-1874-a2,2025-07-01,2025-12-31,nsl,orders,0,499
    us-1874-a2,2025-07-01,2025-12-31,fisa_content,selectors,500,999

  `hushcount regimes` lists the regimes, `hushcount regimes us-1874-a2` the categories of one. Leave the regime empty for
  numbers that are under none. Measures: orders, requests, selectors, accounts, users, warrants. Both ends stay empty for a
  number that was withheld; those of an exact number are the same.

With --message-format json the result on standard output has every finding, with what it follows from. Standard error has each
once more as a message, as it has for every command: read one of the two.

Exit status: 0 nothing found, 1 something follows that should not, 2 a file cannot be read.";

pub(super) const LEDGER_EXAMPLES: &str = "\
Examples:
  Everything that was spent, and how many more releases the policy's budget allows:
    hushcount ledger --policy policy.toml

  A new key for the releases to come:
    hushcount ledger rotate-key --policy policy.toml";

pub(super) const REGIMES_EXAMPLES: &str = "\
Examples:
  All of them:
    hushcount regimes

  One, rule by rule:
    hushcount regimes us-1874-a2";

pub(super) const SQL_EXAMPLES: &str = "\
Examples:
  Count in a warehouse, then go on from the counts. Query and counts are as confidential as the log:
    hushcount sql --dialect postgres --table legal.requests --order-by exported_at,line --policy policy.toml \\
      --query hushcount-query.sql
    psql --no-psqlrc --set ON_ERROR_STOP=1 --csv --file hushcount-query.sql \\
      | hushcount report --counts - --policy policy.toml --out report-2026H1

  CSV files with DuckDB, in the order of their rows:
    hushcount sql --dialect duckdb --policy policy.toml --order-by hush_row --query hushcount-query.sql --table \"(SELECT *, \\
      row_number() OVER () AS hush_row FROM read_csv('exports/*.csv', all_varchar = true, header = true, \\
      delim = ',', quote = '\\\"', escape = '\\\"'))\"

  Where the rows are that cannot be counted:
    hushcount sql --dialect postgres --table legal.requests --policy policy.toml --rejected | psql --no-psqlrc

The query holds a salt made from the key, never the key. Private keys, tables of regimes and logs of counts are refused: give
`report` the log for these.";

pub(super) const SYNTH_EXAMPLES: &str = "\
Examples:
  A million rows, always the same for the same seed:
    hushcount synth --rows 1000000 --seed 1 --out synthetic.csv";

pub(super) const INIT_EXAMPLES: &str = "\
Examples:
  Start in the current directory:
    hushcount init

  Or in another one:
    hushcount init transparency/";

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  For bash, for the current user:
    hushcount completions bash > ~/.local/share/bash-completion/completions/hushcount

  For zsh, into a directory of $fpath:
    hushcount completions zsh > _hushcount";

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  Read one:
    hushcount man report | man -l -

  Install all:
    for page in report check plan audit verify ledger regimes sql synth init; do
      hushcount man $page > /usr/local/share/man/man1/hushcount-$page.1
    done";
