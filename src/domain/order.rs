//! An order: everything that decides what is painted and what it costs. The snapshot a job keeps.

use super::{
    catalogue::{Catalogue, Effort, Model},
    id::{MaskId, SourceId, VariationId},
    money::Micros,
    prompt,
    source::Rect,
    spec::{Complexity, Size, Spec},
    text::Lang,
};
use serde::{Deserialize, Serialize};

/// The three ways to make a variation, each with its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// From the prompt alone; no pixels are sent.
    Reimagine,
    /// The source goes along as a reference.
    Restyle,
    /// Only the hole of the mask is repainted.
    Repaint,
}

impl Way {
    /// The stable name in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reimagine => "reimagine",
            Self::Restyle => "restyle",
            Self::Repaint => "repaint",
        }
    }
}

/// What a repaint sends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// The server chooses.
    #[default]
    Auto,
    /// The whole picture.
    Whole,
    /// Only the surroundings of the hole.
    Crop,
}

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Order {
    /// The picture.
    pub source_id: SourceId,
    /// Which way.
    pub way: Way,
    /// The output prompt, sent verbatim.
    pub prompt: String,
    /// Model, quality, size, count, format.
    pub spec: Spec,
    /// The stencil; required by repaint, refused by the other ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_id: Option<MaskId>,
    /// What a repaint sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// More pictures to send along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reference_ids: Vec<SourceId>,
    /// The draft this order finishes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_of: Option<VariationId>,
}

impl Order {
    /// Whether words are all that is sent.
    #[must_use]
    pub const fn paints_from_words(&self) -> bool {
        matches!(self.way, Way::Reimagine) && self.finish_of.is_none()
    }

    /// The order that finishes one of this order's results: the result is the first picture sent, the prompt says that its
    /// composition stays, and it is painted as the catalogue proposes for what is kept. Nothing when the catalogue proposes
    /// nothing for this way, or when this is what was painted.
    #[must_use]
    pub fn finishing(&self, catalogue: &Catalogue, draft: &VariationId, lang: Lang) -> Option<Self> {
        let mut finishing = Self {
            prompt: prompt::finishing(&self.prompt, lang),
            finish_of: Some(draft.clone()),
            ..self.in_high_quality(catalogue)?
        };
        // With the draft a picture goes along, and the form with pictures has no such field.
        finishing.spec.fine.moderation = None;
        Some(finishing)
    }

    /// The same order, painted as the catalogue proposes for what is kept; nothing when there is no such proposal, or when
    /// this is what was painted. The models have no seed: it gives another picture.
    #[must_use]
    pub fn in_high_quality(&self, catalogue: &Catalogue) -> Option<Self> {
        let preset = catalogue.preset(Effort::Final, self.way)?;
        let model = catalogue.model(&preset.model)?;
        if (&self.spec.model, self.spec.quality) == (&preset.model, preset.quality) {
            return None;
        }
        Some(Self {
            spec: Spec {
                model: preset.model.clone(),
                quality: preset.quality,
                size: model.sizes.fit(self.spec.size, preset.pixels),
                count: 1,
                format: preset.format,
                provider: self.spec.provider,
                partials: self.spec.partials,
                fine: model.takes(self.spec.fine, preset.format, self.paints_from_words()),
            },
            ..self.clone()
        })
    }

    /// The same order for another model: what that one does not have is replaced by what comes nearest. Nothing when it has
    /// no quality or no format at all.
    #[must_use]
    pub fn painted_by(&self, model: &Model) -> Option<Self> {
        let spec = &self.spec;
        let qualities = model.qualities.iter().map(|cost| cost.quality);
        let quality = qualities
            .clone()
            .rfind(|quality| *quality <= spec.quality)
            .or_else(|| qualities.clone().next())?;
        let size = match model.sizes.check(spec.size) {
            Ok(()) => spec.size,
            Err(_) => model.sizes.fit(spec.size, spec.size.pixels()),
        };
        let formats = &model.formats;
        let format = formats
            .iter()
            .find(|format| **format == spec.format)
            .or(formats.first())?;
        Some(Self {
            spec: Spec {
                model: model.id.clone(),
                quality,
                size,
                count: spec.count.clamp(1, model.max_count.max(1)),
                format: *format,
                provider: spec.provider,
                partials: self.spec.partials,
                fine: model.takes(spec.fine, *format, self.paints_from_words()),
            },
            ..self.clone()
        })
    }
}

/// One line of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// What is paid: `text_in`, `reference_in`, `mask_in`, `image_out`, `partials`, or a vision feature.
    pub what: String,
    /// Its upper bound.
    pub micros: Micros,
}

/// What the server will send, once the order is checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// The size asked of the provider.
    pub size: Size,
    /// The strategy after `auto` was decided.
    pub strategy: Strategy,
    /// The size of the reference as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Size>,
    /// What was cut out of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crop: Option<Rect>,
    /// How much planning is asked for, where the model has that: what was ordered, else `low` for a repaint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complexity: Option<Complexity>,
}

impl Used {
    /// The part of the source that was sent, and that the answer belongs to.
    #[must_use]
    pub fn frame(&self, source: Size) -> Rect {
        self.crop.unwrap_or(Rect {
            x: 0,
            y: 0,
            width: source.width,
            height: source.height,
        })
    }
}

/// The price of an order: a sound upper bound and what it most likely costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Upper bound; this much is reserved.
    pub quote_micros: Micros,
    /// Most likely price; this stands on the button.
    pub expected_micros: Micros,
    /// The bound line by line; adds up to `quote_micros`.
    pub lines: Vec<QuoteLine>,
    /// What the server will send.
    pub used: Used,
}
