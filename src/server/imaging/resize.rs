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
pub(super) fn resample(pixels: &Pixels, part: Part, size: Size, alpha: bool) -> Pixels {
    let size = Size::new(size.width.max(1), size.height.max(1));
    let mut target = Image::new(size.width, size.height, PixelType::U8x4);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(part.left, part.top, part.width, part.height)
        .use_alpha(alpha);
    let from = pixels.size();
    let source = ImageRef::new(from.width, from.height, pixels.rgba(), PixelType::U8x4)
        .expect("four bytes a pixel are what Pixels::new checks");
    Resizer::new()
        .resize(&source, &mut target, &options)
        .expect("both are of four bytes a pixel, and the part lies within the picture");
    Pixels::new(size, target.into_vec()).expect("the target was made for this size")
}

/// Preview and thumbnail, neither larger than the picture.
pub fn derivatives(pixels: &Pixels) -> Result<Derivatives, EncodeError> {
    let preview = resize(pixels, pixels.size().within(PREVIEW_SIDE));
    Ok(shrink_on(&preview)?.0)
}

/// The same, and the thumbhash, from pixels that are needed no more: alpha is multiplied in place, which spares a copy.
pub(super) fn derive(mut pixels: Pixels) -> Result<(Derivatives, Vec<u8>), EncodeError> {
    let size = pixels.size().within(PREVIEW_SIDE);
    if pixels.size() == size {
        return shrink_on(&pixels);
    }
    let alpha = !pixels.is_opaque();
    if alpha {
        multiply(&mut pixels, |alpha, image| alpha.multiply_alpha_inplace(image));
    }
    let whole = Part {
        left: 0.0,
        top: 0.0,
        width: f64::from(pixels.size().width),
        height: f64::from(pixels.size().height),
    };
    let mut preview = resample(&pixels, whole, size, false);
    drop(pixels);
    if alpha {
        multiply(&mut preview, |alpha, image| alpha.divide_alpha_inplace(image));
    }
    shrink_on(&preview)
}

fn multiply(
    pixels: &mut Pixels,
    act: impl FnOnce(&MulDiv, &mut Image<'_>) -> Result<(), fast_image_resize::ImageError>,
) {
    let size = pixels.size();
    let mut image = Image::from_slice_u8(size.width, size.height, pixels.rgba_mut(), PixelType::U8x4)
        .expect("four bytes a pixel are what Pixels::new checks");
    act(&MulDiv::new(), &mut image).expect("four bytes with alpha last can be multiplied");
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
    use crate::server::imaging::decode;

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
