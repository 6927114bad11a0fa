//! A provider's lane: how many calls are under way at once, and the breaker that stops them all.

use crate::{
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

    pub(super) const fn provider(&self) -> ProviderName {
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
                        "nothing more is sent to this provider for now"
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

    /// How it stands.
    pub(in crate::server::providers) fn state(&self) -> LaneState {
        let breaker = *self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        LaneState {
            provider: self.provider,
            under_way: self.size - self.places.available_permits().min(self.size),
            stopped: breaker.map(|open| open.why),
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
