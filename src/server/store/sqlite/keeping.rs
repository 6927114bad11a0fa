//! Copies of the database, and what has to be put right in one that was brought back: what was deleted since, and what may
//! have been sent since.

use super::{
    OpenError, SqliteStore, StoreError, StoreResult, blob_refs,
    columns::{Columns as _, millis},
    jobs::{self, Ending, end},
    leaving, money, shares, sources, variations,
};
use crate::{
    api::ErrorCode,
    domain::{
        id::{CallId, SourceId, VariationId, VisitorId},
        job::machine::Event,
        money::Micros,
    },
    server::{
        random::Random,
        store::{BlobKey, Settlement, Timestamp, Tombstone},
    },
};
use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Something that a person deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: i64,
    /// What kind of thing.
    pub kind: Deleted,
    /// Which one.
    pub subject: String,
}

/// What kind of thing was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// A source, with everything made from it.
    Source,
    /// A variation.
    Variation,
    /// A share.
    Share,
    /// A person, with everything of theirs.
    Visitor,
}

impl Deleted {
    const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Variation => "variation",
            Self::Share => "share",
            Self::Visitor => "visitor",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Source, Self::Variation, Self::Share, Self::Visitor]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Notes a deletion, in its own transaction: a backup that is brought back must not bring this back.
pub(super) async fn note_deletion(db: &mut SqliteConnection, kind: Deleted, subject: &str) -> StoreResult<()> {
    sqlx::query("INSERT INTO deletions (kind, subject) VALUES ($1, $2)")
        .bind(kind.name())
        .bind(subject)
        .execute(db)
        .await?;
    Ok(())
}

/// What a file of a database says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The number of its last migration.
    pub schema: i64,
    /// Which instance it belongs to.
    pub secret: Option<Vec<u8>>,
    /// The number of the last deletion it knows; nothing when it is from before they were noted.
    pub last_deletion: Option<i64>,
    /// The number of the last movement of money.
    pub last_movement: i64,
    /// How many rows some tables have, by name.
    pub counts: Vec<(String, i64)>,
    /// Every blob it refers to, with its size.
    pub blobs: Vec<(BlobKey, u64)>,
}

/// Tables whose rows are counted.
const COUNTED: [&str; 7] = ["visitors", "sources", "variations", "shares", "jobs", "calls", "ledger"];

/// A connection to a file that must be there. What it finds is neither made nor migrated.
async fn connect(path: &Path, read_only: bool) -> Result<SqliteConnection, OpenError> {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(read_only)
        .busy_timeout(super::BUSY_TIMEOUT)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|source| OpenError::Database {
            path: path.to_owned(),
            source,
        })
}

/// The number of the last migration of a file; nothing for one that is new.
pub(super) async fn schema_of(db: &mut SqliteConnection) -> Result<Option<i64>, sqlx::Error> {
    let table: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'")
            .fetch_optional(&mut *db)
            .await?;
    if table.is_none() {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(db)
        .await
}

/// Looks at the file of a database that nobody works on.
pub async fn survey(path: &Path) -> Result<Survey, OpenError> {
    let mut db = connect(path, false).await?;
    let failed = |source| OpenError::Database {
        path: path.to_owned(),
        source,
    };
    let found = look(&mut db).await.map_err(failed)?;
    db.close().await.map_err(failed)?;
    Ok(found)
}

async fn look(db: &mut SqliteConnection) -> Result<Survey, sqlx::Error> {
    let schema = schema_of(db).await?.unwrap_or(0);
    let deletions: Option<i64> = sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE name = 'deletions'")
        .fetch_optional(&mut *db)
        .await?;
    let last_deletion = match deletions {
        None => None,
        // The counter, not the rows: those may be thinned out one day.
        Some(_) => Some(
            sqlx::query_scalar("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'deletions'), 0)")
                .fetch_one(&mut *db)
                .await?,
        ),
    };
    let secret = sqlx::query_scalar("SELECT secret FROM instance WHERE id = 1")
        .fetch_optional(&mut *db)
        .await?;
    let last_movement = sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM ledger")
        .fetch_one(&mut *db)
        .await?;
    let mut counts = Vec::with_capacity(COUNTED.len());
    for table in COUNTED {
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
            .fetch_one(&mut *db)
            .await?;
        counts.push((table.to_owned(), count));
    }
    let blobs = sqlx::query_as::<_, (String, i64)>("SELECT key, bytes FROM blobs ORDER BY key")
        .fetch_all(db)
        .await?;
    Ok(Survey {
        schema,
        secret,
        last_deletion,
        last_movement,
        counts,
        blobs: blobs
            .into_iter()
            .map(|(key, bytes)| (BlobKey(key), bytes.unsigned_abs()))
            .collect(),
    })
}

/// What was deleted after the deletion of this number, and what was booked after the movement of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// In the order it was done.
    pub deletions: Vec<Deletion>,
    /// In real money.
    pub booked: Micros,
}

/// Reads what happened in a file since a backup of it.
pub async fn since(path: &Path, last_deletion: i64, last_movement: i64) -> Result<Since, OpenError> {
    let mut db = connect(path, false).await?;
    let failed = |source| OpenError::Database {
        path: path.to_owned(),
        source,
    };
    let rows: Vec<(i64, i64, String, String)> =
        sqlx::query_as("SELECT id, at, kind, subject FROM deletions WHERE id > $1 ORDER BY id")
            .bind(last_deletion)
            .fetch_all(&mut db)
            .await
            .map_err(failed)?;
    let booked = sqlx::query_scalar("SELECT coalesce(sum(spent), 0) FROM ledger WHERE id > $1 AND play = 0")
        .bind(last_movement)
        .fetch_one(&mut db)
        .await
        .map_err(failed)?;
    db.close().await.map_err(failed)?;
    Ok(Since {
        deletions: rows
            .into_iter()
            .filter_map(|(id, at, kind, subject)| {
                Some(Deletion {
                    id,
                    at,
                    kind: Deleted::from_name(&kind)?,
                    subject,
                })
            })
            .collect(),
        booked: Micros(booked),
    })
}

/// Writes a copy of a database, as it is in one moment, while others go on writing. It is on the disk when this returns.
pub(super) async fn copy(db: &mut SqliteConnection, to: &Path) -> Result<(), sqlx::Error> {
    sqlx::query("VACUUM INTO $1")
        .bind(to.to_string_lossy().as_ref())
        .execute(db)
        .await?;
    sync(to).map_err(sqlx::Error::Io)
}

fn sync(path: &Path) -> io::Result<()> {
    fs::File::open(path)?.sync_all()?;
    match path.parent() {
        #[cfg(unix)]
        Some(folder) => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Where the copy is kept that is made before the schema is changed: one for each schema, the last one.
pub(super) fn copy_before(path: &Path, schema: i64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".schema-{schema}"));
    name.into()
}

/// Copies a database before its schema is changed.
pub(super) async fn copy_aside(db: &mut SqliteConnection, path: &Path, schema: i64) -> Result<(), sqlx::Error> {
    let kept = copy_before(path, schema);
    let mut unfinished = kept.clone().into_os_string();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(sqlx::Error::Io(error)),
        _ => {}
    }
    copy(db, &unfinished).await?;
    fs::rename(&unfinished, &kept)
        .and_then(|()| sync(&kept))
        .map_err(sqlx::Error::Io)?;
    tracing::warn!(
        "the schema changes from {schema}; a copy of the database as it was is kept in {}",
        kept.display()
    );
    Ok(())
}

impl SqliteStore {
    /// Copies the database as it is now into a file that is not there yet.
    ///
    /// # Errors
    /// [`OpenError`], in words for the operator.
    pub async fn copy_to(&self, to: &Path) -> Result<(), OpenError> {
        let mut db = connect(&self.path, false).await?;
        copy(&mut db, to).await.map_err(|source| OpenError::Copy {
            path: to.to_owned(),
            source,
        })
    }

    /// Puts a database right that was brought back: whether what it holds as open was sent meanwhile cannot be known, so it is
    /// settled at the full quote and never sent; an answer that it has goes on, unless its picture is among those deleted
    /// since. Then the deletions are done again; without a `since` nobody knows them. Gives how many jobs and calls were given
    /// up. `random` names the tombstones of those who left.
    pub async fn put_right(&self, now: Timestamp, since: Option<&Since>, random: &Random) -> StoreResult<u64> {
        let known = since.is_some();
        let deletions = since.map_or_else(Vec::new, |since| since.deletions.clone());
        let tombstones: Vec<_> = deletions
            .iter()
            .map(|_| Tombstone::from_random(random.bytes()))
            .collect();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("DELETE FROM blob_keepers").execute(&mut *db).await?;
                let given_up = give_up(db, now, &deletions).await?;
                let noted: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM deletions")
                    .fetch_one(&mut *db)
                    .await?;
                for (deletion, tombstone) in deletions.iter().zip(&tombstones) {
                    delete_again(db, deletion, tombstone).await?;
                }
                number_anew(db, noted, &deletions, known).await?;
                Ok(given_up)
            })
        })
        .await
    }
}

/// How far the numbers of deletions jump where nobody knows those that a backup may have counted.
const JUMP: i64 = 1 << 32;

/// Numbers the deletions as they were in the database that is replaced, so that a backup of either compares with both. Where
/// that is not known the next ones get numbers that no backup can have counted.
async fn number_anew(db: &mut SqliteConnection, noted: i64, deletions: &[Deletion], known: bool) -> StoreResult<()> {
    sqlx::query("DELETE FROM deletions WHERE id > $1")
        .bind(noted)
        .execute(&mut *db)
        .await?;
    for deletion in deletions {
        sqlx::query("INSERT INTO deletions (id, kind, subject, at) VALUES ($1, $2, $3, $4)")
            .bind(deletion.id)
            .bind(deletion.kind.name())
            .bind(&deletion.subject)
            .bind(deletion.at)
            .execute(&mut *db)
            .await?;
    }
    if !known {
        // A row for the counter, which a table without rows has not got.
        for statement in [
            "INSERT INTO deletions (kind, subject) VALUES ('share', '')",
            "DELETE FROM deletions WHERE subject = ''",
        ] {
            sqlx::query(statement).execute(&mut *db).await?;
        }
        sqlx::query("UPDATE sqlite_sequence SET seq = seq + $1 WHERE name = 'deletions'")
            .bind(JUMP)
            .execute(db)
            .await?;
    }
    Ok(())
}

const fn not_known(quote: Micros, now: Timestamp) -> Settlement {
    Settlement {
        spent: quote,
        usage: None,
        request_id: None,
        unknown: true,
        now,
    }
}

async fn give_up(db: &mut SqliteConnection, now: Timestamp, deletions: &[Deletion]) -> StoreResult<u64> {
    let deleted = |kind: Deleted, subject: &str| {
        deletions
            .iter()
            .any(|deletion| deletion.kind == kind && deletion.subject == subject)
    };
    let open = sqlx::query("SELECT id, owner, source, answer FROM jobs WHERE ended_at IS NULL")
        .fetch_all(&mut *db)
        .await?;
    let mut given_up = 0;
    for row in open {
        let gone = deleted(Deleted::Source, row.plain("source")?) || deleted(Deleted::Visitor, row.plain("owner")?);
        if row.plain::<Option<&str>>("answer")?.is_some() && !gone {
            continue;
        }
        let job = jobs::load(db, &row.id("id")?).await?;
        let step = job.after(Event::BroughtBack)?;
        end(db, &job, step, Ending::plainly(Some(ErrorCode::OutcomeUnknown), now)).await?;
        given_up += 1;
    }
    let calls = sqlx::query(
        "SELECT id, quote FROM calls WHERE settled_at IS NULL \
             AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.call = calls.id)",
    )
    .fetch_all(&mut *db)
    .await?;
    for row in calls {
        let call: CallId = row.id("id")?;
        money::settle(db, &call, &not_known(row.micros("quote")?, now)).await?;
        given_up += 1;
    }
    Ok(given_up)
}

/// The owner of a row, if the row is there.
async fn owner_of(db: &mut SqliteConnection, statement: &'static str, id: &str) -> StoreResult<Option<VisitorId>> {
    sqlx::query(statement)
        .bind(id)
        .fetch_optional(db)
        .await?
        .map(|row: SqliteRow| row.id("owner"))
        .transpose()
}

/// Deletes what was deleted, if it is back. What was made later than the backup was never there.
async fn delete_again(db: &mut SqliteConnection, deletion: &Deletion, tombstone: &Tombstone) -> StoreResult<()> {
    let subject = deletion.subject.as_str();
    match deletion.kind {
        Deleted::Source => {
            let Some(owner) = owner_of(db, "SELECT owner FROM sources WHERE id = $1", subject).await? else {
                return Ok(());
            };
            sources::delete(db, &owner, &parse::<SourceId>(subject)?).await?;
        }
        Deleted::Variation => {
            if owner_of(db, "SELECT owner FROM variations WHERE id = $1", subject)
                .await?
                .is_some()
            {
                variations::remove(db, &parse::<VariationId>(subject)?).await?;
                note_deletion(db, Deleted::Variation, subject).await?;
            }
        }
        Deleted::Share => {
            if owner_of(db, "SELECT owner FROM shares WHERE id = $1", subject)
                .await?
                .is_some()
            {
                let unlinked = shares::remove(db, subject).await?;
                blob_refs::forget(db, unlinked).await?;
            }
        }
        Deleted::Visitor => match leaving::delete(db, &parse::<VisitorId>(subject)?, tombstone).await {
            Ok(_) | Err(StoreError::NotFound) => {}
            Err(error) => return Err(error),
        },
    }
    Ok(())
}

fn parse<T>(text: &str) -> StoreResult<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(|error| StoreError::Database(Box::new(error)))
}

/// What a keeper writes down: see [`BlobRefs::keep_all`](crate::server::store::BlobRefs::keep_all).
pub(super) async fn keep_all(db: &mut SqliteConnection, name: &str, until: Timestamp) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO blob_keepers (name, until) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET until = excluded.until",
    )
    .bind(name)
    .bind(millis(until))
    .execute(db)
    .await?;
    Ok(())
}
