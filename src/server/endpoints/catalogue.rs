//! The effective catalogue.

use super::context;
use crate::{api::ApiError, domain::catalogue::Catalogue};

/// What can be ordered here.
#[expect(clippy::unused_async, reason = "all acts are called alike")]
pub async fn get() -> Result<Catalogue, ApiError> {
    let (app, _) = context()?;
    Ok(app.catalogue.clone())
}
