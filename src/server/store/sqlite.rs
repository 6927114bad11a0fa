//! The store in one SQLite file: write-ahead log, strict tables, foreign keys, every commit on the disk before anybody hears
//! of it.
//!
//! Acts that write are closures handed to one [`writer`] task, so that nobody ever meets a locked database and a caller who
//! goes away in the middle leaves nothing half done. Questions that only read go to a pool of read-only connections and
//! never wait for the writer. Statements keep to what PostgreSQL understands too (`$1`, `ON CONFLICT`, `RETURNING`, row
//! values).
//!
//! To add an act: a method on the aggregate's trait, and in the aggregate's file here a function that takes the connection.

mod alerts;
mod balances;
mod blob_refs;
mod books;
mod columns;
mod descriptions;
mod factors;
mod free_tiers;
mod groups;
mod instance;
mod job_events;
mod job_sweep;
mod jobs;
pub mod keeping;
mod leaving;
mod ledger;
mod masks;
mod money;
mod paid_words;
mod recovery;
mod refinements;
mod shares;
mod sources;
mod trouble;
mod variations;
mod visitors;
mod writer;

use super::{Store, StoreError, StoreResult};
use futures::future::BoxFuture;
use sqlx::{
    ConnectOptions as _, SqlSafeStr as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    time::Duration,
};
use writer::Writer;

/// How long a statement waits for another process, such as a backup, before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that read.
const READERS: u32 = 4;

/// Every migration: number, name, statements. A landed one is never edited.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("../../../migrations/sqlite/0001_first.sql")),
    (
        2,
        "after care",
        include_str!("../../../migrations/sqlite/0002_after_care.sql"),
    ),
    (3, "books", include_str!("../../../migrations/sqlite/0003_books.sql")),
    (4, "jobs", include_str!("../../../migrations/sqlite/0004_jobs.sql")),
    (
        5,
        "keeping",
        include_str!("../../../migrations/sqlite/0005_keeping.sql"),
    ),
    (
        6,
        "refining",
        include_str!("../../../migrations/sqlite/0006_refining.sql"),
    ),
    (
        7,
        "free tiers",
        include_str!("../../../migrations/sqlite/0007_free_tiers.sql"),
    ),
];

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer Pochoir wrote it.
    #[error(
        "the database {} was written by a newer Pochoir (its schema is {found}, this program knows {known}): \
         use that version, or restore a backup from before the update",
        path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The schema it has.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// A migration did not run, or a landed one differs from what this file was made with.
    #[error("the database {} could not be brought to the current schema", path.display())]
    Migration {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: MigrateError,
    },
    /// There is no such file.
    #[error("there is no database at {}: check POCHOIR_DATA_DIR, or start the server once", path.display())]
    Missing {
        /// Which file.
        path: PathBuf,
    },
    /// Another Pochoir works with it, and this one is not of the same version.
    #[error(
        "the database {} has the schema {found} and this program knows {known}: \
         use the program that serves it, or start the server once with this one",
        path.display()
    )]
    OtherSchema {
        /// Which file.
        path: PathBuf,
        /// The schema it has.
        found: i64,
        /// The schema this program knows.
        known: i64,
    },
    /// A copy of it could not be made.
    #[error("the database could not be copied to {}", path.display())]
    Copy {
        /// Where to.
        path: PathBuf,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// The file cannot be used.
    #[error("the database {} could not be opened", path.display())]
    Database {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
}

/// A store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    /// Everything that writes goes through here, one after the other.
    writer: Writer,
    /// Everything that only reads.
    readers: SqlitePool,
    /// The file.
    path: PathBuf,
}

impl SqliteStore {
    /// Opens the file, makes it if it is not there, and brings its schema up to date; before that, what is there is copied.
    /// Call it within the runtime that will use the store: the writer is a task.
    ///
    /// # Errors
    /// [`OpenError`], in words for the operator.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        Self::with(path, Schema::Current).await
    }

    /// Opens a file that another process may be working with: it must be there and of this program's schema.
    ///
    /// # Errors
    /// [`OpenError`], in words for the operator.
    pub async fn attach(path: &Path) -> Result<Self, OpenError> {
        Self::with(path, Schema::AsItIs).await
    }

    /// Opens a file that is a copy already, and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`], in words for the operator.
    pub async fn open_copy(path: &Path) -> Result<Self, OpenError> {
        Self::with(path, Schema::Uncopied).await
    }

    async fn with(path: &Path, schema: Schema) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Database {
            path: path.to_owned(),
            source,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .disable_statement_logging();

        if schema == Schema::AsItIs && !path.exists() {
            return Err(OpenError::Missing { path: path.to_owned() });
        }
        let mut connection = options
            .clone()
            .create_if_missing(schema == Schema::Current)
            .connect()
            .await
            .map_err(failed)?;
        let found = keeping::schema_of(&mut connection).await.map_err(failed)?;
        match (schema, found) {
            (Schema::AsItIs, found) if found != Some(known_schema()) => {
                return Err(OpenError::OtherSchema {
                    path: path.to_owned(),
                    found: found.unwrap_or(0),
                    known: known_schema(),
                });
            }
            (Schema::Current, Some(found)) if found < known_schema() => {
                keeping::copy_aside(&mut connection, path, found)
                    .await
                    .map_err(|source| OpenError::Copy {
                        path: keeping::copy_before(path, found),
                        source,
                    })?;
            }
            _ => {}
        }
        migrate(&mut connection, path).await?;

        let reading = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .busy_timeout(BUSY_TIMEOUT)
            .disable_statement_logging();
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .connect_with(reading)
            .await
            .map_err(failed)?;
        Ok(Self {
            writer: Writer::start(options, path, connection),
            readers,
            path: path.to_owned(),
        })
    }

    /// Finishes what was asked and closes the file. Whoever asks afterwards gets an error.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Runs an act as one transaction. It runs to its end even if the caller goes away.
    async fn write<T, F>(&self, act: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, StoreResult<T>> + Send + 'static,
    {
        self.writer.run(act).await
    }

    /// One moment of the database, for questions of more than one statement.
    async fn snapshot(&self) -> StoreResult<Transaction<'static, Sqlite>> {
        Ok(self.readers.begin().await?)
    }
}

impl Store for SqliteStore {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        trouble::told(&error)(Box::new(error))
    }
}

/// What is done about a schema that is not this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Schema {
    /// It is brought up to date.
    Current,
    /// It is brought up to date, without another copy.
    Uncopied,
    /// It is refused.
    AsItIs,
}

/// The newest schema this program knows.
#[must_use]
pub fn known_schema() -> i64 {
    MIGRATIONS.iter().map(|(version, _, _)| *version).max().unwrap_or(0)
}

/// Brings the schema up to date.
async fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let known = known_schema();
    let migrations = MIGRATIONS.iter().map(|&(version, name, statements)| {
        Migration::new(
            version,
            Cow::Borrowed(name),
            MigrationType::Simple,
            statements.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
        .run_direct(None, connection, false)
        .await
        .map_err(|error| match error {
            MigrateError::VersionMissing(found) if found > known => OpenError::Newer {
                path: path.to_owned(),
                found,
                known,
            },
            source => OpenError::Migration {
                path: path.to_owned(),
                source,
            },
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn open() -> (tempfile::TempDir, SqliteStore) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(&folder.path().join("pochoir.db")).await;
        (folder, store.expect("a new database"))
    }

    #[tokio::test]
    async fn the_writer_waits_for_the_disk_and_minds_foreign_keys() {
        let (_folder, store) = open().await;
        let (synchronous, foreign_keys): (i64, i64) = store
            .write(|db| {
                Box::pin(async move {
                    let synchronous = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *db).await?;
                    let foreign_keys = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(db).await?;
                    Ok((synchronous, foreign_keys))
                })
            })
            .await
            .expect("settings");
        assert_eq!((synchronous, foreign_keys), (2, 1), "2 is FULL");
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let (_folder, store) = open().await;
        let mut db = store.snapshot().await.expect("a reader");
        let refused = sqlx::query("DELETE FROM instance").execute(&mut *db).await;
        assert!(refused.is_err());
    }

    #[tokio::test]
    async fn an_act_that_panics_is_rolled_back_and_the_writer_goes_on() {
        let (_folder, store) = open().await;
        let panicked: StoreResult<()> = store
            .write(|db| {
                Box::pin(async move {
                    sqlx::query("INSERT INTO visitors (id, created_at) VALUES ('x', 0)")
                        .execute(db)
                        .await?;
                    panic!("as the test wants it")
                })
            })
            .await;
        assert!(matches!(panicked, Err(StoreError::Database(_))), "{panicked:?}");
        let visitors: i64 = store
            .write(|db| {
                Box::pin(async move {
                    let count = sqlx::query_scalar("SELECT count(*) FROM visitors")
                        .fetch_one(db)
                        .await?;
                    Ok(count)
                })
            })
            .await
            .expect("the writer lives");
        assert_eq!(visitors, 0);
    }
}
