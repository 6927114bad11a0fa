//! Variation → order: how a result is finished, and how the same is painted again for keeping. Nothing is started here.

use crate::{
    domain::{id::VariationId, order::Order},
    server::{failure::Outcome, session::Caller, state::App},
};

/// What can be ordered of a result. Nothing is proposed for what is painted for keeping already.
#[derive(Debug, Clone)]
pub struct Again {
    /// The result comes first and its composition stays.
    pub finish: Option<Order>,
    /// Its own order, which gives another picture.
    pub high_quality: Option<Order>,
}

/// The orders that follow from one of the caller's variations.
pub async fn orders(app: &App, caller: &Caller, id: &VariationId) -> Outcome<Again> {
    let owner = caller.owner()?;
    let variation = app.store.variation(&owner, id).await?;
    let painted = app.store.job(&owner, &variation.job).await?.order;
    Ok(Again {
        finish: painted.finishing(&app.catalogue, id, caller.lang),
        high_quality: painted.in_high_quality(&app.catalogue),
    })
}
