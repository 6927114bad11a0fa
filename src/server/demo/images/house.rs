//! Whose interface a request came in by. OpenAI's and Azure's differ in keys, names of models, formats, defaults and the
//! words of their refusals; the painting is the same.

use crate::{
    domain::catalogue::{Catalogue, Model},
    server::demo::{azure_openai, refusal::Refusal, request, safety::Stage},
};
use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};

/// Whose interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server::demo) enum House {
    /// `api.openai.com`.
    OpenAi,
    /// Azure OpenAI by `/openai/v1`: the parameter `model` names a deployment.
    AzureV1,
    /// Azure OpenAI by `/openai/deployments/{this}`; `model` is sent by the SDK and decides nothing.
    AzureDeployment(String),
}

impl House {
    pub(in crate::server::demo) const fn is_azure(&self) -> bool {
        !matches!(self, Self::OpenAi)
    }

    /// Whether WebP is taken and given.
    pub(super) const fn knows_webp(&self) -> bool {
        !self.is_azure()
    }

    /// Whether the key is taken. Azure takes it in a header of its own too.
    pub(super) fn check_key(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        if self.is_azure() {
            azure_openai::check_key(headers)
        } else {
            request::check_key(headers)
        }
    }

    /// The model that is asked for. One without qualities has ended.
    pub(super) fn model<'a>(&self, catalogue: &'a Catalogue, named: Option<&str>) -> Result<&'a Model, Refusal> {
        let missing = || Refusal::missing("model");
        let paints = |model: &&Model| !model.qualities.is_empty();
        match self {
            Self::OpenAi => {
                let id = named.ok_or_else(missing)?;
                let mut models = catalogue.models.iter().filter(paints);
                models
                    .find(|model| model.id == id || model.api_id == id)
                    .ok_or_else(|| Refusal::no_model(id))
            }
            Self::AzureV1 | Self::AzureDeployment(_) => {
                let name = match self {
                    Self::AzureDeployment(name) => name,
                    _ => named.ok_or_else(missing)?,
                };
                // The longest id: `my-gpt-image-2.5-flare` holds `gpt-image-2` too.
                let named = |model: &&Model| name.contains(&model.id);
                let models = catalogue.models.iter().filter(paints).filter(named);
                models
                    .max_by_key(|model| model.id.len())
                    .ok_or_else(|| Refusal::no_model(name))
            }
        }
    }

    /// What the safety filter says, painted or not.
    pub(super) fn moderated(&self, stage: Stage, now_s: i64) -> Response {
        match self {
            Self::OpenAi => Refusal::moderation(stage).into_response(),
            _ => azure_openai::moderated(self, stage, now_s),
        }
    }

    /// A refusal in the words of the house.
    pub(super) fn refuse(&self, refusal: Refusal) -> Response {
        if self.is_azure() {
            azure_openai::refuse(refusal)
        } else {
            refusal.into_response()
        }
    }
}
