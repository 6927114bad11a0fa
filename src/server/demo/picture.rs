//! Files to canvases and back.

use super::paint::{Canvas, Hole};
use crate::domain::{source::Format, spec::Size};
use axum::body::Bytes;
use image::{ExtendedColorType, ImageEncoder, ImageFormat, ImageReader, codecs};
use std::io::Cursor;

/// A file that is not a picture, or not a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file is not a picture")]
pub(super) struct NotAPicture;

/// Why a mask is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum MaskProblem {
    /// Another format.
    #[error("the mask is not a PNG")]
    NotPng,
    /// Broken.
    #[error("the mask cannot be read")]
    Unreadable,
    /// All opaque by its kind.
    #[error("the mask has no alpha channel")]
    NoAlpha,
}

/// The most that one picture may take while it is read.
const DECODED_BYTES: u64 = 512 * 1024 * 1024;

fn reader(bytes: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, NotAPicture> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| NotAPicture)?;
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(DECODED_BYTES);
    reader.limits(limits);
    Ok(reader)
}

/// The size a file says it has.
pub(super) fn measure(bytes: &[u8]) -> Result<Size, NotAPicture> {
    let (width, height) = reader(bytes)?.into_dimensions().map_err(|_| NotAPicture)?;
    Ok(Size::new(width, height))
}

/// The picture on white, as it lies in the file.
pub(super) fn decode(bytes: &[u8]) -> Result<Canvas, NotAPicture> {
    let picture = reader(bytes)?.decode().map_err(|_| NotAPicture)?;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let rgb = if picture.color().has_alpha() {
        let rgba = picture.into_rgba8().into_raw();
        let mut rgb = Vec::with_capacity(width * height * 3);
        for pixel in rgba.chunks_exact(4) {
            let alpha = u32::from(pixel[3]);
            for value in &pixel[..3] {
                let blended = (u32::from(*value) * alpha + 255 * (255 - alpha) + 127) / 255;
                rgb.push(u8::try_from(blended).unwrap_or(u8::MAX));
            }
        }
        rgb
    } else {
        picture.into_rgb8().into_raw()
    };
    Ok(Canvas::of_rgb(width, height, rgb))
}

/// The hole of a mask: where its alpha is below one half.
pub(super) fn decode_mask(bytes: &[u8]) -> Result<Hole, MaskProblem> {
    if image::guess_format(bytes).ok() != Some(ImageFormat::Png) {
        return Err(MaskProblem::NotPng);
    }
    let picture = reader(bytes)
        .and_then(|reader| reader.decode().map_err(|_| NotAPicture))
        .map_err(|_| MaskProblem::Unreadable)?;
    if !picture.color().has_alpha() {
        return Err(MaskProblem::NoAlpha);
    }
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let alpha = picture
        .into_rgba8()
        .into_raw()
        .chunks_exact(4)
        .map(|pixel| pixel[3] < 128)
        .collect();
    Ok(Hole::new(width, height, alpha))
}

/// A file of the canvas; nothing when it cannot be written, which is answered as a server error.
pub(super) fn encode(canvas: &Canvas, format: Format, compression: u8, transparent: bool) -> Option<Bytes> {
    let (width, height) = (
        u32::try_from(canvas.width()).ok()?,
        u32::try_from(canvas.height()).ok()?,
    );
    let alpha = transparent.then(|| canvas.with_torn_edge());
    let (pixels, kind): (&[u8], ExtendedColorType) = match &alpha {
        Some(rgba) => (rgba, ExtendedColorType::Rgba8),
        None => (canvas.rgb(), ExtendedColorType::Rgb8),
    };
    let mut file = Vec::new();
    match format {
        Format::Png => {
            use codecs::png::{CompressionType, FilterType, PngEncoder};
            PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Adaptive)
                .write_image(pixels, width, height, kind)
                .ok()?;
        }
        Format::Jpeg => {
            let quality = compression.clamp(1, 100);
            codecs::jpeg::JpegEncoder::new_with_quality(&mut file, quality)
                .write_image(canvas.rgb(), width, height, ExtendedColorType::Rgb8)
                .ok()?;
        }
        Format::Webp => {
            let encoder = match &alpha {
                Some(rgba) => webp::Encoder::from_rgba(rgba, width, height),
                None => webp::Encoder::from_rgb(pixels, width, height),
            };
            file = encoder.encode(f32::from(compression)).to_vec();
        }
    }
    Some(Bytes::from(file))
}
