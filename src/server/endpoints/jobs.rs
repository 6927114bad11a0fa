//! Acts on jobs.

use super::{answer_with, context, told};
use crate::{
    api::{
        ApiError,
        jobs::{Cancellation, Direction, Job, StartAllAnswer, StartAnswer},
    },
    domain::{
        id::{JobId, SourceId},
        job::JobState,
        money::Micros,
        order::Order,
        text::{Lang, fill, number, studio::Studio},
    },
    server::{
        failure::{Failure, Outcome},
        jobs::events::job_error,
        pipeline::start::{self, SimplePaint},
        session::Caller,
        state::AppState,
        store::{JobRow, StoreError},
    },
};
use http::{HeaderMap, StatusCode};
use leptos::prelude::use_context;

/// Jobs listed for a source at most.
const LISTED: u32 = 50;

/// What stopping a job saves, once it was asked for. Nothing to say about one that ended by itself.
fn cancellation(row: &JobRow, lang: Lang) -> Option<Cancellation> {
    let t = Studio::of(lang);
    let open = !row.state.is_terminal();
    if row.state == JobState::Cancelled || (open && row.cancel_asked && !row.sent) {
        let amount = number::money(lang, row.quote);
        return Some(Cancellation {
            saved_micros: row.quote,
            sent: false,
            message: fill(t.cancel_saved, &[("amount", &amount)]),
        });
    }
    (open && row.cancel_asked).then(|| {
        let price = number::money(lang, row.expected);
        Cancellation {
            saved_micros: Micros::ZERO,
            sent: true,
            message: fill(t.cancel_too_late, &[("price", &price)]),
        }
    })
}

fn to_api(row: JobRow, caller: &Caller) -> Job {
    let direction = row.directions.clone().zip(row.direction);
    Job {
        cancelled: cancellation(&row, caller.lang),
        direction: direction.map(|(of, place)| Direction { of, place }),
        error: row.error.as_deref().map(|code| job_error(code, caller.lang)),
        id: row.id,
        state: row.state,
        quote_micros: row.quote,
        spent_micros: row.spent,
        variations: row.variations,
        order: row.order,
        created_at: row.created_at.to_string(),
        demo: row.play,
    }
}

/// Starts an order. The idempotency key stands in the body or in the header.
pub async fn start(order: Order, key: Option<String>, allow_repeat: bool) -> Result<StartAnswer, ApiError> {
    let (app, caller) = context()?;
    let key = key.or_else(key_of_header);
    let answer = told(&caller, start_as(&app, &caller, order, key, allow_repeat).await)?;
    if matches!(answer, StartAnswer::Started { .. }) {
        answer_with(StatusCode::ACCEPTED);
    }
    Ok(answer)
}

/// The idempotency key, where it stands in the header.
fn key_of_header() -> Option<String> {
    let headers = use_context::<HeaderMap>()?;
    Some(headers.get("idempotency-key")?.to_str().ok()?.to_owned())
}

/// Starts several orders as one.
pub async fn start_all(
    orders: Vec<Order>,
    key: Option<String>,
    allow_repeat: bool,
) -> Result<StartAllAnswer, ApiError> {
    let (app, caller) = context()?;
    let key = key.or_else(key_of_header);
    let started = start::start_all(&app, &caller, orders, key, allow_repeat).await;
    let answer = told(&caller, started)?;
    if matches!(answer, StartAllAnswer::Started { .. }) {
        answer_with(StatusCode::ACCEPTED);
    }
    Ok(answer)
}

/// Starts an order.
pub async fn start_as(
    app: &AppState,
    caller: &Caller,
    order: Order,
    key: Option<String>,
    allow_repeat: bool,
) -> Outcome<StartAnswer> {
    start::start(app, caller, order, key, allow_repeat).await
}

/// Composes, prices and starts in one go, for the form that works without script.
pub async fn paint_simply(app: &AppState, caller: &Caller, ask: SimplePaint) -> Outcome<StartAnswer> {
    start::paint_simply(app, caller, ask).await
}

/// One of the caller's jobs.
pub async fn get(id: JobId) -> Result<Job, ApiError> {
    let (app, caller) = context()?;
    told(&caller, get_as(&app, &caller, &id).await)
}

/// One of the caller's jobs.
pub async fn get_as(app: &AppState, caller: &Caller, id: &JobId) -> Outcome<Job> {
    Ok(to_api(app.store.job(&caller.owner()?, id).await?, caller))
}

/// The caller's jobs for a source.
pub async fn list(source: SourceId) -> Result<Vec<Job>, ApiError> {
    let (app, caller) = context()?;
    told(&caller, list_as(&app, &caller, &source).await)
}

/// The caller's jobs for a source.
pub async fn list_as(app: &AppState, caller: &Caller, source: &SourceId) -> Outcome<Vec<Job>> {
    let owner = caller.owner()?;
    let source = app.store.source(&owner, source).await?;
    let rows = app.store.jobs_of_source(&owner, &source.id, LISTED).await?;
    Ok(rows.into_iter().map(|row| to_api(row, caller)).collect())
}

/// Stops a job.
pub async fn cancel(id: JobId) -> Result<Job, ApiError> {
    let (app, caller) = context()?;
    told(&caller, cancel_as(&app, &caller, &id).await)
}

/// Stops a job. One that was sent already goes on: what it gives is paid for, and it is kept.
pub async fn cancel_as(app: &AppState, caller: &Caller, id: &JobId) -> Outcome<Job> {
    let owner = caller.owner()?;
    let ended = app
        .store
        .cancel(&owner, id, app.clock.now())
        .await
        .map_err(|error| match error {
            StoreError::WrongState => Failure::new(crate::api::ErrorCode::JobNotCancellable),
            other => other.into(),
        })?;
    if let Some(event) = ended {
        app.announce(event);
    }
    get_as(app, caller, id).await
}

/// Starts the stored order again.
pub async fn retry(id: JobId, model: Option<String>) -> Result<Job, ApiError> {
    let (app, caller) = context()?;
    let job = told(&caller, retry_as(&app, &caller, &id, model.as_deref()).await)?;
    answer_with(StatusCode::ACCEPTED);
    Ok(job)
}

/// Starts the stored order again.
pub async fn retry_as(app: &AppState, caller: &Caller, id: &JobId, model: Option<&str>) -> Outcome<Job> {
    let fresh = start::retry(app, caller, id, model).await?;
    get_as(app, caller, &fresh).await
}
