//! How many rows a second are read and counted, by the shape of the policy, and how many counts a second are banded.
//!
//! ```sh
//! cargo bench --bench counting                     # a log of a million rows
//! cargo bench --bench counting -- --rows 10000000
//! ```
//!
//! Rows a second mean nothing by themselves: each shape stands beside counting the file's line feeds on one thread, in turn.
//! Everything is timed from the file to the exact counts; noise, bands and artefacts depend on the cells, not on the rows.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]
#![allow(clippy::expect_used, reason = "a bench that is called wrongly has nothing to measure")]

use std::fs::File;
use std::hint::black_box;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hushcount::band::BandSize;
use hushcount::cli::{PolicyArgs, SynthArgs};
use hushcount::confidential::{Key, count_tables, read_logs};
use hushcount::policy::Policy;
use hushcount::synth;

/// The first round, which warms the page cache, is not counted.
const ROUNDS: usize = 6;

/// Long enough that the clock does not matter.
const LONG: Duration = Duration::from_millis(500);

/// What every shape has.
const COMMON: &str = "[release]\nperiod = \"2026H1\"\n[bands]\nsize = 250\n";

/// Each way that rows take to their counts, with the policy that leads there.
const SHAPES: [(&str, &str); 4] = [
    (
        "requests, no repetitions",
        "[log]\nduplicates = \"none\"\n[privacy]\nepsilon = 1\n\
         [[table]]\nname = \"t\"\nby = [\"country\", \"legal_process\"]\n",
    ),
    ("requests", "[privacy]\nepsilon = 1\n[[table]]\nname = \"t\"\nby = [\"country\", \"legal_process\"]\n"),
    (
        "accounts",
        "[privacy]\nepsilon = 1\nunit = \"account\"\nmax_cells = 2\nmax_per_cell = 2\n\
         [[table]]\nname = \"t\"\nby = [\"country\", \"legal_process\"]\nmeasures = [\"requests\", \"accounts\"]\n",
    ),
    (
        "requests, private keys",
        "[privacy]\nepsilon = 1\n[keys.agency]\nvalues = \"private\"\n[[table]]\nname = \"t\"\nby = [\"agency\"]\n",
    ),
];

fn policy(directory: &Path, text: &str) -> Policy {
    let path = directory.join("policy.toml");
    std::fs::write(&path, format!("{COMMON}{text}")).expect("a file for the policy");
    Policy::read(&PolicyArgs { policy: Some(path), ..PolicyArgs::default() }).expect("a policy")
}

fn synthesised(directory: &Path, rows: u64) -> PathBuf {
    let log = directory.join("log.csv");
    let wanted = SynthArgs { rows, seed: 1, year: 2026, export: None, out: Some(log.clone()) };
    synth::run(&wanted, &|_| ()).expect("a log");
    log
}

fn count_log(log: &Path, policy: &Policy) {
    let (logs, key) = ([log.display().to_string()], Key::demonstration());
    let reading = read_logs(&logs, policy, &key, &|_| ()).expect("a sound log");
    black_box(count_tables(&reading, policy, &key).expect("counts"));
}

fn count_lines(log: &Path) {
    let mut file = File::open(log).expect("the log");
    let mut piece = vec![0; 1 << 18];
    let mut lines = 0;
    loop {
        match file.read(&mut piece).expect("the log") {
            0 => break,
            read => lines += memchr::memchr_iter(b'\n', &piece[..read]).count(),
        }
    }
    black_box(lines);
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Median seconds of counting the log, and median times the seconds of counting its lines.
fn measured(log: &Path, policy: &Policy) -> (f64, f64) {
    let round = |_| (seconds(|| count_log(log, policy)), seconds(|| count_lines(log)));
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(round).skip(1).collect();
    (
        median(rounds.iter().map(|round| round.0).collect()),
        median(rounds.iter().map(|round| round.0 / round.1).collect()),
    )
}

fn bands_per_second(size: BandSize) -> f64 {
    let start = Instant::now();
    let mut bands = 0_u32;
    while start.elapsed() < LONG {
        for count in 0..1000_u64 {
            black_box(size.band(black_box(count * 37)));
        }
        bands += 1000;
    }
    f64::from(bands) / start.elapsed().as_secs_f64()
}

/// How many rows the log is to have.
fn rows() -> u32 {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().position(|one| one == "--rows").and_then(|place| arguments.get(place + 1));
    given.map_or(1_000_000, |rows| rows.parse().expect("a number of rows"))
}

fn main() {
    let rows = rows();
    let directory = tempfile::tempdir().expect("a directory");
    let log = synthesised(directory.path(), rows.into());
    for (name, text) in SHAPES {
        let (seconds, times) = measured(&log, &policy(directory.path(), text));
        let rate = f64::from(rows) / seconds;
        println!("counting {name:<24} {rate:>13.0} rows/s, {times:>5.1} times counting lines");
    }
    for width in [10, 250] {
        let size = BandSize::new(width).expect("a width");
        println!("banding by {width:<22} {:>13.0} bands/s", bands_per_second(size));
    }
}
