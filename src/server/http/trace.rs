//! One line in the log for each request, and a net under every handler.
//!
//! The line holds the route as it is written in the router, never the address as it was asked: slugs and queries are
//! secrets of whoever has them.

use super::{preferences, problem};
use crate::{
    api::ErrorCode,
    server::{failure::Failure, state::AppState, telemetry::millis},
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use futures::FutureExt as _;
use std::{panic::AssertUnwindSafe, time::Instant};
use tracing::Instrument as _;

/// Names a request in the log, so that a person can quote it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Follows a request. A panic becomes a 500 in our words.
pub async fn follow(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let id = format!("{:016x}", u64::from_be_bytes(app.random.bytes()));
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", id, method = %request.method(), route);
    let lang = preferences::lang(request.headers(), app.config.default_language);
    async {
        let began = Instant::now();
        let mut response = AssertUnwindSafe(next.run(request))
            .catch_unwind()
            .await
            .unwrap_or_else(|panic| problem::answer(panicked(panic.as_ref()), lang));
        let (status, ms) = (response.status().as_u16(), millis(began.elapsed()));
        if status >= 500 {
            tracing::warn!(status, ms, "answered");
        } else {
            tracing::debug!(status, ms, "answered");
        }
        if let Ok(id) = HeaderValue::try_from(id.as_str()) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Failure {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without words");
    Failure::new(ErrorCode::Internal).log(format_args!("a handler panicked: {words}"))
}
