//! Azure Image Analysis 4.0: one call that captions, tags, finds things and people, and reads.
//!
//! Each feature is one billed transaction, so only those of the catalogue are asked for. Captions are English only;
//! tags come in the language asked for where the service has it. The service ends on 2028-09-25.

mod answer;

use super::{
    Described, Fault, FaultKind, Picture, Vision, VisionAsk,
    faults::{self, not_sent},
    transport::{Terms, Transport},
};
use crate::domain::{catalogue::FeaturePrice, money::Micros, spec::ProviderName, text::Lang};
use async_trait::async_trait;
use reqwest::{Url, header};
use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

const API_VERSION: &str = "2024-02-01";
const MINUTE: Duration = Duration::from_mins(1);

/// A describer that speaks Azure Image Analysis.
#[derive(Debug)]
pub(super) struct AzureVision {
    transport: Transport,
    endpoint: Url,
    features: Vec<FeaturePrice>,
    /// Calls of the last minute, where the tier limits them.
    pace: Option<Pace>,
    /// Set once the service said that it has no tags in the language asked for.
    english_only: AtomicBool,
}

impl AzureVision {
    /// A describer behind this way, with the catalogue's features and at most `calls_a_minute`.
    pub(super) fn new(
        transport: Transport,
        endpoint: Url,
        features: Vec<FeaturePrice>,
        calls_a_minute: Option<usize>,
    ) -> Self {
        Self {
            transport,
            endpoint,
            features,
            pace: calls_a_minute.map(Pace::new),
            english_only: AtomicBool::new(false),
        }
    }

    fn asked_for(&self, closer: bool) -> impl Iterator<Item = &FeaturePrice> {
        self.features.iter().filter(move |feature| closer || !feature.closer)
    }

    fn feature_list(&self, closer: bool) -> String {
        let names: Vec<&str> = self.asked_for(closer).map(|feature| feature.feature.as_str()).collect();
        names.join(",")
    }

    fn address(&self, language: Lang, closer: bool) -> Url {
        let mut url = self.endpoint.clone();
        let base = self.endpoint.path().trim_end_matches('/');
        url.set_path(&format!("{base}/computervision/imageanalysis:analyze"));
        // Written by hand: the service documents a comma between features, not its escape.
        let features = self.feature_list(closer);
        let language = language.tag();
        url.set_query(Some(&format!(
            "api-version={API_VERSION}&features={features}&language={language}"
        )));
        url
    }

    async fn analyze(&self, picture: &Picture, language: Lang, closer: bool) -> Result<Described, Fault> {
        const TERMS: Terms = Terms {
            timeout: Duration::from_mins(1),
            max_answer_bytes: 8 * 1024 * 1024,
            // Somebody sits in front of the picture: tell them instead of waiting.
            patience: Duration::ZERO,
        };
        let url = self.address(language, closer);
        let fill = |call: reqwest::RequestBuilder| {
            call.header(header::CONTENT_TYPE, "application/octet-stream")
                .body(picture.bytes.clone())
        };
        let answer = self.transport.post(&url, TERMS, fill).await?;
        let read = answer::read(&answer.body, picture.size, language).map_err(|words| {
            faults::hidden_in_success(answer.status, &answer.headers, &answer.body)
                .unwrap_or_else(|| faults::unreadable(words, &answer.headers))
        })?;
        Ok(Described {
            description: read.description,
            size: read.size,
            model_version: read.model_version,
            spent: self.asked_for(closer).map(|feature| feature.micros).sum::<Micros>(),
            request_id: faults::request_id(&answer.headers),
        })
    }
}

#[async_trait]
impl Vision for AzureVision {
    fn name(&self) -> ProviderName {
        self.transport.provider()
    }

    fn asked(&self, ask: &VisionAsk) -> String {
        let features = self.feature_list(ask.closer);
        format!("azure-image-analysis {API_VERSION} {features} {}", ask.language.tag())
    }

    async fn describe(&self, picture: &Picture, ask: &VisionAsk) -> Result<Described, Fault> {
        if let Some(pace) = &self.pace {
            pace.step(Instant::now())?;
        }
        let language = if self.english_only.load(Ordering::Relaxed) {
            Lang::En
        } else {
            ask.language
        };
        match self.analyze(picture, language, ask.closer).await {
            // Refused before anything was done, and free: ask again in the language it has.
            Err(fault) if fault.kind == FaultKind::Invalid && language != Lang::En && is_about_language(&fault) => {
                tracing::info!("Azure Vision has no tags in this language; asking in English from now on");
                self.english_only.store(true, Ordering::Relaxed);
                self.analyze(picture, Lang::En, ask.closer).await
            }
            result => result,
        }
    }
}

fn is_about_language(fault: &Fault) -> bool {
    fault.detail.to_ascii_lowercase().contains("language")
}

/// Holds calls to so many in any minute; the rest are told to wait.
#[derive(Debug)]
struct Pace {
    calls_a_minute: usize,
    recent: Mutex<VecDeque<Instant>>,
}

impl Pace {
    const fn new(calls_a_minute: usize) -> Self {
        Self {
            calls_a_minute,
            recent: Mutex::new(VecDeque::new()),
        }
    }

    fn step(&self, now: Instant) -> Result<(), Fault> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        while recent.front().is_some_and(|call| now.duration_since(*call) >= MINUTE) {
            recent.pop_front();
        }
        if let Some(oldest) = recent.front()
            && recent.len() >= self.calls_a_minute
        {
            return Err(Fault {
                retry_after: Some(MINUTE.saturating_sub(now.duration_since(*oldest))),
                ..not_sent(
                    FaultKind::TooFast,
                    "not sent: the free tier takes no more calls this minute",
                )
            });
        }
        recent.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_free_tier_is_asked_so_often_in_any_minute() {
        let (pace, start) = (Pace::new(2), Instant::now());
        assert!(pace.step(start).is_ok());
        assert!(pace.step(start + MINUTE / 2).is_ok());
        let fault = pace.step(start + MINUTE / 2).expect_err("full");
        assert_eq!((fault.kind, fault.retry_after), (FaultKind::TooFast, Some(MINUTE / 2)));
        assert!(pace.step(start + MINUTE).is_ok());
        assert!(pace.step(start + MINUTE).is_err());
    }
}
