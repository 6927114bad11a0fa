//! Answer → variation: the provider's bytes are safe already; here they become pictures that can be shown.
//!
//! Repeatable: blobs are content-addressed, so finishing again after a crash writes the same things.

use crate::{
    api::ErrorCode,
    domain::{
        id::VariationId,
        money::Micros,
        order::Way,
        pricing,
        source::{Format, Rect},
        spec::Size,
    },
    server::{
        failure::{Failure, Outcome},
        imaging::{self, Encoded, Pixels, Quality, stencil},
        pipeline::generate::placement,
        state::App,
        store::{Answer, BlobRef, ClaimedJob, FinishedJob, Settlement, VariationRow},
    },
};
use bytes::Bytes;

/// How far inside the hole's edge the old picture fades into the new, in thousandths of the longer side.
const FEATHER_PER_MILLE: u32 = 8;

/// Pictures of one variation, encoded.
struct Finished {
    composed: Encoded,
    preview: Encoded,
    thumb: Encoded,
    protected: Option<stencil::Protected>,
}

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
        let peek = imaging::peek(&answer).map_err(unusable)?;
        return app.pool.run(peek.decoded_bytes, move || whole(&answer)).await?;
    }
    let source = app.store.source(&job.owner, &job.order.source_id).await?;
    let mask = job
        .order
        .mask_id
        .as_ref()
        .ok_or(Failure::internal("a repaint without a mask was enqueued"))?;
    let mask = app.store.mask(&job.owner, &source.id, mask).await?;
    let (master, mask) = (
        app.blobs.get(&source.master.key).await?,
        app.blobs.get(&mask.blob.key).await?,
    );
    let (full, sent) = (Size::new(source.width, source.height), job.quote.used.size);
    // Source, answer at the source's size and result are there at once.
    app.pool
        .run(full.pixels() * 12, move || {
            through_the_stencil(&master, &answer, &mask, full, placement(full, sent))
        })
        .await?
}

/// The picture as the model painted it.
fn whole(answer: &[u8]) -> Outcome<Finished> {
    let pixels = imaging::decode(answer).map_err(unusable)?;
    encode(&pixels, None)
}

/// The source with the answer in the hole and nowhere else.
fn through_the_stencil(master: &[u8], answer: &[u8], mask: &[u8], full: Size, place: Rect) -> Outcome<Finished> {
    let source = imaging::decode(master)?;
    let mask = imaging::mask::read_mask(mask, full)?;
    let answer = imaging::decode(answer).map_err(unusable)?;
    let answer = crop_to(&answer, place)?;
    let options = stencil::Options {
        feather_px: (full.width.max(full.height) * FEATHER_PER_MILLE).div_ceil(1000),
    };
    let composed = stencil::compose(&source, &answer, &mask, &options)?.pixels;
    drop(answer);
    let mut finished = encode(&composed, None)?;
    drop(composed);
    // Counted on what was written, not on what was meant to be written.
    let stored = imaging::decode(&finished.composed.bytes)?;
    finished.protected = Some(stencil::count_protected(&source, &stored, &mask)?);
    Ok(finished)
}

/// Cuts padding away. The model may answer in another size than was asked: the place is scaled with it.
fn crop_to(answer: &Pixels, place: Rect) -> Outcome<Pixels> {
    let size = answer.size();
    if place.x == 0 && place.y == 0 {
        return Ok(answer.clone());
    }
    let (asked_width, asked_height) = (place.width + 2 * place.x, place.height + 2 * place.y);
    let scale = |value: u32, from: u32, to: u32| {
        let scaled = u64::from(value) * u64::from(to) / u64::from(from.max(1));
        u32::try_from(scaled).unwrap_or(u32::MAX)
    };
    let (left, top) = (
        scale(place.x, asked_width, size.width),
        scale(place.y, asked_height, size.height),
    );
    let width = scale(place.width, asked_width, size.width).max(1);
    let height = scale(place.height, asked_height, size.height).max(1);
    answer
        .crop(Rect {
            x: left,
            y: top,
            width,
            height,
        })
        .ok_or(Failure::internal("the place of the source lies outside the answer"))
}

fn encode(pixels: &Pixels, protected: Option<stencil::Protected>) -> Outcome<Finished> {
    let bytes = imaging::encode(pixels, Format::Png, Quality::Lossless)?;
    let small = imaging::derivatives(pixels)?;
    Ok(Finished {
        composed: Encoded {
            bytes,
            format: Format::Png,
            size: pixels.size(),
        },
        preview: small.preview,
        thumb: small.thumb,
        protected,
    })
}

/// A picture of the provider's that cannot be read is the provider's fault, and may have been charged.
fn unusable(error: imaging::PictureError) -> Failure {
    Failure::new(ErrorCode::ProviderBroken).log(format_args!("the provider's picture: {error}"))
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
