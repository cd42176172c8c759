//! What a release guarantees, in one paragraph and in numbers.

use super::Release;
use crate::policy::Noise;
use crate::units::{Delta, epsilon_up};

/// The guarantee of a release with noise.
pub(super) struct Guarantee {
    /// An epsilon that holds, rounded up.
    pub(super) epsilon: String,
    /// The delta it holds with; 0 for pure differential privacy.
    pub(super) delta: Delta,
    /// The guarantee for people.
    pub(super) text: String,
}

/// The guarantee; none where exact counts were banded, and none where everybody has the key.
pub(super) fn guarantee(release: &Release) -> Option<Guarantee> {
    let loss = release.loss.filter(|_| !release.demonstration)?;
    let (epsilon, delta) = loss.guarantee(release.conversion_delta);
    let text = text(release, epsilon, delta);
    Some(Guarantee { epsilon: epsilon_up(epsilon), delta, text })
}

fn text(release: &Release, epsilon: f64, delta: Delta) -> String {
    let unit = release.privacy.unit.as_str();
    let pure = delta == Delta::of_parts(0);
    let but = if pure { String::new() } else { format!(", but for a chance of {delta}") };
    let with = if pure { String::new() } else { format!(" with delta {delta}") };
    let rho = match release.privacy.noise {
        Noise::Gaussian(rho) => format!("; zero-concentrated, rho {rho}"),
        _ => String::new(),
    };
    format!(
        "What is guaranteed: this report says almost the same whether or not any one {unit}, with all its rows, is in the log. \
         Whatever it shows would be at most {} times as likely with that {unit} as without it, or without it as with \
         it{but}, also for a reader who knows every other row (differential privacy, epsilon {}{with}{rho}). That is for one \
         {unit} and for this report: several {unit}s together, a person with several {unit}s, and one {unit} in several \
         reports are protected less, since losses add up. What holds for many {unit}s together is not hidden: to say it is what \
         the report is for. The noise comes from a secret key by a cipher; the guarantee lasts as long as the key stays secret.",
        times(epsilon),
        epsilon_up(epsilon)
    )
}

/// e to the power of epsilon, rounded up: with one digit after the point where it is small.
fn times(epsilon: f64) -> String {
    let factor = epsilon.exp();
    if factor < 10.0 { format!("{:.1}", (factor * 10.0).ceil() / 10.0) } else { format!("{:.0}", factor.ceil()) }
}
