//! Quotes: what an order costs at most, and most likely.

use super::ApiError;
use crate::domain::{
    budget::BudgetLeft,
    money::Micros,
    order::{Order, QuoteLine, Used},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// The price of an order and what is left of each cap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteAnswer {
    /// Upper bound; this much would be reserved.
    pub quote_micros: Micros,
    /// Most likely price.
    pub expected_micros: Micros,
    /// The bound line by line.
    pub lines: Vec<QuoteLine>,
    /// What would be sent.
    pub used: Used,
    /// What is left of each cap, before this order.
    pub budgets: Vec<BudgetLeft>,
    /// Whether every cap has room for it.
    pub allowed: bool,
    /// Whether it is play money.
    pub demo: bool,
}

/// Prices an order. Free; nothing is reserved.
#[server(prefix = "/api", endpoint = "quotes/create", input = Json)]
pub async fn create_quote(#[server(flatten)] order: Order) -> Result<QuoteAnswer, ApiError> {
    crate::server::endpoints::quotes::create(order).await
}
