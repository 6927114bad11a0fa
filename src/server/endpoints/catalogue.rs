//! Acts on catalogue.

use crate::{api::ApiError, domain::catalogue::Catalogue};

/// See `api::catalogue`.
pub async fn get() -> Result<Catalogue, ApiError> {
    let _ = ();
    unimplemented!("skeleton")
}
