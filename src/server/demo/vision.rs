//! Azure Image Analysis 4.0: `POST /computervision/imageanalysis:analyze`. Every word of its answer is something that
//! was measured; what cannot be measured here (people, written text) is answered as an empty list, never guessed. The
//! older 3.2 is in [`older`].

mod body;
pub(super) mod older;
mod refusal;

use super::{Desk, control::Spent, look, look::Seen, picture};
use crate::domain::{money::Micros, source::Rect, spec::Size, text::Lang};
use axum::{
    Json,
    body::Body,
    extract::{Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use refusal::Refusal;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// A file is at most this large.
const FILE_BYTES: usize = 20_971_520;
/// Detailed captions, at most, the one of the whole included.
const DENSE_CAPTIONS: usize = 10;
/// What the answers call the model: this is not the vendor's.
const MODEL_VERSION: &str = "pochoir-demo-1";

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Feature {
    Caption,
    DenseCaptions,
    Tags,
    Objects,
    People,
    Read,
    SmartCrops,
}

impl Feature {
    const ALL: [(&'static str, Self); 7] = [
        ("caption", Self::Caption),
        ("denseCaptions", Self::DenseCaptions),
        ("tags", Self::Tags),
        ("objects", Self::Objects),
        ("people", Self::People),
        ("read", Self::Read),
        ("smartCrops", Self::SmartCrops),
    ];

    fn named(name: &str) -> Option<Self> {
        // The vendor does not mind the case.
        Self::ALL
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, feature)| feature)
    }
}

/// A checked request.
#[derive(Debug, PartialEq)]
struct Ask {
    features: Vec<Feature>,
    language: Lang,
    crops: Vec<f64>,
}

/// `POST /computervision/imageanalysis:analyze`.
pub(super) async fn analyze(
    State(desk): State<Arc<Desk>>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match describe(&desk, &query, &headers, body).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

async fn describe(
    desk: &Arc<Desk>,
    query: &BTreeMap<String, String>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    body::check_key(headers)?;
    let ask = read_query(query)?;
    let bytes = body::read(headers, body, FILE_BYTES).await?;
    let price = price(desk, &ask.features);
    let spent = Spent {
        features: ask.features.len() as u64,
        micros: price,
        ..Spent::default()
    };
    let answer = desk
        .work(move || look_at(&bytes, &ask))
        .await
        .ok_or_else(Refusal::server_error)??;
    let mut response = Json(answer).into_response();
    response.extensions_mut().insert(spent);
    Ok(response)
}

fn read_query(query: &BTreeMap<String, String>) -> Result<Ask, Refusal> {
    const KNOWN: [&str; 6] = [
        "api-version",
        "features",
        "language",
        "gender-neutral-caption",
        "smartcrops-aspect-ratios",
        "model-version",
    ];
    match query.get("api-version").map(String::as_str) {
        Some("2023-10-01" | "2024-02-01") => {}
        Some(other) => return Err(Refusal::not_found(format!("there is no api-version {other}"))),
        None => return Err(Refusal::not_found("the api-version is missing")),
    }
    // The vendor ignores what it does not know; a witness tells of it, or misspellings would go unseen.
    if let Some(name) = query.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(Refusal::request(
            "BadArgument",
            format!("Unknown query parameter '{name}'."),
        ));
    }
    let mut features = Vec::new();
    for name in query
        .get("features")
        .map_or("", String::as_str)
        .split(',')
        .filter(|name| !name.is_empty())
    {
        let feature = Feature::named(name).ok_or_else(|| {
            Refusal::request(
                "NotSupportedVisualFeature",
                format!("The feature '{name}' is not supported."),
            )
        })?;
        if !features.contains(&feature) {
            features.push(feature);
        }
    }
    if features.is_empty() {
        let message = "Either 'model-name' or 'features' needs to be specified in the query parameter.";
        return Err(Refusal::request("BadArgument", message));
    }
    let language = query.get("language").map_or("en", String::as_str);
    let language = match language {
        "en" => Lang::En,
        "fr" => Lang::Fr,
        other => {
            let message = format!("The language '{other}' is not supported.");
            return Err(Refusal::request("NotSupportedLanguage", message));
        }
    };
    if let Some(switch) = query.get("gender-neutral-caption")
        && !["true", "false"].contains(&switch.to_ascii_lowercase().as_str())
    {
        let message = format!("'gender-neutral-caption' must be true or false, not '{switch}'.");
        return Err(Refusal::request("BadArgument", message));
    }
    if let Some(version) = query.get("model-version")
        && version != "latest"
        && version
            .trim_end_matches("-preview")
            .parse::<jiff::civil::Date>()
            .is_err()
    {
        let message = format!("'model-version' must be 'latest' or a date, not '{version}'.");
        return Err(Refusal::request("BadArgument", message));
    }
    let mut crops = Vec::new();
    for text in query
        .get("smartcrops-aspect-ratios")
        .map_or("", String::as_str)
        .split(',')
        .filter(|text| !text.is_empty())
    {
        match text.parse::<f64>() {
            Ok(ratio) if (0.75..=1.8).contains(&ratio) => crops.push(ratio),
            _ => {
                let message = format!("'smartcrops-aspect-ratios' takes numbers from 0.75 to 1.8, not '{text}'.");
                return Err(Refusal::request("BadArgument", message));
            }
        }
    }
    Ok(Ask {
        features,
        language,
        crops,
    })
}

/// What the vendor would charge: each feature is one transaction.
fn price(desk: &Desk, features: &[Feature]) -> Micros {
    desk.catalogue
        .vision
        .azure
        .iter()
        .filter(|price| Feature::named(&price.feature).is_some_and(|feature| features.contains(&feature)))
        .map(|price| price.micros)
        .sum()
}

fn look_at(bytes: &[u8], ask: &Ask) -> Result<Value, Refusal> {
    let size = body::measure(bytes, "InvalidImageDimension")?;
    let canvas = picture::decode(bytes).map_err(|_| Refusal::not_a_picture())?;
    let seen = look::look(&canvas);
    Ok(write(&seen, size, ask))
}

/// The answer: only what was asked for.
fn write(seen: &Seen, size: Size, ask: &Ask) -> Value {
    let mut answer = Map::new();
    answer.insert("modelVersion".to_owned(), json!(MODEL_VERSION));
    let metadata = json!({ "width": size.width, "height": size.height });
    answer.insert("metadata".to_owned(), metadata);
    for feature in &ask.features {
        let (name, result) = match feature {
            Feature::Caption => ("captionResult", {
                // Captions and objects are English whatever is asked for, as the vendor's are.
                let caption = seen.caption(Lang::En);
                json!({ "text": caption.text, "confidence": confidence(caption.confidence) })
            }),
            Feature::DenseCaptions => ("denseCaptionsResult", {
                let whole = (seen.caption(Lang::En), seen.bounds());
                let parts = seen.regions.iter();
                let parts = parts.map(|region| (seen.detail(region, Lang::En), region.bounds));
                let values: Vec<Value> = std::iter::once(whole)
                    .chain(parts)
                    .take(DENSE_CAPTIONS)
                    .map(|(words, bounds)| {
                        json!({
                            "text": words.text,
                            "confidence": confidence(words.confidence),
                            "boundingBox": bounding_box(bounds),
                        })
                    })
                    .collect();
                json!({ "values": values })
            }),
            Feature::Tags => ("tagsResult", {
                let values: Vec<Value> = seen
                    .tags(ask.language)
                    .into_iter()
                    .map(|tag| json!({ "name": tag.text, "confidence": confidence(tag.confidence) }))
                    .collect();
                json!({ "values": values })
            }),
            Feature::Objects => ("objectsResult", {
                let values: Vec<Value> = seen
                    .regions
                    .iter()
                    .map(|region| {
                        let name = Seen::object(region, Lang::En);
                        let tag = json!({ "name": name.text, "confidence": confidence(name.confidence) });
                        json!({ "boundingBox": bounding_box(region.bounds), "tags": [tag] })
                    })
                    .collect();
                json!({ "values": values })
            }),
            // Neither people nor letters are recognised here, and nothing is claimed that was not. The vendor's
            // description wants one block at least.
            Feature::People => ("peopleResult", json!({ "values": [] })),
            Feature::Read => ("readResult", json!({ "blocks": [{ "lines": [] }] })),
            Feature::SmartCrops => ("smartCropsResult", {
                let values: Vec<Value> = seen
                    .crops(&ask.crops)
                    .into_iter()
                    .map(|(ratio, bounds)| json!({ "aspectRatio": ratio, "boundingBox": bounding_box(bounds) }))
                    .collect();
                json!({ "values": values })
            }),
        };
        answer.insert(name.to_owned(), result);
    }
    Value::Object(answer)
}

fn bounding_box(rect: Rect) -> Value {
    json!({ "x": rect.x, "y": rect.y, "w": rect.width, "h": rect.height })
}

/// Four digits, as the vendor writes it.
fn confidence(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
