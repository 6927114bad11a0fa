//! The fault script's answers that are there and not what they should be: whole, and as events.

use super::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

const PATH: &str = "/v1/images/generations";

async fn fault(app: &Router, fault: Value) {
    let answer = post_json(app, "/control/faults", &fault).await;
    assert_eq!(answer.status, 200, "{fault}");
}

fn order(stream: bool) -> Value {
    json!({ "model": "gpt-image-2.5-flare", "prompt": "a hill", "size": SMALL, "quality": "low",
        "output_format": "jpeg", "stream": stream, "partial_images": i32::from(stream) })
}

/// What is answered to an order under this fault, whole and streamed.
async fn both(app: &Router, script: Value) -> [Answer; 2] {
    fault(app, script.clone()).await;
    let whole = post_json(app, PATH, &order(false)).await;
    fault(app, script).await;
    [whole, post_json(app, PATH, &order(true)).await]
}

/// The data lines of a stream.
fn data(answer: &Answer) -> Vec<String> {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let lines = text.lines().filter_map(|line| line.strip_prefix("data: "));
    lines.map(str::to_owned).collect()
}

fn is_stream(answer: &Answer) -> bool {
    answer.headers[header::CONTENT_TYPE]
        .as_bytes()
        .starts_with(b"text/event-stream")
}

#[tokio::test]
async fn malformed_json_ends_in_its_middle_or_is_of_other_types() {
    let app = server(true);
    let [whole, streamed] = both(&app, json!({ "malformed": "cut" })).await;
    assert_eq!((whole.status, streamed.status), (StatusCode::OK, StatusCode::OK));
    assert!(whole.body.starts_with(b"{\"") && serde_json::from_slice::<Value>(&whole.body).is_err());
    let events = data(&streamed);
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|data| serde_json::from_str::<Value>(data).is_err()));

    let [whole, streamed] = both(&app, json!({ "malformed": "types" })).await;
    let body = whole.json();
    assert!(
        body["data"].is_object() && body["created"].is_string() && body["size"].is_number(),
        "{body}"
    );
    for data in data(&streamed) {
        let event: Value = serde_json::from_str(&data).expect("JSON");
        assert!(event["b64_json"].is_number() && event["created_at"].is_string());
    }
    // Spoilt is not undone: all four were painted and charged.
    let counters = send(
        &app,
        Request::get("/control/counters")
            .body(Body::empty())
            .expect("a request"),
    )
    .await;
    assert_eq!(counters.json()["charged"], 4);
}

#[tokio::test]
async fn a_huge_answer_has_exactly_its_bytes_and_does_not_say_how_many() {
    let app = server(true);
    for bytes in [1_000_u64, 200_000, 3_000_001] {
        let [whole, streamed] = both(&app, json!({ "huge_bytes": bytes })).await;
        assert_eq!((whole.body.len() as u64, streamed.body.len() as u64), (bytes, bytes));
        assert!(!whole.headers.contains_key(header::CONTENT_LENGTH));
        assert!(whole.json()["data"][0]["b64_json"].is_string());
        assert!(is_stream(&streamed) && data(&streamed).len() == 1);
    }
    assert_eq!(
        send(
            &app,
            Request::get("/control/counters")
                .body(Body::empty())
                .expect("a request")
        )
        .await
        .json()["charged"],
        0,
        "a replaced answer was not painted"
    );
}

#[tokio::test]
async fn a_drip_comes_in_its_pieces_and_is_whole_in_the_end() {
    let app = server(true);
    let drip = json!({ "path": "/models", "drip": { "bytes": 400, "every_ms": 1 } });
    let request = || {
        let request = Request::get("/v1/models").header(header::AUTHORIZATION, "Bearer k");
        request.body(Body::empty()).expect("a request")
    };
    let whole = send(&app, request()).await;
    fault(&app, drip).await;
    let response = app.clone().oneshot(request()).await.expect("an answer");
    let mut body = response.into_body();
    let mut pieces = Vec::new();
    while let Some(frame) = body.frame().await {
        pieces.push(frame.expect("a piece").into_data().expect("data"));
    }
    assert_eq!(pieces.len(), whole.body.len().div_ceil(400));
    assert!(pieces.iter().all(|piece| piece.len() <= 400));
    assert_eq!(pieces.concat(), whole.body);
    let [_, streamed] = both(&app, json!({ "drip": { "bytes": 20_000, "every_ms": 1 } })).await;
    assert_eq!(data(&streamed).len(), 2);
}

#[tokio::test]
async fn another_type_comes_with_status_200() {
    let app = server(true);
    for (kind, content_type) in [
        ("html", Some("text/html")),
        ("text", Some("text/plain")),
        ("empty", None),
    ] {
        for answer in both(&app, json!({ "wrong_type": kind })).await {
            assert_eq!(answer.status, 200);
            let given = answer
                .headers
                .get(header::CONTENT_TYPE)
                .and_then(|kind| kind.to_str().ok());
            assert_eq!(
                given.map(|kind| kind.split(';').next().unwrap_or_default()),
                content_type
            );
            assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
        }
    }
}

#[tokio::test]
async fn noise_is_a_valid_picture_of_the_same_size_and_format() {
    let app = server(true);
    let [whole, streamed] = both(&app, json!({ "noise": true })).await;
    let mut pictures: Vec<String> = vec![whole.json()["data"][0]["b64_json"].as_str().expect("base64").to_owned()];
    for data in data(&streamed) {
        let event: Value = serde_json::from_str(&data).expect("JSON");
        pictures.push(event["b64_json"].as_str().expect("base64").to_owned());
    }
    assert_eq!(pictures.len(), 3);
    for encoded in pictures {
        let file = STANDARD.decode(encoded).expect("base64");
        let noise = image::load_from_memory_with_format(&file, ImageFormat::Jpeg)
            .expect("a JPEG")
            .into_luma8();
        assert_eq!(noise.dimensions(), (1024, 640));
        let unlike: u64 = noise
            .as_raw()
            .windows(2)
            .map(|pair| u64::from(pair[0].abs_diff(pair[1])))
            .sum();
        assert!(
            unlike / noise.as_raw().len() as u64 > 20,
            "neighbours of noise are not alike"
        );
    }
}

#[tokio::test]
async fn an_address_comes_instead_of_a_picture() {
    let app = server(true);
    let [whole, streamed] = both(&app, json!({ "by_url": true })).await;
    let body = whole.json();
    assert!(
        body["data"][0]["url"].is_string() && body["data"][0]["b64_json"].is_null(),
        "{body}"
    );
    for data in data(&streamed) {
        let event: Value = serde_json::from_str(&data).expect("JSON");
        assert!(event["url"].is_string() && event["b64_json"].is_null());
    }
}

#[tokio::test]
async fn a_code_brings_its_status_and_type_and_a_stream_breaks_off_with_it() {
    let app = server(true);
    fault(&app, json!({ "code": "insufficient_quota" })).await;
    let answer = post_json(&app, PATH, &order(false)).await;
    assert_eq!(answer.refusal(), (429, json!("insufficient_quota"), Value::Null));
    assert_eq!(answer.json()["error"]["type"], "insufficient_quota");
    fault(&app, json!({ "code": "my_own", "status": 418 })).await;
    assert_eq!(
        post_json(&app, PATH, &order(true)).await.refusal(),
        (418, json!("my_own"), Value::Null)
    );

    fault(&app, json!({ "code": "server_error", "after_events": 1 })).await;
    let streamed = post_json(&app, PATH, &order(true)).await;
    assert!(streamed.status == 200 && is_stream(&streamed));
    let text = String::from_utf8_lossy(&streamed.body).into_owned();
    assert!(text.contains("event: image_generation.partial_image") && text.contains("event: error\n"));
    let last: Value = serde_json::from_str(data(&streamed).last().expect("data")).expect("JSON");
    assert_eq!(last["error"]["code"], "server_error");
    fault(&app, json!({ "after_events": 1 })).await;
    assert_eq!(
        data(&post_json(&app, PATH, &order(true)).await).len(),
        1,
        "no completed event"
    );

    for wrong in [
        json!({ "code": "never_heard_of" }),
        json!({ "status": 99 }),
        json!({ "drip": { "bytes": 0, "every_ms": 1 } }),
    ] {
        assert_eq!(post_json(&app, "/control/faults", &wrong).await.status, 422, "{wrong}");
    }
}

#[tokio::test]
async fn azure_vision_is_told_in_its_own_shape() {
    let app = server(true);
    fault(
        &app,
        json!([{ "code": "feature_not_in_region" }, { "code": "NotSupportedLanguage" }]),
    )
    .await;
    let mut errors = Vec::new();
    for path in ["/computervision/imageanalysis:analyze", "/vision/v3.2/describe"] {
        let answer = post_json(&app, path, &json!({})).await;
        assert_eq!(answer.status, 400);
        errors.push(answer.json()["error"].clone());
    }
    assert_eq!(
        errors[0]["message"],
        "The feature 'Caption' is not supported in this region."
    );
    assert_eq!(
        (&errors[1]["code"], &errors[1]["innererror"]["code"]),
        (&json!("InvalidRequest"), &json!("NotSupportedLanguage"))
    );
}
