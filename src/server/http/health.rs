//! Whether the server lives and whether it can work.

use crate::{
    api::session::PauseReason,
    domain::spec::ProviderName,
    server::{blobs::BlobError, providers::LaneState, state::AppState},
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

/// `GET /healthz`: it lives.
pub async fn live() -> &'static str {
    "ok\n"
}

/// What a probe writes and deletes.
const PROBE: &[u8] = b"is there room?";

/// Bytes can be kept: the disk is there and not full.
async fn blobs_work(app: &AppState) -> Result<(), BlobError> {
    let _hold = app.blobs.hold().await;
    let probe = app.blobs.put(PROBE.into(), "text/plain").await?;
    app.blobs.delete(&probe.key).await
}

#[derive(Serialize)]
struct Ready {
    database: &'static str,
    blobs: &'static str,
    /// How the providers stand. One that is paused does not make the server unready: everything else works.
    providers: Vec<ProviderStanding>,
}

#[derive(Serialize)]
struct ProviderStanding {
    name: ProviderName,
    /// `ok`, `paused` while nothing is sent, `trying` when the next request is to show whether it works again.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<PauseReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    again_in_s: Option<u64>,
    /// Calls that wait for their answer.
    under_way: usize,
}

impl From<LaneState> for ProviderStanding {
    fn from(lane: LaneState) -> Self {
        let pause = lane.pause();
        let state = match (pause, lane.stopped) {
            (Some(_), _) => "paused",
            (None, Some(_)) => "trying",
            (None, None) => "ok",
        };
        Self {
            name: lane.provider,
            state,
            why: lane.why(),
            again_in_s: pause.map(|pause| pause.again_in_s),
            under_way: lane.under_way,
        }
    }
}

/// `GET /readyz`: database and blobs answer; how the providers stand.
pub async fn ready(State(app): State<AppState>) -> Response {
    let (database, blobs) = tokio::join!(app.store.ping(), blobs_work(&app));
    let word = |fine: bool| if fine { "ok" } else { "failed" };
    if let Err(error) = &database {
        tracing::error!("the database does not answer: {error}");
    }
    if let Err(error) = &blobs {
        tracing::error!("the blobs do not answer: {error}");
    }
    let status = if database.is_ok() && blobs.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = Ready {
        database: word(database.is_ok()),
        blobs: word(blobs.is_ok()),
        providers: app.providers.states().into_iter().map(ProviderStanding::from).collect(),
    };
    (status, Json(body)).into_response()
}
