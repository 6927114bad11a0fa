//! Streamed answers: the response as it begins, its text in pieces, the response as it ended.

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures::stream;
use serde_json::{Value, json};
use std::convert::Infallible;

/// Characters of a piece.
const PIECE_CHARACTERS: usize = 24;

/// The whole stream of a finished answer. Each event is a chunk of its own.
pub(super) fn events(body: &Value) -> Response {
    let item = &body["output"][0];
    let part = &item["content"][0];
    let is_refusal = part["type"] == "refusal";
    // A refusal has events of its own, otherwise alike.
    let (kind, member) = if is_refusal {
        ("refusal", "refusal")
    } else {
        ("output_text", "text")
    };
    let text = part[member].as_str().unwrap_or_default();
    let begun = {
        let mut begun = body.clone();
        begun["status"] = json!("in_progress");
        for name in ["output", "usage", "completed_at", "incomplete_details"] {
            begun[name] = if name == "output" { json!([]) } else { Value::Null };
        }
        begun
    };
    let mut empty_item = item.clone();
    empty_item["status"] = json!("in_progress");
    empty_item["content"] = json!([]);
    let mut empty_part = part.clone();
    empty_part[member] = json!("");

    let place = |mut event: Value| {
        event["item_id"] = item["id"].clone();
        event["output_index"] = json!(0);
        event["content_index"] = json!(0);
        event
    };
    let with_logprobs = |mut event: Value| {
        if !is_refusal {
            event["logprobs"] = json!([]);
        }
        event
    };
    let mut told = vec![
        ("response.created".to_owned(), json!({ "response": begun })),
        ("response.in_progress".to_owned(), json!({ "response": begun })),
        (
            "response.output_item.added".to_owned(),
            json!({ "output_index": 0, "item": empty_item }),
        ),
        (
            "response.content_part.added".to_owned(),
            place(json!({ "part": empty_part })),
        ),
    ];
    let letters: Vec<char> = text.chars().collect();
    for piece in letters.chunks(PIECE_CHARACTERS) {
        let delta: String = piece.iter().collect();
        told.push((
            format!("response.{kind}.delta"),
            with_logprobs(place(json!({ "delta": delta }))),
        ));
    }
    told.push((
        format!("response.{kind}.done"),
        with_logprobs(place(json!({ member: text }))),
    ));
    told.push(("response.content_part.done".to_owned(), place(json!({ "part": part }))));
    told.push((
        "response.output_item.done".to_owned(),
        json!({ "output_index": 0, "item": item }),
    ));
    let end = body["status"].as_str().unwrap_or("completed");
    told.push((format!("response.{end}"), json!({ "response": body })));

    let chunks = told.into_iter().enumerate().map(|(number, (name, mut data))| {
        data["type"] = json!(name);
        data["sequence_number"] = json!(number);
        Ok::<_, Infallible>(Bytes::from(format!("event: {name}\ndata: {data}\n\n")))
    });
    let body = Body::from_stream(stream::iter(chunks.collect::<Vec<_>>()));
    ([(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")], body).into_response()
}
