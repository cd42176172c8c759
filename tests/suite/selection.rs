//! Keys that are selected from the log: common ones appear, rare ones do not, and the rest of the log stays unseen.

use super::support::{Place, bands, text};

const REPORT: [&str; 12] = [
    "report",
    "log.csv",
    "--period",
    "2026H1",
    "--by",
    "agency",
    "--keys",
    "agency=private",
    "--band-size",
    "10",
    "--out",
    "out",
];

/// Requests of two agencies that many know, and of hundreds with one request each.
fn place() -> Place {
    let place = Place::new();
    let row = |number: usize, agency: &str| format!("r{number},2026-02-01,{agency}\n");
    let rare = (0..300).map(|n| row(n, &format!("Rare office {n}")));
    let common = (300..1300).map(|n| row(n, if n % 2 == 0 { "Police" } else { "Customs, Kiel" }));
    let common = common.map(|row| row.replace("Customs, Kiel", "\"Customs, Kiel\""));
    let rows: String = rare.chain(common).collect();
    place.write("log.csv", format!("request_id,received_on,agency\n{rows}"));
    place
}

fn agencies(place: &Place) -> Vec<String> {
    bands(&place.read("out/by-agency.csv")).into_iter().map(|(keys, _)| keys.replace("/requests", "")).collect()
}

#[test]
fn common_values_are_published_and_rare_ones_are_nowhere() {
    for noise in ["laplace", "gaussian"] {
        let place = place();
        place.succeed(&[&REPORT[..], &["--noise", noise]].concat());
        assert_eq!(agencies(&place), ["Customs, Kiel", "Police"], "{noise}");
        for (name, bytes) in place.files("out") {
            assert!(!text(&bytes).contains("Rare office"), "{noise} {name}");
        }
        for name in ["hushcount-ledger.jsonl", "hushcount-private.json"] {
            assert!(!place.read(name).contains("Rare office"), "{noise} {name}");
        }
        let report = place.json("out/report.json");
        assert_eq!(report["privacy"]["selected_keys"]["columns"][0], "agency");
        assert!(report["privacy"]["guarantee"]["delta"] == "1e-9");
        assert!(place.read("out/report.md").contains("Values of agency are listed if"));
    }
}

#[test]
fn a_release_with_selected_keys_is_replayed_as_any_other() {
    let place = place();
    place.succeed(&REPORT);
    let whole = place.files("out");
    assert!(place.succeed(&REPORT).contains("nothing new was charged"));
    std::fs::rename(place.path("out"), place.path("earlier")).expect("a rename");
    place.succeed(&REPORT);
    assert_eq!(place.files("out"), whole);
    assert!(place.read("hushcount-ledger.jsonl").contains("\"delta\":\"1e-9\""));
}

/// Pieces of a file are read on several threads, and exports one after the other: words keep their meaning.
#[test]
fn words_keep_their_meaning_over_pieces_and_exports() {
    let place = Place::new();
    let log = |from: usize| {
        let agency = |n: usize| ["Alpha", "Beta", "Gamma"][(n / 7) % 3];
        let rows: String = (from..from + 60_000).map(|n| format!("r{n},2026-02-01,{}\n", agency(n))).collect();
        format!("request_id,received_on,agency\n{rows}")
    };
    place.write("one.csv", log(0));
    place.write("log.csv", log(60_000));
    let arguments: Vec<&str> = [&["report", "one.csv"][..], &REPORT[1..]].concat();
    place.succeed(&[&arguments[..], &["--epsilon", "50"]].concat());
    let found = bands(&place.read("out/by-agency.csv"));
    for (agency, band) in &found {
        let low: i64 = band.split('-').next().expect("a low end").parse().expect("a number");
        assert!((low - 40_000).abs() < 20, "{agency} {band}");
    }
    assert_eq!(found.len(), 3);
}

/// 5,000 words of one request, with a delta of 0.001: without bounding about five would appear, none with a chance of
/// e^-5; bounded, one appears with a chance of at most 0.001.
#[test]
fn one_unit_with_many_rare_values_makes_none_of_them_appear() {
    let place = Place::new();
    let rows: String = (0..5000).map(|n| format!("r,a{n},2026-02-01,Office {n}\n")).collect();
    place.write("log.csv", format!("request_id,account_id,received_on,agency\n{rows}"));
    let output = place.run(&[&REPORT[..], &["--delta", "0.001"]].concat());
    assert_eq!(agencies(&place), Vec::<String>::new());
    assert!(text(&output.stderr).contains("warning[selection-empty]"), "{}", text(&output.stderr));
    assert!(place.read("out/report.md").contains("No value was common enough to be listed."));
}

/// Which rows of a unit count follows from its own rows: a new word of another unit changes nothing for it. Each request
/// stands in two agencies, of which one counts; with so large an epsilon there is hardly any noise.
#[test]
fn a_new_word_changes_nothing_for_other_units() {
    let release = |more: &str| {
        let place = Place::new();
        let rows: String = (0..1000).map(|n| format!("r{n},a,2026-02-01,m\nr{n},b,2026-02-01,z\n")).collect();
        place.write("log.csv", format!("request_id,account_id,received_on,agency\n{rows}{more}"));
        place.succeed(&[&REPORT[..8], &["--band-size", "1", "--epsilon", "100", "--out", "out"]].concat());
        bands(&place.read("out/by-agency.csv"))
    };
    assert_eq!(release(""), release("x,c,2026-02-01,aaa\n"));
}

#[test]
fn values_that_could_not_be_published_are_rows_at_fault_and_not_shown() {
    for value in ["", "=cmd()", "NSL", "Total", " police", "po\u{200b}lice"] {
        let place = Place::new();
        place.write("log.csv", format!("request_id,received_on,agency\nr1,2026-02-01,{value}\nr2,2026-02-01,ok\n"));
        let output = place.run(&REPORT);
        assert_eq!(output.status.code(), Some(2), "{value}");
        let said = text(&output.stderr);
        assert!(said.contains("row 2, column `agency`: expected a value that could be published"), "{said}");
        assert!(value.is_empty() || !said.contains(&format!("`{value}`")), "{said}");
    }
}

#[test]
fn selection_needs_noise_and_single_units() {
    let place = place();
    for (options, message) in [
        (&["--noise", "none"][..], "keys are selected with noise"),
        (&["--column", "count=request_id"], "a log of counts"),
    ] {
        let output = place.run(&[&REPORT[..], options].concat());
        assert!(output.status.code() == Some(2) && text(&output.stderr).contains(message), "{}", text(&output.stderr));
    }
}
