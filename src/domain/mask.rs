//! The stencil as pixels: which pixels of a source may change. The same code in browser and server, so that the area
//! shown is the area counted.

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
mod tests {
    use super::*;

    #[test]
    fn bounds_are_tight() {
        let mut mask = Mask::closed(10, 8);
        assert_eq!(mask.bounds(), None);
        mask.hole_mut()[2 * 10 + 3] = 255;
        mask.hole_mut()[5 * 10 + 7] = 255;
        let bounds = Rect {
            x: 3,
            y: 2,
            width: 5,
            height: 4,
        };
        assert_eq!(mask.bounds(), Some(bounds));
        assert_eq!(mask.hole_pixels(), 2);
        assert!(mask.is_hole(7, 5) && !mask.is_hole(7, 6) && !mask.is_hole(10, 0));
    }

    #[test]
    fn alpha_below_the_middle_may_change() {
        let mask = Mask::from_alpha(2, 2, [0, 127, 128, 255].into_iter()).expect("four values");
        assert_eq!(mask.hole(), [255, 255, 0, 0]);
        assert_eq!(Mask::from_alpha(2, 2, [0].into_iter()), Err(WrongLength));
    }
}
