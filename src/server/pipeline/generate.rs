//! Job → answer: prepares what is sent, notes that it leaves, and asks the painter. One call for each reservation.

use crate::{
    domain::{
        crop::placement,
        id::VisitorId,
        mask::Mask,
        order::{Used, Way},
        source::{Format, Rect},
        spec::{Fine, Size},
    },
    server::{
        digest,
        failure::{Failure, Outcome},
        imaging::{self, Pixels, Quality},
        providers::{PaintRequest, Picture},
        state::App,
        store::{ClaimedJob, SourceRow},
    },
};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Everything the painter needs, encoded as it takes it.
pub async fn prepare(app: &App, job: &ClaimedJob) -> Outcome<PaintRequest> {
    let order = &job.order;
    let source = app.store.source(&job.owner, &order.source_id).await?;
    let used = &job.quote.used;
    let first = used.reference.map(|size| size.width.max(size.height));
    let side = job.plan.reference_side.or(first);

    // A draft that is finished comes first, before the source.
    let draft = match &order.finish_of {
        None => None,
        Some(id) => {
            let draft = app.store.variation(&job.owner, id).await?;
            let file = app.blobs.get(&draft.composed.key).await?;
            Some((file, Size::new(draft.width, draft.height)))
        }
    };
    let mut images = Vec::new();
    let mut mask = None;
    match order.way {
        Way::Reimagine | Way::Restyle => {
            if let Some((file, size)) = draft {
                images.push(reference(app, file, size, side).await?);
            }
            if order.way == Way::Restyle {
                images.push(source_reference(app, &source, side).await?);
            }
        }
        Way::Repaint => {
            // The mask belongs to the first picture, so the draft is cut and sized as the source is.
            if let Some((file, size)) = draft {
                images.push(part_as_sent(app, job, &source, file, size).await?);
            }
            let (picture, hole) = repaint_inputs(app, job, &source).await?;
            images.push(picture);
            mask = Some(hole);
        }
    }
    for id in &order.reference_ids {
        let row = app.store.source(&job.owner, id).await?;
        images.push(source_reference(app, &row, side).await?);
    }

    Ok(PaintRequest {
        model: job.plan.api_model.clone(),
        prompt: order.prompt.clone(),
        size: used.size,
        quality: order.spec.quality,
        count: order.spec.count,
        format: order.spec.format,
        fine: Fine {
            complexity: used.complexity,
            ..order.spec.fine
        },
        images,
        mask,
        safety_identifier: safety_identifier(app, &job.owner),
        unfinished: None,
        stop: app.shutdown.clone(),
    })
}

async fn source_reference(app: &App, source: &SourceRow, side: Option<u32>) -> Outcome<Picture> {
    let file = app.blobs.get(&source.master.key).await?;
    reference(app, file, Size::new(source.width, source.height), side).await
}

/// A picture sent along, not larger than was priced, as PNG.
async fn reference(app: &App, file: Bytes, full: Size, side: Option<u32>) -> Outcome<Picture> {
    let size = side.map_or(full, |side| full.within(side));
    let bytes = app
        .pool
        .run(full.pixels() * 4, move || {
            let mut pixels = imaging::decode(&file)?;
            if size != pixels.size() {
                pixels = imaging::resize(&pixels, size);
            }
            Outcome::Ok(imaging::encode(&pixels, Format::Png, Quality::Lossless)?)
        })
        .await??;
    Ok(Picture {
        bytes,
        format: Format::Png,
        size,
    })
}

/// The part of a picture that lies where the part of the source that is sent lies, at the size that is sent. A picture of
/// another size than the source is brought to that first.
async fn part_as_sent(app: &App, job: &ClaimedJob, source: &SourceRow, file: Bytes, size: Size) -> Outcome<Picture> {
    let full = Size::new(source.width, source.height);
    let used = job.quote.used.clone();
    let weight = (size.pixels() + full.pixels()) * 5 + used.size.pixels() * 8;
    let sent = used.size;
    let bytes = app
        .pool
        .run(weight, move || {
            let mut pixels = imaging::decode(&file)?;
            if pixels.size() != full {
                pixels = imaging::resize(&pixels, full);
            }
            let pixels = cut_as_sent(pixels, full, &used)?;
            Outcome::Ok(imaging::encode(&pixels, Format::Png, Quality::Lossless)?)
        })
        .await??;
    Ok(Picture {
        bytes,
        format: Format::Png,
        size: sent,
    })
}

/// The part of a picture of the source's size that is sent, padded with edge pixels where its shape is beyond the model's
/// ratio.
fn cut_as_sent(mut pixels: Pixels, full: Size, used: &Used) -> Outcome<Pixels> {
    let (sent, frame) = (used.size, used.frame(full));
    let place = placement(frame.size(), sent);
    if frame.size() != full {
        pixels = pixels
            .crop(frame)
            .ok_or(Failure::internal("a crop was planned outside its source"))?;
    }
    if place.size() != frame.size() {
        pixels = imaging::resize(&pixels, place.size());
    }
    if place.size() != sent {
        pixels = pad_with_edge(&pixels, sent, place)?;
    }
    Ok(pixels)
}

/// Source and mask at one common size: the part that is sent of each, padded where its shape is beyond the model's ratio.
async fn repaint_inputs(app: &App, job: &ClaimedJob, source: &SourceRow) -> Outcome<(Picture, Bytes)> {
    let mask = job
        .order
        .mask_id
        .as_ref()
        .ok_or(Failure::internal("a repaint without a mask was enqueued"))?;
    let mask = app.store.mask(&job.owner, &source.id, mask).await?;
    let (file, mask_file) = (
        app.blobs.get(&source.master.key).await?,
        app.blobs.get(&mask.blob.key).await?,
    );
    let full = Size::new(source.width, source.height);
    let used = job.quote.used.clone();
    let (sent, frame) = (used.size, used.frame(full));
    let place = placement(frame.size(), sent);
    let (bytes, hole) = app
        .pool
        .run(full.pixels() * 9 + sent.pixels() * 8, move || {
            let pixels = cut_as_sent(imaging::decode(&file)?, full, &used)?;
            let mut hole = imaging::mask::read_mask(&mask_file, full)?;
            if frame.size() != full {
                hole = hole.crop(frame);
            }
            let mut hole = widened(hole, place.size());
            if place.size() != sent {
                hole = pad_protected(&hole, sent, place);
            }
            let hole = imaging::mask::write_mask(&hole, sent)?;
            Outcome::Ok((imaging::encode(&pixels, Format::Png, Quality::Lossless)?, hole))
        })
        .await??;
    let picture = Picture {
        bytes,
        format: Format::Png,
        size: sent,
    };
    Ok((picture, hole))
}

/// The picture at its place, the rest filled with the nearest pixel of it.
fn pad_with_edge(pixels: &Pixels, sent: Size, place: Rect) -> Outcome<Pixels> {
    let (width, height) = (place.width as usize, place.height as usize);
    let mut rgba = Vec::with_capacity(sent.width as usize * sent.height as usize * 4);
    for y in 0..sent.height {
        let row = (y.saturating_sub(place.y) as usize).min(height - 1);
        for x in 0..sent.width {
            let column = (x.saturating_sub(place.x) as usize).min(width - 1);
            let at = (row * width + column) * 4;
            rgba.extend_from_slice(&pixels.rgba()[at..at + 4]);
        }
    }
    Ok(Pixels::new(sent, rgba)?)
}

/// The hole, so much wider that nothing of it falls between the pixels that are left when it is sent smaller than it is: a
/// hairline would come out in dots, or not at all. What is painted beyond the hole goes no further than the stencil.
fn widened(mut hole: Mask, sent: Size) -> Mask {
    // The farthest a pixel is from the nearest one that is taken: half the diagonal of what one stands for.
    let reach = |from: u32, to: u32| if from > to { (from * 3).div_ceil(to * 4) } else { 0 };
    hole.grow(reach(hole.width(), sent.width).max(reach(hole.height(), sent.height)));
    hole
}

/// The hole at its place, nearest pixel for pixel; the padding around it is protected.
fn pad_protected(hole: &Mask, sent: Size, place: Rect) -> Mask {
    let nearest = |at: u32, from: u32, to: u32| {
        let found = (u64::from(at) * 2 + 1) * u64::from(from) / (u64::from(to.max(1)) * 2);
        u32::try_from(found).unwrap_or(u32::MAX)
    };
    let mut padded = Mask::closed(sent.width, sent.height);
    for y in 0..place.height {
        let from_y = nearest(y, hole.height(), place.height);
        for x in 0..place.width {
            if hole.is_hole(nearest(x, hole.width(), place.width), from_y) {
                let at = (place.y + y) as usize * sent.width as usize + (place.x + x) as usize;
                padded.hole_mut()[at] = 255;
            }
        }
    }
    padded
}

/// A stable name for the visitor that tells the provider nothing: HMAC with the instance's secret.
pub(super) fn safety_identifier(app: &App, visitor: &VisitorId) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&app.secret.0).unwrap_or_else(|_| unreachable!("any length is a key"));
    mac.update(b"safety identifier\0");
    mac.update(visitor.as_str().as_bytes());
    digest::hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hairline_is_sent_unbroken() {
        let mut hole = Mask::closed(1000, 700);
        for x in 100..900 {
            hole.hole_mut()[(200 + x / 3) * 1000 + x] = 255;
        }
        let sent = widened(hole.clone(), Size::new(300, 210)).scaled(300, 210);
        assert!(
            (31..269).all(|x| (0..210).any(|y| sent.is_hole(x, y))),
            "in every column"
        );
        assert!(!(31..269).all(|x| (0..210).any(|y| hole.scaled(300, 210).is_hole(x, y))));
        assert_eq!(widened(hole.clone(), Size::new(1000, 700)), hole);
        assert_eq!(widened(hole.clone(), Size::new(2000, 1400)), hole);
    }

    #[test]
    fn padding_is_protected_and_the_hole_keeps_its_place() {
        let mut hole = Mask::closed(6000, 1000);
        hole.hole_mut().fill(255);
        let place = placement(Size::new(6000, 1000), Size::new(1536, 512));
        let padded = pad_protected(&hole, Size::new(1536, 512), place);
        assert_eq!(padded.bounds(), Some(place));
        assert_eq!(padded.hole_pixels(), place.area());
    }
}
