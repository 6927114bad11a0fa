//! Where a job stands, from its rows and back. What may happen to it is decided by [`crate::domain::job::machine`]; here its
//! question is put together and its answer written down, only if the job still stands where it was asked about.

use super::super::{
    StoreError, StoreResult,
    columns::{Columns as _, millis},
};
use crate::{
    domain::{
        id::{CallId, JobId, VisitorId},
        job::{
            JobState,
            machine::{Event, Standing, Step},
        },
        money::Micros,
    },
    server::store::Timestamp,
};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

/// A job as far as its course goes.
#[derive(Debug, Clone)]
pub(in super::super) struct Placed {
    pub(in super::super) id: JobId,
    pub(in super::super) owner: VisitorId,
    pub(in super::super) call: CallId,
    /// What is held for it.
    pub(in super::super) quote: Micros,
    pub(in super::super) standing: Standing,
}

/// What a question about standings asks for; its condition comes behind.
const SELECT: &str = "SELECT jobs.id, jobs.owner, jobs.call, jobs.state, jobs.answer IS NOT NULL AS answered, \
     jobs.cancel_requested, jobs.attempt, jobs.lease_until, jobs.run_at, calls.sent_at, calls.quote \
     FROM jobs JOIN calls ON calls.id = jobs.call WHERE";

fn read(row: &SqliteRow) -> StoreResult<Placed> {
    Ok(Placed {
        id: row.id("id")?,
        owner: row.id("owner")?,
        call: row.id("call")?,
        quote: row.micros("quote")?,
        standing: Standing {
            state: row.name("state")?,
            sent: row.moment_or_none("sent_at")?.is_some(),
            answered: row.plain("answered")?,
            cancel_asked: row.plain("cancel_requested")?,
            attempt: row.plain("attempt")?,
            lease_until: row.plain("lease_until")?,
            run_at: row.plain("run_at")?,
        },
    })
}

/// Where a job stands.
pub(in super::super) async fn load(db: &mut SqliteConnection, id: &JobId) -> StoreResult<Placed> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} jobs.id = $1")))
        .bind(id.as_str())
        .fetch_optional(db)
        .await?
        .ok_or(StoreError::NotFound)?;
    read(&row)
}

/// Those whose lease ran out; with `all`, those that have one.
pub(in super::super) async fn leases_over(
    db: &mut SqliteConnection,
    now: Timestamp,
    all: bool,
) -> StoreResult<Vec<Placed>> {
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "{SELECT} jobs.lease_until <= $1 ORDER BY jobs.number"
    )))
    .bind(if all { i64::MAX } else { millis(now) })
    .fetch_all(db)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Refuses to send a job's call where the job does not allow it. A call without a job is not a job's business.
pub(in super::super) async fn may_leave(db: &mut SqliteConnection, call: &CallId) -> StoreResult<()> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} jobs.call = $1")))
        .bind(call.as_str())
        .fetch_optional(db)
        .await?;
    match row {
        Some(row) => read(&row)?.after(Event::Sent).map(drop),
        None => Ok(()),
    }
}

impl Placed {
    /// What an event does to it.
    pub(in super::super) fn after(&self, event: Event) -> StoreResult<Step> {
        self.standing.after(event).map_err(|_| StoreError::WrongState)
    }

    /// Writes down where it stands now. Ends are written by [`super::end`].
    pub(in super::super) async fn put(&self, db: &mut SqliteConnection, to: Standing) -> StoreResult<()> {
        let before = self.standing;
        let changed = sqlx::query(
            "UPDATE jobs SET state = $2, cancel_requested = $3, attempt = $4, lease_until = $5, run_at = $6, \
                 worker = CASE WHEN $2 = 'running' THEN worker END \
             WHERE id = $1 AND state = $7 AND cancel_requested = $8 AND attempt = $9 \
                 AND lease_until IS NOT DISTINCT FROM $10",
        )
        .bind(self.id.as_str())
        .bind(to.state.name())
        .bind(to.cancel_asked)
        .bind(to.attempt)
        .bind(to.lease_until)
        .bind(to.run_at)
        .bind(before.state.name())
        .bind(before.cancel_asked)
        .bind(before.attempt)
        .bind(before.lease_until)
        .execute(db)
        .await?;
        if changed.rows_affected() == 1 {
            Ok(())
        } else {
            Err(StoreError::WrongState)
        }
    }

    /// Whether the event left it open.
    pub(in super::super) const fn is_open(step: &Step) -> bool {
        matches!(step.standing.state, JobState::Queued | JobState::Running)
    }
}
