//! Budgets: what is left of each cap for the caller.

use super::ApiError;
use crate::domain::budget::BudgetLeft;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// What is left of each cap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budgets {
    /// One entry for each cap.
    pub budgets: Vec<BudgetLeft>,
    /// Whether it is play money.
    pub demo: bool,
}

/// What is left of each cap for the caller.
#[server(prefix = "/api", endpoint = "budgets/get", input = GetUrl)]
pub async fn get_budgets() -> Result<Budgets, ApiError> {
    crate::server::endpoints::budgets::get().await
}
