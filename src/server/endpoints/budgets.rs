//! What is left of each cap.

use super::{context, told};
use crate::{
    api::{ApiError, budgets::Budgets},
    server::{failure::Outcome, session::Caller, state::AppState},
};

/// What is left of each cap for the caller.
pub async fn get() -> Result<Budgets, ApiError> {
    let (app, caller) = context()?;
    told(&caller, get_as(&app, &caller).await)
}

/// What is left of each cap for the caller.
pub async fn get_as(app: &AppState, caller: &Caller) -> Outcome<Budgets> {
    let demo = app.config.demo();
    let visitor = caller.visitor();
    let budgets = app
        .store
        .budgets(
            visitor.as_ref(),
            &app.periods(),
            demo,
            &app.config.budget.caps(),
            app.clock.now(),
        )
        .await?;
    Ok(Budgets { budgets, demo })
}
