//! Backups: `pochoir backup DIR` while the server runs, `pochoir restore DIR`.
//!
//! A backup is a folder with the database as it was in one moment (`pochoir.db`), every blob that this database refers to
//! (`blobs/`, as the server has it), the answers that lay in the spool, and a manifest, which is written last: a folder
//! without one is no backup. What is deleted while the copy is made is not missing in it: whoever copies says so in the
//! database, and until then the server deletes rows, but no bytes.

mod restore;

pub use restore::restore;

use super::{
    blobs::{BlobError, Blobs, Drawer, export},
    cli::say,
    clock::{Clock as _, SystemClock},
    config::Config,
    digest,
    random::Random,
    store::{
        BlobKey, BlobRefs as _, StoreError, Timestamp,
        sqlite::{OpenError, SqliteStore, keeping},
    },
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::task::spawn_blocking;

/// The database in a backup.
const DATABASE: &str = "pochoir.db";
/// The folder of blobs in a backup.
const BLOBS: &str = "blobs";
/// The manifest.
const MANIFEST: &str = "manifest.json";
/// The form of the manifest and of the folder.
const FORM: u32 = 1;

/// How long the server keeps all bytes for a copy that says nothing more.
const KEPT: SignedDuration = SignedDuration::from_secs(60);
/// How often a copy says that it goes on.
const SAY: Duration = Duration::from_secs(15);

/// Why there is no backup, or nothing was brought back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something is in the folder already.
    #[error("{} is not empty: choose a new folder for each backup", path.display())]
    Occupied {
        /// Which folder.
        path: PathBuf,
    },
    /// The folder holds no whole backup.
    #[error("{} holds no whole backup: there is no readable manifest in it", path.display())]
    NoBackup {
        /// Which folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A newer Pochoir made it.
    #[error("a newer Pochoir made this backup ({what} {found}, this program knows {known}): use that version")]
    Newer {
        /// What is newer.
        what: &'static str,
        /// What it is.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// There is something where the backup would be brought back.
    #[error(
        "there is data in {} already: say --replace to put the backup in its place (what is there is kept aside)",
        path.display()
    )]
    InPlace {
        /// Where.
        path: PathBuf,
    },
    /// Another server works there.
    #[error("another pochoir works in {}: stop it first", path.display())]
    InUse {
        /// Which folder.
        path: PathBuf,
    },
    /// Files of the backup are not what they were.
    #[error("the backup is damaged: {}", words(.0))]
    Damaged(Vec<String>),
    /// The books of the backup do not balance.
    #[error("the books of the backup do not balance: {}", words(.0))]
    Books(Vec<String>),
    /// A file could not be written or read.
    #[error("{} could not be used", path.display())]
    File {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// The pictures cannot be reached.
    #[error("the pictures could not be copied")]
    Blobs(#[from] BlobError),
}

/// Some of many things, in words.
fn words(all: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut shown = all.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    if all.len() > SHOWN {
        let _ = write!(shown, "; and {} more", all.len() - SHOWN);
    }
    shown
}

fn file(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::File { path, source }
}

/// What a backup says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    /// The form of this file: [`FORM`].
    pochoir_backup: u32,
    /// The version of the program that made it.
    program: String,
    /// The number of the last migration of its database.
    schema: i64,
    /// When it was begun: what happened before is in it.
    made_at: Timestamp,
    /// The database.
    database: File,
    /// How many blobs there are, and how many bytes they have.
    blobs: u64,
    blob_bytes: u64,
    /// Blobs that were missing where they came from.
    missing: Vec<BlobKey>,
    /// How many answers lay in the spool.
    spooled: u64,
    /// The number of the last deletion it knows of.
    last_deletion: i64,
    /// The number of the last movement of money.
    last_movement: i64,
    /// How many rows some tables have.
    rows: BTreeMap<String, i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    bytes: u64,
    sha256: String,
}

/// What a file has in it.
async fn digest_of(path: &Path) -> Result<File, BackupError> {
    let path = path.to_owned();
    let hash = move || {
        let mut opened = fs::File::open(&path)?;
        let (mut digest, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; 256 * 1024]);
        loop {
            let read = opened.read(&mut chunk)?;
            if read == 0 {
                break;
            }
            digest.update(&chunk[..read]);
            bytes += read as u64;
        }
        let sha256 = digest::hex(&digest.finalize());
        Ok((path, File { bytes, sha256 }))
    };
    on_disk(hash).await.map(|(_, file)| file)
}

/// Runs work on files where waiting does no harm.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, BackupError> {
    let failed = |source| BackupError::File {
        path: PathBuf::new(),
        source,
    };
    spawn_blocking(work)
        .await
        .map_err(|error| failed(io::Error::other(error)))?
        .map_err(failed)
}

/// Makes a backup in a folder that is new or empty. The server may run meanwhile, or not.
pub async fn backup(config: &Config, folder: &Path) -> Result<(), BackupError> {
    let store = SqliteStore::attach(&config.database.path).await?;
    let blobs = Blobs::attach(&config.blobs.dir)?;
    fs::create_dir_all(folder).map_err(file(folder))?;
    if fs::read_dir(folder).map_err(file(folder))?.next().is_some() {
        return Err(BackupError::Occupied {
            path: folder.to_owned(),
        });
    }
    let keeper = digest::hex(&Random::from_system().bytes::<16>());
    let until = || SystemClock.now() + KEPT;
    store.keep_all(&keeper, until()).await?;
    let keeping_on = async {
        loop {
            tokio::time::sleep(SAY).await;
            if let Err(error) = store.keep_all(&keeper, until()).await {
                tracing::warn!(%error, "the server could not be told that the backup goes on");
            }
        }
    };
    let made = tokio::select! {
        made = copy(&store, &blobs, folder) => made,
        () = keeping_on => unreachable!("it has no end"),
    };
    let let_go = store.let_go(&keeper).await;
    store.close().await;
    let manifest = made?;
    let_go?;
    write_manifest(folder, &manifest)?;
    say(&told(folder, &manifest));
    Ok(())
}

async fn copy(store: &SqliteStore, blobs: &Blobs, folder: &Path) -> Result<Manifest, BackupError> {
    let made_at = SystemClock.now();
    let to = folder.join(BLOBS);
    // Before the moment of the copy and after it: an answer that is in no row yet lies there in between.
    copy_spool(blobs, &to).await?;
    let database = folder.join(DATABASE);
    store.copy_to(&database).await?;
    let survey = keeping::survey(&database).await?;
    let mut missing = Vec::new();
    let mut bytes = 0;
    for (key, expected) in &survey.blobs {
        match blobs.export(key, &to).await {
            Ok(found) if found == *expected => bytes += found,
            Ok(_) | Err(BlobError::NotFound) => missing.push(key.clone()),
            Err(error) => return Err(error.into()),
        }
    }
    copy_spool(blobs, &to).await?;
    let spooled = match fs::read_dir(to.join("spool")) {
        Ok(entries) => entries.count() as u64,
        Err(_) => 0,
    };
    let synced = folder.to_owned();
    on_disk(move || export::sync_folders(&synced)).await?;
    Ok(Manifest {
        pochoir_backup: FORM,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: survey.schema,
        made_at,
        database: digest_of(&database).await?,
        blobs: (survey.blobs.len() - missing.len()) as u64,
        blob_bytes: bytes,
        missing,
        spooled,
        last_deletion: survey.last_deletion.unwrap_or(0),
        last_movement: survey.last_movement,
        rows: survey.counts.into_iter().collect(),
    })
}

async fn copy_spool(blobs: &Blobs, to: &Path) -> Result<(), BackupError> {
    for name in blobs.laid(Drawer::Spool).await? {
        blobs.export_laid(Drawer::Spool, &name, to).await?;
    }
    Ok(())
}

fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let path = folder.join(MANIFEST);
    let write = || {
        let unfinished = folder.join("manifest.unfinished");
        fs::write(&unfinished, serde_json::to_vec_pretty(manifest)?)?;
        fs::File::open(&unfinished)?.sync_all()?;
        fs::rename(&unfinished, &path)?;
        export::sync_folders(folder)
    };
    write().map_err(file(&path))
}

fn told(folder: &Path, manifest: &Manifest) -> String {
    let row = |table: &str| manifest.rows.get(table).copied().unwrap_or(0);
    let mut said = format!(
        "A backup as of {} is in {}: {} sources, {} variations, {} shares, {} pictures of {} bytes.",
        manifest.made_at,
        folder.display(),
        row("sources"),
        row("variations"),
        row("shares"),
        manifest.blobs,
        manifest.blob_bytes,
    );
    if !manifest.missing.is_empty() {
        let _ = write!(
            said,
            "\n{} pictures were missing or cut short where they are kept, and are missing in the backup.",
            manifest.missing.len()
        );
    }
    said
}
