//! What happened to jobs, numbered: within the job from 1, and rising over the whole instance.

use super::{
    StoreError, StoreResult,
    columns::{Columns as _, json, millis},
};
use crate::{
    domain::{
        id::{JobId, VariationId},
        job::JobEventKind,
        money::Micros,
    },
    server::store::{EventRow, Timestamp},
};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

/// What an event says.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) kind: JobEventKind,
    pub(super) url: Option<String>,
    pub(super) variations: Vec<VariationId>,
    pub(super) spent: Option<Micros>,
    pub(super) error: Option<String>,
    pub(super) at: Timestamp,
}

impl Said {
    /// That this happened, and nothing more.
    pub(super) const fn plainly(kind: JobEventKind, at: Timestamp) -> Self {
        Self {
            kind,
            url: None,
            variations: Vec::new(),
            spent: None,
            error: None,
            at,
        }
    }
}

/// Adds an event to a job.
pub(super) async fn append(db: &mut SqliteConnection, job: &JobId, said: Said) -> StoreResult<EventRow> {
    let numbered = sqlx::query("UPDATE jobs SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq, owner")
        .bind(job.as_str())
        .fetch_optional(&mut *db)
        .await?
        .ok_or(StoreError::NotFound)?;
    let (seq, owner): (i64, _) = (numbered.plain("last_seq")?, numbered.id("owner")?);
    let id = sqlx::query_scalar(
        "INSERT INTO job_events (job, owner, seq, kind, url, variations, spent, error, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
    )
    .bind(job.as_str())
    .bind(numbered.plain::<&str>("owner")?)
    .bind(seq)
    .bind(said.kind.name())
    .bind(&said.url)
    .bind(json(&said.variations)?)
    .bind(said.spent.map(|spent| spent.0))
    .bind(&said.error)
    .bind(millis(said.at))
    .fetch_one(db)
    .await?;
    Ok(EventRow {
        id,
        job: job.clone(),
        owner,
        seq,
        kind: said.kind,
        url: said.url,
        variations: said.variations,
        spent: said.spent,
        error: said.error,
        at: said.at,
    })
}

/// An event from its row.
pub(super) fn read(row: &SqliteRow) -> StoreResult<EventRow> {
    Ok(EventRow {
        id: row.plain("id")?,
        job: row.id("job")?,
        owner: row.id("owner")?,
        seq: row.plain("seq")?,
        kind: row.name("kind")?,
        url: row.plain("url")?,
        variations: row.json("variations")?,
        spent: row.micros_or_none("spent")?,
        error: row.plain("error")?,
        at: row.moment("at")?,
    })
}
