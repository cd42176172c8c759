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
