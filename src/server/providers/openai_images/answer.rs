//! The answer of both operations: pictures in base64, and what was used.

use crate::{api::variations::Understood, domain::pricing::Usage};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// Where the demo says what it understood. Only read when the demo painted.
const UNDERSTOOD: &str = "x-pochoir-understood";

/// What an answer holds.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) pictures: Vec<Bytes>,
    pub(super) usage: Option<Usage>,
}

/// Only what is used; the base64 text stays where it is.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    data: Option<Vec<Item<'a>>>,
    /// The picture, at the end of a stream.
    #[serde(borrow, default)]
    b64_json: Option<Cow<'a, str>>,
    #[serde(default)]
    usage: Option<Value>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, default)]
    b64_json: Option<Cow<'a, str>>,
    #[serde(default)]
    url: Option<Value>,
}

/// Reads an answer. Its pictures must be in it, at most `count` of them.
pub(super) fn read(body: &[u8], count: usize) -> Result<Read, String> {
    let answer: Answer<'_> =
        serde_json::from_slice(body).map_err(|error| format!("the answer cannot be read: {}", category(&error)))?;
    let streamed = answer.b64_json.map(|text| Item {
        b64_json: Some(text),
        url: None,
    });
    let items = answer.data.unwrap_or_else(|| streamed.into_iter().collect());
    if items.is_empty() {
        return Err("the answer holds no picture".to_owned());
    }
    let pictures = items
        .into_iter()
        .take(count)
        .map(|item| match (item.b64_json, item.url) {
            (Some(text), _) if !text.is_empty() => STANDARD
                .decode(text.as_bytes())
                .map(Bytes::from)
                .map_err(|_| "a picture is not base64".to_owned()),
            (_, Some(Value::String(_))) => Err("a picture by address is not fetched".to_owned()),
            _ => Err("a picture is missing".to_owned()),
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Read {
        pictures,
        usage: answer.usage.as_ref().and_then(usage),
    })
}

/// What was used, or nothing when it does not say enough to price it.
fn usage(usage: &Value) -> Option<Usage> {
    let tokens = |place: &Value, name: &str| place.get(name)?.as_u64();
    let input = usage.get("input_tokens_details");
    let output = usage.get("output_tokens_details");
    let text = input.and_then(|details| tokens(details, "text_tokens"));
    let image = input.and_then(|details| tokens(details, "image_tokens"));
    let (text_in, image_in) = match (text, image, tokens(usage, "input_tokens")) {
        // What the details leave unexplained is priced as pictures, the dearer of the two.
        (Some(text), image, Some(all)) => (text, image.unwrap_or(0).max(all.saturating_sub(text))),
        (Some(text), Some(image), None) => (text, image),
        (None, _, Some(all)) => (0, all),
        _ => return None,
    };
    // Text that these models write is not billed.
    let image_out = output
        .and_then(|details| tokens(details, "image_tokens"))
        .or_else(|| tokens(usage, "output_tokens"))?;
    Some(Usage {
        text_in,
        image_in,
        image_out,
    })
}

/// What the demo understood.
pub(super) fn understood(headers: &HeaderMap) -> Option<Understood> {
    serde_json::from_slice(headers.get(UNDERSTOOD)?.as_bytes()).ok()
}

/// What kind of trouble, without the text in trouble.
fn category(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Syntax => "it is not JSON",
        serde_json::error::Category::Data => "its fields are not as documented",
        serde_json::error::Category::Io => "it could not be read",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn used(value: Value) -> Option<(u64, u64, u64)> {
        usage(&value).map(|usage| (usage.text_in, usage.image_in, usage.image_out))
    }

    #[test]
    fn usage_is_read_in_every_form_and_never_too_low() {
        let full = json!({"total_tokens": 600, "input_tokens": 161, "output_tokens": 439,
            "input_tokens_details": {"text_tokens": 17, "image_tokens": 144},
            "output_tokens_details": {"text_tokens": 0, "image_tokens": 439}});
        assert_eq!(used(full), Some((17, 144, 439)));
        let bare = json!({"input_tokens": 161, "output_tokens": 439, "input_tokens_details": null});
        assert_eq!(used(bare), Some((0, 161, 439)));
        let half = json!({"input_tokens": 161, "output_tokens": 439, "input_tokens_details": {"text_tokens": 17}});
        assert_eq!(used(half), Some((17, 144, 439)));
        let unexplained = json!({"input_tokens": 200, "output_tokens": 1,
            "input_tokens_details": {"text_tokens": 10, "image_tokens": 100}});
        assert_eq!(used(unexplained), Some((10, 190, 1)));
    }

    #[test]
    fn usage_that_cannot_be_priced_is_no_usage() {
        for value in [
            json!(null),
            json!({}),
            json!("a lot"),
            json!({"input_tokens": 10}),
            json!({"output_tokens": 10}),
            json!({"input_tokens": -1, "output_tokens": 10}),
            json!({"input_tokens": "10", "output_tokens": 10}),
            json!({"input_tokens": 1e99, "output_tokens": 10}),
        ] {
            assert_eq!(used(value.clone()), None, "{value}");
        }
    }

    #[test]
    fn pictures_must_be_in_the_answer() {
        let answer = |text: &str| read(text.as_bytes(), 2).map(|read| read.pictures);
        assert_eq!(
            answer(r#"{"data":[{"b64_json":"AAEC"}]}"#),
            Ok(vec![Bytes::from_static(&[0, 1, 2])])
        );
        assert_eq!(
            answer(r#"{"data":[{"b64_json":"\/\/8="}]}"#),
            Ok(vec![Bytes::from_static(&[255, 255])])
        );
        for text in [
            "",
            "{",
            "<html>",
            "[]",
            "{}",
            r#"{"data":null}"#,
            r#"{"data":[]}"#,
            r#"{"data":[{}]}"#,
            r#"{"data":[{"b64_json":""}]}"#,
            r#"{"data":[{"b64_json":"no!"}]}"#,
            r#"{"data":[{"url":"http://10.0.0.1/picture.png"}]}"#,
            r#"{"data":[{"b64_json":"AAEC"},{"b64_json":null}]}"#,
        ] {
            assert!(answer(text).is_err(), "{text}");
        }
    }

    #[test]
    fn more_pictures_than_asked_for_are_left() {
        let text = r#"{"data":[{"b64_json":"AA=="},{"b64_json":"AQ=="},{"b64_json":"Ag=="}]}"#;
        assert_eq!(read(text.as_bytes(), 2).map(|read| read.pictures.len()), Ok(2));
    }
}
