//! Streamed answers: `…partial_image` events, then `…completed` with `usage`.

use super::PaintedFiles;
use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::stream;
use serde_json::{Value, json};
use std::convert::Infallible;

/// The whole stream. The pictures are ready; each event is a chunk of its own.
pub(super) fn events(
    endpoint: &str,
    created_at_s: i64,
    facts: &Value,
    painted: &PaintedFiles,
    usage: &Value,
) -> Response {
    let event = |kind: &str, file: &Bytes, more: (&str, Value)| {
        let name = format!("{endpoint}.{kind}");
        let mut data = facts.clone();
        data["type"] = json!(name);
        data["b64_json"] = json!(STANDARD.encode(file));
        data["created_at"] = json!(created_at_s);
        data[more.0] = more.1;
        Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
    };
    let mut chunks = Vec::new();
    for (index, partial) in painted.partials.iter().enumerate() {
        chunks.push(event("partial_image", partial, ("partial_image_index", json!(index))));
    }
    for file in &painted.files {
        chunks.push(event("completed", file, ("usage", usage.clone())));
    }
    let body = Body::from_stream(stream::iter(chunks.into_iter().map(Ok::<_, Infallible>)));
    ([(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")], body).into_response()
}
