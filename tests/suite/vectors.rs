//! Known values by the hundred, from the directory that `HUSHCOUNT_VECTORS` names: `cargo test --release vectors --
//! --ignored`. A few of each kind stand in the unit tests. They were computed with 40 digits, or with other privacy libraries.

use std::path::PathBuf;

use hushcount::accounting::{Loss, delta, epsilon};
use hushcount::accuracy::accuracy;
use hushcount::cli::PolicyArgs;
use hushcount::policy::Policy;
use hushcount::privacy_test::clopper_pearson;
use hushcount::selection::threshold_of;
use hushcount::sensitivity::Spread;
use hushcount::units::Delta;
use serde_json::Value;
use statrs::distribution::{ContinuousCDF, Normal};

/// A file of known values.
fn vectors(file: &str) -> Value {
    let directory =
        std::env::var_os("HUSHCOUNT_VECTORS").map(PathBuf::from).expect("HUSHCOUNT_VECTORS names a directory");
    let text = std::fs::read_to_string(directory.join(file)).expect("a file of known values");
    serde_json::from_str(&text).expect("JSON")
}

/// A number, also where it is written as text.
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| value.as_str().expect("a number").parse().expect("a number"))
}

fn rows(file: &Value) -> &Vec<Value> {
    file.as_array().expect("rows")
}

/// Equal to a relative difference.
fn close(found: f64, known: f64, relative: f64) -> bool {
    (found - known).abs() <= relative * known.abs() || (known < 1e-300 && found < 1e-290)
}

/// At or above a known value, and close to it.
fn just_above(found: f64, known: f64, relative: f64) -> bool {
    found >= known * (1.0 - 1e-15) && close(found, known, relative)
}

#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn epsilons_and_deltas_of_concentrated_losses() {
    let epsilons = vectors("zcdp_eps.json");
    for row in rows(&epsilons) {
        let found = epsilon(number(&row["rho"]), number(&row["delta"]));
        assert!(just_above(found, number(&row["eps_cks"]), 1e-12), "{row} {found}");
    }
    for row in rows(&vectors("zcdp_delta.json")) {
        let found = delta(number(&row["rho"]), number(&row["eps"]));
        assert!(just_above(found, number(&row["delta_cks"]), 1e-10) && found > 0.0, "{row} {found}");
    }
}

/// P(x) of the discrete Gaussian, up to its sum over -reach to reach.
fn gaussian(variance: f64, reach: i32) -> (impl Fn(i32) -> f64, f64) {
    let weight = move |x: i32| (-f64::from(x).powi(2) / (2.0 * variance)).exp();
    (weight, (-reach..=reach).map(weight).sum())
}

/// What the conversion promises is never below what discrete Gaussian noise really costs.
#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn the_conversion_covers_the_tight_delta_of_the_discrete_gaussian() {
    let file = vectors("dgauss_tight_delta.json");
    for row in rows(&file) {
        let (variance, epsilon) = (number(&row["sigma2"]), number(&row["eps"]));
        let (weight, all) = gaussian(variance, 3000);
        let gain = |x: i32| (weight(x) - epsilon.exp() * weight(x + 1)).max(0.0);
        let tight = (-2999..2999).map(|x| gain(x) / all).sum::<f64>();
        let known = number(&row["delta_tight_discrete"]);
        assert!(close(tight, known, 1e-9), "{row} {tight}");
        assert!(delta(1.0 / (2.0 * variance), epsilon) >= known, "{row}");
    }
}

/// Balle and Wang (2018), theorem 8, for the continuous Gaussian: again the conversion must not be below.
#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn the_conversion_covers_the_analytic_gaussian() {
    let file = vectors("analytic_gaussian_sigma.json");
    for row in rows(&file) {
        let (sigma, eps, known) = (number(&row["sigma"]), number(&row["eps"]), number(&row["delta"]));
        let normal = Normal::standard();
        let found = normal.cdf(0.5 / sigma - eps * sigma) - eps.exp() * normal.cdf(-0.5 / sigma - eps * sigma);
        assert!(close(found, known, 1e-5), "{row} {found}");
        assert!(epsilon(1.0 / (2.0 * sigma * sigma), known) >= eps, "{row}");
    }
}

fn of(delta: &str) -> Delta {
    delta.parse().expect(delta)
}

#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn composition_over_releases() {
    let file = vectors("composition.json");
    for row in rows(&file) {
        let times = row["k"].as_u64().expect("a number of releases");
        let sum = |one: Loss| (0..times).fold(Loss::default(), |sum, _| sum.and(one));
        if row["mech"] == "discrete_laplace" {
            let all = sum(Loss::new(Some(row["a"].to_string().parse().expect("an epsilon")), None, None));
            assert!(just_above(all.epsilon(Delta::of_parts(0)), number(&row["basic_eps"]), 1e-12), "{row}");
            // Another library's exact composition is below both ways of adding up.
            assert!(all.epsilon(of("1e-6")) >= number(&row["eps_at_1e_6"]), "{row}");
            assert!(all.epsilon(of("1e-9")) >= number(&row["eps_at_1e_9"]), "{row}");
        } else {
            let sigma = number(&row["sigma"]);
            let one = format!("{:.9}", 1.0 / (2.0 * sigma * sigma));
            let all = sum(Loss::new(None, Some(one.parse().expect("a rho")), None));
            assert!(just_above(all.epsilon(of("1e-6")), number(&row["eps_zcdp_cks_1e_6"]), 1e-9), "{row}");
            assert!(all.epsilon(of("1e-6")) >= number(&row["eps_pld_1e_6"]), "{row}");
        }
    }
}

/// A fraction such as `1/2` as a number.
fn fraction(text: &str) -> f64 {
    let (upper, lower) = text.split_once('/').unwrap_or((text, "1"));
    upper.parse::<f64>().expect("a number") / lower.parse::<f64>().expect("a number")
}

fn entries(value: &Value) -> impl Iterator<Item = (f64, f64)> {
    value.as_object().expect("entries").iter().map(|(x, chance)| (fraction(x), number(chance)))
}

/// The formulas that the tests of the samplers compare draws with: they give the known chances.
#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn chances_of_single_values_and_tails() {
    let file = vectors("pmf.json");
    for (scale, known) in file["discrete_laplace_scale_b"].as_object().expect("scales") {
        let inverse = 1.0 / fraction(scale);
        let a = (-inverse).exp();
        for (x, chance) in entries(&known["pmf"]) {
            assert!(close(-(-inverse).exp_m1() / (1.0 + a) * (-inverse * x).exp(), chance, 1e-12), "{scale} {x}");
        }
        for (x, chance) in entries(&known["tail_ge"]) {
            assert!(close(2.0 * (-inverse * x).exp() / (1.0 + a), chance, 1e-12), "{scale} {x}");
        }
        let variance = 2.0 * a / (-inverse).exp_m1().powi(2);
        assert!(close(variance, number(&known["variance"]), 1e-12), "{scale}");
        assert!(close(2.0 * a / -(-2.0 * inverse).exp_m1(), number(&known["mean_abs"]), 1e-12), "{scale}");
    }
    for (variance, known) in file["discrete_gaussian_sigma2"].as_object().expect("variances") {
        let (weight, all) = gaussian(fraction(variance), 3000);
        for (x, chance) in entries(&known["pmf"]) {
            let x = x.to_string().parse().expect("a whole number");
            assert!(close(weight(x) / all, chance, 1e-12), "{variance} {x}");
        }
    }
}

#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn thresholds_of_key_selection() {
    let file = vectors("misc.json");
    for (parameters, known) in file["geometric_threshold"].as_object().expect("thresholds") {
        let value =
            |place: usize| parameters.split(',').nth(place).expect("a parameter").split('=').nth(1).expect("a value");
        let cells: u32 = value(2).parse().expect("cells");
        let tenths = (value(0).parse::<f64>().expect("an epsilon") * 10.0).round();
        let spread = Spread::Laplace(u128::from(cells) * 10, tenths.to_string().parse().expect("tenths"));
        assert_eq!(Some(threshold_of(spread, number(&value(1).into()), cells)), known.as_u64(), "{parameters}");
    }
}

#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn limits_for_chances() {
    let file = vectors("misc.json");
    for row in rows(&file["clopper_pearson"]) {
        let count = |name: &str| usize::try_from(row[name].as_u64().expect("a count")).expect("small");
        let alpha = number(&row["alpha"]);
        for (sides, level) in [("two_sided", alpha / 2.0), ("one_sided", alpha)] {
            let (low, high) = clopper_pearson(count("k"), count("n"), level);
            let known = |end: &str| number(&row[format!("{sides}_{end}")]);
            assert!((low - known("lo")).abs() < 1e-9 && (high - known("hi")).abs() < 1e-9, "{row} {low} {high}");
        }
    }
}

#[test]
#[ignore = "needs a directory of known values in HUSHCOUNT_VECTORS"]
fn chances_of_wrong_bands() {
    let file = vectors("misc.json");
    for row in rows(&file["wrong_band_discrete_laplace"]) {
        let scale = row["scale_b"].as_u64().expect("a scale");
        let policy = Policy::read(&PolicyArgs {
            period: Some("2026H1".to_owned()),
            band_size: Some(row["width"].to_string()),
            epsilon: Some((1.0 / scale as f64).to_string()),
            ..PolicyArgs::default()
        });
        let accuracy = accuracy(policy.as_ref().expect("a policy"), &policy.as_ref().expect("a policy").tables[0]);
        assert!(close(accuracy[0].wrong_on_average, number(&row["mean_interior"]), 1e-9), "{row}");
        assert!(close(accuracy[0].wrong_at_edge, number(&row["worst"]), 1e-9), "{row}");
    }
}
