//! Acts on shares, and what visitors of a share's page get.

use super::{answer_with, context, told};
use crate::{
    api::{
        ApiError,
        shares::{GalleryPage, Share, ShareSettings, ShareView},
    },
    domain::id::{ShareId, VariationId},
    server::{failure::Outcome, http::cookies, pipeline::publish, session::Caller, state::AppState},
};
use http::{HeaderMap, StatusCode};
use leptos::prelude::use_context;

/// Makes a share.
pub async fn create(variations: Vec<VariationId>, settings: ShareSettings) -> Result<Share, ApiError> {
    let (app, caller) = context()?;
    let share = told(&caller, create_as(&app, &caller, variations, settings).await)?;
    answer_with(StatusCode::CREATED);
    Ok(share)
}

/// Makes a share.
pub async fn create_as(
    app: &AppState,
    caller: &Caller,
    variations: Vec<VariationId>,
    settings: ShareSettings,
) -> Outcome<Share> {
    publish::create(app, caller, variations, settings).await
}

/// Changes a share.
pub async fn update(id: ShareId, settings: ShareSettings) -> Result<Share, ApiError> {
    let (app, caller) = context()?;
    told(&caller, publish::update(&app, &caller, &id, settings).await)
}

/// Gives a share a new address.
pub async fn rotate(id: ShareId) -> Result<Share, ApiError> {
    let (app, caller) = context()?;
    told(&caller, publish::rotate(&app, &caller, &id).await)
}

/// Ends a share.
pub async fn revoke(id: ShareId) -> Result<(), ApiError> {
    let (app, caller) = context()?;
    told(&caller, revoke_as(&app, &caller, &id).await)
}

/// Ends a share.
pub async fn revoke_as(app: &AppState, caller: &Caller, id: &ShareId) -> Outcome<()> {
    publish::revoke(app, caller, id).await
}

/// The caller's shares.
pub async fn list(variation: Option<VariationId>) -> Result<Vec<Share>, ApiError> {
    let (app, caller) = context()?;
    told(&caller, publish::list(&app, &caller, variation.as_ref()).await)
}

/// What a visitor of the page gets. Their cookie opens it where it asks for a password.
pub async fn view(slug: String) -> Result<ShareView, ApiError> {
    let (app, caller) = context()?;
    let grant = use_context::<HeaderMap>()
        .and_then(|headers| cookies::read(&headers, &publish::grant_cookie_name(&slug)).map(str::to_owned));
    told(&caller, publish::view(&app, &slug, grant.as_deref()).await)
}

/// Opens a share with its password: the value of the cookie that opens it from now on.
pub async fn unlock_as(app: &AppState, slug: &str, password: String) -> Outcome<String> {
    publish::unlock(app, slug, password).await
}

/// The public shares.
pub async fn gallery(from: Option<String>) -> Result<GalleryPage, ApiError> {
    let (app, caller) = context()?;
    told(
        &caller,
        publish::gallery(&app, from.filter(|text| !text.is_empty())).await,
    )
}
