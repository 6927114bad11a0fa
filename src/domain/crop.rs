//! Which part of a picture a repaint sends, and at which size: *crop and stitch*, or all of it.
//!
//! A small hole in a large picture is better painted from its surroundings alone: the model gets its detail at full
//! resolution instead of a shrunken picture, and fewer pixels cost less. The rule here is whole numbers only, so browser
//! and server agree on every pixel of it.

mod exact;

use super::{catalogue::SizeRule, order::Strategy, source::Rect, spec::Size};

/// Least surroundings on each side of the hole's box, in pixels of the source.
const LEAST_CONTEXT: u32 = 128;
/// `auto` crops when the hole's box with its context covers less than this share of the picture, in percent.
const CROP_BELOW_PERCENT: u64 = 60;
/// How far two shapes may differ and still be sent one as the other, in percent. The grid alone makes a few; a shape
/// beyond the model's ratio differs by more, and is padded.
const SAME_SHAPE_PERCENT: u64 = 10;

/// What a repaint sends of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// The strategy after `auto` was decided: never `Auto`.
    pub strategy: Strategy,
    /// The size at which source and mask are sent, and which is asked for.
    pub size: Size,
    /// What is cut out of the source; nothing when all of it is sent.
    pub crop: Option<Rect>,
}

/// Decides what is sent: `hole` is the box around all holes, `pixels` the most pixels the order pays for.
///
/// - `auto` crops when the hole's box with its [context](with_context) covers less than 60 % of the picture.
/// - A crop asked for is made unless its rectangle would be the picture itself: that is the whole, and is called so.
/// - A crop is not sent at more pixels than it has: what is cut back afterwards would be paid for and thrown away. Below
///   the model's minimum it is enlarged, though.
/// - The rectangle has exactly the proportions of a size the model paints wherever the picture has room for that, so that
///   the answer comes back without distortion; between the model's minimum and the order's pixels it has that very size,
///   and nothing is resampled at all. Where there is no room, the nearest size on the grid serves, and beyond the model's
///   ratio [padding](placement), as for a whole picture.
#[must_use]
pub fn decide(picture: Size, hole: Rect, asked: Strategy, rule: &SizeRule, pixels: u64) -> Sent {
    let whole = Sent {
        strategy: Strategy::Whole,
        size: rule.fit(picture, pixels),
        crop: None,
    };
    let needed = with_context(picture, hole);
    let helps = match asked {
        Strategy::Whole => false,
        Strategy::Crop => needed.area() < picture.pixels(),
        Strategy::Auto => needed.area() * 100 < picture.pixels() * CROP_BELOW_PERCENT,
    };
    if !helps {
        return whole;
    }
    let (crop, size) = exact::find(picture, hole, needed, rule, pixels).unwrap_or_else(|| {
        let shape = Size::new(needed.width, needed.height);
        (needed, rule.fit(shape, pixels.min(shape.pixels())))
    });
    if (crop.width, crop.height) == (picture.width, picture.height) {
        return whole;
    }
    Sent {
        strategy: Strategy::Crop,
        size,
        crop: Some(crop),
    }
}

/// The hole's box with the surroundings a model needs, moved inward where it would reach beyond the picture.
///
/// Half the box's mean side on each side, at least 128 pixels, so a box as wide as high is a quarter of what is sent.
/// What tools of this kind leave by default (some thirty pixels, or a fifth of the box) is enough for texture, yet the
/// model then sees neither where the light comes from nor how lines run on, and paints a thing of another scene. The mean
/// (geometric) side keeps a long thin hole, a wire or a crack, from asking for its own length on both sides. The least
/// keeps small holes from being sent as a few enlarged pixels, and leaves room for the ring on which the answer is aligned.
#[must_use]
pub fn with_context(picture: Size, hole: Rect) -> Rect {
    let mean = u32::try_from(hole.area().isqrt()).unwrap_or(u32::MAX);
    let context = (mean / 2).max(LEAST_CONTEXT);
    let side = |length: u32, limit: u32| length.saturating_add(2 * context).min(limit);
    let size = Size::new(side(hole.width, picture.width), side(hole.height, picture.height));
    centred(picture, hole, size)
}

/// A rectangle of this size around the middle of the hole's box, moved inward at the borders and not cut short.
fn centred(picture: Size, hole: Rect, size: Size) -> Rect {
    let start = |at: u32, length: u32, wanted: u32, limit: u32| {
        // Twice the middle, so that it is whole.
        let middle = 2 * u64::from(at) + u64::from(length);
        let start = middle.saturating_sub(u64::from(wanted)) / 2;
        u32::try_from(start)
            .unwrap_or(u32::MAX)
            .min(limit.saturating_sub(wanted))
    };
    Rect {
        x: start(hole.x, hole.width, size.width, picture.width),
        y: start(hole.y, hole.height, size.height, picture.height),
        width: size.width,
        height: size.height,
    }
}

/// Where a picture (or the crop of one) stands within what is sent: all of it, or less when a shape beyond the model's
/// ratio is padded.
#[must_use]
pub fn placement(picture: Size, sent: Size) -> Rect {
    let whole = Rect {
        x: 0,
        y: 0,
        width: sent.width,
        height: sent.height,
    };
    let (a, b) = (
        u64::from(picture.width) * u64::from(sent.height),
        u64::from(picture.height) * u64::from(sent.width),
    );
    if a.abs_diff(b) * 100 <= a.max(b) * SAME_SHAPE_PERCENT {
        return whole;
    }
    let fit = |long: u32, from: u32, to: u32| {
        let scaled = (u64::from(long) * u64::from(to) + u64::from(from) / 2) / u64::from(from.max(1));
        u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
    };
    if a > b {
        // Wider than what is sent: padded above and below.
        let height = fit(picture.height, picture.width, sent.width).min(sent.height);
        Rect {
            y: (sent.height - height) / 2,
            height,
            ..whole
        }
    } else {
        let width = fit(picture.width, picture.height, sent.height).min(sent.width);
        Rect {
            x: (sent.width - width) / 2,
            width,
            ..whole
        }
    }
}

// proptest is a tool of the machine that builds.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
