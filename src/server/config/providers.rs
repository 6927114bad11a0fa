//! Who describes and who paints: the vendors' keys, by the names their own SDKs use.

use super::{KeySource, http::is_loopback_host, settings::Reader};
use reqwest::Url;
use std::{collections::BTreeMap, path::PathBuf};

/// Who describes and who paints.
#[derive(Debug, Clone)]
pub struct Providers {
    /// OpenAI: `OPENAI_API_KEY`, `OPENAI_BASE_URL`.
    pub openai: Option<Openai>,
    /// Azure OpenAI: `AZURE_OPENAI_…`.
    pub azure_openai: Option<AzureOpenai>,
    /// Azure Vision: `AZURE_VISION_…`.
    pub azure_vision: Option<AzureVision>,
    /// A file instead of the built-in catalogue: `POCHOIR_CATALOGUE`.
    pub catalogue: Option<PathBuf>,
    /// Calls under way at once, for each provider: `POCHOIR_CONCURRENCY`.
    pub concurrency: usize,
}

/// OpenAI.
#[derive(Debug, Clone)]
pub struct Openai {
    /// The key.
    pub key: KeySource,
    /// Where the interface is, `/v1` included.
    pub base_url: Url,
}

/// Azure OpenAI.
#[derive(Debug, Clone)]
pub struct AzureOpenai {
    /// The key, or a token of Entra.
    pub key: KeySource,
    /// Whether it is a token: then it goes as `Authorization: Bearer`, else as `api-key`.
    pub bearer: bool,
    /// The resource.
    pub endpoint: Url,
    /// Deployments by the model's id in the catalogue.
    pub deployments: BTreeMap<String, String>,
    /// Which shape of address.
    pub style: AzureOpenaiStyle,
}

/// The two shapes of Azure OpenAI's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzureOpenaiStyle {
    /// `/openai/v1/images/…`, the deployment in the body.
    V1,
    /// `/openai/deployments/{deployment}/images/…`.
    Deployments,
}

/// Azure Vision.
#[derive(Debug, Clone)]
pub struct AzureVision {
    /// The key.
    pub key: KeySource,
    /// The resource.
    pub endpoint: Url,
    /// What was bought.
    pub tier: AzureVisionTier,
}

/// What was bought of Azure Vision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzureVisionTier {
    /// Free: 20 calls a minute, 5,000 a month.
    F0,
    /// Paid.
    S1,
}

const MAX_CONCURRENCY: usize = 64;

impl Providers {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let concurrency = reader.parsed("POCHOIR_CONCURRENCY", |text| match text.parse() {
            Ok(calls) if (1..=MAX_CONCURRENCY).contains(&calls) => Ok(calls),
            _ => Err(format!("a number from 1 to {MAX_CONCURRENCY}")),
        });
        Self {
            openai: read_openai(reader),
            azure_openai: read_azure_openai(reader),
            azure_vision: read_azure_vision(reader),
            catalogue: reader.text("POCHOIR_CATALOGUE").map(PathBuf::from),
            concurrency: concurrency.unwrap_or(4),
        }
    }

    /// Whether there is any key at all.
    #[must_use]
    pub const fn has_key(&self) -> bool {
        self.openai.is_some() || self.azure_openai.is_some() || self.azure_vision.is_some()
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        [
            ("OPENAI_BASE_URL", self.openai.as_ref().map(|it| &it.base_url)),
            (
                "AZURE_OPENAI_ENDPOINT",
                self.azure_openai.as_ref().map(|it| &it.endpoint),
            ),
            (
                "AZURE_VISION_ENDPOINT",
                self.azure_vision.as_ref().map(|it| &it.endpoint),
            ),
        ]
        .into_iter()
        .filter(|(_, url)| {
            url.is_some_and(|url| url.scheme() == "http" && !is_loopback_host(url.host_str().unwrap_or_default()))
        })
        .map(|(name, _)| format!("{name} is plain http: the key and the pictures travel in the clear"))
        .collect()
    }
}

fn read_openai(reader: &mut Reader) -> Option<Openai> {
    let key = reader.key_source("OPENAI_API_KEY");
    let base_url = reader.parsed("OPENAI_BASE_URL", address);
    if reader.is_said("OPENAI_BASE_URL") && !reader.is_said("OPENAI_API_KEY") {
        reader.refuse("OPENAI_BASE_URL", "it needs OPENAI_API_KEY");
    }
    Some(Openai {
        key: key?,
        base_url: base_url?,
    })
}

fn read_azure_openai(reader: &mut Reader) -> Option<AzureOpenai> {
    const API_KEY: &str = "AZURE_OPENAI_API_KEY";
    const AD_TOKEN: &str = "AZURE_OPENAI_AD_TOKEN";
    let bearer = reader.is_said(AD_TOKEN);
    together(
        reader,
        &[
            "AZURE_OPENAI_ENDPOINT",
            if bearer { AD_TOKEN } else { API_KEY },
            "AZURE_OPENAI_DEPLOYMENTS",
        ],
        &["AZURE_OPENAI_API_STYLE"],
    );
    if bearer && reader.is_said(API_KEY) {
        reader.refuse(AD_TOKEN, format!("{API_KEY} is set as well; one of the two"));
    }
    let key = reader.key_source(if bearer { AD_TOKEN } else { API_KEY });
    let endpoint = reader.parsed("AZURE_OPENAI_ENDPOINT", address);
    let deployments = reader.parsed("AZURE_OPENAI_DEPLOYMENTS", deployments);
    let style = reader.parsed("AZURE_OPENAI_API_STYLE", |text| match text {
        "v1" => Ok(AzureOpenaiStyle::V1),
        "deployments" => Ok(AzureOpenaiStyle::Deployments),
        _ => Err("one of: v1, deployments"),
    });
    Some(AzureOpenai {
        key: key?,
        bearer,
        endpoint: endpoint?,
        deployments: deployments?,
        style: style?,
    })
}

fn read_azure_vision(reader: &mut Reader) -> Option<AzureVision> {
    together(
        reader,
        &["AZURE_VISION_ENDPOINT", "AZURE_VISION_KEY"],
        &["AZURE_VISION_TIER"],
    );
    let key = reader.key_source("AZURE_VISION_KEY");
    let endpoint = reader.parsed("AZURE_VISION_ENDPOINT", address);
    let tier = reader.parsed("AZURE_VISION_TIER", |text| match text.to_ascii_lowercase().as_str() {
        "f0" => Ok(AzureVisionTier::F0),
        "s1" => Ok(AzureVisionTier::S1),
        _ => Err("one of: f0, s1"),
    });
    Some(AzureVision {
        key: key?,
        endpoint: endpoint?,
        tier: tier?,
    })
}

/// Half a provider would be a provider that silently is not there.
fn together(reader: &mut Reader, needed: &[&str], optional: &[&str]) {
    let any = needed.iter().chain(optional).any(|name| reader.is_said(name));
    if !any {
        return;
    }
    for name in needed {
        if !reader.is_said(name) {
            reader.refuse(name, format!("it is missing; {} belong together", needed.join(", ")));
        }
    }
}

/// Reads an interface's address; a slash at its end does not count.
fn address(text: &str) -> Result<Url, &'static str> {
    let mut url = Url::parse(text).map_err(|_| "an address beginning with https:// was expected")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("the address must begin with https:// (or http:// on this machine)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address must not hold a name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("the address must end with the path");
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Reads `model=deployment,model=deployment`.
fn deployments(text: &str) -> Result<BTreeMap<String, String>, &'static str> {
    const WORDS: &str = "pairs were expected, like gpt-image-2=my-deployment,gpt-image-2.5-flare=other";
    let mut pairs = BTreeMap::new();
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (model, deployment) = pair.split_once('=').ok_or(WORDS)?;
        let (model, deployment) = (model.trim(), deployment.trim());
        let named = !deployment.is_empty()
            && deployment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if model.is_empty() || !named {
            return Err(WORDS);
        }
        if pairs.insert(model.to_owned(), deployment.to_owned()).is_some() {
            return Err("a model stands there twice");
        }
    }
    if pairs.is_empty() { Err(WORDS) } else { Ok(pairs) }
}
