//! Starts that come all at once against room for few: the cap holds whoever comes first, and nobody who fits is refused.

use crate::harness::{Person, TestApp, full, pictures};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pochoir::server::clock::StoppedClock;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Starts at once.
const STARTS: usize = 200;
/// People who share them.
const PEOPLE: usize = 20;
/// Calls that are under way at once: as many as `POCHOIR_CONCURRENCY` is by itself.
const AT_ONCE: usize = 4;
const DAY: Duration = Duration::from_hours(24);

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_starts_at_once_with_room_for_none() {
    story(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_starts_at_once_with_room_for_one() {
    story(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_starts_at_once_with_room_for_seven() {
    story(7).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_starts_at_once_with_room_for_a_hundred() {
    story(100).await;
}

/// Every order of a round, each for a text of its own and of the same length, so that all cost the same.
fn order(source: &str, round: usize, number: usize) -> Value {
    let mut order = Person::order(source, &format!("Round {round:02}, picture {number:03}."));
    order["way"] = "reimagine".into();
    order
}

/// An answer that takes no painting: what is counted here is calls.
fn answer() -> Value {
    json!({
        "created": 1,
        "data": [{ "b64_json": STANDARD.encode(pictures::png(64, 64)) }],
        "usage": {
            "input_tokens": 10, "input_tokens_details": { "text_tokens": 10, "image_tokens": 0 },
            "output_tokens": 100, "output_tokens_details": { "text_tokens": 0, "image_tokens": 100 }, "total_tokens": 110
        }
    })
}

async fn price() -> i64 {
    let app = TestApp::with(&KEY).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(64, 64)).await;
    let quote = person.post("/api/quotes/create", &order(&source, 0, 0)).await.json();
    app.finish().await;
    quote["quote_micros"].as_i64().expect("a quote")
}

const KEY: [(&str, &str); 2] = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", "{demo}/v1")];

/// Rounds of starts at once, each on a day of its own. The provider answers nobody before all starts were answered, so
/// that none is settled for less and makes room. In every second round some calls fail: then there may be fewer pictures,
/// but never more calls.
async fn story(room: usize) {
    let price = price().await;
    let cap = price * i64::try_from(room).expect("small") + price - 1;
    let cap = format!("{}.{:06}", cap / 1_000_000, cap % 1_000_000);
    let clock = StoppedClock::at("2026-11-22T08:00:00Z".parse().expect("a moment"));
    let settings = [
        KEY[0],
        KEY[1],
        ("POCHOIR_BUDGET_DAY", cap.as_str()),
        ("POCHOIR_BUDGET_MONTH", "none"),
        ("POCHOIR_BUDGET_VISITOR_DAY", "none"),
    ];
    let app = TestApp::at(Arc::new(clock.clone()), &settings).await;
    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        let person = app.person();
        let source = person.source(pictures::jpeg(64, 64)).await;
        people.push((person, source));
    }
    for round in 0..if full() { 50 } else { 2 } {
        let failing = round % 2 == 1;
        app.reset().await;
        let mut first = json!({ "path": "/images/", "hold": true, "times": AT_ONCE });
        if failing {
            first["status"] = 500.into();
        } else {
            first["body"] = answer();
        }
        app.play(json!([first, { "path": "/images/", "times": 0, "body": answer() }]))
            .await;

        let starts = (0..STARTS).map(|number| {
            let (person, source) = &people[number % PEOPLE];
            let order = order(source, round, number);
            let key = format!("{round}-{number}");
            async move { (number, person.start(&order, &key).await) }
        });
        let mut started = Vec::new();
        for (number, answer) in futures::future::join_all(starts).await {
            match answer.status.as_u16() {
                202 => started.push((number, answer.text_at("job_id"))),
                402 => assert_eq!(answer.text_at("code"), "over_budget"),
                _ => panic!("{}", answer.text()),
            }
        }
        assert_eq!(
            started.len(),
            room,
            "round {round}: whoever fits is let in, nobody else"
        );

        let held = room.min(AT_ONCE);
        app.held(held as u64).await;
        app.release().await;
        let mut succeeded = 0;
        for (number, job) in &started {
            let over = people[number % PEOPLE].0.over(job).await;
            succeeded += usize::from(over["state"] == "succeeded");
            assert!(over["spent_micros"].as_i64() <= Some(price), "{over}");
        }
        let counters = app.counters().await;
        assert_eq!(
            counters["requests"], room,
            "round {round}: one call for each reservation"
        );
        let failed = if failing { held } else { 0 };
        assert_eq!(succeeded, room - failed, "round {round}");
        app.assert_books().await;
        clock.advance(DAY);
    }
    app.finish().await;
}
