//! The rows that pass through the store, and the acts' ingredients.

use crate::{
    api::variations::Understood,
    domain::{
        after_care::AfterCare,
        description::Description,
        id::{CallId, GroupId, JobId, MaskId, ShareId, SourceId, VariationId, VisitorId},
        job::{JobEventKind, JobState},
        money::Micros,
        order::{Order, Quote, Strategy, Used, Way},
        pricing::Usage,
        share::Visibility,
        source::{Format, Rect, Removed},
        spec::{ProviderName, Size, Spec},
    },
};
use serde::{Deserialize, Serialize};

/// A moment in UTC. Kept as milliseconds since 1970.
pub type Timestamp = jiff::Timestamp;

/// The name of a blob: the SHA-256 of its bytes in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BlobKey(pub String);

/// A blob that a row refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobRef {
    /// Which blob.
    pub key: BlobKey,
    /// Its media type.
    pub content_type: String,
    /// Its size.
    pub bytes: u64,
}

/// A source as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    /// Its id.
    pub id: SourceId,
    /// Whose it is.
    pub owner: VisitorId,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The master's format.
    pub format: Format,
    /// Whether it has transparent pixels.
    pub alpha: bool,
    /// What normalisation took away.
    pub removed: Vec<Removed>,
    /// A few bytes from which a placeholder is painted.
    pub thumbhash: Vec<u8>,
    /// The variation it was made from.
    pub from_variation: Option<VariationId>,
    /// At full resolution. Its key is the source's content hash.
    pub master: BlobRef,
    /// At most 1600 pixels.
    pub preview: BlobRef,
    /// At most 400 pixels.
    pub thumb: BlobRef,
    /// When it came.
    pub created_at: Timestamp,
}

/// A description as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct DescriptionRow {
    /// Which source.
    pub source: SourceId,
    /// Whose it is.
    pub owner: VisitorId,
    /// What was seen.
    pub description: Description,
    /// Who saw it; nothing when a person wrote it.
    pub provider: Option<ProviderName>,
    /// The provider's model version.
    pub model_version: Option<String>,
    /// What it cost.
    pub price: Micros,
    /// Whether everything that can be asked was asked.
    pub closer: bool,
    /// Whether the person changed it.
    pub edited: bool,
    /// When.
    pub created_at: Timestamp,
}

/// What makes two describing calls the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DescriptionKey {
    /// The master.
    pub content: BlobKey,
    /// Who describes.
    pub provider: ProviderName,
    /// Everything that is asked, such as `2024-02-01;caption,tags;en`.
    pub asked: String,
}

/// A prompt that a text model wrote for its payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefinementRow {
    /// Whose it is.
    pub owner: VisitorId,
    /// For which source; with it, it goes.
    pub source: SourceId,
    /// Who wrote it.
    pub provider: ProviderName,
    /// Everything that was asked, in one line.
    pub asked: String,
    /// What was written.
    pub prompt: String,
    /// The provider's model version.
    pub model_version: String,
    /// What it cost.
    pub price: Micros,
    /// When.
    pub created_at: Timestamp,
}

/// What a paid call without a job gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Words {
    /// What a vision provider saw.
    Description {
        /// As it will be kept.
        row: DescriptionRow,
        /// What it answers.
        key: DescriptionKey,
    },
    /// What a text model wrote.
    Refinement(RefinementRow),
}

impl Words {
    /// What they cost.
    #[must_use]
    pub const fn price(&self) -> Micros {
        match self {
            Self::Description { row, .. } => row.price,
            Self::Refinement(row) => row.price,
        }
    }

    /// When they came.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Description { row, .. } => row.created_at,
            Self::Refinement(row) => row.created_at,
        }
    }
}

/// A mask as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct MaskRow {
    /// Its id.
    pub id: MaskId,
    /// Whose it is.
    pub owner: VisitorId,
    /// Which source.
    pub source: SourceId,
    /// The PNG, alpha exactly 0 or 255.
    pub blob: BlobRef,
    /// How much may change, from 0 to 1.
    pub area_share: f64,
    /// The smallest rectangle around the hole.
    pub bounds: Rect,
    /// When it came.
    pub created_at: Timestamp,
}

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// A vision provider looks.
    Describe,
    /// A language model works on a prompt.
    Refine,
    /// A painter paints.
    Paint,
}

/// The calendar periods a call is held against, in the operator's time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Periods {
    /// `YYYY-MM-DD`.
    pub day: String,
    /// `YYYY-MM`.
    pub month: String,
}

/// A call to be reserved.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// Its id.
    pub id: CallId,
    /// Who pays.
    pub visitor: VisitorId,
    /// What for.
    pub kind: CallKind,
    /// Who is called.
    pub provider: ProviderName,
    /// The model or API version.
    pub model: String,
    /// The upper bound to hold.
    pub quote: Micros,
    /// Play money goes into books of its own.
    pub play: bool,
    /// Which periods.
    pub periods: Periods,
    /// Now.
    pub now: Timestamp,
    /// When a call that is neither sent nor settled counts as abandoned.
    pub lease_until: Timestamp,
}

/// A call as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRow {
    /// Its id.
    pub id: CallId,
    /// Who pays; nobody any more once they left.
    pub visitor: Option<VisitorId>,
    /// The group they were in when it was reserved.
    pub group: Option<GroupId>,
    /// The upper bound that is or was held.
    pub quote: Micros,
    /// What it cost, once settled.
    pub spent: Option<Micros>,
    /// Whether that was more than was held for it.
    pub over_quote: bool,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// Whether its outcome never became known.
    pub unknown: bool,
    /// Whether it is play money.
    pub play: bool,
}

/// How a call ended, in money.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// What is charged.
    pub spent: Micros,
    /// What it used, if the provider said so.
    pub usage: Option<Usage>,
    /// The provider's name for the request.
    pub request_id: Option<String>,
    /// Whether the outcome never became known.
    pub unknown: bool,
    /// Now.
    pub now: Timestamp,
}

/// A job to be enqueued with its reservation.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// The call it pays for; `call.visitor` owns the job.
    pub call: NewCall,
    /// What was asked: the snapshot.
    pub order: Order,
    /// Its price.
    pub quote: Quote,
    /// The provider that was chosen, the strategy and the rest of what was decided, for the worker.
    pub plan: JobPlan,
    /// The caller's key.
    pub idempotency_key: String,
    /// Hash of everything that decides the result (provider, source content, way, strategy, mask content, prompt, spec, references).
    pub repeat_key: String,
    /// Paint even if this visitor already paid for the same.
    pub allow_repeat: bool,
}

/// What was decided when a job was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobPlan {
    /// Who paints.
    pub provider: ProviderName,
    /// The id sent to the provider.
    pub api_model: String,
    /// The strategy after `auto` was decided.
    pub strategy: Strategy,
    /// The longest side at which references were priced, in pixels. Jobs of former versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_side: Option<u32>,
}

/// What a start gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Enqueued {
    /// The job is new; its first event.
    New(EventRow),
    /// The key was used for the same order: that job, in its present state.
    Same(JobId, JobState),
    /// The key was used for another order. Nothing was written.
    KeyTaken,
    /// The visitor paid for the same before. Nothing was written.
    Repeat(VariationId),
}

/// What a start of several gave.
#[derive(Debug, Clone, PartialEq)]
pub enum EnqueuedAll {
    /// All are new; their first events, in the order of their orders.
    New(Vec<EventRow>),
    /// The key was used for the same orders: those jobs, in their present states.
    Same(Vec<(JobId, JobState)>),
    /// The key was used for something else. Nothing was written.
    KeyTaken,
    /// The visitor paid for some of them before: their places and what they gave. Nothing was written.
    Repeat(Vec<(usize, VariationId)>),
}

/// A job as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// Whose it is.
    pub owner: VisitorId,
    /// Its call.
    pub call: CallId,
    /// Where it stands.
    pub state: JobState,
    /// What was asked.
    pub order: Order,
    /// What was reserved.
    pub quote: Micros,
    /// What it most likely costs.
    pub expected: Micros,
    /// What was sent.
    pub used: Used,
    /// What it cost, once settled.
    pub spent: Option<Micros>,
    /// The error code, when it gave nothing.
    pub error: Option<String>,
    /// What it gave; what after-care made of that is not among it.
    pub variations: Vec<VariationId>,
    /// Whether its request left.
    pub sent: bool,
    /// Whether the person asked to stop it.
    pub cancel_asked: bool,
    /// The directions it was started with: the id of the first of them.
    pub directions: Option<JobId>,
    /// Its place among them, from 0.
    pub direction: Option<u32>,
    /// Whether it is play money.
    pub play: bool,
    /// When it was started.
    pub created_at: Timestamp,
}

/// A job that a worker took.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedJob {
    /// Its id.
    pub id: JobId,
    /// Whose it is.
    pub owner: VisitorId,
    /// Its call.
    pub call: CallId,
    /// What was asked.
    pub order: Order,
    /// Its price.
    pub quote: Quote,
    /// What was decided.
    pub plan: JobPlan,
    /// The answer a former worker got and kept; nothing may be sent again then.
    pub answer: Option<Answer>,
    /// Whether it is play money.
    pub play: bool,
    /// How often it was taken at its stage (preparing, then composing), this time included.
    pub attempt: u32,
}

/// A provider's answer, its bytes in the blob store already. Kept with the job until its variations are published, so that
/// what was paid for survives a crash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The files as they came.
    pub pictures: Vec<BlobRef>,
    /// What it used, if the provider said so.
    pub usage: Option<Usage>,
    /// The provider's name for the request.
    pub request_id: Option<String>,
    /// What the demo understood.
    pub understood: Option<Understood>,
}

/// What an open job will bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaited {
    /// How many results.
    pub count: u8,
    /// The size of what the provider paints.
    pub painted: Size,
    /// The size of what is made of it.
    pub composed: Size,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq)]
pub struct CallStanding {
    /// Whether it is settled.
    pub settled: bool,
    /// Whether it was settled as unknown.
    pub unknown: bool,
    /// Its job; nothing for a describing call, and when the job was deleted with its picture.
    pub job: Option<Box<JobStanding>>,
}

/// Where the job of a call stands.
#[derive(Debug, Clone, PartialEq)]
pub struct JobStanding {
    /// The job as its worker knows it.
    pub job: ClaimedJob,
    /// Its state.
    pub state: JobState,
    /// Until when its worker is trusted.
    pub lease_until: Option<Timestamp>,
}

/// A job that gave variations.
#[derive(Debug, Clone)]
pub struct FinishedJob {
    /// Which job.
    pub job: JobId,
    /// What it cost.
    pub settlement: Settlement,
    /// What it gave.
    pub variations: Vec<VariationRow>,
}

/// A job that gave nothing.
#[derive(Debug, Clone)]
pub struct FailedJob {
    /// Which job.
    pub job: JobId,
    /// `Failed`, `Unknown` or `Cancelled`.
    pub state: JobState,
    /// The error code.
    pub error: Option<String>,
    /// What it cost.
    pub settlement: Settlement,
}

/// An event to be added.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Which job.
    pub job: JobId,
    /// What happened.
    pub kind: JobEventKind,
    /// A picture to show.
    pub url: Option<String>,
    /// The unfinished picture at that address: its place among the job's, from 1. It is kept until the job is over.
    pub picture: Option<(u8, BlobRef)>,
    /// Now.
    pub now: Timestamp,
}

/// An event as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// Rising over the whole instance: the `id:` on the visitor's channel.
    pub id: i64,
    /// Which job.
    pub job: JobId,
    /// Whose it is.
    pub owner: VisitorId,
    /// Its number within the job, from 1: the `id:` on the job's stream.
    pub seq: i64,
    /// What happened.
    pub kind: JobEventKind,
    /// A picture to show.
    pub url: Option<String>,
    /// What the job gave.
    pub variations: Vec<VariationId>,
    /// What it cost.
    pub spent: Option<Micros>,
    /// The error code.
    pub error: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A variation as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct VariationRow {
    /// Its id.
    pub id: VariationId,
    /// Whose it is.
    pub owner: VisitorId,
    /// What it was made from.
    pub source: SourceId,
    /// The job that made it.
    pub job: JobId,
    /// The variation it finishes or recomposes.
    pub parent: Option<VariationId>,
    /// Which way.
    pub way: Way,
    /// What was sent.
    pub prompt: String,
    /// Model, quality, size, count, format.
    pub spec: Spec,
    /// Who painted it.
    pub provider: ProviderName,
    /// What the demo understood.
    pub understood: Option<Understood>,
    /// The stencil.
    pub mask: Option<MaskId>,
    /// How the answer was set in; nothing without a stencil, and for rows of former versions.
    pub after_care: Option<AfterCare>,
    /// Whether after-care made it, of an answer that another variation of its job was made from first.
    pub recomposed: bool,
    /// Its share of what the job cost.
    pub spent: Micros,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pixels outside the hole.
    pub protected_pixels: Option<u64>,
    /// How many of them changed.
    pub protected_changed: Option<u64>,
    /// The provider's bytes.
    pub raw: BlobRef,
    /// The result at full resolution, lossless.
    pub composed: BlobRef,
    /// At most 1600 pixels.
    pub preview: BlobRef,
    /// At most 400 pixels.
    pub thumb: BlobRef,
    /// When it was finished.
    pub created_at: Timestamp,
}

/// A page of rows, newest first.
#[derive(Debug, Clone, Default)]
pub struct PageAsk {
    /// Rows older than this row (moment and id of the last one seen).
    pub before: Option<(Timestamp, String)>,
    /// How many.
    pub limit: u32,
    /// Only those whose prompt has these words.
    pub words: Option<String>,
    /// Only those of this source.
    pub source: Option<SourceId>,
}

/// A share as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareRow {
    /// Its id.
    pub id: ShareId,
    /// Whose it is.
    pub owner: VisitorId,
    /// The unguessable part of its address.
    pub slug: String,
    /// Its heading.
    pub title: Option<String>,
    /// Who finds it.
    pub visibility: Visibility,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Argon2 in PHC form.
    pub password_hash: Option<String>,
    /// Shows the original.
    pub show_original: bool,
    /// Shows the prompt.
    pub show_prompt: bool,
    /// Shows the price.
    pub show_price: bool,
    /// Lets visitors download.
    pub allow_download: bool,
    /// Lets visitors start from it.
    pub allow_remix: bool,
    /// The preview card's picture.
    pub card: BlobRef,
    /// What it shows, in order.
    pub items: Vec<ShareItemRow>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One result on a share, with the pictures made for it.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareItemRow {
    /// Which variation.
    pub variation: VariationId,
    /// The result for the page.
    pub picture: BlobRef,
    /// A small one for the gallery.
    pub thumb: BlobRef,
    /// The full result, where downloading is allowed.
    pub download: Option<BlobRef>,
    /// The original for the page, where it is shown.
    pub original: Option<BlobRef>,
    /// Pixels across of the full picture.
    pub width: u32,
    /// Pixels down of the full picture.
    pub height: u32,
    /// What was sent.
    pub prompt: String,
    /// What it cost.
    pub spent: Micros,
    /// Who painted it.
    pub provider: ProviderName,
    /// What the demo understood.
    pub understood: Option<Understood>,
}
