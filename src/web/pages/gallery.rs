//! The page of this route.

use leptos::prelude::*;

/// The page.
#[component]
pub fn GalleryPage() -> impl IntoView {
    view! { <h1>"Gallery"</h1> }
}
