//! Every file of a release follows from its report: what a forger can say who makes all of them anew, what an honest publisher
//! can, and what may stand beside a release.

use hushcount::release::{Report, artefacts};
use serde_json::{Value, json};

use super::support::{Place, sha256, text};

const LOG: &str = "request_id,received_on,country,agency\n1,2026-01-02,DE,police\n2,2026-02-03,FR,court\n\
    3,2026-04-05,DE,police\n4,2026-05-06,US,court\n";

const BY_COUNTRY: [&str; 8] =
    ["report", "log.csv", "--by", "country", "--keys", "country=DE,FR,US", "--band-size", "1000"];

fn place() -> Place {
    let place = Place::new();
    place.write("log.csv", LOG);
    place
}

fn report(place: &Place, more: &[&str]) -> String {
    let output = place.run(&[&BY_COUNTRY, more].concat());
    assert_eq!(output.status.code(), Some(0), "{more:?}: {}", text(&output.stderr));
    text(&output.stderr)
}

/// Runs a command that is to end so, and returns what it said.
fn ends(place: &Place, status: i32, arguments: &[&str]) -> String {
    let output = place.run(arguments);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
    said
}

/// Two quarters, the second beside the first.
fn quarters() -> Place {
    let place = place();
    report(&place, &["--period", "2026Q1", "--out", "q1"]);
    report(&place, &["--period", "2026Q2", "--against", "q1", "--out", "q2"]);
    place
}

/// Changes a report and makes every file of the release anew, as somebody would who has this program.
fn forge(place: &Place, directory: &str, change: impl Fn(&mut Value)) {
    let mut value = place.json(&format!("{directory}/report.json"));
    change(&mut value);
    let report: Report = serde_json::from_value(value).expect("a report");
    for (name, _) in place.files(directory) {
        std::fs::remove_file(place.path(&format!("{directory}/{name}"))).expect("a file");
    }
    for file in artefacts(&report) {
        place.write(&format!("{directory}/{}", file.name), file.bytes);
    }
}

type Change = fn(&mut Value);

/// What is said of a report, and what somebody did to it.
const FORGED: [(&str, Change); 15] = [
    ("it is no band of a release beside it", |report| {
        let row = &mut report["tables"][0]["earlier"][0];
        (row["band_low"], row["band_high"], row["band"]) = (613.into(), 613.into(), "613-613".into());
    }),
    ("the printed band is not its ends", |report| report["tables"][0]["earlier"][0]["band"] = "exact 613".into()),
    ("has something that no table has", |report| report["tables"][0]["earlier"][0]["count"] = "613".into()),
    ("it is not of an earlier period", |report| {
        report["tables"][0]["earlier"][0]["period_start"] = "2025-10-01".into();
    }),
    ("earlier numbers are not those of the releases beside it", |report| report["tables"][0]["beside"] = json!([])),
    ("its keys are not those that have labels", |report| {
        report["tables"][0]["labels"]["country"]["keys"]["exact DE"] = "613".into();
    }),
    ("keys have each other's names", |report| {
        let keys = &mut report["tables"][0]["labels"]["country"]["keys"];
        (keys["DE"], keys["US"]) = ("United States".into(), "Germany".into());
    }),
    ("its language is none that reports are written in", |report| report["presentation"]["language"] = "xx".into()),
    ("its period is none, or has another label", |report| report["period"]["label"] = "2020Q2".into()),
    ("a warning is missing", |report| report["warnings"] = json!(["Germany: 613"])),
    ("a warning is missing", |report| report["provenance"]["key_id"] = "66583359f4105334".into()),
    ("its noise is not that", |report| report["privacy"]["bands_of"] = "exact counts".into()),
    ("its rows are not in order", |report| report["tables"][0]["measures"] = json!(["requests", "accounts"])),
    ("numbers that no count has", |report| {
        let row = &mut report["tables"][0]["rows"][0];
        (row["band_low"], row["band_high"]) = (0.into(), u64::MAX.into());
        row["band"] = format!("0-{}", u64::MAX).into();
    }),
    ("a row is there twice", |report| {
        let first = report["tables"][0]["rows"][0].clone();
        report["tables"][0]["rows"].as_array_mut().expect("rows").push(first);
    }),
];

#[test]
fn a_forger_who_makes_every_file_anew_is_held_to_what_a_report_is() {
    for (wanted, change) in FORGED {
        let place = quarters();
        forge(&place, "q2", change);
        let said = ends(&place, 1, &["verify", "q2"]);
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    // A number of the table's own period is none of an earlier one.
    let place = quarters();
    forge(&place, "q2", |report| {
        let row = &mut report["tables"][0]["earlier"][0];
        (row["period_start"], row["period_end"]) = ("2026-04-01".into(), "2026-06-30".into());
    });
    assert!(ends(&place, 1, &["verify", "q2"]).contains("it is not of an earlier period"));
    // Words are the publisher's: they are pointed out, not judged.
    let place = quarters();
    forge(&place, "q2", |report| report["tables"][0]["labels"]["country"]["keys"]["DE"] = "Germany (613)".into());
    assert!(
        ends(&place, 0, &["verify", "q2"]).contains(
            "note[own-words]: table `by-country` has the publisher's own words: DE is called `Germany (613)`"
        )
    );
}

#[test]
fn a_report_has_known_fields_once_and_in_their_place() {
    let unknown: [fn(&mut Value); 4] = [
        |report| report["exact"] = json!({ "DE": 613 }),
        |report| report["tables"][0]["exact"] = 613.into(),
        |report| report["privacy"]["count"] = 613.into(),
        |report| report["tables"][0]["beside"][0]["count"] = 613.into(),
    ];
    for change in unknown {
        let place = quarters();
        let mut value = place.json("q2/report.json");
        change(&mut value);
        place.write("q2/report.json", value.to_string());
        assert!(ends(&place, 2, &["verify", "q2"]).contains("a field is missing, is none of a release's"));
    }
    // The same field twice, of which programs read one or the other; and the same report with other spaces.
    for (from, to) in [("\"DE\",", "\"DE\", \"country\": \"613\","), ("\n", "\n ")] {
        let place = quarters();
        let report = place.read("q2/report.json");
        let doctored = report.replacen(from, to, 1);
        assert_ne!(report, doctored);
        let (before, after) = (sha256(&report), sha256(&doctored));
        place.write("q2/report.json", doctored);
        let manifest = place.read("q2/manifest.json").replace(&before, &after);
        place.write("q2/manifest.json", manifest);
        assert!(ends(&place, 1, &["verify", "q2"]).contains("a field is twice, unknown or out of its place"));
    }
}

#[test]
fn only_a_releases_own_files_stand_in_it() {
    for name in ["report.html", "report.md", "by-country.csv-metadata.json", "datapackage.json", "manifest.json"] {
        let place = quarters();
        std::fs::remove_file(place.path(&format!("q2/{name}"))).expect("a file");
        assert!(ends(&place, 1, &["verify", "q2"]).contains(&format!("`{name}` is missing")), "{name}");
    }
    // Also where the manifest names it.
    let place = quarters();
    place.write("q2/index.html", "613");
    let mut manifest = place.json("q2/manifest.json");
    manifest["sha256"]["index.html"] = sha256("613").into();
    place.write("q2/manifest.json", manifest.to_string());
    assert!(ends(&place, 1, &["verify", "q2"]).contains("`index.html` is no file of a release"));
    // What no program reads as text.
    let place = quarters();
    let csv = [place.read("q2/by-country.csv").as_bytes(), b"\xffDE,613\r\n"].concat();
    place.write("q2/by-country.csv", csv);
    assert!(ends(&place, 1, &["verify", "q2"]).contains("has other numbers than `report.json`"));
    // A name that leads out of the directory.
    let place = quarters();
    let mut report = place.json("q2/report.json");
    report["tables"][0]["name"] = "../../etc/passwd".into();
    place.write("q2/report.json", report.to_string());
    assert!(ends(&place, 1, &["verify", "q2"]).contains("its name is none of a file"));
}

/// What is no file of its own is not opened: a pipe would never end.
#[cfg(unix)]
#[test]
fn pipes_and_links_are_not_opened() {
    for name in ["report.json", "report.html", "manifest.json"] {
        for (program, argument) in [("mkfifo", None), ("ln", Some("/dev/zero"))] {
            let place = quarters();
            let path = place.path(&format!("q2/{name}"));
            std::fs::remove_file(&path).expect("a file");
            let mut command = std::process::Command::new(program);
            if let Some(target) = argument {
                command.args(["-s", target]);
            }
            assert!(command.arg(&path).status().expect("a program of every system").success());
            let said = text(&place.run(&["verify", "q2"]).stderr);
            assert!(said.contains("is not opened"), "{said}");
            let output =
                place.run(&[&BY_COUNTRY[..], &["--period", "2026Q3", "--against", "q2", "--out", "q3"]].concat());
            assert!(text(&output.stderr).contains("is not opened") && !place.path("q3").exists());
        }
    }
}

#[test]
fn a_release_that_warns_of_itself_keeps_its_warnings() {
    for more in [&["--noise", "none"][..], &["--key", "demonstration"]] {
        let place = place();
        report(&place, &[&["--period", "2026Q1", "--out", "out"], more].concat());
        place.succeed(&["verify", "out"]);
        forge(&place, "out", |report| report["warnings"] = json!([]));
        assert!(ends(&place, 1, &["verify", "out"]).contains("a warning is missing"), "{more:?}");
    }
}

#[test]
fn honest_releases_pass_whatever_their_words_and_keys_are() {
    let place = Place::new();
    place.write("log.csv", "received_on,unit 7\n2026-01-02,a|1\n2026-01-03,b\\2\n2026-01-04,<3> *x*\n");
    place.write(
        "policy.toml",
        "[report]\npublisher = \"4 & <5>\"\n[labels.columns]\n\"unit 7\" = \"Unit | 8\"\n[labels.\"unit 7\"]\n\"a|1\" = \"Nr. 9\\\\\"\n\
         [privacy]\nepsilon = 1\n[bands]\nsize = 10\n[keys.\"unit 7\"]\nvalues = [\"a|1\", \"b\\\\2\", \"<3> *x*\"]\n\
         [[table]]\nby = [\"unit 7\"]\ntotal = true\n",
    );
    for lang in ["en", "de", "fr"] {
        place.succeed(&[
            "report",
            "log.csv",
            "--policy",
            "policy.toml",
            "--period",
            "2026Q1",
            "--lang",
            lang,
            "--out",
            lang,
        ]);
        place.succeed(&["verify", lang]);
    }
    // Categories of which nothing but the delay is shown.
    let rows: String = (0..9).map(|n| format!("n{n},2026-02-01,nsl\n")).collect();
    place.write("secret.csv", format!("request_id,received_on,legal_process\n{rows}"));
    place.write(
        "secret.toml",
        "[privacy]\nnoise = \"none\"\n[regime]\nearlier = false\n[[table]]\nregime = \"us-1874-a2\"\nmeasures = [\"orders\"]\n",
    );
    place.succeed(&[
        "report",
        "secret.csv",
        "--policy",
        "secret.toml",
        "--period",
        "2026H1",
        "--publish-on",
        "2026-08-30",
        "--out",
        "secret",
    ]);
    assert!(place.read("secret/report.html").contains("withheld until"));
    place.succeed(&["verify", "secret"]);
}

/// Nothing is charged where a release that was given is not sound; also not where it is made again.
#[test]
fn what_is_given_against_must_be_sound() {
    type Spoil = fn(&Place);
    let cases: [(&str, Spoil); 6] = [
        ("is not the file", |place| drop(place.write("q1/report.html", "613"))),
        ("is missing", |place| std::fs::remove_file(place.path("q1/by-country.csv")).expect("a file")),
        ("off-grid", |place| forge(place, "q1", |report| report["tables"][0]["rows"][0]["band_low"] = 613.into())),
        ("begins above its end", |place| {
            forge(place, "q1", |report| {
                let row = &mut report["tables"][0]["rows"][0];
                (row["band_low"], row["band"]) = (9999.into(), "9999-999".into());
            });
        }),
        ("numbers that no count has", |place| {
            forge(place, "q1", |report| {
                let row = &mut report["tables"][0]["rows"][0];
                (row["band_high"], row["band"]) = (u64::MAX.into(), format!("0-{}", u64::MAX).into());
            });
        }),
        ("release-unreadable", |place| drop(place.write("q1/report.json", "[".repeat(100_000)))),
    ];
    for (wanted, spoil) in cases {
        let place = quarters();
        spoil(&place);
        let ledger = place.read("hushcount-ledger.jsonl");
        for (period, more) in [("2026Q2", &[][..]), ("2026Q3", &[]), ("2025Q4", &["--noise", "none"])] {
            let options = ["--period", period, "--against", "q1", "--out", "again"];
            let output = place.run(&[&BY_COUNTRY[..], &options, more].concat());
            let said = text(&output.stderr);
            assert!(!output.status.success() && said.contains(wanted), "{wanted}: {said}");
            let options = [&["check"], &BY_COUNTRY[1..], &["--period", period, "--against", "q1"], more].concat();
            assert!(!place.run(&options).status.success(), "{wanted}");
        }
        assert!(place.read("hushcount-ledger.jsonl") == ledger && !place.path("again").exists());
    }
}

#[test]
fn a_table_by_other_columns_does_not_stand_beside() {
    let place = place();
    let policy = |by: &str| {
        format!(
            "[bands]\nsize = 1000\n[keys.country]\nvalues = [\"DE\", \"FR\", \"US\"]\n[keys.agency]\nvalues = [\"police\", \"court\"]\n\
             [[table]]\nname = \"x\"\nby = [{by}]\n"
        )
    };
    place.write("one.toml", policy("\"country\""));
    place.write("two.toml", policy("\"country\", \"agency\""));
    place.succeed(&["report", "log.csv", "--policy", "two.toml", "--period", "2026Q1", "--out", "q1"]);
    place.succeed(&[
        "report",
        "log.csv",
        "--policy",
        "one.toml",
        "--period",
        "2026Q2",
        "--against",
        "q1",
        "--out",
        "q2",
    ]);
    assert_eq!(place.json("q2/report.json")["tables"][0]["earlier"], json!([]));
    place.succeed(&["verify", "q2"]);
}

#[test]
fn another_structure_does_not_stand_beside() {
    let place = Place::new();
    let rows: String = (0..40).map(|n| format!("n{n},2025-0{}-01,nsl\n", 1 + n % 9)).collect();
    place.write("log.csv", format!("request_id,received_on,legal_process\n{rows}"));
    let release = |regime: &str, period: &str, on: &str, more: &[&str], out: &str| {
        place.write(
            "policy.toml",
            format!("[privacy]\nnoise = \"none\"\n[regime]\nearlier = false\n[[table]]\nregime = \"{regime}\"\nmeasures = [\"orders\"]\n"),
        );
        let options =
            ["report", "log.csv", "--policy", "policy.toml", "--period", period, "--publish-on", on, "--out", out];
        place.succeed(&[&options, more].concat());
        place.succeed(&["verify", out]);
    };
    release("us-1874-a2", "2025H1", "2026-08-01", &[], "a");
    release("us-1874-a1", "2025H2", "2026-08-01", &["--against", "a"], "b");
    assert_eq!(place.json("b/report.json")["tables"][0]["earlier"], json!([]));
}

#[test]
fn what_is_later_or_replaced_is_left_out_with_a_word() {
    let place = quarters();
    let said = report(&place, &["--period", "2025Q4", "--against", "q2", "--out", "q4"]);
    assert!(said.contains("note[not-beside]") && said.contains("is of a later period"), "{said}");
    assert_eq!(place.json("q4/report.json")["tables"][0]["earlier"], json!([]));
    // Published later than the release it is given for.
    report(&place, &["--period", "2025Q3", "--publish-on", "2026-06-01", "--out", "q3"]);
    let options =
        ["--period", "2025Q4", "--release", "r", "--publish-on", "2026-05-01", "--against", "q3", "--out", "r"];
    assert!(report(&place, &options).contains("is published later than this one"));
    // A version that another one took the place of.
    place.write("log.csv", LOG.replace("2,2026-02-03,FR", "2,2026-02-03,US"));
    report(&place, &["--period", "2026Q1", "--restate", "2026Q1", "--reason", "typing error", "--out", "q1v2"]);
    place.write("log.csv", LOG);
    let said = report(&place, &["--period", "2026Q2", "--release", "s", "--against", "q1", "--out", "s"]);
    assert!(said.contains("warning[not-beside]") && said.contains("version 2 takes its place"), "{said}");
    let both = ["--period", "2026Q2", "--release", "t", "--against", "q1", "--against", "q1v2", "--out", "t"];
    assert!(!report(&place, &both).contains("not-beside"));
    assert_eq!(place.json("t/report.json")["tables"][0]["beside"][0]["version"], 2);
    place.succeed(&["verify", "t"]);
}

#[test]
fn exact_and_trial_releases_are_told_from_others() {
    for (lang, wanted) in [
        ("en", "Numbers of January to March 2026 are bands of exact counts, without noise."),
        ("de", "stehen die Bereiche der genauen Zahlen, ohne Rauschen."),
        ("fr", "ce sont les tranches des nombres exacts, sans bruit."),
    ] {
        let place = place();
        report(&place, &["--period", "2026Q1", "--noise", "none", "--out", "q1"]);
        report(&place, &["--period", "2026Q2", "--lang", lang, "--against", "q1", "--out", "q2"]);
        assert!(place.read("q2/report.html").contains(wanted), "{lang}: {}", place.read("q2/report.html"));
        place.succeed(&["verify", "q2"]);
    }
    let place = place();
    report(&place, &["--period", "2026Q1", "--key", "demonstration", "--out", "q1"]);
    let options = ["--period", "2026Q2", "--against", "q1", "--out", "q2"];
    let said = ends(&place, 1, &[&BY_COUNTRY[..], &options].concat());
    assert!(said.contains("refused[key-demonstration]"), "{said}");
    // Trials may stand beside each other.
    report(&place, &[&options[..], &["--key", "demonstration"]].concat());
    place.succeed(&["verify", "q2"]);
}

#[test]
fn what_stands_there_is_told_apart_by_its_pages_or_its_numbers() {
    let place = quarters();
    let said = ends(&place, 1, &[&BY_COUNTRY[..], &["--period", "2026Q2", "--lang", "de", "--out", "q2"]].concat());
    assert!(said.contains("refused[output-exists]") && said.contains("its numbers are the same"), "{said}");
    let said = ends(&place, 1, &[&BY_COUNTRY[..], &["--period", "2026Q1", "--out", "q2"]].concat());
    assert!(said.contains("refused[output-exists]") && !said.contains("its numbers are the same"), "{said}");
}

/// A path is anybody's: it must not write lines or colours of its own into a log.
#[cfg(unix)]
#[test]
fn control_characters_of_a_path_are_shown() {
    let place = place();
    let said = ends(&place, 2, &["verify", "x\n::error::\u{1b}[31m"]);
    assert!(!said.contains('\u{1b}') && said.contains("\\n::error::\\u{1b}[31m"), "{said}");
}
