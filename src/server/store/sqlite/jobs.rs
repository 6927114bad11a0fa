//! Jobs: from the queue to the settlement. Questions and the acts of people and workers are here, the acts' inner parts in
//! [`enqueue`] and [`end`]; leases that ran out are in [`super::job_sweep`].

mod end;
mod enqueue;
mod standing;

pub(super) use end::{Ending, end};
pub(super) use standing::{Placed, leases_over, load, may_leave};

use super::{
    SqliteStore, StoreError, StoreResult,
    blob_refs::{self, Kind},
    columns::{Columns as _, json, millis},
    job_events::{self, Said},
    job_sweep, sources,
};
use crate::{
    domain::{
        budget::Caps,
        id::{JobId, SourceId, VariationId, VisitorId},
        job::{JobState, machine::Event},
        order::Quote,
    },
    server::store::{
        Answer, BlobRef, ClaimedJob, Enqueued, EnqueuedAll, EventRow, FailedJob, FinishedJob, JobRow, Jobs, NewEvent,
        NewJob, Timestamp,
    },
};
use async_trait::async_trait;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, sqlite::SqliteRow};
use std::collections::HashMap;

/// A job with its price, but without what it gave.
const SELECT_JOB: &str = "SELECT jobs.*, calls.quote AS quote_micros, calls.spent, calls.sent_at FROM jobs JOIN calls ON calls.id = jobs.call";

fn read(row: &SqliteRow, variations: Vec<VariationId>) -> StoreResult<JobRow> {
    let priced: Quote = row.json("quote")?;
    Ok(JobRow {
        id: row.id("id")?,
        owner: row.id("owner")?,
        call: row.id("call")?,
        state: row.name("state")?,
        order: row.json("order_snapshot")?,
        quote: row.micros("quote_micros")?,
        expected: priced.expected_micros,
        used: priced.used,
        spent: row.micros_or_none("spent")?,
        error: row.plain("error")?,
        variations,
        sent: row.moment_or_none("sent_at")?.is_some(),
        cancel_asked: row.plain("cancel_requested")?,
        directions: row.id_or_none("directions")?,
        direction: row.plain("direction")?,
        play: row.plain("play")?,
        created_at: row.moment("created_at")?,
    })
}

/// Jobs with what they gave, as far as it is still there.
async fn read_all(db: &mut SqliteConnection, rows: &[SqliteRow]) -> StoreResult<Vec<JobRow>> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT id, job FROM variations WHERE recomposed = 0 AND job IN (");
    let mut list = query.separated(", ");
    for row in rows {
        list.push_bind(row.plain::<&str>("id")?);
    }
    query.push(") ORDER BY job, place");
    let mut given = HashMap::<JobId, Vec<VariationId>>::new();
    for row in query.build().fetch_all(db).await? {
        given.entry(row.id("job")?).or_default().push(row.id("id")?);
    }
    rows.iter()
        .map(|row| read(row, given.remove(&row.id("id")?).unwrap_or_default()))
        .collect()
}

/// Whose turn it is: fewest jobs running, then the longest wait since the last turn. Their oldest job becomes running.
async fn claim(
    db: &mut SqliteConnection,
    worker: &str,
    now: Timestamp,
    lease_until: Timestamp,
) -> StoreResult<Option<ClaimedJob>> {
    let next = sqlx::query(
        "SELECT waiting.owner, mine.id FROM ( \
             SELECT owner, min(number) AS number FROM jobs WHERE state = 'queued' AND run_at <= $1 GROUP BY owner \
         ) AS waiting JOIN visitors ON visitors.id = waiting.owner JOIN jobs AS mine ON mine.number = waiting.number \
         ORDER BY (SELECT count(*) FROM jobs AS held \
                 WHERE held.owner = waiting.owner AND held.state = 'running' AND held.ended_at IS NULL), \
             visitors.last_turn, waiting.number LIMIT 1",
    )
    .bind(millis(now))
    .fetch_optional(&mut *db)
    .await?;
    let Some(next) = next else { return Ok(None) };
    sqlx::query("UPDATE visitors SET last_turn = (SELECT max(last_turn) + 1 FROM visitors) WHERE id = $1")
        .bind(next.plain::<&str>("owner")?)
        .execute(&mut *db)
        .await?;
    let id: JobId = next.id("id")?;
    let job = standing::load(db, &id).await?;
    let taken = Event::Claimed {
        at: millis(now),
        lease_until: millis(lease_until),
    };
    job.put(db, job.after(taken)?.standing).await?;
    let row = sqlx::query(
        "UPDATE jobs SET worker = $2, claimed_at = $3 WHERE id = $1 \
         RETURNING id, owner, call, order_snapshot, quote, plan, answer, play, attempt",
    )
    .bind(id.as_str())
    .bind(worker)
    .bind(millis(now))
    .fetch_one(db)
    .await?;
    Ok(Some(ClaimedJob {
        id: row.id("id")?,
        owner: row.id("owner")?,
        call: row.id("call")?,
        order: row.json("order_snapshot")?,
        quote: row.json("quote")?,
        plan: row.json("plan")?,
        answer: row.json_or_none("answer")?,
        play: row.plain("play")?,
        attempt: row.plain("attempt")?,
    }))
}

async fn cancel(
    db: &mut SqliteConnection,
    owner: &VisitorId,
    id: &JobId,
    now: Timestamp,
) -> StoreResult<Option<EventRow>> {
    require(db, owner, id).await?;
    let job = standing::load(db, id).await?;
    let step = job.after(Event::CancelAsked)?;
    if Placed::is_open(&step) {
        job.put(db, step.standing).await?;
        return Ok(None);
    }
    end(db, &job, step, Ending::plainly(None, now)).await.map(Some)
}

async fn keep_answer(db: &mut SqliteConnection, id: &JobId, answer: &Answer) -> StoreResult<()> {
    let job = standing::load(db, id).await?;
    let step = job.after(Event::AnswerKept)?;
    let kept = sqlx::query("UPDATE jobs SET answer = $2 WHERE id = $1 AND state = 'running' AND answer IS NULL")
        .bind(id.as_str())
        .bind(json(answer)?)
        .execute(&mut *db)
        .await?;
    if kept.rows_affected() != 1 {
        return Err(StoreError::WrongState);
    }
    job.put(db, step.standing).await?;
    let owner = job.owner;
    for (place, picture) in answer.pictures.iter().enumerate() {
        let role = format!("answer:{place}");
        blob_refs::refer(db, &owner, Kind::Job, id.as_str(), &role, picture).await?;
    }
    Ok(())
}

/// As what a job refers to one of its unfinished pictures.
fn unfinished_role(place: u8) -> String {
    format!("unfinished:{place}")
}

/// Refuses a job that is not there or somebody else's.
async fn require(db: &mut SqliteConnection, owner: &VisitorId, id: &JobId) -> StoreResult<()> {
    sqlx::query("SELECT 1 FROM jobs WHERE id = $1 AND owner = $2")
        .bind(id.as_str())
        .bind(owner.as_str())
        .fetch_optional(db)
        .await?
        .map(drop)
        .ok_or(StoreError::NotFound)
}

#[async_trait]
impl Jobs for SqliteStore {
    async fn reserve_and_enqueue(&self, job: &NewJob, caps: &Caps) -> StoreResult<Enqueued> {
        let (job, caps) = (job.clone(), *caps);
        self.write(move |db| Box::pin(async move { enqueue::enqueue(db, &job, &caps).await }))
            .await
    }

    async fn reserve_and_enqueue_all(&self, jobs: &[NewJob], caps: &Caps) -> StoreResult<EnqueuedAll> {
        let (jobs, caps) = (jobs.to_vec(), *caps);
        self.write(move |db| Box::pin(async move { enqueue::enqueue_all(db, &jobs, &caps).await }))
            .await
    }

    async fn claim_next(
        &self,
        worker: &str,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> StoreResult<Option<ClaimedJob>> {
        let worker = worker.to_owned();
        self.write(move |db| Box::pin(async move { claim(db, &worker, now, lease_until).await }))
            .await
    }

    async fn heartbeat(&self, job: &JobId, lease_until: Timestamp) -> StoreResult<bool> {
        let job = job.clone();
        self.write(move |db| {
            Box::pin(async move {
                let placed = standing::load(db, &job).await?;
                let step = placed.after(Event::Heartbeat {
                    lease_until: millis(lease_until),
                })?;
                placed.put(db, step.standing).await?;
                Ok(step.standing.cancel_asked)
            })
        })
        .await
    }

    async fn keep_answer(&self, job: &JobId, answer: &Answer) -> StoreResult<()> {
        let (job, answer) = (job.clone(), answer.clone());
        self.write(move |db| Box::pin(async move { keep_answer(db, &job, &answer).await }))
            .await
    }

    async fn settle_and_publish(&self, done: &FinishedJob) -> StoreResult<EventRow> {
        let done = done.clone();
        self.write(move |db| Box::pin(async move { end::publish(db, done).await }))
            .await
    }

    async fn settle_and_fail(&self, failed: &FailedJob) -> StoreResult<EventRow> {
        let failed = failed.clone();
        self.write(move |db| Box::pin(async move { end::fail(db, failed).await }))
            .await
    }

    async fn give_up(&self, job: &JobId, error: &str, now: Timestamp) -> StoreResult<EventRow> {
        let (job, error) = (job.clone(), error.to_owned());
        self.write(move |db| Box::pin(async move { end::give_up(db, &job, error, now).await }))
            .await
    }

    async fn come_back(&self, job: &JobId, now: Timestamp) -> StoreResult<EventRow> {
        let job = job.clone();
        self.write(move |db| Box::pin(async move { end::come_back(db, &job, now).await }))
            .await
    }

    async fn add_event(&self, event: &NewEvent) -> StoreResult<EventRow> {
        let event = event.clone();
        self.write(move |db| {
            Box::pin(async move {
                if event.kind.is_terminal() {
                    return Err(StoreError::WrongState);
                }
                if standing::load(db, &event.job).await?.standing.state != JobState::Running {
                    return Err(StoreError::WrongState);
                }
                let said = Said {
                    url: event.url,
                    ..Said::plainly(event.kind, event.now)
                };
                let row = job_events::append(db, &event.job, said).await?;
                if let Some((place, blob)) = &event.picture {
                    let role = unfinished_role(*place);
                    blob_refs::refer(db, &row.owner, Kind::Job, event.job.as_str(), &role, blob).await?;
                }
                Ok(row)
            })
        })
        .await
    }

    async fn cancel(&self, owner: &VisitorId, id: &JobId, now: Timestamp) -> StoreResult<Option<EventRow>> {
        let (owner, id) = (owner.clone(), id.clone());
        self.write(move |db| Box::pin(async move { cancel(db, &owner, &id, now).await }))
            .await
    }

    async fn job(&self, owner: &VisitorId, id: &JobId) -> StoreResult<JobRow> {
        let mut db = self.snapshot().await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT_JOB} WHERE jobs.id = $1 AND jobs.owner = $2"
        )))
        .bind(id.as_str())
        .bind(owner.as_str())
        .fetch_all(&mut *db)
        .await?;
        read_all(&mut db, &rows).await?.pop().ok_or(StoreError::NotFound)
    }

    async fn jobs_of_source(&self, owner: &VisitorId, source: &SourceId, limit: u32) -> StoreResult<Vec<JobRow>> {
        let mut db = self.snapshot().await?;
        sources::require(&mut db, owner, source).await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT_JOB} WHERE jobs.source = $1 AND jobs.owner = $2 ORDER BY jobs.number DESC LIMIT $3"
        )))
        .bind(source.as_str())
        .bind(owner.as_str())
        .bind(limit)
        .fetch_all(&mut *db)
        .await?;
        read_all(&mut db, &rows).await
    }

    async fn job_events(&self, owner: &VisitorId, id: &JobId, after: i64) -> StoreResult<Vec<EventRow>> {
        let mut db = self.snapshot().await?;
        require(&mut db, owner, id).await?;
        sqlx::query("SELECT * FROM job_events WHERE job = $1 AND seq > $2 ORDER BY seq")
            .bind(id.as_str())
            .bind(after)
            .fetch_all(&mut *db)
            .await?
            .iter()
            .map(job_events::read)
            .collect()
    }

    async fn visitor_events(&self, owner: &VisitorId, after: i64, limit: u32) -> StoreResult<Vec<EventRow>> {
        sqlx::query("SELECT * FROM job_events WHERE owner = $1 AND id > $2 ORDER BY id LIMIT $3")
            .bind(owner.as_str())
            .bind(after)
            .bind(limit)
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(job_events::read)
            .collect()
    }

    async fn unfinished_picture(&self, owner: &VisitorId, id: &JobId, place: u8) -> StoreResult<BlobRef> {
        let mut db = self.snapshot().await?;
        require(&mut db, owner, id).await?;
        let mut held = blob_refs::held_by(&mut db, Kind::Job, id.as_str()).await?;
        held.take_or_none(&unfinished_role(place)).ok_or(StoreError::NotFound)
    }

    async fn last_event_id(&self, owner: &VisitorId) -> StoreResult<i64> {
        Ok(
            sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM job_events WHERE owner = $1")
                .bind(owner.as_str())
                .fetch_one(&self.readers)
                .await?,
        )
    }

    async fn sweep_jobs(&self, now: Timestamp, all: bool) -> StoreResult<Vec<EventRow>> {
        self.write(move |db| Box::pin(async move { job_sweep::sweep(db, now, all).await }))
            .await
    }

    async fn count_open(&self) -> StoreResult<Vec<(JobState, u64)>> {
        sqlx::query("SELECT state, count(*) AS jobs FROM jobs WHERE ended_at IS NULL GROUP BY state ORDER BY state")
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(|row| Ok((row.name("state")?, row.plain("jobs")?)))
            .collect()
    }
}
