//! A store with a few people in it, and short words for what they do.

use pochoir::{
    domain::{
        budget::Caps,
        id::{CallId, JobId, MaskId, ShareId, SourceId, VariationId, VisitorId},
        job::JobState,
        money::Micros,
        order::{Order, Quote, Strategy, Used, Way},
        share::Visibility,
        source::{Format, Rect},
        spec::{Fine, ProviderName, Quality, Size, Spec},
    },
    server::store::{
        BlobKey, BlobRef, CallKind, ClaimedJob, Enqueued, EventRow, FinishedJob, JobPlan, MaskRow, NewCall, NewJob,
        Periods, Settlement, ShareItemRow, ShareRow, SourceRow, Store, StoreError, Timestamp, VariationRow,
        sqlite::SqliteStore,
    },
};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tempfile::TempDir;

/// No cap on anything.
pub const NO_CAPS: Caps = Caps {
    day: None,
    month: None,
    visitor_day: None,
};

/// A store of its own, gone when it is dropped.
pub struct House {
    pub store: Arc<dyn Store>,
    folder: TempDir,
    numbers: AtomicU64,
}

/// Ids that tell themselves apart.
fn id<T: std::str::FromStr>(number: u64) -> T {
    let Ok(id) = format!("{number:032x}").parse() else {
        unreachable!("32 digits are an id")
    };
    id
}

/// So many milliseconds after the story begins.
pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(1_760_000_000_000 + millis).expect("a moment")
}

pub fn today() -> Periods {
    Periods {
        day: "2026-11-22".to_owned(),
        month: "2026-11".to_owned(),
    }
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).expect("below 16");
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// A blob of this name, as if its bytes were in the blob store.
pub fn blob(name: &str) -> BlobRef {
    let digits = hex(name.as_bytes());
    BlobRef {
        key: BlobKey(format!("{digits:0<64}")),
        content_type: "image/png".to_owned(),
        bytes: 1000,
    }
}

pub fn spec() -> Spec {
    Spec {
        model: "gpt-image-2".to_owned(),
        quality: Quality::Low,
        size: Size::new(1024, 768),
        count: 1,
        format: Format::Png,
        provider: None,
        partials: 0,
        fine: Fine::default(),
    }
}

pub fn settlement(spent: i64) -> Settlement {
    Settlement {
        spent: Micros(spent),
        usage: None,
        request_id: None,
        unknown: false,
        now: at(900),
    }
}

impl House {
    pub async fn open() -> Self {
        Self::in_folder(tempfile::tempdir().expect("a folder")).await
    }

    /// Where the system has a folder in memory, there: for stories with very many commits.
    pub async fn in_memory() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        Self::in_folder(folder.expect("a folder")).await
    }

    async fn in_folder(folder: TempDir) -> Self {
        let store = SqliteStore::open(&folder.path().join("pochoir.db"))
            .await
            .expect("a new database");
        Self {
            store: Arc::new(store),
            folder,
            numbers: AtomicU64::new(1),
        }
    }

    /// The database's file.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("pochoir.db")
    }

    pub fn fresh<T: std::str::FromStr>(&self) -> T {
        id(self.numbers.fetch_add(1, Ordering::Relaxed))
    }

    pub async fn visitor(&self) -> VisitorId {
        let visitor: VisitorId = self.fresh();
        let mut token = [0; 32];
        token.copy_from_slice(visitor.as_str().as_bytes());
        self.store
            .create_visitor(&visitor, &token, at(0))
            .await
            .expect("a new visitor");
        visitor
    }

    /// A source row whose blobs bear this name.
    pub fn source_row(&self, owner: &VisitorId, name: &str) -> SourceRow {
        SourceRow {
            id: self.fresh(),
            owner: owner.clone(),
            width: 640,
            height: 480,
            format: Format::Jpeg,
            alpha: false,
            removed: Vec::new(),
            thumbhash: vec![1, 2, 3],
            from_variation: None,
            master: blob(name),
            preview: blob(&format!("{name}-p")),
            thumb: blob(&format!("{name}-t")),
            created_at: at(1),
        }
    }

    pub async fn source(&self, owner: &VisitorId, name: &str) -> SourceId {
        let row = self.source_row(owner, name);
        self.store.insert_source(&row).await.expect("a new source");
        row.id
    }

    pub fn mask_row(&self, owner: &VisitorId, source: &SourceId, name: &str) -> MaskRow {
        MaskRow {
            id: self.fresh(),
            owner: owner.clone(),
            source: source.clone(),
            blob: blob(name),
            area_share: 0.25,
            bounds: Rect {
                x: 1,
                y: 2,
                width: 3,
                height: 4,
            },
            created_at: at(2),
        }
    }

    pub async fn mask(&self, owner: &VisitorId, source: &SourceId, name: &str) -> MaskId {
        let row = self.mask_row(owner, source, name);
        self.store.insert_mask(&row).await.expect("a new mask");
        row.id
    }

    pub fn call(&self, visitor: &VisitorId, quote: i64) -> NewCall {
        NewCall {
            id: self.fresh(),
            visitor: visitor.clone(),
            kind: CallKind::Describe,
            provider: ProviderName::AzureVision,
            model: "2024-02-01".to_owned(),
            quote: Micros(quote),
            play: false,
            periods: today(),
            now: at(10),
            lease_until: at(1_000),
        }
    }

    /// Reserves a describing call that has room.
    pub async fn reserved(&self, visitor: &VisitorId, quote: i64) -> CallId {
        let call = self.call(visitor, quote);
        self.store.reserve(&call, &NO_CAPS).await.expect("room");
        call.id
    }

    /// A job on this source that nothing stands against.
    pub fn job(&self, owner: &VisitorId, source: &SourceId, quote: i64) -> NewJob {
        let id: JobId = self.fresh();
        NewJob {
            call: NewCall {
                kind: CallKind::Paint,
                provider: ProviderName::Openai,
                ..self.call(owner, quote)
            },
            order: Order {
                source_id: source.clone(),
                way: Way::Restyle,
                prompt: "a house in winter".to_owned(),
                spec: spec(),
                mask_id: None,
                strategy: None,
                reference_ids: Vec::new(),
                finish_of: None,
            },
            quote: Quote {
                quote_micros: Micros(quote),
                expected_micros: Micros(quote / 2),
                lines: Vec::new(),
                used: Used {
                    size: Size::new(1024, 768),
                    strategy: Strategy::Whole,
                    reference: None,
                    crop: None,
                    complexity: None,
                },
            },
            plan: JobPlan {
                provider: ProviderName::Openai,
                api_model: "gpt-image-2".to_owned(),
                strategy: Strategy::Whole,
                reference_side: Some(1024),
            },
            idempotency_key: format!("key-{id}"),
            repeat_key: format!("repeat-{id}"),
            allow_repeat: false,
            id,
        }
    }

    /// Starts a job that must be new.
    pub async fn start(&self, job: &NewJob) -> EventRow {
        match self.store.reserve_and_enqueue(job, &NO_CAPS).await {
            Ok(Enqueued::New(event)) => event,
            other => panic!("not a new job: {other:?}"),
        }
    }

    /// Starts a new job on this source.
    pub async fn started(&self, owner: &VisitorId, source: &SourceId, quote: i64) -> NewJob {
        let job = self.job(owner, source, quote);
        self.start(&job).await;
        job
    }

    /// A worker takes the next job, with a lease until 500.
    pub async fn claim(&self) -> Option<ClaimedJob> {
        self.store
            .claim_next("worker", at(20), at(500))
            .await
            .expect("the queue answers")
    }

    /// A worker takes a job and sends it.
    pub async fn sent(&self) -> ClaimedJob {
        let claimed = self.claim().await.expect("a job");
        self.store.mark_sent(&claimed.call, at(30)).await.expect("sent");
        claimed
    }

    pub fn variation_row(&self, claimed: &ClaimedJob, name: &str) -> VariationRow {
        VariationRow {
            id: self.fresh(),
            owner: claimed.owner.clone(),
            source: claimed.order.source_id.clone(),
            job: claimed.id.clone(),
            parent: None,
            way: claimed.order.way,
            prompt: claimed.order.prompt.clone(),
            spec: claimed.order.spec.clone(),
            provider: claimed.plan.provider,
            understood: None,
            mask: claimed.order.mask_id.clone(),
            after_care: None,
            recomposed: false,
            spent: Micros(7),
            width: 640,
            height: 480,
            protected_pixels: Some(100),
            protected_changed: Some(0),
            raw: blob(&format!("{name}-r")),
            composed: blob(name),
            preview: blob(&format!("{name}-p")),
            thumb: blob(&format!("{name}-t")),
            created_at: at(100),
        }
    }

    /// A job that ran through: its only variation.
    pub async fn painted(&self, owner: &VisitorId, source: &SourceId, name: &str) -> VariationRow {
        let job = self.started(owner, source, 10).await;
        let claimed = self.sent().await;
        assert_eq!(claimed.id, job.id, "nobody else waits in this story");
        let row = self.variation_row(&claimed, name);
        self.publish(&claimed, vec![row.clone()], 7).await;
        row
    }

    pub async fn publish(&self, claimed: &ClaimedJob, variations: Vec<VariationRow>, spent: i64) -> EventRow {
        let done = FinishedJob {
            job: claimed.id.clone(),
            settlement: settlement(spent),
            variations,
        };
        self.store.settle_and_publish(&done).await.expect("published")
    }

    /// A share of these variations; its pictures bear this name.
    pub fn share_row(&self, owner: &VisitorId, shown: &[&VariationRow], name: &str) -> ShareRow {
        let id: ShareId = self.fresh();
        ShareRow {
            owner: owner.clone(),
            slug: format!("slug-{id}"),
            title: None,
            visibility: Visibility::Unlisted,
            expires_at: None,
            password_hash: None,
            show_original: false,
            show_prompt: false,
            show_price: false,
            allow_download: true,
            allow_remix: false,
            card: blob(&format!("{name}-c")),
            items: shown
                .iter()
                .enumerate()
                .map(|(place, variation)| ShareItemRow {
                    variation: variation.id.clone(),
                    picture: blob(&format!("{name}-{place}-p")),
                    thumb: blob(&format!("{name}-{place}-t")),
                    download: Some(variation.composed.clone()),
                    original: None,
                    width: variation.width,
                    height: variation.height,
                    prompt: variation.prompt.clone(),
                    spent: variation.spent,
                    provider: variation.provider,
                    understood: None,
                })
                .collect(),
            created_at: at(200),
            id,
        }
    }

    pub async fn state(&self, owner: &VisitorId, job: &JobId) -> JobState {
        self.store.job(owner, job).await.expect("their job").state
    }

    /// What the visitor's day has left under a cap of a million: the balance seen from outside.
    pub async fn used_today(&self, visitor: &VisitorId) -> i64 {
        let caps = Caps {
            visitor_day: Some(Micros(1_000_000)),
            ..NO_CAPS
        };
        let left = self
            .store
            .budgets(Some(visitor), &today(), false, &caps, at(0))
            .await
            .expect("budgets");
        1_000_000 - left[2].left_micros.expect("a cap").0
    }

    /// The books must balance, whatever happened.
    pub async fn assert_books(&self) {
        let wrong = self.store.ledger_check().await.expect("the ledger answers");
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// The names that [`blob`] was given, in order.
pub fn names(keys: &[BlobKey]) -> Vec<String> {
    let mut names: Vec<String> = keys
        .iter()
        .map(|key| {
            (0..64)
                .step_by(2)
                .map_while(|i| u8::from_str_radix(&key.0[i..i + 2], 16).ok().filter(|byte| *byte != 0))
                .map(char::from)
                .collect()
        })
        .collect();
    names.sort();
    names
}

#[track_caller]
pub fn assert_not_found<T: std::fmt::Debug>(answer: Result<T, StoreError>) {
    assert!(matches!(answer, Err(StoreError::NotFound)), "{answer:?}");
}

#[track_caller]
pub fn assert_wrong_state<T: std::fmt::Debug>(answer: Result<T, StoreError>) {
    assert!(matches!(answer, Err(StoreError::WrongState)), "{answer:?}");
}

/// The ids of variations, in their order.
pub fn ids(rows: &[VariationRow]) -> Vec<VariationId> {
    rows.iter().map(|row| row.id.clone()).collect()
}
