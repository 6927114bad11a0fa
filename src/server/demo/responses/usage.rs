//! Tokens of a call: a picture by the published patch formula, text at four bytes a token, which is near the truth for
//! English and below it for French.

use crate::domain::spec::Size;

/// How finely a picture is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Within 512 pixels.
    Low,
    /// Within 2,500 patches.
    High,
    /// As it is. `auto` means this too with the models of today.
    Original,
}

impl Detail {
    /// As it is written.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "low" => Some(Self::Low),
            "high" => Some(Self::High),
            "auto" | "original" => Some(Self::Original),
            _ => None,
        }
    }
}

/// Side of a patch.
const PATCH_PIXELS: f64 = 32.0;
/// Side of the box of [`Detail::Low`].
const LOW_PIXELS: f64 = 512.0;
/// Patches of [`Detail::High`], at most.
const HIGH_PATCHES: f64 = 2_500.0;
/// More than so many are refused.
pub(super) const MOST_PATCHES: u64 = 30_000;
/// Bytes of text that make a token.
const TOKEN_BYTES: usize = 4;

/// Patches of a picture after it was fitted to its detail.
pub(super) fn patches(size: Size, detail: Detail) -> u64 {
    let (mut width, mut height) = (f64::from(size.width), f64::from(size.height));
    let across = |side: f64| (side / PATCH_PIXELS).ceil().max(1.0);
    match detail {
        Detail::Low => {
            let shrink = (LOW_PIXELS / width.max(height)).min(1.0);
            width *= shrink;
            height *= shrink;
        }
        Detail::High if across(width) * across(height) > HIGH_PATCHES => {
            let mut shrink = (PATCH_PIXELS * PATCH_PIXELS * HIGH_PATCHES / (width * height)).sqrt();
            // A little more, so that one side is whole patches and the other rounds up into the budget.
            let (columns, rows) = (width * shrink / PATCH_PIXELS, height * shrink / PATCH_PIXELS);
            shrink *= (columns.floor() / columns).min(rows.floor() / rows);
            width *= shrink;
            height *= shrink;
            // Rounding must not make a patch out of a billionth of a pixel.
            width -= 1e-6;
            height -= 1e-6;
        }
        Detail::Original | Detail::High => {}
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most a few hundred thousand patches"
    )]
    let count = (across(width) * across(height)) as u64;
    count
}

/// Tokens of a picture: 1.2 for each patch.
pub(super) fn picture_tokens(patches: u64) -> u64 {
    (patches * 6).div_ceil(5)
}

/// Tokens of a text of so many bytes.
pub(super) const fn text_tokens(bytes: usize) -> u64 {
    bytes.div_ceil(TOKEN_BYTES) as u64
}

/// The beginning of a text that fits into so many tokens.
pub(super) fn first_tokens(text: &str, tokens: u64) -> &str {
    let mut end = usize::try_from(tokens)
        .unwrap_or(usize::MAX)
        .saturating_mul(TOKEN_BYTES)
        .min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_cost_what_is_published() {
        for (width, height, detail, tokens) in [
            (512, 512, Detail::High, 308),
            (1024, 1024, Detail::High, 1_229),
            (1024, 1024, Detail::Original, 1_229),
            (1024, 1024, Detail::Low, 308),
            (4032, 3024, Detail::Original, 14_364),
            (1, 1, Detail::Low, 2),
        ] {
            let size = Size::new(width, height);
            assert_eq!(picture_tokens(patches(size, detail)), tokens, "{size} {detail:?}");
        }
    }

    #[test]
    fn a_picture_at_high_detail_never_costs_more_than_3000_tokens() {
        for width in (200..9_000).step_by(137) {
            for height in [200, 911, 2_000, 3_333, 8_191] {
                let patches = patches(Size::new(width, height), Detail::High);
                assert!(patches <= 2_500, "{width}x{height}: {patches}");
                assert!(picture_tokens(patches) <= 3_000);
            }
        }
    }

    #[test]
    fn a_cut_text_ends_at_a_letter() {
        assert_eq!(first_tokens("été été", 1), "ét");
        assert_eq!(first_tokens("abc", 16), "abc");
    }
}
