//! Acts on session.

use crate::api::{ApiError, session::Session};

/// See `api::session`.
pub async fn get() -> Result<Session, ApiError> {
    let _ = ();
    unimplemented!("skeleton")
}
