//! How requests leave: one client for each address, one lane for each provider, and the rules for sending again.
//!
//! A request that may have arrived is never sent again, because it may have been paid for. It is sent again when the
//! connection was never made, on a definite "too fast" or "overloaded" from the provider itself, for as long as the call may
//! wait (`waits`), and once with a new key when the one it carried was refused and has been replaced.
//!
//! Redirects are not followed (a key must not travel on). The system's proxy settings are not read: the reqwest
//! feature for them is off, so what leaves goes to the addresses in the settings and nowhere else.

mod events;
mod lane;
mod live_key;
mod waits;

pub(super) use events::Event;
pub(super) use lane::Lane;
pub use lane::LaneState;
pub(super) use live_key::LiveKey;
pub use live_key::Look;

use super::{
    Charge, Fault, FaultKind,
    faults::{self, Verdict},
};
use crate::{domain::spec::ProviderName, server::telemetry::millis};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use live_key::Credential;
use reqwest::{Client, RequestBuilder, Response, Url, redirect};
use std::{fmt, sync::Arc, time::Duration};
use tokio::{sync::OwnedSemaphorePermit, time::Instant};
use tokio_util::sync::CancellationToken;
use waits::Waits;

/// Fresh randomness, so that callers who were all told to wait do not all come back at once.
pub type Jitter = Arc<dyn Fn() -> u64 + Send + Sync>;

/// How long to wait and how often to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// Longest wait for a connection.
    pub connect: Duration,
    /// First wait before sending again; it doubles.
    pub first_wait: Duration,
    /// How often a connection that was never made is tried again.
    pub retries: usize,
    /// How long a provider without credit, or with a bad key, is left alone before one request tries again.
    pub pause: Duration,
    /// The longest that any call waits in all because it was told to; calls may have less patience themselves.
    pub patience: Duration,
    /// The longest that any call may take each time it is sent; calls may be shorter themselves.
    pub longest: Duration,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_wait: Duration::from_millis(500),
            retries: 2,
            pause: Duration::from_mins(5),
            patience: Duration::from_mins(2),
            longest: Duration::from_mins(10),
        }
    }
}

/// What one call may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// From connecting to the last byte, each time it is sent.
    pub(super) timeout: Duration,
    /// The largest answer that is read.
    pub(super) max_answer_bytes: usize,
    /// How long it may wait in all because the provider says so; what would be longer is told instead of waited.
    pub(super) patience: Duration,
}

/// A success.
#[derive(Debug)]
pub(super) struct Answer {
    /// 2xx.
    pub(super) status: StatusCode,
    /// Its headers.
    pub(super) headers: HeaderMap,
    /// Its body, in full.
    pub(super) body: Vec<u8>,
}

/// Hears the events of a streamed answer as they come. What it gives for the last one stands for the answer's body.
pub(super) type Listener<'a> = &'a (dyn Fn(Event) -> Option<Vec<u8>> + Send + Sync);

/// Longest error body that is read.
const MAX_ERROR_BYTES: usize = 256 * 1024;
/// A connection that stood idle longer is not used for the next request: the other side may be about to close it, and a
/// request that meets that is one without an answer, which is booked in full.
const IDLE: Duration = Duration::from_secs(15);
/// What a hostile length may make us set aside before anything arrived.
const MAX_AHEAD_BYTES: usize = 64 * 1024 * 1024;

/// The way to one address of one provider.
pub(super) struct Transport {
    client: Client,
    lane: Arc<Lane>,
    key: Arc<LiveKey>,
    rhythm: Rhythm,
    jitter: Jitter,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("lane", &self.lane)
            .finish_non_exhaustive()
    }
}

/// Makes ring the process's TLS. Called first in `main` and in every test that makes a client; calling it again does
/// nothing.
pub fn ensure_crypto() {
    // An error means that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A client for this address.
fn client(address: &Url, rhythm: Rhythm) -> reqwest::Result<Client> {
    ensure_crypto();
    let builder = Client::builder()
        .user_agent(concat!("pochoir/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(rhythm.connect)
        .pool_idle_timeout(IDLE)
        .redirect(redirect::Policy::none())
        // The rules for sending again are ours.
        .retry(reqwest::retry::never())
        .no_proxy();
    // Plain http needs no certificates: a machine without any can still run the demo.
    if address.scheme() == "http" {
        builder.tls_certs_only([]).build()
    } else {
        builder.https_only(true).build()
    }
}

impl Transport {
    /// The way to `address`, with this key.
    pub(super) fn new(
        address: &Url,
        lane: Arc<Lane>,
        key: Arc<LiveKey>,
        rhythm: Rhythm,
        jitter: Jitter,
    ) -> reqwest::Result<Self> {
        Ok(Self {
            client: client(address, rhythm)?,
            lane,
            key,
            rhythm,
            jitter,
        })
    }

    /// Whose it is.
    pub(super) fn provider(&self) -> ProviderName {
        self.lane.provider()
    }

    /// Posts to `url` what `fill` puts in, and reads the answer.
    pub(super) async fn post(
        &self,
        url: &Url,
        terms: Terms,
        fill: impl Fn(RequestBuilder) -> RequestBuilder + Send + Sync,
    ) -> Result<Answer, Fault> {
        self.post_and_listen(url, terms, None, &CancellationToken::new(), fill)
            .await
    }

    /// The same; if the answer is streamed, `listener` hears it. Once `stop` is cancelled nothing is sent again: who waits then is
    /// told why it waited.
    pub(super) async fn post_and_listen(
        &self,
        url: &Url,
        terms: Terms,
        listener: Option<Listener<'_>>,
        stop: &CancellationToken,
        fill: impl Fn(RequestBuilder) -> RequestBuilder + Send + Sync,
    ) -> Result<Answer, Fault> {
        let _place = self.enter().await?;
        let started = Instant::now();
        let used = self.key.now();
        let mut result = self.send(url, terms, listener, stop, &fill, &used).await;
        // Refused for a key that was replaced meanwhile: nothing was done, so it is asked once more with the new one.
        let refused = matches!(&result, Err(fault) if fault.kind == FaultKind::Key && fault.charge == Charge::Nothing);
        if refused && self.key.is_other_than(&used).await {
            self.note(url, started, &result);
            let renewed = self.key.now();
            result = self.send(url, terms, listener, stop, &fill, &renewed).await;
        }
        self.lane.learn(result.as_ref().err().map(|fault| fault.kind));
        self.note(url, started, &result);
        result
    }

    /// Waits for a place. A stopped lane opens again for a new key.
    async fn enter(&self) -> Result<OwnedSemaphorePermit, Fault> {
        let entered = self.lane.enter().await;
        if entered.is_err() && self.key.renew(Look::IfWritten).await {
            self.lane.reopen();
            return self.lane.enter().await;
        }
        entered
    }

    /// Sends with this key, and again where that is safe.
    async fn send(
        &self,
        url: &Url,
        terms: Terms,
        listener: Option<Listener<'_>>,
        stop: &CancellationToken,
        fill: &(impl Fn(RequestBuilder) -> RequestBuilder + Send + Sync),
        used: &Credential,
    ) -> Result<Answer, Fault> {
        let mut waits = Waits::new(self.rhythm, terms.patience, (self.jitter)());
        loop {
            let request = fill(self.client.post(url.clone()));
            let verdict = match self.exchange(request, terms, listener, used).await {
                Ok(answer) => return Ok(answer),
                Err(verdict) => verdict,
            };
            let Some(wait) = waits.next(&verdict) else {
                return Err(verdict.fault);
            };
            let provider = self.provider().name();
            tracing::debug!(provider, kind = ?verdict.fault.kind, ?wait, "a request is sent again");
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => return Err(verdict.fault),
            }
        }
    }

    /// Gets what stands at `url`, once. It costs nothing, so it takes no place, and what it gives says nothing about painting: a
    /// key may be good for one and not for the other.
    pub(super) async fn get(&self, url: &Url, terms: Terms) -> Result<Answer, Fault> {
        let used = self.key.now();
        let result = self.exchange(self.client.get(url.clone()), terms, None, &used).await;
        result.map_err(|verdict| verdict.fault)
    }

    /// Learns from an answer that turned out to be a fault.
    pub(super) fn learn(&self, fault: &Fault) {
        self.lane.learn(Some(fault.kind));
    }

    /// Sends once. What comes back never holds the key.
    async fn exchange(
        &self,
        request: RequestBuilder,
        terms: Terms,
        listener: Option<Listener<'_>>,
        used: &Credential,
    ) -> Result<Answer, Verdict> {
        let request = request
            .header(self.key.name.clone(), used.header.clone())
            .header(header::ACCEPT, "application/json")
            .timeout(terms.timeout.min(self.rhythm.longest));
        let exchanged = exchange(request, terms.max_answer_bytes, listener).await;
        exchanged.map_err(|mut verdict| {
            verdict.fault.detail = used.hidden_in(&verdict.fault.detail);
            verdict
        })
    }

    fn note(&self, url: &Url, started: Instant, result: &Result<Answer, Fault>) {
        let provider = self.provider().name();
        let (path, elapsed_ms) = (url.path(), millis(started.elapsed()));
        match result {
            Ok(answer) => {
                let request_id = faults::request_id(&answer.headers);
                let status = answer.status.as_u16();
                tracing::info!(provider, path, status, elapsed_ms, request_id, "a provider answered");
            }
            Err(fault) => {
                let request_id = fault.request_id.as_deref();
                let (kind, charge) = (fault.kind, fault.charge);
                tracing::warn!(
                    provider,
                    path,
                    ?kind,
                    ?charge,
                    elapsed_ms,
                    request_id,
                    detail = fault.detail,
                    "a call gave nothing"
                );
                if let Some(hint) = kind.hint() {
                    tracing::error!(provider, ?kind, hint, "the operator has to look at this");
                }
            }
        }
    }
}

/// Sends once.
async fn exchange(
    request: RequestBuilder,
    max_answer_bytes: usize,
    listener: Option<Listener<'_>>,
) -> Result<Answer, Verdict> {
    let mut response = request.send().await.map_err(faults::from_transport)?;
    let (status, headers) = (response.status(), response.headers().clone());
    if !status.is_success() {
        let (body, cut) = read_error(&mut response).await;
        return Err(faults::from_answer(status, &headers, &body, cut));
    }
    let read = match listener.filter(|_| is_streamed(&headers)) {
        Some(listener) => listen(&mut response, max_answer_bytes, listener).await,
        None => read(&mut response, max_answer_bytes).await,
    };
    let body = read.map_err(|unread| {
        let fault = match unread {
            Unread::TooLong => {
                faults::unreadable(format!("the answer is longer than {max_answer_bytes} bytes"), &headers)
            }
            Unread::Late(words) => Fault {
                kind: FaultKind::NoAnswer,
                ..faults::unreadable(words, &headers)
            },
            Unread::Cut(words) => faults::unreadable(format!("the answer was cut off: {words}"), &headers),
        };
        Verdict { fault, again: false }
    })?;
    Ok(Answer { status, headers, body })
}

/// Why an answer could not be read in full.
enum Unread {
    TooLong,
    Late(String),
    Cut(String),
}

fn is_streamed(headers: &HeaderMap) -> bool {
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    named.is_some_and(|named| named.starts_with("text/event-stream"))
}

/// Hears events until the last one; each may have at most `max` bytes.
async fn listen(response: &mut Response, max: usize, listener: Listener<'_>) -> Result<Vec<u8>, Unread> {
    let mut reader = events::Reader::default();
    while let Some(chunk) = next(response).await? {
        let events = reader.feed(&chunk);
        if reader.pending() > max {
            return Err(Unread::TooLong);
        }
        if let Some(body) = events.into_iter().find_map(listener) {
            return Ok(body);
        }
    }
    Err(Unread::Cut("the stream ended without its result".to_owned()))
}

/// The body, in one buffer, at most `max` bytes.
async fn read(response: &mut Response, max: usize) -> Result<Vec<u8>, Unread> {
    let announced = response.content_length().unwrap_or(0);
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    if announced > max {
        return Err(Unread::TooLong);
    }
    let mut body = Vec::with_capacity(announced.min(MAX_AHEAD_BYTES));
    while let Some(chunk) = next(response).await? {
        if body.len() + chunk.len() > max {
            return Err(Unread::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What there is of an error's body, and whether something is missing.
async fn read_error(response: &mut Response) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        match next(response).await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, false),
            Err(_) => return (body, true),
        }
        if body.len() > MAX_ERROR_BYTES {
            return (body, true);
        }
    }
}

async fn next(response: &mut Response) -> Result<Option<Bytes>, Unread> {
    response.chunk().await.map_err(|error| {
        let late = error.is_timeout();
        let words = faults::chain(&error.without_url());
        if late { Unread::Late(words) } else { Unread::Cut(words) }
    })
}
