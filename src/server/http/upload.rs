//! `POST /api/sources`: a picture comes in. Never spends.

use super::{
    forms,
    multipart::{self, Wanted},
    preferences, problem,
};
use crate::{
    api::ErrorCode,
    domain::limits::MAX_UPLOAD_BYTES,
    server::{
        endpoints,
        failure::{Failure, Outcome},
        pipeline::intake,
        session::Caller,
        state::AppState,
        store::SourceRow,
    },
};
use axum::{
    Extension, Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use tokio::sync::{Semaphore, SemaphorePermit};

const PICTURE: Wanted = Wanted {
    field: "picture",
    max_bytes: MAX_UPLOAD_BYTES,
    missing: ErrorCode::PictureMissing,
};

/// How many whole files are in memory at once; the others wait on disk or on the wire.
static IN_MEMORY: Semaphore = Semaphore::const_new(8);

/// Room for a whole file; held until the picture is kept.
pub async fn room() -> Outcome<SemaphorePermit<'static>> {
    // The semaphore is never closed.
    IN_MEMORY.acquire().await.map_err(Failure::internal)
}

/// Takes it, keeps it, and answers with the source; a browser's form is led to the studio.
pub async fn upload(State(app): State<AppState>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let page = preferences::wants_page(request.headers());
    let outcome = take(&app, &caller, request).await;
    if page {
        return match outcome {
            Ok(source) => forms::see_other(&format!("/studio/{}", source.id)),
            Err(failure) => forms::see_other(&format!("/?error={}", failure.code.code())),
        };
    }
    match outcome {
        Ok(source) => {
            let location = format!("/api/sources/get?id={}", source.id);
            let source = endpoints::sources::to_api(source);
            (StatusCode::CREATED, [(header::LOCATION, location)], Json(source)).into_response()
        }
        Err(failure) => problem::answer(failure, caller.lang),
    }
}

async fn take(app: &AppState, caller: &Caller, request: Request) -> Outcome<SourceRow> {
    let arrived = multipart::receive(request, PICTURE, &app.config.data_dir).await?;
    let _room = room().await?;
    intake::take(app, caller, arrived.read().await?).await
}
