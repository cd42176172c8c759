//! What a person sees of long work: bars for what can be counted, and the name of the stage for what cannot.

use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work shows no sign of life.
const PATIENCE: Duration = Duration::from_secs(1);

const UNCOUNTED: &str = "{spinner} {msg}: {elapsed}";

const TICK: Duration = Duration::from_millis(200);

/// What is shown at the moment.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// A bar over a length, or a spinner where that is not known.
pub(super) fn bar(is_watched: bool, length: Option<u64>, doing: &'static str, template: &str) -> ProgressBar {
    let target = if is_watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(length, target);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(doing);
    bar.enable_steady_tick(TICK);
    show(Some(bar.clone()));
    bar
}

/// The same bar when nothing is left to count, but something to do.
pub(super) fn uncounted(bar: &ProgressBar, doing: &'static str) {
    if let Ok(style) = ProgressStyle::with_template(UNCOUNTED) {
        bar.set_style(style);
    }
    bar.set_message(doing);
}

/// Prints something without tearing apart what is shown.
pub(super) fn beside(print: impl FnOnce()) {
    let shown = SHOWN.lock().map(|shown| shown.clone()).unwrap_or_default();
    match shown {
        Some(bar) if !bar.is_finished() => bar.suspend(print),
        _ => print(),
    }
}

fn show(bar: Option<ProgressBar>) {
    if let Ok(mut shown) = SHOWN.lock() {
        *shown = bar;
    }
}

/// The name of a stage, shown from its first second on until this is dropped.
pub(super) struct Spinner {
    over: Option<Sender<()>>,
    shows: Option<JoinHandle<()>>,
}

impl Spinner {
    pub(super) fn start(doing: &'static str) -> Self {
        let (over, wait) = channel::<()>();
        let shows = spawn(move || {
            if wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let spinner = bar(true, None, doing, UNCOUNTED).with_elapsed(PATIENCE);
                let _ = wait.recv();
                spinner.finish_and_clear();
                show(None);
            }
        });
        Self { over: Some(over), shows: Some(shows) }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        // The thread's wait ends with the sender; what comes next is printed when the line is clear.
        drop(self.over.take());
        if let Some(shows) = self.shows.take() {
            let _ = shows.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// Work that is done at once is not held up by what would have been shown of it.
    #[test]
    fn short_work_shows_nothing_and_does_not_wait() {
        let start = Instant::now();
        drop(Spinner::start("working"));
        assert!(start.elapsed() < PATIENCE);
    }
}
