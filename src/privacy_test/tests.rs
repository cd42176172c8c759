//! The trial passes the real mechanism and catches planted faults; and the sequence of noise draws does not depend on data.
//!
//! Each fault is planted around the pipeline, by giving it other options or another claim than the pair states.

use std::collections::BTreeSet;
use std::fs;

use rand::rngs::ChaCha20Rng;
use rand::{RngExt, SeedableRng};
use tempfile::TempDir;

use super::*;
use crate::confidential::{Recorded, recorded};
use crate::sensitivity::change;

const TRIAL: Trial = Trial { runs: 2000, seed: 0, alpha: 0.001 };

/// A pair by its name; the directory holds its logs.
fn pair(name: &str, unit: &str) -> (TempDir, Pair) {
    let place = TempDir::new().expect("a temporary directory");
    let pairs = pairs::all(place.path()).expect("logs");
    let pair = pairs.into_iter().find(|pair| pair.name == name && pair.unit == unit).expect("a pair");
    (place, pair)
}

fn bound(with: &Observer<'_>, without: &Observer<'_>, pair: &Pair) -> f64 {
    lower_bound(with, without, pair, TRIAL).expect("a bound")
}

/// The bound for a pair whose releases are made with other options than it states.
fn bound_with(name: &str, fault: fn(&mut PolicyArgs)) -> f64 {
    let (_place, mut pair) = pair(name, "request");
    for step in pair.with.steps.iter_mut().chain(&mut pair.without.steps) {
        fault(&mut step.options);
    }
    bound(&|key| observe(&pair.with, key), &|key| observe(&pair.without, key), &pair)
}

#[test]
fn no_claim_of_the_real_mechanism_is_refuted() {
    let verdicts = try_all(Trial { runs: 600, ..TRIAL }, &|| ()).expect("verdicts");
    for unit in ["request", "account"] {
        assert!(verdicts.iter().filter(|verdict| verdict.unit == unit).count() >= 5);
    }
    for verdict in verdicts {
        assert!(!verdict.is_refuted(), "{verdict:?}");
    }
}

#[test]
fn half_the_noise_is_caught() {
    assert!(bound_with("one request", |options| options.epsilon = Some("2".to_owned())) > 1.0);
}

/// Bounded to 4 a cell with the noise for 3: scale 4 / (4/3) = 3 / 1.
#[test]
fn a_bound_per_cell_that_is_off_by_one_is_caught() {
    let fault = |options: &mut PolicyArgs| {
        options.max_per_cell = Some("4".to_owned());
        options.epsilon = Some("1.333333".to_owned());
    };
    assert!(bound_with("a request that names many accounts", fault) > 1.0);
}

/// Bounded to 3 cells with the noise for 2: scale 3 / 1.5 = 2 / 1.
#[test]
fn a_bound_of_cells_that_is_off_by_one_is_caught() {
    let fault = |options: &mut PolicyArgs| {
        options.max_cells = Some("3".to_owned());
        options.epsilon = Some("1.5".to_owned());
    };
    assert!(bound_with("a request in three countries", fault) > 1.0);
}

/// Both releases of a restatement with noise that does not depend on the counts: their difference is exact.
#[test]
fn the_same_noise_for_two_inputs_is_caught() {
    let (_place, pair) = pair("one request, after a restatement", "request");
    let same_noise = |world: &World, key: &Key| {
        let mut seen = Seen::new();
        for (number, step) in world.steps.iter().enumerate() {
            let mut step = step.clone();
            (step.options.restate, step.options.reason) = (None, None);
            let mut ledger = Ledger::on(Memory::default(), Path::new("trial"))?;
            let release =
                publish(&step, key, &mut ledger, |claim| Claim { data_hmac: "the same".to_owned(), ..claim })?;
            look(&release, number, &mut seen);
        }
        Ok(seen)
    };
    assert!(bound(&|key| same_noise(&pair.with, key), &|key| same_noise(&pair.without, key), &pair) > 1.0);
}

/// Whether a world's last log has a row of the country.
fn has(world: &World, country: &str) -> bool {
    let log = &world.steps.last().expect("a release").log;
    fs::read_to_string(log).expect("a log").contains(&format!(",{country},"))
}

fn bound_where_empty_cells(are: fn(&mut Seen, String)) -> f64 {
    let (_place, pair) = pair("the only request of a country", "request");
    let faulty = |world: &World, key: &Key| {
        let mut seen = observe(world, key)?;
        if !has(world, "FR") {
            are(&mut seen, "0 by-country requests FR".to_owned());
        }
        Ok(seen)
    };
    bound(&|key| faulty(&pair.with, key), &|key| faulty(&pair.without, key), &pair)
}

#[test]
fn zeros_without_noise_are_caught() {
    let published_as_they_are = |seen: &mut Seen, label: String| {
        *seen.get_mut(&label).expect("the cell") = 0;
    };
    assert!(bound_where_empty_cells(published_as_they_are) > 1.0);
}

#[test]
fn a_key_set_that_is_read_from_the_log_is_caught() {
    let left_out = |seen: &mut Seen, label: String| {
        seen.remove(&label).expect("the cell");
    };
    assert!(bound_where_empty_cells(left_out) > 1.0);
}

/// Countries: the first three are common, and the others come up where keys are not declared.
const WORDS: [&str; 9] = ["DE", "FR", "US", "AA", "EE", "GG", "PP", "TT", "ZZ"];

/// A random small log of requests, accounts and countries, and the same without one unit.
fn neighbours(rng: &mut ChaCha20Rng, unit: &str, words: usize) -> [String; 2] {
    let rows: Vec<[String; 3]> = (0..rng.random_range(1..40))
        .map(|_| {
            let account = match rng.random_range(0..8) {
                0 => String::new(),
                number => format!("a{number}"),
            };
            let country = WORDS[usize::min(rng.random_range(0..words), WORDS.len() - 1)];
            [format!("r{}", rng.random_range(0..12)), account, country.to_owned()]
        })
        .collect();
    let gone = rows[rng.random_range(0..rows.len())].clone();
    // The unit of a row without an account is its request.
    let of_unit = |row: &&[String; 3]| match unit {
        "request" => row[0] == gone[0],
        _ if gone[1].is_empty() => row[1].is_empty() && row[0] == gone[0],
        _ => row[1] == gone[1],
    };
    let csv = |rows: Vec<&[String; 3]>| {
        let lines =
            rows.into_iter().map(|[request, account, country]| format!("{request},{account},{country},2026-02-01\n"));
        format!("request_id,account_id,country,received_on\n{}", lines.collect::<String>())
    };
    [csv(rows.iter().collect()), csv(rows.iter().filter(|row| !of_unit(row)).collect())]
}

/// Whether, for many random neighbours, the same questions are asked and answers differ by no more than the noise is for.
/// The log is counted with one bound per cell, and the noise is for another.
fn answers_keep_within(unit: &str, noise: &str, keys: &str, counted_per_cell: u32, declared_per_cell: u32) -> bool {
    let place = TempDir::new().expect("a temporary directory");
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let words = if keys.ends_with("private") { WORDS.len() } else { 3 };
    let log = place.path().join("log.csv");
    let options = PolicyArgs {
        noise: Some(noise.to_owned()),
        keys: vec![keys.to_owned()],
        total: true,
        max_cells: Some("2".to_owned()),
        max_per_cell: Some(counted_per_cell.to_string()),
        measure: vec!["requests".to_owned(), "accounts".to_owned()],
        ..pair("one request", "request").1.with.steps[0].options.clone()
    };
    let step = Step { log: log.clone(), options: PolicyArgs { privacy_unit: Some(unit.to_owned()), ..options } };
    (0..200).all(|number| {
        let mut policy = policy(&step).expect("a policy");
        // The total with noise of its own.
        policy.tables = policy.tables.iter().map(measured).collect();
        let key = Key::for_trial(number);
        let [with, without] = neighbours(&mut rng, unit, words).map(|text| {
            fs::write(&log, text).expect("a log");
            let reading = read_logs(&[log.display().to_string()], &policy, &key, &|_| ()).expect("a reading");
            recorded(&count_tables(&reading, &policy, &key).expect("counts"), &policy).expect("a record")
        });
        policy.privacy.bounds.per_cell = declared_per_cell;
        assert_eq!(with.len(), 4);
        with.iter().zip(&without).all(|(one, other)| {
            let differences = differences(one, other);
            let allowed = change(&policy.privacy, one.query);
            one.call == other.call
                && differences.iter().sum::<u128>() <= allowed.l1()
                && differences.iter().map(|by| by * by).sum::<u128>() <= allowed.l2_squared()
                && differences.iter().all(|by| *by <= u128::from(allowed.by))
                && differences.iter().filter(|by| **by > 0).count() as u64 <= allowed.numbers
        })
    })
}

/// By how much the answers to a question differ; where a label is not there, its count is 0.
fn differences(one: &Recorded, other: &Recorded) -> Vec<u128> {
    let labels: BTreeSet<&Vec<String>> = one.counts.keys().chain(other.counts.keys()).collect();
    let count = |asked: &Recorded, label| asked.counts.get(label).copied().unwrap_or(0);
    labels.into_iter().map(|label| u128::from(count(one, label).abs_diff(count(other, label)))).collect()
}

fn measured(spec: &std::sync::Arc<crate::table::TableSpec>) -> std::sync::Arc<crate::table::TableSpec> {
    std::sync::Arc::new(crate::table::TableSpec { total_share: 1, ..(**spec).clone() })
}

#[test]
fn neighbouring_logs_ask_the_same_and_differ_by_no_more_than_the_noise_is_for() {
    for unit in ["request", "account"] {
        for (noise, keys) in
            [("laplace", "country=DE,FR,US"), ("gaussian", "country=DE,FR,US"), ("laplace", "country=private")]
        {
            assert!(answers_keep_within(unit, noise, keys, 2, 2), "{unit} {noise} {keys}");
            // Over many words a unit hardly counts three times in one cell.
            let noticed = keys.ends_with("private") || !answers_keep_within(unit, noise, keys, 3, 2);
            assert!(noticed, "the test must notice a bound that is off by one");
        }
    }
}

/// What is declared zero follows from the policy: it is no answer, so it needs no noise.
#[test]
fn a_declared_zero_is_not_asked() {
    let place = TempDir::new().expect("a temporary directory");
    let log = place.path().join("log.csv");
    fs::write(&log, "request_id,received_on,legal_process\n1,2026-02-01,fisa_content\n").expect("a log");
    let file = place.path().join("policy.toml");
    let asked = |zero: &str| {
        let head = "[release]\nperiod = \"2026H1\"\npublish_on = 2027-01-01\n[regime]\n";
        fs::write(&file, format!("{head}{zero}\n[[table]]\nregime = \"us-1874-a2\"\nmeasures = [\"orders\"]\n"))
            .expect("a policy");
        let policy =
            Policy::read(&PolicyArgs { policy: Some(file.clone()), ..PolicyArgs::default() }).expect("a policy");
        let key = Key::for_trial(1);
        let reading = read_logs(&[log.display().to_string()], &policy, &key, &|_| ()).expect("a reading");
        let asked = recorded(&count_tables(&reading, &policy, &key).expect("counts"), &policy).expect("a record");
        asked.iter().flat_map(|one| one.counts.keys()).map(|label| label.join("/")).collect::<Vec<_>>()
    };
    assert_eq!(asked(""), ["fisa_content", "fisa_noncontent", "nsl"]);
    assert_eq!(asked("zero = [\"nsl\"]"), ["fisa_content", "fisa_noncontent"]);
}
