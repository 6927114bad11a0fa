//! Directions: up to four styles or wishes of the same picture, set aside one by one and painted at once for one price.

use super::state::{Aim, StudioState, use_studio};
use crate::domain::{limits::MAX_DIRECTIONS, style::Style, text::fill};
use leptos::prelude::*;

/// What a direction is called: A, B, C, D.
#[must_use]
pub const fn letter(place: u32) -> &'static str {
    match place {
        0 => "A",
        1 => "B",
        2 => "C",
        3 => "D",
        _ => "?",
    }
}

/// What stands in the fields as a direction; nothing while no order can be made of it.
fn current(state: StudioState) -> Option<Aim> {
    let by_hand = state.by_hand.get().filter(|prompt| !prompt.trim().is_empty());
    if by_hand.is_none() && state.composed.read().is_err() {
        return None;
    }
    Some(Aim {
        wish: state.wish.get().trim().to_owned(),
        style: state.style.get(),
        by_hand,
    })
}

/// How a direction is named in the list: its style, its wish, or that it was written by hand.
fn name(state: StudioState, aim: &Aim) -> String {
    if aim.by_hand.is_some() {
        return state.texts().unlinked.to_owned();
    }
    let style = aim.style.as_deref().and_then(Style::find);
    let style = style.map(|style| style.label(state.lang).to_owned());
    let wish = Some(aim.wish.clone()).filter(|wish| !wish.is_empty());
    let both: Vec<String> = style.into_iter().chain(wish).collect();
    both.join(" · ")
}

/// The list of directions and the button that adds one.
#[component]
pub fn Directions() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let count = move || state.aims.read().len();
    let addable = move || {
        let aim = current(state)?;
        let aims = state.aims.read();
        (aims.len() < MAX_DIRECTIONS && !aims.contains(&aim)).then_some(aim)
    };
    let next = move || u32::try_from(count()).map_or("?", letter);
    let add = move |_| {
        if let Some(aim) = untrack(addable) {
            state.say(&fill(t.said_direction, &[("letter", untrack(next))]));
            state.aims.update(|aims| aims.push(aim));
        }
    };
    let label = move || match count() {
        0 => t.directions_begin.to_owned(),
        _ => fill(t.direction_add, &[("letter", next())]),
    };
    let row = move |(place, aim): (usize, Aim)| {
        let letter = u32::try_from(place).map_or("?", letter);
        // What is shown is what is sent.
        let sent = move || {
            let orders = state.orders.get()?;
            orders.get(place).map(|order| order.prompt.clone())
        };
        let drop_label = fill(t.direction_drop, &[("letter", letter)]);
        view! {
            <li class="aim">
                <b>{letter}</b>
                <details>
                    <summary>{name(state, &aim)}</summary>
                    <p class="note">{sent}</p>
                </details>
                <button
                    type="button"
                    class="link-button"
                    aria-label=drop_label
                    on:click=move |_| {
                        state.aims.update(|aims| {
                            if place < aims.len() {
                                aims.remove(place);
                            }
                        });
                    }
                >
                    "×"
                </button>
            </li>
        }
    };
    view! {
        <section class="studio-part directions scripted" aria-labelledby="directions-title">
            <h2 id="directions-title">{t.directions}</h2>
            <p class="note" hidden=move || { count() > 0 }>
                {t.directions_hint}
            </p>
            <ol class="aims" hidden=move || { count() == 0 }>
                {move || state.aims.get().into_iter().enumerate().map(row).collect_view()}
            </ol>
            <p hidden=move || { count() >= MAX_DIRECTIONS }>
                <button
                    type="button"
                    class="btn"
                    disabled=true
                    prop:disabled=move || addable().is_none()
                    on:click=add
                >
                    {label}
                </button>
            </p>
        </section>
    }
    .into_any()
}
