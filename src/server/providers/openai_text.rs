//! OpenAI as a writer of prompts: the Responses interface with a strict answer shape and no picture.

use super::{
    Fault, FaultKind, Refined, Writer, faults,
    transport::{Terms, Transport},
};
use crate::domain::{
    catalogue::TextModel,
    money::Micros,
    refine::{RefineAsk, accept},
    spec::ProviderName,
};
use async_trait::async_trait;
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// A writer that speaks OpenAI's Responses interface.
#[derive(Debug)]
pub(super) struct OpenaiText {
    transport: Transport,
    address: Url,
    model: TextModel,
}

impl OpenaiText {
    /// A writer behind this way.
    pub(super) fn new(transport: Transport, base: &Url, model: TextModel) -> Self {
        let mut address = base.clone();
        address.set_path(&format!("{}/responses", base.path().trim_end_matches('/')));
        Self {
            transport,
            address,
            model,
        }
    }

    fn request(&self, ask: &RefineAsk) -> Value {
        let shape = json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["prompt"],
            "properties": {"prompt": {"type": "string"}},
        });
        json!({
            "model": self.model.model,
            "store": false,
            "max_output_tokens": self.model.max_output_tokens,
            "reasoning": {"effort": "none"},
            "instructions": ask.instructions,
            "input": [{"role": "user", "content": [{"type": "input_text", "text": ask.material}]}],
            "text": {"format": {"type": "json_schema", "name": "refined_prompt", "schema": shape, "strict": true}},
        })
    }
}

#[async_trait]
impl Writer for OpenaiText {
    fn name(&self) -> ProviderName {
        self.transport.provider()
    }

    fn model(&self) -> &TextModel {
        &self.model
    }

    async fn refine(&self, ask: &RefineAsk) -> Result<Refined, Fault> {
        const TERMS: Terms = Terms {
            timeout: Duration::from_mins(1),
            max_answer_bytes: 1024 * 1024,
            // Somebody waits for the words: tell them instead of waiting.
            patience: Duration::ZERO,
        };
        let body = self.request(ask);
        let answer = self
            .transport
            .post(&self.address, TERMS, |call| call.json(&body))
            .await?;
        let read = read(&answer.body).map_err(|unread| match unread {
            Unread::Refused => Fault {
                kind: FaultKind::Refused,
                ..faults::unreadable("the model refused to write a prompt", &answer.headers)
            },
            Unread::Broken(words) => faults::hidden_in_success(answer.status, &answer.headers, &answer.body)
                .unwrap_or_else(|| faults::unreadable(words, &answer.headers)),
        })?;
        let spent = match read.tokens {
            Some((input, output)) => {
                Micros::for_tokens(input, self.model.text_in) + Micros::for_tokens(output, self.model.text_out)
            }
            // It does not say: the full quote.
            None => ask.quote(&self.model),
        };
        Ok(Refined {
            prompt: read.prompt,
            model_version: read.model.unwrap_or_else(|| self.model.model.clone()),
            spent,
            request_id: faults::request_id(&answer.headers),
        })
    }
}

/// What an answer holds.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    prompt: String,
    model: Option<String>,
    /// Sent and written, when it says so.
    tokens: Option<(u64, u64)>,
}

/// Why there is no prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Unread {
    /// The model would not.
    Refused,
    /// It is not what was asked for.
    Broken(String),
}

fn read(body: &[u8]) -> Result<Read, Unread> {
    #[derive(Deserialize)]
    struct Shape {
        prompt: String,
    }

    let broken = |words: &str| Unread::Broken(words.to_owned());
    let answer: Value = serde_json::from_slice(body).map_err(|_| broken("the answer is not JSON"))?;
    let parts = || {
        let output = answer.get("output").and_then(Value::as_array).into_iter().flatten();
        output.filter_map(|item| item.get("content")?.as_array()).flatten()
    };
    let is = |part: &&Value, kind: &str| part.get("type").and_then(Value::as_str) == Some(kind);
    if parts().any(|part| is(&part, "refusal")) {
        return Err(Unread::Refused);
    }
    let text = parts()
        .find(|part| is(part, "output_text"))
        .and_then(|part| part.get("text")?.as_str())
        .ok_or_else(|| broken("the answer holds no text"))?;
    let shape: Shape = serde_json::from_str(text).map_err(|_| broken("the text is not in the shape asked for"))?;
    let tokens = |name: &str| answer.get("usage")?.get(name)?.as_u64();
    Ok(Read {
        prompt: accept(&shape.prompt).map_err(|error| Unread::Broken(error.to_string()))?,
        model: answer.get("model").and_then(Value::as_str).map(ToOwned::to_owned),
        tokens: tokens("input_tokens").zip(tokens("output_tokens")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(part: &Value) -> Result<Read, Unread> {
        let answer = json!({"model": "gpt-6-luna-2026-09-22", "usage": {"input_tokens": 300, "output_tokens": 90},
            "output": [{"type": "reasoning", "summary": []},
                {"type": "message", "role": "assistant", "content": [part]}]});
        read(answer.to_string().as_bytes())
    }

    #[test]
    fn the_prompt_is_taken_out_of_the_shape() {
        let part = json!({"type": "output_text", "text": r#"{"prompt": "Snow  on\nroofs."}"#});
        let expected = Read {
            prompt: "Snow on roofs.".to_owned(),
            model: Some("gpt-6-luna-2026-09-22".to_owned()),
            tokens: Some((300, 90)),
        };
        assert_eq!(answer(&part), Ok(expected));
    }

    #[test]
    fn a_refusal_is_told_apart_from_what_cannot_be_read() {
        assert_eq!(
            answer(&json!({"type": "refusal", "refusal": "no"})),
            Err(Unread::Refused)
        );
        for text in ["", "{", "{}", r#"{"prompt": 5}"#, r#"{"prompt": "  "}"#] {
            let part = json!({"type": "output_text", "text": text});
            assert!(matches!(answer(&part), Err(Unread::Broken(_))), "{text}");
        }
        assert!(matches!(read(b"<html>"), Err(Unread::Broken(_))));
        assert!(matches!(read(b"{}"), Err(Unread::Broken(_))));
    }
}
