//! Azure Computer Vision 3.2: `POST /vision/v3.2/analyze` and `/vision/v3.2/describe`. It captions in every region, takes
//! files up to 4 MiB and no WebP, and speaks of what 4.0 measures in shapes of its own.
//!
//! Only English is offered of its five languages. Nobody judges pictures here: `adult` says of every picture that it is
//! not, with scores of 0; `faces` and `brands` are empty.

use super::{MODEL_VERSION, body, bounding_box, confidence, refusal::Refusal};
use crate::{
    domain::{money::Micros, spec::Size, text::Lang},
    server::demo::{
        Desk, RequestNumber,
        control::Spent,
        look::{self, Colour, Seen},
        picture,
    },
};
use axum::{
    Json,
    body::Body,
    extract::{Extension, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use image::ImageFormat;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// A file is at most this large.
const FILE_BYTES: usize = 4 * 1024 * 1024;
/// The versions that can be named.
const MODEL_VERSIONS: [&str; 2] = ["latest", "2021-05-01"];

/// What can be asked, as the answer names it, with the feature of 4.0 whose price it has.
const FEATURES: [(&str, &str, &str); 9] = [
    ("Adult", "adult", "tags"),
    ("Brands", "brands", "tags"),
    ("Categories", "categories", "tags"),
    ("Color", "color", "tags"),
    ("Description", "description", "caption"),
    ("Faces", "faces", "people"),
    ("ImageType", "imageType", "tags"),
    ("Objects", "objects", "objects"),
    ("Tags", "tags", "tags"),
];

type Asked = Query<BTreeMap<String, String>>;

/// `POST /vision/v3.2/analyze`.
pub(in crate::server::demo) async fn analyze(
    State(desk): State<Arc<Desk>>,
    Query(query): Asked,
    Extension(number): Extension<RequestNumber>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let features = || -> Result<_, Refusal> {
        body::check_key(&headers)?;
        read_query(&query, &["visualFeatures", "details", "descriptionExclude"])?;
        check_list(&query, "details", &["Celebrities", "Landmarks"], "InvalidDetails")?;
        let asked = query.get("visualFeatures").map_or("", String::as_str);
        let mut features = Vec::new();
        for name in asked.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let known = FEATURES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
            let (_, member, price) = known
                .ok_or_else(|| Refusal::request("NotSupportedVisualFeature", "Specified feature type is not valid."))?;
            if !features.contains(&(*member, *price)) {
                features.push((*member, *price));
            }
        }
        if features.is_empty() {
            features.push(("categories", "tags"));
        }
        Ok(features)
    };
    match features() {
        Ok(features) => answer(&desk, features, number, &headers, body).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// `POST /vision/v3.2/describe`.
pub(in crate::server::demo) async fn describe(
    State(desk): State<Arc<Desk>>,
    Query(query): Asked,
    Extension(number): Extension<RequestNumber>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let check = || -> Result<(), Refusal> {
        body::check_key(&headers)?;
        read_query(&query, &["maxCandidates", "descriptionExclude"])?;
        match query.get("maxCandidates").map(|text| text.parse::<u32>()) {
            None | Some(Ok(1..)) => Ok(()),
            Some(_) => Err(Refusal::argument(
                "BadArgument",
                "'maxCandidates' must be a number from 1 on.",
            )),
        }
    };
    match check() {
        Ok(()) => answer(&desk, vec![("description", "caption")], number, &headers, body).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Checks what both have, and that there is nothing but that and `own`.
fn read_query(query: &BTreeMap<String, String>, own: &[&str]) -> Result<(), Refusal> {
    // The vendor ignores what it does not know; a witness tells of it, or misspellings would go unseen.
    let known = |name: &str| own.contains(&name) || ["language", "model-version"].contains(&name);
    if let Some(name) = query.keys().find(|name| !known(name)) {
        let message = format!("Unknown query parameter '{name}'.");
        return Err(Refusal::argument("BadArgument", message));
    }
    if let Some(language) = query.get("language")
        && language != "en"
    {
        let message = format!("The language '{language}' is not supported.");
        return Err(Refusal::argument("NotSupportedLanguage", message));
    }
    if let Some(version) = query.get("model-version")
        && !MODEL_VERSIONS.contains(&version.as_str())
    {
        let message = format!("There is no model-version '{version}'.");
        return Err(Refusal::argument("BadArgument", message));
    }
    check_list(
        query,
        "descriptionExclude",
        &["Celebrities", "Landmarks"],
        "BadArgument",
    )
}

/// Every name of a list must be known.
fn check_list(
    query: &BTreeMap<String, String>,
    name: &str,
    known: &[&str],
    inner: &'static str,
) -> Result<(), Refusal> {
    let given = query.get(name).map_or("", String::as_str);
    let strange = given
        .split(',')
        .map(str::trim)
        .find(|value| !value.is_empty() && !known.iter().any(|known| known.eq_ignore_ascii_case(value)));
    match strange {
        Some(value) => Err(Refusal::argument(
            inner,
            format!("'{value}' is not valid for '{name}'."),
        )),
        None => Ok(()),
    }
}

async fn answer(
    desk: &Arc<Desk>,
    features: Vec<(&'static str, &'static str)>,
    RequestNumber(number): RequestNumber,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    let spent = Spent {
        features: features.len() as u64,
        micros: price(desk, &features),
        ..Spent::default()
    };
    let request_id = format!("req_demo{number:012}");
    let look = async {
        let bytes = body::read(headers, body, FILE_BYTES).await?;
        let look = desk.work(move || look_at(&bytes, &features, &request_id)).await;
        look.ok_or_else(Refusal::server_error)?
    };
    match look.await {
        Ok(answer) => {
            let mut response = Json(answer).into_response();
            response.extensions_mut().insert(spent);
            response
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Each feature is one transaction.
fn price(desk: &Desk, features: &[(&str, &str)]) -> Micros {
    let of = |name: &str| {
        let prices = desk.catalogue.vision.azure.iter();
        prices
            .filter(|price| price.feature == name)
            .map(|price| price.micros)
            .sum::<Micros>()
    };
    features.iter().map(|(_, price)| of(price)).sum()
}

fn look_at(bytes: &[u8], features: &[(&'static str, &'static str)], request_id: &str) -> Result<Value, Refusal> {
    let format = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => "Jpeg",
        Ok(ImageFormat::Png) => "Png",
        Ok(ImageFormat::Gif) => "Gif",
        _ => return Err(Refusal::not_a_picture()),
    };
    let size = body::measure(bytes, "InvalidImageSize")?;
    let canvas = picture::decode(bytes).map_err(|_| Refusal::not_a_picture())?;
    let seen = look::look(&canvas);
    let mut answer = Map::new();
    for (member, _) in features {
        answer.insert((*member).to_owned(), say(&seen, member));
    }
    answer.insert("requestId".to_owned(), json!(request_id));
    let Size { width, height } = size;
    answer.insert(
        "metadata".to_owned(),
        json!({ "width": width, "height": height, "format": format }),
    );
    answer.insert("modelVersion".to_owned(), json!(MODEL_VERSION));
    Ok(Value::Object(answer))
}

/// One member of the answer.
fn say(seen: &Seen, member: &str) -> Value {
    match member {
        "description" => {
            let caption = seen.caption(Lang::En);
            let tags: Vec<String> = seen.tags(Lang::En).into_iter().map(|tag| tag.text).collect();
            let caption = json!({ "text": caption.text, "confidence": confidence(caption.confidence) });
            json!({ "tags": tags, "captions": [caption] })
        }
        "tags" => seen
            .tags(Lang::En)
            .into_iter()
            .map(|tag| json!({ "name": tag.text, "confidence": confidence(tag.confidence) }))
            .collect(),
        "objects" => seen
            .regions
            .iter()
            .map(|region| {
                let name = Seen::object(region, Lang::En);
                json!({
                    "rectangle": bounding_box(region.bounds),
                    "object": name.text,
                    "confidence": confidence(name.confidence),
                })
            })
            .collect(),
        "color" => colours(seen),
        "categories" => {
            let name = if seen.light < 0.3 { "dark_" } else { "others_" };
            json!([{ "name": name, "score": confidence(f64::from(1.0 - seen.light) * 0.5) }])
        }
        "adult" => json!({
            "isAdultContent": false, "isRacyContent": false, "isGoryContent": false,
            "adultScore": 0.0, "racyScore": 0.0, "goreScore": 0.0,
        }),
        "imageType" => json!({ "clipArtType": 0, "lineDrawingType": 0 }),
        // Nobody is recognised, and no brand.
        _ => json!([]),
    }
}

/// The colours by the vendor's twelve names.
fn colours(seen: &Seen) -> Value {
    let mut dominant: Vec<&str> = Vec::new();
    for (colour, _) in &seen.palette {
        let name = plain(colour);
        if !dominant.contains(&name) {
            dominant.push(name);
        }
    }
    let background = dominant.first().copied().unwrap_or("Grey");
    let standing_out = seen.regions.first().map(|region| region.colour);
    let accent = standing_out.or_else(|| seen.palette.first().map(|(colour, _)| *colour));
    let [r, g, b] = accent.map_or([0; 3], |colour| colour.rgb);
    json!({
        "dominantColorForeground": standing_out.map_or(background, plain),
        "dominantColorBackground": background,
        "dominantColors": dominant,
        "accentColor": format!("{r:02X}{g:02X}{b:02X}"),
        "isBwImg": seen.is_grey(),
        "isBWImg": seen.is_grey(),
    })
}

fn plain(colour: &Colour) -> &'static str {
    match colour.name(Lang::En) {
        "black" => "Black",
        "dark grey" | "grey" | "light grey" => "Grey",
        "white" | "cream" => "White",
        "red" | "dark red" => "Red",
        "orange" | "peach" => "Orange",
        "brown" | "dark brown" | "beige" => "Brown",
        "yellow" | "ochre" => "Yellow",
        "green" | "light green" | "dark green" | "olive" => "Green",
        "turquoise" => "Teal",
        "purple" => "Purple",
        "pink" => "Pink",
        _ => "Blue",
    }
}
