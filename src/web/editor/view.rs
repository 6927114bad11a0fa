//! The canvas over the picture, its tools and its legend.

use super::{
    handle::Editor,
    history::Deed,
    tool::{Tool, WIDTH_STEPS, of_slider, slider_of},
};
use crate::{
    domain::text::{Lang, fill, number, studio::Studio},
    web::platform::keyboard::{self, KeyListener},
};
use leptos::{html, prelude::*};

const BRUSH: &str = "M14 4l6 6-9 9H5v-6z";
const ERASER: &str = "M4 15l9-9 7 7-6 6H8zM9 10l7 7";
const UNDO: &str = "M8 7H4v-4M4.500 7C8 3.500 14 3 17.500 7s2 11-4.500 12";
const REDO: &str = "M16 7h4v-4M19.500 7C16 3.500 10 3 6.500 7s-2 11 4.500 12";
const INVERT: &str = "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18";
const CLEAR: &str = "M5 7h14M10 11v6M14 11v6M7 7l1 13h8l1-13M9 7V4h6v3";

/// The canvas people draw on. Everything about it begins in the browser.
#[component]
pub fn EditorCanvas(
    /// The editor.
    editor: Editor,
    /// The language of the page.
    lang: Lang,
) -> impl IntoView {
    let t = Studio::of(lang);
    let canvas = NodeRef::<html::Canvas>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            super::input::attach(editor, &canvas);
            editor.restore();
        }
    });
    Effect::new(move |_: Option<Option<KeyListener>>| keyboard::listen(move |press| editor.press_key(press)));
    // The ring and the cross-hair appear and go with the tool.
    Effect::new(move |_| {
        editor.tool.track();
        editor.width.track();
        editor.redraw();
    });
    view! {
        <canvas
            class="stage-canvas"
            node_ref=canvas
            data-tool=move || match editor.tool.get() {
                Some(Tool::Brush) => "brush",
                Some(Tool::Eraser) => "eraser",
                None => "none",
            }
            tabindex=move || if editor.tool.get().is_some() { "0" } else { "-1" }
            role="img"
            aria-label=t.canvas
            aria-describedby="canvas-help"
        ></canvas>
        <p id="canvas-help" class="unseen">{t.canvas_help}</p>
    }
    .into_any()
}

/// One button of the toolbar.
#[component]
fn ToolButton(
    /// Its name, spoken and shown on hover, with its key.
    label: String,
    /// Its outline.
    icon: &'static str,
    /// Its key.
    keys: &'static str,
    /// Whether it is in hand; nothing for actions.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// Whether it can do something now.
    #[prop(into)]
    enabled: Signal<bool>,
    /// What it does.
    act: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="tool"
            aria-label=label.clone()
            title=label
            aria-keyshortcuts=keys
            aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
            prop:disabled=move || !enabled.get()
            on:click=move |_| act()
        >
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                <path
                    d=icon
                    fill="none"
                    stroke="currentColor"
                    stroke-width="1.6"
                    stroke-linecap="round"
                    stroke-linejoin="round"
                ></path>
            </svg>
        </button>
    }
    .into_any()
}

/// Brush, eraser, size, undo, redo, invert, clear.
#[component]
pub fn EditorTools(
    /// The editor.
    editor: Editor,
    /// The language of the page.
    lang: Lang,
) -> impl IntoView {
    let t = Studio::of(lang);
    let hand = editor.tool;
    let always = Signal::derive(|| true);
    let has_hole = Signal::derive(move || editor.stencil.read().bounds.is_some());
    let max = editor.max_width();
    view! {
        <div class="tools scripted" role="toolbar" aria-label=t.tools>
            <ToolButton
                label=t.tool_brush.to_owned()
                icon=BRUSH
                keys="b"
                pressed=Signal::derive(move || hand.get() == Some(Tool::Brush))
                enabled=always
                act=move || editor.toggle(Tool::Brush)
            />
            <ToolButton
                label=t.tool_eraser.to_owned()
                icon=ERASER
                keys="e"
                pressed=Signal::derive(move || hand.get() == Some(Tool::Eraser))
                enabled=always
                act=move || editor.toggle(Tool::Eraser)
            />
            <ToolButton
                label=t.tool_undo.to_owned()
                icon=UNDO
                keys="Control+Z Meta+Z"
                enabled=editor.can_undo
                act=move || editor.undo()
            />
            <ToolButton
                label=t.tool_redo.to_owned()
                icon=REDO
                keys="Control+Shift+Z Meta+Shift+Z"
                enabled=editor.can_redo
                act=move || editor.redo()
            />
            <ToolButton
                label=t.tool_invert.to_owned()
                icon=INVERT
                keys="Shift+I"
                enabled=always
                act=move || editor.apply(Deed::Invert)
            />
            <ToolButton
                label=t.tool_clear.to_owned()
                icon=CLEAR
                keys="Shift+C"
                enabled=has_hole
                act=move || editor.apply(Deed::Clear)
            />
        </div>
        {move || {
            hand.get()
                .map(|_| {
                    let size = move || {
                        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a brush, in pixels")]
                        let pixels = editor.width.get().round() as u64;
                        fill(t.brush_pixels, &[("pixels", &number::integer(lang, pixels))])
                    };
                    view! {
                        <label class="tool-size">
                            <span>{t.brush_size}</span>
                            <input
                                type="range"
                                min="0"
                                max=WIDTH_STEPS.to_string()
                                aria-valuetext=size
                                prop:value=move || slider_of(editor.width.get(), max).to_string()
                                on:input=move |event| {
                                    if let Ok(position) = event_target_value(&event).parse() {
                                        editor.width.set(of_slider(position, max));
                                    }
                                }
                            />
                            <output>{size}</output>
                        </label>
                    }
                })
        }}
    }
    .into_any()
}

/// What the colour means, and how much of the picture it covers.
#[component]
pub fn EditorLegend(
    /// The editor.
    editor: Editor,
    /// The language of the page.
    lang: Lang,
    /// Whether the way in force leaves the stencil aside.
    #[prop(into)]
    unused: Signal<bool>,
) -> impl IntoView {
    let t = Studio::of(lang);
    move || {
        let stencil = editor.stencil.get();
        if stencil.bounds.is_none() {
            return editor
                .tool
                .get()
                .map(|_| view! { <p class="legend">{t.legend_begin}</p> }.into_any());
        }
        let percent = number::percent(lang, stencil.share);
        let text = if unused.get() {
            t.legend_unused.to_owned()
        } else if stencil.share >= 1.0 {
            t.legend_everything.to_owned()
        } else {
            fill(t.legend, &[("percent", &percent)])
        };
        Some(
            view! {
                <p class="legend">
                    <i aria-hidden="true"></i>
                    {text}
                </p>
            }
            .into_any(),
        )
    }
}
