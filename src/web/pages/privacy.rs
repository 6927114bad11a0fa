//! The page of this route.

use leptos::prelude::*;

/// The page.
#[component]
pub fn PrivacyPage() -> impl IntoView {
    view! { <h1>"Privacy"</h1> }
}
