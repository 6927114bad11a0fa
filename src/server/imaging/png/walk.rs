//! Going through a PNG chunk by chunk, without decoding anything.

use super::super::{
    PictureError,
    colour::Profile,
    survey::{self, Survey},
};
use crate::domain::{source::Removed, spec::Size};
use std::{
    io::{self, BufRead, Read, Seek, SeekFrom},
    iter,
    ops::Range,
};

/// The first eight bytes.
pub(in super::super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Largest profile, compressed, that is handed to the decoder.
const MAX_PROFILE_CHUNK: usize = 4 * 1024 * 1024;

/// What the decoder is given.
pub(in super::super) struct Plan<'a> {
    file: &'a [u8],
    kept: Vec<Range<usize>>,
    interlaced: bool,
}

impl<'a> Plan<'a> {
    pub(super) fn reader(&self) -> Pieces<'a, '_> {
        Pieces {
            file: self.file,
            ranges: &self.kept,
            at: 0,
        }
    }

    /// Rows the decoder hands out: with interlacing those of all seven passes.
    pub(super) fn row_count(&self, size: Size) -> usize {
        if !self.interlaced {
            return size.height as usize;
        }
        // First column and row of each pass, and how far apart its columns and rows are.
        let passes = [
            ((0, 0), (8, 8)),
            ((4, 0), (8, 8)),
            ((0, 4), (4, 8)),
            ((2, 0), (4, 4)),
            ((0, 2), (2, 4)),
            ((1, 0), (2, 2)),
            ((0, 1), (1, 2)),
        ];
        let rows = passes.iter().filter(|((x, _), _)| *x < size.width);
        rows.map(|((_, y), (_, step))| size.height.saturating_sub(*y).div_ceil(*step) as usize)
            .sum()
    }
}

/// The kept parts of a file, one after the other.
pub(super) struct Pieces<'a, 'p> {
    file: &'a [u8],
    ranges: &'p [Range<usize>],
    /// Bytes used of the first range.
    at: usize,
}

impl Read for Pieces<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Pieces<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while let Some((first, rest)) = self.ranges.split_first() {
            if self.at < first.len() {
                return Ok(&self.file[first.start + self.at..first.end]);
            }
            (self.ranges, self.at) = (rest, 0);
        }
        Ok(&[])
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
    }
}

/// Asked for by the decoder's bounds, but never used by it.
impl Seek for Pieces<'_, '_> {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// What the first chunk says, or what is wrong with it.
pub(in super::super) fn header(file: &[u8]) -> Result<Size, PictureError> {
    let long = |at: usize| -> Option<u32> { Some(u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?)) };
    if file.get(8..16) != Some(b"\0\0\0\rIHDR") {
        return Err(PictureError::Damaged);
    }
    match (long(16), long(20)) {
        (Some(width), Some(height)) => Ok(Size::new(width, height)),
        _ => Err(PictureError::Damaged),
    }
}

/// Walks through the chunks up to the end of the picture.
pub(in super::super) fn survey(file: &[u8]) -> Result<Survey<'_>, PictureError> {
    let size = header(file)?;
    // Later chunks are looked at only when the size is one we take.
    survey::check_size(size)?;
    let plan = Plan {
        file,
        kept: iter::once(0..SIGNATURE.len()).collect(),
        interlaced: file.get(28).is_some_and(|&method| method != 0),
    };
    let mut survey = Survey::new(size, survey::Plan::None);
    let plan = chunks(plan, &mut survey)?;
    survey.plan = survey::Plan::Png(plan);
    Ok(survey)
}

fn chunks<'a>(mut plan: Plan<'a>, survey: &mut Survey<'_>) -> Result<Plan<'a>, PictureError> {
    let file = plan.file;
    let mut at = SIGNATURE.len();
    let mut pixels = false;
    while let Some((&length, rest)) = file.get(at..).and_then(<[u8]>::split_first_chunk::<4>) {
        let Some(&kind) = rest.first_chunk::<4>() else { break };
        let length = u32::from_be_bytes(length) as usize;
        let end = (at + 12).saturating_add(length);
        let body = &file[(at + 8).min(file.len())..end.saturating_sub(4).min(file.len())];
        let chunk = at..end.min(file.len());
        at = end;
        match &kind {
            b"IHDR" if plan.kept.len() > 1 => return Err(PictureError::Damaged),
            b"IDAT" => {
                pixels = true;
                plan.keep(chunk);
            }
            b"IHDR" | b"PLTE" | b"tRNS" => plan.keep(chunk),
            b"IEND" => {
                plan.keep(chunk);
                if end < file.len() {
                    survey.removed.insert(Removed::Trailing);
                }
                break;
            }
            b"iCCP" => {
                survey.removed.insert(Removed::Icc);
                if length <= MAX_PROFILE_CHUNK && !pixels {
                    plan.keep(chunk);
                }
            }
            b"cICP" => {
                if let &[primaries, transfer, 0, _] = body {
                    survey.profile = Some(Profile::Cicp(primaries, transfer));
                }
            }
            b"eXIf" => survey.note_exif(body),
            b"acTL" => {
                survey.removed.insert(Removed::Frames);
            }
            b"tEXt" | b"zTXt" | b"iTXt" => note_text(survey, body),
            // An unknown chunk that says it cannot be left out.
            [first, ..] if first.is_ascii_uppercase() => return Err(PictureError::Unsupported),
            _ => {}
        }
    }
    if pixels { Ok(plan) } else { Err(PictureError::Damaged) }
}

impl Plan<'_> {
    fn keep(&mut self, range: Range<usize>) {
        match self.kept.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.kept.push(range),
        }
    }
}

/// Texts carry other metadata as well, by their keyword.
fn note_text(survey: &mut Survey<'_>, body: &[u8]) {
    let keyword = body.split(|&byte| byte == 0).next().unwrap_or_default();
    match keyword {
        b"XML:com.adobe.xmp" => survey.note_xmp(body),
        b"Raw profile type xmp" => {
            survey.removed.insert(Removed::Xmp);
        }
        b"Raw profile type exif" | b"Raw profile type APP1" => {
            survey.removed.insert(Removed::Exif);
        }
        b"Raw profile type iptc" | b"Raw profile type 8bim" => {
            survey.removed.insert(Removed::Iptc);
        }
        _ => {
            survey.removed.insert(Removed::Text);
        }
    }
}
