//! Descriptions: seen by a vision provider (a paid call) or written by the person (free).

use super::ApiError;
use crate::domain::{
    description::{Caption, Fact, Shortfall},
    id::SourceId,
    money::Micros,
    spec::ProviderName,
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

/// What was seen in a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DescriptionAnswer {
    /// The source.
    pub source_id: SourceId,
    /// The sentence about the whole.
    pub caption: Caption,
    /// What was seen in particular.
    pub facts: Vec<Fact>,
    /// What it lacks of what was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<Shortfall>,
    /// Who saw it; nothing when a person wrote it.
    pub provider: Option<ProviderName>,
    /// The provider's model version.
    pub model_version: Option<String>,
    /// What it cost.
    pub price_micros: Micros,
    /// Whether it was there already, from the caller's own earlier call.
    pub cached: bool,
    /// Whether everything that can be asked was asked.
    pub closer: bool,
    /// Whether the person changed it.
    pub edited: bool,
    /// Whether the demo described it.
    pub demo: bool,
}

/// Describes a source. Reserved and settled like any paid call; an earlier answer to the same caller is not paid again.
#[server(prefix = "/api", endpoint = "descriptions/create", input = Json)]
pub async fn create_description(
    source_id: SourceId,
    provider: Option<ProviderName>,
    closer: Option<bool>,
) -> Result<DescriptionAnswer, ApiError> {
    crate::server::endpoints::descriptions::create(source_id, provider, closer.unwrap_or(false)).await
}

/// Replaces caption or facts by the person's own words. Never billed.
#[server(prefix = "/api", endpoint = "descriptions/update", input = Json)]
pub async fn update_description(
    source_id: SourceId,
    caption: Option<String>,
    facts: Option<Vec<Fact>>,
) -> Result<DescriptionAnswer, ApiError> {
    crate::server::endpoints::descriptions::update(source_id, caption, facts).await
}

/// The description there is, or nothing. Never calls a provider.
#[server(prefix = "/api", endpoint = "descriptions/get", input = GetUrl)]
pub async fn get_description(source_id: SourceId) -> Result<Option<DescriptionAnswer>, ApiError> {
    crate::server::endpoints::descriptions::get(source_id).await
}
