//! The fault script: what tests tell the demo server to do wrong, and what it remembers of the requests it got.
//!
//! Only there with `--control`. `POST /control/faults` queues faults (one object or a list); each answers the next
//! request whose path contains its `path`. `POST /control/release` lets held requests go on. `GET /control/requests`
//! and `GET /control/counters` tell what arrived; `POST /control/reset` forgets everything. What a fault can be is
//! described with [`Fault`], and for people in `docs/DEMO.md`.
//!
//! To add a way to fail: a field of [`Fault`], and what it does to an answer in [`spoil`]. To add an error code: a line in
//! [`codes`].

mod codes;
mod fault;
mod record;
mod spoil;

use super::{BODY_LIMIT_BYTES, Desk};
use crate::domain::{money::Micros, pricing::Usage};
use axum::{
    Json, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use fault::Fault;
use record::Recorded;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, VecDeque},
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// What a handler says it used, on its response's extensions.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    /// Tokens of a painting call; of others only `text_in`.
    pub usage: Usage,
    /// Tokens of a written answer.
    pub text_out: u64,
    /// Pictures painted.
    pub pictures: u64,
    /// Features of a describing call.
    pub features: u64,
    /// The price by the compiled-in catalogue.
    pub micros: Micros,
}

/// What arrived and what it cost.
#[derive(Debug, Clone, Default, Serialize)]
struct Counters {
    /// Requests to the providers' endpoints.
    requests: u64,
    /// The same by path.
    by_path: BTreeMap<String, u64>,
    /// Answers by status, as they were sent.
    by_status: BTreeMap<u16, u64>,
    /// Requests that arrived and have no answer yet.
    in_flight: u64,
    /// Of these, those that wait for `/control/release`.
    held: u64,
    /// Calls that were charged.
    charged: u64,
    /// Pictures painted.
    pictures: u64,
    /// Vision features looked at.
    features: u64,
    /// Tokens charged.
    text_in: u64,
    /// Tokens charged.
    image_in: u64,
    /// Tokens charged.
    image_out: u64,
    /// Tokens charged.
    text_out: u64,
    /// What a vendor would have charged, in micro-dollars.
    spent_micros: i64,
}

/// The script and the memory.
#[derive(Debug)]
pub(super) struct Script {
    faults: Mutex<VecDeque<Fault>>,
    requests: Mutex<Vec<Recorded>>,
    counters: Mutex<Counters>,
    /// Counts releases; a held request waits for the next one.
    releases: watch::Sender<u64>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            faults: Mutex::default(),
            requests: Mutex::default(),
            counters: Mutex::default(),
            releases: watch::Sender::new(0),
        }
    }
}

/// A panic elsewhere must not blind the witness.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Script {
    /// The first fault for this path, taken from the queue unless it stays.
    fn take(&self, path: &str) -> Option<Fault> {
        let mut faults = lock(&self.faults);
        let at = faults
            .iter()
            .position(|fault| fault.path.as_deref().is_none_or(|part| path.contains(part)))?;
        let fault = faults[at].clone();
        match fault.times {
            Some(0) => {}
            Some(times) if times > 1 => faults[at].times = Some(times - 1),
            _ => {
                faults.remove(at);
            }
        }
        Some(fault)
    }

    fn count_spent(&self, spent: Spent) {
        let mut counters = lock(&self.counters);
        counters.charged += 1;
        counters.pictures += spent.pictures;
        counters.features += spent.features;
        counters.text_in += spent.usage.text_in;
        counters.image_in += spent.usage.image_in;
        counters.image_out += spent.usage.image_out;
        counters.text_out += spent.text_out;
        counters.spent_micros += spent.micros.0;
    }
}

/// Counts a request as under way for as long as it lives, held or not, answered or given up by the client.
struct Visit<'a> {
    script: &'a Script,
    held: bool,
}

impl<'a> Visit<'a> {
    fn begin(script: &'a Script, path: &str) -> Self {
        let mut counters = lock(&script.counters);
        counters.requests += 1;
        counters.in_flight += 1;
        *counters.by_path.entry(path.to_owned()).or_default() += 1;
        drop(counters);
        Self { script, held: false }
    }

    async fn hold(&mut self, desk: &Desk) {
        let mut releases = self.script.releases.subscribe();
        lock(&self.script.counters).held += 1;
        self.held = true;
        tokio::select! {
            _ = releases.changed() => {}
            () = desk.closing.cancelled() => {}
        }
        self.let_go();
    }

    fn let_go(&mut self) {
        if std::mem::take(&mut self.held) {
            let mut counters = lock(&self.script.counters);
            counters.held = counters.held.saturating_sub(1);
        }
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.let_go();
        let mut counters = lock(&self.script.counters);
        counters.in_flight = counters.in_flight.saturating_sub(1);
    }
}

/// Records every request and plays the script on it.
pub(super) async fn play(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let Some(script) = &desk.control else {
        return next.run(request).await;
    };
    let path = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    // Counted once it has arrived whole: until then a client may still take it back.
    let mut visit = Visit::begin(script, &path);
    let recorded = record::record(&parts, &body).await;
    let streamed = recorded.asks_for_a_stream();
    lock(&script.requests).push(recorded);

    let fault = script.take(&path).unwrap_or_default();
    if let Some(delay_ms) = fault.delay_ms {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    }
    if fault.hold {
        visit.hold(&desk).await;
    }
    let replaced = fault.replaces();
    let response = if replaced && !fault.charge {
        None
    } else {
        // A task of its own: a client that hangs up is charged all the same, as with the vendors.
        let desk = desk.clone();
        let request = Request::from_parts(parts, Body::from(body));
        let painting = tokio::spawn(async move {
            let response = next.run(request).await;
            if let (Some(script), Some(spent)) = (&desk.control, response.extensions().get::<Spent>()) {
                script.count_spent(*spent);
            }
            response
        });
        painting.await.ok()
    };
    if fault.hang {
        desk.closing.cancelled().await;
    }
    let mut response = if replaced {
        spoil::substitute(&fault, &path, streamed)
    } else {
        response.unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    };
    if fault.spoils() {
        response = spoil::spoil(response, &fault, &path).await;
    }
    for (name, value) in &fault.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    let status = response.status().as_u16();
    *lock(&script.counters).by_status.entry(status).or_default() += 1;
    if let Some(drip) = fault.drip {
        response = spoil::drip(response, drip).await;
    }
    match fault.cut_after_bytes {
        Some(bytes) => spoil::cut(response, bytes).await,
        None => response,
    }
}

/// `/control/*`.
pub(super) fn router() -> Router<Arc<Desk>> {
    Router::new()
        .route("/faults", post(queue))
        .route("/release", post(release))
        .route("/requests", get(requests))
        .route("/counters", get(counters))
        .route("/reset", post(reset))
}

/// One fault or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Faults {
    Many(Vec<Fault>),
    One(Box<Fault>),
}

async fn queue(State(desk): State<Arc<Desk>>, Json(faults): Json<Value>) -> Response {
    let Some(script) = &desk.control else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // By hand, so that a misspelt field is named instead of "did not match any variant".
    let parsed = if faults.is_array() {
        serde_json::from_value(faults).map(Faults::Many)
    } else {
        serde_json::from_value(faults).map(|fault| Faults::One(Box::new(fault)))
    };
    let faults = match parsed {
        Ok(Faults::Many(faults)) => Ok(faults),
        Ok(Faults::One(fault)) => Ok(vec![*fault]),
        Err(error) => Err(error.to_string()),
    };
    let checked = faults.and_then(|faults| {
        faults.iter().try_for_each(Fault::check)?;
        Ok(faults)
    });
    let mut queue = lock(&script.faults);
    match checked {
        Ok(faults) => queue.extend(faults),
        Err(error) => {
            let body = Json(json!({ "error": error }));
            return (StatusCode::UNPROCESSABLE_ENTITY, body).into_response();
        }
    }
    Json(json!({ "queued": queue.len() })).into_response()
}

async fn release(State(desk): State<Arc<Desk>>) -> Response {
    let Some(script) = &desk.control else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let held = lock(&script.counters).held;
    script.releases.send_modify(|releases| *releases += 1);
    Json(json!({ "released": held })).into_response()
}

async fn requests(State(desk): State<Arc<Desk>>) -> Response {
    let recorded = desk.control.as_ref().map(|script| lock(&script.requests).clone());
    Json(json!({ "requests": recorded })).into_response()
}

async fn counters(State(desk): State<Arc<Desk>>) -> Response {
    let counters = desk.control.as_ref().map(|script| lock(&script.counters).clone());
    Json(json!(counters)).into_response()
}

async fn reset(State(desk): State<Arc<Desk>>) -> Result<Response, Infallible> {
    if let Some(script) = &desk.control {
        lock(&script.faults).clear();
        lock(&script.requests).clear();
        script.releases.send_modify(|releases| *releases += 1);
        let mut counters = lock(&script.counters);
        // What is under way ends after the reset and counts itself down.
        *counters = Counters {
            in_flight: counters.in_flight,
            held: counters.held,
            ..Counters::default()
        };
    }
    Ok(Json(json!({ "reset": true })).into_response())
}
