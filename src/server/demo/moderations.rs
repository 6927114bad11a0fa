//! `POST /v1/moderations`: texts are judged by the phrases of [`safety`], pictures are taken and never judged. Free of
//! charge, as with the vendor.

use super::{Desk, RequestNumber, fields::Fields, refusal::Refusal, request, safety};
use axum::{
    Json,
    extract::{Extension, Request, State},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The model; another name stands for it.
pub(super) const MODEL: &str = "omni-moderation-latest";
/// What the model was called when it came out.
const SNAPSHOT: &str = "omni-moderation-2024-09-26";

/// What is scored, and whether in pictures too.
const CATEGORIES: [(&str, bool); 13] = [
    ("harassment", false),
    ("harassment/threatening", false),
    ("hate", false),
    ("hate/threatening", false),
    ("illicit", false),
    ("illicit/violent", false),
    ("self-harm", true),
    ("self-harm/instructions", true),
    ("self-harm/intent", true),
    ("sexual", true),
    ("sexual/minors", false),
    ("violence", true),
    ("violence/graphic", true),
];

/// Something that is judged as one.
#[derive(Debug, Default)]
struct Exhibit {
    words: String,
    has_text: bool,
    has_picture: bool,
}

/// `POST /v1/moderations`.
pub(super) async fn create(
    State(_desk): State<Arc<Desk>>,
    Extension(RequestNumber(number)): Extension<RequestNumber>,
    request: Request,
) -> Response {
    let judge = async {
        request::check_key(request.headers())?;
        let fields = request::read_json(request).await?;
        read(&fields)
    };
    match judge.await {
        Ok(exhibits) => {
            let results: Vec<Value> = exhibits.iter().map(judged).collect();
            Json(json!({ "id": format!("modr-demo{number:012}"), "model": MODEL, "results": results })).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn read(body: &Map<String, Value>) -> Result<Vec<Exhibit>, Refusal> {
    let fields = Fields::of_json(body);
    fields.only(&["input", "model"])?;
    match fields.text("model")? {
        None | Some(MODEL | SNAPSHOT) => {}
        Some(other) => return Err(Refusal::no_model(other)),
    }
    let of_text = |words: &str| Exhibit {
        words: words.to_owned(),
        has_text: true,
        has_picture: false,
    };
    let wrong = || {
        Refusal::wrong_type(
            "input",
            "a string, an array of strings, or an array of text and image parts",
        )
    };
    match fields.value("input") {
        None => Err(Refusal::missing("input")),
        Some(Value::String(words)) => Ok(vec![of_text(words)]),
        Some(Value::Array(items)) if items.is_empty() => {
            let message = "Invalid 'input': empty array. Expected an array with minimum length 1.";
            Err(Refusal::invalid("empty_array", "input", message))
        }
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            Ok(items.iter().filter_map(Value::as_str).map(of_text).collect())
        }
        Some(Value::Array(items)) if items.iter().all(Value::is_object) => Ok(vec![read_parts(items)?]),
        Some(_) => Err(wrong()),
    }
}

/// Texts and pictures that are judged together.
fn read_parts(items: &[Value]) -> Result<Exhibit, Refusal> {
    let mut exhibit = Exhibit::default();
    for (place, item) in items.iter().enumerate() {
        let path = format!("input[{place}]");
        let item = item
            .as_object()
            .ok_or_else(|| Refusal::wrong_type(&path, "an object"))?;
        let part = Fields::within(item, &path);
        let missing = |name: &str| Refusal::missing(&part.told(name));
        let kind = part.one_of("type", &["text", "image_url"])?;
        if kind.ok_or_else(|| missing("type"))? == "text" {
            part.only(&["type", "text"])?;
            let words = part.text("text")?.ok_or_else(|| missing("text"))?;
            exhibit.words.push_str(words);
            exhibit.words.push('\n');
            exhibit.has_text = true;
        } else {
            part.only(&["type", "image_url"])?;
            let path = part.told("image_url");
            let address = part.object("image_url")?.ok_or_else(|| missing("image_url"))?;
            let address = Fields::within(address, &path);
            address.only(&["url"])?;
            let url = address.text("url")?;
            let url = url.ok_or_else(|| Refusal::missing(&address.told("url")))?;
            request::read_data_address(url, &address.told("url"))?;
            exhibit.has_picture = true;
        }
    }
    Ok(exhibit)
}

fn judged(exhibit: &Exhibit) -> Value {
    let flagged = safety::judge(&exhibit.words).is_some();
    let (mut categories, mut scores, mut applied) = (Map::new(), Map::new(), Map::new());
    for (name, in_pictures) in CATEGORIES {
        let hit = flagged && name == "violence";
        categories.insert(name.to_owned(), json!(hit));
        scores.insert(name.to_owned(), json!(if hit { 0.98 } else { 0.0 }));
        let mut kinds = Vec::new();
        if exhibit.has_text {
            kinds.push("text");
        }
        if exhibit.has_picture && in_pictures {
            kinds.push("image");
        }
        applied.insert(name.to_owned(), json!(kinds));
    }
    json!({
        "flagged": flagged,
        "categories": categories,
        "category_scores": scores,
        "category_applied_input_types": applied,
    })
}
