//! Sources. Uploading is a plain route (`POST /api/sources`): bytes do not pass through server functions.

use super::ApiError;
use crate::domain::{
    id::{SourceId, VariationId},
    source::Removed,
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

/// A source as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Pixels across, upright.
    pub width: u32,
    /// Pixels down, upright.
    pub height: u32,
    /// SHA-256 of the master's bytes, in hexadecimal digits.
    pub sha256: String,
    /// What normalisation took away.
    pub removed: Vec<Removed>,
    /// Whether it has transparent pixels.
    pub alpha: bool,
    /// The variation it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_variation: Option<VariationId>,
    /// When it came, RFC 3339 UTC.
    pub created_at: String,
    /// Where its pictures are.
    pub urls: SourceUrls,
}

/// Where a source's pictures are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceUrls {
    /// At full resolution.
    pub master: String,
    /// At most 1600 pixels.
    pub preview: String,
    /// At most 400 pixels.
    pub thumb: String,
}

impl SourceUrls {
    /// The addresses for this source.
    #[must_use]
    pub fn of(id: &SourceId) -> Self {
        let at = |role: &str| format!("/media/sources/{id}/{role}");
        Self {
            master: at("master"),
            preview: at("preview"),
            thumb: at("thumb"),
        }
    }
}

/// The answer to an uploaded mask (`POST /api/sources/{id}/masks`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaskAnswer {
    /// Its id.
    pub id: crate::domain::id::MaskId,
    /// How much of the picture may change, from 0 to 1.
    pub area_share: f64,
    /// The smallest rectangle around the hole.
    pub bounds: crate::domain::source::Rect,
    /// `all_open` when everything may change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// One of the caller's sources.
#[server(prefix = "/api", endpoint = "sources/get", input = GetUrl)]
pub async fn get_source(id: SourceId) -> Result<Source, ApiError> {
    crate::server::endpoints::sources::get(id).await
}

/// Deletes a source with everything made from it that has no other owner.
#[server(prefix = "/api", endpoint = "sources/delete", input = Json)]
pub async fn delete_source(id: SourceId) -> Result<(), ApiError> {
    crate::server::endpoints::sources::delete(id).await
}

/// Makes a source from a variation: lineage kept, facts inherited, nothing billed. Answers 201.
#[server(prefix = "/api", endpoint = "sources/from_variation", input = Json)]
pub async fn source_from_variation(variation_id: VariationId) -> Result<Source, ApiError> {
    crate::server::endpoints::sources::from_variation(variation_id).await
}
