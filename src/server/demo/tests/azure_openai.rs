//! Azure OpenAI's addresses.

use super::*;
use serde_json::json;

const V1: &str = "/openai/v1/images/generations";
const DEPLOYED: &str =
    "/openai/deployments/drafts-gpt-image-2.5-flare/images/generations?api-version=2025-04-01-preview";

fn order() -> Value {
    json!({ "model": "gpt-image-2.5-flare", "prompt": "a hill", "size": SMALL, "quality": "low" })
}

fn with(name: &str, value: Value) -> Value {
    let mut order = order();
    order[name] = value;
    order
}

async fn post(path: &str, key: Option<(&'static str, &str)>, body: &Value) -> Answer {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    if let Some((name, key)) = key {
        request = request.header(name, key);
    }
    send(
        &server(false),
        request.body(Body::from(body.to_string())).expect("a request"),
    )
    .await
}

const KEY: Option<(&str, &str)> = Some(("api-key", "k"));

#[tokio::test]
async fn both_styles_paint_with_either_key() {
    for path in [V1, "/openai/v1/images/generations?api-version=preview", DEPLOYED] {
        for key in [KEY, Some(("authorization", "Bearer k"))] {
            let answer = post(path, key, &order()).await;
            assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
            assert_eq!(answer.json()["data"].as_array().map(Vec::len), Some(1));
        }
    }
}

#[tokio::test]
async fn the_deployment_decides_which_model_paints_and_quality_is_high_unless_said() {
    let mut order = with("model", json!("anything"));
    order["quality"] = Value::Null;
    let body = post(DEPLOYED, KEY, &order).await.json();
    assert_eq!(body["quality"], "high");
    let size = crate::domain::spec::Size::new(1024, 640);
    // 2.5's factor for high, not 2's.
    assert_eq!(
        body["usage"]["output_tokens"],
        crate::domain::pricing::output_tokens(size, 48)
    );
}

#[tokio::test]
async fn edits_are_forms_of_png_and_jpeg() {
    let app = server(false);
    let form = |kind: &'static str| {
        vec![
            text("prompt", "in pencil"),
            text("model", "dep"),
            text("size", SMALL),
            text("quality", "low"),
            ("image[]", Some(("a.png", kind)), picture(96, 96)),
        ]
    };
    let path = "/openai/deployments/gpt-image-2/images/edits?api-version=2025-04-01-preview";
    let painted = post_form(&app, path, &form("image/png")).await;
    assert_eq!(painted.status, 200, "{}", String::from_utf8_lossy(&painted.body));
    assert_eq!(
        post_form(&app, path, &form("image/webp")).await.refusal(),
        (400, json!("unsupported_file_mimetype"), json!("image"))
    );
    let json_form = post_json(&app, "/openai/v1/images/edits", &order()).await;
    assert_eq!(json_form.status, 400);
}

#[tokio::test]
async fn what_azure_refuses_is_refused_in_its_words() {
    let version = "api-version=2025-04-01-preview";
    let none = format!("/openai/deployments/paint/images/generations?{version}");
    let cases = [
        ("no key", post(V1, None, &order()).await, 401, json!("401")),
        (
            "bad key",
            post(V1, Some(("api-key", "bad")), &order()).await,
            401,
            json!("401"),
        ),
        (
            "blocked",
            post(V1, Some(("api-key", "blocked")), &order()).await,
            403,
            json!("Forbidden"),
        ),
        (
            "no deployment",
            post(&none, KEY, &order()).await,
            404,
            json!("DeploymentNotFound"),
        ),
        (
            "no such model",
            post(V1, KEY, &with("model", json!("dall-e-3"))).await,
            404,
            json!("DeploymentNotFound"),
        ),
        (
            "no version",
            post("/openai/deployments/gpt-image-2/images/generations", KEY, &order()).await,
            404,
            json!("404"),
        ),
        (
            "version",
            post(
                "/openai/deployments/gpt-image-2/images/generations?api-version=new",
                KEY,
                &order(),
            )
            .await,
            400,
            json!("BadRequest"),
        ),
        (
            "webp",
            post(V1, KEY, &with("output_format", json!("webp"))).await,
            400,
            json!("invalid_value"),
        ),
        (
            "unknown",
            post(V1, KEY, &with("style", json!("vivid"))).await,
            400,
            json!("unknown_parameter"),
        ),
    ];
    for (what, answer, status, code) in cases {
        let body = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &body["error"]["code"]),
            (status, &code),
            "{what}: {body}"
        );
        assert!(body["error"]["message"].is_string(), "{what}");
    }
}

#[tokio::test]
async fn the_content_filter_speaks_in_all_the_spellings_that_were_seen() {
    let refused = with("prompt", json!("refuse this please"));
    let v1 = post(V1, KEY, &refused).await.json()["error"].clone();
    assert_eq!(
        (&v1["code"], &v1["inner_error"]["code"], &v1["type"]),
        (
            &json!("content_policy_violation"),
            &json!("ResponsibleAIPolicyViolation"),
            &json!("invalid_request_error")
        )
    );
    assert_eq!(
        v1["inner_error"]["content_filter_results"]["violence"]["filtered"],
        true
    );
    let deployed = post(DEPLOYED, KEY, &refused).await.json();
    assert_eq!(deployed["error"]["code"], "contentFilter");
    assert!(deployed["created"].is_i64());
    let after = post(V1, KEY, &with("prompt", json!("refuse this afterwards"))).await;
    assert_eq!(after.status, 400);
    let after = after.json()["error"].clone();
    assert_eq!(
        (&after["code"], &after["innererror"]["code"]),
        (&json!("content_filter"), &json!("ResponsibleAIPolicyViolation"))
    );
}
