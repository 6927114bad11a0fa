//! Deleting: rows first, then the bytes that nobody refers to any more.

use crate::{
    api::ErrorCode,
    domain::id::{SourceId, VariationId},
    server::{
        failure::{Failure, Outcome},
        session::Caller,
        state::App,
        store::StoreError,
    },
};

/// Deletes a source with everything made from it.
pub async fn source(app: &App, caller: &Caller, id: &SourceId) -> Outcome<()> {
    let freed = app
        .store
        .delete_source(&caller.owner()?, id)
        .await
        .map_err(|error| match error {
            StoreError::WrongState => Failure::new(ErrorCode::SourceBusy),
            other => other.into(),
        })?;
    Ok(app.blobs.sweep(&*app.store, &freed).await?)
}

/// Deletes a variation; shares that showed it lose it at once.
pub async fn variation(app: &App, caller: &Caller, id: &VariationId) -> Outcome<()> {
    let freed = app.store.delete_variation(&caller.owner()?, id).await?;
    Ok(app.blobs.sweep(&*app.store, &freed).await?)
}
