//! Which providers there are: built once from the settings.
//!
//! Without any key the demo describes and paints, through the very same clients: they only talk to the demo server
//! on this machine. With one vendor set, the other's function is not there; the demo never fills in.

use super::{
    FreeTier, Painter, Vision, Writer,
    azure_vision::{AzureVision, FREE_TIER},
    catalogue::Endings,
    openai_images::{Addressing, OpenaiImages},
    openai_text::OpenaiText,
    openai_vision::{self, OpenaiVision},
    transport::{Jitter, Lane, LaneState, LiveKey, Look, Rhythm, Transport},
};
use crate::{
    domain::{catalogue::Catalogue, order::QuoteLine, pricing, spec::ProviderName},
    server::config::{AzureOpenaiStyle, AzureVisionTier, Config, Key, KeySource},
};
use http::{HeaderName, header};
use reqwest::Url;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// The demo server takes any key.
const DEMO_KEY: &str = "demo";

/// Who describes and who paints here.
#[derive(Default)]
pub struct Providers {
    /// Who describes, the first one unless another is asked for. Empty when the function is not available.
    pub visions: Vec<Arc<dyn Vision>>,
    /// Who refines prompts, if anybody.
    pub writer: Option<Arc<dyn Writer>>,
    /// Who paints, the first one unless another is asked for. Empty when the function is not available.
    pub painters: Vec<Arc<dyn Painter>>,
    /// When their models end, as far as they said so.
    pub endings: Endings,
    lanes: Vec<Arc<Lane>>,
    keys: Vec<(Arc<Lane>, Arc<LiveKey>)>,
    hosts: Vec<(ProviderName, String)>,
}

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Providers")
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

/// Why the providers cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ProvidersError {
    /// TLS cannot be set up: usually no certificates are installed.
    #[error("the client for {0} cannot be made; are the system's certificates installed?")]
    Client(String, #[source] reqwest::Error),
    /// A deployment for a model that the catalogue does not have.
    #[error("AZURE_OPENAI_DEPLOYMENTS names the model {0}, which is not in the catalogue")]
    UnknownModel(String),
    /// No key, and nobody said where the demo server is.
    #[error("there is no key and no demo server")]
    NoDemo,
}

impl Providers {
    /// Builds what the settings name; `demo` is the address of the demo server, needed when they name nothing.
    ///
    /// # Errors
    /// [`ProvidersError`].
    pub fn build(
        config: &Config,
        catalogue: &Catalogue,
        demo: Option<&Url>,
        rhythm: Rhythm,
        jitter: &Jitter,
    ) -> Result<Self, ProvidersError> {
        let mut builder = Builder {
            providers: Self::default(),
            places: config.providers.concurrency,
            rhythm,
            jitter,
        };
        if config.demo() {
            builder.demo(catalogue, demo.ok_or(ProvidersError::NoDemo)?)?;
        }
        if let Some(azure) = &config.providers.azure_vision {
            let lane = builder.lane(ProviderName::AzureVision, &azure.endpoint);
            let tier = (azure.tier == AzureVisionTier::F0).then_some(FREE_TIER);
            builder.azure_vision(&lane, &azure.endpoint, azure.key.clone(), catalogue, tier)?;
        }
        if let Some(openai) = &config.providers.openai {
            let lane = builder.lane(ProviderName::Openai, &openai.base_url);
            if let Some(prices) = &catalogue.vision.openai {
                let transport = builder.transport(&lane, BEARER, openai.key.clone(), &openai.base_url)?;
                let vision = OpenaiVision::new(transport, &openai.base_url, prices.clone());
                builder.providers.visions.push(Arc::new(vision));
            }
            builder.writer(&lane, openai.key.clone(), &openai.base_url, catalogue)?;
            let base = openai.base_url.clone();
            builder.painter(
                &lane,
                BEARER,
                openai.key.clone(),
                &openai.base_url,
                Addressing::Plain { base },
            )?;
        }
        if let Some(azure) = &config.providers.azure_openai {
            let lane = builder.lane(ProviderName::AzureOpenai, &azure.endpoint);
            let deployments = by_sent_name(&azure.deployments, catalogue)?;
            let endpoint = azure.endpoint.clone();
            let addressing = match azure.style {
                AzureOpenaiStyle::V1 => Addressing::AzureV1 { endpoint, deployments },
                AzureOpenaiStyle::Deployments => Addressing::AzureDeployments { endpoint, deployments },
            };
            let credentials = if azure.bearer { BEARER } else { API_KEY };
            builder.painter(&lane, credentials, azure.key.clone(), &azure.endpoint, addressing)?;
        }
        Ok(builder.providers)
    }

    /// Who describes: the one asked for, else the first. Nothing when it is not configured.
    #[must_use]
    pub fn vision(&self, asked: Option<ProviderName>) -> Option<Arc<dyn Vision>> {
        let mut visions = self.visions.iter();
        visions
            .find(|vision| asked.is_none_or(|name| vision.name() == name))
            .cloned()
    }

    /// Who paints: the one asked for, else the first. Nothing when it is not configured.
    #[must_use]
    pub fn painter(&self, asked: Option<ProviderName>) -> Option<Arc<dyn Painter>> {
        let mut painters = self.painters.iter();
        painters
            .find(|painter| asked.is_none_or(|name| painter.name() == name))
            .cloned()
    }

    /// The name of who paints: the one asked for, else the first.
    #[must_use]
    pub fn painter_name(&self, asked: Option<ProviderName>) -> Option<ProviderName> {
        self.painter(asked).map(|painter| painter.name())
    }

    /// What a description by this provider costs, line by line: an upper bound.
    #[must_use]
    pub fn vision_lines(&self, catalogue: &Catalogue, provider: ProviderName, closer: bool) -> Vec<QuoteLine> {
        match (provider, &catalogue.vision.openai) {
            (ProviderName::Openai, Some(prices)) => openai_vision::quote(prices),
            _ => pricing::vision_lines(catalogue, closer),
        }
    }

    /// Who is sent pictures and words, and where: for the privacy page.
    #[must_use]
    pub fn hosts(&self) -> Vec<(ProviderName, String)> {
        self.hosts.clone()
    }

    /// Looks for new keys; whoever was stopped for the old one is asked again.
    pub async fn renew_keys(&self, look: Look) {
        for (lane, key) in &self.keys {
            if key.renew(look).await {
                lane.reopen();
            }
        }
    }

    /// How the lanes stand, for the operator.
    #[must_use]
    pub fn states(&self) -> Vec<LaneState> {
        self.lanes.iter().map(|lane| lane.state()).collect()
    }
}

/// Header and what stands before the key in it.
type Credentials = (HeaderName, &'static str);

const BEARER: Credentials = (header::AUTHORIZATION, "Bearer ");
const API_KEY: Credentials = (HeaderName::from_static("api-key"), "");
const SUBSCRIPTION_KEY: Credentials = (HeaderName::from_static("ocp-apim-subscription-key"), "");

struct Builder<'a> {
    providers: Providers,
    places: usize,
    rhythm: Rhythm,
    jitter: &'a Jitter,
}

impl Builder<'_> {
    fn demo(&mut self, catalogue: &Catalogue, address: &Url) -> Result<(), ProvidersError> {
        let key = || {
            let key = Key::new(DEMO_KEY).unwrap_or_else(|_| unreachable!("the demo's key is a key"));
            KeySource::fixed(key)
        };
        let lane = self.lane(ProviderName::Demo, address);
        self.azure_vision(&lane, address, key(), catalogue, None)?;
        let mut base = address.clone();
        base.set_path("/v1");
        self.writer(&lane, key(), &base, catalogue)?;
        self.painter(&lane, BEARER, key(), address, Addressing::Plain { base })
    }

    fn lane(&mut self, name: ProviderName, address: &Url) -> Arc<Lane> {
        let lane = Lane::new(name, self.places, self.rhythm.pause);
        let host = address.host_str().unwrap_or_default().to_owned();
        self.providers.lanes.push(lane.clone());
        self.providers.hosts.push((name, host));
        lane
    }

    /// The key of a lane in this header: one for all who send it.
    fn key(&mut self, lane: &Arc<Lane>, (name, scheme): Credentials, source: KeySource) -> Arc<LiveKey> {
        let provider = lane.provider();
        let mut known = self.providers.keys.iter();
        if let Some((_, key)) = known.find(|(_, key)| key.is_of(provider, &name)) {
            return key.clone();
        }
        let key = LiveKey::new(provider, (name, scheme), source);
        self.providers.keys.push((lane.clone(), key.clone()));
        key
    }

    fn transport(
        &mut self,
        lane: &Arc<Lane>,
        credentials: Credentials,
        key: KeySource,
        address: &Url,
    ) -> Result<Transport, ProvidersError> {
        let words = || address.host_str().unwrap_or_default().to_owned();
        let key = self.key(lane, credentials, key);
        Transport::new(address, lane.clone(), key, self.rhythm, self.jitter.clone())
            .map_err(|error| ProvidersError::Client(words(), error))
    }

    fn azure_vision(
        &mut self,
        lane: &Arc<Lane>,
        endpoint: &Url,
        key: KeySource,
        catalogue: &Catalogue,
        tier: Option<FreeTier>,
    ) -> Result<(), ProvidersError> {
        let transport = self.transport(lane, SUBSCRIPTION_KEY, key, endpoint)?;
        let features = catalogue.vision.azure.clone();
        let vision = AzureVision::new(transport, endpoint.clone(), features, tier);
        self.providers.visions.push(Arc::new(vision));
        Ok(())
    }

    fn writer(
        &mut self,
        lane: &Arc<Lane>,
        key: KeySource,
        base: &Url,
        catalogue: &Catalogue,
    ) -> Result<(), ProvidersError> {
        if let Some(model) = &catalogue.refine {
            let transport = self.transport(lane, BEARER, key, base)?;
            let writer = OpenaiText::new(transport, base, model.clone());
            self.providers.writer = Some(Arc::new(writer));
        }
        Ok(())
    }

    fn painter(
        &mut self,
        lane: &Arc<Lane>,
        credentials: Credentials,
        key: KeySource,
        address: &Url,
        addressing: Addressing,
    ) -> Result<(), ProvidersError> {
        let transport = self.transport(lane, credentials, key, address)?;
        self.providers
            .painters
            .push(Arc::new(OpenaiImages::new(transport, addressing)));
        Ok(())
    }
}

/// Deployments by the id that orders carry to the painter, which is the catalogue's `api_id`.
fn by_sent_name(
    deployments: &BTreeMap<String, String>,
    catalogue: &Catalogue,
) -> Result<BTreeMap<String, String>, ProvidersError> {
    let named = deployments.iter().map(|(id, deployment)| {
        let model = catalogue
            .models
            .iter()
            .find(|model| model.id == *id || model.api_id == *id);
        let model = model.ok_or_else(|| ProvidersError::UnknownModel(id.clone()))?;
        Ok((model.api_id.clone(), deployment.clone()))
    });
    named.collect()
}
