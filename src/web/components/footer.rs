//! The foot of every page.

use crate::{domain::text::common::Common, web::context::use_lang};
use leptos::prelude::*;
use leptos_router::components::A;

/// The footer.
#[component]
pub fn Footer() -> impl IntoView {
    let t = Common::of(use_lang());
    view! {
        <footer class="foot">
            <p>{t.tagline}</p>
            <A href="/privacy">{t.privacy}</A>
        </footer>
    }
    .into_any()
}
