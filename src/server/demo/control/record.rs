//! What is remembered of a request: everything but keys and pictures. A key is only "there was one", a picture is its
//! size and its SHA-256.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, Request},
    http::{header, request::Parts},
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Headers that carry keys.
const KEY_HEADERS: [&str; 3] = ["authorization", "api-key", "ocp-apim-subscription-key"];

/// A request as it came.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Recorded {
    method: String,
    path: String,
    query: Option<String>,
    /// Without keys and cookies.
    headers: BTreeMap<String, String>,
    had_key: bool,
    /// The header the key came in.
    key_header: Option<String>,
    body_bytes: usize,
    /// The body, when it is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<Value>,
    /// The parts in their order, when it is a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<RecordedPart>>,
    /// The body, when it is neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<RecordedFile>,
}

impl Recorded {
    /// Whether the answer is to come as events.
    pub(super) fn asks_for_a_stream(&self) -> bool {
        let in_form =
            |part: &RecordedPart| part.name.as_deref() == Some("stream") && part.text.as_deref() == Some("true");
        self.json.as_ref().is_some_and(|json| json["stream"] == true)
            || self.parts.as_ref().is_some_and(|parts| parts.iter().any(in_form))
    }
}

/// A part of a form.
#[derive(Debug, Clone, Serialize)]
struct RecordedPart {
    name: Option<String>,
    filename: Option<String>,
    content_type: Option<String>,
    /// Its text, when it has no file name.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Its bytes, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<RecordedFile>,
}

/// Bytes that are not kept.
#[derive(Debug, Clone, Serialize)]
struct RecordedFile {
    bytes: usize,
    sha256: String,
}

impl RecordedFile {
    fn of(bytes: &[u8]) -> Self {
        let mut sha256 = String::new();
        for byte in Sha256::digest(bytes) {
            // Writing to a string cannot fail.
            let _ = write!(sha256, "{byte:02x}");
        }
        Self {
            bytes: bytes.len(),
            sha256,
        }
    }
}

/// Remembers a request.
pub(super) async fn record(parts: &Parts, body: &Bytes) -> Recorded {
    let key_header = KEY_HEADERS.into_iter().find(|name| parts.headers.contains_key(*name));
    let headers = parts
        .headers
        .iter()
        .filter(|(name, _)| !KEY_HEADERS.contains(&name.as_str()) && *name != header::COOKIE)
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let content_type = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut recorded = Recorded {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers,
        had_key: key_header.is_some(),
        key_header: key_header.map(str::to_owned),
        body_bytes: body.len(),
        json: None,
        parts: None,
        file: None,
    };
    if content_type.starts_with("application/json") {
        recorded.json = serde_json::from_slice(body).ok().map(without_pictures);
    } else if content_type.starts_with("multipart/form-data") {
        recorded.parts = form(parts, body).await;
    } else if !body.is_empty() {
        recorded.file = Some(RecordedFile::of(body));
    }
    recorded
}

/// Data addresses become their size and hash; every other text stays byte for byte.
fn without_pictures(value: Value) -> Value {
    match value {
        Value::String(text) if text.starts_with("data:") => {
            serde_json::to_value(RecordedFile::of(text.as_bytes())).unwrap_or_default()
        }
        Value::Array(items) => items.into_iter().map(without_pictures).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, without_pictures(value)))
            .collect(),
        other => other,
    }
}

/// The parts of a form; those read before it broke, when it is broken.
async fn form(parts: &Parts, body: &Bytes) -> Option<Vec<RecordedPart>> {
    let request = Request::from_parts(parts.clone(), Body::from(body.clone()));
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    let mut recorded = Vec::new();
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().map(str::to_owned);
        let filename = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(str::to_owned);
        let Ok(bytes) = field.bytes().await else { break };
        let is_file = filename.is_some();
        recorded.push(RecordedPart {
            name,
            filename,
            content_type,
            text: (!is_file).then(|| String::from_utf8_lossy(&bytes).into_owned()),
            file: is_file.then(|| RecordedFile::of(&bytes)),
        });
    }
    Some(recorded)
}
