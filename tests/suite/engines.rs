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
const NUMBERS: [(&str, &str, u32, u32); 26] = [
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
    ("*", "reads", 0, 1),
    ("*", "reads", 1, 0),
    ("*", "reads", 2, 1),
    ("*", "reads", 3, 0),
    ("*", "reads", 4, 0),
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
        (double, "row 28, column `cell`"),
        (numbers()[1..].to_vec(), "1 numbers of the counts are missing, first in table `*`"),
        (Vec::new(), "26 numbers of the counts are missing"),
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
        (5, "the query of `hushcount sql --rejected` lists them; the keys of `country` are DE, FR, US"),
        (10, "3 request(s) stand in several rows that disagree"),
    ] {
        let mut numbers = numbers();
        "3".clone_into(&mut numbers[row][3]);
        write(&place, &mark, &numbers);
        let (status, told) = from_counts(&place, "report", &[]);
        assert!(status == Some(2) && told.contains("[log-row]") && told.contains(wanted), "{wanted}: {told}");
    }
}

/// Of the last number, what is left where it was cut off is a number too.
#[test]
fn a_result_that_was_cut_off_anywhere_is_refused() {
    let place = Place::new();
    write(&place, &mark(&query(&place, &[])), &numbers());
    let whole = place.read("counts.csv");
    for cut in (1..whole.len()).rev().step_by(7).chain([whole.len() - 1, whole.len() - 2]) {
        place.write("counts.csv", &whole[..cut]);
        let (status, told) = from_counts(&place, "check", &[]);
        assert!(status != Some(0) && told.contains("[counts-"), "{cut}: {told}");
    }
}

#[test]
fn parts_of_a_result_are_put_together() {
    let place = Place::new();
    let mark = mark(&query(&place, &[]));
    write(&place, &mark, &numbers());
    let whole = place.read("counts.csv");
    let (header, rows) = whole.split_once('\n').expect("a header");
    let half = rows.match_indices('\n').nth(11).expect("a row").0 + 1;
    only_for_owner(
        &place.write("counts.csv", format!("{header}\n{}{header}\n{}", &rows[..half], &rows[half..])),
        0o600,
    );
    assert_eq!(from_counts(&place, "check", &[]).0, Some(0));
    std::fs::remove_file(place.path("counts.csv")).expect("a file");
    std::fs::create_dir(place.path("counts.csv")).expect("a directory");
    for (name, content) in [
        ("_SUCCESS", String::new()),
        (".part-0.crc", "x".to_owned()),
        ("part-0", format!("{header}\n{}", &rows[..half])),
        ("part-1", format!("{header}\n{}", &rows[half..])),
    ] {
        only_for_owner(&place.write(&format!("counts.csv/{name}"), content), 0o600);
    }
    let (status, told) = from_counts(&place, "check", &[]);
    assert_eq!(status, Some(0), "{told}");
}

/// In each, one number is changed so that no log has these.
#[test]
fn impossible_counts_are_refused() {
    let place = Place::new();
    let mark = mark(&query(&place, &[]));
    for (row, to) in [(6, "0"), (12, "2"), (14, "4"), (15, "4"), (16, "3"), (16, "7"), (19, "3"), (20, "1")] {
        let mut numbers = numbers();
        to.clone_into(&mut numbers[row][3]);
        write(&place, &mark, &numbers);
        let (status, told) = from_counts(&place, "report", &[]);
        assert!(status == Some(2) && told.contains("[counts-invalid]"), "{row} {to}: {told}");
    }
    let nothing: Vec<[String; 4]> =
        numbers().into_iter().map(|[table, measure, cell, _]| [table, measure, cell, "0".to_owned()]).collect();
    write(&place, &mark, &nothing);
    assert!(from_counts(&place, "report", &[]).1.contains("the query found no row at all"));
}

/// A query that did not read the column cannot tell secret rows apart: that is said, and printed.
#[test]
fn a_release_says_whether_the_query_read_legal_processes() {
    let place = Place::new();
    let mut numbers = self::numbers();
    "1".clone_into(&mut numbers[9][3]);
    write(&place, &mark(&query(&place, &[])), &numbers);
    assert!(from_counts(&place, "report", &[]).1.contains("no column that was read"));
    for (reads, warned, wanted) in [("0", true, "does not say what is"), ("1", false, "is in no table")] {
        let place = Place::new();
        let mut numbers = self::numbers();
        reads.clone_into(&mut numbers[24][3]);
        write(&place, &mark(&query(&place, &[])), &numbers);
        let (status, told) = from_counts(&place, "report", &[]);
        assert!(status == Some(0) && told.contains("warning[log-no-process]") == warned, "{told}");
        assert!(place.read("out/report.md").contains(wanted), "{wanted}");
    }
}

#[test]
fn a_query_of_other_columns_is_another_query() {
    let place = Place::new();
    let query = |options: &[&str]| query(&place, options);
    let mapped = query(&["--column", "received_on=Date In"]);
    assert_ne!(mark(&mapped), mark(&query(&[])));
    assert_ne!(mark(&mapped), mark(&query(&["--column", "received_on=Closed"])));
    assert_ne!(mark(&query(&["--duplicates", "none"])), mark(&query(&[])));
    let reads = |query: &str, cell: u8, value: u8| {
        query.contains(&format!("'reads' AS measure, {cell} AS cell, {value} AS how_many"))
    };
    let without = query(&["--columns", "received_on,country,account_id"]);
    assert!(reads(&without, 0, 0) && reads(&without, 2, 1) && reads(&without, 3, 0));
    assert!(reads(&query(&[]), 0, 1) && reads(&query(&[]), 3, 1));
}

/// The salt of one release is none of another, so that an old query that was left lying about tells nothing of it.
#[test]
fn each_release_has_a_salt_of_its_own() {
    let place = Place::new();
    let salt = |release: &str| {
        let query = query(&place, &["--release", release]);
        let at = query.find("sha256('").expect("a salt") + "sha256('".len();
        query[at..at + 64].to_owned()
    };
    assert_ne!(salt("one"), salt("two"));
    assert_eq!(salt("one"), salt("one"));
}

#[test]
fn a_query_goes_into_a_file_of_its_owner_and_says_what_it_reads() {
    let place = Place::new();
    let sql = |options: &[&str]| place.run(&[&["sql", "--dialect", "duckdb"], &OPTIONS[..], options].concat());
    let into_file = sql(&["--query", "query.sql"]);
    let told = text(&into_file.stderr);
    assert!(
        into_file.stdout.is_empty() && told.contains("note[query-columns]") && told.contains("parent_id"),
        "{told}"
    );
    assert_eq!(place.read("query.sql"), text(&sql(&[]).stdout));
    assert_eq!(text(&sql(&["--query", "-"]).stdout), place.read("query.sql"));
    assert_eq!(sql(&["--query", "query.sql"]).status.code(), Some(0));
    for (name, content) in [("hushcount-ledger.jsonl", "a ledger"), ("log.csv", LOG)] {
        place.write(name, content);
        let output = sql(&["--query", name]);
        assert!(output.status.code() == Some(2) && text(&output.stderr).contains("[file-exists]"), "{name}");
        assert_eq!(place.read(name), content);
        std::fs::remove_file(place.path(name)).expect("a file");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(place.path("query.sql")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(sql(&["--columns", "request_id,received_on,country,account_id,legal_process"]).stderr.is_empty());
    let without = text(&sql(&["--columns", "request_id,received_on,country,account_id"]).stderr);
    assert!(without.contains("warning[log-no-process]"), "{without}");
    for (wrong, said) in [
        (["--out", "query.sql"], "--query FILE"),
        (["--order-by", "exported_at DESC"], "is no column"),
        (["--order-by", ""], "--order-by"),
        (["--table", ""], "--table"),
    ] {
        let output = sql(&wrong);
        assert!(output.status.code() == Some(2) && text(&output.stderr).contains(said), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
    }
}

/// Each finds where rows are wrong, and none holds the salt.
#[test]
fn the_query_for_rejected_rows_names_columns_and_what_was_expected() {
    let place = Place::new();
    for dialect in ["duckdb", "postgres", "spark", "bigquery", "snowflake", "trino"] {
        let options =
            [&["sql", "--dialect", dialect, "--rejected", "--column", "received_on=Date In"], &OPTIONS[..]].concat();
        let query = place.succeed(&options);
        assert!(
            query.contains("CONFIDENTIAL") && query.contains("'Date In'") && query.contains("one last row"),
            "{dialect}"
        );
        assert!(!query.to_lowercase().contains("sha2") && !query.contains("made_for"), "{dialect}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_query_that_cannot_be_written_whole_is_a_failure() {
    let place = Place::new();
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a device that is full");
    let arguments = [&["sql", "--dialect", "duckdb"], &OPTIONS[..]].concat();
    let output = place.command(&arguments).stdout(full).output().expect("a program");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("[output-unwritable]"));
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
        let file = std::fs::File::open(place.path("counts.csv")).expect("a file");
        let arguments = [&["check", "--counts", "-"], &OPTIONS[..]].concat();
        let output = place.command(&arguments).stdin(file).output().expect("a program");
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
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
