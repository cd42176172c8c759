//! What a release guarantees, in one paragraph and in numbers.

use super::Release;
use crate::accounting::Loss;
use crate::ledger::{allowed, epsilon_up, window};
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
    let loss = release.loss?;
    let delta = total_delta(release, loss);
    let epsilon = epsilon_up(loss.epsilon(delta.unwrap_or(0.0)));
    let text = text(release, &epsilon, delta);
    Some(Guarantee { epsilon, delta, text })
}

/// The chance spent on selecting keys, and as much again to convert a concentrated loss.
fn total_delta(release: &Release, loss: Loss) -> Option<f64> {
    let conversion = if loss.concentrated() > 0 { release.privacy.delta.get() } else { 0.0 };
    let delta = loss.delta() + conversion;
    (delta > 0.0).then_some(delta)
}

fn text(release: &Release, epsilon: &str, delta: Option<f64>) -> String {
    let unit = release.privacy.unit.as_str();
    let factor = (epsilon.parse::<f64>().unwrap_or(f64::INFINITY).exp() * 10.0).ceil() / 10.0;
    let (but, formally) = match delta {
        None => (String::new(), format!("epsilon {epsilon}")),
        Some(delta) => (
            format!(", except with a chance of {delta:.1e}"),
            format!("epsilon {epsilon} with delta {delta:.1e}{}", concentrated(release)),
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
    format!(". The publisher limits what one {unit} can lose by all reports{} to {}", window(budget), allowed(budget))
}
