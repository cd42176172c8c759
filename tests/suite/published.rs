//! Bands that companies published, made again from logs that hold such counts: `cargo test --release published -- --ignored`
//! with the directory of the published tables in `HUSHCOUNT_PUBLISHED`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::support::{Place, text};

/// A file of published tables, as records by column name.
fn records(file: &str) -> Vec<BTreeMap<String, String>> {
    let directory =
        std::env::var_os("HUSHCOUNT_PUBLISHED").map(PathBuf::from).expect("HUSHCOUNT_PUBLISHED names a directory");
    let mut reader = csv::Reader::from_path(directory.join(file)).expect("a published table");
    reader.deserialize().map(|record| record.expect("a record")).collect()
}

/// The process that a published category is counted from, and its key in the regime's table.
fn category(published: &str) -> (&'static str, &'static str) {
    match published {
        "NSL" => ("nsl", "nsl"),
        "FISA content" => ("fisa_content", "fisa_content"),
        "FISA non-content" => ("fisa_pen_register", "fisa_noncontent"),
        _ => ("nsl", "all"),
    }
}

/// What one company published for one period under one regime: by category and measure the low and high end.
type Published = BTreeMap<(String, String), (u64, u64)>;

/// Groups rows that were published together; the same number published twice makes two groups.
fn groups() -> Vec<(String, [String; 2], Published)> {
    let mut groups: BTreeMap<(String, String, String, String, usize), Published> = BTreeMap::new();
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for row in records("published/published-bands.csv") {
        let lawful = ["us-1874", "us-doj"].iter().any(|law| row["regime"].starts_with(law));
        if !lawful || !row["note"].is_empty() {
            continue;
        }
        let measure = if row["measure"] == "orders" { "orders" } else { "selectors" };
        let what: Vec<String> = ["company", "regime", "period_start", "category"]
            .iter()
            .map(|name| row[*name].clone())
            .chain([measure.to_owned()])
            .collect();
        let again = seen.entry(what).or_insert(0);
        let key = (
            row["company"].clone(),
            row["regime"].clone(),
            row["period_start"].clone(),
            row["period_end"].clone(),
            *again,
        );
        *again += 1;
        let end = |name: &str| row[name].parse::<u64>().expect("a number");
        groups
            .entry(key)
            .or_default()
            .insert((row["category"].clone(), measure.to_owned()), (end("band_low"), end("band_high")));
    }
    groups.into_iter().map(|((_, regime, first, last, _), bands)| (regime, [first, last], bands)).collect()
}

/// A log with counts inside published bands: so many orders and selectors of each category, and as many orders no longer
/// secret as a first band's low end was raised by.
fn log(published: &Published, day: &str, width: u64) -> String {
    let mut log = "request_id,account_id,received_on,legal_process,nondisclosure_lifted_on\n".to_owned();
    let categories: BTreeSet<&String> = published.keys().map(|(category, _)| category).collect();
    for name in categories {
        let inside = |measure: &str| {
            let (low, high) = published.get(&(name.clone(), measure.to_owned())).copied().unwrap_or((1, 1));
            ((low + 7).min(high).max(1), low % width)
        };
        let ((orders, raised), (selectors, _)) = (inside("orders"), inside("selectors"));
        let process = category(name).0;
        for row in 0..orders.max(selectors) {
            let (order, selector) = (row % orders, row % selectors);
            let lifted = if order < raised { day } else { "" };
            log += &format!("{process}{order},{process}s{selector},{day},{process},{lifted}\n");
        }
    }
    log
}

/// A report under a regime, and what it said.
fn report(regime: &str, [first, last]: &[String; 2], publish_on: &str, log: &str) -> (Place, String) {
    let place = Place::new();
    place.write("log.csv", log);
    let policy = format!(
        "[release]\nperiod = \"{first}..{last}\"\npublish_on = {publish_on}\n[privacy]\nnoise = \"none\"\n[regime]\nlifted = \
         \"first-band\"\n[[table]]\nregime = \"{regime}\"\n"
    );
    place.write("policy.toml", policy);
    let output = place.run(&["report", "log.csv", "--policy", "policy.toml", "--out", "out"]);
    (place, text(&output.stderr))
}

/// The band that a report shows for a category and a measure of a period.
fn band(place: &Place, first: &str, category: &str, measure: &str) -> Option<String> {
    let csv = place.read("out/national-security.csv");
    let mut made = csv::Reader::from_reader(csv.as_bytes());
    let mut made = made.deserialize().map(|record: Result<BTreeMap<String, String>, _>| record.expect("a record"));
    let found =
        made.find(|row| row["category"] == category && row["measure"] == measure && row["period_start"] == first);
    found.map(|row| row["band"].clone())
}

#[test]
#[ignore = "needs the directory of published tables in HUSHCOUNT_PUBLISHED"]
fn published_bands_are_made_again() {
    let (mut rows, mut combined, mut later) = (0, 0, 0);
    for (regime, period, published) in groups() {
        let [first, last] = &period;
        let width: u64 = match regime.as_str() {
            "us-1874-a2" => 500,
            "us-1874-a3" | "us-doj-2014-2" => 250,
            _ => 1000,
        };
        // The logs reach back a half-year: what is published with a delay is shown for that one.
        let year: u32 = first[..4].parse().expect("a year");
        let before = if first.ends_with("01-01") { format!("{}-07-01", year - 1) } else { format!("{year}-01-01") };
        let log = log(&published, first, width) + &format!("before,before,{before},civil,\n");
        let publish_on = if regime.starts_with("us-doj") { "2015-06-01" } else { "2026-01-01" };
        let (place, said) = report(&regime, &period, publish_on, &log);
        if first.ends_with("01-01") && last.ends_with("12-31") {
            // A company combined a whole year, which a half-yearly structure does not have.
            assert!(said.contains("refused[regime-period]"), "{said}");
            combined += published.len();
            continue;
        }
        // What is too late for the letter was published under the statute's first structure, of the same bands.
        let under_the_statute = || {
            let (place, said) = report("us-1874-a1", &period, "2016-07-01", &log);
            assert!(regime == "us-doj-2014-1" && place.path("out").exists(), "{regime} {period:?}: {said}");
            place
        };
        for ((name, measure), (low, high)) in &published {
            let mut made = if said.contains("refused[regime-too-early]") {
                None
            } else {
                band(&place, first, category(name).1, measure)
            };
            if made.as_ref().is_none_or(|made| made.starts_with("withheld")) {
                let split = if measure == "selectors" { category(name).0 } else { category(name).1 };
                made = band(&under_the_statute(), first, split, measure);
                later += 1;
            }
            assert_eq!(made, Some(format!("{low}-{high}")), "{regime} {first} {name} {measure}: {said}");
            rows += 1;
        }
    }
    assert_eq!((rows, combined), (422, 2));
    assert!(later < 20, "{later}");
}

/// A letter of 2020 that was released on 8 March 2023, and is not yet in the list that Google had on 2 May 2023.
const NOT_YET_LISTED: &str = "518212";

/// Letters that the FBI released: by the day of the download the low ends are those that Google printed.
#[test]
#[ignore = "needs the directory of published tables in HUSHCOUNT_PUBLISHED"]
fn raised_low_ends_come_out_of_released_letters() {
    let letters = records("logs/google-released-nsls.csv");
    for row in records("published/google-usnationalsecurity-nsl-requests.csv") {
        let (low, high) = (&row["Number of requests (range MIN)"], &row["Number of requests (range MAX)"]);
        let end = &row["Reporting period ending date"];
        let year = &end[..4];
        let (period, first) =
            if end.ends_with("06-30") { (format!("{year}H1"), "01-01") } else { (format!("{year}H2"), "07-01") };
        let start = format!("{year}-{first}");
        let mut log = "request_id,received_on,legal_process,nondisclosure_lifted_on\n".to_owned();
        let issued = letters.iter().filter(|one| one["company"] == "Google" && one["file number"] != NOT_YET_LISTED);
        let issued = issued.filter(|one| *one["issue date"] >= *start && one["issue date"] <= *end);
        for letter in issued {
            log += &format!("{},{},nsl,{}\n", letter["file number"], letter["issue date"], letter["release date"]);
        }
        // Those that are still secret: as many as bring the count into the published band.
        let base: u64 = high.parse::<u64>().expect("a number") - 499;
        log += &(0..base + 40).map(|n| format!("secret{n},{start},nsl,\n")).collect::<String>();
        let place = Place::new();
        place.write("log.csv", log);
        let policy = format!(
            "[release]\nperiod = \"{period}\"\npublish_on = 2023-05-02\n[privacy]\nnoise = \"none\"\n[regime]\nlifted = \"first-band\"\n\
             [[table]]\nregime = \"us-1874-a2\"\nmeasures = [\"orders\"]\n"
        );
        place.write("policy.toml", policy);
        place.succeed(&["report", "log.csv", "--policy", "policy.toml", "--out", "out"]);
        let rows = place.read("out/national-security.csv");
        assert!(rows.contains(&format!(",nsl,orders,{low},{high},{low}-{high}")), "{period}: {low}-{high}\n{rows}");
    }
}

/// The misprints among published bands, what follows from several of them, and nothing else.
#[test]
#[ignore = "needs the directory of published tables in HUSHCOUNT_PUBLISHED"]
fn the_audit_names_the_misprints() {
    let directory = PathBuf::from(std::env::var_os("HUSHCOUNT_PUBLISHED").expect("a directory"));
    let table = directory.join("published/published-bands.csv");
    let output = Place::new().run(&["audit", table.to_str().expect("a path in words")]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    for (code, wanted) in [
        ("refused[inverted-band]", 1),
        ("refused[off-grid]", 0),
        ("refused[wrong-width]", 0),
        ("refused[period-not-allowed]", 2),
        ("refused[disjoint-restatement]", 1),
        ("refused[narrowed-by-restatement]", 13),
        ("refused[narrowed-by-overlap]", 4),
        ("refused[", 21),
        ("warning[zero-flip]", 3),
        ("warning[", 3),
        ("note[raised-low-end]", 51),
        ("note[mixed-structure]", 11),
        ("note[", 62),
    ] {
        assert_eq!(said.matches(code).count(), wanted, "{code}");
    }
    for wanted in [
        "Verizon, NSL selectors of 2016H2: 1000-999 begins above its end",
        "Comcast, NSL orders of 2013: 0-999 is printed, but 2013 is not a half-year",
        "Verizon, NSL orders of 2014H2 was published with several bands, and only 500-999 lies in all of them",
        "Verizon, NSL orders of 2015H1 was published with several bands, and only 501-999 lies in all of them",
        "AT&T: numbers of 2014H2 were published under us-1874-a2 and under us-doj-2014-1",
        "Google, FISA content accounts of 2013H1 was published with numbers that cannot all be meant",
        // A year of at most 999 beside a half-year of at least 500 and one letter of the other that was released.
        "of Google, NSL orders of 2010H1: 500-999 it follows that it is 500-998",
    ] {
        assert!(said.contains(wanted), "{wanted}");
    }
}
