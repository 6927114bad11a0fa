//! What was put and may not have its row yet: which holds there are, and which blobs were put since the oldest began.

use super::BlobKey;
use std::{
    array,
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Turns to be taken by those who put or delete the same blob. More than that many at once rarely meet.
const TURNS: usize = 64;

/// What is in flight.
#[derive(Debug)]
pub(super) struct Flight {
    holds: Mutex<Holds>,
    /// Putting a blob and deciding to delete it exclude each other.
    turns: [tokio::sync::Mutex<()>; TURNS],
}

#[derive(Debug, Default)]
struct Holds {
    /// The number of the next hold.
    next: u64,
    /// Those that live, by number.
    live: BTreeSet<u64>,
    /// When a blob was last put: the number the next hold would have had.
    put: HashMap<BlobKey, u64>,
    /// What a sweep would have deleted, had nobody held it.
    kept: HashSet<BlobKey>,
}

impl Default for Flight {
    fn default() -> Self {
        Self {
            holds: Mutex::default(),
            turns: array::from_fn(|_| tokio::sync::Mutex::default()),
        }
    }
}

impl Flight {
    fn holds(&self) -> MutexGuard<'_, Holds> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A hold begins; its number.
    pub(super) fn begin(&self) -> u64 {
        let mut holds = self.holds();
        let number = holds.next;
        holds.next += 1;
        holds.live.insert(number);
        number
    }

    /// The hold of this number ends.
    pub(super) fn end(&self, number: u64) {
        let mut holds = self.holds();
        holds.live.remove(&number);
        match holds.live.first().copied() {
            Some(oldest) => holds.put.retain(|_, put| oldest < *put),
            None => holds.put.clear(),
        }
    }

    /// A blob is put now.
    pub(super) fn note(&self, key: &BlobKey) {
        let mut holds = self.holds();
        if !holds.live.is_empty() {
            let now = holds.next;
            holds.put.insert(key.clone(), now);
        }
    }

    /// Whether a blob was put since the oldest hold began. If so it is remembered for the next sweep.
    pub(super) fn keep(&self, key: &BlobKey) -> bool {
        let mut holds = self.holds();
        let held = match (holds.live.first(), holds.put.get(key)) {
            (Some(oldest), Some(put)) => oldest < put,
            _ => false,
        };
        if held {
            holds.kept.insert(key.clone());
        }
        held
    }

    /// The next sweep looks at it again.
    pub(super) fn remember(&self, key: &BlobKey) {
        self.holds().kept.insert(key.clone());
    }

    /// What former sweeps left because somebody held it.
    pub(super) fn take_kept(&self) -> Vec<BlobKey> {
        self.holds().kept.drain().collect()
    }

    /// The turn of this blob (and of some others).
    pub(super) fn turn(&self, key: &BlobKey) -> &tokio::sync::Mutex<()> {
        let number = key
            .0
            .bytes()
            .take(4)
            .fold(0_usize, |sum, byte| sum * 31 + usize::from(byte));
        &self.turns[number % TURNS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> BlobKey {
        BlobKey(name.to_owned())
    }

    #[test]
    fn what_was_put_before_the_oldest_hold_is_not_held() {
        let flight = Flight::default();
        flight.note(&key("before"));
        let hold = flight.begin();
        flight.note(&key("since"));
        assert!(!flight.keep(&key("before")));
        assert!(flight.keep(&key("since")));
        flight.end(hold);
        assert!(!flight.keep(&key("since")));
        assert_eq!(flight.take_kept(), [key("since")]);
        assert!(flight.take_kept().is_empty());
    }

    #[test]
    fn a_younger_hold_does_not_keep_what_an_older_one_kept() {
        let flight = Flight::default();
        let older = flight.begin();
        flight.note(&key("a"));
        let younger = flight.begin();
        flight.note(&key("b"));
        assert!(flight.keep(&key("a")));
        flight.end(older);
        assert!(!flight.keep(&key("a")));
        assert!(flight.keep(&key("b")));
        flight.end(younger);
        assert!(!flight.keep(&key("b")));
    }
}
