//! GIF: the first frame, decoded by the `gif` crate through `image`. Never written.

use super::{
    PictureError,
    colour::Channels,
    raster::{Layout, Raster},
    survey::{self, Survey},
};
use crate::domain::{source::Removed, spec::Size};
use image::{ImageDecoder, codecs::gif::GifDecoder};
use std::{io::Cursor, ops::Range};

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2c;
const TRAILER: u8 = 0x3b;
const CONTROL: u8 = 0xf9;
const COMMENT: u8 = 0xfe;
const PLAIN_TEXT: u8 = 0x01;
const APPLICATION: u8 = 0xff;
/// Header and description of the screen.
const SCREEN: usize = 13;

/// The parts of the file that make the first frame.
pub(super) struct Plan<'a> {
    file: &'a [u8],
    /// Header, screen and common colours.
    start: Range<usize>,
    /// What says which colour is transparent.
    control: Option<Range<usize>>,
    image: Range<usize>,
}

/// Bytes of the colour table that these flags announce.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// The end of a chain of blocks, after its empty last one; the end of the file when it is cut off.
fn after_blocks(file: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&length) = file.get(at) {
        at += 1 + usize::from(length);
        if length == 0 {
            return at;
        }
    }
    file.len()
}

/// Walks through the blocks of the file.
pub(super) fn survey(file: &[u8]) -> Result<Survey<'_>, PictureError> {
    let Some(&[w0, w1, h0, h1, flags, ..]) = file.get(6..SCREEN) else {
        return Err(PictureError::Damaged);
    };
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]));
    let screen = Size::new(side(w0, w1), side(h0, h1));
    survey::check_size(screen)?;
    let start = 0..SCREEN + table(flags);
    let mut survey = Survey::new(screen, survey::Plan::None);
    let (mut control, mut image) = (None, None);
    let mut at = start.end;
    while let Some(&kind) = file.get(at) {
        match (kind, file.get(at + 1)) {
            (EXTENSION, Some(&label)) => {
                let end = after_blocks(file, at + 2);
                match label {
                    CONTROL if image.is_none() => control = Some(at..end),
                    COMMENT | PLAIN_TEXT => {
                        survey.removed.insert(Removed::Text);
                    }
                    APPLICATION => note_application(&mut survey, &file[at + 2..end]),
                    _ => {}
                }
                at = end;
            }
            (IMAGE, _) if image.is_some() => {
                survey.removed.insert(Removed::Frames);
                let Some(&flags) = file.get(at + 9) else { break };
                at = after_blocks(file, at + 10 + table(flags) + 1);
            }
            (IMAGE, _) => {
                let Some(&[.., w0, w1, h0, h1, flags]) = file.get(at..at + 10) else {
                    return Err(PictureError::Damaged);
                };
                let frame = Size::new(side(w0, w1), side(h0, h1));
                // A frame larger than its screen would be memory that nobody checked.
                if frame.pixels() == 0 || frame.width > screen.width || frame.height > screen.height {
                    return Err(PictureError::Damaged);
                }
                if frame != screen {
                    survey.half_bytes_a_pixel += 8;
                }
                let end = after_blocks(file, at + 10 + table(flags) + 1);
                image = Some(at..end);
                at = end;
            }
            (TRAILER, next) => {
                if next.is_some() {
                    survey.removed.insert(Removed::Trailing);
                }
                break;
            }
            _ => break,
        }
    }
    let image = image.ok_or(PictureError::Damaged)?;
    survey.plan = survey::Plan::Gif(Plan {
        file,
        start,
        control,
        image,
    });
    Ok(survey)
}

fn note_application(survey: &mut Survey<'_>, body: &[u8]) {
    match body.get(1..12) {
        Some(b"XMP DataXMP") => survey.note_xmp(body),
        Some(b"ICCRGBG1012") => {
            survey.removed.insert(Removed::Icc);
        }
        _ => {}
    }
}

/// Decodes the first frame on its transparent screen.
pub(super) fn decode(plan: &Plan<'_>, size: Size) -> Result<(Raster, Channels), PictureError> {
    let mut file = plan.file[plan.start.clone()].to_vec();
    if let Some(control) = &plan.control {
        file.extend_from_slice(&plan.file[control.clone()]);
    }
    file.extend_from_slice(&plan.file[plan.image.clone()]);
    file.push(TRAILER);
    let decoder = GifDecoder::new(Cursor::new(file)).map_err(|_| PictureError::Damaged)?;
    if decoder.dimensions() != (size.width, size.height) {
        return Err(PictureError::Damaged);
    }
    let mut raster = Raster::new(size, Layout::Rgba);
    decoder
        .read_image(&mut raster.data)
        .map_err(|_| PictureError::Damaged)?;
    Ok((raster, Channels::Rgb))
}

#[cfg(test)]
mod tests;
