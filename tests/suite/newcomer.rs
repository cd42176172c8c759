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
    let mapped = ["--column", "received_on=Eingangsdatum", "--column", "country=Land"];
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
