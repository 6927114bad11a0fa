//! The program is killed at moments nobody chose, while people upload, describe, paint and watch, and providers are slow,
//! fail or break off. Each time it is started again, everything that must be so is so: what a provider was paid is in the
//! books, no call was made twice, nothing is held any more, and what was said to be done is there.

use crate::harness::{
    AT_MOST, Person, full, pictures,
    program::{Providers, Running},
    until,
};
use pochoir::server::store::{Money as _, sqlite::SqliteStore};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

/// The same moments and faults in every run; how they meet the program differs all the same.
const SEED: u64 = 2_026;
/// The latest moment of a kill after everybody began.
const LATEST: Duration = Duration::from_millis(1_800);

/// What the server said is done: it must be so for ever.
#[derive(Debug, Default)]
struct Said {
    sources: Vec<String>,
    described: Vec<String>,
    jobs: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_nothing_paid_is_lost_and_nothing_is_paid_twice() {
    let mut chance = StdRng::seed_from_u64(SEED);
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let said = Arc::new(Mutex::new(Said::default()));
    let mut token = None;
    for round in 0..=if full() { 100 } else { 6 } {
        let running = serve(folder.path(), &providers);
        let person = match &token {
            None => running.person(),
            Some(token) => running.person().with("authorization", &format!("Bearer {token}")),
        };
        let anchor = person.source(pictures::png(64 + round, 64)).await;
        token = token.or_else(|| person.cookie("pochoir"));
        let person = running.person().with(
            "authorization",
            &format!("Bearer {}", token.as_deref().expect("a token")),
        );

        everything_is_over(folder.path()).await;
        prove(folder.path(), &providers, &person, &said).await;

        misbehave(&providers, &mut chance).await;
        let people = vec![
            tokio::spawn(look(person.clone(), round, Arc::clone(&said))),
            tokio::spawn(paint(
                person.clone(),
                anchor.clone(),
                format!("Round {round}, at dusk."),
                Arc::clone(&said),
            )),
            tokio::spawn(paint(
                person.clone(),
                anchor.clone(),
                format!("Round {round}, snow."),
                Arc::clone(&said),
            )),
            tokio::spawn(watch(
                person.clone(),
                Duration::from_millis(chance.random_range(0..1_500)),
            )),
        ];
        let latest = u64::try_from(LATEST.as_millis()).expect("short");
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..latest))).await;
        running.kill();
        for work in people {
            work.await.expect("whoever lost the server went home");
        }
    }

    let running = serve(folder.path(), &providers);
    let token = token.expect("a token");
    let person = running.person().with("authorization", &format!("Bearer {token}"));
    everything_is_over(folder.path()).await;
    prove(folder.path(), &providers, &person, &said).await;
    assert_eq!(running.terminate(), Some(0));
    let store = SqliteStore::open(&database(folder.path())).await.expect("the database");
    assert_eq!(store.ledger_check().await.expect("the books"), Vec::<String>::new());
    store.close().await;
}

fn serve(folder: &Path, providers: &Providers) -> Running {
    let vision = providers.address();
    let settings = [
        ("POCHOIR_CONCURRENCY", "2"),
        ("POCHOIR_BUDGET_DAY", "none"),
        ("POCHOIR_BUDGET_MONTH", "none"),
        ("POCHOIR_BUDGET_VISITOR_DAY", "none"),
        ("AZURE_VISION_ENDPOINT", vision.as_str()),
        ("AZURE_VISION_KEY", "vision-key"),
    ];
    Running::serve(folder, &providers.demo, &settings)
}

fn database(folder: &Path) -> PathBuf {
    folder.join("pochoir.db")
}

async fn look_into(folder: &Path) -> SqliteConnection {
    let address = format!("sqlite:{}?mode=ro", database(folder).display());
    SqliteConnection::connect(&address)
        .await
        .expect("a look into the database")
}

async fn number(folder: &Path, question: &'static str) -> i64 {
    let mut db = look_into(folder).await;
    sqlx::query_scalar(question).fetch_one(&mut db).await.expect("a number")
}

/// Nothing is under way any more, and nothing is held.
async fn everything_is_over(folder: &Path) {
    until("every job and every call is over", async || {
        let open = number(
            folder,
            "SELECT (SELECT count(*) FROM jobs WHERE ended_at IS NULL) + (SELECT count(*) FROM calls WHERE settled_at IS NULL)",
        )
        .await;
        (open == 0).then_some(())
    })
    .await;
    let held = number(folder, "SELECT coalesce(sum(reserved), 0) FROM budgets").await;
    assert_eq!(held, 0, "nothing is held without a call");
}

/// What must be so whenever nothing is under way.
async fn prove(folder: &Path, providers: &Providers, person: &Person, said: &Mutex<Said>) {
    let charged = providers.counters().await["spent_micros"].as_i64().expect("a sum");
    let booked = number(folder, "SELECT coalesce(sum(spent), 0) FROM calls").await;
    assert!(booked >= charged, "booked {booked}, the providers counted {charged}");

    let mut calls = BTreeMap::<String, u64>::new();
    // What is asked with GET, at every start, costs nothing.
    let paid = |request: &Value| request["method"] == "POST";
    for request in providers.requests().await.into_iter().filter(paid) {
        *calls.entry(meaning(&request)).or_default() += 1;
    }
    let twice: Vec<_> = calls.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "paid twice: {twice:?}");

    let (sources, described, jobs) = {
        let said = said.lock().expect("what was said");
        (said.sources.clone(), said.described.clone(), said.jobs.clone())
    };
    for source in sources {
        assert_eq!(person.get(&format!("/media/sources/{source}/master")).await.status, 200);
    }
    for source in described {
        let kept = person.get(&format!("/api/descriptions/get?source_id={source}")).await;
        assert!(kept.json()["caption"].is_object(), "{}", kept.text());
    }
    for job in jobs {
        let job = person.get(&format!("/api/jobs/get?id={job}")).await.json();
        let variations = job["variations"].as_array().expect("variations");
        match job["state"].as_str() {
            Some("succeeded") => {
                assert_eq!(variations.len(), 1, "{job}");
                for kind in ["composed", "raw", "preview", "thumb"] {
                    let variation = variations[0].as_str().expect("an id");
                    let picture = person.get(&format!("/media/variations/{variation}/{kind}")).await;
                    assert_eq!(picture.status, 200, "{kind} of {job}");
                }
            }
            Some("unknown") => assert_eq!(job["spent_micros"], job["quote_micros"], "{job}"),
            Some("failed") => assert!(variations.is_empty(), "{job}"),
            _ => panic!("it is not over: {job}"),
        }
    }
}

/// What a request asks for: two that mean the same are the same call, made twice.
fn meaning(request: &Value) -> String {
    let prompt = request["parts"]
        .as_array()
        .and_then(|parts| parts.iter().find(|part| part["name"] == "prompt"))
        .map(|part| part["text"].to_string());
    let picture = request["file"]["sha256"].as_str().map(str::to_owned);
    prompt.or(picture).unwrap_or_else(|| panic!("what is this? {request}"))
}

/// The next requests may be slow, fail or break off.
async fn misbehave(providers: &Providers, chance: &mut StdRng) {
    let path = if chance.random_bool(0.5) {
        "/images/"
    } else {
        "imageanalysis"
    };
    let fault = match chance.random_range(0..5) {
        0 => return,
        1 => json!({ "path": path, "delay_ms": chance.random_range(50..900) }),
        2 => json!({ "path": path, "status": 500, "charge": true }),
        3 => json!({ "path": path, "cut_after_bytes": 900, "charge": true }),
        _ => json!({ "path": path, "status": 400, "delay_ms": chance.random_range(0..300) }),
    };
    providers.play(fault).await;
}

/// A new picture is uploaded and described.
async fn look(person: Person, round: u32, said: Arc<Mutex<Said>>) {
    let upload = person
        .request(Method::POST, "/api/sources")
        .multipart(crate::harness::picture_part(pictures::png(200 + round, 90)));
    let Some(source) = field(upload, 201, "id").await else {
        return;
    };
    said.lock().expect("what was said").sources.push(source.clone());
    let describe = person
        .request(Method::POST, "/api/descriptions/create")
        .json(&json!({ "source_id": source }));
    if field(describe, 200, "source_id").await.is_some() {
        said.lock().expect("what was said").described.push(source);
    }
}

/// A picture is painted.
async fn paint(person: Person, source: String, prompt: String, said: Arc<Mutex<Said>>) {
    let mut order = Person::order(&source, &prompt);
    order["spec"]["size"] = "1024x640".into();
    order["idempotency_key"] = prompt.into();
    let start = person.request(Method::POST, "/api/jobs/start").json(&order);
    if let Some(job) = field(start, 202, "job_id").await {
        said.lock().expect("what was said").jobs.push(job);
    }
}

/// Somebody watches for a while and goes away in the middle.
async fn watch(person: Person, patience: Duration) {
    if let Ok(mut stream) = person.request(Method::GET, "/api/events").send().await {
        let watching = async { while let Ok(Some(_)) = stream.chunk().await {} };
        let _ = tokio::time::timeout(patience.min(AT_MOST), watching).await;
    }
}

/// A field of the answer with this status; nothing when the server refused, or was gone before it answered whole.
async fn field(request: reqwest::RequestBuilder, status: u16, name: &str) -> Option<String> {
    let answer = request.send().await.ok()?;
    let right = answer.status() == status;
    let body = answer.bytes().await.ok()?;
    let json: Value = serde_json::from_slice(&body).ok()?;
    right.then(|| json[name].as_str().map(str::to_owned)).flatten()
}
