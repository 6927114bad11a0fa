//! Pressing the button: mask, idempotency key, start; and what to do when the same was painted before.

use super::state::StudioState;
use crate::{
    api::{
        ApiError, ErrorCode,
        jobs::{StartAllAnswer, StartAnswer, get_job, start_all_jobs, start_job},
        sources::MaskAnswer,
        variations::get_variation,
    },
    domain::{
        id::{JobId, MaskId, VariationId},
        order::{Order, Way},
        prompt::NoPrompt,
    },
    web::{
        editor::Editor,
        platform::{random::random_key, upload},
    },
};
use leptos::{prelude::*, task::spawn_local};

/// The button's own signals.
#[derive(Debug, Clone, Copy)]
pub struct Press {
    /// A start is under way.
    pub busy: RwSignal<bool>,
    /// Why it did not start.
    pub problem: RwSignal<Option<ApiError>>,
    /// The result that the same order gave before.
    pub repeat_of: RwSignal<Option<VariationId>>,
    /// The key of a start whose answer never came, so that pressing again cannot pay twice.
    open: StoredValue<Option<(Vec<Order>, String)>>,
}

impl Press {
    /// Nothing was pressed yet; `problem` is what a plain form brought back.
    #[must_use]
    pub fn new(problem: Option<ApiError>) -> Self {
        Self {
            busy: RwSignal::new(false),
            problem: RwSignal::new(problem),
            repeat_of: RwSignal::new(None),
            open: StoredValue::new(None),
        }
    }
}

/// The mask as the server has it, sent first if the stencil changed since.
pub async fn send_mask(state: StudioState, editor: Editor) -> Result<MaskId, ApiError> {
    let stencil = state.stencil.get_untracked();
    let known = editor.uploaded.get_untracked();
    if let Some((_, id)) = known.filter(|(revision, _)| *revision == stencil.revision) {
        return Ok(id);
    }
    let missing = || ApiError::new(ErrorCode::MaskMissing, state.lang);
    let file = editor.export().await.ok_or_else(missing)?;
    let url = format!("/api/sources/{}/masks", state.fixed().source.id);
    let answer = upload::send_whole(&url, "mask", &file).await;
    let answer = answer.outcome::<MaskAnswer>(state.lang).ok_or_else(missing)??;
    editor.uploaded.set(Some((stencil.revision, answer.id.clone())));
    Ok(answer.id)
}

/// Starts what the studio shows. With `allow_repeat` the person has said that they want to pay for it again.
pub fn press(state: StudioState, editor: Editor, press: Press, allow_repeat: bool) {
    if press.busy.get_untracked() {
        return;
    }
    press.problem.set(None);
    press.repeat_of.set(None);
    if let Some(code) = untrack(|| lacking(state)) {
        let error = ApiError::new(code, state.lang);
        state.say(&error.message);
        press.problem.set(Some(error));
        return;
    }
    press.busy.set(true);
    spawn_local(async move {
        if let Err(error) = start(state, editor, press, allow_repeat).await {
            state.say(&error.message);
            press.problem.set(Some(error));
        }
        press.busy.set(false);
    });
}

/// What is missing before anything can be ordered.
fn lacking(state: StudioState) -> Option<ErrorCode> {
    if state.lacks_stencil() {
        return Some(ErrorCode::MaskMissing);
    }
    // Each direction was complete when it was set aside.
    if !state.aims.read().is_empty() {
        return None;
    }
    if let Some(prompt) = state.by_hand.get() {
        return prompt.trim().is_empty().then_some(ErrorCode::PromptEmpty);
    }
    match &*state.composed.read() {
        Ok(_) => None,
        Err(NoPrompt::WishMissing) => Some(ErrorCode::WishMissing),
        Err(NoPrompt::NothingToPaint) => Some(ErrorCode::NothingToPaint),
    }
}

/// What a start gave, of one order or of several.
enum Sent {
    Started(Vec<JobId>),
    Repeat(VariationId),
}

/// Starts one order, or several as one.
async fn send(orders: Vec<Order>, key: String, allow_repeat: bool) -> Result<Sent, ApiError> {
    if let [order] = &orders[..] {
        return Ok(match start_job(order.clone(), Some(key), Some(allow_repeat)).await? {
            StartAnswer::Started { job_id, .. } => Sent::Started(vec![job_id]),
            StartAnswer::Repeat { repeat_of } => Sent::Repeat(repeat_of),
        });
    }
    Ok(match start_all_jobs(orders, Some(key), Some(allow_repeat)).await? {
        StartAllAnswer::Started { jobs } => Sent::Started(jobs.into_iter().map(|job| job.job_id).collect()),
        StartAllAnswer::Repeat { repeats } => match repeats.into_iter().next() {
            Some(first) => Sent::Repeat(first.repeat_of),
            None => Sent::Started(Vec::new()),
        },
    })
}

/// Starts an order that follows from a result. Gives the result that the same order gave before, if it did.
pub async fn start_again(
    state: StudioState,
    order: Order,
    allow_repeat: bool,
) -> Result<Option<VariationId>, ApiError> {
    let key = random_key().ok_or_else(|| ApiError::new(ErrorCode::Internal, state.lang))?;
    match start_job(order, Some(key), Some(allow_repeat)).await? {
        StartAnswer::Started { job_id, .. } => {
            state.say(state.texts().started);
            state.put_job(get_job(job_id).await?);
            Ok(None)
        }
        StartAnswer::Repeat { repeat_of } => Ok(Some(repeat_of)),
    }
}

async fn start(state: StudioState, editor: Editor, press: Press, allow_repeat: bool) -> Result<(), ApiError> {
    if state.way.get_untracked() == Way::Repaint {
        send_mask(state, editor).await?;
    }
    let internal = || ApiError::new(ErrorCode::Internal, state.lang);
    let orders = state.orders.get_untracked().ok_or_else(internal)?;
    let open = press.open.get_value();
    let key = match open.filter(|(same, _)| *same == orders) {
        Some((_, key)) => key,
        None => random_key().ok_or_else(internal)?,
    };
    press.open.set_value(Some((orders.clone(), key.clone())));
    let answer = send(orders, key, allow_repeat).await;
    let unanswered = matches!(&answer, Err(error) if error.known() == Some(ErrorCode::Interrupted));
    if !unanswered {
        press.open.set_value(None);
    }
    match answer? {
        Sent::Started(jobs) => {
            state.say(state.texts().started);
            state.aims.set(Vec::new());
            // Put before all others one by one, so the last one goes first.
            for job in jobs.into_iter().rev() {
                state.put_job(get_job(job).await?);
            }
        }
        Sent::Repeat(repeat_of) => {
            state.say(state.texts().painted_before);
            if let Ok(variation) = get_variation(repeat_of.clone()).await {
                state.put_variation(variation);
            }
            press.repeat_of.set(Some(repeat_of));
        }
    }
    Ok(())
}
