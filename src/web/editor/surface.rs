//! The two canvases. *Baked* holds the mask, one dot for each pixel it shows, and changes when a stroke is done: moving
//! costs the same at stroke 1 and at stroke 200. *Live* is what people see: baked, the stroke in progress, hatched in
//! the mask's colour, and the cursor; drawn at most once a frame.

use super::{
    handle::Editor,
    sheet::Rows,
    tool::{Gesture, Happening, Outcome, step},
    viewport::Viewport,
};
use crate::{
    domain::{
        mask::{Mask, Point, Stroke, StrokeMode},
        spec::Size,
    },
    web::platform::{local_file::LocalFile, raf::next_frame},
};
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{Clamped, JsCast, JsValue, closure::Closure};
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Longest side of the baked canvas: that of the preview people draw on.
const BAKED_SIDE: u32 = crate::domain::limits::PREVIEW_SIDE;
/// Side of the hatch's tile, in pixels of the page.
const TILE: f64 = 9.0;

/// The canvases and what is on them.
#[derive(Debug)]
pub struct Surface {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    baked: HtmlCanvasElement,
    baked_context: CanvasRenderingContext2d,
    picture: (u32, u32),
    baked_size: Size,
    viewport: Viewport,
    /// Device pixels for a pixel of the page.
    ratio: f64,
    /// The colour the hatch was made for, and the hatch.
    hatch: Option<(String, web_sys::CanvasPattern)>,
    frame_is_coming: bool,
    /// What the pointer is in the middle of.
    pub(super) gesture: Gesture,
    /// Where the pointer hovers, in device pixels.
    pub(super) cursor: Option<(f64, f64)>,
    /// Where the cross-hair of the keyboard stands, in the picture.
    pub(super) cross: Option<Point>,
    /// Ends what listens to the canvas.
    pub(super) listeners: Vec<super::input::Listener>,
}

fn context_of(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

fn new_canvas(width: u32, height: u32) -> Option<HtmlCanvasElement> {
    let element = web_sys::window()?.document()?.create_element("canvas").ok()?;
    let canvas: HtmlCanvasElement = element.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    Some(canvas)
}

impl Surface {
    /// A surface on this canvas for a picture of this size.
    #[must_use]
    pub fn new(canvas: HtmlCanvasElement, picture: (u32, u32)) -> Option<Self> {
        let baked_size = Size::new(picture.0, picture.1).within(BAKED_SIDE);
        let baked = new_canvas(baked_size.width, baked_size.height)?;
        let mut surface = Self {
            context: context_of(&canvas)?,
            baked_context: context_of(&baked)?,
            canvas,
            baked,
            picture,
            baked_size,
            viewport: Viewport::contain(picture, (1.0, 1.0)),
            ratio: 1.0,
            hatch: None,
            frame_is_coming: false,
            gesture: Gesture::Idle,
            cursor: None,
            cross: None,
            listeners: Vec::new(),
        };
        surface.fit();
        Some(surface)
    }

    /// Takes the canvas's size on the page over.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size on the screen"
    )]
    pub fn fit(&mut self) {
        self.ratio = web_sys::window()
            .map_or(1.0, |window| window.device_pixel_ratio())
            .max(1.0);
        let bounds = self.canvas.get_bounding_client_rect();
        let (width, height) = (bounds.width() * self.ratio, bounds.height() * self.ratio);
        self.canvas.set_width(width.round() as u32);
        self.canvas.set_height(height.round() as u32);
        self.viewport = Viewport::contain(self.picture, (width, height));
        self.hatch = None;
    }

    /// The place in the picture of a place on the page.
    #[must_use]
    pub(super) fn place(&self, client_x: f64, client_y: f64) -> (Point, (f64, f64)) {
        let bounds = self.canvas.get_bounding_client_rect();
        let at = (
            (client_x - bounds.left()) * self.ratio,
            (client_y - bounds.top()) * self.ratio,
        );
        (self.viewport.to_picture(at.0, at.1), at)
    }

    /// How many pixels of the picture one pixel of the page covers.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a scale")]
    pub(super) fn picture_pixels_per_page_pixel(&self) -> f32 {
        (self.ratio / self.viewport.scale) as f32
    }

    /// Puts the rows of the mask that changed on the baked canvas.
    pub fn bake(&mut self, mask: &Mask, rows: Rows) {
        let (width, height) = (self.baked_size.width, self.baked_size.height);
        let scaled = |row: u32, up: bool| {
            let exact = u64::from(row) * u64::from(height);
            let picture = u64::from(self.picture.1.max(1));
            let row = if up {
                exact.div_ceil(picture) + 1
            } else {
                (exact / picture).saturating_sub(1)
            };
            u32::try_from(row).unwrap_or(height).min(height)
        };
        let (from, to) = (scaled(rows.from, false), scaled(rows.to, true));
        if from >= to {
            return;
        }
        // The pixel under each dot's centre.
        let under = |at: u32, dots: u32, pixels: u32| {
            let centre = (2 * u64::from(at) + 1) * u64::from(pixels) / (2 * u64::from(dots.max(1)));
            usize::try_from(centre).unwrap_or(0)
        };
        let columns: Vec<usize> = (0..width).map(|x| under(x, width, self.picture.0)).collect();
        let mut dots = vec![0_u8; (to - from) as usize * width as usize * 4];
        for (y, line) in (from..to).zip(dots.chunks_exact_mut(width as usize * 4)) {
            let row = under(y, height, self.picture.1) * mask.width() as usize;
            for (dot, column) in line.chunks_exact_mut(4).zip(&columns) {
                dot[3] = mask.hole()[row + column];
            }
        }
        if let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&dots), width, to - from) {
            let _ = self.baked_context.put_image_data(&image, 0.0, f64::from(from));
        }
    }

    /// Draws what people see. `brush` is the diameter of the brush in hand.
    fn draw(&mut self, brush: Option<f32>) {
        self.frame_is_coming = false;
        let (width, height) = (f64::from(self.canvas.width()), f64::from(self.canvas.height()));
        let viewport = self.viewport;
        let (left, top) = (viewport.left, viewport.top);
        let across = f64::from(self.picture.0) * viewport.scale;
        let down = f64::from(self.picture.1) * viewport.scale;
        let hatch = self.hatch();
        let context = &self.context;
        context.clear_rect(0.0, 0.0, width, height);
        context.save();
        context.begin_path();
        context.rect(left, top, across, down);
        context.clip();
        let _ = context.draw_image_with_html_canvas_element_and_dw_and_dh(&self.baked, left, top, across, down);
        if let Gesture::Drawing { stroke, .. } = &self.gesture {
            self.trace(stroke);
        }
        if let Some(pattern) = hatch {
            let _ = context.set_global_composite_operation("source-in");
            context.set_fill_style_canvas_pattern(&pattern);
            context.fill_rect(left, top, across, down);
        }
        context.restore();
        if let Some(brush) = brush {
            let radius = f64::from(brush) / 2.0 * viewport.scale;
            if let Some(at) = self.cross.map(|cross| viewport.to_surface(cross)) {
                self.ring(at, radius);
                self.hairs(at);
            } else if let Some(at) = self.cursor
                && self.gesture == Gesture::Idle
            {
                self.ring(at, radius);
            }
        }
    }

    /// The stroke in progress.
    fn trace(&self, stroke: &Stroke) {
        let context = &self.context;
        let operation = match stroke.mode {
            StrokeMode::Paint => "source-over",
            StrokeMode::Erase => "destination-out",
        };
        let _ = context.set_global_composite_operation(operation);
        context.set_stroke_style_str("#000");
        context.set_line_cap("round");
        context.set_line_join("round");
        context.set_line_width(f64::from(stroke.width) * self.viewport.scale);
        context.begin_path();
        for (at, point) in stroke.points.iter().enumerate() {
            let (x, y) = self.viewport.to_surface(*point);
            if at == 0 {
                context.move_to(x, y);
                // A line of no length is not drawn everywhere.
                context.line_to(x + 0.01, y);
            } else {
                context.line_to(x, y);
            }
        }
        context.stroke();
    }

    /// A dark ring inside a light one, a pixel each, seen over anything.
    fn ring(&self, (x, y): (f64, f64), radius: f64) {
        let context = &self.context;
        let line = self.ratio;
        context.set_line_width(line);
        for (colour, radius) in [("#fff", radius + line / 2.0), ("#000", radius - line / 2.0)] {
            context.begin_path();
            if context.arc(x, y, radius.max(line), 0.0, std::f64::consts::TAU).is_ok() {
                context.set_stroke_style_str(colour);
                context.stroke();
            }
        }
    }

    /// The cross-hair of the keyboard.
    fn hairs(&self, (x, y): (f64, f64)) {
        let context = &self.context;
        let (near, far) = (3.0 * self.ratio, 12.0 * self.ratio);
        for (colour, line) in [("#fff", 3.0), ("#000", 1.0)] {
            context.begin_path();
            for (dx, dy) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
                context.move_to(x + dx * near, y + dy * near);
                context.line_to(x + dx * far, y + dy * far);
            }
            context.set_line_width(line * self.ratio);
            context.set_stroke_style_str(colour);
            context.stroke();
        }
    }

    /// The hatch in the mask's colour, made anew when theme or size changed.
    fn hatch(&mut self) -> Option<web_sys::CanvasPattern> {
        // The canvas wears the token as its text colour: a computed colour is one that a canvas understands.
        let style = web_sys::window()?.get_computed_style(&self.canvas).ok()??;
        let colour = style.get_property_value("color").ok()?;
        if let Some((made_for, pattern)) = &self.hatch
            && *made_for == colour
        {
            return Some(pattern.clone());
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few device pixels"
        )]
        let side = (TILE * self.ratio).round() as u32;
        let tile = new_canvas(side, side)?;
        let context = context_of(&tile)?;
        let length = f64::from(side);
        context.set_fill_style_str(&colour);
        context.set_global_alpha(0.34);
        context.fill_rect(0.0, 0.0, length, length);
        context.set_global_alpha(0.8);
        context.set_stroke_style_str(&colour);
        context.set_line_width(1.5 * self.ratio);
        context.begin_path();
        // The corners' own lines, so that tiles meet without a gap.
        for shift in [-length, 0.0, length] {
            context.move_to(shift - 1.0, length + 1.0);
            context.line_to(shift + length + 1.0, -1.0);
        }
        context.stroke();
        let pattern = self
            .context
            .create_pattern_with_html_canvas_element(&tile, "repeat")
            .ok()??;
        self.hatch = Some((colour, pattern.clone()));
        Some(pattern)
    }
}

impl Editor {
    /// Has the surface drawn before the next frame, once however often it is asked.
    pub(super) fn request_frame(self) {
        let mut ask = false;
        let _ = self.surface.try_update_value(|surface| {
            if let Some(surface) = surface {
                ask = !surface.frame_is_coming;
                surface.frame_is_coming = true;
            }
        });
        if ask {
            next_frame(move || {
                let brush = self
                    .tool
                    .try_get_untracked()
                    .flatten()
                    .map(|_| self.width.get_untracked());
                let _ = self.surface.try_update_value(|surface| {
                    if let Some(surface) = surface {
                        surface.draw(brush);
                    }
                });
            });
        }
    }

    /// Takes in what happened on the surface.
    pub(super) fn take(self, happening: Happening) {
        let mut outcome = Outcome::Nothing;
        let _ = self.surface.try_update_value(|surface| {
            if let Some(surface) = surface {
                let gesture = std::mem::take(&mut surface.gesture);
                (surface.gesture, outcome) = step(gesture, happening);
            }
        });
        match outcome {
            Outcome::Nothing => {}
            Outcome::Redraw => self.request_frame(),
            Outcome::Commit(stroke) => {
                self.request_frame();
                self.apply(super::history::Deed::Draw(stroke));
            }
        }
    }

    /// Gives up a stroke in progress. `true` when there was one.
    pub(super) fn give_up(self) -> bool {
        let drawing = self
            .surface
            .with_value(|surface| surface.as_ref().is_some_and(|surface| surface.gesture != Gesture::Idle));
        self.take(Happening::GiveUp);
        drawing
    }
}

/// The mask as a PNG file.
pub async fn encode(mask: &Mask) -> Option<LocalFile> {
    let canvas = new_canvas(mask.width(), mask.height())?;
    let pixels = mask.to_rgba_alpha();
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), mask.width(), mask.height()).ok()?;
    drop(pixels);
    context_of(&canvas)?.put_image_data(&image, 0.0, 0.0).ok()?;
    let made = Rc::new(RefCell::new(None::<Blob>));
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        let made = Rc::clone(&made);
        let done = Closure::once_into_js(move |blob: Option<Blob>| {
            *made.borrow_mut() = blob;
            let _ = resolve.call0(&JsValue::UNDEFINED);
        });
        if canvas.to_blob(done.unchecked_ref()).is_err() {
            let _ = reject.call0(&JsValue::UNDEFINED);
        }
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.ok()?;
    let blob = made.borrow_mut().take()?;
    Some(LocalFile::from_blob(blob, "mask.png"))
}
