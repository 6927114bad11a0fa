//! Acts on variations.

use crate::{
    api::{ApiError, variations::Variation},
    domain::id::VariationId,
};

/// See `api::variations`.
pub async fn get(id: VariationId) -> Result<Variation, ApiError> {
    let _ = (id,);
    unimplemented!("skeleton")
}

/// See `api::variations`.
pub async fn delete(id: VariationId) -> Result<(), ApiError> {
    let _ = (id,);
    unimplemented!("skeleton")
}
