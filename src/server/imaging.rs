//! Pictures: read from strangers, brought to one form, drawn, compared and written.
//!
//! A file is looked at first (`survey`: a walker for each format, all limits), then decoded by its format's file
//! (`jpeg`, `png`, `webp`, `gif`), converted to sRGB (`colour`), turned upright (`orient`) and handed out as
//! [`Pixels`]. Nothing of a file but its pixels goes on: what we serve was encoded here. [`mask`] reads and writes
//! stencils, [`stencil`] sets a provider's answer into the hole, [`pool`] keeps many pictures at once from taking all
//! the memory. Everything here but the pool is plain computing: no clock, no disk, no network.
//!
//! To add a format: a file with a walker and a decoder, and a line in `survey`.

mod colour;
mod exif;
mod gif;
mod jpeg;
pub mod mask;
mod normalise;
mod orient;
mod png;
pub mod pool;
mod raster;
mod resize;
#[cfg(test)]
mod samples;
pub mod stencil;
mod survey;
mod webp;

pub use normalise::{Normalised, normalise};
pub use raster::{Pixels, WrongLength};
pub use resize::{Derivatives, derivatives, resize};
pub use survey::{Peek, peek};

use crate::domain::{source::Format, spec::Size};
use bytes::Bytes;
use colour::{Channels, Profile};
use raster::Raster;
use std::panic::{self, AssertUnwindSafe};
use survey::{Plan, survey};

/// A picture as a file of ours.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// The file.
    pub bytes: Bytes,
    /// What it is.
    pub format: Format,
    /// Width and height.
    pub size: Size,
}

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Not a picture, or one of a kind we do not take.
    #[error("not a picture we take")]
    Unsupported,
    /// Broken, or cut off.
    #[error("the picture is damaged or incomplete")]
    Damaged,
    /// More bytes than [`MAX_UPLOAD_BYTES`](crate::domain::limits::MAX_UPLOAD_BYTES).
    #[error("the file is too big")]
    TooBig,
    /// More pixels than [`MAX_PIXELS`](crate::domain::limits::MAX_PIXELS).
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// A side above [`MAX_SIDE`](crate::domain::limits::MAX_SIDE).
    #[error("a side of the picture is too long")]
    TooLong,
    /// A side below [`MIN_SIDE`](crate::domain::limits::MIN_SIDE).
    #[error("a side of the picture is too short")]
    TooSmall,
    /// More scans, or more memory to decode, than a picture needs.
    #[error("the picture is built in a way that takes too long to read")]
    TooComplex,
}

/// A picture could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the picture could not be written as {format}", format = .0.name())]
pub struct EncodeError(pub Format);

/// How exactly a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// Every byte comes back, also the colours under alpha 0. PNG and WebP.
    Lossless,
    /// From 1 to 100. JPEG and WebP.
    Lossy(u8),
}

/// Pixels as stored, what they mean, and the profile that came with them.
type Decoded = (Raster, Channels, Option<Profile>);

/// Reads a picture: upright, sRGB, the first frame. Checks every limit but the size of the file.
pub fn decode(file: &[u8]) -> Result<Pixels, PictureError> {
    let (_, survey) = survey(file)?;
    decode_surveyed(&survey)
}

/// Reads a PNG of ours row by row from the top, without keeping any; `row` is given the pixels. Its size is asked for
/// before the first.
fn each_row_of_png(file: &[u8], size: Size, row: impl FnMut(&[[u8; 4]])) -> Result<(), PictureError> {
    let (_, survey) = survey(file)?;
    match &survey.plan {
        Plan::Png(plan) if survey.stored == size => png::each_row(plan, size, row),
        _ => Err(PictureError::Unsupported),
    }
}

/// For the formats whose profile the walk has found already.
fn without_profile(decoded: Result<(Raster, Channels), PictureError>) -> Result<Decoded, PictureError> {
    decoded.map(|(raster, channels)| (raster, channels, None))
}

/// Reads a picture that has been looked at.
fn decode_surveyed(survey: &survey::Survey<'_>) -> Result<Pixels, PictureError> {
    // The decoders are written by others and fed by strangers: if one gives up with a panic, the file is at fault.
    let (mut raster, channels, profile) = panic::catch_unwind(AssertUnwindSafe(|| match &survey.plan {
        Plan::Png(plan) => png::decode(plan, survey.stored),
        Plan::Jpeg(plan) => without_profile(jpeg::decode(plan, survey.stored, survey.orientation.turns())),
        Plan::Webp(plan) => without_profile(webp::decode(plan)),
        Plan::Gif(plan) => without_profile(gif::decode(plan, survey.stored)),
        Plan::None => Err(PictureError::Unsupported),
    }))
    .unwrap_or(Err(PictureError::Damaged))?;
    // What a PNG says in its four bytes goes before a profile, as its specification has it.
    colour::to_srgb(&mut raster, channels, survey.profile.as_ref().or(profile.as_ref()));
    orient::upright(raster, survey.orientation)
        .into_pixels()
        .map_err(|WrongLength| PictureError::Damaged)
}

/// Writes a picture, without any metadata. What has no alpha loses it to a white ground.
pub fn encode(pixels: &Pixels, format: Format, quality: Quality) -> Result<Bytes, EncodeError> {
    match (format, quality) {
        (Format::Png, _) => png::encode(pixels),
        (Format::Jpeg, Quality::Lossy(quality)) => jpeg::encode(pixels, quality),
        (Format::Jpeg, Quality::Lossless) => Err(EncodeError(format)),
        (Format::Webp, Quality::Lossless) => webp::encode_lossless(pixels),
        (Format::Webp, Quality::Lossy(quality)) => webp::encode_lossy(pixels, quality),
    }
}

#[cfg(test)]
mod matrix;
#[cfg(test)]
mod tests;
