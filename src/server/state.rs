//! Everything a request or a worker needs, put together once at start (or by a test, with other parts).

use super::{
    blobs::Blobs,
    clock::Clock,
    config::Config,
    imaging::pool::Pool,
    pipeline::paid_words::Turns,
    providers::Providers,
    random::Random,
    room::Room,
    store::{EventRow, Periods, SharedStore, StoreResult},
};
use crate::domain::{
    catalogue::Catalogue,
    id::{CallId, JobId, MaskId, ShareId, SourceId, VariationId, VisitorId},
};
use jiff::tz::TimeZone;
use std::{fmt, sync::Arc};
use tokio::sync::{Notify, broadcast};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Events kept for streams that read slowly; whoever falls further behind reads the store.
const EVENTS_KEPT: usize = 256;

/// The running application.
#[derive(Debug)]
pub struct App {
    /// What the operator decided.
    pub config: Config,
    /// Rows: visitors, sources, money, jobs, variations, shares.
    pub store: SharedStore,
    /// Bytes of pictures, by content.
    pub blobs: Blobs,
    /// Who describes and who paints.
    pub providers: Providers,
    /// What can be ordered and what it costs.
    pub catalogue: Catalogue,
    /// Where heavy picture work waits for memory.
    pub pool: Pool,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Fresh identifiers, tokens and slugs.
    pub random: Random,
    /// The root of everything derived by HMAC: share grants, safety identifiers. Made once, kept in the database.
    pub secret: InstanceSecret,
    /// Descriptions being made right now.
    pub turns: Turns,
    /// Room for pictures that was promised and is not taken yet.
    pub room: Room,
    /// Calls that go on when the request that asked for them is gone. The end of the server waits for them.
    pub tasks: TaskTracker,
    /// Tells pages about events right after they were stored. Whoever lags reads the store.
    pub events: broadcast::Sender<EventRow>,
    /// Wakes the workers when there is a new job.
    pub wake: Notify,
    /// Cancelled when the server is asked to stop: streams end, workers finish what they hold.
    pub shutdown: CancellationToken,
}

/// What handlers hold.
pub type AppState = Arc<App>;

/// The instance's secret. It cannot be printed.
pub struct InstanceSecret(pub [u8; 32]);

impl fmt::Debug for InstanceSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstanceSecret(…)")
    }
}

/// The parts that differ between a server and a test.
#[derive(Debug)]
pub struct Parts {
    /// What the operator decided.
    pub config: Config,
    /// Rows.
    pub store: SharedStore,
    /// Bytes.
    pub blobs: Blobs,
    /// Who describes and who paints.
    pub providers: Providers,
    /// What can be ordered.
    pub catalogue: Catalogue,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Random,
}

impl App {
    /// Puts the parts together. Reads the instance's secret, or makes it the first time.
    pub async fn assemble(parts: Parts) -> StoreResult<AppState> {
        let secret = parts.store.secret(parts.random.bytes()).await?;
        Ok(Arc::new(Self {
            config: parts.config,
            store: parts.store,
            blobs: parts.blobs,
            providers: parts.providers,
            catalogue: parts.catalogue,
            pool: Pool::default(),
            clock: parts.clock,
            random: parts.random,
            secret: InstanceSecret(secret),
            turns: Turns::default(),
            room: Room::default(),
            tasks: TaskTracker::new(),
            events: broadcast::channel(EVENTS_KEPT).0,
            wake: Notify::new(),
            shutdown: CancellationToken::new(),
        }))
    }

    /// Today and this month, in the operator's time zone: the periods a call is held against.
    pub fn periods(&self) -> Periods {
        let now = self.clock.now().to_zoned(self.config.budget.time_zone.clone());
        Periods {
            day: now.strftime("%Y-%m-%d").to_string(),
            month: now.strftime("%Y-%m").to_string(),
        }
    }

    /// Today in UTC, `YYYY-MM-DD`: models end by it.
    pub fn today_utc(&self) -> String {
        let now = self.clock.now().to_zoned(TimeZone::UTC);
        now.strftime("%Y-%m-%d").to_string()
    }

    /// The address under which people know `path`: absolute when the public URL is configured.
    pub fn public_url(&self, path: &str) -> String {
        match &self.config.http.public_url {
            Some(url) => format!("{}{path}", url.origin()),
            None => path.to_owned(),
        }
    }
}

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
