//! Acts on descriptions.

use super::{context, told};
use crate::{
    api::{ApiError, descriptions::DescriptionAnswer},
    domain::{description::Fact, id::SourceId, spec::ProviderName},
    server::{failure::Outcome, pipeline::describe, session::Caller, state::AppState, store::DescriptionRow},
};

fn to_api(row: DescriptionRow, cached: bool) -> DescriptionAnswer {
    DescriptionAnswer {
        source_id: row.source,
        caption: row.description.caption,
        facts: row.description.facts,
        shortfall: row.description.shortfall,
        demo: row.provider == Some(ProviderName::Demo),
        provider: row.provider,
        model_version: row.model_version,
        price_micros: row.price,
        cached,
        closer: row.closer,
        edited: row.edited,
    }
}

/// Describes a source.
pub async fn create(id: SourceId, provider: Option<ProviderName>, closer: bool) -> Result<DescriptionAnswer, ApiError> {
    let (app, caller) = context()?;
    told(&caller, create_as(&app, &caller, &id, provider, closer).await)
}

/// Describes a source.
pub async fn create_as(
    app: &AppState,
    caller: &Caller,
    id: &SourceId,
    provider: Option<ProviderName>,
    closer: bool,
) -> Outcome<DescriptionAnswer> {
    let seen = describe::create(app, caller, id, provider, closer).await?;
    Ok(to_api(seen.row, seen.cached))
}

/// Keeps the person's own words.
pub async fn update(
    id: SourceId,
    caption: Option<String>,
    facts: Option<Vec<Fact>>,
) -> Result<DescriptionAnswer, ApiError> {
    let (app, caller) = context()?;
    told(&caller, update_as(&app, &caller, &id, caption, facts).await)
}

/// Keeps the person's own words.
pub async fn update_as(
    app: &AppState,
    caller: &Caller,
    id: &SourceId,
    caption: Option<String>,
    facts: Option<Vec<Fact>>,
) -> Outcome<DescriptionAnswer> {
    Ok(to_api(describe::update(app, caller, id, caption, facts).await?, false))
}

/// The description there is.
pub async fn get(id: SourceId) -> Result<Option<DescriptionAnswer>, ApiError> {
    let (app, caller) = context()?;
    told(&caller, get_as(&app, &caller, &id).await)
}

/// The description there is.
pub async fn get_as(app: &AppState, caller: &Caller, id: &SourceId) -> Outcome<Option<DescriptionAnswer>> {
    let owner = caller.owner()?;
    // Somebody else's source is not there at all; one of ours may have no description.
    let source = app.store.source(&owner, id).await?;
    let row = app.store.description(&owner, &source.id).await?;
    Ok(row.map(|row| to_api(row, true)))
}
