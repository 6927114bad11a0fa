//! The acts behind the server functions: authorise, then call pipeline or store. One file for each subject of `api`.
//!
//! Each act stands twice: `…_as` takes the application and the caller and is what plain routes and tests call; the short
//! name takes both from the request's context and puts a failure into the caller's language.

pub mod budgets;
pub mod catalogue;
pub mod descriptions;
pub mod jobs;
pub mod library;
pub mod prompts;
pub mod quotes;
pub mod session;
pub mod shares;
pub mod sources;
pub mod variations;

use super::{
    failure::{Failure, Outcome},
    session::Caller,
    state::AppState,
};
use crate::{api::ApiError, domain::text::Lang};
use http::StatusCode;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The application and who is calling, from the request's context.
fn context() -> Result<(AppState, Caller), ApiError> {
    match (use_context::<AppState>(), use_context::<Caller>()) {
        (Some(app), Some(caller)) => Ok((app, caller)),
        _ => Err(Failure::internal("a server function ran without its context").into_api(Lang::En)),
    }
}

/// An outcome in the caller's language.
fn told<T>(caller: &Caller, outcome: Outcome<T>) -> Result<T, ApiError> {
    outcome.map_err(|failure| failure.into_api(caller.lang))
}

/// An answer with another status than 200.
fn answer_with(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}
