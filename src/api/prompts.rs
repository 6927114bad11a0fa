//! Prompts: description and wish joined. Free and deterministic.

use super::ApiError;
use crate::domain::{
    description::Stances,
    id::{MaskId, SourceId},
    order::Way,
    prompt::{Intent, Likeness, Part},
    text::Lang,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// The output prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptAnswer {
    /// What would be sent, verbatim.
    pub prompt: String,
    /// The stance of every fact: the caller's, else the proposal.
    pub stances: Stances,
    /// The prompt in parts; joined by one space they are the prompt.
    pub parts: Vec<Part>,
}

/// Joins the stored description with a wish.
#[server(prefix = "/api", endpoint = "prompts/compose", input = Json)]
pub async fn compose_prompt(
    source_id: SourceId,
    #[server(default)] wish: String,
    intent: Option<Intent>,
    style: Option<String>,
    #[server(default)] stances: Stances,
    way: Way,
    mask_id: Option<MaskId>,
    language: Option<Lang>,
    likeness: Option<Likeness>,
) -> Result<PromptAnswer, ApiError> {
    crate::server::endpoints::prompts::compose(crate::server::pipeline::compose::Compose {
        source_id,
        wish,
        intent,
        style,
        stances,
        way,
        mask_id,
        language,
        likeness: likeness.unwrap_or_default(),
    })
    .await
}
