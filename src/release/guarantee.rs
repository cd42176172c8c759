//! What a release guarantees, in one paragraph and in numbers.

use super::Release;
use crate::language::Language;
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
pub(super) fn guarantee(release: &Release, language: &Language) -> Option<Guarantee> {
    let loss = release.loss.filter(|_| !release.demonstration)?;
    let (epsilon, delta) = loss.guarantee(release.conversion_delta);
    let text = text(release, epsilon, delta, language);
    Some(Guarantee { epsilon: epsilon_up(epsilon), delta, text })
}

fn text(release: &Release, epsilon: f64, delta: Delta, language: &Language) -> String {
    let words = language.words();
    let pure = delta == Delta::of_parts(0);
    let delta = language.scientific(&delta.to_string());
    let rho = match release.privacy.noise {
        Noise::Gaussian(rho) => language.decimal(&rho.to_string()),
        _ => "none".to_owned(),
    };
    let stated = if epsilon.is_finite() { language.decimal(&epsilon_up(epsilon)) } else { words.without_limit() };
    let parameters = words.guarantee_parameters(stated, pure, &delta, rho);
    words.guarantee(release.privacy.unit.as_str(), language.decimal(&times(epsilon)), pure, delta, parameters)
}

/// e to the power of epsilon, rounded up: with one digit after the point where it is small.
fn times(epsilon: f64) -> String {
    let factor = epsilon.exp();
    if factor < 10.0 { format!("{:.1}", (factor * 10.0).ceil() / 10.0) } else { format!("{:.0}", factor.ceil()) }
}
