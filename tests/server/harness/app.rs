//! The server of one test.

use super::{AT_MOST, Person, until};
use pochoir::server::{
    blobs::{Blobs, Drawer},
    clock::{Clock, SystemClock},
    config::Config,
    demo::DemoOptions,
    http::site::Site,
    providers::{Jitter, Providers, Rhythm, catalogue, ensure_crypto},
    random::Random,
    serve::{Demo, Workers, serve_on},
    state::{App, AppState, Parts},
    store::sqlite::SqliteStore,
};
use serde_json::Value;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle};

/// Repeats at once, never waits long.
pub const QUICK: Rhythm = Rhythm {
    connect: Duration::from_secs(5),
    first_wait: Duration::from_millis(1),
    retries: 2,
    pause: Duration::ZERO,
    patience: Duration::from_mins(2),
    longest: Duration::from_mins(10),
};

/// A running server. End every test with [`TestApp::finish`]: it proves that nothing is left over.
pub struct TestApp {
    /// What handlers hold.
    pub app: AppState,
    /// Where it listens.
    pub address: SocketAddr,
    /// The demo providers; their fault script is below `/control`.
    pub demo: Demo,
    store: Arc<SqliteStore>,
    database: PathBuf,
    workers: Option<Workers>,
    server: JoinHandle<()>,
    _folder: tempfile::TempDir,
    finished: bool,
}

/// How many rows of each table and how many blobs there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts(pub BTreeMap<String, i64>);

impl TestApp {
    /// A server with default settings: no key, so the demo describes and paints.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A server with these settings. `{demo}` in a value is the address of the demo providers.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::at(Arc::new(SystemClock), settings).await
    }

    /// A server with this clock and these settings.
    pub async fn at(clock: Arc<dyn Clock>, settings: &[(&str, &str)]) -> Self {
        Self::build(clock, QUICK, settings).await
    }

    /// A server whose calls to providers wait and repeat like this.
    pub async fn paced(rhythm: Rhythm, settings: &[(&str, &str)]) -> Self {
        Self::build(Arc::new(SystemClock), rhythm, settings).await
    }

    async fn build(clock: Arc<dyn Clock>, rhythm: Rhythm, settings: &[(&str, &str)]) -> Self {
        ensure_crypto();
        let folder = tempfile::tempdir().expect("a folder");
        let demo = Demo::start(DemoOptions { control: true })
            .await
            .expect("the demo providers");
        let demo_at = demo.address.as_str().trim_end_matches('/').to_owned();
        let data = ("POCHOIR_DATA_DIR".to_owned(), folder.path().display().to_string());
        let settings = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.replace("{demo}", &demo_at)));
        let config = Config::load(std::iter::once(data).chain(settings), None).expect("settings");
        let catalogue = catalogue::load(config.providers.catalogue.as_deref(), "2026-11-22").expect("the catalogue");
        let jitter: Jitter = Arc::new(|| 0);
        let providers = Providers::build(&config, &catalogue, Some(&demo.address), rhythm, &jitter).expect("providers");
        let database = config.database.path.clone();
        let store = Arc::new(SqliteStore::open(&database).await.expect("a database"));
        let app = App::assemble(Parts {
            config,
            store: store.clone(),
            blobs: Blobs::memory(),
            providers,
            catalogue,
            clock,
            random: Random::from_system(),
        })
        .await
        .expect("an application");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = app.clone();
        let site = Site::Folder(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("public"));
        let server = tokio::spawn(async move { serve_on(listener, &serving, site).await.expect("serving") });
        let workers = Some(Workers::start(&app));
        Self {
            app,
            address,
            demo,
            store,
            database,
            workers,
            server,
            _folder: folder,
            finished: false,
        }
    }

    /// Somebody new, without a session.
    pub fn person(&self) -> Person {
        Person::at(format!("http://{}", self.address))
    }

    /// How much is stored.
    pub async fn counts(&self) -> Counts {
        let mut db = self.look().await;
        let tables = sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            .fetch_all(&mut db)
            .await
            .expect("the tables");
        let mut counts = BTreeMap::new();
        for table in tables {
            let table: String = table.get(0);
            let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM \"{table}\"")))
                .fetch_one(&mut db)
                .await
                .expect("a count");
            counts.insert(table, count);
        }
        let blobs = self.app.blobs.list().await.expect("the blobs").len();
        counts.insert("(blobs)".to_owned(), i64::try_from(blobs).expect("few"));
        Counts(counts)
    }

    /// A look into the database beside the store.
    pub async fn look(&self) -> SqliteConnection {
        let address = format!("sqlite:{}?mode=ro", self.database.display());
        SqliteConnection::connect(&address)
            .await
            .expect("a look into the database")
    }

    /// Every byte that is in the database's files.
    pub fn database_bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for ending in ["", "-wal"] {
            let mut path = self.database.clone().into_os_string();
            path.push(ending);
            all.extend(std::fs::read(path).unwrap_or_default());
        }
        all
    }

    /// Queues faults of the demo providers.
    pub async fn play(&self, faults: Value) {
        let answer = self.control().post("/control/faults", &faults).await;
        assert!(answer.status.is_success(), "{}", answer.text());
    }

    /// Forgets what arrived at the demo providers, and their faults.
    pub async fn reset(&self) {
        self.control().post("/control/reset", &Value::Null).await;
    }

    /// Lets held requests to the demo providers go on.
    pub async fn release(&self) {
        self.control().post("/control/release", &Value::Null).await;
    }

    /// What arrived at the demo providers.
    pub async fn counters(&self) -> Value {
        self.control().get("/control/counters").await.json()
    }

    /// The requests that arrived there, in order.
    pub async fn requests(&self) -> Vec<Value> {
        let mut answer = self.control().get("/control/requests").await.json();
        serde_json::from_value(answer["requests"].take()).expect("requests")
    }

    /// Waits until this many requests are held by the demo providers.
    pub async fn held(&self, many: u64) {
        until("requests are held", async || {
            (self.counters().await["held"] == many).then_some(())
        })
        .await;
    }

    fn control(&self) -> Person {
        Person::at(self.demo.address.as_str().trim_end_matches('/').to_owned())
    }

    /// Proves that every balance equals the sum of its ledger entries.
    pub async fn assert_books(&self) {
        let wrong = self.app.store.ledger_check().await.expect("the books");
        assert_eq!(wrong, Vec::<String>::new(), "the books balance");
    }

    /// Asks the server to stop, as a signal does.
    pub fn stop(&self) {
        self.app.shutdown.cancel();
    }

    /// Waits for what is under way, comes to rest and proves that nothing is left over: no job is open, the books
    /// balance, every blob is referred to and every reference has its blob.
    pub async fn finish(mut self) {
        self.finished = true;
        if !self.app.shutdown.is_cancelled() {
            until("every job is over", async || {
                self.app
                    .store
                    .count_open()
                    .await
                    .expect("the jobs")
                    .is_empty()
                    .then_some(())
            })
            .await;
        }
        self.stop();
        let server = &mut self.server;
        tokio::time::timeout(AT_MOST, server)
            .await
            .expect("the server stops")
            .expect("without a panic");
        if let Some(workers) = self.workers.take() {
            tokio::time::timeout(AT_MOST, workers.finish())
                .await
                .expect("the workers stop");
        }
        self.demo.stop();
        self.assert_books().await;
        let mut kept = self.app.blobs.list().await.expect("the blobs");
        let mut referred = self.app.store.referenced_blobs().await.expect("the references");
        kept.sort();
        referred.sort();
        referred.dedup();
        assert_eq!(kept, referred, "every blob is referred to, and there");
        let spooled = self.app.blobs.laid(Drawer::Spool).await.expect("the spool");
        assert_eq!(spooled, Vec::<String>::new(), "what was paid for is in the books");
        self.store.close().await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        assert!(
            self.finished || std::thread::panicking(),
            "a test ends with `finish`, which proves that nothing is left over"
        );
    }
}
