//! Failures as answers of plain routes: `application/problem+json` with the same codes, sentences and fields as
//! everywhere else.

use crate::{
    api::{ApiError, ErrorCode},
    domain::text::Lang,
    server::failure::Failure,
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;

/// The media type of a problem.
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

#[derive(Serialize)]
struct Problem<'a> {
    status: u16,
    #[serde(flatten)]
    error: &'a ApiError,
}

/// The answer to somebody of this language.
#[must_use]
pub fn answer(failure: impl Into<Failure>, lang: Lang) -> Response {
    let error = failure.into().into_api(lang);
    let status = error.known().unwrap_or(ErrorCode::Internal).status();
    let body = serde_json::to_vec(&Problem { status, error: &error }).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, PROBLEM_JSON);
    say_when(&error, &mut response);
    response
}

/// Says in a header, too, when asking again makes sense.
pub fn say_when(error: &ApiError, response: &mut Response) {
    if let Some(seconds) = error.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;
    use std::time::Duration;

    #[tokio::test]
    async fn a_problem_has_status_code_sentence_field_and_wait() {
        let mut failure = Failure::new(ErrorCode::TooFast).field("picture");
        failure.retry_after = Some(Duration::from_millis(1200));
        let response = answer(failure, Lang::Fr);
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        let sentence = ErrorCode::TooFast.sentence(Lang::Fr);
        assert_eq!(
            body,
            serde_json::json!({
                "status": 429, "code": "too_fast", "message": sentence,
                "fields": { "picture": sentence }, "retry_after_s": 2
            })
        );
    }
}
