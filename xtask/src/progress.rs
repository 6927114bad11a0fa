//! What a person sees while they wait: plain lines on standard error, each with the time since the start.

use std::{sync::LazyLock, time::Instant};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Says what happens now.
pub fn step(text: &str) {
    eprintln!("[{:6.1} s] {text}", START.elapsed().as_secs_f64());
}

/// Says what went wrong.
pub fn fault(text: &str) {
    eprintln!("[{:6.1} s] error: {text}", START.elapsed().as_secs_f64());
}
