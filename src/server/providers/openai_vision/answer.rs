//! The answer of the Responses interface, as a description.

use crate::domain::{
    description::{Caption, Description, Fact, FactKind},
    limits::{MAX_FACT_CHARS, MAX_FACTS},
    text::Lang,
};
use serde::Deserialize;
use serde_json::Value;

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

/// What was asked for.
#[derive(Deserialize)]
struct Seen {
    caption: String,
    details: Vec<String>,
    objects: Vec<String>,
    people: Vec<String>,
    tags: Vec<String>,
    colours: Vec<String>,
    text: Vec<String>,
}

/// Reads an answer whose words are in this language.
pub(super) fn read(body: &[u8], language: Lang) -> Result<Read, Unread> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| Unread::Broken("the answer is not JSON"))?;
    let parts = || {
        let output = answer.get("output").and_then(Value::as_array).into_iter().flatten();
        output.filter_map(|item| item.get("content")?.as_array()).flatten()
    };
    let kind = |part: &&Value, name: &str| part.get("type").and_then(Value::as_str) == Some(name);
    if parts().any(|part| kind(&part, "refusal")) {
        return Err(Unread::Refused);
    }
    let text = parts()
        .find(|part| kind(part, "output_text"))
        .and_then(|part| part.get("text")?.as_str())
        .ok_or(Unread::Broken("the answer holds no text"))?;
    let seen: Seen =
        serde_json::from_str(text).map_err(|_| Unread::Broken("the text is not in the shape asked for"))?;
    let caption = cut(&seen.caption);
    if caption.is_empty() {
        return Err(Unread::Broken("the caption is empty"));
    }

    let lists = [
        (FactKind::Detail, "detail", seen.details),
        (FactKind::Object, "object", seen.objects),
        (FactKind::Person, "person", seen.people),
        (FactKind::Tag, "tag", seen.tags),
        (FactKind::Text, "text", seen.text),
        (FactKind::Colour, "colour", seen.colours),
    ];
    let facts = lists.into_iter().flat_map(|(kind, name, words)| {
        // What is written in a picture is in whatever language it is in.
        let lang = if kind == FactKind::Text { "und" } else { language.tag() };
        let words = words
            .into_iter()
            .map(|words| cut(&words))
            .filter(|words| !words.is_empty());
        words.enumerate().map(move |(place, text)| Fact {
            id: format!("{name}-{place}"),
            kind,
            text,
            lang: lang.to_owned(),
            confidence: None,
            bounds: None,
        })
    });
    let tokens = |name: &str| answer.get("usage")?.get(name)?.as_u64();
    Ok(Read {
        description: Description {
            caption: Caption {
                text: caption,
                lang: language.tag().to_owned(),
                confidence: None,
            },
            facts: facts.take(MAX_FACTS).collect(),
        },
        model: answer.get("model").and_then(Value::as_str).map(ToOwned::to_owned),
        tokens: tokens("input_tokens").zip(tokens("output_tokens")),
    })
}

/// One line, as long as a person could have written it.
fn cut(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(MAX_FACT_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(content: &Value) -> Result<Read, Unread> {
        let answer = json!({"model": "gpt-6-luna-2026-09-22", "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "role": "assistant", "content": [content]}]});
        read(answer.to_string().as_bytes(), Lang::Fr)
    }

    fn text(seen: &Value) -> Value {
        json!({"type": "output_text", "text": seen.to_string()})
    }

    fn seen() -> Value {
        json!({"caption": "un chien  sur\nl’herbe", "details": [], "objects": ["chien", " "], "people": [],
            "tags": ["herbe"], "colours": ["vert"], "text": ["DOG"]})
    }

    #[test]
    fn the_shape_asked_for_becomes_a_description() {
        let read = answer(&text(&seen())).expect("a description");
        assert_eq!(read.description.caption.text, "un chien sur l’herbe");
        let facts: Vec<(&str, &str)> = read
            .description
            .facts
            .iter()
            .map(|fact| (fact.id.as_str(), fact.lang.as_str()))
            .collect();
        assert_eq!(
            facts,
            [
                ("object-0", "fr"),
                ("tag-0", "fr"),
                ("text-0", "und"),
                ("colour-0", "fr")
            ]
        );
        assert_eq!(read.tokens, None, "what is not said is not made up");
    }

    #[test]
    fn anything_else_is_no_description() {
        let refusal = json!({"type": "refusal", "refusal": "I cannot."});
        assert_eq!(answer(&refusal).err(), Some(Unread::Refused));
        let empty =
            json!({"caption": " ", "details": [], "objects": [], "people": [], "tags": [], "colours": [], "text": []});
        for content in [
            text(&json!({"caption": "x"})),
            text(&empty),
            json!({"type": "output_text", "text": "{"}),
            json!(null),
        ] {
            assert!(matches!(answer(&content), Err(Unread::Broken(_))), "{content}");
        }
        for body in ["", "<html>", "[]", "{}", r#"{"output":null}"#] {
            assert!(
                matches!(read(body.as_bytes(), Lang::En), Err(Unread::Broken(_))),
                "{body}"
            );
        }
    }
}
