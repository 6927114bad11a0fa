//! `POST /v1/moderations`.

use super::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

const PATH: &str = "/v1/moderations";

#[tokio::test]
async fn each_text_is_judged_alone_and_parts_are_judged_together() {
    let app = server(false);
    let flagged = |body: &Value| -> Vec<bool> {
        let results = body["results"].as_array().expect("results");
        results
            .iter()
            .map(|result| result["flagged"].as_bool().expect("a boolean"))
            .collect()
    };
    let texts = json!({ "model": "omni-moderation-latest", "input": ["a lake", "extreme violence"] });
    let body = post_json(&app, PATH, &texts).await.json();
    assert_eq!(flagged(&body), [false, true]);
    let bad = &body["results"][1];
    assert_eq!(
        (&bad["categories"]["violence"], &bad["categories"]["hate"]),
        (&json!(true), &json!(false))
    );
    assert!(bad["category_scores"]["violence"].as_f64() > Some(0.5));
    for list in ["categories", "category_scores", "category_applied_input_types"] {
        assert_eq!(bad[list].as_object().map(serde_json::Map::len), Some(13), "{list}");
    }

    let url = format!("data:image/png;base64,{}", STANDARD.encode(picture(64, 64)));
    let parts = json!({ "input": [
        { "type": "text", "text": "a lake" }, { "type": "image_url", "image_url": { "url": url } } ] });
    let body = post_json(&app, PATH, &parts).await.json();
    assert_eq!(flagged(&body), [false]);
    let applied = &body["results"][0]["category_applied_input_types"];
    assert_eq!(
        (&applied["violence"], &applied["hate"]),
        (&json!(["text", "image"]), &json!(["text"]))
    );
    assert_eq!(
        flagged(&post_json(&app, PATH, &json!({ "input": "a lake" })).await.json()),
        [false]
    );
}

#[tokio::test]
async fn what_the_vendor_refuses_is_refused_the_same_way() {
    let app = server(false);
    let cases = [
        (json!({}), 400, "missing_required_parameter", "input"),
        (json!({ "input": 7 }), 400, "invalid_type", "input"),
        (json!({ "input": [] }), 400, "empty_array", "input"),
        (json!({ "input": "a", "inputs": 1 }), 400, "unknown_parameter", "inputs"),
        (
            json!({ "input": "a", "model": "text-moderation-latest" }),
            404,
            "model_not_found",
            "model",
        ),
        (
            json!({ "input": [{ "type": "audio" }] }),
            400,
            "invalid_value",
            "input[0].type",
        ),
        (
            json!({ "input": [{ "type": "image_url", "image_url": { "url": "https://example.org/a.png" } }] }),
            400,
            "invalid_image_url",
            "input[0].image_url.url",
        ),
    ];
    for (ask, status, code, param) in cases {
        let answer = post_json(&app, PATH, &ask).await;
        assert_eq!(answer.refusal(), (status, json!(code), json!(param)), "{ask}");
    }
}
