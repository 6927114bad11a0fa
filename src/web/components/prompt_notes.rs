//! What the demo did and did not understand of a prompt.

use crate::{
    api::variations::Understood,
    domain::{style::Style, text::variation::Variation},
    web::context::use_lang,
};
use leptos::prelude::*;

/// "Understood: … · Not understood: …"
#[component]
pub fn PromptNotes(
    /// What the demo understood.
    understood: Understood,
) -> impl IntoView {
    let lang = use_lang();
    let t = Variation::of(lang);
    // The demo's own names for styles have a name on the page.
    let named =
        move |word: &String| Style::find(word).map_or_else(|| word.clone(), |style| style.label(lang).to_owned());
    let words = move |words: Vec<String>| {
        if words.is_empty() {
            t.nothing.to_owned()
        } else {
            words.iter().map(named).collect::<Vec<_>>().join(", ")
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
