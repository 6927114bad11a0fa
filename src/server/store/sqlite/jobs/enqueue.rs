//! The start of a job, or of several as one: their key, the exact-repeat answer, their inputs, their money, their rows,
//! their first events.

use super::super::{
    StoreError, StoreResult,
    columns::{Columns as _, json, millis},
    job_events::{self, Said},
    money, sources,
};
use crate::{
    domain::{
        budget::Caps,
        id::{JobId, VariationId, VisitorId},
        job::JobEventKind,
        money::Micros,
        order::Order,
    },
    server::store::{Enqueued, EnqueuedAll, EventRow, NewJob},
};
use sqlx::SqliteConnection;

/// What an earlier start with this key gave, if there was one.
async fn earlier(db: &mut SqliteConnection, job: &NewJob) -> StoreResult<Option<Enqueued>> {
    let bound =
        sqlx::query("SELECT id, state, order_snapshot, directions FROM jobs WHERE owner = $1 AND idempotency_key = $2")
            .bind(job.call.visitor.as_str())
            .bind(&job.idempotency_key)
            .fetch_optional(db)
            .await?;
    let Some(bound) = bound else { return Ok(None) };
    let alone = bound.plain::<Option<&str>>("directions")?.is_none();
    Ok(Some(if alone && bound.json::<Order>("order_snapshot")? == job.order {
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

/// Where a job stands among directions: their name, and its place from 0.
type Place<'a> = Option<(&'a JobId, u32)>;

/// Starts a job, or says why there is nothing to start. Only a new job leaves anything behind.
pub(super) async fn enqueue(db: &mut SqliteConnection, job: &NewJob, caps: &Caps) -> StoreResult<Enqueued> {
    if let Some(answer) = earlier(db, job).await? {
        return Ok(answer);
    }
    require_inputs(db, &job.call.visitor, &job.order).await?;
    if !job.allow_repeat
        && let Some(variation) = repeated(db, job).await?
    {
        return Ok(Enqueued::Repeat(variation));
    }
    reserve_and_insert(db, job, &job.idempotency_key, None, caps)
        .await
        .map(Enqueued::New)
}

/// Starts several jobs of one visitor under the key of the first, or none of them.
pub(super) async fn enqueue_all(db: &mut SqliteConnection, jobs: &[NewJob], caps: &Caps) -> StoreResult<EnqueuedAll> {
    let first = jobs.first().ok_or(StoreError::WrongState)?;
    if let Some(answer) = earlier_all(db, first, jobs).await? {
        return Ok(answer);
    }
    let mut repeats = Vec::new();
    for (place, job) in jobs.iter().enumerate() {
        require_inputs(db, &job.call.visitor, &job.order).await?;
        if !job.allow_repeat
            && let Some(variation) = repeated(db, job).await?
        {
            repeats.push((place, variation));
        }
    }
    if !repeats.is_empty() {
        return Ok(EnqueuedAll::Repeat(repeats));
    }
    let total: Micros = jobs.iter().map(|job| job.call.quote).sum();
    let mut held = Micros::ZERO;
    let mut events = Vec::with_capacity(jobs.len());
    for (place, job) in (0..).zip(jobs) {
        // The first one binds the key; the others have keys that nobody can guess.
        let key = match place {
            0 => first.idempotency_key.clone(),
            _ => format!("{}:{place}", first.id),
        };
        let event = reserve_and_insert(db, job, &key, Some((&first.id, place)), caps)
            .await
            .map_err(|error| of_all(error, held, total))?;
        held += job.call.quote;
        events.push(event);
    }
    Ok(EnqueuedAll::New(events))
}

/// What was left before any of them was held, and what all of them need.
fn of_all(error: StoreError, held: Micros, total: Micros) -> StoreError {
    match error {
        StoreError::OverBudget { budget, left, .. } => StoreError::OverBudget {
            budget,
            left: left + held,
            needed: total,
        },
        other => other,
    }
}

/// What an earlier start of several with this key gave, if there was one.
async fn earlier_all(db: &mut SqliteConnection, first: &NewJob, jobs: &[NewJob]) -> StoreResult<Option<EnqueuedAll>> {
    let bound = sqlx::query("SELECT directions FROM jobs WHERE owner = $1 AND idempotency_key = $2")
        .bind(first.call.visitor.as_str())
        .bind(&first.idempotency_key)
        .fetch_optional(&mut *db)
        .await?;
    let Some(bound) = bound else { return Ok(None) };
    let Some(name) = bound.id_or_none::<JobId>("directions")? else {
        return Ok(Some(EnqueuedAll::KeyTaken));
    };
    let rows = sqlx::query("SELECT id, state, order_snapshot FROM jobs WHERE directions = $1 ORDER BY direction")
        .bind(name.as_str())
        .fetch_all(db)
        .await?;
    let mut orders = Vec::with_capacity(rows.len());
    let mut same = Vec::with_capacity(rows.len());
    for row in &rows {
        orders.push(row.json::<Order>("order_snapshot")?);
        same.push((row.id("id")?, row.name("state")?));
    }
    Ok(Some(if orders.iter().eq(jobs.iter().map(|job| &job.order)) {
        EnqueuedAll::Same(same)
    } else {
        EnqueuedAll::KeyTaken
    }))
}

/// Holds the money and keeps the job. Gives its first event.
async fn reserve_and_insert(
    db: &mut SqliteConnection,
    job: &NewJob,
    key: &str,
    place: Place<'_>,
    caps: &Caps,
) -> StoreResult<EventRow> {
    money::reserve(db, &job.call, caps).await?;
    sqlx::query(
        "INSERT INTO jobs (id, owner, call, source, state, order_snapshot, quote, plan, play, idempotency_key, \
             repeat_key, created_at, directions, direction) \
         VALUES ($1, $2, $3, $4, 'queued', $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(job.id.as_str())
    .bind(job.call.visitor.as_str())
    .bind(job.call.id.as_str())
    .bind(job.order.source_id.as_str())
    .bind(json(&job.order)?)
    .bind(json(&job.quote)?)
    .bind(json(&job.plan)?)
    .bind(job.call.play)
    .bind(key)
    .bind(&job.repeat_key)
    .bind(millis(job.call.now))
    .bind(place.map(|(name, _)| name.as_str()))
    .bind(place.map(|(_, number)| number))
    .execute(&mut *db)
    .await?;
    job_events::append(db, &job.id, Said::plainly(JobEventKind::Queued, job.call.now)).await
}
