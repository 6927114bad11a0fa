//! A store on a file that another process may be serving: it is neither made nor brought up to date here.

use super::{BUSY_TIMEOUT, MIGRATIONS, READERS, SqliteStore, Writer};
use sqlx::{
    ConnectOptions as _,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};
use std::path::{Path, PathBuf};

/// Why a database cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// There is none.
    #[error("there is no database at {}: check POCHOIR_DATA_DIR, or start the server once", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// It was written by another version.
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

impl SqliteStore {
    /// Opens a file that is there and up to date, whether a server works on it or not. Writers of several processes take turns.
    ///
    /// # Errors
    /// [`JoinError`], in words for the operator.
    pub async fn join(path: &Path) -> Result<Self, JoinError> {
        if !path.exists() {
            return Err(JoinError::Missing { path: path.to_owned() });
        }
        let failed = |source| JoinError::Database {
            path: path.to_owned(),
            source,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .disable_statement_logging();
        let mut connection = options.clone().connect().await.map_err(failed)?;
        let known = MIGRATIONS.iter().map(|(version, _, _)| *version).max().unwrap_or(0);
        let found = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success = 1")
            .fetch_one(&mut connection)
            .await
            .map_err(failed)?;
        if found != known {
            return Err(JoinError::OtherSchema {
                path: path.to_owned(),
                found,
                known,
            });
        }
        let reading = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .busy_timeout(BUSY_TIMEOUT)
            .disable_statement_logging();
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(reading)
            .await
            .map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Writer::start(options, path, connection),
            readers,
        })
    }
}
