//! The effective catalogue.

use super::{context, told};
use crate::{api::ApiError, domain::catalogue::Catalogue, server::pipeline::prices::Factors};

/// What can be ordered here.
pub async fn get() -> Result<Catalogue, ApiError> {
    let (app, caller) = context()?;
    let factors = told(&caller, Factors::load(&app).await)?;
    Ok(factors.effective(&app.catalogue))
}
