//! Command-line cases as data: each file in `tests/cmd` holds arguments, exit status and output.

#[test]
fn command_line_cases() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}

/// Scripts rely on codes: one that is renamed or has no sentence shows here.
#[test]
fn codes_are_stable() {
    let listed: Vec<String> =
        hushcount::error::Code::ALL.iter().map(|code| format!("{}: {}", code.as_str(), code.meaning())).collect();
    assert_eq!(listed.join("\n") + "\n", include_str!("../codes.txt"));
}

/// A policy that is there stays as it is and gets its key; a key is never written over.
#[test]
fn init_writes_over_nothing() {
    let place = super::support::Place::new();
    place.write("policy.toml", "# mine");
    assert!(place.succeed(&["init"]).starts_with("`./policy.toml` was there and is as it was."));
    let key = place.read("hushcount.key");
    assert_eq!((place.read("policy.toml").as_str(), key.trim().len()), ("# mine", 64));
    assert_eq!(place.run(&["init"]).status.code(), Some(2));
    assert_eq!(place.read("hushcount.key"), key);
}
