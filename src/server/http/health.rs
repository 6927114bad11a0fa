//! Whether the server lives and whether it can work.

use crate::server::{blobs::BlobError, state::AppState};
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
}

/// `GET /readyz`: database and blobs answer.
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
    };
    (status, Json(body)).into_response()
}
