//! The answer of both operations: pictures in base64, and what was used.
//!
//! A picture can be tens of megabytes. It is unfolded at its own place: the body that was read becomes the files, and there is
//! never a second copy of them.

use crate::{api::variations::Understood, domain::pricing::Usage};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use std::{borrow::Cow, ops::Range};

/// Where the demo says what it understood. Only read when the demo painted.
const UNDERSTOOD: &str = "x-pochoir-understood";
/// Characters that are unfolded at once: whole groups of four.
const BLOCK: usize = 4 * 4096;

/// What an answer holds.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) pictures: Vec<Bytes>,
    pub(super) usage: Option<Usage>,
}

/// Why an answer gave nothing, and the answer.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) words: String,
    pub(super) body: Vec<u8>,
}

/// A text that stays where it is, unless it has escapes. `Option<Cow<str>>` itself is always a copy: serde borrows a `Cow` only where
/// it stands alone (<https://serde.rs/lifetimes.html#borrowing-data-in-a-derived-impl>).
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// Only what is used; the base64 text stays where it is.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    data: Option<Vec<Item<'a>>>,
    /// The picture, at the end of a stream.
    #[serde(borrow, default)]
    b64_json: Option<Text<'a>>,
    #[serde(default)]
    usage: Option<Value>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, default)]
    b64_json: Option<Text<'a>>,
    #[serde(default)]
    url: Option<Value>,
}

/// Where a picture is.
#[derive(Debug)]
enum Found {
    /// In the body, there, as base64.
    Here(Range<usize>),
    /// It was written with escapes, so it is not in the body as it is; this is it.
    Apart(Bytes),
}

/// Reads an answer. Its pictures must be in it, at most `count` of them.
pub(super) fn read(body: Vec<u8>, count: usize) -> Result<Read, Unread> {
    let (found, usage) = match find(&body, count) {
        Ok(found) => found,
        Err(words) => return Err(Unread { words, body }),
    };
    match unfold_all(body, found) {
        Ok(pictures) => Ok(Read { pictures, usage }),
        // The body is spoilt, and was no error anyway.
        Err(words) => Err(Unread {
            words: words.to_owned(),
            body: Vec::new(),
        }),
    }
}

/// Where the pictures are, and what was used.
fn find(body: &[u8], count: usize) -> Result<(Vec<Found>, Option<Usage>), String> {
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
    let place = |text: &str| {
        let start = text.as_ptr().addr() - body.as_ptr().addr();
        start..start + text.len()
    };
    let found = items
        .into_iter()
        .take(count)
        .map(|item| match (item.b64_json.map(|text| text.0), item.url) {
            (Some(Cow::Borrowed(text)), _) if !text.is_empty() => Ok(Found::Here(place(text))),
            (Some(Cow::Owned(text)), _) if !text.is_empty() => STANDARD
                .decode(text)
                .map(|file| Found::Apart(Bytes::from(file)))
                .map_err(|_| NOT_BASE64.to_owned()),
            (_, Some(Value::String(_))) => Err("a picture by address is not fetched".to_owned()),
            _ => Err("a picture is missing".to_owned()),
        });
    Ok((found.collect::<Result<_, _>>()?, answer.usage.as_ref().and_then(usage)))
}

const NOT_BASE64: &str = "a picture is not base64";

/// Unfolds every picture to the front of the body, one behind the other, and takes what is left away.
fn unfold_all(mut body: Vec<u8>, found: Vec<Found>) -> Result<Vec<Bytes>, &'static str> {
    enum Place {
        Here(Range<usize>),
        Apart(Bytes),
    }
    let mut end = 0;
    let mut places = Vec::with_capacity(found.len());
    for found in found {
        places.push(match found {
            Found::Apart(file) => Place::Apart(file),
            Found::Here(text) => {
                let start = end;
                end = unfold(&mut body, text, start)?;
                Place::Here(start..end)
            }
        });
    }
    body.truncate(end);
    body.shrink_to_fit();
    let body = Bytes::from(body);
    let files = places.into_iter().map(|place| match place {
        Place::Here(range) => body.slice(range),
        Place::Apart(file) => file,
    });
    Ok(files.collect())
}

/// Unfolds the base64 at `text` to `start`, which is not behind it; gives where that ends. What is written never reaches what is
/// still to be read: it is three quarters of it.
fn unfold(body: &mut [u8], text: Range<usize>, start: usize) -> Result<usize, &'static str> {
    let mut block = [0; BLOCK];
    let (mut read, mut write) = (text.start, start);
    while read < text.end {
        let length = BLOCK.min(text.end - read);
        block[..length].copy_from_slice(&body[read..read + length]);
        read += length;
        let room = &mut body[write..read];
        let written = STANDARD.decode_slice(&block[..length], room).map_err(|_| NOT_BASE64)?;
        // The end of a base64 text in its middle.
        if read < text.end && written != BLOCK / 4 * 3 {
            return Err(NOT_BASE64);
        }
        write += written;
    }
    Ok(write)
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
mod tests;
