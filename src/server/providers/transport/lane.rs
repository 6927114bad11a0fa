//! A provider's lane: how many calls are under way at once, and the breaker that stops them all.

use crate::{
    api::session::{Pause, PauseReason},
    domain::spec::ProviderName,
    server::providers::{Fault, FaultKind, faults},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

/// Everything that goes to one provider goes through its lane.
#[derive(Debug)]
pub(in crate::server::providers) struct Lane {
    provider: ProviderName,
    places: Arc<Semaphore>,
    size: usize,
    pause: Duration,
    breaker: Mutex<Option<Open>>,
}

/// The breaker has tripped.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// What tripped it.
    why: FaultKind,
    /// When one request may try again.
    until: Instant,
}

/// How a lane stands, for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneState {
    /// Whose lane.
    pub provider: ProviderName,
    /// Calls under way.
    pub under_way: usize,
    /// What stopped it: no credit, or a key that is not accepted.
    pub stopped: Option<FaultKind>,
    /// In which time one request may try again, while it is stopped: nothing when the next one may.
    pub again_in: Option<Duration>,
}

impl LaneState {
    /// Why it was stopped, as people are told.
    #[must_use]
    pub fn why(&self) -> Option<PauseReason> {
        self.stopped.map(|kind| match kind {
            FaultKind::NoCredit => PauseReason::NoCredit,
            // Nothing else stops a lane.
            _ => PauseReason::Key,
        })
    }

    /// The pause it is in, as people are told. Nothing when the next request may leave.
    #[must_use]
    pub fn pause(&self) -> Option<Pause> {
        Some(Pause {
            provider: self.provider,
            why: self.why()?,
            // Rounded up: trying a moment too early would be refused again.
            again_in_s: self.again_in?.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX),
        })
    }
}

impl Lane {
    pub(in crate::server::providers) fn new(provider: ProviderName, places: usize, pause: Duration) -> Arc<Self> {
        Arc::new(Self {
            provider,
            places: Arc::new(Semaphore::new(places)),
            size: places,
            pause,
            breaker: Mutex::new(None),
        })
    }

    pub(in crate::server::providers) const fn provider(&self) -> ProviderName {
        self.provider
    }

    /// Waits for a place. Refused while the breaker is open.
    pub(super) async fn enter(&self) -> Result<OwnedSemaphorePermit, Fault> {
        // Asked before waiting, so that nobody queues for nothing, and after, because waiting takes time.
        self.check(Instant::now())?;
        let place = self.places.clone().acquire_owned().await;
        let place = place.map_err(|_| faults::not_sent(FaultKind::Unreachable, "the lane is closed"))?;
        self.pass(Instant::now())?;
        Ok(place)
    }

    fn check(&self, now: Instant) -> Result<(), Fault> {
        match *self.breaker.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(open) if now < open.until => Err(stopped(open, now)),
            _ => Ok(()),
        }
    }

    /// Like `check`; one request in each pause gets through to see whether things are well again.
    fn pass(&self, now: Instant) -> Result<(), Fault> {
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = breaker.as_mut() else {
            return Ok(());
        };
        if now < open.until {
            return Err(stopped(*open, now));
        }
        open.until = now + self.pause;
        Ok(())
    }

    /// Learns from how a call ended.
    pub(super) fn learn(&self, fault: Option<FaultKind>) {
        self.learn_at(fault, Instant::now());
    }

    fn learn_at(&self, fault: Option<FaultKind>, now: Instant) {
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        match fault {
            Some(why @ (FaultKind::NoCredit | FaultKind::Key)) => {
                if breaker.is_none() {
                    tracing::error!(
                        provider = self.provider.name(),
                        ?why,
                        pause = ?self.pause,
                        "nothing more is sent to this provider for now: {}",
                        hint(why)
                    );
                }
                let until = now + self.pause;
                *breaker = Some(Open { why, until });
            }
            // These say nothing about credit or key.
            Some(FaultKind::Unreachable | FaultKind::NoAnswer | FaultKind::Overloaded | FaultKind::TooFast) => {}
            _ => {
                if breaker.take().is_some() {
                    tracing::info!(provider = self.provider.name(), "this provider works again");
                }
            }
        }
    }

    /// Opens again: what stopped it was put right.
    pub(in crate::server::providers) fn reopen(&self) {
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        if breaker.take().is_some() {
            tracing::info!(provider = self.provider.name(), "this provider is asked again");
        }
    }

    /// How it stands.
    pub(in crate::server::providers) fn state(&self) -> LaneState {
        self.state_at(Instant::now())
    }

    fn state_at(&self, now: Instant) -> LaneState {
        let breaker = *self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        LaneState {
            provider: self.provider,
            under_way: self.size - self.places.available_permits().min(self.size),
            stopped: breaker.map(|open| open.why),
            again_in: breaker
                .map(|open| open.until.saturating_duration_since(now))
                .filter(|wait| !wait.is_zero()),
        }
    }
}

/// What the operator can do about it.
const fn hint(why: FaultKind) -> &'static str {
    match why {
        FaultKind::NoCredit => {
            "its account has no credit left or reached a limit. Look at the vendor's page for billing and limits; one \
             request tries again after each pause"
        }
        _ => {
            "it does not accept the key. Write the right one into the file that …_FILE names, or into the settings file; \
             a key in the environment needs a restart"
        }
    }
}

fn stopped(open: Open, now: Instant) -> Fault {
    Fault {
        retry_after: Some(open.until.saturating_duration_since(now)),
        ..faults::not_sent(open.why, "not sent: the last call said that nothing more should be")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::providers::Charge;

    const PAUSE: Duration = Duration::from_mins(5);

    #[test]
    fn a_lane_without_credit_lets_one_request_a_pause_through() {
        let lane = Lane::new(ProviderName::Openai, 2, PAUSE);
        let start = Instant::now();
        assert!(lane.pass(start).is_ok());
        lane.learn_at(Some(FaultKind::NoCredit), start);
        assert_eq!(lane.state().stopped, Some(FaultKind::NoCredit));
        let fault = lane.check(start).expect_err("stopped");
        assert_eq!((fault.kind, fault.charge), (FaultKind::NoCredit, Charge::Nothing));
        assert_eq!(fault.retry_after, Some(PAUSE));

        let later = start + PAUSE;
        assert!(lane.check(later).is_ok() && lane.pass(later).is_ok(), "one try");
        assert!(lane.check(later).is_err() && lane.pass(later).is_err(), "and only one");
        lane.learn_at(None, later);
        assert_eq!(lane.state().stopped, None);
        assert!(lane.pass(later).is_ok());
    }

    #[test]
    fn a_stopped_lane_says_until_when_and_opens_for_a_new_key() {
        let lane = Lane::new(ProviderName::Openai, 2, PAUSE);
        let start = Instant::now();
        assert_eq!(lane.state_at(start).again_in, None);
        lane.learn_at(Some(FaultKind::Key), start);
        assert_eq!(lane.state_at(start + PAUSE / 2).again_in, Some(PAUSE / 2));
        let over = lane.state_at(start + PAUSE);
        assert_eq!(
            (over.stopped, over.again_in),
            (Some(FaultKind::Key), None),
            "the next one may try"
        );
        lane.reopen();
        assert_eq!(lane.state_at(start).stopped, None);
        assert!(lane.pass(start).is_ok() && lane.pass(start).is_ok());
    }

    #[test]
    fn only_credit_and_key_stop_a_lane() {
        let lane = Lane::new(ProviderName::Demo, 1, PAUSE);
        for kind in [
            FaultKind::TooFast,
            FaultKind::Refused,
            FaultKind::Broken,
            FaultKind::NoAnswer,
            FaultKind::Unverified,
        ] {
            lane.learn(Some(kind));
            assert_eq!(lane.state().stopped, None, "{kind:?}");
        }
        lane.learn(Some(FaultKind::Key));
        lane.learn(Some(FaultKind::Unreachable));
        assert_eq!(lane.state().stopped, Some(FaultKind::Key), "no news is not good news");
    }

    #[tokio::test]
    async fn a_lane_counts_who_is_under_way() {
        let lane = Lane::new(ProviderName::Demo, 1, PAUSE);
        let place = lane.enter().await.expect("a place");
        assert_eq!(lane.state().under_way, 1);
        let waiting = lane.enter();
        tokio::pin!(waiting);
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(place);
        drop(waiting.await.expect("a place"));
        assert_eq!(lane.state().under_way, 0);
    }
}
