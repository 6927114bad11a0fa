//! No room: by the operator's limit, by a full disk, by a database or a folder that is away. Each is said in words before
//! anything is spent, nothing is left half done, and it passes without a restart.

use crate::harness::{
    Answer, Person, TestApp, pictures,
    program::{Providers, Running},
    until,
};
use pochoir::{
    api::ErrorCode,
    domain::text::Lang,
    server::store::{BlobRefs as _, Money as _, sqlite::SqliteStore},
};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Sent in each language, it is refused as this; nothing is left behind and nobody is called.
async fn each(app: &TestApp, person: &Person, code: ErrorCode, attempt: impl AsyncFn(&Person) -> Answer) {
    let before = app.counts().await;
    let calls = app.counters().await["requests"].clone();
    for lang in Lang::ALL {
        attempt(&person.clone().reading(lang)).await.is_fault(code, lang);
    }
    assert_eq!(app.counts().await, before);
    assert_eq!(app.counters().await["requests"], calls);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_limit_is_kept_before_anything_is_spent() {
    // Room for some pictures, and for one painting at most.
    let app = TestApp::with(&[("POCHOIR_STORAGE_MAX", "12MB")]).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(640, 480)).await;
    app.play(json!({ "path": "/images/", "hold": true, "times": 1 })).await;
    let first = person.start(&Person::order(&source, "first"), "first").await;
    assert_eq!(first.status, 202, "{}", first.text());
    app.held(1).await;
    // What is under way is counted: a second one has no room, the first one's key is answered as before.
    each(&app, &person, ErrorCode::StorageFull, async |person| {
        person.start(&Person::order(&source, "second"), "second").await
    })
    .await;
    let again = person.start(&Person::order(&source, "first"), "first").await;
    assert_eq!(
        (again.status.as_u16(), again.json()),
        (202, {
            let mut same = first.json();
            same["state"] = again.json()["state"].clone();
            same
        })
    );
    app.release().await;
    let over = person.over(&first.text_at("job_id")).await;
    assert_eq!(over["state"], "succeeded", "{over}");

    // Full up: no uploads either.
    let mut sides = 600;
    let full = until("there is no room", async || {
        sides += 40;
        let answer = person.upload(pictures::png(sides, sides)).await;
        (answer.status != 201).then_some(answer)
    })
    .await;
    full.is_fault(ErrorCode::StorageFull, Lang::En);
    assert!(app.app.store.stored_bytes().await.expect("a sum") <= 12_000_000);
    each(&app, &person, ErrorCode::StorageFull, async |person| {
        person.upload(pictures::png(2400, 2400)).await
    })
    .await;

    // Deleting makes room.
    let sources = person.get("/api/library/sources").await.json();
    for source in sources.as_array().expect("a list") {
        person.post("/api/sources/delete", &json!({ "id": source["id"] })).await;
    }
    assert_eq!(app.app.store.stored_bytes().await.expect("a sum"), 0);
    person.source(pictures::jpeg(640, 480)).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_for_is_kept_beyond_the_limit() {
    let app = TestApp::with(&[("POCHOIR_STORAGE_MAX", "10700kB")]).await;
    let person = app.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    app.play(json!({ "path": "/images/", "hold": true, "times": 1 })).await;
    let started = person.start(&Person::order(&source, "first"), "first").await;
    assert_eq!(started.status, 202, "{}", started.text());
    app.held(1).await;
    // Nothing more fits while it is under way.
    person
        .upload(pictures::png(1500, 1500))
        .await
        .is_fault(ErrorCode::StorageFull, Lang::En);
    app.release().await;
    let over = person.over(&started.text_at("job_id")).await;
    assert_eq!(over["state"], "succeeded", "{over}");
    app.finish().await;
}

/// A small disk of its own, where that is permitted.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).expect("a folder");
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "pochoir-test"])
            .arg(at)
            .output();
        let mounted = mounted.is_ok_and(|output| output.status.success());
        mounted.then(|| Self(at.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_passes() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let Some(disk) = Disk::mount(&data, "24m") else {
        println!("left out: a small disk may not be mounted here");
        return;
    };
    let providers = Providers::start().await;
    let running = Running::serve(&data, &providers.demo, &[]);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    providers.hold_one().await;
    let paid = person
        .start(&Person::order(&source, "paid"), "paid")
        .await
        .text_at("job_id");
    providers.held(1).await;

    let ballast = data.join("ballast");
    let mut fill = fs::File::create(&ballast).expect("a file");
    let written = std::io::copy(&mut std::io::repeat(7), &mut fill);
    assert!(written.is_err(), "the disk is full");
    drop(fill);
    let upload = person.upload(pictures::jpeg(1200, 900)).await;
    assert!(matches!(upload.status.as_u16(), 503 | 507), "{}", upload.text());
    let code = upload.json()["code"].clone();
    assert!(code == "storage_full" || code == "unavailable", "{code}");
    let start = person.start(&Person::order(&source, "another"), "another").await;
    assert!(matches!(start.status.as_u16(), 503 | 507), "{}", start.text());
    assert_eq!(person.get("/readyz").await.status, 503);
    assert_eq!(person.get("/healthz").await.status, 200);
    assert_eq!(
        person.get(&format!("/media/sources/{source}/master")).await.status,
        200,
        "what is there is served"
    );
    // The answer that was paid for comes while there is no room: it waits.
    providers.release().await;
    providers.held(0).await;

    fs::remove_file(&ballast).expect("removed");
    let over = person.over(&paid).await;
    assert_eq!(over["state"], "succeeded", "{over}");
    until("it is ready again", async || {
        (person.get("/readyz").await.status == 200).then_some(())
    })
    .await;
    person.source(pictures::jpeg(1200, 900)).await;
    let another = person.paint(&Person::order(&source, "another"), "another").await;
    assert_eq!(another["state"], "succeeded", "{another}");
    assert_eq!(providers.painted().await, 2, "each was sent once");
    assert_eq!(running.terminate(), Some(0));
    assert_sound(&data).await;
    providers.demo.stop();
    drop(disk);
}

/// The books balance, and every blob that is referred to is there, whole.
async fn assert_sound(data: &Path) {
    let store = SqliteStore::open(&data.join("pochoir.db")).await.expect("the database");
    assert_eq!(store.ledger_check().await.expect("the books"), Vec::<String>::new());
    let blobs = pochoir::server::blobs::Blobs::folder(&data.join("blobs")).expect("the blobs");
    for key in store.referenced_blobs().await.expect("the references") {
        assert!(blobs.size(&key).await.expect("a blob") > 0);
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_said_and_comes_back() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::serve(folder.path(), &providers.demo, &[]);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    let refused = async |what: &str| {
        for lang in Lang::ALL {
            let person = person.clone().reading(lang);
            person
                .start(&Person::order(&source, "At dusk."), "key")
                .await
                .is_fault(ErrorCode::Unavailable, lang);
        }
        assert_eq!(person.get("/readyz").await.status, 503, "{what}");
        assert_eq!(person.get("/healthz").await.status, 200, "{what}");
    };

    // Moved away: it is not written into where nobody would find it again.
    let (there, away) = (folder.path().join("pochoir.db"), folder.path().join("away.db"));
    fs::rename(&there, &away).expect("moved away");
    refused("moved away").await;
    let upload = person.upload(pictures::jpeg(640, 480)).await;
    upload.is_fault(ErrorCode::Unavailable, Lang::En);
    fs::rename(&away, &there).expect("moved back");
    until("it is ready again", async || {
        (person.get("/readyz").await.status == 200).then_some(())
    })
    .await;
    person.source(pictures::jpeg(640, 480)).await;

    // Somebody else holds on to it.
    let address = format!("sqlite:{}", there.display());
    let mut other = SqliteConnection::connect(&address).await.expect("the database");
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .expect("locked");
    person
        .start(&Person::order(&source, "At dusk."), "key")
        .await
        .is_fault(ErrorCode::Unavailable, Lang::En);
    sqlx::query("ROLLBACK").execute(&mut other).await.expect("let go");
    other.close().await.expect("closed");

    let painted = person.paint(&Person::order(&source, "At dusk."), "key").await;
    assert_eq!(painted["state"], "succeeded", "{painted}");
    assert_eq!(providers.painted().await, 1, "nothing was sent meanwhile");
    assert_eq!(running.terminate(), Some(0));
    assert_sound(folder.path()).await;
    providers.demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_pictures_that_is_away_is_said_and_comes_back() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::serve(folder.path(), &providers.demo, &[]);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    let gone = person.source(pictures::jpeg(500, 240)).await;
    let master = person
        .get(&format!("/api/sources/get?id={gone}"))
        .await
        .text_at("sha256");
    let (there, away) = (folder.path().join("blobs"), folder.path().join("away"));
    fs::rename(&there, &away).expect("moved away");
    for lang in Lang::ALL {
        let person = person.clone().reading(lang);
        person
            .upload(pictures::jpeg(640, 480))
            .await
            .is_fault(ErrorCode::Unavailable, lang);
        person
            .get(&format!("/media/sources/{source}/master"))
            .await
            .is_fault(ErrorCode::Unavailable, lang);
    }
    assert_eq!(person.get("/readyz").await.status, 503);
    assert!(!there.exists(), "nothing was put where the folder was");
    let deleted = person.post("/api/sources/delete", &json!({ "id": gone })).await;
    assert!(deleted.status.is_success(), "{}", deleted.text());
    let bytes = Path::new(&master[..2]).join(&master[2..4]).join(&master);
    assert!(away.join(&bytes).exists(), "it cannot go now");
    fs::rename(&away, &there).expect("moved back");
    assert_eq!(person.get("/readyz").await.status, 200);
    person.source(pictures::jpeg(640, 480)).await;
    let picture = person.get(&format!("/media/sources/{source}/master")).await;
    assert_eq!(picture.status, 200);
    until("what was deleted meanwhile is gone", async || {
        (!bytes.exists()).then_some(())
    })
    .await;
    assert_eq!(running.terminate(), Some(0));
    assert_sound(folder.path()).await;
    providers.demo.stop();
}
