//! Providers: who describes, who refines and who paints. One file for each vendor's wire format, one client for them all.
//!
//! To add a provider: a file that implements [`Vision`], [`Writer`] or [`Painter`], a name in `domain::spec::ProviderName`, its
//! settings in `config/providers.rs`, its construction in `providers/registry.rs`.

mod azure_vision;
pub mod catalogue;
mod facts;
mod faults;
mod openai_images;
mod openai_text;
mod openai_vision;
mod registry;
mod transport;

pub use faults::Remedy;
pub use registry::{Providers, ProvidersError};
pub use transport::{Jitter, LaneState, Look, Rhythm, ensure_crypto};

use crate::{
    api::variations::Understood,
    domain::{
        catalogue::TextModel,
        description::Description,
        money::Micros,
        pricing::Usage,
        refine::RefineAsk,
        source::Format,
        spec::{Fine, ProviderName, Quality, Size},
        text::Lang,
    },
};
use async_trait::async_trait;
use bytes::Bytes;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// A picture to be sent.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The file, encoded by us.
    pub bytes: Bytes,
    /// What it is.
    pub format: Format,
    /// Its size.
    pub size: Size,
}

/// Somebody who looks at pictures.
#[async_trait]
pub trait Vision: Send + Sync {
    /// Who.
    fn name(&self) -> ProviderName;
    /// What kind of file it is sent.
    fn takes(&self) -> Takes;
    /// Everything a call would ask, in one line, so that two calls can be told to be the same.
    fn asked(&self, ask: &VisionAsk) -> String;
    /// Looks at a picture. Called once for each reservation; it never retries once the request may have arrived.
    async fn describe(&self, picture: &Picture, ask: &VisionAsk, asker: Asker<'_>) -> Result<Described, Fault>;
}

/// On whose behalf a vision provider looks.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// Stable hash of the visitor, never reversible; sent where the provider has a place for it.
    pub safety_identifier: &'a str,
    /// Where it is a free tier that looks, each request is noted here before it leaves.
    pub meter: &'a dyn Meter,
}

/// What kind of file a vision provider is sent: always a JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takes {
    /// More pixels on the longer side cost time and see nothing more.
    pub longest_side: u32,
    /// Fewer pixels on the shorter side are refused; the longer one gives way.
    pub shortest_side: u32,
    /// Larger files are refused.
    pub max_bytes: usize,
}

/// What a provider's free tier takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeTier {
    /// Requests in any minute.
    pub requests_a_minute: u32,
    /// Billed units in a calendar month, which begins at midnight UTC.
    pub units_a_month: u32,
}

/// Counts what is asked of free tiers, for everybody together and across restarts.
#[async_trait]
pub trait Meter: Send + Sync {
    /// Notes requests that are about to leave, and the units they take. Refused: they must not leave.
    async fn take(&self, tier: FreeTier, provider: ProviderName, requests: u32, units: u32) -> Result<(), NotFree>;
}

/// Why a free tier takes no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFree {
    /// Enough requests for this minute; there is room again after this.
    Minute(Duration),
    /// Enough units for this month; there is room again after this.
    Month(Duration),
    /// Nobody knows how much was asked already.
    Unknown,
}

/// What is asked of a vision provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisionAsk {
    /// The language of tags, where the provider has it.
    pub language: Lang,
    /// Everything that can be asked.
    pub closer: bool,
}

/// What a vision provider saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// Caption and facts, boxes in pixels of the picture that was sent.
    pub description: Description,
    /// The size the provider measured.
    pub size: Size,
    /// The provider's model version.
    pub model_version: String,
    /// What it cost, by the catalogue.
    pub spent: Micros,
    /// The provider's name for the request.
    pub request_id: Option<String>,
}

/// Somebody who writes prompts.
#[async_trait]
pub trait Writer: Send + Sync {
    /// Who.
    fn name(&self) -> ProviderName;
    /// The model and what it costs.
    fn model(&self) -> &TextModel;
    /// Writes a prompt. Called once for each reservation; it never retries once the request may have arrived.
    async fn refine(&self, ask: &RefineAsk) -> Result<Refined, Fault>;
}

/// What a text model wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refined {
    /// The prompt.
    pub prompt: String,
    /// The provider's model version.
    pub model_version: String,
    /// What it cost, by the catalogue.
    pub spent: Micros,
    /// The provider's name for the request.
    pub request_id: Option<String>,
}

/// Somebody who paints.
#[async_trait]
pub trait Painter: Send + Sync {
    /// Who.
    fn name(&self) -> ProviderName;
    /// Paints. Called once for each reservation; it retries only when the provider surely did nothing.
    async fn paint(&self, request: &PaintRequest) -> Result<Painted, Fault>;
    /// When its models end, as far as it says so. Nothing where it cannot be asked. It costs nothing and stops nothing.
    async fn endings(&self) -> Result<Vec<Ending>, Fault> {
        Ok(Vec::new())
    }
}

/// When a model ends, as its vendor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The id at the vendor.
    pub model: String,
    /// The day it stops answering, `YYYY-MM-DD`.
    pub ends: String,
}

/// What is asked of a painter.
#[derive(Debug, Clone)]
pub struct PaintRequest {
    /// The id sent to the provider.
    pub model: String,
    /// Sent verbatim.
    pub prompt: String,
    /// Literal size.
    pub size: Size,
    /// Which effort.
    pub quality: Quality,
    /// How many.
    pub count: u8,
    /// What is to be returned.
    pub format: Format,
    /// Pictures sent along, the source first; none for reimagine.
    pub images: Vec<Picture>,
    /// The stencil, PNG with alpha exactly 0 or 255, of the first picture's size.
    pub mask: Option<Bytes>,
    /// What is chosen beside that; the planning as it was decided.
    pub fine: Fine,
    /// Stable hash of the visitor, never reversible.
    pub safety_identifier: String,
    /// Whether it is shown while it is painted.
    pub unfinished: Option<Unfinished>,
    /// Cancelled when nothing more should be sent: who waits to be asked again waits no longer. What was sent is waited for.
    pub stop: CancellationToken,
}

/// A painter may show unfinished pictures, each for a price. Fewer than asked for may come.
#[derive(Debug, Clone)]
pub struct Unfinished {
    /// How many at most.
    pub count: u8,
    /// Where their files go, as they came. They are thrown away while nobody takes them: the result waits for nobody.
    pub to: mpsc::Sender<Bytes>,
}

/// What a painter gave.
#[derive(Debug, Clone)]
pub struct Painted {
    /// The files as they came.
    pub pictures: Vec<Bytes>,
    /// What it used; missing when the provider did not say.
    pub usage: Option<Usage>,
    /// The provider's name for the request.
    pub request_id: Option<String>,
    /// What the demo understood.
    pub understood: Option<Understood>,
}

/// A call that gave nothing.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{kind:?}: {detail}")]
pub struct Fault {
    /// What happened, as far as people are concerned.
    pub kind: FaultKind,
    /// Whether it may have cost something.
    pub charge: Charge,
    /// For the log: never a key, never a picture.
    pub detail: String,
    /// How long the provider asks to wait.
    pub retry_after: Option<Duration>,
    /// The provider's name for the request.
    pub request_id: Option<String>,
}

/// What happened, as far as people are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The connection was never made.
    Unreachable,
    /// Too many calls; waiting helps.
    TooFast,
    /// Overloaded; waiting helps.
    Overloaded,
    /// Not sent: the free tier takes no more requests this minute.
    FreeMinute,
    /// Not sent: the free tier takes no more units this month.
    FreeMonth,
    /// No credit or a spending limit: everything stops.
    NoCredit,
    /// The safety filter refused.
    Refused,
    /// The key is not accepted.
    Key,
    /// The organisation must be verified.
    Unverified,
    /// No such model, or it ended.
    NoModel,
    /// The provider's region does not have the function.
    Region,
    /// The request is not understood.
    Invalid,
    /// The server failed, or its answer cannot be read.
    Broken,
    /// Sent, and no answer.
    NoAnswer,
}

/// What a fault costs (http-api: *Faults and money*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charge {
    /// Surely nothing.
    Nothing,
    /// The provider may charge: the full quote is booked.
    FullQuote,
}

#[cfg(test)]
mod tests;
