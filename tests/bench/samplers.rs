//! How many exact samples a second one core draws: `cargo bench --bench samplers`.
//!
//! Prints one line a sampler, `name samples_per_second`, for `samplers.py` to put beside another library's.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use hushcount::confidential::{Scale, Variance, discrete_gaussian, discrete_laplace};
use rand::SeedableRng;
use rand::rngs::ChaCha20Rng;

/// Long enough that the clock does not matter.
const LONG: Duration = Duration::from_millis(500);

fn samples_per_second(mut draw: impl FnMut() -> i64) -> f64 {
    let start = Instant::now();
    let mut samples = 0_u32;
    while start.elapsed() < LONG {
        for _ in 0..1000 {
            black_box(draw());
        }
        samples += 1000;
    }
    f64::from(samples) / start.elapsed().as_secs_f64()
}

fn main() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    for scale in [1, 10, 100] {
        let (laplace, variance) = (Scale::new(scale, 1), Variance::new(scale * scale, 1));
        let (Some(laplace), Some(variance)) = (laplace, variance) else { continue };
        println!("laplace-{scale} {:.0}", samples_per_second(|| discrete_laplace(laplace, &mut rng)));
        println!("gaussian-{scale} {:.0}", samples_per_second(|| discrete_gaussian(variance, &mut rng)));
    }
}
