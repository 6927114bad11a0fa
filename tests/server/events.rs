//! Event streams: in order, without gaps, resumable, over when they are over.

use crate::harness::{AT_MOST, Person, TestApp, pictures, until};
use futures::StreamExt as _;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// One event as it came over the line.
#[derive(Debug, Clone, PartialEq)]
struct Event {
    id: String,
    name: String,
    data: Value,
}

/// A stream, read event by event.
struct Stream {
    answer: Response,
    text: String,
    ready: VecDeque<Event>,
}

impl Stream {
    async fn open(person: &Person, path: &str, after: Option<&str>) -> Self {
        let mut request = person.request(Method::GET, path);
        if let Some(id) = after {
            request = request.header("last-event-id", id);
        }
        let answer = person.stream(request).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        Self {
            answer,
            text: String::new(),
            ready: VecDeque::new(),
        }
    }

    /// The next event; nothing when the stream ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let chunk = tokio::time::timeout(AT_MOST, self.answer.chunk())
                .await
                .expect("in time");
            let chunk = chunk.expect("an unbroken stream")?;
            self.text.push_str(std::str::from_utf8(&chunk).expect("text"));
            while let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                let field = |name: &str| {
                    block
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(|value| value.trim().to_owned())
                };
                if let (Some(id), Some(name), Some(data)) = (field("id:"), field("event:"), field("data:")) {
                    let data = serde_json::from_str(&data).expect("JSON");
                    self.ready.push_back(Event { id, name, data });
                }
            }
        }
    }

    async fn all(mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}

fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jobs_stream_tells_all_of_it_and_ends() {
    let app = TestApp::start().await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    app.play(json!({ "path": "/images/", "hold": true })).await;
    let job = person
        .start(&Person::order(&source, "At dusk."), "k")
        .await
        .text_at("job_id");
    let path = format!("/api/jobs/{job}/events");
    let mut early = Stream::open(&person, &path, None).await;
    assert_eq!(early.next().await.expect("an event").name, "queued");
    app.held(1).await;
    app.release().await;
    let rest = early.all().await;
    assert_eq!(names(&rest), ["started", "finishing", "succeeded"]);
    let last = rest.last().expect("an event");
    assert_eq!(
        (&last.data["job_id"], &last.data["event"]),
        (&json!(job), &json!("succeeded"))
    );
    assert!(
        last.data["variations"][0].is_string() && last.data["spent_micros"].is_i64(),
        "{last:?}"
    );

    let late = Stream::open(&person, &path, None).await.all().await;
    assert_eq!(names(&late), ["queued", "started", "finishing", "succeeded"]);
    for (at, event) in late.iter().enumerate() {
        assert_eq!(
            (event.id.clone(), &event.data["seq"]),
            ((at + 1).to_string(), &json!(at + 1))
        );
    }
    let resumed = Stream::open(&person, &path, Some("2")).await.all().await;
    assert_eq!(resumed, late[2..]);
    for past in ["4", "99"] {
        let request = person.request(Method::GET, &path).header("last-event-id", past);
        let answer = person.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
    }
    for nonsense in ["x", "-1", "99999999999999999999"] {
        let request = person.request(Method::GET, &path).header("last-event-id", nonsense);
        assert_eq!(person.send(request).await.status, 400, "{nonsense}");
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitors_stream_carries_their_jobs_and_nobody_elses() {
    let app = TestApp::start().await;
    let (mine, other) = (app.person(), app.person());
    let source = mine.source(pictures::jpeg(640, 480)).await;
    let theirs = other.source(pictures::png(640, 400)).await;
    let mut stream = Stream::open(&mine, "/api/events", None).await;
    let mut foreign = Stream::open(&other, "/api/events", None).await;
    other.paint(&Person::order(&theirs, "At night."), "theirs").await;
    let first = mine.paint(&Person::order(&source, "At dusk."), "a").await;
    let second = mine.paint(&Person::order(&source, "Snow."), "b").await;
    let jobs = [first["id"].clone(), second["id"].clone()];
    let mut seen = Vec::new();
    while seen.len() < 8 {
        seen.push(stream.next().await.expect("an event"));
    }
    assert!(
        seen.iter().all(|event| jobs.contains(&event.data["job_id"])),
        "{seen:?}"
    );
    let ids: Vec<i64> = seen.iter().map(|event| event.id.parse().expect("a number")).collect();
    assert!(
        ids.is_sorted() && ids.windows(2).all(|pair| pair[0] != pair[1]),
        "{ids:?}"
    );
    let resumed = {
        let mut stream = Stream::open(&mine, "/api/events", Some(&seen[3].id)).await;
        let mut events = Vec::new();
        while events.len() < 4 {
            events.push(stream.next().await.expect("an event"));
        }
        events
    };
    assert_eq!(resumed, seen[4..]);
    let events = [
        foreign.next().await,
        foreign.next().await,
        foreign.next().await,
        foreign.next().await,
    ];
    assert!(
        events
            .iter()
            .flatten()
            .all(|event| !jobs.contains(&event.data["job_id"]))
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_job_says_why_in_the_watchers_language() {
    let app = TestApp::start().await;
    let person = app.person().with("accept-language", "fr");
    let source = person.source(pictures::jpeg(640, 480)).await;
    app.play(json!({ "path": "/images/", "status": 500, "times": 1 })).await;
    let job = person
        .start(&Person::order(&source, "At dusk."), "k")
        .await
        .text_at("job_id");
    let events = Stream::open(&person, &format!("/api/jobs/{job}/events"), None)
        .await
        .all()
        .await;
    let last = events.last().expect("an event");
    assert_eq!(last.name, "failed");
    let code = last.data["error"]["code"]
        .as_str()
        .and_then(pochoir::api::ErrorCode::from_code)
        .expect("a code");
    assert_eq!(
        last.data["error"]["message"],
        code.sentence(pochoir::domain::text::Lang::Fr)
    );
    app.finish().await;
}

/// What nobody listens to costs nothing, and whoever stops listening is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_nobody_yet_hears_silence() {
    let app = TestApp::start().await;
    let stranger = app.person();
    let answer = stranger.stream(stranger.request(Method::GET, "/api/events")).await;
    assert_eq!(
        (answer.status().as_u16(), answer.headers().contains_key("set-cookie")),
        (200, false)
    );
    drop(answer);
    until("the stream is forgotten", async || {
        (app.app.events.receiver_count() == 0).then_some(())
    })
    .await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_when_the_server_stops() {
    let app = TestApp::start().await;
    let person = app.person();
    person.source(pictures::jpeg(640, 480)).await;
    let visitor = person.stream(person.request(Method::GET, "/api/events")).await;
    let nobody = app.person();
    let silent = nobody.stream(nobody.request(Method::GET, "/api/events")).await;
    app.stop();
    for answer in [visitor, silent] {
        let rest = answer.bytes_stream().collect::<Vec<_>>();
        let rest = tokio::time::timeout(std::time::Duration::from_secs(5), rest)
            .await
            .expect("the stream ends");
        assert!(rest.iter().all(Result::is_ok), "and not by breaking off");
    }
    app.finish().await;
}
