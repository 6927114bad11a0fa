//! WebP: decoding by `image-webp` (through `image`), encoding by libwebp.
//!
//! The decoder is given a file of one still picture made from the first frame; it sees no metadata and no animation.

use super::{
    EncodeError, PictureError,
    colour::{Channels, Profile},
    raster::{Layout, Pixels, Raster},
    survey::{self, Survey},
};
use crate::domain::{
    source::{Format, Rect, Removed},
    spec::Size,
};
use bytes::Bytes;
use image::{ImageDecoder, codecs::webp::WebPDecoder};
use std::io::Cursor;

/// How much work libwebp puts in, from 0 to 6. Beyond 2 pictures get a few per cent smaller and take twice as long.
const LOSSY_EFFORT: i32 = 2;
const LOSSLESS_EFFORT: i32 = 1;

/// The frame to decode.
pub(super) struct Plan<'a> {
    /// The whole canvas; the frame may be smaller.
    canvas: Size,
    frame: Rect,
    alpha: Option<&'a [u8]>,
    pixels: &'a [u8],
    lossless: bool,
}

/// The chunks of a stretch of a file, each with its name. The last may be shorter than it says.
struct Chunks<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Chunks<'a> {
    /// Name, body, and whether the body is all there.
    type Item = ([u8; 4], &'a [u8], bool);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = self.rest.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let body = &rest[..length.min(rest.len())];
        self.rest = rest.get(length.saturating_add(length % 2)..).unwrap_or_default();
        Some((*name, body, body.len() == length))
    }
}

fn three(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(3)
        .rev()
        .fold(0, |value, &byte| (value << 8) | u32::from(byte))
}

/// The size that the bitstream in this chunk states.
fn bitstream(lossless: bool, body: &[u8]) -> Result<Size, PictureError> {
    let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    match (lossless, body) {
        (false, [tag, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..]) if tag & 1 == 0 => {
            Ok(Size::new(side(*w0, *w1), side(*h0, *h1)))
        }
        (true, [0x2f, b0, b1, b2, b3, ..]) => {
            let bits = u32::from_le_bytes([*b0, *b1, *b2, *b3]);
            // Three bits of version, of which there is one.
            if bits >> 29 != 0 {
                return Err(PictureError::Unsupported);
            }
            Ok(Size::new((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        _ => Err(PictureError::Damaged),
    }
}

/// What has been seen so far of a walk.
#[derive(Default)]
struct Seen<'a> {
    canvas: Option<Size>,
    /// Where the first frame of an animation lies.
    place: Option<Rect>,
    alpha: Option<&'a [u8]>,
    pixels: Option<(&'a [u8], bool)>,
}

/// Walks through the chunks of the file and of its first frame.
pub(super) fn survey(file: &[u8]) -> Result<Survey<'_>, PictureError> {
    let stated = file
        .get(4..8)
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u32::from_le_bytes) as usize;
    let end = stated.saturating_add(8).min(file.len());
    let mut survey = Survey::new(Size::new(0, 0), survey::Plan::None);
    let mut seen = Seen::default();
    // The picture is the part that RIFF says; an odd last chunk is followed by one byte of filling.
    if file.len() > stated.saturating_add(8 + stated % 2) {
        survey.removed.insert(Removed::Trailing);
    }
    for (name, body, whole) in (Chunks {
        rest: file.get(12..end).unwrap_or_default(),
    }) {
        match &name {
            b"VP8X" if body.len() >= 10 => {
                seen.canvas
                    .get_or_insert(Size::new(three(&body[4..]) + 1, three(&body[7..]) + 1));
            }
            b"ANMF" if seen.pixels.is_none() && seen.place.is_none() && body.len() >= 16 => {
                seen.place = Some(Rect {
                    x: three(body) * 2,
                    y: three(&body[3..]) * 2,
                    width: three(&body[6..]) + 1,
                    height: three(&body[9..]) + 1,
                });
                for (name, body, whole) in (Chunks { rest: &body[16..] }) {
                    frame_chunk(&mut seen, name, body, whole)?;
                }
            }
            b"ANMF" => {
                survey.removed.insert(Removed::Frames);
            }
            b"ICCP" => {
                survey.removed.insert(Removed::Icc);
                survey.profile.get_or_insert(Profile::Icc(body.to_vec()));
            }
            b"EXIF" => survey.note_exif(body),
            b"XMP " => survey.note_xmp(body),
            _ => frame_chunk(&mut seen, name, body, whole)?,
        }
    }
    let (pixels, lossless) = seen.pixels.ok_or(PictureError::Damaged)?;
    let size = bitstream(lossless, pixels)?;
    let canvas = seen.canvas.unwrap_or(size);
    let place = seen.place.unwrap_or(Rect {
        x: 0,
        y: 0,
        width: size.width,
        height: size.height,
    });
    // A still fills its canvas; a frame lies within it.
    let inside = u64::from(place.x) + u64::from(size.width) <= u64::from(canvas.width)
        && u64::from(place.y) + u64::from(size.height) <= u64::from(canvas.height);
    let same = seen.place.is_some() || canvas == size;
    if !inside || !same || (place.width, place.height) != (size.width, size.height) {
        return Err(PictureError::Damaged);
    }
    survey.stored = canvas;
    // Lossy: three or four bytes of colours over one and a half of planes, and one of alpha; lossless: four of its
    // own beside what is handed out.
    survey.half_bytes_a_pixel = match (lossless, seen.alpha) {
        (true, _) => 14,
        (false, None) => 9,
        (false, Some(_)) => 13,
    };
    if (size.width, size.height) != (canvas.width, canvas.height) {
        survey.half_bytes_a_pixel += 8;
    }
    survey.plan = survey::Plan::Webp(Plan {
        canvas,
        frame: place,
        alpha: seen.alpha,
        pixels,
        lossless,
    });
    Ok(survey)
}

/// Takes a chunk that is part of the picture itself, if it is one.
fn frame_chunk<'a>(seen: &mut Seen<'a>, name: [u8; 4], body: &'a [u8], whole: bool) -> Result<(), PictureError> {
    if seen.pixels.is_some() {
        return Ok(());
    }
    match &name {
        b"ALPH" | b"VP8 " | b"VP8L" if !whole => Err(PictureError::Damaged),
        b"ALPH" => {
            seen.alpha.get_or_insert(body);
            Ok(())
        }
        b"VP8 " | b"VP8L" => {
            seen.pixels = Some((body, &name == b"VP8L"));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A file of one still picture.
fn still(plan: &Plan<'_>) -> Vec<u8> {
    let mut file = Vec::with_capacity(plan.pixels.len() + plan.alpha.map_or(0, <[u8]>::len) + 64);
    let mut chunk = |name: &[u8; 4], body: &[u8]| {
        file.extend_from_slice(name);
        file.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
        file.extend_from_slice(body);
        file.extend_from_slice(&[0][..body.len() % 2]);
    };
    // The length is put right at the end.
    chunk(b"RIFF", &[]);
    if let (Some(alpha), false) = (plan.alpha, plan.lossless) {
        let [w0, w1, w2, _] = (plan.frame.width - 1).to_le_bytes();
        let [h0, h1, h2, _] = (plan.frame.height - 1).to_le_bytes();
        chunk(b"VP8X", &[0x10, 0, 0, 0, w0, w1, w2, h0, h1, h2]);
        chunk(b"ALPH", alpha);
    }
    chunk(if plan.lossless { b"VP8L" } else { b"VP8 " }, plan.pixels);
    file.splice(8..8, *b"WEBP");
    let length = u32::try_from(file.len() - 8).unwrap_or(u32::MAX);
    file[4..8].copy_from_slice(&length.to_le_bytes());
    file
}

/// Decodes the picture, or the first frame on its canvas.
pub(super) fn decode(plan: &Plan<'_>) -> Result<(Raster, Channels), PictureError> {
    let file = still(plan);
    let size = Size::new(plan.frame.width, plan.frame.height);
    let decoder = WebPDecoder::new(Cursor::new(file)).map_err(|_| PictureError::Damaged)?;
    if decoder.dimensions() != (size.width, size.height) {
        return Err(PictureError::Damaged);
    }
    let layout = match decoder.color_type() {
        image::ColorType::Rgb8 => Layout::Rgb,
        image::ColorType::Rgba8 => Layout::Rgba,
        _ => return Err(PictureError::Damaged),
    };
    let mut raster = Raster::new(size, layout);
    decoder.read_image(raster.used()).map_err(|_| PictureError::Damaged)?;
    if size != plan.canvas {
        raster = on_canvas(raster, plan);
    }
    Ok((raster, Channels::Rgb))
}

fn on_canvas(frame: Raster, plan: &Plan<'_>) -> Raster {
    let frame = frame.into_rgba();
    let mut canvas = Raster::new(plan.canvas, Layout::Rgba);
    let (stride, row) = (plan.canvas.width as usize * 4, frame.size.width as usize * 4);
    let start = plan.frame.y as usize * stride + plan.frame.x as usize * 4;
    let lines = canvas.data[start..].chunks_mut(stride);
    for (line, from) in lines.zip(frame.data.chunks_exact(row)) {
        line[..row].copy_from_slice(from);
    }
    canvas
}

/// Writes a lossy WebP.
pub(super) fn encode_lossy(pixels: &Pixels, quality: u8) -> Result<Bytes, EncodeError> {
    write(pixels, |config| {
        config.quality = f32::from(quality.clamp(1, 100));
        config.method = LOSSY_EFFORT;
    })
}

/// Writes a lossless WebP: every byte comes back, also the colours under alpha 0.
pub(super) fn encode_lossless(pixels: &Pixels) -> Result<Bytes, EncodeError> {
    write(pixels, |config| {
        config.lossless = 1;
        config.exact = 1;
        config.quality = 20.0;
        config.method = LOSSLESS_EFFORT;
    })
}

fn write(pixels: &Pixels, set: impl FnOnce(&mut ::webp::WebPConfig)) -> Result<Bytes, EncodeError> {
    let failed = EncodeError(Format::Webp);
    let mut config = ::webp::WebPConfig::new().map_err(|()| failed)?;
    set(&mut config);
    let size = pixels.size();
    let encoder = ::webp::Encoder::from_rgba(pixels.rgba(), size.width, size.height);
    let file = encoder.encode_advanced(&config).map_err(|_| failed)?;
    Ok(Bytes::copy_from_slice(&file))
}

#[cfg(test)]
mod tests;
