//! The gate before publication: what would follow from bands of exact counts, with everything published before.

use super::support::{Place, text};

const POLICY: &str = r#"
[release]
period = "PERIOD"
[privacy]
noise = "none"
[bands]
size = 10
[[table]]
by = ["country"]
total = true
WITHHOLD
[keys.country]
values = ["US", "DE", "FR"]
"#;

/// So many requests of each country, received on a day.
fn log(counts: &[(&str, usize, &str)]) -> String {
    let rows = counts.iter().flat_map(|(country, n, day)| {
        (0..*n).map(move |row| format!("{country}{day}{row},{day},{country},a{row},civil\n"))
    });
    format!("request_id,received_on,country,account_id,legal_process\n{}", rows.collect::<String>())
}

fn policy(period: &str, withhold: &str) -> String {
    POLICY.replace("PERIOD", period).replace("WITHHOLD", withhold)
}

/// Nine requests of each of three countries: the total 20-29 says that none has fewer than two.
fn narrow() -> Place {
    let place = Place::new();
    let day = "2026-02-01";
    place.write("log.csv", log(&[("US", 9, day), ("DE", 9, day), ("FR", 9, day)]));
    place.write("policy.toml", policy("2026H1", ""));
    place
}

const REPORT: [&str; 6] = ["report", "log.csv", "--policy", "policy.toml", "--out", "out"];

fn refused(place: &Place, arguments: &[&str], code: &str) -> String {
    let output = place.run(arguments);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("refused[{code}]")), "{said}");
    said
}

#[test]
fn what_a_total_narrows_is_refused_before_anything_is_charged() {
    let place = narrow();
    for arguments in [&REPORT[..], &["check", "log.csv", "--policy", "policy.toml"]] {
        let said = refused(&place, arguments, "narrowed-by-total");
        assert!(said.contains("table `by-country`: 4 numbers would"), "{said}");
        // What follows is as confidential as the counts: it stands in the private file.
        assert!(!said.contains("2-9") && !said.contains("20-2"), "{said}");
    }
    assert!(place.read("hushcount-private.json").contains("it follows that it is 2-9"));
    assert!(!place.path("out").exists());
    assert_eq!(place.read_or_empty("hushcount-ledger.jsonl").lines().count(), 0);
}

#[test]
fn each_remedy_passes_when_it_is_applied() {
    let place = narrow();
    let said = refused(&place, &REPORT, "narrowed-by-total");
    assert!(said.contains("bands 2 times as wide would pass"), "{said}");
    assert!(said.contains("withholding 1 cell in all would pass"), "{said}");
    place.succeed(&[&REPORT[..], &["--band-size", "20", "--ledger", "wide.jsonl"]].concat());
    let memory = place.json("hushcount-private.json").to_string();
    assert!(memory.contains(r#"withhold = [\"total\"]"#), "{memory}");
    place.write("policy.toml", policy("2026H1", r#"withhold = ["total"]"#));
    place.succeed(&["report", "log.csv", "--policy", "policy.toml", "--out", "withheld"]);
    assert!(place.read("withheld/by-country.csv").contains("total,requests,,,withheld"));
    place.succeed(&["verify", "withheld"]);
    place.succeed(&["audit", "withheld"]);
}

#[test]
fn counts_inside_their_bands_pass() {
    let place = narrow();
    let day = "2026-02-01";
    place.write("log.csv", log(&[("US", 14, day), ("DE", 5, day), ("FR", 6, day)]));
    place.succeed(&REPORT);
    place.succeed(&["audit", "out"]);
}

/// A year that narrows its first half: the half is published, so it must be given; and then the year is refused.
#[test]
fn earlier_releases_of_the_same_days_are_part_of_the_attack() {
    let place = Place::new();
    place.write("log.csv", log(&[("US", 9, "2026-02-01"), ("DE", 9, "2026-02-01")]));
    place.write("half.toml", policy("2026H1", r#"withhold = ["total"]"#));
    place.write("year.toml", policy("2026", r#"withhold = ["total"]"#).replace("size = 10", "size = 15"));
    place.succeed(&["report", "log.csv", "--policy", "half.toml", "--out", "half"]);
    let year = ["report", "log.csv", "--policy", "year.toml", "--out", "year"];
    let said = refused(&place, &year, "audit-incomplete");
    assert!(said.contains("release `2026H1`") && said.contains("--against DIR"), "{said}");
    place.succeed(&[&year[..], &["--against", "half"]].concat());
    // Bands of 12 of the year: 0-11 for 9, and 0-9 of the half; with 15 a country of the year was 0-14.
    let both = place.run(&["audit", "half", "year"]);
    assert_eq!(both.status.code(), Some(0), "{}", text(&both.stderr));
}

/// Ten to nineteen in the half-year, and at most twelve in the whole year.
#[test]
fn a_year_that_narrows_its_half_is_refused() {
    let place = Place::new();
    place.write("log.csv", log(&[("US", 12, "2026-02-01")]));
    let us = |period: &str, size: &str| {
        policy(period, "")
            .replace("total = true", "")
            .replace(r#""US", "DE", "FR""#, r#""US""#)
            .replace("size = 10", size)
    };
    place.write("half.toml", us("2026H1", "size = 10"));
    place.write("year.toml", us("2026", "size = 13"));
    place.succeed(&["report", "log.csv", "--policy", "half.toml", "--out", "half"]);
    let year = ["report", "log.csv", "--policy", "year.toml", "--out", "year", "--against", "half"];
    let said = refused(&place, &year, "narrowed-by-overlap");
    assert!(said.contains("of half"), "{said}");
    let passes =
        ["report", "log.csv", "--policy", "year.toml", "--out", "year", "--against", "half", "--band-size", "20"];
    place.succeed(&passes);
}

/// A restatement is compared with the version before it.
#[test]
fn a_restatement_is_audited_against_what_it_corrects() {
    let place = Place::new();
    let day = "2026-02-01";
    let counts = |us: usize| log(&[("US", us, day), ("DE", 14, day), ("FR", 14, day)]);
    place.write("log.csv", counts(14));
    place.write("policy.toml", policy("2026H1", r#"withhold = ["total"]"#));
    place.succeed(&REPORT);
    place.write("log.csv", counts(25));
    let again = |out| {
        vec!["report", "log.csv", "--policy", "policy.toml", "--out", out, "--restate", "2026H1", "--reason", "late"]
    };
    refused(&place, &again("v2"), "audit-incomplete");
    place.succeed(&[&again("v2")[..], &["--against", "out"]].concat());
    // A correction that is declared may move a band, and an audit says that it did.
    let both = place.run(&["audit", "out", "v2"]);
    assert_eq!(both.status.code(), Some(0), "{}", text(&both.stderr));
    assert!(text(&both.stderr).contains("note[disjoint-restatement]"));
    // With bands of 12 those of 14 that did not change would be known to be 12 to 19.
    place.write("log.csv", counts(26));
    let finer = [&again("v3")[..], &["--band-size", "12", "--against", "out", "--against", "v2"]].concat();
    refused(&place, &finer, "narrowed-by-restatement");
}

#[test]
fn cells_to_withhold_must_be_cells() {
    let place = narrow();
    for (withhold, wanted) in [
        (r#"withhold = ["UK"]"#, "the table has no cell `UK`"),
        (r#"withhold = ["US", "totals"]"#, "the table has no cell `totals`"),
    ] {
        place.write("policy.toml", policy("2026H1", withhold));
        let output = place.run(&REPORT);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(wanted), "{}", text(&output.stderr));
    }
}

/// A policy for one period with tables by these columns, of these measures, in bands of 10.
fn tables(period: &str, measure: &str, tables: &[&str], more: &str) -> String {
    let table = |by: &&str| format!("[[table]]\nby = [{by}]\nmeasures = [\"{measure}\"]\n");
    format!(
        "[release]\nperiod = \"{period}\"\n[privacy]\nnoise = \"none\"\n[bands]\nsize = 10\n{}{more}\n[keys.country]\nvalues = \
         [\"US\", \"DE\"]\n[keys.legal_process]\nvalues = [\"civil\", \"mlat\"]\n",
        tables.iter().map(table).collect::<String>()
    )
}

/// Ninety accounts in a country, nine with each of ten agencies: the country has 90-99, and at most ten times nine.
#[test]
fn accounts_are_combined_between_tables() {
    let place = Place::new();
    let rows = (0..90).map(|n| format!("r{n},2026-02-01,US,agency{},a{n}\n", n % 10)).collect::<String>();
    place.write("log.csv", format!("request_id,received_on,country,agency,account_id\n{rows}"));
    let agencies: Vec<String> = (0..10).map(|n| format!("\"agency{n}\"")).collect();
    let more = format!("[keys.agency]\nvalues = [{}]", agencies.join(", "));
    let both = ["\"country\"", "\"country\", \"agency\""];
    place.write("policy.toml", tables("2026H1", "accounts", &both, &more));
    refused(&place, &REPORT, "narrowed-by-total");
    place.write("policy.toml", tables("2026H1", "accounts", &both[1..], &more));
    place.succeed(&REPORT);
}

/// A half-year, then its quarters one by one: the second quarter shares no day with the first, and all three narrow each other.
#[test]
fn chains_of_periods_must_all_be_given() {
    let place = Place::new();
    place.write("log.csv", log(&[("US", 9, "2026-02-01"), ("US", 9, "2026-05-01"), ("DE", 5, "2026-02-01")]));
    let report = |period: &'static str, against: &[&'static str]| {
        place.write("policy.toml", tables(period, "requests", &["\"country\""], ""));
        let mut arguments = vec!["report", "log.csv", "--policy", "policy.toml", "--out", period];
        arguments.extend(against.iter().flat_map(|one| ["--against", one]));
        place.run(&arguments)
    };
    assert_eq!(report("2026H1", &[]).status.code(), Some(0));
    assert_eq!(report("2026Q1", &["2026H1"]).status.code(), Some(0));
    assert!(text(&report("2026Q2", &["2026H1"]).stderr).contains("refused[audit-incomplete]"));
    assert!(text(&report("2026Q2", &["2026H1", "2026Q1"]).stderr).contains("refused[narrowed-by-overlap]"));
}

/// Numbers that contradict each other switch no audit off: the new release is attacked by itself as well.
#[test]
fn a_contradiction_is_no_pass() {
    let place = Place::new();
    let day = "2026-02-01";
    let counts = |n: usize| log(&[("US", n, day), ("DE", n, day), ("FR", n, day)]);
    place.write("log.csv", counts(15));
    place.write("policy.toml", policy("2026H1", ""));
    place.succeed(&REPORT);
    place.write("log.csv", counts(9));
    let again = [
        "report",
        "log.csv",
        "--policy",
        "policy.toml",
        "--out",
        "v2",
        "--restate",
        "2026H1",
        "--reason",
        "x",
        "--against",
        "out",
    ];
    refused(&place, &again, "narrowed-by-total");
    // Another release of the same days that cannot be true beside it.
    let place = Place::new();
    place.write("log.csv", counts(5));
    place.write("policy.toml", policy("2026H1", r#"withhold = ["total"]"#));
    place.succeed(&[&REPORT[..], &["--ledger", "other.jsonl"]].concat());
    place.write("log.csv", counts(50));
    place.write("quarter.toml", policy("2026Q1", r#"withhold = ["total"]"#));
    let quarter = ["report", "log.csv", "--policy", "quarter.toml", "--out", "q", "--against", "out"];
    refused(&place, &quarter, "contradiction");
}

/// Without a key it is not known which release was published, and a check still goes on.
#[test]
fn a_check_without_a_key_goes_on_beside_a_published_release() {
    let place = narrow();
    place.write("policy.toml", policy("2026H1", r#"withhold = ["total"]"#));
    place.succeed(&REPORT);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hushcount"));
    command.current_dir(place.path(".")).env_remove("HUSHCOUNT_KEY");
    let check = ["check", "log.csv", "--policy", "policy.toml", "--against", "out"];
    let output = command.args(check).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("NOT checked, for there is no key: whether this release"));
}
