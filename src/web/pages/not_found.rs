//! The page of this route.

use leptos::prelude::*;

/// The page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <h1>"NotFound"</h1> }
}
