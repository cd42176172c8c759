//! How long an audit takes: one release of two-way tables with all margins, and earlier half-years of the same.
//!
//! ```sh
//! cargo bench --bench audit                # growth with cells and half-years
//! cargo bench --bench audit -- --limit 30  # only the largest; fails when it takes more seconds
//! ```

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what it is for")]
#![allow(clippy::expect_used, reason = "a bench that is called wrongly has nothing to measure")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use hushcount::audit::{Published, Rules, look_together};

/// A generator that needs no state but a number (Knuth's MMIX constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// The width of every band.
const BAND: u64 = 50;

fn number(period: &str, row: &str, column: &str, count: u64) -> Published {
    let low = count / BAND * BAND;
    Published {
        file: PathBuf::from("release"),
        place: format!("{row}/{column}"),
        source: None,
        company: None,
        regime: None,
        table: Some("by-country-legal_process".to_owned()),
        band_size: Some(BAND),
        secret: false,
        period: period.parse().expect("a period"),
        keys: BTreeMap::from([("country".to_owned(), row.to_owned()), ("legal_process".to_owned(), column.to_owned())]),
        measure: "requests".to_owned(),
        low: Some(low),
        high: Some(low + BAND - 1),
        declared_zero: false,
        restates: false,
        published_on: None,
    }
}

/// Bands of all cells, of the sums of rows and columns, and of everything. Most counts are small, as they are in reports.
fn release(period: &str, rows: usize, columns: usize, dice: &mut Dice) -> Vec<Published> {
    let mut counts = || if dice.below(5) == 0 { dice.below(2_000) } else { dice.below(20) };
    let cells: Vec<Vec<u64>> = (0..rows).map(|_| (0..columns).map(|_| counts()).collect()).collect();
    let mut numbers = Vec::new();
    for (row, cells) in cells.iter().enumerate() {
        let row = format!("r{row}");
        numbers.extend(cells.iter().enumerate().map(|(column, n)| number(period, &row, &format!("c{column}"), *n)));
        numbers.push(number(period, &row, "total", cells.iter().sum()));
    }
    for column in 0..columns {
        let sum = cells.iter().map(|row| row[column]).sum();
        numbers.push(number(period, "total", &format!("c{column}"), sum));
    }
    numbers.push(number(period, "total", "total", cells.iter().flatten().sum()));
    numbers
}

fn measured(rows: usize, columns: usize, half_years: usize) -> Duration {
    let mut dice = Dice(1);
    let periods = (0..half_years).map(|half| format!("{}H{}", 2006 + half / 2, 1 + half % 2));
    let numbers: Vec<Published> = periods.flat_map(|period| release(&period, rows, columns, &mut dice)).collect();
    let start = Instant::now();
    let joint = look_together(&numbers, &Rules::default());
    let time = start.elapsed();
    let findings = joint.findings.len();
    println!(
        "{:>6} cells x {half_years:>2} half-years: {:>7} numbers, {findings:>4} finding(s), {:>6.2} s, {:?}",
        rows * columns,
        numbers.len(),
        time.as_secs_f64(),
        joint.methods
    );
    time
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let limit = arguments.iter().position(|one| one == "--limit").and_then(|place| arguments.get(place + 1));
    let Some(limit) = limit.map(|limit| Duration::from_secs(limit.parse().expect("seconds"))) else {
        for (rows, columns) in [(10, 10), (25, 40), (100, 100)] {
            for half_years in [1, 5, 21] {
                measured(rows, columns, half_years);
            }
        }
        return ExitCode::SUCCESS;
    };
    if measured(250, 40, 21) > limit {
        eprintln!("slower than {} s", limit.as_secs());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
