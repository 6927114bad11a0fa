//! Trouble of our own: a job comes back with growing pauses, ends for nothing before it was sent, and never loses an answer.

use crate::harness::{Person, TestApp, pictures, until};
use bytes::Bytes;
use pochoir::server::{clock::StoppedClock, store::BlobKey};
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// Longer than any pause.
const LATER: Duration = Duration::from_mins(11);

async fn blobs(app: &TestApp) -> Vec<BlobKey> {
    app.app.blobs.list().await.expect("the blobs")
}

/// Loses a blob as a broken disk does; gives its bytes.
async fn lose(app: &TestApp, key: &BlobKey) -> Bytes {
    let bytes = app.app.blobs.get(key).await.expect("its bytes");
    app.app.blobs.delete(key).await.expect("gone");
    bytes
}

/// Turns the clock on and wakes the worker, until the job is over.
async fn pass_time(app: &TestApp, clock: &StoppedClock, person: &Person, job: &str) -> serde_json::Value {
    until("the job is over", async || {
        clock.advance(LATER);
        app.app.wake.notify_one();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let job = person.get(&format!("/api/jobs/get?id={job}")).await.json();
        let open = matches!(job["state"].as_str(), Some("queued" | "running"));
        (!open).then_some(job)
    })
    .await
}

fn stopped() -> StoppedClock {
    StoppedClock::at("2026-11-22T00:10:00Z".parse().expect("a moment"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_prepared_is_tried_five_times_and_costs_nothing() {
    let clock = stopped();
    let app = TestApp::at(Arc::new(clock.clone()), &[]).await;
    let person = app.person();
    let source = person.upload(pictures::jpeg(640, 480)).await.json();
    let master = BlobKey(source["sha256"].as_str().expect("a hash").to_owned());
    let bytes = lose(&app, &master).await;
    let order = Person::order(source["id"].as_str().expect("an id"), "At dusk.");
    let job = person.start(&order, "first").await.text_at("job_id");
    let ended = pass_time(&app, &clock, &person, &job).await;
    assert_eq!((&ended["state"], &ended["spent_micros"]), (&json!("failed"), &json!(0)));
    assert_eq!(ended["error"]["code"], "gave_up", "{ended}");
    assert_eq!(app.counters().await["by_path"]["/v1/images/edits"], json!(null));
    let tries = person.get(&format!("/api/jobs/{job}/events")).await.text();
    assert_eq!(
        tries.matches("event: queued").count(),
        5,
        "started, and back four times: {tries}"
    );

    app.app.blobs.put(bytes, "image/jpeg").await.expect("back");
    let again = person.post("/api/jobs/retry", &json!({ "id": job })).await;
    assert_eq!(again.status, 202, "{}", again.text());
    assert_eq!(person.over(&again.text_at("id")).await["state"], "succeeded");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_that_passes_is_not_noticed() {
    let clock = stopped();
    let app = TestApp::at(Arc::new(clock.clone()), &[]).await;
    let person = app.person();
    let source = person.upload(pictures::jpeg(640, 480)).await.json();
    let master = BlobKey(source["sha256"].as_str().expect("a hash").to_owned());
    let bytes = lose(&app, &master).await;
    let order = Person::order(source["id"].as_str().expect("an id"), "At dusk.");
    let job = person.start(&order, "first").await.text_at("job_id");
    until("it came back", async || {
        let events = app.app.store.count_open().await.expect("jobs");
        let seen = person.get(&format!("/api/jobs/get?id={job}")).await.json()["state"] == "queued";
        (seen && !events.is_empty() && app.counters().await["in_flight"] == 0).then_some(())
    })
    .await;
    app.app.blobs.put(bytes, "image/jpeg").await.expect("back");
    assert_eq!(pass_time(&app, &clock, &person, &job).await["state"], "succeeded");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_composed_is_published_as_it_came() {
    let clock = stopped();
    let app = TestApp::at(Arc::new(clock.clone()), &[]).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let before = blobs(&app).await;
    let mask = person
        .upload_mask(&source, pictures::mask(640, 480))
        .await
        .text_at("id");
    let after = blobs(&app).await;
    let stored = after.iter().find(|key| !before.contains(key)).expect("the mask");

    let mut order = Person::order(&source, "Snow.");
    order["way"] = "repaint".into();
    order["mask_id"] = mask.into();
    app.play(json!({ "path": "/images/", "hold": true })).await;
    let job = person.start(&order, "first").await.text_at("job_id");
    app.held(1).await;
    // Sent with its mask; when the answer comes the mask cannot be read any more.
    let bytes = lose(&app, stored).await;
    app.release().await;
    let ended = pass_time(&app, &clock, &person, &job).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    assert!(ended["spent_micros"].as_i64() > Some(0), "{ended}");
    assert_eq!(app.counters().await["charged"], 1, "asked once");
    let id = ended["variations"][0].as_str().expect("what was paid for").to_owned();
    let variation = person.get(&format!("/api/variations/get?id={id}")).await.json();
    assert_eq!(variation["after_care"]["whole"], true, "and it says so: {variation}");
    let raw = person.get(&format!("/media/variations/{id}/raw")).await;
    assert_eq!(raw.status, 200);

    // Once the mask is back, the same answer is set in after all, for nothing.
    app.app.blobs.put(bytes, "image/png").await.expect("back");
    let set_in = person
        .post("/api/variations/recompose", &json!({ "id": id }))
        .await
        .json();
    assert_eq!(set_in["protected_changed"], 0, "{set_in}");
    assert_eq!((&set_in["width"], &set_in["height"]), (&json!(640), &json!(480)));
    app.finish().await;
}
