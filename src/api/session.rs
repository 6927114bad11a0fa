//! The session: what every page needs to know about the instance and the caller.

use super::ApiError;
use crate::domain::{budget::BudgetLeft, money::Micros, pricing::Factor, spec::ProviderName, text::Lang};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// What every page needs to know. Never makes a visitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The caller's language.
    pub lang: Lang,
    /// The theme the caller chose; nothing follows the system.
    pub theme: Option<Theme>,
    /// Whether the demo providers work here.
    pub demo: bool,
    /// Who describes, if anybody.
    pub describer: Option<ProviderName>,
    /// Who refines prompts, if anybody.
    pub refiner: Option<Refiner>,
    /// Who paints, in order of preference; empty when nobody does.
    pub painters: Vec<ProviderName>,
    /// What describing costs, and what looking closer adds.
    pub describe_micros: Micros,
    /// What looking closer costs.
    pub closer_micros: Micros,
    /// The cheapest variation.
    pub from_micros: Micros,
    /// What is left today for the caller: the smallest of all caps; nothing without caps.
    pub left_micros: Option<Micros>,
    /// The caller's budget that is furthest used up, from half of it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_used: Option<BudgetLeft>,
    /// How to reach whoever runs this.
    pub contact: Option<String>,
    /// After how many days pictures are deleted; nothing when they are kept.
    pub retention_days: Option<u32>,
    /// Hosts that receive pictures, by provider.
    pub recipients: Vec<Recipient>,
    /// Providers to whom nothing is sent for now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paused: Vec<Pause>,
}

impl Session {
    /// Why nothing is sent to this provider for now, if so.
    #[must_use]
    pub fn pause_of(&self, provider: Option<ProviderName>) -> Option<Pause> {
        let provider = provider?;
        self.paused.iter().find(|pause| pause.provider == provider).copied()
    }
}

/// A provider to whom nothing is sent for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Which provider.
    pub provider: ProviderName,
    /// Why.
    pub why: PauseReason,
    /// In how many seconds one request may try again.
    pub again_in_s: u64,
}

/// Why nothing is sent to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Its account has no credit left, or reached its limit.
    NoCredit,
    /// It does not accept the key.
    Key,
}

/// Who refines prompts. The model and its prices stand in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refiner {
    /// Which provider.
    pub provider: ProviderName,
    /// What its quotes are multiplied by.
    pub factor: Factor,
}

/// Who receives pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Which provider.
    pub provider: ProviderName,
    /// The host that is called.
    pub host: String,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Paper and ink.
    Light,
    /// The darkroom.
    Dark,
}

/// What every page needs to know.
#[server(prefix = "/api", endpoint = "session/get", input = GetUrl)]
pub async fn get_session() -> Result<Session, ApiError> {
    crate::server::endpoints::session::get().await
}
