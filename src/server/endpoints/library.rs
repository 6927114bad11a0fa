//! Acts on library.

use crate::{
    api::{ApiError, library::LibraryPage, sources::Source},
    domain::id::SourceId,
};

/// See `api::library`.
pub async fn page(
    cursor: Option<String>,
    limit: Option<u32>,
    q: Option<String>,
    source: Option<SourceId>,
) -> Result<LibraryPage, ApiError> {
    let _ = (cursor, limit, q, source);
    unimplemented!("skeleton")
}

/// See `api::library`.
pub async fn sources() -> Result<Vec<Source>, ApiError> {
    let _ = ();
    unimplemented!("skeleton")
}
