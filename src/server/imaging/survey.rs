//! Looking at a file before any pixel is decoded: what it is, how large, what it would cost, what it carries along.
//!
//! Each format has a walker that goes through the file's structure and nothing else. Every limit is checked on what
//! the walkers report, so that no allocation depends on a number that was not checked. To add a format: a walker that
//! fills a [`Survey`], a decoder, and a line in [`Kind::sniff`].

use super::{
    PictureError,
    colour::Profile,
    exif::Exif,
    gif, jpeg,
    orient::{self, Orientation},
    png, webp,
};
use crate::domain::{
    limits::{MAX_DECODED_BYTES, MAX_PIXELS, MAX_SIDE, MIN_SIDE},
    source::{Format, Removed},
    spec::Size,
};
use std::collections::BTreeSet;

/// Most bytes a decoder may hold at once, its own buffers included: with the file and what is written, a single
/// picture stays near 300 MB however it is built.
const MAX_WORKING_BYTES: u64 = 250_000_000;

/// What a file is, from its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
    Webp,
    Gif,
}

impl Kind {
    fn sniff(file: &[u8]) -> Result<Self, PictureError> {
        if file.is_empty() {
            return Err(PictureError::Empty);
        }
        if file.starts_with(&[0xff, 0xd8, 0xff]) {
            return Ok(Self::Jpeg);
        }
        if file.starts_with(png::SIGNATURE) {
            return Ok(Self::Png);
        }
        if file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP") {
            return Ok(Self::Webp);
        }
        if file.starts_with(b"GIF87a") || file.starts_with(b"GIF89a") {
            return Ok(Self::Gif);
        }
        Err(PictureError::Unsupported)
    }
}

/// What a walker found.
pub(super) struct Survey<'a> {
    /// The size as stored, before turning upright.
    pub(super) stored: Size,
    pub(super) orientation: Orientation,
    pub(super) profile: Option<Profile>,
    pub(super) removed: BTreeSet<Removed>,
    /// Bytes the decoder needs for each pixel at its worst moment, in halves of a byte: 8 is four bytes a pixel.
    pub(super) half_bytes_a_pixel: u64,
    pub(super) plan: Plan<'a>,
}

/// What the decoder of a format needs to know.
pub(super) enum Plan<'a> {
    Jpeg(jpeg::Plan<'a>),
    Png(png::Plan<'a>),
    Webp(webp::Plan<'a>),
    Gif(gif::Plan<'a>),
    /// Not known yet.
    None,
}

impl Survey<'_> {
    /// An empty report on a picture of this size.
    pub(super) fn new(stored: Size, plan: Plan<'_>) -> Survey<'_> {
        Survey {
            stored,
            orientation: Orientation::default(),
            profile: None,
            removed: BTreeSet::new(),
            half_bytes_a_pixel: 8,
            plan,
        }
    }

    /// Notes an Exif block: which way is up, and what it gave away.
    pub(super) fn note_exif(&mut self, block: &[u8]) {
        let exif = Exif::read(block);
        // The first block that says something decides, as in every viewer.
        if self.orientation == Orientation::default() {
            self.orientation = exif.orientation;
        }
        self.removed.insert(Removed::Exif);
        if exif.gps {
            self.removed.insert(Removed::Gps);
        }
        if exif.thumbnail {
            self.removed.insert(Removed::Thumbnail);
        }
    }

    /// Notes an XMP packet. Positions hide there too.
    pub(super) fn note_xmp(&mut self, packet: &[u8]) {
        self.removed.insert(Removed::Xmp);
        if packet.windows(7).any(|some| some == b"exif:GP") {
            self.removed.insert(Removed::Gps);
        }
    }

    /// Bytes at the decoder's worst moment, turning upright included.
    pub(super) fn working_bytes(&self) -> u64 {
        let pixels = self.stored.pixels();
        let decoding = pixels * self.half_bytes_a_pixel / 2;
        let turning = if self.orientation.turns() {
            orient::turning_bytes(pixels)
        } else {
            pixels * 4
        };
        decoding.max(turning)
    }
}

/// Walks through the file and checks every limit.
pub(super) fn survey(file: &[u8]) -> Result<(Kind, Survey<'_>), PictureError> {
    let kind = Kind::sniff(file)?;
    let survey = match kind {
        Kind::Jpeg => jpeg::survey(file)?,
        Kind::Png => png::survey(file)?,
        Kind::Webp => webp::survey(file)?,
        Kind::Gif => gif::survey(file)?,
    };
    check_size(survey.stored)?;
    if survey.working_bytes() > MAX_WORKING_BYTES {
        return Err(PictureError::TooComplex);
    }
    Ok((kind, survey))
}

/// Checks the limits on width and height.
pub(super) fn check_size(size: Size) -> Result<(), PictureError> {
    if size.width == 0 || size.height == 0 {
        return Err(PictureError::Damaged);
    }
    if size.pixels() > MAX_PIXELS || size.pixels() * 4 > MAX_DECODED_BYTES {
        return Err(PictureError::TooManyPixels);
    }
    if size.width > MAX_SIDE || size.height > MAX_SIDE {
        return Err(PictureError::TooLong);
    }
    if size.width < MIN_SIDE || size.height < MIN_SIDE {
        return Err(PictureError::TooSmall);
    }
    Ok(())
}

/// What can be said of a picture without decoding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peek {
    /// The format; nothing for a GIF, which we read but never write.
    pub format: Option<Format>,
    /// Width and height, upright.
    pub size: Size,
    /// Bytes needed to decode it: what [`pool::Pool`](super::pool::Pool) weighs the work by.
    pub decoded_bytes: u64,
    /// What normalising it would take away.
    pub removed: Vec<Removed>,
}

/// Looks at the structure of a file and checks every limit, without decoding a pixel.
pub fn peek(file: &[u8]) -> Result<Peek, PictureError> {
    let (kind, survey) = survey(file)?;
    Ok(Peek {
        format: match kind {
            Kind::Jpeg => Some(Format::Jpeg),
            Kind::Png => Some(Format::Png),
            Kind::Webp => Some(Format::Webp),
            Kind::Gif => None,
        },
        size: survey.orientation.upright(survey.stored),
        decoded_bytes: survey.working_bytes(),
        removed: survey.removed.into_iter().collect(),
    })
}
