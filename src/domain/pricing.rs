//! Prices: the published token formulas, the quote (a sound upper bound) and what an order most likely costs.
//!
//! Formula for painted tokens: OpenAI's image-generation guide and its price tables; see docs/ARCHITECTURE.md,
//! "Prices". All of it is integer arithmetic.

mod factor;

pub use factor::{Factor, raised};

use super::{
    catalogue::{Catalogue, Model, QualityCost},
    money::Micros,
    order::{Quote, QuoteLine, Used},
    spec::Size,
};
use serde::{Deserialize, Serialize};

/// Tokens a provider adds around a prompt, at most.
const PROMPT_OVERHEAD_TOKENS: u64 = 32;
/// Painted tokens that each unfinished picture adds: OpenAI's image-generation guide, 2026-11.
const PARTIAL_TOKENS: u64 = 100;

/// What a paid call used, in tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Text sent.
    pub text_in: u64,
    /// Pictures sent.
    pub image_in: u64,
    /// Pictures painted.
    pub image_out: u64,
}

/// Tokens of one painted picture.
///
/// With `L` the longer and `S` the shorter side and `q` the axis factor of the quality:
/// `s = (2qS + L) div 2L`, `tokens = ⌈q · s · (2 000 000 + w·h) / 4 000 000⌉`.
/// Checked against every figure of OpenAI's published tables (2026-11).
#[must_use]
pub fn output_tokens(size: Size, axis: u32) -> u64 {
    let (long, short) = (
        u64::from(size.width.max(size.height)).max(1),
        u64::from(size.width.min(size.height)),
    );
    let q = u64::from(axis);
    let s = (2 * q * short + long) / (2 * long);
    (q * s * (2_000_000 + size.pixels())).div_ceil(4_000_000)
}

/// Tokens of one picture sent along: one for each begun square of 32 pixels.
#[must_use]
pub fn input_tokens(size: Size) -> u64 {
    u64::from(size.width).div_ceil(32) * u64::from(size.height).div_ceil(32)
}

/// What a call cost.
#[must_use]
pub fn bill(model: &Model, usage: Usage) -> Micros {
    Micros::for_tokens(usage.text_in, model.prices.text_in)
        + Micros::for_tokens(usage.image_in, model.prices.image_in)
        + Micros::for_tokens(usage.image_out, model.prices.image_out)
}

/// What goes into the price of a painting call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaintInputs<'a> {
    /// The prompt as sent.
    pub prompt: &'a str,
    /// Sizes of the pictures sent along, as sent.
    pub references: &'a [Size],
    /// The size of the mask; it counts as one more picture.
    pub mask: Option<Size>,
    /// How many pictures are asked for.
    pub count: u8,
    /// How many unfinished ones are shown meanwhile, at most.
    pub partials: u8,
}

/// The price of a painting call with this model and quality.
///
/// Text is bounded by its UTF-8 bytes: no tokeniser makes more tokens than bytes. Each picture is billed as if asked
/// for alone, inputs included.
#[must_use]
pub fn quote(model: &Model, cost: &QualityCost, inputs: &PaintInputs<'_>, used: Used) -> Quote {
    let count = i64::from(inputs.count.max(1));
    let bytes = inputs.prompt.len() as u64;
    let references: u64 = inputs.references.iter().copied().map(input_tokens).sum();
    let mask = inputs.mask.map_or(0, input_tokens);
    let painted = output_tokens(used.size, cost.axis);

    let text = |tokens| Micros::for_tokens(tokens, model.prices.text_in);
    let picture_in = |tokens| Micros::for_tokens(tokens, model.prices.image_in);
    let picture_out = |percent: u32| {
        let tokens = (painted * u64::from(percent)).div_ceil(100);
        Micros::for_tokens(tokens, model.prices.image_out)
    };

    let partials = Micros::for_tokens(PARTIAL_TOKENS * u64::from(inputs.partials), model.prices.image_out);

    let lines: Vec<QuoteLine> = [
        ("text_in", text(bytes + PROMPT_OVERHEAD_TOKENS)),
        ("reference_in", picture_in(references)),
        ("mask_in", picture_in(mask)),
        ("image_out", picture_out(cost.bound_percent)),
        ("partials", partials),
    ]
    .into_iter()
    .map(|(what, micros)| QuoteLine {
        what: what.to_owned(),
        micros: micros.times(count),
    })
    .filter(|line| line.micros > Micros::ZERO)
    .collect();
    let expected =
        text(bytes.div_ceil(4)) + picture_in(references + mask) + picture_out(cost.expected_percent) + partials;

    Quote {
        quote_micros: lines.iter().map(|line| line.micros).sum(),
        expected_micros: expected.times(count),
        lines,
        used,
    }
}

/// The features of Azure Image Analysis asked for, each with its price: one transaction a feature.
#[must_use]
pub fn vision_lines(catalogue: &Catalogue, closer: bool) -> Vec<QuoteLine> {
    catalogue
        .vision
        .azure
        .iter()
        .filter(|price| closer || !price.closer)
        .map(|price| QuoteLine {
            what: price.feature.clone(),
            micros: price.micros,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn painted_tokens_equal_the_published_tables() {
        let size = |text: &str| text.parse::<Size>().expect("a size");
        // gpt-image-2: low 16, medium 48, high 96.
        assert_eq!(output_tokens(size("1792x1024"), 96), 5063);
        assert_eq!(output_tokens(size("3584x2048"), 96), 12_329);
        // gpt-image-2.5: low 16, medium 24, high 48, xhigh 64, max 96.
        for (axis, tokens) in [(16, 196), (24, 439), (48, 1756), (64, 3122), (96, 7024)] {
            assert_eq!(output_tokens(size("1024x1024"), axis), tokens);
        }
        for (axis, tokens) in [(16, 158), (24, 343), (48, 1372), (64, 2459), (96, 5488)] {
            assert_eq!(output_tokens(size("1536x1024"), axis), tokens);
            assert_eq!(output_tokens(size("1024x1536"), axis), tokens);
        }
    }

    #[test]
    fn one_reference_of_a_square_megapixel_is_1024_tokens() {
        assert_eq!(input_tokens(Size::new(1024, 1024)), 1024);
        assert_eq!(input_tokens(Size::new(768, 768)), 576);
        assert_eq!(input_tokens(Size::new(33, 1)), 2);
    }
}
