//! Walks a TOML policy and remembers where everything stood, so that every mistake can be shown in place.

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Code, Diagnostic, Place};
use crate::keys::closest;

/// A policy's text and the mistakes found in it so far.
pub(super) struct Source {
    file: PathBuf,
    text: String,
    problems: RefCell<Vec<Diagnostic>>,
}

/// Where a value came from: a place in the policy, or a command-line option.
#[derive(Debug, Clone)]
pub(super) struct Origin(pub(super) Place);

/// A value and where it was stated.
#[derive(Debug, Clone)]
pub(super) struct Stated<T> {
    pub(super) value: T,
    pub(super) origin: Origin,
}

impl<T> Stated<T> {
    /// A value given by a command-line option.
    pub(super) fn by_option(option: &str, value: T) -> Self {
        Self { value, origin: Origin(Place::Option { option: option.to_owned() }) }
    }

    /// The value made into something else, or a diagnostic at its origin.
    pub(super) fn parse<U>(&self, read: impl FnOnce(&T) -> Result<U, String>) -> Result<U, Diagnostic> {
        read(&self.value).map_err(|message| self.origin.problem(message))
    }
}

impl Origin {
    /// A mistake at this origin.
    pub(super) fn problem(&self, message: impl Into<String>) -> Diagnostic {
        let code = match self.0 {
            Place::Option { .. } => Code::ArgumentInvalid,
            _ => Code::PolicyValue,
        };
        Diagnostic::error(code, message).at(self.0.clone())
    }
}

impl Source {
    /// # Errors
    /// The policy is not UTF-8 text; says from which line on.
    pub(super) fn new(file: &Path, bytes: Vec<u8>) -> Result<Self, Diagnostic> {
        let with = |text| Self { file: file.to_path_buf(), text, problems: RefCell::default() };
        String::from_utf8(bytes).map(with).map_err(|error| {
            let sound = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(&error.as_bytes()[..sound]).into_owned();
            Diagnostic::error(Code::PolicySyntax, "the policy is not UTF-8 text from here on")
                .at(with(text).place(sound..sound))
        })
    }

    /// The policy's root section, also when some of it could not be parsed.
    pub(super) fn root(&self) -> Section<'_> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            self.report(Code::PolicySyntax, span, error.message().to_owned(), None);
        }
        let span = 0..0;
        Section { source: self, path: String::new(), span, entries: table.into_inner() }
    }

    /// Every mistake found while reading.
    pub(super) fn into_problems(self) -> Vec<Diagnostic> {
        self.problems.into_inner()
    }

    /// The directory that the policy's relative paths start from.
    pub(super) fn directory(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    fn report(&self, code: Code, span: Range<usize>, message: String, help: Option<String>) {
        let mut diagnostic = Diagnostic::error(code, message).at(self.place(span));
        if let Some(help) = help {
            diagnostic = diagnostic.help(help);
        }
        self.problems.borrow_mut().push(diagnostic);
    }

    fn place(&self, span: Range<usize>) -> Place {
        let start = span.start.min(self.text.len());
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line_text = self.text[line_start..].lines().next().unwrap_or_default();
        let line_end = line_start + line_text.len();
        let width = self.text[start..span.end.clamp(start, line_end.max(start))].chars().count();
        Place::Policy {
            file: self.file.clone(),
            line: before.matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            text: line_text.to_owned(),
            width,
        }
    }
}

/// One table of the policy. Keys are taken out as they are read; what is left at the end is unknown.
pub(super) struct Section<'s> {
    source: &'s Source,
    path: String,
    span: Range<usize>,
    entries: DeTable<'s>,
}

type Value<'s> = Spanned<DeValue<'s>>;

impl<'s> Section<'s> {
    fn take(&mut self, key: &str) -> Option<Value<'s>> {
        self.entries.remove(key)
    }

    fn stated<T>(&self, span: Range<usize>, value: T) -> Stated<T> {
        Stated { value, origin: Origin(self.source.place(span)) }
    }

    fn wrong_type(&self, value: &Value<'s>, wanted: &str) {
        let message = format!("expected {wanted}, found {}", value.get_ref().type_str());
        self.source.report(Code::PolicyType, value.span(), message, None);
    }

    /// The header of the section, for mistakes about something that is missing in it.
    pub(super) fn origin(&self) -> Origin {
        Origin(self.source.place(self.span.clone()))
    }

    /// A string.
    pub(super) fn text(&mut self, key: &str) -> Option<Stated<String>> {
        let value = self.take(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(&value, "a string");
            return None;
        };
        Some(self.stated(value.span(), text.to_owned()))
    }

    /// Whether an entry is there and is a string.
    pub(super) fn is_text(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|value| value.get_ref().is_str())
    }

    /// A number or a string, as written: decimals keep every digit.
    pub(super) fn number(&mut self, key: &str) -> Option<Stated<String>> {
        let value = self.take(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.clone().into_owned(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            _ => {
                self.wrong_type(&value, "a decimal number");
                return None;
            }
        };
        Some(self.stated(value.span(), text))
    }

    /// A day, as a TOML date or a string.
    pub(super) fn day(&mut self, key: &str) -> Option<Stated<String>> {
        let value = self.take(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.clone().into_owned(),
            DeValue::Datetime(day) => day.to_string(),
            _ => {
                self.wrong_type(&value, "a date");
                return None;
            }
        };
        Some(self.stated(value.span(), text))
    }

    /// `true` or `false`.
    pub(super) fn truth(&mut self, key: &str) -> Option<bool> {
        let value = self.take(key)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong_type(&value, "true or false");
        }
        truth
    }

    /// An array of strings.
    pub(super) fn list(&mut self, key: &str) -> Option<Stated<Vec<String>>> {
        let value = self.take(key)?;
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(&value, "a list of strings");
            return None;
        };
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => list.push(text.to_owned()),
                None => self.wrong_type(item, "a string"),
            }
        }
        Some(self.stated(value.span(), list))
    }

    /// A table inside this one. Missing is empty.
    pub(super) fn section(&mut self, key: &str) -> Section<'s> {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        let empty = |span| Section { source: self.source, path: path.clone(), span, entries: DeTable::new() };
        let Some(value) = self.entries.remove(key) else {
            return empty(self.span.clone());
        };
        let span = value.span();
        if !value.get_ref().is_table() {
            self.wrong_type(&value, "a table");
            return empty(span);
        }
        match value.into_inner() {
            DeValue::Table(entries) => Section { source: self.source, path, span, entries },
            _ => empty(span),
        }
    }

    /// The tables of an array of tables.
    pub(super) fn sections(&mut self, key: &str) -> Vec<Section<'s>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        if !value.get_ref().is_array() {
            self.wrong_type(&value, &format!("tables headed [[{key}]]"));
            return Vec::new();
        }
        let DeValue::Array(items) = value.into_inner() else { return Vec::new() };
        let mut sections = Vec::new();
        for item in items {
            let span = item.span();
            if !item.get_ref().is_table() {
                self.wrong_type(&item, "a table");
                continue;
            }
            if let DeValue::Table(entries) = item.into_inner() {
                sections.push(Section { source: self.source, path: key.to_owned(), span, entries });
            }
        }
        sections
    }

    /// The names of all entries left, in order.
    pub(super) fn names(&self) -> Vec<String> {
        self.entries.keys().map(|key| key.get_ref().clone().into_owned()).collect()
    }

    /// Reports what is left as unknown. `known` is what could have stood here.
    pub(super) fn finish(self, known: &[&str]) {
        let place = if self.path.is_empty() { String::new() } else { format!(" in [{}]", self.path) };
        for key in self.entries.keys() {
            let name = key.get_ref();
            let message = format!("unknown key `{name}`{place}");
            self.source.report(Code::PolicyUnknownKey, key.span(), message, Some(suggestion(name, known)));
        }
    }
}

/// What could have been meant: the known name that is near, or else all of them.
pub(super) fn suggestion(name: &str, known: &[&str]) -> String {
    closest(name, known)
        .map_or_else(|| format!("known here: {}", known.join(", ")), |near| format!("did you mean `{near}`?"))
}
