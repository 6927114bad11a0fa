//! Pictures about a composite: what changed, and what was set in.

use super::StencilError;
use crate::domain::mask::Mask;
use crate::server::imaging::{Pixels, WrongLength};

/// Brightness of white where nothing changed: the picture stays recognisable, and below every change.
const DIM: u32 = 84;
/// The colour of the smallest change and of the largest, clearly apart from any grey also for who sees few colours.
const SLIGHT: [u8; 3] = [200, 96, 0];
const STRONG: [u8; 3] = [255, 246, 170];

/// A picture that shows where and how much the two differ: what is the same in dim grey, every changed pixel in
/// orange, the brighter the more it changed. Even a change by one step can be seen.
///
/// # Errors
/// [`StencilError::Size`] when the two are not of one size.
pub fn difference(source: &Pixels, composed: &Pixels) -> Result<Pixels, StencilError> {
    if source.size() != composed.size() {
        return Err(StencilError::Size);
    }
    let ramp: [[u8; 4]; 256] = std::array::from_fn(colour);
    let pairs = source
        .rgba()
        .as_chunks::<4>()
        .0
        .iter()
        .zip(composed.rgba().as_chunks::<4>().0);
    let mut rgba = Vec::with_capacity(source.rgba().len());
    for (one, other) in pairs {
        let apart = one.iter().zip(other).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
        let shown = if apart == 0 {
            dim(*one)
        } else {
            ramp[usize::from(apart)]
        };
        rgba.extend_from_slice(&shown);
    }
    Pixels::new(source.size(), rgba).map_err(|WrongLength| StencilError::Size)
}

/// The pixel as it is shown where nothing changed; what cannot be seen is black.
fn dim([r, g, b, a]: [u8; 4]) -> [u8; 4] {
    let luma = (u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8;
    let grey = u8::try_from(luma * u32::from(a) * DIM / (255 * 255)).unwrap_or(u8::MAX);
    [grey, grey, grey, 255]
}

/// The colour for a change by this many steps of 255. It rises as the square root: small changes matter most.
fn colour(apart: usize) -> [u8; 4] {
    // The root of apart / 255 in parts of 255.
    let share = (apart.min(255) * 255).isqrt();
    let mix = |index: usize| {
        let (low, high) = (usize::from(SLIGHT[index]), usize::from(STRONG[index]));
        u8::try_from((low * (255 - share) + high * share + 127) / 255).unwrap_or(u8::MAX)
    };
    [mix(0), mix(1), mix(2), 255]
}

/// What the hole holds, with the mask as its alpha: everything else is transparent black. What was see-through in the
/// picture stays so.
///
/// # Errors
/// [`StencilError::Size`] when picture and mask are not of one size.
pub fn cut_out(picture: &Pixels, mask: &Mask) -> Result<Pixels, StencilError> {
    let size = picture.size();
    if (mask.width(), mask.height()) != (size.width, size.height) {
        return Err(StencilError::Size);
    }
    let pixels = picture.rgba().as_chunks::<4>().0;
    let cut = pixels
        .iter()
        .zip(mask.hole())
        .map(|(&pixel, &hole)| if hole == 0 { [0; 4] } else { pixel })
        .collect::<Vec<_>>();
    Pixels::new(size, cut.into_flattened()).map_err(|WrongLength| StencilError::Size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::spec::Size;

    const SIZE: Size = Size::new(256, 3);

    /// All values of grey, three times.
    fn greys() -> Pixels {
        let values = (0..3).flat_map(|_| 0..=255_u8);
        Pixels::new(SIZE, values.flat_map(|value| [value, value, value, 255]).collect()).expect("all pixels")
    }

    #[test]
    fn every_change_is_brighter_and_more_colourful_than_all_that_stayed() {
        let source = greys();
        let mut changed = source.clone();
        // The middle row changes by ever more steps.
        for (step, pixel) in changed.rgba_mut()[256 * 4..512 * 4].chunks_exact_mut(4).enumerate() {
            pixel[2] = pixel[2].wrapping_sub(u8::try_from(step).expect("a byte"));
        }
        let shown = difference(&source, &changed).expect("one size");
        let shown = shown.rgba().as_chunks::<4>().0;
        let light = |pixel: [u8; 4]| u32::from(pixel[0]) * 77 + u32::from(pixel[1]) * 150 + u32::from(pixel[2]) * 29;
        let same = || shown[..=256].iter().chain(&shown[512..]);
        assert!(same().all(|&[r, g, b, a]| r == g && g == b && a == 255));
        let brightest = same().map(|&pixel| light(pixel)).max().expect("some");
        let mut before = brightest;
        for (step, &pixel) in shown[257..512].iter().enumerate() {
            assert!(pixel[0] > pixel[2] + 60, "{step}: {pixel:?}");
            assert!(light(pixel) >= before, "{step}: {pixel:?}");
            before = light(pixel);
        }
        assert!(light(shown[257]) > brightest * 5 / 4 && before > light(shown[257]) * 3 / 2);
        assert_eq!(
            difference(
                &source,
                &Pixels::new(Size::new(3, 256), changed.into_rgba()).expect("as many")
            ),
            Err(StencilError::Size)
        );
    }

    #[test]
    fn a_change_of_alpha_alone_is_seen() {
        let source = greys();
        let mut changed = source.clone();
        changed.rgba_mut()[7] = 254;
        let shown = difference(&source, &changed).expect("one size");
        assert!(shown.rgba()[4] > shown.rgba()[6] && shown.rgba()[0] == shown.rgba()[2]);
    }

    #[test]
    fn a_cut_out_is_the_hole_and_nothing_else() {
        let mut picture = greys();
        picture.rgba_mut()[5 * 4 + 3] = 77;
        let mut mask = Mask::closed(256, 3);
        mask.hole_mut()[5] = 255;
        mask.hole_mut()[300] = 255;
        let cut = cut_out(&picture, &mask).expect("one size");
        let cut = cut.rgba().as_chunks::<4>().0;
        for (index, pixel) in cut.iter().enumerate() {
            let expected = match index {
                5 => [5, 5, 5, 77],
                300 => [44, 44, 44, 255],
                _ => [0; 4],
            };
            assert_eq!(*pixel, expected, "{index}");
        }
        assert_eq!(cut_out(&picture, &Mask::closed(3, 256)), Err(StencilError::Size));
    }
}
