//! The page of this route.

use leptos::prelude::*;

/// The page.
#[component]
pub fn VariationPage() -> impl IntoView {
    view! { <h1>"Variation"</h1> }
}
