//! Acts on prompts.

use super::{context, told};
use crate::{
    api::{ApiError, prompts::PromptAnswer},
    server::{
        failure::Outcome,
        pipeline::compose::{self, Compose},
        session::Caller,
        state::AppState,
    },
};

/// Joins description and wish.
pub async fn compose(ask: Compose) -> Result<PromptAnswer, ApiError> {
    let (app, caller) = context()?;
    told(&caller, compose_as(&app, &caller, ask).await)
}

/// Joins description and wish.
pub async fn compose_as(app: &AppState, caller: &Caller, ask: Compose) -> Outcome<PromptAnswer> {
    let prompt = compose::compose(app, caller, ask).await?;
    Ok(PromptAnswer {
        prompt: prompt.text,
        stances: prompt.stances,
        parts: prompt.parts,
    })
}
