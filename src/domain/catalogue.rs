//! The catalogue: models, sizes, qualities, prices and end dates as data.
//!
//! The rules here read the data; the data itself is a dated file on the server
//! (`src/server/providers/catalogue.toml`), which an operator may replace. The browser gets the effective catalogue.
//! To add a model: a `[[models]]` table in that file, nothing else.

use super::{
    money::Micros,
    order::Way,
    pricing::Factor,
    source::Format,
    spec::{Background, Complexity, Fine, ProviderName, Quality, Size, Spec},
};
use serde::{Deserialize, Serialize};

/// From so many days on before its end a model is marked.
pub const ENDING_DAYS: u16 = 60;

/// Everything that can be ordered, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The day the facts were checked, `YYYY-MM-DD`.
    pub dated: String,
    /// Painting models, those that ended included so that asking for one explains itself.
    pub models: Vec<Model>,
    /// What describing costs.
    pub vision: VisionPrices,
    /// Who refines prompts at OpenAI, and what it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refine: Option<TextModel>,
    /// What the studio proposes for draft, standard and final.
    pub defaults: Vec<Preset>,
}

/// A painting model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// The id people and orders use.
    pub id: String,
    /// The id sent to the provider: a dated snapshot where there is one.
    pub api_id: String,
    /// The name on the page.
    pub label: String,
    /// The models it belongs to, such as `GPT Image 2.5`: names of qualities compare within a family, not across.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub family: String,
    /// The day it stops answering, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<String>,
    /// What to use instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// Qualities in rising order; empty when the model cannot be ordered any more.
    #[serde(default)]
    pub qualities: Vec<QualityCost>,
    /// Which sizes it paints.
    pub sizes: SizeRule,
    /// What it returns.
    pub formats: Vec<Format>,
    /// Most pictures in one call.
    pub max_count: u8,
    /// Most pictures sent along.
    pub max_references: u8,
    /// Whether it takes `complexity` (planning effort).
    #[serde(default)]
    pub complexity: bool,
    /// Whether it paints on nothing (`background: transparent`).
    #[serde(default)]
    pub transparent: bool,
    /// Whether the strictness of its safety filter can be chosen (`moderation`).
    #[serde(default)]
    pub moderation: bool,
    /// How many days are left, where they are few ([`ENDING_DAYS`]). Said by the server, never in its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_in_days: Option<u16>,
    /// Prices by token kind.
    pub prices: TokenPrices,
    /// What quotes are multiplied by, since a call cost more than its quote. Learned by the server, never in its file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raised: Vec<Raised>,
}

/// What quotes for a model are multiplied by at one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// Where.
    pub provider: ProviderName,
    /// In thousandths.
    pub factor: Factor,
}

/// What a quality costs, in the terms of the token formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityCost {
    /// Which quality.
    pub quality: Quality,
    /// The axis factor `q` of the formula in [`super::pricing::output_tokens`].
    pub axis: u32,
    /// The upper bound, in percent of the formula.
    pub bound_percent: u32,
    /// What is likely, in percent of the formula.
    pub expected_percent: u32,
    /// The longest side of a reference sent at this quality, in pixels.
    pub reference_side: u32,
}

/// Which sizes a model paints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeRule {
    /// Both sides are multiples of it.
    pub multiple: u32,
    /// The longer side is at most this many times the shorter.
    pub max_ratio: u32,
    /// Longest side in pixels.
    pub max_side: u32,
    /// Fewest pixels.
    pub min_pixels: u64,
    /// Most pixels.
    pub max_pixels: u64,
}

/// Prices in micro-dollars for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenPrices {
    /// Text sent.
    pub text_in: Micros,
    /// Pictures sent.
    pub image_in: Micros,
    /// Pictures painted.
    pub image_out: Micros,
}

/// What describing costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisionPrices {
    /// Azure Image Analysis: each feature is one transaction.
    pub azure: Vec<FeaturePrice>,
    /// OpenAI, where it describes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openai: Option<OpenaiVision>,
}

/// The model that describes at OpenAI and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenaiVision {
    /// The id sent to the provider.
    pub model: String,
    /// Text and pictures sent, for a million tokens.
    pub text_in: Micros,
    /// Text written, for a million tokens.
    pub text_out: Micros,
    /// The most tokens a picture takes, whatever its size.
    pub max_picture_tokens: u64,
    /// The most tokens it may write.
    pub max_output_tokens: u64,
}

/// A language model that writes and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextModel {
    /// The id sent to the provider.
    pub model: String,
    /// Text sent, for a million tokens.
    pub text_in: Micros,
    /// Text written, for a million tokens.
    pub text_out: Micros,
    /// The most tokens it may write.
    pub max_output_tokens: u64,
}

/// The price of one feature of Azure Image Analysis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeaturePrice {
    /// The name in the `features` parameter.
    pub feature: String,
    /// Its price for one picture.
    pub micros: Micros,
    /// Whether it is asked for only with "look closer".
    pub closer: bool,
}

/// How far a variation goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// To see whether the idea works.
    Draft,
    /// The usual.
    #[default]
    Standard,
    /// To keep.
    Final,
}

/// What the studio proposes for an effort and a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preset {
    /// Which switch position.
    pub effort: Effort,
    /// Which way.
    pub way: Way,
    /// The model's id.
    pub model: String,
    /// Which quality.
    pub quality: Quality,
    /// How many pixels to aim at.
    pub pixels: u64,
    /// What the provider returns.
    pub format: Format,
}

/// Why a size cannot be painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the size does not fit the model's rule")]
pub struct SizeRefused;

/// What of [`Fine`] cannot be had, for the order it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FineRefused {
    /// The model does not plan.
    #[error("the model does not take a complexity")]
    Complexity,
    /// The model, the format or the way has no transparent background.
    #[error("a transparent background cannot be had here")]
    Background,
    /// PNG is not compressed with loss; beyond 100 percent there is nothing.
    #[error("this format is not compressed")]
    Compression,
    /// The model has no such choice, or pictures go along.
    #[error("the safety filter cannot be chosen here")]
    Moderation,
}

impl SizeRule {
    /// Whether the model paints this size.
    ///
    /// # Errors
    /// [`SizeRefused`] when it is off the grid, too narrow, too small or too large.
    pub fn check(&self, size: Size) -> Result<(), SizeRefused> {
        let (long, short) = (size.width.max(size.height), size.width.min(size.height));
        let fits = size.width.is_multiple_of(self.multiple)
            && size.height.is_multiple_of(self.multiple)
            && u64::from(long) <= u64::from(short) * u64::from(self.max_ratio)
            && long <= self.max_side
            && (self.min_pixels..=self.max_pixels).contains(&size.pixels());
        if fits { Ok(()) } else { Err(SizeRefused) }
    }

    /// The size on the grid whose proportions are nearest to `shape`, with at most `pixels` pixels (but never fewer
    /// than the model's minimum). Shapes beyond the ratio get the ratio; the caller pads.
    #[must_use]
    pub fn fit(&self, shape: Size, pixels: u64) -> Size {
        let budget = pixels.clamp(self.min_pixels, self.max_pixels);
        let (width, height) = (u64::from(shape.width.max(1)), u64::from(shape.height.max(1)));
        let step = u64::from(self.multiple);
        self.nearest(shape, budget, |w| {
            let ideal = w * height / width / step;
            [ideal, ideal + 1]
        })
        .or_else(|| {
            let beyond = width.max(height) > width.min(height) * u64::from(self.max_ratio);
            if beyond {
                self.fit_extreme(width >= height, budget)
            } else {
                None
            }
        })
        // Where the budget leaves hardly a size, the shape gives way before the bounds do.
        .or_else(|| {
            self.nearest(shape, budget, |w| {
                [self.min_pixels.div_ceil(w * step), budget / (w * step)]
            })
        })
        .unwrap_or(Size::new(self.multiple, self.multiple))
    }

    /// The best of every width on the grid with the heights of `heights` (in steps): a few hundred, all integer.
    fn nearest(&self, shape: Size, budget: u64, heights: impl Fn(u64) -> [u64; 2]) -> Option<Size> {
        let (width, height) = (u64::from(shape.width.max(1)), u64::from(shape.height.max(1)));
        let step = u64::from(self.multiple);
        let steps = u64::from(self.max_side) / step;
        let candidates = (1..=steps).flat_map(|across| {
            let w = across * step;
            heights(w).map(|down| (w, down * step))
        });
        candidates
            .filter_map(|(w, h)| {
                let size = Size::new(u32::try_from(w).ok()?, u32::try_from(h).ok()?);
                (size.height > 0 && size.pixels() <= budget && self.check(size).is_ok()).then_some(size)
            })
            // Closest shape counts most, in thousandths of the ratio; then the larger picture.
            .min_by_key(|size| {
                let (a, b) = (u64::from(size.width) * height, u64::from(size.height) * width);
                let error = a.abs_diff(b) * 1_000 / a.max(b).max(1);
                let missing = (budget - size.pixels()) * 1_000 / budget;
                (error * 4 + missing, u64::MAX - size.pixels())
            })
    }

    /// The size at the ratio's bound, for shapes beyond it.
    fn fit_extreme(&self, wide: bool, budget: u64) -> Option<Size> {
        let step = self.multiple;
        let mut sizes = (1..=(self.max_side / step)).map(|units| {
            let short = units * step;
            let long = short * self.max_ratio;
            if wide {
                Size::new(long, short)
            } else {
                Size::new(short, long)
            }
        });
        sizes.rfind(|size| size.pixels() <= budget && self.check(*size).is_ok())
    }
}

impl Model {
    /// What a quality costs, or nothing when the model does not have it.
    #[must_use]
    pub fn quality(&self, quality: Quality) -> Option<&QualityCost> {
        self.qualities.iter().find(|cost| cost.quality == quality)
    }

    /// Whether all that a spec leaves to the model otherwise can be had with `way`. `from_words` says that no picture goes along.
    ///
    /// # Errors
    /// [`FineRefused`], the first that cannot.
    pub fn check_fine(&self, spec: &Spec, way: Way, from_words: bool) -> Result<(), FineRefused> {
        let fine = spec.fine;
        if fine.complexity.is_some() && !self.complexity {
            return Err(FineRefused::Complexity);
        }
        let transparent = fine.background == Some(Background::Transparent);
        // A hole in a picture is filled; nothing stands behind what is painted there.
        if transparent && (!self.transparent || spec.format == Format::Jpeg || way == Way::Repaint) {
            return Err(FineRefused::Background);
        }
        if let Some(percent) = fine.compression
            && (spec.format == Format::Png || percent > 100)
        {
            return Err(FineRefused::Compression);
        }
        if fine.moderation.is_some() && !(self.moderation && from_words) {
            return Err(FineRefused::Moderation);
        }
        Ok(())
    }

    /// What this model takes of it, for an order of this format.
    #[must_use]
    pub fn takes(&self, fine: Fine, format: Format, from_words: bool) -> Fine {
        let transparent = self.transparent && format != Format::Jpeg;
        Fine {
            complexity: fine.complexity.filter(|_| self.complexity),
            background: fine
                .background
                .filter(|background| transparent || *background != Background::Transparent),
            compression: fine.compression.filter(|_| format != Format::Png),
            moderation: fine.moderation.filter(|_| self.moderation && from_words),
        }
    }

    /// How much planning an order asks for, where the model plans at all: what the order says; else `low` for a repaint, which is
    /// narrow and must not change more than it is asked to; else the vendor's own default, which is not sent.
    #[must_use]
    pub fn complexity_of(&self, spec: &Spec, way: Way) -> Option<Complexity> {
        if !self.complexity {
            return None;
        }
        let narrow = (way == Way::Repaint).then_some(Complexity::Low);
        spec.fine.complexity.or(narrow)
    }

    /// What quotes are multiplied by at this provider.
    #[must_use]
    pub fn factor(&self, provider: ProviderName) -> Factor {
        let raised = self.raised.iter().find(|raised| raised.provider == provider);
        raised.map_or(Factor::ONE, |raised| raised.factor)
    }

    /// Whether it can be ordered on `today` (`YYYY-MM-DD`).
    #[must_use]
    pub fn can_be_ordered(&self, today: &str) -> bool {
        !self.qualities.is_empty() && self.ends.as_deref().is_none_or(|ends| today < ends)
    }
}

impl Catalogue {
    /// The model of this id, ended ones included.
    #[must_use]
    pub fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }

    /// What the studio proposes.
    #[must_use]
    pub fn preset(&self, effort: Effort, way: Way) -> Option<&Preset> {
        self.defaults
            .iter()
            .find(|preset| preset.effort == effort && preset.way == way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: SizeRule = SizeRule {
        multiple: 16,
        max_ratio: 3,
        max_side: 3840,
        min_pixels: 655_360,
        max_pixels: 8_294_400,
    };

    #[test]
    fn fitted_sizes_can_be_painted() {
        for (width, height) in [
            (4000, 3000),
            (1, 1),
            (50, 15_000),
            (15_000, 50),
            (512, 512),
            (3, 1),
            (1023, 769),
        ] {
            for pixels in [0, 655_360, 1_048_576, 4_000_000, u64::MAX] {
                let size = RULE.fit(Size::new(width, height), pixels);
                assert_eq!(RULE.check(size), Ok(()), "{width}x{height} at {pixels}: {size}");
                assert!(
                    size.pixels() <= pixels.clamp(RULE.min_pixels, RULE.max_pixels),
                    "{size}"
                );
            }
        }
    }

    #[test]
    fn a_three_by_two_picture_keeps_its_shape() {
        assert_eq!(RULE.fit(Size::new(3000, 2000), 1_048_576).to_string(), "1248x832");
        assert_eq!(RULE.fit(Size::new(512, 512), 1_048_576).to_string(), "1024x1024");
        // At the minimum exactly there is one size with no other shape near: never a strip.
        assert_eq!(RULE.fit(Size::new(4000, 3000), 655_360).to_string(), "1024x640");
    }
}
