//! The page of this route.

use leptos::prelude::*;

/// The page.
#[component]
pub fn SharePage() -> impl IntoView {
    view! { <h1>"Share"</h1> }
}
