//! Acts on quotes.

use super::{context, told};
use crate::{
    api::{
        ApiError,
        quotes::{AgainAnswer, Offer, QuoteAllAnswer, QuoteAnswer},
    },
    domain::{id::VariationId, money::Micros, order::Order},
    server::{
        failure::Outcome,
        pipeline::{again, plan, start},
        session::Caller,
        state::AppState,
    },
};

/// Prices an order.
pub async fn create(order: Order) -> Result<QuoteAnswer, ApiError> {
    let (app, caller) = context()?;
    told(&caller, create_as(&app, &caller, &order).await)
}

/// Prices several orders as one.
pub async fn create_all(orders: Vec<Order>) -> Result<QuoteAllAnswer, ApiError> {
    let (app, caller) = context()?;
    told(&caller, create_all_as(&app, &caller, &orders).await)
}

/// Prices several orders as one.
pub async fn create_all_as(app: &AppState, caller: &Caller, orders: &[Order]) -> Outcome<QuoteAllAnswer> {
    start::check_directions(orders, true)?;
    let mut quotes = Vec::with_capacity(orders.len());
    for order in orders {
        quotes.push(create_as(app, caller, order).await?);
    }
    let total: Micros = quotes.iter().map(|quote| quote.quote_micros).sum();
    Ok(QuoteAllAnswer {
        quote_micros: total,
        expected_micros: quotes.iter().map(|quote| quote.expected_micros).sum(),
        allowed: quotes
            .iter()
            .all(|quote| quote.budgets.iter().all(|budget| budget.has_room_for(total))),
        quotes,
    })
}

/// What can be ordered of a result.
pub async fn again(id: VariationId) -> Result<AgainAnswer, ApiError> {
    let (app, caller) = context()?;
    told(&caller, again_as(&app, &caller, &id).await)
}

/// What can be ordered of a result. What cannot be carried out (a model that ended, a provider that is gone) is not offered.
pub async fn again_as(app: &AppState, caller: &Caller, id: &VariationId) -> Outcome<AgainAnswer> {
    let orders = again::orders(app, caller, id).await?;
    let offer = async |order: Option<Order>| {
        let order = order?;
        let quote = create_as(app, caller, &order).await.ok()?;
        Some(Offer { order, quote })
    };
    Ok(AgainAnswer {
        idempotency_key: format!("again-{}", app.job_id()),
        finish: offer(orders.finish).await,
        high_quality: offer(orders.high_quality).await,
    })
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
