//! Every address without a page.

use crate::web::{components::fault::Nothing, platform};
use leptos::prelude::*;

/// Says so, with the status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    platform::page::set_status(http::StatusCode::NOT_FOUND);
    view! { <Nothing/> }.into_any()
}
