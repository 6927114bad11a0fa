//! OpenAI's images interface, which Azure OpenAI speaks too: `images/generations` (JSON) and `images/edits` (multipart).
//!
//! Everything that decides the price is always sent: model, quality, size, count, format. Never `auto`, never
//! `response_format`, `style` or `user`. Part names, file names and content types are those of the official SDKs.
//! Pictures come back in the answer; one that would have to be fetched from an address is refused.

mod answer;
mod endings;
mod stream;

use super::{
    Ending, Fault, FaultKind, PaintRequest, Painted, Painter, Picture,
    faults::{self, not_sent},
    transport::{Listener, Terms, Transport},
};
use crate::domain::{
    source::Format,
    spec::{Background, Complexity, Moderation, ProviderName, Quality},
};
use async_trait::async_trait;
use bytes::Bytes;
use reqwest::{
    Body, Url,
    multipart::{Form, Part},
};
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};

/// The version of the interface with deployments in its addresses; edits are documented there.
const DEPLOYMENTS_VERSION: &str = "2025-04-01-preview";
/// The version of the newer one, as Azure's documentation shows it.
const V1_VERSION: &str = "preview";

/// The list of models is short and quick, or not worth waiting for.
const MODELS_TERMS: Terms = Terms {
    timeout: Duration::from_secs(20),
    max_answer_bytes: 4 * 1024 * 1024,
    patience: Duration::ZERO,
};

/// Where and under which name a model is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Addressing {
    /// `{base}/images/…`; models by their own names.
    Plain {
        /// The base, `/v1` included.
        base: Url,
    },
    /// Azure, `{resource}/openai/v1/images/…`; models by their deployment.
    AzureV1 {
        /// The resource.
        endpoint: Url,
        /// Deployments by the model's id as sent.
        deployments: BTreeMap<String, String>,
    },
    /// Azure, `{resource}/openai/deployments/{deployment}/images/…`.
    AzureDeployments {
        /// The resource.
        endpoint: Url,
        /// Deployments by the model's id as sent.
        deployments: BTreeMap<String, String>,
    },
}

impl Addressing {
    /// The address of an operation and the name of the model there.
    fn find(&self, model: &str, operation: &str) -> Result<(Url, String), Fault> {
        let deployed = |deployments: &BTreeMap<String, String>| {
            let words = || not_sent(FaultKind::NoModel, format!("no deployment is configured for {model}"));
            deployments.get(model).cloned().ok_or_else(words)
        };
        let (base, path, version, name) = match self {
            Self::Plain { base } => (base, format!("images/{operation}"), None, model.to_owned()),
            Self::AzureV1 { endpoint, deployments } => (
                endpoint,
                format!("openai/v1/images/{operation}"),
                Some(V1_VERSION),
                deployed(deployments)?,
            ),
            Self::AzureDeployments { endpoint, deployments } => {
                let name = deployed(deployments)?;
                let path = format!("openai/deployments/{name}/images/{operation}");
                (endpoint, path, Some(DEPLOYMENTS_VERSION), name)
            }
        };
        let mut url = below(base, &path);
        if let Some(version) = version {
            url.query_pairs_mut().append_pair("api-version", version);
        }
        Ok((url, name))
    }
}

/// An address below another.
fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// A painter that speaks OpenAI's images interface.
#[derive(Debug)]
pub(super) struct OpenaiImages {
    transport: Transport,
    addressing: Addressing,
}

impl OpenaiImages {
    /// A painter behind this way.
    pub(super) const fn new(transport: Transport, addressing: Addressing) -> Self {
        Self { transport, addressing }
    }

    fn is_azure(&self) -> bool {
        !matches!(self.addressing, Addressing::Plain { .. })
    }

    /// What cannot work is not sent. Orders are checked before they are sold; this is for the interface's own rules.
    fn check(&self, request: &PaintRequest) -> Result<(), Fault> {
        let refused = if self.is_azure() && request.format == Format::Webp {
            "Azure OpenAI does not return WebP"
        } else if self.is_azure() && (request.fine.complexity.is_some() || request.fine.moderation.is_some()) {
            "Azure OpenAI documents neither complexity nor moderation"
        } else if self.is_azure() && request.images.iter().any(|picture| picture.format == Format::Webp) {
            "Azure OpenAI takes PNG and JPEG only"
        } else if !request.images.is_empty() && request.fine.moderation.is_some() {
            "the form with pictures has no field for moderation"
        } else if request.images.is_empty() && request.mask.is_some() {
            "a mask needs a picture"
        } else if request.unfinished.is_some() && request.count > 1 {
            "only one picture can be shown while it is painted"
        } else {
            return Ok(());
        };
        Err(not_sent(FaultKind::Invalid, refused))
    }

    /// The fields that both operations send as text, in the order of the SDKs.
    fn fields(&self, request: &PaintRequest, model: &str) -> Vec<(&'static str, String)> {
        let fine = &request.fine;
        let mut fields = vec![("prompt", request.prompt.clone())];
        let mut chosen = |name, value: Option<&str>| fields.extend(value.map(|value| (name, value.to_owned())));
        chosen("background", fine.background.map(Background::name));
        chosen("complexity", fine.complexity.map(Complexity::name));
        chosen("model", Some(model));
        chosen("moderation", fine.moderation.map(Moderation::name));
        fields.push(("n", request.count.to_string()));
        if let Some(percent) = fine.compression {
            fields.push(("output_compression", percent.to_string()));
        }
        fields.push(("output_format", request.format.name().to_owned()));
        if let Some(unfinished) = &request.unfinished {
            fields.push(("partial_images", unfinished.count.to_string()));
        }
        fields.push(("quality", request.quality.name().to_owned()));
        // Azure does not document it, and refuses fields it does not know.
        if !self.is_azure() {
            fields.push(("safety_identifier", request.safety_identifier.clone()));
        }
        fields.push(("size", request.size.to_string()));
        if request.unfinished.is_some() {
            fields.push(("stream", "true".to_owned()));
        }
        fields
    }

    /// The body of `images/generations`.
    fn generation(&self, request: &PaintRequest, model: &str) -> serde_json::Value {
        let mut body: serde_json::Map<String, serde_json::Value> = self
            .fields(request, model)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        body.insert("n".to_owned(), json!(request.count));
        if let Some(percent) = request.fine.compression {
            body.insert("output_compression".to_owned(), json!(percent));
        }
        if let Some(unfinished) = &request.unfinished {
            body.insert("partial_images".to_owned(), json!(unfinished.count));
            body.insert("stream".to_owned(), json!(true));
        }
        serde_json::Value::Object(body)
    }

    /// The body of `images/edits`.
    fn edit(&self, request: &PaintRequest, model: &str) -> Form {
        let fields = self.fields(request, model).into_iter();
        let mut form = fields.fold(Form::new().percent_encode_noop(), |form, (name, value)| {
            form.text(name, value)
        });
        let single = request.images.len() == 1;
        for (place, picture) in request.images.iter().enumerate() {
            let extension = picture.format.extension();
            form = if single {
                form.part("image", file(picture, format!("image.{extension}")))
            } else {
                form.part("image[]", file(picture, format!("image-{place}.{extension}")))
            };
        }
        if let Some(mask) = &request.mask {
            form = form.part("mask", part(mask, Format::Png, "mask.png".to_owned()));
        }
        form
    }
}

fn file(picture: &Picture, name: String) -> Part {
    part(&picture.bytes, picture.format, name)
}

fn part(bytes: &Bytes, format: Format, name: String) -> Part {
    let length = bytes.len() as u64;
    // Shared, not copied: a request that is sent again uses the same bytes.
    Part::stream_with_length(Body::from(bytes.clone()), length)
        .file_name(name)
        .mime_str(format.content_type())
        .expect("our content types are media types")
}

/// What a call may take: effort and pixels decide.
fn terms(request: &PaintRequest) -> Terms {
    /// Above this, sizes are experimental and slow.
    const LARGE_PIXELS: u64 = 2560 * 1440;
    /// No answer is longer, whatever was asked for.
    const MAX_ANSWER_BYTES: u64 = 512 * 1024 * 1024;
    let slow = matches!(request.quality, Quality::Xhigh | Quality::Max) || request.size.pixels() > LARGE_PIXELS;
    // Four bytes a pixel before compression, in base64, and room for the rest.
    let picture = request.size.pixels() * 4 * 4 / 3;
    let answer = (16 * 1024 * 1024 + picture * u64::from(request.count)).min(MAX_ANSWER_BYTES);
    Terms {
        timeout: Duration::from_secs(if slow { 600 } else { 300 }),
        max_answer_bytes: usize::try_from(answer).unwrap_or(usize::MAX),
        patience: Duration::from_mins(2),
    }
}

#[async_trait]
impl Painter for OpenaiImages {
    fn name(&self) -> ProviderName {
        self.transport.provider()
    }

    async fn paint(&self, request: &PaintRequest) -> Result<Painted, Fault> {
        self.check(request)?;
        let operation = if request.images.is_empty() {
            "generations"
        } else {
            "edits"
        };
        let (url, model) = self.addressing.find(&request.model, operation)?;
        let hear = |event| stream::hear(event, request.unfinished.as_ref());
        let listener = request.unfinished.as_ref().map(|_| &hear as Listener<'_>);
        let answer = if request.images.is_empty() {
            let body = self.generation(request, &model);
            let fill = |call: reqwest::RequestBuilder| call.json(&body);
            self.transport
                .post_and_listen(&url, terms(request), listener, &request.stop, fill)
                .await?
        } else {
            let fill = |call: reqwest::RequestBuilder| call.multipart(self.edit(request, &model));
            self.transport
                .post_and_listen(&url, terms(request), listener, &request.stop, fill)
                .await?
        };

        let read = answer::read(answer.body, usize::from(request.count)).map_err(|unread| {
            let hidden = faults::hidden_in_success(answer.status, &answer.headers, &unread.body);
            if let Some(fault) = &hidden {
                self.transport.learn(fault);
            }
            hidden.unwrap_or_else(|| faults::unreadable(unread.words, &answer.headers))
        })?;
        Ok(Painted {
            pictures: read.pictures,
            usage: read.usage,
            request_id: faults::request_id(&answer.headers),
            understood: (self.name() == ProviderName::Demo)
                .then(|| answer::understood(&answer.headers))
                .flatten(),
        })
    }

    async fn endings(&self) -> Result<Vec<Ending>, Fault> {
        let Addressing::Plain { base } = &self.addressing else {
            // Azure's days are those of a deployment, and stand elsewhere.
            return Ok(Vec::new());
        };
        let answer = self.transport.get(&below(base, "models"), MODELS_TERMS).await?;
        endings::read(&answer.body).map_err(|error| faults::unreadable(error.to_string(), &answer.headers))
    }
}
