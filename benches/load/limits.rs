//! What the machine does without Usher: the same answer, the same rows, the same hashes.

mod bare;
mod rows;

use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use usher_bench::{Figures, Idle};

pub(crate) use bare::{SERVE, bare_handler, serve};
pub(crate) use rows::rows;

/// Argon2id at the default cost, on every core.
pub(crate) fn hashes(time: Duration) -> Figures {
    let (idle, begun) = (Idle::from_now(), Instant::now());
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let work = move || {
        let params = Params::new(19_456, 2, 1, None).expect("a cost");
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut took = Vec::new();
        while begun.elapsed() < time {
            let begun = Instant::now();
            argon.hash_password_into(b"hunter22", b"sixteen bytes of", &mut [0; 32]).expect("a hash");
            took.push(begun.elapsed());
        }
        took
    };
    let running: Vec<_> = (0..cores).map(|_| thread::spawn(work)).collect();
    let took = running.into_iter().flat_map(|it| it.join().expect("no panic")).collect();
    Figures::of(took, begun.elapsed(), idle)
}
