//! Acts on sources.

use super::{answer_with, context, told};
use crate::{
    api::{
        ApiError,
        sources::{Source, SourceUrls},
    },
    domain::id::{SourceId, VariationId},
    server::{
        failure::Outcome,
        pipeline::{intake, remove},
        session::Caller,
        state::AppState,
        store::SourceRow,
    },
};
use http::StatusCode;

/// A source as its owner sees it.
#[must_use]
pub fn to_api(row: SourceRow) -> Source {
    Source {
        urls: SourceUrls::of(&row.id),
        id: row.id,
        width: row.width,
        height: row.height,
        sha256: row.master.key.0,
        removed: row.removed,
        alpha: row.alpha,
        from_variation: row.from_variation,
        created_at: row.created_at.to_string(),
    }
}

/// One of the caller's sources.
pub async fn get(id: SourceId) -> Result<Source, ApiError> {
    let (app, caller) = context()?;
    told(&caller, get_as(&app, &caller, &id).await)
}

/// One of the caller's sources.
pub async fn get_as(app: &AppState, caller: &Caller, id: &SourceId) -> Outcome<Source> {
    Ok(to_api(app.store.source(&caller.owner()?, id).await?))
}

/// Deletes a source.
pub async fn delete(id: SourceId) -> Result<(), ApiError> {
    let (app, caller) = context()?;
    told(&caller, delete_as(&app, &caller, &id).await)
}

/// Deletes a source.
pub async fn delete_as(app: &AppState, caller: &Caller, id: &SourceId) -> Outcome<()> {
    remove::source(app, caller, id).await
}

/// Makes a source of a variation.
pub async fn from_variation(id: VariationId) -> Result<Source, ApiError> {
    let (app, caller) = context()?;
    let source = told(&caller, from_variation_as(&app, &caller, &id).await)?;
    answer_with(StatusCode::CREATED);
    Ok(source)
}

/// Makes a source of a variation.
pub async fn from_variation_as(app: &AppState, caller: &Caller, id: &VariationId) -> Outcome<Source> {
    Ok(to_api(intake::take_variation(app, caller, id).await?))
}
