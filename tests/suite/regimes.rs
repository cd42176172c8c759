//! Regimes: what is counted where, what is withheld until when, and at least forty things that are refused, each with a twin
//! that is just inside the rule.

use super::support::{Place, text};

const HEADER: &str = "request_id,account_id,received_on,legal_process,service,nondisclosure_lifted_on,country\n";

/// So many orders of a process on a day, each naming one account of its own.
fn orders(prefix: &str, number: usize, process: &str, day: &str) -> String {
    (0..number).map(|n| format!("{prefix}{n},{prefix}a{n},{day},{process},mail,,US\n")).collect()
}

fn place(rows: &str) -> Place {
    let place = Place::new();
    place.write("log.csv", format!("{HEADER}{rows}"));
    place
}

/// A log that reaches over all periods used here.
fn long_log() -> String {
    let days = [
        "2013-08-01",
        "2014-02-01",
        "2014-08-01",
        "2024-02-01",
        "2025-02-01",
        "2025-08-01",
        "2026-02-01",
        "2026-08-01",
    ];
    days.iter().enumerate().map(|(n, day)| orders(&format!("p{n}"), 3, "civil", day)).collect()
}

/// The rows of the regime's table: period, category, measure and band.
fn rows(place: &Place, out: &str) -> Vec<String> {
    let csv = place.read(&format!("{out}/national-security.csv"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let row = |record: csv::StringRecord| format!("{} {} {} {}", &record[0], &record[2], &record[3], &record[6]);
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

const EXACT: [&str; 4] = ["--noise", "none", "--out", "out"];

fn report<'a>(period: &'a str, publish_on: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["report", "log.csv", "--period", period, "--publish-on", publish_on], more].concat()
}

#[test]
fn fisa_numbers_are_of_the_half_year_before_and_the_new_ones_are_withheld_with_the_paragraph() {
    let log = [
        orders("n", 501, "nsl", "2026-03-01"),
        orders("c", 1003, "fisa_702", "2025-10-01"),
        orders("o", 7, "fisa_pen_register", "2025-11-01"),
        orders("x", 600, "fisa_content", "2026-03-01"),
        orders("y", 20, "civil", "2026-03-01"),
    ];
    let place = place(&log.concat());
    place.succeed(&report("2026H1", "2026-09-01", &[&["--regime", "us-1874-a2"][..], &EXACT].concat()));
    assert_eq!(
        rows(&place, "out"),
        [
            "2025-07-01 fisa_content orders 1000-1499",
            "2025-07-01 fisa_content selectors 1000-1499",
            "2026-01-01 fisa_content orders withheld until 2026-12-27",
            "2026-01-01 fisa_content selectors withheld until 2026-12-27",
            "2025-07-01 fisa_noncontent orders 0-499",
            "2025-07-01 fisa_noncontent selectors 0-499",
            "2026-01-01 fisa_noncontent orders withheld until 2026-12-27",
            "2026-01-01 fisa_noncontent selectors withheld until 2026-12-27",
            "2026-01-01 nsl orders 500-999",
            "2026-01-01 nsl selectors 500-999",
        ]
    );
    let report = place.read("out/report.md");
    for said in [
        "50 U.S.C. § 1874(b)(1)(A) and (B)",
        "These are the bands of the exact counts.",
        "Reported as permitted by 50 U.S.C. § 1874(a)(2)",
    ] {
        assert!(report.contains(said), "{said}");
    }
    let csv = place.read("out/national-security.csv");
    assert!(csv.contains("2026-01-01,2026-06-30,fisa_content,orders,,,withheld until 2026-12-27\r\n"), "{csv}");
}

#[test]
fn national_security_process_is_in_no_other_table() {
    let log = [orders("n", 300, "nsl", "2026-03-01"), orders("y", 20, "civil", "2026-03-01")].concat();
    for by in [&["--by", "country", "--keys", "country=US"][..], &["--by", "legal_process"], &[]] {
        let place = place(&log);
        place.succeed(&report("2026H1", "2026-09-01", &[by, &EXACT, &["--band-size", "10"]].concat()));
        let total: u64 = place.json("out/report.json")["tables"][0]["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["band_low"].as_u64().expect("a number"))
            .sum();
        assert_eq!(total, 20, "{by:?}");
        let memory = place.json("hushcount-private.json");
        assert_eq!(memory["runs"][0]["logs"][0]["rows"]["national_security"], 300);
    }
}

#[test]
fn an_order_for_content_and_other_data_counts_once_as_content() {
    let both: String = (0..600)
        .map(|n| {
            format!("b{n},s{n},2026-03-01,fisa_pen_register,mail,,US\nb{n},t{n},2026-03-01,fisa_content,mail,,US\n")
        })
        .collect();
    let place = place(&both);
    place.succeed(&report("2026H1", "2027-01-01", &[&["--regime", "us-1874-a2"][..], &EXACT].concat()));
    let found = rows(&place, "out");
    assert_eq!(found[0], "2026-01-01 fisa_content orders 500-999");
    assert_eq!(found[1], "2026-01-01 fisa_content selectors 1000-1499");
    assert_eq!(found[2], "2026-01-01 fisa_noncontent orders 0-499");
}

#[test]
fn the_first_structure_tells_selectors_by_authority_and_orders_together() {
    let log = [
        orders("p", 1100, "fisa_pen_register", "2026-03-01"),
        orders("t", 2100, "fisa_tangible_things", "2026-03-01"),
        orders("d", 10, "fisa_call_detail_records", "2026-03-01"),
    ];
    let place = place(&log.concat());
    place.succeed(&report("2026H1", "2027-01-01", &[&["--regime", "us-1874-a1"][..], &EXACT].concat()));
    assert_eq!(
        rows(&place, "out"),
        [
            "2026-01-01 fisa_content orders 0-999",
            "2026-01-01 fisa_noncontent orders 3000-3999",
            "2026-01-01 nsl orders 0-999",
            "2026-01-01 fisa_call_detail_records selectors 0-999",
            "2026-01-01 fisa_content selectors 0-999",
            "2026-01-01 fisa_pen_register selectors 1000-1999",
            "2026-01-01 fisa_tangible_things selectors 2000-2999",
            "2026-01-01 nsl selectors 0-999",
        ]
    );
}

/// Orders on a new service are silent until 540 days after the first: not even a sentence says so.
#[test]
fn a_new_service_is_silent_until_its_540th_day() {
    let log = [
        orders("o", 400, "fisa_702", "2025-09-01"),
        orders("v", 200, "fisa_702", "2025-09-02").replace("mail", "video"),
    ];
    let policy = "[release]\nperiod = \"2025H2\"\n[privacy]\nnoise = \"none\"\n[regime.new_services]\nvideo = 2025-09-02\n[[table]]\nregime = \"us-1874-a2\"\n";
    for (publish_on, band) in [("2027-02-23", "0-499"), ("2027-02-24", "500-999")] {
        let place = place(&log.concat());
        place.write("policy.toml", policy);
        place.succeed(&["report", "log.csv", "--policy", "policy.toml", "--publish-on", publish_on, "--out", "out"]);
        assert_eq!(rows(&place, "out")[0], format!("2025-07-01 fisa_content orders {band}"));
        assert!(!place.read("out/report.md").contains("video"));
    }
}

#[test]
fn low_ends_are_raised_by_what_is_no_longer_secret() {
    let log: String = (0..530)
        .map(|n| {
            let lifted = match n {
                0..22 => "2026-08-01",
                22..25 => "2026-09-02",
                _ => "",
            };
            format!("n{n},a{n},2026-03-01,nsl,mail,{lifted},US\n")
        })
        .collect();
    let few: String = log.lines().take(400).map(|line| format!("{line}\n")).collect();
    for (rows_of, how, band) in [
        (&few, "ignored", "0-499"),
        (&few, "first-band", "22-499"),
        (&few, "every-band", "22-499"),
        (&log, "first-band", "500-999"),
        (&log, "every-band", "522-999"),
    ] {
        let place = place(rows_of);
        let policy = format!(
            "[release]\nperiod = \"2026H1\"\n[privacy]\nnoise = \"none\"\n[regime]\nlifted = \"{how}\"\n[[table]]\nregime = \"us-1874-a2\"\n"
        );
        place.write("policy.toml", policy);
        place.write("log.csv", format!("{HEADER}{}{rows_of}", orders("e", 1, "civil", "2025-10-01")));
        place.succeed(&["report", "log.csv", "--policy", "policy.toml", "--publish-on", "2026-09-01", "--out", "out"]);
        let found = rows(&place, "out");
        assert!(found.contains(&format!("2026-01-01 nsl orders {band}")), "{how}: {found:?}");
        assert_eq!(
            how != "ignored",
            place
                .read("out/report.md")
                .contains("No longer secret on September 1, 2026: 22 orders of National security letters")
        );
    }
}

/// With noise a band is never below the number that everybody can count.
#[test]
fn a_noisy_band_is_never_below_what_is_no_longer_secret() {
    let log: String = (0..1200).map(|n| format!("n{n},a{n},2026-03-01,nsl,mail,2026-08-01,US\n")).collect();
    let place = place(&(log + &orders("e", 1, "civil", "2025-10-01")));
    let policy = "[release]\nperiod = \"2026H1\"\n[privacy]\nepsilon = 0.001\n[regime]\nlifted = \"first-band\"\n[[table]]\nregime = \"us-1874-a2\"\n";
    place.write("policy.toml", policy);
    place.succeed(&["report", "log.csv", "--policy", "policy.toml", "--publish-on", "2026-09-01", "--out", "out"]);
    let rows = place.json("out/report.json")["tables"][0]["rows"].clone();
    let nsl = rows.as_array().expect("rows").iter().filter(|row| row["category"] == "nsl");
    for row in nsl {
        assert!(row["band_high"].as_u64().expect("a number") >= 1200, "{row}");
    }
    assert!(
        place.read("out/report.md").contains("These are bands of noisy counts: noise puts a number into another band")
    );
}

/// A number that nobody knows the name of must not be counted as something else.
#[test]
fn a_process_that_sounds_secret_and_is_not_mapped_is_at_fault() {
    let place = place(&orders("n", 3, "National Security Letter", "2026-03-01"));
    let arguments = report("2026H1", "2027-01-01", &[&["--regime", "us-1874-a2"][..], &EXACT].concat());
    let output = place.run(&arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr)
            .contains("row 2, column `legal_process`: expected a national-security process by a name that is known")
    );
    place.write("policy.toml", "[release]\nperiod = \"2026H1\"\n[privacy]\nnoise = \"none\"\n[keys.legal_process.spellings]\n\"National Security Letter\" = \"nsl\"\n[[table]]\nregime = \"us-1874-a2\"\n");
    place.succeed(&["report", "log.csv", "--policy", "policy.toml", "--publish-on", "2027-01-01", "--out", "out"]);
}

#[test]
fn a_log_that_does_not_reach_back_is_refused() {
    let place = place(&orders("n", 3, "nsl", "2026-03-01"));
    let output = place.run(&report("2026H1", "2026-09-01", &[&["--regime", "us-1874-a2"][..], &EXACT].concat()));
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("refused[regime-log-short]"), "{}", text(&output.stderr));
}

/// A period that was reported under one structure stays under it, in every later release.
#[test]
fn one_structure_for_a_period_in_all_releases() {
    let place = place(&long_log());
    place.succeed(&report("2026H1", "2027-01-01", &["--regime", "us-1874-a2", "--noise", "none", "--out", "a"]));
    for (regime, period, publish_on, out, status) in [
        ("us-1874-a3", "2026H1", "2027-01-01", "b", 1),
        ("us-1874-a1", "2026H1", "2027-01-01", "c", 1),
        ("us-1874-a4", "2026", "2027-12-31", "d", 1),
        ("us-1874-a2", "2026H2", "2027-07-01", "e", 0),
        ("us-1874-a3", "2025H1", "2027-01-01", "f", 0),
        ("uk-si-2018-349", "2026H1", "2027-01-01", "g", 0),
    ] {
        let arguments =
            report(period, publish_on, &["--regime", regime, "--noise", "none", "--release", out, "--out", out]);
        let output = place.run(&arguments);
        assert_eq!(output.status.code(), Some(status), "{regime} {period}: {}", text(&output.stderr));
        let said = text(&output.stderr);
        assert!(
            status == 0 || said.contains("refused[regime-structure]") && said.contains("50 U.S.C. § 1874(a)"),
            "{said}"
        );
        assert_eq!(place.path(out).exists(), status == 0);
    }
}

/// Something that is refused, with its code and paragraph, and what is just inside the rule.
struct Case {
    refused: Vec<String>,
    code: &'static str,
    paragraph: &'static str,
    allowed: Vec<String>,
}

fn case(refused: &[&str], code: &'static str, paragraph: &'static str, allowed: &[&str]) -> Case {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Case { refused: owned(refused), code, paragraph, allowed: owned(allowed) }
}

fn cases() -> Vec<Case> {
    [
        bands_too_fine(),
        periods_too_short(),
        days_too_early(),
        after_the_letter(),
        finer_than_categories(),
        exact_and_ordinary(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Bands finer than the regime's, or off its grid; its own and whole multiples are allowed.
fn bands_too_fine() -> Vec<Case> {
    let mut cases = Vec::new();
    for (regime, period, publish_on, refused, allowed, paragraph) in [
        ("us-1874-a1", "2026H1", "2027-01-01", [500, 999, 1500], [1000, 2000, 3000], "50 U.S.C. § 1874(a)(1)"),
        ("us-1874-a2", "2026H1", "2027-01-01", [250, 499, 750], [500, 1000, 1500], "50 U.S.C. § 1874(a)(2)"),
        ("us-1874-a3", "2026H1", "2027-01-01", [100, 249, 300], [250, 500, 750], "50 U.S.C. § 1874(a)(3)"),
        ("us-1874-a4", "2024", "2026-01-01", [50, 99, 150], [100, 200, 300], "50 U.S.C. § 1874(a)(4)"),
        (
            "us-doj-2014-1",
            "2014H1",
            "2015-01-02",
            [500, 999, 1500],
            [1000, 2000, 3000],
            "DOJ letter of 27 January 2014, option one",
        ),
        (
            "us-doj-2014-2",
            "2014H1",
            "2015-01-02",
            [100, 249, 300],
            [250, 500, 750],
            "DOJ letter of 27 January 2014, option two",
        ),
        ("uk-si-2018-349", "2026H1", "2027-01-01", [250, 499, 750], [500, 1000, 1500], "SI 2018/349"),
        ("ca-2015", "2026H1", "2026-09-01", [10, 50, 100], [101, 150, 250], "Guidelines, part B.1"),
    ] {
        for (refused, allowed) in refused.into_iter().zip(allowed) {
            let with = |size: i32| {
                ["--regime", regime, "--period", period, "--publish-on", publish_on, "--band-size", &size.to_string()]
                    .map(str::to_owned)
            };
            let (refused, allowed) = (with(refused).to_vec(), with(allowed).to_vec());
            cases.push(Case { refused, code: "regime-band", paragraph, allowed });
        }
    }
    cases
}

/// Periods that are not as long as the regime's.
fn periods_too_short() -> Vec<Case> {
    let mut cases = Vec::new();
    for (regime, refused, allowed, publish_on) in [
        ("us-1874-a1", "2026Q1", "2026H1", "2027-01-01"),
        ("us-1874-a2", "2026-01-01..2026-05-31", "2025-09-01..2026-02-28", "2027-01-01"),
        ("us-1874-a2", "2026-01-02..2026-07-01", "2026-01-02..2026-06-30", "2027-01-01"),
        ("us-1874-a3", "2026", "2026H1", "2027-01-01"),
        ("us-1874-a4", "2025H1", "2025", "2027-01-01"),
        ("us-1874-a4", "2025Q1", "2024-07-01..2025-06-30", "2027-01-01"),
        ("us-doj-2014-1", "2014Q1", "2014H1", "2015-01-02"),
        ("uk-si-2018-349", "2026Q1", "2026H1", "2027-01-01"),
    ] {
        let with = |period| ["--regime", regime, "--period", period, "--publish-on", publish_on];
        let paragraph = if regime.starts_with("us-1874") { "50 U.S.C. § 1874(" } else { "" };
        cases.push(case(&with(refused), "regime-period", paragraph, &with(allowed)));
    }
    cases
}

/// A day too early, and the day itself.
fn days_too_early() -> Vec<Case> {
    let mut cases = Vec::new();
    for (regime, period, refused, allowed, paragraph) in [
        ("us-1874-a4", "2025", "2026-12-30", "2026-12-31", "50 U.S.C. § 1874(b)(3)"),
        ("us-1874-a4", "2024-07-01..2025-06-30", "2026-06-29", "2026-06-30", "50 U.S.C. § 1874(b)(3)"),
        ("us-1874-a3", "2026H1", "2026-06-30", "2026-07-01", "50 U.S.C. § 1874(b)(2): The report covers the previous"),
        (
            "us-1874-a2",
            "2026H1",
            "2026-06-30",
            "2026-07-01",
            "50 U.S.C. § 1874(b)(1)(A): Letters are reported for the previous",
        ),
        ("ca-2015", "2026H1", "2026-06-30", "2026-07-01", "when the days that they cover are over"),
        ("uk-si-2018-349", "2026H1", "2026-12-29", "2026-12-30", "SI 2018/349"),
    ] {
        let with = |day| ["--regime", regime, "--period", period, "--publish-on", day];
        cases.push(case(&with(refused), "regime-too-early", paragraph, &with(allowed)));
    }
    cases
}

/// The letter's last day was 1 June 2015.
fn after_the_letter() -> Vec<Case> {
    let mut cases = Vec::new();
    for (regime, period) in [("us-doj-2014-1", "2014H2"), ("us-doj-2014-2", "2014H2")] {
        let with = |day| ["--regime", regime, "--period", period, "--publish-on", day];
        cases.push(case(&with("2015-06-02"), "regime-historic", "USA FREEDOM Act of 2015, § 603", &with("2015-06-01")));
    }
    cases
}

/// Finer than the categories.
fn finer_than_categories() -> Vec<Case> {
    let mut cases = Vec::new();
    let a2 = ["--regime", "us-1874-a2", "--period", "2026H1", "--publish-on", "2027-01-01"];
    for by in ["country", "agency", "service", "received_on", "legal_process"] {
        let refused = [&a2[..], &["--by", by]].concat();
        cases.push(case(&refused, "regime-breakdown", "50 U.S.C. § 1874(a)(2)(A)-(F)", &a2));
    }
    cases.push(case(&[&a2[..], &["--total"]].concat(), "regime-total", "50 U.S.C. § 1874(a)(2)", &a2));
    cases
}

/// Exact numbers, and secret process among ordinary keys.
fn exact_and_ordinary() -> Vec<Case> {
    let a2 = ["--regime", "us-1874-a2", "--period", "2026H1", "--publish-on", "2027-01-01"];
    let mut cases = Vec::new();
    for (regime, paragraph) in [("au-317zf", "s 317ZF(13)"), ("eu-dsa-15", "Article 15(1)(a)")] {
        let refused = ["--regime", regime, "--period", "2026H1", "--publish-on", "2027-01-01"];
        cases.push(case(&refused, "regime-exact", paragraph, &a2));
    }
    for key in ["nsl", "fisa_content", "FISA orders", "National Security Letter", "uk_ipa_content"] {
        let with = |key: &str| {
            [
                "--period",
                "2026H1",
                "--band-size",
                "1000",
                "--by",
                "legal_process",
                "--keys",
                &format!("legal_process=civil,{key}"),
            ]
            .map(str::to_owned)
            .to_vec()
        };
        let (refused, allowed) = (with(key), with("mlat"));
        cases.push(Case { refused, code: "regime-required", paragraph: "50 U.S.C. § 1874", allowed });
    }
    cases
}

#[test]
fn what_a_regime_does_not_allow_is_refused_with_its_paragraph_and_what_it_allows_is_not() {
    let cases = cases();
    assert!(cases.len() >= 40, "{}", cases.len());
    for Case { refused, code, paragraph, allowed } in cases {
        let place = place(&long_log());
        let words = |words: &[String]| -> Vec<String> {
            let fixed = ["report", "log.csv", "--noise", "none", "--out", "out"].map(str::to_owned);
            fixed.into_iter().chain(words.iter().cloned()).collect()
        };
        let run = |options: &[String]| {
            let words = words(options);
            place.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let output = run(&refused);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{refused:?}: {said}");
        assert!(said.contains(&format!("refused[{code}]")) && said.contains(paragraph), "{refused:?}: {said}");
        assert!(!place.path("out").exists() && !place.path("hushcount-ledger.jsonl").exists(), "{refused:?}");
        let output = run(&allowed);
        assert_eq!(output.status.code(), Some(0), "{allowed:?}: {}", text(&output.stderr));
    }
}

#[test]
fn two_structures_in_one_release_and_an_agreement_without_a_basis_are_refused() {
    let head = "[release]\nperiod = \"2026H1\"\npublish_on = 2027-01-01\nout = \"out\"\n[privacy]\nnoise = \"none\"\n";
    for (policy, status, code) in [
        (
            "[[table]]\nregime = \"us-1874-a2\"\n[[table]]\nname = \"b\"\nregime = \"us-1874-a3\"\n",
            1,
            "refused[regime-structure]",
        ),
        ("[[table]]\nregime = \"us-1874-a2\"\n[[table]]\nname = \"b\"\nregime = \"uk-si-2018-349\"\n", 0, ""),
        ("[[table]]\nregime = \"agreed\"\n", 1, "refused[regime-basis]"),
        ("[regime.agreed]\nbasis = \" \"\n[[table]]\nregime = \"agreed\"\n", 1, "refused[regime-basis]"),
        ("[regime.agreed]\nbasis = \"Letter of 1 May 2026\"\nband = 50\n[[table]]\nregime = \"agreed\"\n", 0, ""),
        ("[[table]]\nregime = \"us-1874-a5\"\n", 2, "error[regime-unknown]"),
        ("[regime]\nlifted = \"always\"\n[[table]]\nregime = \"us-1874-a2\"\n", 2, "error[policy-value]"),
    ] {
        let place = place(&long_log());
        place.write("policy.toml", format!("{head}{policy}"));
        let output = place.run(&["report", "log.csv", "--policy", "policy.toml"]);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(status) && said.contains(code), "{policy}: {said}");
        if policy.contains("1 May") {
            assert!(place.read("out/report.md").contains("Reported as permitted by Letter of 1 May 2026"));
            assert!(place.read("out/report.json").contains("Letter of 1 May 2026"));
        }
    }
}

#[test]
fn a_regime_is_explained_with_its_paragraphs() {
    let place = Place::new();
    let all = place.succeed(&["regimes"]);
    for id in
        ["us-1874-a1", "us-1874-a4", "us-doj-2014-2", "uk-si-2018-349", "ca-2015", "au-317zf", "eu-dsa-15", "agreed"]
    {
        assert!(all.contains(&format!("{id}: ")), "{id}");
    }
    let one = place.succeed(&["regimes", "us-1874-a2"]);
    assert!(one.contains("- 50 U.S.C. § 1874(b)(1)(A) and (B): FISA numbers may be published 180 days after"), "{one}");
    assert_eq!(place.run(&["regimes", "us-1874"]).status.code(), Some(2));
}

/// A raised band that does not hold its count would be false, and one that is not raised would tell that the count is small.
#[test]
fn a_band_that_cannot_be_raised_truly_is_refused() {
    let log: String = (0..505)
        .map(|n| format!("n{n},a{n},2026-03-01,nsl,mail,{},US\n", if n < 22 { "2026-08-01" } else { "" }))
        .collect();
    for (noise, status, code) in [("none", 1, "refused[regime-raise]"), ("laplace", 2, "needs noise = \"none\"")] {
        let place = place(&log);
        let policy = format!(
            "[release]\nperiod = \"2026H1\"\n[privacy]\nnoise = \"{noise}\"\n[regime]\nlifted = \"every-band\"\n[[table]]\nregime = \"us-1874-a3\"\n"
        );
        place.write("policy.toml", policy.replace("us-1874-a3", "us-1874-a2"));
        let output =
            place.run(&["report", "log.csv", "--policy", "policy.toml", "--publish-on", "2027-01-01", "--out", "out"]);
        assert!(
            output.status.code() == Some(status) && text(&output.stderr).contains(code),
            "{}",
            text(&output.stderr)
        );
        assert!(!place.path("out").exists());
    }
}

/// With accounts protected, one account's row moves no other's: thousands of selectors do not follow it.
#[test]
fn what_an_account_says_of_an_order_moves_no_other_account() {
    let many: String = (0..6000).map(|n| format!("R,a{n},2026-03-01,fisa_pen_register,mail,,US\n")).collect();
    let selectors = |more: &str| {
        let place = place(&format!("{many}{more}"));
        let options = ["--regime", "us-1874-a2", "--privacy-unit", "account", "--epsilon", "100", "--out", "out"];
        place.succeed(&report("2026H1", "2027-03-01", &options));
        rows(&place, "out")
    };
    let without = selectors("");
    assert_eq!(without[3], "2026-01-01 fisa_noncontent selectors 6000-6499");
    assert_eq!(selectors("R,zz,2026-03-01,fisa_content,mail,,US\n"), without);
}

/// A letter and an order under one id are two things, also where they are of different half-years.
#[test]
fn letters_are_not_counted_as_orders() {
    let both: String = (0..600)
        .map(|n| format!("b{n},s{n},2026-03-01,nsl,mail,,US\nb{n},t{n},2025-10-01,fisa_pen_register,mail,,US\n"))
        .collect();
    let place = place(&both);
    place.succeed(&report("2026H1", "2026-09-01", &[&["--regime", "us-1874-a2"][..], &EXACT].concat()));
    let found = rows(&place, "out");
    for row in [
        "2025-07-01 fisa_noncontent orders 500-999",
        "2026-01-01 nsl orders 500-999",
        "2026-01-01 nsl selectors 500-999",
    ] {
        assert!(found.contains(&row.to_owned()), "{row}: {found:?}");
    }
}

/// Windows that overlap, agreements that differ and numbers that come twice all narrow what was published before.
#[test]
fn what_would_narrow_an_earlier_release_is_refused() {
    let agreed = |basis: &str, band: u32| {
        format!(
            "[release]\nperiod = \"2026H1\"\n[privacy]\nnoise = \"none\"\n[regime.agreed]\nbasis = \"{basis}\"\nband = {band}\n[[table]]\nregime = \"agreed\"\n"
        )
    };
    let place = place(&long_log());
    let made = |arguments: &[&str]| {
        let output = place.run(arguments);
        (output.status.code(), text(&output.stderr))
    };
    place.succeed(&report(
        "2026H1",
        "2027-01-01",
        &["--regime", "uk-si-2018-349", "--noise", "none", "--release", "uk", "--out", "uk"],
    ));
    place.succeed(&report(
        "2026-01-01..2026-06-29",
        "2027-01-01",
        &["--regime", "us-1874-a3", "--noise", "none", "--out", "a"],
    ));
    let rolling =
        report("2026-01-02..2026-06-30", "2027-01-01", &["--regime", "us-1874-a3", "--noise", "none", "--out", "b"]);
    let (status, said) = made(&rolling);
    assert!(status == Some(1) && said.contains("refused[regime-structure]"), "{said}");
    place.write("policy.toml", agreed("Letter one", 250));
    let (status, said) =
        made(&["report", "log.csv", "--policy", "policy.toml", "--publish-on", "2027-01-01", "--out", "c"]);
    assert!(status == Some(1) && said.contains("refused[regime-structure]"), "{said}");
    let again = report(
        "2026H1",
        "2027-02-01",
        &["--regime", "uk-si-2018-349", "--noise", "none", "--release", "again", "--out", "d"],
    );
    let (status, said) = made(&again);
    assert!(status == Some(1) && said.contains("refused[regime-published]"), "{said}");
}

/// FISA numbers that the release before showed already are left out where the policy says so.
#[test]
fn numbers_that_were_shown_are_not_shown_again() {
    let place = place(&long_log());
    let policy = |period: &str, earlier: &str| {
        format!(
            "[release]\nperiod = \"{period}\"\n[privacy]\nnoise = \"none\"\n[regime]\n{earlier}[[table]]\nregime = \"us-1874-a2\"\n"
        )
    };
    let run = |period: &str, publish_on: &str, earlier: &str| {
        place.write("policy.toml", policy(period, earlier));
        place.run(&[
            "report",
            "log.csv",
            "--policy",
            "policy.toml",
            "--publish-on",
            publish_on,
            "--out",
            &format!("{period}{}", earlier.len()),
        ])
    };
    assert_eq!(run("2025H2", "2026-07-01", "").status.code(), Some(0));
    let output = run("2026H1", "2026-09-01", "");
    assert!(text(&output.stderr).contains("refused[regime-published]"), "{}", text(&output.stderr));
    let output = run("2026H1", "2026-09-01", "earlier = false\n");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let found = rows(&place, "2026H116");
    assert!(found.iter().all(|row| row.contains("withheld") || row.contains("nsl")), "{found:?}");
}

/// A FISA number stands in the release of the half-year after its own: that one is restated for it. On the day of its first
/// publication the release of its own half-year did not show it, and is restated as of that day for its letters.
#[test]
fn what_is_to_be_restated_is_said() {
    let place = place(&long_log());
    let regime = ["--regime", "us-1874-a2", "--noise", "none"];
    let run = |period: &str, publish_on: &str, more: &[&str]| {
        let output = place.run(&report(period, publish_on, &[&regime[..], more].concat()));
        (output.status.code(), text(&output.stderr))
    };
    assert_eq!(run("2026H1", "2026-09-01", &["--out", "h1"]).0, Some(0));
    assert_eq!(run("2026H2", "2027-03-01", &["--out", "h2", "--against", "h1"]).0, Some(0));
    place.write("log.csv", place.read("log.csv") + &orders("late", 900, "nsl", "2026-03-01"));
    let restate = ["--restate", "2026H1", "--reason", "late", "--out", "h1-2", "--against", "h1", "--against", "h2"];
    let (status, said) = run("2026H1", "2027-04-01", &restate);
    assert_eq!(status, Some(1), "{said}");
    for wanted in [
        "refused[regime-published]",
        "would show again: orders of fisa_content, selectors of fisa_content, orders of fisa_noncontent",
        "(`--restate 2026H2`)",
        "with the `--publish-on` that its last version states",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let (status, said) = run("2026H1", "2026-09-01", &restate);
    assert_eq!(status, Some(0), "{said}");
}

/// What was agreed on is what a refusal quotes, not the paragraph that it takes the place of.
#[test]
fn a_refusal_under_an_agreement_quotes_the_agreement() {
    let place = place(&long_log());
    let policy = "[release]\nperiod = \"2026Q1\"\n[privacy]\nnoise = \"none\"\n[regime.agreed]\nbasis = \"Letter one\"\n\
                  like = \"us-1874-a3\"\nband = 200\nperiod = \"year\"\n[[table]]\nregime = \"agreed\"\nband_size = 250\n";
    place.write("policy.toml", policy);
    let output = place.run(&["check", "log.csv", "--policy", "policy.toml", "--publish-on", "2027-01-01"]);
    let said = text(&output.stderr);
    for wanted in [
        "Letter one (not verified): Numbers are reported in bands of 200.",
        "Letter one (not verified): The report covers a year: twelve whole months.",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert!(!said.contains("U.S.C."), "{said}");
}

#[test]
fn a_service_must_be_written_as_the_policy_writes_it_and_a_silent_order_is_silent_in_all_its_rows() {
    let policy = "[release]\nperiod = \"2025H2\"\n[privacy]\nnoise = \"none\"\n[regime.new_services]\nvideo = 2025-09-02\n[[table]]\nregime = \"us-1874-a2\"\n";
    let made = |row: &str| {
        let place = place(&(orders("o", 3, "civil", "2025-09-01") + row));
        place.write("policy.toml", policy);
        (
            place.run(&["report", "log.csv", "--policy", "policy.toml", "--publish-on", "2026-07-01", "--out", "out"]),
            place,
        )
    };
    for (service, day) in
        [("Video", "2025-10-01"), ("video ", "2025-10-01"), ("", "2025-10-01"), ("video", "2025-09-01")]
    {
        let (output, _) = made(&format!("v,a,{day},fisa_702,{service},,US\n"));
        assert_eq!(output.status.code(), Some(2), "{service}");
        assert!(text(&output.stderr).contains("column `service`: expected a service as"), "{}", text(&output.stderr));
    }
    let rows_of: String = (0..600)
        .map(|n| format!("v{n},a{n},2025-10-01,fisa_702,video,,US\nv{n},b{n},2025-10-01,fisa_702,mail,,US\n"))
        .collect();
    let (_, place) = made(&rows_of);
    assert_eq!(rows(&place, "out")[0], "2025-07-01 fisa_content orders 0-499");
}

/// Where a regime's table is made, every legal process must be known: an unknown one might be among its numbers.
#[test]
fn every_legal_process_must_be_known_where_a_regime_is_reported() {
    for process in ["carrier pigeon", "", "Section 702", "US NSL", "NSL\u{ff0d}letter"] {
        let place = place(&orders("n", 3, process, "2026-03-01"));
        let output = place.run(&report("2026H1", "2027-01-01", &[&["--regime", "us-1874-a2"][..], &EXACT].concat()));
        assert_eq!(output.status.code(), Some(2), "{process}");
        assert!(text(&output.stderr).contains("row 2, column `legal_process`"), "{}", text(&output.stderr));
    }
}

/// Which service is new must not be told: not by a digest that everybody can compute either.
#[test]
fn a_new_service_is_not_in_the_public_digest() {
    let digest = |services: &str| {
        let place = place(&long_log());
        let policy = format!(
            "[release]\nperiod = \"2025H2\"\n[privacy]\nnoise = \"none\"\n{services}[[table]]\nregime = \"us-1874-a2\"\n"
        );
        place.write("policy.toml", policy);
        place.succeed(&["report", "log.csv", "--policy", "policy.toml", "--publish-on", "2026-07-01", "--out", "out"]);
        place.json("out/report.json")["provenance"]["policy_sha256"].clone()
    };
    assert_eq!(digest("[regime.new_services]\nvideo = 2025-09-02\n"), digest(""));
}

#[test]
fn tables_of_one_name_and_numbers_of_which_a_part_is_left_out_are_refused() {
    let head = "[release]\nperiod = \"2026H1\"\npublish_on = 2027-01-01\nout = \"out\"\n[privacy]\nnoise = \"none\"\n[bands]\nsize = 10\n";
    let us = "[[table]]\nregime = \"us-1874-a2\"\n";
    for (policy, status, code) in [
        (format!("{us}{us}"), 2, "two tables are named"),
        (format!("{us}[[table]]\nregime = \"uk-si-2018-349\"\n"), 2, "two tables are named"),
        (format!("[[table]]\nname = \"National-Security\"\n{us}"), 2, "two tables are named"),
        (format!("[log.leave_out]\nlegal_process = [\"nsl\"]\n{us}"), 1, "refused[regime-left-out]"),
        (format!("[log.leave_out]\nlegal_process = [\"civil\"]\n{us}"), 0, ""),
        (
            format!("[log.columns]\ncount = \"request_id\"\n[regime]\nlifted = \"first-band\"\n{us}"),
            2,
            "a log of counts",
        ),
        (
            "[regime.agreed]\nbasis = \"x\"\ndelay_days = 99999999\n[[table]]\nregime = \"agreed\"\n".to_owned(),
            2,
            "at most 3660",
        ),
    ] {
        let place = place(&long_log());
        place.write("policy.toml", format!("{head}{policy}"));
        let output = place.run(&["report", "log.csv", "--policy", "policy.toml"]);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(status) && said.contains(code), "{policy}: {said}");
    }
}
