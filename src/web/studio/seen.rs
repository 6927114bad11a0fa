//! What is seen: the caption with its confidence, and a chip for every fact, which cycles keep → change → drop.
//!
//! Describing is a paid call: it happens when somebody presses its button, never by itself.

use super::state::{Pointed, StudioState, use_studio};
use crate::{
    api::{
        ApiError,
        descriptions::{DescriptionAnswer, create_description, update_description},
    },
    domain::{
        description::{Fact, Shortfall, Stance, UNSURE_BELOW},
        limits::MAX_FACT_CHARS,
        text::{Lang, common::Common, fill, number},
    },
    web::{
        components::paused::{Act, Paused},
        platform::text_field::bind_textarea,
    },
};
use leptos::{html, prelude::*, task::spawn_local};

/// Chips shown before "show all".
const CHIPS_AT_FIRST: usize = 14;

/// What a person is doing with the description.
#[derive(Debug, Clone, Copy)]
struct Doing {
    /// A call is under way.
    busy: RwSignal<bool>,
    /// The caption is being written.
    writing: RwSignal<bool>,
    /// What stands in the field.
    text: RwSignal<String>,
    /// What went wrong.
    error: RwSignal<Option<ApiError>>,
}

/// Asks the provider to look, or to look closer.
fn describe(state: StudioState, doing: Doing, closer: bool) {
    if doing.busy.get_untracked() {
        return;
    }
    let t = state.texts();
    doing.busy.set(true);
    doing.error.set(None);
    state.say(t.describing);
    spawn_local(async move {
        let id = state.fixed().source.id.clone();
        match create_description(id, None, Some(closer)).await {
            Ok(answer) => {
                if answer.caption.text.is_empty() {
                    state.say(t.described_facts);
                } else {
                    state.say(&fill(t.described, &[("caption", &answer.caption.text)]));
                }
                state.description.set(Some(answer));
            }
            Err(error) => doing.error.set(Some(error)),
        }
        doing.busy.set(false);
    });
}

/// Keeps the person's own words as the caption.
fn save(state: StudioState, doing: Doing) {
    let text = doing.text.get_untracked().trim().to_owned();
    doing.busy.set(true);
    doing.error.set(None);
    spawn_local(async move {
        let id = state.fixed().source.id.clone();
        match update_description(id, Some(text), None).await {
            Ok(answer) => {
                state.description.set(Some(answer));
                doing.writing.set(false);
                state.say(state.texts().saved);
            }
            Err(error) => doing.error.set(Some(error)),
        }
        doing.busy.set(false);
    });
}

/// The half of the studio that shows what was seen.
#[component]
pub fn Seen() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let doing = Doing {
        busy: RwSignal::new(false),
        writing: RwSignal::new(false),
        text: RwSignal::new(String::new()),
        error: RwSignal::new(None),
    };
    let told = move || {
        state.description.read().as_ref().map(|answer| {
            let who = answer
                .provider
                .map_or(t.own_words, |provider| Common::of(state.lang).provider(provider));
            if answer.price_micros.0 > 0 {
                format!("{who} · {}", number::money(state.lang, answer.price_micros))
            } else {
                who.to_owned()
            }
        })
    };
    view! {
        <section class="studio-part seen" aria-labelledby="seen-title">
            <div class="studio-head">
                <h2 id="seen-title">{t.seen}</h2>
                <span class="note">{told}</span>
            </div>
            {move || {
                if doing.writing.get() {
                    view! { <Writing doing/> }.into_any()
                } else if state.description.read().is_some() {
                    view! { <Described doing/> }.into_any()
                } else {
                    view! { <NotDescribed doing/> }.into_any()
                }
            }}
            <Busy doing/>
        </section>
    }
    .into_any()
}

/// What is under way, and what went wrong.
#[component]
fn Busy(doing: Doing) -> impl IntoView {
    let t = use_studio().texts();
    view! {
        {move || doing.busy.get().then(|| view! { <p class="studio-busy">{t.working}</p> })}
        {move || {
            doing.error.get().map(|error| view! { <p class="alert" role="alert">{error.message}</p> })
        }}
    }
    .into_any()
}

/// Nothing was seen yet: describe for a price, or write it.
#[component]
fn NotDescribed(doing: Doing) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let session = &state.fixed().session;
    let price = number::money(state.lang, session.describe_micros);
    let describe_button = session.describer.is_some().then(|| {
        view! {
            <button
                type="submit"
                form="describe"
                class="btn"
                prop:disabled=move || doing.busy.get()
                on:click=move |event| {
                    event.prevent_default();
                    describe(state, doing, false);
                }
            >
                {fill(t.describe, &[("price", &price)])}
            </button>
        }
    });
    let unavailable = session
        .describer
        .is_none()
        .then(|| view! { <p class="note">{t.no_describer}</p> });
    view! {
        <p class="studio-hint">{t.not_described}</p>
        {unavailable}
        <Paused act=Act::Describe pause=session.pause_of(session.describer)/>
        <div class="row">
            {describe_button}
            <button type="button" class="btn quiet scripted" on:click=move |_| write(state, doing)>
                {t.write_yourself}
            </button>
        </div>
    }
    .into_any()
}

/// Says what a description lacks of what was asked for.
#[component]
fn Lacking(shortfall: Shortfall) -> impl IntoView {
    let t = use_studio().texts();
    let sentence = match shortfall {
        Shortfall::OlderCaption => t.older_caption,
        Shortfall::NoCaptionInRegion => t.no_caption_in_region,
        Shortfall::NoCaption => t.no_caption,
        Shortfall::CutShort => t.cut_short,
    };
    view! { <p class="note">{sentence}</p> }
}

/// Opens the field with what stands there.
fn write(state: StudioState, doing: Doing) {
    let standing = state
        .description
        .with_untracked(|answer| answer.as_ref().map(|answer| answer.caption.text.clone()));
    doing.text.set(standing.unwrap_or_default());
    doing.error.set(None);
    doing.writing.set(true);
}

/// The caption as a field.
#[component]
fn Writing(doing: Doing) -> impl IntoView {
    let t = use_studio().texts();
    let state = use_studio();
    let field = NodeRef::<html::Textarea>::new();
    bind_textarea(field, doing.text);
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    view! {
        <div class="field">
            <label for="caption">{t.caption_label}</label>
            <textarea
                id="caption"
                rows="3"
                maxlength=MAX_FACT_CHARS.to_string()
                node_ref=field
                on:input=move |event| doing.text.set(event_target_value(&event))
            ></textarea>
        </div>
        <div class="row">
            <button
                type="button"
                class="btn"
                prop:disabled=move || doing.busy.get() || doing.text.read().trim().is_empty()
                on:click=move |_| save(state, doing)
            >
                {t.save}
            </button>
            <button type="button" class="btn quiet" on:click=move |_| doing.writing.set(false)>
                {t.cancel}
            </button>
        </div>
    }
    .into_any()
}

/// Caption, chips and looking closer.
#[component]
fn Described(doing: Doing) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let all = RwSignal::new(false);
    let Some(answer) = state.description.get_untracked() else {
        return ().into_any();
    };
    let count = answer.facts.len();
    let closer = may_look_closer(state, &answer);
    let facts = answer.facts.clone();
    let chips = move || {
        let shown = if all.get() { count } else { CHIPS_AT_FIRST };
        facts
            .iter()
            .take(shown)
            .map(|fact| view! { <li><Chip fact=fact.clone()/></li> })
            .collect_view()
    };
    view! {
        {(!answer.caption.text.is_empty()).then(|| view! { <CaptionLine answer=answer.clone()/> })}
        {answer.shortfall.map(|shortfall| view! { <Lacking shortfall/> })}
        <p class="row scripted">
            <button type="button" class="link-button" on:click=move |_| write(state, doing)>{t.edit_caption}</button>
        </p>
        {(count > 0)
            .then(|| {
                view! {
                    <p class="note" id="facts-hint">
                        <span class="scripted">{t.facts_hint}</span>
                    </p>
                    <ul class="chips" aria-describedby="facts-hint">{chips}</ul>
                }
            })}
        <div class="row">
            {(count > CHIPS_AT_FIRST)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="link-button scripted"
                            aria-expanded=move || all.get().to_string()
                            on:click=move |_| all.update(|all| *all = !*all)
                        >
                            {move || {
                                if all.get() {
                                    t.fewer.to_owned()
                                } else {
                                    fill(t.show_all, &[("count", &number::integer(state.lang, count as u64))])
                                }
                            }}
                        </button>
                    }
                })}
            {closer
                .then(|| {
                    let session = &state.fixed().session;
                    view! { <Paused act=Act::Describe pause=session.pause_of(session.describer)/> }
                })}
            {closer
                .then(|| {
                    let price = number::money(state.lang, state.fixed().session.closer_micros);
                    view! {
                        <button
                            type="submit"
                            form="describe"
                            name="closer"
                            value="true"
                            class="btn dashed"
                            prop:disabled=move || doing.busy.get()
                            on:click=move |event| {
                                event.prevent_default();
                                describe(state, doing, true);
                            }
                        >
                            {fill(t.look_closer, &[("price", &price)])}
                        </button>
                    }
                })}
        </div>
    }
    .into_any()
}

/// Whether there is more to see, and somebody to look.
fn may_look_closer(state: StudioState, answer: &DescriptionAnswer) -> bool {
    !answer.closer && state.fixed().session.describer.is_some()
}

/// The sentence, how sure it is, and its language when it is not the page's.
#[component]
fn CaptionLine(answer: DescriptionAnswer) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let sure = answer.caption.confidence.map(|confidence| {
        let percent = number::percent(state.lang, confidence);
        if confidence < UNSURE_BELOW {
            view! { <span class="sure unsure">{fill(t.unsure, &[("percent", &percent)])}</span> }.into_any()
        } else {
            view! { <span class="sure">{fill(t.sure, &[("percent", &percent)])}</span> }.into_any()
        }
    });
    let lang = answer.caption.lang.clone();
    let mark = foreign(state.lang, &lang).map(|lang| view! { <span class="note">{language_mark(state, lang)}</span> });
    view! {
        <p class="caption">
            <span class="caption-text" lang=lang>{answer.caption.text}</span>
            " "
            {sure}
            " "
            {mark}
        </p>
    }
    .into_any()
}

/// The language of a text when it is one of ours but not the page's.
fn foreign(page: Lang, tag: &str) -> Option<Lang> {
    Lang::from_tag(tag).filter(|lang| *lang != page)
}

/// "in English" on a French page.
fn language_mark(state: StudioState, lang: Lang) -> &'static str {
    match lang {
        Lang::En => state.texts().in_english,
        Lang::Fr => state.texts().in_french,
    }
}

/// One fact. Pressing it goes from keep to change to drop.
#[component]
fn Chip(fact: Fact) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let pointed = expect_context::<Pointed>().0;
    let id = StoredValue::new(fact.id.clone());
    let stance = Memo::new(move |_| id.with_value(|id| state.stance(id)));
    let words = move || match stance.get() {
        Stance::Keep => t.stance_keep,
        Stance::Change => t.stance_change,
        Stance::Drop => t.stance_drop,
    };
    let cycle = move |_| {
        let next = stance.get_untracked().next();
        state.stances.update(|stances| {
            stances.insert(id.get_value(), next);
        });
    };
    let mark = foreign(state.lang, &fact.lang).map(|lang| (lang.tag(), language_mark(state, lang)));
    let has_box = fact.bounds.is_some();
    let point = move || {
        if has_box {
            pointed.set(Some(id.get_value()));
        }
    };
    let leave = move || pointed.set(None);
    view! {
        <button
            type="button"
            class="chip"
            data-stance=move || match stance.get() {
                Stance::Keep => "keep",
                Stance::Change => "change",
                Stance::Drop => "drop",
            }
            on:click=cycle
            on:pointerenter=move |_| point()
            on:pointerleave=move |_| leave()
            on:focus=move |_| point()
            on:blur=move |_| leave()
        >
            <span class="chip-sign" aria-hidden="true">
                {move || match stance.get() {
                    Stance::Keep => "✓",
                    Stance::Change => "~",
                    Stance::Drop => "×",
                }}
            </span>
            <span class="chip-text" lang=fact.lang>{fact.text}</span>
            {mark.map(|(tag, title)| view! { <span class="chip-lang" title=title aria-hidden="true">{tag}</span> })}
            <span class="unseen">", " {words}</span>
        </button>
    }
    .into_any()
}
