//! One question to the log and its noisy answers: every draw of noise goes through here.

use rand::Rng;
use rand::rngs::ChaCha20Rng;

use super::key::Key;
use super::sampler::{Scale, Variance, discrete_gaussian, discrete_laplace};
use crate::error::{Code, Diagnostic, Failure, Outcome};
use crate::ledger::Claim;
use crate::policy::Policy;
use crate::sensitivity::{Spread, spread};
use crate::table::Query;
use crate::units::lowest_terms;

/// A count after noise. Readable in this crate, for banding; never serialised.
#[derive(Debug)]
pub struct Noisy(i64);

impl Noisy {
    /// What stands in the place of a declared zero. It has no noise because it has nothing of the log.
    pub(super) fn declared_zero() -> Self {
        Self(0)
    }

    pub(crate) fn get(&self) -> i64 {
        self.0
    }

    /// The same count moved, to make it consistent with others: that is post-processing and costs nothing.
    pub(crate) fn moved(self, by: i64) -> Self {
        Self(self.0.saturating_add(by))
    }
}

/// Noise that can be drawn exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sampler {
    Laplace(Scale),
    Gaussian(Variance),
}

impl Sampler {
    pub(super) fn of(spread: Spread) -> Outcome<Self> {
        let whole = |n: u128, d: u128| {
            let (n, d) = lowest_terms(n, d);
            u64::try_from(n).ok().zip(u64::try_from(d).ok())
        };
        let sampler = match spread {
            Spread::Laplace(n, d) => whole(n, d).and_then(|(n, d)| Scale::new(n, d)).map(Self::Laplace),
            Spread::Gaussian(n, d) => whole(n, d).and_then(|(n, d)| Variance::new(n, d)).map(Self::Gaussian),
        };
        sampler.ok_or_else(|| {
            Diagnostic::error(Code::PolicyValue, "the contribution bounds need more noise than can be drawn exactly")
                .help("lower max_cells or max_per_cell, or raise epsilon")
                .into()
        })
    }

    fn draw<R: Rng>(self, rng: &mut R) -> i64 {
        match self {
            Self::Laplace(scale) => discrete_laplace(scale, rng),
            Self::Gaussian(variance) => discrete_gaussian(variance, rng),
        }
    }
}

/// One query with its exact answers, ready for noise. Which questions a release asks, and with which noise, follows from the
/// policy alone. So do their labels where keys are declared; else they are the words of the log (to select from) and the
/// selected ones (for cells). Only the counts in them are data.
pub(super) struct Question {
    pub(super) query: Query,
    pub(super) sampler: Sampler,
    /// The table or column it is about.
    pub(super) about: String,
    /// For each count the keys that name it.
    pub(super) labels: Vec<Vec<String>>,
    pub(super) counts: Vec<u64>,
}

impl Question {
    pub(super) fn new(query: Query, share: u32, about: &str, policy: &Policy) -> Outcome<Self> {
        let Some(spread) = spread(policy, query, share) else { return Err(no_noise_declared()) };
        let (labels, counts) = (Vec::new(), Vec::new());
        Ok(Self { query, sampler: Sampler::of(spread)?, about: about.to_owned(), labels, counts })
    }

    pub(super) fn ask(&mut self, label: Vec<String>, count: u64) {
        self.labels.push(label);
        self.counts.push(count);
    }

    /// The counts with noise. The context names each by its keys, so that its noise does not depend on the order.
    pub(super) fn sampled(&self, source: &Source<'_>) -> Vec<Noisy> {
        let kind = match self.query {
            Query::Cells(measure) => [measure.as_str(), "cells"],
            Query::Total(measure) => [measure.as_str(), "total"],
            Query::Selection => ["units", "selection"],
        };
        let noisy = |(label, count): (&Vec<String>, &u64)| {
            let mut context: Vec<&[u8]> = vec![self.about.as_bytes(), kind[0].as_bytes(), kind[1].as_bytes()];
            context.extend(label.iter().map(String::as_bytes));
            let noise = self.sampler.draw(&mut source.stream(&context));
            // Saturating: a count near the end of the range must not wrap round to a small one.
            Noisy(i64::try_from(*count).unwrap_or(i64::MAX).saturating_add(noise))
        };
        self.labels.iter().zip(&self.counts).map(noisy).collect()
    }
}

fn no_noise_declared() -> Failure {
    Diagnostic::error(Code::PolicyValue, "the policy declares no noise").into()
}

/// Where the noise of a release comes from.
pub(super) struct Source<'a> {
    pub(super) key: &'a Key,
    pub(super) claim: &'a Claim,
}

impl Source<'_> {
    /// The random stream for one count. Everything that could make two releases differ is in its context, so the same
    /// noise never meets two different counts.
    fn stream(&self, context: &[&[u8]]) -> ChaCha20Rng {
        let Claim { release, policy_sha256, data_hmac, version, .. } = self.claim;
        let version = version.to_le_bytes();
        let of_release = [release.as_bytes(), policy_sha256.as_bytes(), data_hmac.as_bytes(), &version];
        self.key.stream(&[&of_release, context].concat())
    }
}
