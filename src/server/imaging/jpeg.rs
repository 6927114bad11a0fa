//! JPEG: decoding by `zune-jpeg`, encoding by `jpeg-encoder`.
//!
//! The decoder never sees the file as it came, but a copy of its tables, frame and scans: so broken metadata cannot
//! disturb it, and the one frame header it can find is the one whose size was checked.
//!
//! A file without its end marker is shown, one without a good part of its pixels is refused. The decoder fills rows it
//! could not read with 128, alpha included; where it keeps all coefficients until the end it cannot tell, and
//! [`cut_off`] finds out how far down the last bytes of the file reach.

mod walk;

use super::{
    EncodeError, PictureError,
    colour::Channels,
    raster::{Layout, Pixels, Raster},
};
use crate::domain::{
    limits::{MAX_SCANS, MAX_SIDE},
    source::Format,
    spec::Size,
};
use bytes::Bytes;
use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hasher},
    ops::Range,
};
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

pub(super) use walk::survey;

/// What the decoder fills rows with that it could not read.
const UNREAD: u8 = 128;
/// At most how many bytes are left out to see how far down they reach.
const LAST_BYTES: usize = 64;

/// What the walk found out for the decoder.
pub(super) struct Plan<'a> {
    pub(super) file: &'a [u8],
    /// The parts of the file that are pixels.
    pub(super) kept: Vec<Range<usize>>,
    /// Whether the end marker is there.
    pub(super) ended: bool,
    /// Whether the decoder keeps all coefficients until the last scan.
    pub(super) keeps_coefficients: bool,
    /// Bytes of data of the last scan.
    pub(super) last_scan_bytes: usize,
    /// Whether all coefficients of all components are sent to the last bit.
    pub(super) covered: bool,
    pub(super) components: usize,
    /// Whether the three of the four inks are stored as brightness and two differences.
    pub(super) differences: bool,
    /// Whether red, green and blue are stored as they are, without brightness and differences.
    pub(super) plain: bool,
}

impl Plan<'_> {
    /// The file without anything but pixels.
    fn distilled(&self) -> Cow<'_, [u8]> {
        if let [range] = self.kept.as_slice()
            && range.start == 2
        {
            return Cow::Borrowed(&self.file[..range.end]);
        }
        let length = self.kept.iter().map(ExactSizeIterator::len).sum::<usize>();
        let mut distilled = Vec::with_capacity(length + 2);
        distilled.extend_from_slice(&[0xff, 0xd8]);
        for range in &self.kept {
            distilled.extend_from_slice(&self.file[range.clone()]);
        }
        Cow::Owned(distilled)
    }
}

/// Decodes the picture as stored. With `turns` the fourth byte of each pixel is left for turning to fill in.
pub(super) fn decode(plan: &Plan<'_>, size: Size, turns: bool) -> Result<(Raster, Channels), PictureError> {
    let file = plan.distilled();
    let channels = match plan.components {
        1 => Channels::Grey,
        3 => Channels::Rgb,
        _ => Channels::Inks,
    };
    let colours = match channels {
        Channels::Inks if plan.differences => ColorSpace::YCCK,
        Channels::Inks => ColorSpace::CMYK,
        // Three bytes while coefficients are held as well, or while a second picture will be. What is stored as red,
        // green and blue the decoder hands out as nothing else.
        _ if plan.keeps_coefficients || turns || plan.plain => ColorSpace::RGB,
        _ => ColorSpace::RGBA,
    };
    let layout = if colours == ColorSpace::RGB {
        Layout::Rgb
    } else {
        Layout::Rgba
    };
    let mut raster = Raster::new(size, layout);
    if plan.keeps_coefficients && !plan.ended {
        let left_out = LAST_BYTES.min(plan.last_scan_bytes / 2);
        if !plan.covered || cut_off(&file, left_out, &mut raster, colours) {
            return Err(PictureError::Damaged);
        }
    }
    read(&file, colours, false, &mut raster)?;

    let row = size.width as usize * layout.bytes();
    let unread = raster
        .used()
        .rchunks_exact(row)
        .take_while(|row| row.iter().all(|&byte| byte == UNREAD))
        .count();
    let tolerated = (size.height as usize / 20).max(16);
    if unread > tolerated {
        // With alpha in the picture 128 throughout is a certain sign. Without, it may be grey: then a strict reading
        // says whether anything is missing.
        let certain = layout == Layout::Rgba && channels != Channels::Inks;
        if certain || read(&file, colours, true, &mut raster).is_err() {
            return Err(PictureError::Damaged);
        }
    } else if layout == Layout::Rgba && channels != Channels::Inks {
        for pixel in raster
            .used()
            .rchunks_exact_mut(row)
            .take(unread)
            .flat_map(|row| row.as_chunks_mut::<4>().0)
        {
            pixel[3] = 255;
        }
    }
    if colours == ColorSpace::YCCK {
        separate(&mut raster);
    }
    Ok((raster, channels))
}

fn read(file: &[u8], colours: ColorSpace, strict: bool, raster: &mut Raster) -> Result<(), PictureError> {
    // Colours have to be asked for before the headers are read: with them the way of converting is chosen.
    let options = DecoderOptions::default()
        .set_max_width(MAX_SIDE as usize)
        .set_max_height(MAX_SIDE as usize)
        .jpeg_set_max_scans(MAX_SCANS as usize)
        .jpeg_set_out_colorspace(colours)
        .set_strict_mode(strict);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(|_| PictureError::Damaged)?;
    if decoder.dimensions() != Some((raster.size.width as usize, raster.size.height as usize)) {
        return Err(PictureError::Damaged);
    }
    decoder.decode_into(raster.used()).map_err(|_| PictureError::Damaged)
}

/// Whether the file stops before its last scan has reached the lower edge: then its last bytes change only rows
/// higher up. Only for the rare files that keep coefficients and have no end marker.
fn cut_off(file: &[u8], left_out: usize, raster: &mut Raster, colours: ColorSpace) -> bool {
    let size = raster.size;
    let row = size.width as usize * raster.layout.bytes();
    let mut rows = |file: &[u8]| -> Result<Vec<u64>, PictureError> {
        read(file, colours, false, raster)?;
        let sum = |row: &[u8]| {
            let mut hasher = DefaultHasher::new();
            hasher.write(row);
            hasher.finish()
        };
        Ok(raster.used().chunks_exact(row).map(sum).collect())
    };
    let (Ok(shorter), Ok(whole)) = (rows(&file[..file.len() - left_out]), rows(file)) else {
        return true;
    };
    let lowest = shorter.iter().zip(&whole).rposition(|(one, other)| one != other);
    let tolerated = (size.height as usize / 20).max(16);
    // Bytes that change nothing, as at the end of a scan of fine detail in a soft picture, say nothing either.
    lowest.is_some_and(|lowest| lowest + tolerated < size.height as usize)
}

/// From brightness, two differences and black to four inks, still as Adobe stores them: 255 is no ink.
fn separate(raster: &mut Raster) {
    let (pixels, _) = raster.data.as_chunks_mut::<4>();
    for [y, cb, cr, _] in pixels {
        // ITU-T T.871 in 16 bits of fraction; the three are inks, so each is taken from 255.
        let (luma, blue, red) = (i32::from(*y) << 16, i32::from(*cb) - 128, i32::from(*cr) - 128);
        let ink = |light: i32| 255 - u8::try_from(((light + 0x8000) >> 16).clamp(0, 255)).unwrap_or(0);
        *y = ink(luma + 91_881 * red);
        *cb = ink(luma - 22_554 * blue - 46_802 * red);
        *cr = ink(luma + 116_130 * blue);
    }
}

/// Writes a JPEG without subsampling: a master is read again, and thin red lines should survive it.
pub(super) fn encode(pixels: &Pixels, quality: u8) -> Result<Bytes, EncodeError> {
    let failed = EncodeError(Format::Jpeg);
    let size = pixels.size();
    let (Ok(width), Ok(height)) = (u16::try_from(size.width), u16::try_from(size.height)) else {
        return Err(failed);
    };
    let flat = (!pixels.is_opaque()).then(|| flatten(pixels));
    let rgba = flat.as_deref().unwrap_or(pixels.rgba());
    let mut file = Vec::with_capacity(rgba.len() / 8);
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, quality.clamp(1, 100));
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_4_4);
    encoder
        .encode(rgba, width, height, jpeg_encoder::ColorType::Rgba)
        .map_err(|_| failed)?;
    Ok(file.into())
}

/// The picture on a white ground.
fn flatten(pixels: &Pixels) -> Vec<u8> {
    let mut rgba = pixels.rgba().to_vec();
    let (all, _) = rgba.as_chunks_mut::<4>();
    for [r, g, b, a] in all {
        let alpha = u16::from(*a);
        for value in [r, g, b] {
            let light = u16::from(*value) * alpha + 255 * (255 - alpha);
            *value = u8::try_from((light + 127) / 255).unwrap_or(u8::MAX);
        }
        *a = 255;
    }
    rgba
}

#[cfg(test)]
mod tests;
