//! One key, one job: in parallel, for a day, for the same order only.

use crate::harness::{Person, TestApp, pictures};
use pochoir::{api::ErrorCode, domain::text::Lang, server::clock::StoppedClock};
use std::{sync::Arc, time::Duration};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_bound_after_twenty_three_hours_too() {
    let clock = StoppedClock::at("2026-11-22T12:00:00Z".parse().expect("a moment"));
    let app = TestApp::at(Arc::new(clock.clone()), &[]).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let order = Person::order(&source, "At dusk.");
    let starts = futures::future::join_all((0..50).map(|_| person.start(&order, "same"))).await;
    let first = starts[0].json();
    for answer in &starts {
        assert_eq!(answer.status, 202, "{}", answer.text());
        assert_eq!(answer.json()["job_id"], first["job_id"]);
    }
    person.over(first["job_id"].as_str().expect("a job")).await;
    assert_eq!(app.counters().await["charged"], 1);

    clock.advance(Duration::from_hours(23));
    let starts = futures::future::join_all((0..50).map(|_| person.start(&order, "same"))).await;
    for answer in starts {
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["job_id"]),
            (202, &first["job_id"])
        );
    }
    let other = person.start(&Person::order(&source, "Snow."), "same").await;
    other.is_fault(ErrorCode::IdempotencyConflict, Lang::En);
    assert_eq!(app.counters().await["charged"], 1, "one call, one answer");
    app.finish().await;
}
