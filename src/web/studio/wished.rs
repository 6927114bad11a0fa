//! What is wished: intent, words, style, likeness.

use super::state::use_studio;
use crate::{
    domain::{
        limits::MAX_WISH_CHARS,
        prompt::{Intent, Likeness, NoPrompt},
        style::STYLES,
        text::{fill, number},
    },
    web::platform::text_field::bind_textarea,
};
use leptos::{html, prelude::*};

/// The half of the studio that takes the wish.
#[component]
pub fn Wished() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let intents = [
        (Intent::Style, "style", t.intent_style, t.hint_style),
        (Intent::Background, "background", t.intent_background, t.hint_background),
        (Intent::Remove, "remove", t.intent_remove, t.hint_remove),
        (Intent::Replace, "replace", t.intent_replace, t.hint_replace),
        (Intent::Add, "add", t.intent_add, t.hint_add),
    ];
    let example = move || {
        let intent = state.intent.get();
        let words = intents
            .iter()
            .find(|(of, ..)| Some(*of) == intent)
            .map_or(t.hint_any, |(.., hint)| *hint);
        fill(t.example, &[("words", words)])
    };
    let field = NodeRef::<html::Textarea>::new();
    bind_textarea(field, state.wish);
    let initial = state.wish.get_untracked();
    let missing =
        move || matches!(*state.composed.read(), Err(NoPrompt::WishMissing)) && state.by_hand.read().is_none();
    let too_long = move || {
        let count = state.wish.read().chars().count();
        (count > MAX_WISH_CHARS).then(|| {
            let over = number::integer(state.lang, (count - MAX_WISH_CHARS) as u64);
            view! { <p class="field-error">{fill(t.wish_over, &[("count", &over)])}</p> }
        })
    };
    view! {
        <section class="studio-part wished" aria-labelledby="wished-title">
            <h2 id="wished-title">{t.wished}</h2>
            <fieldset class="seg scripted">
                <legend class="unseen">{t.intent}</legend>
                {intents
                    .into_iter()
                    .map(|(intent, value, label, _)| {
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name="intent"
                                    value=value
                                    prop:checked=move || state.intent.get() == Some(intent)
                                    on:change=move |_| state.intent.set(Some(intent))
                                />
                                <span>{label}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
            <div class="field">
                <label for="wish" class="unseen">{t.wish_label}</label>
                <textarea
                    id="wish"
                    name="wish"
                    rows="2"
                    placeholder=example
                    aria-describedby="wish-hint"
                    node_ref=field
                    on:input=move |event| state.wish.set(event_target_value(&event))
                >
                    {initial}
                </textarea>
                <p id="wish-hint" class="note">
                    {move || missing().then_some(t.wish_needed)}
                </p>
                {too_long}
            </div>
            <Styles/>
            <fieldset class="scripted">
                <legend>{t.likeness}</legend>
                <div class="seg">
                {[(Likeness::Close, "close", t.likeness_close), (Likeness::Free, "free", t.likeness_free)]
                    .into_iter()
                    .map(|(likeness, value, label)| {
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name="likeness"
                                    value=value
                                    checked=likeness == Likeness::default()
                                    prop:checked=move || state.likeness.get() == likeness
                                    on:change=move |_| state.likeness.set(likeness)
                                />
                                <span>{label}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
            </fieldset>
        </section>
    }
    .into_any()
}

/// Style presets as pictures.
#[component]
fn Styles() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let opened = state.style.get_untracked();
    view! {
        <fieldset class="styles">
            <legend>{t.styles}</legend>
            <div class="styles-row">
                <label class="style">
                    <input
                        type="radio"
                        name="style"
                        value=""
                        checked=opened.is_none()
                        prop:checked=move || state.style.read().is_none()
                        on:change=move |_| state.style.set(None)
                    />
                    <span class="style-none" aria-hidden="true"></span>
                    <span class="style-name">{t.style_none}</span>
                </label>
                {STYLES
                    .iter()
                    .map(|style| {
                        view! {
                            <label class="style">
                                <input
                                    type="radio"
                                    name="style"
                                    value=style.id
                                    checked=opened.as_deref() == Some(style.id)
                                    prop:checked=move || state.style.read().as_deref() == Some(style.id)
                                    on:change=move |_| state.style.set(Some(style.id.to_owned()))
                                />
                                <img
                                    src=format!("/styles/{}.webp", style.id)
                                    alt=""
                                    width="72"
                                    height="72"
                                    loading="lazy"
                                />
                                <span class="style-name">{style.label(state.lang)}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
        </fieldset>
    }
    .into_any()
}
