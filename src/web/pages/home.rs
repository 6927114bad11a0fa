//! The page of this route.

use leptos::prelude::*;

/// The page.
#[component]
pub fn HomePage() -> impl IntoView {
    view! { <h1>"Home"</h1> }
}
