//! Room for pictures: `POCHOIR_STORAGE_MAX`. Whoever is about to bring bytes asks first; what was paid for is kept all the same.
//!
//! Counted are the bytes of all pictures, what the open jobs will bring at most, and what others were promised a moment ago and
//! have not brought yet. (The last is of this process; with several, each may promise the same room once.)

use super::{
    failure::{Failure, Outcome},
    state::App,
    store::Awaited,
};
use crate::{api::ErrorCode, domain::spec::Size};
use std::sync::atomic::{AtomicU64, Ordering};

/// What the small pictures of a result take at most.
pub const SMALL_BYTES: u64 = 1_500_000;
/// A pixel in a file without losses takes no more than its four values, but for a few bytes.
const PIXEL_BYTES: u64 = 4;

/// What was promised and not brought yet.
#[derive(Debug, Default)]
pub struct Room(AtomicU64);

/// Room for some bytes, until it is dropped: after the row that counts them is written.
#[derive(Debug)]
#[must_use = "a promise that is dropped at once promises nothing"]
pub struct Promise<'a> {
    room: &'a Room,
    bytes: u64,
}

impl Drop for Promise<'_> {
    fn drop(&mut self) {
        self.room.0.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

/// What the results of an order take at most: for each the provider's file, the composed picture and the small ones.
#[must_use]
pub fn of_results(count: u8, painted: Size, composed: Size) -> u64 {
    let pixels = painted.pixels().saturating_add(composed.pixels());
    pixels
        .saturating_mul(PIXEL_BYTES)
        .saturating_add(SMALL_BYTES)
        .saturating_mul(count.into())
}

impl App {
    /// Promises room for so many bytes.
    ///
    /// # Errors
    /// 507 `storage_full` when there is no such room.
    pub async fn promise_room(&self, bytes: u64) -> Outcome<Option<Promise<'_>>> {
        let Some(max) = self.config.limits.storage_max_bytes else {
            return Ok(None);
        };
        // First, so that two at once see each other.
        let promised = self.room.0.fetch_add(bytes, Ordering::AcqRel).saturating_add(bytes);
        let promise = Promise {
            room: &self.room,
            bytes,
        };
        let stored = self.store.stored_bytes().await?;
        let awaited: u64 = self
            .store
            .awaited()
            .await?
            .iter()
            .map(|job: &Awaited| of_results(job.count, job.painted, job.composed))
            .fold(0, u64::saturating_add);
        if stored.saturating_add(awaited).saturating_add(promised) <= max {
            return Ok(Some(promise));
        }
        Err(Failure::new(ErrorCode::StorageFull).log(format_args!(
            "POCHOIR_STORAGE_MAX is {max} bytes: {stored} are kept, {awaited} are awaited, {promised} are being brought"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_awaited_with_all_their_files() {
        let (painted, composed) = (Size::new(1024, 1024), Size::new(4000, 3000));
        let one = of_results(1, painted, composed);
        assert_eq!(one, (1_048_576 + 12_000_000) * 4 + 1_500_000);
        assert_eq!(of_results(3, painted, composed), one * 3);
    }
}
