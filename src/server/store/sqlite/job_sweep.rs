//! Leases that ran out: a worker died, or the whole process did.

use super::{
    StoreResult,
    columns::{Columns as _, millis},
    jobs::{Ending, end},
};
use crate::{
    api::ErrorCode,
    domain::{id::JobId, job::JobState, money::Micros},
    server::store::{EventRow, Settlement, Timestamp},
};
use sqlx::SqliteConnection;

/// Takes back what was not sent and gives up what was. Gives the events of the jobs that ended.
pub(super) async fn sweep(db: &mut SqliteConnection, now: Timestamp, all: bool) -> StoreResult<Vec<EventRow>> {
    let left = sqlx::query(
        "SELECT jobs.id, jobs.cancel_requested, jobs.answer, calls.sent_at, calls.quote FROM jobs JOIN calls ON calls.id = jobs.call \
         WHERE jobs.lease_until <= $1",
    )
    .bind(if all { i64::MAX } else { millis(now) })
    .fetch_all(&mut *db)
    .await?;
    let mut events = Vec::new();
    for row in left {
        let job: JobId = row.id("id")?;
        let sent = row.moment_or_none("sent_at")?.is_some();
        let answered = row.plain::<Option<&str>>("answer")?.is_some();
        let cancelled = row.plain("cancel_requested")?;
        if answered || !(sent || cancelled) {
            requeue(db, &job).await?;
            continue;
        }
        let ending = if sent {
            unknown(row.micros("quote")?, now)
        } else {
            Ending::cancelled_unsent(now)
        };
        events.push(end(db, &job, JobState::Running, ending).await?);
    }
    Ok(events)
}

/// Nothing left the house, or the answer is here: another worker may take it.
async fn requeue(db: &mut SqliteConnection, job: &JobId) -> StoreResult<()> {
    sqlx::query("UPDATE jobs SET state = 'queued', worker = NULL, lease_until = NULL WHERE id = $1")
        .bind(job.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// It was sent and nobody will hear the answer: the provider may have charged, so the full quote is.
fn unknown(quote: Micros, now: Timestamp) -> Ending {
    Ending {
        state: JobState::Unknown,
        error: Some(ErrorCode::OutcomeUnknown.code().to_owned()),
        variations: Vec::new(),
        settlement: Settlement {
            spent: quote,
            usage: None,
            request_id: None,
            unknown: true,
            now,
        },
    }
}
