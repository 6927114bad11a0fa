//! PNG: decoding and encoding by the `png` crate, row by row, so that sixteen bits a channel cost no more memory than
//! eight.
//!
//! The decoder reads the critical chunks, transparency and the colour profile, and nothing else of the file.

mod walk;

use super::{
    EncodeError, PictureError,
    colour::{Channels, Profile},
    raster::{Layout, Pixels, Raster},
};
use crate::domain::{source::Format, spec::Size};
use ::png::{BitDepth, ColorType, Compression, Decoder, Encoder, InterlaceInfo, Limits, Transformations};
use bytes::Bytes;
use std::io::Write;

pub(super) use walk::{Plan, SIGNATURE, header, survey};

/// Bytes the decoder may take for a profile and its own rows.
const MAX_LIBRARY_BYTES: usize = 24 * 1024 * 1024;

/// Size of the chunks that are written.
const STREAM_BYTES: usize = 256 * 1024;

/// What a decoded row is made of.
#[derive(Clone, Copy)]
struct Samples {
    colour: ColorType,
    wide: bool,
}

impl Samples {
    fn bytes_a_pixel(self) -> usize {
        self.colour.samples() * if self.wide { 2 } else { 1 }
    }

    /// Red, green, blue and alpha of one pixel.
    fn rgba(self, pixel: &[u8]) -> [u8; 4] {
        let sample = |index: usize| {
            if self.wide {
                let value = u32::from(u16::from_be_bytes([pixel[index * 2], pixel[index * 2 + 1]]));
                u8::try_from((value * 255 + 32_767) / 65_535).unwrap_or(u8::MAX)
            } else {
                pixel[index]
            }
        };
        match self.colour {
            ColorType::Grayscale | ColorType::Indexed => [sample(0), sample(0), sample(0), 255],
            ColorType::GrayscaleAlpha => [sample(0), sample(0), sample(0), sample(1)],
            ColorType::Rgb => [sample(0), sample(1), sample(2), 255],
            ColorType::Rgba => [sample(0), sample(1), sample(2), sample(3)],
        }
    }

    /// A whole row of them.
    fn put(self, row: &[u8], target: &mut [[u8; 4]]) {
        match (self.colour, self.wide) {
            // The two that matter are spelt out: the general way asks four questions a pixel.
            (ColorType::Rgb, false) => {
                for (pixel, [r, g, b]) in target.iter_mut().zip(row.as_chunks::<3>().0) {
                    *pixel = [*r, *g, *b, 255];
                }
            }
            (ColorType::Rgba, false) => target.copy_from_slice(row.as_chunks::<4>().0),
            _ => {
                for (pixel, stored) in target.iter_mut().zip(row.chunks_exact(self.bytes_a_pixel())) {
                    *pixel = self.rgba(stored);
                }
            }
        }
    }
}

/// Decodes the picture as stored, with its profile.
pub(super) fn decode(plan: &Plan<'_>, size: Size) -> Result<(Raster, Channels, Option<Profile>), PictureError> {
    let mut raster = Raster::new(size, Layout::Rgba);
    let found = rows(plan, size, 4, &mut raster.data, |samples, row, target| {
        samples.put(row, target.as_chunks_mut::<4>().0);
    })?;
    Ok((raster, found.channels, found.profile))
}

/// Reads a PNG of ours, neither interlaced nor with a profile, row by row from the top; no row is kept.
pub(super) fn each_row(plan: &Plan<'_>, size: Size, mut row: impl FnMut(&[[u8; 4]])) -> Result<(), PictureError> {
    let mut line = vec![[0; 4]; size.width as usize];
    stored_rows(plan, size, |samples, place, stored| match place {
        InterlaceInfo::Null(_) => {
            samples.put(stored, &mut line);
            row(&line);
            Ok(())
        }
        InterlaceInfo::Adam7(_) => Err(PictureError::Unsupported),
    })
    .map(drop)
}

/// Decodes one byte a pixel: the alpha channel. Nothing when the picture has none.
pub(super) fn decode_alpha(plan: &Plan<'_>, size: Size) -> Result<Option<Vec<u8>>, PictureError> {
    let mut alpha = vec![0; usize::try_from(size.pixels()).map_err(|_| PictureError::TooManyPixels)?];
    let found = rows(plan, size, 1, &mut alpha, |samples, row, target| {
        if let (ColorType::Rgba, false) = (samples.colour, samples.wide) {
            for (value, [.., alpha]) in target.iter_mut().zip(row.as_chunks::<4>().0) {
                *value = *alpha;
            }
            return;
        }
        for (value, stored) in target.iter_mut().zip(row.chunks_exact(samples.bytes_a_pixel())) {
            *value = samples.rgba(stored)[3];
        }
    })?;
    Ok(found.alpha.then_some(alpha))
}

struct Found {
    channels: Channels,
    alpha: bool,
    profile: Option<Profile>,
}

/// Reads all rows; `convert` puts one into `bytes` bytes a pixel of the target.
fn rows(
    plan: &Plan<'_>,
    size: Size,
    bytes: u8,
    target: &mut [u8],
    convert: impl Fn(Samples, &[u8], &mut [u8]),
) -> Result<Found, PictureError> {
    let stride = size.width as usize * usize::from(bytes);
    let mut spread = vec![0; stride];
    let mut line = 0;
    stored_rows(plan, size, |samples, place, row| {
        match place {
            InterlaceInfo::Null(_) => {
                convert(samples, row, &mut target[line * stride..][..stride]);
                line += 1;
            }
            InterlaceInfo::Adam7(pass) => {
                let part = &mut spread[..row.len() / samples.bytes_a_pixel() * usize::from(bytes)];
                convert(samples, row, part);
                ::png::expand_interlaced_row(target, stride, part, pass, bytes * 8);
            }
        }
        Ok(())
    })
}

/// Reads all rows in the order they are stored in, and says of each where it belongs.
fn stored_rows(
    plan: &Plan<'_>,
    size: Size,
    mut take: impl FnMut(Samples, &InterlaceInfo, &[u8]) -> Result<(), PictureError>,
) -> Result<Found, PictureError> {
    let mut decoder = Decoder::new_with_limits(
        plan.reader(),
        Limits {
            bytes: MAX_LIBRARY_BYTES,
        },
    );
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|_| PictureError::Damaged)?;
    if reader.info().size() != (size.width, size.height) {
        return Err(PictureError::Damaged);
    }
    let (colour, depth) = reader.output_color_type();
    let samples = Samples {
        colour,
        wide: depth == BitDepth::Sixteen,
    };
    for _ in 0..plan.row_count(size) {
        let row = reader
            .next_interlaced_row()
            .map_err(|_| PictureError::Damaged)?
            .ok_or(PictureError::Damaged)?;
        take(samples, row.interlace(), row.data())?;
    }
    let grey = matches!(colour, ColorType::Grayscale | ColorType::GrayscaleAlpha);
    Ok(Found {
        channels: if grey { Channels::Grey } else { Channels::Rgb },
        alpha: matches!(colour, ColorType::GrayscaleAlpha | ColorType::Rgba),
        profile: reader
            .info()
            .icc_profile
            .as_ref()
            .map(|profile| Profile::Icc(profile.to_vec())),
    })
}

/// Writes a PNG, without alpha where there is none. Every byte comes back when it is read.
pub(super) fn encode(pixels: &Pixels) -> Result<Bytes, EncodeError> {
    let opaque = pixels.is_opaque();
    write(
        pixels.size(),
        if opaque { ColorType::Rgb } else { ColorType::Rgba },
        Compression::Fast,
        |out| {
            let stride = pixels.size().width as usize * 4;
            let mut packed = Vec::with_capacity(stride);
            for row in pixels.rgba().chunks_exact(stride) {
                if opaque {
                    packed.clear();
                    packed.extend(row.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]));
                    out.write_all(&packed)?;
                } else {
                    out.write_all(row)?;
                }
            }
            Ok(())
        },
    )
}

/// Writes a black PNG with the alpha values that `row` fills in, line by line.
pub(super) fn encode_alpha(size: Size, mut row: impl FnMut(u32, &mut [[u8; 4]])) -> Result<Bytes, EncodeError> {
    // Few colours and many repeats: here the slower compression is fast, and a tenth in size.
    write(size, ColorType::Rgba, Compression::Balanced, |out| {
        let mut line = vec![[0_u8; 4]; size.width as usize];
        for y in 0..size.height {
            row(y, &mut line);
            out.write_all(line.as_flattened())?;
        }
        Ok(())
    })
}

fn write(
    size: Size,
    colour: ColorType,
    compression: Compression,
    rows: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<Bytes, EncodeError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, size.width, size.height);
    encoder.set_color(colour);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(compression);
    let written = || -> Result<(), ::png::EncodingError> {
        let mut writer = encoder.write_header()?;
        let mut out = writer.stream_writer_with_size(STREAM_BYTES)?;
        rows(&mut out)?;
        out.finish()?;
        writer.finish()
    };
    written().map_err(|_| EncodeError(Format::Png))?;
    Ok(file.into())
}

#[cfg(test)]
mod tests;
