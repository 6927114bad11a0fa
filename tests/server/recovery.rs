//! What was paid for survives the end of the process at any step between the provider's answer and the library, and is not
//! paid again.

use crate::harness::{
    Person, pictures,
    program::{Providers, Running},
    until,
};
use pochoir::{
    domain::job::JobState,
    server::store::{Money as _, sqlite::SqliteStore},
};
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The objects in a drawer of the folder of pictures.
fn drawer(folder: &Path, name: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder.join("blobs").join(name)) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| !path.to_string_lossy().contains('#'));
    paths
}

async fn spooled(folder: &Path) -> PathBuf {
    until("an answer is in the spool", async || drawer(folder, "spool").pop()).await
}

/// Files in the place of every folder that a new blob could need: nothing more can be kept, but in the drawers.
struct Barred(Vec<PathBuf>);

impl Barred {
    fn bar(folder: &Path) -> Self {
        let places = (0..=255).map(|first| folder.join("blobs").join(format!("{first:02x}")));
        let mut barred = Vec::new();
        for place in places {
            if place.exists() {
                let inner = (0..=255).map(|second| place.join(format!("{second:02x}")));
                barred.extend(inner.filter(|place| !place.exists()));
            } else {
                barred.push(place);
            }
        }
        for place in &barred {
            fs::write(place, "").expect("barred");
        }
        Self(barred)
    }

    fn lift(self) {
        for place in self.0 {
            fs::remove_file(place).expect("lifted");
        }
    }
}

/// Keeps everybody else from writing to the database.
async fn lock(folder: &Path) -> SqliteConnection {
    let address = format!("sqlite:{}", folder.join("pochoir.db").display());
    let mut db = SqliteConnection::connect(&address).await.expect("the database");
    sqlx::query("PRAGMA busy_timeout = 5000")
        .execute(&mut db)
        .await
        .expect("patience");
    sqlx::query("BEGIN IMMEDIATE").execute(&mut db).await.expect("locked");
    db
}

async fn assert_books(folder: &Path) {
    let store = SqliteStore::open(&folder.join("pochoir.db"))
        .await
        .expect("the database");
    assert_eq!(store.ledger_check().await.expect("the books"), Vec::<String>::new());
    store.close().await;
}

/// OpenAI paints, Azure looks.
fn serve(folder: &Path, providers: &Providers) -> Running {
    let vision = providers.demo.address.to_string();
    let settings = [("AZURE_VISION_ENDPOINT", vision.as_str()), ("AZURE_VISION_KEY", "test")];
    Running::serve(folder, &providers.demo, &settings)
}

/// A server with one job whose call is held by the provider.
struct Held {
    providers: Providers,
    folder: tempfile::TempDir,
    running: Option<Running>,
    person: Person,
    source: String,
    job: String,
}

impl Held {
    async fn start() -> Self {
        let providers = Providers::start().await;
        let folder = tempfile::tempdir().expect("a folder");
        let running = serve(folder.path(), &providers);
        let person = running.person();
        let source = person.source(pictures::jpeg(320, 240)).await;
        providers.hold_one().await;
        let started = person.start(&Person::order(&source, "At dusk."), "once").await;
        let job = started.text_at("job_id");
        providers.held(1).await;
        Self {
            providers,
            folder,
            running: Some(running),
            person,
            source,
            job,
        }
    }

    /// Ends the process without a word.
    fn kill(&mut self) {
        self.running.take().expect("it runs").kill();
    }

    /// The same person at the next process.
    fn again(&self, running: &Running) -> Person {
        let token = self.person.cookie("pochoir").expect("a cookie");
        running.person().with("authorization", &format!("Bearer {token}"))
    }
}

/// Starts the server anew and proves that the job is in the library, that it was called once, and that nothing is left over.
async fn carried_on(held: &Held) -> (Running, Person) {
    let folder = held.folder.path();
    let running = serve(folder, &held.providers);
    let person = held.again(&running);
    let job = until("the job succeeded", async || {
        let job = person.get(&format!("/api/jobs/get?id={}", held.job)).await.json();
        (job["state"] == JobState::Succeeded.name()).then_some(job)
    })
    .await;
    assert!(job["error"].is_null(), "{job}");
    assert!(
        job["spent_micros"].as_i64() < job["quote_micros"].as_i64(),
        "by what was counted: {job}"
    );
    let variation = job["variations"][0].as_str().expect("a variation");
    let picture = person.get(&format!("/media/variations/{variation}/composed")).await;
    assert_eq!(picture.status, 200, "{}", picture.text());
    assert_eq!(held.providers.painted().await, 1, "it was sent once");
    until("the spool is empty", async || {
        drawer(folder, "spool").is_empty().then_some(())
    })
    .await;
    (running, person)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_pictures_were_kept() {
    let mut held = Held::start().await;
    let folder = held.folder.path().to_owned();
    let barred = Barred::bar(&folder);
    held.providers.release().await;
    spooled(&folder).await;
    held.kill();
    barred.lift();
    let (running, _) = carried_on(&held).await;
    assert_eq!(running.terminate(), Some(0));
    assert_books(&folder).await;
    held.providers.demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_database_knew_of_the_pictures() {
    let mut held = Held::start().await;
    let folder = held.folder.path().to_owned();
    let pictures = || {
        walk(&folder.join("blobs"))
            .into_iter()
            .filter(|path| path.file_name().is_some_and(|name| name.len() == 64))
            .count()
    };
    let before = pictures();
    let db = lock(&folder).await;
    held.providers.release().await;
    spooled(&folder).await;
    until("the picture is kept", async || (pictures() > before).then_some(())).await;
    held.kill();
    drop(db);
    let (running, _) = carried_on(&held).await;
    assert_eq!(running.terminate(), Some(0));
    assert_books(&folder).await;
    held.providers.demo.stop();
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// The answer turns up after the job had been given up: it comes into the library, and what was booked is put right.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_found_late_is_in_the_library_all_the_same() {
    let mut held = Held::start().await;
    let folder = held.folder.path().to_owned();
    let barred = Barred::bar(&folder);
    held.providers.release().await;
    let answer = spooled(&folder).await;
    held.kill();
    barred.lift();
    let away = folder.join("away");
    fs::rename(&answer, &away).expect("moved away");

    let running = serve(&folder, &held.providers);
    let over = held.again(&running).over(&held.job).await;
    assert_eq!(over["state"], JobState::Unknown.name(), "{over}");
    assert_eq!(over["spent_micros"], over["quote_micros"]);
    assert_eq!(running.terminate(), Some(0));
    assert_books(&folder).await;

    fs::rename(&away, &answer).expect("moved back");
    let (running, person) = carried_on(&held).await;
    let events = person.get(&format!("/api/jobs/{}/events", held.job)).await.text();
    assert!(
        events.contains("event: unknown") && events.contains("event: succeeded"),
        "{events}"
    );
    assert_eq!(running.terminate(), Some(0));
    assert_books(&folder).await;
    held.providers.demo.stop();
}

/// Kills the process between the answer to this request and the books; the next process has the answer without another call.
async fn words_survive(address: &'static str, more: Value, called: &str) {
    let mut held = Held::start().await;
    let folder = held.folder.path().to_owned();
    held.providers.release().await;
    held.person.over(&held.job).await;
    held.providers.hold(called).await;
    let mut ask = more;
    ask["source_id"] = json!(held.source);
    let (asking, asked) = (held.person.clone(), ask.clone());
    let asked = tokio::spawn(async move {
        let request = asking.request(reqwest::Method::POST, address);
        request.json(&asked).send().await
    });
    held.providers.held(1).await;
    let db = lock(&folder).await;
    held.providers.release().await;
    spooled(&folder).await;
    held.kill();
    assert!(asked.await.expect("a task").is_err(), "nobody was told");
    drop(db);

    let running = serve(&folder, &held.providers);
    let person = held.again(&running);
    let again = person.post(address, &ask).await;
    assert_eq!(again.json()["cached"], true, "{}", again.text());
    assert!(drawer(&folder, "spool").is_empty());
    assert_eq!(held.providers.counters().await["by_path"][called], 1);
    assert_eq!(running.terminate(), Some(0));
    assert_books(&folder).await;
    held.providers.demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_survives_as_well() {
    words_survive(
        "/api/descriptions/create",
        json!({}),
        "/computervision/imageanalysis:analyze",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refined_prompt_survives_as_well() {
    words_survive(
        "/api/prompts/refine",
        json!({ "wish": "at dusk", "way": "restyle" }),
        "/v1/responses",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_is_set_aside_and_nobody_is_kept_waiting() {
    let mut held = Held::start().await;
    let folder = held.folder.path().to_owned();
    let barred = Barred::bar(&folder);
    held.providers.release().await;
    let answer = spooled(&folder).await;
    held.kill();
    barred.lift();
    let mut bytes = fs::read(&answer).expect("the answer");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&answer, bytes).expect("damaged");
    let stranger = answer.with_file_name("0".repeat(32));
    fs::write(&stranger, "not an answer").expect("written");

    let running = serve(&folder, &held.providers);
    let over = held.again(&running).over(&held.job).await;
    assert_eq!(over["state"], JobState::Unknown.name(), "{over}");
    assert!(drawer(&folder, "spool").is_empty());
    assert_eq!(drawer(&folder, "aside").len(), 2, "nothing is thrown away");
    assert_eq!(running.terminate(), Some(0));
    assert_books(&folder).await;
    held.providers.demo.stop();
}
