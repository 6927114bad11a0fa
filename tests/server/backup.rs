//! Backups: made while people upload and paint, brought back elsewhere or in place of what is there.

use crate::harness::{
    Person, pictures,
    program::{Providers, Running, program, said},
    until,
};
use pochoir::server::store::{Money as _, sqlite::SqliteStore};
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    process::Output,
    sync::atomic::{AtomicBool, Ordering},
};

/// A command on the data in this folder.
fn command(data: &Path, arguments: &[&str]) -> Output {
    let data = data.display().to_string();
    program(arguments, &[("POCHOIR_DATA_DIR", &data)])
        .output()
        .expect("an end")
}

#[track_caller]
fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

#[track_caller]
fn refused(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", said(output));
    assert!(said(output).contains(words), "{}", said(output));
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

async fn assert_books(data: &Path) {
    let store = SqliteStore::open(&data.join("pochoir.db")).await.expect("the database");
    assert_eq!(store.ledger_check().await.expect("the books"), Vec::<String>::new());
    store.close().await;
}

/// Everything a person has is served, byte for byte as its size says. Gives the ids of sources and variations.
async fn everything_is_served(person: &Person) -> (Vec<String>, Vec<String>) {
    let ids = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().expect("a list");
        rows.iter()
            .map(|row| row["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    let sources = ids(&person.get("/api/library/sources").await.json());
    let mut variations = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = person.get(&format!("/api/library/page?limit=100{cursor}")).await.json();
        variations.extend(ids(&page["items"]));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let of_sources = sources
        .iter()
        .flat_map(|id| ["master", "preview", "thumb"].map(|role| format!("/media/sources/{id}/{role}")));
    let of_variations = variations
        .iter()
        .flat_map(|id| ["composed", "raw", "preview", "thumb"].map(|role| format!("/media/variations/{id}/{role}")));
    for path in of_sources.chain(of_variations) {
        let picture = person.get(&path).await;
        assert_eq!(picture.status, 200, "{path}: {}", picture.text());
        assert!(!picture.body.is_empty(), "{path}");
    }
    (sources, variations)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_under_load_has_every_picture_and_balances() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (data, kept) = (folder.path().join("data"), folder.path().join("backup"));
    let running = Running::serve(&data, &providers.demo, &[]);
    let over = AtomicBool::new(false);
    let load = (0..3_u32).map(|number| {
        let (person, over) = (running.person(), &over);
        async move {
            let mut round = 0;
            while !over.load(Ordering::Relaxed) {
                round += 1;
                let source = person.source(pictures::jpeg(200 + 7 * round + number, 160)).await;
                let key = format!("{number}-{round}");
                person.paint(&Person::order(&source, &key), &key).await;
                // Every other picture goes again, with what was made of it: while it is copied, perhaps.
                if round % 2 == 0 {
                    let deleted = person.post("/api/sources/delete", &json!({ "id": source })).await;
                    assert!(deleted.status.is_success(), "{}", deleted.text());
                }
            }
            person.cookie("pochoir").expect("a cookie")
        }
    });
    let making = async {
        until("something was painted", async || {
            (providers.painted().await.as_u64() >= Some(6)).then_some(())
        })
        .await;
        let (from, to) = (data.clone(), kept.clone());
        let made = tokio::task::spawn_blocking(move || command(&from, &["backup", text(&to)]));
        let made = made.await.expect("a thread");
        over.store(true, Ordering::Relaxed);
        succeeded(&made)
    };
    let (tokens, told) = tokio::join!(futures::future::join_all(load), making);
    assert!(told.contains("A backup as of") && !told.contains("missing"), "{told}");
    refused(&command(&data, &["backup", text(&kept)]), "is not empty");
    assert_eq!(running.terminate(), Some(0));

    let elsewhere = folder.path().join("elsewhere");
    let told = succeeded(&command(&elsewhere, &["restore", text(&kept)]));
    assert!(told.contains("The books balance") && told.contains("is back"), "{told}");
    assert_books(&elsewhere).await;
    let before = providers.painted().await;
    let running = Running::serve(&elsewhere, &providers.demo, &[]);
    let mut everything = 0;
    for token in tokens {
        let person = running.person().with("authorization", &format!("Bearer {token}"));
        let (sources, variations) = everything_is_served(&person).await;
        everything += sources.len() + variations.len();
    }
    assert!(everything >= 6, "{everything}");
    assert_eq!(providers.painted().await, before, "nothing of it was sent again");
    assert_eq!(running.terminate(), Some(0));
    assert_books(&elsewhere).await;
    providers.demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_since_does_not_come_back() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (data, kept) = (folder.path().join("data"), folder.path().join("backup"));
    let running = Running::serve(&data, &providers.demo, &[]);
    let person = running.person();
    let (stays, first) = person.variation("stays").await;
    let (goes, _) = person.variation("goes").await;
    let second = person.paint(&Person::order(&stays, "twice"), "twice").await["variations"][0]
        .as_str()
        .expect("a variation")
        .to_owned();
    let share = async |variation: &str| {
        let body = json!({ "variation_ids": [variation] });
        person.post("/api/shares/create", &body).await
    };
    let (revoked, open) = (share(&first).await, share(&first).await);
    succeeded(&command(&data, &["backup", text(&kept)]));

    for (path, id) in [
        ("/api/sources/delete", goes.as_str()),
        ("/api/variations/delete", second.as_str()),
        ("/api/shares/revoke", revoked.text_at("id").as_str()),
    ] {
        let answer = person.post(path, &json!({ "id": id })).await;
        assert!(answer.status.is_success(), "{}", answer.text());
    }
    // Painted after the backup: lost with it, and said.
    let later = person.paint(&Person::order(&stays, "later"), "later").await;
    refused(&command(&data, &["restore", text(&kept), "--replace"]), "stop it");
    assert_eq!(running.terminate(), Some(0));
    refused(&command(&data, &["restore", text(&kept)]), "--replace");
    let told = succeeded(&command(&data, &["restore", text(&kept), "--replace"]));
    assert!(told.contains("3 deletions") && told.contains("kept aside"), "{told}");
    assert_books(&data).await;

    let running = Running::serve(&data, &providers.demo, &[]);
    let token = person.cookie("pochoir").expect("a cookie");
    let person = running.person().with("authorization", &format!("Bearer {token}"));
    let (sources, variations) = everything_is_served(&person).await;
    assert_eq!((sources, variations), (vec![stays], vec![first]));
    let page = async |share: &crate::harness::Answer| {
        let path = format!("/s/{}", share.text_at("slug"));
        person.get(&path).await.status.as_u16()
    };
    assert_eq!((page(&revoked).await, page(&open).await), (404, 200));
    let lost = person
        .get(&format!("/api/jobs/get?id={}", later["id"].as_str().expect("an id")))
        .await;
    assert_eq!(lost.status, 404);
    assert_eq!(running.terminate(), Some(0));

    // Deleted again, it stays deleted: the log of the restored database has it, too, under the same numbers.
    let again = succeeded(&command(&data, &["restore", text(&kept), "--replace"]));
    assert!(again.contains("3 deletions"), "{again}");
    let later = folder.path().join("later");
    succeeded(&command(&data, &["backup", text(&later)]));
    let none = succeeded(&command(&data, &["restore", text(&later), "--replace"]));
    assert!(none.contains("0 deletions"), "{none}");
    // Nobody knows what was deleted where the database is lost, nor may a later deletion be taken for one of those.
    fs::remove_file(data.join("pochoir.db")).expect("removed");
    let lost = succeeded(&command(&data, &["restore", text(&kept), "--replace"]));
    assert!(lost.contains("is back"), "{lost}");
    let running = Running::serve(&data, &providers.demo, &[]);
    let person = running.person().with("authorization", &format!("Bearer {token}"));
    person.post("/api/sources/delete", &json!({ "id": goes })).await;
    assert_eq!(person.get(&format!("/api/sources/get?id={goes}")).await.status, 404);
    assert_eq!(running.terminate(), Some(0));
    let one = succeeded(&command(&data, &["restore", text(&later), "--replace"]));
    assert!(one.contains("1 deletions"), "{one}");
    providers.demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_open_in_a_backup_is_not_sent_again() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (data, kept) = (folder.path().join("data"), folder.path().join("backup"));
    let running = Running::serve(&data, &providers.demo, &[("POCHOIR_CONCURRENCY", "1")]);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    providers.hold_one().await;
    let mut jobs = Vec::new();
    for key in ["sent", "waiting"] {
        let started = person.start(&Person::order(&source, key), key).await;
        jobs.push(started.text_at("job_id"));
    }
    providers.held(1).await;
    succeeded(&command(&data, &["backup", text(&kept)]));
    providers.release().await;
    for job in &jobs {
        assert_eq!(person.over(job).await["state"], "succeeded");
    }
    assert_eq!(running.terminate(), Some(0));

    let elsewhere = folder.path().join("elsewhere");
    let told = succeeded(&command(&elsewhere, &["restore", text(&kept)]));
    assert!(told.contains("2 calls were open"), "{told}");
    let running = Running::serve(&elsewhere, &providers.demo, &[]);
    let token = person.cookie("pochoir").expect("a cookie");
    let person = running.person().with("authorization", &format!("Bearer {token}"));
    for job in &jobs {
        let job = person.over(job).await;
        assert_eq!(job["state"], "unknown", "{job}");
        assert_eq!(job["spent_micros"], job["quote_micros"]);
    }
    assert_eq!(providers.painted().await, 2, "each was sent once");
    assert_eq!(running.terminate(), Some(0));
    assert_books(&elsewhere).await;
    providers.demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_refused_and_changes_nothing() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (data, kept) = (folder.path().join("data"), folder.path().join("backup"));
    let running = Running::serve(&data, &providers.demo, &[]);
    running.person().source(pictures::jpeg(320, 240)).await;
    succeeded(&command(&data, &["backup", text(&kept)]));
    assert_eq!(running.terminate(), Some(0));
    let elsewhere = folder.path().join("elsewhere");

    let manifest = kept.join("manifest.json");
    let whole = fs::read(&manifest).expect("a manifest");
    fs::remove_file(&manifest).expect("removed");
    refused(&command(&elsewhere, &["restore", text(&kept)]), "holds no whole backup");
    let newer = String::from_utf8(whole.clone()).expect("text");
    let newer = newer.replace("\"pochoir_backup\": 1", "\"pochoir_backup\": 2");
    fs::write(&manifest, newer).expect("written");
    refused(&command(&elsewhere, &["restore", text(&kept)]), "newer Pochoir");
    fs::write(&manifest, &whole).expect("written");

    let mut blobs = Vec::new();
    for first in fs::read_dir(kept.join("blobs")).expect("a folder") {
        for second in fs::read_dir(first.expect("an entry").path()).expect("a folder") {
            for blob in fs::read_dir(second.expect("an entry").path()).expect("a folder") {
                blobs.push(blob.expect("an entry").path());
            }
        }
    }
    let blob = blobs.first().expect("a picture");
    let bytes = fs::read(blob).expect("a picture");
    // Anew, for it may be a second name of the picture that is served.
    fs::remove_file(blob).expect("removed");
    refused(&command(&elsewhere, &["restore", text(&kept)]), "is missing");
    fs::write(blob, &bytes[1..]).expect("written");
    refused(&command(&elsewhere, &["restore", text(&kept)]), "is not what it was");
    fs::write(blob, &bytes).expect("written");

    let database = kept.join("pochoir.db");
    let sound = fs::read(&database).expect("a database");
    let mut damaged = sound.clone();
    damaged[5000] ^= 1;
    fs::write(&database, damaged).expect("written");
    refused(&command(&elsewhere, &["restore", text(&kept)]), "is not what it was");
    let left: Vec<_> = fs::read_dir(&elsewhere)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .filter(|name| name != "pochoir.lock")
        .collect();
    assert!(left.is_empty(), "{left:?}");

    fs::write(&database, sound).expect("written");
    succeeded(&command(&elsewhere, &["restore", text(&kept)]));
    assert_books(&elsewhere).await;
    providers.demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unmounted_disk_is_not_taken_for_an_empty_one() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::serve(folder.path(), &providers.demo, &[]);
    running.person().source(pictures::jpeg(320, 240)).await;
    assert_eq!(running.terminate(), Some(0));
    let (blobs, away) = (folder.path().join("blobs"), folder.path().join("away"));
    fs::rename(&blobs, &away).expect("moved away");
    let data = folder.path().display().to_string();
    for _ in 0..2 {
        let settings = [("POCHOIR_DATA_DIR", data.as_str()), ("POCHOIR_ADDR", "127.0.0.1:0")];
        let output = program(&["serve"], &settings).output().expect("an end");
        refused(&output, "is the disk mounted?");
    }
    fs::remove_dir(&blobs).expect("it was left empty");
    fs::rename(&away, &blobs).expect("moved back");
    let running = Running::serve(folder.path(), &providers.demo, &[]);
    assert_eq!(running.terminate(), Some(0));
    providers.demo.stop();
}
