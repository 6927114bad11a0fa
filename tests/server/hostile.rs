//! Files made to hurt meet the real router. Each is refused in words, or becomes a picture that holds nothing but pixels;
//! never a server error, and everybody else is served as before.
//!
//! How long that takes and how much memory is measured on the release program: `cargo xtask bench hostile`.

mod clean;
mod files;
mod mutations;

use crate::harness::{Person, TestApp, pictures};
use files::Fate;
use mutations::Numbers;
use serde_json::Value;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::task::JoinSet;

/// Uploads at once.
const HANDS: usize = 4;
/// Mutations in the short run, and with `--full`.
const MUTATIONS: (usize, usize) = (2_000, 20_000);

/// Uploads it. Whether it was taken; panics where neither a clean refusal nor clean pictures came back.
async fn meet(person: &Person, name: &str, file: Vec<u8>) -> bool {
    became(person, name, file).await == "taken"
}

/// Uploads it. The code of the refusal, or `taken`.
async fn became(person: &Person, name: &str, file: Vec<u8>) -> String {
    let answer = person.upload(file).await;
    if answer.status.is_client_error() {
        let problem = answer.json();
        assert!(problem["message"].is_string(), "{name}: {problem}");
        return problem["code"].as_str().expect("a code").to_owned();
    }
    assert_eq!(answer.status, 201, "{name}: {}", answer.text());
    let source = answer.json();
    for role in ["master", "preview", "thumb"] {
        let picture = person.get(source["urls"][role].as_str().expect("an address")).await;
        assert_eq!(picture.status, 200, "{name}: {role}");
        let kind = picture.header("content-type").expect("a type");
        assert_eq!(clean::fault(&picture.body, kind), None, "{name}: {role}");
    }
    let deleted = person
        .post("/api/sources/delete", &serde_json::json!({ "id": source["id"] }))
        .await;
    assert_eq!(deleted.status, 200, "{name}: {}", deleted.text());
    "taken".to_owned()
}

/// Somebody who is at home: their first upload makes the session that the others share.
async fn visitor(app: &TestApp) -> Person {
    let person = app.person();
    person.source(pictures::jpeg(60, 60)).await;
    person
}

async fn is_well(person: &Person) {
    assert_eq!(person.get("/healthz").await.status, 200);
    assert!(meet(person, "a sound picture afterwards", pictures::jpeg(320, 240)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_made_to_hurt_are_refused_in_words_or_become_clean_pictures() {
    let app = TestApp::start().await;
    let person = visitor(&app).await;
    for file in files::all() {
        let bytes = file.bytes.len();
        let became = became(&person, file.name, file.bytes).await;
        println!("{} ({bytes} bytes): {became}", file.name);
        match file.fate {
            Fate::Taken => assert_eq!(became, "taken", "{}: its pixels are sound", file.name),
            Fate::Refused(code) => assert_eq!(became, code, "{}", file.name),
            Fate::Open => {}
        }
    }
    is_well(&person).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: each of these costs all that a picture may"]
async fn files_at_the_edge_of_every_limit_are_met_alike() {
    let app = TestApp::start().await;
    let person = visitor(&app).await;
    for file in files::heaviest() {
        let bytes = file.bytes.len();
        let became = became(&person, file.name, file.bytes).await;
        println!("{} ({bytes} bytes): {became}", file.name);
    }
    is_well(&person).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_end_early_are_refused_or_shown_clean() {
    let app = TestApp::start().await;
    let person = visitor(&app).await;
    let mut whole_ones = 0;
    for (kind, file) in mutations::sound().into_iter().enumerate() {
        let ends = (0..file.len())
            .step_by(file.len() / 24)
            .chain(file.len() - 12..=file.len());
        for end in ends {
            let taken = meet(
                &person,
                &format!("kind {kind}, {end} of {} bytes", file.len()),
                file[..end].to_vec(),
            )
            .await;
            assert!(
                !taken || end * 2 > file.len(),
                "kind {kind}: {end} of {} bytes were taken",
                file.len()
            );
            whole_ones += usize::from(taken && end == file.len());
        }
    }
    assert_eq!(whole_ones, mutations::sound().len(), "whole files are taken");
    is_well(&person).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mutated_files_are_refused_in_words_or_become_clean_pictures() {
    let full = std::env::var("XTASK_TEST_FULL").is_ok_and(|value| value == "1");
    let wanted = if full { MUTATIONS.1 } else { MUTATIONS.0 };
    let app = TestApp::start().await;
    let sound = Arc::new(mutations::sound());
    let (next, taken) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut hands = JoinSet::new();
    for _ in 0..HANDS {
        let person = visitor(&app).await;
        let (sound, next, taken) = (Arc::clone(&sound), Arc::clone(&next), Arc::clone(&taken));
        hands.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= wanted {
                    break;
                }
                let file = mutations::mutated(&sound, &mut Numbers(number as u64));
                let met = meet(&person, &format!("mutation {number}"), file).await;
                taken.fetch_add(usize::from(met), Ordering::Relaxed);
            }
        });
    }
    while let Some(hand) = hands.join_next().await {
        hand.expect("a hand");
    }
    let taken = taken.load(Ordering::Relaxed);
    println!("{taken} of {wanted} were taken");
    assert!(
        (wanted / 10..wanted * 9 / 10).contains(&taken),
        "the mutations are too tame or too wild: {taken}"
    );
    is_well(&app.person()).await;
    app.finish().await;
}

/// What a stranger's file made us say is the same for everybody: no path, no library, no panic in it.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_nothing_about_us() {
    let app = TestApp::start().await;
    let person = visitor(&app).await;
    for file in files::all()
        .into_iter()
        .filter(|file| matches!(file.fate, Fate::Refused(_)))
    {
        let answer = person.upload(file.bytes).await;
        let problem: Value = answer.json();
        assert!(
            matches!(answer.status.as_u16(), 413 | 415 | 422),
            "{}: {problem}",
            file.name
        );
        for word in ["src/", "panicked", "zune", "Decoding", "/tmp", "thread"] {
            assert!(!answer.text().contains(word), "{}: {problem}", file.name);
        }
    }
    app.finish().await;
}
