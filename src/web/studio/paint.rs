//! Pressing the button: mask, idempotency key, start; and what to do when the same was painted before.

use super::state::StudioState;
use crate::{
    api::{
        ApiError, ErrorCode,
        jobs::{StartAnswer, get_job, start_job},
        sources::MaskAnswer,
        variations::get_variation,
    },
    domain::{
        id::{MaskId, VariationId},
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
    open: StoredValue<Option<(Order, String)>>,
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
    if let Some(prompt) = state.by_hand.get() {
        return prompt.trim().is_empty().then_some(ErrorCode::PromptEmpty);
    }
    match &*state.composed.read() {
        Ok(_) => None,
        Err(NoPrompt::WishMissing) => Some(ErrorCode::WishMissing),
        Err(NoPrompt::NothingToPaint) => Some(ErrorCode::NothingToPaint),
    }
}

async fn start(state: StudioState, editor: Editor, press: Press, allow_repeat: bool) -> Result<(), ApiError> {
    if state.way.get_untracked() == Way::Repaint {
        send_mask(state, editor).await?;
    }
    let internal = || ApiError::new(ErrorCode::Internal, state.lang);
    let order = state.order.get_untracked().ok_or_else(internal)?;
    let open = press.open.get_value();
    let key = match open.filter(|(same, _)| *same == order) {
        Some((_, key)) => key,
        None => random_key().ok_or_else(internal)?,
    };
    press.open.set_value(Some((order.clone(), key.clone())));
    let answer = start_job(order, Some(key), Some(allow_repeat)).await;
    let unanswered = matches!(&answer, Err(error) if error.known() == Some(ErrorCode::Interrupted));
    if !unanswered {
        press.open.set_value(None);
    }
    match answer? {
        StartAnswer::Started { job_id, .. } => {
            state.say(state.texts().started);
            state.put_job(get_job(job_id).await?);
        }
        StartAnswer::Repeat { repeat_of } => {
            state.say(state.texts().painted_before);
            if let Ok(variation) = get_variation(repeat_of.clone()).await {
                state.put_variation(variation);
            }
            press.repeat_of.set(Some(repeat_of));
        }
    }
    Ok(())
}
