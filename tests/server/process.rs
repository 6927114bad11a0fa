//! The program itself: its command line, its start, its end, and what a sudden end leaves behind.

use crate::harness::{AT_MOST, Person, pictures, until};
use pochoir::{
    domain::job::JobState,
    server::{demo::DemoOptions, providers::ensure_crypto, serve::Demo, store::sqlite::SqliteStore},
};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Read as _},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// The program with these arguments and settings, and nothing of the environment of whoever runs the tests.
fn program(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_pochoir"));
    program
        .args(arguments)
        .env_clear()
        .envs(settings.iter().copied())
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null());
    program
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A program that was started, and the address it printed. It ends with the test.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut child = program(arguments, settings)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        out.read_line(&mut line).expect("a line");
        let address = line.split_whitespace().find(|word| word.starts_with("http://"));
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
        // Read on, so that it never waits for a reader.
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
        Self { child, address }
    }

    fn serve(folder: &Path, demo: &Demo, more: &[(&str, &str)]) -> Self {
        let base = format!("{}v1", demo.address);
        let folder = folder.display().to_string();
        let mut settings = vec![
            ("POCHOIR_ADDR", "127.0.0.1:0"),
            ("POCHOIR_DATA_DIR", folder.as_str()),
            ("OPENAI_API_KEY", "sk-test"),
            ("OPENAI_BASE_URL", base.as_str()),
        ];
        settings.extend(more);
        Self::start(&["serve"], &settings)
    }

    fn person(&self) -> Person {
        Person::at(self.address.clone())
    }

    /// Asks it to stop, as a service manager does; gives its exit code.
    fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().expect("kill").success());
        self.child.wait().expect("an end").code()
    }

    /// Ends it without a word.
    fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("an end");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Demo providers of their own, and the way to their fault script.
struct Providers {
    demo: Demo,
    control: Person,
}

impl Providers {
    async fn start() -> Self {
        ensure_crypto();
        let demo = Demo::start(DemoOptions { control: true })
            .await
            .expect("the demo providers");
        let control = Person::at(demo.address.as_str().trim_end_matches('/').to_owned());
        Self { demo, control }
    }

    /// The next picture is not answered before [`Self::release`].
    async fn hold_one(&self) {
        let fault = json!({ "path": "/images/", "hold": true, "times": 1 });
        self.control.post("/control/faults", &fault).await;
    }

    async fn release(&self) {
        self.control.post("/control/release", &Value::Null).await;
    }

    /// Waits until this many requests are held.
    async fn held(&self, many: u64) {
        until("requests are held", async || {
            (self.counters().await["held"] == many).then_some(())
        })
        .await;
    }

    /// How many pictures were asked for.
    async fn painted(&self) -> Value {
        self.counters().await["by_path"]["/v1/images/edits"].clone()
    }

    async fn counters(&self) -> Value {
        self.control.get("/control/counters").await.json()
    }
}

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
