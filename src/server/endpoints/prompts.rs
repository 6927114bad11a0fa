//! Acts on prompts.

use crate::{
    api::{ApiError, prompts::PromptAnswer},
    domain::{
        description::Stances,
        id::{MaskId, SourceId},
        order::Way,
        prompt::{Intent, Likeness},
        text::Lang,
    },
};

/// What is asked.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the documented request")]
pub struct Compose {
    pub source_id: SourceId,
    pub wish: String,
    pub intent: Option<Intent>,
    pub style: Option<String>,
    pub stances: Stances,
    pub way: Way,
    pub mask_id: Option<MaskId>,
    pub language: Option<Lang>,
    pub likeness: Likeness,
}

/// See `api::prompts`.
pub async fn compose(ask: Compose) -> Result<PromptAnswer, ApiError> {
    let _ = (ask,);
    unimplemented!("skeleton")
}
