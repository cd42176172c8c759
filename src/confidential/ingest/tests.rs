//! Packed rows against columns: the same counts, the same fate of every row, and the same messages.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::cli::PolicyArgs;
use crate::confidential::count_tables;

/// One of some texts.
fn one<'t>(rng: &mut ChaCha8Rng, texts: &[&'t str]) -> &'t str {
    texts[rng.random_range(0..texts.len())]
}

/// A random log: repetitions, quotation marks, line ends of both kinds, rows of other periods and bad ones.
fn log(rng: &mut ChaCha8Rng, identified: bool, bad: bool) -> String {
    let end = one(rng, &["\n", "\r\n"]);
    let mut text = format!("{}received_on,country,note,account_id{end}", if identified { "request_id," } else { "" });
    for _ in 0..rng.random_range(0..120) {
        if identified {
            write!(text, "r{},", rng.random_range(0..60)).expect("memory");
        }
        let day = one(rng, &["2026-02-01", "2026-06-30", "2026-03-01T10:00:00Z", "\"2026-02-03\"", "2025-12-31"]);
        let country = one(rng, &["DE", "US", "FR", "\"DE\"", "ZZ", "other land", "left"]);
        let note = one(rng, &["", "plain", "\"a,b\"", "\"two\nlines\"", "\"say \"\"no\"\"\"", "é", "\"\""]);
        let account = rng.random_range(0..14);
        let account = if account == 0 { String::new() } else { format!("a{account}") };
        write!(text, "{day},{country},{note},{account}{end}").expect("memory");
        if bad && rng.random_range(0..20) == 0 {
            text += one(
                rng,
                &["\n", "x\n", "r1,2026-13-01,DE,,a\n", "2026-02-01,de,,a\n", ",2026-02-01,DE,,a\n", ",,,,\n"],
            );
        }
    }
    if rng.random_range(0..60) == 0 {
        text += one(rng, &["\"open", "a\"b,c", "x\ry\n"]);
    }
    text
}

fn policy(rng: &mut ChaCha8Rng, place: &Path) -> Policy {
    let file = place.join("policy.toml");
    let tables = one(
        rng,
        &[
            "[[table]]\nname = \"a\"\nby = [\"country\"]\nmeasures = [\"requests\", \"accounts\"]\n[[table]]\nname = \"b\"\nby = []\nmeasures = [\"accounts\"]\n",
            "[[table]]\nname = \"a\"\nby = [\"country\"]\nmeasures = [\"requests\"]\n[[table]]\nname = \"b\"\nby = []\n",
            "[[table]]\nname = \"a\"\nby = [\"country\"]\nmeasures = [\"accounts\", \"requests\"]\n",
        ],
    );
    let keys = "[release]\nperiod = \"2026H1\"\n[bands]\nsize = 10\n[keys.country]\nvalues = [\"DE\", \"FR\", \"US\"]\nunknown = \"other\"\n[log.leave_out]\ncountry = [\"left\"]\n";
    fs::write(&file, keys.to_owned() + tables).expect("a directory");
    let number = |rng: &mut ChaCha8Rng| Some(rng.random_range(1..4).to_string());
    let args = PolicyArgs {
        policy: Some(file),
        privacy_unit: Some(one(rng, &["request", "account"]).to_owned()),
        noise: Some(one(rng, &["laplace", "laplace", "none"]).to_owned()),
        max_cells: number(rng),
        max_per_cell: number(rng),
        quarantine: (rng.random_range(0..2) == 0).then(|| place.join("aside.csv")),
        ..PolicyArgs::default()
    };
    Policy::read(&args).expect("a policy")
}

/// Everything that follows from logs, or why nothing does.
fn seen(logs: &[String], policy: &Policy, packing: fn(&[Opened], &Policy) -> Option<Packing>) -> String {
    let key = Key::for_trial(7);
    let reading = match read(logs, policy, &key, &|_| (), packing) {
        Ok(reading) => reading,
        Err(failure) => return format!("{failure:?}"),
    };
    let counts = count_tables(&reading, policy, &key).expect("counts");
    let losses: Vec<_> = counts.losses.iter().map(BoundingLoss::told).collect();
    let rows: Vec<_> = reading.record.0.logs.iter().map(|log| &log.rows).collect();
    let aside = policy.paths.quarantine.as_ref().and_then(|path| fs::read_to_string(path).ok());
    policy.paths.quarantine.iter().for_each(|path| drop(fs::remove_file(path)));
    let commitment = counts.commitment(&key, "release", "policy");
    format!("{commitment} {losses:?} {rows:?} {:?} {aside:?}", reading.warnings)
}

#[test]
fn packed_rows_and_columns_give_the_same() {
    let place = tempfile::tempdir().expect("a directory");
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut counted = 0;
    for _ in 0..400 {
        let policy = policy(&mut rng, place.path());
        let (identified, bad) = (rng.random_range(0..4) > 0, rng.random_range(0..2) == 0);
        let files: Vec<PathBuf> = (0..rng.random_range(1..4)).map(|n| place.path().join(format!("{n}.csv"))).collect();
        for file in &files {
            fs::write(file, log(&mut rng, identified, bad)).expect("a directory");
        }
        let logs: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let packed = seen(&logs, &policy, packing);
        assert_eq!(packed, seen(&logs, &policy, |_, _| None));
        counted += u32::from(!packed.contains("Failure"));
    }
    assert!(counted > 150, "{counted} of 400 logs were counted");
}
