//! Facts as every describer makes them: numbered within their kind, in one line, each with its language.

use crate::domain::{
    description::{Fact, FactKind},
    limits::MAX_FACT_CHARS,
    source::Rect,
    text::Lang,
};

/// The language of what nobody knows the language of (BCP 47).
const UNDETERMINED: &str = "und";

/// Adds a fact, unless it says nothing. `confidence` is brought to 0…1.
pub(super) fn push(
    facts: &mut Vec<Fact>,
    kind: FactKind,
    text: &str,
    lang: Lang,
    confidence: Option<f64>,
    bounds: Option<Rect>,
) {
    let text = one_line(text);
    if text.is_empty() {
        return;
    }
    let name = match kind {
        FactKind::Detail => "detail",
        FactKind::Tag => "tag",
        FactKind::Object => "object",
        FactKind::Person => "person",
        FactKind::Text => "text",
        FactKind::Colour => "colour",
    };
    let place = facts.iter().filter(|fact| fact.kind == kind).count();
    // What is written in a picture is in whatever language it is in.
    let lang = if kind == FactKind::Text {
        UNDETERMINED
    } else {
        lang.tag()
    };
    facts.push(Fact {
        id: format!("{name}-{place}"),
        kind,
        text,
        lang: lang.to_owned(),
        confidence: confidence.map(share),
        bounds,
    });
}

/// One line, as long as a person could have written it.
pub(super) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(MAX_FACT_CHARS).collect()
}

/// A confidence from 0 to 1.
pub(super) fn share(confidence: f64) -> f64 {
    if confidence.is_finite() {
        confidence.clamp(0.0, 1.0)
    } else {
        0.0
    }
}
