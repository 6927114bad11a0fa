//! A description: what a vision provider saw in a source, as a caption and facts that a person can keep, change or drop.

use super::source::Rect;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A sentence about the whole picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Caption {
    /// The sentence.
    pub text: String,
    /// Its language as a BCP 47 tag. Azure captions are English only.
    pub lang: String,
    /// From 0 to 1; nothing when a person wrote it.
    pub confidence: Option<f64>,
}

/// What kind of thing a fact names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A sentence about a part of the picture.
    Detail,
    /// A word for the whole picture.
    Tag,
    /// A thing with a box.
    Object,
    /// A person with a box.
    Person,
    /// Written text.
    Text,
    /// A dominant colour.
    Colour,
}

/// One thing that was seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Stable within its description, such as `object-2`.
    pub id: String,
    /// What kind of thing.
    pub kind: FactKind,
    /// Its words.
    pub text: String,
    /// The language of the words as a BCP 47 tag.
    pub lang: String,
    /// From 0 to 1; nothing when a person wrote it.
    pub confidence: Option<f64>,
    /// Where it is.
    #[serde(default, rename = "box", skip_serializing_if = "Option::is_none")]
    pub bounds: Option<Rect>,
}

/// What was seen in one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// The sentence about the whole.
    pub caption: Caption,
    /// The facts in the provider's order.
    pub facts: Vec<Fact>,
    /// What it lacks of what was asked for, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<Shortfall>,
}

/// What a description lacks of what was asked for. It is paid for and kept all the same, and people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// The provider's region writes no captions: an older version of its service wrote this one.
    OlderCaption,
    /// The provider's region writes no captions, and the older version of its service gave none either.
    NoCaptionInRegion,
    /// The provider left the caption out.
    NoCaption,
    /// The provider broke off: what would have come last is missing.
    CutShort,
}

impl Shortfall {
    /// Whether it is about the caption, so that a person's own caption makes it good.
    #[must_use]
    pub const fn is_about_caption(self) -> bool {
        !matches!(self, Self::CutShort)
    }
}

/// What becomes of a fact in the variation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// It stays as it is.
    #[default]
    Keep,
    /// The wish changes it.
    Change,
    /// The prompt does not speak of it.
    Drop,
}

impl Stance {
    /// The next one in the order a chip cycles through.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Keep => Self::Change,
            Self::Change => Self::Drop,
            Self::Drop => Self::Keep,
        }
    }
}

/// Stances by fact id. A fact that is not listed takes the composer's proposal.
pub type Stances = BTreeMap<String, Stance>;

/// Below this confidence a caption is shown as unsure.
pub const UNSURE_BELOW: f64 = 0.5;
