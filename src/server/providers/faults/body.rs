//! The body of an error, in any of the shapes that were seen.
//!
//! `{"error": {"message", "type", "param", "code"}}` (OpenAI) · the same with `innererror` or `inner_error` (Azure) ·
//! `{"error": "text"}` · `{"code", "message"}` and `{"statusCode", "message"}` (Azure's gateway) · HTML, nothing, half of it.
//! Inner errors may have inner errors; a byte order mark may stand before all of it.

use crate::server::providers::FaultKind;
use serde_json::Value;

/// At which point a safety filter refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Before anything was painted.
    Input,
    /// What was painted.
    Output,
    /// It does not say.
    Unknown,
}

/// What an error body says.
#[derive(Debug, Clone)]
pub(super) struct Body {
    /// Whether it is an error object at all.
    pub(super) is_error: bool,
    /// At which point a safety filter refused.
    pub(super) stage: Stage,
    /// Code, type and inner code, in lower case.
    codes: Vec<String>,
    /// The provider's words.
    message: String,
    /// The field at fault.
    param: Option<String>,
    /// What the safety filter saw; for the log only.
    categories: Vec<String>,
}

const MAX_WORDS_CHARS: usize = 300;
/// How many inner errors are looked into.
const MAX_DEPTH: usize = 4;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl Body {
    /// Reads what there is.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let nothing = Self {
            is_error: false,
            stage: Stage::Unknown,
            codes: Vec::new(),
            message: String::new(),
            param: None,
            categories: Vec::new(),
        };
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let Ok(Value::Object(whole)) = serde_json::from_slice(bytes) else {
            return nothing;
        };
        let error = match whole.get("error") {
            Some(Value::Object(error)) => error,
            Some(Value::String(words)) => {
                return Self {
                    is_error: true,
                    message: words.clone(),
                    ..nothing
                };
            }
            None if whole.contains_key("message")
                && (whole.contains_key("code") || whole.contains_key("statusCode")) =>
            {
                &whole
            }
            _ => return nothing,
        };
        let inner_of = |error: &serde_json::Map<String, Value>| {
            let inner = error.get("innererror").or_else(|| error.get("inner_error"));
            inner.and_then(Value::as_object).cloned()
        };
        let inner: Vec<_> = std::iter::successors(inner_of(error), inner_of)
            .take(MAX_DEPTH)
            .collect();
        let codes = [error.get("code"), error.get("type")]
            .into_iter()
            .chain(inner.iter().map(|inner| inner.get("code")));
        let messages = std::iter::once(error).chain(&inner);
        let messages: Vec<String> = messages.filter_map(|error| text(error.get("message"))).collect();
        let details = error
            .get("moderation_details")
            .or_else(|| whole.get("moderation_details"));
        let mut body = Self {
            is_error: true,
            stage: Stage::Unknown,
            codes: codes.filter_map(text).map(|code| code.to_ascii_lowercase()).collect(),
            message: messages.join(" "),
            param: text(error.get("param")),
            categories: details
                .and_then(|details| details.get("categories")?.as_array())
                .into_iter()
                .flatten()
                .filter_map(|category| Some(short(category.as_str()?, 40)))
                .take(20)
                .collect(),
        };
        body.stage = body.stage_of(details);
        body
    }

    /// The stage the provider names. Only the new form names it; Azure tells it in words, and a refused upload is
    /// always before painting.
    fn stage_of(&self, details: Option<&Value>) -> Stage {
        match details.and_then(|details| details.get("moderation_stage")?.as_str()) {
            Some("input") => return Stage::Input,
            Some("output") => return Stage::Output,
            _ => {}
        }
        if self.has_code(&["image_content_policy_violation"]) {
            return Stage::Input;
        }
        Stage::Unknown
    }

    /// Whether it carries one of these codes, as code, type or inner code.
    pub(super) fn has_code(&self, codes: &[&str]) -> bool {
        self.codes.iter().any(|code| codes.contains(&code.as_str()))
    }

    /// Whether its message contains these words.
    pub(super) fn says(&self, words: &str) -> bool {
        self.message.to_ascii_lowercase().contains(words)
    }

    /// What the log keeps. Messages about keys quote them in part, so they are left out.
    pub(super) fn for_log(&self, kind: FaultKind) -> String {
        let mut text = format!(
            "code {}",
            self.codes
                .iter()
                .map(|code| short(code, 60))
                .collect::<Vec<_>>()
                .join("/")
        );
        if let Some(param) = &self.param {
            text = format!("{text}, param {}", short(param, 60));
        }
        if kind == FaultKind::Refused {
            return format!("{text}, stage {:?}, categories {:?}", self.stage, self.categories);
        }
        if kind != FaultKind::Key {
            text = format!("{text}, “{}”", short(&self.message, MAX_WORDS_CHARS));
        }
        text
    }
}

/// A text, or a number as text: some gateways send codes as numbers.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// One line, not longer than this.
fn short(text: &str, chars: usize) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(chars)
        .collect();
    if text.chars().count() > chars {
        format!("{line}…")
    } else {
        line
    }
}
