//! The answer of Image Analysis 4.0, as a description. Every part of it may be missing.

use crate::{
    domain::{
        description::{Caption, Description, FactKind, Shortfall},
        limits::MAX_FACTS,
        source::Rect,
        spec::Size,
        text::Lang,
    },
    server::providers::facts::{one_line, push, share},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// People below this are shadows and coats.
const SURE_OF_A_PERSON: f64 = 0.5;

/// What an answer holds.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) description: Description,
    pub(super) size: Size,
    pub(super) model_version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    metadata: Option<Measured>,
    #[serde(default)]
    model_version: Option<String>,
    #[serde(default)]
    caption_result: Option<Value>,
    #[serde(default)]
    dense_captions_result: Option<Value>,
    #[serde(default)]
    tags_result: Option<Value>,
    #[serde(default)]
    objects_result: Option<Value>,
    #[serde(default)]
    people_result: Option<Value>,
    #[serde(default)]
    read_result: Option<Value>,
}

#[derive(Deserialize)]
struct Measured {
    width: u32,
    height: u32,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
    #[serde(default)]
    confidence: Option<f64>,
    #[serde(default, rename = "boundingBox")]
    bounds: Option<Bounds>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
    #[serde(default)]
    confidence: Option<f64>,
}

#[derive(Deserialize)]
struct Thing {
    #[serde(default, rename = "boundingBox")]
    bounds: Option<Bounds>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
struct Person {
    #[serde(default, rename = "boundingBox")]
    bounds: Option<Bounds>,
    confidence: f64,
}

#[derive(Deserialize)]
struct Block {
    #[serde(default)]
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default, rename = "boundingPolygon")]
    corners: Vec<Corner>,
    #[serde(default)]
    words: Vec<Word>,
}

#[derive(Deserialize)]
struct Word {
    #[serde(default)]
    confidence: Option<f64>,
}

#[derive(Deserialize, Clone, Copy)]
struct Corner {
    x: f64,
    y: f64,
}

#[derive(Deserialize, Clone, Copy)]
struct Bounds {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

/// Reads an answer about a picture of this size. `language` is that of the tags. Where `captions` were asked for, an
/// answer that holds neither one nor anything else is none.
pub(super) fn read(body: &[u8], sent: Size, language: Lang, captions: bool) -> Result<Read, &'static str> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| "the answer cannot be read")?;
    let caption: Option<Sentence> = answer
        .caption_result
        .and_then(|caption| serde_json::from_value(caption).ok());
    let size = answer.metadata.map_or(sent, |measured| {
        Size::new(measured.width.max(1), measured.height.max(1))
    });
    let clamp = |bounds: Option<Bounds>| clamped(bounds?, size);

    let mut facts = Vec::new();
    let details: Vec<Sentence> = list(answer.dense_captions_result, "values");
    // The first is about the whole picture, which the caption says already.
    for detail in details.into_iter().skip(1) {
        let bounds = clamp(detail.bounds);
        push(
            &mut facts,
            FactKind::Detail,
            &detail.text,
            Lang::En,
            detail.confidence,
            bounds,
        );
    }
    for object in list::<Thing>(answer.objects_result, "values") {
        if let Some(tag) = object.tags.first() {
            let bounds = clamp(object.bounds);
            push(
                &mut facts,
                FactKind::Object,
                &tag.name,
                Lang::En,
                tag.confidence,
                bounds,
            );
        }
    }
    for person in list::<Person>(answer.people_result, "values") {
        if person.confidence >= SURE_OF_A_PERSON {
            let bounds = clamp(person.bounds);
            push(
                &mut facts,
                FactKind::Person,
                "person",
                Lang::En,
                Some(person.confidence),
                bounds,
            );
        }
    }
    for tag in list::<Tag>(answer.tags_result, "values") {
        push(&mut facts, FactKind::Tag, &tag.name, language, tag.confidence, None);
    }
    for line in list::<Block>(answer.read_result, "blocks")
        .into_iter()
        .flat_map(|block| block.lines)
    {
        let bounds = around(&line.corners).and_then(|bounds| clamped(bounds, size));
        // A line is read as well as its worst word.
        let confidence = line.words.iter().filter_map(|word| word.confidence).reduce(f64::min);
        push(&mut facts, FactKind::Text, &line.text, Lang::En, confidence, bounds);
    }
    facts.truncate(MAX_FACTS);
    let shortfall = match (&caption, captions) {
        (Some(_), _) => None,
        (None, false) => Some(Shortfall::NoCaptionInRegion),
        (None, true) if facts.is_empty() => return Err("the answer holds no caption"),
        (None, true) => Some(Shortfall::NoCaption),
    };

    Ok(Read {
        description: Description {
            shortfall,
            caption: Caption {
                text: caption
                    .as_ref()
                    .map(|caption| one_line(&caption.text))
                    .unwrap_or_default(),
                lang: Lang::En.tag().to_owned(),
                confidence: caption.and_then(|caption| caption.confidence).map(share),
            },
            facts,
        },
        size,
        model_version: answer.model_version.unwrap_or_else(|| "unknown".to_owned()),
    })
}

/// The entries of a list that can be read; one odd entry does not spoil a paid answer.
fn list<T: DeserializeOwned>(result: Option<Value>, name: &str) -> Vec<T> {
    let Some(Value::Array(entries)) = result.and_then(|mut result| result.get_mut(name).map(Value::take)) else {
        return Vec::new();
    };
    entries
        .into_iter()
        .filter_map(|entry| serde_json::from_value(entry).ok())
        .collect()
}

/// The box around corners.
fn around(corners: &[Corner]) -> Option<Bounds> {
    let first = *corners.first()?;
    let (mut low, mut high) = (first, first);
    for corner in corners {
        low = Corner {
            x: low.x.min(corner.x),
            y: low.y.min(corner.y),
        };
        high = Corner {
            x: high.x.max(corner.x),
            y: high.y.max(corner.y),
        };
    }
    Some(Bounds {
        x: low.x,
        y: low.y,
        w: high.x - low.x,
        h: high.y - low.y,
    })
}

/// The part of a box that lies in the picture, in whole pixels; nothing when none does.
fn clamped(bounds: Bounds, size: Size) -> Option<Rect> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the picture's sides, which are u32"
    )]
    let pixel = |value: f64, side: u32| value.round().clamp(0.0, f64::from(side)) as u32;
    if ![bounds.x, bounds.y, bounds.w, bounds.h]
        .iter()
        .all(|value| value.is_finite())
    {
        return None;
    }
    let (left, top) = (pixel(bounds.x, size.width), pixel(bounds.y, size.height));
    let right = pixel(bounds.x + bounds.w, size.width);
    let bottom = pixel(bounds.y + bounds.h, size.height);
    (right > left && bottom > top).then(|| Rect {
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
    })
}

#[cfg(test)]
mod tests;
