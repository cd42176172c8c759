//! Diagnostics: what is wrong, where, and what to do about it.
//!
//! Every message the program prints about a mistake is a [`Diagnostic`]. A [`Failure`] is one or more of
//! them and decides the exit status: 1 when the tool *refused* (a decision of its own), 2 when it *failed*
//! (bad input, input or output).
//!
//! A diagnostic never holds a cell of a request log. The confidential side can only describe a cell by its
//! place and by what was expected there (`confidential::problem`).

mod codes;

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

pub use codes::Code;

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
