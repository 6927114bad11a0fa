//! Server functions as the documented HTTP interface: JSON out whatever a browser would accept, errors in the caller's
//! language with the right status.

use super::{pages, preferences, problem};
use crate::{
    api::{ApiError, ErrorCode},
    domain::text::Lang,
    server::{session::Caller, state::AppState},
};
use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, Method, header},
    response::{IntoResponse as _, Response},
    routing::{any, get, post},
};

/// Largest request of a server function, in bytes. The longest prompt, every fact and every stance fit well.
const MAX_REQUEST_BYTES: usize = 1024 * 1024;
/// Largest error that is read again, in bytes.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// A route for each server function; everything else below `/api` is unknown.
pub fn routes() -> Router<AppState> {
    leptos::server_fn::axum::server_fn_paths()
        .fold(Router::new(), |router, (path, method)| {
            let handler = if method == Method::GET { get(run) } else { post(run) };
            router.route(path, handler)
        })
        .route("/api/", any(unknown))
        .route("/api/{*rest}", any(unknown))
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
}

async fn run(State(app): State<AppState>, Extension(caller): Extension<Caller>, mut request: Request) -> Response {
    // Leptos answers a browser's form with a redirect to where it came from. Ours have routes of their own.
    request.headers_mut().remove(header::REFERER);
    request
        .headers_mut()
        .insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    if request.method() == Method::HEAD {
        *request.method_mut() = Method::GET;
    }
    let answer = leptos_axum::handle_server_fns_with_context(pages::contexts(app), request).await;
    in_words(answer.into_response(), caller.lang).await
}

/// Errors that Leptos makes itself are in English and may not even be ours: they leave like all others.
async fn in_words(answer: Response, lang: Lang) -> Response {
    if answer.status().as_u16() < 400 {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let body = to_bytes(body, MAX_ERROR_BYTES).await.unwrap_or_default();
    let error = serde_json::from_slice::<ApiError>(&body).unwrap_or_else(|_| {
        let known = ErrorCode::ALL
            .iter()
            .find(|code| code.status() == parts.status.as_u16());
        ApiError::new(known.copied().unwrap_or(ErrorCode::Internal), Lang::En)
    });
    let error = match error.known() {
        Some(code) if error == ApiError::new(code, Lang::En) => ApiError::new(code, lang),
        _ => error,
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut answer = Response::from_parts(parts, Body::from(serde_json::to_vec(&error).unwrap_or_default()));
    problem::say_when(&error, &mut answer);
    answer
}

async fn unknown(State(app): State<AppState>, request: Request) -> Response {
    let lang = preferences::lang(request.headers(), app.config.default_language);
    problem::answer(ErrorCode::NotFound, lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(status: u16, body: String) -> (u16, ApiError) {
        let mut answer = Response::new(Body::from(body));
        *answer.status_mut() = status.try_into().expect("a status");
        let answer = in_words(answer, Lang::Fr).await;
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), MAX_ERROR_BYTES).await.expect("a body");
        (status, serde_json::from_slice(&body).expect("an error of ours"))
    }

    #[tokio::test]
    async fn errors_leave_in_the_callers_language() {
        let english = serde_json::to_string(&ApiError::new(ErrorCode::Malformed, Lang::En)).expect("JSON");
        assert_eq!(
            told(400, english).await,
            (400, ApiError::new(ErrorCode::Malformed, Lang::Fr))
        );
        assert_eq!(
            told(500, "plain words".to_owned()).await,
            (500, ApiError::new(ErrorCode::Internal, Lang::Fr))
        );
    }

    #[tokio::test]
    async fn sentences_with_values_stay_as_they_are() {
        let filled = ApiError::with(ErrorCode::ModelUnknown, Lang::Fr, &[("model", "x")]);
        let body = serde_json::to_string(&filled).expect("JSON");
        assert_eq!(told(422, body).await, (422, filled));
    }
}
