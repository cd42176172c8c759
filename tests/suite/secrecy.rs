//! Secrecy orders: how many demands came with one, how many have no end, and how long they last.

use super::support::{Place, bands, text};

const HEADER: &str = "request_id,received_on,nondisclosure,nondisclosure_until,nondisclosure_lifted_on,notified_on\n";

fn exact(rows: &str, options: &[&str]) -> Vec<(String, String)> {
    let place = Place::new();
    place.write("log.csv", format!("{HEADER}{rows}"));
    let fixed = ["report", "log.csv", "--period", "2026H1", "--noise", "none", "--out", "out"];
    place.succeed(&[&fixed[..], options].concat());
    let name = format!("out/by-{}.csv", options[1]);
    bands(&place.read(&name))
}

fn band<'a>(found: &'a [(String, String)], key: &str) -> &'a str {
    &found.iter().find(|(keys, _)| *keys == format!("{key}/requests")).expect("a row").1
}

/// The numbers of Microsoft's complaint against the Justice Department (W.D. Wash., filed 14 April 2016): 5,624 demands,
/// 2,576 of them with secrecy orders, 1,752 of these without an end.
#[test]
fn the_numbers_of_a_real_complaint() {
    let rows: String = (0..5624)
        .map(|n| match n {
            0..1752 => format!("r{n},2026-02-01,yes,,,\n"),
            1752..2576 => format!("r{n},2026-02-01,yes,2026-08-01,,\n"),
            _ => format!("r{n},2026-02-01,no,,,2026-02-09\n"),
        })
        .collect();
    let orders = exact(&rows, &["--by", "secrecy_order", "--total", "--band-size", "50"]);
    assert_eq!((band(&orders, "total"), band(&orders, "yes")), ("5600-5649", "2550-2599"));
    let ends = exact(&rows, &["--by", "secrecy_end", "--band-size", "50"]);
    assert_eq!((band(&ends, "no_end_date"), band(&ends, "ends_later")), ("1750-1799", "800-849"));
    let told = exact(&rows, &["--by", "customer_told", "--band-size", "50"]);
    assert_eq!((band(&told, "yes"), band(&told, "no")), ("3000-3049", "2550-2599"));
}

/// One row for each kind, so many times that its band says which it is.
#[test]
fn ends_and_lengths_are_what_the_dates_say() {
    let kinds = [
        ("no,,", 1, "no_order", "no_order"),
        ("Y,,", 2, "no_end_date", "no_end_date"),
        ("1,2026-05-02,", 3, "ended", "up_to_90_days"),
        ("true,2026-05-03,", 4, "ended", "up_to_1_year"),
        ("yes,2026-06-30,", 5, "ended", "up_to_1_year"),
        ("yes,2026-07-01,", 6, "ends_later", "up_to_1_year"),
        ("yes,2027-02-01,", 7, "ends_later", "up_to_1_year"),
        ("yes,2027-02-02,", 8, "ends_later", "over_1_year"),
        ("yes,2027-02-02,2026-03-01", 9, "ended", "over_1_year"),
        ("yes,,2026-03-01", 10, "ended", "no_end_date"),
    ];
    let mut rows = String::new();
    for (kind, (cells, times, ..)) in kinds.iter().enumerate() {
        rows += &(0..100 * times).map(|n| format!("k{kind}n{n},2026-02-01,{cells},\n")).collect::<String>();
    }
    for (column, value) in [("secrecy_end", 2), ("secrecy_length", 3)] {
        let found = exact(&rows, &["--by", column, "--band-size", "100"]);
        for key in found.iter().map(|(keys, _)| keys.trim_end_matches("/requests")) {
            let of = |kind: &(&str, usize, &'static str, &'static str)| if value == 2 { kind.2 } else { kind.3 };
            let count: usize = kinds.iter().filter(|kind| of(kind) == key).map(|kind| 100 * kind.1).sum();
            assert_eq!(band(&found, key), format!("{count}-{}", count + 99), "{column} {key}");
        }
    }
}

fn report(place: &Place, by: &str) -> std::process::Output {
    let fixed = ["report", "log.csv", "--period", "2026H1", "--band-size", "50", "--out", "out"];
    place.run(&[&fixed[..], &["--by", by]].concat())
}

#[test]
fn what_is_no_answer_and_no_date_is_at_fault_and_a_missing_column_is_named() {
    for (row, column) in
        [("r,2026-02-01,perhaps,,,", "nondisclosure"), ("r,2026-02-01,yes,soon,,", "nondisclosure_until")]
    {
        let place = Place::new();
        place.write("log.csv", format!("{HEADER}{row}\n"));
        let output = report(&place, "secrecy_end");
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(&format!("row 2, column `{column}`")), "{}", text(&output.stderr));
    }
    let place = Place::new();
    place.write("log.csv", "request_id,received_on\nr,2026-02-01\n");
    let output = report(&place, "secrecy_order");
    assert!(text(&output.stderr).contains("no column `nondisclosure`"), "{}", text(&output.stderr));
}
