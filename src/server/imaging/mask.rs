//! Masks as files: PNGs whose alpha says what may change.

use super::{EncodeError, PictureError, png, survey};
use crate::domain::{mask::Mask, spec::Size};
use bytes::Bytes;

/// Why a mask is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MaskError {
    /// Another kind of file.
    #[error("a mask is a PNG picture")]
    NotPng,
    /// Broken, or cut off.
    #[error("the mask is damaged or incomplete")]
    Damaged,
    /// Not of the source's size.
    #[error("the mask must have the source's size, {expected}")]
    Size {
        /// The source's size.
        expected: Size,
    },
    /// No alpha channel.
    #[error("the mask has no alpha channel")]
    WithoutAlpha,
    /// Nothing may change.
    #[error("the mask has no hole")]
    Empty,
}

/// Reads a mask for a source of this size: alpha below 128 may change. Nothing is allocated before the size has been
/// found to be the source's. A mask that opens everything is taken: the caller warns.
pub fn read_mask(file: &[u8], source: Size) -> Result<Mask, MaskError> {
    if !file.starts_with(png::SIGNATURE) {
        return Err(MaskError::NotPng);
    }
    if png::header(file).map_err(|_| MaskError::Damaged)? != source {
        return Err(MaskError::Size { expected: source });
    }
    let survey = png::survey(file).map_err(|_| MaskError::Damaged)?;
    let survey::Plan::Png(plan) = &survey.plan else {
        return Err(MaskError::Damaged);
    };
    let alpha = png::decode_alpha(plan, source).map_err(|_: PictureError| MaskError::Damaged)?;
    let alpha = alpha.ok_or(MaskError::WithoutAlpha)?;
    let mask = Mask::from_alpha(source.width, source.height, alpha.into_iter()).map_err(|_| MaskError::Damaged)?;
    if mask.hole().iter().all(|&value| value == 0) {
        return Err(MaskError::Empty);
    }
    Ok(mask)
}

/// Writes a mask at this size: black, alpha exactly 0 in the hole and exactly 255 elsewhere.
pub fn write_mask(mask: &Mask, size: Size) -> Result<Bytes, EncodeError> {
    let scaled;
    let mask = if (mask.width(), mask.height()) == (size.width, size.height) {
        mask
    } else {
        scaled = mask.scaled(size.width, size.height);
        &scaled
    };
    let width = size.width as usize;
    png::encode_alpha(size, |y, line| {
        let hole = &mask.hole()[y as usize * width..][..width];
        for (pixel, &value) in line.iter_mut().zip(hole) {
            pixel[3] = if value == 0 { 255 } else { 0 };
        }
    })
}

#[cfg(test)]
mod tests;
