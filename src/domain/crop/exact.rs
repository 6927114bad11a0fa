//! Rectangles whose proportions are exactly those of a size the model paints.
//!
//! Every size on the grid is a shape `p:q` in lowest terms, times a whole number of steps; a rectangle of that shape is
//! `n·p` by `n·q` pixels. All shapes are tried (some ten thousand, whole numbers only), and the one that adds least to what
//! is needed wins.

use super::{SizeRule, centred};
use crate::domain::{source::Rect, spec::Size};

/// What resampling costs a candidate, in thousandths: a rectangle of the very size that is sent comes back untouched, and
/// may be a little larger for that.
const RESAMPLED: u64 = 40;
/// How much a rectangle may exceed what is needed, in thousandths of its area. Beyond, a slight distortion is better.
const MOST_SURPLUS: u64 = 1_000;

/// A rectangle around `needed` within the picture, and the size it is sent at; nothing where there is no room for one.
pub(super) fn find(picture: Size, hole: Rect, needed: Rect, rule: &SizeRule, pixels: u64) -> Option<(Rect, Size)> {
    let wanted = within_ratio(Size::new(needed.width, needed.height), picture, rule.max_ratio);
    let least = loosened(wanted, picture, hole, rule.multiple);
    let search = Search {
        picture,
        wanted,
        least,
        rule,
        budget: pixels.clamp(rule.min_pixels, rule.max_pixels),
    };
    let steps = rule.max_side / rule.multiple.max(1);
    let shapes = (1..=steps).flat_map(|p| (1..=steps).map(move |q| (p, q)));
    let (_, crop, sent) = shapes
        .filter(|&(p, q)| search.may_serve(p, q) && gcd(p, q) == 1)
        .filter_map(|shape| search.best_of(shape))
        .min_by_key(|&(score, crop, _)| (score, crop.pixels()))?;
    Some((centred(picture, hole, crop), sent))
}

/// The size, with the shorter side as long as the model's ratio wants it and the picture has it.
fn within_ratio(size: Size, picture: Size, max_ratio: u32) -> Size {
    let (width, height) = (size.width, size.height);
    Size::new(
        width.max(height.div_ceil(max_ratio).min(picture.width)),
        height.max(width.div_ceil(max_ratio).min(picture.height)),
    )
}

/// Where the picture ends before the context does, a side may give way by less than a step of the grid: 640 of 641
/// pixels have an exact shape. The hole never gives way.
fn loosened(wanted: Size, picture: Size, hole: Rect, step: u32) -> Size {
    let side = |wanted: u32, limit: u32, hole: u32| {
        if wanted == limit {
            wanted.saturating_sub(step.saturating_sub(1)).max(hole)
        } else {
            wanted
        }
    };
    Size::new(
        side(wanted.width, picture.width, hole.width),
        side(wanted.height, picture.height, hole.height),
    )
}

const fn gcd(a: u32, b: u32) -> u32 {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

struct Search<'a> {
    picture: Size,
    wanted: Size,
    least: Size,
    rule: &'a SizeRule,
    budget: u64,
}

impl Search<'_> {
    /// Whether the model paints this shape, and a rectangle of it need not be far larger than what is needed.
    fn may_serve(&self, p: u32, q: u32) -> bool {
        let (across, down) = (
            u64::from(p) * u64::from(self.least.height),
            u64::from(q) * u64::from(self.least.width),
        );
        let limit = 1_000 + MOST_SURPLUS;
        p.max(q) <= p.min(q).saturating_mul(self.rule.max_ratio)
            && across * 1_000 <= down * limit
            && down * 1_000 <= across * limit
    }

    /// The best rectangle of this shape: how bad it is, its size, the size it is sent at.
    fn best_of(&self, (p, q): (u32, u32)) -> Option<(u64, Size, Size)> {
        let least = self.least.width.div_ceil(p).max(self.least.height.div_ceil(q));
        let most = (self.picture.width / p).min(self.picture.height / q);
        // The smallest that covers it, and the next that is a whole number of steps.
        [least, least.next_multiple_of(self.rule.multiple)]
            .into_iter()
            .filter(|n| *n <= most)
            .filter_map(|n| {
                let crop = Size::new(n * p, n * q);
                let sent = self.sent(crop, (p, q))?;
                Some((self.score(crop, sent)?, crop, sent))
            })
            .min_by_key(|&(score, ..)| score)
    }

    /// The largest size of this shape that is neither above the order's pixels nor above the rectangle's own; the model's
    /// minimum goes before the latter.
    fn sent(&self, crop: Size, (p, q): (u32, u32)) -> Option<Size> {
        let step = u64::from(self.rule.multiple);
        let unit = step * step * u64::from(p) * u64::from(q);
        let target = crop.pixels().clamp(self.rule.min_pixels, self.budget);
        let below = (target / unit).isqrt();
        [below, below + 1]
            .into_iter()
            .filter_map(|times| {
                let side = |part: u32| u32::try_from(times * step * u64::from(part)).ok();
                Some(Size::new(side(p)?, side(q)?))
            })
            .find(|size| size.pixels() <= self.budget && self.rule.check(*size).is_ok())
    }

    /// How much more is sent, or less painted, than is needed, in thousandths.
    fn score(&self, crop: Size, sent: Size) -> Option<u64> {
        let needed = self.wanted.pixels().max(1);
        let surplus = crop.pixels().saturating_sub(needed) * 1_000 / needed;
        if surplus > MOST_SURPLUS {
            return None;
        }
        let target = needed.clamp(self.rule.min_pixels, self.budget);
        let off = sent.pixels().abs_diff(target) * 1_000 / target;
        let resampled = if sent == crop { 0 } else { RESAMPLED };
        Some(surplus + off + resampled)
    }
}
