//! Acts on sources.

use crate::{
    api::{ApiError, sources::Source},
    domain::id::{SourceId, VariationId},
};

/// See `api::sources`.
pub async fn get(id: SourceId) -> Result<Source, ApiError> {
    let _ = (id,);
    unimplemented!("skeleton")
}

/// See `api::sources`.
pub async fn delete(id: SourceId) -> Result<(), ApiError> {
    let _ = (id,);
    unimplemented!("skeleton")
}

/// See `api::sources`.
pub async fn from_variation(id: VariationId) -> Result<Source, ApiError> {
    let _ = (id,);
    unimplemented!("skeleton")
}
