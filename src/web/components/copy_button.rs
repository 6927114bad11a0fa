//! A button that copies a text.

use crate::{
    domain::text::common::Common,
    web::{context::use_lang, platform},
};
use leptos::{prelude::*, task::spawn_local};

/// Copies `text` and says so. Not shown where there is no script.
#[component]
pub fn CopyButton(
    /// What is copied; an address on this site becomes absolute.
    #[prop(into)]
    text: String,
    /// What the button says.
    label: &'static str,
) -> impl IntoView {
    let t = Common::of(use_lang());
    let outcome = RwSignal::new(None::<bool>);
    let copy = move |_| {
        let text = platform::page::absolute(&text);
        spawn_local(async move {
            outcome.set(Some(platform::clipboard::copy_text(&text).await));
        });
    };
    let said = move || match outcome.get() {
        None => "",
        Some(true) => t.copied,
        Some(false) => t.copy_refused,
    };
    view! {
        <span class="copy scripted">
            <button class="btn small" type="button" on:click=copy>
                {label}
            </button>
            <span class="copy-said" role="status">
                {said}
            </span>
        </span>
    }
    .into_any()
}
