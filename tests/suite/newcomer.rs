//! What a first log stumbles over: its own names for columns, its own words for keys. Messages say what to type, and no cell.

use super::support::{Place, text};

const REPORT: [&str; 6] = ["report", "log.csv", "--period", "2026H1", "--out", "out"];

/// What a report of this log says, which is to fail.
fn fails(log: &str, more: &[&str]) -> String {
    let place = Place::new();
    place.write("log.csv", log);
    let output = place.run(&[&REPORT[..], more].concat());
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    text(&output.stderr)
}

fn says(said: &str, wanted: &[&str]) {
    for one in wanted {
        assert!(said.contains(one), "{one}: {said}");
    }
}

const BY_COUNTRY: [&str; 4] = ["--by", "country", "--band-size", "100"];

#[test]
fn columns_by_other_names_are_found_and_the_options_can_be_typed() {
    let log = "Aktenzeichen;Eingangsdatum;Land\nA1;13.02.2026;DE\n";
    let said = fails(log, &BY_COUNTRY);
    says(
        &said,
        &[
            "no column `received_on` (did you mean `Eingangsdatum`?) and no column `country` (did you mean `Land`?)",
            "--column received_on=\"Eingangsdatum\" --column country=\"Land\", or under [log.columns]",
            "received_on = \"Eingangsdatum\", country = \"Land\"",
        ],
    );
    let place = Place::new();
    place.write("log.csv", log);
    let mapped = ["--column", "received_on=Eingangsdatum", "--column", "country=Land", "--date-format", "DD.MM.YYYY"];
    let output = place.run(&[&REPORT[..], &BY_COUNTRY, &mapped].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    says(&text(&output.stderr), &["note[log-no-ids]", "--column request_id=\"Aktenzeichen\""]);
}

#[test]
fn near_names_are_offered_for_mapped_columns_and_rows_to_leave_out() {
    let log = "request_id,Date Received,country,kind\nr1,2026-02-01,DE,part\n";
    let mapped = [&BY_COUNTRY[..], &["--column", "received_on=Date Recieved"]].concat();
    says(
        &fails(log, &mapped),
        &["`received_on` (mapped to `Date Recieved`) (did you mean `Date Received`?)", "received_on=\"Date Received\""],
    );
    let left_out = [&BY_COUNTRY[..], &["--column", "received_on=Date Received", "--leave-out", "kinds=total"]].concat();
    says(&fails(log, &left_out), &["no column `kinds` (did you mean `kind`?)"]);
    let by = ["--by", "contry", "--band-size", "100", "--column", "recieved_on=Date Received"];
    says(
        &fails(log, &by),
        &["did you mean `country`? Otherwise add --keys contry=V1,V2,...", "did you mean `received_on`?"],
    );
}

/// Where the header is missing, the first row stands in its place, and that is cells.
#[test]
fn a_row_in_the_place_of_the_header_is_not_told() {
    let said = fails("country-of-suspect,2026-02-01,DE\nr2,2026-02-02,US\n", &BY_COUNTRY);
    assert!(said.contains("no column `country`") && !said.contains("suspect"), "{said}");
    // A name that is used for something else is not offered.
    let said = fails(
        "request_id,received_on,account_count\nr1,2026-02-01,7\n",
        &["--measure", "accounts", "--band-size", "100"],
    );
    assert!(said.contains("no column `account_id`") && !said.contains("did you mean"), "{said}");
}

#[test]
fn rows_at_fault_are_told_by_column_with_the_keys_that_are_known() {
    let mut log = "request_id,received_on,country,legal_process\n".to_owned();
    for row in 0..40 {
        log += &format!("r{row},2026-02-01,{},Secretissimo {row}\n", if row == 7 { "Wonderland" } else { "DE" });
    }
    let by = ["--by", "country,legal_process", "--keys", "country=DE,US", "--band-size", "100"];
    let said = fails(&log, &by);
    says(
        &said,
        &[
            "error[log-row]: 39 rows cannot be counted as they stand: column `legal_process` (the first 5 are listed)",
            "map the log's words under its `spellings`, also those for national-security process",
            "`unknown = \"other\"` is no way out",
        ],
    );
    assert!(!said.contains("Secretissimo") && !said.contains("Wonderland"), "{said}");
    assert_eq!(said.matches(" --> ").count(), 6, "{said}");

    let said = fails(&log, &["--by", "country", "--keys", "country=DE,US", "--band-size", "100"]);
    says(
        &said,
        &["1 row cannot be counted as it stands: column `country`", "row 9,", "the keys of `country` are DE, US;"],
    );
    assert!(!said.contains("Wonderland"), "{said}");
    let said =
        fails(&log, &["--by", "country", "--quarantine", "bad.csv", "--keys", "country=FR", "--band-size", "100"]);
    says(&said, &["None were set aside: most rows are bad"]);
}

const RECIPES: &str = include_str!("../../data/recipes.md");

/// The commands of a recipe, as they are typed: one program and its arguments each.
fn commands(heading: &str) -> Vec<Vec<String>> {
    let (_, section) = RECIPES.split_once(heading).expect("a recipe");
    let (_, script) = section.split_once("```sh\n").expect("commands");
    let (script, _) = script.split_once("```").expect("their end");
    let lines = script.replace("\\\n", " ");
    lines.lines().map(|line| line.split_whitespace().skip(1).map(str::to_owned).collect()).collect()
}

/// So many requests of a process from a country, each about one account of its own.
fn rows(prefix: &str, number: usize, day: &str, process: &str, country: &str) -> String {
    (0..number).map(|n| format!("{prefix}{n},{day},{prefix}s{n},{process},{country}\n")).collect()
}

/// Everything in the recipe is run as it stands there.
#[test]
fn the_recipe_for_a_regime_can_be_followed() {
    let place = Place::new();
    std::fs::create_dir(place.path("exports")).expect("a directory");
    place.write("regime.toml", include_str!("../../data/recipes/regime.toml"));
    for (file, day) in [("2025h1", "2025-02-03"), ("2025h2", "2025-09-03"), ("2026h1", "2026-03-03")] {
        let log = [
            "Order No,Date Received,Selector,Type of Process,Requesting Country\n".to_owned(),
            rows(&format!("{file}n"), 30, day, "National Security Letter", "US"),
            rows(&format!("{file}f"), 620, day, "FISA 702 Directive", "US"),
            rows(&format!("{file}w"), 140, day, "Search Warrant", "DE"),
            rows(&format!("{file}i"), 160, day, "Search Warrant", "IN"),
            rows(&format!("{file}u"), 450, day, "Subpoena", "US"),
        ];
        place.write(&format!("exports/{file}.csv"), log.concat());
    }
    for command in commands("## National-security process, as a law allows it") {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        place.succeed(&arguments);
    }
    let table = place.read("report-2026H1/national-security.csv");
    says(
        &table,
        &[
            "2025-07-01,2025-12-31,fisa_content,orders,500,999,500-999",
            "2025-07-01,2025-12-31,fisa_noncontent,orders,0,0,0",
            "2026-01-01,2026-06-30,nsl,orders,0,499,0-499",
        ],
    );
    let by_country = place.read("report-2026H1/by-country.csv");
    says(&by_country, &["DE,requests,100,199,100-199", "IN,requests,,,withheld", "total,requests,700,799,700-799"]);
}
