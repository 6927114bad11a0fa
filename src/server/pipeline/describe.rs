//! Source → description: a paid call like any other, reserved before and settled after, kept, never paid twice.

mod meter;
mod sent;

use crate::{
    api::ErrorCode,
    domain::{
        description::{Caption, Description, Fact},
        id::{CallId, SourceId, VisitorId},
        limits::{MAX_FACT_CHARS, MAX_FACTS},
        money::Micros,
        spec::{ProviderName, Size},
    },
    server::{
        failure::{Failure, Outcome},
        pipeline::{generate::safety_identifier, prices::Factors, start::LEASE},
        providers::{Asker, Charge, FaultKind, Vision, VisionAsk},
        session::Caller,
        spool::{self, Paid, Spooled},
        state::{App, AppState},
        store::{BlobKey, CallKind, DescriptionKey, DescriptionRow, NewCall, Settlement, SourceRow, StoreError},
    },
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long after the server was asked to stop those who wait for a description are told that it is too late.
const TOLD_BY: Duration = Duration::from_secs(6);
/// How long until a description that could not be kept is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Descriptions being made right now: two at once share one call.
#[derive(Debug, Default)]
pub struct Describing(Mutex<HashMap<(VisitorId, BlobKey), Turn>>);

/// Whoever holds it describes; the others wait and then find what was paid for.
type Turn = Arc<tokio::sync::Mutex<()>>;

impl Describing {
    fn turn_of(&self, owner: &VisitorId, content: &BlobKey) -> Turn {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        turns.entry((owner.clone(), content.clone())).or_default().clone()
    }
}

/// A description and whether it was there already.
#[derive(Debug)]
pub struct Seen {
    /// What is kept.
    pub row: DescriptionRow,
    /// Whether the caller had paid for it before.
    pub cached: bool,
}

/// Describes a source, or finds what the same caller already paid for.
pub async fn create(
    app: &AppState,
    caller: &Caller,
    source: &SourceId,
    provider: Option<ProviderName>,
    closer: bool,
) -> Outcome<Seen> {
    let owner = caller.owner()?;
    let source = app.store.source(&owner, source).await?;
    let vision = app.providers.vision(provider).ok_or(ErrorCode::NotConfigured)?;
    let ask = VisionAsk {
        language: caller.lang,
        closer,
    };
    // A task of its own: the call outlives the browser that asked for it.
    let describing = {
        let app = app.clone();
        let tasks = app.tasks.clone();
        tasks.spawn(async move { describe_once(&app, source, vision, ask).await })
    };
    let too_late = async {
        app.shutdown.cancelled().await;
        tokio::time::sleep(TOLD_BY).await;
    };
    tokio::select! {
        described = describing => {
            described.map_err(|error| Failure::internal(format_args!("describing ended early: {error}")))?
        }
        () = too_late => Err(Failure::away("the server stops; what was seen is kept if it still comes")),
    }
}

async fn describe_once(app: &AppState, source: SourceRow, vision: Arc<dyn Vision>, ask: VisionAsk) -> Outcome<Seen> {
    let turn = app.describing.turn_of(&source.owner, &source.master.key);
    let _mine = turn.lock().await;
    let key = DescriptionKey {
        content: source.master.key.clone(),
        provider: vision.name(),
        asked: vision.asked(&ask),
    };
    if let Some(paid) = app.store.paid_description(&source.owner, &key).await? {
        let row = DescriptionRow {
            source: source.id,
            created_at: app.clock.now(),
            ..paid
        };
        app.store.put_description(&row).await?;
        return Ok(Seen { row, cached: true });
    }

    let picture = sent::picture(app, &source, vision.takes()).await?;
    let quote = Factors::load(app).await?.describing(app, &*vision, &ask);
    let now = app.clock.now();
    let call = NewCall {
        id: app.call_id(),
        visitor: source.owner.clone(),
        kind: CallKind::Describe,
        provider: vision.name(),
        model: key.asked.clone(),
        quote,
        play: vision.name() == ProviderName::Demo,
        periods: app.periods(),
        now,
        lease_until: now + LEASE * 20,
    };
    app.store.reserve(&call, &app.config.budget.caps()).await?;
    if app.shutdown.is_cancelled() {
        let unsent = Settlement {
            spent: Micros::ZERO,
            usage: None,
            request_id: None,
            unknown: false,
            now: app.clock.now(),
        };
        app.store.settle(&call.id, &unsent).await?;
        return Err(Failure::away("the server stops; nothing was sent"));
    }
    app.store.mark_sent(&call.id, app.clock.now()).await?;

    let meter = meter::Tally::new(app);
    let asker = Asker {
        safety_identifier: &safety_identifier(app, &source.owner),
        meter: &meter,
    };
    match vision.describe(&picture, &ask, asker).await {
        Ok(seen) => {
            let row = DescriptionRow {
                source: source.id.clone(),
                owner: source.owner.clone(),
                description: sent::scale_boxes(seen.description, picture.size, Size::new(source.width, source.height)),
                provider: Some(vision.name()),
                model_version: Some(seen.model_version),
                price: seen.spent,
                closer: ask.closer,
                edited: false,
                created_at: app.clock.now(),
            };
            settle(app, &call.id, row, key, seen.request_id).await
        }
        Err(fault) => {
            let settlement = Settlement {
                spent: match fault.charge {
                    Charge::Nothing => Micros::ZERO,
                    Charge::FullQuote => quote,
                },
                usage: None,
                request_id: fault.request_id.clone(),
                unknown: fault.charge == Charge::FullQuote && fault.kind == FaultKind::NoAnswer,
                now: app.clock.now(),
            };
            app.store.settle(&call.id, &settlement).await?;
            Err(meter.into_trouble().unwrap_or_else(|| fault.into()))
        }
    }
}

/// Settles a call with what it gave, which is paid for: the spool has it before the database is asked. With a database that
/// does not answer the reaper carries it on; with neither, it is tried until one of them takes it or the server stops.
async fn settle(
    app: &App,
    call: &CallId,
    row: DescriptionRow,
    key: DescriptionKey,
    request_id: Option<String>,
) -> Outcome<Seen> {
    let settlement = Settlement {
        spent: row.price,
        usage: None,
        request_id: request_id.clone(),
        unknown: false,
        now: app.clock.now(),
    };
    let spooled = Spooled {
        call: call.clone(),
        at: row.created_at,
        paid: Paid::Description {
            row: row.clone(),
            key: key.clone(),
            request_id,
        },
    };
    loop {
        let safe = match spool::put(&app.blobs, &spooled).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(%call, %error, "a description could not be put into the spool");
                false
            }
        };
        match app.store.settle_description(call, &settlement, &row, &key).await {
            Ok(()) => {
                spool::done(&app.blobs, call).await;
                return Ok(Seen { row, cached: false });
            }
            // The reaper was faster: it is kept, or will be.
            Err(StoreError::WrongState) if safe => return Ok(Seen { row, cached: false }),
            Err(error) if safe || app.shutdown.is_cancelled() => return Err(error.into()),
            Err(error) => tracing::error!(%call, %error, "a description could not be kept; it is tried again"),
        }
        tokio::select! {
            () = app.shutdown.cancelled() => {}
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

/// Keeps the person's own words, with or without a description before. Never billed.
pub async fn update(
    app: &App,
    caller: &Caller,
    source: &SourceId,
    caption: Option<String>,
    facts: Option<Vec<Fact>>,
) -> Outcome<DescriptionRow> {
    let owner = caller.owner()?;
    let source = app.store.source(&owner, source).await?;
    let known = app.store.description(&owner, &source.id).await?;
    let mut row = known.unwrap_or_else(|| DescriptionRow {
        source: source.id.clone(),
        owner,
        description: Description {
            caption: Caption {
                text: String::new(),
                lang: caller.lang.tag().to_owned(),
                confidence: None,
            },
            facts: Vec::new(),
            shortfall: None,
        },
        provider: None,
        model_version: None,
        price: Micros::ZERO,
        closer: false,
        edited: true,
        created_at: app.clock.now(),
    });
    if let Some(text) = caption {
        let text = text.trim().to_owned();
        if text.chars().count() > MAX_FACT_CHARS {
            return Err(Failure::new(ErrorCode::FactsTooMany).field("caption"));
        }
        if text != row.description.caption.text {
            row.description.caption = Caption {
                text,
                lang: caller.lang.tag().to_owned(),
                confidence: None,
            };
            let shortfall = &mut row.description.shortfall;
            *shortfall = shortfall.filter(|shortfall| !shortfall.is_about_caption());
        }
    }
    if let Some(facts) = facts {
        let too_long = facts
            .iter()
            .any(|fact| fact.text.chars().count() > MAX_FACT_CHARS || fact.id.len() > 64);
        if facts.len() > MAX_FACTS || too_long {
            return Err(Failure::new(ErrorCode::FactsTooMany).field("facts"));
        }
        row.description.facts = facts;
    }
    if row.description.caption.text.is_empty() && row.description.facts.is_empty() {
        return Err(Failure::new(ErrorCode::CaptionEmpty).field("caption"));
    }
    row.edited = true;
    app.store.put_description(&row).await?;
    Ok(row)
}
