//! OpenAI as a writer of prompts: the Responses interface with a strict answer shape and no picture.

use super::{
    Fault, Refined, Writer, faults,
    responses::{Question, Responses, Said, Unread, said},
    transport::Terms,
};
use crate::domain::{
    catalogue::TextModel,
    refine::{NotAPrompt, RefineAsk, accept},
    spec::ProviderName,
};
use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// A writer that speaks OpenAI's Responses interface.
#[derive(Debug)]
pub(super) struct OpenaiText {
    responses: Responses,
    model: TextModel,
}

/// The shape of the answer. Strict: every key is required and there are no others.
fn shape() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["prompt"],
        "properties": {"prompt": {"type": "string"}},
    })
}

impl OpenaiText {
    /// A writer behind this way.
    pub(super) const fn new(responses: Responses, model: TextModel) -> Self {
        Self { responses, model }
    }
}

#[async_trait]
impl Writer for OpenaiText {
    fn name(&self) -> ProviderName {
        self.responses.provider()
    }

    fn model(&self) -> &TextModel {
        &self.model
    }

    async fn refine(&self, ask: &RefineAsk, safety_identifier: &str) -> Result<Refined, Fault> {
        const TERMS: Terms = Terms {
            timeout: Duration::from_mins(1),
            max_answer_bytes: 1024 * 1024,
            // Somebody waits for the words: tell them instead of waiting.
            patience: Duration::ZERO,
        };
        let question = Question {
            model: &self.model.model,
            instructions: Some(&ask.instructions),
            content: json!([{"type": "input_text", "text": ask.material}]),
            shape: ("refined_prompt", shape()),
            max_output_tokens: self.model.max_output_tokens,
            safety_identifier,
        };
        let answer = self.responses.ask(&question, TERMS).await?;
        let (prompt, said) = read(&answer.body).map_err(|unread| unread.into_fault(&answer))?;
        let spent = Said::spent(said.tokens, self.model.text_in, self.model.text_out);
        Ok(Refined {
            prompt,
            model_version: said.model.unwrap_or_else(|| self.model.model.clone()),
            // It does not say: the full quote.
            spent: spent.unwrap_or_else(|| ask.quote(&self.model)),
            request_id: faults::request_id(&answer.headers),
        })
    }
}

fn read(body: &[u8]) -> Result<(String, Said), Unread> {
    #[derive(Deserialize)]
    struct Shape {
        prompt: String,
    }

    let said = said(body)?;
    let shape: Shape = serde_json::from_str(&said.text).map_err(|_| {
        Unread::Broken(if said.incomplete {
            "the prompt was cut short"
        } else {
            "the text is not in the shape asked for"
        })
    })?;
    let prompt = accept(&shape.prompt).map_err(|unusable| {
        Unread::Broken(match unusable {
            NotAPrompt::Empty => "the prompt is empty",
            NotAPrompt::TooLong => "the prompt is too long",
        })
    })?;
    Ok((prompt, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(part: &Value) -> Result<(String, Said), Unread> {
        let answer = json!({"model": "gpt-6-luna-2026-09-22", "usage": {"input_tokens": 300, "output_tokens": 90},
            "output": [{"type": "reasoning", "summary": []},
                {"type": "message", "role": "assistant", "content": [part]}]});
        read(answer.to_string().as_bytes())
    }

    #[test]
    fn the_prompt_is_taken_out_of_the_shape() {
        let part = json!({"type": "output_text", "text": r#"{"prompt": "Snow  on\nroofs."}"#});
        let (prompt, said) = answer(&part).expect("a prompt");
        assert_eq!(prompt, "Snow on roofs.");
        assert_eq!(said.model.as_deref(), Some("gpt-6-luna-2026-09-22"));
        assert_eq!(said.tokens, Some((300, 90)));
    }

    #[test]
    fn a_refusal_is_told_apart_from_what_cannot_be_read() {
        let refusal = json!({"type": "refusal", "refusal": "no"});
        assert!(matches!(answer(&refusal), Err(Unread::Refused)));
        for text in ["", "{", "{}", r#"{"prompt": 5}"#, r#"{"prompt": "  "}"#] {
            let part = json!({"type": "output_text", "text": text});
            assert!(matches!(answer(&part), Err(Unread::Broken(_))), "{text}");
        }
        assert!(matches!(read(b"<html>"), Err(Unread::Broken(_))));
        assert!(matches!(read(b"{}"), Err(Unread::Broken(_))));
    }
}
