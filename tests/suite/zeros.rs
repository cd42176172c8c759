//! Declared zeros: 0 itself where the policy declares it, refused where the log says otherwise, and a warning where one ends.

use super::support::{Place, text};

const HEADER: &str = "request_id,account_id,received_on,legal_process,service,nondisclosure_lifted_on,country\n";

/// A cell that is nowhere else.
const CANARY: &str = "kanarienvogel7731";

/// So many orders of a process on a day, each naming one account of its own.
fn orders(number: usize, process: &str, day: &str) -> String {
    (0..number).map(|n| format!("{CANARY}{process}{n},{CANARY}{n},{day},{process},mail,,US\n")).collect()
}

/// Ordinary requests in every half-year that is used here.
fn ordinary() -> String {
    ["2025-08-01", "2026-02-01", "2026-08-01", "2027-02-01", "2027-08-01"]
        .iter()
        .map(|day| {
            orders(3, "civil", day).replace("civil", &format!("civil{day}")).replace(&format!(",civil{day}"), ",civil")
        })
        .collect()
}

fn policy(period: &str, regime: &str, zero: &str, privacy: &str) -> String {
    format!(
        "[release]\nperiod = \"{period}\"\n[privacy]\n{privacy}\n[regime]\n{zero}\nearlier = false\n[[table]]\nregime = \"{regime}\"\n"
    )
}

const EXACT: &str = "noise = \"none\"";

/// A log of these orders beside ordinary requests, and a policy for the first half of 2026.
fn place(rows: &str, regime: &str, zero: &str, privacy: &str) -> Place {
    let place = Place::new();
    place.write("log.csv", format!("{HEADER}{}{rows}", ordinary()));
    place.write("policy.toml", policy("2026H1", regime, zero, privacy));
    place
}

const REPORT: [&str; 8] =
    ["report", "log.csv", "--policy", "policy.toml", "--publish-on", "2027-01-01", "--out", "out"];

const CHECK: [&str; 6] = ["check", "log.csv", "--policy", "policy.toml", "--publish-on", "2027-01-01"];

/// Category, measure, ends and band of every row of the regime's table.
fn rows(place: &Place) -> Vec<String> {
    let csv = place.read("out/national-security.csv");
    csv.lines().skip(1).map(|line| line.splitn(3, ',').nth(2).expect("cells").to_owned()).collect()
}

#[test]
fn a_declared_zero_is_printed_as_0_with_noise_and_without() {
    for privacy in [EXACT, "epsilon = 0.001"] {
        let place = place(
            &orders(700, "fisa_702", "2026-03-01"),
            "us-1874-a2",
            "zero = [\"nsl\", \"fisa_noncontent\"]",
            privacy,
        );
        place.succeed(&REPORT);
        let rows = rows(&place);
        assert_eq!(
            rows[2..],
            [
                "fisa_noncontent,orders,0,0,0",
                "fisa_noncontent,selectors,0,0,0",
                "nsl,orders,0,0,0",
                "nsl,selectors,0,0,0"
            ]
        );
        assert!(rows[..2].iter().all(|row| row.contains("99,")), "{rows:?}");
        let table = place.json("out/report.json")["tables"][0].clone();
        assert_eq!(table["regime"]["zero"], serde_json::json!(["fisa_noncontent", "nsl"]));
        let nsl = &table["rows"][4];
        assert_eq!((&nsl["band_low"], &nsl["band_high"], &nsl["band"]), (&0.into(), &0.into(), &"0".into()));
        let (report, page) = (place.read("out/report.md"), place.read("out/report.html"));
        assert!(
            report.contains("| National security letters")
                && report.contains("| 0  ")
                && page.contains("<td data-key=\"nsl\">National security letters</td><td data-band=\"0\">0<")
                && !page.contains("0-0"),
            "{report}"
        );
        for said in [
            "The publisher declares that in the days for which 0 is shown no such order was received and no secrecy applied",
            "But for the declared zeros these are",
            "both ends included, but for a 0 that is declared.",
        ] {
            assert!(report.contains(said) && page.contains(said), "{said}: {report}");
        }
        assert!(place.read("out/national-security.csv-metadata.json").contains("A single 0 is no band"));
        assert!(place.succeed(&["verify", "out"]).contains("every file is as its manifest says"));
        assert!(
            place
                .succeed(&CHECK)
                .contains("declared zero, printed as 0 without noise: fisa_noncontent of 2026H1, nsl of")
        );
    }
}

/// Where nothing is a band nothing is said of bands and their noise.
#[test]
fn a_table_of_zeros_has_no_band() {
    let place = place("", "us-1874-a3", "zero = [\"all\"]", "epsilon = 1");
    place.succeed(&REPORT);
    assert_eq!(rows(&place), ["all,orders,0,0,0", "all,selectors,0,0,0"]);
    let report = place.read("out/report.md");
    assert!(
        !report.contains("bands of noisy counts:") && !report.contains("into another band with a chance"),
        "{report}"
    );
    assert_eq!(place.json("out/report.json")["tables"][0]["noise"], serde_json::json!([]));
}

/// Without a declaration a zero is in the first band, as every small number is.
#[test]
fn a_zero_that_is_not_declared_is_a_band() {
    let place = place("", "us-1874-a3", "", EXACT);
    place.succeed(&REPORT);
    assert_eq!(rows(&place), ["all,orders,0,249,0-249", "all,selectors,0,249,0-249"]);
    assert_eq!(place.json("out/report.json")["tables"][0]["regime"]["zero"], serde_json::json!([]));
    assert!(!place.read("out/report.md").contains("declare"));
}

/// Runs a report and a check that are to be refused; nothing may be left. Returns what was said.
fn contradicted(place: &Place) -> String {
    let check = place.run(&CHECK);
    let report = place.run(&REPORT);
    for output in [&check, &report] {
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("refused[zero-contradicted]: `zero` under [regime] declares"), "{said}");
        assert!(!said.contains(CANARY) && !text(&output.stdout).contains(CANARY), "{said}");
    }
    assert!(!place.path("out").exists() && !place.path("hushcount-private.json").exists());
    assert_eq!(std::fs::read(place.path("hushcount-ledger.jsonl")).unwrap_or_default(), b"");
    text(&report.stderr)
}

#[test]
fn an_order_where_zero_is_declared_stops_the_run_and_one_just_outside_does_not() {
    let zero = "zero = [\"nsl\", \"fisa_content\"]";
    for privacy in [EXACT, "epsilon = 1"] {
        let refused = |rows: &str| contradicted(&place(rows, "us-1874-a2", zero, privacy));
        let one = refused(&orders(1, "nsl", "2026-06-30"));
        // Neither how many nor which of what is declared is told.
        assert_eq!(one, refused(&orders(600, "nsl", "2026-01-01")));
        assert_eq!(one, refused(&orders(2, "fisa_702", "2026-03-01")));
        assert!(!one.contains(|c: char| c.is_ascii_digit() && c != '0'), "{one}");
        let superseded = orders(1, "nsl", "2026-03-01") + &orders(1, "nsl", "2026-03-01").replace(",nsl,", ",civil,");
        for allowed in [
            orders(1, "nsl", "2025-12-31"),
            orders(1, "nsl", "2026-07-01"),
            orders(1, "fisa_pen_register", "2026-03-01"),
            superseded,
        ] {
            let place = place(&allowed, "us-1874-a2", zero, privacy);
            place.succeed(&CHECK);
            place.succeed(&REPORT);
        }
    }
    place(&orders(1, "nsl", "2026-06-30"), "us-1874-a2", "", EXACT).succeed(&REPORT);
}

/// An order that names no account is an order. One that is no longer secret is too.
#[test]
fn an_order_without_an_account_and_one_that_is_no_longer_secret_contradict() {
    for row in ["x,,2026-03-01,nsl,mail,,US\n", "x,a,2026-03-01,nsl,mail,2026-08-01,US\n"] {
        let place = place(row, "us-1874-a2", "zero = [\"nsl\"]\nlifted = \"first-band\"", EXACT);
        contradicted(&place);
        let selectors = place.read("policy.toml") + "measures = [\"selectors\"]\n";
        place.write("policy.toml", selectors);
        contradicted(&place);
    }
}

/// An order for content and other data counts as content, and so it is no order of the other kind.
#[test]
fn an_order_for_both_contradicts_a_zero_of_content_only() {
    let both = "b,s,2026-03-01,fisa_pen_register,mail,,US\nb,t,2026-03-01,fisa_content,mail,,US\n";
    contradicted(&place(both, "us-1874-a2", "zero = [\"fisa_content\"]", EXACT));
    let place = place(both, "us-1874-a2", "zero = [\"fisa_noncontent\"]", EXACT);
    place.succeed(&REPORT);
    assert!(rows(&place).contains(&"fisa_noncontent,orders,0,0,0".to_owned()));
}

/// Of an order on a new service nothing may be said: not that there was none either.
#[test]
fn an_order_that_may_not_be_spoken_of_contradicts_too() {
    let service = "\n[regime.new_services]\nvideo = 2026-02-02\n[[table]]";
    let silent = "v,va,2026-02-03,fisa_702,video,,US\nv,vb,2026-02-03,fisa_pen_register,video,,US\n";
    let with = |zero: &str| {
        let place = place(silent, "us-1874-a2", zero, EXACT);
        let policy = place.read("policy.toml").replace("\n[[table]]", service);
        place.write("policy.toml", policy);
        place
    };
    contradicted(&with("zero = [\"fisa_content\"]"));
    let place = with("");
    place.succeed(&REPORT);
    assert_eq!(rows(&place)[0], "fisa_content,orders,0,499,0-499");
}

/// In a log of counts a row can say that there was none.
#[test]
fn a_row_that_counts_nothing_does_not_contradict() {
    let with = |count: &str| {
        let place = place("", "us-1874-a2", "zero = [\"nsl\"]", EXACT);
        let policy = place.read("policy.toml") + "measures = [\"orders\"]\n[log.columns]\ncount = \"n\"\n";
        place.write("policy.toml", policy);
        place.write("log.csv", format!("received_on,legal_process,n\n2026-03-01,nsl,{count}\n2026-03-01,civil,12\n"));
        place
    };
    with("0").succeed(&REPORT);
    contradicted(&with("1"));
}

#[test]
fn what_is_no_category_cannot_be_declared() {
    let ordinary = "[release]\nperiod = \"2026H1\"\n[bands]\nsize = 10\n[regime]\nzero = [\"nsl\"]\n";
    for (policy, help) in [
        (policy("2026H1", "us-1874-a2", "zero = [\"nsls\"]", EXACT), "did you mean `nsl`?"),
        (policy("2026H1", "us-1874-a2", "zero = [\"NSL\"]", EXACT), "known here: fisa_content, fisa_noncontent, nsl"),
        (policy("2026H1", "us-1874-a1", "zero = [\"fisa_tangible_things\"]", EXACT), "it counts in `fisa_noncontent`"),
        (policy("2026H1", "us-1874-a3", "zero = [\"nsl\"]", EXACT), "it counts in `all`"),
        (ordinary.to_owned(), "no table has a `regime`"),
    ] {
        let place = place("", "us-1874-a2", "", EXACT);
        place.write("policy.toml", &policy);
        let output = place.run(&REPORT);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{policy}: {said}");
        assert!(said.contains("error[policy-value]") && said.contains("policy.toml:") && said.contains(help), "{said}");
        assert!(said.contains("is no category of a regime's table here"), "{said}");
    }
    let place = place("", "us-1874-a2", "zero = \"nsl\"", EXACT);
    assert!(text(&place.run(&REPORT).stderr).contains("error[policy-type]"));
}

/// Selectors are told by legal process there: the category is declared, with all its parts.
#[test]
fn a_category_that_is_split_is_declared_with_all_its_parts() {
    let zero = "zero = [\"fisa_noncontent\"]";
    for privacy in [EXACT, "epsilon = 0.001"] {
        let place = place(&orders(2, "fisa_content", "2026-03-01"), "us-1874-a1", zero, privacy);
        place.succeed(&REPORT);
        let found = rows(&place);
        for key in ["fisa_call_detail_records", "fisa_pen_register", "fisa_tangible_things"] {
            assert!(found.contains(&format!("{key},selectors,0,0,0")), "{found:?}");
        }
        assert!(found.contains(&"fisa_noncontent,orders,0,0,0".to_owned()), "{found:?}");
        assert_eq!(found.iter().filter(|row| row.ends_with(",0,0,0")).count(), 4, "{found:?}");
        place.succeed(&["verify", "out"]);
    }
    contradicted(&place(&orders(1, "fisa_tangible_things", "2026-03-01"), "us-1874-a1", zero, EXACT));
}

/// What comes after what: a declared zero of each half-year, or a band.
struct Series(Place);

impl Series {
    fn new() -> Self {
        Self(place("", "us-1874-a2", "", EXACT))
    }

    /// The warnings of a check and of the report that follows it, which are the same.
    fn report(&self, period: &str, regime: &str, zero: &str, more: &[&str]) -> String {
        self.0.write("policy.toml", policy(period, regime, zero, EXACT));
        let files = ["log.csv", "--policy", "policy.toml", "--publish-on", "2028-07-01"];
        let out = format!("{period}-{}", more.len());
        let check = self.0.run(&[&["check"][..], &files, more].concat());
        let report = self.0.run(&[&["report"][..], &files, &["--out", &out], more].concat());
        let warnings =
            |said: &str| said.lines().filter(|line| line.contains("[zero-flip]")).collect::<Vec<_>>().join("\n");
        let (check, said) = (text(&check.stderr), text(&report.stderr));
        assert_eq!(report.status.code(), Some(0), "{said}");
        assert_eq!(warnings(&check), warnings(&said), "{check}");
        warnings(&said)
    }
}

const NSL: &str = "zero = [\"nsl\"]";

#[test]
fn a_zero_that_becomes_a_band_is_warned_of_once() {
    let series = Series::new();
    assert_eq!(series.report("2025H2", "us-1874-a2", "", &[]), "", "nothing was declared before");
    assert_eq!(series.report("2026H1", "us-1874-a2", NSL, &[]), "", "the other direction");
    assert_eq!(series.report("2026H2", "us-1874-a2", NSL, &[]), "", "it stays");
    let flip = "warning[zero-flip]: declared zero before and a band now, which tells that something arrived: orders of nsl \
                (release `2026H2`), selectors of nsl (release `2026H2`)";
    assert_eq!(series.report("2027H1", "us-1874-a2", "", &[]), flip);
    assert_eq!(series.report("2027H1", "us-1874-a2", "", &[]), flip, "also where it is made again");
    assert_eq!(series.report("2027H2", "us-1874-a2", "", &[]), "", "it was a band already");
    assert!(series.0.read("hushcount-ledger.jsonl").contains("\"zero\":[\"orders of nsl\",\"selectors of nsl\"]"));
}

/// Readers compare by the days that numbers are of, not by the day they came out.
#[test]
fn an_older_period_that_is_published_later_hides_no_flip() {
    let series = Series::new();
    series.report("2026H1", "us-1874-a2", NSL, &[]);
    assert_eq!(series.report("2025H2", "us-1874-a2", "", &[]), "");
    assert!(series.report("2026H2", "us-1874-a2", "", &[]).contains("orders of nsl (release `2026H1`)"));
}

#[test]
fn a_restatement_from_zero_to_a_band_is_warned_of() {
    let series = Series::new();
    series.report("2026H1", "us-1874-a2", NSL, &[]);
    let restate = ["--restate", "2026H1", "--reason", "a letter was found", "--against", "2026H1-0"];
    assert!(series.report("2026H1", "us-1874-a2", "", &restate).contains("orders of nsl (release `2026H1`)"));
    assert_eq!(series.report("2026H2", "us-1874-a2", "", &[]), "", "its last version was a band");
}

/// The one number of another structure tells as much, where all that was shown before was zero.
#[test]
fn another_structure_hides_no_flip() {
    let all = "zero = [\"nsl\", \"fisa_content\", \"fisa_noncontent\"]";
    for (before, flips) in [(all, true), (NSL, false)] {
        let series = Series::new();
        series.report("2026H1", "us-1874-a2", before, &[]);
        assert_eq!(series.report("2026H2", "us-1874-a3", "", &[]).contains("orders of all"), flips, "{before}");
    }
    // Another law says nothing of this one.
    let series = Series::new();
    series.report("2026H1", "us-1874-a2", all, &[]);
    assert_eq!(series.report("2026H2", "uk-si-2018-349", "", &[]), "");
}

/// A ledger that was written before zeros could be declared, for the log and policy below and the tests' key.
const OLD_LEDGER: &str = include_str!("old-ledger.jsonl");

/// What was published before is made again for nothing: its policy's digest and its ledger's hashes are what they were.
#[test]
fn a_release_from_before_zeros_is_made_again_for_nothing() {
    let place = Place::new();
    let row = |n: usize| format!("n{n},na{n},2026-03-01,nsl,mail,,US\n");
    let rows: String = (0..3).map(row).collect();
    place.write("log.csv", format!("{HEADER}{rows}e0,ea0,2025-10-01,civil,mail,,US\n"));
    let policy =
        "[release]\nperiod = \"2026H1\"\npublish_on = 2026-09-01\nout = \"out\"\n[[table]]\nregime = \"us-1874-a2\"\n";
    place.write("policy.toml", policy);
    place.write("hushcount-ledger.jsonl", OLD_LEDGER);
    let output = place.run(&["report", "log.csv", "--policy", "policy.toml"]);
    assert!(text(&output.stdout).contains("nothing new was charged"), "{}", text(&output.stderr));
    assert_eq!(place.read("hushcount-ledger.jsonl"), OLD_LEDGER);
}
