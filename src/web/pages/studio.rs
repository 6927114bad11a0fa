//! The page of this route.

use leptos::prelude::*;

/// The page.
#[component]
pub fn StudioPage() -> impl IntoView {
    view! { <h1>"Studio"</h1> }
}
