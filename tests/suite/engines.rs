//! Counts that another engine made: what is taken, what is refused, and that nothing of the file is told.
//!
//! That engines count the same is tried in `tests/engines`; here their result is written by hand.

use super::support::{Place, text};

const LOG: &str = "request_id,received_on,country,account_id\nr1,2026-01-05,DE,a1\nr2,2026-02-05,DE,a1\nr3,2026-03-05,US,a2\nr3,2026-03-05,US,a2\nr4,2025-03-05,US,a2\n";

const OPTIONS: [&str; 14] = [
    "--period",
    "2026H1",
    "--by",
    "country",
    "--keys",
    "country=DE,FR,US",
    "--measure",
    "requests,accounts",
    "--band-size",
    "20",
    "--privacy-unit",
    "account",
    "--max-per-cell",
    "2",
];

/// The numbers of that log, as the query would give them: table, measure, cell, count.
const NUMBERS: [(&str, &str, u32, u32); 21] = [
    ("*", "duplicates", 0, 1),
    ("*", "rejected", 0, 0),
    ("*", "rejected", 1, 0),
    ("*", "rejected", 2, 0),
    ("*", "rejected", 3, 0),
    ("*", "rejected", 4, 0),
    ("*", "rows", 0, 3),
    ("*", "rows", 1, 1),
    ("*", "rows", 2, 0),
    ("*", "rows", 3, 0),
    ("*", "unordered", 0, 0),
    ("by-country", "accounts", 0, 1),
    ("by-country", "accounts", 1, 0),
    ("by-country", "accounts", 2, 1),
    ("by-country", "others_kept", 0, 3),
    ("by-country", "others_seen", 0, 3),
    ("by-country", "requests", 0, 2),
    ("by-country", "requests", 1, 0),
    ("by-country", "requests", 2, 1),
    ("by-country", "units_kept", 0, 2),
    ("by-country", "units_seen", 0, 2),
];

fn numbers() -> Vec<[String; 4]> {
    NUMBERS
        .into_iter()
        .map(|(table, measure, cell, count)| [table.into(), measure.into(), cell.to_string(), count.to_string()])
        .collect()
}

fn query(place: &Place, options: &[&str]) -> String {
    place.succeed(&[&["sql", "--dialect", "duckdb"], &OPTIONS[..], options].concat())
}

/// What marks a result as one of a query.
fn mark(query: &str) -> String {
    let before = query.split(" AS made_for").next().expect("a query");
    before.rsplit('\'').nth(1).expect("a literal").to_owned()
}

fn write(place: &Place, mark: &str, numbers: &[[String; 4]]) {
    let rows: String = numbers.iter().map(|row| format!("{mark},{}\n", row.join(","))).collect();
    let path = place.write("counts.csv", format!("made_for,table_name,measure,cell,how_many\n{rows}"));
    only_for_owner(&path, 0o600);
}

fn only_for_owner(path: &std::path::Path, mode: u32) {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("a mode");
    #[cfg(not(unix))]
    let _ = (path, mode);
}

/// A report or check from the counts: exit status and what was printed.
fn from_counts(place: &Place, command: &str, options: &[&str]) -> (Option<i32>, String) {
    let output = place.run(&[&[command, "--counts", "counts.csv", "--out", "out"], &OPTIONS[..], options].concat());
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn counts_of_a_query_are_the_same_release_as_the_log() {
    let place = Place::new();
    place.write("log.csv", LOG);
    place.succeed(&[&["report", "log.csv", "--out", "out"], &OPTIONS[..]].concat());
    let of_log = place.json("hushcount-private.json");
    write(&place, &mark(&query(&place, &[])), &numbers());
    let (status, told) = from_counts(&place, "report", &[]);
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("nothing new was charged") && told.contains("unchanged"), "{told}");
    let of_counts = place.json("hushcount-private.json");
    for part in ["/runs/0/logs/0/rows", "/runs/0/bounds"] {
        assert_eq!(of_log.pointer(part), of_counts.pointer(part), "{part}");
    }
    assert_eq!(from_counts(&place, "check", &[]).0, Some(0));
    assert_eq!(
        place.run(&[&["check", "log.csv", "--counts", "counts.csv"], &OPTIONS[..]].concat()).status.code(),
        Some(2)
    );
}

#[test]
fn counts_of_another_policy_period_or_key_are_refused() {
    let place = Place::new();
    let mark = mark(&query(&place, &[]));
    write(&place, &mark, &numbers());
    for options in [["--max-cells", "2"], ["--release", "again"], ["--leave-out", "country=FR"]] {
        let (status, told) = from_counts(&place, "report", &options);
        assert!(
            status == Some(1) && told.contains("[counts-foreign]: the counts were made for another policy"),
            "{told}"
        );
    }
    let arguments = [&["report", "--counts", "counts.csv", "--out", "out"], &OPTIONS[..]].concat();
    let output = place.run_with_key(&arguments, &"7".repeat(64));
    let told = text(&output.stderr);
    assert!(
        output.status.code() == Some(1) && told.contains("[counts-foreign]: the counts were made for another key"),
        "{told}"
    );
    assert!(!place.path("hushcount-ledger.jsonl").exists() || place.read("hushcount-ledger.jsonl").lines().count() < 2);
}

/// By place: a cell of the file is a count, or stands where one should.
#[test]
fn what_is_not_the_whole_result_is_refused_by_place() {
    let place = Place::new();
    let mark = mark(&query(&place, &[]));
    let change = |row: usize, column: usize, to: &str| {
        let mut changed = numbers();
        to.clone_into(&mut changed[row][column]);
        changed
    };
    let mut double = numbers();
    double.push(double[16].clone());
    let all = [
        (change(16, 3, "98765x"), "row 18, column `how_many`"),
        (change(16, 3, "-98765"), "row 18, column `how_many`"),
        (change(16, 3, ""), "row 18, column `how_many`"),
        (change(16, 2, "98765"), "row 18, column `cell`"),
        (change(16, 1, "s98765"), "row 18, column `measure`"),
        (change(16, 0, "t98765"), "row 18, column `table_name`"),
        (double, "row 23, column `cell`"),
        (numbers()[..20].to_vec(), "1 numbers of the counts are missing, first in table `by-country`"),
        (Vec::new(), "21 numbers of the counts are missing"),
    ];
    for (numbers, wanted) in all {
        write(&place, &mark, &numbers);
        let (status, told) = from_counts(&place, "report", &[]);
        assert!(status == Some(2) && told.contains("[counts-invalid]") && told.contains(wanted), "{wanted}: {told}");
        assert!(!told.contains("98765"), "{told}");
    }
    for content in ["", "98765,1,2,3,4\n", "made_for,table_name,measure,cell,how_many\n98765\n", "PAR1 98765"] {
        only_for_owner(&place.write("counts.csv", content), 0o600);
        let (status, told) = from_counts(&place, "report", &[]);
        assert!(status == Some(2) && told.contains("[counts-invalid]") && !told.contains("98765"), "{told}");
    }
}

#[test]
fn rows_that_the_query_could_not_count_stop_the_run() {
    let place = Place::new();
    let mark = mark(&query(&place, &[]));
    for (row, wanted) in [
        (1, "column `received_on`: expected a date written YYYY-MM-DD"),
        (2, "column `request_id`: expected a value; the cell is empty"),
        (4, "column `country`: expected a value of the column's key set; this is one in another spelling"),
        (5, "column `country`: expected a value of the column's key set\n"),
        (10, "3 request(s) stand in several rows that disagree"),
    ] {
        let mut numbers = numbers();
        "3".clone_into(&mut numbers[row][3]);
        write(&place, &mark, &numbers);
        let (status, told) = from_counts(&place, "report", &[]);
        assert!(status == Some(2) && told.contains("[log-row]") && told.contains(wanted), "{wanted}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn counts_that_others_can_read_are_refused() {
    let place = Place::new();
    write(&place, &mark(&query(&place, &[])), &numbers());
    for mode in [0o640, 0o604, 0o644] {
        only_for_owner(&place.path("counts.csv"), mode);
        let (status, told) = from_counts(&place, "report", &[]);
        assert!(status == Some(1) && told.contains("refused[counts-readable]"), "{told}");
    }
}

#[test]
fn a_query_holds_the_salt_and_never_the_key() {
    let place = Place::new();
    for dialect in ["duckdb", "postgres", "spark", "bigquery", "snowflake", "trino"] {
        let query = place.succeed(&[&["sql", "--dialect", dialect], &OPTIONS[..]].concat());
        assert!(query.contains("CONFIDENTIAL") && !query.to_lowercase().contains(super::support::KEY), "{dialect}");
        assert!(query.contains("\nSELECT '") && query.ends_with("ORDER BY table_name, measure, cell\n"), "{dialect}");
    }
    assert_ne!(mark(&query(&place, &[])), mark(&query(&place, &["--max-cells", "3"])));
}

#[test]
fn what_a_query_cannot_count_is_refused() {
    let place = Place::new();
    place.write(
        "regime.toml",
        "[release]\nperiod = \"2026H1\"\npublish_on = 2027-01-15\n[[table]]\nregime = \"us-1874-a2\"\n",
    );
    let by = |column: &'static str| ["--period", "2026H1", "--band-size", "20", "--by", column];
    for options in [
        [&by("country")[..], &["--keys", "country=private"]].concat(),
        [&by("country")[..], &["--column", "count=Number"]].concat(),
        [&by("country")[..], &["--date-format", "DD/MM/YYYY"]].concat(),
        vec!["--policy", "regime.toml"],
    ] {
        let output = place.run(&[&["sql", "--dialect", "spark"], &options[..]].concat());
        let told = text(&output.stderr);
        assert!(output.status.code() == Some(1) && told.contains("[query-unable]") && told.contains("help"), "{told}");
        assert!(output.stdout.is_empty());
    }
    let lacks = place.run(&[&["sql", "--dialect", "spark", "--columns", "request_id,Country"], &OPTIONS[..]].concat());
    let told = text(&lacks.stderr);
    assert!(told.contains("[log-header]") && told.contains("`country`, which is there in another spelling"), "{told}");
}
