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

/// Stops a job. Before it was sent it costs nothing; afterwards the provider may charge.
#[server(prefix = "/api", endpoint = "jobs/cancel", input = Json)]
pub async fn cancel_job(id: JobId) -> Result<Job, ApiError> {
    crate::server::endpoints::jobs::cancel(id).await
}

/// Starts the stored order again with a new reservation. Only a person does this.
#[server(prefix = "/api", endpoint = "jobs/retry", input = Json)]
pub async fn retry_job(id: JobId) -> Result<Job, ApiError> {
    crate::server::endpoints::jobs::retry(id).await
}
