//! Source → description: a paid call like any other, reserved before and settled after, kept, never paid twice.

mod meter;
mod sent;

use crate::{
    api::ErrorCode,
    domain::{
        description::{Caption, Description, Fact},
        id::SourceId,
        limits::{MAX_FACT_CHARS, MAX_FACTS},
        money::Micros,
        spec::{ProviderName, Size},
    },
    server::{
        failure::{Failure, Outcome},
        pipeline::{generate::safety_identifier, paid_words, prices::Factors, start::LEASE},
        providers::{Asker, Vision, VisionAsk},
        session::Caller,
        state::{App, AppState},
        store::{CallKind, DescriptionKey, DescriptionRow, NewCall, SourceRow, Words},
    },
};
use std::sync::Arc;

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
    let (work, app) = (app.clone(), app);
    paid_words::outliving(app, async move { describe_once(&work, source, vision, ask).await }).await
}

async fn describe_once(app: &AppState, source: SourceRow, vision: Arc<dyn Vision>, ask: VisionAsk) -> Outcome<Seen> {
    let turn = app
        .turns
        .of(&source.owner, &format!("describe {}", source.master.key.0));
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
    paid_words::reserve(app, &call).await?;

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
            let words = Words::Description { row: row.clone(), key };
            paid_words::keep(app, &call.id, &words, seen.request_id).await?;
            Ok(Seen { row, cached: false })
        }
        Err(fault) => {
            paid_words::settle_fault(app, &call, &fault).await?;
            Err(meter.into_trouble().unwrap_or_else(|| fault.into()))
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
