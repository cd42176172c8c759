//! Published numbers looked at from outside: a release directory against its manifest, and anybody's bands against a regime.

use super::support::{KEY, Place, sha256, text};

const POLICY: &str = r#"
[release]
period = "2026H1"
publish_on = 2026-08-01
[privacy]
noise = "none"
[bands]
size = 10
[[table]]
regime = "us-1874-a2"
measures = ["orders"]
[[table]]
by = ["country"]
[keys.country]
values = ["US", "DE"]
"#;

/// A release with a regime's table and one by country.
fn release() -> Place {
    release_under(POLICY)
}

fn release_under(policy: &str) -> Place {
    let place = Place::new();
    let row = |n: usize, process: &str, day: &str| format!("{process}{n}{day},a{n},{day},{process},US\n");
    let rows: String = (0..30)
        .flat_map(|n| {
            [row(n, "nsl", "2026-02-01"), row(n, "civil", "2026-02-01"), row(n, "fisa_content", "2025-08-01")]
        })
        .collect();
    place.write("log.csv", format!("request_id,account_id,received_on,legal_process,country\n{rows}"));
    place.write("policy.toml", policy);
    place.succeed(&["report", "log.csv", "--policy", "policy.toml", "--out", "out"]);
    place
}

/// Runs a command, which is to be refused with this code.
fn refused(place: &Place, arguments: &[&str], code: &str) -> String {
    let output = place.run_with_key(arguments, KEY);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
    assert!(said.contains(&format!("refused[{code}]")), "{arguments:?}: {said}");
    said
}

/// Changes a release's report and puts its new hash into the manifest, as somebody would who wants to hide it.
fn doctor(place: &Place, change: impl Fn(&mut serde_json::Value)) {
    let mut report = place.json("out/report.json");
    change(&mut report);
    let bytes = serde_json::to_vec(&report).expect("JSON");
    let digest = sha256(&bytes);
    place.write("out/report.json", bytes);
    let mut manifest = place.json("out/manifest.json");
    manifest["sha256"]["report.json"] = digest.into();
    place.write("out/manifest.json", manifest.to_string());
}

#[test]
fn a_release_as_it_was_made_passes() {
    let place = release();
    assert!(place.succeed(&["verify", "out"]).contains("every file is as its manifest says"));
    // Its orders and selectors are split differently, and its FISA numbers withheld.
    let first = POLICY.replace("us-1874-a2", "us-1874-a1").replace("measures = [\"orders\"]\n", "");
    let place = release_under(&first);
    assert!(place.read("out/national-security.csv").contains("withheld until"));
    place.succeed(&["verify", "out"]);
}

#[test]
fn files_that_changed_are_missing_or_came_in_are_named() {
    let place = release();
    let page = place.read("out/report.html");
    place.write("out/report.html", page + " ");
    assert!(refused(&place, &["verify", "out"], "release-changed").contains("report.html"));

    let place = release();
    std::fs::remove_file(place.path("out/national-security.csv")).expect("a table");
    assert!(refused(&place, &["verify", "out"], "release-changed").contains("`national-security.csv` is missing"));

    let place = release();
    doctor(&place, |report| report["tables"][1]["rows"][0]["band_low"] = 10.into());
    assert!(refused(&place, &["verify", "out"], "release-changed").contains("has other numbers than `report.json`"));

    let place = release();
    let mut manifest = place.json("out/manifest.json");
    place.write("beside", "");
    manifest["sha256"]["../beside"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".into();
    place.write("out/manifest.json", manifest.to_string());
    assert!(refused(&place, &["verify", "out"], "release-changed").contains("`manifest.json` has other hashes"));

    let place = release();
    let mut manifest = place.json("out/manifest.json");
    manifest["ledger_entry"] = "0".into();
    place.write("out/manifest.json", manifest.to_string());
    assert!(refused(&place, &["verify", "out"], "release-changed").contains("another origin"));

    // A page with a number of its own, and its new hash.
    for (page, from, to) in [
        ("report.html", ">30-39<", ">31<"),
        ("report.html", "data-band=\"30-39\">30-39<", "data-band=\"31-31\">31-31<"),
        ("report.html", "<td data-band=\"30-39\">", "<td>"),
        ("report.html", ">30-39<", ">30-39 <i>31</i><"),
        ("report.html", ">30-39<", ">n=31<"),
        ("report.md", "| 30-39", "| 31   "),
    ] {
        let place = release();
        let text = place.read(&format!("out/{page}"));
        assert!(text.contains(from), "{text}");
        rehashed(&place, page, text.replacen(from, to, 1).into_bytes());
        let said = refused(&place, &["verify", "out"], "release-changed");
        assert!(said.contains(&format!("`{page}` is not the file that `report.json` makes")), "{said}");
    }

    // Two bands of a page that changed places.
    let place = release();
    let page = place.read("out/report.html");
    let (one, other) = ("data-band=\"30-39\">30-39<", "data-band=\"0-499\">0-499<");
    assert!(page.contains(one) && page.contains(other), "{page}");
    let page = page.replacen(one, "#", 1).replacen(other, one, 1).replacen('#', other, 1);
    rehashed(&place, "report.html", page.into_bytes());
    assert!(refused(&place, &["verify", "out"], "release-changed").contains("`report.html` is not the file"));

    let place = release();
    place.write("out/exact.csv", "NSL,30\n");
    assert!(refused(&place, &["verify", "out"], "release-changed").contains("exact.csv"));
}

/// A file with another content, and its new hash in the manifest.
fn rehashed(place: &Place, file: &str, bytes: Vec<u8>) {
    let digest = sha256(&bytes);
    place.write(&format!("out/{file}"), bytes);
    let mut manifest = place.json("out/manifest.json");
    manifest["sha256"][file] = digest.into();
    place.write("out/manifest.json", manifest.to_string());
}

#[test]
fn a_doctored_report_breaks_the_rules_that_it_names() {
    type Change = fn(&mut serde_json::Value);
    let cases: [(&str, Change); 16] = [
        ("release-changed", |report| report["tables"][1]["rows"][0]["count"] = 37.into()),
        ("release-changed", |report| {
            let row = &mut report["tables"][0]["rows"][0];
            (row["band_low"], row["band"]) = (498.into(), "498-499".into());
        }),
        ("exact-too-fine", |report| report["tables"][1]["band_size"] = 1.into()),
        ("off-grid", |report| report["tables"][1]["rows"][0]["band_low"] = 3.into()),
        ("off-grid", |report| report["tables"][0]["rows"][0]["band_high"] = 498.into()),
        ("off-grid", |report| report["tables"][0]["rows"][0]["band_low"] = 600.into()),
        ("wrong-width", |report| {
            report["tables"][0]["band_size"] = 100.into();
            report["tables"][0]["rows"][0]["band_high"] = 99.into();
        }),
        ("period-not-allowed", |report| {
            report["tables"][0]["rows"][0]["period_end"] = "2026-03-31".into();
            report["publish_on"] = "2027-01-01".into();
        }),
        ("published-too-early", |report| report["publish_on"] = "2026-02-01".into()),
        ("published-too-early", |report| report["publish_on"] = serde_json::Value::Null),
        ("regime-historic", |report| report["tables"][0]["regime"]["id"] = "us-doj-2014-1".into()),
        ("regime-unknown", |report| report["tables"][0]["regime"]["id"] = "us-1874-zz".into()),
        ("regime-breakdown", |report| report["tables"][0]["rows"][0]["category"] = "video".into()),
        ("regime-breakdown", |report| report["tables"][0]["dimensions"] = serde_json::json!(["category", "country"])),
        ("release-changed", |report| report["tables"][0]["rows"][0]["band"] = "30-30".into()),
        ("release-changed", |report| report["tables"][0]["rows"][0]["band_low"] = serde_json::Value::Null),
    ];
    for (code, change) in cases {
        let place = release();
        doctor(&place, change);
        refused(&place, &["verify", "out"], code);
    }
}

/// The same with letters declared zero, of which there are none.
fn release_with_a_zero() -> Place {
    let place = Place::new();
    let row = |n: usize, process: &str, day: &str| format!("{process}{n}{day},a{n},{day},{process},US\n");
    let rows: String =
        (0..30).flat_map(|n| [row(n, "civil", "2026-02-01"), row(n, "fisa_content", "2025-08-01")]).collect();
    place.write("log.csv", format!("request_id,account_id,received_on,legal_process,country\n{rows}"));
    place.write("policy.toml", POLICY.replace("[bands]", "[regime]\nzero = [\"nsl\"]\n[bands]"));
    place.succeed(&["report", "log.csv", "--policy", "policy.toml", "--out", "out"]);
    place
}

/// Puts other ends into the row of letters; the CSV says the same.
fn letters(place: &Place, low: u64, high: u64, band: &str) {
    doctor(place, |report| {
        let rows = report["tables"][0]["rows"].as_array_mut().expect("rows");
        let row = rows.iter_mut().find(|row| row["category"] == "nsl").expect("letters");
        (row["band_low"], row["band_high"], row["band"]) = (low.into(), high.into(), band.into());
    });
}

#[test]
fn a_zero_is_for_what_is_declared_and_nothing_else_is_there() {
    let place = release_with_a_zero();
    assert!(place.succeed(&["verify", "out"]).contains("every file is as its manifest says"));

    for (low, high, band, code) in [
        (0, 499, "0-499", "zero-contradicted"),
        (500, 999, "500-999", "zero-contradicted"),
        (0, 1, "0-1", "zero-contradicted"),
        (0, 0, "0-0", "release-changed"),
    ] {
        let place = release_with_a_zero();
        letters(&place, low, high, band);
        refused(&place, &["verify", "out"], code);
    }

    // The same zero without the declaration, also where the table's bands are said to be that narrow.
    let undeclared: fn(&mut serde_json::Value) = |report| report["tables"][0]["regime"]["zero"] = serde_json::json!([]);
    let place = release_with_a_zero();
    doctor(&place, undeclared);
    for code in ["off-grid", "wrong-width", "release-changed"] {
        refused(&place, &["verify", "out"], code);
    }
    let place = release_with_a_zero();
    doctor(&place, |report| report["tables"][0]["band_size"] = 1.into());
    doctor(&place, undeclared);
    refused(&place, &["verify", "out"], "wrong-width");

    // A declared zero is of a period that is published in time, as a band is.
    let place = release_with_a_zero();
    doctor(&place, |report| report["publish_on"] = "2026-02-01".into());
    refused(&place, &["verify", "out"], "published-too-early");
    let place = release_with_a_zero();
    doctor(&place, |report| {
        let rows = report["tables"][0]["rows"].as_array_mut().expect("rows");
        for row in rows {
            row["period_end"] = "2026-03-31".into();
        }
    });
    refused(&place, &["verify", "out"], "period-not-allowed");
}

#[test]
fn what_is_no_release_fails() {
    let place = Place::new();
    std::fs::create_dir(place.path("empty")).expect("a directory");
    let output = place.run(&["verify", "empty"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("error[release-unreadable]"));
    let output = place.run(&["verify", "bands.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("`hushcount audit` looks at files of bands"));
}

/// Somebody's bands under the second structure, and what is said of each.
const BANDS: [(&str, Option<&str>); 13] = [
    ("us-1874-a2,2016-07-01,2016-12-31,NSL,orders,0,499", None),
    ("us-1874-a2,2016-07-01,2016-12-31,NSL,selectors,1000,999", Some("refused[inverted-band]")),
    ("us-1874-a2,2016-07-01,2016-12-31,NSL,orders,1,500", Some("refused[off-grid]")),
    ("us-1874-a2,2016-07-01,2016-12-31,NSL,orders,0,249", Some("refused[wrong-width]")),
    ("us-1874-a2,2016-07-01,2016-09-30,NSL,orders,0,499", Some("refused[period-not-allowed]")),
    ("us-1874-a2,2016-07-01,2016-12-31,NSL,orders,22,499", Some("note[raised-low-end]")),
    ("us-1874-a2,2016-07-01,2016-12-31,NSL,orders,,", None),
    (",2016-07-01,2016-12-31,NSL,orders,0,0", None),
    (",2016-07-01,2016-12-31,NSL,orders,9,3", Some("refused[inverted-band]")),
    ("us-1874-a2,2016-07-01,2016-12-31,NSL,orders,500,1499", Some("refused[off-grid]")),
    ("ca-2015,2016-01-01,2016-12-31,emergency,requests,101,101", None),
    ("ca-2015,2016-01-01,2016-12-31,emergency,requests,0,100", None),
    ("ca-2015,2016-01-01,2016-12-31,emergency,requests,50,60", Some("refused[wrong-width]")),
];

#[test]
fn each_band_is_held_against_its_regime() {
    for (row, wanted) in BANDS {
        let place = Place::new();
        let header = "regime,period_start,period_end,category,measure,band_low,band_high";
        place.write("bands.csv", format!("{header}\n{row}\n"));
        let output = place.run(&["audit", "bands.csv"]);
        let said = text(&output.stderr);
        let status = i32::from(wanted.is_some_and(|code| code.starts_with("refused")));
        assert_eq!(output.status.code(), Some(status), "{row}: {said}");
        match wanted {
            Some(code) => assert!(said.contains(&format!("{code}: row 2: ")), "{row}: {said}"),
            None => assert_eq!(said.matches('[').count(), 0, "{row}: {said}"),
        }
    }
}

#[test]
fn a_file_without_bands_says_what_is_missing() {
    let place = Place::new();
    let header = "regime,period_start,period_end,category,measure,band_low,band_high";
    for (content, wanted) in [
        ("regime,period_start\n".to_owned(), "there is no column `period_end`"),
        (format!("{header}\n"), "there are no bands"),
        (format!("{header},band_low\n"), "there are two columns `band_low`"),
        (format!("{header}\na,b,c,d,e,f,g\n"), "row 2 is no band"),
        (format!("{header}\n,2016-07-01,2016-12-31,NSL,orders,0,\n"), "row 2 is no band"),
        (format!("{header}\n,2016-07-01,2016-12-31,NSL,orders,0,18446744073709551615\n"), "row 2 is no band"),
        (
            format!("{header}\nus-1874-zz,2016-07-01,2016-12-31,NSL,orders,0,9\n"),
            "row 2 names a regime that is not known",
        ),
    ] {
        place.write("bands.csv", content);
        let output = place.run(&["audit", "bands.csv"]);
        assert_eq!(output.status.code(), Some(2), "{wanted}");
        assert!(text(&output.stderr).contains(wanted), "{}", text(&output.stderr));
    }
}
