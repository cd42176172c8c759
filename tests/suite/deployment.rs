//! The entry for the public registry of deployments, made from a release.

use super::support::{Place, text};

fn release(more: &[&str]) -> Place {
    let place = Place::new();
    place.write("log.csv", "request_id,received_on,country\n1,2026-01-02,DE\n2,2026-02-03,FR\n");
    let base =
        ["report", "log.csv", "--period", "2026Q1", "--by", "country", "--keys", "country=DE,FR", "--band-size", "50"];
    place.succeed(&[&base[..], &["--out", "out"][..], more].concat());
    place
}

#[test]
fn a_release_with_noise_is_an_entry_with_its_loss() {
    for (more, wanted) in [
        (vec![], ["variant_name: \"Pure DP\"", "      epsilon: 1\n"]),
        (vec!["--noise", "gaussian", "--rho", "0.05"], ["variant_name: \"Zero-concentrated DP\"", "      rho: 0.05\n"]),
        (vec!["--noise", "gaussian", "--epsilon", "1"], ["variant_name: \"Zero-concentrated DP\"", "      rho: "]),
    ] {
        let place = release(&more);
        let entry = place.succeed(&["deployment", "out"]);
        assert!(wanted.iter().all(|line| entry.contains(line)), "{entry}");
        assert!(entry.contains("privacy_unit: \"request-level\"") && entry.contains("to be filled in"), "{entry}");
    }
}

#[test]
fn a_release_that_guarantees_nothing_is_no_deployment() {
    for more in [["--noise", "none"], ["--key", "demonstration"]] {
        let place = release(&more);
        let output = place.run(&["deployment", "out"]);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains("refused[release-no-guarantee]"), "{said}");
        assert!(output.stdout.is_empty());
    }
    let output = Place::new().run(&["deployment", "."]);
    assert_eq!(output.status.code(), Some(2));
}
