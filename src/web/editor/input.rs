//! What reaches the canvas: pointers of every kind, keys while it has the focus, its size on the page.

use super::{
    handle::Editor,
    history::Deed,
    surface::Surface,
    tool::{Happening, snapped},
};
use crate::{
    domain::mask::{Point, Stroke, StrokeMode},
    web::platform::keyboard::KeyPress,
};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventTarget, HtmlCanvasElement, KeyboardEvent, PointerEvent, ResizeObserver};

/// The pointer's other button, which does the opposite of the tool.
const OTHER_BUTTON: i16 = 2;

/// Something that listens until it is dropped.
#[derive(Debug)]
pub enum Listener {
    /// An event's name, who listens, and where.
    Event(EventTarget, &'static str, Closure<dyn FnMut(Event)>),
    /// Size changes.
    Size(ResizeObserver, Closure<dyn FnMut()>),
}

impl Drop for Listener {
    fn drop(&mut self) {
        match self {
            Self::Event(target, name, listener) => {
                let _ = target.remove_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
            }
            Self::Size(observer, _) => observer.disconnect(),
        }
    }
}

fn listen<E: JsCast>(target: &EventTarget, name: &'static str, mut act: impl FnMut(E) + 'static) -> Option<Listener> {
    let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| act(event.unchecked_into()));
    target
        .add_event_listener_with_callback(name, listener.as_ref().unchecked_ref())
        .ok()?;
    Some(Listener::Event(target.clone(), name, listener))
}

/// Brings the canvas to life.
pub fn attach(editor: Editor, canvas: &HtmlCanvasElement) {
    let Some(mut surface) = Surface::new(canvas.clone(), editor.picture) else {
        return;
    };
    let target: &EventTarget = canvas;
    let held = canvas.clone();
    surface.listeners = [
        listen(target, "pointerdown", move |event: PointerEvent| {
            press(editor, &held, &event);
        }),
        listen(target, "pointermove", move |event: PointerEvent| moved(editor, &event)),
        listen(target, "pointerup", move |event: PointerEvent| {
            editor.take(Happening::Release {
                pointer: event.pointer_id(),
            });
        }),
        listen(target, "pointercancel", move |_: PointerEvent| {
            editor.take(Happening::GiveUp);
        }),
        // After pointer-up there is no gesture left; without it the browser took the pointer away.
        listen(target, "lostpointercapture", move |_: PointerEvent| {
            editor.take(Happening::GiveUp);
        }),
        listen(target, "pointerleave", move |_: PointerEvent| hover(editor, None)),
        listen(target, "contextmenu", move |event: Event| {
            if editor.tool.get_untracked().is_some() {
                event.prevent_default();
            }
        }),
        listen(target, "keydown", move |event: KeyboardEvent| {
            if keyed(editor, &KeyPress::of(&event)) {
                event.prevent_default();
                event.stop_propagation();
            }
        }),
        listen(target, "blur", move |_: Event| cross(editor, |_| None)),
        observe(editor, canvas),
    ]
    .into_iter()
    .flatten()
    .collect();
    editor.surface.set_value(Some(surface));
    editor.with_mask(|mask| {
        let rows = super::sheet::Rows {
            from: 0,
            to: mask.height(),
        };
        editor.surface.update_value(|surface| {
            if let Some(surface) = surface {
                surface.bake(mask, rows);
            }
        });
    });
    editor.request_frame();
}

/// Follows the canvas's size.
fn observe(editor: Editor, canvas: &HtmlCanvasElement) -> Option<Listener> {
    let resized = Closure::<dyn FnMut()>::new(move || {
        let _ = editor.surface.try_update_value(|surface| {
            if let Some(surface) = surface {
                surface.fit();
            }
        });
        editor.request_frame();
    });
    let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
    observer.observe(canvas);
    Some(Listener::Size(observer, resized))
}

/// Where a pointer is.
fn place(editor: Editor, event: &PointerEvent) -> Option<(Point, (f64, f64))> {
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    editor
        .surface
        .try_with_value(|surface| surface.as_ref().map(|surface| surface.place(x, y)))
        .flatten()
}

fn press(editor: Editor, canvas: &HtmlCanvasElement, event: &PointerEvent) {
    let Some(tool) = editor.tool.get_untracked() else {
        return;
    };
    let Some((at, _)) = place(editor, event) else { return };
    let mode = match (event.button(), tool.mode()) {
        (0, mode) => mode,
        (OTHER_BUTTON, StrokeMode::Paint) => StrokeMode::Erase,
        (OTHER_BUTTON, StrokeMode::Erase) => StrokeMode::Paint,
        _ => return,
    };
    event.prevent_default();
    let _ = canvas.set_pointer_capture(event.pointer_id());
    cross(editor, |_| None);
    editor.take(Happening::Press {
        pointer: event.pointer_id(),
        at,
        mode,
        width: editor.width.get_untracked(),
    });
}

fn moved(editor: Editor, event: &PointerEvent) {
    let Some((at, on_surface)) = place(editor, event) else {
        return;
    };
    // A finger covers what a ring would show.
    hover(editor, (event.pointer_type() != "touch").then_some(on_surface));
    let mut path: Vec<Point> = event
        .get_coalesced_events()
        .iter()
        .filter_map(|event| event.dyn_into::<PointerEvent>().ok())
        .filter_map(|event| place(editor, &event))
        .map(|(at, _)| at)
        .collect();
    if path.is_empty() {
        path.push(at);
    }
    editor.take(Happening::Move {
        pointer: event.pointer_id(),
        path,
    });
}

fn hover(editor: Editor, at: Option<(f64, f64)>) {
    let _ = editor.surface.try_update_value(|surface| {
        if let Some(surface) = surface {
            surface.cursor = at;
        }
    });
    editor.request_frame();
}

/// Moves the cross-hair.
fn cross(editor: Editor, act: impl FnOnce(Option<Point>) -> Option<Point>) {
    let _ = editor.surface.try_update_value(|surface| {
        if let Some(surface) = surface {
            surface.cross = act(surface.cross);
        }
    });
    editor.request_frame();
}

/// Keys while the canvas has the focus: arrows move the cross-hair (1 pixel of the page, 10 with Shift, 50 with Ctrl),
/// Enter or Space stamps.
#[expect(clippy::cast_precision_loss, reason = "sides are at most 16,000")]
fn keyed(editor: Editor, press: &KeyPress) -> bool {
    let Some(tool) = editor.tool.get_untracked() else {
        return false;
    };
    let direction = match press.key.as_str() {
        "ArrowLeft" => (-1.0, 0.0),
        "ArrowRight" => (1.0, 0.0),
        "ArrowUp" => (0.0, -1.0),
        "ArrowDown" => (0.0, 1.0),
        "Enter" | " " => (0.0, 0.0),
        _ => return false,
    };
    let (width, height) = (editor.picture.0 as f32, editor.picture.1 as f32);
    let stamp = direction == (0.0, 0.0);
    let mut standing = None;
    let page = editor
        .surface
        .with_value(|surface| surface.as_ref().map_or(1.0, Surface::picture_pixels_per_page_pixel));
    let far = match (press.command, press.shift) {
        (true, _) => 50.0,
        (false, true) => 10.0,
        (false, false) => 1.0,
    };
    cross(editor, |cross| {
        // The first key puts it into the middle, where it can be seen before it does anything.
        let next = match cross {
            None => Point {
                x: width / 2.0,
                y: height / 2.0,
            },
            Some(at) if stamp => {
                standing = Some(at);
                at
            }
            Some(at) => Point {
                x: (at.x + direction.0 * far * page).clamp(0.0, width),
                y: (at.y + direction.1 * far * page).clamp(0.0, height),
            },
        };
        Some(next)
    });
    if let Some(at) = standing {
        editor.apply(Deed::Draw(Stroke {
            points: vec![snapped(at)],
            width: editor.width.get_untracked(),
            mode: tool.mode(),
        }));
    }
    true
}
