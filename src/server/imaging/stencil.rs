//! Setting a provider's answer into the hole: aligned, matched in colour, and not one byte outside.
//!
//! The models repaint the whole picture, shift it by a few pixels and tint it. So the answer is brought to the source's
//! size (`patch`), laid where its surroundings of the hole fit the source's best (`align`), its colours are brought to
//! those of the surroundings (`tint`), and only pixels of the hole are taken from it. The feather lies inside the hole
//! (`fade`): the seam fades, yet what is protected stays as it was, byte for byte, alpha included. [`count_protected`]
//! counts that.
//!
//! After-care looks at a kept answer through another hole ([`Mask::after_care`]), another feather, or without a
//! correction: [`recompose`]. [`difference`] and [`cut_out`] are what a person may take along beside the picture.

mod align;
mod fade;
mod patch;
mod tint;
mod views;

pub use views::{cut_out, difference};

use super::{PictureError, Pixels, each_row_of_png};
use crate::domain::{
    mask::{Mask, OtherSize},
    source::Rect,
    spec::Size,
};
use align::{Placement, Ring};
use fade::{Fade, blend};
use patch::Patch;
use std::borrow::Cow;

/// How far a provider may have shifted its answer, in the answer's own pixels.
const REACH: f64 = 12.0;
/// How much larger or smaller it may have painted everything, which shifts what is far from the middle.
const REACH_BY_SCALE: f64 = 0.02;
/// How wide the compared surroundings are, in the answer's own pixels.
const RING: f64 = 24.0;
/// The two in pixels of the source, however much larger that is.
const MAX_REACH: u32 = 160;
const MAX_RING: u32 = 128;

/// How the answer meets the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many pixels inside the hole fade from the source to the answer. At most 253 take effect, and never more than
    /// half the depth of the part of the hole they lie in, so that narrow parts show the answer too.
    pub feather_px: u32,
}

/// Which corrections are made before the answer is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrections {
    /// Undo the provider's shift.
    pub align: bool,
    /// Undo the provider's tint.
    pub match_colours: bool,
}

impl Corrections {
    /// All of them.
    pub const ALL: Self = Self {
        align: true,
        match_colours: true,
    };
    /// None: the answer as it came.
    pub const NONE: Self = Self {
        align: false,
        match_colours: false,
    };
}

/// The source with the answer in its hole.
#[derive(Debug, Clone)]
pub struct Composed {
    /// The picture.
    pub pixels: Pixels,
    /// How far the answer had moved at the hole, in whole pixels of the source, right and down; that much was undone.
    pub shift: (i32, i32),
    /// How much larger than the source the answer was painted; that was undone, too. 1 when nothing was found.
    pub scale: f64,
    /// Both, for the tests.
    #[cfg(test)]
    placement: Placement,
}

/// Pictures that do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StencilError {
    /// Source, stored picture and mask must be of one size.
    #[error("the pictures and the mask are not of one size")]
    Size,
    /// The answer has to cover the hole.
    #[error("the hole reaches beyond the part of the source that was repainted")]
    OutsideFrame,
    /// What was written cannot be read.
    #[error("the stored picture cannot be read: {0}")]
    Unreadable(#[from] PictureError),
}

/// Sets an answer to the whole source into its hole.
pub fn compose(source: &Pixels, answer: &Pixels, mask: &Mask, options: &Options) -> Result<Composed, StencilError> {
    let Size { width, height } = source.size();
    let frame = Rect {
        x: 0,
        y: 0,
        width,
        height,
    };
    compose_in(source, frame, answer, mask, options, Corrections::ALL)
}

/// Sets an answer to one part of the source, the frame, into its hole.
pub fn compose_in(
    source: &Pixels,
    frame: Rect,
    answer: &Pixels,
    mask: &Mask,
    options: &Options,
    corrections: Corrections,
) -> Result<Composed, StencilError> {
    let holes = Holes {
        painted: mask,
        open: mask,
    };
    recompose(source, frame, answer, holes, options, corrections)
}

/// The hole the model painted into, and the one its answer is looked at through.
#[derive(Debug, Clone, Copy)]
pub struct Holes<'a> {
    /// What was sent: in there the answer may differ from the source, so nothing is compared.
    pub painted: &'a Mask,
    /// What may change in the picture: [`Mask::after_care`] makes it. Without a hole the source comes back.
    pub open: &'a Mask,
}

/// Sets a kept answer to one part of the source, the frame, into another hole than the model painted into.
///
/// # Errors
/// [`StencilError::OutsideFrame`] when one of the holes reaches beyond the frame.
pub fn recompose(
    source: &Pixels,
    frame: Rect,
    answer: &Pixels,
    holes: Holes<'_>,
    options: &Options,
    corrections: Corrections,
) -> Result<Composed, StencilError> {
    let size = source.size();
    let whole_source = Rect {
        x: 0,
        y: 0,
        width: size.width,
        height: size.height,
    };
    let mut either = Cow::Borrowed(holes.painted);
    if !std::ptr::eq(holes.painted, holes.open) {
        either
            .to_mut()
            .unite(holes.open)
            .map_err(|OtherSize| StencilError::Size)?;
    }
    if (either.width(), either.height()) != (size.width, size.height) {
        return Err(StencilError::Size);
    }
    let (Some(touched), Some(hole)) = (either.bounds(), holes.open.bounds()) else {
        return Ok(Composed {
            pixels: source.clone(),
            shift: (0, 0),
            scale: 1.0,
            #[cfg(test)]
            placement: Placement::still((0.0, 0.0)),
        });
    };
    if !contains(whole_source, frame) || !contains(frame, touched) {
        return Err(StencilError::OutsideFrame);
    }
    let magnified = (f64::from(frame.width) / f64::from(answer.size().width))
        .max(f64::from(frame.height) / f64::from(answer.size().height))
        .max(1.0);
    let reach = whole(REACH * magnified + REACH_BY_SCALE * from_middle(touched, frame)).min(MAX_REACH);
    let ring_px = whole(RING * magnified).min(MAX_RING);
    let region = around(touched, ring_px + reach, frame);
    let mut placement = Placement::still(middle(region));
    let mut patch = Patch::cut(answer, frame, region, &placement).ok_or(StencilError::OutsideFrame)?;
    let mut tables = None;
    if corrections != Corrections::NONE {
        let ring = Ring::new(source, &either, region, ring_px);
        if corrections.align {
            let found = align::find(source, &patch, &ring, reach, magnified);
            if found != placement {
                // Gone before the next one is made: each may be as large as the source.
                drop(patch);
                patch = match Patch::cut(answer, frame, region, &found) {
                    Some(moved) => {
                        placement = found;
                        moved
                    }
                    None => Patch::cut(answer, frame, region, &placement).ok_or(StencilError::OutsideFrame)?,
                };
            }
        }
        if corrections.match_colours {
            tables = tint::tables(&ring.pairs(source, &patch));
        }
    }
    let mut pixels = source.clone();
    let fade = Fade::new(holes.open, around(hole, 1, whole_source), *options);
    let width = size.width as usize;
    let (target, _) = pixels.rgba_mut().as_chunks_mut::<4>();
    for y in hole.y..hole.y + hole.height {
        let row = &mut target[y as usize * width + hole.x as usize..][..hole.width as usize];
        for (x, pixel) in (hole.x..).zip(row) {
            let weight = fade.weight(x, y);
            if weight == 0 {
                continue;
            }
            let mut painted = patch.pixel(x, y);
            if let Some(tables) = &tables {
                for (value, table) in painted.iter_mut().zip(tables) {
                    *value = table[usize::from(*value)];
                }
            }
            *pixel = blend(*pixel, painted, weight);
        }
    }
    let (x, y) = middle(hole);
    Ok(Composed {
        pixels,
        shift: (nearest(placement.x(x) - x), nearest(placement.y(y) - y)),
        scale: placement.scale,
        #[cfg(test)]
        placement,
    })
}

/// How many pixels were protected, and how many of them changed nevertheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protected {
    /// Pixels outside the hole.
    pub pixels: u64,
    /// Those of them with any other byte than in the source.
    pub changed: u64,
}

impl Protected {
    fn of(mask: &Mask) -> Self {
        Self {
            pixels: mask.protected_pixels(),
            changed: 0,
        }
    }

    /// Compares some pixels outside the hole.
    fn compare(&mut self, one: &[[u8; 4]], other: &[[u8; 4]], hole: &[u8]) {
        // In short stretches with a small counter, which lets the compiler compare many pixels at once.
        let stretches = one.chunks(STRETCH).zip(other.chunks(STRETCH)).zip(hole.chunks(STRETCH));
        for ((one, other), hole) in stretches {
            let changed = one
                .iter()
                .zip(other)
                .zip(hole)
                .fold(0_u32, |changed, ((one, other), &hole)| {
                    let differs = u32::from_ne_bytes(*one) != u32::from_ne_bytes(*other);
                    changed + u32::from(differs) * u32::from(hole == 0)
                });
            self.changed += u64::from(changed);
        }
    }
}

/// Pixels compared in one go.
const STRETCH: usize = 4096;

/// Compares what is stored with the source, outside the hole.
pub fn count_protected(source: &Pixels, stored: &Pixels, mask: &Mask) -> Result<Protected, StencilError> {
    let size = source.size();
    if stored.size() != size || (mask.width(), mask.height()) != (size.width, size.height) {
        return Err(StencilError::Size);
    }
    let mut counted = Protected::of(mask);
    let (one, other) = (source.rgba().as_chunks::<4>().0, stored.rgba().as_chunks::<4>().0);
    counted.compare(one, other, mask.hole());
    Ok(counted)
}

/// The same for a PNG of ours: it is decoded and compared row by row, so that no second picture is in memory.
///
/// # Errors
/// [`StencilError::Unreadable`] when the file is no PNG of this size that can be read to its end.
pub fn count_in_png(source: &Pixels, file: &[u8], mask: &Mask) -> Result<Protected, StencilError> {
    let size = source.size();
    if (mask.width(), mask.height()) != (size.width, size.height) {
        return Err(StencilError::Size);
    }
    let mut counted = Protected::of(mask);
    let width = size.width as usize;
    let mut rows = source
        .rgba()
        .as_chunks::<4>()
        .0
        .chunks(width)
        .zip(mask.hole().chunks(width));
    each_row_of_png(file, size, |stored| {
        if let Some((row, hole)) = rows.next() {
            counted.compare(row, stored, hole);
        }
    })?;
    Ok(counted)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and is positive"
)]
fn whole(value: f64) -> u32 {
    value.ceil() as u32
}

#[expect(clippy::cast_possible_truncation, reason = "a shift is at most a few hundred pixels")]
fn nearest(value: f64) -> i32 {
    value.round() as i32
}

/// The middle of a rectangle, as a place.
fn middle(rect: Rect) -> (f64, f64) {
    (
        f64::from(rect.x) + f64::from(rect.width) / 2.0,
        f64::from(rect.y) + f64::from(rect.height) / 2.0,
    )
}

/// How far the middle of the one rectangle is from that of the other, across or down.
fn from_middle(rect: Rect, of: Rect) -> f64 {
    let (one, other) = (middle(rect), middle(of));
    (one.0 - other.0).abs().max((one.1 - other.1).abs())
}

const fn contains(outer: Rect, inner: Rect) -> bool {
    inner.width > 0
        && inner.height > 0
        && inner.x >= outer.x
        && inner.y >= outer.y
        && inner.x as u64 + inner.width as u64 <= outer.x as u64 + outer.width as u64
        && inner.y as u64 + inner.height as u64 <= outer.y as u64 + outer.height as u64
}

/// The rectangle with a margin, as far as it lies within the limit.
fn around(rect: Rect, margin: u32, limit: Rect) -> Rect {
    let x = rect.x.saturating_sub(margin).max(limit.x);
    let y = rect.y.saturating_sub(margin).max(limit.y);
    let right = (rect.x + rect.width).saturating_add(margin).min(limit.x + limit.width);
    let bottom = (rect.y + rect.height)
        .saturating_add(margin)
        .min(limit.y + limit.height);
    Rect {
        x,
        y,
        width: right - x,
        height: bottom - y,
    }
}

#[cfg(test)]
mod photographs;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod tests;
