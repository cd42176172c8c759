//! Known values by the hundred, where a directory of them is given in `HUSHCOUNT_VECTORS`; a few of each kind stand in the
//! unit tests. They were computed with 40 digits, or with other privacy libraries.

use std::path::PathBuf;

use hushcount::accounting::{Loss, delta, epsilon};
use hushcount::accuracy::accuracy;
use hushcount::cli::PolicyArgs;
use hushcount::policy::Policy;
use hushcount::privacy_test::clopper_pearson;
use hushcount::selection::threshold_of;
use hushcount::sensitivity::Spread;
use serde_json::Value;
use statrs::distribution::{ContinuousCDF, Normal};

/// A file of known values; nothing, said loudly, where there is none.
fn vectors(file: &str) -> Option<Value> {
    let Some(directory) = std::env::var_os("HUSHCOUNT_VECTORS").map(PathBuf::from) else {
        eprintln!("SKIPPED: HUSHCOUNT_VECTORS names no directory with {file}");
        return None;
    };
    let text = std::fs::read_to_string(directory.join(file)).expect("a file of known values");
    Some(serde_json::from_str(&text).expect("JSON"))
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
fn epsilons_and_deltas_of_concentrated_losses() {
    let Some(epsilons) = vectors("zcdp_eps.json") else { return };
    for row in rows(&epsilons) {
        let found = epsilon(number(&row["rho"]), number(&row["delta"]));
        assert!(just_above(found, number(&row["eps_cks"]), 1e-12), "{row} {found}");
    }
    for row in rows(&vectors("zcdp_delta.json").expect("deltas")) {
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
fn the_conversion_covers_the_tight_delta_of_the_discrete_gaussian() {
    let Some(file) = vectors("dgauss_tight_delta.json") else { return };
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
fn the_conversion_covers_the_analytic_gaussian() {
    let Some(file) = vectors("analytic_gaussian_sigma.json") else { return };
    for row in rows(&file) {
        let (sigma, eps, known) = (number(&row["sigma"]), number(&row["eps"]), number(&row["delta"]));
        let normal = Normal::standard();
        let found = normal.cdf(0.5 / sigma - eps * sigma) - eps.exp() * normal.cdf(-0.5 / sigma - eps * sigma);
        assert!(close(found, known, 1e-5), "{row} {found}");
        assert!(epsilon(1.0 / (2.0 * sigma * sigma), known) >= eps, "{row}");
    }
}

#[test]
fn composition_over_releases() {
    let Some(file) = vectors("composition.json") else { return };
    for row in rows(&file) {
        let times = row["k"].as_u64().expect("a number of releases");
        let of = |one: Loss| (0..times).fold(Loss::default(), |sum, _| sum.and(one));
        if row["mech"] == "discrete_laplace" {
            let all = of(Loss::new(Some(row["a"].to_string().parse().expect("an epsilon")), None, None));
            assert!(just_above(all.epsilon(0.0), number(&row["basic_eps"]), 1e-12), "{row}");
            // Another library's exact composition is below both ways of adding up.
            assert!(all.epsilon(1e-6) >= number(&row["eps_at_1e_6"]), "{row}");
            assert!(all.epsilon(1e-9) >= number(&row["eps_at_1e_9"]), "{row}");
        } else {
            let sigma = number(&row["sigma"]);
            let one = format!("{:.9}", 1.0 / (2.0 * sigma * sigma));
            let all = of(Loss::new(None, Some(one.parse().expect("a rho")), None));
            assert!(just_above(all.epsilon(1e-6), number(&row["eps_zcdp_cks_1e_6"]), 1e-9), "{row}");
            assert!(all.epsilon(1e-6) >= number(&row["eps_pld_1e_6"]), "{row}");
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

/// The formulas that the samplers are tested against: they give the known chances.
#[test]
fn chances_of_single_values_and_tails() {
    let Some(file) = vectors("pmf.json") else { return };
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
fn thresholds_of_key_selection() {
    let Some(file) = vectors("misc.json") else { return };
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
fn limits_for_chances() {
    let Some(file) = vectors("misc.json") else { return };
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
fn chances_of_wrong_bands() {
    let Some(file) = vectors("misc.json") else { return };
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
