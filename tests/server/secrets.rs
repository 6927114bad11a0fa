//! Keys go to their provider and nowhere else.

use crate::harness::{Person, TestApp, pictures};
use serde_json::json;
use std::{
    io::Write,
    sync::{Arc, Mutex},
};
use tracing_subscriber::fmt::MakeWriter;

const CANARIES: [&str; 2] = ["sk-canary-5f3a9c0e7b1d4a6f", "vision-canary-8e2d7c4b9a1f6035"];

/// Every line that is logged on the threads of one runtime, at the most talkative level.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().expect("the log"))
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn has(bytes: &[u8], canary: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(canary)
}

#[test]
fn keys_and_tokens_are_in_no_answer_no_log_and_no_database() {
    let log = Log::default();
    let lines = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    // Only this runtime's threads are listened to: to listen to the other tests too holds all of them up.
    let lines = tracing::Dispatch::new(lines);
    // While there is one listener only, what is first met on a thread without it counts as unheard everywhere
    // (`Dispatchers::has_just_one` of tracing-core). So there are two.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let _listening = tracing::dispatcher::set_default(&lines);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_start(move || std::mem::forget(tracing::dispatcher::set_default(&lines)))
        .build()
        .expect("a runtime");
    let token = runtime.block_on(the_whole_job());
    let log = log.take();
    for line in ["pochoir::server::http", "pochoir::server::providers"] {
        assert!(has(&log, line), "{line} was not listened to");
    }
    for canary in CANARIES.into_iter().chain([token.as_str()]) {
        assert!(!has(&log, canary), "{canary} is in the log");
    }
}

/// Describes, fails in several ways, paints and looks at pages, and looks for the canaries in all of it. Gives the token of
/// whoever did so.
async fn the_whole_job() -> String {
    let [openai, vision] = CANARIES;
    let app = TestApp::with(&[
        ("OPENAI_API_KEY", openai),
        ("OPENAI_BASE_URL", "{demo}/v1"),
        ("AZURE_VISION_ENDPOINT", "{demo}"),
        ("AZURE_VISION_KEY", vision),
        ("POCHOIR_ACCESS", "open"),
    ])
    .await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    let token = person.cookie("pochoir").expect("a cookie");
    let mut answers = Vec::new();
    answers.push(
        person
            .post("/api/descriptions/create", &json!({ "source_id": source }))
            .await,
    );
    for fault in [
        json!({ "path": "/images/", "status": 401, "body": { "error": { "message": "Incorrect API key", "code": "invalid_api_key" } } }),
        json!({ "path": "/images/", "status": 500, "body": "broken" }),
        json!({ "path": "/images/", "cut_after_bytes": 10 }),
    ] {
        app.play(fault.clone()).await;
        let started = person
            .start(&Person::order(&source, &fault.to_string()), &fault.to_string())
            .await;
        let job = person.over(&started.text_at("job_id")).await;
        assert!(!CANARIES.iter().any(|canary| job.to_string().contains(canary)), "{job}");
        answers.push(started);
    }
    let job = person.paint(&Person::order(&source, "At dusk."), "fine").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    for path in [
        "/",
        "/library",
        "/privacy",
        "/readyz",
        "/api/session/get",
        "/api/catalogue/get",
        "/nowhere",
    ] {
        answers.push(person.get(path).await);
    }
    answers.push(person.get(&format!("/studio/{source}")).await);
    answers.push(person.get("/api/jobs/get?id=x").await);
    assert!(
        app.counters().await["requests"]
            .as_u64()
            .is_some_and(|count| count >= 5),
        "the providers were called"
    );
    for canary in CANARIES.into_iter().chain([token.as_str()]) {
        for answer in &answers {
            assert!(
                !has(&answer.body, canary),
                "{canary} is in an answer: {}",
                answer.text()
            );
            assert!(answer.headers.values().all(|value| !has(value.as_bytes(), canary)));
        }
        assert!(!has(&app.database_bytes(), canary), "{canary} is in the database");
        assert!(!format!("{:?}", app.app).contains(canary), "{canary} can be printed");
        assert!(
            !app.app.config.describe().contains(canary),
            "{canary} is in check-config"
        );
    }
    app.finish().await;
    token
}
