//! The events of a streamed answer: `….partial_image` while it is painted, `….completed` with the picture and its usage, or
//! `error`. Names as in OpenAI's interface description (2026-11).

use crate::server::providers::{Unfinished, transport::Event};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::Deserialize;
use std::borrow::Cow;

/// Only what is used; the base64 text stays where it is.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    b64_json: Option<Cow<'a, str>>,
}

/// Passes an unfinished picture on; gives the data of the event that is the last.
pub(super) fn hear(event: Event, unfinished: Option<&Unfinished>) -> Option<Vec<u8>> {
    let said = serde_json::from_slice::<Said<'_>>(&event.data).ok();
    let kind = match said.as_ref().and_then(|said| said.kind.as_deref()) {
        Some(kind) => kind,
        None => &event.name,
    };
    if kind.ends_with(".partial_image") {
        let text = said.as_ref().and_then(|said| said.b64_json.as_deref());
        let file = text.and_then(|text| STANDARD.decode(text).ok()).map(Bytes::from);
        if let (Some(file), Some(unfinished)) = (file, unfinished) {
            // Nobody has time for it, or nobody looks any more: it was only for looking at.
            let _ = unfinished.to.try_send(file);
        }
        return None;
    }
    let last = kind.ends_with(".completed") || kind == "error" || event.name == "error";
    last.then_some(event.data)
}
