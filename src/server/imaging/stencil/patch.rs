//! The part of an answer around the hole, brought to the source's pixels in one step: whatever size it came in and
//! however it lies, it is resampled once, or not at all where whole pixels fall on whole pixels.

use super::align::Placement;
use crate::domain::{source::Rect, spec::Size};
use crate::server::imaging::{
    Pixels,
    resize::{Part, resample},
};
use std::borrow::Cow;

/// Pixels of an answer where they belong in the source.
pub(super) struct Patch<'a> {
    /// Which pixels of the source it covers.
    pub(super) region: Rect,
    pixels: Cow<'a, Pixels>,
    /// Where the region starts in `pixels`.
    offset: (usize, usize),
}

/// One direction of the way from the source to the answer.
struct Axis {
    /// First pixel of the source that is covered, and how many are.
    start: u32,
    length: u32,
    /// The same in pixels of the answer.
    from: f64,
    width: f64,
}

impl Axis {
    /// What of `start..start + length` is covered by an answer of `answer` pixels to the frame.
    fn new(
        wanted: (u32, u32),
        frame: (u32, u32),
        answer: u32,
        map: impl Fn(f64) -> f64,
        back: impl Fn(f64) -> f64,
    ) -> Option<Self> {
        let right = |(start, length): (u32, u32)| f64::from(start) + f64::from(length);
        // Half a thousandth of a pixel: what rounding may take must not cost a row.
        let first = (back(f64::from(frame.0)) - 0.0005).ceil().max(f64::from(wanted.0));
        let last = (back(right(frame)) + 0.0005).floor().min(right(wanted));
        if last <= first {
            return None;
        }
        let across = f64::from(answer) / f64::from(frame.1);
        let from = ((map(first) - f64::from(frame.0)) * across).clamp(0.0, f64::from(answer));
        let to = ((map(last) - f64::from(frame.0)) * across).clamp(0.0, f64::from(answer));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the wanted pixels"
        )]
        let (start, length) = (first as u32, (last - first) as u32);
        Some(Self {
            start,
            length,
            from,
            width: to - from,
        })
    }
}

impl<'a> Patch<'a> {
    /// Cuts what is wanted for this region of the source out of an answer to the frame that lies like this. Nothing
    /// when the answer does not reach there.
    pub(super) fn cut(answer: &'a Pixels, frame: Rect, region: Rect, placement: &Placement) -> Option<Self> {
        let size = answer.size();
        let x = Axis::new(
            (region.x, region.width),
            (frame.x, frame.width),
            size.width,
            |x| placement.x(x),
            |x| placement.back_x(x),
        )?;
        let y = Axis::new(
            (region.y, region.height),
            (frame.y, frame.height),
            size.height,
            |y| placement.y(y),
            |y| placement.back_y(y),
        )?;
        let region = Rect {
            x: x.start,
            y: y.start,
            width: x.length,
            height: y.length,
        };
        if size == Size::new(frame.width, frame.height) && placement.is_whole() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole and within the answer"
            )]
            let offset = (x.from.round() as usize, y.from.round() as usize);
            return Some(Self {
                region,
                pixels: Cow::Borrowed(answer),
                offset,
            });
        }
        let part = Part {
            left: x.from,
            top: y.from,
            width: x.width,
            height: y.width,
        };
        let pixels = resample(
            answer,
            part,
            Size::new(region.width, region.height),
            !answer.is_opaque(),
        );
        Some(Self {
            region,
            pixels: Cow::Owned(pixels),
            offset: (0, 0),
        })
    }

    /// A row of the region, from its top.
    pub(super) fn row(&self, y: usize) -> &[[u8; 4]] {
        let start = (y + self.offset.1) * self.pixels.size().width as usize + self.offset.0;
        &self.pixels.rgba().as_chunks::<4>().0[start..][..self.region.width as usize]
    }

    /// Whether there is a pixel over this place of the source.
    pub(super) const fn covers(&self, x: u32, y: u32) -> bool {
        x >= self.region.x
            && y >= self.region.y
            && x - self.region.x < self.region.width
            && y - self.region.y < self.region.height
    }

    /// The pixel over this place of the source; beyond the edge that of the edge.
    pub(super) fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let within = |value: u32, start: u32, length: u32| value.saturating_sub(start).min(length - 1) as usize;
        self.row(within(y, self.region.y, self.region.height))[within(x, self.region.x, self.region.width)]
    }
}
