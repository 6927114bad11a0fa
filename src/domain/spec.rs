//! A spec: model, quality, size, count and output format of an order.

use super::source::Format;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Width and height in pixels, written `WxH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Size {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Size {
    /// A size of these sides.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Pixels covered.
    #[must_use]
    pub const fn pixels(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// The same proportions, with the longer side at most `side`; never enlarged, never below one pixel.
    #[must_use]
    pub fn within(self, side: u32) -> Self {
        let longest = self.width.max(self.height);
        if longest <= side {
            return self;
        }
        let scale = |length: u32| {
            let scaled = (u64::from(length) * u64::from(side) + u64::from(longest) / 2) / u64::from(longest);
            u32::try_from(scaled).unwrap_or(side).max(1)
        };
        Self::new(scale(self.width), scale(self.height))
    }
}

/// A text that is not a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a size is written WIDTHxHEIGHT, like 1024x768")]
pub struct BadSize;

impl FromStr for Size {
    type Err = BadSize;
    fn from_str(text: &str) -> Result<Self, BadSize> {
        let (width, height) = text.split_once('x').ok_or(BadSize)?;
        let side = |digits: &str| match digits.parse::<u32>() {
            Ok(side) if side > 0 && side <= 100_000 && digits.bytes().all(|b| b.is_ascii_digit()) => Ok(side),
            _ => Err(BadSize),
        };
        Ok(Self::new(side(width)?, side(height)?))
    }
}

impl TryFrom<String> for Size {
    type Error = BadSize;
    fn try_from(text: String) -> Result<Self, BadSize> {
        text.parse()
    }
}

impl From<Size> for String {
    fn from(size: Size) -> String {
        size.to_string()
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// How much work the model puts into the picture. Names do not compare across generations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// The cheapest.
    Low,
    /// The usual.
    Medium,
    /// For results that are kept.
    High,
    /// Above high; not every model.
    Xhigh,
    /// The most expensive; not every model.
    Max,
}

impl Quality {
    /// The name the providers use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Xhigh => "xhigh",
            Self::Max => "max",
        }
    }
}

/// How much planning goes before painting (`complexity`, models that have it). Without it the vendor plans as for `high`. It has
/// no price of its own; more of it takes longer and changes more than was asked for.
/// Source: OpenAI's image-generation guide, 2026-11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Complexity {
    /// For narrow changes.
    Low,
    /// In between.
    Medium,
    /// The vendor's own default.
    High,
}

impl Complexity {
    /// The name the providers use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What stands behind what is painted (`background`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Background {
    /// Nothing: the picture has transparent pixels. PNG and WebP only.
    Transparent,
    /// Something, everywhere.
    Opaque,
}

impl Background {
    /// The name the providers use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transparent => "transparent",
            Self::Opaque => "opaque",
        }
    }
}

/// How strict the vendor's safety filter is (`moderation`). Only where no picture is sent: the form with pictures has no such
/// field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moderation {
    /// The vendor's own default.
    Auto,
    /// Less strict.
    Low,
}

impl Moderation {
    /// The name the providers use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Low => "low",
        }
    }
}

/// What most orders leave to the model. None of it has a price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fine {
    /// How much planning goes before painting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complexity: Option<Complexity>,
    /// What stands behind what is painted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
    /// How much is kept of JPEG and WebP, in percent (`output_compression`); without it 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<u8>,
    /// How strict the safety filter is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Moderation>,
}

/// Which painter takes the order when several are configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderName {
    /// OpenAI directly.
    Openai,
    /// An Azure OpenAI deployment.
    AzureOpenai,
    /// Azure AI Vision (describes only).
    AzureVision,
    /// Filters on this machine, in play money.
    Demo,
}

impl ProviderName {
    /// The stable name in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::AzureOpenai => "azure_openai",
            Self::AzureVision => "azure_vision",
            Self::Demo => "demo",
        }
    }
}

/// What to paint with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Spec {
    /// The model's id in the catalogue.
    pub model: String,
    /// Which effort.
    pub quality: Quality,
    /// For restyle and reimagine the literal size; for repaint a pixel budget.
    pub size: Size,
    /// How many pictures, each billed as if asked for alone.
    pub count: u8,
    /// What the provider returns.
    pub format: Format,
    /// Which provider, where several are configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderName>,
    /// Unfinished pictures shown while it is painted, at most; each has its price.
    #[serde(default, skip_serializing_if = "is_none")]
    pub partials: u8,
    /// What most orders leave to the model; its fields stand beside the others.
    #[serde(flatten)]
    pub fine: Fine,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_none(partials: &u8) -> bool {
    *partials == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Jobs keep their order as it was written then.
    #[test]
    fn a_spec_of_before_reads_and_is_written_as_before() {
        let old = json!({"model": "m", "quality": "low", "size": "1024x768", "count": 1, "format": "png"});
        let spec: Spec = serde_json::from_value(old.clone()).expect("a spec");
        assert_eq!(spec.fine, Fine::default());
        assert_eq!(serde_json::to_value(&spec).expect("JSON"), old);
    }

    #[test]
    fn what_is_left_to_the_model_stands_beside_the_rest() {
        let all = json!({"model": "m", "quality": "max", "size": "1024x768", "count": 2, "format": "webp", "partials": 0,
            "provider": "openai", "complexity": "low", "background": "transparent", "compression": 80, "moderation": "auto"});
        let spec: Spec = serde_json::from_value(all.clone()).expect("a spec");
        assert_eq!(
            (
                spec.fine.complexity,
                spec.fine.background,
                spec.fine.compression,
                spec.fine.moderation
            ),
            (
                Some(Complexity::Low),
                Some(Background::Transparent),
                Some(80),
                Some(Moderation::Auto)
            )
        );
        let written = serde_json::to_value(&spec).expect("JSON");
        assert_eq!(serde_json::from_value::<Spec>(written).expect("a spec"), spec);
        for (field, value) in [
            ("complexity", json!("max")),
            ("compression", json!(256)),
            ("background", json!("auto")),
        ] {
            let mut wrong = all.clone();
            wrong[field] = value;
            assert!(serde_json::from_value::<Spec>(wrong).is_err(), "{field}");
        }
    }
}
