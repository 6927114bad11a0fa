//! A provider's key as it is now. It may be replaced while the program runs: its file is looked at now and then, whenever a
//! call is refused for its key, and when the operator says so.

use crate::{
    domain::spec::ProviderName,
    server::config::{Key, KeySource, Unread},
};
use http::{HeaderName, HeaderValue};
use std::{
    fmt, fs,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

/// How closely a key's file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// It is read when it was written since.
    IfWritten,
    /// It is read.
    Always,
}

/// A key, in the header that carries it.
pub(super) struct Credential {
    key: Key,
    /// Marked so that clients do not print it.
    pub(super) header: HeaderValue,
}

impl Credential {
    fn new(key: Key, scheme: &str) -> Arc<Self> {
        let header = key.header(scheme);
        Arc::new(Self { key, header })
    }

    /// A text without the key in it.
    pub(super) fn hidden_in(&self, text: &str) -> String {
        self.key.hidden_in(text)
    }
}

/// What tells a file that was written from one that was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    written: Option<SystemTime>,
    bytes: u64,
}

fn stamp(file: &Path) -> Option<Stamp> {
    let about = fs::metadata(file).ok()?;
    Some(Stamp {
        written: about.modified().ok(),
        bytes: about.len(),
    })
}

struct Now {
    credential: Arc<Credential>,
    /// How its file was when it was last read.
    stamp: Option<Stamp>,
}

/// A provider's key in one kind of header.
pub(in crate::server::providers) struct LiveKey {
    provider: ProviderName,
    /// Which header carries it.
    pub(super) name: HeaderName,
    /// What stands before it there.
    scheme: &'static str,
    source: KeySource,
    now: Mutex<Now>,
}

impl fmt::Debug for LiveKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveKey")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

impl LiveKey {
    pub(in crate::server::providers) fn new(
        provider: ProviderName,
        (name, scheme): (HeaderName, &'static str),
        source: KeySource,
    ) -> Arc<Self> {
        let credential = Credential::new(source.key().clone(), scheme);
        let stamp = source.file().and_then(stamp);
        Arc::new(Self {
            provider,
            name,
            scheme,
            source,
            now: Mutex::new(Now { credential, stamp }),
        })
    }

    /// Whether it is this provider's, in this header.
    pub(in crate::server::providers) fn is_of(&self, provider: ProviderName, name: &HeaderName) -> bool {
        self.provider == provider && self.name == *name
    }

    /// The key to be sent now.
    pub(super) fn now(&self) -> Arc<Credential> {
        self.lock().credential.clone()
    }

    /// Whether there is another key by now than the one that was used.
    pub(super) async fn is_other_than(self: &Arc<Self>, used: &Arc<Credential>) -> bool {
        self.renew(Look::Always).await;
        !Arc::ptr_eq(&self.now(), used)
    }

    /// Looks for a new key. Gives whether there is one; until then the former one stays.
    pub(in crate::server::providers) async fn renew(self: &Arc<Self>, look: Look) -> bool {
        if self.source.file().is_none() {
            return false;
        }
        let own = self.clone();
        let renewed = tokio::task::spawn_blocking(move || own.renew_now(look)).await;
        renewed.unwrap_or(false)
    }

    fn renew_now(&self, look: Look) -> bool {
        // Taken before reading: what is written in between is read the next time.
        let stamp = self.source.file().and_then(stamp);
        if look == Look::IfWritten && stamp == self.lock().stamp {
            return false;
        }
        let read = self.source.read_again();
        let mut now = self.lock();
        let touched = now.stamp != stamp;
        now.stamp = stamp;
        match read {
            Ok(key) if key.is_same(&now.credential.key) => false,
            Ok(key) => {
                now.credential = Credential::new(key, self.scheme);
                tracing::info!(provider = self.provider.name(), "a new key is used from now on");
                true
            }
            Err(error) => {
                if touched || look == Look::Always {
                    self.complain(&error);
                }
                false
            }
        }
    }

    fn complain(&self, error: &Unread) {
        tracing::warn!(
            provider = self.provider.name(),
            "the key was not read again: {error}. The former one stays in use"
        );
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
