//! Answers that are there and not what they should be. Every change is made to a whole answer and to each event of a
//! streamed one.

use super::{
    codes,
    fault::{Drip, Fault, Malformed, WrongType},
};
use crate::{
    domain::source::Format,
    server::demo::{paint::Canvas, picture},
};
use axum::{
    Json,
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{StreamExt as _, stream};
use serde_json::{Map, Value, json};
use std::{convert::Infallible, time::Duration};

/// Where pictures are said to be: the discard port of whoever believes it.
const ADDRESS: &str = "http://127.0.0.1:9/picture.png";
/// Pieces of a huge answer.
const PIECE_BYTES: u64 = 64 * 1024;

/// The answer that replaces the true one.
pub(super) fn substitute(fault: &Fault, path: &str, streamed: bool) -> Response {
    let given = fault.status.and_then(|status| StatusCode::from_u16(status).ok());
    if let Some(code) = &fault.code {
        let status = given.unwrap_or_else(|| codes::status(code));
        return (status, Json(codes::body(code, path))).into_response();
    }
    let status = given.unwrap_or(StatusCode::OK);
    if let Some(bytes) = fault.huge_bytes {
        return (status, huge(bytes, streamed)).into_response();
    }
    if let Some(kind) = fault.wrong_type {
        let page = "<!DOCTYPE html><title>One moment</title><p>Something stands between us.";
        return match kind {
            WrongType::Html => (status, Html(page)).into_response(),
            WrongType::Text => (status, "Everything went well.").into_response(),
            WrongType::Empty => status.into_response(),
        };
    }
    match &fault.body {
        None => status.into_response(),
        Some(Value::String(text)) => (status, text.clone()).into_response(),
        Some(value) => (status, Json(value)).into_response(),
    }
}

/// Exactly so many bytes of JSON, or of one event, made while they are sent.
fn huge(bytes: u64, streamed: bool) -> Response {
    let (kind, head, tail) = if streamed {
        ("text/event-stream; charset=utf-8", "data: {\"b64_json\":\"", "\"}\n\n")
    } else {
        ("application/json", "{\"data\":[{\"b64_json\":\"", "\"}]}")
    };
    let filling = bytes.saturating_sub((head.len() + tail.len()) as u64);
    let piece = Bytes::from(vec![b'A'; usize::try_from(PIECE_BYTES).unwrap_or_default()]);
    let pieces = (0..filling.div_ceil(PIECE_BYTES)).map(move |number| {
        let left = filling - number * PIECE_BYTES;
        piece.slice(..usize::try_from(left.min(PIECE_BYTES)).unwrap_or_default())
    });
    let whole = std::iter::once(Bytes::from_static(head.as_bytes()))
        .chain(pieces)
        .chain(std::iter::once(Bytes::from_static(tail.as_bytes())));
    let body = Body::from_stream(stream::iter(whole.map(Ok::<_, Infallible>)));
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}

/// The true answer, spoilt.
pub(super) async fn spoil(response: Response, fault: &Fault, path: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let streamed = parts
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    parts.headers.remove(header::CONTENT_LENGTH);
    let (fault, path) = (fault.clone(), path.to_owned());
    // Noise takes as long to encode as a picture.
    let spoiling = tokio::task::spawn_blocking(move || {
        if streamed {
            spoilt_events(&whole, &fault, &path)
        } else {
            vec![Bytes::from(spoilt(&whole, &fault))]
        }
    });
    let chunks = spoiling.await.unwrap_or_default();
    let body = Body::from_stream(stream::iter(chunks.into_iter().map(Ok::<_, Infallible>)));
    Response::from_parts(parts, body)
}

/// The events that are left, each spoilt, and the error they end with.
fn spoilt_events(whole: &[u8], fault: &Fault, path: &str) -> Vec<Bytes> {
    let text = String::from_utf8_lossy(whole);
    let events = text.split_inclusive("\n\n");
    let mut chunks: Vec<Bytes> = events
        .take(fault.after_events.unwrap_or(usize::MAX))
        .map(|event| Bytes::from(spoilt_event(event, fault)))
        .collect();
    if let (Some(_), Some(code)) = (fault.after_events, &fault.code) {
        let data = codes::body(code, path);
        chunks.push(Bytes::from(format!("event: error\ndata: {data}\n\n")));
    }
    chunks
}

/// An event with its data spoilt.
fn spoilt_event(event: &str, fault: &Fault) -> Vec<u8> {
    let mut spoilt_event = Vec::new();
    for line in event.split_inclusive('\n') {
        match line.strip_prefix("data: ") {
            Some(data) => {
                spoilt_event.extend_from_slice(b"data: ");
                spoilt_event.extend(spoilt(data.trim_end().as_bytes(), fault));
                spoilt_event.push(b'\n');
            }
            None => spoilt_event.extend_from_slice(line.as_bytes()),
        }
    }
    spoilt_event
}

/// JSON, spoilt; anything else as it is, but for being cut.
fn spoilt(json: &[u8], fault: &Fault) -> Vec<u8> {
    let mut bytes = json.to_vec();
    if let Ok(mut value) = serde_json::from_slice::<Value>(json) {
        change_pictures(&mut value, fault);
        if fault.malformed == Some(Malformed::Types) {
            value = of_other_types(value);
        }
        bytes = value.to_string().into_bytes();
    }
    if fault.malformed == Some(Malformed::Cut) {
        bytes.truncate(bytes.len() / 2);
    }
    bytes
}

/// Noise or an address in the place of every picture.
fn change_pictures(value: &mut Value, fault: &Fault) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| change_pictures(item, fault)),
        Value::Object(fields) => {
            if fault.noise
                && let Some(noisy) = fields.get("b64_json").and_then(Value::as_str).and_then(noise_like)
            {
                fields.insert("b64_json".to_owned(), json!(noisy));
            }
            if fault.by_url && fields.remove("b64_json").is_some() {
                fields.insert("url".to_owned(), json!(ADDRESS));
            }
            fields.values_mut().for_each(|field| change_pictures(field, fault));
        }
        _ => {}
    }
}

/// Noise of the size and format of this picture.
fn noise_like(encoded: &str) -> Option<String> {
    let bytes = STANDARD.decode(encoded).ok()?;
    let size = picture::measure(&bytes).ok()?;
    let format = match image::guess_format(&bytes).ok()? {
        image::ImageFormat::Jpeg => Format::Jpeg,
        image::ImageFormat::WebP => Format::Webp,
        _ => Format::Png,
    };
    // Marsaglia's xorshift: the same noise every time.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let length = size.width as usize * size.height as usize * 3;
    let rgb = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    let rgb = rgb.flatten().take(length).collect();
    let canvas = Canvas::of_rgb(size.width as usize, size.height as usize, rgb);
    Some(STANDARD.encode(picture::encode(&canvas, format, 100, false)?))
}

fn of_other_types(value: Value) -> Value {
    match value {
        Value::String(text) => json!(text.len()),
        Value::Number(number) => json!(number.to_string()),
        Value::Array(items) => {
            let fields = items.into_iter().enumerate();
            let fields: Map<String, Value> = fields
                .map(|(place, item)| (place.to_string(), of_other_types(item)))
                .collect();
            Value::Object(fields)
        }
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, of_other_types(value)))
            .collect(),
        Value::Bool(on) => json!(i32::from(on)),
        Value::Null => json!(false),
    }
}

/// The answer drop by drop.
pub(super) async fn drip(response: Response, drip: Drip) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    let count = whole.len().div_ceil(drip.bytes);
    let drops = stream::iter(0..count).then(move |number| {
        let from = number * drip.bytes;
        let drop = whole.slice(from..(from + drip.bytes).min(whole.len()));
        async move {
            if number > 0 {
                tokio::time::sleep(Duration::from_millis(drip.every_ms)).await;
            }
            Ok::<_, Infallible>(drop)
        }
    });
    Response::from_parts(parts, Body::from_stream(drops))
}

/// Promises the whole body and sends the beginning of it.
pub(super) async fn cut(response: Response, after_bytes: usize) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let sent = whole.slice(..after_bytes.min(whole.len()));
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionAborted);
    let chunks = stream::iter([Ok::<Bytes, std::io::Error>(sent), Err(broken)]);
    Response::from_parts(parts, Body::from_stream(chunks))
}
