//! Progress as server-sent events: `GET /api/jobs/{id}/events` for one job, `GET /api/events` for all of a visitor's.
//!
//! What is stored is what is told. A broadcast only says that there is something new; the stream then reads the store
//! from where it stands, so that nothing is skipped, doubled or out of order, however late a broadcast comes.

use super::problem;
use crate::{
    api::ErrorCode,
    domain::{
        id::{JobId, VisitorId},
        text::Lang,
    },
    server::{
        failure::{Failure, Outcome},
        jobs::events,
        session::Caller,
        state::AppState,
        store::{EventRow, StoreResult},
    },
};
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt as _, stream};
use std::{collections::VecDeque, convert::Infallible, time::Duration};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// A sign of life, so that nothing in between takes the stream for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How many events are read at once.
const BATCH: u32 = 100;

/// `GET /api/jobs/{id}/events`: from the beginning, or from `Last-Event-ID` on. Ends with the job; asked again past the
/// end it answers 204, which stops a browser from asking for ever.
pub async fn of_job(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(job): Path<String>,
    headers: HeaderMap,
) -> Response {
    match job_stream(&app, &caller, &job, &headers).await {
        Ok(answer) => answer,
        Err(failure) => problem::answer(failure, caller.lang),
    }
}

async fn job_stream(app: &AppState, caller: &Caller, job: &str, headers: &HeaderMap) -> Outcome<Response> {
    let job: JobId = job.parse().map_err(|_| ErrorCode::NotFound)?;
    let owner = caller.owner()?;
    // Before reading, so that nothing falls in between.
    let news = app.events.subscribe();
    let state = app.store.job(&owner, &job).await?.state;
    let after = last_event_id(headers)?.unwrap_or(0);
    let follow = Follow::new(app, owner, Channel::Job(job), after, news, caller.lang);
    if state.is_terminal() && follow.read().await?.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(answer(follow.stream()))
}

/// `GET /api/events`: from now on, or from `Last-Event-ID` on. Ends with the server only. Somebody who is no visitor yet
/// has no jobs: their stream stays silent.
pub async fn of_visitor(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Response {
    match visitor_stream(&app, &caller, &headers).await {
        Ok(answer) => answer,
        Err(failure) => problem::answer(failure, caller.lang),
    }
}

async fn visitor_stream(app: &AppState, caller: &Caller, headers: &HeaderMap) -> Outcome<Response> {
    let Some(owner) = caller.visitor() else {
        let shutdown = app.shutdown.clone();
        return Ok(answer(stream::pending().take_until(shutdown.cancelled_owned())));
    };
    let news = app.events.subscribe();
    let after = match last_event_id(headers)? {
        Some(id) => id,
        None => app.store.last_event_id(&owner).await?,
    };
    let follow = Follow::new(app, owner, Channel::Visitor, after, news, caller.lang);
    // An id without data is no event, but a browser whose connection breaks comes back with it.
    let here = stream::iter([Ok(Event::default().id(after.to_string()))]);
    Ok(answer(here.chain(follow.stream())))
}

fn answer(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let mut answer = Sse::new(events.fuse())
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that collect answers before passing them on are told not to.
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    answer
}

fn last_event_id(headers: &HeaderMap) -> Outcome<Option<i64>> {
    let Some(value) = headers.get("last-event-id") else {
        return Ok(None);
    };
    let number = value
        .to_str()
        .ok()
        .filter(|text| !text.is_empty())
        .and_then(|text| text.parse().ok());
    match number {
        Some(number) if number >= 0 => Ok(Some(number)),
        _ => Err(Failure::new(ErrorCode::Malformed)),
    }
}

/// What is followed.
enum Channel {
    /// One job; its events are numbered from 1.
    Job(JobId),
    /// All of a visitor's; events are numbered over the whole instance.
    Visitor,
}

/// Where a stream stands.
struct Follow {
    app: AppState,
    owner: VisitorId,
    channel: Channel,
    /// The number of the last event that was read.
    after: i64,
    news: Receiver<EventRow>,
    waiting: VecDeque<EventRow>,
    lang: Lang,
    over: bool,
}

impl Follow {
    fn new(
        app: &AppState,
        owner: VisitorId,
        channel: Channel,
        after: i64,
        news: Receiver<EventRow>,
        lang: Lang,
    ) -> Self {
        Self {
            app: app.clone(),
            owner,
            channel,
            after,
            news,
            waiting: VecDeque::new(),
            lang,
            over: false,
        }
    }

    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> + Send + 'static {
        let shutdown = self.app.shutdown.clone();
        stream::unfold(self, |mut follow| async move {
            let row = follow.next().await?;
            Some((Ok(follow.event(&row)), follow))
        })
        .take_until(shutdown.cancelled_owned())
    }

    async fn next(&mut self) -> Option<EventRow> {
        loop {
            if let Some(row) = self.waiting.pop_front() {
                self.after = self.number(&row);
                self.over = matches!(self.channel, Channel::Job(_)) && row.kind.is_terminal();
                return Some(row);
            }
            if self.over {
                return None;
            }
            match self.read().await {
                Ok(rows) if rows.is_empty() => self.wait().await?,
                Ok(rows) => self.waiting = rows.into(),
                Err(error) => {
                    // The browser comes back by itself, with the number of the last event it saw.
                    tracing::error!("an event stream ends: {error}");
                    return None;
                }
            }
        }
    }

    async fn read(&self) -> StoreResult<Vec<EventRow>> {
        match &self.channel {
            Channel::Job(job) => self.app.store.job_events(&self.owner, job, self.after).await,
            Channel::Visitor => self.app.store.visitor_events(&self.owner, self.after, BATCH).await,
        }
    }

    /// Until there is something new, or it may be: who lags reads the store.
    async fn wait(&mut self) -> Option<()> {
        loop {
            match self.news.recv().await {
                Ok(row) if self.concerns(&row) => return Some(()),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return Some(()),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn concerns(&self, row: &EventRow) -> bool {
        let here = match &self.channel {
            Channel::Job(job) => row.job == *job,
            Channel::Visitor => true,
        };
        here && row.owner == self.owner && self.number(row) > self.after
    }

    fn number(&self, row: &EventRow) -> i64 {
        match self.channel {
            Channel::Job(_) => row.seq,
            Channel::Visitor => row.id,
        }
    }

    fn event(&self, row: &EventRow) -> Event {
        let data = events::to_api(row, self.lang);
        let event = Event::default().id(self.number(row).to_string()).event(row.kind.name());
        event.json_data(&data).unwrap_or_else(|error| {
            tracing::error!("an event cannot be written: {error}");
            Event::default().comment("unwritable")
        })
    }
}
