//! What came of it: jobs under way, jobs that gave nothing, and the variations, as a strip.

use super::{
    how::way_label,
    progress::{Progress, cancel, retry},
    state::{StudioState, use_studio},
};
use crate::{
    api::{ErrorCode, jobs::Job, variations::Variation},
    domain::{
        job::{JobEventKind, JobState},
        text::{fill, number},
    },
};
use leptos::prelude::*;

/// How often a page without script looks again while a job is under way.
const LOOK_AGAIN_S: u32 = 4;

/// The strip.
#[component]
pub fn Results(
    /// What is under way.
    progress: Progress,
) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let hidden = progress.hidden;
    // A job that succeeded is shown by its variations.
    let jobs = move || {
        let hidden = hidden.read();
        state
            .jobs
            .get()
            .into_iter()
            .filter(|job| job.state != JobState::Succeeded && !hidden.contains(&job.id))
            .collect::<Vec<_>>()
    };
    let empty = move || jobs().is_empty() && state.variations.read().is_empty();
    let under_way = untrack(|| state.jobs.read().iter().any(|job| !job.state.is_terminal()));
    let here = format!("/studio/{}", state.fixed().source.id);
    view! {
        <section id="results" class="studio-strip" aria-labelledby="results-title" data-empty=move || empty().then_some("")>
            <h2 id="results-title" class="unseen">{t.results}</h2>
            {under_way
                .then(|| {
                    view! {
                        <noscript>
                            <meta http-equiv="refresh" content=LOOK_AGAIN_S.to_string()/>
                            <p class="note">
                                <a href=here>{t.look_again}</a>
                            </p>
                        </noscript>
                    }
                })}
            {move || {
                progress
                    .problem
                    .get()
                    .map(|error| view! { <p class="alert" role="alert">{error.message}</p> })
            }}
            {move || empty().then(|| view! { <p class="note strip-empty">{t.no_results}</p> })}
            <ul class="strip">
                <For each=jobs key=|job| (job.id.clone(), job.state, job.error.is_some()) let:job>
                    <li>
                        <JobCard job progress/>
                    </li>
                </For>
                <For each=move || state.variations.get() key=|variation| variation.id.clone() let:variation>
                    <li>
                        <VariationCard variation/>
                    </li>
                </For>
            </ul>
        </section>
    }
    .into_any()
}

/// A result.
#[component]
fn VariationCard(variation: Variation) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let model = state
        .fixed()
        .catalogue
        .model(&variation.spec.model)
        .map_or_else(|| variation.spec.model.clone(), |model| model.label.clone());
    let price = number::money(state.lang, variation.spent_micros);
    let way = way_label(state, variation.way);
    let name = fill(t.result_name, &[("way", way), ("model", &model), ("price", &price)]);
    view! {
        <a href=format!("/variations/{}", variation.id) class="result" title=variation.prompt>
            <img src=variation.urls.thumb alt=name width="96" height="96" loading="lazy"/>
            <span class="result-line" aria-hidden="true">
                {price}
            </span>
        </a>
    }
    .into_any()
}

/// Whether trying the same again makes sense.
fn may_retry(job: &Job) -> bool {
    let code = job.error.as_ref().and_then(|error| ErrorCode::from_code(&error.code));
    let hopeless = matches!(
        code,
        Some(ErrorCode::ProviderRefused | ErrorCode::ProviderInvalid | ErrorCode::ProviderModel)
    );
    matches!(job.state, JobState::Failed | JobState::Cancelled | JobState::Unknown) && !hopeless
}

/// What a job is doing, in words.
pub fn doing(state: StudioState, progress: Progress, job: &Job) -> &'static str {
    let t = state.texts();
    let last = progress.live.read().get(&job.id).and_then(|live| live.last);
    match (job.state, last) {
        (JobState::Queued, _) => t.state_queued,
        (JobState::Running, Some(JobEventKind::Finishing)) => t.state_finishing,
        (JobState::Running, _) => t.state_running,
        (JobState::Succeeded, _) => t.said_done,
        (JobState::Failed, _) => t.state_failed,
        (JobState::Cancelled, _) => t.state_cancelled,
        (JobState::Unknown, _) => t.state_unknown,
    }
}

/// A job that is under way or gave nothing.
#[component]
fn JobCard(job: Job, progress: Progress) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let id = job.id.clone();
    let running = !job.state.is_terminal();
    let picture = {
        let id = id.clone();
        move || {
            let partial = progress.live.read().get(&id).and_then(|live| live.picture.clone());
            partial.unwrap_or_else(|| state.fixed().source.urls.thumb.clone())
        }
    };
    let error = job.error.as_ref().map(|error| error.message.clone());
    let cost = match (job.state, job.spent_micros) {
        (JobState::Queued | JobState::Running, _) | (_, None) => None,
        (_, Some(spent)) if spent.0 == 0 => Some(t.nothing_spent.to_owned()),
        (_, Some(spent)) => Some(fill(t.was_spent, &[("price", &number::money(state.lang, spent))])),
    };
    let retryable = may_retry(&job);
    let words = {
        let job = job.clone();
        move || doing(state, progress, &job)
    };
    let elapsed = {
        let job = job.clone();
        move || {
            running
                .then(|| progress.elapsed_s(&job))
                .flatten()
                .map(|elapsed| format!(" · {}", number::seconds(state.lang, elapsed)))
        }
    };
    let (cancelled, retried, dropped) = (id.clone(), id.clone(), id);
    view! {
        <div class="job" data-state=job.state.name()>
            {running
                .then(|| {
                    view! {
                        <span class="job-picture">
                            <img src=picture alt="" width="96" height="96"/>
                        </span>
                    }
                })}
            <div class="job-words">
                <p>
                    <strong>{words}</strong>
                    {elapsed}
                </p>
                {error.map(|sentence| view! { <p>{sentence}</p> })}
                {cost.map(|cost| view! { <p class="note">{cost}</p> })}
                <p class="row scripted">
                    {running
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="link-button"
                                    title=t.cancel_hint
                                    on:click=move |_| cancel(state, progress, cancelled.clone())
                                >
                                    {t.cancel_job}
                                </button>
                            }
                        })}
                    {retryable
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="link-button"
                                    on:click=move |_| retry(state, progress, retried.clone())
                                >
                                    {t.try_again}
                                </button>
                            }
                        })}
                    {(!running)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="link-button"
                                    on:click=move |_| progress.hidden.update(|hidden| hidden.push(dropped.clone()))
                                >
                                    {t.hide_job}
                                </button>
                            }
                        })}
                </p>
            </div>
        </div>
    }
    .into_any()
}
