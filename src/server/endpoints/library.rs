//! Acts on the library.

use super::{context, sources, told, variations};
use crate::{
    api::{ApiError, library::LibraryPage, sources::Source},
    domain::id::SourceId,
    server::{cursor, failure::Outcome, session::Caller, state::AppState, store::PageAsk},
};

/// Variations on a page unless said.
const PAGE: u32 = 24;
/// Variations on a page at most.
const LARGEST_PAGE: u32 = 100;
/// Latest sources.
const SOURCES: u32 = 12;

/// A page of variations.
pub async fn page(
    from: Option<String>,
    limit: Option<u32>,
    q: Option<String>,
    source: Option<SourceId>,
) -> Result<LibraryPage, ApiError> {
    let (app, caller) = context()?;
    told(&caller, page_as(&app, &caller, from, limit, q, source).await)
}

/// A page of variations.
pub async fn page_as(
    app: &AppState,
    caller: &Caller,
    from: Option<String>,
    limit: Option<u32>,
    q: Option<String>,
    source: Option<SourceId>,
) -> Outcome<LibraryPage> {
    let Some(owner) = caller.visitor() else {
        return Ok(LibraryPage {
            items: Vec::new(),
            next_cursor: None,
        });
    };
    let limit = limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let ask = PageAsk {
        before: from
            .as_deref()
            .filter(|text| !text.is_empty())
            .map(cursor::read)
            .transpose()?,
        limit: limit + 1,
        words: q.map(|words| words.trim().to_owned()).filter(|words| !words.is_empty()),
        source,
    };
    let mut rows = app.store.variations(&owner, &ask).await?;
    let next_cursor = cursor::next(&mut rows, limit, |row| (row.created_at, row.id.as_str()));
    Ok(LibraryPage {
        items: rows.into_iter().map(variations::to_api).collect(),
        next_cursor,
    })
}

/// The caller's latest sources.
pub async fn sources() -> Result<Vec<Source>, ApiError> {
    let (app, caller) = context()?;
    told(&caller, sources_as(&app, &caller).await)
}

/// The caller's latest sources.
pub async fn sources_as(app: &AppState, caller: &Caller) -> Outcome<Vec<Source>> {
    let Some(owner) = caller.visitor() else {
        return Ok(Vec::new());
    };
    let rows = app.store.recent_sources(&owner, SOURCES).await?;
    Ok(rows.into_iter().map(sources::to_api).collect())
}
