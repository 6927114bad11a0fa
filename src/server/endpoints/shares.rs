//! Acts on shares.

use crate::{
    api::{
        ApiError,
        shares::{GalleryPage, Share, ShareSettings, ShareView},
    },
    domain::id::{ShareId, VariationId},
};

/// See `api::shares`.
pub async fn create(variations: Vec<VariationId>, settings: ShareSettings) -> Result<Share, ApiError> {
    let _ = (variations, settings);
    unimplemented!("skeleton")
}

/// See `api::shares`.
pub async fn update(id: ShareId, settings: ShareSettings) -> Result<Share, ApiError> {
    let _ = (id, settings);
    unimplemented!("skeleton")
}

/// See `api::shares`.
pub async fn rotate(id: ShareId) -> Result<Share, ApiError> {
    let _ = (id,);
    unimplemented!("skeleton")
}

/// See `api::shares`.
pub async fn revoke(id: ShareId) -> Result<(), ApiError> {
    let _ = (id,);
    unimplemented!("skeleton")
}

/// See `api::shares`.
pub async fn list(variation: Option<VariationId>) -> Result<Vec<Share>, ApiError> {
    let _ = (variation,);
    unimplemented!("skeleton")
}

/// See `api::shares`.
pub async fn view(slug: String) -> Result<ShareView, ApiError> {
    let _ = (slug,);
    unimplemented!("skeleton")
}

/// See `api::shares`.
pub async fn gallery(cursor: Option<String>) -> Result<GalleryPage, ApiError> {
    let _ = (cursor,);
    unimplemented!("skeleton")
}
