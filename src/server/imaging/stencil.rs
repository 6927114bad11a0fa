//! Setting a provider's answer into the hole: aligned, matched in colour, and not one byte outside.
//!
//! The models repaint the whole picture, shift it by a few pixels and tint it. So the answer is brought to the source's
//! size, laid where its surroundings of the hole fit the source's best (`align`), its colours are brought to those of
//! the surroundings (`tint`), and only pixels of the hole are taken from it. The feather lies inside the hole: the seam
//! fades, yet what is protected stays as it was, byte for byte, alpha included. [`count_protected`] counts that.
//!
//! After-care looks at a kept answer through another hole ([`Mask::after_care`]), another feather, or without a
//! correction: [`recompose`]. [`difference`] and [`cut_out`] are what a person may take along beside the picture.

mod align;
mod tint;
mod views;

pub use views::{cut_out, difference};

use super::{
    Pixels,
    resize::{Part, resample},
};
use crate::domain::{
    mask::{Mask, OtherSize},
    source::Rect,
    spec::Size,
};
use align::Samples;
use std::borrow::Cow;

/// How far a provider may have shifted its answer, in the answer's own pixels.
const REACH: f64 = 12.0;
/// How wide the compared surroundings are, in the answer's own pixels.
const RING: f64 = 24.0;
/// The two in pixels of the source, however much larger that is.
const MAX_REACH: u32 = 96;
const MAX_RING: u32 = 128;

/// How the answer meets the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many pixels inside the hole fade from the source to the answer. At most 253 take effect.
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
    /// How far the answer had moved, in pixels of the source, right and down; that much was undone.
    pub shift: (i32, i32),
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
    let mut pixels = source.clone();
    let (Some(touched), Some(hole)) = (either.bounds(), holes.open.bounds()) else {
        return Ok(Composed { pixels, shift: (0, 0) });
    };
    if !contains(whole_source, frame) || !contains(frame, touched) {
        return Err(StencilError::OutsideFrame);
    }
    let scale = (f64::from(frame.width) / f64::from(answer.size().width))
        .max(f64::from(frame.height) / f64::from(answer.size().height))
        .max(1.0);
    let reach = whole(REACH * scale).min(MAX_REACH);
    let ring = whole(RING * scale).min(MAX_RING);
    let region = around(touched, ring + reach, frame);
    let patch = Patch::cut(answer, frame, region);

    let (shift, tables) = if corrections == Corrections::NONE {
        ((0, 0), None)
    } else {
        let samples = Samples::take(source, &patch, &either, ring);
        let shift = if corrections.align {
            align::find_shift(&samples, reach)
        } else {
            (0, 0)
        };
        let tables = if corrections.match_colours {
            tint::tables(&samples, shift)
        } else {
            None
        };
        (shift, tables)
    };
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
            let mut painted = patch.pixel(i64::from(x) + i64::from(shift.0), i64::from(y) + i64::from(shift.1));
            if let Some(tables) = &tables {
                for (value, table) in painted.iter_mut().zip(tables) {
                    *value = table[usize::from(*value)];
                }
            }
            *pixel = blend(*pixel, painted, weight);
        }
    }
    Ok(Composed { pixels, shift })
}

/// How many pixels were protected, and how many of them changed nevertheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protected {
    /// Pixels outside the hole.
    pub pixels: u64,
    /// Those of them with any other byte than in the source.
    pub changed: u64,
}

/// Compares what is stored with the source, outside the hole.
pub fn count_protected(source: &Pixels, stored: &Pixels, mask: &Mask) -> Result<Protected, StencilError> {
    let size = source.size();
    if stored.size() != size || (mask.width(), mask.height()) != (size.width, size.height) {
        return Err(StencilError::Size);
    }
    let mut counted = Protected { pixels: 0, changed: 0 };
    let (one, other) = (source.rgba().as_chunks::<4>().0, stored.rgba().as_chunks::<4>().0);
    for ((one, other), &hole) in one.iter().zip(other).zip(mask.hole()) {
        counted.pixels += u64::from(hole == 0);
        counted.changed += u64::from(hole == 0 && one != other);
    }
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

/// The part of the answer around the hole, in pixels of the source.
struct Patch<'a> {
    /// Where it lies in the source.
    region: Rect,
    pixels: Cow<'a, Pixels>,
    /// Where the region starts in `pixels`.
    offset: (usize, usize),
}

impl<'a> Patch<'a> {
    fn cut(answer: &'a Pixels, frame: Rect, region: Rect) -> Self {
        let (left, top) = (region.x - frame.x, region.y - frame.y);
        let size = answer.size();
        if size == Size::new(frame.width, frame.height) {
            return Self {
                region,
                pixels: Cow::Borrowed(answer),
                offset: (left as usize, top as usize),
            };
        }
        let across = f64::from(size.width) / f64::from(frame.width);
        let down = f64::from(size.height) / f64::from(frame.height);
        let (left, top) = (f64::from(left) * across, f64::from(top) * down);
        let part = Part {
            left,
            top,
            // Rounding must not carry the far edge beyond the picture.
            width: (f64::from(region.width) * across).min(f64::from(size.width) - left),
            height: (f64::from(region.height) * down).min(f64::from(size.height) - top),
        };
        let pixels = resample(
            answer,
            part,
            Size::new(region.width, region.height),
            !answer.is_opaque(),
        );
        Self {
            region,
            pixels: Cow::Owned(pixels),
            offset: (0, 0),
        }
    }

    /// A row of the region.
    fn row(&self, y: usize) -> &[[u8; 4]] {
        let start = (y + self.offset.1) * self.pixels.size().width as usize + self.offset.0;
        &self.pixels.rgba().as_chunks::<4>().0[start..][..self.region.width as usize]
    }

    /// Whether there is a pixel over this place of the source.
    fn covers(&self, x: i64, y: i64) -> bool {
        let within = |value: i64, start: u32, length: u32| (0..i64::from(length)).contains(&(value - i64::from(start)));
        within(x, self.region.x, self.region.width) && within(y, self.region.y, self.region.height)
    }

    /// The pixel over this place of the source; beyond the edge that of the edge.
    fn pixel(&self, x: i64, y: i64) -> [u8; 4] {
        let within = |value: i64, start: u32, length: u32| {
            usize::try_from((value - i64::from(start)).clamp(0, i64::from(length) - 1)).unwrap_or(0)
        };
        let x = within(x, self.region.x, self.region.width) + self.offset.0;
        let y = within(y, self.region.y, self.region.height) + self.offset.1;
        self.pixels.rgba().as_chunks::<4>().0[y * self.pixels.size().width as usize + x]
    }
}

/// How much of the answer every pixel of the hole takes, from 0 to 256.
struct Fade {
    area: Rect,
    distances: Vec<u8>,
    weights: [u32; 256],
}

impl Fade {
    fn new(mask: &Mask, area: Rect, options: Options) -> Self {
        let feather = u8::try_from(options.feather_px).unwrap_or(u8::MAX).min(253);
        let mut weights = [256; 256];
        weights[0] = 0;
        for (distance, weight) in weights.iter_mut().enumerate().take(usize::from(feather) + 1).skip(1) {
            // 3t² - 2t³ in whole numbers, rounded.
            let (step, steps) = (distance as u64, u64::from(feather) + 1);
            let rise = 256 * step * step * (3 * steps - 2 * step);
            *weight = u32::try_from((rise + steps.pow(3) / 2) / steps.pow(3)).unwrap_or(256);
        }
        Self {
            area,
            distances: mask.crop(area).distance_inside(feather + 1),
            weights,
        }
    }

    fn weight(&self, x: u32, y: u32) -> u32 {
        let place = (y - self.area.y) as usize * self.area.width as usize + (x - self.area.x) as usize;
        self.weights[usize::from(self.distances[place])]
    }
}

/// `weight` of 256 parts of the answer over the source, weighed by alpha.
fn blend(source: [u8; 4], answer: [u8; 4], weight: u32) -> [u8; 4] {
    if weight >= 256 {
        return answer;
    }
    let (kept, taken) = ((256 - weight) * u32::from(source[3]), weight * u32::from(answer[3]));
    let alpha = kept + taken;
    if alpha == 0 {
        return if weight < 128 { source } else { answer };
    }
    let mix = |index: usize| {
        let sum = u32::from(source[index]) * kept + u32::from(answer[index]) * taken;
        u8::try_from((sum + alpha / 2) / alpha).unwrap_or(u8::MAX)
    };
    [
        mix(0),
        mix(1),
        mix(2),
        u8::try_from((alpha + 128) / 256).unwrap_or(u8::MAX),
    ]
}

#[cfg(test)]
mod tests;
