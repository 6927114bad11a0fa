//! Asked to stop while people work: within ten seconds, and nobody's request is broken.

use crate::harness::{
    Person, pictures,
    program::{Providers, Running},
    until,
};
use pochoir::server::store::{Money as _, sqlite::SqliteStore};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_under_load_it_ends_in_ten_seconds_and_breaks_nothing() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let two = [("POCHOIR_CONCURRENCY", "2")];
    let running = Running::serve(folder.path(), &providers.demo, &two);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    providers.hold_one().await;
    let held = person
        .start(&Person::order(&source, "held"), "held")
        .await
        .text_at("job_id");
    providers.held(1).await;
    let mut jobs = Vec::new();
    for number in 0..6 {
        let key = format!("waiting {number}");
        jobs.push(
            person
                .start(&Person::order(&source, &key), &key)
                .await
                .text_at("job_id"),
        );
    }
    let watching = person.stream(person.request(reqwest::Method::GET, "/api/events")).await;
    let (stopping, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let load: Vec<_> = (0..8_u32)
        .map(|number| {
            let (person, stopping, answered) = (running.person(), Arc::clone(&stopping), Arc::clone(&answered));
            tokio::spawn(async move {
                let mut broken = Vec::new();
                loop {
                    let before = stopping.load(Ordering::SeqCst);
                    let sent = if number % 2 == 0 {
                        let form = crate::harness::picture_part(pictures::jpeg(640, 480));
                        person
                            .request(reqwest::Method::POST, "/api/sources")
                            .multipart(form)
                            .send()
                            .await
                    } else {
                        person.request(reqwest::Method::GET, "/").send().await
                    };
                    match sent {
                        Ok(answer) => {
                            let status = answer.status();
                            match answer.bytes().await {
                                Ok(_) if status.is_success() => {
                                    answered.fetch_add(1, Ordering::SeqCst);
                                }
                                Ok(body) => broken.push(format!("{status}: {}", String::from_utf8_lossy(&body))),
                                Err(error) => broken.push(format!("cut: {error:?}")),
                            }
                        }
                        // Nobody listens any more: it was not accepted.
                        Err(error) if before || error.is_connect() => return broken,
                        Err(error) => broken.push(format!("{error:?}")),
                    }
                }
            })
        })
        .collect();
    until("there is load", async || {
        (answered.load(Ordering::SeqCst) > 16).then_some(())
    })
    .await;
    stopping.store(true, Ordering::SeqCst);
    // What was begun before is accepted by now.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    let ended = tokio::task::spawn_blocking(move || running.terminate())
        .await
        .expect("a thread");
    let took = began.elapsed();
    assert_eq!(ended, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    for person in load {
        let broken = person.await.expect("a person");
        assert_eq!(broken, Vec::<String>::new());
    }
    assert!(watching.bytes().await.is_ok(), "the stream ended, it did not break");
    providers.release().await;

    let running = Running::serve(folder.path(), &providers.demo, &[]);
    let token = person.cookie("pochoir").expect("a cookie");
    let person = running.person().with("authorization", &format!("Bearer {token}"));
    for job in &jobs {
        let over = person.over(job).await;
        assert_eq!(over["state"], "succeeded", "what was not sent goes on: {over}");
    }
    let over = person.over(&held).await;
    assert_eq!(over["state"], "unknown", "{over}");
    assert_eq!(providers.painted().await, 7, "each was sent once");
    assert_eq!(running.terminate(), Some(0));
    let store = SqliteStore::open(&folder.path().join("pochoir.db"))
        .await
        .expect("the database");
    assert_eq!(store.ledger_check().await.expect("the books"), Vec::<String>::new());
    store.close().await;
    providers.demo.stop();
}

/// With more patience a call under way is waited for, and what it gives is in the library.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_with_patience_gets_the_answer() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::serve(folder.path(), &providers.demo, &[("POCHOIR_STOP_PATIENCE", "60")]);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    providers.hold_one().await;
    let job = person
        .start(&Person::order(&source, "held"), "held")
        .await
        .text_at("job_id");
    providers.held(1).await;
    let ending = tokio::task::spawn_blocking(move || running.terminate());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!ending.is_finished(), "it waits");
    providers.release().await;
    assert_eq!(ending.await.expect("a thread"), Some(0));
    let running = Running::serve(folder.path(), &providers.demo, &[]);
    let token = person.cookie("pochoir").expect("a cookie");
    let person = running.person().with("authorization", &format!("Bearer {token}"));
    let over = person.over(&job).await;
    assert_eq!(over["state"], "succeeded", "{over}");
    assert_eq!(providers.painted().await, 1);
    assert_eq!(running.terminate(), Some(0));
    providers.demo.stop();
}
