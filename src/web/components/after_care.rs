//! After-care of a repaint: the same answer set in with another edge, another hole or its own colours, for nothing.
//!
//! Two plain forms that lead to the new variation; with script they go there without loading the page again.

use super::fault::{Alert, sentence};
use crate::{
    api::variations::{Variation, recompose_variation},
    domain::{
        after_care::AfterCare as Care,
        limits::{MAX_FEATHER_PX, MAX_GROW_PX},
        spec::Size,
        text::variation::Variation as Texts,
    },
    web::context::use_lang,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_navigate, use_query_map};

/// The forms, and what may be taken along.
#[component]
pub fn AfterCare(
    /// A repaint.
    variation: Variation,
    /// How its answer is set in.
    care: Care,
) -> impl IntoView {
    let lang = use_lang();
    let t = Texts::of(lang);
    let query = use_query_map();
    // A form that failed brings back what was typed.
    let typed = |name: &str| query.read_untracked().get(name);
    let first = Care::first(Size::new(variation.width, variation.height));
    let feather = RwSignal::new(typed("feather").unwrap_or_else(|| care.feather.to_string()));
    let grow = RwSignal::new(typed("grow").unwrap_or_else(|| care.grow.to_string()));
    let colours = RwSignal::new(care.colour_match);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let navigate = use_navigate();
    let asked = {
        let (id, care) = (variation.id.clone(), care.clone());
        StoredValue::new((id, care))
    };
    let send = move |whole: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let (id, care) = asked.get_value();
        // What is no number is told to be out of range, like every number that is.
        let number = |text: RwSignal<String>| Some(text.get_untracked().trim().parse().unwrap_or(i64::MAX));
        let navigate = navigate.clone();
        spawn_local(async move {
            let made = if whole {
                recompose_variation(id, None, None, None, None, None, Some(true)).await
            } else {
                let colours = Some(colours.get_untracked());
                let (mask, history) = (care.mask_id, care.history_mask_id);
                recompose_variation(id, number(feather), number(grow), colours, mask, history, None).await
            };
            match made {
                Ok(made) => navigate(
                    &format!("/variations/{}", made.id),
                    leptos_router::NavigateOptions::default(),
                ),
                Err(error) => {
                    let _ = problem.try_set(Some(sentence(&error.code, lang).unwrap_or(error.message)));
                }
            }
            let _ = busy.try_set(false);
        });
    };
    let set_in = {
        let send = send.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            send(false);
        }
    };
    let as_painted = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send(true);
    };
    let hidden = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <input type="hidden" name=name value=value/> })
    };
    let id = variation.id.to_string();
    let download = |url: &Option<String>, label: &'static str| {
        let href = url.as_ref().map(|url| format!("{url}?download"))?;
        Some(view! {
            <a class="btn" href=href download>
                {label}
            </a>
        })
    };
    view! {
        <section class="after-care" aria-labelledby="after-care">
            <h2 id="after-care">{t.after_care}</h2>
            <p class="note">{if care.whole { t.after_care_whole_note } else { t.after_care_note }}</p>
            {move || problem.get().map(|sentence| view! { <Alert sentence/> })}
            <form class="stack" method="post" action="/forms/recompose" on:submit=set_in>
                <input type="hidden" name="id" value=id.clone()/>
                {hidden("mask_id", care.mask_id.as_ref().map(ToString::to_string))}
                {hidden("history_mask_id", care.history_mask_id.as_ref().map(ToString::to_string))}
                <div class="after-care-fields">
                    <Pixels
                        name="feather"
                        label=t.feather
                        hint=t.feather_hint
                        value=feather
                        least=0
                        most=i64::from(MAX_FEATHER_PX)
                    />
                    <Pixels
                        name="grow"
                        label=t.grow
                        hint=t.grow_hint
                        value=grow
                        least=-i64::from(MAX_GROW_PX)
                        most=i64::from(MAX_GROW_PX)
                    />
                </div>
                <label class="check">
                    <input
                        type="checkbox"
                        name="colour_match"
                        value="true"
                        checked=care.colour_match
                        prop:checked=move || colours.get()
                        on:change=move |event| colours.set(event_target_checked(&event))
                    />
                    <span>{t.colour_match}</span>
                </label>
                <div class="row">
                    <button class="btn" type="submit" aria-disabled=move || busy.get().then_some("true")>
                        {move || if busy.get() { t.setting_in } else { t.set_in }}
                    </button>
                    <button
                        class="btn quiet scripted"
                        type="button"
                        on:click=move |_| {
                            feather.set(first.feather.to_string());
                            grow.set(first.grow.to_string());
                            colours.set(first.colour_match);
                        }
                    >
                        {t.as_at_first}
                    </button>
                </div>
            </form>
            {(!care.whole)
                .then(|| {
                    view! {
                        <form class="stack" method="post" action="/forms/recompose" on:submit=as_painted>
                            <input type="hidden" name="id" value=id/>
                            <input type="hidden" name="whole" value="true"/>
                            <div>
                                <button class="btn" type="submit" aria-disabled=move || busy.get().then_some("true")>
                                    {t.as_painted}
                                </button>
                            </div>
                        </form>
                    }
                })}
            <div class="actions">
                {download(&variation.urls.difference, t.download_difference)}
                {download(&variation.urls.cut_out, t.download_cut_out)}
            </div>
        </section>
    }
    .into_any()
}

/// A length in pixels of the source.
#[component]
fn Pixels(
    /// The name of the field.
    name: &'static str,
    /// What it is.
    label: &'static str,
    /// What it does.
    hint: &'static str,
    /// Its text.
    value: RwSignal<String>,
    /// Least number.
    least: i64,
    /// Largest number.
    most: i64,
) -> impl IntoView {
    let hinted = format!("{name}-hint");
    view! {
        <div class="after-care-field">
            <label class="field">
                <span>{label}</span>
                <input
                    type="number"
                    name=name
                    min=least.to_string()
                    max=most.to_string()
                    step="1"
                    required
                    inputmode=if least < 0 { "text" } else { "numeric" }
                    value=value.get_untracked()
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                    aria-describedby=hinted.clone()
                />
            </label>
            <p class="note" id=hinted>
                {hint}
            </p>
        </div>
    }
    .into_any()
}
