//! Variations: finished results.

use super::ApiError;
use crate::domain::{
    after_care::AfterCare,
    id::{MaskId, SourceId, VariationId},
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
    /// Whether it recomposes that variation: another view of the same answer, which cost nothing more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recomposed: bool,
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
    /// How the answer was set in (repaint).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_care: Option<AfterCare>,
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
    /// Where and how much it differs from its source (repaint). Drawn when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
    /// The same, at most 1600 pixels (repaint).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference_preview: Option<String>,
    /// What the hole holds, with the mask as alpha (repaint). Drawn when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_out: Option<String>,
}

impl VariationUrls {
    /// The addresses for a variation that was made this way.
    #[must_use]
    pub fn of(id: &VariationId, way: Way) -> Self {
        let at = |role: &str| format!("/media/variations/{id}/{role}");
        let stencilled = |role: &str| (way == Way::Repaint).then(|| at(role));
        Self {
            composed: at("composed"),
            raw: at("raw"),
            preview: at("preview"),
            thumb: at("thumb"),
            difference: stencilled("difference"),
            difference_preview: stencilled("difference_preview"),
            cut_out: stencilled("cut_out"),
        }
    }
}

/// One of the caller's variations.
#[server(prefix = "/api", endpoint = "variations/get", input = GetUrl)]
pub async fn get_variation(id: VariationId) -> Result<Variation, ApiError> {
    crate::server::endpoints::variations::get(id).await
}

/// Sets the answer of a repaint into its picture anew: no call, nothing billed. What is left out is as in the first
/// composition; with `whole` the rest has no effect.
#[server(prefix = "/api", endpoint = "variations/recompose", input = Json)]
pub async fn recompose_variation(
    id: VariationId,
    feather: Option<i64>,
    grow: Option<i64>,
    colour_match: Option<bool>,
    mask_id: Option<MaskId>,
    history_mask_id: Option<MaskId>,
    whole: Option<bool>,
) -> Result<Variation, ApiError> {
    let wanted = crate::domain::after_care::Wanted {
        feather,
        grow,
        colour_match,
        mask_id,
        history_mask_id,
        whole,
    };
    crate::server::endpoints::variations::recompose(id, wanted).await
}

/// Deletes a variation. Shares that showed it lose it at once.
#[server(prefix = "/api", endpoint = "variations/delete", input = Json)]
pub async fn delete_variation(id: VariationId) -> Result<(), ApiError> {
    crate::server::endpoints::variations::delete(id).await
}
