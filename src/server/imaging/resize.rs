//! Other sizes: resampling, and the small pictures that pages show.

use super::{EncodeError, Encoded, Pixels, Quality, encode};
use crate::domain::{
    limits::{PREVIEW_SIDE, THUMB_SIDE},
    source::Format,
    spec::Size,
};
use fast_image_resize::{
    FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

/// Quality of previews and thumbnails.
const PREVIEW_QUALITY: Quality = Quality::Lossy(82);
const THUMB_QUALITY: Quality = Quality::Lossy(78);
/// Longest side of what a thumbhash is made from: it keeps a handful of waves.
const HASH_SIDE: u32 = 64;
/// Rows that are made in one go.
const BAND_ROWS: u32 = 96;
/// How many of its own rows the filter looks at on either side.
const LANCZOS_ROWS: f64 = 3.0;
const FOUR_BYTES: &str = "four bytes with alpha last can be multiplied";
const WITHIN: &str = "both are of four bytes a pixel, and the part lies within the picture";

/// The small pictures.
#[derive(Debug, Clone)]
pub struct Derivatives {
    /// At most [`PREVIEW_SIDE`] pixels a side.
    pub preview: Encoded,
    /// At most [`THUMB_SIDE`] pixels a side.
    pub thumb: Encoded,
}

/// A part of a picture, in pixels that need not be whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The picture at another size, by Lanczos with premultiplied alpha.
#[must_use]
pub fn resize(pixels: &Pixels, size: Size) -> Pixels {
    if pixels.size() == size {
        return pixels.clone();
    }
    let whole = Part {
        left: 0.0,
        top: 0.0,
        width: f64::from(pixels.size().width),
        height: f64::from(pixels.size().height),
    };
    resample(pixels, whole, size, !pixels.is_opaque())
}

/// One part of the picture at another size. With `alpha` colours are weighed by it.
///
/// Band by band: what lies between the two passes of the filter then stays in the processor's cache, and takes no
/// memory to speak of. Each row comes out as it would in one go.
pub(super) fn resample(pixels: &Pixels, part: Part, size: Size, alpha: bool) -> Pixels {
    let size = Size::new(size.width.max(1), size.height.max(1));
    let stride = size.width as usize * 4;
    let mut target = vec![0; stride * size.height as usize];
    let mut resizer = Resizer::new();
    let from = pixels.size();
    let a_row = part.height / f64::from(size.height);
    // Rows on either side that the filter looks at.
    let margin = (LANCZOS_ROWS * a_row.max(1.0)).ceil() + 1.0;
    for (band, top) in target
        .chunks_mut(stride * BAND_ROWS as usize)
        .zip((0_u32..).step_by(BAND_ROWS as usize))
    {
        let rows = BAND_ROWS.min(size.height - top);
        let start = (part.top + f64::from(top) * a_row).min(f64::from(from.height));
        let end = (part.top + f64::from(top + rows) * a_row).min(f64::from(from.height));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the picture's rows"
        )]
        let (first, last) = (
            (start - margin).floor().max(0.0) as usize,
            (end + margin).ceil().min(f64::from(from.height)) as usize,
        );
        let seen = &pixels.rgba()[first * from.width as usize * 4..last * from.width as usize * 4];
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
            .crop(
                part.left,
                start - f64::from(u32::try_from(first).unwrap_or(0)),
                part.width,
                end - start,
            )
            .use_alpha(false);
        let height = u32::try_from(last - first).unwrap_or(0);
        let mut out = Image::from_slice_u8(size.width, rows, band, PixelType::U8x4).expect("a band of whole rows");
        if alpha {
            let mut weighed = seen.to_vec();
            let mut weighed = Image::from_slice_u8(from.width, height, &mut weighed, PixelType::U8x4)
                .expect("four bytes a pixel are what Pixels::new checks");
            let multiply = MulDiv::new();
            multiply.multiply_alpha_inplace(&mut weighed).expect(FOUR_BYTES);
            resizer.resize(&weighed, &mut out, &options).expect(WITHIN);
            multiply.divide_alpha_inplace(&mut out).expect(FOUR_BYTES);
        } else {
            let seen = ImageRef::new(from.width, height, seen, PixelType::U8x4)
                .expect("four bytes a pixel are what Pixels::new checks");
            resizer.resize(&seen, &mut out, &options).expect(WITHIN);
        }
    }
    Pixels::new(size, target).expect("the target was made for this size")
}

/// Preview and thumbnail, neither larger than the picture.
pub fn derivatives(pixels: &Pixels) -> Result<Derivatives, EncodeError> {
    let preview = resize(pixels, pixels.size().within(PREVIEW_SIDE));
    Ok(shrink_on(&preview)?.0)
}

/// The same, and the thumbhash, from pixels that are needed no more.
pub(super) fn derive(pixels: Pixels) -> Result<(Derivatives, Vec<u8>), EncodeError> {
    let size = pixels.size().within(PREVIEW_SIDE);
    if pixels.size() == size {
        return shrink_on(&pixels);
    }
    let preview = resize(&pixels, size);
    drop(pixels);
    shrink_on(&preview)
}

/// Everything smaller, each from the next larger.
fn shrink_on(preview: &Pixels) -> Result<(Derivatives, Vec<u8>), EncodeError> {
    let thumb = resize(preview, preview.size().within(THUMB_SIDE));
    let tiny = resize(&thumb, thumb.size().within(HASH_SIDE));
    let hash = thumbhash::rgba_to_thumb_hash(tiny.size().width as usize, tiny.size().height as usize, tiny.rgba());
    let write = |pixels: &Pixels, quality| -> Result<Encoded, EncodeError> {
        Ok(Encoded {
            bytes: encode(pixels, Format::Webp, quality)?,
            format: Format::Webp,
            size: pixels.size(),
        })
    };
    let derivatives = Derivatives {
        preview: write(preview, PREVIEW_QUALITY)?,
        thumb: write(&thumb, THUMB_QUALITY)?,
    };
    Ok((derivatives, hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::imaging::{decode, samples::noise};

    fn half_and_half(size: Size) -> Pixels {
        let left = |index: u32| index % size.width < size.width / 2;
        let pixels =
            (0..size.width * size.height).flat_map(|i| if left(i) { [255, 0, 0, 255] } else { [0, 255, 0, 0] });
        Pixels::new(size, pixels.collect()).expect("all pixels")
    }

    #[test]
    fn colours_under_alpha_0_do_not_bleed() {
        let source = half_and_half(Size::new(200, 120));
        for small in [resize(&source, Size::new(50, 30)), resize(&source, Size::new(333, 60))] {
            let (pixels, _) = small.rgba().as_chunks::<4>();
            assert!(pixels.iter().all(|[_, green, _, alpha]| *alpha == 0 || *green == 0));
            assert!(pixels.iter().any(|pixel| pixel[3] == 255) && pixels.iter().any(|pixel| pixel[3] == 0));
        }
    }

    #[test]
    fn bands_leave_no_seams() {
        for (size, small) in [
            (Size::new(300, 700), Size::new(111, 301)),
            (Size::new(90, 60), Size::new(120, 500)),
            (Size::new(64, 1000), Size::new(64, 197)),
        ] {
            for alpha in [false, true] {
                let source = noise(size, 9, alpha);
                let whole = Part {
                    left: 0.0,
                    top: 0.0,
                    width: f64::from(size.width),
                    height: f64::from(size.height),
                };
                let banded = resample(&source, whole, small, alpha);
                let mut at_once = Image::new(small.width, small.height, PixelType::U8x4);
                let options = ResizeOptions::new()
                    .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
                    .use_alpha(alpha);
                let view = ImageRef::new(size.width, size.height, source.rgba(), PixelType::U8x4).expect("fits");
                Resizer::new().resize(&view, &mut at_once, &options).expect("fits");
                let (banded, at_once) = (banded.rgba().as_chunks::<4>().0, at_once.buffer().as_chunks::<4>().0);
                // Where little can be seen, dividing by alpha magnifies a rounding of the last bit.
                let differs = |(one, other): (&[u8; 4], &[u8; 4])| {
                    let most = if one[3] < 32 { 24 } else { 1 };
                    one.iter().zip(other).any(|(a, b)| a.abs_diff(*b) > most)
                };
                assert_eq!(
                    banded
                        .iter()
                        .zip(at_once)
                        .filter(|&(one, other)| differs((one, other)))
                        .count(),
                    0
                );
            }
        }
    }

    #[test]
    fn derivatives_fit_their_sides_and_never_enlarge() {
        let large = derivatives(&half_and_half(Size::new(1700, 425))).expect("written");
        assert_eq!(
            (large.preview.size, large.thumb.size),
            (Size::new(1600, 400), Size::new(400, 100))
        );
        assert_eq!(decode(&large.thumb.bytes).expect("a picture").size(), large.thumb.size);
        let small = derivatives(&half_and_half(Size::new(60, 90))).expect("written");
        assert_eq!(
            (small.preview.size, small.thumb.size),
            (Size::new(60, 90), Size::new(60, 90))
        );
        let (consumed, hash) = derive(half_and_half(Size::new(1700, 425))).expect("written");
        assert_eq!(consumed.preview.size, large.preview.size);
        assert!(thumbhash::thumb_hash_to_average_rgba(&hash).is_ok_and(|(red, green, ..)| red > 0.9 && green < 0.1));
        let (one, other) = (decode(&consumed.preview.bytes), decode(&large.preview.bytes));
        let (one, other) = (one.expect("a picture"), other.expect("a picture"));
        let apart = one
            .rgba()
            .iter()
            .zip(other.rgba())
            .filter(|(a, b)| a.abs_diff(**b) > 12)
            .count();
        assert!(apart < one.rgba().len() / 100, "{apart} values differ");
    }
}
