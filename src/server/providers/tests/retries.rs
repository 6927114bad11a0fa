//! When a request is sent again, when never, and that a key shows up nowhere.

use super::{
    desk::{Desk, Play, say},
    *,
};
use serde_json::{Value, json};
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::fmt::MakeWriter;

fn error(code: &str, kind: &str) -> Value {
    json!({"error": {"message": format!("about {CANARY}"), "type": kind, "param": null, "code": code}})
}

fn painted() -> Value {
    json!({"data": [{"b64_json": "AAEC"}]})
}

fn wait(milliseconds: &'static str, body: &Value) -> Play {
    Play::Say(429, vec![("retry-after-ms", milliseconds)], body.to_string())
}

async fn fault_and_requests(plays: impl IntoIterator<Item = Play>) -> (Fault, usize) {
    let desk = Desk::with(plays).await;
    let fault = paint(&openai(&desk), &order()).await.expect_err("a fault");
    (fault, desk.requests().len())
}

#[tokio::test]
async fn too_fast_and_overloaded_are_sent_again() {
    let desk = Desk::with([
        wait("3", &error("rate_limit_exceeded", "requests")),
        say(503, &error("server_is_overloaded", "service_unavailable_error")),
        say(200, &painted()),
    ])
    .await;
    let request = PaintRequest {
        images: vec![picture(b"png", Format::Png)],
        ..order()
    };
    let painted = paint(&openai(&desk), &request).await.expect("a picture");
    assert_eq!(painted.usage, None, "usage that is missing is not made up");
    let requests = desk.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests.iter().all(|request| request["parts"] == requests[0]["parts"]),
        "each time in full"
    );
}

#[tokio::test]
async fn it_gives_up_when_its_time_is_over() {
    // Told to wait a little and a little more; then for longer than there is time left.
    let plays = ["1", "2", "1", "119999"].map(|wait_ms| wait(wait_ms, &error("slow_down", "rate_limit_error")));
    let (fault, requests) = fault_and_requests(plays).await;
    assert_eq!(
        (fault.kind, fault.charge, requests),
        (FaultKind::TooFast, Charge::Nothing, 4)
    );
    assert_eq!(fault.retry_after, Some(Duration::from_millis(119_999)), "it is told");
}

#[tokio::test]
async fn a_long_wait_is_told_not_waited() {
    let (fault, requests) = fault_and_requests([wait("120001", &error("rate_limit_exceeded", "requests"))]).await;
    assert_eq!((fault.kind, requests), (FaultKind::TooFast, 1));
    assert_eq!(fault.retry_after, Some(Duration::from_millis(120_001)));
}

#[tokio::test]
async fn a_describer_does_not_let_people_wait() {
    let desk = Desk::with([wait("1", &error("429", "x"))]).await;
    let fault = describe(&azure_vision(&desk, "s1"), Lang::En, false)
        .await
        .expect_err("too fast");
    assert_eq!((fault.kind, desk.requests().len()), (FaultKind::TooFast, 1));
}

#[tokio::test]
async fn what_may_have_been_done_is_never_sent_again() {
    let rows = [
        (say(500, &error("server_error", "server_error")), FaultKind::Broken),
        (Play::Say(503, vec![], "<html>".to_owned()), FaultKind::Broken),
        (Play::Say(200, vec![], "<html>".to_owned()), FaultKind::Broken),
        (Play::Say(200, vec![], String::new()), FaultKind::Broken),
        (Play::Cut(200, r#"{"data":[{"b64_json":"AAEC"#), FaultKind::Broken),
        (Play::Cut(500, "{"), FaultKind::Broken),
        (
            say(200, &json!({"data": [{"url": "http://127.0.0.1/x.png"}]})),
            FaultKind::Broken,
        ),
        (
            Play::Say(307, vec![("location", "/elsewhere")], String::new()),
            FaultKind::Broken,
        ),
    ];
    for (play, kind) in rows {
        let (fault, requests) = fault_and_requests([play]).await;
        assert_eq!(
            (fault.kind, fault.charge, requests),
            (kind, Charge::FullQuote, 1),
            "{}",
            fault.detail
        );
    }
}

#[tokio::test]
async fn an_answer_longer_than_agreed_is_not_read() {
    // 16 MiB and the pictures of the order; a describer's answer is bounded lower.
    let long = "x".repeat(9 * 1024 * 1024);
    let desk = Desk::with([Play::Say(200, vec![], long)]).await;
    let fault = describe(&azure_vision(&desk, "s1"), Lang::En, false)
        .await
        .expect_err("too long");
    assert_eq!((fault.kind, fault.charge), (FaultKind::Broken, Charge::FullQuote));
    assert!(fault.detail.contains("longer than"), "{}", fault.detail);
}

#[tokio::test]
async fn a_connection_that_is_never_made_costs_nothing() {
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address")
    };
    let providers = providers(&[
        ("OPENAI_API_KEY", CANARY),
        ("OPENAI_BASE_URL", &format!("http://{address}/v1")),
    ]);
    let fault = paint(&providers, &order()).await.expect_err("nobody there");
    assert_eq!((fault.kind, fault.charge), (FaultKind::Unreachable, Charge::Nothing));
}

#[tokio::test]
async fn a_connection_that_breaks_after_sending_costs_the_full_quote() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        let mut accepted = 0;
        while let Ok((mut stream, _)) = listener.accept().await {
            accepted += 1;
            let mut buffer = [0; 4096];
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut buffer).await;
            drop(stream);
            if accepted == 2 {
                break;
            }
        }
    });
    let providers = providers(&[
        ("OPENAI_API_KEY", CANARY),
        ("OPENAI_BASE_URL", &format!("http://{address}/v1")),
    ]);
    let fault = paint(&providers, &order()).await.expect_err("no answer");
    assert_eq!((fault.kind, fault.charge), (FaultKind::NoAnswer, Charge::FullQuote));
    assert!(!server.is_finished(), "it was not sent again");
    server.abort();
}

#[tokio::test]
async fn no_credit_stops_everything_at_once() {
    let desk = Desk::with([
        say(429, &error("insufficient_quota", "insufficient_quota")),
        say(200, &painted()),
    ])
    .await;
    let providers = openai(&desk);
    for _ in 0..3 {
        let fault = paint(&providers, &order()).await.expect_err("no credit");
        assert_eq!((fault.kind, fault.charge), (FaultKind::NoCredit, Charge::Nothing));
    }
    assert_eq!(desk.requests().len(), 1, "asked once, then left alone");
    assert_eq!(providers.states()[0].stopped, Some(FaultKind::NoCredit));
}

#[tokio::test]
async fn calls_under_way_are_counted_for_each_provider() {
    let desk = Desk::with((0..5).map(|_| Play::Hang)).await;
    let base = format!("{}/v1", desk.url);
    let providers = Arc::new(providers(&[
        ("OPENAI_API_KEY", CANARY),
        ("OPENAI_BASE_URL", &base),
        ("POCHOIR_CONCURRENCY", "2"),
    ]));
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let providers = providers.clone();
            tokio::spawn(async move { paint(&providers, &order()).await.map(drop) })
        })
        .collect();
    desk.arrived(2).await;
    assert_eq!(providers.states()[0].under_way, 2);
    calls[0].abort();
    calls[1].abort();
    desk.arrived(3).await;
    calls[2].abort();
}

/// Log lines, kept.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the lines").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_key_shows_up_nowhere() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .finish();
    // With a single subscriber alive, tracing lets whichever thread meets a log line first decide whether anybody
    // listens, and other tests' threads do not (tokio-rs/tracing#3611). With two it asks the subscribers.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    // One thread: what the client's own tasks say is caught too.
    let caught = tracing::subscriber::set_default(subscriber);
    let talk = async {
        let mut shown = String::new();
        for status in [400, 401, 403, 404, 429, 500, 503] {
            let desk = Desk::with((0..3).map(|_| say(status, &error("odd", CANARY)))).await;
            let providers = openai(&desk);
            let fault = paint(&providers, &order()).await.expect_err("a fault");
            let failure = crate::server::failure::Failure::from(fault.clone());
            shown = format!(
                "{shown}{fault}{fault:?}{failure:?}{providers:?}{:?}",
                providers.states()
            );
            assert!(desk.requests()[0].to_string().contains(CANARY), "the key is sent");
        }
        let desk = Desk::with([say(401, &error("401", "x"))]).await;
        let fault = describe(&azure_vision(&desk, "s1"), Lang::En, false)
            .await
            .expect_err("a fault");
        format!("{shown}{fault:?}")
    };
    let shown = talk.await;
    drop(caught);
    assert!(!shown.contains("canary"), "{shown}");
    let lines = String::from_utf8_lossy(&lines.0.lock().expect("the lines")).into_owned();
    assert!(lines.contains("a call gave nothing"), "the log was caught: {lines}");
    assert!(!lines.contains("canary"), "{lines}");
}
