//! What the demo did and did not understand of a prompt.

use crate::{api::variations::Understood, domain::text::variation::Variation, web::context::use_lang};
use leptos::prelude::*;

/// "Understood: … · Not understood: …"
#[component]
pub fn PromptNotes(
    /// What the demo understood.
    understood: Understood,
) -> impl IntoView {
    let t = Variation::of(use_lang());
    let words = move |words: Vec<String>| {
        if words.is_empty() {
            t.nothing.to_owned()
        } else {
            words.join(", ")
        }
    };
    view! {
        <dl class="facts understood">
            <dt>{t.understood}</dt>
            <dd>{words(understood.understood)}</dd>
            <dt>{t.not_understood}</dt>
            <dd>{words(understood.not_understood)}</dd>
        </dl>
    }
    .into_any()
}
