//! What a release guarantees, in one paragraph and in numbers.

use super::Release;
use crate::accounting::{delta_up, epsilon_up};
use crate::policy::Noise;

/// The guarantee of a release with noise.
pub(super) struct Guarantee {
    /// An epsilon that holds, rounded up.
    pub(super) epsilon: String,
    /// The delta it holds with; none for pure differential privacy.
    pub(super) delta: Option<f64>,
    /// The guarantee for people.
    pub(super) text: String,
}

/// The guarantee; none where exact counts were banded.
pub(super) fn guarantee(release: &Release) -> Option<Guarantee> {
    let (epsilon, delta) = release.loss?.guarantee(release.privacy.delta);
    let (epsilon, delta) = (epsilon_up(epsilon), (delta > 0.0).then_some(delta_up(delta)));
    let text = text(release, &epsilon, delta);
    Some(Guarantee { epsilon, delta, text })
}

fn text(release: &Release, epsilon: &str, delta: Option<f64>) -> String {
    let unit = release.privacy.unit.as_str();
    let factor = (epsilon.parse::<f64>().unwrap_or(f64::INFINITY).exp() * 10.0).ceil() / 10.0;
    let (but, formally) = match delta {
        None => (String::new(), format!("epsilon {epsilon}")),
        Some(delta) => (
            format!(", except with a chance of {delta:e}"),
            format!("epsilon {epsilon} with delta {delta:e}{}", concentrated(release)),
        ),
    };
    format!(
        "What is guaranteed: the noise protects one {unit} with all its rows. Whoever reads this report, and knows every other \
         row of the log, finds any result at most {factor:.1} times as likely with that {unit} in the log as without it{but} \
         (differential privacy, {formally}). It does not protect what holds for many {unit}s together: {unit}s are protected \
         less as a group, and one {unit} is protected less by several reports together than by each{}. Whoever has the \
         publisher's key can take the noise off.",
        budget(release, unit)
    )
}

fn concentrated(release: &Release) -> String {
    match release.privacy.noise {
        Noise::Gaussian(rho) => format!("; zero-concentrated, rho {rho}"),
        _ => String::new(),
    }
}

fn budget(release: &Release, unit: &str) -> String {
    let Some(budget) = &release.budget else { return String::new() };
    format!(". The publisher limits what one {unit} can lose by all reports{} to {}", budget.window(), budget.allowed())
}
