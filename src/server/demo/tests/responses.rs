//! `POST /v1/responses`.

use super::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

const PATH: &str = "/v1/responses";

fn data_address(file: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(file))
}

/// The shape our describer asks for.
fn shape() -> Value {
    let list = json!({ "type": "array", "items": { "type": "string" } });
    json!({
        "type": "object", "additionalProperties": false,
        "required": ["caption", "objects", "tags", "text"],
        "properties": { "caption": { "type": "string" }, "objects": list, "tags": list, "text": list },
    })
}

fn ask(words: &str) -> Value {
    json!({
        "model": "gpt-6-luna", "store": false, "max_output_tokens": 2000, "reasoning": { "effort": "none" },
        "input": [{ "role": "user", "content": [
            { "type": "input_text", "text": words },
            { "type": "input_image", "image_url": data_address(&picture(600, 400)), "detail": "high" },
        ]}],
        "text": { "format": { "type": "json_schema", "name": "description", "schema": shape(), "strict": true } },
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut ask = ask("Describe it.");
    ask[name] = value;
    ask
}

fn content(body: &Value) -> &Value {
    &body["output"][0]["content"][0]
}

#[tokio::test]
async fn a_picture_is_described_in_the_shape_and_language_asked_for() {
    let answer = post_json(&server(false), PATH, &ask("Describe the picture. Write in French.")).await;
    let body = answer.json();
    assert_eq!(answer.status, 200, "{body}");
    assert_eq!(
        (
            &body["object"],
            &body["status"],
            &body["incomplete_details"],
            &body["store"]
        ),
        (&json!("response"), &json!("completed"), &Value::Null, &json!(false))
    );
    assert_eq!(content(&body)["type"], "output_text");
    let text = content(&body)["text"].as_str().expect("a text");
    let described: Value = serde_json::from_str(text).expect("JSON");
    let caption = described["caption"].as_str().expect("a caption");
    assert!(
        caption.starts_with("une image") && caption.contains("zone orange à gauche"),
        "{caption}"
    );
    assert_eq!(described["objects"], json!(["zone orange"]));
    assert_eq!(described["text"], json!([]));

    // 19 × 13 patches, 1.2 tokens each, besides the words and the shape.
    let usage = &body["usage"];
    let input = usage["input_tokens"].as_u64().expect("a number");
    let words = "Describe the picture. Write in French.".len() + shape().to_string().len();
    assert!((297..=297 + words as u64 / 4 + 10).contains(&input), "{usage}");
    assert_eq!(usage["output_tokens"], json!(text.len().div_ceil(4)));
    assert_eq!(
        usage["total_tokens"].as_u64(),
        Some(input + text.len().div_ceil(4) as u64)
    );
}

#[tokio::test]
async fn a_prompt_is_refined_from_words_alone() {
    let shape = json!({ "type": "object", "additionalProperties": false, "required": ["prompt"],
        "properties": { "prompt": { "type": "string" } } });
    let ask = json!({
        "model": "gpt-6-luna", "instructions": "You write prompts for a painter. Write in French.",
        "input": "Description : un chat sur un canapé\nSouhait : sous la neige",
        "text": { "format": { "type": "json_schema", "name": "refined", "schema": shape, "strict": true } },
    });
    let body = post_json(&server(false), PATH, &ask).await.json();
    let refined: Value = serde_json::from_str(content(&body)["text"].as_str().expect("a text")).expect("JSON");
    assert_eq!(
        refined,
        json!({ "prompt": "Sous la neige. Un chat sur un canapé. Garder le reste intact." })
    );
}

#[tokio::test]
async fn what_is_refused_is_said_in_a_refusal() {
    let body = post_json(&server(false), PATH, &ask("Refuse this please.".trim_end_matches('.')))
        .await
        .json();
    assert_eq!(
        (&body["status"], &content(&body)["type"]),
        (&json!("completed"), &json!("refusal"))
    );
    assert!(content(&body)["refusal"].is_string() && content(&body)["text"].is_null());
}

#[tokio::test]
async fn an_answer_ends_where_its_tokens_end() {
    let body = post_json(&server(false), PATH, &with("max_output_tokens", json!(16)))
        .await
        .json();
    assert_eq!(
        (&body["status"], &body["incomplete_details"]["reason"]),
        (&json!("incomplete"), &json!("max_output_tokens"))
    );
    assert_eq!(body["usage"]["output_tokens"], 16);
    let text = content(&body)["text"].as_str().expect("a text");
    assert_eq!(text.len(), 64);
    assert!(serde_json::from_str::<Value>(text).is_err(), "cut JSON is no JSON");
}

#[tokio::test]
async fn a_stream_tells_the_text_in_pieces_and_ends_with_the_answer() {
    for (words, more, kind, end) in [
        ("Describe it.", json!(2000), "output_text", "completed"),
        ("Describe it.", json!(16), "output_text", "incomplete"),
        ("refuse this please", json!(2000), "refusal", "completed"),
    ] {
        let mut ask = ask(words);
        ask["stream"] = json!(true);
        ask["max_output_tokens"] = more;
        let answer = post_json(&server(false), PATH, &ask).await;
        let text = String::from_utf8(answer.body).expect("text");
        let events: Vec<Value> = text
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .map(|data| serde_json::from_str(data).expect("JSON"))
            .collect();
        let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
        assert_eq!((kinds[0], kinds[1]), ("response.created", "response.in_progress"));
        assert_eq!(kinds.last(), Some(&format!("response.{end}").as_str()));
        let numbers: Vec<u64> = events
            .iter()
            .filter_map(|event| event["sequence_number"].as_u64())
            .collect();
        assert_eq!(numbers, (0..events.len() as u64).collect::<Vec<_>>());
        let delta = format!("response.{kind}.delta");
        let pieces: String = events
            .iter()
            .filter(|event| event["type"] == delta.as_str())
            .filter_map(|event| event["delta"].as_str())
            .collect();
        let whole = &events[events.len() - 1]["response"];
        let member = if kind == "refusal" { "refusal" } else { "text" };
        assert_eq!(content(whole)[member], pieces.as_str());
        assert!(whole["usage"]["output_tokens"].as_u64() > Some(0) && events[0]["response"]["usage"].is_null());
    }
}

#[tokio::test]
async fn what_it_costs_is_counted() {
    let app = server(true);
    let body = post_json(&app, PATH, &ask("Describe it.")).await.json();
    let counted = send(
        &app,
        Request::get("/control/counters")
            .body(Body::empty())
            .expect("a request"),
    )
    .await
    .json();
    let (input, output) = (&body["usage"]["input_tokens"], &body["usage"]["output_tokens"]);
    assert_eq!((&counted["text_in"], &counted["text_out"]), (input, output));
    // $0.10 and $0.50 for a million, rounded up.
    let (input, output) = (input.as_u64().expect("a number"), output.as_u64().expect("a number"));
    assert_eq!(counted["spent_micros"], json!(input.div_ceil(10) + output.div_ceil(2)));
}

#[tokio::test]
async fn what_the_vendor_refuses_is_refused_the_same_way() {
    let app = server(false);
    let image = |part: Value| {
        let mut ask = ask("Describe it.");
        ask["input"][0]["content"][1] = part;
        ask
    };
    let address = |url: &str| image(json!({ "type": "input_image", "image_url": url, "detail": "low" }));
    let loose = |schema: Value| {
        with(
            "text",
            json!({ "format": { "type": "json_schema", "name": "d", "schema": schema, "strict": true } }),
        )
    };
    let picture_at = "input[0].content[1].image_url";
    let cases = [
        (with("model", json!("gpt-0")), 404, "model_not_found", "model"),
        (with("model", json!("gpt-image-2")), 404, "model_not_found", "model"),
        (with("model", Value::Null), 400, "missing_required_parameter", "model"),
        (with("input", Value::Null), 400, "missing_required_parameter", "input"),
        (with("nonsense", json!(1)), 400, "unknown_parameter", "nonsense"),
        (with("max_tokens", json!(1)), 400, "unsupported_parameter", "max_tokens"),
        (
            with("temperature", json!(0.2)),
            400,
            "unsupported_parameter",
            "temperature",
        ),
        (
            with("tools", json!([{ "type": "image_generation" }])),
            400,
            "unsupported_parameter",
            "tools",
        ),
        (with("stream", json!("yes")), 400, "invalid_type", "stream"),
        (
            with("max_output_tokens", json!(15)),
            400,
            "integer_below_min_value",
            "max_output_tokens",
        ),
        (
            with("reasoning", json!({ "effort": "lots" })),
            400,
            "invalid_value",
            "reasoning.effort",
        ),
        (
            with("text", json!({ "shape": 1 })),
            400,
            "unknown_parameter",
            "text.shape",
        ),
        (
            loose(json!({ "type": "object", "properties": {} })),
            400,
            "invalid_json_schema",
            "text.format.schema",
        ),
        (
            image(json!({ "type": "input_file" })),
            400,
            "invalid_value",
            "input[0].content[1].type",
        ),
        (
            image(json!({ "type": "input_image", "image_url": "x", "fine": 1 })),
            400,
            "unknown_parameter",
            "input[0].content[1].fine",
        ),
        (
            image(json!({ "type": "input_image", "image_url": "x", "detail": "fine" })),
            400,
            "invalid_value",
            "input[0].content[1].detail",
        ),
        (
            address("https://example.org/a.png"),
            400,
            "invalid_image_url",
            picture_at,
        ),
        (
            address("data:image/png;base64,???"),
            400,
            "invalid_base64_image",
            picture_at,
        ),
        (
            address("data:image/tiff;base64,AAAA"),
            400,
            "unsupported_image_media_type",
            picture_at,
        ),
        (address("data:image/png;base64,"), 400, "empty_image_file", picture_at),
        (
            address("data:image/png;base64,AAAA"),
            400,
            "image_parse_error",
            picture_at,
        ),
    ];
    for (ask, status, code, param) in cases {
        let answer = post_json(&app, PATH, &ask).await;
        assert_eq!(
            answer.refusal(),
            (status, json!(code), json!(param)),
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
    }
}

#[tokio::test]
async fn a_picture_of_too_many_patches_is_refused_at_full_detail_only() {
    // 188 × 188 patches.
    let huge = png(&DynamicImage::ImageLuma8(image::GrayImage::new(6_016, 6_016)));
    for (detail, status) in [("original", 400), ("high", 200)] {
        let mut ask = ask("Describe it.");
        ask["input"][0]["content"][1] =
            json!({ "type": "input_image", "image_url": data_address(&huge), "detail": detail });
        let answer = post_json(&server(false), PATH, &ask).await;
        assert_eq!(answer.status, status, "{detail}");
        if status == 400 {
            assert_eq!(answer.json()["error"]["code"], "image_too_large");
        }
    }
}
