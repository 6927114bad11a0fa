//! Turning pictures upright.

use super::raster::{Layout, Raster};
use crate::domain::spec::Size;

/// How stored rows and columns relate to the upright picture: the values 1 to 8 of Exif.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Orientation {
    #[default]
    Upright,
    FlippedAcross,
    HalfTurn,
    FlippedDown,
    Transposed,
    QuarterRight,
    Transversed,
    QuarterLeft,
}

impl Orientation {
    pub(super) const fn from_exif(value: u32) -> Option<Self> {
        Some(match value {
            1 => Self::Upright,
            2 => Self::FlippedAcross,
            3 => Self::HalfTurn,
            4 => Self::FlippedDown,
            5 => Self::Transposed,
            6 => Self::QuarterRight,
            7 => Self::Transversed,
            8 => Self::QuarterLeft,
            _ => return None,
        })
    }

    /// Whether width and height change places.
    pub(super) const fn turns(self) -> bool {
        matches!(
            self,
            Self::Transposed | Self::QuarterRight | Self::Transversed | Self::QuarterLeft
        )
    }

    /// The size once upright.
    pub(super) const fn upright(self, stored: Size) -> Size {
        if self.turns() {
            Size::new(stored.height, stored.width)
        } else {
            stored
        }
    }
}

/// Side of the squares that are turned one at a time, so that both sides stay in the cache.
const TILE: usize = 32;
/// Above this many bytes of both pictures together a quarter turn is made in place: slower, but without a second picture.
const MAX_TWO_PICTURES: u64 = 170_000_000;

/// Bytes a quarter turn holds at its worst moment, for this many pixels.
pub(super) const fn turning_bytes(pixels: u64) -> u64 {
    if pixels * 8 > MAX_TWO_PICTURES {
        pixels * 4 + pixels / 8
    } else {
        pixels * 8
    }
}

/// The picture upright, four bytes a pixel.
pub(super) fn upright(raster: Raster, orientation: Orientation) -> Raster {
    if !orientation.turns() {
        let mut raster = raster.into_rgba();
        flip(&mut raster, orientation);
        return raster;
    }
    if raster.size.pixels() * 8 > MAX_TWO_PICTURES {
        let mut raster = raster.into_rgba();
        transpose_in_place(&mut raster);
        flip(&mut raster, after_transposing(orientation));
        return raster;
    }
    match raster.layout {
        Layout::Rgb => turn(&raster, orientation, |&[r, g, b]: &[u8; 3]| [r, g, b, 255]),
        Layout::Rgba => turn(&raster, orientation, |&pixel: &[u8; 4]| pixel),
    }
}

/// What is left to do once rows and columns have changed places.
const fn after_transposing(orientation: Orientation) -> Orientation {
    match orientation {
        Orientation::QuarterRight => Orientation::FlippedAcross,
        Orientation::QuarterLeft => Orientation::FlippedDown,
        Orientation::Transversed => Orientation::HalfTurn,
        _ => Orientation::Upright,
    }
}

fn flip(raster: &mut Raster, orientation: Orientation) {
    let width = raster.size.width as usize;
    let (pixels, _) = raster.data.as_chunks_mut::<4>();
    match orientation {
        Orientation::FlippedAcross => pixels.chunks_exact_mut(width).for_each(<[_]>::reverse),
        Orientation::HalfTurn => pixels.reverse(),
        Orientation::FlippedDown => {
            let mut rows = pixels.chunks_exact_mut(width);
            while let (Some(upper), Some(lower)) = (rows.next(), rows.next_back()) {
                upper.swap_with_slice(lower);
            }
        }
        _ => {}
    }
}

fn turn<const N: usize>(raster: &Raster, orientation: Orientation, convert: impl Fn(&[u8; N]) -> [u8; 4]) -> Raster {
    let (width, height) = (raster.size.width as usize, raster.size.height as usize);
    let (source, _) = raster.data.as_chunks::<N>();
    let mut data = vec![0; width * height * 4];
    let (target, _) = data.as_chunks_mut::<4>();
    let mirror_x = matches!(orientation, Orientation::Transversed | Orientation::QuarterLeft);
    let mirror_y = matches!(orientation, Orientation::Transversed | Orientation::QuarterRight);
    // Row `y` of the upright picture is column `y` of the stored one.
    for (band, rows) in target.chunks_mut(TILE * height).enumerate() {
        for left in (0..height).step_by(TILE) {
            for (index, row) in rows.chunks_exact_mut(height).enumerate() {
                let y = band * TILE + index;
                let column = if mirror_x { width - 1 - y } else { y };
                for (x, pixel) in row.iter_mut().enumerate().take(left + TILE).skip(left) {
                    let line = if mirror_y { height - 1 - x } else { x };
                    *pixel = convert(&source[line * width + column]);
                }
            }
        }
    }
    Raster {
        size: orientation.upright(raster.size),
        layout: Layout::Rgba,
        data,
    }
}

/// Rows become columns by following the cycles of the permutation; one bit a pixel remembers what has been moved.
fn transpose_in_place(raster: &mut Raster) {
    let (width, height) = (raster.size.width as usize, raster.size.height as usize);
    let (pixels, _) = raster.data.as_chunks_mut::<4>();
    let mut moved = vec![0_u64; pixels.len().div_ceil(64)];
    for start in 0..pixels.len() {
        if moved[start / 64] & (1 << (start % 64)) != 0 {
            continue;
        }
        let first = pixels[start];
        let mut at = start;
        loop {
            moved[at / 64] |= 1 << (at % 64);
            // The pixel that belongs here: place (x, y) of the turned picture is (y, x) of the stored one.
            let from = (at % height) * width + at / height;
            if from == start {
                pixels[at] = first;
                break;
            }
            pixels[at] = pixels[from];
            at = from;
        }
    }
    raster.size = Size::new(raster.size.height, raster.size.width);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where Exif says a stored pixel is seen.
    fn seen(value: u32, size: Size, x: u32, y: u32) -> (u32, u32) {
        let (right, bottom) = (size.width - 1 - x, size.height - 1 - y);
        match value {
            1 => (x, y),
            2 => (right, y),
            3 => (right, bottom),
            4 => (x, bottom),
            5 => (y, x),
            6 => (bottom, x),
            7 => (bottom, right),
            _ => (y, right),
        }
    }

    #[test]
    fn every_orientation_puts_every_pixel_where_exif_says() {
        for size in [Size::new(7, 5), Size::new(70, 41), Size::new(1, 33), Size::new(64, 64)] {
            for layout in [Layout::Rgb, Layout::Rgba] {
                let pixel = |x: u32, y: u32| [x.to_le_bytes()[0], y.to_le_bytes()[0], 9, 255];
                let stored: Vec<u8> = (0..size.height)
                    .flat_map(|y| (0..size.width).map(move |x| (x, y)))
                    .flat_map(|(x, y)| pixel(x, y).into_iter().take(layout.bytes()))
                    .collect();
                for value in 1..=8 {
                    let orientation = Orientation::from_exif(value).expect("known");
                    let raster = Raster {
                        size,
                        layout,
                        data: stored.clone(),
                    };
                    let mut in_place = raster.clone().into_rgba();
                    let turned = upright(raster, orientation);
                    assert_eq!(turned.size, orientation.upright(size));
                    let (pixels, _) = turned.data.as_chunks::<4>();
                    for y in 0..size.height {
                        for x in 0..size.width {
                            let (u, v) = seen(value, size, x, y);
                            assert_eq!(
                                pixels[(v * turned.size.width + u) as usize],
                                pixel(x, y),
                                "{value} at {x}, {y}"
                            );
                        }
                    }
                    if orientation.turns() {
                        transpose_in_place(&mut in_place);
                        flip(&mut in_place, after_transposing(orientation));
                        assert_eq!((in_place.size, in_place.data), (turned.size, turned.data));
                    }
                }
            }
        }
    }
}
