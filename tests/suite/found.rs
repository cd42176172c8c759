//! Defects that were found by attacking the program, each kept from coming back.

use super::support::{Place, bands, text};

const BASE: &str = "request_id,received_on,country\nr1,2026-01-02,US\nr2,2026-01-03,DE\nr3,2026-02-03,DE\n";

const EXACT: [&str; 12] = [
    "--period",
    "2026H1",
    "--by",
    "country",
    "--keys",
    "country=US,DE",
    "--band-size",
    "10",
    "--noise",
    "none",
    "--out",
    "out",
];

fn report<'a>(log: &'a str, options: &[&'a str]) -> Vec<&'a str> {
    [&["report", log], &EXACT[..], options].concat()
}

fn status(place: &Place, arguments: &[&str]) -> (Option<i32>, String) {
    let output = place.run(arguments);
    (output.status.code(), text(&output.stderr))
}

/// So many rows from the US, each its own request.
fn rows(count: usize, country: &str) -> String {
    (0..count).map(|n| format!("n{n},2026-01-02,{country}\n")).collect()
}

#[cfg(unix)]
#[test]
fn a_pipe_given_as_a_path_is_read_once_and_whole() {
    let place = Place::new();
    let path = place.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
    let writer = std::thread::spawn(move || std::fs::write(path, BASE.to_owned() + &rows(20, "US")));
    place.succeed(&report("pipe", &[]));
    writer.join().expect("the writer").expect("written");
    assert_eq!(bands(&place.read("out/by-country.csv"))[1].1, "20-29");
}

#[test]
fn a_header_that_swallows_rows_is_refused_and_not_told() {
    let place = Place::new();
    place.write("a.csv", "request_id,received_on,country,note\nr1,2026-01-02,US,x\n");
    place.write("b.csv", "request_id,received_on,country,\"note\nr2,2026-01-02,US,SECRET\nr3,2026-01-02,US,\"\n");
    let (code, stderr) = status(&place, &report("a.csv", &["b.csv"]));
    assert_eq!(code, Some(2));
    assert!(stderr.contains("b.csv") && !stderr.contains("SECRET"), "{stderr}");
}

#[test]
fn a_ledger_that_lost_its_last_line_feed_stays_sealed() {
    let place = Place::new();
    place.write("log.csv", BASE);
    place.succeed(&report("log.csv", &[]));
    let ledger = place.read("hushcount-ledger.jsonl");
    place.write("hushcount-ledger.jsonl", ledger.trim_end());
    place.write("log.csv", BASE.to_owned() + &rows(50, "US"));
    assert_eq!(status(&place, &report("log.csv", &[])).0, Some(1));
    assert_eq!(place.read("hushcount-ledger.jsonl"), ledger);
}

#[test]
fn a_wrong_file_given_as_the_ledger_is_left_alone() {
    for content in ["k=\"v\"", "a,b\n1,2\n3,4", BASE.trim_end()] {
        let place = Place::new();
        place.write("log.csv", BASE);
        place.write("other", content);
        assert_eq!(status(&place, &report("log.csv", &["--ledger", "other"])).0, Some(2));
        assert_eq!(place.read("other"), content);
    }
}

#[test]
fn a_check_changes_no_ledger() {
    let place = Place::new();
    place.write("log.csv", BASE);
    place.succeed(&report("log.csv", &[]));
    let torn = place.read("hushcount-ledger.jsonl") + "{\"prev\":";
    place.write("hushcount-ledger.jsonl", &torn);
    place.run(&[&["check", "log.csv"], &EXACT[..]].concat());
    assert_eq!(place.read("hushcount-ledger.jsonl"), torn);
}

#[test]
fn runs_at_once_never_leave_half_a_release() {
    let place = Place::new();
    place.write("log.csv", BASE);
    let releases: Vec<String> = (0..4).map(|n| format!("rel{n}")).collect();
    std::thread::scope(|scope| {
        for release in &releases {
            scope.spawn(|| place.run(&report("log.csv", &["--release", release, "--ledger", release])));
        }
    });
    let files = place.files("out");
    assert_eq!(files.len(), 7, "whole: {:?}", files.iter().map(|(name, _)| name).collect::<Vec<_>>());
    let beside = std::fs::read_dir(place.path("")).expect("the place");
    let names = beside.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let left: Vec<String> = names.filter(|name| name.contains("partial")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn numbers_of_a_policy_are_decimal() {
    for line in ["epsilon = 0x10", "epsilon = 0o17", "max_cells = 0b11"] {
        let place = Place::new();
        place.write("log.csv", BASE);
        place.write("policy.toml", format!("[release]\nperiod = \"2026H1\"\n[privacy]\n{line}\n[bands]\nsize = 10\n"));
        let (code, stderr) = status(&place, &["report", "log.csv", "--policy", "policy.toml", "--out", "out"]);
        assert_eq!(code, Some(2));
        assert!(stderr.contains("policy.toml:4:"), "{stderr}");
    }
}

#[test]
fn an_id_column_in_another_spelling_is_not_missed_silently() {
    let place = Place::new();
    place.write("log.csv", format!("Request_ID,received_on,country\n{}", "r1,2026-01-02,US\n".repeat(15)));
    let (code, stderr) = status(&place, &report("log.csv", &[]));
    assert_eq!(code, Some(2));
    assert!(stderr.contains("`request_id`, which is there in another spelling"), "{stderr}");
    assert_eq!(status(&place, &report("log.csv", &["--column", "reqest_id=Request_ID"])).0, Some(2));
    assert_eq!(status(&place, &report("log.csv", &["--keys", "contry=US"])).0, Some(2));
    place.succeed(&report("log.csv", &["--column", "request_id=Request_ID"]));
    assert_eq!(bands(&place.read("out/by-country.csv"))[1].1, "0-9");
}

#[test]
fn national_security_process_is_counted_under_no_other_name() {
    let log = "received_on,legal_process,country\n2026-01-02,nsl,US\n2026-01-02,civil,US\n";
    let head = "[release]\nperiod = \"2026H1\"\n[bands]\nsize = 10\n";
    for policy in [
        "[keys.legal_process]\nvalues = [\"civil\"]\nunknown = \"other\"\n[keys.legal_process.spellings]\nnsl = \"other\"\n[[table]]\nby = [\"legal_process\"]\n",
        "[keys.legal_process]\nvalues = [\"civil\"]\n[keys.legal_process.spellings]\nnsl = \"civil\"\n[[table]]\nby = [\"legal_process\"]\n",
        "[log.columns]\nprocess = \"kind\"\n[keys.process]\nvalues = [\"civil\"]\nunknown = \"other\"\n[[table]]\nby = [\"process\"]\n",
    ] {
        let place = Place::new();
        place.write(
            "log.csv",
            if policy.contains("kind") { log.replace("legal_process", "kind") } else { log.to_owned() },
        );
        place.write("policy.toml", format!("{head}{policy}"));
        assert_eq!(
            status(&place, &["report", "log.csv", "--policy", "policy.toml", "--out", "out"]).0,
            Some(2),
            "{policy}"
        );
    }
    let place = Place::new();
    place.write("log.csv", log.replace("nsl", "NSL"));
    let (code, stderr) = status(&place, &report("log.csv", &["--leave-out", "legal_process=nsl"]));
    assert_eq!(code, Some(2));
    assert!(stderr.contains("row 2, column `legal_process`"), "{stderr}");
}

#[test]
fn the_order_of_day_and_month_is_not_taken_from_rows_that_are_rejected() {
    let place = Place::new();
    let dates: String = (0..12).map(|n| format!("r{n},02/07/2026,US\n")).collect();
    place.write("log.csv", format!("request_id,received_on,country\n{dates}x,2026\nbad,13/02/2026\n"));
    let (code, stderr) = status(&place, &report("log.csv", &["--quarantine", "aside.csv"]));
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("error[log-date-format]"), "{stderr}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_whose_name_is_not_text_is_no_defect() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::new();
    place.write("log.csv", BASE);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hushcount"));
    command.current_dir(place.path("")).env("HUSHCOUNT_KEY", super::support::KEY);
    command.args(report("log.csv", &[])).args(["--message-format", "json"]);
    let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    let named = arguments.iter().map(|word| if word == "out" { std::ffi::OsStr::from_bytes(b"o\xff") } else { word });
    let mut renamed = std::process::Command::new(env!("CARGO_BIN_EXE_hushcount"));
    let output = renamed
        .current_dir(place.path(""))
        .env("HUSHCOUNT_KEY", super::support::KEY)
        .args(named)
        .output()
        .expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn a_refused_run_leaves_the_record_of_the_published_one() {
    let place = Place::new();
    place.write("log.csv", BASE);
    place.succeed(&report("log.csv", &[]));
    let before = place.read("hushcount-private.json");
    place.write("log.csv", BASE.to_owned() + &rows(50, "US"));
    assert_eq!(status(&place, &report("log.csv", &[])).0, Some(1));
    assert_eq!(place.read("hushcount-private.json"), before);
    place.write("hushcount-private.json", "{");
    assert_eq!(status(&place, &report("log.csv", &[])).0, Some(2));
    assert_eq!(place.read("hushcount-private.json"), "{");
}

#[test]
fn a_run_with_quarantine_can_be_run_again() {
    let place = Place::new();
    place.write("log.csv", BASE.to_owned() + "q,notadate,US\n");
    let arguments = report("log.csv", &["--quarantine", "aside.csv"]);
    place.succeed(&arguments);
    place.succeed(&arguments);
    assert_eq!(status(&place, &report("log.csv", &["--quarantine", "hushcount-private.json"])).0, Some(2));
}

#[test]
fn an_output_that_cannot_be_written_costs_nothing() {
    for out in ["nd/.", "..", "log.csv/out", &"x".repeat(250)] {
        let place = Place::new();
        place.write("log.csv", BASE);
        let arguments: Vec<&str> =
            report("log.csv", &[]).into_iter().map(|word| if word == "out" { out } else { word }).collect();
        let (code, stderr) = status(&place, &arguments);
        let ledger = place.read("hushcount-ledger.jsonl");
        assert!(code == Some(0) || ledger.is_empty(), "{out}: {code:?} {stderr}{ledger}");
    }
    let place = Place::new();
    place.write("log.csv", BASE);
    let slash = ["--column", "a/b=country", "--by", "a/b", "--keys", "a/b=US,DE", "--band-size", "10", "--out", "out"];
    place.succeed(&[&["report", "log.csv", "--period", "2026H1"], &slash[..]].concat());
    assert!(place.path("out/by-a-b.csv").exists());
}

#[test]
fn the_parts_of_a_request_add_their_accounts() {
    let place = Place::new();
    place.write("log.csv", "request_id,parent_id,received_on,country,n\np1,c1,2026-01-02,US,7\np2,c1,2026-01-02,US,8\np2,c1,2026-01-02,US,8\n");
    let options = ["--measure", "requests,accounts", "--column", "account_count=n", "--max-per-cell", "100"];
    place.succeed(&report("log.csv", &options));
    let found = bands(&place.read("out/by-country.csv"));
    assert_eq!((found[2].1.as_str(), found[3].1.as_str()), ("0-9", "10-19"));
}

/// The last row of a request stands, also where it moves the request out of the period.
#[test]
fn a_correction_takes_a_request_out_of_the_period() {
    let place = Place::new();
    let stale: String = (0..12).map(|n| format!("r{n},2026-06-30,US\n")).collect();
    place.write("log.csv", format!("request_id,received_on,country\n{stale}{}", stale.replace("06-30", "07-01")));
    place.succeed(&report("log.csv", &[]));
    assert_eq!(bands(&place.read("out/by-country.csv"))[1].1, "0-9");
    let memory = place.json("hushcount-private.json");
    let rows = &memory["runs"][0]["logs"][0]["rows"];
    assert_eq!((&rows["counted"], &rows["duplicate"], &rows["out_of_period"]), (&0.into(), &12.into(), &12.into()));
}

#[test]
fn a_header_of_many_columns_or_lines_takes_no_time() {
    let place = Place::new();
    let many: String = (0..100_000).map(|n| format!(",c{n}")).collect();
    place.write("wide.csv", format!("request_id,received_on,country{many}\n"));
    place.write("open.csv", format!("request_id,received_on,country,\"note\n{}", rows(200_000, "US")));
    let start = std::time::Instant::now();
    place.succeed(&report("wide.csv", &[]));
    assert_eq!(status(&place, &report("open.csv", &["--ledger", "l"])).0, Some(2));
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn a_key_typed_in_place_of_its_file_is_not_printed() {
    let place = Place::new();
    place.write("log.csv", BASE);
    let key = "5f".repeat(32);
    let (code, stderr) = status(&place, &report("log.csv", &["--key", &key]));
    assert_eq!(code, Some(2));
    assert!(!stderr.contains(&key), "{stderr}");
}

#[test]
fn a_column_of_every_table_is_no_dimension() {
    let place = Place::new();
    place.write("log.csv", BASE);
    let arguments = [
        "report",
        "log.csv",
        "--period",
        "2026H1",
        "--column",
        "measure=country",
        "--by",
        "measure",
        "--keys",
        "measure=US,DE",
        "--band-size",
        "10",
        "--out",
        "out",
    ];
    assert_eq!(status(&place, &arguments).0, Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure_of_synth() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hushcount"));
    let output = command.args(["synth", "--rows", "100000"]).stdout(full).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
}
