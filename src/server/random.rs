//! Randomness, as a parameter: the server asks the system, tests bring a seed.

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

/// A source of random bytes, fit for identifiers, tokens and slugs.
pub struct Random(Mutex<StdRng>);

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

impl Random {
    /// Seeded by the system.
    #[must_use]
    pub fn from_system() -> Self {
        Self(Mutex::new(rand::make_rng()))
    }

    /// The same bytes for the same seed; for tests only.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// Fresh random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random()
    }
}
