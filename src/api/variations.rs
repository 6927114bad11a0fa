//! Variations: finished results.

use super::ApiError;
use crate::domain::{
    id::{SourceId, VariationId},
    money::Micros,
    order::Way,
    spec::{ProviderName, Spec},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

/// A variation as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variation {
    /// Its id.
    pub id: VariationId,
    /// What it was made from.
    pub source_id: SourceId,
    /// The variation it finishes or recomposes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<VariationId>,
    /// Which way.
    pub way: Way,
    /// What was sent, verbatim.
    pub prompt: String,
    /// Model, quality, size, count, format.
    pub spec: Spec,
    /// Who painted it.
    pub provider: ProviderName,
    /// Whether the demo painted it, in play money.
    pub demo: bool,
    /// What the demo understood of the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub understood: Option<Understood>,
    /// Its share of what the job cost.
    pub spent_micros: Micros,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pixels outside the hole (repaint).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected_pixels: Option<u64>,
    /// How many of them changed, counted on the file as stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected_changed: Option<u64>,
    /// When it was finished, RFC 3339 UTC.
    pub created_at: String,
    /// Where its pictures are.
    pub urls: VariationUrls,
}

/// What the demo painter understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understood {
    /// Words it acted on, as its own names for them.
    pub understood: Vec<String>,
    /// Words of the prompt it could do nothing with.
    pub not_understood: Vec<String>,
}

/// Where a variation's pictures are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariationUrls {
    /// The result at full resolution, lossless.
    pub composed: String,
    /// The provider's bytes, untouched. Its owner only, as an attachment.
    pub raw: String,
    /// At most 1600 pixels.
    pub preview: String,
    /// At most 400 pixels.
    pub thumb: String,
}

impl VariationUrls {
    /// The addresses for this variation.
    #[must_use]
    pub fn of(id: &VariationId) -> Self {
        let at = |role: &str| format!("/media/variations/{id}/{role}");
        Self {
            composed: at("composed"),
            raw: at("raw"),
            preview: at("preview"),
            thumb: at("thumb"),
        }
    }
}

/// One of the caller's variations.
#[server(prefix = "/api", endpoint = "variations/get", input = GetUrl)]
pub async fn get_variation(id: VariationId) -> Result<Variation, ApiError> {
    crate::server::endpoints::variations::get(id).await
}

/// Deletes a variation. Shares that showed it lose it at once.
#[server(prefix = "/api", endpoint = "variations/delete", input = Json)]
pub async fn delete_variation(id: VariationId) -> Result<(), ApiError> {
    crate::server::endpoints::variations::delete(id).await
}
