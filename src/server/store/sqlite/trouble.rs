//! What an error of SQLite means for whoever asked: whether it passes, and who has to do something about it.

use super::StoreError;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// An error in its box becomes this.
type Told = fn(Box<dyn std::error::Error + Send + Sync>) -> StoreError;

/// Primary result codes: <https://www.sqlite.org/rescode.html>.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const PROTOCOL: i32 = 15;

/// How an error is told.
pub(super) fn told(error: &sqlx::Error) -> Told {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().and_then(|code| code.parse::<i32>().ok());
            // Extended codes have the primary one in their lowest byte.
            match code.map(|code| code & 0xff) {
                Some(FULL) => StoreError::Full,
                Some(BUSY | LOCKED | READONLY | IOERR | CANTOPEN | PROTOCOL) => StoreError::Away,
                _ => StoreError::Database,
            }
        }
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::StorageFull => StoreError::Full,
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            StoreError::Away
        }
        _ => StoreError::Database,
    }
}

/// The file a connection has open. SQLite goes on writing into a file that was moved away or deleted, and the next process
/// would find nothing of it: so whoever writes looks first whether it is still there.
#[derive(Debug)]
pub(super) struct OpenFile {
    path: PathBuf,
    identity: Identity,
}

#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = ();

#[cfg(unix)]
fn identity(found: &fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (found.dev(), found.ino())
}

/// Elsewhere an open file cannot be moved.
#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> Identity {}

impl OpenFile {
    /// The file that is there now, and was just opened.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            identity: identity(&fs::metadata(path)?),
        })
    }

    /// Refuses when it is not there any more, or another one is.
    pub(super) fn require(&self) -> io::Result<()> {
        if identity(&fs::metadata(&self.path)?) == self.identity {
            Ok(())
        } else {
            Err(io::Error::new(io::ErrorKind::NotFound, "another file is in its place"))
        }
    }
}
