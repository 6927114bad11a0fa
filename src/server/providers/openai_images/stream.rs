//! The events of a streamed answer: `….partial_image` while it is painted, `….completed` with the picture and its usage, or
//! `error`; whatever its name, data with an `error` in it is one, and `[DONE]` is the end. Names as in OpenAI's interface
//! description (2026-11).

use super::answer::Text;
use crate::server::providers::{Unfinished, transport::Event};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Deserialize, de::IgnoredAny};

/// The end of a stream, where there is nothing after the last picture.
const DONE: &[u8] = b"[DONE]";

/// Only what is used; the base64 text stays where it is.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow, default)]
    b64_json: Option<Text<'a>>,
    #[serde(default)]
    error: Option<IgnoredAny>,
}

/// Passes an unfinished picture on; gives the data of the event that is the last.
pub(super) fn hear(event: Event, unfinished: Option<&Unfinished>) -> Option<Vec<u8>> {
    if event.data == DONE {
        return Some(event.data);
    }
    let said = serde_json::from_slice::<Said<'_>>(&event.data).ok();
    let kind = match said.as_ref().and_then(|said| said.kind.as_ref()) {
        Some(kind) => &*kind.0,
        None => &event.name,
    };
    let failed = kind == "error" || event.name == "error" || said.as_ref().is_some_and(|said| said.error.is_some());
    if kind.ends_with(".partial_image") && !failed {
        let text = said.as_ref().and_then(|said| said.b64_json.as_ref());
        let file = text.and_then(|text| STANDARD.decode(&*text.0).ok()).map(Bytes::from);
        if let (Some(file), Some(unfinished)) = (file, unfinished) {
            // Nobody has time for it, or nobody looks any more: it was only for looking at.
            let _ = unfinished.to.try_send(file);
        }
        return None;
    }
    let last = kind.ends_with(".completed") || failed;
    last.then_some(event.data)
}
