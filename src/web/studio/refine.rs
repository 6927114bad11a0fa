//! Refining: a text model writes the prompt anew, for a price that stands on the button. What was there before is one click
//! away, and so is the prompt that description and wish make.

use super::state::{StudioState, use_studio};
use crate::{
    api::{
        ApiError,
        prompts::{RefinedAnswer, refine_prompt},
    },
    domain::{
        description::Description,
        money::Micros,
        prompt::Prompt,
        refine::RefineAsk,
        text::{common::Common, fill, number},
    },
    web::components::paused::{Act, Paused},
};
use leptos::{prelude::*, task::spawn_local};

/// A prompt that was refined while the page is open.
#[derive(Debug, Clone, PartialEq)]
struct Written {
    /// What came.
    answer: RefinedAnswer,
    /// The prompt by hand that it replaced; nothing when that followed description and wish.
    before: Option<String>,
}

/// What refining costs at most now; nothing while there is nothing to refine, or nobody who does it.
fn price(state: StudioState) -> Option<Micros> {
    let fixed = state.fixed();
    let refiner = fixed.session.refiner?;
    let model = fixed.catalogue.refine.as_ref()?;
    state.order.read().as_ref()?;
    let (way, language) = (state.way.get(), state.prompt_lang.get());
    let ask = if let Some(text) = state.by_hand.get() {
        RefineAsk::new(&Prompt::by_hand(&text), None, way, language)
    } else {
        let description = state.description.read();
        let description = description.as_ref().map(|answer| Description {
            caption: answer.caption.clone(),
            facts: answer.facts.clone(),
            shortfall: answer.shortfall,
        });
        RefineAsk::new(
            state.composed.read().as_ref().ok()?,
            description.as_ref(),
            way,
            language,
        )
    };
    Some(refiner.factor.times(ask.quote(model)))
}

/// Button, what was written and what it cost, and the way back.
#[component]
pub fn Refine() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let written = RwSignal::new(None::<Written>);
    let Some(refiner) = state.fixed().session.refiner else {
        return ().into_any();
    };
    let pause = state.fixed().session.pause_of(Some(refiner.provider));

    let refine = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        state.say(t.refining);
        spawn_local(async move {
            let before = state.by_hand.get_untracked();
            let mask_id = state.order.with_untracked(|order| order.as_ref()?.mask_id.clone());
            let asked = refine_prompt(
                state.fixed().source.id.clone(),
                state.wish.get_untracked(),
                state.intent.get_untracked(),
                state.style.get_untracked(),
                state.stances.get_untracked(),
                state.way.get_untracked(),
                mask_id,
                Some(state.prompt_lang.get_untracked()),
                Some(state.likeness.get_untracked()),
                before.clone(),
            );
            match asked.await {
                Ok(answer) => {
                    state.by_hand.set(Some(answer.prompt.clone()));
                    state.say(t.refined_said);
                    written.set(Some(Written { answer, before }));
                }
                Err(refused) => error.set(Some(refused)),
            }
            busy.set(false);
        });
    };
    let label = move || match price(state) {
        Some(price) => fill(t.refine, &[("price", &number::money(state.lang, price))]),
        None => t.refine_plain.to_owned(),
    };
    // Only while it is what stands in the field.
    let standing = move || {
        let by_hand = state.by_hand.read();
        written
            .get()
            .filter(|written| by_hand.as_ref() == Some(&written.answer.prompt))
    };
    let told = move || {
        standing().map(|Written { answer, before }| {
            let who = Common::of(state.lang).provider(answer.provider);
            let price = number::money(state.lang, answer.price_micros);
            let sentence = if answer.cached { t.refined_before } else { t.refined };
            view! {
                <span class="note">
                    {fill(sentence, &[("who", who), ("model", &answer.model_version), ("price", &price)])}
                </span>
                <button
                    type="button"
                    class="link-button"
                    on:click=move |_| {
                        state.by_hand.set(before.clone());
                        written.set(None);
                        state.say(t.refine_undone);
                    }
                >
                    {t.refine_undo}
                </button>
            }
        })
    };
    view! {
        <div class="row refine">
            <button
                type="button"
                class="btn small"
                title=t.refine_hint
                aria-busy=move || busy.get().to_string()
                prop:disabled=move || busy.get() || price(state).is_none()
                on:click=refine
            >
                {move || if busy.get() { t.refining.to_owned() } else { label() }}
            </button>
            {told}
        </div>
        <Paused act=Act::Refine pause/>
        {move || error.get().map(|error| view! { <p class="alert" role="alert">{error.message}</p> })}
    }
    .into_any()
}
