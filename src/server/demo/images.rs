//! OpenAI's Images API: `POST /v1/images/generations` (JSON) and `/v1/images/edits` (multipart), answers, errors and
//! `usage` as the vendor documents them; the same under Azure OpenAI's addresses (`azure_openai`). What the painter
//! understood goes along in one header of its own, `x-pochoir-understood`.

mod form;
mod house;
mod order;
mod stream;

pub(super) use house::House;

use super::{
    Desk,
    control::Spent,
    lexicon, paint, picture,
    refusal::Refusal,
    request::{content_type, read_json},
    safety::{self, Stage},
};
use crate::{
    api::variations::Understood,
    domain::{
        pricing::{self, Usage},
        spec::Size,
    },
};
use axum::{
    Json,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use form::{Form, Pictures};
use order::{Endpoint, Order};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;

/// Tells what the painter understood: JSON of [`Understood`], in ASCII.
const UNDERSTOOD: &str = "x-pochoir-understood";
/// What each partial picture adds to the painted tokens.
const PARTIAL_TOKENS: u64 = 100;

/// `POST /v1/images/generations`.
pub(super) async fn generate(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    generate_in(&desk, House::OpenAi, request).await
}

/// `POST /v1/images/edits`.
pub(super) async fn edit(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    edit_in(&desk, House::OpenAi, request).await
}

/// Paints from words.
pub(super) async fn generate_in(desk: &Arc<Desk>, house: House, request: Request) -> Response {
    let order = async {
        house.check_key(request.headers())?;
        let fields = read_json(request).await?;
        Order::read(&fields, Endpoint::Generations, &house, &desk.catalogue)
    };
    match order.await {
        Ok(order) => answer(desk, &house, order, None).await,
        Err(refusal) => house.refuse(refusal),
    }
}

/// Paints over pictures.
pub(super) async fn edit_in(desk: &Arc<Desk>, house: House, request: Request) -> Response {
    let read = async {
        house.check_key(request.headers())?;
        if !content_type(request.headers()).starts_with("multipart/form-data") {
            let message = "Send the edit as multipart/form-data; its JSON form is not offered here.";
            return Err(Refusal::unreadable(message));
        }
        let form = Form::read(request, &house).await?;
        let order = Order::read(&form.fields, Endpoint::Edits, &house, &desk.catalogue)?;
        let pictures = desk.work(move || form.pictures()).await;
        Ok((order, pictures.ok_or_else(Refusal::server_error)??))
    };
    match read.await {
        Ok((order, pictures)) => answer(desk, &house, order, Some(pictures)).await,
        Err(refusal) => house.refuse(refusal),
    }
}

/// An address that is not offered.
pub(super) async fn not_found(request: Request) -> Response {
    let message = format!("Invalid URL ({} {})", request.method(), request.uri().path());
    let refusal = Refusal {
        status: StatusCode::NOT_FOUND,
        ..Refusal::unreadable(message)
    };
    refusal.into_response()
}

/// An address that is offered by another method.
pub(super) async fn method_not_allowed(request: Request) -> Response {
    let message = format!("Not allowed to {} on {}.", request.method(), request.uri().path());
    let refusal = Refusal {
        status: StatusCode::METHOD_NOT_ALLOWED,
        ..Refusal::unreadable(message)
    };
    refusal.into_response()
}

/// What a call is charged: each picture as if it were asked for alone, inputs included.
fn usage(order: &Order, size: Size, pictures: Option<&Pictures>) -> Usage {
    let references: u64 = pictures
        .into_iter()
        .flat_map(|pictures| pictures.sizes.iter().copied())
        .map(pricing::input_tokens)
        .sum();
    let mask = pictures
        .and_then(|pictures| pictures.hole.as_ref())
        .map_or(0, |hole| pricing::input_tokens(hole.size()));
    let painted = pricing::output_tokens(size, order.quality.axis);
    let painted = (painted * u64::from(order.quality.expected_percent)).div_ceil(100);
    let count = u64::from(order.count);
    Usage {
        text_in: (order.prompt.len() as u64).div_ceil(4) * count,
        image_in: (references + mask) * count,
        image_out: painted * count + PARTIAL_TOKENS * u64::from(order.partial_images),
    }
}

/// `usage` as it is written.
fn written_usage(usage: Usage) -> Value {
    let input = usage.text_in + usage.image_in;
    json!({
        "total_tokens": input + usage.image_out,
        "input_tokens": input,
        "output_tokens": usage.image_out,
        "input_tokens_details": { "text_tokens": usage.text_in, "image_tokens": usage.image_in },
        "output_tokens_details": { "text_tokens": 0, "image_tokens": usage.image_out },
    })
}

/// Paints and answers.
async fn answer(desk: &Arc<Desk>, house: &House, order: Order, pictures: Option<Pictures>) -> Response {
    let size = order.size(pictures.as_ref().map(|pictures| pictures.first.size()));
    let usage = usage(&order, size, pictures.as_ref());
    let spent = Spent {
        usage,
        pictures: u64::from(order.count),
        micros: pricing::bill(&order.model, usage),
        ..Spent::default()
    };
    if let Some(stage) = safety::judge(&order.prompt) {
        let mut response = house.moderated(stage, desk.now_s());
        if stage == Stage::Output {
            // Painted, then withheld: charged.
            response.extensions_mut().insert(spent);
        }
        return response;
    }
    let endpoint = if pictures.is_some() {
        "image_edit"
    } else {
        "image_generation"
    };
    let ordered = order.clone();
    let painted = desk.work(move || paint_all(&ordered, size, pictures)).await;
    let Some(Some(painted)) = painted else {
        return house.refuse(Refusal::server_error());
    };
    let facts = json!({
        "background": if order.transparent { "transparent" } else { "opaque" },
        "output_format": order.format.name(),
        "quality": order.quality.quality.name(),
        "size": size.to_string(),
    });
    let mut response = if order.stream {
        stream::events(endpoint, desk.now_s(), &facts, &painted, &written_usage(usage))
    } else {
        let data: Vec<Value> = painted
            .files
            .iter()
            .map(|file| json!({ "b64_json": STANDARD.encode(file) }))
            .collect();
        let mut body = facts;
        body["created"] = json!(desk.now_s());
        body["data"] = json!(data);
        body["usage"] = written_usage(usage);
        if let Some(name) = &order.safety_identifier {
            body["safety_identifier"] = json!(name);
        }
        Json(body).into_response()
    };
    if let Ok(value) = HeaderValue::try_from(ascii_json(&painted.understood)) {
        response.headers_mut().insert(UNDERSTOOD, value);
    }
    response.extensions_mut().insert(spent);
    response
}

/// What came off the easel.
struct PaintedFiles {
    /// The unfinished states, for streaming.
    partials: Vec<Bytes>,
    files: Vec<Bytes>,
    understood: Understood,
}

fn paint_all(order: &Order, size: Size, pictures: Option<Pictures>) -> Option<PaintedFiles> {
    let (source, hole) = match &pictures {
        Some(pictures) => (Some(&pictures.first), pictures.hole.as_ref()),
        None => (None, None),
    };
    let plan = lexicon::read(&order.prompt, source.is_some(), hole.is_some());
    let mut files = Vec::new();
    let mut partials = Vec::new();
    for index in 0..order.count {
        let seed = paint::seed(&order.prompt, size, index);
        let canvas = paint::paint(&plan, source, hole, size, seed);
        for unfinished in paint::unfinished(&canvas, order.partial_images) {
            partials.push(picture::encode(
                &unfinished,
                order.format,
                order.compression,
                order.transparent,
            )?);
        }
        files.push(picture::encode(
            &canvas,
            order.format,
            order.compression,
            order.transparent,
        )?);
    }
    Some(PaintedFiles {
        partials,
        files,
        understood: plan.told(),
    })
}

/// JSON that fits into a header: everything beyond ASCII is escaped.
fn ascii_json(understood: &Understood) -> String {
    let json = serde_json::to_string(understood).unwrap_or_default();
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                // Writing into a string cannot fail.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii
}
