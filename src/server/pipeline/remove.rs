//! Deleting: rows first, then the bytes that nobody refers to any more. Shares that go on without what was deleted get a
//! new preview card: the old one may show it.

use crate::{
    api::ErrorCode,
    domain::id::{SourceId, VariationId, VisitorId},
    server::{
        failure::{Failure, Outcome},
        pipeline::publish,
        session::Caller,
        state::App,
        store::{ShareRow, StoreError},
    },
};

/// Deletes a source with everything made from it.
pub async fn source(app: &App, caller: &Caller, id: &SourceId) -> Outcome<()> {
    let owner = caller.owner()?;
    let shares = app.store.shares(&owner, None).await?;
    let freed = app.store.delete_source(&owner, id).await.map_err(|error| match error {
        StoreError::WrongState => Failure::new(ErrorCode::SourceBusy),
        other => other.into(),
    })?;
    redraw_cards(app, &owner, shares).await?;
    app.blobs.sweep_soon(&*app.store, &freed).await;
    Ok(())
}

/// Deletes a variation; shares that showed it lose it at once.
pub async fn variation(app: &App, caller: &Caller, id: &VariationId) -> Outcome<()> {
    let owner = caller.owner()?;
    let shares = app.store.shares(&owner, Some(id)).await?;
    let freed = app.store.delete_variation(&owner, id).await?;
    redraw_cards(app, &owner, shares).await?;
    app.blobs.sweep_soon(&*app.store, &freed).await;
    Ok(())
}

/// Draws the cards of shares that lost a result and go on.
async fn redraw_cards(app: &App, owner: &VisitorId, before: Vec<ShareRow>) -> Outcome<()> {
    for former in before {
        match app.store.share(owner, &former.id).await {
            Ok(share) if share.items.len() < former.items.len() => publish::redraw_card(app, share).await?,
            // Untouched, or ended with its last result.
            Ok(_) | Err(StoreError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
