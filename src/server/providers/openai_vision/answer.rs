//! The answer of the Responses interface, as a description.

use super::cut;
use crate::{
    domain::{
        description::{Caption, Description, FactKind, Shortfall},
        limits::MAX_FACTS,
        source::Rect,
        spec::Size,
        text::Lang,
    },
    server::providers::facts::{one_line, push},
};
use serde::Deserialize;
use serde_json::Value;

/// Edges are asked for in thousandths of the picture.
pub(super) const WHOLE: f64 = 1000.0;
/// Further outside the picture than this, an edge was not given in thousandths.
const SLACK: f64 = 50.0;

/// What an answer holds.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) description: Description,
    pub(super) model: Option<String>,
    /// Sent and written, when it says so.
    pub(super) tokens: Option<(u64, u64)>,
}

/// Why there is no description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// The model would not.
    Refused,
    /// It is not what was asked for.
    Broken(&'static str),
}

/// What was asked for. Lists are read entry by entry: an odd one does not spoil a paid answer.
#[derive(Deserialize)]
struct Seen {
    caption: String,
    #[serde(default)]
    details: Vec<Value>,
    #[serde(default)]
    objects: Vec<Value>,
    #[serde(default)]
    people: Vec<Value>,
    #[serde(default)]
    tags: Vec<Value>,
    #[serde(default)]
    colours: Vec<Value>,
    #[serde(default)]
    text: Vec<Value>,
}

/// Something with a place in the picture. Edges are missing where the answer was cut within it.
#[derive(Deserialize)]
struct Placed {
    words: String,
    #[serde(default)]
    left: Option<f64>,
    #[serde(default)]
    top: Option<f64>,
    #[serde(default)]
    right: Option<f64>,
    #[serde(default)]
    bottom: Option<f64>,
}

/// Reads an answer about a picture of this size, whose words are in this language.
pub(super) fn read(body: &[u8], size: Size, language: Lang) -> Result<Read, Unread> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| Unread::Broken("the answer is not JSON"))?;
    let parts = || {
        let output = answer.get("output").and_then(Value::as_array).into_iter().flatten();
        output.filter_map(|item| item.get("content")?.as_array()).flatten()
    };
    let kind = |part: &&Value, name: &str| part.get("type").and_then(Value::as_str) == Some(name);
    let incomplete = answer.get("status").and_then(Value::as_str) == Some("incomplete");
    let reason = answer.pointer("/incomplete_details/reason").and_then(Value::as_str);
    if parts().any(|part| kind(&part, "refusal")) || (incomplete && reason == Some("content_filter")) {
        return Err(Unread::Refused);
    }
    let text = parts()
        .find(|part| kind(part, "output_text"))
        .and_then(|part| part.get("text")?.as_str())
        .ok_or(if incomplete {
            Unread::Broken("the answer was cut short before its first word")
        } else {
            Unread::Broken("the answer holds no text")
        })?;
    let (seen, shortfall) = understood(text, incomplete)?;
    let caption = one_line(&seen.caption);
    if caption.is_empty() {
        return Err(Unread::Broken("the caption is empty"));
    }

    let mut facts = Vec::new();
    let lists = [
        (FactKind::Detail, seen.details),
        (FactKind::Object, seen.objects),
        (FactKind::Person, seen.people),
        (FactKind::Tag, seen.tags),
        (FactKind::Text, seen.text),
        (FactKind::Colour, seen.colours),
    ];
    for (kind, entries) in lists {
        for entry in entries {
            let (words, bounds) = match (kind, entry) {
                (FactKind::Tag | FactKind::Colour, Value::String(words)) => (words, None),
                (FactKind::Tag | FactKind::Colour, _) => continue,
                (_, entry) => match serde_json::from_value::<Placed>(entry) {
                    Ok(placed) => {
                        let bounds = placed.bounds(size);
                        (placed.words, bounds)
                    }
                    Err(_) => continue,
                },
            };
            push(&mut facts, kind, &words, language, None, bounds);
        }
    }
    facts.truncate(MAX_FACTS);
    let tokens = |name: &str| answer.get("usage")?.get(name)?.as_u64();
    Ok(Read {
        description: Description {
            caption: Caption {
                text: caption,
                lang: language.tag().to_owned(),
                confidence: None,
            },
            facts,
            shortfall,
        },
        model: answer.get("model").and_then(Value::as_str).map(ToOwned::to_owned),
        tokens: tokens("input_tokens").zip(tokens("output_tokens")),
    })
}

/// The text in the shape asked for; of one that was cut short, what came before the cut.
fn understood(text: &str, incomplete: bool) -> Result<(Seen, Option<Shortfall>), Unread> {
    match serde_json::from_str(text) {
        Ok(seen) => Ok((seen, None)),
        Err(_) if incomplete => cut::closed(text)
            .and_then(|closed| serde_json::from_str(&closed).ok())
            .map(|seen| (seen, Some(Shortfall::CutShort)))
            .ok_or(Unread::Broken("the answer was cut short within its caption")),
        Err(_) => Err(Unread::Broken("the text is not in the shape asked for")),
    }
}

impl Placed {
    /// Its box in pixels. Nothing when it has none, or one that makes no sense.
    fn bounds(&self, size: Size) -> Option<Rect> {
        let edges = [self.left?, self.top?, self.right?, self.bottom?];
        if !edges.iter().all(|edge| (-SLACK..=WHOLE + SLACK).contains(edge)) {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to the picture's side, which is a u32"
        )]
        let pixel = |edge: f64, side: u32| (edge.clamp(0.0, WHOLE) * f64::from(side) / WHOLE).round() as u32;
        let [left, top, right, bottom] = edges;
        let (x, y) = (pixel(left, size.width), pixel(top, size.height));
        let (right, bottom) = (pixel(right, size.width), pixel(bottom, size.height));
        (right > x && bottom > y).then(|| Rect {
            x,
            y,
            width: right - x,
            height: bottom - y,
        })
    }
}

#[cfg(test)]
mod tests;
