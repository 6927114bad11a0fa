//! What can go wrong with one request.

use super::codes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Something that goes wrong with one request. Fields combine: a hold and a status make a late error, noise and a drip
/// a slow one of the worst kind.
///
/// An answer is *replaced* by `hang`, `status`, `body`, `code`, `huge_bytes` or `wrong_type`: then nothing is painted
/// and nothing counted as charged, unless `charge` says so. It is *spoilt* by the rest: then it was painted and charged.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fault {
    /// Only requests whose path contains it.
    pub path: Option<String>,
    /// How many requests it meets; 0 means every one until the reset.
    pub times: Option<u32>,
    /// Waits so long before going on.
    pub delay_ms: Option<u64>,
    /// Waits until `/control/release`.
    pub hold: bool,
    /// Never answers.
    pub hang: bool,
    /// Answers with this status instead.
    pub status: Option<u16>,
    /// Answers with this body instead: an object is sent as JSON, a string as it is.
    pub body: Option<Value>,
    /// Answers with the vendor's error of this code, status and type included. In a stream with `after_events` it comes
    /// as an `error` event.
    pub code: Option<String>,
    /// Headers of the answer, such as `retry-after`.
    pub headers: BTreeMap<String, String>,
    /// Paints and counts the money before failing with what replaces the answer.
    pub charge: bool,
    /// Breaks the connection after so many bytes of the answer's body.
    pub cut_after_bytes: Option<usize>,
    /// Sends the answer with JSON that cannot be read, or not as what it should be; in a stream, in every event.
    pub malformed: Option<Malformed>,
    /// Answers with so many bytes of JSON, or of one event where a stream was asked for. Their number is not announced.
    pub huge_bytes: Option<u64>,
    /// Sends the answer in pieces of `bytes` with a pause of `every_ms` after each.
    pub drip: Option<Drip>,
    /// Answers with status 200 and something that is no JSON.
    pub wrong_type: Option<WrongType>,
    /// Puts noise of the same size and format in the place of every picture.
    pub noise: bool,
    /// Gives an address in the place of every picture.
    pub by_url: bool,
    /// Ends a stream after so many of its events: in order, as if that were all, or with the error of `code`.
    pub after_events: Option<usize>,
}

/// How JSON is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Malformed {
    /// It ends in its middle; the length of the answer is right.
    Cut,
    /// Texts are numbers, numbers are texts, lists are objects.
    Types,
}

/// What comes instead of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WrongType {
    /// A page, as proxies answer.
    Html,
    /// A line of text.
    Text,
    /// Nothing.
    Empty,
}

/// How slowly an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drip {
    pub bytes: usize,
    pub every_ms: u64,
}

impl Fault {
    /// Whether the answer is replaced; a stream that breaks off is not.
    pub(super) fn replaces(&self) -> bool {
        self.hang
            || self.status.is_some()
            || self.body.is_some()
            || self.huge_bytes.is_some()
            || self.wrong_type.is_some()
            || (self.code.is_some() && self.after_events.is_none())
    }

    /// Whether the answer is changed once it is there.
    pub(super) const fn spoils(&self) -> bool {
        self.malformed.is_some() || self.noise || self.by_url || self.after_events.is_some()
    }

    /// What is wrong with the fault itself.
    pub(super) fn check(&self) -> Result<(), String> {
        if let Some(status) = self.status
            && !(200..=599).contains(&status)
        {
            return Err(format!("status {status} cannot be answered"));
        }
        if let Some(code) = &self.code
            && self.status.is_none()
            && codes::known_code(code).is_none()
        {
            return Err(format!("the code {code} is not known: give its status too"));
        }
        if self.drip.is_some_and(|drip| drip.bytes == 0) {
            return Err("a drip of 0 bytes never ends".to_owned());
        }
        Ok(())
    }
}
