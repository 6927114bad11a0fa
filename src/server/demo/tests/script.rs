//! The fault script.

use super::*;
use serde_json::json;

async fn get(app: &Router, path: &str) -> Value {
    send(app, Request::get(path).body(Body::empty()).expect("a request"))
        .await
        .json()
}

async fn models(app: &Router) -> Answer {
    let request = Request::get("/v1/models").header(header::AUTHORIZATION, "Bearer secret-key");
    send(app, request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn the_script_is_there_only_when_asked_for() {
    let request = || {
        Request::get("/control/counters")
            .body(Body::empty())
            .expect("a request")
    };
    assert_eq!(send(&server(false), request()).await.status, 404);
    assert_eq!(send(&server(true), request()).await.status, 200);
}

#[tokio::test]
async fn faults_meet_requests_in_their_order_and_by_path() {
    let app = server(true);
    let faults = json!([
        { "path": "/images/", "status": 500 },
        { "status": 429, "headers": { "retry-after": "7" }, "body": { "error": { "code": "rate_limit_exceeded" } } },
        { "status": 503, "body": "<html>overloaded</html>" },
    ]);
    assert_eq!(
        post_json(&app, "/control/faults", &faults).await.json(),
        json!({ "queued": 3 })
    );
    let first = models(&app).await;
    assert_eq!(
        (first.status.as_u16(), &first.headers["retry-after"]),
        (429, &"7".parse().expect("a value"))
    );
    let second = models(&app).await;
    assert_eq!(
        (second.status.as_u16(), second.body.as_slice()),
        (503, b"<html>overloaded</html>".as_slice())
    );
    assert_eq!(models(&app).await.status, 200);
    let misspelt = post_json(&app, "/control/faults", &json!({ "stat": 1 })).await;
    assert_eq!(misspelt.status, 422);
    assert_eq!(
        get(&app, "/control/counters").await["by_status"],
        json!({ "200": 1, "429": 1, "503": 1 })
    );
}

#[tokio::test]
async fn requests_are_remembered_without_keys_and_pictures() {
    let app = server(true);
    models(&app).await;
    let mut parts = vec![text("prompt", "é 🦔"), text("nonsense", "1")];
    parts.push(("image", Some(("a b.png", "image/png")), picture(32, 32)));
    post_form(&app, "/v1/images/edits", &parts).await;
    let recorded = get(&app, "/control/requests").await;
    let text = recorded.to_string();
    assert!(
        !text.contains("secret-key") && !text.contains("sk-demo"),
        "keys are never kept"
    );
    let requests = &recorded["requests"];
    assert_eq!(
        (&requests[0]["had_key"], &requests[0]["key_header"]),
        (&json!(true), &json!("authorization"))
    );
    let form = &requests[1]["parts"];
    assert_eq!(
        form[0],
        json!({ "name": "prompt", "filename": null, "content_type": null, "text": "é 🦔" })
    );
    assert_eq!(
        (&form[2]["filename"], &form[2]["content_type"]),
        (&json!("a b.png"), &json!("image/png"))
    );
    assert_eq!(form[2]["file"]["bytes"], json!(picture(32, 32).len()));
    assert_eq!(form[2]["file"]["sha256"].as_str().map(str::len), Some(64));
}

#[tokio::test]
async fn a_held_request_is_answered_once_released() {
    let app = server(true);
    post_json(&app, "/control/faults", &json!({ "hold": true })).await;
    let held = tokio::spawn({
        let app = app.clone();
        async move { models(&app).await.status }
    });
    while get(&app, "/control/counters").await["held"] != 1 {
        tokio::task::yield_now().await;
    }
    assert!(!held.is_finished());
    assert_eq!(
        post_json(&app, "/control/release", &json!({})).await.json(),
        json!({ "released": 1 })
    );
    assert_eq!(held.await.expect("an answer"), 200);
    assert_eq!(get(&app, "/control/counters").await["in_flight"], 0);
}

#[tokio::test]
async fn a_cut_answer_promises_more_than_it_sends() {
    let app = server(true);
    post_json(&app, "/control/faults", &json!({ "cut_after_bytes": 10 })).await;
    let request = Request::get("/v1/models").header(header::AUTHORIZATION, "Bearer k");
    let response = app
        .clone()
        .oneshot(request.body(Body::empty()).expect("a request"))
        .await
        .expect("an answer");
    let promised: usize = response.headers()[header::CONTENT_LENGTH]
        .to_str()
        .expect("text")
        .parse()
        .expect("a number");
    assert!(promised > 10);
    assert!(response.into_body().collect().await.is_err());
}

#[tokio::test]
async fn what_was_painted_is_counted_as_a_vendor_would_charge_it() {
    let app = server(true);
    // Painted and charged, then lost.
    post_json(&app, "/control/faults", &json!({ "status": 500, "charge": true })).await;
    let order = json!({ "model": "gpt-image-2.5-flare", "prompt": "a sea!", "size": SMALL, "quality": "low", "n": 2 });
    assert_eq!(post_json(&app, "/v1/images/generations", &order).await.status, 500);
    post_json(&app, "/control/faults", &json!({ "status": 500 })).await;
    assert_eq!(post_json(&app, "/v1/images/generations", &order).await.status, 500);
    let counters = get(&app, "/control/counters").await;
    let painted = crate::domain::pricing::output_tokens(crate::domain::spec::Size::new(1024, 640), 16) * 2;
    assert_eq!(
        (&counters["requests"], &counters["charged"], &counters["pictures"]),
        (&json!(2), &json!(1), &json!(2))
    );
    assert_eq!(
        (&counters["text_in"], &counters["image_out"]),
        (&json!(4), &json!(painted))
    );
    // $5 and $30 for a million.
    assert_eq!(counters["spent_micros"], json!(4 * 5 + painted * 30));
    post_json(&app, "/control/reset", &json!({})).await;
    assert_eq!(get(&app, "/control/counters").await["requests"], 0);
}
