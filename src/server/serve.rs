//! From settings to a server that answers, and back to rest.
//!
//! Order at start: the address (so that a taken one is said before anything is opened), folders, database, pictures,
//! demo providers if there is no key, providers, what a former process left undone, workers, the first answer. Order at
//! the end: no new requests, streams end, nothing more is sent; answers under way are waited for, all within ten seconds
//! unless the operator has more patience; the demo, the database.

use super::{
    blobs::{BlobError, Blobs, PLACE},
    cli::say,
    clock::{Clock as _, SystemClock},
    config::Config,
    demo::{self, DemoOptions},
    http::site::Site,
    jobs::{reaper, worker},
    providers::{
        Jitter, Look, Providers, ProvidersError, Rhythm,
        catalogue::{self, CatalogueProblems},
        ensure_crypto,
    },
    random::Random,
    routes,
    state::{App, AppState, Parts},
    store::{
        BlobRefs as _, StoreError,
        sqlite::{OpenError, SqliteStore},
    },
    upkeep,
};
use crate::domain::catalogue::Catalogue;
use axum::serve::ListenerExt as _;
use reqwest::Url;
use std::{
    fs::{File, TryLockError},
    io::{self, ErrorKind},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpListener, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long requests that are under way may take once the server was asked to stop.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long the database may take to close, with what is above within the ten seconds that service managers give at least.
const CLOSING: Duration = Duration::from_secs(1);

/// A file in the folder for data, while a backup changes places with what is there.
pub(super) const RESTORING: &str = "restore.unfinished";

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody else has the address.
    #[error(
        "{addr} is taken by another program. Stop it, or choose another address: \
         pochoir --addr {}, or POCHOIR_ADDR",
        next_port(*addr)
    )]
    Taken {
        /// The address.
        addr: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("{addr} cannot be listened on")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The folder for data cannot be made.
    #[error("the folder {} cannot be made", path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another server works in this folder; it would take this one's running jobs for abandoned ones.
    #[error("another pochoir works in {}: stop it, or give this one a folder of its own (POCHOIR_DATA_DIR)", path.display())]
    InUse {
        /// Which folder.
        path: PathBuf,
    },
    /// A backup was being brought back here and did not come to its end.
    #[error("a restore into {} did not come to its end: run it again, with --replace", path.display())]
    Restoring {
        /// Which folder.
        path: PathBuf,
    },
    /// The database knows pictures, and there are none.
    #[error(
        "the database refers to pictures of {bytes} bytes, and there are none in {}: is the disk mounted? \
         (POCHOIR_BLOB_URL, POCHOIR_DATA_DIR)",
        path.display()
    )]
    NoPictures {
        /// Which folder.
        path: PathBuf,
        /// How many bytes.
        bytes: u64,
    },
    /// The catalogue cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueProblems),
    /// The providers cannot be used.
    #[error(transparent)]
    Providers(#[from] ProvidersError),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error("the database failed at start")]
    Store(#[from] StoreError),
    /// The pictures cannot be reached.
    #[error("the folder of pictures cannot be used")]
    Blobs(#[from] BlobError),
    /// Serving failed.
    #[error("serving failed")]
    Serve(#[source] io::Error),
}

impl ServeError {
    /// Whether the operator's settings are at fault.
    #[must_use]
    pub fn is_settings(&self) -> bool {
        matches!(
            self,
            Self::Catalogue(_) | Self::Providers(ProvidersError::UnknownModel(_))
        )
    }
}

fn next_port(addr: SocketAddr) -> SocketAddr {
    SocketAddr::new(addr.ip(), addr.port().checked_add(1).unwrap_or(3000))
}

/// Serves until a signal asks to stop.
pub async fn serve(config: Config) -> Result<(), ServeError> {
    let listener = listen(config.http.addr).await?;
    let instance = Instance::open(config).await?;
    let app = &instance.app;
    for warning in app.config.warnings() {
        tracing::warn!("{warning}");
    }
    stop_on_signal(app.shutdown.clone());
    renew_keys_on_signal(app);
    say(&greeting(&app.config, &listener));
    let serving = async {
        let served = serve_on(listener, app, Site::of_this_binary()).await;
        app.shutdown.cancel();
        served
    };
    let (served, ()) = tokio::join!(serving, instance.rest());
    instance.close().await;
    served
}

/// The catalogue that these settings name, as it is today.
pub fn load_catalogue(config: &Config) -> Result<Catalogue, CatalogueProblems> {
    let today = SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d");
    catalogue::load(config.providers.catalogue.as_deref(), &today.to_string())
}

/// Makes the folder ours until the file is closed, however this process ends.
pub(super) fn lock(folder: &Path) -> Result<File, ServeError> {
    let file = File::create(folder.join("pochoir.lock")).map_err(|source| ServeError::Folder {
        path: folder.to_owned(),
        source,
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServeError::InUse {
            path: folder.to_owned(),
        }),
        // Some network folders have no locks. Whoever uses one sees to it alone.
        Err(TryLockError::Error(error)) => {
            tracing::warn!("the folder {} cannot be locked: {error}", folder.display());
            Ok(file)
        }
    }
}

/// Serves the demo providers alone until a signal asks to stop.
pub async fn serve_demo_providers(addr: SocketAddr, control: bool) -> Result<(), ServeError> {
    let listener = listen(addr).await?;
    let shutdown = CancellationToken::new();
    let addr = listener.local_addr().unwrap_or(addr);
    stop_on_signal(shutdown.clone());
    say(&format!("The demo providers listen on http://{addr}"));
    demo::serve(listener, DemoOptions { control }, shutdown)
        .await
        .map_err(ServeError::Serve)
}

async fn listen(addr: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(addr).await.map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => ServeError::Taken { addr },
        _ => ServeError::Listen { addr, source },
    })
}

fn greeting(config: &Config, listener: &TcpListener) -> String {
    let mut http = config.http.clone();
    // Port 0 asks the system for one.
    http.addr = listener.local_addr().unwrap_or(http.addr);
    let paint = if config.demo() {
        "\nNo key is set: the demo describes and paints, in play money."
    } else {
        ""
    };
    format!("Pochoir is at {}{paint}", http.origin())
}

/// Answers on this listener until the application is asked to stop, and a little longer for what is under way.
pub async fn serve_on(listener: TcpListener, app: &AppState, site: Site) -> Result<(), ServeError> {
    let router = routes::router(app, site);
    let listener = listener.tap_io(|connection| {
        // Small answers leave at once; a connection that refuses is gone already.
        let _ = connection.set_nodelay(true);
    });
    let server = axum::serve(listener, router).with_graceful_shutdown(app.shutdown.clone().cancelled_owned());
    let late = async {
        app.shutdown.cancelled().await;
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        served = async { server.await } => served.map_err(ServeError::Serve),
        () = late => {
            tracing::warn!("requests that were still under way were cut off");
            Ok(())
        }
    }
}

/// The application with everything that runs beside the requests.
#[derive(Debug)]
pub struct Instance {
    /// What handlers hold.
    pub app: AppState,
    store: Arc<SqliteStore>,
    workers: Workers,
    demo: Option<Demo>,
    /// The folder is ours as long as this file is open.
    _lock: File,
}

impl Instance {
    /// Opens what the settings name and starts the workers.
    pub async fn open(config: Config) -> Result<Self, ServeError> {
        ensure_crypto();
        for path in [&config.data_dir, &config.blobs.dir] {
            tokio::fs::create_dir_all(path)
                .await
                .map_err(|source| ServeError::Folder {
                    path: path.clone(),
                    source,
                })?;
        }
        let lock = lock(&config.data_dir)?;
        if config.data_dir.join(RESTORING).exists() {
            return Err(ServeError::Restoring { path: config.data_dir });
        }
        let catalogue = load_catalogue(&config)?;
        let store = Arc::new(SqliteStore::open(&config.database.path).await?);
        let strange = !config.blobs.dir.join(PLACE).exists();
        let blobs = Blobs::folder(&config.blobs.dir)?;
        let bytes = store.stored_bytes().await?;
        if strange && bytes > 0 && blobs.list().await?.is_empty() {
            blobs.unmark().await?;
            return Err(ServeError::NoPictures {
                path: config.blobs.dir,
                bytes,
            });
        }
        let demo = if config.demo() {
            Some(Demo::start(DemoOptions::default()).await.map_err(ServeError::Serve)?)
        } else {
            None
        };
        let address = demo.as_ref().map(|demo| &demo.address);
        let chance = Random::from_system();
        let jitter: Jitter = Arc::new(move || u64::from_be_bytes(chance.bytes()));
        let providers = Providers::build(&config, &catalogue, address, Rhythm::default(), &jitter)?;
        let app = App::assemble(Parts {
            config,
            store: store.clone(),
            blobs,
            providers,
            catalogue,
            clock: Arc::new(SystemClock),
            random: Random::from_system(),
        })
        .await?;
        let orphans = app.blobs.sweep_orphans(&*app.store).await?;
        if orphans > 0 {
            tracing::info!(orphans, "pictures that nothing refers to were deleted");
        }
        reaper::sweep(&app, true).await?;
        let workers = Workers::start(&app);
        let watching = app.clone();
        app.tasks.spawn(async move { catalogue::watch(&watching).await });
        Ok(Self {
            app,
            store,
            workers,
            demo,
            _lock: lock,
        })
    }

    /// Waits until the application is asked to stop, and then for what is under way, as long as the operator has patience.
    /// Nothing is sent any more meanwhile; what comes in time is kept, and carried on at the next start if need be.
    pub async fn rest(&self) {
        self.app.shutdown.cancelled().await;
        let under_way = async {
            self.workers.0.wait().await;
            self.app.tasks.close();
            self.app.tasks.wait().await;
        };
        if timeout(self.app.config.limits.stop_patience, under_way).await.is_err() {
            tracing::warn!("calls that were still under way are given up; they are booked in full at the next start");
        }
    }

    /// Ends: the demo and the database close.
    pub async fn close(self) {
        if let Some(demo) = self.demo {
            demo.stop();
        }
        if timeout(CLOSING, self.store.close()).await.is_err() {
            tracing::warn!("the database did not close in time; it is whole all the same");
        }
    }
}

/// Everything that works beside the requests.
#[derive(Debug)]
pub struct Workers(TaskTracker);

impl Workers {
    /// Starts them; they stop when the application does.
    #[must_use]
    pub fn start(app: &AppState) -> Self {
        let tasks = TaskTracker::new();
        tasks.spawn(worker::run(app.clone()));
        let upkeep = app.clone();
        tasks.spawn(async move { upkeep::run(&upkeep).await });
        let app = app.clone();
        tasks.spawn(async move { reaper::run(&app).await });
        tasks.close();
        Self(tasks)
    }

    /// Waits until they have put down what they hold.
    pub async fn finish(self) {
        self.0.wait().await;
    }
}

/// The demo providers on a port of their own, on this machine only.
#[derive(Debug)]
pub struct Demo {
    /// Where they are.
    pub address: Url,
    stop: CancellationToken,
}

impl Demo {
    /// Starts them.
    pub async fn start(options: DemoOptions) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let address = Url::parse(&address).map_err(io::Error::other)?;
        let stop = CancellationToken::new();
        let closing = stop.clone();
        tokio::spawn(async move {
            if let Err(error) = demo::serve(listener, options, closing).await {
                tracing::error!("the demo providers stopped: {error}");
            }
        });
        Ok(Self { address, stop })
    }

    /// Stops them.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

/// Cancels at the first signal. At the second, nobody waits any more. Signals are heard from the moment this returns.
fn stop_on_signal(shutdown: CancellationToken) {
    let mut signals = Signals::listen();
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("stopping; once more stops at once");
        shutdown.cancel();
        signals.next().await;
        tracing::warn!("stopped at once");
        std::process::exit(130);
    });
}

/// Reads providers' keys again at every SIGHUP. Heard from the moment this returns.
#[cfg(unix)]
fn renew_keys_on_signal(app: &AppState) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangups) = signal(SignalKind::hangup()) else {
        return;
    };
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = app.shutdown.cancelled() => return,
                heard = hangups.recv() => if heard.is_none() { return },
            }
            tracing::info!("the providers' keys are read again; those in the environment stay as they are");
            app.providers.renew_keys(Look::Always).await;
        }
    });
}

/// Elsewhere there is no such signal; files are looked at all the same.
#[cfg(not(unix))]
fn renew_keys_on_signal(_: &AppState) {}

/// What asks a program to stop.
#[cfg(unix)]
struct Signals([Option<tokio::signal::unix::Signal>; 2]);

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self([SignalKind::terminate(), SignalKind::interrupt()].map(|kind| signal(kind).ok()))
    }

    async fn next(&mut self) {
        async fn one(signal: &mut Option<tokio::signal::unix::Signal>) {
            match signal {
                Some(signal) => {
                    signal.recv().await;
                }
                None => std::future::pending().await,
            }
        }
        let [terminate, interrupt] = &mut self.0;
        tokio::select! {
            () = one(terminate) => {}
            () = one(interrupt) => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    const fn listen() -> Self {
        Self
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
