//! The studio as a whole: picture left, controls right; on a phone one below the other.

use super::{
    directions::Directions,
    draft,
    how::How,
    paint::{Press, press},
    price::PaintBar,
    progress::{Progress, follow, keep_hidden},
    prompt::OutputPrompt,
    results::Results,
    seen::Seen,
    state::{Opening, Pointed, StudioState, use_studio},
    wished::Wished,
};
use crate::{
    api::ApiError,
    domain::{
        order::Way,
        source::{Rect, Removed},
        text::{fill, number},
    },
    web::{
        context::use_lang,
        editor::{
            Editor, Stencil,
            view::{EditorCanvas, EditorLegend, EditorTools},
        },
    },
};
use leptos::prelude::*;
use leptos_meta::Title;

/// The work place for one picture.
#[component]
pub fn Bench(
    /// What the page knows when it opens.
    opening: Opening,
    /// What a plain form brought back.
    problem: Option<ApiError>,
) -> impl IntoView {
    let lang = use_lang();
    let editor = Editor::open(opening.source.id.as_str(), opening.source.width, opening.source.height);
    let state = StudioState::open(lang, opening, editor);
    provide_context(state);
    provide_context(Pointed(RwSignal::new(None)));
    let t = state.texts();
    let pressed = Press::new(problem);
    let progress = Progress::new();
    draft::keep(state);
    follow(state, progress);
    keep_hidden(state, progress);
    announce_stencil(state, editor);
    let id = state.fixed().source.id.to_string();
    // One start for each state of the page: sending the plain form twice starts one job, sending it from the page that
    // shows that job starts another.
    let latest = state
        .jobs
        .with_untracked(|jobs| jobs.first().map(|job| job.id.to_string()));
    let form_key = format!("form-{}", latest.as_ref().unwrap_or(&id));
    view! {
        <Title text=t.title/>
        <div class="studio">
            <h1 class="unseen">{t.title}</h1>
            <p class="unseen" role="status">{state.said}</p>
            <div class="studio-left">
                <Stage editor/>
                <Results progress/>
            </div>
            <div class="studio-right">
                <div class="studio-scroll">
                    <form id="describe" method="post" action="/forms/describe" hidden>
                        <input type="hidden" name="source_id" value=id.clone()/>
                    </form>
                    <Came/>
                    <Seen/>
                    <form
                        id="paint"
                        class="studio-form"
                        method="post"
                        action="/forms/paint"
                        on:submit=move |event| {
                            event.prevent_default();
                            press(state, editor, pressed, false);
                        }
                    >
                        <input type="hidden" name="source_id" value=id/>
                        <input type="hidden" name="idempotency_key" value=form_key/>
                        <Wished/>
                        <Directions/>
                        <OutputPrompt/>
                        <How/>
                    </form>
                </div>
                <PaintBar editor pressed progress/>
            </div>
        </div>
    }
    .into_any()
}

/// The picture with the boxes of facts, the stencil and its tools.
#[component]
fn Stage(editor: Editor) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let fixed = state.fixed();
    let source = &fixed.source;
    let caption = state
        .description
        .with_untracked(|answer| answer.as_ref().map(|answer| answer.caption.text.clone()))
        .filter(|caption| !caption.is_empty());
    let (width, height) = (source.width.to_string(), source.height.to_string());
    let pointed_fact = expect_context::<Pointed>().0;
    let pointed = move || {
        let id = pointed_fact.get()?;
        state
            .description
            .read()
            .as_ref()?
            .facts
            .iter()
            .find(|fact| fact.id == id)?
            .bounds
    };
    view! {
        <section class="stage" aria-label=t.picture>
            <div class="stage-table">
            <img
                class="stage-picture"
                src=source.urls.preview.clone()
                alt=caption.unwrap_or_else(|| t.picture_alt.to_owned())
                width=width.clone()
                height=height.clone()
            />
            <svg
                class="stage-boxes"
                viewBox=format!("0 0 {width} {height}")
                preserveAspectRatio="xMidYMid meet"
                aria-hidden="true"
            >
                {move || pointed().map(|bounds| view! { <FactBox bounds/> })}
            </svg>
            <EditorCanvas editor lang=state.lang/>
            </div>
            <EditorTools editor lang=state.lang/>
            <EditorLegend
                editor
                lang=state.lang
                unused=Signal::derive(move || state.way.get() != Way::Repaint)
            />
        </section>
    }
    .into_any()
}

/// A box around what a fact names: light inside dark, seen over anything.
#[component]
fn FactBox(bounds: Rect) -> impl IntoView {
    let line = move |class: &'static str| {
        view! {
            <rect
                class=class
                x=bounds.x.to_string()
                y=bounds.y.to_string()
                width=bounds.width.to_string()
                height=bounds.height.to_string()
                vector-effect="non-scaling-stroke"
            ></rect>
        }
    };
    view! {
        {line("box-ground")}
        {line("box-line")}
    }
    .into_any()
}

/// What was taken away when the picture came.
#[component]
fn Came() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let fixed = state.fixed();
    let removed = &fixed.source.removed;
    let has = |kind: Removed| removed.contains(&kind);
    let sentence = match (has(Removed::Gps), has(Removed::Exif)) {
        (true, _) => Some(t.removed_gps),
        (false, true) => Some(t.removed_exif),
        (false, false) if removed.iter().any(|kind| *kind != Removed::Icc) => Some(t.removed_other),
        (false, false) => None,
    };
    let size = number::size(fixed.source.width, fixed.source.height);
    view! {
        <p class="note came">
            {fill(t.came, &[("size", &size)])}
            {sentence.map(|sentence| format!(" {sentence}"))}
        </p>
    }
    .into_any()
}

/// Where the middle of a hole lies, in words.
fn place(state: StudioState, bounds: Rect) -> &'static str {
    let t = state.texts();
    let third = |from: u32, length: u32, whole: u32| {
        let middle = 2 * u64::from(from) + u64::from(length);
        (3 * middle / (2 * u64::from(whole.max(1)))).min(2)
    };
    let fixed = state.fixed();
    let across = third(bounds.x, bounds.width, fixed.source.width);
    let down = third(bounds.y, bounds.height, fixed.source.height);
    match (down, across) {
        (0, 0) => t.upper_left,
        (0, 1) => t.upper_middle,
        (0, _) => t.upper_right,
        (1, 0) => t.middle_left,
        (1, 1) => t.middle,
        (1, _) => t.middle_right,
        (_, 0) => t.lower_left,
        (_, 1) => t.lower_middle,
        (_, _) => t.lower_right,
    }
}

/// Reads every change of the stencil out once. What is restored when the page opens is no change.
fn announce_stencil(state: StudioState, editor: Editor) {
    Effect::new(move |before: Option<Stencil>| {
        let stencil = state.stencil.get();
        let changed = before.is_some_and(|before| before.revision != stencil.revision && before.revision > 0);
        if changed || (stencil.revision == 1 && editor.tool.get_untracked().is_some()) {
            let t = state.texts();
            match stencil.bounds {
                Some(bounds) => {
                    let percent = number::percent(state.lang, stencil.share);
                    let place = place(state, bounds);
                    state.say(&fill(t.said_covers, &[("percent", &percent), ("place", place)]));
                }
                None => state.say(t.said_no_hole),
            }
        }
        stencil
    });
}

#[cfg(all(test, feature = "ssr"))]
mod tests;
