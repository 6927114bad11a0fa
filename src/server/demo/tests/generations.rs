//! `images/generations` and `models`.

use super::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

const PATH: &str = "/v1/images/generations";

fn order() -> Value {
    json!({
        "model": "gpt-image-2.5-flare", "prompt": "a boat on the sea at dusk", "n": 1, "size": SMALL,
        "quality": "low", "output_format": "png", "safety_identifier": "abc",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut order = order();
    order[name] = value;
    order
}

#[tokio::test]
async fn the_answer_is_as_documented() {
    let answer = post_json(&server(false), PATH, &with("n", json!(2))).await;
    let body = answer.json();
    assert_eq!(answer.status, 200, "{}", body["error"]);
    for (name, value) in [
        ("background", json!("opaque")),
        ("output_format", json!("png")),
        ("quality", json!("low")),
        ("size", json!(SMALL)),
        ("safety_identifier", json!("abc")),
    ] {
        assert_eq!(body[name], value, "{name}");
    }
    assert!(body["created"].as_i64().expect("a time") > 1_700_000_000);
    assert!(
        answer.headers["x-request-id"]
            .to_str()
            .expect("text")
            .starts_with("req_")
    );
    let files: Vec<Vec<u8>> = body["data"]
        .as_array()
        .expect("pictures")
        .iter()
        .map(|picture| {
            STANDARD
                .decode(picture["b64_json"].as_str().expect("base64"))
                .expect("base64")
        })
        .collect();
    assert_eq!(files.len(), 2);
    assert_ne!(files[0], files[1], "each picture is another one");
    for file in &files {
        let picture = image::load_from_memory_with_format(file, ImageFormat::Png).expect("a PNG");
        assert_eq!((picture.width(), picture.height()), (1024, 640));
    }
    // 25 bytes of prompt make 7 tokens; 1024×640 at axis 16 makes 107; both twice.
    let usage = &body["usage"];
    assert_eq!(
        usage["input_tokens_details"],
        json!({ "text_tokens": 14, "image_tokens": 0 })
    );
    let painted = crate::domain::pricing::output_tokens(crate::domain::spec::Size::new(1024, 640), 16) * 2;
    assert_eq!(usage["output_tokens"], json!(painted));
    assert_eq!(usage["total_tokens"], json!(painted + 14));
    let understood: Value =
        serde_json::from_str(answer.headers["x-pochoir-understood"].to_str().expect("ASCII")).expect("JSON");
    assert_eq!(
        understood,
        json!({ "understood": ["boat", "sea", "dusk"], "not_understood": [] })
    );
}

#[tokio::test]
async fn the_same_order_gives_the_same_picture() {
    let app = server(false);
    let order = with("output_format", json!("webp"));
    let (first, again) = (
        post_json(&app, PATH, &order).await.json(),
        post_json(&app, PATH, &order).await.json(),
    );
    assert_eq!(first["data"], again["data"]);
}

#[tokio::test]
async fn accents_travel_escaped_in_the_header() {
    let answer = post_json(
        &server(false),
        PATH,
        &with("prompt", json!("un hérisson 🦔 à l’aquarelle")),
    )
    .await;
    let header = answer.headers["x-pochoir-understood"].to_str().expect("ASCII");
    let understood: Value = serde_json::from_str(header).expect("JSON");
    assert_eq!(
        understood,
        json!({ "understood": ["watercolour"], "not_understood": ["hérisson"] })
    );
}

#[tokio::test]
async fn partial_pictures_come_before_the_finished_one_and_cost_100_tokens_each() {
    let mut order = order();
    order["stream"] = json!(true);
    order["partial_images"] = json!(2);
    let answer = post_json(&server(false), PATH, &order).await;
    assert!(
        answer.headers[header::CONTENT_TYPE]
            .to_str()
            .expect("text")
            .starts_with("text/event-stream")
    );
    let text = String::from_utf8(answer.body).expect("text");
    let events: Vec<Value> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).expect("JSON"))
        .collect();
    let kinds: Vec<&str> = events
        .iter()
        .map(|event| event["type"].as_str().expect("a type"))
        .collect();
    assert_eq!(
        kinds,
        [
            "image_generation.partial_image",
            "image_generation.partial_image",
            "image_generation.completed"
        ]
    );
    assert_eq!(events[1]["partial_image_index"], 1);
    let painted = crate::domain::pricing::output_tokens(crate::domain::spec::Size::new(1024, 640), 16);
    assert_eq!(events[2]["usage"]["output_tokens"], json!(painted + 200));
}

#[tokio::test]
async fn what_the_vendor_refuses_is_refused_the_same_way() {
    let app = server(false);
    let invalid =
        |name: &'static str, value: Value, code: &'static str| (with(name, value), 400, json!(code), json!(name));
    let cases = [
        invalid("response_format", json!("b64_json"), "unknown_parameter"),
        invalid("style", json!("vivid"), "unknown_parameter"),
        invalid("seed", json!(1), "unknown_parameter"),
        invalid("input_fidelity", json!("high"), "unknown_parameter"),
        invalid("prompt", json!(""), "empty_string"),
        invalid("prompt", json!("é".repeat(32_001)), "string_above_max_length"),
        invalid("prompt", Value::Null, "missing_required_parameter"),
        invalid("prompt", json!(7), "invalid_type"),
        invalid("model", Value::Null, "missing_required_parameter"),
        invalid("n", json!(0), "integer_below_min_value"),
        invalid("n", json!(11), "integer_above_max_value"),
        invalid("n", json!("2"), "invalid_type"),
        invalid("size", json!("1000x1000"), "invalid_value"),
        invalid("size", json!("512x512"), "invalid_value"),
        invalid("size", json!("3840x1024"), "invalid_value"),
        invalid("size", json!("4096x2048"), "invalid_value"),
        invalid("size", json!("large"), "invalid_value"),
        invalid("quality", json!("ultra"), "invalid_value"),
        invalid("output_format", json!("gif"), "invalid_value"),
        invalid("output_compression", json!(50), "invalid_value"),
        invalid("background", json!("green"), "invalid_value"),
        invalid("moderation", json!("off"), "invalid_value"),
        invalid("complexity", json!("low"), "unsupported_parameter"),
        invalid("partial_images", json!(2), "invalid_value"),
        invalid("safety_identifier", json!("x".repeat(129)), "string_above_max_length"),
        (
            with("model", json!("dall-e-3")),
            404,
            json!("model_not_found"),
            json!("model"),
        ),
        (
            with("model", json!("gpt-image-2.6")),
            404,
            json!("model_not_found"),
            json!("model"),
        ),
        (
            with("prompt", json!("Refuse this, please: no, refuse this please")),
            400,
            json!("moderation_blocked"),
            Value::Null,
        ),
        (
            with("prompt", json!("Une scène de violence extrême")),
            400,
            json!("moderation_blocked"),
            Value::Null,
        ),
    ];
    for (order, status, code, param) in cases {
        let answer = post_json(&app, PATH, &order).await;
        assert_eq!(
            answer.refusal(),
            (status, code, param),
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
        let error = &answer.json()["error"];
        assert!(error["message"].is_string() && error["type"].is_string());
    }
    let mut order = with("quality", json!("xhigh"));
    order["model"] = json!("gpt-image-2");
    assert_eq!(
        post_json(&app, PATH, &order).await.refusal(),
        (400, json!("invalid_value"), json!("quality"))
    );
    let blocked = post_json(&app, PATH, &with("prompt", json!("refuse this please")))
        .await
        .json();
    assert_eq!(blocked["error"]["type"], "image_generation_user_error");
    assert_eq!(blocked["error"]["moderation_details"]["moderation_stage"], "input");
}

#[tokio::test]
async fn keys_are_asked_for() {
    let app = server(false);
    for (authorization, code) in [
        (None, Value::Null),
        (Some("Bearer bad-one"), json!("invalid_api_key")),
        (Some("Basic x"), Value::Null),
    ] {
        for request in [
            Request::get("/v1/models"),
            Request::post(PATH).header(header::CONTENT_TYPE, "application/json"),
        ] {
            let request = match authorization {
                Some(value) => request.header(header::AUTHORIZATION, value),
                None => request,
            };
            let answer = send(&app, request.body(Body::from("{}")).expect("a request")).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (401, &code));
            assert!(
                !String::from_utf8_lossy(&answer.body).contains("bad-one"),
                "a key is never repeated"
            );
        }
    }
}

#[tokio::test]
async fn models_are_those_that_paint_write_and_moderate() {
    let app = server(false);
    let get = |path: &str| {
        Request::get(path)
            .header(header::AUTHORIZATION, "Bearer k")
            .body(Body::empty())
            .expect("a request")
    };
    let list = send(&app, get("/v1/models")).await.json();
    assert_eq!(list["object"], "list");
    let ids: Vec<&str> = list["data"]
        .as_array()
        .expect("models")
        .iter()
        .map(|model| model["id"].as_str().expect("an id"))
        .collect();
    for id in [
        "gpt-image-2.5-flare",
        "gpt-image-2.5-flare-2026-09-08",
        "gpt-6-luna",
        "omni-moderation-latest",
    ] {
        assert!(ids.contains(&id), "{id}");
    }
    assert!(!ids.iter().any(|id| id.starts_with("dall-e")));
    let one = send(&app, get("/v1/models/gpt-image-2.5-sunburst")).await.json();
    assert_eq!((&one["object"], &one["shutdown_date"]), (&json!("model"), &Value::Null));
    assert_eq!(
        send(&app, get("/v1/models/dall-e-3")).await.refusal(),
        (404, json!("model_not_found"), json!("model"))
    );
    assert_eq!(send(&app, get("/v1/nothing")).await.status, 404);
    assert_eq!(send(&app, get(PATH)).await.status, 405);
}
