//! The shell, the route table and the fallback.

use leptos::prelude::*;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    view! { <main></main> }
}
