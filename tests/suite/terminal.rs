//! What a person and a pipeline see: formats, levels, colours, completions, manual pages.

use std::process::Command;

use super::support::{KEY, Place, text};

const LOG: &str = "request_id,received_on,country,account_id\nr1,2026-02-01,US,a1\nr2,2026-02-02,DE,a2\n";

fn place() -> Place {
    let place = Place::new();
    place.write("log.csv", LOG);
    place
}

const REPORT: [&str; 8] = ["report", "log.csv", "--period", "2026H1", "--band-size", "50", "--out", "out"];

#[test]
fn a_code_host_gets_annotations_and_a_summary() {
    let place = place();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hushcount"));
    command.current_dir(place.path(".")).args(REPORT).args(["--message-format", "github"]);
    command.env("HUSHCOUNT_KEY", KEY).env("GITHUB_STEP_SUMMARY", place.path("summary.md"));
    let output = command.output().expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(place.read("summary.md").trim_end(), place.read("out/report.md").trim_end());

    let output = place.run(&["report", "log.csv", "--period", "2026H3", "--out", "o", "--message-format", "github"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.lines().all(|line| line.starts_with("::error ")) && said.contains("title=argument-invalid::"),
        "{said}"
    );
}

#[test]
fn quiet_says_nothing_and_verbose_says_how_long() {
    let quiet = place().run(&[&REPORT[..], &["--quiet"]].concat());
    assert_eq!((quiet.status.code(), text(&quiet.stdout)), (Some(0), String::new()));
    let verbose = place().run(&[&REPORT[..], &["--verbose"]].concat());
    let said = text(&verbose.stderr);
    for stage in ["reading the logs: ", "bounding and counting: "] {
        assert!(said.contains(stage), "{said}");
    }
    assert!(!said.contains("r1") && !said.contains("a1"), "{said}");
    let both = place().run(&[&REPORT[..], &["--verbose", "--quiet"]].concat());
    assert_eq!(both.status.code(), Some(2));
}

/// Colours are for a terminal that wants them.
#[test]
fn colours_can_be_had_and_can_be_left_out() {
    let coloured = |name: &str, value: &str| {
        let place = place();
        let mut command = Command::new(env!("CARGO_BIN_EXE_hushcount"));
        command.current_dir(place.path(".")).args(["report", "none.csv", "--period", "2026H1", "--out", "o"]);
        command.env_remove("NO_COLOR").env("HUSHCOUNT_KEY", KEY).env(name, value);
        text(&command.output().expect("the program runs").stderr).contains("\u{1b}[")
    };
    assert!(coloured("CLICOLOR_FORCE", "1"));
    assert!(!coloured("NO_COLOR", "1"));
    assert!(!coloured("TERM", "dumb"));
}

#[test]
fn shells_and_manual_readers_have_every_command() {
    let place = place();
    let commands = ["report", "check", "plan", "audit", "verify", "ledger", "regimes", "synth", "init"];
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = place.succeed(&["completions", shell]);
        assert!(commands.iter().all(|command| script.contains(command)), "{shell}");
    }
    assert!(place.succeed(&["man"]).contains(".TH hushcount 1"));
    for command in commands {
        let page = place.succeed(&["man", command]);
        assert!(page.contains(&format!(".TH hushcount-{command} 1")), "{command}: {page}");
    }
    let output = place.run(&["man", "bake"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no command `bake`"));
}
