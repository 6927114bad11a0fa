//! Azure Image Analysis 4.0: one call that captions, tags, finds things and people, and reads.
//!
//! Each feature is one billed transaction, so only those of the catalogue are asked for. Captions are English only;
//! tags come in the language asked for where the service has it. The service ends on 2028-09-25.
//!
//! Captions exist in some regions only. Where the service says that its region has none (with 400, which is free), it is
//! asked once more for the rest, and the caption comes from version 3.2 ([`older`]), which every region has. What that
//! costs together is never more than what was asked for at first: see [`AzureVision::caption_price`].

mod answer;
mod older;

use super::{
    Asker, Charge, Described, Fault, FaultKind, FreeTier, Meter, NotFree, Picture, Takes, Vision, VisionAsk, facts,
    faults::{self, not_sent},
    transport::{Terms, Transport},
};
use crate::domain::{
    catalogue::FeaturePrice,
    description::{Caption, Description, FactKind, Shortfall},
    limits::MAX_FACTS,
    money::Micros,
    spec::ProviderName,
    text::Lang,
};
use async_trait::async_trait;
use reqwest::{Url, header};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

const API_VERSION: &str = "2024-02-01";
/// Features that some regions do not have (Azure's overview of Image Analysis, 2026-11).
const CAPTIONS: [&str; 2] = ["caption", "denseCaptions"];

/// What the free tier (F0) takes: Azure's price page and FAQ, 2026-11.
pub(super) const FREE_TIER: FreeTier = FreeTier {
    requests_a_minute: 20,
    units_a_month: 5_000,
};

/// How requests are made, of both versions.
const TERMS: Terms = Terms {
    timeout: Duration::from_mins(1),
    max_answer_bytes: 8 * 1024 * 1024,
    // Somebody sits in front of the picture: tell them instead of waiting.
    patience: Duration::ZERO,
};

/// A describer that speaks Azure Image Analysis.
#[derive(Debug)]
pub(super) struct AzureVision {
    transport: Transport,
    endpoint: Url,
    features: Vec<FeaturePrice>,
    /// What it takes, where it was not paid for.
    tier: Option<FreeTier>,
    /// Set once the service said that it has no tags in the language asked for.
    english_only: AtomicBool,
    /// Set once the service said that its region writes no captions.
    captionless: AtomicBool,
}

/// What one attempt asks for.
#[derive(Debug, Clone, Copy)]
struct Attempt {
    language: Lang,
    closer: bool,
    captions: bool,
}

impl AzureVision {
    /// A describer behind this way, with the catalogue's features.
    pub(super) fn new(
        transport: Transport,
        endpoint: Url,
        features: Vec<FeaturePrice>,
        tier: Option<FreeTier>,
    ) -> Self {
        Self {
            transport,
            endpoint,
            features,
            tier,
            english_only: AtomicBool::new(false),
            captionless: AtomicBool::new(false),
        }
    }

    fn asked_for(&self, closer: bool, captions: bool) -> impl Iterator<Item = &FeaturePrice> {
        self.features.iter().filter(move |feature| {
            (closer || !feature.closer) && (captions || !CAPTIONS.contains(&feature.feature.as_str()))
        })
    }

    fn feature_list(&self, closer: bool, captions: bool) -> String {
        let asked = self.asked_for(closer, captions);
        let names: Vec<&str> = asked.map(|feature| feature.feature.as_str()).collect();
        names.join(",")
    }

    /// What a caption of the older version costs: as much as one of this version, both being of the same group of
    /// transactions on Azure's price page (group 2, 2026-11). It takes the place of one, so a quote that covers the
    /// features covers it too.
    fn caption_price(&self) -> Micros {
        let mut features = self.features.iter();
        features
            .find(|feature| feature.feature == CAPTIONS[0])
            .map_or(Micros::ZERO, |feature| feature.micros)
    }

    fn address(&self, path: &str, query: &str) -> Url {
        let mut url = self.endpoint.clone();
        let base = self.endpoint.path().trim_end_matches('/');
        url.set_path(&format!("{base}{path}"));
        url.set_query(Some(query));
        url
    }

    /// Notes with `meter` what an attempt needs, the older version's request included.
    async fn may_leave(&self, attempt: Attempt, meter: &dyn Meter) -> Result<(), Fault> {
        let Some(tier) = self.tier else { return Ok(()) };
        let features = self.asked_for(attempt.closer, attempt.captions).count();
        let features = u32::try_from(features).unwrap_or(u32::MAX);
        let (requests, units) = match (attempt.captions, features) {
            (true, _) => (1, features),
            (false, 0) => (1, 1),
            (false, _) => (2, features + 1),
        };
        let taken = meter.take(tier, self.transport.provider(), requests, units).await;
        taken.map_err(|full| match full {
            NotFree::Minute(wait) => Fault {
                retry_after: Some(wait),
                ..not_sent(
                    FaultKind::FreeMinute,
                    "the free tier takes no more requests this minute",
                )
            },
            NotFree::Month(wait) => Fault {
                retry_after: Some(wait),
                ..not_sent(FaultKind::FreeMonth, "the free tier takes no more units this month")
            },
            NotFree::Unknown => not_sent(FaultKind::Unreachable, "what the free tier gave cannot be counted"),
        })
    }

    async fn post(&self, url: &Url, picture: &Picture) -> Result<super::transport::Answer, Fault> {
        let fill = |call: reqwest::RequestBuilder| {
            call.header(header::CONTENT_TYPE, "application/octet-stream")
                .body(picture.bytes.clone())
        };
        self.transport.post(url, TERMS, fill).await
    }

    async fn analyze(&self, picture: &Picture, attempt: Attempt) -> Result<Described, Fault> {
        // Written by hand: the service documents a comma between features, not its escape.
        let features = self.feature_list(attempt.closer, attempt.captions);
        let query = format!(
            "api-version={API_VERSION}&features={features}&language={}",
            attempt.language.tag()
        );
        let url = self.address("/computervision/imageanalysis:analyze", &query);
        let answer = self.post(&url, picture).await?;
        let read = answer::read(&answer.body, picture.size, attempt.language, attempt.captions).map_err(|words| {
            faults::hidden_in_success(answer.status, &answer.headers, &answer.body)
                .unwrap_or_else(|| faults::unreadable(words, &answer.headers))
        })?;
        Ok(Described {
            description: read.description,
            size: read.size,
            model_version: read.model_version,
            spent: self
                .asked_for(attempt.closer, attempt.captions)
                .map(|feature| feature.micros)
                .sum::<Micros>(),
            request_id: faults::request_id(&answer.headers),
        })
    }

    /// One attempt, noted and made.
    async fn look(&self, picture: &Picture, attempt: Attempt, meter: &dyn Meter) -> Result<Described, Fault> {
        self.may_leave(attempt, meter).await?;
        if attempt.captions {
            return self.analyze(picture, attempt).await;
        }
        let seen = match self.asked_for(attempt.closer, false).next() {
            Some(_) => Some(self.analyze(picture, attempt).await?),
            None => None,
        };
        match (seen, self.older_caption(picture).await) {
            (Some(seen), Ok(older)) => Ok(self.with_older(seen, older)),
            (None, Ok(older)) => Ok(self.with_older(nothing_seen(picture), older)),
            // What was seen is paid for and stays; whether the caption that did not come is, nobody knows.
            (Some(mut seen), Err(fault)) => {
                tracing::warn!(kind = ?fault.kind, detail = fault.detail, "Azure Vision 3.2 gave no caption");
                if fault.charge == Charge::FullQuote {
                    seen.spent += self.caption_price();
                }
                Ok(seen)
            }
            (None, Err(fault)) => Err(fault),
        }
    }

    async fn older_caption(&self, picture: &Picture) -> Result<older::Read, Fault> {
        older::check(picture)?;
        let url = self.address(older::PATH, older::QUERY);
        let answer = self.post(&url, picture).await?;
        let mut read = older::read(&answer.body).map_err(|words| {
            faults::hidden_in_success(answer.status, &answer.headers, &answer.body)
                .unwrap_or_else(|| faults::unreadable(words, &answer.headers))
        })?;
        read.request_id = faults::request_id(&answer.headers);
        Ok(read)
    }

    fn with_older(&self, mut seen: Described, older: older::Read) -> Described {
        let description = &mut seen.description;
        description.caption = older.caption;
        description.shortfall = Some(Shortfall::OlderCaption);
        if !description.facts.iter().any(|fact| fact.kind == FactKind::Tag) {
            for tag in older.tags {
                facts::push(&mut description.facts, FactKind::Tag, &tag, Lang::En, None, None);
            }
            description.facts.truncate(MAX_FACTS);
        }
        seen.spent += self.caption_price();
        let versions = [seen.model_version, format!("3.2 {}", older.model_version)];
        seen.model_version = joined(versions, " + ");
        seen.request_id = match (seen.request_id, older.request_id) {
            (Some(new), Some(old)) => Some(joined([new, old], " ")),
            (one, other) => one.or(other),
        };
        seen
    }
}

/// What was seen before anybody looked.
fn nothing_seen(picture: &Picture) -> Described {
    Described {
        description: Description {
            caption: Caption {
                text: String::new(),
                lang: Lang::En.tag().to_owned(),
                confidence: None,
            },
            facts: Vec::new(),
            shortfall: Some(Shortfall::NoCaptionInRegion),
        },
        size: picture.size,
        model_version: String::new(),
        spent: Micros::ZERO,
        request_id: None,
    }
}

fn joined(parts: [String; 2], between: &str) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

#[async_trait]
impl Vision for AzureVision {
    fn name(&self) -> ProviderName {
        self.transport.provider()
    }

    fn takes(&self) -> Takes {
        Takes {
            longest_side: 1600,
            // Both versions want more than 50 pixels.
            shortest_side: 64,
            // Version 4.0 takes 20 MB; the same file may have to go to 3.2.
            max_bytes: older::MAX_BYTES,
        }
    }

    /// The region is not part of it: what was paid for where there are no captions is not paid for again.
    fn asked(&self, ask: &VisionAsk) -> String {
        let features = self.feature_list(ask.closer, true);
        format!("azure-image-analysis {API_VERSION} {features} {}", ask.language.tag())
    }

    async fn describe(&self, picture: &Picture, ask: &VisionAsk, asker: Asker<'_>) -> Result<Described, Fault> {
        loop {
            let attempt = Attempt {
                language: if self.english_only.load(Ordering::Relaxed) {
                    Lang::En
                } else {
                    ask.language
                },
                closer: ask.closer,
                captions: !self.captionless.load(Ordering::Relaxed),
            };
            let fault = match self.look(picture, attempt, asker.meter).await {
                Ok(seen) => return Ok(seen),
                Err(fault) => fault,
            };
            // Both refusals come before anything is done, and are free: it is asked again for what there is.
            let free = fault.charge == Charge::Nothing;
            match fault.kind {
                FaultKind::Invalid if free && attempt.language != Lang::En && is_about_language(&fault) => {
                    tracing::info!("Azure Vision has no tags in this language; asking in English from now on");
                    self.english_only.store(true, Ordering::Relaxed);
                }
                FaultKind::Region if free && attempt.captions => {
                    tracing::warn!(
                        "Azure Vision writes no captions in its region: they come from version 3.2 from now on. \
                         A resource in another region would write them (docs/SELF-HOSTING.md, Keys)"
                    );
                    self.captionless.store(true, Ordering::Relaxed);
                }
                _ => return Err(fault),
            }
        }
    }
}

fn is_about_language(fault: &Fault) -> bool {
    fault.detail.to_ascii_lowercase().contains("language")
}
