//! The page of this route.

use leptos::prelude::*;

/// The page.
#[component]
pub fn LibraryPage() -> impl IntoView {
    view! { <h1>"Library"</h1> }
}
