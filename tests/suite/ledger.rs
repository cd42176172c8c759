//! Charged once, sealed, replayed for nothing, and refused for other data.

use super::support::{Place, sha256, text};

const REPORT: [&str; 8] = ["report", "log.csv", "--period", "2026H1", "--band-size", "250", "--out", "out"];

fn place(rows: usize) -> Place {
    let place = Place::new();
    write(&place, rows);
    place
}

fn write(place: &Place, rows: usize) {
    place.write(
        "log.csv",
        format!("request_id,received_on\n{}", (0..rows).map(|n| format!("r{n},2026-02-01\n")).collect::<String>()),
    );
}

fn lines(place: &Place) -> usize {
    place.read("hushcount-ledger.jsonl").lines().count()
}

#[test]
fn a_second_run_gives_the_same_bytes_and_spends_nothing() {
    let place = place(700);
    place.succeed(&REPORT);
    let first = place.files("out");
    assert_eq!(lines(&place), 2);
    assert!(place.succeed(&REPORT).contains("nothing new was charged"));
    std::fs::rename(place.path("out"), place.path("earlier")).expect("a rename");
    place.succeed(&REPORT);
    assert_eq!(place.files("out"), first);
    assert_eq!(lines(&place), 2);
}

#[test]
fn the_same_bytes_come_from_a_ledger_that_knows_nothing_of_it() {
    let (one, two) = (place(700), place(700));
    one.succeed(&REPORT);
    two.succeed(&["report", "log.csv", "--period", "2026Q1", "--band-size", "250", "--out", "other"]);
    two.succeed(&REPORT);
    assert_eq!(one.files("out"), two.files("out"));
}

#[test]
fn one_row_more_is_refused_once_sealed() {
    let place = place(700);
    place.succeed(&REPORT);
    let before = place.files("out");
    write(&place, 701);
    let output = place.run(&REPORT);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("refused[release-sealed]"), "{}", text(&output.stderr));
    assert_eq!((place.files("out"), lines(&place)), (before, 2));
}

#[test]
fn another_parameter_or_key_is_refused_once_sealed() {
    let place = place(700);
    place.succeed(&REPORT);
    let other_bands = ["report", "log.csv", "--period", "2026H1", "--band-size", "500", "--out", "out"];
    assert_eq!(place.run(&other_bands).status.code(), Some(1));
    assert_eq!(place.run_with_key(&REPORT, &"ab".repeat(32)).status.code(), Some(1));
    assert_eq!(lines(&place), 2);
}

#[test]
fn a_directory_that_is_there_is_never_written_over_and_costs_nothing() {
    let place = place(700);
    std::fs::create_dir(place.path("out")).expect("a directory");
    place.write("out/notes.txt", "mine");
    let output = place.run(&REPORT);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("refused[output-exists]"));
    assert_eq!(place.read("out/notes.txt"), "mine");
    assert_eq!(lines(&place), 0);
}

#[test]
fn a_crash_between_charge_and_seal_is_made_good_by_running_again() {
    let place = place(700);
    place.succeed(&REPORT);
    let (whole, ledger) = (place.files("out"), place.read("hushcount-ledger.jsonl"));
    std::fs::remove_dir_all(place.path("out")).expect("removed");
    let charge_only = ledger.lines().next().expect("a charge").to_owned() + "\n";
    place.write("hushcount-ledger.jsonl", format!("{charge_only}{{\"prev\":"));
    let output = place.run(&REPORT);
    assert!(text(&output.stderr).contains("warning[ledger-repaired]"));
    assert_eq!((place.files("out"), place.read("hushcount-ledger.jsonl")), (whole, ledger));
}

/// Not sealed yet: other data are a new charge, with unrelated noise.
#[test]
fn other_data_before_the_seal_are_charged_anew() {
    let place = place(700);
    place.succeed(&REPORT);
    std::fs::remove_dir_all(place.path("out")).expect("removed");
    let ledger = place.read("hushcount-ledger.jsonl");
    place.write("hushcount-ledger.jsonl", ledger.lines().next().expect("a charge").to_owned() + "\n");
    write(&place, 701);
    place.succeed(&REPORT);
    assert_eq!(lines(&place), 3);
}

#[test]
fn a_forged_ledger_is_an_error() {
    let place = place(700);
    place.succeed(&REPORT);
    let forged = place.read("hushcount-ledger.jsonl").replace("\"epsilon\":\"1\"", "\"epsilon\":\"0.1\"");
    place.write("hushcount-ledger.jsonl", forged);
    let output = place.run(&REPORT);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).starts_with("error[ledger-broken]: this is no ledger, or its chain breaks at line 1"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let place = place(3);
    place.write("open.key", "ab".repeat(32));
    let output = place.run(&[&REPORT[..], &["--key", "open.key"]].concat());
    assert_eq!(output.status.code(), Some(i32::from(cfg!(unix))), "{}", text(&output.stderr));
}

#[test]
fn a_lost_ledger_loses_no_numbers() {
    let place = place(700);
    place.succeed(&REPORT);
    let tables = place.read("out/all.csv");
    std::fs::remove_file(place.path("hushcount-ledger.jsonl")).expect("removed");
    std::fs::remove_dir_all(place.path("out")).expect("removed");
    let output = place.run(&REPORT);
    assert_eq!(place.read("out/all.csv"), tables);
    assert!(text(&output.stderr).contains("warning[ledger-new]"), "{}", text(&output.stderr));
}

/// The ledger is public: equal counts of two quarters must not show in it.
#[test]
fn equal_counts_of_different_releases_do_not_look_equal_in_the_ledger() {
    let place = Place::new();
    let rows: String = (0..7).map(|n| format!("r{n},2026-02-01\ns{n},2026-05-01\n")).collect();
    place.write("log.csv", format!("request_id,received_on\n{rows}"));
    for (period, release) in [("2026Q1", "a"), ("2026Q2", "b"), ("2026Q1", "c")] {
        place.succeed(&[
            "report",
            "log.csv",
            "--period",
            period,
            "--release",
            release,
            "--band-size",
            "10",
            "--out",
            release,
        ]);
    }
    let ledger = place.read("hushcount-ledger.jsonl");
    let digests: std::collections::BTreeSet<&str> =
        ledger.split("\"data_hmac\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(digests.len(), 3);
}

/// A ledger of a later version may say what this one does not know: it is not read as if it said less.
#[test]
fn a_ledger_that_says_more_or_less_than_it_can_is_refused() {
    let place = place(7);
    place.succeed(&REPORT);
    let lines: Vec<String> = place.read("hushcount-ledger.jsonl").lines().map(str::to_owned).collect();
    let entry = |line: &str| {
        line.split("\"entry\":").nth(1).expect("an entry").split(",\"hash\"").next().expect("an entry").to_owned()
    };
    let chain = |entries: &[String]| {
        let mut prev = "0".repeat(64);
        let mut text = String::new();
        for entry in entries {
            let hash = sha256(format!("{prev}{entry}"));
            text += &format!("{{\"prev\":\"{prev}\",\"entry\":{entry},\"hash\":\"{hash}\"}}\n");
            prev = hash;
        }
        text
    };
    let (charge, seal) = (entry(&lines[0]), entry(&lines[1]));
    place.write("hushcount-ledger.jsonl", chain(&[charge.clone(), seal.clone()]));
    place.succeed(&["ledger"]);
    let more = charge.replace("\"release\"", "\"later\":1,\"release\"");
    for forged in [vec![more, seal.clone()], vec![seal]] {
        place.write("hushcount-ledger.jsonl", chain(&forged));
        let output = place.run(&["ledger"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).starts_with("error[ledger-broken]"), "{}", text(&output.stderr));
    }
}

/// Many processes at once: each ends well or is told to wait, and the chain holds with one charge a release.
#[test]
fn processes_at_once_do_not_break_the_chain_or_charge_twice() {
    let place = place(700);
    let report = |number: usize| {
        let (release, out) = (format!("r{}", number % 3), format!("out{number}"));
        let arguments =
            ["report", "log.csv", "--period", "2026H1", "--band-size", "250", "--release", &release, "--out", &out];
        place.run(&arguments)
    };
    let statuses: Vec<Option<i32>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..12).map(|number| scope.spawn(move || report(number))).collect();
        running
            .into_iter()
            .map(|run| run.join().expect("a run"))
            .map(|output| {
                let waits = text(&output.stderr).contains("error[ledger-locked]");
                assert_eq!(output.status.code(), Some(if waits { 2 } else { 0 }), "{}", text(&output.stderr));
                output.status.code()
            })
            .collect()
    });
    assert!(statuses.contains(&Some(0)));
    let ledger = place.succeed(&["ledger", "--message-format", "json"]);
    let ledger: serde_json::Value = serde_json::from_str(&ledger).expect("JSON");
    let releases: Vec<&str> =
        ledger["charges"].as_array().expect("charges").iter().filter_map(|charge| charge["release"].as_str()).collect();
    let different: std::collections::BTreeSet<&&str> = releases.iter().collect();
    assert_eq!(different.len(), releases.len(), "{releases:?}");
}
