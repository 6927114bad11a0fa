//! The store: traits for each aggregate, one method for each business act, and the rows that pass through them.
//!
//! No transaction leaves the store: an act that must happen as a whole is one method. Everything has an owner, and
//! whoever asks for a row says as whom, so that "not yours" and "not there" are the same answer ([`StoreError::NotFound`]).
//! Nothing above this module knows which database there is, or that there is one file and one process.
//!
//! To add an act: a method on the trait of its aggregate, its statement in each database's folder, a chapter in
//! `tests/store`. To add a database: a folder beside `sqlite` that implements [`Store`].

mod book_rows;
mod rows;
pub mod sqlite;

pub use book_rows::*;
pub use rows::*;

use crate::domain::{
    budget::{BudgetLeft, BudgetName, Caps},
    id::{CallId, GroupId, JobId, MaskId, ShareId, SourceId, VariationId, VisitorId},
    job::JobState,
    money::Micros,
    pricing::Factor,
    spec::ProviderName,
};
use async_trait::async_trait;
use std::{fmt::Debug, sync::Arc};

/// Why an act did not happen. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row, or it belongs to somebody else.
    #[error("no such row, or it belongs to somebody else")]
    NotFound,
    /// A cap has no room.
    #[error("the budget {budget:?} has {left} left, {needed} is needed")]
    OverBudget {
        /// The first cap without room.
        budget: BudgetName,
        /// What it has left.
        left: Micros,
        /// What was asked of it.
        needed: Micros,
    },
    /// The time of the visitor's group is over: nothing more is spent in it.
    #[error("the time of the group is over")]
    GroupEnded,
    /// The row is not in a state that allows the act.
    #[error("the row is not in a state that allows this")]
    WrongState,
    /// There is no room left where the database is.
    #[error("there is no room left for the database")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database cannot be reached, or does not take anything, for now.
    #[error("the database cannot be reached")]
    Away(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What an act gives.
pub type StoreResult<T> = Result<T, StoreError>;

/// Everything the server keeps, blobs' bytes excepted.
pub trait Store:
    Instance
    + Visitors
    + Groups
    + Sources
    + Descriptions
    + Refinements
    + PaidWords
    + Masks
    + Money
    + Books
    + FreeTiers
    + Jobs
    + Recovery
    + Variations
    + Shares
    + BlobRefs
    + Debug
    + Send
    + Sync
{
}

/// A shared store.
pub type SharedStore = Arc<dyn Store>;

/// The instance itself.
#[async_trait]
pub trait Instance {
    /// The instance's secret, created once, the first time it is asked for; `fresh` is used then.
    async fn secret(&self, fresh: [u8; 32]) -> StoreResult<[u8; 32]>;
    /// Whether the database answers.
    async fn ping(&self) -> StoreResult<()>;
}

/// Visitors and their sessions.
#[async_trait]
pub trait Visitors {
    /// The visitor of a session token's hash.
    async fn visitor_by_token(&self, token_hash: &[u8; 32]) -> StoreResult<Option<VisitorId>>;
    /// Makes a visitor with a session. Every row of theirs comes afterwards: nothing can be kept for somebody unknown.
    async fn create_visitor(&self, id: &VisitorId, token_hash: &[u8; 32], now: Timestamp) -> StoreResult<()>;
    /// Deletes everything of a visitor: sessions, pictures, descriptions, masks, jobs, variations, shares. Rows about money
    /// stay, with the tombstone in place of their id. Refused ([`StoreError::WrongState`]) while a job of theirs is open.
    /// What nobody refers to any more is kept for [`BlobRefs::take_freed_blobs`]; gives how many blobs that are.
    async fn delete_visitor(&self, id: &VisitorId, tombstone: &Tombstone) -> StoreResult<u64>;
}

/// Groups: people who share a cap over the group's whole life.
#[async_trait]
pub trait Groups {
    /// Makes a group.
    async fn create_group(&self, group: &GroupRow) -> StoreResult<()>;
    /// One of them.
    async fn group(&self, id: &GroupId) -> StoreResult<GroupRow>;
    /// Puts a visitor into a group, out of the one they were in. Calls stay with the group they were reserved in. Refused
    /// ([`StoreError::GroupEnded`]) when its time is over.
    async fn join_group(&self, visitor: &VisitorId, group: &GroupId, now: Timestamp) -> StoreResult<()>;
}

/// Sources.
#[async_trait]
pub trait Sources {
    /// Keeps a source and its blob references.
    async fn insert_source(&self, source: &SourceRow) -> StoreResult<()>;
    /// One of the owner's.
    async fn source(&self, owner: &VisitorId, id: &SourceId) -> StoreResult<SourceRow>;
    /// The owner's latest, newest first.
    async fn recent_sources(&self, owner: &VisitorId, limit: u32) -> StoreResult<Vec<SourceRow>>;
    /// Deletes it with its description, masks, jobs that are over, variations and their places on shares, and with what its
    /// owner paid to have seen in it, unless they keep the same picture as another source. Money rows stay. Gives the blobs
    /// that nobody refers to any more; their references are gone. Refused ([`StoreError::WrongState`]) while a job is under
    /// way that needs it, also as a reference.
    async fn delete_source(&self, owner: &VisitorId, id: &SourceId) -> StoreResult<Vec<BlobKey>>;
}

/// Descriptions. One for each source; the provider's answers are also kept by content for their payer.
#[async_trait]
pub trait Descriptions {
    /// The description of a source.
    async fn description(&self, owner: &VisitorId, source: &SourceId) -> StoreResult<Option<DescriptionRow>>;
    /// Keeps the person's own words. Nothing is billed.
    async fn put_description(&self, row: &DescriptionRow) -> StoreResult<()>;
    /// What this owner already paid for: same picture bytes, same provider, same features, same language.
    async fn paid_description(&self, owner: &VisitorId, key: &DescriptionKey) -> StoreResult<Option<DescriptionRow>>;
}

/// Prompts that text models wrote.
#[async_trait]
pub trait Refinements {
    /// What this owner already paid for: same words to the same model.
    async fn paid_refinement(
        &self,
        owner: &VisitorId,
        provider: ProviderName,
        asked: &str,
    ) -> StoreResult<Option<RefinementRow>>;
}

/// What paid calls without a job gave.
#[async_trait]
pub trait PaidWords {
    /// Settles a call and keeps what it gave, in one transaction: a description for its source and for its payer, a refined
    /// prompt for its payer. When the source was deleted meanwhile, the call is settled all the same and nothing is kept.
    async fn settle_words(&self, call: &CallId, settlement: &Settlement, words: &Words) -> StoreResult<()>;
    /// The same for a call that had been given up as unknown: what was charged is brought to what it cost.
    async fn keep_found_words(&self, call: &CallId, settlement: &Settlement, words: &Words) -> StoreResult<()>;
}

/// Masks.
#[async_trait]
pub trait Masks {
    /// Keeps a mask and its blob reference.
    async fn insert_mask(&self, mask: &MaskRow) -> StoreResult<()>;
    /// One of the owner's, for this source.
    async fn mask(&self, owner: &VisitorId, source: &SourceId, id: &MaskId) -> StoreResult<MaskRow>;
}

/// Paid calls, budgets and the ledger. The root of all money: nothing is sent without a row here.
#[async_trait]
pub trait Money {
    /// Reserves a quote against every cap, that of the visitor's group included, or against none of them.
    async fn reserve(&self, call: &NewCall, caps: &Caps) -> StoreResult<()>;
    /// Notes that the request is about to leave. After this the outcome is unknown until settled. Refused
    /// ([`StoreError::WrongState`]: do not send) when it left before, was settled, or when its job is not running any more or
    /// is to be cancelled.
    async fn mark_sent(&self, call: &CallId, now: Timestamp) -> StoreResult<()>;
    /// Settles a call that gave nothing: charges what it cost (often nothing) and releases the rest. A settled call
    /// stays as it is, and a job's call is settled with its job: [`StoreError::WrongState`].
    async fn settle(&self, call: &CallId, settlement: &Settlement) -> StoreResult<()>;
    /// What is left of each cap for this visitor (or for somebody new) in these periods; of their group's too, if they are in
    /// one. `now` decides whether its time is over.
    async fn budgets(
        &self,
        visitor: Option<&VisitorId>,
        periods: &Periods,
        play: bool,
        caps: &Caps,
        now: Timestamp,
    ) -> StoreResult<Vec<BudgetLeft>>;
    /// One call.
    async fn call(&self, id: &CallId) -> StoreResult<CallRow>;
    /// Settles at the full quote, as unknown, every describing call that was sent and whose lease ran out; releases those that
    /// were reserved and never sent. With `all`, whatever their leases say (the former process's, at start). Gives how many.
    async fn sweep_calls(&self, now: Timestamp, all: bool) -> StoreResult<u64>;
    /// Proves the books: every balance equals the sum of its ledger entries. Gives the balances that do not.
    async fn ledger_check(&self) -> StoreResult<Vec<String>>;
}

/// What the operator reads in the books and writes into them. Everything here may be asked by another process than the server.
#[async_trait]
pub trait Books {
    /// How much is in them.
    async fn books(&self) -> StoreResult<BooksSummary>;
    /// Ledger entries with a number above `after`, in order, at most `limit`; those of one month when it is named.
    async fn entries(&self, month: Option<&str>, after: i64, limit: u32) -> StoreResult<Vec<EntryRow>>;
    /// A month's real money by vendor.
    async fn month(&self, month: &str) -> StoreResult<Vec<VendorMonth>>;
    /// Books what a vendor billed for a month: the difference to what is booked becomes an adjustment, and nothing does when
    /// there is none. A later bill replaces the former one: only what changed is booked.
    async fn book_bill(&self, bill: &Bill) -> StoreResult<BookedBill>;
    /// The latest alerts, newest first.
    async fn alerts(&self, limit: u32) -> StoreResult<Vec<AlertRow>>;
    /// Takes the alerts that no server wrote into its log yet, oldest first. Each is given to one caller only.
    async fn take_untold_alerts(&self, now: Timestamp) -> StoreResult<Vec<AlertRow>>;
    /// What quotes are multiplied by, where it is not 1.
    async fn factors(&self) -> StoreResult<Vec<FactorRow>>;
    /// What quotes of this provider and model are multiplied by.
    async fn factor(&self, provider: ProviderName, model: &str) -> StoreResult<Factor>;
    /// Sets a factor back to 1. No factor is ever lowered otherwise.
    async fn reset_factor(&self, provider: ProviderName, model: &str) -> StoreResult<()>;
}

/// What was asked of providers' free tiers.
#[async_trait]
pub trait FreeTiers {
    /// Notes requests to a free tier that are about to leave, if minute and month have room for all of them.
    async fn take_free(&self, asked: &FreeUse) -> StoreResult<FreeTaken>;
}

/// Jobs and their events.
#[async_trait]
pub trait Jobs {
    /// One transaction: the idempotency key, the exact-repeat answer (unless the job allows it), every budget, the ledger, the
    /// call, the job, its first event.
    async fn reserve_and_enqueue(&self, job: &NewJob, caps: &Caps) -> StoreResult<Enqueued>;
    /// The same for several orders of one visitor as one act, under the key of the first: all are held and enqueued, or none.
    /// A cap without room tells what was left before and what all of them need.
    async fn reserve_and_enqueue_all(&self, jobs: &[NewJob], caps: &Caps) -> StoreResult<EnqueuedAll>;
    /// Takes the next queued job for a worker: the visitor who waited longest goes first, by turns. The job becomes running.
    async fn claim_next(&self, worker: &str, now: Timestamp, lease_until: Timestamp)
    -> StoreResult<Option<ClaimedJob>>;
    /// Keeps a lease alive. Gives whether the person asked to cancel meanwhile.
    async fn heartbeat(&self, job: &JobId, lease_until: Timestamp) -> StoreResult<bool>;
    /// Keeps a provider's answer with its job, and references to its blobs, until it is published. Once, and only for a
    /// running job whose call was sent.
    async fn keep_answer(&self, job: &JobId, answer: &Answer) -> StoreResult<()>;
    /// One transaction: variations, blob references, settlement, job succeeded, last event. Gives that event.
    async fn settle_and_publish(&self, done: &FinishedJob) -> StoreResult<EventRow>;
    /// One transaction: settlement, job failed (or unknown, or cancelled), last event. Gives that event.
    async fn settle_and_fail(&self, failed: &FailedJob) -> StoreResult<EventRow>;
    /// A job that cannot be carried out ends for nothing. Refused ([`StoreError::WrongState`]) when its request left: then it
    /// may cost something. Gives the last event.
    async fn give_up(&self, job: &JobId, error: &str, now: Timestamp) -> StoreResult<EventRow>;
    /// Preparing or composing failed for a reason of ours: the job goes back to the queue for a while that grows with every
    /// try; one that was not sent ends for nothing after the last. Gives the event that says which.
    async fn come_back(&self, job: &JobId, now: Timestamp) -> StoreResult<EventRow>;
    /// Adds an event that is not the last.
    async fn add_event(&self, event: &NewEvent) -> StoreResult<EventRow>;
    /// A job in the queue is cancelled and released (its last event is given); one under way is marked; one that is over
    /// stays as it is ([`StoreError::WrongState`]).
    async fn cancel(&self, owner: &VisitorId, id: &JobId, now: Timestamp) -> StoreResult<Option<EventRow>>;
    /// One of the owner's.
    async fn job(&self, owner: &VisitorId, id: &JobId) -> StoreResult<JobRow>;
    /// The owner's jobs for a source, newest first.
    async fn jobs_of_source(&self, owner: &VisitorId, source: &SourceId, limit: u32) -> StoreResult<Vec<JobRow>>;
    /// Events of one of the owner's jobs with a number above `after`, in order.
    async fn job_events(&self, owner: &VisitorId, id: &JobId, after: i64) -> StoreResult<Vec<EventRow>>;
    /// Events of all the owner's jobs with an id above `after`, in order, at most `limit`.
    async fn visitor_events(&self, owner: &VisitorId, after: i64, limit: u32) -> StoreResult<Vec<EventRow>>;
    /// An unfinished picture of one of the owner's jobs, as long as the job is under way.
    async fn unfinished_picture(&self, owner: &VisitorId, id: &JobId, place: u8) -> StoreResult<BlobRef>;
    /// The id of the owner's latest event, 0 when there is none.
    async fn last_event_id(&self, owner: &VisitorId) -> StoreResult<i64>;
    /// Leases that ran out: before sending, or with its answer kept, the job goes back to the queue; sent and without an
    /// answer it becomes unknown and is settled at the full quote. One to be cancelled that never left ends for nothing. With
    /// `all`, every lease (the former process's, at start). Gives the events of those that ended.
    async fn sweep_jobs(&self, now: Timestamp, all: bool) -> StoreResult<Vec<EventRow>>;
    /// How many jobs are queued or running, by state.
    async fn count_open(&self) -> StoreResult<Vec<(JobState, u64)>>;
}

/// Answers that were found again after a crash (see `server::spool`).
#[async_trait]
pub trait Recovery {
    /// Where a call stands, and its job if it has one that was not deleted.
    async fn standing(&self, call: &CallId) -> StoreResult<CallStanding>;
    /// One transaction for a job that had been given up as unknown: variations, blob references, job succeeded, one more
    /// event, and what was charged brought to what it cost by a second settlement. Gives the event. Once:
    /// [`StoreError::WrongState`] when the job is not unknown.
    async fn publish_found(&self, done: &FinishedJob) -> StoreResult<EventRow>;
}

/// Variations.
#[async_trait]
pub trait Variations {
    /// One of the owner's.
    async fn variation(&self, owner: &VisitorId, id: &VariationId) -> StoreResult<VariationRow>;
    /// The owner's, newest first, from a cursor on.
    async fn variations(&self, owner: &VisitorId, page: &PageAsk) -> StoreResult<Vec<VariationRow>>;
    /// Keeps what after-care made of a variation's answer, with its blob references. Its parent must be there, of the same job
    /// and owner: [`StoreError::NotFound`].
    async fn insert_recomposed(&self, variation: &VariationRow) -> StoreResult<()>;
    /// Deletes it and its places on shares; a share without results ends. Gives the blobs that nobody refers to any more.
    /// The cards of shares that go on are not made anew here: ask for [`Shares::shares`] first and update those.
    async fn delete_variation(&self, owner: &VisitorId, id: &VariationId) -> StoreResult<Vec<BlobKey>>;
}

/// Shares.
#[async_trait]
pub trait Shares {
    /// Keeps a share with its pictures.
    async fn insert_share(&self, share: &ShareRow) -> StoreResult<()>;
    /// One of the owner's.
    async fn share(&self, owner: &VisitorId, id: &ShareId) -> StoreResult<ShareRow>;
    /// The owner's, newest first; those that show a variation when it is named.
    async fn shares(&self, owner: &VisitorId, variation: Option<&VariationId>) -> StoreResult<Vec<ShareRow>>;
    /// Replaces settings, slug and pictures. Gives the blobs that nobody refers to any more.
    async fn update_share(&self, share: &ShareRow) -> StoreResult<Vec<BlobKey>>;
    /// Ends it at once. Gives the blobs that nobody refers to any more.
    async fn revoke_share(&self, owner: &VisitorId, id: &ShareId) -> StoreResult<Vec<BlobKey>>;
    /// The share of a slug, for anybody: not revoked, not ended.
    async fn open_share(&self, slug: &str, now: Timestamp) -> StoreResult<ShareRow>;
    /// Public shares without a password that are not ended, newest first, from a cursor on.
    async fn public_shares(&self, now: Timestamp, page: &PageAsk) -> StoreResult<Vec<ShareRow>>;
}

/// Which blobs exist and who refers to them.
#[async_trait]
pub trait BlobRefs {
    /// The media type of a blob, while somebody refers to it.
    async fn blob_type(&self, key: &BlobKey) -> StoreResult<String>;
    /// Every blob somebody refers to.
    async fn referenced_blobs(&self) -> StoreResult<Vec<BlobKey>>;
    /// The bytes of all blobs somebody refers to, together.
    async fn stored_bytes(&self) -> StoreResult<u64>;
    /// What the open jobs will bring.
    async fn awaited(&self) -> StoreResult<Vec<Awaited>>;
    /// Whether this visitor's key is bound to a job.
    async fn knows_key(&self, owner: &VisitorId, key: &str) -> StoreResult<bool>;
    /// Whoever copies all blobs says so, and again before the moment comes: until then no bytes are deleted.
    async fn keep_all(&self, keeper: &str, until: Timestamp) -> StoreResult<()>;
    /// They are done.
    async fn let_go(&self, keeper: &str) -> StoreResult<()>;
    /// Forgets those whose moment came: they ended without a word.
    async fn forget_keepers(&self, now: Timestamp) -> StoreResult<()>;
    /// Whether somebody copies all blobs.
    async fn all_kept(&self) -> StoreResult<bool>;
    /// Takes the blobs that lost their last reference in an act that may have been another process's: whoever keeps the bytes
    /// deletes them. Each is given to one caller only.
    async fn take_freed_blobs(&self) -> StoreResult<Vec<BlobKey>>;
}
