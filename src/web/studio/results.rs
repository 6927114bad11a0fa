//! What came of it: jobs under way, jobs that gave nothing, and the variations, as a strip.

use super::{
    directions::letter,
    how::way_label,
    progress::{Progress, cancel, further, retry},
    spec::estimate_finish,
    state::{StudioState, use_studio},
};
use crate::{
    api::{ErrorCode, jobs::Job, variations::Variation},
    domain::{
        id::VariationId,
        job::{JobEventKind, JobState},
        spec::Size,
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
            <Offered progress/>
            {move || {
                progress
                    .before
                    .get()
                    .map(|id| {
                        view! {
                            <p>
                                {t.painted_before} " " <a href=format!("/variations/{id}")>{t.show_it}</a>
                            </p>
                        }
                    })
            }}
            {move || empty().then(|| view! { <p class="note strip-empty">{t.no_results}</p> })}
            <ul class="strip">
                <For each=jobs key=|job| (job.id.clone(), job.state, job.error.is_some(), job.cancelled.is_some()) let:job>
                    <li>
                        <JobCard job progress/>
                    </li>
                </For>
                <For each=move || state.variations.get() key=|variation| variation.id.clone() let:variation>
                    <li>
                        <VariationCard variation progress/>
                    </li>
                </For>
            </ul>
            <ShareSet/>
        </section>
    }
    .into_any()
}

/// The successor of a model that ended, with its price: ordered when somebody says so.
#[component]
fn Offered(progress: Progress) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    move || {
        progress.offer.get().map(|(job, proposal)| {
            let price = number::money(state.lang, proposal.expected_micros);
            let fixed = state.fixed();
            let model = fixed.catalogue.model(&proposal.model);
            let name = model.map_or(proposal.model.as_str(), |model| model.label.as_str());
            let label = fill(t.model_ended_offer, &[("model", name), ("price", &price)]);
            view! {
                <p>
                    <button
                        type="button"
                        class="btn"
                        on:click=move |_| retry(state, progress, job.clone(), Some(proposal.model.clone()))
                    >
                        {label}
                    </button>
                </p>
            }
        })
    }
}

/// The results of the latest directions, once all of them ended: in their order, with their letters.
fn latest_set(state: StudioState) -> Vec<(u32, VariationId)> {
    let jobs = state.jobs.read();
    let Some(of) = jobs.iter().find_map(|job| Some(job.direction.as_ref()?.of.clone())) else {
        return Vec::new();
    };
    let mut set: Vec<&Job> = jobs
        .iter()
        .filter(|job| job.direction.as_ref().is_some_and(|direction| direction.of == of))
        .collect();
    if set.iter().any(|job| !job.state.is_terminal()) {
        return Vec::new();
    }
    let place = |job: &Job| job.direction.as_ref().map_or(0, |direction| direction.place);
    set.sort_by_key(|job| place(job));
    let shown = state.variations.read();
    set.into_iter()
        .flat_map(|job| job.variations.iter().map(move |id| (place(job), id.clone())))
        .filter(|(_, id)| shown.iter().any(|variation| variation.id == *id))
        .collect()
}

/// One click to share the directions as a set.
#[component]
fn ShareSet() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    move || {
        let set = latest_set(state);
        (set.len() > 1).then(|| {
            let mut letters: Vec<&str> = set.iter().map(|(place, _)| letter(*place)).collect();
            letters.dedup();
            let label = fill(t.share_directions, &[("letters", &letters.join(", "))]);
            let fields = set
                .into_iter()
                .map(|(_, id)| view! { <input type="hidden" name="variation_id" value=id.to_string()/> })
                .collect_view();
            view! {
                <form method="post" action="/forms/share" class="share-set">
                    {fields}
                    <input type="hidden" name="allow_download" value="on"/>
                    <button type="submit" class="btn">
                        {label}
                    </button>
                </form>
            }
        })
    }
}

/// A result that can be carried further: finished, or painted again in high quality.
#[component]
fn Further(variation: VariationId, size: Size, progress: Progress) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let fixed = state.fixed();
    // The newest job of this picture: the same form sent twice is one start, sent from the page that shows it another.
    let latest = state
        .jobs
        .with_untracked(|jobs| jobs.first().map(|job| job.id.to_string()));
    let key = format!("again-{}-{variation}", latest.unwrap_or_default());
    move || {
        let job = state.job_of(&variation)?;
        let order = job.order.finishing(&fixed.catalogue, &variation, state.lang)?;
        let price = estimate_finish(&fixed.catalogue, &order, fixed.shape(), size)?;
        let label = fill(t.finish_price, &[("price", &number::money(state.lang, price))]);
        let key = key.clone();
        let id = variation.to_string();
        Some(view! {
            <form
                method="post"
                action="/forms/again"
                class="further"
                on:submit=move |event| {
                    event.prevent_default();
                    further(state, progress, order.clone());
                }
            >
                <input type="hidden" name="variation_id" value=id/>
                <input type="hidden" name="how" value="finish"/>
                <input type="hidden" name="idempotency_key" value=key/>
                <button type="submit" class="link-button" title=t.finish_hint>
                    {label}
                </button>
            </form>
        })
    }
}

/// A result.
#[component]
fn VariationCard(variation: Variation, progress: Progress) -> impl IntoView {
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
    let id = variation.id.clone();
    let size = Size::new(variation.width, variation.height);
    let mark = move || {
        let place = state.job_of(&id)?.direction?.place;
        Some(view! { <b class="result-letter">{letter(place)}</b> })
    };
    view! {
        <a href=format!("/variations/{}", variation.id) class="result" title=variation.prompt>
            <img src=variation.urls.thumb alt=name width="96" height="96" loading="lazy"/>
            {mark}
            <span class="result-line" aria-hidden="true">
                {price}
            </span>
        </a>
        {(!variation.recomposed).then(|| view! { <Further variation=variation.id size progress/> })}
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
    let mark = job.direction.as_ref().map(|direction| letter(direction.place));
    let stopped = job.cancelled.as_ref().map(|cancelled| cancelled.message.clone());
    let cost = match (job.state, job.spent_micros) {
        _ if stopped.is_some() => None,
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
                    {mark.map(|mark| view! { <b class="job-letter">{mark}</b> })}
                    <strong>{words}</strong>
                    {elapsed}
                </p>
                {stopped.clone().map(|sentence| view! { <p class="note">{sentence}</p> })}
                {error.map(|sentence| view! { <p>{sentence}</p> })}
                {cost.map(|cost| view! { <p class="note">{cost}</p> })}
                <p class="row scripted">
                    {(running && stopped.is_none())
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
                                    on:click=move |_| retry(state, progress, retried.clone(), None)
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
