//! Prompts: description and wish joined (free and deterministic), and written anew by a text model (a paid call).

use super::ApiError;
use crate::domain::{
    description::Stances,
    id::{MaskId, SourceId},
    money::Micros,
    order::Way,
    prompt::{Intent, Likeness, Part},
    spec::ProviderName,
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

/// A prompt that a text model wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefinedAnswer {
    /// What would be sent, verbatim.
    pub prompt: String,
    /// Who wrote it.
    pub provider: ProviderName,
    /// The provider's model version.
    pub model_version: String,
    /// What it cost.
    pub price_micros: Micros,
    /// Whether it was there already, from the caller's own earlier call.
    pub cached: bool,
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

/// Has a text model write the prompt anew that these would make, or `prompt` where the person wrote their own. Reserved and
/// settled like any paid call; an earlier answer to the same caller is not paid again.
#[server(prefix = "/api", endpoint = "prompts/refine", input = Json)]
pub async fn refine_prompt(
    source_id: SourceId,
    #[server(default)] wish: String,
    intent: Option<Intent>,
    style: Option<String>,
    #[server(default)] stances: Stances,
    way: Way,
    mask_id: Option<MaskId>,
    language: Option<Lang>,
    likeness: Option<Likeness>,
    prompt: Option<String>,
) -> Result<RefinedAnswer, ApiError> {
    let ask = crate::server::pipeline::compose::Compose {
        source_id,
        wish,
        intent,
        style,
        stances,
        way,
        mask_id,
        language,
        likeness: likeness.unwrap_or_default(),
    };
    crate::server::endpoints::prompts::refine(ask, prompt).await
}
