//! What published numbers say together, looked at through the program.

use super::support::{Place, text};

const HEADER: &str = "company,regime,period_start,period_end,category,measure,band_low,band_high,published_on\n";

/// The findings of an audit of rows: (severity, code, place, derived), in order; and the exit status.
fn audit_with(rows: &str, options: &[&str]) -> (i32, Vec<(String, String, String, String)>) {
    let place = Place::new();
    place.write("bands.csv", format!("{HEADER}{rows}"));
    let mut arguments = vec!["audit", "bands.csv", "--message-format", "json"];
    arguments.extend(options);
    let output = place.run(&arguments);
    let said = text(&output.stdout);
    let result: serde_json::Value =
        serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{}", text(&output.stderr)));
    let findings = result["findings"].as_array().expect("findings").iter().map(|finding| {
        let word = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        (word("severity"), word("code"), word("place"), finding["derived"].to_string())
    });
    (output.status.code().expect("a status"), findings.collect())
}

fn audit(rows: &str) -> (i32, Vec<(String, String, String, String)>) {
    audit_with(rows, &[])
}

fn found(severity: &str, code: &str, row: usize, derived: &str) -> (String, String, String, String) {
    (severity.to_owned(), code.to_owned(), format!("row {row}"), derived.to_owned())
}

const A2: &str = "us-1874-a2";
const H1: &str = "2026-01-01,2026-06-30";
const H2: &str = "2026-07-01,2026-12-31";
const YEAR: &str = "2026-01-01,2026-12-31";

#[test]
fn numbers_that_say_nothing_together_pass() {
    let rows =
        format!("A,{A2},{H1},NSL,orders,0,499,\nA,{A2},{H2},NSL,orders,500,999,\nB,{A2},{H1},NSL,orders,500,999,\n");
    assert_eq!(audit(&rows), (0, vec![]));
}

/// The sample in the help is a file that can be audited.
#[test]
fn the_sample_in_the_help_is_sound() {
    let place = Place::new();
    let help = place.succeed(&["audit", "--help"]);
    let sample: Vec<&str> = help.lines().filter(|line| line.matches(',').count() == 6).map(str::trim).collect();
    assert_eq!(sample.len(), 3, "{help}");
    place.write("bands.csv", sample.join("\n") + "\n");
    assert!(place.succeed(&["audit", "bands.csv"]).contains("2 numbers, each by itself and all together: 0 faults"));
}

/// Of two structures for one period both rows are named.
#[test]
fn the_row_of_the_other_structure_is_named() {
    let place = Place::new();
    let row = |regime: &str, category: &str, high: u64| format!("A,{regime},{H1},{category},orders,0,{high},\n");
    let rows = [row(A2, "NSL", 499), row(A2, "FISA content", 499), row("us-1874-a3", "all", 249)].concat();
    place.write("bands.csv", format!("{HEADER}{rows}"));
    let said = text(&place.run(&["audit", "bands.csv"]).stderr);
    let wanted = "row 4: A: numbers of 2026H1 were published under us-1874-a2 and under us-1874-a3. The other one stands in bands.csv, \
                  row 2: A, NSL orders of 2026H1: 0-499";
    assert!(said.contains(wanted), "{said}");
}

#[test]
fn bands_that_share_no_number_or_too_few_are_named() {
    let disjoint = format!("A,{A2},{H1},NSL,orders,0,499,\nA,{A2},{H1},NSL,orders,500,999,\n");
    assert_eq!(audit(&disjoint), (1, vec![found("refused", "disjoint-restatement", 3, "null")]));
    let narrowed = format!("A,us-1874-a1,{H1},NSL,orders,0,999,\nA,{A2},{H1},NSL,orders,500,999,\n");
    let (status, findings) = audit(&narrowed);
    assert_eq!(status, 1);
    assert_eq!(findings[0], found("refused", "narrowed-by-restatement", 3, "[500,999]"));
    assert_eq!(findings[1], found("refused", "mixed-structure", 3, "null"));
    // A low end that is raised for letters that were released, and raised further, hides as much as before.
    let raised = format!("A,{A2},{H1},NSL,orders,2,499,\nA,{A2},{H1},NSL,orders,7,499,\n");
    let (status, findings) = audit(&raised);
    assert_eq!((status, findings.len()), (0, 2));
}

/// A year in a band of 100 beside two halves in bands of 500: 0-99 follows for both.
#[test]
fn windows_over_time_narrow_each_other() {
    let halves = format!("A,{A2},{H1},NSL,orders,0,499,\nA,{A2},{H2},NSL,orders,0,499,\n");
    let (status, findings) = audit(&format!("{halves}A,,{YEAR},NSL,orders,0,99,\n"));
    assert_eq!(status, 1);
    assert_eq!(findings, [2, 3].map(|row| found("refused", "narrowed-by-overlap", row, "[0,99]")));
    // Of accounts only that follows which does not need each to be in one half only.
    let accounts = halves.replace("orders", "accounts");
    let (_, findings) = audit(&format!("{accounts}A,,{YEAR},NSL,accounts,0,99,\n"));
    assert_eq!(findings, [2, 3].map(|row| found("refused", "narrowed-by-overlap", row, "[0,99]")));
    let sum = |measure: &str| {
        format!(
            "A,{A2},{H1},NSL,{measure},500,999,\nA,{A2},{H2},NSL,{measure},500,999,\nA,,{YEAR},NSL,{measure},1000,1099,\n"
        )
    };
    assert_eq!(audit(&sum("orders")).1[0], found("refused", "narrowed-by-overlap", 2, "[500,599]"));
    assert_eq!(audit(&sum("accounts")), (0, vec![]), "the same accounts may be in both halves");
}

/// All process exactly, criminal process exactly: what is left is national-security process, exactly.
#[test]
fn an_exact_complement_is_named() {
    let rows = format!(
        "A,us-1874-a3,{H1},all,orders,0,249,\nA,,{H1},all_process,orders,1290,1290,\nA,,{H1},criminal,orders,1278,1278,\n"
    );
    let options = ["--sum", "all_process=criminal+all"];
    assert_eq!(audit_with(&rows, &options), (1, vec![found("refused", "complement", 2, "[12,12]")]));
    assert_eq!(audit(&rows), (0, vec![]), "nobody said what is a sum of what");
}

#[test]
fn parts_and_their_total_narrow_each_other() {
    let rows = format!(
        "A,{A2},{H1},NSL,orders,0,499,\nA,{A2},{H1},FISA content,orders,0,499,\nA,{A2},{H1},FISA non-content,orders,0,499,\n\
         A,,{H1},NSL+FISA combined,orders,0,249,\n"
    );
    let (status, findings) = audit(&rows);
    assert_eq!(status, 1);
    assert_eq!(findings, [2, 3, 4].map(|row| found("refused", "narrowed-by-total", row, "[0,249]")));
}

#[test]
fn selectors_cover_orders_where_that_is_the_rule() {
    let rows = format!("A,{A2},{H1},NSL,orders,500,999,\nA,{A2},{H1},NSL,selectors,500,999,\n");
    assert_eq!(audit_with(&rows, &["--selectors-cover-orders"]), (0, vec![]));
    let impossible = format!("A,{A2},{H1},NSL,orders,500,999,\nA,{A2},{H1},NSL,selectors,0,499,\n");
    let (status, findings) = audit_with(&impossible, &["--selectors-cover-orders"]);
    assert_eq!((status, findings), (0, vec![found("warning", "contradiction", 2, "null")]));
    assert_eq!(audit(&impossible), (0, vec![]));
}

#[test]
fn periods_days_and_flips_are_looked_at() {
    let slip = format!("A,{A2},2026-01-01,2026-07-31,NSL,orders,0,499,\n");
    assert_eq!(audit(&slip), (1, vec![found("refused", "period-label", 2, "null")]));
    let year = format!("A,{A2},{YEAR},NSL,orders,0,499,\n");
    assert_eq!(audit(&year), (1, vec![found("refused", "period-not-allowed", 2, "null")]));
    let fisa = |on: &str| format!("A,{A2},{H1},FISA content,orders,0,499,{on}\n");
    assert_eq!(audit(&fisa("2026-12-26")), (1, vec![found("refused", "published-too-early", 2, "null")]));
    assert_eq!(audit(&fisa("2026-12-27")), (0, vec![]));
    let flip = format!("A,exact-zero,{H1},all,orders,0,0,\nA,us-1874-a3,{H2},all,orders,0,249,\n");
    assert_eq!(audit(&flip), (0, vec![found("warning", "zero-flip", 3, "null")]));
}

/// A row that is labelled with the period of another, as one company printed a half-year twice.
#[test]
fn a_period_that_one_document_prints_twice_is_named() {
    let place = Place::new();
    let row = |band: &str| format!("M,{A2},{H1},NSL,orders,{band},report.pdf\n");
    let header = HEADER.replace("published_on", "source");
    place.write("bands.csv", format!("{header}{}{}", row("0,499"), row("500,999")));
    let output = place.run(&["audit", "bands.csv"]);
    assert!(text(&output.stderr).contains("warning[period-label]: row 3: one document prints"));
    place.write("bands.csv", format!("{header}{}{}", row("0,499"), row("0,499")));
    place.succeed(&["audit", "bands.csv"]);
}

/// Real reports of random logs, in two tables with totals and overlapping periods: what they say is true, so it never
/// contradicts itself, and every method is needed.
#[test]
fn true_reports_never_contradict_each_other() {
    let mut state = 7_u64;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let mut published = 0;
    for _ in 0..6 {
        let place = Place::new();
        let mut log = "request_id,received_on,country,legal_process,account_id\n".to_owned();
        for request in 0..60 + below(200) {
            let (month, country) = (1 + below(6), ["US", "DE", "FR"][usize::try_from(below(3)).expect("small")]);
            let process = ["civil", "mlat"][usize::try_from(below(2)).expect("small")];
            log += &format!("r{request},2026-0{month}-15,{country},{process},a{}\n", below(40));
        }
        place.write("log.csv", log);
        let table = |by: &str| format!("[[table]]\nby = {by}\nmeasures = [\"requests\", \"accounts\"]\n");
        let keys =
            "[keys.country]\nvalues = [\"US\", \"DE\", \"FR\"]\n[keys.legal_process]\nvalues = [\"civil\", \"mlat\"]\n";
        let tables = [r#"["country"]"#, r#"["legal_process"]"#, r#"["country", "legal_process"]"#].map(table).concat();
        place.write("policy.toml", format!("[privacy]\nnoise = \"none\"\n[bands]\nsize = 40\n{tables}{keys}"));
        let mut directories: Vec<&str> = Vec::new();
        for period in ["2026Q1", "2026Q2", "2026H1"] {
            let mut arguments =
                vec!["report", "log.csv", "--policy", "policy.toml", "--period", period, "--out", period];
            for earlier in &directories {
                arguments.extend(["--against", earlier]);
            }
            if place.run(&arguments).status.code() == Some(0) {
                directories.push(period);
            }
        }
        published += directories.len();
        if directories.is_empty() {
            continue;
        }
        let output = place.run(&[&["audit", "--message-format", "json"][..], &directories].concat());
        let result: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!((&result["contradictory"], &result["faults"]), (&0.into(), &0.into()), "{result}");
    }
    // What is refused is refused rightly, but something must be left to look at.
    assert!(published >= 12, "{published}");
}

/// The shape with a column of lowest and one of highest numbers, as Google prints it.
#[test]
fn ranges_in_columns_of_their_own_are_read() {
    let place = Place::new();
    let header = "Reporting period ending date,Number of requests (range MIN),Number of requests (range MAX),Number of \
                  accounts (range MIN),Number of accounts (range MAX)";
    place.write("g-nsl-requests.csv", format!("{header}\n2026-06-30,0,499,500,999\n2025-12-31,1000,999,500,1000\n"));
    let output = place.run(&["audit", "g-nsl-requests.csv", "--regime", A2, "--company", "G"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    for wanted in
        ["G, nsl requests of 2025H2: 1000-999 begins above", "wrong-width", "G, nsl accounts of 2025H2: 500-1000"]
    {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

/// A category that is declared to be a part of itself is looked at once.
#[test]
fn sums_that_go_round_in_circles_end() {
    let rows = format!("A,{A2},{H1},NSL,orders,0,499,\nA,,{H1},x,orders,0,9,\n");
    assert_eq!(audit_with(&rows, &["--sum", "x=y+x", "--sum", "y=x"]), (0, vec![]));
}
