//! Following jobs: one event channel for the page while a job is under way, and what a person can do about a job.
//! The job belongs to the server; leaving or reloading changes nothing.

use super::{paint::start_again, state::StudioState};
use crate::{
    api::{
        ApiError,
        error::Proposal,
        jobs::{Job, JobEvent, cancel_job, get_job, list_jobs, retry_job},
        variations::get_variation,
    },
    domain::{
        id::{JobId, VariationId},
        job::{JobEventKind, JobState},
        order::Order,
        text::fill,
    },
    web::platform::{
        clock::{now_ms, parse_ms},
        event_source::{Arrival, EventChannel, open},
        storage,
        timer::{Interval, every_ms},
    },
};
use leptos::{prelude::*, task::spawn_local};
use std::collections::HashMap;

/// The events of a job, by the names they have on the stream.
const EVENTS: [JobEventKind; 8] = [
    JobEventKind::Queued,
    JobEventKind::Started,
    JobEventKind::Partial,
    JobEventKind::Finishing,
    JobEventKind::Succeeded,
    JobEventKind::Failed,
    JobEventKind::Cancelled,
    JobEventKind::Unknown,
];

/// What is known of a job beyond its state.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    /// The last thing that happened.
    pub last: Option<JobEventKind>,
    /// The number of that event.
    pub seq: i64,
    /// A partial picture.
    pub picture: Option<String>,
}

/// The signals of what is under way.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// By job.
    pub live: RwSignal<HashMap<JobId, Live>>,
    /// The visitor's clock, once a second while something is under way.
    pub now_ms: RwSignal<f64>,
    /// What went wrong with cancelling or trying again.
    pub problem: RwSignal<Option<ApiError>>,
    /// A job whose model ended, and what could be ordered instead.
    pub offer: RwSignal<Option<(JobId, Proposal)>>,
    /// What an order that follows from a result gave before.
    pub before: RwSignal<Option<VariationId>>,
    /// Jobs that gave nothing and that the person does not want to see any more.
    pub hidden: RwSignal<Vec<JobId>>,
}

impl Progress {
    /// Nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            live: RwSignal::new(HashMap::new()),
            now_ms: RwSignal::new(0.0),
            problem: RwSignal::new(None),
            offer: RwSignal::new(None),
            before: RwSignal::new(None),
            hidden: RwSignal::new(Vec::new()),
        }
    }

    /// How long a job has been under way, in seconds; nothing when the clocks do not agree.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be from 0 to a day"
    )]
    pub fn elapsed_s(self, job: &Job) -> Option<u64> {
        let now = self.now_ms.get();
        let seconds = (now - parse_ms(&job.created_at)?) / 1_000.0;
        (0.0..86_400.0).contains(&seconds).then_some(seconds as u64)
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

/// The state that an event leaves a job in.
#[must_use]
pub const fn state_after(event: JobEventKind) -> JobState {
    match event {
        JobEventKind::Queued => JobState::Queued,
        JobEventKind::Started | JobEventKind::Partial | JobEventKind::Finishing => JobState::Running,
        JobEventKind::Succeeded => JobState::Succeeded,
        JobEventKind::Failed => JobState::Failed,
        JobEventKind::Cancelled => JobState::Cancelled,
        JobEventKind::Unknown => JobState::Unknown,
    }
}

/// Opens the channel while a job is under way and closes it afterwards. Runs in the browser only.
pub fn follow(state: StudioState, progress: Progress) {
    let active = Memo::new(move |_| state.jobs.read().iter().any(|job| !job.state.is_terminal()));
    Effect::new(move |before: Option<Option<(EventChannel, Option<Interval>)>>| {
        if !active.get() {
            return None;
        }
        if let Some(open) = before.flatten() {
            return Some(open);
        }
        progress.now_ms.set(now_ms());
        let names: Vec<&str> = EVENTS.iter().map(|kind| kind.name()).collect();
        let channel = open("/api/events", &names, move |arrival| match arrival {
            // Events from before the connection stood are not sent: ask once.
            Arrival::Open => spawn_local(refresh(state)),
            Arrival::Data(data) => {
                if let Ok(event) = serde_json::from_str::<JobEvent>(&data) {
                    take(state, progress, event);
                }
            }
        })?;
        let clock = every_ms(1_000, move || progress.now_ms.set(now_ms()));
        Some((channel, clock))
    });
}

/// Remembers, for this picture, which jobs are not to be seen any more. Runs in the browser only.
pub fn keep_hidden(state: StudioState, progress: Progress) {
    Effect::new(move |before: Option<()>| {
        let hidden = progress.hidden.get();
        let key = format!("pochoir.hidden.{}", state.fixed().source.id);
        if before.is_none() {
            let kept = storage::read(&key).and_then(|text| serde_json::from_str(&text).ok());
            if let Some(kept) = kept {
                progress.hidden.set(kept);
            }
        } else if let Ok(text) = serde_json::to_string(&hidden) {
            storage::write(&key, &text);
        }
    });
}

/// Asks for all jobs of this picture and for results that are not shown yet.
async fn refresh(state: StudioState) {
    let id = state.fixed().source.id.clone();
    if let Ok(jobs) = list_jobs(id).await {
        let fresh: Vec<VariationId> = jobs.iter().flat_map(|job| job.variations.clone()).rev().collect();
        state.put_jobs(jobs);
        show(state, fresh).await;
    }
}

/// Shows results that are not shown yet.
async fn show(state: StudioState, ids: Vec<VariationId>) {
    for id in ids {
        let known = state
            .variations
            .with_untracked(|all| all.iter().any(|other| other.id == id));
        if !known && let Ok(variation) = get_variation(id).await {
            state.put_variation(variation);
        }
    }
}

/// Takes an event in. Events of other pictures' jobs are not ours to show.
fn take(state: StudioState, progress: Progress, event: JobEvent) {
    let known = state
        .jobs
        .with_untracked(|jobs| jobs.iter().any(|job| job.id == event.job_id));
    if !known {
        spawn_local(async move {
            if let Ok(job) = get_job(event.job_id).await
                && job.order.source_id == state.fixed().source.id
            {
                state.put_job(job);
            }
        });
        return;
    }
    let overtaken = progress
        .live
        .with_untracked(|live| live.get(&event.job_id).is_some_and(|live| live.seq >= event.seq));
    if overtaken {
        return;
    }
    progress.live.update(|live| {
        let live = live.entry(event.job_id.clone()).or_default();
        live.seq = event.seq;
        live.last = Some(event.event);
        if event.event == JobEventKind::Partial {
            live.picture.clone_from(&event.url);
        }
    });
    state.jobs.update(|jobs| {
        if let Some(job) = jobs.iter_mut().find(|job| job.id == event.job_id) {
            job.state = state_after(event.event);
            job.spent_micros = event.spent_micros.or(job.spent_micros);
            if event.error.is_some() {
                job.error.clone_from(&event.error);
            }
            if !event.variations.is_empty() {
                job.variations.clone_from(&event.variations);
            }
        }
    });
    announce(state, &event);
    if event.event == JobEventKind::Succeeded {
        spawn_local(async move {
            let ids = if event.variations.is_empty() {
                get_job(event.job_id)
                    .await
                    .map(|job| job.variations)
                    .unwrap_or_default()
            } else {
                event.variations
            };
            show(state, ids).await;
        });
    }
}

/// Reads out what matters: the beginning and the end, not every partial picture.
fn announce(state: StudioState, event: &JobEvent) {
    let t = state.texts();
    match event.event {
        JobEventKind::Started => state.say(t.said_painting),
        JobEventKind::Succeeded => state.say(t.said_done),
        JobEventKind::Cancelled => state.say(t.state_cancelled),
        JobEventKind::Failed | JobEventKind::Unknown => {
            let reason = event.error.as_ref().map_or("", |error| error.message.as_str());
            state.say(&fill(t.said_failed, &[("reason", reason)]));
        }
        JobEventKind::Queued | JobEventKind::Partial | JobEventKind::Finishing => {}
    }
}

/// Stops a job.
pub fn cancel(state: StudioState, progress: Progress, id: JobId) {
    progress.problem.set(None);
    spawn_local(async move {
        match cancel_job(id).await {
            Ok(job) => {
                if let Some(cancelled) = &job.cancelled {
                    state.say(&cancelled.message);
                }
                state.put_job(job);
            }
            Err(error) => progress.problem.set(Some(error)),
        }
    });
}

/// Starts the stored order again; with `model`, the person has said that they want that one.
pub fn retry(state: StudioState, progress: Progress, id: JobId, model: Option<String>) {
    progress.problem.set(None);
    progress.offer.set(None);
    spawn_local(async move {
        match retry_job(id.clone(), model).await {
            Ok(job) => {
                state.say(state.texts().started);
                progress.hidden.update(|hidden| hidden.push(id));
                state.put_job(job);
            }
            Err(mut error) => {
                progress
                    .offer
                    .set(error.proposal.take().map(|proposal| (id, *proposal)));
                progress.problem.set(Some(error));
            }
        }
    });
}

/// Starts an order that follows from a result. One that was painted before leads to what it gave.
pub fn further(state: StudioState, progress: Progress, order: Order) {
    progress.problem.set(None);
    progress.before.set(None);
    spawn_local(async move {
        match start_again(state, order, false).await {
            Ok(None) => {}
            Ok(Some(before)) => {
                state.say(state.texts().painted_before);
                progress.before.set(Some(before));
            }
            Err(error) => progress.problem.set(Some(error)),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_ends_exactly_when_the_job_is_over() {
        for event in EVENTS {
            assert_eq!(event.is_terminal(), state_after(event).is_terminal(), "{event:?}");
        }
    }
}
