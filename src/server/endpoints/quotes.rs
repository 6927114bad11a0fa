//! Acts on quotes.

use super::{context, told};
use crate::{
    api::{ApiError, quotes::QuoteAnswer},
    domain::order::Order,
    server::{failure::Outcome, pipeline::plan, session::Caller, state::AppState},
};

/// Prices an order.
pub async fn create(order: Order) -> Result<QuoteAnswer, ApiError> {
    let (app, caller) = context()?;
    told(&caller, create_as(&app, &caller, &order).await)
}

/// Prices an order.
pub async fn create_as(app: &AppState, caller: &Caller, order: &Order) -> Outcome<QuoteAnswer> {
    let owner = caller.owner()?;
    let plan = plan::plan(app, &owner, order).await?;
    let budgets = app
        .store
        .budgets(
            Some(&owner),
            &app.periods(),
            plan.play,
            &app.config.budget.caps(),
            app.clock.now(),
        )
        .await?;
    let allowed = budgets
        .iter()
        .all(|budget| budget.has_room_for(plan.quote.quote_micros));
    Ok(QuoteAnswer {
        quote_micros: plan.quote.quote_micros,
        expected_micros: plan.quote.expected_micros,
        lines: plan.quote.lines,
        used: plan.quote.used,
        budgets,
        allowed,
        demo: plan.play,
    })
}
