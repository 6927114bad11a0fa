//! Jobs: starting, looking, cancelling, trying again. Progress is a plain route (`GET /api/jobs/{id}/events`).

use super::ApiError;
use crate::domain::{
    id::{JobId, SourceId, VariationId},
    job::{JobEventKind, JobState},
    money::Micros,
    order::Order,
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

/// The answer to a start: a job (202), or the variation the same inputs gave before (200).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StartAnswer {
    /// Money is reserved and the job is in the queue.
    Started {
        /// The job.
        job_id: JobId,
        /// Where it stands.
        state: JobState,
    },
    /// The caller paid for exactly this before; nothing was spent. `allow_repeat` paints it again.
    Repeat {
        /// What it gave.
        repeat_of: VariationId,
    },
}

/// A job that was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedJob {
    /// The job.
    pub job_id: JobId,
    /// Where it stands.
    pub state: JobState,
}

/// The variation that one of several orders gave before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatAt {
    /// The order's place, from 0.
    pub place: usize,
    /// What it gave.
    pub repeat_of: VariationId,
}

/// The answer to a start of several: their jobs (202), or what some of them gave before (200).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StartAllAnswer {
    /// Money is reserved for all, and all are in the queue, in the order of their orders.
    Started {
        /// The jobs.
        jobs: Vec<StartedJob>,
    },
    /// The caller paid for some of them before; nothing was started. `allow_repeat` paints all of them.
    Repeat {
        /// Which ones.
        repeats: Vec<RepeatAt>,
    },
}

/// A place among orders that were started as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direction {
    /// What they share: the id of the first job.
    pub of: JobId,
    /// The place, from 0: A, B, C, D.
    pub place: u32,
}

/// What stopping a job saves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// What is given back: all that was reserved, or nothing when it had been sent.
    pub saved_micros: Micros,
    /// Whether it had been sent. Then it is charged, and what it gives is kept.
    pub sent: bool,
    /// A sentence in the caller's language.
    pub message: String,
}

/// A job as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Where it stands.
    pub state: JobState,
    /// What was reserved.
    pub quote_micros: Micros,
    /// What it cost, once settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent_micros: Option<Micros>,
    /// What it gave.
    pub variations: Vec<VariationId>,
    /// Why it gave nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<JobError>,
    /// What was asked.
    pub order: Order,
    /// When it was started, RFC 3339 UTC.
    pub created_at: String,
    /// Whether the demo paints it.
    pub demo: bool,
    /// Its place, when it was started with others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// What stopping it saves, once it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Cancellation>,
}

/// Why a job gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobError {
    /// Stable, see `ErrorCode`.
    pub code: String,
    /// A sentence in the caller's language.
    pub message: String,
}

/// The `data` of an event on a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobEvent {
    /// Which job.
    pub job_id: JobId,
    /// Its number within the job, from 1.
    pub seq: i64,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// What happened; the same as the `event:` field.
    pub event: JobEventKind,
    /// A picture to show: partial, or the thumbnail of the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variations: Vec<VariationId>,
    /// What it cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent_micros: Option<Micros>,
    /// Why it gave nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<JobError>,
}

/// Reserves and enqueues in one transaction. The key may stand here or in the header `Idempotency-Key`.
#[server(prefix = "/api", endpoint = "jobs/start", input = Json)]
pub async fn start_job(
    #[server(flatten)] order: Order,
    idempotency_key: Option<String>,
    allow_repeat: Option<bool>,
) -> Result<StartAnswer, ApiError> {
    crate::server::endpoints::jobs::start(order, idempotency_key, allow_repeat.unwrap_or(false)).await
}

/// Starts one to four orders as one: all are reserved and enqueued, or none. One key for all of them.
#[server(prefix = "/api", endpoint = "jobs/start_all", input = Json)]
pub async fn start_all_jobs(
    orders: Vec<Order>,
    idempotency_key: Option<String>,
    allow_repeat: Option<bool>,
) -> Result<StartAllAnswer, ApiError> {
    crate::server::endpoints::jobs::start_all(orders, idempotency_key, allow_repeat.unwrap_or(false)).await
}

/// One of the caller's jobs.
#[server(prefix = "/api", endpoint = "jobs/get", input = GetUrl)]
pub async fn get_job(id: JobId) -> Result<Job, ApiError> {
    crate::server::endpoints::jobs::get(id).await
}

/// The caller's jobs for a source, newest first: those under way and the last ones that ended, at most 50.
#[server(prefix = "/api", endpoint = "jobs/list", input = GetUrl)]
pub async fn list_jobs(source_id: SourceId) -> Result<Vec<Job>, ApiError> {
    crate::server::endpoints::jobs::list(source_id).await
}

/// Stops a job. Before it was sent it costs nothing; afterwards it is charged, and what it gives is kept. The answer says
/// which.
#[server(prefix = "/api", endpoint = "jobs/cancel", input = Json)]
pub async fn cancel_job(id: JobId) -> Result<Job, ApiError> {
    crate::server::endpoints::jobs::cancel(id).await
}

/// Starts the stored order again with a new reservation. Only a person does this. Where its model ended, the refusal proposes
/// a successor with its price; naming it as `model` accepts that.
#[server(prefix = "/api", endpoint = "jobs/retry", input = Json)]
pub async fn retry_job(id: JobId, model: Option<String>) -> Result<Job, ApiError> {
    crate::server::endpoints::jobs::retry(id, model).await
}
