//! Acts on quotes.

use crate::{
    api::{ApiError, quotes::QuoteAnswer},
    domain::order::Order,
};

/// See `api::quotes`.
pub async fn create(order: Order) -> Result<QuoteAnswer, ApiError> {
    let _ = (order,);
    unimplemented!("skeleton")
}
