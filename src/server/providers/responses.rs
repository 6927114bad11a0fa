//! The Responses interface of OpenAI, as far as describing and refining have it in common: where it is, one message with a
//! strict answer shape, and the text that comes back.

use super::{
    Fault, FaultKind, faults,
    transport::{Answer, Terms, Transport},
};
use crate::domain::{money::Micros, spec::ProviderName};
use reqwest::Url;
use serde_json::{Value, json};

/// A way to the Responses interface.
#[derive(Debug)]
pub(super) struct Responses {
    transport: Transport,
    address: Url,
}

/// What is asked.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) model: &'a str,
    /// What the model is to do, apart from what it works on.
    pub(super) instructions: Option<&'a str>,
    /// The parts of the one message.
    pub(super) content: Value,
    /// The name of the shape and its schema.
    pub(super) shape: (&'static str, Value),
    pub(super) max_output_tokens: u64,
    /// Stable hash of whoever asks.
    pub(super) safety_identifier: &'a str,
}

impl Question<'_> {
    fn body(&self) -> Value {
        let (name, schema) = &self.shape;
        let mut body = json!({
            "model": self.model,
            "store": false,
            "max_output_tokens": self.max_output_tokens,
            "reasoning": {"effort": "none"},
            "safety_identifier": self.safety_identifier,
            "input": [{"role": "user", "content": self.content}],
            "text": {"format": {"type": "json_schema", "name": name, "schema": schema, "strict": true}},
        });
        if let Some(instructions) = self.instructions {
            body["instructions"] = json!(instructions);
        }
        body
    }
}

impl Responses {
    pub(super) fn new(transport: Transport, base: &Url) -> Self {
        let mut address = base.clone();
        address.set_path(&format!("{}/responses", base.path().trim_end_matches('/')));
        Self { transport, address }
    }

    /// Whose it is.
    pub(super) fn provider(&self) -> ProviderName {
        self.transport.provider()
    }

    /// Asks. What comes back is read by [`said`].
    pub(super) async fn ask(&self, question: &Question<'_>, terms: Terms) -> Result<Answer, Fault> {
        let body = question.body();
        self.transport.post(&self.address, terms, |call| call.json(&body)).await
    }
}

/// The text of an answer and what stands around it.
#[derive(Debug)]
pub(super) struct Said {
    /// In the shape asked for, or the beginning of it.
    pub(super) text: String,
    /// Whether it was cut short.
    pub(super) incomplete: bool,
    /// The model's version.
    pub(super) model: Option<String>,
    /// Tokens sent and written, when it says so.
    pub(super) tokens: Option<(u64, u64)>,
}

impl Said {
    /// What it cost at these prices for a million tokens; nothing when it does not say.
    pub(super) fn spent(tokens: Option<(u64, u64)>, text_in: Micros, text_out: Micros) -> Option<Micros> {
        tokens.map(|(input, output)| Micros::for_tokens(input, text_in) + Micros::for_tokens(output, text_out))
    }
}

/// Why an answer gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// The model would not.
    Refused,
    /// It is not what was asked for.
    Broken(&'static str),
}

impl Unread {
    /// As a fault of the call that this answered.
    pub(super) fn into_fault(self, answer: &Answer) -> Fault {
        match self {
            Self::Refused => Fault {
                kind: FaultKind::Refused,
                ..faults::unreadable("the model refused", &answer.headers)
            },
            Self::Broken(words) => faults::hidden_in_success(answer.status, &answer.headers, &answer.body)
                .unwrap_or_else(|| faults::unreadable(words, &answer.headers)),
        }
    }
}

/// Reads an answer.
pub(super) fn said(body: &[u8]) -> Result<Said, Unread> {
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
    let tokens = |name: &str| answer.get("usage")?.get(name)?.as_u64();
    Ok(Said {
        text: text.to_owned(),
        incomplete,
        model: answer.get("model").and_then(Value::as_str).map(ToOwned::to_owned),
        tokens: tokens("input_tokens").zip(tokens("output_tokens")),
    })
}
