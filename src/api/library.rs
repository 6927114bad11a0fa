//! The library: everything the caller made.

use super::{ApiError, sources::Source, variations::Variation};
use crate::domain::id::SourceId;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// A page of variations, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryPage {
    /// The variations.
    pub items: Vec<Variation>,
    /// Where the next page begins; nothing on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The caller's variations, newest first, at most `limit` (24 unless said, 100 at most). `q` looks in the prompts.
#[server(prefix = "/api", endpoint = "library/page", input = GetUrl)]
pub async fn list_library(
    cursor: Option<String>,
    limit: Option<u32>,
    q: Option<String>,
    source_id: Option<SourceId>,
) -> Result<LibraryPage, ApiError> {
    crate::server::endpoints::library::page(cursor, limit, q, source_id).await
}

/// The caller's latest sources, newest first, at most 12.
#[server(prefix = "/api", endpoint = "library/sources", input = GetUrl)]
pub async fn recent_sources() -> Result<Vec<Source>, ApiError> {
    crate::server::endpoints::library::sources().await
}
