//! A new key: recorded, taken up, and the old one kept for what was made with it.

use std::process::Command;

use super::support::{Place, text};

const OLD: &str = "1111111111111111111111111111111111111111111111111111111111111111";

fn place() -> Place {
    let place = Place::new();
    place.write("log.csv", "request_id,received_on\nr1,2026-02-01\n");
    place.write("hushcount.key", OLD);
    private(&place, "hushcount.key");
    place
}

#[cfg(unix)]
fn private(place: &Place, name: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(place.path(name), std::fs::Permissions::from_mode(0o600)).expect("permissions");
}

#[cfg(not(unix))]
fn private(_place: &Place, _name: &str) {}

/// Runs the program without a key in the environment.
fn run(place: &Place, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hushcount"));
    command.current_dir(place.path("")).args(arguments).env_remove("HUSHCOUNT_KEY");
    let output = command.output().expect("the program runs");
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

fn report<'a>(period: &'a str, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["report", "log.csv", "--band-size", "10", "--period", period, "--out", out][..], more].concat()
}

/// The name of the one old key that was set aside.
fn set_aside(place: &Place) -> String {
    let names = place.files("").into_iter().map(|(name, _)| name);
    names.into_iter().find(|name| name.starts_with("hushcount.key.")).expect("the old key")
}

#[test]
fn a_new_key_is_for_new_releases_and_the_old_one_for_old_ones() {
    let place = place();
    assert_eq!(run(&place, &report("2026Q1", "one", &[])).0, Some(0));
    let (status, said) = run(&place, &["ledger", "rotate-key"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("can be made again only with the old key"), "{said}");
    assert_ne!(place.read("hushcount.key"), OLD);
    let old = set_aside(&place);
    assert_eq!(place.read(&old), OLD);
    assert_eq!(run(&place, &report("2026Q2", "two", &[])).0, Some(0));
    // The old release: refused with the new key, the same with the old one.
    assert_eq!(run(&place, &report("2026Q1", "again", &[])).0, Some(1));
    assert_eq!(run(&place, &report("2026Q1", "again", &["--key", &old])).0, Some(0));
    assert_eq!(place.files("again"), place.files("one"));
    // A new release with the old key is not.
    let (status, said) = run(&place, &report("2026Q3", "three", &["--key", &old]));
    assert!(status == Some(1) && said.contains("refused[key-changed]"), "{said}");
}

#[test]
fn another_key_without_a_rotation_is_refused_and_trials_with_the_public_one_are_not() {
    let place = place();
    assert_eq!(run(&place, &report("2026Q1", "trial", &["--key", "demonstration"])).0, Some(0));
    assert_eq!(run(&place, &report("2026Q2", "one", &[])).0, Some(0));
    assert_eq!(run(&place, &report("2026Q3", "trial-2", &["--key", "demonstration"])).0, Some(0));
    place.write("hushcount.key", "22".repeat(32));
    let (status, said) = run(&place, &report("2026Q4", "two", &[]));
    assert!(status == Some(1) && said.contains("refused[key-changed]"), "{said}");
    let (status, said) = run(&place, &["ledger", "rotate-key"]);
    assert!(status == Some(1) && said.contains("refused[key-changed]"), "{said}");
}

/// A key that is lost: the ledger goes on with a new one, and what was made with the old one stays what it is.
#[test]
fn a_lost_key_is_replaced_when_that_is_said() {
    let place = place();
    assert_eq!(run(&place, &report("2026Q1", "one", &[])).0, Some(0));
    std::fs::remove_file(place.path("hushcount.key")).expect("removed");
    let (status, said) = run(&place, &["ledger", "rotate-key"]);
    assert!(status == Some(2) && said.contains("--old-key-lost"), "{said}");
    let (status, said) = run(&place, &["ledger", "rotate-key", "--old-key-lost"]);
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(run(&place, &report("2026Q2", "two", &[])).0, Some(0));
    assert_eq!(run(&place, &report("2026Q1", "again", &[])).0, Some(1));
    assert!(run(&place, &["ledger"]).1.contains("together: epsilon 2."));
}

/// The key in use comes from the environment, and another stands in the file: neither is lost.
#[test]
fn a_rotation_keeps_every_key_that_it_finds() {
    let place = place();
    let (environment, other) = ("33".repeat(32), place.read("hushcount.key"));
    let arguments = ["report", "log.csv", "--band-size", "10", "--period", "2026Q1", "--out", "one"];
    assert_eq!(place.run_with_key(&arguments, &environment).status.code(), Some(0));
    assert_eq!(place.run_with_key(&["ledger", "rotate-key"], &environment).status.code(), Some(0));
    let kept: Vec<String> = place
        .files("")
        .into_iter()
        .filter(|(name, _)| name.starts_with("hushcount.key."))
        .map(|(_, key)| text(&key))
        .collect();
    assert_eq!(kept, [other]);
}

/// The ledger names the new key, and the run was stopped before the file took the old one's place.
#[test]
fn a_rotation_that_was_cut_short_is_finished_by_the_next() {
    let place = place();
    assert_eq!(run(&place, &report("2026Q1", "one", &[])).0, Some(0));
    assert_eq!(run(&place, &["ledger", "rotate-key"]).0, Some(0));
    let (old, new, ledger) = (set_aside(&place), place.read("hushcount.key"), place.read("hushcount-ledger.jsonl"));
    let rotation = ledger.lines().last().expect("a rotation");
    let id = rotation.split("\"to\":\"").nth(1).expect("a key").split('"').next().expect("its name").to_owned();
    std::fs::rename(place.path("hushcount.key"), place.path(&format!("hushcount.key.{id}"))).expect("a rename");
    std::fs::copy(place.path(&old), place.path("hushcount.key")).expect("a copy");
    let (status, said) = run(&place, &["ledger", "rotate-key"]);
    assert_eq!(status, Some(0), "{said}");
    assert_eq!((place.read("hushcount.key"), place.read(&set_aside(&place))), (new, OLD.to_owned()));
    assert_eq!(place.read("hushcount-ledger.jsonl"), ledger);
}

#[test]
fn the_public_key_is_not_rotated() {
    let place = place();
    let (status, said) = run(&place, &["ledger", "rotate-key", "--key", "demonstration"]);
    assert!(status == Some(1) && said.contains("refused[key-demonstration]"), "{said}");
}
