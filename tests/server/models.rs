//! Models come and go: what ended explains itself, what ends soon is marked, what a vendor says is heard, and what nobody knows is
//! refused.

use crate::harness::{Person, TestApp, pictures};
use pochoir::{
    api::ErrorCode,
    domain::{catalogue::Model, spec::ProviderName, text::Lang},
    server::clock::StoppedClock,
};
use serde_json::{Value, json};
use std::sync::Arc;

async fn at(moment: &str) -> TestApp {
    let clock = StoppedClock::at(moment.parse().expect("a moment"));
    TestApp::at(Arc::new(clock), &[]).await
}

async fn listed(person: &Person, id: &str) -> Value {
    let catalogue = person.get("/api/catalogue/get").await.json();
    let models = catalogue["models"].as_array().expect("models");
    models
        .iter()
        .find(|model| model["id"] == id)
        .expect("it is listed")
        .clone()
}

fn order(source: &str, model: &str) -> Value {
    let mut order = Person::order(source, "At dusk.");
    order["spec"]["model"] = model.into();
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_explains_itself_and_names_its_successor() {
    let app = at("2026-11-23T12:00:00Z").await;
    let person = app.person();
    let source = person.source(pictures::jpeg(64, 64)).await;
    for (id, ends, successor) in [
        ("dall-e-3", "2026-05-12", "gpt-image-2.6-sunburst"),
        ("dall-e-2", "2026-05-12", "gpt-image-2.6-flare"),
        ("gpt-image-1", "2026-10-23", "gpt-image-2.6-sunburst"),
        ("gpt-image-1.5", "2026-12-01", "gpt-image-2.6-sunburst"),
        ("gpt-image-1-mini", "2026-12-01", "gpt-image-2.6-flare"),
        ("chatgpt-image-latest", "2026-12-01", "gpt-image-2.6-sunburst"),
    ] {
        for lang in Lang::ALL {
            let reader = person.clone().reading(lang);
            let refused = reader.post("/api/quotes/create", &order(&source, id)).await;
            refused.is_fault(ErrorCode::ModelEnded, lang);
            let message = refused.text_at("message");
            for part in [id, ends, successor] {
                assert!(message.contains(part), "{message}");
            }
            assert_eq!(refused.json()["proposal"]["model"], successor);
            assert!(refused.json()["fields"]["model"].is_string());
            reader
                .start(&order(&source, id), "key")
                .await
                .is_fault(ErrorCode::ModelEnded, lang);
        }
        let model = listed(&person, id).await;
        assert_eq!((&model["ends"], &model["successor"]), (&json!(ends), &json!(successor)));
        assert_eq!(model["qualities"], json!([]), "it cannot be chosen");
        let soon = if ends == "2026-12-01" { json!(8) } else { Value::Null };
        assert_eq!(model["ends_in_days"], soon, "{id}");
    }
    for id in ["gpt-image-2.5", "gpt-image-2.6", "gpt-image-3", "auto", ""] {
        let refused = person.post("/api/quotes/create", &order(&source, id)).await;
        refused.is_fault(ErrorCode::ModelUnknown, Lang::En);
    }
    assert_eq!(app.counters().await["requests"], 0);
    app.finish().await;
}

/// The vendor is asked over the wire, as the server asks at its start.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_the_vendor_names_is_merged_and_never_brings_a_model_back() {
    let app = at("2026-11-23T12:00:00Z").await;
    let person = app.person();
    let source = person.source(pictures::jpeg(64, 64)).await;
    let painter = app.app.providers.painter(None).expect("a painter");
    let list = json!({"object": "list", "data": [
        {"id": "gpt-image-2-2026-04-21", "object": "model", "created": 1, "owned_by": "system", "shutdown_date": "2027-01-10"},
        {"id": "gpt-image-2.6-flare", "object": "model", "created": 1, "owned_by": "system", "shutdown_date": "2026-11-23"},
        {"id": "gpt-image-1", "object": "model", "created": 1, "owned_by": "system", "shutdown_date": "2031-01-01"},
        {"id": "gpt-image-2.5-flare", "object": "model", "created": 1, "owned_by": "system", "shutdown_date": null},
    ]});
    app.play(json!({"path": "/v1/models", "body": list})).await;
    let told = painter.endings().await.expect("a list");
    assert_eq!(told.len(), 3, "{told:?}");
    app.app.providers.endings.learn(ProviderName::Demo, told);

    let model = listed(&person, "gpt-image-2").await;
    assert_eq!(
        (&model["ends"], &model["ends_in_days"]),
        (&json!("2027-01-10"), &json!(48))
    );
    assert!(
        model["qualities"]
            .as_array()
            .is_some_and(|qualities| !qualities.is_empty()),
        "it can be ordered until then"
    );
    let quoted = person.post("/api/quotes/create", &order(&source, "gpt-image-2")).await;
    assert_eq!(quoted.status, 200, "{}", quoted.text());
    let refused = person
        .post("/api/quotes/create", &order(&source, "gpt-image-2.6-flare"))
        .await;
    refused.is_fault(ErrorCode::ModelEnded, Lang::En);
    assert!(refused.text_at("message").contains("2026-11-23"), "{}", refused.text());
    assert_eq!(listed(&person, "gpt-image-2.6-flare").await["qualities"], json!([]));
    let still = person.post("/api/quotes/create", &order(&source, "gpt-image-1")).await;
    still.is_fault(ErrorCode::ModelEnded, Lang::En);
    assert_eq!(listed(&person, "gpt-image-2.5-flare").await["ends"], Value::Null);
    let page = person.get(&format!("/studio/{source}")).await.text();
    assert!(page.contains("(until January"), "the studio says it");
    app.finish().await;
}

/// A vendor that cannot be asked changes nothing and stops nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_does_not_say_changes_nothing() {
    let app = at("2026-11-23T12:00:00Z").await;
    let painter = app.app.providers.painter(None).expect("a painter");
    for fault in [
        json!({"status": 401, "body": {"error": {"message": "x", "code": "invalid_api_key"}}}),
        json!({"status": 403, "body": {"error": {"message": "Missing scopes"}}}),
        json!({"status": 429, "body": {"error": {"message": "x", "code": "insufficient_quota"}}}),
        json!({"status": 500}),
        json!({"body": "<html>"}),
        json!({"body": {"data": [{}]}}),
        json!({"body": {"data": []}, "cut_after_bytes": 3}),
    ] {
        let mut fault = fault;
        fault["path"] = "/v1/models".into();
        app.play(fault.clone()).await;
        painter.endings().await.expect_err("nothing was said");
        assert_eq!(app.app.providers.states()[0].stopped, None, "painting goes on: {fault}");
    }
    let person = app.person();
    let source = person.source(pictures::jpeg(64, 64)).await;
    let quoted = person.post("/api/quotes/create", &order(&source, "gpt-image-2")).await;
    assert_eq!(quoted.status, 200, "{}", quoted.text());
    app.finish().await;
}

/// Somebody's file that misses the new flags offers less, never more.
#[test]
fn a_model_without_flags_takes_no_more_than_it_says() {
    let catalogue = pochoir::server::providers::catalogue::load(None, "2026-11-23").expect("the catalogue");
    let mut json = serde_json::to_value(catalogue.model("gpt-image-2.6-flare").expect("a model")).expect("JSON");
    for flag in ["complexity", "transparent", "moderation"] {
        json.as_object_mut().expect("an object").remove(flag);
    }
    let model: Model = serde_json::from_value(json).expect("a model");
    assert!(!model.complexity && !model.transparent && !model.moderation);
}

/// The program itself: it asks at its start, without being asked to and without anybody waiting for it.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_program_asks_at_its_start() {
    use crate::harness::{
        program::{Providers, Running},
        until,
    };
    let providers = Providers::start().await;
    let list = json!({"data": [{"id": "gpt-image-2", "shutdown_date": "2026-01-01"}]});
    providers
        .play(json!({"path": "/v1/models", "body": list, "hold": true}))
        .await;
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::serve(folder.path(), &providers.demo, &[]);
    let person = running.person();
    providers.held(1).await;
    assert_eq!(
        listed(&person, "gpt-image-2").await["ends"],
        Value::Null,
        "it serves meanwhile"
    );
    providers.release().await;
    let ended = until("the vendor was heard", async || {
        let model = listed(&person, "gpt-image-2").await;
        model["ends"].is_string().then_some(model)
    })
    .await;
    assert_eq!(
        (&ended["ends"], &ended["qualities"]),
        (&json!("2026-01-01"), &json!([]))
    );
    let source = person.source(pictures::jpeg(64, 64)).await;
    let refused = person.post("/api/quotes/create", &order(&source, "gpt-image-2")).await;
    refused.is_fault(ErrorCode::ModelEnded, Lang::En);
    assert_eq!(
        providers.counters().await["by_path"]["/v1/models"],
        1,
        "once, for today"
    );
    assert_eq!(running.terminate(), Some(0));
}
