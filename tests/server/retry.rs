//! What a person can do about a job: stop it and hear what that saved, try it again, and choose a successor when its model ended.

use crate::harness::{Person, TestApp, pictures};
use pochoir::{
    api::ErrorCode,
    domain::{
        money::Micros,
        text::{Lang, number},
    },
    server::clock::StoppedClock,
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_says_what_it_saved() {
    // One place: whoever comes second waits.
    let app = TestApp::with(&[("POCHOIR_CONCURRENCY", "1")]).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    app.play(json!({ "path": "/images/", "hold": true })).await;
    let running = person
        .start(&Person::order(&source, "At dusk."), "one")
        .await
        .text_at("job_id");
    app.held(1).await;
    let waiting = person
        .start(&Person::order(&source, "Snow."), "two")
        .await
        .text_at("job_id");

    let stopped = person.post("/api/jobs/cancel", &json!({ "id": waiting })).await.json();
    assert_eq!(stopped["state"], "cancelled", "{stopped}");
    let quote = stopped["quote_micros"].as_i64().expect("a quote");
    assert_eq!(
        (&stopped["cancelled"]["saved_micros"], &stopped["cancelled"]["sent"]),
        (&json!(quote), &json!(false))
    );
    let message = stopped["cancelled"]["message"].as_str().expect("words");
    assert!(message.contains(&number::money(Lang::En, Micros(quote))), "{message}");

    let french = person.clone().reading(Lang::Fr);
    let late = french.post("/api/jobs/cancel", &json!({ "id": running })).await.json();
    assert_eq!(
        (&late["state"], &late["cancelled"]["sent"]),
        (&json!("running"), &json!(true))
    );
    assert_eq!(late["cancelled"]["saved_micros"], 0);
    let message = late["cancelled"]["message"].as_str().expect("words");
    assert!(
        message.contains("facturée") && message.contains("conservé"),
        "{message}"
    );
    app.release().await;
    let kept = person.over(&running).await;
    assert_eq!(kept["state"], "succeeded", "what is paid for is kept: {kept}");
    assert_eq!(kept["variations"].as_array().map(Vec::len), Some(1));
    app.finish().await;
}

/// The built-in catalogue, in which one model ends on the first of December.
fn ending() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let built_in = include_str!("../../src/server/providers/catalogue.toml");
    let name = "id = \"gpt-image-2.5-flare\"\n";
    assert!(built_in.contains(name));
    let ends = format!("{name}ends = \"2026-12-01\"\nsuccessor = \"gpt-image-2.6-sunburst\"\n");
    let path = folder.path().join("catalogue.toml");
    std::fs::write(&path, built_in.replacen(name, &ends, 1)).expect("a file");
    let path = path.display().to_string();
    (folder, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_ended_proposes_its_successor_with_its_price() {
    let (_folder, catalogue) = ending();
    let clock = StoppedClock::at("2026-11-22T12:00:00Z".parse().expect("a moment"));
    let app = TestApp::at(Arc::new(clock.clone()), &[("POCHOIR_CATALOGUE", &catalogue)]).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    app.play(json!({ "path": "/images/", "status": 400, "body": { "error": { "message": "no" } } }))
        .await;
    let order = Person::order(&source, "At dusk.");
    let failed = person.paint(&order, "first").await;
    assert_eq!(failed["state"], "failed", "{failed}");

    clock.advance(Duration::from_hours(24 * 14));
    let ask = json!({ "id": failed["id"] });
    let refused = person.post("/api/jobs/retry", &ask).await;
    refused.is_fault(ErrorCode::ModelEnded, Lang::En);
    let proposal = &refused.json()["proposal"];
    assert_eq!(proposal["model"], "gpt-image-2.6-sunburst", "{proposal}");
    let quoted = person.post("/api/quotes/create", &order).await;
    quoted.is_fault(ErrorCode::ModelEnded, Lang::En);
    assert_eq!(&quoted.json()["proposal"], proposal);
    let jobs = person.get(&format!("/api/jobs/list?source_id={source}")).await.json();
    assert_eq!(jobs.as_array().map(Vec::len), Some(1), "nothing was started: {jobs}");

    let accept = json!({ "id": failed["id"], "model": proposal["model"] });
    let again = person.post("/api/jobs/retry", &accept).await;
    assert_eq!(again.status, 202, "{}", again.text());
    let job = person.over(&again.text_at("id")).await;
    assert_eq!(job["state"], "succeeded", "{job}");
    assert_eq!(job["order"]["spec"]["model"], proposal["model"]);
    assert_eq!(job["quote_micros"], proposal["quote_micros"], "the price that was said");
    assert_eq!(job["order"]["prompt"], "At dusk.");
    let unknown = json!({ "id": failed["id"], "model": "no-such-model" });
    let unknown: Value = person.post("/api/jobs/retry", &unknown).await.json();
    assert_eq!(unknown["code"], "model_unknown");
    app.finish().await;
}
