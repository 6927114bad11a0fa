//! Acts on variations.

use super::{context, told};
use crate::{
    api::{
        ApiError,
        variations::{Variation, VariationUrls},
    },
    domain::{after_care::Wanted, id::VariationId, spec::ProviderName},
    server::{
        failure::Outcome,
        pipeline::{recompose, remove},
        session::Caller,
        state::AppState,
        store::VariationRow,
    },
};

/// A variation as its owner sees it.
#[must_use]
pub fn to_api(row: VariationRow) -> Variation {
    Variation {
        urls: VariationUrls::of(&row.id, row.way),
        after_care: recompose::care_of(&row),
        recomposed: row.recomposed,
        id: row.id,
        source_id: row.source,
        parent_id: row.parent,
        way: row.way,
        prompt: row.prompt,
        spec: row.spec,
        provider: row.provider,
        demo: row.provider == ProviderName::Demo,
        understood: row.understood,
        spent_micros: row.spent,
        width: row.width,
        height: row.height,
        protected_pixels: row.protected_pixels,
        protected_changed: row.protected_changed,
        created_at: row.created_at.to_string(),
    }
}

/// One of the caller's variations.
pub async fn get(id: VariationId) -> Result<Variation, ApiError> {
    let (app, caller) = context()?;
    told(&caller, get_as(&app, &caller, &id).await)
}

/// One of the caller's variations.
pub async fn get_as(app: &AppState, caller: &Caller, id: &VariationId) -> Outcome<Variation> {
    Ok(to_api(app.store.variation(&caller.owner()?, id).await?))
}

/// Sets the answer of a variation into its picture anew.
pub async fn recompose(id: VariationId, wanted: Wanted) -> Result<Variation, ApiError> {
    let (app, caller) = context()?;
    told(&caller, recompose_as(&app, &caller, &id, wanted).await)
}

/// Sets the answer of a variation into its picture anew.
pub async fn recompose_as(app: &AppState, caller: &Caller, id: &VariationId, wanted: Wanted) -> Outcome<Variation> {
    Ok(to_api(recompose::recompose(app, caller, id, wanted).await?))
}

/// Deletes a variation.
pub async fn delete(id: VariationId) -> Result<(), ApiError> {
    let (app, caller) = context()?;
    told(&caller, delete_as(&app, &caller, &id).await)
}

/// Deletes a variation.
pub async fn delete_as(app: &AppState, caller: &Caller, id: &VariationId) -> Outcome<()> {
    remove::variation(app, caller, id).await
}
