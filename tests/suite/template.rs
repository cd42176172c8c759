//! The policy that `init` writes: every table it offers can be made.

use super::support::{Place, text};

const TEMPLATE: &str = include_str!("../../data/policy.toml");

/// The template with its offers taken up: everything behind the heading that could stand in a policy.
fn with_every_offer() -> String {
    let (head, offers) = TEMPLATE.split_once("# More tables to choose from.").expect("offers");
    let offered = offers.lines().filter_map(|line| line.strip_prefix("# "));
    let stated = offered.filter(|line| {
        line.starts_with('[')
            || line.split_once(" = ").is_some_and(|(key, _)| key.chars().all(|c| c.is_alphanumeric() || c == '_'))
    });
    let stated: Vec<&str> = stated.collect();
    format!(
        "{}\n{}\n",
        head.replace("# publish_on = 2026-09-01", "publish_on = 2026-09-01"),
        stated.join("\n").replace("video = 2026", "video = 2024")
    )
}

#[test]
fn every_table_that_is_offered_can_be_made() {
    let place = Place::new();
    for year in ["2025", "2026"] {
        place.succeed(&["synth", "--rows", "3000", "--year", year, "--out", &format!("{year}.csv")]);
    }
    // FISA numbers are of the second half of 2025: the same requests, received then.
    let moved = |line: &str| match line.split(',').collect::<Vec<_>>().as_slice() {
        ["request_id", ..] => line.to_owned(),
        [id, _, rest @ ..] => format!("L{id},2025-11-15,{}", rest.join(",")),
        _ => String::new(),
    };
    let late: Vec<String> = place.read("2025.csv").lines().map(moved).collect();
    place.write("2025.csv", late.join("\n"));
    place.write("policy.toml", with_every_offer());
    let output = place.run(&["report", "2025.csv", "2026.csv", "--policy", "policy.toml", "--out", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let names: Vec<String> = place
        .files("out")
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| std::path::Path::new(name).extension().is_some_and(|end| end == "csv"))
        .collect();
    assert_eq!(
        names,
        [
            "by-country.csv",
            "by-process.csv",
            "cross-border.csv",
            "customers-told.csv",
            "national-security.csv",
            "outcomes.csv",
            "secrecy-ends.csv",
            "secrecy-lengths.csv",
            "secrecy-orders.csv",
        ]
    );
}
