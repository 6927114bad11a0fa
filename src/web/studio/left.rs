//! What is left of the budgets, in words: their names, and a sentence where one of them is well used up.

use super::state::{StudioState, use_studio};
use crate::domain::{
    budget::{BudgetLeft, BudgetName, Level, most_used},
    money::Micros,
    text::{fill, number, studio::Studio},
};
use leptos::prelude::*;

/// The name of a cap.
#[must_use]
pub const fn budget_label(t: &Studio, name: BudgetName) -> &'static str {
    match name {
        BudgetName::Day => t.budget_day,
        BudgetName::Month => t.budget_month,
        BudgetName::VisitorDay => t.budget_visitor,
        BudgetName::Group => t.budget_group,
    }
}

/// What is said of a budget that is half used up or more.
fn sentence(state: StudioState, budget: &BudgetLeft) -> Option<String> {
    let t = state.texts();
    if budget.ended {
        return Some(t.group_over.to_owned());
    }
    let text = match budget.level {
        Level::Plenty => return None,
        Level::Half => t.half_used,
        Level::Little => t.little_left,
        Level::Nothing => t.nothing_left,
    };
    let left = number::money_left(state.lang, budget.left_micros.unwrap_or(Micros::ZERO));
    Some(fill(
        text,
        &[("budget", budget_label(t, budget.name)), ("amount", &left)],
    ))
}

/// A sentence about the budget that is furthest used up; nothing as long as there is plenty of all.
#[component]
pub fn Warning() -> impl IntoView {
    let state = use_studio();
    let at_opening = state.fixed().session.most_used.clone();
    move || {
        // The last answer knows best, even if the order changed since.
        let budget = match state.priced.get().and_then(|priced| priced.answer.ok()) {
            Some(answer) => most_used(&answer.budgets).cloned(),
            None => at_opening.clone(),
        };
        let sentence = sentence(state, &budget?)?;
        Some(view! { <p class="note budget-warning">{sentence}</p> })
    }
}
