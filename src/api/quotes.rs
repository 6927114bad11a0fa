//! Quotes: what an order costs at most, and most likely.

use super::ApiError;
use crate::domain::{
    budget::BudgetLeft,
    id::VariationId,
    money::Micros,
    order::{Order, QuoteLine, Used},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
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

/// The price of several orders as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteAllAnswer {
    /// Upper bound of all together; this much would be reserved.
    pub quote_micros: Micros,
    /// Most likely price of all together.
    pub expected_micros: Micros,
    /// Whether every cap has room for all of them.
    pub allowed: bool,
    /// Each on its own, in the order of the orders.
    pub quotes: Vec<QuoteAnswer>,
}

/// An order that follows from a result, with its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What would be ordered, to the letter.
    pub order: Order,
    /// Its price.
    pub quote: QuoteAnswer,
}

/// What can be ordered of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgainAnswer {
    /// A fresh idempotency key, for a form that starts one of them.
    pub idempotency_key: String,
    /// Finishing it: it is the first picture sent, and its composition stays. Nothing when it is painted for keeping already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<Offer>,
    /// Its own order in high quality, which gives another picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_quality: Option<Offer>,
}

/// Prices one to four orders as one. Free; nothing is reserved.
#[server(prefix = "/api", endpoint = "quotes/create_all", input = Json)]
pub async fn create_quotes(orders: Vec<Order>) -> Result<QuoteAllAnswer, ApiError> {
    crate::server::endpoints::quotes::create_all(orders).await
}

/// What can be ordered of one of the caller's variations, with prices. Free; nothing is reserved.
#[server(prefix = "/api", endpoint = "quotes/again", input = GetUrl)]
pub async fn quote_again(id: VariationId) -> Result<AgainAnswer, ApiError> {
    crate::server::endpoints::quotes::again(id).await
}

/// Prices an order. Free; nothing is reserved.
#[server(prefix = "/api", endpoint = "quotes/create", input = Json)]
pub async fn create_quote(#[server(flatten)] order: Order) -> Result<QuoteAnswer, ApiError> {
    crate::server::endpoints::quotes::create(order).await
}
