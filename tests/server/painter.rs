//! What an order says to the painter beside the usual: checked against the catalogue, sent as it was said, part of what is
//! ordered.

use crate::harness::{Person, TestApp, pictures};
use pochoir::{api::ErrorCode, domain::text::Lang};
use serde_json::{Value, json};

fn order(source: &str, way: &str, model: &str, spec: &Value) -> Value {
    let mut order = Person::order(source, "A lighthouse at dusk.");
    order["way"] = way.into();
    order["spec"]["model"] = model.into();
    order["spec"]["size"] = "1024x640".into();
    for (name, value) in spec.as_object().expect("fields") {
        order["spec"][name] = value.clone();
    }
    order
}

/// The last request to the painter: its fields, whichever form it had.
async fn sent(app: &TestApp) -> Value {
    let requests = app.requests().await;
    let painted = |request: &&Value| request["path"].as_str().is_some_and(|path| path.contains("/images/"));
    let last = requests.iter().rfind(painted).expect("a request");
    if last["json"].is_object() {
        return last["json"].clone();
    }
    let parts = last["parts"].as_array().expect("parts").iter();
    parts
        .filter_map(|part| Some((part["name"].as_str()?.to_owned(), part["text"].clone())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_is_sent_and_nothing_else_is() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(64, 64)).await;
    let plain = order(&source, "reimagine", "gpt-image-2.6-flare", &json!({}));
    person.paint(&plain, "plain").await;
    let said = sent(&app).await;
    for name in [
        "complexity",
        "background",
        "output_compression",
        "moderation",
        "input_fidelity",
        "style",
        "user",
        "response_format",
    ] {
        assert_eq!(said[name], Value::Null, "{name} was not chosen");
    }

    let all = json!({"complexity": "medium", "background": "opaque", "compression": 70, "moderation": "low", "format": "webp"});
    let chosen = order(&source, "reimagine", "gpt-image-2.6-flare", &all);
    let job = person.paint(&chosen, "all").await;
    assert_eq!(job["state"], "succeeded", "it is not what was painted before: {job}");
    assert_eq!(job["order"]["spec"]["compression"], 70);
    let said = sent(&app).await;
    assert_eq!(
        (
            &said["complexity"],
            &said["background"],
            &said["output_compression"],
            &said["moderation"]
        ),
        (&json!("medium"), &json!("opaque"), &json!(70), &json!("low"))
    );
    let variation = job["variations"][0].as_str().expect("a variation");
    let variation = person.get(&format!("/api/variations/get?id={variation}")).await.json();
    assert_eq!(variation["spec"]["moderation"], "low", "{variation}");

    // In the form with pictures every value is a text.
    let edit = json!({"complexity": "high", "compression": 55, "format": "jpeg"});
    let edit = order(&source, "restyle", "gpt-image-2.6-flare", &edit);
    assert_eq!(person.paint(&edit, "edit").await["state"], "succeeded");
    let said = sent(&app).await;
    assert_eq!(
        (&said["complexity"], &said["output_compression"], &said["output_format"]),
        (&json!("high"), &json!("55"), &json!("jpeg"))
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_on_nothing_stays_transparent() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(64, 64)).await;
    let order = order(
        &source,
        "reimagine",
        "gpt-image-2.5-flare",
        &json!({"background": "transparent"}),
    );
    let job = person.paint(&order, "key").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    assert_eq!(sent(&app).await["background"], "transparent");
    let variation = job["variations"][0].as_str().expect("a variation");
    let file = person
        .get(&format!("/media/variations/{variation}/composed"))
        .await
        .body;
    let raw = person.get(&format!("/media/variations/{variation}/raw")).await.body;
    let alpha = |file: &[u8]| {
        image::load_from_memory(file)
            .expect("a picture")
            .to_rgba8()
            .pixels()
            .any(|pixel| pixel[3] < 255)
    };
    assert_eq!(alpha(&file), alpha(&raw), "what was transparent is still");
    app.finish().await;
}

/// Narrow changes are planned little, so that less changes unasked; somebody's own word counts more.
#[tokio::test(flavor = "multi_thread")]
async fn a_repaint_is_planned_little_where_the_model_plans() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    let mask = person
        .upload_mask(&source, pictures::mask(320, 240))
        .await
        .text_at("id");
    let quote = async |model: &str, spec: Value, masked: bool| {
        let mut order = order(&source, if masked { "repaint" } else { "restyle" }, model, &spec);
        if masked {
            order["mask_id"] = mask.clone().into();
        }
        let quote = person.post("/api/quotes/create", &order).await.json();
        (
            order,
            quote["used"]["complexity"].clone(),
            quote["quote_micros"].clone(),
        )
    };
    let (repaint, planned, price) = quote("gpt-image-2.6-flare", json!({}), true).await;
    assert_eq!(planned, "low");
    assert_eq!(person.paint(&repaint, "repaint").await["state"], "succeeded");
    assert_eq!(sent(&app).await["complexity"], "low", "as the quote said");
    let (_, planned, own_price) = quote("gpt-image-2.6-flare", json!({"complexity": "high"}), true).await;
    assert_eq!(
        (planned, own_price),
        (json!("high"), price),
        "it has no price of its own"
    );
    assert_eq!(quote("gpt-image-2.6-flare", json!({}), false).await.1, Value::Null);
    assert_eq!(
        quote("gpt-image-2.5-flare", json!({}), true).await.1,
        Value::Null,
        "it does not plan"
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_had_is_refused_with_its_field() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(64, 64)).await;
    let mask = person.upload_mask(&source, pictures::mask(64, 64)).await.text_at("id");
    let cases = [
        (
            "restyle",
            "gpt-image-2.5-flare",
            json!({"complexity": "low"}),
            ErrorCode::ComplexityRefused,
            "complexity",
        ),
        (
            "restyle",
            "gpt-image-2",
            json!({"complexity": "high"}),
            ErrorCode::ComplexityRefused,
            "complexity",
        ),
        (
            "restyle",
            "gpt-image-2",
            json!({"background": "transparent", "format": "jpeg"}),
            ErrorCode::BackgroundRefused,
            "background",
        ),
        (
            "repaint",
            "gpt-image-2",
            json!({"background": "transparent"}),
            ErrorCode::BackgroundRefused,
            "background",
        ),
        (
            "restyle",
            "gpt-image-2",
            json!({"compression": 80}),
            ErrorCode::CompressionRefused,
            "compression",
        ),
        (
            "restyle",
            "gpt-image-2",
            json!({"compression": 101, "format": "webp"}),
            ErrorCode::CompressionRefused,
            "compression",
        ),
        (
            "restyle",
            "gpt-image-2",
            json!({"moderation": "low"}),
            ErrorCode::ModerationRefused,
            "moderation",
        ),
        (
            "repaint",
            "gpt-image-2",
            json!({"moderation": "auto"}),
            ErrorCode::ModerationRefused,
            "moderation",
        ),
    ];
    for (way, model, spec, code, field) in cases {
        println!("{way} {model} {spec}");
        let mut order = order(&source, way, model, &spec);
        if way == "repaint" {
            order["mask_id"] = mask.clone().into();
        }
        for lang in Lang::ALL {
            let reader = person.clone().reading(lang);
            let quoted = reader.post("/api/quotes/create", &order).await;
            quoted.is_fault(code, lang);
            assert!(quoted.json()["fields"][field].is_string(), "{}", quoted.text());
            reader.start(&order, "key").await.is_fault(code, lang);
        }
    }
    for spec in [
        json!({"complexity": "max"}),
        json!({"background": "auto"}),
        json!({"compression": -1}),
        json!({"moderation": "off"}),
    ] {
        let answer = person
            .post(
                "/api/quotes/create",
                &order(&source, "reimagine", "gpt-image-2.6-flare", &spec),
            )
            .await;
        answer.is_fault(ErrorCode::Malformed, Lang::En);
    }
    assert_eq!(app.counters().await["requests"], 0, "nobody was called");
    app.finish().await;
}

/// Azure OpenAI paints the same orders, but for what it does not document.
#[tokio::test(flavor = "multi_thread")]
async fn azure_openai_is_not_sent_what_it_does_not_document() {
    let app = TestApp::with(&[
        ("AZURE_OPENAI_ENDPOINT", "{demo}"),
        ("AZURE_OPENAI_AD_TOKEN", "token"),
        ("AZURE_OPENAI_DEPLOYMENTS", "gpt-image-2.6-flare=brush"),
        ("POCHOIR_ACCESS", "open"),
    ])
    .await;
    let person = app.person();
    let source = person.source(pictures::jpeg(64, 64)).await;
    let cases = [
        (json!({"complexity": "low"}), ErrorCode::ComplexityRefused),
        (json!({"moderation": "low"}), ErrorCode::ModerationRefused),
        (json!({"format": "webp"}), ErrorCode::FormatRefused),
    ];
    for (spec, code) in cases {
        let order = order(&source, "reimagine", "gpt-image-2.6-flare", &spec);
        person.post("/api/quotes/create", &order).await.is_fault(code, Lang::En);
    }
    let mask = person.upload_mask(&source, pictures::mask(64, 64)).await.text_at("id");
    let mut repaint = order(
        &source,
        "repaint",
        "gpt-image-2.6-flare",
        &json!({"background": "opaque"}),
    );
    repaint["mask_id"] = mask.into();
    let quote = person.post("/api/quotes/create", &repaint).await.json();
    assert_eq!(quote["used"]["complexity"], Value::Null, "{quote}");
    // What the address answers is another test's; here it is what arrived there.
    app.play(json!({"path": "/openai/v1/images/edits", "status": 400, "body": {"error": {"message": "x"}}}))
        .await;
    person.paint(&repaint, "key").await;
    let requests = app.requests().await;
    assert_eq!(requests[0]["path"], "/openai/v1/images/edits");
    assert_eq!(requests[0]["key_header"], "authorization", "a token goes as bearer");
    let said = sent(&app).await;
    assert_eq!(
        (&said["model"], &said["background"]),
        (&json!("brush"), &json!("opaque"))
    );
    assert_eq!(
        (&said["safety_identifier"], &said["complexity"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(said["quality"], "low", "always said: its default there is the dearest");
    app.finish().await;
}
