//! Pixels: those handed out, and those still on their way from a decoder.

use crate::domain::{source::Rect, spec::Size};

/// A picture in memory: upright, sRGB, eight bits a channel, red, green, blue and straight alpha.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels {
    size: Size,
    rgba: Vec<u8>,
}

/// The bytes do not fit the size, or there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a picture has four bytes for each of its pixels, and at least one pixel")]
pub struct WrongLength;

impl Pixels {
    /// A picture of these bytes, row by row.
    pub fn new(size: Size, rgba: Vec<u8>) -> Result<Self, WrongLength> {
        if size.pixels() == 0 || rgba.len() as u64 != size.pixels() * 4 {
            return Err(WrongLength);
        }
        Ok(Self { size, rgba })
    }

    /// Width and height.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Four bytes a pixel, row by row.
    #[must_use]
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// The same, to write on.
    pub fn rgba_mut(&mut self) -> &mut [u8] {
        &mut self.rgba
    }

    /// The bytes alone.
    #[must_use]
    pub fn into_rgba(self) -> Vec<u8> {
        self.rgba
    }

    /// Whether every pixel's alpha is 255.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        let (pixels, _) = self.rgba.as_chunks::<4>();
        pixels
            .chunks(4096)
            .all(|some| some.iter().fold(255, |all, pixel| all & pixel[3]) == 255)
    }

    /// The part inside this rectangle; nothing when the two do not meet.
    #[must_use]
    pub fn crop(&self, rect: Rect) -> Option<Self> {
        let width = rect.width.min(self.size.width.saturating_sub(rect.x));
        let height = rect.height.min(self.size.height.saturating_sub(rect.y));
        let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
        for y in (rect.y..).take(height as usize) {
            let start = (y as usize * self.size.width as usize + rect.x as usize) * 4;
            rgba.extend_from_slice(&self.rgba[start..][..width as usize * 4]);
        }
        Self::new(Size::new(width, height), rgba).ok()
    }
}

impl std::fmt::Debug for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pixels")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// How a decoder left its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Rgb,
    Rgba,
}

impl Layout {
    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// Decoded pixels before they are upright.
///
/// The buffer always has room for four bytes a pixel; with [`Layout::Rgb`] only the first three quarters are in use. It
/// comes zeroed from the system, so the rest costs no memory until [`Raster::into_rgba`] spreads the pixels in place.
#[derive(Clone)]
pub(super) struct Raster {
    pub(super) size: Size,
    pub(super) layout: Layout,
    pub(super) data: Vec<u8>,
}

impl Raster {
    /// A transparent picture. Its size has been checked against the limits before.
    pub(super) fn new(size: Size, layout: Layout) -> Self {
        let length = usize::try_from(size.pixels() * 4).unwrap_or(usize::MAX);
        Self {
            size,
            layout,
            data: vec![0; length],
        }
    }

    /// The bytes in use.
    pub(super) fn used(&mut self) -> &mut [u8] {
        let length = self.size.width as usize * self.size.height as usize * self.layout.bytes();
        &mut self.data[..length]
    }

    /// The same picture with four bytes a pixel.
    pub(super) fn into_rgba(mut self) -> Self {
        if self.layout == Layout::Rgb {
            let pixels = self.size.width as usize * self.size.height as usize;
            self.data.resize(pixels * 4, 0);
            // From the end, so that nothing is overwritten before it was moved.
            for index in (0..pixels).rev() {
                let (from, to) = (index * 3, index * 4);
                let [r, g, b] = [self.data[from], self.data[from + 1], self.data[from + 2]];
                self.data[to..to + 4].copy_from_slice(&[r, g, b, 255]);
            }
            self.layout = Layout::Rgba;
        }
        self
    }

    /// As a picture that is handed out.
    pub(super) fn into_pixels(self) -> Result<Pixels, WrongLength> {
        let raster = self.into_rgba();
        Pixels::new(raster.size, raster.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_bytes_become_four_in_place() {
        let mut raster = Raster::new(Size::new(3, 2), Layout::Rgb);
        for (index, byte) in (0_u8..).zip(raster.used()) {
            *byte = index;
        }
        let pixels = raster.into_pixels().expect("six pixels");
        let (pixels, _) = pixels.rgba().as_chunks::<4>();
        assert_eq!(pixels[0], [0, 1, 2, 255]);
        assert_eq!(pixels[5], [15, 16, 17, 255]);
    }

    #[test]
    fn a_picture_has_four_bytes_a_pixel() {
        assert_eq!(Pixels::new(Size::new(2, 2), vec![0; 15]), Err(WrongLength));
        assert_eq!(Pixels::new(Size::new(0, 2), Vec::new()), Err(WrongLength));
        let mut pixels = Pixels::new(Size::new(2, 2), vec![255; 16]).expect("four pixels");
        assert!(pixels.is_opaque());
        pixels.rgba_mut()[11] = 254;
        assert!(!pixels.is_opaque());
    }

    #[test]
    fn a_crop_takes_the_pixels_of_its_rectangle() {
        let pixels = Pixels::new(Size::new(4, 3), (0..48).collect()).expect("twelve pixels");
        let rect = |x, y, width, height| Rect { x, y, width, height };
        let part = pixels.crop(rect(1, 1, 2, 9)).expect("inside");
        assert_eq!(
            (part.size(), part.rgba()[0], part.rgba()[15]),
            (Size::new(2, 2), 20, 43)
        );
        assert_eq!(pixels.crop(rect(4, 0, 2, 2)), None);
    }
}
