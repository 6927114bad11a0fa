//! The start of a job: its key, the exact-repeat answer, its inputs, its money, its row, its first event.

use super::super::{
    StoreError, StoreResult,
    columns::{Columns as _, json, millis},
    job_events::{self, Said},
    money, sources,
};
use crate::{
    domain::{
        budget::Caps,
        id::{VariationId, VisitorId},
        job::JobEventKind,
        order::Order,
    },
    server::store::{Enqueued, NewJob},
};
use sqlx::SqliteConnection;

/// What an earlier start with this key gave, if there was one.
async fn earlier(db: &mut SqliteConnection, job: &NewJob) -> StoreResult<Option<Enqueued>> {
    let bound = sqlx::query("SELECT id, state, order_snapshot FROM jobs WHERE owner = $1 AND idempotency_key = $2")
        .bind(job.call.visitor.as_str())
        .bind(&job.idempotency_key)
        .fetch_optional(db)
        .await?;
    let Some(bound) = bound else { return Ok(None) };
    Ok(Some(if bound.json::<Order>("order_snapshot")? == job.order {
        Enqueued::Same(bound.id("id")?, bound.name("state")?)
    } else {
        Enqueued::KeyTaken
    }))
}

/// What this visitor got for exactly the same before, as long as they keep it.
async fn repeated(db: &mut SqliteConnection, job: &NewJob) -> StoreResult<Option<VariationId>> {
    sqlx::query(
        "SELECT variations.id FROM jobs JOIN variations ON variations.job = jobs.id \
         WHERE jobs.owner = $1 AND jobs.repeat_key = $2 AND jobs.state = 'succeeded' \
         ORDER BY jobs.number DESC, variations.recomposed, variations.place LIMIT 1",
    )
    .bind(job.call.visitor.as_str())
    .bind(&job.repeat_key)
    .fetch_optional(db)
    .await?
    .map(|row| row.id("id"))
    .transpose()
}

/// Refuses an order whose pictures are not there, or not all theirs. They stay as long as the job is open.
async fn require_inputs(db: &mut SqliteConnection, owner: &VisitorId, order: &Order) -> StoreResult<()> {
    for source in std::iter::once(&order.source_id).chain(&order.reference_ids) {
        sources::require(db, owner, source).await?;
    }
    if let Some(mask) = &order.mask_id {
        sqlx::query("SELECT 1 FROM masks WHERE id = $1 AND source = $2 AND owner = $3")
            .bind(mask.as_str())
            .bind(order.source_id.as_str())
            .bind(owner.as_str())
            .fetch_optional(&mut *db)
            .await?
            .ok_or(StoreError::NotFound)?;
    }
    if let Some(draft) = &order.finish_of {
        sqlx::query("SELECT 1 FROM variations WHERE id = $1 AND owner = $2")
            .bind(draft.as_str())
            .bind(owner.as_str())
            .fetch_optional(&mut *db)
            .await?
            .ok_or(StoreError::NotFound)?;
    }
    Ok(())
}

/// Starts a job, or says why there is nothing to start. Only a new job leaves anything behind.
pub(super) async fn enqueue(db: &mut SqliteConnection, job: &NewJob, caps: &Caps) -> StoreResult<Enqueued> {
    if let Some(answer) = earlier(db, job).await? {
        return Ok(answer);
    }
    let owner = &job.call.visitor;
    require_inputs(db, owner, &job.order).await?;
    if !job.allow_repeat
        && let Some(variation) = repeated(db, job).await?
    {
        return Ok(Enqueued::Repeat(variation));
    }
    money::reserve(db, &job.call, caps).await?;
    sqlx::query(
        "INSERT INTO jobs (id, owner, call, source, state, order_snapshot, quote, plan, play, idempotency_key, \
             repeat_key, created_at) \
         VALUES ($1, $2, $3, $4, 'queued', $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(job.id.as_str())
    .bind(owner.as_str())
    .bind(job.call.id.as_str())
    .bind(job.order.source_id.as_str())
    .bind(json(&job.order)?)
    .bind(json(&job.quote)?)
    .bind(json(&job.plan)?)
    .bind(job.call.play)
    .bind(&job.idempotency_key)
    .bind(&job.repeat_key)
    .bind(millis(job.call.now))
    .execute(&mut *db)
    .await?;
    let event = job_events::append(db, &job.id, Said::plainly(JobEventKind::Queued, job.call.now)).await?;
    Ok(Enqueued::New(event))
}
