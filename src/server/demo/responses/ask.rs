//! What is asked of `POST /v1/responses`, checked as strictly as the vendor documents it. Tools, conversations, stored
//! responses and background work are not offered, and said to be so.

use super::{
    schema,
    usage::{self, Detail},
};
use crate::server::demo::{fields::Fields, paint::Canvas, picture, refusal::Refusal, request};
use serde_json::{Map, Value};

/// Parameters that are taken.
const TAKEN: [&str; 16] = [
    "model",
    "input",
    "instructions",
    "max_output_tokens",
    "metadata",
    "parallel_tool_calls",
    "prompt_cache_key",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "text",
    "truncation",
    "user",
    "include",
];
/// Parameters that the vendor has and this server has not.
const NOT_OFFERED: [&str; 21] = [
    "access_programs",
    "background",
    "background_options",
    "context_management",
    "conversation",
    "image",
    "max_tokens",
    "max_tool_calls",
    "moderation",
    "previous_response_id",
    "prompt",
    "prompt_cache_options",
    "prompt_cache_retention",
    "stream_options",
    // Models that think do not take them.
    "temperature",
    "top_p",
    "top_logprobs",
    "tool_choice",
    "tools",
    "functions",
    "response_format",
];
/// Fewer cannot be asked for.
const LEAST_TOKENS: i64 = 16;
/// More cannot be asked for.
const MOST_TOKENS: i64 = 128_000;

/// A checked request.
#[derive(Debug)]
pub(super) struct Ask {
    pub model: String,
    /// What the developer says: `instructions`, and messages of the roles `system` and `developer`.
    pub instructions: String,
    /// What the person says.
    pub words: String,
    /// The pictures sent along, not yet looked into.
    pub pictures: Vec<Sent>,
    pub shape: Option<Shape>,
    pub max_output_tokens: Option<u64>,
    pub stream: bool,
    /// What of the request is repeated in the answer.
    pub repeated: Map<String, Value>,
}

/// A picture as it came.
#[derive(Debug)]
pub(super) struct Sent {
    bytes: Vec<u8>,
    detail: Detail,
    /// Where it stood.
    path: String,
}

/// The shape of the answer.
#[derive(Debug)]
pub(super) struct Shape {
    pub schema: Map<String, Value>,
    /// Bytes of what describes it, which are charged.
    pub bytes: usize,
}

impl Sent {
    /// Looks into it: the picture, and its tokens. Heavy: not for the threads that answer.
    pub(super) fn read(&self) -> Result<(Canvas, u64), Refusal> {
        let broken = || {
            let message = "The image data you provided does not represent a valid image.";
            Refusal::invalid("image_parse_error", &self.path, message)
        };
        let size = picture::measure(&self.bytes).map_err(|_| broken())?;
        let patches = usage::patches(size, self.detail);
        if patches > usage::MOST_PATCHES {
            let message = format!(
                "The image has {patches} patches; at most {} are taken.",
                usage::MOST_PATCHES
            );
            return Err(Refusal::invalid("image_too_large", &self.path, message));
        }
        let canvas = picture::decode(&self.bytes).map_err(|_| broken())?;
        Ok((canvas, usage::picture_tokens(patches)))
    }
}

impl Ask {
    /// Checks the parameters in the order a reader would: known, present, right.
    pub(super) fn read(body: &Map<String, Value>, models: &[&str]) -> Result<Self, Refusal> {
        let fields = Fields::of_json(body);
        for name in NOT_OFFERED {
            let off = [Value::Bool(false), Value::Array(Vec::new())];
            if fields.value(name).is_some_and(|value| !off.contains(value)) {
                return Err(Refusal::not_offered(name));
            }
        }
        if let Some(name) = body
            .keys()
            .find(|name| !TAKEN.contains(&name.as_str()) && !NOT_OFFERED.contains(&name.as_str()))
        {
            return Err(Refusal::unknown(name));
        }
        let model = fields.text("model")?.ok_or_else(|| Refusal::missing("model"))?;
        if !models.contains(&model) {
            return Err(Refusal::no_model(model));
        }
        let max_output_tokens = fields.number("max_output_tokens", LEAST_TOKENS, MOST_TOKENS)?;
        if let Some(reasoning) = fields.object("reasoning")? {
            let reasoning = Fields::within(reasoning, "reasoning");
            reasoning.only(&["effort", "summary", "generate_summary"])?;
            reasoning.one_of("effort", &["none", "minimal", "low", "medium", "high", "xhigh", "max"])?;
            reasoning.one_of("summary", &["auto", "concise", "detailed"])?;
        }
        fields.switch("store")?;
        fields.switch("parallel_tool_calls")?;
        fields.one_of("truncation", &["auto", "disabled"])?;
        fields.one_of("service_tier", &["auto", "default", "flex", "priority", "scale"])?;
        fields.short_text("safety_identifier", 128)?;
        fields.text("user")?;
        fields.text("prompt_cache_key")?;
        fields.object("metadata")?;
        if fields
            .value("include")
            .is_some_and(|list| list.as_array().is_none_or(|list| !list.is_empty()))
        {
            return Err(Refusal::not_offered("include"));
        }
        let mut ask = Self {
            model: model.to_owned(),
            instructions: fields.text("instructions")?.unwrap_or_default().to_owned(),
            words: String::new(),
            pictures: Vec::new(),
            shape: read_shape(fields)?,
            max_output_tokens: max_output_tokens.and_then(|tokens| u64::try_from(tokens).ok()),
            stream: fields.switch("stream")?.unwrap_or(false),
            repeated: Map::new(),
        };
        match fields.value("input") {
            None => return Err(Refusal::missing("input")),
            Some(Value::String(words)) => ask.words.push_str(words),
            Some(Value::Array(items)) => {
                for (place, item) in items.iter().enumerate() {
                    ask.read_item(item, &format!("input[{place}]"))?;
                }
            }
            Some(_) => return Err(Refusal::wrong_type("input", "a string or an array of input items")),
        }
        for name in [
            "instructions",
            "max_output_tokens",
            "metadata",
            "reasoning",
            "safety_identifier",
            "store",
            "text",
            "truncation",
            "user",
        ] {
            if let Some(value) = fields.value(name) {
                ask.repeated.insert(name.to_owned(), value.clone());
            }
        }
        Ok(ask)
    }

    /// All words: they are what is judged and charged.
    pub(super) fn all_words(&self) -> String {
        format!("{}\n{}", self.instructions, self.words)
    }

    fn read_item(&mut self, item: &Value, path: &str) -> Result<(), Refusal> {
        let item = item.as_object().ok_or_else(|| Refusal::wrong_type(path, "an object"))?;
        let fields = Fields::within(item, path);
        match fields.text("type")? {
            None | Some("message") => {}
            Some(_) => return Err(Refusal::not_offered(&fields.told("type"))),
        }
        fields.only(&["type", "role", "content", "id", "status", "phase"])?;
        let roles = ["user", "assistant", "system", "developer"];
        let role = fields
            .one_of("role", &roles)?
            .ok_or_else(|| Refusal::missing(&fields.told("role")))?;
        let content = fields.told("content");
        match fields.value("content") {
            None => Err(Refusal::missing(&content)),
            Some(Value::String(words)) => {
                self.hear(role, words);
                Ok(())
            }
            Some(Value::Array(parts)) => {
                for (place, part) in parts.iter().enumerate() {
                    self.read_part(role, part, &format!("{content}[{place}]"))?;
                }
                Ok(())
            }
            Some(_) => Err(Refusal::wrong_type(&content, "a string or an array of content parts")),
        }
    }

    fn read_part(&mut self, role: &str, part: &Value, path: &str) -> Result<(), Refusal> {
        let part = part.as_object().ok_or_else(|| Refusal::wrong_type(path, "an object"))?;
        let fields = Fields::within(part, path);
        let kind = fields
            .text("type")?
            .ok_or_else(|| Refusal::missing(&fields.told("type")))?;
        match (kind, role) {
            ("input_text", "user" | "system" | "developer") | ("output_text", "assistant") => {
                fields.only(&["type", "text", "annotations", "logprobs"])?;
                let words = fields
                    .text("text")?
                    .ok_or_else(|| Refusal::missing(&fields.told("text")))?;
                self.hear(role, words);
                Ok(())
            }
            ("input_image", "user") => {
                fields.only(&["type", "image_url", "detail", "file_id"])?;
                if fields.given("file_id") {
                    return Err(Refusal::not_offered(&fields.told("file_id")));
                }
                let detail = fields.one_of("detail", &["low", "high", "auto", "original"])?;
                let address = fields
                    .text("image_url")?
                    .ok_or_else(|| Refusal::missing(&fields.told("image_url")))?;
                let path = fields.told("image_url");
                self.pictures.push(Sent {
                    bytes: request::read_data_address(address, &path)?,
                    detail: detail.and_then(Detail::named).unwrap_or(Detail::Original),
                    path,
                });
                Ok(())
            }
            (other, _) => {
                let supported = if role == "assistant" {
                    "'output_text'"
                } else {
                    "'input_text' and 'input_image'"
                };
                Err(Refusal::value(&fields.told("type"), other, supported))
            }
        }
    }

    fn hear(&mut self, role: &str, words: &str) {
        let heard = match role {
            "system" | "developer" => &mut self.instructions,
            // What the model said before is not a wish.
            "assistant" => return,
            _ => &mut self.words,
        };
        if !heard.is_empty() {
            heard.push('\n');
        }
        heard.push_str(words);
    }
}

fn read_shape(fields: Fields<'_>) -> Result<Option<Shape>, Refusal> {
    let Some(text) = fields.object("text")? else {
        return Ok(None);
    };
    let text = Fields::within(text, "text");
    text.only(&["format", "verbosity"])?;
    text.one_of("verbosity", &["low", "medium", "high"])?;
    let Some(format) = text.object("format")? else {
        return Ok(None);
    };
    let format = Fields::within(format, "text.format");
    match format.text("type")? {
        None => Err(Refusal::missing("text.format.type")),
        Some("text") => Ok(None),
        Some("json_schema") => {
            format.only(&["type", "name", "schema", "strict", "description"])?;
            let name = format
                .text("name")?
                .ok_or_else(|| Refusal::missing("text.format.name"))?;
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
                let message = "Invalid 'text.format.name': string does not match pattern. Expected a string that \
                               matches the pattern '^[a-zA-Z0-9_-]{1,64}$'.";
                return Err(Refusal::invalid("invalid_value", "text.format.name", message));
            }
            let strict = format.switch("strict")?.unwrap_or(false);
            let shape = format
                .object("schema")?
                .ok_or_else(|| Refusal::missing("text.format.schema"))?;
            let whole = Value::Object(shape.clone());
            if strict && let Err(what) = schema::check(&whole) {
                let message = format!("Invalid schema for response_format '{name}': {what}");
                return Err(Refusal::invalid("invalid_json_schema", "text.format.schema", message));
            }
            Ok(Some(Shape {
                bytes: whole.to_string().len(),
                schema: shape.clone(),
            }))
        }
        Some("json_object") => Err(Refusal::not_offered("text.format.type")),
        Some(other) => Err(Refusal::value("text.format.type", other, "'text' and 'json_schema'")),
    }
}
