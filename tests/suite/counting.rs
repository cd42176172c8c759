//! What is counted: exact bands of small logs, worked out by hand.

use std::io::Write as _;

use super::support::{Place, bands, text};

const HEADER: &str = "request_id,received_on,country,account_id\n";

/// The bands of 10 of the exact counts by country, for some logs and options.
fn exact(logs: &[(&str, &[u8])], options: &[&str]) -> Vec<(String, String)> {
    counted(logs, &[&["--noise", "none"], options].concat())
}

/// The same after contribution bounds. They come with noise: at this epsilon one count in a thousand moves at most.
fn bounded(logs: &[(&str, &[u8])], options: &[&str]) -> Vec<(String, String)> {
    counted(logs, &[&["--epsilon", "100"], options].concat())
}

fn counted(logs: &[(&str, &[u8])], options: &[&str]) -> Vec<(String, String)> {
    let place = Place::new();
    let mut arguments = vec!["report"];
    for (name, content) in logs {
        place.write(name, content);
        arguments.push(name);
    }
    arguments.extend(["--period", "2026H1", "--by", "country", "--keys", "country=DE,US"]);
    arguments.extend(["--band-size", "10", "--out", "out"]);
    arguments.extend(options);
    place.succeed(&arguments);
    bands(&place.read("out/by-country.csv"))
}

/// A log with so many requests from each country, one account each.
fn log(us: usize, de: usize) -> String {
    let rows = (0..us)
        .map(|n| format!("u{n},2026-02-01,US,a{n}\n"))
        .chain((0..de).map(|n| format!("d{n},2026-02-01,DE,b{n}\n")));
    HEADER.to_owned() + &rows.collect::<String>()
}

fn expect(found: &[(String, String)], de: &str, us: &str) {
    assert_eq!(found, [("DE/requests".to_owned(), de.to_owned()), ("US/requests".to_owned(), us.to_owned())]);
}

#[test]
fn requests_are_counted_and_empty_cells_are_there() {
    expect(&exact(&[("log.csv", log(23, 0).as_bytes())], &[]), "0-9", "20-29");
}

#[test]
fn the_same_request_in_two_exports_counts_once() {
    expect(&exact(&[("q1.csv", log(15, 12).as_bytes()), ("q2.csv", log(18, 12).as_bytes())], &[]), "10-19", "10-19");
}

#[test]
fn rows_outside_the_period_do_not_count() {
    let mut text = log(9, 0);
    text += "x1,2025-12-31,US,a\nx2,2026-07-01,US,a\ny1,2026-01-01,US,a\ny2,2026-06-30,US,a\n";
    expect(&exact(&[("log.csv", text.as_bytes())], &[]), "0-9", "10-19");
}

#[test]
fn parts_of_a_request_count_once_by_their_parent() {
    let header = "request_id,parent_id,received_on,country\n";
    let parts: String =
        (0..10).flat_map(|n| [format!("p{n},,2026-02-01,US\n"), format!("q{n},p{n},2026-02-01,US\n")]).collect();
    expect(&exact(&[("log.csv", (header.to_owned() + &parts).as_bytes())], &[]), "0-9", "10-19");
}

#[test]
fn a_log_without_ids_counts_rows() {
    let rows = "2026-02-01,US\n".repeat(31);
    expect(&exact(&[("log.csv", format!("received_on,country\n{rows}").as_bytes())], &[]), "0-9", "30-39");
}

/// What the log has no column for is told to whoever makes the release, and to whoever reads it.
#[test]
fn a_release_says_what_its_log_does_not_tell_apart() {
    for (columns, cells, is_told) in [("", "", false), (",request_id,legal_process", ",r1,subpoena", true)] {
        let place = Place::new();
        place.write("log.csv", format!("received_on,country{columns}\n2026-02-01,US{cells}\n"));
        let options = ["log.csv", "--period", "2026H1", "--by", "country", "--band-size", "10", "--out", "out"];
        let told = text(&place.run(&[&["report"], &options[..]].concat()).stderr);
        assert_eq!((told.contains("[log-no-process]"), told.contains("[log-no-ids]")), (!is_told, !is_told), "{told}");
        let (report, page) = (place.json("out/report.json"), place.read("out/report.md"));
        assert_eq!(report["log"]["request_ids"], is_told);
        assert_eq!(report["log"]["legal_process"], is_told);
        assert_eq!(page.contains("every row was counted as a request of its own"), !is_told);
        assert_eq!(page.contains("The log does not say what is national-security process"), !is_told);
        assert_eq!(page.contains("as far as the log says what is, is in no table"), is_told);
        let checked = place.succeed(&[&["check"], &options[..]].concat());
        assert_eq!(checked.contains("National-security process counts like any other"), !is_told, "{checked}");
    }
}

/// A release that says so of its log is another one than that of a log which tells, with whatever counts.
#[test]
fn a_log_that_tells_more_is_no_second_form_of_a_release() {
    let place = Place::new();
    place.write("less.csv", "request_id,received_on,country\nr1,2026-02-01,US\n");
    place.write("more.csv", "request_id,received_on,country,legal_process\nr1,2026-02-01,US,subpoena\n");
    let report = |log: &'static str, more: &[&str]| {
        let options = ["report", log, "--period", "2026H1", "--by", "country", "--band-size", "10", "--out"];
        place.run(&[&options[..], &[&format!("out-{log}")], more].concat())
    };
    assert_eq!(report("less.csv", &[]).status.code(), Some(0));
    let again = report("more.csv", &[]);
    assert!(
        again.status.code() == Some(1) && text(&again.stderr).contains("[release-sealed]"),
        "{}",
        text(&again.stderr)
    );
    let corrected = report("more.csv", &["--restate", "2026H1", "--reason", "the process is known now"]);
    assert_eq!(corrected.status.code(), Some(0), "{}", text(&corrected.stderr));
}

/// Every row is a request of its own on the publisher's word: nothing is said of missing ids, and the release says whose word.
#[test]
fn a_log_that_is_declared_free_of_duplicates_counts_rows() {
    let place = Place::new();
    place.write("log.csv", format!("{HEADER}{}", "r1,2026-02-01,US,a\n".repeat(31)));
    place.write("policy.toml", "[release]\nperiod = \"2026H1\"\n[bands]\nsize = 10\n[privacy]\nnoise = \"none\"\n[log]\nduplicates = \"none\"\n[keys.country]\nvalues = [\"DE\", \"US\"]\n[[table]]\nby = [\"country\"]\n");
    let made = |out: &str, options: &[&str]| {
        let all = ["report", "log.csv", "--policy", "policy.toml", "--release", out, "--ledger", out, "--out"];
        let output = place.run(&[&all[..], &[&format!("out-{out}")], options].concat());
        assert!(output.status.success() && !text(&output.stderr).contains("log-no-ids"), "{}", text(&output.stderr));
        place.succeed(&["verify", &format!("out-{out}")]);
        let report: serde_json::Value = place.read(&format!("out-{out}/report.json")).parse().expect("JSON");
        let is_declared = place.read(&format!("out-{out}/report.md")).contains("every row of the log is a request");
        assert_eq!(report["log"]["declared_free_of_duplicates"], is_declared);
        (bands(&place.read(&format!("out-{out}/by-country.csv")))[1].1.clone(), is_declared)
    };
    assert_eq!(made("none", &[]), ("30-39".to_owned(), true));
    assert_eq!(made("drop", &["--duplicates", "drop"]), ("0-9".to_owned(), false));
}

#[test]
fn a_log_of_counts_is_summed() {
    let text = "Ending,country,Number\n2026-06-30,US,\"1,204\"\n2026-06-30,DE,17\n2025-12-31,DE,900\n2026-06-30,DE,5\n";
    let options = ["--column", "received_on=Ending", "--column", "count=Number"];
    expect(&exact(&[("log.csv", text.as_bytes())], &options), "20-29", "1200-1209");
}

#[test]
fn accounts_are_counted_once_in_a_cell() {
    let mut text = HEADER.to_owned();
    for n in 0..40 {
        text += &format!("r{n},2026-02-01,US,a{}\n", n % 12);
    }
    let found = exact(&[("log.csv", text.as_bytes())], &["--measure", "accounts"]);
    assert_eq!(found[1].1, "10-19");
}

#[test]
fn a_unit_counts_no_more_than_its_bounds() {
    let mut text = HEADER.to_owned();
    for n in 0..400 {
        text += &format!("r{n},2026-02-01,US,a{}\n", n % 10);
    }
    let by_account = ["--privacy-unit", "account", "--measure", "requests", "--max-per-cell", "2"];
    assert_eq!(bounded(&[("log.csv", text.as_bytes())], &by_account)[1].1, "20-29");
    let more = ["--privacy-unit", "account", "--measure", "requests", "--max-per-cell", "7"];
    assert_eq!(bounded(&[("log.csv", text.as_bytes())], &more)[1].1, "70-79");
}

#[test]
fn a_unit_in_two_cells_counts_in_one_unless_allowed_two() {
    let mut text = HEADER.to_owned();
    for n in 0..30 {
        text += &format!("r{n},2026-02-01,US,a{n}\ns{n},2026-02-01,DE,a{n}\n");
    }
    let unit = ["--privacy-unit", "account", "--measure", "accounts", "--total"];
    let one = bounded(&[("log.csv", text.as_bytes())], &unit);
    assert_eq!(one[2], ("total/accounts".to_owned(), "30-39".to_owned()));
    assert!(one[0].1 != "30-39" && one[1].1 != "30-39", "the choice of cell is even-handed: {one:?}");
    let two = bounded(&[("log.csv", text.as_bytes())], &[&unit[..], &["--max-cells", "2"]].concat());
    assert_eq!(two[2].1, "60-69");
}

#[test]
fn without_noise_nothing_is_bounded() {
    let mut text = HEADER.to_owned();
    for n in 0..400 {
        text += &format!("r{n},2026-02-01,US,a{}\n", n % 10);
    }
    let by_account = ["--privacy-unit", "account", "--measure", "requests", "--max-per-cell", "2"];
    assert_eq!(exact(&[("log.csv", text.as_bytes())], &by_account)[1].1, "400-409");
}

/// What the bounds left out is told in the private file, and nowhere else.
#[test]
fn what_is_beyond_the_bounds_is_told_to_the_owner_only() {
    let place = Place::new();
    let rows: String = (0..400).map(|n| format!("r{n},2026-02-01,US,a{}\n", n % 10)).collect();
    place.write("log.csv", HEADER.to_owned() + &rows);
    place.succeed(&[
        "report",
        "log.csv",
        "--period",
        "2026H1",
        "--privacy-unit",
        "account",
        "--max-per-cell",
        "2",
        "--band-size",
        "1000",
        "--out",
        "out",
    ]);
    let memory = place.json("hushcount-private.json");
    let requests = &memory["runs"][0]["bounds"]["all"]["requests"];
    assert_eq!(
        (&requests["in_cells"], &requests["counted"], &requests["beyond_bounds"]),
        (&400.into(), &20.into(), &380.into())
    );
}

#[test]
fn an_unlisted_value_is_an_error_or_goes_to_other_and_secrets_never_do() {
    let place = Place::new();
    place.write("log.csv", "received_on,legal_process\n2026-02-01,carrier pigeon\n2026-02-01,NSL\n");
    let policy = "[release]\nperiod = \"2026H1\"\n[bands]\nsize = 10\n[keys.legal_process]\nvalues = [\"civil\"]\nunknown = \"other\"\n[[table]]\nby = [\"legal_process\"]\n";
    place.write("policy.toml", policy);
    let output = place.run(&["report", "log.csv", "--policy", "policy.toml", "--out", "out"]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr.contains("row 3, column `legal_process`") && !stderr.contains("row 2"), "{stderr}");
}

#[test]
fn every_way_of_writing_the_same_log_gives_the_same_counts() {
    let plain = log(23, 4);
    let semicolons = plain.replace(',', ";");
    let tabs = plain.replace(',', "\t");
    let crlf = plain.replace('\n', "\r\n");
    let quoted = plain.replace("US", "\"US\"");
    let marked = format!("\u{feff}{plain}");
    let day_first = plain.replace("2026-02-01", "01/02/2026").replace("u0,01/02", "u0,28/02");
    let stamped = plain.replace("2026-02-01", "2026-02-01T10:00:00Z");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(plain.as_bytes()).expect("memory");
    let zstandard = zstd::encode_all(plain.as_bytes(), 1).expect("memory");
    let ways: Vec<Vec<u8>> = [plain, semicolons, tabs, crlf, quoted, marked, day_first, stamped]
        .into_iter()
        .map(String::into_bytes)
        .collect();
    for bytes in ways.into_iter().chain([gzip.finish().expect("memory"), zstandard]) {
        expect(&exact(&[("log.csv", &bytes)], &[]), "0-9", "20-29");
    }
}

#[test]
fn every_row_is_accounted_for() {
    let place = Place::new();
    let mut rows = log(5, 0);
    rows += "u0,2026-02-01,US,a0\nx,2025-01-01,US,a\nleft,2026-02-01,ZZ,a\nbad,2026-99-01,US,a\n";
    place.write("log.csv", rows);
    place.succeed(&[
        "report",
        "log.csv",
        "--period",
        "2026H1",
        "--by",
        "country",
        "--keys",
        "country=US",
        "--leave-out",
        "country=ZZ",
        "--band-size",
        "250",
        "--quarantine",
        "aside.csv",
        "--out",
        "out",
    ]);
    let memory = place.json("hushcount-private.json");
    let rows = &memory["runs"][0]["logs"][0]["rows"];
    let of = |name: &str| rows[name].as_u64().expect("a number");
    let parts = ["counted", "duplicate", "out_of_period", "left_out", "rejected"].map(of);
    assert_eq!(parts, [5, 1, 1, 1, 1]);
    assert_eq!(of("read"), parts.iter().sum::<u64>());
}

/// Row order, column order and the split into files change nothing.
#[test]
fn order_carries_nothing() {
    let text = log(23, 4);
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.reverse();
    let reversed = HEADER.to_owned() + &lines.join("\n");
    let swapped: String = text
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').rev().collect();
            cells.join(",") + "\n"
        })
        .collect();
    let halves = (HEADER.to_owned() + &lines[..9].join("\n"), HEADER.to_owned() + &lines[9..].join("\n"));
    let base = ["--privacy-unit", "account", "--measure", "requests,accounts"];
    let wanted = exact(&[("log.csv", text.as_bytes())], &base);
    assert_eq!(exact(&[("log.csv", reversed.as_bytes())], &base), wanted);
    assert_eq!(exact(&[("log.csv", swapped.as_bytes())], &base), wanted);
    assert_eq!(exact(&[("a.csv", halves.0.as_bytes()), ("b.csv", halves.1.as_bytes())], &base), wanted);
}

#[test]
fn a_column_that_is_gone_or_renamed_is_pointed_out() {
    let place = Place::new();
    place.write("h1.csv", "received_on,Agency\n2026-02-01,x\n");
    place.write("h2.csv", "received_on,Authority\n2026-08-01,x\n");
    let report =
        |log: &str, period: &str| place.run(&["report", log, "--period", period, "--band-size", "10", "--out", period]);
    assert!(!text(&report("h1.csv", "2026H1").stderr).contains("log-drift"));
    let warned = text(&report("h2.csv", "2026H2").stderr);
    assert!(warned.contains("warning[log-drift]: the logs of `2026H1` had a column `Agency`"), "{warned}");
    assert!(warned.contains("renamed? new in this run: `Authority`"), "{warned}");
}

#[test]
fn a_country_by_its_name_is_not_another_country() {
    let place = Place::new();
    let policy = "[release]\nperiod = \"2026H1\"\n[bands]\nsize = 10\n[keys.country]\nvalues = [\"DE\"]\nunknown = \"other\"\n[[table]]\nby = [\"country\"]\n";
    place.write("policy.toml", policy);
    for (country, code) in [("FR", 0), ("France", 0), ("DE", 0), ("Germany", 2), ("DEU", 2), ("germany", 2)] {
        place.write("log.csv", format!("received_on,country\n2026-02-01,{country}\n"));
        let out = format!("out-{country}");
        let output = place.run(&["report", "log.csv", "--policy", "policy.toml", "--release", country, "--out", &out]);
        assert_eq!(output.status.code(), Some(code), "{country}: {}", text(&output.stderr));
    }
}

#[test]
fn a_log_with_dates_written_in_two_ways_is_refused() {
    let place = Place::new();
    place.write("log.csv", "received_on\n13/02/2026\n2026-02-14\n15/02/2026\n");
    let output = place.run(&["report", "log.csv", "--period", "2026H1", "--band-size", "10", "--out", "out"]);
    assert!(text(&output.stderr).starts_with("error[log-date-format]"), "{}", text(&output.stderr));
}

#[test]
fn a_log_of_which_most_rows_are_bad_is_not_reported() {
    let place = Place::new();
    place.write("log.csv", "received_on\n2026-02-14\nx\ny\n");
    let output = place.run(&[
        "report",
        "log.csv",
        "--period",
        "2026H1",
        "--band-size",
        "10",
        "--out",
        "out",
        "--quarantine",
        "q.csv",
    ]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_log_of_one_column_needs_no_delimiter() {
    let place = Place::new();
    place.write("log.csv", "received_on\n2026-02-01\n2026-02-02\n");
    place.succeed(&["report", "log.csv", "--period", "2026H1", "--noise", "none", "--band-size", "10", "--out", "out"]);
    assert_eq!(bands(&place.read("out/all.csv")), [("requests".to_owned(), "0-9".to_owned())]);
}

/// A Parquet log with text, days, times with and without a zone, small whole numbers and a category.
fn parquet(day: &polars::prelude::DataType, id: &polars::prelude::DataType) -> Vec<u8> {
    use polars::prelude::{Column, DataFrame, DataType, NamedFrom as _, Series, TimeUnit};
    let days: Vec<i32> = (0..40).map(|n| 20_454 + n).collect();
    let text = |values: Vec<&str>| Series::new("country".into(), values);
    let days = Series::new("received_on".into(), days).cast(&DataType::Date).expect("days");
    let days = match day {
        DataType::Datetime(TimeUnit::Microseconds, _) => {
            days.cast(&DataType::Datetime(TimeUnit::Microseconds, None)).and_then(|times| times.cast(day))
        }
        _ => days.cast(day),
    };
    let ids: Vec<i64> = (0..40).collect();
    let columns: Vec<Column> = vec![
        Series::new("request_id".into(), ids).cast(id).expect("ids").into(),
        days.expect("days").into(),
        text((0..40).map(|n| if n % 4 == 0 { "DE" } else { "US" }).collect()).into(),
    ];
    let mut frame = DataFrame::new(40, columns).expect("a frame");
    let mut bytes = Vec::new();
    polars_io::parquet::write::ParquetWriter::new(&mut bytes).finish(&mut frame).expect("memory");
    bytes
}

#[test]
fn a_parquet_log_counts_like_any_other() {
    use polars::prelude::{DataType, TimeUnit, TimeZone};
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let local = DataType::Datetime(TimeUnit::Microseconds, None);
    for day in [DataType::Date, DataType::String, local, utc] {
        for id in [DataType::String, DataType::Int64, DataType::UInt8, DataType::Int16] {
            expect(&exact(&[("log.parquet", &parquet(&day, &id))], &[]), "10-19", "30-39");
        }
    }
}

#[test]
fn a_parquet_type_without_a_plain_spelling_is_refused_with_its_file() {
    use polars::prelude::DataType;
    let place = Place::new();
    place.write("log.parquet", parquet(&DataType::Date, &DataType::Float64));
    let output = place.run(&["report", "log.parquet", "--period", "2026H1", "--band-size", "10", "--out", "out"]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr.starts_with("error[log-parquet]") && stderr.contains("--> log.parquet"), "{stderr}");
}

/// A request whose parts use the ids of others takes nothing of them away: it is one unit, and changes one cell.
#[test]
fn parts_under_the_ids_of_other_requests_do_not_displace_them() {
    let release = |more: &str| {
        let place = Place::new();
        let rows: String = (0..1000).map(|n| format!("r{n},,2026-02-01,DE\n")).collect();
        place.write("log.csv", format!("request_id,parent_id,received_on,country\n{rows}{more}"));
        place.succeed(&[
            "report",
            "log.csv",
            "--period",
            "2026H1",
            "--by",
            "country",
            "--keys",
            "country=DE,US",
            "--band-size",
            "1",
            "--epsilon",
            "100",
            "--out",
            "out",
        ]);
        bands(&place.read("out/by-country.csv"))
    };
    let parts: String = (0..500).map(|n| format!("r{n},x,2026-02-01,US\n")).collect();
    let count = |found: &[(String, String)], place: usize| -> i64 {
        found[place].1.split('-').next().expect("a low end").parse().expect("a number")
    };
    let (without, with) = (release(""), release(&parts));
    assert!((count(&without, 0) - count(&with, 0)).abs() <= 3, "{without:?} {with:?}");
    assert!((count(&with, 1) - 1).abs() <= 3);
}
