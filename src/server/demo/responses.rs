//! OpenAI's Responses API: `POST /v1/responses`, for describing a picture and for refining a prompt, in the strict shape
//! that is asked for. Nobody thinks here: a picture is described by what was measured ([`look`]), a prompt is put
//! together by rules ([`refine`]), and no tokens are spent on reasoning, whatever effort is asked for.

mod ask;
mod fill;
mod refine;
mod schema;
mod stream;
mod usage;

use super::{Desk, RequestNumber, control::Spent, lexicon, look, refusal::Refusal, request, safety};
use crate::domain::{money::Micros, pricing::Usage};
use ask::Ask;
use axum::{
    Json,
    extract::{Extension, Request, State},
    response::{IntoResponse, Response},
};
use fill::Knowledge;
use serde_json::{Value, json};
use std::sync::Arc;

/// Tokens around every message.
const OVERHEAD_TOKENS: u64 = 8;

/// What is said to whoever is refused.
const REFUSED: &str = "I'm sorry, but I can't help with that.";

/// What is answered, before it is cut to the tokens that were allowed.
struct Written {
    text: String,
    refused: bool,
    input_tokens: u64,
}

/// `POST /v1/responses`.
pub(super) async fn create(
    State(desk): State<Arc<Desk>>,
    Extension(number): Extension<RequestNumber>,
    request: Request,
) -> Response {
    let answer = async {
        request::check_key(request.headers())?;
        let body = request::read_json(request).await?;
        let models: Vec<&str> = desk.writers().map(|(model, _)| model).collect();
        let ask = Ask::read(&body, &models)?;
        let (ask, written) = desk
            .work(move || {
                let written = write(&ask);
                (ask, written)
            })
            .await
            .ok_or_else(Refusal::server_error)?;
        Ok((ask, written?))
    };
    match answer.await {
        Ok((ask, written)) => respond(&desk, number, &ask, &written),
        Err(refusal) => Refusal::into_response(refusal),
    }
}

/// Looks and writes.
fn write(ask: &Ask) -> Result<Written, Refusal> {
    let mut input_tokens = OVERHEAD_TOKENS + usage::text_tokens(ask.instructions.len() + ask.words.len());
    if let Some(shape) = &ask.shape {
        input_tokens += usage::text_tokens(shape.bytes);
    }
    let mut first = None;
    for sent in &ask.pictures {
        let (canvas, tokens) = sent.read()?;
        input_tokens += tokens;
        first.get_or_insert(canvas);
    }
    let said = ask.all_words();
    if safety::judge(&said).is_some() {
        return Ok(Written {
            text: REFUSED.to_owned(),
            refused: true,
            input_tokens,
        });
    }
    let seen = first.map(|canvas| look::look(&canvas));
    let lang = refine::language(&ask.instructions, &ask.words);
    let prompt = seen.is_none().then(|| refine::prompt(&ask.words, lang));
    let text = match &ask.shape {
        Some(shape) => {
            let knowledge = Knowledge {
                seen: seen.as_ref(),
                lang,
                prompt,
                asked: lexicon::fold(&said),
            };
            knowledge.fill(&shape.schema).to_string()
        }
        None => match (seen, prompt) {
            (Some(seen), _) => seen.caption(lang).text,
            (None, prompt) => prompt.unwrap_or_default(),
        },
    };
    Ok(Written {
        text,
        refused: false,
        input_tokens,
    })
}

/// The answer as the vendor writes it.
fn respond(desk: &Desk, RequestNumber(number): RequestNumber, ask: &Ask, written: &Written) -> Response {
    let whole_tokens = usage::text_tokens(written.text.len());
    let allowed = ask.max_output_tokens.unwrap_or(u64::MAX);
    let is_cut = whole_tokens > allowed;
    let output_tokens = whole_tokens.min(allowed);
    let text = usage::first_tokens(&written.text, output_tokens);
    let status = if is_cut { "incomplete" } else { "completed" };
    let content = if written.refused {
        json!({ "type": "refusal", "refusal": text })
    } else {
        json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
    };
    let now_s = desk.now_s();
    let mut body = json!({
        "id": format!("resp_demo{number:012}"),
        "object": "response",
        "created_at": now_s,
        "completed_at": if is_cut { Value::Null } else { json!(now_s) },
        "status": status,
        "background": false,
        "error": null,
        "incomplete_details": is_cut.then(|| json!({ "reason": "max_output_tokens" })),
        "instructions": null,
        "max_output_tokens": null,
        "metadata": {},
        "model": ask.model,
        "output": [{
            "id": format!("msg_demo{number:012}"),
            "type": "message",
            "role": "assistant",
            "status": status,
            "content": [content],
        }],
        "parallel_tool_calls": true,
        "previous_response_id": null,
        "reasoning": { "effort": "medium", "summary": null },
        "safety_identifier": null,
        "service_tier": "default",
        "store": true,
        "temperature": 1.0,
        "text": { "format": { "type": "text" }, "verbosity": "medium" },
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": written.input_tokens,
            "input_tokens_details": { "cached_tokens": 0, "cache_write_tokens": 0 },
            "output_tokens": output_tokens,
            "output_tokens_details": { "reasoning_tokens": 0 },
            "total_tokens": written.input_tokens + output_tokens,
        },
        "user": null,
    });
    for (name, value) in &ask.repeated {
        body[name] = value.clone();
    }
    let price = desk.writers().find(|(model, _)| *model == ask.model);
    let (text_in, text_out) = price.map(|(_, prices)| prices).unwrap_or_default();
    let micros = Micros::for_tokens(written.input_tokens, text_in) + Micros::for_tokens(output_tokens, text_out);
    let mut response = if ask.stream {
        stream::events(&body)
    } else {
        Json(body).into_response()
    };
    response.extensions_mut().insert(Spent {
        usage: Usage {
            text_in: written.input_tokens,
            ..Usage::default()
        },
        text_out: output_tokens,
        micros,
        ..Spent::default()
    });
    response
}
