//! Answer → variation: the provider's bytes are safe already; here they become pictures that can be shown.
//!
//! Repeatable: blobs are content-addressed, so finishing again after a crash writes the same things.

use crate::{
    api::ErrorCode,
    domain::{after_care::AfterCare, money::Micros, order::Way, pricing, source::Format, spec::Size},
    server::{
        failure::{Failure, Outcome},
        imaging::{self, Encoded},
        pipeline::stitch::{self, Finished, Setting},
        state::App,
        store::{Answer, BlobRef, ClaimedJob, FinishedJob, Settlement, VariationRow},
    },
};
use bytes::Bytes;

/// Makes variations of an answer. What it costs is decided first, so that it is known even when the pictures are not usable.
pub async fn finish(app: &App, job: &ClaimedJob, answer: &Answer) -> Outcome<FinishedJob> {
    make(app, job, answer, false).await
}

/// The same when composing keeps failing: what was paid for goes to the library as the provider painted it, as the after-care
/// *as painted* has it; without its source, if even that fails. Its after-care says so, and it can be set in from there.
pub async fn as_it_came(app: &App, job: &ClaimedJob, answer: &Answer) -> Outcome<FinishedJob> {
    make(app, job, answer, true).await
}

async fn make(app: &App, job: &ClaimedJob, answer: &Answer, whole: bool) -> Outcome<FinishedJob> {
    let settlement = settlement(app, job, answer);
    let count = i64::try_from(answer.pictures.len()).unwrap_or(i64::MAX).max(1);
    let share = Micros(settlement.spent.0 / count);
    let first = first_setting(app, job, whole).await?;
    let mut variations = Vec::with_capacity(answer.pictures.len());
    for (index, raw) in answer.pictures.iter().enumerate() {
        let bytes = app.blobs.get(&raw.key).await?;
        let (finished, care) = match first.clone() {
            Some((care, setting)) => (set_in(app, setting, bytes, whole).await?, Some(care)),
            None => (stitch::as_painted(app, bytes).await?, None),
        };
        // The first one carries what does not divide.
        let rest = if index == 0 {
            Micros(settlement.spent.0 % count)
        } else {
            Micros::ZERO
        };
        variations.push(keep(app, job, answer, raw, finished, care, share + rest).await?);
    }
    Ok(FinishedJob {
        job: job.id.clone(),
        // The moment of the last event: composing and storing took a while.
        settlement: Settlement {
            now: app.clock.now(),
            ..settlement
        },
        variations,
    })
}

/// An answer in its source. With `whole`, alone when the source or the mask cannot be used.
async fn set_in(app: &App, setting: Setting, answer: Bytes, whole: bool) -> Outcome<Finished> {
    match setting.compose(app, answer.clone()).await {
        Err(failure) if whole && failure.code != ErrorCode::ProviderBroken => stitch::as_painted(app, answer).await,
        other => other,
    }
}

/// What the call cost: by the tokens the provider counted, or the full quote when it did not say.
#[must_use]
pub fn settlement(app: &App, job: &ClaimedJob, answer: &Answer) -> Settlement {
    let model = app.catalogue.model(&job.order.spec.model);
    let spent = match (answer.usage, model) {
        (Some(usage), Some(model)) => pricing::bill(model, usage),
        _ => job.quote.quote_micros,
    };
    Settlement {
        spent,
        usage: answer.usage,
        request_id: answer.request_id.clone(),
        unknown: false,
        now: app.clock.now(),
    }
}

/// How the answers to a job are set into its source first; nothing where there is no stencil.
async fn first_setting(app: &App, job: &ClaimedJob, whole: bool) -> Outcome<Option<(AfterCare, Setting)>> {
    if job.order.way != Way::Repaint {
        return Ok(None);
    }
    let mask = job
        .order
        .mask_id
        .as_ref()
        .ok_or(Failure::internal("a repaint without a mask was enqueued"))?;
    let source = app.store.source(&job.owner, &job.order.source_id).await?;
    let care = AfterCare {
        whole,
        ..AfterCare::first(Size::new(source.width, source.height))
    };
    let used = job.quote.used.clone();
    let setting = Setting::load(app, &job.owner, source, mask, used, care.clone()).await?;
    Ok(Some((care, setting)))
}

async fn keep(
    app: &App,
    job: &ClaimedJob,
    answer: &Answer,
    raw: &BlobRef,
    finished: Finished,
    after_care: Option<AfterCare>,
    spent: Micros,
) -> Outcome<VariationRow> {
    let pictures = put(app, &finished).await?;
    Ok(VariationRow {
        id: app.variation_id(),
        owner: job.owner.clone(),
        source: job.order.source_id.clone(),
        job: job.id.clone(),
        parent: job.order.finish_of.clone(),
        way: job.order.way,
        prompt: job.order.prompt.clone(),
        spec: job.order.spec.clone(),
        provider: job.plan.provider,
        understood: answer.understood.clone(),
        mask: job.order.mask_id.clone(),
        after_care,
        recomposed: false,
        spent,
        width: finished.composed.size.width,
        height: finished.composed.size.height,
        protected_pixels: finished.protected.map(|count| count.pixels),
        protected_changed: finished.protected.map(|count| count.changed),
        raw: raw.clone(),
        composed: pictures.composed,
        preview: pictures.preview,
        thumb: pictures.thumb,
        created_at: app.clock.now(),
    })
}

/// The pictures of a variation as blobs.
#[derive(Debug)]
pub struct Pictures {
    /// At full resolution, lossless.
    pub composed: BlobRef,
    /// At most 1600 pixels.
    pub preview: BlobRef,
    /// At most 400 pixels.
    pub thumb: BlobRef,
}

/// Puts the pictures of a variation on disk. Whoever does so holds the blobs until its row is written.
pub async fn put(app: &App, finished: &Finished) -> Outcome<Pictures> {
    let put = async |picture: &Encoded| {
        app.blobs
            .put(picture.bytes.clone(), picture.format.content_type())
            .await
    };
    Ok(Pictures {
        composed: put(&finished.composed).await?,
        preview: put(&finished.preview).await?,
        thumb: put(&finished.thumb).await?,
    })
}

/// Puts the provider's bytes on disk, before anything else is done with them.
pub async fn keep_raw(app: &App, pictures: Vec<Bytes>) -> Outcome<Vec<BlobRef>> {
    let mut kept = Vec::with_capacity(pictures.len());
    for bytes in pictures {
        let content_type = imaging::peek(&bytes)
            .ok()
            .and_then(|peek| peek.format)
            .map_or("application/octet-stream", Format::content_type);
        kept.push(app.blobs.put(bytes, content_type).await?);
    }
    Ok(kept)
}
