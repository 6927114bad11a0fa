//! What is checked of every request in OpenAI's wire format before its parameters: key, content type, JSON.

use super::refusal::Refusal;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

/// Any key will do, but for those that begin with `bad` (401) and with `blocked` (403: an organisation that is not
/// verified).
pub(super) fn check_key(headers: &HeaderMap) -> Result<(), Refusal> {
    judge_key(bearer(headers))
}

/// The key of an `Authorization: Bearer` header.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::trim)
        .filter(|key| !key.is_empty())
}

/// Whether a key is taken.
pub(super) fn judge_key(key: Option<&str>) -> Result<(), Refusal> {
    match key {
        None => Err(Refusal::key(false)),
        Some(key) if key.starts_with("bad") => Err(Refusal::key(true)),
        Some(key) if key.starts_with("blocked") => Err(Refusal::unverified()),
        Some(_) => Ok(()),
    }
}

/// The declared type of the body; empty when there is none.
pub(super) fn content_type(headers: &HeaderMap) -> &str {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The body as a JSON object.
pub(super) async fn read_json(request: Request) -> Result<Map<String, Value>, Refusal> {
    if !content_type(request.headers()).starts_with("application/json") {
        let message = "Unsupported content type. This endpoint takes 'application/json'.";
        return Err(Refusal::unreadable(message));
    }
    let unreadable = || Refusal::unreadable("We could not parse the JSON body of your request.");
    let body = Bytes::from_request(request, &()).await.map_err(|_| unreadable())?;
    match serde_json::from_slice(&body) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(unreadable()),
    }
}

/// The bytes of a data address. Others are refused: nothing is fetched here.
pub(super) fn read_data_address(address: &str, path: &str) -> Result<Vec<u8>, Refusal> {
    let Some(data) = address.strip_prefix("data:") else {
        let message = "Failed to download the image: addresses are never fetched here; send a data URL.";
        return Err(Refusal::invalid("invalid_image_url", path, message));
    };
    let Some((kind, encoded)) = data.split_once(";base64,") else {
        let message = "Expected a base64-encoded data URL with an image MIME type.";
        return Err(Refusal::invalid("invalid_image_url", path, message));
    };
    if !["image/png", "image/jpeg", "image/webp", "image/gif"].contains(&kind) {
        let message = format!("Unsupported MIME type '{kind}'. Supported are PNG, JPEG, WebP, and GIF without motion.");
        return Err(Refusal::invalid("unsupported_image_media_type", path, message));
    }
    let bytes = STANDARD.decode(encoded).map_err(|_| {
        let message = "The image data is not valid base64.";
        Refusal::invalid("invalid_base64_image", path, message)
    })?;
    if bytes.is_empty() {
        return Err(Refusal::invalid("empty_image_file", path, "The image is empty."));
    }
    Ok(bytes)
}
