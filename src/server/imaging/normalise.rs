//! From an upload to what is kept: a master, two small pictures, and nothing a person did not mean to show.

use super::{
    EncodeError, Encoded, PictureError, Quality, decode_surveyed, encode, resize,
    survey::{Kind, survey},
};
use crate::domain::{
    limits::MAX_UPLOAD_BYTES,
    source::{Format, Removed},
};

/// Quality of masters made from JPEGs: their second generation cannot be told from the first by eye.
const MASTER_QUALITY: u8 = 95;

/// An upload brought to the one form everything else works with.
#[derive(Debug, Clone)]
pub struct Normalised {
    /// Upright, sRGB, full size: JPEG for what came as JPEG, PNG for everything else.
    pub master: Encoded,
    /// For pages.
    pub preview: Encoded,
    /// For lists.
    pub thumb: Encoded,
    /// Whether anything is see-through.
    pub alpha: bool,
    /// What was taken away.
    pub removed: Vec<Removed>,
    /// A few bytes that paint a blurred picture until the real one is there.
    pub thumbhash: Vec<u8>,
}

impl From<EncodeError> for PictureError {
    /// Only a lack of memory stops our encoders at sizes we take.
    fn from(_: EncodeError) -> Self {
        Self::TooComplex
    }
}

/// Takes a file from a stranger, or says why not.
pub fn normalise(file: &[u8]) -> Result<Normalised, PictureError> {
    if file.len() as u64 > MAX_UPLOAD_BYTES {
        return Err(PictureError::TooBig);
    }
    let (kind, survey) = survey(file)?;
    let pixels = decode_surveyed(&survey)?;
    let size = pixels.size();
    let alpha = !pixels.is_opaque();
    let (format, quality) = if kind == Kind::Jpeg {
        (Format::Jpeg, Quality::Lossy(MASTER_QUALITY))
    } else {
        (Format::Png, Quality::Lossless)
    };
    let master = Encoded {
        bytes: encode(&pixels, format, quality)?,
        format,
        size,
    };
    let (derivatives, thumbhash) = resize::derive(pixels)?;
    Ok(Normalised {
        master,
        preview: derivatives.preview,
        thumb: derivatives.thumb,
        alpha,
        removed: survey.removed.into_iter().collect(),
        thumbhash,
    })
}
