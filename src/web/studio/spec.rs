//! How a variation is painted: the way that follows from the stencil, and the spec that follows from the
//! catalogue's presets and what the person chose instead. Pure.

use crate::domain::{
    catalogue::{Catalogue, Effort, Model},
    limits::MAX_PARTIALS,
    money::Micros,
    order::{Order, Strategy, Used, Way},
    pricing::{Factor, PaintInputs, quote, raised},
    source::Format,
    spec::{Fine, ProviderName, Quality, Size, Spec},
};
use serde::{Deserialize, Serialize};

/// Most pictures the studio offers at once; more is for scripts.
pub const MOST_AT_ONCE: u8 = 4;

/// Pixel counts offered beside the preset's.
const PIXEL_STEPS: [u64; 4] = [1_048_576, 1_572_864, 2_359_296, 4_194_304];

/// What the person chose instead of the preset. What is `None` follows the preset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// The model's id.
    pub model: Option<String>,
    /// Which quality.
    pub quality: Option<Quality>,
    /// Which size.
    pub size: Option<Size>,
    /// How many pictures.
    pub count: Option<u8>,
    /// What the provider returns.
    pub format: Option<Format>,
    /// How many unfinished pictures are shown meanwhile.
    pub partials: Option<u8>,
}

impl Choice {
    /// Whether everything follows the preset.
    #[must_use]
    pub fn is_preset(&self) -> bool {
        *self == Self::default()
    }
}

/// The way that follows from the stencil: with one only its hole is repainted, without one the whole picture goes
/// along. From text only is the person's own choice: it sends no pixels.
#[must_use]
pub const fn propose_way(has_stencil: bool) -> Way {
    if has_stencil { Way::Repaint } else { Way::Restyle }
}

/// The spec of an order: the preset of this effort and way, with the person's choices where the model has them.
/// Nothing when the catalogue has no such preset or no such model.
#[must_use]
pub fn resolve(catalogue: &Catalogue, effort: Effort, way: Way, source: Size, choice: &Choice) -> Option<Spec> {
    let preset = catalogue.preset(effort, way)?;
    let model = choice
        .model
        .as_deref()
        .and_then(|id| catalogue.model(id))
        .or_else(|| catalogue.model(&preset.model))?;
    let quality = choice
        .quality
        .filter(|quality| model.quality(*quality).is_some())
        .or_else(|| model.quality(preset.quality).map(|cost| cost.quality))
        .or_else(|| model.qualities.first().map(|cost| cost.quality))?;
    let size = choice
        .size
        .filter(|size| model.sizes.check(*size).is_ok())
        .unwrap_or_else(|| model.sizes.fit(source, preset.pixels));
    let format = choice
        .format
        .filter(|format| model.formats.contains(format))
        .or_else(|| Some(preset.format).filter(|format| model.formats.contains(format)))
        .or_else(|| model.formats.first().copied())?;
    let count = choice.count.unwrap_or(1).clamp(1, most_at_once(model));
    Some(Spec {
        model: model.id.clone(),
        quality,
        size,
        count,
        format,
        provider: None,
        partials: choice.partials.unwrap_or(0).min(most_partials(count)),
        fine: Fine::default(),
    })
}

/// Most unfinished pictures that can be shown while this many are painted.
#[must_use]
pub const fn most_partials(count: u8) -> u8 {
    if count == 1 { MAX_PARTIALS } else { 0 }
}

/// Most pictures at once that the studio offers for this model.
#[must_use]
pub fn most_at_once(model: &Model) -> u8 {
    model.max_count.clamp(1, MOST_AT_ONCE)
}

/// What an order most likely costs, as far as it can be told without asking the server. Shown before there is an
/// answer; nothing is ever reserved by it.
#[must_use]
pub fn estimate(
    catalogue: &Catalogue,
    effort: Effort,
    way: Way,
    source: Size,
    choice: &Choice,
    prompt: &str,
    painter: Option<ProviderName>,
) -> Option<Micros> {
    let spec = resolve(catalogue, effort, way, source, choice)?;
    let model = catalogue.model(&spec.model)?;
    let cost = model.quality(spec.quality)?;
    let reference = source.within(cost.reference_side);
    let (references, mask) = match way {
        Way::Reimagine => (vec![], None),
        Way::Restyle => (vec![reference], None),
        Way::Repaint => (vec![spec.size], Some(spec.size)),
    };
    let inputs = PaintInputs {
        prompt,
        references: &references,
        mask,
        count: spec.count,
        partials: spec.partials,
    };
    let used = Used {
        size: spec.size,
        strategy: Strategy::Whole,
        reference: None,
        crop: None,
        complexity: None,
    };
    let factor = painter.map_or(Factor::ONE, |painter| model.factor(painter));
    Some(raised(quote(model, cost, &inputs, used), factor).expected_micros)
}

/// The same for an order that is complete and finishes a draft of this size.
#[must_use]
pub fn estimate_finish(catalogue: &Catalogue, order: &Order, source: Size, draft: Size) -> Option<Micros> {
    let spec = &order.spec;
    let model = catalogue.model(&spec.model)?;
    let cost = model.quality(spec.quality)?;
    let small = |size: Size| size.within(cost.reference_side);
    let references = match order.way {
        Way::Reimagine => vec![small(draft)],
        Way::Restyle => vec![small(draft), small(source)],
        Way::Repaint => vec![spec.size, spec.size],
    };
    let inputs = PaintInputs {
        prompt: &order.prompt,
        references: &references,
        mask: order.mask_id.as_ref().map(|_| spec.size),
        count: spec.count,
        partials: spec.partials,
    };
    let used = Used {
        size: spec.size,
        strategy: Strategy::Whole,
        reference: None,
        crop: None,
        complexity: None,
    };
    Some(quote(model, cost, &inputs, used).expected_micros)
}

/// Sizes offered for this model: the source's shape at rising pixel counts, then (unless a hole is repainted, where
/// the shape is the source's) square, landscape and portrait.
#[must_use]
pub fn offered_sizes(model: &Model, way: Way, source: Size, preset_pixels: u64) -> Vec<Size> {
    let rule = &model.sizes;
    let shapes: &[Size] = match way {
        Way::Repaint => &[],
        Way::Restyle | Way::Reimagine => &[Size::new(1, 1), Size::new(3, 2), Size::new(2, 3)],
    };
    let own = std::iter::once(preset_pixels)
        .chain(PIXEL_STEPS)
        .map(|pixels| rule.fit(source, pixels));
    let other = shapes.iter().map(|shape| rule.fit(*shape, preset_pixels));
    own.chain(other).fold(Vec::new(), |mut sizes, size| {
        if !sizes.contains(&size) {
            sizes.push(size);
        }
        sizes
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::{
        catalogue::{Preset, QualityCost, SizeRule, TokenPrices, VisionPrices},
        money::Micros,
    };

    fn model(id: &str, qualities: &[Quality], formats: &[Format]) -> Model {
        let cost = |quality| QualityCost {
            quality,
            axis: 16,
            bound_percent: 100,
            expected_percent: 100,
            reference_side: 768,
        };
        Model {
            id: id.to_owned(),
            api_id: id.to_owned(),
            label: id.to_owned(),
            family: String::new(),
            ends: None,
            successor: None,
            qualities: qualities.iter().copied().map(cost).collect(),
            sizes: SizeRule {
                multiple: 16,
                max_ratio: 3,
                max_side: 3840,
                min_pixels: 655_360,
                max_pixels: 8_294_400,
            },
            formats: formats.to_vec(),
            max_count: 2,
            max_references: 16,
            complexity: false,
            transparent: false,
            moderation: false,
            ends_in_days: None,
            prices: TokenPrices {
                text_in: Micros(1),
                image_in: Micros(1),
                image_out: Micros(1),
            },
            raised: Vec::new(),
        }
    }

    /// Two models; presets for all but the drafts of a restyle.
    pub(crate) fn catalogue() -> Catalogue {
        Catalogue {
            dated: "2026-11-22".to_owned(),
            models: vec![
                model("small", &[Quality::Low, Quality::Medium], &[Format::Png, Format::Jpeg]),
                model("plain", &[Quality::Low], &[Format::Webp]),
            ],
            vision: VisionPrices {
                azure: Vec::new(),
                openai: None,
            },
            refine: None,
            defaults: [
                (Effort::Standard, Way::Restyle),
                (Effort::Standard, Way::Repaint),
                (Effort::Standard, Way::Reimagine),
                (Effort::Final, Way::Restyle),
            ]
            .into_iter()
            .map(|(effort, way)| Preset {
                effort,
                way,
                model: "small".to_owned(),
                quality: Quality::Medium,
                pixels: 1_048_576,
                format: Format::Png,
            })
            .collect(),
        }
    }

    const SOURCE: Size = Size::new(3000, 2000);

    #[test]
    fn a_stencil_means_repaint_and_nothing_else_does() {
        assert_eq!(propose_way(true), Way::Repaint);
        assert_eq!(propose_way(false), Way::Restyle);
    }

    #[test]
    fn without_choices_the_preset_is_painted_in_the_sources_shape() {
        let spec = resolve(&catalogue(), Effort::Standard, Way::Restyle, SOURCE, &Choice::default());
        let spec = spec.expect("a preset");
        assert_eq!(
            (spec.model.as_str(), spec.quality, spec.count, spec.format),
            ("small", Quality::Medium, 1, Format::Png)
        );
        assert_eq!(spec.size.to_string(), "1248x832");
        assert_eq!(
            resolve(&catalogue(), Effort::Draft, Way::Restyle, SOURCE, &Choice::default()),
            None
        );
    }

    #[test]
    fn choices_the_model_does_not_have_fall_back_to_what_it_has() {
        let choice = Choice {
            model: Some("plain".to_owned()),
            quality: Some(Quality::Max),
            size: Some(Size::new(17, 17)),
            count: Some(9),
            format: Some(Format::Png),
            partials: Some(2),
        };
        let spec = resolve(&catalogue(), Effort::Standard, Way::Restyle, SOURCE, &choice).expect("a spec");
        assert_eq!((spec.quality, spec.count, spec.format), (Quality::Low, 2, Format::Webp));
        assert_eq!(spec.partials, 0, "nobody could say which of the two they are of");
        assert_eq!(spec.size.to_string(), "1248x832");
    }

    #[test]
    fn offered_sizes_can_all_be_painted_and_none_comes_twice() {
        let model = &catalogue().models[0];
        for way in [Way::Restyle, Way::Repaint] {
            let sizes = offered_sizes(model, way, SOURCE, 1_048_576);
            assert!(sizes.iter().all(|size| model.sizes.check(*size).is_ok()), "{sizes:?}");
            let unique: std::collections::HashSet<_> = sizes.iter().collect();
            assert_eq!(unique.len(), sizes.len());
            assert_eq!(sizes.contains(&Size::new(1024, 1024)), way == Way::Restyle);
        }
    }
}
