//! `POST /api/sources/{id}/masks`: a stencil drawn elsewhere, as a PNG of the source's size.

use super::{
    multipart::{self, Wanted},
    problem, upload as pictures,
};
use crate::{
    api::{ErrorCode, sources::MaskAnswer},
    domain::{id::SourceId, limits::MAX_MASK_BYTES},
    server::{failure::Outcome, pipeline::masks, session::Caller, state::AppState},
};
use axum::{
    Extension, Json,
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

const MASK: Wanted = Wanted {
    field: "mask",
    max_bytes: MAX_MASK_BYTES,
    missing: ErrorCode::MaskMissing,
};

/// Takes it and answers with its id.
pub async fn upload(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(source): Path<String>,
    request: Request,
) -> Response {
    match take(&app, &caller, &source, request).await {
        Ok(mask) => (StatusCode::CREATED, Json(mask)).into_response(),
        Err(failure) => problem::answer(failure, caller.lang),
    }
}

async fn take(app: &AppState, caller: &Caller, source: &str, request: Request) -> Outcome<MaskAnswer> {
    let source: SourceId = source.parse().map_err(|_| ErrorCode::NotFound)?;
    // Before a byte is taken: a stranger's mask for somebody's source is nobody's business.
    app.store.source(&caller.owner()?, &source).await?;
    let arrived = multipart::receive(request, MASK, &app.config.data_dir).await?;
    let _room = pictures::room().await?;
    masks::take(app, caller, source, arrived.read().await?).await
}
