//! Acts on budgets.

use crate::api::{ApiError, budgets::Budgets};

/// See `api::budgets`.
pub async fn get() -> Result<Budgets, ApiError> {
    let _ = ();
    unimplemented!("skeleton")
}
