//! Source → description: a paid call like any other, reserved before and settled after, kept, never paid twice.

use crate::{
    api::ErrorCode,
    domain::{
        description::{Caption, Description, Fact},
        id::SourceId,
        limits::{MAX_FACT_CHARS, MAX_FACTS},
        money::Micros,
        source::{Format, Rect},
        spec::{ProviderName, Size},
    },
    server::{
        failure::{Failure, Outcome},
        imaging::{self, Quality},
        pipeline::{paid_words, prices::Factors, start::LEASE},
        providers::{Picture, Vision, VisionAsk},
        session::Caller,
        state::{App, AppState},
        store::{CallKind, DescriptionKey, DescriptionRow, NewCall, SourceRow, Words},
    },
};
use std::sync::Arc;

/// The longest side a vision provider is sent: more pixels cost time and see nothing more.
const SENT_SIDE: u32 = 1600;
/// The shortest side a vision provider takes, with a margin.
const SENT_SHORT_SIDE: u32 = 64;

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

    let picture = picture_to_send(app, &source).await?;
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

    match vision.describe(&picture, &ask).await {
        Ok(seen) => {
            let row = DescriptionRow {
                source: source.id.clone(),
                owner: source.owner.clone(),
                description: scale_boxes(seen.description, picture.size, Size::new(source.width, source.height)),
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
            Err(fault.into())
        }
    }
}

/// A picture a vision provider takes: JPEG on white, not larger than useful, no side too short.
async fn picture_to_send(app: &App, source: &SourceRow) -> Outcome<Picture> {
    let master = app.blobs.get(&source.master.key).await?;
    let full = Size::new(source.width, source.height);
    let (bytes, size) = app
        .pool
        .run(full.pixels() * 4, move || {
            let mut pixels = imaging::decode(&master)?;
            let size = size_to_send(full);
            if size != full {
                pixels = imaging::resize(&pixels, size);
            }
            let bytes = imaging::encode(&pixels, Format::Jpeg, Quality::Lossy(90))?;
            Outcome::Ok((bytes, size))
        })
        .await??;
    Ok(Picture {
        bytes,
        format: Format::Jpeg,
        size,
    })
}

fn size_to_send(full: Size) -> Size {
    let small = full.within(SENT_SIDE);
    let short = small.width.min(small.height);
    if short >= SENT_SHORT_SIDE {
        return small;
    }
    // Long and thin: the short side decides, the long one follows as far as providers go.
    let long = |side: u32| {
        let scaled = u64::from(side) * u64::from(SENT_SHORT_SIDE) / u64::from(full.width.min(full.height).max(1));
        u32::try_from(scaled).unwrap_or(u32::MAX).clamp(SENT_SHORT_SIDE, 15_000)
    };
    Size::new(long(full.width), long(full.height))
}

/// Boxes measured on the picture that was sent, in pixels of the source.
fn scale_boxes(mut description: Description, sent: Size, full: Size) -> Description {
    let scale = |value: u32, from: u32, to: u32| {
        let scaled = (u64::from(value) * u64::from(to) + u64::from(from) / 2) / u64::from(from.max(1));
        u32::try_from(scaled).unwrap_or(to).min(to)
    };
    for bounds in description.facts.iter_mut().filter_map(|fact| fact.bounds.as_mut()) {
        let (left, top) = (
            scale(bounds.x, sent.width, full.width),
            scale(bounds.y, sent.height, full.height),
        );
        let right = scale(bounds.x.saturating_add(bounds.width), sent.width, full.width);
        let bottom = scale(bounds.y.saturating_add(bounds.height), sent.height, full.height);
        *bounds = Rect {
            x: left,
            y: top,
            width: right.saturating_sub(left),
            height: bottom.saturating_sub(top),
        };
    }
    description
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sent_pictures_are_large_enough_on_both_sides() {
        for (width, height) in [(16_000, 50), (50, 16_000), (50, 50), (4000, 3000), (1601, 1600)] {
            let size = size_to_send(Size::new(width, height));
            assert!(size.width.min(size.height) >= 51, "{width}x{height} → {size}");
            assert!(size.width.max(size.height) < 16_000, "{width}x{height} → {size}");
        }
    }
}
