//! The stencil as pixels: which pixels of a source may change. The same code in browser and server, so that the area
//! shown is the area counted.
//!
//! `stroke` draws what a person paints, `distance` grows, shrinks and measures, `region` fills and combines. A new
//! operation is a method on [`Mask`] in the file of its subject; it leaves every byte of the hole at 0 or 255.

mod distance;
mod region;
mod stroke;

pub use region::OtherSize;
pub use stroke::{Point, Stroke, StrokeMode};

use super::source::Rect;

/// A mask of the source's size. The *hole* is what may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    width: u32,
    height: u32,
    /// One byte a pixel, row by row: 255 in the hole, 0 where the picture is protected.
    hole: Vec<u8>,
}

/// The bytes do not fit the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a mask has one value for each pixel")]
pub struct WrongLength;

impl Mask {
    /// A mask without a hole.
    #[must_use]
    pub fn closed(width: u32, height: u32) -> Self {
        let length = usize::try_from(u64::from(width) * u64::from(height)).unwrap_or(0);
        Self {
            width,
            height,
            hole: vec![0; length],
        }
    }

    /// Reads the alpha channel as the providers define it: below 128 may change.
    ///
    /// # Errors
    /// [`WrongLength`] when there is not one value for each pixel.
    pub fn from_alpha(width: u32, height: u32, alpha: impl ExactSizeIterator<Item = u8>) -> Result<Self, WrongLength> {
        if alpha.len() as u64 != u64::from(width) * u64::from(height) {
            return Err(WrongLength);
        }
        Ok(Self {
            width,
            height,
            hole: alpha.map(|value| if value < 128 { 255 } else { 0 }).collect(),
        })
    }

    /// Pixels across.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// One byte a pixel, row by row: 255 in the hole, 0 where the picture is protected.
    #[must_use]
    pub fn hole(&self) -> &[u8] {
        &self.hole
    }

    /// The same, to draw on.
    pub fn hole_mut(&mut self) -> &mut [u8] {
        &mut self.hole
    }

    /// Whether this pixel may change. Outside the picture nothing may.
    #[must_use]
    pub fn is_hole(&self, x: u32, y: u32) -> bool {
        x < self.width && y < self.height && self.hole[y as usize * self.width as usize + x as usize] != 0
    }

    /// Pixels in the hole.
    #[must_use]
    pub fn hole_pixels(&self) -> u64 {
        self.hole.iter().filter(|&&value| value != 0).count() as u64
    }

    /// Pixels that may not change.
    #[must_use]
    pub fn protected_pixels(&self) -> u64 {
        self.hole.len() as u64 - self.hole_pixels()
    }

    /// Which part of the picture is hole, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 pixels")]
    pub fn area_share(&self) -> f64 {
        self.hole_pixels() as f64 / self.hole.len().max(1) as f64
    }

    /// Makes a hole of what was protected, and the other way round.
    pub fn invert(&mut self) {
        for value in &mut self.hole {
            *value = if *value == 0 { 255 } else { 0 };
        }
    }

    /// Protects everything.
    pub fn clear(&mut self) {
        self.hole.fill(0);
    }

    /// The part inside this rectangle; what lies beyond the mask is left out.
    #[must_use]
    pub fn crop(&self, rect: Rect) -> Self {
        let left = rect.x.min(self.width);
        let top = rect.y.min(self.height);
        let width = rect.width.min(self.width - left);
        let height = rect.height.min(self.height - top);
        let mut hole = Vec::with_capacity(width as usize * height as usize);
        if width > 0 {
            for row in self
                .hole
                .chunks_exact(self.width as usize)
                .skip(top as usize)
                .take(height as usize)
            {
                hole.extend_from_slice(&row[left as usize..][..width as usize]);
            }
        }
        Self { width, height, hole }
    }

    /// The same hole at another size, by nearest pixel: nothing is ever half open.
    #[must_use]
    pub fn scaled(&self, width: u32, height: u32) -> Self {
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let mut scaled = Self::closed(width, height);
        if self.hole.is_empty() || scaled.hole.is_empty() {
            return scaled;
        }
        // The pixel under the centre: (2i + 1) · from / (2 · to), in whole numbers so that both targets agree.
        let nearest = |index: usize, from: u32, to: u32| {
            usize::try_from((2 * index as u64 + 1) * u64::from(from) / (2 * u64::from(to))).unwrap_or(0)
        };
        let columns: Vec<usize> = (0..width as usize).map(|x| nearest(x, self.width, width)).collect();
        for (y, row) in scaled.hole.chunks_exact_mut(width as usize).enumerate() {
            let from = &self.hole[nearest(y, self.height, height) * self.width as usize..][..self.width as usize];
            for (value, &column) in row.iter_mut().zip(&columns) {
                *value = from[column];
            }
        }
        scaled
    }

    /// The mask as a picture: black, alpha 0 in the hole and 255 elsewhere, as the providers define it.
    #[must_use]
    pub fn to_rgba_alpha(&self) -> Vec<u8> {
        self.hole
            .iter()
            .flat_map(|&value| [0, 0, 0, if value == 0 { 255 } else { 0 }])
            .collect()
    }

    /// The smallest rectangle around the hole; nothing when there is none.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        let width = self.width as usize;
        let rows = || self.hole.chunks_exact(width.max(1)).enumerate();
        let top = rows().find(|(_, row)| row.iter().any(|&value| value != 0))?.0;
        let bottom = rows().rfind(|(_, row)| row.iter().any(|&value| value != 0))?.0;
        let (mut left, mut right) = (width, 0);
        for (_, row) in rows().skip(top).take(bottom + 1 - top) {
            if let Some(first) = row.iter().position(|&value| value != 0) {
                left = left.min(first);
            }
            if let Some(last) = row.iter().rposition(|&value| value != 0) {
                right = right.max(last);
            }
        }
        let small = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Some(Rect {
            x: small(left),
            y: small(top),
            width: small(right + 1 - left),
            height: small(bottom + 1 - top),
        })
    }
}

#[cfg(test)]
mod tests;
