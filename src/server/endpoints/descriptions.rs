//! Acts on descriptions.

use crate::{
    api::{ApiError, descriptions::DescriptionAnswer},
    domain::{description::Fact, id::SourceId, spec::ProviderName},
};

/// See `api::descriptions`.
pub async fn create(
    source: SourceId,
    provider: Option<ProviderName>,
    closer: bool,
) -> Result<DescriptionAnswer, ApiError> {
    let _ = (source, provider, closer);
    unimplemented!("skeleton")
}

/// See `api::descriptions`.
pub async fn update(
    source: SourceId,
    caption: Option<String>,
    facts: Option<Vec<Fact>>,
) -> Result<DescriptionAnswer, ApiError> {
    let _ = (source, caption, facts);
    unimplemented!("skeleton")
}

/// See `api::descriptions`.
pub async fn get(source: SourceId) -> Result<Option<DescriptionAnswer>, ApiError> {
    let _ = (source,);
    unimplemented!("skeleton")
}
