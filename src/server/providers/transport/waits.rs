//! How long until a request is sent again, and when that ends.
//!
//! A connection that was never made is tried a few times more. A definite "too fast" or "overloaded" is waited out for as long
//! as the call may wait: what the provider asks for, at least a growing pause of our own, until the waits together would be
//! longer than that. Whoever was told to wait and has no time left is told so, with how long the provider asked for.

use super::Rhythm;
use crate::server::providers::{FaultKind, faults::Verdict};
use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use std::time::Duration;

/// Longest pause of our own.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// However short the waits: a provider that says "wait no time" for ever is left.
const MOST: usize = 50;

/// The waits of one call.
#[derive(Debug)]
pub(super) struct Waits {
    pauses: ExponentialBackoff,
    connections: usize,
    left: Duration,
}

impl Waits {
    /// Waits of a call that may wait `patience` in all.
    pub(super) fn new(rhythm: Rhythm, patience: Duration, seed: u64) -> Self {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(rhythm.first_wait)
            .with_max_delay(LONGEST_PAUSE)
            .with_max_times(MOST)
            .with_jitter()
            .with_jitter_seed(seed);
        Self {
            pauses: pauses.build(),
            connections: rhythm.retries,
            left: patience.min(rhythm.patience),
        }
    }

    /// How long until the request is sent again; nothing when it is not.
    pub(super) fn next(&mut self, verdict: &Verdict) -> Option<Duration> {
        if !verdict.again {
            return None;
        }
        if verdict.fault.kind == FaultKind::Unreachable {
            self.connections = self.connections.checked_sub(1)?;
            return self.pauses.next();
        }
        if self.left.is_zero() {
            return None;
        }
        let wait = self.pauses.next()?.max(verdict.fault.retry_after.unwrap_or_default());
        self.left = self.left.checked_sub(wait)?;
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::providers::faults::not_sent;

    const RHYTHM: Rhythm = Rhythm {
        connect: Duration::from_secs(1),
        first_wait: Duration::from_secs(1),
        retries: 2,
        pause: Duration::from_hours(1),
        patience: Duration::from_mins(2),
        longest: Duration::from_mins(10),
    };

    fn verdict(kind: FaultKind, asked: Option<u64>) -> Verdict {
        let mut fault = not_sent(kind, "x");
        fault.retry_after = asked.map(Duration::from_secs);
        Verdict { again: true, fault }
    }

    fn waits(patience: Duration, verdict: &Verdict) -> Vec<Duration> {
        let mut waits = Waits::new(RHYTHM, patience, 7);
        std::iter::from_fn(|| waits.next(verdict)).take(1000).collect()
    }

    #[test]
    fn waits_grow_and_end_with_the_budget() {
        let found = waits(Duration::from_mins(5), &verdict(FaultKind::TooFast, None));
        assert!(found.len() > 4, "{found:?}");
        assert!(found[0] >= RHYTHM.first_wait && found[1] > found[0], "{found:?}");
        let all: Duration = found.iter().sum();
        assert!(all <= RHYTHM.patience && all > RHYTHM.patience / 3, "{all:?}");
    }

    #[test]
    fn what_is_asked_for_is_waited_and_no_more_than_there_is() {
        let asked = |seconds| waits(Duration::from_mins(2), &verdict(FaultKind::TooFast, Some(seconds)));
        assert_eq!(asked(50), [Duration::from_secs(50); 2]);
        assert_eq!(asked(120), [Duration::from_mins(2)]);
        assert_eq!(asked(121), []);
        assert_eq!(waits(Duration::ZERO, &verdict(FaultKind::Overloaded, Some(0))), []);
    }

    #[test]
    fn connections_are_tried_a_few_times_whatever_the_patience() {
        let found = waits(Duration::ZERO, &verdict(FaultKind::Unreachable, None));
        assert_eq!(found.len(), RHYTHM.retries);
    }

    #[test]
    fn what_must_not_be_sent_again_is_not() {
        let mut verdict = verdict(FaultKind::TooFast, None);
        verdict.again = false;
        assert_eq!(waits(Duration::from_mins(2), &verdict), []);
    }
}
