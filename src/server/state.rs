//! Everything a request or a worker needs, put together once at start (or by a test).

use super::{clock::Clock, random::Random, store::SharedStore};
use crate::domain::{
    catalogue::Catalogue,
    id::{CallId, JobId, MaskId, ShareId, SourceId, VariationId, VisitorId},
};
use std::{fmt, sync::Arc};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

/// The running application.
#[derive(Debug)]
pub struct App {
    /// Rows: visitors, sources, money, jobs, variations, shares.
    pub store: SharedStore,
    /// What can be ordered and what it costs.
    pub catalogue: Catalogue,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Fresh identifiers, tokens and slugs.
    pub random: Random,
    /// The root of everything derived by HMAC: share slugs, safety identifiers. Made once, kept in the database.
    pub secret: InstanceSecret,
    /// Tells pages about events right after they were stored. Whoever lags reads the store.
    pub events: broadcast::Sender<super::store::EventRow>,
    /// Wakes the workers when there is a new job.
    pub wake: Notify,
    /// Cancelled when the server is asked to stop: streams end, workers finish what they hold.
    pub shutdown: CancellationToken,
}

/// The instance's secret. It cannot be printed.
pub struct InstanceSecret(pub [u8; 32]);

impl fmt::Debug for InstanceSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstanceSecret(…)")
    }
}

/// What handlers hold.
pub type AppState = Arc<App>;

macro_rules! fresh_ids {
    ($($method:ident -> $id:ident),+ $(,)?) => {
        impl App {$(
            /// A fresh random identifier.
            pub fn $method(&self) -> $id {
                $id::from_random(self.random.bytes())
            }
        )+}
    };
}

fresh_ids! {
    visitor_id -> VisitorId,
    source_id -> SourceId,
    mask_id -> MaskId,
    call_id -> CallId,
    job_id -> JobId,
    variation_id -> VariationId,
    share_id -> ShareId,
}
