//! The one door through which anything is printed.

mod annotation;
mod progress;

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::Instant;

use anstyle::AnsiColor;
use indicatif::ProgressBar;

use annotation::annotation;
use progress::{Spinner, beside};

use crate::cli::{Cli, MessageFormat};
use crate::error::{Code, Diagnostic, Severity};

/// Where results and messages go: results to standard output, messages to standard error.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    format: MessageFormat,
    quiet: bool,
    verbose: bool,
}

impl Console {
    /// A console that prints as the command line asks for.
    #[must_use]
    pub fn new(cli: &Cli) -> Self {
        Self { format: cli.message_format, quiet: cli.quiet, verbose: cli.verbose }
    }

    /// Prints a diagnostic: as text with a blank line behind it, as one line of JSON, or as a workflow command.
    pub fn tell(self, diagnostic: &Diagnostic) {
        if self.quiet && diagnostic.severity() == Severity::Note {
            return;
        }
        let text = match self.format {
            MessageFormat::Human => format!("{}\n", coloured(diagnostic)),
            MessageFormat::Json => serde_json::to_string(diagnostic).unwrap_or_default(),
            MessageFormat::Github => annotation(diagnostic),
        };
        // Nobody is left to tell when standard error is closed.
        beside(|| drop(writeln!(anstream::stderr().lock(), "{text}")));
    }

    /// Prints a result for people; with JSON messages, nothing.
    pub fn say(self, text: &str) {
        if self.format != MessageFormat::Json && !self.quiet {
            // A reader that has seen enough, such as `head`, is no failure.
            let _ = writeln!(io::stdout().lock(), "{text}");
        }
    }

    /// Adds a page to the summary that GitHub shows of a run, where there is one.
    pub fn summarise(self, markdown: &str) {
        let file = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|_| self.format == MessageFormat::Github);
        let Some(file) = file.and_then(|path| OpenOptions::new().append(true).create(true).open(path).ok()) else {
            return;
        };
        // The summary is an extra: a run without it is as good.
        let _ = writeln!(&file, "{markdown}");
    }

    /// Does a stage of the work. Whoever watches sees what it is, once it takes more than a second.
    pub fn stage<T>(self, doing: &'static str, work: impl FnOnce() -> T) -> T {
        self.timed(doing, || {
            let _spinner = self.is_watched().then(|| Spinner::start(doing));
            work()
        })
    }

    /// Does a stage that shows its own progress; says what it was and how long it took to whoever asked.
    pub fn timed<T>(self, doing: &str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        if self.verbose && self.format != MessageFormat::Json {
            let _ = writeln!(anstream::stderr().lock(), "{doing}: {:.2} s", start.elapsed().as_secs_f64());
        }
        done
    }

    /// Prints a result for programs, where they asked for it.
    pub fn result(self, value: &serde_json::Value) {
        if self.format == MessageFormat::Json {
            let _ = writeln!(io::stdout().lock(), "{value}");
        }
    }

    /// Progress in bytes that are read: so many, or an unknown number where it is 0. Hidden unless a person watches.
    #[must_use]
    pub fn bytes(self, bytes: u64) -> ProgressBar {
        let known = (bytes > 0).then_some(bytes);
        let template = if known.is_some() {
            "{msg} {wide_bar} {bytes}/{total_bytes}, {eta} left"
        } else {
            "{spinner} {msg}: {bytes} in {elapsed}"
        };
        progress::bar(self.is_watched(), known, "reading logs", template)
    }

    /// Moves progress in bytes on. When everything is read, repetitions are looked for, which takes its time.
    pub fn has_read(bar: &ProgressBar, more: u64) {
        bar.inc(more);
        if bar.length().is_some_and(|all| all > 0 && bar.position() >= all) {
            progress::uncounted(bar, "putting rows together");
        }
    }

    /// Progress in so many steps of long work. Hidden unless a person watches.
    #[must_use]
    pub fn steps(self, steps: u64, doing: &'static str) -> ProgressBar {
        progress::bar(self.is_watched(), Some(steps), doing, "{msg} {wide_bar} {human_pos}/{human_len}, {eta} left")
    }

    /// Whether a person watches: not a file, a pipeline or another program, and nobody who wants quiet.
    fn is_watched(self) -> bool {
        let wanted = self.format == MessageFormat::Human && !self.quiet;
        wanted && io::stderr().is_terminal() && std::env::var_os("CI").is_none()
    }

    /// Keeps a panic's text, which may hold anything, from being printed; only its place in this program is remembered.
    pub fn keep_panics_quiet(self) {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(|place| format!("{}:{}", file_name(place.file()), place.line()));
            if let (Ok(mut last), Some(place)) = (LAST_PANIC.lock(), place) {
                *last = place;
            }
        }));
    }

    /// Tells of a panic that nothing caught, by its place.
    pub fn tell_of_panic(self) {
        let place = LAST_PANIC.lock().map(|place| place.clone()).unwrap_or_default();
        let message = format!("a defect in hushcount stopped the run at {place}");
        self.tell(&Diagnostic::error(Code::Internal, message).help("please report it; the message names no data"));
    }
}

/// The text with its severity in colour, which is taken off where colours are not wanted (`NO_COLOR`, no terminal).
fn coloured(diagnostic: &Diagnostic) -> String {
    let colour = match diagnostic.severity() {
        Severity::Error | Severity::Refused => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    let style = colour.on_default().bold();
    let text = diagnostic.to_string();
    let (head, rest) = text.split_once(": ").unwrap_or((&text, ""));
    format!("{style}{head}{style:#}: {rest}")
}

/// Where the last panic was.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// The last part of a path: the rest tells where a program was built.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}
