//! The editor as the rest of the page holds it.

use super::{
    draft,
    history::{Deed, History},
    sheet::{Rows, Sheet},
    tool::{self, Tool},
};
use crate::{
    domain::{id::MaskId, source::Rect},
    web::platform::{keyboard::KeyPress, local_file::LocalFile, storage, timer::sleep_ms},
};
use leptos::{prelude::*, task::spawn_local};

/// How long drawing may pause before the strokes are kept.
const KEEP_PAUSE_MS: i32 = 500;

/// What the rest of the page knows of the stencil.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stencil {
    /// How much of the picture may change, from 0 to 1.
    pub share: f64,
    /// The smallest rectangle around the hole; nothing without a hole.
    pub bounds: Option<Rect>,
    /// Counts changes, so that an uploaded mask is known to be this one or an older one.
    pub revision: u64,
}

/// The editor: few signals for what the page shows, everything else beside the reactive graph.
#[derive(Debug, Clone, Copy)]
pub struct Editor {
    /// The picture's sides.
    pub picture: (u32, u32),
    /// The tool in hand; nothing while the picture is only looked at.
    pub tool: RwSignal<Option<Tool>>,
    /// The brush's diameter in pixels of the picture.
    pub width: RwSignal<f32>,
    /// What is cut.
    pub stencil: RwSignal<Stencil>,
    /// The mask the server has, with the revision it was made from.
    pub uploaded: RwSignal<Option<(u64, MaskId)>>,
    /// Whether there is something to take back.
    pub can_undo: RwSignal<bool>,
    /// Whether there is something to do again.
    pub can_redo: RwSignal<bool>,
    sheet: StoredValue<Sheet>,
    key: StoredValue<String>,
    #[cfg(feature = "hydrate")]
    pub(super) surface: StoredValue<Option<super::surface::Surface>, LocalStorage>,
}

impl Editor {
    /// An editor for a picture of this size; its strokes are kept under this name.
    #[must_use]
    pub fn open(name: &str, width: u32, height: u32) -> Self {
        Self {
            picture: (width, height),
            tool: RwSignal::new(None),
            width: RwSignal::new(tool::first_width(width, height)),
            stencil: RwSignal::new(Stencil::default()),
            uploaded: RwSignal::new(None),
            can_undo: RwSignal::new(false),
            can_redo: RwSignal::new(false),
            sheet: StoredValue::new(Sheet::new(width, height)),
            key: StoredValue::new(format!("pochoir.stencil.{name}")),
            #[cfg(feature = "hydrate")]
            surface: StoredValue::new_local(None),
        }
    }

    /// The largest brush for this picture.
    #[must_use]
    pub fn max_width(&self) -> f32 {
        tool::max_width(self.picture.0, self.picture.1)
    }

    /// Takes a tool up, or puts it down when it is in hand already.
    pub fn toggle(&self, tool: Tool) {
        self.tool
            .update(|hand| *hand = if *hand == Some(tool) { None } else { Some(tool) });
    }

    /// Does something to the mask.
    pub fn apply(&self, deed: Deed) {
        self.change(|sheet| sheet.apply(deed));
    }

    /// Takes the last deed back.
    pub fn undo(&self) {
        self.change(Sheet::undo);
    }

    /// Does again what was taken back.
    pub fn redo(&self) {
        self.change(Sheet::redo);
    }

    /// What a key does. `true` when it did something.
    pub fn press_key(&self, press: &KeyPress) -> bool {
        if press.typing || press.alt {
            return false;
        }
        let key = press.key.to_lowercase();
        match (press.command, press.shift, key.as_str()) {
            (true, false, "z") => self.undo(),
            (true, true, "z") | (true, false, "y") => self.redo(),
            (false, false, "b") => self.toggle(Tool::Brush),
            (false, false, "e") => self.toggle(Tool::Eraser),
            (false, true, "i") => self.apply(Deed::Invert),
            (false, true, "c") => self.apply(Deed::Clear),
            (false, _, "[" | "-") if self.tool.get_untracked().is_some() => self.resize(false),
            (false, _, "]" | "+") if self.tool.get_untracked().is_some() => self.resize(true),
            (false, false, "escape") if self.tool.get_untracked().is_some() => self.put_down(),
            _ => return false,
        }
        true
    }

    /// Makes the brush larger or smaller.
    pub fn resize(&self, larger: bool) {
        let max = self.max_width();
        self.width.update(|width| *width = tool::resized(*width, larger, max));
        self.redraw();
    }

    /// Gives up a stroke in progress, else puts the tool down.
    fn put_down(&self) {
        #[cfg(feature = "hydrate")]
        if self.give_up() {
            return;
        }
        self.tool.set(None);
    }

    /// Restores the strokes kept for this picture. Runs in the browser only.
    pub fn restore(&self) {
        let kept = self.key.with_value(|key| storage::read(key));
        let Some(deeds) = kept.as_deref().and_then(draft::read) else {
            return;
        };
        self.change(|sheet| {
            let rows: Vec<Rows> = deeds.into_iter().filter_map(|deed| sheet.apply(deed)).collect();
            let from = rows.iter().map(|rows| rows.from).min()?;
            let to = rows.iter().map(|rows| rows.to).max()?;
            Some(Rows { from, to })
        });
    }

    /// The mask as a PNG: alpha 0 where the picture may change, 255 elsewhere. Nothing without a hole.
    pub async fn export(&self) -> Option<LocalFile> {
        #[cfg(feature = "hydrate")]
        {
            let mask = self.sheet.with_value(|sheet| sheet.mask().cloned())?;
            mask.bounds()?;
            super::surface::encode(&mask).await
        }
        #[cfg(not(feature = "hydrate"))]
        {
            std::future::ready(None).await
        }
    }

    /// Shows the surface anew before the next frame.
    pub fn redraw(&self) {
        #[cfg(feature = "hydrate")]
        self.request_frame();
    }

    fn change(&self, act: impl FnOnce(&mut Sheet) -> Option<Rows>) {
        let mut rows = None;
        self.sheet.update_value(|sheet| rows = act(sheet));
        let Some(rows) = rows else { return };
        #[cfg(feature = "hydrate")]
        self.sheet.with_value(|sheet| {
            if let Some(mask) = sheet.mask() {
                self.surface.update_value(|surface| {
                    if let Some(surface) = surface {
                        surface.bake(mask, rows);
                    }
                });
            }
        });
        #[cfg(not(feature = "hydrate"))]
        let _ = rows;
        self.sheet.with_value(|sheet| {
            let (share, bounds) = (sheet.share(), sheet.bounds());
            self.stencil.update(|stencil| {
                *stencil = Stencil {
                    share,
                    bounds,
                    revision: stencil.revision + 1,
                };
            });
            self.can_undo.set(sheet.history().can_undo());
            self.can_redo.set(sheet.history().can_redo());
        });
        self.redraw();
        self.keep();
    }

    /// Keeps the strokes once drawing pauses.
    fn keep(&self) {
        let (sheet, key, stencil) = (self.sheet, self.key, self.stencil);
        let revision = stencil.get_untracked().revision;
        spawn_local(async move {
            sleep_ms(KEEP_PAUSE_MS).await;
            if stencil.try_get_untracked().is_none_or(|now| now.revision != revision) {
                return;
            }
            let text = sheet.with_value(|sheet| draft::write(&History::deeds(sheet.history())));
            key.with_value(|key| {
                if text.is_empty() {
                    storage::remove(key);
                } else {
                    storage::write(key, &text);
                }
            });
        });
    }

    /// Calls `act` with the sheet's mask, if there is one.
    #[cfg(feature = "hydrate")]
    pub(super) fn with_mask(&self, act: impl FnOnce(&crate::domain::mask::Mask)) {
        self.sheet.with_value(|sheet| {
            if let Some(mask) = sheet.mask() {
                act(mask);
            }
        });
    }
}
