//! The one door through which anything is printed.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::MessageFormat;
use crate::error::{Code, Diagnostic};

/// Where results and messages go: results to standard output, messages to standard error.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    format: MessageFormat,
}

impl Console {
    /// A console that prints in the given format.
    #[must_use]
    pub fn new(format: MessageFormat) -> Self {
        Self { format }
    }

    /// Prints a diagnostic: as text with a blank line behind it, or as one line of JSON.
    pub fn tell(self, diagnostic: &Diagnostic) {
        let text = match self.format {
            MessageFormat::Human => format!("{diagnostic}\n"),
            MessageFormat::Json => serde_json::to_string(diagnostic).unwrap_or_default(),
        };
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Prints a result for people; with JSON messages, nothing.
    pub fn say(self, text: &str) {
        if self.format == MessageFormat::Human {
            // A reader that has seen enough, such as `head`, is no failure.
            let _ = writeln!(io::stdout().lock(), "{text}");
        }
    }

    /// Prints a result for programs, where they asked for it.
    pub fn result(self, value: &serde_json::Value) {
        if self.format == MessageFormat::Json {
            let _ = writeln!(io::stdout().lock(), "{value}");
        }
    }

    /// A bar for reading so many bytes. Hidden unless a person watches.
    #[must_use]
    pub fn bytes(self, bytes: u64) -> ProgressBar {
        self.bar(bytes, "reading logs", "{msg} {wide_bar} {bytes}/{total_bytes} {eta}")
    }

    /// A bar for so many steps of long work. Hidden unless a person watches.
    #[must_use]
    pub fn steps(self, steps: u64, doing: &'static str) -> ProgressBar {
        self.bar(steps, doing, "{msg} {wide_bar} {pos}/{len} {eta}")
    }

    fn bar(self, length: u64, doing: &'static str, template: &str) -> ProgressBar {
        let watched =
            self.format == MessageFormat::Human && io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        let target = if watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(doing);
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
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

/// Where the last panic was.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// The last part of a path: the rest tells where a program was built.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}
