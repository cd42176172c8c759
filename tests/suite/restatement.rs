//! A published release is corrected by a next version: charged, numbered, with its reason; and by nothing else.

use super::support::{Place, text};

/// With so much noise that two draws are hardly ever the same.
const REPORT: [&str; 8] = ["report", "log.csv", "--period", "2026H1", "--band-size", "1", "--epsilon", "0.001"];

fn write(place: &Place, rows: usize) {
    let rows: String = (0..rows).map(|n| format!("r{n},2026-02-01\n")).collect();
    place.write("log.csv", format!("request_id,received_on\n{rows}"));
}

/// A place where version 1 is published, and the log has one row more since.
fn published() -> Place {
    let place = Place::new();
    write(&place, 700);
    place.succeed(&with(&["--out", "v1"]));
    write(&place, 701);
    place
}

fn with<'a>(options: &[&'a str]) -> Vec<&'a str> {
    [&REPORT[..], options].concat()
}

const RESTATE: [&str; 6] = ["--restate", "2026H1", "--reason", "late entries", "--out", "v2"];

fn charges(place: &Place) -> usize {
    place.read("hushcount-ledger.jsonl").lines().filter(|line| line.contains("\"kind\":\"charge\"")).count()
}

#[test]
fn a_restatement_is_charged_numbered_and_gives_its_reason_everywhere() {
    let place = published();
    place.succeed(&with(&RESTATE));
    assert_eq!(charges(&place), 2);
    let report = place.json("v2/report.json");
    assert_eq!((report["version"].as_u64(), report["restatement"].as_str()), (Some(2), Some("late entries")));
    for name in ["v2/report.md", "v2/report.html"] {
        assert!(place.read(name).contains("takes the place of version 1: late entries"), "{name}");
    }
    assert!(place.read("hushcount-ledger.jsonl").contains("late entries"));
    let ledger = place.succeed(&["ledger"]);
    assert!(ledger.contains("2026H1, version 2:") && ledger.contains("together: epsilon 0.002."), "{ledger}");
}

#[test]
fn a_restatement_made_again_is_the_same_and_costs_nothing() {
    let place = published();
    place.succeed(&with(&RESTATE));
    let whole = place.files("v2");
    assert!(place.succeed(&with(&RESTATE)).contains("nothing new was charged"));
    // Also when only the data say that it is version 2.
    assert!(place.succeed(&with(&["--out", "again"])).contains("nothing new was charged"));
    assert_eq!((place.files("again"), charges(&place)), (whole, 2));
}

#[test]
fn versions_count_on_and_an_earlier_one_does_not_come_back() {
    let place = published();
    place.succeed(&with(&RESTATE));
    // The numbers of version 1 again: version 3, with noise of its own.
    write(&place, 700);
    assert_eq!(place.run(&with(&["--out", "v3"])).status.code(), Some(1));
    place.succeed(&with(&["--restate", "2026H1", "--reason", "the late entries were wrong", "--out", "v3"]));
    assert_eq!(place.json("v3/report.json")["version"], 3);
    assert_ne!(place.json("v3/report.json")["tables"], place.json("v1/report.json")["tables"]);
}

#[test]
fn what_cannot_be_restated_is_not() {
    let place = published();
    for (options, status, code) in [
        (&["--out", "v2"][..], 1, "refused[release-sealed]"),
        (&["--restate", "2026H2", "--reason", "x", "--out", "v2"], 2, "error[restatement-unknown]"),
        (&["--restate", "2026H1", "--out", "v2"], 2, "error[argument-invalid]"),
        (&["--reason", "x", "--out", "v2"], 2, "error[argument-invalid]"),
        (&["--restate", "2026H1", "--reason", "two\nlines", "--out", "v2"], 2, "error[argument-invalid]"),
        (&["--restate", "2026H1", "--release", "other", "--reason", "x", "--out", "v2"], 2, "error[argument-invalid]"),
        (&["--restate", "2026H1", "--reason", "x", "--out", "v1"], 1, "refused[output-exists]"),
        (&["--restate", "2026H1", "--reason", "x", "--out", "v2", "--privacy-unit", "account"], 2, "error[log-header]"),
    ] {
        let output = place.run(&with(options));
        assert_eq!(output.status.code(), Some(status), "{options:?}");
        assert!(text(&output.stderr).contains(code), "{options:?}: {}", text(&output.stderr));
    }
    write(&place, 700);
    let output = place.run(&with(&RESTATE));
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("refused[restatement-empty]"), "{}", text(&output.stderr));
    assert_eq!(charges(&place), 1);
    assert!(!place.path("v2").exists());
}

/// A correction is of the same days and unit: anything else under a published name would be another report.
#[test]
fn a_restatement_of_another_period_is_refused() {
    let place = published();
    let options = [
        "report",
        "log.csv",
        "--period",
        "2026Q1",
        "--band-size",
        "1",
        "--restate",
        "2026H1",
        "--reason",
        "x",
        "--out",
        "v2",
    ];
    let output = place.run(&options);
    assert!(text(&output.stderr).contains("refused[restatement-other]"), "{}", text(&output.stderr));
    assert_eq!((output.status.code(), charges(&place), place.path("v2").exists()), (Some(1), 1, false));
}
