//! Going through a JPEG marker by marker, without decoding anything.

use super::super::{
    PictureError,
    colour::Profile,
    survey::{self, Survey},
};
use super::Plan;
use crate::domain::{
    limits::{MAX_SCAN_PIXELS, MAX_SCANS},
    source::Removed,
    spec::Size,
};
use std::{collections::BTreeMap, ops::Range};

const SOF0: u8 = 0xc0;
const SOF1: u8 = 0xc1;
const SOF2: u8 = 0xc2;
const DHT: u8 = 0xc4;
const JPG: u8 = 0xc8;
const DAC: u8 = 0xcc;
const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DQT: u8 = 0xdb;
const DNL: u8 = 0xdc;
const DRI: u8 = 0xdd;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP13: u8 = 0xed;
const APP14: u8 = 0xee;
const COM: u8 = 0xfe;

const ICC: &[u8] = b"ICC_PROFILE\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const XMP_MORE: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";

/// The frame header.
struct Frame {
    size: Size,
    progressive: bool,
    /// Sampling factors across and down of each component.
    sampling: Vec<(u8, u8)>,
    /// Whether the components are called R, G and B.
    spells_rgb: bool,
}

impl Frame {
    fn read(marker: u8, segment: &[u8]) -> Result<Self, PictureError> {
        let [precision, h1, h0, w1, w0, count, components @ ..] = segment else {
            return Err(PictureError::Damaged);
        };
        if *precision != 8 {
            return Err(PictureError::Unsupported);
        }
        let size = Size::new(
            u32::from(u16::from_be_bytes([*w1, *w0])),
            u32::from(u16::from_be_bytes([*h1, *h0])),
        );
        let count = usize::from(*count);
        if !matches!(count, 1 | 3 | 4) || components.len() < count * 3 {
            return Err(PictureError::Damaged);
        }
        let sampling: Vec<_> = components
            .chunks_exact(3)
            .take(count)
            .map(|component| (component[1] >> 4, component[1] & 15))
            .collect();
        if sampling
            .iter()
            .any(|&(across, down)| !(1..=4).contains(&across) || !(1..=4).contains(&down))
        {
            return Err(PictureError::Damaged);
        }
        Ok(Self {
            size,
            progressive: marker == SOF2,
            sampling,
            spells_rgb: components
                .chunks_exact(3)
                .take(count)
                .map(|component| component[0])
                .eq(*b"RGB"),
        })
    }

    /// Samples of all components for each group of pixels that share the coarsest one, and pixels in that group.
    fn samples(&self) -> (u64, u64) {
        let across = self
            .sampling
            .iter()
            .map(|factors| u64::from(factors.0))
            .max()
            .unwrap_or(1);
        let down = self
            .sampling
            .iter()
            .map(|factors| u64::from(factors.1))
            .max()
            .unwrap_or(1);
        (
            self.sampling
                .iter()
                .map(|factors| u64::from(factors.0) * u64::from(factors.1))
                .sum(),
            across * down,
        )
    }

    /// Bits that even the plainest picture takes: for each block of 64 samples one code, or two where the second says
    /// that nothing follows.
    fn fewest_bits(&self) -> u64 {
        let (samples, pixels) = self.samples();
        self.size.pixels() * samples / pixels / 64 * if self.progressive { 1 } else { 2 }
    }

    /// Bytes of coefficients for each pixel, in halves, when they all have to be kept: two bytes a sample.
    fn coefficient_half_bytes(&self) -> u64 {
        let (samples, pixels) = self.samples();
        (4 * samples).div_ceil(pixels)
    }
}

/// Which coefficients have been sent down to their last bit, for each component.
struct Coverage(BTreeMap<u8, u64>);

impl Coverage {
    fn note(&mut self, scan: &[u8]) {
        let Some((&count, rest)) = scan.split_first() else {
            return;
        };
        let count = usize::from(count);
        let (Some(components), Some(&[first, last, bits])) =
            (rest.get(..count * 2), rest.get(count * 2..count * 2 + 3))
        else {
            return;
        };
        if bits.trailing_zeros() >= 4 && first <= last && last < 64 {
            let band = (u64::MAX >> (63 - last)) & (u64::MAX << first);
            for component in components.chunks_exact(2) {
                *self.0.entry(component[0]).or_default() |= band;
            }
        }
    }

    fn is_whole(&self, components: usize) -> bool {
        self.0.len() == components && self.0.values().all(|&band| band == u64::MAX)
    }
}

/// What is left of a file for the decoder: tables, frame and scans, without metadata, fillers or anything after the end.
pub(in super::super) fn survey(file: &[u8]) -> Result<Survey<'_>, PictureError> {
    let mut walk = Walk {
        file,
        kept: Vec::new(),
        frame: None,
        scans: 0,
        coverage: Coverage(BTreeMap::new()),
        scan_bytes: 0,
        last_scan_bytes: 0,
        first_scan_components: 0,
        adobe: None,
        profile: BTreeMap::new(),
        notes: Survey::new(Size::new(0, 0), survey::Plan::None),
    };
    let end = walk.run()?;
    let frame = walk.frame.ok_or(PictureError::Damaged)?;
    if walk.scans == 0 {
        return Err(PictureError::Damaged);
    }
    survey::check_size(frame.size)?;
    if walk.scans > MAX_SCANS || u64::from(walk.scans) * frame.size.pixels() > MAX_SCAN_PIXELS {
        return Err(PictureError::TooComplex);
    }
    // No code is shorter than a bit: this much is needed whatever the picture shows.
    if walk.scan_bytes * 8 < frame.fewest_bits() {
        return Err(PictureError::Damaged);
    }
    if end.is_some_and(|end| end < file.len()) {
        walk.notes.removed.insert(Removed::Trailing);
    }
    let components = frame.sampling.len();
    // Kept only where it says something: the decoder takes it at its word whatever the number of components.
    let mut differences = false;
    let mut plain = frame.spells_rgb;
    if let Some((transform, range)) = walk.adobe
        && matches!((components, transform), (3, 0) | (4, 0 | 2))
    {
        walk.kept.insert(0, range);
        differences = transform == 2;
        plain |= components == 3;
    }
    let keeps_coefficients = frame.progressive || usize::from(walk.first_scan_components) < components;
    let plan = Plan {
        file,
        kept: walk.kept,
        ended: end.is_some(),
        keeps_coefficients,
        last_scan_bytes: walk.last_scan_bytes,
        covered: walk.coverage.is_whole(components),
        components,
        differences,
        plain,
    };
    let output = if components == 4 || !keeps_coefficients { 8 } else { 6 };
    let profile = assemble(&walk.profile).map(Profile::Icc);
    Ok(Survey {
        stored: frame.size,
        half_bytes_a_pixel: output
            + if keeps_coefficients {
                frame.coefficient_half_bytes()
            } else {
                0
            },
        profile,
        plan: survey::Plan::Jpeg(plan),
        orientation: walk.notes.orientation,
        removed: walk.notes.removed,
    })
}

struct Walk<'a> {
    file: &'a [u8],
    kept: Vec<Range<usize>>,
    frame: Option<Frame>,
    scans: u32,
    coverage: Coverage,
    scan_bytes: u64,
    last_scan_bytes: usize,
    first_scan_components: u8,
    /// How Adobe's colours are to be read, and where that is said.
    adobe: Option<(u8, Range<usize>)>,
    /// Parts of the profile by number, with how many there should be.
    profile: BTreeMap<u8, (u8, &'a [u8])>,
    notes: Survey<'static>,
}

impl<'a> Walk<'a> {
    /// Walks to the end of the picture; gives the place after its end marker, if there is one.
    fn run(&mut self) -> Result<Option<usize>, PictureError> {
        let mut at = 2;
        loop {
            // Whatever stands between two segments is skipped, as every viewer does.
            let Some(marker_at) = next_marker(self.file, at) else {
                return self.cut_off();
            };
            let marker = self.file[marker_at + 1];
            let body = marker_at + 2;
            if marker == EOI {
                if self.scans == 0 {
                    return Err(PictureError::Damaged);
                }
                self.keep(marker_at..body);
                return Ok(Some(body));
            }
            if matches!(marker, 0x01 | 0xd0..=SOI) {
                at = body;
                continue;
            }
            let Some(&[high, low]) = self.file.get(body..body + 2) else {
                return self.cut_off();
            };
            let length = usize::from(u16::from_be_bytes([high, low]));
            let end = body + length;
            let Some(segment) = self.file.get(body + 2..end) else {
                // Shorter than its own length says two bytes, or running past the end of the file.
                return if length < 2 {
                    Err(PictureError::Damaged)
                } else {
                    self.cut_off()
                };
            };
            at = end;
            match marker {
                SOF0 | SOF1 | SOF2 => {
                    // A second frame would bring a size that nobody checked.
                    if self.frame.is_some() || self.scans > 0 {
                        return Err(PictureError::Damaged);
                    }
                    self.frame = Some(Frame::read(marker, segment)?);
                    self.keep(marker_at..end);
                }
                DHT | DQT | DRI => self.keep(marker_at..end),
                SOS => {
                    if self.frame.is_none() {
                        return Err(PictureError::Damaged);
                    }
                    if self.scans == 0 {
                        self.first_scan_components = segment.first().copied().unwrap_or(0);
                    }
                    self.scans += 1;
                    if self.scans > MAX_SCANS {
                        return Err(PictureError::TooComplex);
                    }
                    self.coverage.note(segment);
                    at = end_of_scan(self.file, end);
                    self.last_scan_bytes = at - end;
                    self.scan_bytes += (at - end) as u64;
                    self.keep(marker_at..at);
                }
                // Lossless, hierarchical and arithmetic coding.
                0xc3..=0xcf if marker != JPG => return Err(PictureError::Unsupported),
                DAC | DNL => return Err(PictureError::Unsupported),
                // Motion JPEG leaves its usual tables out and says so here.
                APP0 if segment.starts_with(b"AVI1") => self.keep(marker_at..end),
                APP14 if segment.len() >= 12 && segment.starts_with(b"Adobe") => {
                    self.adobe = Some((segment[11], marker_at..end));
                }
                _ => self.note(marker, segment),
            }
        }
    }

    /// The file stops in the middle: what came so far has to be enough to try.
    fn cut_off(&self) -> Result<Option<usize>, PictureError> {
        if self.scans == 0 {
            Err(PictureError::Damaged)
        } else {
            Ok(None)
        }
    }

    fn keep(&mut self, range: Range<usize>) {
        match self.kept.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.kept.push(range),
        }
    }

    fn note(&mut self, marker: u8, segment: &'a [u8]) {
        match marker {
            APP0 if segment.starts_with(b"JFXX\0") => {
                self.notes.removed.insert(Removed::Thumbnail);
            }
            // The last two of these bytes are the thumbnail's width and height.
            APP0 if segment.starts_with(b"JFIF\0") && segment.get(12..14).is_some_and(|sides| sides != [0, 0]) => {
                self.notes.removed.insert(Removed::Thumbnail);
            }
            APP1 if segment.starts_with(b"Exif\0") => self.notes.note_exif(segment.get(6..).unwrap_or_default()),
            APP1 if segment.starts_with(XMP) || segment.starts_with(XMP_MORE) => self.notes.note_xmp(segment),
            APP2 if segment.starts_with(ICC) => {
                self.notes.removed.insert(Removed::Icc);
                if let [number, count, data @ ..] = &segment[ICC.len()..] {
                    self.profile.entry(*number).or_insert((*count, data));
                }
            }
            APP13 => {
                self.notes.removed.insert(Removed::Iptc);
            }
            COM => {
                self.notes.removed.insert(Removed::Text);
            }
            _ => {}
        }
    }
}

/// The place of the next byte 0xff that starts a marker.
fn next_marker(file: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += file.get(at..)?.iter().position(|&byte| byte == 0xff)?;
        match file.get(at + 1)? {
            // A filler: the marker may start at the next byte.
            0xff => at += 1,
            0x00 => at += 2,
            _ => return Some(at),
        }
    }
}

/// The end of the entropy-coded data that starts here: the next marker that is no restart, or the end of the file.
fn end_of_scan(file: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(marker) = next_marker(file, at) {
        if !matches!(file[marker + 1], 0xd0..=0xd7) {
            return marker;
        }
        at = marker + 2;
    }
    file.len()
}

/// The profile from its parts, when all are there.
fn assemble(parts: &BTreeMap<u8, (u8, &[u8])>) -> Option<Vec<u8>> {
    let count = parts.values().next()?.0;
    let whole = parts.len() == usize::from(count) && parts.keys().copied().eq(1..=count);
    whole.then(|| parts.values().flat_map(|(_, data)| data.iter().copied()).collect())
}
