//! What is too much, and what takes too long: read as far as agreed, waited for as long as agreed, booked in full.

use super::{
    desk::{Desk, Play},
    *,
};
use std::time::Instant;
use tokio::sync::mpsc;

/// Long enough for the machine, short enough for a test.
const LONGEST: Duration = Duration::from_millis(700);
/// OpenAI at this desk, whose calls may take so long.
fn openai_within(desk: &Desk, longest: Duration) -> Providers {
    let settings = [
        ("OPENAI_API_KEY", CANARY.to_owned()),
        ("OPENAI_BASE_URL", format!("{}/v1", desk.url)),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value));
    let config = Config::load(settings.into_iter(), None).expect("settings");
    let catalogue = catalogue::load(None, TODAY).expect("the catalogue");
    let jitter: Jitter = std::sync::Arc::new(|| 7);
    let rhythm = Rhythm { longest, ..QUICK };
    Providers::build(&config, &catalogue, None, rhythm, &jitter).expect("providers")
}

fn streamed() -> PaintRequest {
    PaintRequest {
        count: 1,
        unfinished: Some(Unfinished {
            count: 1,
            to: mpsc::channel(1).0,
        }),
        ..order()
    }
}

fn edit() -> PaintRequest {
    PaintRequest {
        images: vec![picture(b"png", Format::Png)],
        ..order()
    }
}

/// So many letters; tests end before it matters that they stay.
fn letters(count: usize) -> &'static str {
    "A".repeat(count).leak()
}

async fn too_much(headers: Vec<(&'static str, &'static str)>, piece: &'static str, request: &PaintRequest) {
    let desk = Desk::with([Play::Endless(headers, piece)]).await;
    let fault = paint(&openai_within(&desk, QUICK.longest), request)
        .await
        .expect_err("too much");
    assert_eq!(
        (fault.kind, fault.charge),
        (FaultKind::Broken, Charge::FullQuote),
        "{fault}"
    );
    assert!(fault.detail.contains("longer than"), "{fault}");
    assert_eq!(desk.requests().len(), 1, "it is not sent again");
}

#[tokio::test]
async fn an_answer_without_end_is_read_as_far_as_agreed() {
    let piece = letters(1 << 16);
    for request in [order(), edit(), streamed()] {
        too_much(vec![("content-type", "application/json")], piece, &request).await;
    }
    // One event that does not end, and lines that never become one.
    let line = format!(": {piece}\n").leak();
    for piece in [piece, line] {
        too_much(vec![("content-type", "text/event-stream")], piece, &streamed()).await;
    }
}

#[tokio::test]
async fn an_answer_that_says_it_is_too_long_is_not_begun() {
    let headers = vec![("content-type", "application/json"), ("content-length", "900000000")];
    let started = Instant::now();
    too_much(headers, letters(1 << 10), &order()).await;
    assert!(started.elapsed() < Duration::from_secs(10), "nobody waited for it");
}

#[tokio::test]
async fn an_answer_that_drips_is_given_up_when_its_time_is_over() {
    for (kind, piece, request) in [
        ("application/json", "{", order()),
        ("application/json", " ", edit()),
        ("text/event-stream", ": still here\n\n", streamed()),
    ] {
        let desk = Desk::with([Play::Drip(kind, piece)]).await;
        let started = Instant::now();
        let fault = paint(&openai_within(&desk, LONGEST), &request)
            .await
            .expect_err("too slow");
        assert_eq!(
            (fault.kind, fault.charge),
            (FaultKind::NoAnswer, Charge::FullQuote),
            "{fault}"
        );
        assert!(started.elapsed() >= LONGEST, "it was waited for");
        assert_eq!(desk.requests().len(), 1, "it is not sent again");
    }
}
