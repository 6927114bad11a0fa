//! What is ordered: the parameters of `images/generations` and `images/edits`, checked as strictly as the vendor
//! documents them (and refused where the vendor's answer is not documented).

use super::house::House;
use crate::{
    domain::{
        catalogue::{Catalogue, Model, QualityCost},
        source::Format,
        spec::{Quality, Size},
    },
    server::demo::{fields::Fields, refusal::Refusal},
};
use serde_json::{Map, Value};

/// Characters of a prompt, at most.
const PROMPT_CHARACTERS: usize = 32_000;
/// The pixels aimed at when the size is `auto`.
const AUTO_PIXELS: u64 = 1_048_576;

/// Which endpoint, in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// `images/generations`, JSON.
    Generations,
    /// `images/edits`, multipart. All values are texts.
    Edits,
}

impl Endpoint {
    /// The parameters it knows, files apart.
    const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Generations => &[
                "prompt",
                "model",
                "n",
                "size",
                "quality",
                "complexity",
                "background",
                "output_format",
                "output_compression",
                "moderation",
                "stream",
                "partial_images",
                "safety_identifier",
                "user",
                "frame_count",
                "frame_duration_ms",
                "svg",
            ],
            Self::Edits => &[
                "prompt",
                "model",
                "n",
                "size",
                "quality",
                "complexity",
                "background",
                "output_format",
                "output_compression",
                "input_fidelity",
                "stream",
                "partial_images",
                "safety_identifier",
                "user",
                "frame_count",
                "frame_duration_ms",
                "svg[model]",
            ],
        }
    }
}

/// The size asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AskedSize {
    Auto,
    Exactly(Size),
}

/// A checked order.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub model: Model,
    pub prompt: String,
    pub count: u8,
    size: AskedSize,
    pub quality: QualityCost,
    pub format: Format,
    /// Percent, for JPEG and WebP.
    pub compression: u8,
    pub transparent: bool,
    pub stream: bool,
    pub partial_images: u8,
    pub safety_identifier: Option<String>,
}

impl Order {
    /// The size to paint: as asked, or the shape of the first picture sent along.
    pub(super) fn size(&self, first: Option<Size>) -> Size {
        match self.size {
            AskedSize::Exactly(size) => size,
            AskedSize::Auto => self.model.sizes.fit(first.unwrap_or(Size::new(1, 1)), AUTO_PIXELS),
        }
    }

    /// Checks the parameters in the order a reader would: known, present, right.
    pub(super) fn read(
        fields: &Map<String, Value>,
        endpoint: Endpoint,
        house: &House,
        catalogue: &Catalogue,
    ) -> Result<Self, Refusal> {
        let fields = match endpoint {
            Endpoint::Generations => Fields::of_json(fields),
            Endpoint::Edits => Fields::of_form(fields),
        };
        fields.only(endpoint.parameters())?;
        let prompt = fields.text("prompt")?.ok_or_else(|| Refusal::missing("prompt"))?;
        check_prompt(prompt)?;
        let model = house.model(catalogue, fields.text("model")?)?;
        let count = fields.number("n", 1, i64::from(model.max_count))?.unwrap_or(1);
        let size = read_size(fields.text("size")?, model)?;
        let quality = read_quality(fields.text("quality")?, model, house)?;

        let format = match fields.text("output_format")? {
            None | Some("png") => Format::Png,
            Some("jpeg") => Format::Jpeg,
            Some("webp") if house.knows_webp() => Format::Webp,
            Some(other) if house.knows_webp() => {
                return Err(Refusal::value("output_format", other, "'png', 'jpeg', and 'webp'"));
            }
            Some(other) => return Err(Refusal::value("output_format", other, "'png' and 'jpeg'")),
        };
        let compression = fields.number("output_compression", 0, 100)?.unwrap_or(100);
        if format == Format::Png && compression < 100 {
            let message = "Compression less than 100 is not supported for PNG output format.";
            return Err(Refusal::invalid("invalid_value", "output_compression", message));
        }
        let transparent = match fields.text("background")? {
            None | Some("auto" | "opaque") => false,
            Some("transparent") if format == Format::Jpeg => {
                let message = "Transparent background is not supported for JPEG output format.";
                return Err(Refusal::invalid("invalid_value", "background", message));
            }
            Some("transparent") => true,
            Some(other) => {
                let supported = "'transparent', 'opaque', and 'auto'";
                return Err(Refusal::value("background", other, supported));
            }
        };

        if let Some(complexity) = fields.text("complexity")? {
            if !model.complexity {
                return Err(Refusal::unsupported("complexity", &model.id));
            }
            if !["low", "medium", "high"].contains(&complexity) {
                let supported = "'low', 'medium', and 'high'";
                return Err(Refusal::value("complexity", complexity, supported));
            }
        }
        if let Some(moderation) = fields.text("moderation")?
            && !["auto", "low"].contains(&moderation)
        {
            return Err(Refusal::value("moderation", moderation, "'low' and 'auto'"));
        }
        // Only for models that have ended, and for formats that need project access.
        for name in [
            "input_fidelity",
            "frame_count",
            "frame_duration_ms",
            "svg",
            "svg[model]",
        ] {
            if fields.given(name) {
                return Err(Refusal::unsupported(name, &model.id));
            }
        }
        let safety_identifier = fields.short_text("safety_identifier", 128)?.map(str::to_owned);
        fields.text("user")?;

        let stream = fields.switch("stream")?.unwrap_or(false);
        let partial_images = fields.number("partial_images", 0, 3)?;
        if !stream && partial_images.is_some_and(|partials| partials > 0) {
            let message = "'partial_images' is only supported with 'stream'.";
            return Err(Refusal::invalid("invalid_value", "partial_images", message));
        }
        if stream && count > 1 {
            // Not specified by the vendor; refused, so that nobody builds on it.
            return Err(Refusal::invalid(
                "invalid_value",
                "n",
                "Streaming is only supported with 'n' 1.",
            ));
        }
        let small = |number: i64| u8::try_from(number).unwrap_or_default();
        Ok(Self {
            model: model.clone(),
            prompt: prompt.to_owned(),
            count: small(count),
            size,
            quality,
            format,
            compression: small(compression),
            transparent,
            stream,
            partial_images: small(partial_images.unwrap_or(0)),
            safety_identifier,
        })
    }
}

fn check_prompt(prompt: &str) -> Result<(), Refusal> {
    if prompt.is_empty() {
        let message = "Invalid 'prompt': empty string. Expected a string with minimum length 1.";
        return Err(Refusal::invalid("empty_string", "prompt", message));
    }
    if prompt.chars().count() > PROMPT_CHARACTERS {
        let message = "Invalid 'prompt': string too long. Expected a string with maximum length 32000.";
        return Err(Refusal::invalid("string_above_max_length", "prompt", message));
    }
    Ok(())
}

fn read_size(asked: Option<&str>, model: &Model) -> Result<AskedSize, Refusal> {
    let text = match asked {
        None | Some("auto") => return Ok(AskedSize::Auto),
        Some(text) => text,
    };
    let rule = &model.sizes;
    let refused = || {
        let message = format!(
            "Invalid size '{text}'. Width and height must be multiples of {}, with a ratio between 1:{ratio} and \
             {ratio}:1, the longest edge at most {}, and between {} and {} pixels in total.",
            rule.multiple,
            rule.max_side,
            rule.min_pixels,
            rule.max_pixels,
            ratio = rule.max_ratio,
        );
        Refusal::invalid("invalid_value", "size", message)
    };
    let size = text.parse::<Size>().map_err(|_| refused())?;
    rule.check(size).map_err(|_| refused())?;
    Ok(AskedSize::Exactly(size))
}

fn read_quality(asked: Option<&str>, model: &Model, house: &House) -> Result<QualityCost, Refusal> {
    let name = match asked {
        None if house.is_azure() => Quality::High.name(),
        None | Some("auto") => Quality::Medium.name(),
        Some(name) => name,
    };
    let known = model.qualities.iter().find(|cost| cost.quality.name() == name);
    known.copied().ok_or_else(|| {
        let names: Vec<String> = model
            .qualities
            .iter()
            .map(|cost| format!("'{}'", cost.quality.name()))
            .collect();
        Refusal::value("quality", name, &format!("{}, and 'auto'", names.join(", ")))
    })
}
