//! A synthetic request log: shaped like a real one, about nobody.
//!
//! Shares are those of real logs where they are known. Microsoft's 2016 complaint against the Justice
//! Department counted 5,624 federal demands in 18 months, 2,576 of them with secrecy orders, and 1,752 of
//! those without an end date (W.D. Wash., filed 14 April 2016).

use std::io::{self, BufWriter, Write};
use std::path::Path;

use jiff::Span;
use jiff::civil::Date;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Zipf};

use crate::cli::SynthArgs;
use crate::durable::write_private;
use crate::error::{Code, Diagnostic, Outcome};

const HEADER: &str = "request_id,received_on,country,agency,legal_process,data_scope,account_id,service,data_location,outcome,nondisclosure,nondisclosure_until,nondisclosure_lifted_on,notified_on\n";

/// Countries in falling order of how many requests they send; shares fall like 1/rank.
const COUNTRIES: [&str; 50] = [
    "US", "DE", "FR", "GB", "IN", "BR", "AU", "ES", "IT", "PL", "TW", "SG", "AR", "KR", "TR", "MX", "NL", "PT", "BE",
    "SE", "CA", "JP", "CH", "IE", "AT", "CZ", "HU", "RO", "GR", "NO", "FI", "DK", "CL", "CO", "PE", "IL", "ZA", "NZ",
    "MT", "LT", "LV", "EE", "SK", "SI", "HR", "BG", "RS", "UA", "PK", "HK",
];

/// Legal processes and their shares in thousandths.
const PROCESSES: [(&str, u32); 12] = [
    ("subpoena", 310),
    ("search_warrant", 190),
    ("preservation", 140),
    ("emergency", 110),
    ("court_order_2703d", 85),
    ("mlat", 55),
    ("civil", 40),
    ("pen_register", 25),
    ("wiretap", 10),
    ("nsl", 20),
    ("fisa_content", 10),
    ("fisa_pen_register", 5),
];

const SERVICES: [&str; 4] = ["mail", "storage", "chat", "video"];
const LOCATIONS: [&str; 3] = ["US", "EU", "SG"];

/// Secret demands in thousandths: 2,576 of 5,624.
const SECRET: u32 = 458;

/// Secret demands without an end date, in thousandths of the secret ones: 1,752 of 2,576.
const ENDLESS: u32 = 680;

/// One row in this many is an earlier row once more, and one is reported a quarter late.
const REPEATED: u32 = 500;
const LATE: u32 = 300;

/// Rows are told in steps of so many.
const STEP: u64 = 1 << 12;

/// Writes the log the arguments ask for, and tells how many more rows are written now and then.
///
/// # Errors
/// The file is already there or cannot be written.
pub fn run(args: &SynthArgs, done: &dyn Fn(u64)) -> Outcome<()> {
    let Some(path) = &args.out else {
        let written = write(args, &mut BufWriter::with_capacity(1 << 16, io::stdout().lock()), done);
        return match written {
            // Whoever reads a part of the log, such as `head`, is done when it is.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => {
                Ok(written.map_err(|error| Diagnostic::io(Code::OutputUnwritable, "write", Path::new("-"), &error))?)
            }
        };
    };
    let fail = |error: &io::Error| {
        let code = if error.kind() == io::ErrorKind::AlreadyExists { Code::FileExists } else { Code::OutputUnwritable };
        Diagnostic::io(code, "write", path, error)
    };
    write_private(path, |out| write(args, out, done)).map_err(|error| fail(&error).into())
}

fn write(args: &SynthArgs, out: &mut dyn Write, done: &dyn Fn(u64)) -> io::Result<()> {
    let mut log = Synthesis::new(args);
    out.write_all(HEADER.as_bytes())?;
    for row in 0..args.rows {
        log.next_row(row);
        let wanted = args.export.is_none_or(|export| u64::from(export) == 1 + 2 * row / args.rows);
        if wanted {
            out.write_all(log.line.as_bytes())?;
        }
        if row % STEP == STEP - 1 {
            done(STEP);
        }
    }
    out.flush()
}

/// The state of a log being written.
struct Synthesis {
    rng: ChaCha8Rng,
    population: f64,
    countries: Zipf<f64>,
    first_day: Date,
    rows: u64,
    requests: u64,
    /// The last request, while it has accounts left to name.
    request: Request,
    line: String,
    earlier: Vec<String>,
}

#[derive(Default, Clone)]
struct Request {
    text: String,
    tail: String,
    accounts_left: u32,
    country: usize,
}

impl Synthesis {
    fn new(args: &SynthArgs) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a number of accounts, not a count of anything")]
        let population = (args.rows as f64).max(10.0);
        Self {
            rng: ChaCha8Rng::seed_from_u64(args.seed),
            population,
            countries: zipf(50.0, 1.0),
            first_day: jiff::civil::date(args.year, 1, 1),
            rows: args.rows,
            requests: 0,
            request: Request::default(),
            line: String::new(),
            earlier: Vec::new(),
        }
    }

    fn next_row(&mut self, row: u64) {
        if !self.earlier.is_empty() && self.one_in(REPEATED) {
            let place = self.rng.random_range(0..self.earlier.len());
            self.line = self.earlier[place].clone();
            return;
        }
        if self.request.accounts_left == 0 {
            self.request = self.new_request(row);
        }
        self.request.accounts_left -= 1;
        let account = self.account();
        self.line = format!("{}{account}{}", self.request.text, self.request.tail);
        if self.earlier.len() < 1000 {
            self.earlier.push(self.line.clone());
        }
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.rng.random_range(0..many) == 0
    }

    fn thousandths(&mut self, share: u32) -> bool {
        self.rng.random_range(0..1000) < share
    }

    /// An account of the country that asks, or one in fifty times of any country: few are asked for from two sides.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "ranks and a population"
    )]
    fn account(&mut self) -> String {
        let country = if self.one_in(50) { self.country_rank() } else { self.request.country };
        let own = zipf((self.population / country as f64).max(10.0), 0.4);
        format!("{}{:07}", COUNTRIES[country - 1].to_lowercase(), own.sample(&mut self.rng) as u64)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank from 1 to 50")]
    fn country_rank(&mut self) -> usize {
        self.countries.sample(&mut self.rng) as usize
    }

    fn new_request(&mut self, row: u64) -> Request {
        self.requests += 1;
        let received = self.day(row);
        let rank = self.country_rank();
        let country = COUNTRIES[rank - 1];
        let agency = self.rng.random_range(1..=40);
        let process = self.process();
        let scope =
            if matches!(process, "search_warrant" | "wiretap" | "fisa_content") { "content" } else { "non_content" };
        let service = SERVICES[self.rng.random_range(0..SERVICES.len())];
        let location = LOCATIONS[self.rng.random_range(0..LOCATIONS.len())];
        let outcome = self.outcome();
        let secrecy = self.secrecy(received);
        let accounts_left = self.accounts_named();
        Request {
            text: format!("R{:09},{received},{country},{country} agency {agency:02},{process},{scope},", self.requests),
            tail: format!(",{service},{location},{outcome},{secrecy}\n"),
            accounts_left,
            country: rank,
        }
    }

    /// Days run through the two quarters with the rows; late ones were received a quarter before.
    fn day(&mut self, row: u64) -> Date {
        let days = 181 * row / self.rows.max(1);
        let late = if row > self.rows / 2 && self.one_in(LATE) { 91 } else { 0 };
        shifted(self.first_day, i64::try_from(days).unwrap_or(0).saturating_sub(late))
    }

    fn process(&mut self) -> &'static str {
        let mut draw = self.rng.random_range(0..1000);
        for (process, share) in PROCESSES {
            if draw < share {
                return process;
            }
            draw -= share;
        }
        PROCESSES[0].0
    }

    fn outcome(&mut self) -> &'static str {
        match self.rng.random_range(0..100) {
            0..60 => "full",
            60..75 => "partial",
            75..90 => "no_data",
            _ => "rejected",
        }
    }

    /// nondisclosure, until, lifted on, notified on.
    fn secrecy(&mut self, received: Date) -> String {
        if !self.thousandths(SECRET) {
            return format!("no,,,{}", shifted(received, 7));
        }
        if self.thousandths(ENDLESS) {
            return "yes,,,".to_owned();
        }
        let until = shifted(received, 90 * self.rng.random_range(1..5));
        let lifted = if self.thousandths(100) { shifted(received, 60).to_string() } else { String::new() };
        format!("yes,{until},{lifted},")
    }

    fn accounts_named(&mut self) -> u32 {
        match self.rng.random_range(0..100) {
            0..85 => 1,
            85..95 => 2,
            _ => self.rng.random_range(3..=5),
        }
    }
}

/// A day so many days later.
fn shifted(day: Date, days: i64) -> Date {
    day.checked_add(Span::new().days(days)).unwrap_or(day)
}

/// A Zipf distribution over 1..=n. The arguments are constants in range.
fn zipf(n: f64, exponent: f64) -> Zipf<f64> {
    Zipf::new(n, exponent).unwrap_or_else(|_| unreachable!("n >= 1 and the exponent is positive"))
}
