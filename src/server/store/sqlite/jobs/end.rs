//! The end of a job: its state, its settlement, what it gave, its last event, all at once and only once.

use super::{
    super::{
        StoreError, StoreResult,
        blob_refs::{self, Kind},
        columns::{Columns as _, millis},
        job_events::{self, Said},
        money, variations,
    },
    not_running,
};
use crate::{
    domain::{
        id::{JobId, VariationId},
        job::{JobEventKind, JobState},
        money::Micros,
    },
    server::store::{EventRow, FailedJob, FinishedJob, Settlement, Timestamp},
};
use sqlx::SqliteConnection;

/// How a job ended.
#[derive(Debug)]
pub(in super::super) struct Ending {
    pub(in super::super) state: JobState,
    pub(in super::super) error: Option<String>,
    pub(in super::super) variations: Vec<VariationId>,
    pub(in super::super) settlement: Settlement,
}

impl Ending {
    /// A person stopped it before it left: it cost nothing.
    pub(in super::super) const fn cancelled_unsent(now: Timestamp) -> Self {
        Self {
            state: JobState::Cancelled,
            error: None,
            variations: Vec::new(),
            settlement: Settlement {
                spent: Micros::ZERO,
                usage: None,
                request_id: None,
                unknown: false,
                now,
            },
        }
    }

    /// The event that says so. A job cannot end in a state that is not an end.
    const fn kind(&self) -> Option<JobEventKind> {
        match self.state {
            JobState::Succeeded => Some(JobEventKind::Succeeded),
            JobState::Failed => Some(JobEventKind::Failed),
            JobState::Cancelled => Some(JobEventKind::Cancelled),
            JobState::Unknown => Some(JobEventKind::Unknown),
            JobState::Queued | JobState::Running => None,
        }
    }
}

/// Ends a job that is in the state `from`: its state, the settlement of its call, its last event.
pub(in super::super) async fn end(
    db: &mut SqliteConnection,
    job: &JobId,
    from: JobState,
    ending: Ending,
) -> StoreResult<EventRow> {
    let kind = ending.kind().ok_or(StoreError::WrongState)?;
    let now = ending.settlement.now;
    let ended = sqlx::query(
        "UPDATE jobs SET state = $3, error = $4, ended_at = $5, lease_until = NULL, answer = NULL \
         WHERE id = $1 AND state = $2 RETURNING call",
    )
    .bind(job.as_str())
    .bind(from.name())
    .bind(ending.state.name())
    .bind(&ending.error)
    .bind(millis(now))
    .fetch_optional(&mut *db)
    .await?;
    let Some(ended) = ended else {
        return Err(not_running(db, job).await?);
    };
    // What the answer held is in the variations now, or nowhere: bytes that nobody refers to go with the next sweep.
    let answer = blob_refs::unlink(db, Kind::Job, job.as_str()).await?;
    blob_refs::forget(db, answer).await?;
    money::settle(db, &ended.id("call")?, &ending.settlement).await?;
    let said = Said {
        variations: ending.variations,
        spent: Some(ending.settlement.spent),
        error: ending.error,
        ..Said::plainly(kind, now)
    };
    job_events::append(db, job, said).await
}

/// Keeps what a job gave and ends it.
pub(super) async fn publish(db: &mut SqliteConnection, done: FinishedJob) -> StoreResult<EventRow> {
    let job = sqlx::query("SELECT owner, source FROM jobs WHERE id = $1")
        .bind(done.job.as_str())
        .fetch_optional(&mut *db)
        .await?
        .ok_or(StoreError::NotFound)?;
    let (owner, source) = (job.id("owner")?, job.id("source")?);
    for (place, variation) in done.variations.iter().enumerate() {
        if variation.owner != owner || variation.source != source || variation.job != done.job {
            return Err(StoreError::WrongState);
        }
        variations::insert(db, variation, place as u64).await?;
    }
    let ending = Ending {
        state: JobState::Succeeded,
        error: None,
        variations: done.variations.into_iter().map(|variation| variation.id).collect(),
        settlement: done.settlement,
    };
    end(db, &done.job, JobState::Running, ending).await
}

/// Ends a job that gave nothing.
pub(super) async fn fail(db: &mut SqliteConnection, failed: FailedJob) -> StoreResult<EventRow> {
    if failed.state == JobState::Succeeded {
        return Err(StoreError::WrongState);
    }
    let ending = Ending {
        state: failed.state,
        error: failed.error,
        variations: Vec::new(),
        settlement: failed.settlement,
    };
    end(db, &failed.job, JobState::Running, ending).await
}
