//! Original and variation in one place: a slider (a range laid over the picture, so that touch, keyboard and screen
//! readers get it for free), side by side, difference, and the original while a button is held.
//!
//! Without script, style sheets show the ways side by side; the choice of the way needs none.

use crate::{
    domain::text::{number, variation::Variation},
    web::{context::use_lang, platform},
};
use leptos::{html, prelude::*, reactive::send_wrapper_ext::SendOption};

/// How original and variation are set against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Slider,
    Side,
    Difference,
}

impl Mode {
    const ALL: [Self; 3] = [Self::Slider, Self::Side, Self::Difference];

    const fn name(self) -> &'static str {
        match self {
            Self::Slider => "slider",
            Self::Side => "side",
            Self::Difference => "difference",
        }
    }

    const fn label(self, t: &'static Variation) -> &'static str {
        match self {
            Self::Slider => t.slider,
            Self::Side => t.side,
            Self::Difference => t.difference,
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::Slider => Self::Side,
            Self::Side => Self::Difference,
            Self::Difference => Self::Slider,
        }
    }
}

/// The comparison with all its ways.
#[component]
pub fn Compare(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// Address of the original.
    before: String,
    /// Address of the variation.
    after: String,
    /// Pixels across of the variation.
    width: u32,
    /// Pixels down of the variation.
    height: u32,
    /// Address of a picture that shows where the two differ, better than laying one over the other can: previews are
    /// compressed, so they differ everywhere.
    difference: Option<String>,
) -> impl IntoView {
    let t = Variation::of(use_lang());
    let legend = difference
        .is_some()
        .then(|| view! { <p class="note compare-legend">{t.difference_legend}</p> });
    let mode = RwSignal::new(Mode::Slider);
    let held = RwSignal::new(false);
    let swapped = RwSignal::new(false);
    // The server has none, and may drop a page on any thread.
    let keys = StoredValue::new(SendOption::new_local(None::<platform::keyboard::KeyListener>));
    Effect::new(move |_| {
        keys.set_value(SendOption::new_local(platform::keyboard::listen(move |press| {
            if press.typing || press.command || press.alt || press.repeat {
                return false;
            }
            match press.key.to_lowercase().as_str() {
                "m" => mode.update(|mode| *mode = mode.next()),
                "c" => swapped.update(|swapped| *swapped = !*swapped),
                _ => return false,
            }
            true
        })));
    });
    let choices = Mode::ALL
        .map(|way| {
            view! {
                <label>
                    <input
                        type="radio"
                        name=format!("{id}-mode")
                        value=way.name()
                        checked=way == Mode::Slider
                        prop:checked=move || mode.get() == way
                        on:change=move |_| mode.set(way)
                    />
                    <span>{way.label(t)}</span>
                </label>
            }
        })
        .collect_view();
    let show_original = move |now: bool| held.set(now);
    view! {
        <div class="compare">
            <div class="compare-modes">
                <fieldset class="seg">
                    <legend class="unseen">{t.mode}</legend>
                    {choices}
                </fieldset>
                <button
                    class="btn small compare-hold scripted"
                    type="button"
                    aria-pressed=move || if held.get() { "true" } else { "false" }
                    on:pointerdown=move |_| show_original(true)
                    on:pointerup=move |_| show_original(false)
                    on:pointerleave=move |_| show_original(false)
                    on:pointercancel=move |_| show_original(false)
                    on:blur=move |_| show_original(false)
                    on:keydown=move |event| {
                        if matches!(event.key().as_str(), " " | "Enter") {
                            show_original(true);
                        }
                    }
                    on:keyup=move |_| show_original(false)
                    on:contextmenu=move |event| event.prevent_default()
                >
                    {t.hold}
                </button>
            </div>
            <Slider before after width height held swapped difference=difference.unwrap_or_default()/>
            {legend}
        </div>
    }
    .into_any()
}

/// The pictures with the slider between them.
#[component]
pub fn Slider(
    /// Address of the original.
    #[prop(into)]
    before: String,
    /// Address of the variation.
    #[prop(into)]
    after: String,
    /// Pixels across of the variation.
    width: u32,
    /// Pixels down of the variation.
    height: u32,
    /// While it is on, only the original shows.
    #[prop(into, optional)]
    held: Signal<bool>,
    /// Original and variation change sides.
    #[prop(into, optional)]
    swapped: Signal<bool>,
    /// Address of a picture that shows where the two differ; empty when there is none.
    #[prop(into, optional)]
    difference: String,
) -> impl IntoView {
    let lang = use_lang();
    let t = Variation::of(lang);
    let frame = NodeRef::<html::Div>::new();
    let at = RwSignal::new(50_u32);
    Effect::new(move |_| {
        let at = at.get();
        if let Some(frame) = frame.get() {
            platform::page::set_property(&frame, "--at", &format!("{at}%"));
        }
    });
    let spoken = move || {
        let share = number::percent(lang, f64::from(at.get()) / 100.0);
        crate::domain::text::fill(t.boundary_value, &[("share", &share)])
    };
    let choose = move |event| {
        if let Ok(value) = event_target_value(&event).parse() {
            at.set(value);
        }
    };
    view! {
        <div
            class="compare-frame"
            node_ref=frame
            class:held=move || held.get()
            class:swapped=move || swapped.get()
        >
            <img class="compare-after" src=after width=width height=height alt=t.after_alt decoding="async"/>
            <img class="compare-before" src=before alt=t.before_alt decoding="async"/>
            {(!difference.is_empty())
                .then(|| {
                    // Drawn when asked for: fetched when it is first seen.
                    view! { <img class="compare-difference" src=difference alt=t.difference_alt loading="lazy" decoding="async"/> }
                })}
            <span class="compare-line" aria-hidden="true"></span>
            <input
                class="compare-range"
                type="range"
                min="0"
                max="100"
                step="1"
                value="50"
                aria-label=t.boundary
                aria-valuetext=spoken
                on:input=choose
            />
        </div>
    }
    .into_any()
}
