//! Azure OpenAI's addresses for painting, in both styles, and what is different there.
//!
//! - `/openai/v1/images/generations|edits`: `model` names a deployment; `api-version` may be left out, or `preview` or
//!   `latest`.
//! - `/openai/deployments/{deployment}/images/generations|edits?api-version=YYYY-MM-DD[-preview]`: the version must be
//!   there; `model` is sent by the SDK and decides nothing.
//!
//! A deployment is there when its name is or holds the id of a model that paints (`gpt-image-2.5-flare`,
//! `drafts-gpt-image-2.5-flare`); the longest id counts. The key comes as `api-key` or as a bearer. Neither WebP nor the
//! JSON form of an edit is taken, and without `quality` it is `high`.
//!
//! What the content filter says was seen in three spellings, and all of them can be had: refused before painting,
//! `content_policy_violation` with `inner_error` (v1) or `contentFilter` beside `created` (deployments); refused
//! afterwards, `content_filter` with `innererror`.

use super::{
    Desk,
    images::{self, House},
    refusal::Refusal,
    request,
    safety::Stage,
};
use axum::{
    Json,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The query of a call: only `api-version` counts.
type Versions = Query<BTreeMap<String, String>>;

/// `POST /openai/v1/images/generations`.
pub(super) async fn generate_v1(State(desk): State<Arc<Desk>>, Query(query): Versions, request: Request) -> Response {
    match check_v1(&query) {
        Ok(()) => images::generate_in(&desk, House::AzureV1, request).await,
        Err(refusal) => refuse(refusal),
    }
}

/// `POST /openai/v1/images/edits`.
pub(super) async fn edit_v1(State(desk): State<Arc<Desk>>, Query(query): Versions, request: Request) -> Response {
    match check_v1(&query) {
        Ok(()) => images::edit_in(&desk, House::AzureV1, request).await,
        Err(refusal) => refuse(refusal),
    }
}

/// `POST /openai/deployments/{deployment}/images/generations`.
pub(super) async fn generate_deployed(
    State(desk): State<Arc<Desk>>,
    Path(deployment): Path<String>,
    Query(query): Versions,
    request: Request,
) -> Response {
    match check_dated(&query) {
        Ok(()) => images::generate_in(&desk, House::AzureDeployment(deployment), request).await,
        Err(refusal) => refuse(refusal),
    }
}

/// `POST /openai/deployments/{deployment}/images/edits`.
pub(super) async fn edit_deployed(
    State(desk): State<Arc<Desk>>,
    Path(deployment): Path<String>,
    Query(query): Versions,
    request: Request,
) -> Response {
    match check_dated(&query) {
        Ok(()) => images::edit_in(&desk, House::AzureDeployment(deployment), request).await,
        Err(refusal) => refuse(refusal),
    }
}

/// Any key in `api-key` or as a bearer, under the same rules as everywhere.
pub(super) fn check_key(headers: &HeaderMap) -> Result<(), Refusal> {
    let own = headers.get("api-key").and_then(|value| value.to_str().ok());
    let key = own.filter(|key| !key.is_empty()).or_else(|| request::bearer(headers));
    request::judge_key(key)
}

fn check_v1(query: &BTreeMap<String, String>) -> Result<(), Refusal> {
    match query.get("api-version").map(String::as_str) {
        None | Some("preview" | "latest" | "v1") => Ok(()),
        Some(_) => Err(unknown_version()),
    }
}

fn check_dated(query: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let version = query.get("api-version").ok_or_else(no_resource)?;
    let day = version.strip_suffix("-preview").unwrap_or(version);
    match day.parse::<jiff::civil::Date>() {
        Ok(_) => Ok(()),
        Err(_) => Err(unknown_version()),
    }
}

fn no_resource() -> Refusal {
    Refusal {
        status: StatusCode::NOT_FOUND,
        ..Refusal::invalid("404", "", "Resource not found")
    }
}

fn unknown_version() -> Refusal {
    Refusal::invalid("BadRequest", "", "API version not supported")
}

/// A refusal in Azure's words. Those about parameters are OpenAI's, passed on.
pub(super) fn refuse(refusal: Refusal) -> Response {
    let spoken = match (refusal.status, refusal.code) {
        (StatusCode::UNAUTHORIZED, _) => Some((
            "401",
            "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for \
             an active subscription and use a correct regional API endpoint for your resource.",
        )),
        (StatusCode::FORBIDDEN, _) => Some((
            "Forbidden",
            "Access was denied and your resource is temporarily blocked because it was used against the code of conduct.",
        )),
        (_, Some("model_not_found")) => Some((
            "DeploymentNotFound",
            "The API deployment for this resource does not exist. If you created the deployment within the last 5 \
             minutes, please wait a moment and try again.",
        )),
        (_, Some("404")) => Some(("404", "Resource not found")),
        (_, Some("BadRequest")) => Some(("BadRequest", "API version not supported")),
        _ => None,
    };
    match spoken {
        Some((code, message)) => {
            let error = json!({ "error": { "code": code, "message": message } });
            (refusal.status, Json(error)).into_response()
        }
        None => refusal.into_response(),
    }
}

/// The content filter, in one of its three spellings.
pub(super) fn moderated(house: &House, stage: Stage, now_s: i64) -> Response {
    let body = match (stage, house) {
        (Stage::Output, _) => json!({ "error": {
            "message": "The generated image was filtered as a result of our safety system.",
            "type": null,
            "param": "prompt",
            "code": "content_filter",
            "status": 400,
            "innererror": { "code": "ResponsibleAIPolicyViolation", "content_filter_result": filter_results() },
        }}),
        (Stage::Input, House::AzureDeployment(_)) => json!({ "created": now_s, "error": {
            "code": "contentFilter",
            "message": "Your task failed as a result of our safety system.",
        }}),
        (Stage::Input, _) => json!({ "error": {
            "code": "content_policy_violation",
            "inner_error": { "code": "ResponsibleAIPolicyViolation", "content_filter_results": filter_results() },
            "message": "Your request was rejected as a result of our safety system.",
            "type": "invalid_request_error",
        }}),
    };
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn filter_results() -> Value {
    json!({
        "hate": { "filtered": false, "severity": "safe" },
        "jailbreak": { "detected": false, "filtered": false },
        "self_harm": { "filtered": false, "severity": "safe" },
        "sexual": { "filtered": false, "severity": "safe" },
        "violence": { "filtered": true, "severity": "high" },
    })
}
