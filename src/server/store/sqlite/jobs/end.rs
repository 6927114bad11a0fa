//! The end of a job: its state, its settlement, what it gave, its last event, all at once and only once.

use super::{
    super::{
        StoreError, StoreResult,
        blob_refs::{self, Kind},
        columns::{Columns as _, millis},
        job_events::{self, Said},
        money, variations,
    },
    standing::{self, Placed},
};
use crate::{
    api::ErrorCode,
    domain::{
        id::{JobId, SourceId, VariationId},
        job::{
            JobEventKind, JobState,
            machine::{Booking, Event, Step},
        },
        money::Micros,
    },
    server::store::{EventRow, FailedJob, FinishedJob, Settlement, Timestamp},
};
use sqlx::SqliteConnection;

/// How a job ended, besides its state.
#[derive(Debug)]
pub(in super::super) struct Ending {
    pub(in super::super) error: Option<String>,
    pub(in super::super) variations: Vec<VariationId>,
    /// What the worker knows of the money; nothing where nobody knows more than the machine.
    pub(in super::super) settlement: Option<Settlement>,
    pub(in super::super) now: Timestamp,
}

impl Ending {
    /// An end that only the machine knows about, with its reason.
    pub(in super::super) fn plainly(error: Option<ErrorCode>, now: Timestamp) -> Self {
        Self {
            error: error.map(|code| code.code().to_owned()),
            variations: Vec::new(),
            settlement: None,
            now,
        }
    }
}

/// What is charged: as the machine says. A worker that says something else is wrong.
fn charged(job: &Placed, step: &Step, ending: &Ending) -> StoreResult<Settlement> {
    let said = ending.settlement.as_ref().map(|settlement| settlement.spent);
    let spent = match step.booking {
        Booking::NotYet => None,
        Booking::Nothing => Some(Micros::ZERO),
        Booking::AsCharged => said,
        Booking::FullQuote => Some(job.quote),
    };
    let spent = spent
        .filter(|spent| said.is_none_or(|said| said == *spent))
        .ok_or(StoreError::WrongState)?;
    Ok(ending.settlement.clone().unwrap_or(Settlement {
        spent,
        usage: None,
        request_id: None,
        unknown: step.standing.state == JobState::Unknown,
        now: ending.now,
    }))
}

/// Ends a job: its state, the settlement of its call, its last event.
pub(in super::super) async fn end(
    db: &mut SqliteConnection,
    job: &Placed,
    step: Step,
    ending: Ending,
) -> StoreResult<EventRow> {
    let kind = step.standing.state.last_event().ok_or(StoreError::WrongState)?;
    let settlement = charged(job, &step, &ending)?;
    let now = settlement.now;
    let ended = sqlx::query(
        "UPDATE jobs SET state = $3, error = $4, ended_at = $5, lease_until = NULL, answer = NULL \
         WHERE id = $1 AND state = $2",
    )
    .bind(job.id.as_str())
    .bind(job.standing.state.name())
    .bind(step.standing.state.name())
    .bind(&ending.error)
    .bind(millis(now))
    .execute(&mut *db)
    .await?;
    if ended.rows_affected() != 1 {
        return Err(StoreError::WrongState);
    }
    // What the answer held is in the variations now, or nowhere: bytes that nobody refers to go with the next sweep.
    let answer = blob_refs::unlink(db, Kind::Job, job.id.as_str()).await?;
    blob_refs::forget(db, answer).await?;
    money::settle(db, &job.call, &settlement).await?;
    let said = Said {
        variations: ending.variations,
        spent: Some(settlement.spent),
        error: ending.error,
        ..Said::plainly(kind, now)
    };
    job_events::append(db, &job.id, said).await
}

/// Keeps what a job gave and ends it.
pub(super) async fn publish(db: &mut SqliteConnection, done: FinishedJob) -> StoreResult<EventRow> {
    let job = standing::load(db, &done.job).await?;
    let step = job.after(Event::Published)?;
    let source: SourceId = sqlx::query("SELECT source FROM jobs WHERE id = $1")
        .bind(done.job.as_str())
        .fetch_one(&mut *db)
        .await?
        .id("source")?;
    for (place, variation) in done.variations.iter().enumerate() {
        if variation.owner != job.owner || variation.source != source || variation.job != done.job {
            return Err(StoreError::WrongState);
        }
        variations::insert(db, variation, place as u64).await?;
    }
    let ending = Ending {
        error: None,
        variations: done.variations.into_iter().map(|variation| variation.id).collect(),
        now: done.settlement.now,
        settlement: Some(done.settlement),
    };
    end(db, &job, step, ending).await
}

/// Ends a job that gave nothing.
pub(super) async fn fail(db: &mut SqliteConnection, failed: FailedJob) -> StoreResult<EventRow> {
    let job = standing::load(db, &failed.job).await?;
    let event = match failed.state {
        JobState::Failed if job.standing.sent => Event::Failed,
        JobState::Failed => Event::GaveUp,
        JobState::Unknown => Event::Lost,
        JobState::Cancelled => Event::Stopped,
        JobState::Queued | JobState::Running | JobState::Succeeded => return Err(StoreError::WrongState),
    };
    let step = job.after(event)?;
    let ending = Ending {
        error: failed.error,
        variations: Vec::new(),
        now: failed.settlement.now,
        settlement: Some(failed.settlement),
    };
    end(db, &job, step, ending).await
}

/// Ends a job that cannot be carried out, if its request did not leave.
pub(super) async fn give_up(
    db: &mut SqliteConnection,
    id: &JobId,
    error: String,
    now: Timestamp,
) -> StoreResult<EventRow> {
    let job = standing::load(db, id).await?;
    let step = job.after(Event::GaveUp)?;
    let ending = Ending {
        error: Some(error),
        ..Ending::plainly(None, now)
    };
    end(db, &job, step, ending).await
}

/// Takes a job back that failed for a reason of ours: into the queue with a pause, or to its end. Gives the event.
pub(super) async fn come_back(db: &mut SqliteConnection, id: &JobId, now: Timestamp) -> StoreResult<EventRow> {
    let job = standing::load(db, id).await?;
    let step = job.after(Event::Troubled { at: millis(now) })?;
    if Placed::is_open(&step) {
        job.put(db, step.standing).await?;
        return job_events::append(db, id, Said::plainly(JobEventKind::Queued, now)).await;
    }
    let error = (step.standing.state == JobState::Failed).then_some(ErrorCode::GaveUp);
    end(db, &job, step, Ending::plainly(error, now)).await
}
