//! Answers that were found again: where their calls stand, and what becomes of a call that had been given up as unknown.

use super::{
    SqliteStore, StoreError, StoreResult,
    columns::Columns as _,
    job_events::{self, Said},
    jobs, money, variations,
};
use crate::{
    domain::{
        id::{CallId, JobId},
        job::{JobEventKind, JobState, machine::Event},
    },
    server::store::{CallStanding, ClaimedJob, EventRow, FinishedJob, JobStanding, Recovery},
};
use async_trait::async_trait;
use sqlx::SqliteConnection;

async fn standing(db: &mut SqliteConnection, id: &CallId) -> StoreResult<CallStanding> {
    let call = sqlx::query("SELECT kind, settled_at, unknown FROM calls WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(&mut *db)
        .await?
        .ok_or(StoreError::NotFound)?;
    let job = sqlx::query(
        "SELECT id, owner, call, state, order_snapshot, quote, plan, answer, play, attempt, lease_until \
         FROM jobs WHERE call = $1",
    )
    .bind(id.as_str())
    .fetch_optional(db)
    .await?;
    let job = job
        .map(|row| {
            Ok::<_, StoreError>(Box::new(JobStanding {
                state: row.name("state")?,
                lease_until: row.moment_or_none("lease_until")?,
                job: ClaimedJob {
                    id: row.id("id")?,
                    owner: row.id("owner")?,
                    call: row.id("call")?,
                    order: row.json("order_snapshot")?,
                    quote: row.json("quote")?,
                    plan: row.json("plan")?,
                    answer: row.json_or_none("answer")?,
                    play: row.plain("play")?,
                    attempt: row.plain("attempt")?,
                },
            }))
        })
        .transpose()?;
    Ok(CallStanding {
        settled: call.moment_or_none("settled_at")?.is_some(),
        unknown: call.plain("unknown")?,
        job,
    })
}

/// Keeps what was found for a job that had been given up: it succeeded after all.
async fn publish(db: &mut SqliteConnection, done: FinishedJob) -> StoreResult<EventRow> {
    jobs::load(db, &done.job).await?.after(Event::Found)?;
    let revived = sqlx::query(
        "UPDATE jobs SET state = $2, error = NULL WHERE id = $1 AND state = $3 RETURNING owner, call, source",
    )
    .bind(done.job.as_str())
    .bind(JobState::Succeeded.name())
    .bind(JobState::Unknown.name())
    .fetch_optional(&mut *db)
    .await?;
    let Some(revived) = revived else {
        return Err(not_unknown(db, &done.job).await?);
    };
    let (owner, source, call) = (revived.id("owner")?, revived.id("source")?, revived.id("call")?);
    for (place, variation) in done.variations.iter().enumerate() {
        if variation.owner != owner || variation.source != source || variation.job != done.job {
            return Err(StoreError::WrongState);
        }
        variations::insert(db, variation, place as u64).await?;
    }
    money::settle_down(db, &call, &done.settlement).await?;
    let said = Said {
        variations: done.variations.into_iter().map(|variation| variation.id).collect(),
        spent: Some(done.settlement.spent),
        ..Said::plainly(JobEventKind::Succeeded, done.settlement.now)
    };
    job_events::append(db, &done.job, said).await
}

async fn not_unknown(db: &mut SqliteConnection, id: &JobId) -> StoreResult<StoreError> {
    let found = sqlx::query("SELECT 1 FROM jobs WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(db)
        .await?;
    Ok(if found.is_some() {
        StoreError::WrongState
    } else {
        StoreError::NotFound
    })
}

#[async_trait]
impl Recovery for SqliteStore {
    async fn standing(&self, call: &CallId) -> StoreResult<CallStanding> {
        let mut db = self.snapshot().await?;
        standing(&mut db, call).await
    }

    async fn publish_found(&self, done: &FinishedJob) -> StoreResult<EventRow> {
        let done = done.clone();
        self.write(move |db| Box::pin(async move { publish(db, done).await }))
            .await
    }
}
