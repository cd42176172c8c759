//! Diagnostics: what is wrong, where, and what to do about it.
//!
//! Every message the program prints about a mistake is a [`Diagnostic`]. A [`Failure`] is one or more of
//! them and decides the exit status: 1 when the tool *refused* (a decision of its own), 2 when it *failed*
//! (bad input, input or output).
//!
//! A diagnostic never holds a cell of a request log. The confidential side can only describe a cell by its
//! place and by what was expected there (`confidential::problem`).

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

/// How serious a diagnostic is; the first word it prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; changes nothing.
    Note,
    /// Probably a mistake; the run goes on.
    Warning,
    /// The tool decided not to do it: exit status 1.
    Refused,
    /// The tool could not do it: exit status 2.
    Error,
}

impl Severity {
    fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Refused => "refused",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $text:literal $meaning:literal,)*) => {
        /// The stable name of a kind of diagnostic. Scripts may rely on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $meaning] $variant,)* }

        impl Code {
            /// Every code there is, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as printed: `error[THIS]`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// One sentence on what the code means.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    ArgumentInvalid "argument-invalid" "A command-line option has a value that cannot be used.",
    PolicyUnreadable "policy-unreadable" "The policy file cannot be read.",
    PolicySyntax "policy-syntax" "The policy is not valid TOML.",
    PolicyUnknownKey "policy-unknown-key" "The policy has a key that hushcount does not know.",
    PolicyType "policy-type" "A value in the policy has the wrong type.",
    PolicyValue "policy-value" "A value in the policy has the right type but cannot be used.",
    PolicyMissing "policy-missing" "Something a report needs is neither in the policy nor on the command line.",
    ExactTooFine "exact-too-fine" "Bands of exact counts would be so narrow that they print the counts.",
    KeyMissing "key-missing" "There is no key to derive the noise from.",
    KeyInvalid "key-invalid" "The key is not 64 hexadecimal digits.",
    KeyReadable "key-readable" "The key file can be read by others than its owner.",
    KeyDemonstration "key-demonstration" "The public demonstration key is in use: nothing is protected.",
    LogUnreadable "log-unreadable" "A request log cannot be opened or read.",
    LogNotFound "log-not-found" "A pattern or path names no request log.",
    LogEmpty "log-empty" "A request log has no header row.",
    LogEncoding "log-encoding" "A request log is not UTF-8 text or has a NUL byte.",
    LogLineEnds "log-line-ends" "A request log has carriage returns that do not end a line.",
    LogDelimiter "log-delimiter" "The delimiter of a request log cannot be recognised.",
    LogQuote "log-quote" "A quotation mark in a request log is not closed or stands where none may.",
    LogHeader "log-header" "The header of a request log lacks a column, or has one twice.",
    LogDateFormat "log-date-format" "The order of day and month in a request log cannot be told.",
    LogRow "log-row" "Rows of a request log cannot be counted as they stand.",
    LogParquet "log-parquet" "A Parquet request log cannot be read.",
    LogDrift "log-drift" "The columns of a request log differ from those of an earlier export.",
    LogQuarantined "log-quarantined" "Rows were set aside and are not counted.",
    LogNoIds "log-no-ids" "The logs have no request ids, so every row is one request.",
    LogPeriodEmpty "log-period-empty" "No row of the logs counts in the period.",
    LogNoColumn "log-no-column" "A measure or privacy unit needs a column that the log does not have.",
    QueryUnable "query-unable" "The policy asks for what a counting query cannot count.",
    CountsReadable "counts-readable" "The counts file can be read by others than its owner.",
    CountsForeign "counts-foreign" "The counts were made for another policy or key.",
    CountsInvalid "counts-invalid" "The counts are not the whole result of the counting query.",
    CountOverflow "count-overflow" "A count is larger than hushcount can hold.",
    LedgerUnreadable "ledger-unreadable" "The ledger cannot be opened, read or written.",
    LedgerBroken "ledger-broken" "A line of the ledger was changed, removed or put in after it was written.",
    LedgerLocked "ledger-locked" "Another process is using the ledger.",
    LedgerRepaired "ledger-repaired" "A half-written last line of the ledger was removed.",
    KeyChanged "key-changed" "The key is not the one that the ledger's releases were made with.",
    BudgetExceeded "budget-exceeded" "The release would cost more privacy than the budget allows.",
    BudgetIncomplete "budget-incomplete" "Earlier releases cannot be counted against the budget.",
    RestatementEmpty "restatement-empty" "There is nothing to restate: nothing has changed.",
    RestatementOther "restatement-other" "The restatement is of another period or privacy unit than the release.",
    RestatementUnknown "restatement-unknown" "The release to be restated is not in the ledger.",
    LedgerNew "ledger-new" "The ledger is new although releases were made here before.",
    SelectionEmpty "selection-empty" "No value was common enough to be published.",
    PeriodOverlap "period-overlap" "An earlier release covers days of this period.",
    BandsUncertain "bands-uncertain" "The noise is so large for the bands that many will be wrong.",
    ReleaseSealed "release-sealed" "The release is published; other data or another policy need a restatement.",
    OutputExists "output-exists" "The output directory already exists with other content.",
    OutputUnwritable "output-unwritable" "An artefact cannot be written.",
    FileExists "file-exists" "A file that would be made is already there.",
    RegimeUnknown "regime-unknown" "There is no regime of that name.",
    RegimeRequired "regime-required" "National-security process may be counted in a regime's table only.",
    RegimeBand "regime-band" "The bands are narrower than the regime allows, or no whole multiples of its bands.",
    RegimePeriod "regime-period" "The period is not as long as the regime's.",
    RegimeTooEarly "regime-too-early" "The regime does not allow publication that soon.",
    RegimeBreakdown "regime-breakdown" "The regime allows no finer breakdown than its categories.",
    RegimeStructure "regime-structure" "The regime allows one structure for a period.",
    RegimeTotal "regime-total" "The regime allows no sum over its bands.",
    RegimeHistoric "regime-historic" "The regime was replaced before the day of publication.",
    RegimeExact "regime-exact" "The regime wants exact numbers, which are never printed.",
    RegimeBasis "regime-basis" "A regime that was agreed on needs its written basis.",
    RegimeLeftOut "regime-left-out" "The policy leaves out what the regime's table counts.",
    RegimePublished "regime-published" "A number of the regime was published in another release.",
    RegimeRaise "regime-raise" "A band cannot be raised by what is no longer secret without saying something false.",
    RegimeLogShort "regime-log-short" "The logs have no rows of an earlier period that the regime's table shows.",
    ZeroContradicted "zero-contradicted" "A number is declared zero, and the logs or the printed band say otherwise.",
    ZeroFlip "zero-flip" "A number that was declared zero before is a band now, which tells that something arrived.",
    PrivateUnreadable "private-unreadable" "The private file with column names and row counts is damaged.",
    InvertedBand "inverted-band" "A published band begins above its end.",
    OffGrid "off-grid" "A published band is none of its table's or its regime's bands.",
    WrongWidth "wrong-width" "A published band is not as wide as its regime's.",
    PeriodNotAllowed "period-not-allowed" "A published band is of a period that its regime does not have.",
    PublishedTooEarly "published-too-early" "A band was published before its regime allows it.",
    RaisedLowEnd "raised-low-end" "A band's low end is raised for requests that are no longer secret.",
    CategoryUnknown "category-unknown" "A published number's category or measure is not one of its regime's.",
    PeriodLabel "period-label" "A published number's period is probably not what was meant.",
    MixedStructure "mixed-structure" "One period was published under two structures of one law.",
    NarrowedByRestatement "narrowed-by-restatement" "What was published of a number before and after narrows it below its band.",
    DisjointRestatement "disjoint-restatement" "What was published of a number before and after cannot both be true.",
    NarrowedByTotal "narrowed-by-total" "A number follows more narrowly than its band from totals and parts.",
    NarrowedByOverlap "narrowed-by-overlap" "A number follows more narrowly than its band from other periods.",
    Complement "complement" "A banded number follows from exact numbers that include it and do not.",
    Contradiction "contradiction" "Published numbers cannot all be true, so nothing can be said of what follows from them.",
    BandsUnreadable "bands-unreadable" "A file of published bands cannot be read.",
    ReleaseNoGuarantee "release-no-guarantee" "A release guarantees nothing, and so is no deployment of differential privacy.",
    ReleaseUnreadable "release-unreadable" "A directory is no release, or its files cannot be read.",
    ReleaseChanged "release-changed" "A release's files are not those that its manifest names.",
    PrivacyRefuted "privacy-refuted" "Trials on synthetic logs show that a release gives away more than it claims.",
    Internal "internal" "A defect in hushcount stopped the run.",
    NotAudited "not-audited" "Bands were too many to be audited against each other.",
    NotBeside "not-beside" "A release that was given to stand beside this one is left out of its pages.",
    OwnWords "own-words" "A report calls something otherwise than its language does.",
    AuditIncomplete "audit-incomplete" "An earlier release that readers will compare was not given to be audited against.",
}

/// Where a diagnostic points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Place {
    /// A span of a policy file, shown with a caret.
    Policy {
        /// The policy file as it was named.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column in characters, counted from 1.
        column: usize,
        /// The text of the line.
        #[serde(skip)]
        text: String,
        /// Characters to underline.
        #[serde(skip)]
        width: usize,
    },
    /// A cell of a request log. Its content is never shown.
    Cell {
        /// The log as it was named.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// Row, counted from 1 with the header as row 1; blank lines are not counted.
        row: u64,
        /// The column by the name the policy or the command line gave it.
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<String>,
        /// What a valid cell would be.
        expected: String,
    },
    /// A file or directory.
    File {
        /// The path as it was named.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
    },
    /// A command-line option.
    Option {
        /// The option, such as `--epsilon`.
        option: String,
    },
}

/// A path that is not UTF-8 is still told, as well as it can be.
fn lossy<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

/// One thing to tell the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    severity: Severity,
    code: Code,
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    places: Vec<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Diagnostic {
    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self { severity, code, message: message.into(), places: Vec::new(), help: None }
    }

    /// A failure: bad input, or something that could not be read or written.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A decision of the tool not to go on.
    pub fn refused(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Refused, code, message)
    }

    /// Something the user should know although the run goes on.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Something worth knowing.
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// An input or output failure, told by its kind only: no text of another library is passed on.
    #[must_use]
    pub fn io(code: Code, doing: &str, path: &Path, error: &std::io::Error) -> Self {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file or directory".to_owned(),
            std::io::ErrorKind::AlreadyExists => "it is already there".to_owned(),
            kind => kind.to_string(),
        };
        Self::error(code, format!("cannot {doing} `{}`: {why}", path.display())).at_file(path)
    }

    /// The line of a policy file it points at; nothing for any other place.
    #[must_use]
    pub fn policy_line(&self) -> Option<usize> {
        self.places.iter().find_map(|place| match place {
            Place::Policy { line, .. } => Some(*line),
            _ => None,
        })
    }

    /// Whether it points anywhere.
    #[must_use]
    pub fn has_place(&self) -> bool {
        !self.places.is_empty()
    }

    /// Points at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// Points at a file or directory.
    #[must_use]
    pub fn at_file(self, path: &Path) -> Self {
        self.at(Place::File { file: path.to_path_buf() })
    }

    /// Points at a command-line option.
    #[must_use]
    pub fn at_option(self, option: impl Into<String>) -> Self {
        self.at(Place::Option { option: option.into() })
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// How serious it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Where it is.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.word(), self.code.as_str(), shown(&self.message))?;
        for place in &self.places {
            write!(f, "\n{}", render_place(place))?;
        }
        if self.places.iter().any(|place| matches!(place, Place::Cell { .. })) {
            f.write_str("\n  = note: cells are confidential and are not shown")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  = help: {help}")?;
        }
        Ok(())
    }
}

fn render_place(place: &Place) -> String {
    match place {
        Place::Policy { file, line, column, text, width } => caret(file, *line, *column, text, *width),
        Place::Cell { file, row, column, expected } => {
            let column = column.as_ref().map(|name| format!(", column `{name}`")).unwrap_or_default();
            format!(" --> {}: row {row}{column}: expected {expected}", shown(&file.to_string_lossy()))
        }
        Place::File { file } => format!(" --> {}", shown(&file.to_string_lossy())),
        Place::Option { option } => format!(" --> {option}"),
    }
}

/// A text whose control characters are seen, not acted on: paths and names are anybody's.
fn shown(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

fn caret(file: &Path, line: usize, column: usize, text: &str, width: usize) -> String {
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let mut out = format!("{margin}--> {}:{line}:{column}\n", shown(&file.to_string_lossy()));
    let _ = writeln!(out, "{margin} |");
    // A tab or a control character would move the caret, or the terminal.
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let _ = writeln!(out, "{number} | {text}");
    let _ = write!(out, "{margin} | {}{}", " ".repeat(column - 1), "^".repeat(width.max(1)));
    out
}

/// One or more diagnostics that ended a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(Vec<Diagnostic>);

impl Failure {
    /// The mistakes of one stage, of which there is at least one.
    #[must_use]
    pub fn of(diagnostics: Vec<Diagnostic>) -> Self {
        Self(diagnostics)
    }

    /// The diagnostics, in the order they were found.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0
    }

    /// 2 when anything failed, 1 when the tool only refused.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        if self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error) { 2 } else { 1 }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

/// The result of a stage.
pub type Outcome<T> = Result<T, Failure>;
