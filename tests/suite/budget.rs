//! What many releases may cost one unit: summed exactly, refused beyond, and stated as what it is.

use super::support::{Place, text};

const HEAD: &str = "[bands]\nsize = 100\n[release]\n";

fn place() -> Place {
    let place = Place::new();
    let rows: String = (0..50).map(|n| format!("r{n},a{n},2026-02-01\n")).collect();
    place.write("log.csv", format!("request_id,account_id,received_on\n{rows}"));
    place
}

/// Makes a release under a policy; its status and what was said.
fn release(place: &Place, id: &str, period: &str, policy: &str) -> (Option<i32>, String) {
    place.write("policy.toml", format!("{HEAD}period = \"{period}\"\nid = \"{id}\"\nout = \"{id}\"\n{policy}"));
    let output = place.run(&["report", "log.csv", "--policy", "policy.toml"]);
    (output.status.code(), text(&output.stderr))
}

fn lines(place: &Place) -> usize {
    place.read("hushcount-ledger.jsonl").lines().count()
}

#[test]
fn ten_tenths_are_one_and_an_eleventh_is_refused_without_a_charge() {
    let place = place();
    let policy = "[privacy]\nepsilon = 0.1\n[budget]\nepsilon = 1\n";
    for number in 0..10 {
        assert_eq!(release(&place, &format!("r{number}"), "2026H1", policy).0, Some(0), "{number}");
    }
    let before = lines(&place);
    let (status, said) = release(&place, "r10", "2026H1", policy);
    assert_eq!((status, lines(&place)), (Some(1), before));
    assert!(said.contains("refused[budget-exceeded]") && said.contains("could lose epsilon 1.1;"), "{said}");
    assert!(!place.path("r10").exists());
    // What was published is made again all the same.
    assert_eq!(release(&place, "r3", "2026H1", policy).0, Some(0));
    let ledger = place.succeed(&["ledger", "--policy", "policy.toml"]);
    assert!(
        ledger.contains("left: 0 more releases with the policy's discrete Laplace noise of epsilon 0.1")
            && ledger.contains("together: epsilon 1."),
        "{ledger}"
    );
}

#[test]
fn a_budget_of_some_years_forgets_what_is_older_and_says_so() {
    let place = place();
    let policy = "[budget]\nepsilon = 2\nyears = 1\n";
    for (id, period, status) in
        [("a", "2024H1", 0), ("b", "2024H2", 0), ("c", "2025H1", 0), ("d", "2025H2", 0), ("e", "2025Q1", 1)]
    {
        let (found, said) = release(&place, id, period, policy);
        assert_eq!(found, Some(status), "{id}: {said}");
        assert!(status == 0 || said.contains("could lose epsilon 5 over one year; the budget is epsilon 2"), "{said}");
    }
}

/// Releases over the same days meet, however far apart their periods end.
#[test]
fn a_budget_of_some_years_is_not_evaded_by_a_late_end() {
    let place = place();
    let policy = "[budget]\nepsilon = 1\nyears = 1\n";
    assert_eq!(release(&place, "a", "2026-01-01..2026-03-31", policy).0, Some(0));
    assert_eq!(release(&place, "b", "2026-01-01..2029-03-31", policy).0, Some(1));
}

/// Not one release less for the last bit of a delta.
#[test]
fn a_budget_with_delta_holds_what_it_says() {
    let place = place();
    let policy = "[privacy]\ndelta = 1e-7\n[keys.agency]\nvalues = \"private\"\n[[table]]\nby = [\"agency\"]\n\
                  [budget]\nepsilon = 2\ndelta = 2e-7\n";
    place.write("log.csv", "request_id,received_on,agency\nr1,2026-02-01,police\n");
    for (id, status) in [("a", 0), ("b", 0), ("c", 1)] {
        assert_eq!(release(&place, id, "2026H1", policy).0, Some(status), "{id}");
    }
}

#[test]
fn restatements_cost_what_releases_cost() {
    let place = place();
    let policy = "[budget]\nepsilon = 1.5\n";
    assert_eq!(release(&place, "a", "2026H1", policy).0, Some(0));
    place.write("log.csv", "request_id,account_id,received_on\nx,y,2026-02-01\n");
    let output =
        place.run(&["report", "log.csv", "--policy", "policy.toml", "--restate", "a", "--reason", "x", "--out", "b"]);
    assert!(text(&output.stderr).contains("refused[budget-exceeded]"), "{}", text(&output.stderr));
    assert_eq!((output.status.code(), lines(&place)), (Some(1), 2));
}

#[test]
fn gaussian_noise_needs_a_delta_in_the_budget_and_is_summed_as_what_it_is() {
    let place = place();
    let gaussian = "[privacy]\nnoise = \"gaussian\"\nrho = 0.005\n";
    let (status, said) = release(&place, "a", "2026H1", &format!("{gaussian}[budget]\nepsilon = 9\n"));
    assert_eq!(status, Some(1));
    assert!(said.contains("need a `delta` under [budget]"), "{said}");
    // Eight releases of rho 0.005 are epsilon 1.304991 with delta 1e-6.
    let policy = format!("{gaussian}[budget]\nepsilon = 1.305\ndelta = 1e-6\n");
    for number in 0..8 {
        assert_eq!(release(&place, &format!("r{number}"), "2026H1", &policy).0, Some(0), "{number}");
    }
    let (status, said) = release(&place, "r8", "2026H1", &policy);
    assert!(status == Some(1) && said.contains("spent so far: epsilon 1.305 with delta 1e-6"), "{said}");
}

#[test]
fn what_a_budget_cannot_count_is_pointed_out() {
    let place = place();
    assert_eq!(release(&place, "exact", "2025H1", "[privacy]\nnoise = \"none\"\n").0, Some(0));
    assert_eq!(release(&place, "request", "2025H2", "").0, Some(0));
    let (status, said) = release(&place, "a", "2026H1", "[privacy]\nunit = \"account\"\n[budget]\nepsilon = 1\n");
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("1 charge in the ledger for bands of exact counts"), "{said}");
    assert!(said.contains("1 charge in the ledger for releases that protect another privacy unit"), "{said}");
    let (status, said) = release(&place, "b", "2026H1", "[privacy]\nnoise = \"none\"\n[budget]\nepsilon = 1\n");
    assert!(status == Some(1) && said.contains("no finite privacy loss"), "{said}");
}

#[test]
fn mistakes_in_a_budget_are_shown_in_their_place() {
    let place = place();
    for (policy, message) in [
        ("[budget]\ndelta = 1e-6\n", "a budget needs an epsilon"),
        ("[budget]\nepsilon = 1\nyears = 0\n", "a number of years"),
        ("[budget]\nepsilon = 1\ndelta = 2\n", "delta is a chance"),
        ("[budget]\nepsilon = 1\nmonths = 2\n", "unknown key `months`"),
        ("[privacy]\nrho = 0.1\n", "rho is for gaussian noise"),
        ("[privacy]\nnoise = \"gaussian\"\nrho = 0.1\nepsilon = 1\n", "state either epsilon or rho"),
        ("[[table]]\nshare = 0\n", "a share is a whole number from 1"),
        ("[[table]]\ntotal_share = 2\n", "total_share is for tables with `total = true`"),
    ] {
        let (status, said) = release(&place, "a", "2026H1", policy);
        assert!(status == Some(2) && said.contains(message), "{policy}: {said}");
    }
}
