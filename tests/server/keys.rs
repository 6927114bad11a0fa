//! A key is replaced while the program runs: nobody restarts anything, and it is written nowhere.

use crate::harness::{
    Person, pictures,
    program::{Providers, Running, program},
    until,
};
use pochoir::domain::text::Lang;
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Command, Stdio},
};

/// The demo providers refuse what begins with `bad`. Both are of one length.
const BAD: &str = "bad-canary-6d1f0c9e";
const GOOD: &str = "new-canary-6d1f0c9e";

/// The program, which writes all it has to say into a file.
fn serve(folder: &Path, demo: &str, arguments: &[&str], settings: &[(&str, &str)]) -> Running {
    let (data, base) = (folder.join("data").display().to_string(), format!("{demo}/v1"));
    let mut all = vec![
        ("POCHOIR_ADDR", "127.0.0.1:0"),
        ("POCHOIR_DATA_DIR", data.as_str()),
        ("OPENAI_BASE_URL", base.as_str()),
        ("POCHOIR_LOG", "trace"),
    ];
    all.extend(settings);
    let log = File::create(folder.join("log")).expect("a file");
    let mut child = program(arguments, &all)
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("its output"));
    out.read_line(&mut line).expect("a line");
    let address = line.split_whitespace().find(|word| word.starts_with("http://"));
    let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
    std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
    Running { child, address }
}

async fn standing(person: &Person) -> Value {
    let ready = person.get("/readyz").await;
    assert_eq!(
        ready.status,
        200,
        "a provider that is paused stops nobody: {}",
        ready.text()
    );
    ready.json()["providers"][0].clone()
}

/// Waits until nothing is paused any more.
async fn well_again(person: &Person) {
    until("the provider is asked again", async || {
        (standing(person).await["state"] == "ok").then_some(())
    })
    .await;
}

/// Orders a picture; how the job ended.
async fn painted(person: &Person, source: &str, key: &str) -> Value {
    person.paint(&Person::order(source, "At dusk."), key).await
}

/// Orders a picture that is refused, and looks where that is said.
async fn refused(person: &Person, source: &str) {
    let job = painted(person, source, "refused").await;
    assert_eq!(
        (&job["error"]["code"], &job["spent_micros"]),
        (&json!("provider_key"), &json!(0)),
        "{job}"
    );
    let standing = standing(person).await;
    assert_eq!(
        (&standing["name"], &standing["state"], &standing["why"]),
        (&json!("openai"), &json!("paused"), &json!("key")),
        "{standing}"
    );
    let wait = standing["again_in_s"].as_u64().expect("a wait");
    assert!((1..=300).contains(&wait), "{standing}");
    for (lang, paints, describes) in [
        (
            Lang::En,
            "Painting is paused: the provider does not accept",
            "Describing is paused",
        ),
        (Lang::Fr, "La peinture est en pause", "La description est en pause"),
    ] {
        let page = person
            .clone()
            .reading(lang)
            .get(&format!("/studio/{source}"))
            .await
            .text();
        assert!(
            page.contains(paints) && page.contains(describes),
            "not said in {lang:?}"
        );
    }
}

fn assert_written_nowhere(folder: &Path) {
    let mut files = vec![
        folder.join("log"),
        folder.join("data/pochoir.db"),
        folder.join("data/pochoir.db-wal"),
    ];
    files.retain(|file| file.exists());
    let log = std::fs::read_to_string(&files[0]).expect("the log");
    assert!(log.contains("a new key is used from now on"), "{log}");
    assert!(
        log.contains("nothing more is sent to this provider for now"),
        "the operator is told: {log}"
    );
    for file in files {
        let bytes = std::fs::read(&file).expect("a file");
        assert!(
            !String::from_utf8_lossy(&bytes).contains("canary"),
            "{}",
            file.display()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_its_file_is_replaced_without_a_restart() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    std::fs::write(&file, BAD).expect("written");
    let settings = [("OPENAI_API_KEY_FILE", file.to_str().expect("a name"))];
    let running = serve(folder.path(), &providers.address(), &["serve"], &settings);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    refused(&person, &source).await;

    std::fs::write(&file, format!("{GOOD}\n")).expect("written");
    well_again(&person).await;
    let job = painted(&person, &source, "again").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    let page = person.get(&format!("/studio/{source}")).await.text();
    assert!(!page.contains("is paused"), "{page}");
    assert_eq!(running.terminate(), Some(0));
    assert_written_nowhere(folder.path());
    providers.demo.stop();
}

/// The file looks as if it had not been written: only the signal finds what stands there.
#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_reads_the_keys_of_the_settings_file_again() {
    let providers = Providers::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pochoir.toml");
    std::fs::write(&file, format!("openai_api_key = \"{BAD}\"\n")).expect("written");
    let written = std::fs::metadata(&file)
        .and_then(|about| about.modified())
        .expect("a moment");
    let named = file.display().to_string();
    let running = serve(folder.path(), &providers.address(), &["serve", "--config", &named], &[]);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    refused(&person, &source).await;

    std::fs::write(&file, format!("openai_api_key = \"{GOOD}\"\n")).expect("written");
    let opened = File::options().write(true).open(&file).expect("the file");
    opened.set_modified(written).expect("set back");
    let pid = running.child.id().to_string();
    let told = Command::new("kill").args(["-HUP", &pid]).status().expect("kill");
    assert!(told.success());
    well_again(&person).await;
    let job = painted(&person, &source, "again").await;
    assert_eq!(job["state"], "succeeded", "{job}");
    assert_eq!(running.terminate(), Some(0), "it is asked to stop by other signals");
    assert_written_nowhere(folder.path());
    providers.demo.stop();
}
