//! Acts on prompts.

use super::{context, told};
use crate::{
    api::{
        ApiError,
        prompts::{PromptAnswer, RefinedAnswer},
    },
    server::{
        failure::Outcome,
        pipeline::{
            compose::{self, Compose},
            refine,
        },
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

/// Has a text model write a prompt anew.
pub async fn refine(ask: Compose, by_hand: Option<String>) -> Result<RefinedAnswer, ApiError> {
    let (app, caller) = context()?;
    told(&caller, refine_as(&app, &caller, ask, by_hand).await)
}

/// Has a text model write a prompt anew.
pub async fn refine_as(
    app: &AppState,
    caller: &Caller,
    ask: Compose,
    by_hand: Option<String>,
) -> Outcome<RefinedAnswer> {
    let written = refine::refine(app, caller, ask, by_hand).await?;
    Ok(RefinedAnswer {
        prompt: written.row.prompt,
        provider: written.row.provider,
        model_version: written.row.model_version,
        price_micros: written.row.price,
        cached: written.cached,
    })
}
