//! `GET /v1/models` and `/v1/models/{id}`: the models of the compiled-in catalogue that can be asked to paint, the one
//! that writes, and the one that moderates.

use super::{Desk, moderations, refusal::Refusal, request};
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Every id that is offered, snapshots beside the names they stand for.
fn entries(desk: &Desk) -> Vec<Value> {
    let mut entries = Vec::new();
    for model in desk.catalogue.models.iter().filter(|model| !model.qualities.is_empty()) {
        let mut ids = vec![&model.id];
        if model.api_id != model.id {
            ids.push(&model.api_id);
        }
        for id in ids {
            entries.push(json!({
                "id": id,
                "object": "model",
                "created": released(id),
                "owned_by": "system",
                "shutdown_date": model.ends,
            }));
        }
    }
    let mut others = vec![moderations::MODEL];
    for (id, _) in desk.writers() {
        if !others.contains(&id) {
            others.push(id);
        }
    }
    for id in others {
        entries.push(json!({
            "id": id,
            "object": "model",
            "created": released(id),
            "owned_by": "system",
            "shutdown_date": null,
        }));
    }
    entries
}

/// When a model came out, in seconds since 1970: the day in its name, else that of its line.
fn released(id: &str) -> i64 {
    let day = id
        .get(id.len().saturating_sub(10)..)
        .and_then(|day| day.parse::<jiff::civil::Date>().ok());
    let day = day.unwrap_or(match id {
        "gpt-6-luna" => jiff::civil::date(2026, 9, 22),
        moderations::MODEL => jiff::civil::date(2024, 9, 26),
        _ => jiff::civil::date(2026, 11, 4),
    });
    day.to_zoned(jiff::tz::TimeZone::UTC)
        .map_or(0, |moment| moment.timestamp().as_second())
}

/// Lists the models.
pub(super) async fn list(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    if let Err(refusal) = request::check_key(&headers) {
        return refusal.into_response();
    }
    Json(json!({ "object": "list", "data": entries(&desk) })).into_response()
}

/// One model.
pub(super) async fn one(State(desk): State<Arc<Desk>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if let Err(refusal) = request::check_key(&headers) {
        return refusal.into_response();
    }
    match entries(&desk).into_iter().find(|entry| entry["id"] == id.as_str()) {
        Some(entry) => Json(entry).into_response(),
        None => Refusal::no_model(&id).into_response(),
    }
}
