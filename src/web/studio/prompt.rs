//! The output prompt: what is shown is what is sent. It follows description and wish until somebody edits it.

use super::{refine::Refine, state::use_studio};
use crate::{
    domain::{
        limits::MAX_PROMPT_CHARS,
        prompt::{NoPrompt, PartKind},
        text::{Lang, fill, number},
    },
    web::platform::{clipboard::copy_text, text_field::show_in_textarea},
};
use leptos::{html, prelude::*, task::spawn_local};

/// The prompt as a field. Behind it the same words stand with each half underlined in its own colour; the field has
/// no ink of its own ground, so that both are seen at once.
#[component]
pub fn OutputPrompt() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let field = NodeRef::<html::Textarea>::new();
    show_in_textarea(field, move || state.prompt());

    let linked = move || state.by_hand.read().is_none();
    let backdrop = move || {
        if let Some(prompt) = state.by_hand.get() {
            // A last line without words has no height of its own.
            return view! { <span>{prompt}"\u{200b}"</span> }.into_any();
        }
        match &*state.composed.read() {
            Ok(prompt) => {
                let last = prompt.parts.len().saturating_sub(1);
                prompt
                    .parts
                    .iter()
                    .enumerate()
                    .map(|(at, part)| {
                        let class = match part.kind {
                            PartKind::Wished => "half-wished",
                            PartKind::Seen => "half-seen",
                            PartKind::Instruction => "half-none",
                        };
                        let space = if at == last { "\u{200b}" } else { " " };
                        view! {
                            <span class=class>{part.text.clone()}</span>
                            {space}
                        }
                    })
                    .collect_view()
                    .into_any()
            }
            Err(_) => view! { <span>"\u{200b}"</span> }.into_any(),
        }
    };
    let empty = move || match (&*state.composed.read(), linked()) {
        (Err(NoPrompt::WishMissing), true) => Some(t.prompt_needs_wish),
        (Err(NoPrompt::NothingToPaint), true) => Some(t.prompt_needs_anything),
        _ => None,
    };
    let too_long = move || {
        let count = state.prompt().chars().count();
        (count > MAX_PROMPT_CHARS).then(|| {
            let over = number::integer(state.lang, (count - MAX_PROMPT_CHARS) as u64);
            view! { <p class="field-error">{fill(t.prompt_over, &[("count", &over)])}</p> }
        })
    };
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let prompt = untrack(|| state.prompt());
        spawn_local(async move {
            let done = copy_text(&prompt).await;
            copied.set(done);
            state.say(if done { t.copied } else { t.not_copied });
        });
    };
    view! {
        <section class="studio-part output scripted" aria-labelledby="prompt-title">
            <div class="studio-head">
                <h2 id="prompt-title">{t.output_prompt}</h2>
                <span class="note" id="prompt-state">
                    {move || if linked() { t.linked } else { t.unlinked }}
                </span>
            </div>
            <div class="prompt-field" class:unlinked=move || !linked()>
                <div class="prompt-backdrop" aria-hidden="true">{backdrop}</div>
                <textarea
                    id="prompt"
                    rows="1"
                    aria-label=t.output_prompt
                    aria-describedby="prompt-state prompt-legend prompt-fault"
                    aria-invalid=move || state.fault("prompt").map(|_| "true")
                    spellcheck="false"
                    placeholder=move || empty().unwrap_or_default()
                    node_ref=field
                    on:input=move |event| {
                        copied.set(false);
                        state.by_hand.set(Some(event_target_value(&event)));
                    }
                ></textarea>
            </div>
            <div id="prompt-fault">
                {too_long}
                {move || state.fault("prompt").map(|sentence| view! { <p class="field-error">{sentence}</p> })}
            </div>
            <div class="row spread">
                <p class="prompt-legend note" id="prompt-legend">
                    {move || {
                        linked()
                            .then(|| {
                                view! {
                                    <span class="half-wished">{t.half_wished}</span>
                                    " · "
                                    <span class="half-seen">{t.half_seen}</span>
                                }
                            })
                    }}
                </p>
                <span class="row">
                    {move || {
                        (!linked())
                            .then(|| {
                                view! {
                                    <button
                                        type="button"
                                        class="link-button"
                                        on:click=move |_| state.by_hand.set(None)
                                    >
                                        {t.relink}
                                    </button>
                                }
                            })
                    }}
                    <button type="button" class="link-button" on:click=copy>
                        {move || if copied.get() { t.copied } else { t.copy }}
                    </button>
                    <label class="inline-field">
                        <span class="unseen">{t.prompt_language}</span>
                        <select
                            prop:disabled=move || !linked()
                            on:change=move |event| {
                                if let Some(lang) = Lang::from_tag(&event_target_value(&event)) {
                                    state.prompt_lang.set(lang);
                                }
                            }
                        >
                            {[(Lang::En, t.prompt_in_english), (Lang::Fr, t.prompt_in_french)]
                                .into_iter()
                                .map(|(lang, label)| {
                                    view! {
                                        <option
                                            value=lang.tag()
                                            selected=lang == state.lang
                                            prop:selected=move || state.prompt_lang.get() == lang
                                        >
                                            {label}
                                        </option>
                                    }
                                })
                                .collect_view()}
                        </select>
                    </label>
                </span>
            </div>
            <Refine/>
        </section>
    }
    .into_any()
}
