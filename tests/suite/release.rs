//! The artefacts of one release: complete, consistent with each other, and saying how they were made.

use super::support::{Place, sha256, text};

fn release(options: &[&str]) -> Place {
    let place = Place::new();
    let rows: String = (0..900).map(|n| format!("r{n},2026-02-01,{},a{n}\n", ["US", "DE", "FR"][n % 3])).collect();
    place.write("log.csv", format!("request_id,received_on,country,account_id\n{rows}"));
    let base = [
        "report",
        "log.csv",
        "--period",
        "2026H1",
        "--by",
        "country",
        "--keys",
        "country=US,DE,FR",
        "--band-size",
        "100",
        "--total",
        "--out",
        "out",
    ];
    place.succeed(&[&base[..], options].concat());
    place
}

#[test]
fn the_manifest_has_the_hash_of_every_other_file() {
    let place = release(&[]);
    let manifest = place.json("out/manifest.json");
    let files = place.files("out");
    assert_eq!(files.len(), 7);
    for (name, bytes) in files.iter().filter(|(name, _)| name != "manifest.json") {
        assert_eq!(manifest["sha256"][name], sha256(bytes), "{name}");
    }
}

#[test]
fn tables_have_the_promised_columns_and_agree_with_the_report() {
    let place = release(&["--measure", "requests,accounts"]);
    let csv = place.read("out/by-country.csv");
    assert!(csv.starts_with(
        "period_start,period_end,country,measure,band_low,band_high,band\r\n2026-01-01,2026-06-30,DE,requests,"
    ));
    let report = place.json("out/report.json");
    let rows = report["tables"][0]["rows"].as_array().expect("rows");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row")).collect();
    assert_eq!((records.len(), rows.len()), (8, 8));
    for (record, row) in records.iter().zip(rows) {
        let same = [("country", 2), ("measure", 3), ("band", 6)];
        assert!(same.iter().all(|(name, column)| row[name] == record[*column]));
        assert_eq!(record[6], format!("{}-{}", row["band_low"], row["band_high"]));
        assert!(place.read("out/report.html").contains(&record[6]) && place.read("out/report.md").contains(&record[6]));
    }
}

/// For many keys: the total's band meets the interval that its parts' bands sum to.
#[test]
fn a_total_is_never_at_odds_with_its_parts() {
    for key in 1..41 {
        let place = Place::new();
        place.write("log.csv", "received_on,country,n\n2026-02-01,US,250\n2026-02-01,DE,1\n");
        let key = format!("{key:064x}");
        let arguments = [
            "report",
            "log.csv",
            "--period",
            "2026H1",
            "--by",
            "country",
            "--keys",
            "country=US,DE,FR,GB,IT,ES",
            "--column",
            "count=n",
            "--band-size",
            "250",
            "--total",
            "--epsilon",
            "0.02",
            "--out",
            "out",
        ];
        assert_eq!(place.run_with_key(&arguments, &key).status.code(), Some(0));
        let report = place.json("out/report.json");
        let rows = report["tables"][0]["rows"].as_array().expect("rows");
        let edge = |name: &str, row: &serde_json::Value| row[name].as_u64().expect("a number");
        let (total, parts) = rows.split_last().expect("a total");
        let low: u64 = parts.iter().map(|row| edge("band_low", row)).sum();
        let high: u64 = parts.iter().map(|row| edge("band_high", row)).sum();
        assert!(edge("band_high", total) >= low && edge("band_low", total) <= high, "{rows:?}");
    }
}

#[test]
fn every_artefact_says_that_exact_counts_were_banded() {
    let place = release(&["--noise", "none"]);
    for (name, bytes) in place.files("out").into_iter().filter(|(name, _)| name != "by-country.csv") {
        assert!(text(&bytes).contains("exact counts"), "{name}");
    }
    let noisy = release(&[]);
    assert_eq!(noisy.json("out/report.json")["privacy"]["bands_of"], "noisy counts");
}

#[test]
fn every_artefact_made_with_the_demonstration_key_carries_a_warning() {
    let place = release(&["--key", "demonstration"]);
    for (name, bytes) in place.files("out").into_iter().filter(|(name, _)| name != "by-country.csv") {
        assert!(text(&bytes).contains("public demonstration key"), "{name}");
    }
    for (name, bytes) in release(&[]).files("out") {
        assert!(!text(&bytes).contains("demonstration"), "{name}");
    }
}

#[test]
fn keys_from_a_policy_are_escaped_where_people_read_them() {
    let place = Place::new();
    place.write("log.csv", "received_on,office\n2026-02-01,a<b>&|c\n");
    place.succeed(&[
        "report",
        "log.csv",
        "--period",
        "2026H1",
        "--by",
        "office",
        "--keys",
        "office=a<b>&|c",
        "--band-size",
        "100",
        "--out",
        "out",
    ]);
    assert!(place.read("out/report.html").contains("a&lt;b&gt;&amp;|c"));
    assert!(place.read("out/report.md").contains("a&lt;b&gt;&amp;\\|c"));
}

/// Counts far from zero in bands of one: what is printed is the noisy count, and the total is measured itself.
#[test]
fn a_measured_total_is_the_sum_of_its_parts() {
    let place = Place::new();
    let countries = ["DE", "ES", "FR", "GB", "IT", "US"];
    let rows: String = countries.iter().map(|country| format!("2026-02-01,{country},100000\n")).collect();
    place.write("log.csv", format!("received_on,country,n\n{rows}"));
    place.write(
        "policy.toml",
        "[release]\nperiod = \"2026H1\"\n[privacy]\nepsilon = 0.01\n[bands]\nsize = 1\n[log.columns]\ncount = \"n\"\n\
         [keys.country]\nvalues = [\"DE\", \"ES\", \"FR\", \"GB\", \"IT\", \"US\"]\n\
         [[table]]\nby = [\"country\"]\ntotal = true\nshare = 2\ntotal_share = 3\n",
    );
    for key in 1..21 {
        let out = format!("out{key}");
        let ledger = format!("ledger{key}");
        let arguments = ["report", "log.csv", "--policy", "policy.toml", "--out", &out, "--ledger", &ledger];
        assert_eq!(place.run_with_key(&arguments, &format!("{key:064x}")).status.code(), Some(0));
        let report = place.json(&format!("{out}/report.json"));
        let rows = report["tables"][0]["rows"].as_array().expect("rows");
        let (total, parts) = rows.split_last().expect("a total");
        let sum: u64 = parts.iter().map(|row| row["band_low"].as_u64().expect("a number")).sum();
        assert_eq!(total["band_low"].as_u64(), Some(sum));
        // Scale 100 x 5/3 for the total alone: much nearer than the sum of six cells of scale 250.
        assert!(sum.abs_diff(600_000) < 3000);
        assert_eq!(report["privacy"]["shares"], 5);
    }
}
