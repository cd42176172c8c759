//! Reports in each language, with the publisher's own words, and beside earlier ones.

use super::support::{Place, text};

const LOG: &str = "request_id,received_on,country,legal_process\n\
    1,2026-01-02,DE,subpoena\n2,2026-02-03,FR,search_warrant\n3,2026-04-05,DE,subpoena\n4,2026-05-06,US,civil\n";

fn place() -> Place {
    let place = Place::new();
    place.write("log.csv", LOG);
    place
}

/// A command about the log, by country.
fn command<'a>(action: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let base = [action, "log.csv", "--by", "country", "--keys", "country=DE,FR,US", "--band-size", "1000"];
    [&base, more].concat()
}

fn report(place: &Place, more: &[&str]) {
    place.succeed(&command("report", more));
}

#[test]
fn words_numbers_and_days_are_those_of_the_language() {
    for (lang, wanted) in [
        (
            "en",
            ["lang=\"en\"", "Germany", "0-999", "March 31, 2026", "in bands of 1,000", "How these numbers were made"],
        ),
        (
            "de",
            ["lang=\"de\"", "Deutschland", "0 bis 999", "31. März 2026", "in Bereichen von 1.000", "Wie diese Zahlen"],
        ),
        (
            "fr",
            [
                "lang=\"fr\"",
                "Allemagne",
                "0 à 999",
                "31 mars 2026",
                "par tranches de 1\u{202f}000",
                "Comment ces nombres",
            ],
        ),
    ] {
        let place = place();
        report(&place, &["--period", "2026Q1", "--lang", lang, "--out", "out"]);
        let page = place.read("out/report.html");
        for word in wanted {
            assert!(page.contains(word), "{lang}: {word}: {page}");
        }
        assert!(wanted[1..].iter().filter(|word| place.read("out/report.md").contains(*word)).count() == 5, "{lang}");
        // Files for programs are the same in every language.
        assert!(place.read("out/by-country.csv").contains(",DE,requests,0,999,0-999"));
        assert_eq!(place.json("out/report.json")["notes"][0], "Bands start at 0 and are 1,000 counts wide everywhere.");
        place.succeed(&["verify", "out"]);
    }
}

#[test]
fn a_language_that_is_not_there_is_refused() {
    let place = place();
    let output = place.run(&[
        "report",
        "log.csv",
        "--by",
        "country",
        "--band-size",
        "1000",
        "--period",
        "2026Q1",
        "--lang",
        "es",
    ]);
    let said = text(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("`es` is no language of reports"), "{said}");
}

#[test]
fn a_publishers_own_words_stand_in_place_of_the_languages() {
    let place = place();
    place.write(
        "policy.toml",
        "[report]\nlang = \"de\"\npublisher = \"Beispiel <AG>\"\n[labels.columns]\ncountry = \"Herkunft\"\n\
         [labels.country]\nDE = \"Inland & mehr\"\n",
    );
    report(&place, &["--period", "2026Q1", "--policy", "policy.toml", "--out", "out"]);
    let page = place.read("out/report.html");
    for word in [
        "Beispiel &lt;AG&gt;: Transparenzbericht",
        "<th scope=\"col\">Herkunft</th>",
        "Inland &amp; mehr",
        "Frankreich",
    ] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert_eq!(place.json("out/report.json")["tables"][0]["labels"]["country"]["keys"]["DE"], "Inland & mehr");
    place.succeed(&["verify", "out"]);

    place.write("policy.toml", "[labels.country]\nDE = \"two\\nlines\"\n");
    let output = place.run(&[
        "report",
        "log.csv",
        "--by",
        "country",
        "--band-size",
        "1000",
        "--period",
        "2026Q1",
        "--policy",
        "policy.toml",
    ]);
    assert!(
        output.status.code() == Some(2) && text(&output.stderr).contains("is one line"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn labels_can_be_for_one_language_and_must_be_for_something() {
    let place = place();
    place.write("policy.toml", "[labels.columns]\ncountry = \"Origin\"\n[labels.de.columns]\ncountry = \"Herkunft\"\n[labels.de.country]\nDE = \"Inland\"\n");
    for (lang, wanted) in
        [("en", ["Origin", "Germany"]), ("de", ["Herkunft", "Inland"]), ("fr", ["Origin", "Allemagne"])]
    {
        report(&place, &["--period", "2026Q1", "--policy", "policy.toml", "--lang", lang, "--out", lang]);
        let page = place.read(&format!("{lang}/report.html"));
        assert!(wanted.iter().all(|word| page.contains(word)), "{lang}: {page}");
    }
    for (labels, wanted) in [
        ("[labels.contry]\nDE = \"x\"\n", "did you mean `country`?"),
        ("[labels.columns]\nontry = \"x\"\n", "there is no column `ontry`"),
        ("[labels.country]\nXX = \"x\"\n", "`country` has no key `XX`"),
        ("[labels.fr.country]\nFE = \"x\"\n", "`country` has no key `FE`"),
    ] {
        place.write("policy.toml", labels);
        let output = place.run(&command("check", &["--period", "2026Q1", "--policy", "policy.toml"]));
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(wanted), "{labels}: {said}");
    }
}

#[test]
fn earlier_releases_of_the_same_length_stand_beside_this_one() {
    let place = place();
    report(&place, &["--period", "2026Q1", "--out", "q1"]);
    report(&place, &["--period", "2025", "--out", "year"]);
    report(&place, &["--period", "2026Q2", "--against", "q1", "--against", "year", "--out", "q2"]);
    let page = place.read("q2/report.html");
    assert!(page.contains("Requests by country: earlier periods"), "{page}");
    assert!(
        page.contains("<th scope=\"col\">January to March 2026</th><th scope=\"col\">April to June 2026</th>"),
        "{page}"
    );
    assert_eq!(
        (page.matches("data-earlier=\"0-999\"").count(), page.matches("class=\"course\"").count()),
        (6, 3),
        "{page}"
    );
    assert!(page.contains("Earlier releases of a longer or shorter period"), "{page}");
    let earlier = place.json("q2/report.json")["tables"][0]["earlier"].clone();
    assert_eq!(earlier.as_array().map(Vec::len), Some(3), "{earlier}");
    assert_eq!((&earlier[0]["period_end"], &earlier[0]["band"]), (&"2026-03-31".into(), &"0-999".into()));
    place.succeed(&["verify", "q2"]);
    // Of the table alone, no later period is shown beside an earlier one.
    report(&place, &["--period", "2026Q1", "--release", "again", "--against", "q2", "--out", "again"]);
    assert!(!place.read("again/report.html").contains("earlier periods"));
}

#[test]
fn what_is_no_release_is_refused_before_anything_is_charged() {
    let place = place();
    let output = place.run(&command("report", &["--period", "2026Q1", "--against", ".", "--out", "out"]));
    assert!(output.status.code() == Some(2), "{}", text(&output.stderr));
    assert!(!place.path("hushcount-ledger.jsonl").exists() || !place.read("hushcount-ledger.jsonl").contains("charge"));
}

#[test]
fn a_second_language_is_the_same_release_and_costs_nothing() {
    let place = place();
    report(&place, &["--period", "2026Q1", "--out", "out"]);
    let ledger = place.read("hushcount-ledger.jsonl");
    report(&place, &["--period", "2026Q1", "--lang", "fr", "--out", "fr"]);
    assert_eq!(place.read("hushcount-ledger.jsonl"), ledger);
    assert_eq!(place.read("out/by-country.csv"), place.read("fr/by-country.csv"));
    place.succeed(&["verify", "fr"]);
    // Into the same directory it is refused: what stands there stays.
    let output = place.run(&command("report", &["--period", "2026Q1", "--lang", "de", "--out", "out"]));
    assert!(
        output.status.code() == Some(1) && text(&output.stderr).contains("output-exists"),
        "{}",
        text(&output.stderr)
    );
    assert!(place.read("out/report.html").contains("lang=\"en\""));
}

#[test]
fn a_listed_country_in_another_language_is_no_other_country() {
    let place = Place::new();
    place.write("policy.toml", "[keys.country]\nvalues = [\"DE\", \"AT\"]\nunknown = \"other\"\n");
    let check =
        ["check", "log.csv", "--by", "country", "--band-size", "1000", "--period", "2026Q1", "--policy", "policy.toml"];
    for (country, sound) in [("Allemagne", false), ("Österreich", false), ("Frankreich", true), ("DE", true)] {
        place.write("log.csv", format!("request_id,received_on,country\n1,2026-01-02,{country}\n"));
        assert_eq!(place.run(&check).status.success(), sound, "{country}");
    }
}

#[test]
fn secrecy_is_said_in_three_languages() {
    let place = Place::new();
    place.write("log.csv", "request_id,received_on,nondisclosure\n1,2026-01-02,Ja\n2,2026-01-02,non\n3,2026-01-03,yes\n4,2026-01-03,NEIN\n");
    place.succeed(&["check", "log.csv", "--by", "secrecy_order", "--band-size", "1000", "--period", "2026Q1"]);
}
