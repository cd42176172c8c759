//! The discrete Laplace and the discrete Gaussian distribution, sampled exactly with whole numbers.
//!
//! Source: Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy" (2020,
//! arXiv 2004.00010), algorithms 1 to 3. Every probability is a fraction of whole numbers, so no
//! rounding stands between the random bits and the noise (Mironov 2012 shows what rounding gives away).

use rand::Rng;

/// The largest part a scale may have: products in the samplers then fit 128 bits with room to spare.
pub const MAX_SCALE_PART: u64 = 1 << 50;

/// A Laplace scale `b = numerator / denominator`, both from 1 to [`MAX_SCALE_PART`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    numerator: u64,
    denominator: u64,
}

impl Scale {
    /// A scale, or nothing when a part is zero or too large.
    #[must_use]
    pub fn new(numerator: u64, denominator: u64) -> Option<Self> {
        let range = 1..=MAX_SCALE_PART;
        (range.contains(&numerator) && range.contains(&denominator)).then_some(Self { numerator, denominator })
    }

    /// The scale as a decimal for people; noise is never computed from it.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "both parts are at most 2^50, below the 53 bits of a double")]
    pub fn approximate(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

/// A Gaussian parameter `sigma^2 = numerator / denominator`, in counts squared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variance {
    numerator: u64,
    denominator: u64,
    /// floor(sigma) + 1: the scale of the Laplace draws that are accepted or not.
    t: u64,
}

/// The largest denominator of an acceptance chance: it still fits 128 bits after 2^47 more failed coins.
const MAX_DENOMINATOR: u128 = 1 << 80;

impl Variance {
    /// A variance, or nothing when a part is zero or so large that 128 bits could not hold the draws exactly
    /// (sigma up to about 800,000 where it is a whole number).
    #[must_use]
    pub fn new(numerator: u64, denominator: u64) -> Option<Self> {
        let range = 1..=MAX_SCALE_PART;
        if !range.contains(&numerator) || !range.contains(&denominator) {
            return None;
        }
        let variance = Self { numerator, denominator, t: (numerator / denominator).isqrt() + 1 };
        variance.acceptance_denominator().filter(|product| *product <= MAX_DENOMINATOR).map(|_| variance)
    }

    /// 2 n d t^2 for sigma^2 = n/d.
    fn acceptance_denominator(self) -> Option<u128> {
        let t = u128::from(self.t);
        (2 * u128::from(self.numerator)).checked_mul(self.denominator.into())?.checked_mul(t * t)
    }
}

/// One draw X with P\[X = x\] proportional to exp(-x^2 / (2 sigma^2)).
///
/// # Guarantee
/// Exactly that distribution, for random bits that are uniform and independent. Added to counts that one privacy
/// unit changes by at most D together (L2), it is D^2/(2 sigma^2)-zero-concentrated differentially private
/// (theorem 4).
///
/// # Source
/// Algorithm 3: a discrete Laplace draw Y of scale t is accepted with probability
/// exp(-(|Y| - sigma^2/t)^2 / (2 sigma^2)). With sigma^2 = n/d that exponent is (|Y| t d - n)^2 / (2 n d t^2).
pub fn discrete_gaussian<R: Rng>(variance: Variance, rng: &mut R) -> i64 {
    let Variance { numerator, denominator, t } = variance;
    let below = variance.acceptance_denominator().unwrap_or(MAX_DENOMINATOR);
    loop {
        let y = discrete_laplace(Scale { numerator: t, denominator: 1 }, rng);
        let reach = u128::from(y.unsigned_abs()) * u128::from(t);
        let off = reach.checked_mul(denominator.into()).map(|reach| reach.abs_diff(numerator.into()));
        // A square beyond 128 bits is an exponent beyond 2^47, with a chance below exp(-2^47) of being accepted.
        let Some(square) = off.and_then(|off| off.checked_mul(off)) else { continue };
        if bernoulli_exp_of_any(square, below, rng) {
            return y;
        }
    }
}

/// One draw X with P\[X = x\] = (1-a)/(1+a) a^|x| where a = exp(-1/scale).
///
/// # Guarantee
/// Exactly that distribution, for random bits that are uniform and independent. Added to a count that one
/// privacy unit changes by at most D, it is (D/scale)-differentially private.
///
/// # Source
/// Algorithm 2. A uniform sign, and a redraw when it would make a second zero.
pub fn discrete_laplace<R: Rng>(scale: Scale, rng: &mut R) -> i64 {
    loop {
        let negative = rng.next_u64() & 1 == 1;
        let magnitude = geometric(scale, rng);
        if !(negative && magnitude == 0) {
            // A magnitude beyond 2^63 needs 2^13 successes of exp(-1) in a row: a chance of exp(-8192).
            let magnitude = i64::try_from(magnitude).unwrap_or(i64::MAX);
            return if negative { -magnitude } else { magnitude };
        }
    }
}

/// One draw Y with P\[Y = y\] = (1 - r) r^y where r = exp(-denominator/numerator).
///
/// With scale t/s: U is uniform below t and accepted with probability exp(-U/t); V counts successes of
/// exp(-1); then U + tV is geometric with ratio exp(-1/t), and dividing by s gives ratio exp(-s/t).
fn geometric<R: Rng>(scale: Scale, rng: &mut R) -> u128 {
    let t = u128::from(scale.numerator);
    let u = loop {
        let u = uniform_below(t, rng);
        if bernoulli_exp(u, t, rng) {
            break u;
        }
    };
    let mut v = 0;
    while bernoulli_exp(1, 1, rng) {
        v += 1;
    }
    (u + t * v) / u128::from(scale.denominator)
}

/// True with probability exp(-n/d), for 0 <= n <= d.
///
/// Algorithm 1: with K the first k at which a coin of probability (n/d)/k fails, K is odd with exactly that
/// probability, since the products x^k/k! telescope to the series of exp(-x).
fn bernoulli_exp<R: Rng>(n: u128, d: u128, rng: &mut R) -> bool {
    let mut k: u128 = 1;
    // d * k stays below 2^128: d is at most 2^80, and k exceeds 2^47 with a chance of 1/(2^47)!.
    while uniform_below(d * k, rng) < n {
        k += 1;
    }
    k % 2 == 1
}

/// True with probability exp(-n/d), for any n >= 0: a coin of exp(-1) for each whole d in n, then one for the rest.
fn bernoulli_exp_of_any<R: Rng>(mut n: u128, d: u128, rng: &mut R) -> bool {
    while n >= d {
        if !bernoulli_exp(1, 1, rng) {
            return false;
        }
        n -= d;
    }
    bernoulli_exp(n, d, rng)
}

/// Uniform in `0..bound`: as many random bits as the bound has, drawn again while they exceed it.
///
/// Bits come as whole 64-bit words, the first word lowest, so a stream of words always gives the same draws.
fn uniform_below<R: Rng>(bound: u128, rng: &mut R) -> u128 {
    let bits = u128::BITS - (bound - 1).leading_zeros();
    loop {
        let mut draw = if bits == 0 { 0 } else { u128::from(rng.next_u64()) };
        if bits > u64::BITS {
            draw |= u128::from(rng.next_u64()) << 64;
        }
        if bits < u128::BITS {
            draw &= (1 << bits) - 1;
        }
        if draw < bound {
            return draw;
        }
    }
}

#[cfg(test)]
mod tests;
