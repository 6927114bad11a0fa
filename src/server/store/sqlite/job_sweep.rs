//! Leases that ran out: a worker died, or the whole process did.

use super::{
    StoreResult,
    jobs::{Ending, Placed, end, leases_over},
};
use crate::{
    api::ErrorCode,
    domain::job::{JobState, machine::Event},
    server::store::{EventRow, Timestamp},
};
use sqlx::SqliteConnection;

/// Takes back what was not sent and gives up what was. Gives the events of the jobs that ended.
pub(super) async fn sweep(db: &mut SqliteConnection, now: Timestamp, all: bool) -> StoreResult<Vec<EventRow>> {
    let mut events = Vec::new();
    for job in leases_over(db, now, all).await? {
        let step = job.after(Event::LeaseRanOut)?;
        let error = match step.standing.state {
            JobState::Unknown => Some(ErrorCode::OutcomeUnknown),
            JobState::Failed => Some(ErrorCode::GaveUp),
            JobState::Queued | JobState::Running | JobState::Succeeded | JobState::Cancelled => None,
        };
        if Placed::is_open(&step) {
            job.put(db, step.standing).await?;
        } else {
            events.push(end(db, &job, step, Ending::plainly(error, now)).await?);
        }
    }
    Ok(events)
}
