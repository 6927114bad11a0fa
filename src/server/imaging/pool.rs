//! Keeps the memory of pictures within bounds: every piece of work says how many bytes it decodes, and waits until
//! there is room. The work runs on a blocking thread, so that nobody's page waits for somebody's picture.

use std::sync::Arc;
use tokio::{sync::Semaphore, task};

/// Bytes that may be decoded at once unless the settings say otherwise.
pub const DEFAULT_CAPACITY_BYTES: u64 = 192 * 1024 * 1024;
/// Bytes a permit stands for: permits are counted in 32 bits.
const PERMIT_BYTES: u64 = 64 * 1024;

/// Room for pictures.
#[derive(Debug, Clone)]
pub struct Pool {
    room: Arc<Semaphore>,
    permits: u32,
}

/// Work that came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// The work panicked. It is reported, and nobody else is harmed.
    #[error("the work on a picture panicked")]
    Panicked,
    /// The server is going down.
    #[error("the work on a picture was stopped")]
    Stopped,
}

impl Default for Pool {
    fn default() -> Self {
        Self::new(DEFAULT_CAPACITY_BYTES)
    }
}

impl Pool {
    /// Room for this many decoded bytes at once.
    #[must_use]
    pub fn new(capacity_bytes: u64) -> Self {
        let permits = u32::try_from(capacity_bytes.div_ceil(PERMIT_BYTES))
            .unwrap_or(u32::MAX)
            .max(1);
        Self {
            // The semaphore's own bound is above any number of 32 bits on every machine of 64.
            room: Arc::new(Semaphore::new((permits as usize).min(Semaphore::MAX_PERMITS))),
            permits,
        }
    }

    /// Runs the work once there is room for it. What is larger than all the room runs alone.
    ///
    /// The room is given back when the work ends, also when nobody waits for its answer any more.
    pub async fn run<T: Send + 'static>(
        &self,
        decoded_bytes: u64,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let wanted = u32::try_from(decoded_bytes.div_ceil(PERMIT_BYTES))
            .unwrap_or(u32::MAX)
            .clamp(1, self.permits);
        let room = Arc::clone(&self.room)
            .acquire_many_owned(wanted)
            .await
            .map_err(|_| PoolError::Stopped)?;
        let running = task::spawn_blocking(move || {
            let answer = work();
            drop(room);
            answer
        });
        running.await.map_err(|error| {
            if error.is_panic() {
                PoolError::Panicked
            } else {
                PoolError::Stopped
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc, Barrier,
        atomic::{AtomicU64, Ordering},
    };

    #[tokio::test(flavor = "multi_thread")]
    async fn never_more_at_once_than_there_is_room_for() {
        let pool = Pool::new(10 * PERMIT_BYTES);
        let (now, most) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let work = (1..=40_u64).map(|index| {
            let (pool, now, most) = (pool.clone(), Arc::clone(&now), Arc::clone(&most));
            let weight = index % 7 + 1;
            tokio::spawn(async move {
                pool.run(weight * PERMIT_BYTES, move || {
                    most.fetch_max(now.fetch_add(weight, Ordering::SeqCst) + weight, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(weight, Ordering::SeqCst);
                })
                .await
            })
        });
        for handle in work.collect::<Vec<_>>() {
            handle.await.expect("not cancelled").expect("ran");
        }
        assert!((1..=10).contains(&most.load(Ordering::SeqCst)), "{most:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn small_work_runs_side_by_side() {
        let pool = Pool::new(4 * PERMIT_BYTES);
        let both = Arc::new(Barrier::new(2));
        let other = Arc::clone(&both);
        let (one, two) = tokio::join!(
            pool.run(PERMIT_BYTES, move || both.wait().is_leader()),
            pool.run(PERMIT_BYTES, move || other.wait().is_leader())
        );
        assert!(one.expect("ran") != two.expect("ran"));
    }

    #[tokio::test]
    async fn what_is_larger_than_all_the_room_runs_alone() {
        let pool = Pool::new(PERMIT_BYTES);
        assert_eq!(pool.run(u64::MAX, || 7).await, Ok(7));
        assert_eq!(pool.run(0, || 8).await, Ok(8));
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_gives_its_room_back() {
        let pool = Pool::new(PERMIT_BYTES);
        let broken = pool.run(u64::MAX, || assert_eq!(1, 2, "on purpose")).await;
        assert_eq!(broken, Err(PoolError::Panicked));
        assert_eq!(pool.run(u64::MAX, || 7).await, Ok(7));
    }
}
