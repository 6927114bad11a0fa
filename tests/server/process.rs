//! The program itself: its command line, its start, its end, and what a sudden end leaves behind.

use crate::harness::{
    AT_MOST, Person, pictures,
    program::{Providers, Running, program, said},
};
use pochoir::{
    domain::job::JobState,
    server::{demo::DemoOptions, providers::ensure_crypto, serve::Demo, store::sqlite::SqliteStore},
};
use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

#[test]
fn a_taken_port_is_said_in_words() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data").display().to_string();
    let output = program(&["--addr", &address], &[("POCHOIR_DATA_DIR", &data)])
        .output()
        .expect("an end");
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in [address.as_str(), "taken", "--addr", "POCHOIR_ADDR"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was opened");
}

#[test]
fn settings_that_cannot_be_used_are_said_all_at_once() {
    let settings = [
        ("POCHOIR_ADDR", "somewhere"),
        ("POCHOIR_BUDGET_DAY", "lots"),
        ("OPENAI_API_KEY", "sk-canary-not-to-be-said"),
        ("POCHOIR_LOG", "loud"),
    ];
    for command in ["serve", "check-config"] {
        let output = program(&[command], &settings).output().expect("an end");
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        for name in ["POCHOIR_ADDR", "POCHOIR_BUDGET_DAY", "POCHOIR_LOG"] {
            assert!(said.contains(name), "{said}");
        }
        assert!(!said.contains("canary"), "{said}");
    }
}

#[test]
fn a_catalogue_that_cannot_be_used_is_said_before_anything_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogue = folder.path().join("catalogue.toml");
    std::fs::write(&catalogue, "dated = \"yesterday\"").expect("a file");
    let catalogue = catalogue.display().to_string();
    let data = folder.path().display().to_string();
    for command in ["serve", "check-config"] {
        let settings = [
            ("POCHOIR_CATALOGUE", catalogue.as_str()),
            ("POCHOIR_DATA_DIR", &data),
            ("POCHOIR_ADDR", "127.0.0.1:0"),
        ];
        let output = program(&[command], &settings).output().expect("an end");
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(
            said(&output).contains("the catalogue cannot be used"),
            "{}",
            said(&output)
        );
    }
}

#[test]
fn check_config_prints_what_counts_without_secrets() {
    let settings = [
        ("OPENAI_API_KEY", "sk-canary-not-to-be-said"),
        ("POCHOIR_CONTACT", "me@example.org"),
    ];
    let output = program(&["check-config"], &settings).output().expect("an end");
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("POCHOIR_CONTACT = me@example.org") && said.contains("OPENAI_API_KEY"),
        "{said}"
    );
    assert!(!said.contains("canary"), "{said}");
}

/// What glibc is told can be read in the process itself.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn memory_of_large_pictures_is_given_back() {
    let told = |settings: &[(&str, &str)]| {
        let running = Running::start(&["demo-providers", "--addr", "127.0.0.1:0"], settings);
        let about = |file: &str| std::fs::read(format!("/proc/{}/{file}", running.child.id())).expect("about it");
        assert_eq!(about("comm"), b"pochoir\n", "it keeps its name");
        let environment = String::from_utf8(about("environ")).expect("text");
        let set = environment.split('\0').filter(|line| line.starts_with("MALLOC_"));
        set.map(str::to_owned).collect::<Vec<_>>()
    };
    let ours = ["MALLOC_MMAP_THRESHOLD_=1048576", "MALLOC_TRIM_THRESHOLD_=1048576"];
    assert_eq!(told(&[]), ours);
    let theirs = [("MALLOC_TRIM_THRESHOLD_", "65536")];
    assert_eq!(
        told(&theirs),
        ["MALLOC_TRIM_THRESHOLD_=65536"],
        "whoever chose is left alone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_providers_serve_alone() {
    ensure_crypto();
    let running = Running::start(&["demo-providers", "--addr", "127.0.0.1:0"], &[]);
    let person = running.person().with("authorization", "Bearer anything");
    let models = person.get("/v1/models").await;
    assert_eq!(models.status, 200, "{}", models.text());
    assert_eq!(
        person.get("/control/counters").await.status,
        404,
        "faults are scripted only where it was said"
    );
    let bad = running.person().with("authorization", "Bearer bad-key");
    assert_eq!(bad.get("/v1/models").await.status, 401);
    assert_eq!(running.terminate(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_ends_in_order_even_while_people_watch() {
    ensure_crypto();
    let demo = Demo::start(DemoOptions { control: true })
        .await
        .expect("the demo providers");
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::serve(folder.path(), &demo, &[]);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    person.paint(&Person::order(&source, "At dusk."), "k").await;
    let watching = person.stream(person.request(reqwest::Method::GET, "/api/events")).await;
    let began = Instant::now();
    let ended = tokio::task::spawn_blocking(move || running.terminate())
        .await
        .expect("a thread");
    assert_eq!(ended, Some(0));
    assert!(began.elapsed() < AT_MOST / 6, "{:?}", began.elapsed());
    assert!(watching.bytes().await.is_ok(), "the stream ended, it did not break");
    demo.stop();
}

/// One job was sent and one was not when the power went. Nothing is sent twice, nothing is forgotten, nothing is free.
#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_it_knows_what_was_sent() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let one = [("POCHOIR_CONCURRENCY", "1")];

    let running = Running::serve(folder.path(), &providers.demo, &one);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    providers.hold_one().await;
    let sent = person
        .start(&Person::order(&source, "At dusk."), "sent")
        .await
        .text_at("job_id");
    providers.held(1).await;
    let waiting = person
        .start(&Person::order(&source, "Snow."), "waiting")
        .await
        .text_at("job_id");
    let token = person.cookie("pochoir").expect("a cookie");
    let folder_name = folder.path().display().to_string();
    let second = program(
        &["serve"],
        &[("POCHOIR_ADDR", "127.0.0.1:0"), ("POCHOIR_DATA_DIR", &folder_name)],
    )
    .output();
    let second = second.expect("an end");
    assert_eq!(second.status.code(), Some(1));
    assert!(said(&second).contains("another pochoir works in"), "{}", said(&second));
    running.kill();
    providers.release().await;

    let running = Running::serve(folder.path(), &providers.demo, &one);
    let person = running.person().with("authorization", &format!("Bearer {token}"));
    let (sent, waiting) = (person.over(&sent).await, person.over(&waiting).await);
    assert_eq!(sent["state"], JobState::Unknown.name(), "{sent}");
    assert_eq!(sent["spent_micros"], sent["quote_micros"], "it may have been charged");
    assert_eq!(waiting["state"], JobState::Succeeded.name(), "{waiting}");
    assert_eq!(providers.painted().await, 2, "each was sent once");
    assert_eq!(running.terminate(), Some(0));

    let store = SqliteStore::open(&folder.path().join("pochoir.db"))
        .await
        .expect("the database");
    let wrong = pochoir::server::store::Money::ledger_check(&store)
        .await
        .expect("the books");
    assert_eq!(wrong, Vec::<String>::new());
    store.close().await;
    providers.demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_waits_until_the_disk_is_there_again() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::serve(folder.path(), &providers.demo, &[]);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    providers.hold_one().await;
    let job = person
        .start(&Person::order(&source, "At dusk."), "once")
        .await
        .text_at("job_id");
    providers.held(1).await;

    let (blobs, away) = (folder.path().join("blobs"), folder.path().join("away"));
    std::fs::rename(&blobs, &away).expect("moved away");
    std::fs::write(&blobs, "no folder").expect("in its place");
    providers.release().await;
    providers.held(0).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let state = person.get(&format!("/api/jobs/get?id={job}")).await.json()["state"].clone();
    assert_eq!(state, JobState::Running.name(), "it is neither lost nor given up");

    std::fs::remove_file(&blobs).expect("removed");
    std::fs::rename(&away, &blobs).expect("moved back");
    let over = person.over(&job).await;
    assert_eq!(over["state"], JobState::Succeeded.name(), "{over}");
    assert_eq!(providers.painted().await, 1, "it was sent once");
    assert_eq!(running.terminate(), Some(0));
    providers.demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_bound_after_a_restart_too() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::serve(folder.path(), &providers.demo, &[]);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    let order = Person::order(&source, "At dusk.");
    let first = person.paint(&order, "same").await;
    let token = person.cookie("pochoir").expect("a cookie");
    running.kill();

    let running = Running::serve(folder.path(), &providers.demo, &[]);
    let person = running.person().with("authorization", &format!("Bearer {token}"));
    let starts = futures::future::join_all((0..50).map(|_| person.start(&order, "same"))).await;
    for answer in starts {
        assert_eq!((answer.status.as_u16(), &answer.json()["job_id"]), (202, &first["id"]));
    }
    let other = person.start(&Person::order(&source, "Snow."), "same").await;
    assert_eq!(other.status, 409, "{}", other.text());
    assert_eq!(providers.painted().await, 1, "one call, one answer");
    assert_eq!(running.terminate(), Some(0));
    providers.demo.stop();
}
