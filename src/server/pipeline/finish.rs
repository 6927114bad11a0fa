//! Answer → variation: the provider's bytes are safe already; here they become pictures that can be shown.
//!
//! Repeatable: blobs are content-addressed, so finishing again after a crash writes the same things.

use crate::{
    domain::{id::VariationId, money::Micros, order::Way, pricing, source::Format},
    server::{
        failure::{Failure, Outcome},
        imaging::{self, Encoded},
        pipeline::stitch::{self, Finished},
        state::App,
        store::{Answer, BlobRef, ClaimedJob, FinishedJob, Settlement, VariationRow},
    },
};
use bytes::Bytes;

/// Makes variations of an answer. What it costs is decided first, so that it is known even when the pictures are not usable.
pub async fn finish(app: &App, job: &ClaimedJob, answer: &Answer) -> Outcome<FinishedJob> {
    let settlement = settlement(app, job, answer);
    let count = i64::try_from(answer.pictures.len()).unwrap_or(i64::MAX).max(1);
    let share = Micros(settlement.spent.0 / count);
    let mut variations = Vec::with_capacity(answer.pictures.len());
    for (index, raw) in answer.pictures.iter().enumerate() {
        let finished = finish_one(app, job, raw).await?;
        // The first one carries what does not divide.
        let rest = if index == 0 {
            Micros(settlement.spent.0 % count)
        } else {
            Micros::ZERO
        };
        variations.push(keep(app, job, answer, raw, finished, share + rest).await?);
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

async fn finish_one(app: &App, job: &ClaimedJob, raw: &BlobRef) -> Outcome<Finished> {
    let answer = app.blobs.get(&raw.key).await?;
    if job.order.way != Way::Repaint {
        return stitch::as_painted(app, answer).await;
    }
    let source = app.store.source(&job.owner, &job.order.source_id).await?;
    let mask = job
        .order
        .mask_id
        .as_ref()
        .ok_or(Failure::internal("a repaint without a mask was enqueued"))?;
    let mask = app.store.mask(&job.owner, &source.id, mask).await?;
    stitch::through_the_stencil(app, &source, &mask, &job.quote.used, answer).await
}

async fn keep(
    app: &App,
    job: &ClaimedJob,
    answer: &Answer,
    raw: &BlobRef,
    finished: Finished,
    spent: Micros,
) -> Outcome<VariationRow> {
    let put = async |picture: &Encoded| {
        app.blobs
            .put(picture.bytes.clone(), picture.format.content_type())
            .await
    };
    let id: VariationId = app.variation_id();
    Ok(VariationRow {
        id,
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
        spent,
        width: finished.composed.size.width,
        height: finished.composed.size.height,
        protected_pixels: finished.protected.as_ref().map(|count| count.pixels),
        protected_changed: finished.protected.as_ref().map(|count| count.changed),
        raw: raw.clone(),
        composed: put(&finished.composed).await?,
        preview: put(&finished.preview).await?,
        thumb: put(&finished.thumb).await?,
        created_at: app.clock.now(),
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
