//! Unfinished pictures: shown to their owner while a job is painted, gone when it is over.
//!
//! They are for looking at only. Whatever goes wrong with them is noted and changes nothing: the result waits for none of them
//! but the one that is being stored.

use crate::{
    domain::{job::JobEventKind, source::Format},
    server::{
        failure::Outcome,
        imaging::{self, Quality},
        pipeline::stitch,
        providers::{Fault, PaintRequest, Painted, Painter, Unfinished},
        state::App,
        store::{BlobKey, ClaimedJob, NewEvent},
    },
};
use bytes::Bytes;
use tokio::sync::mpsc;

/// The longest side of a picture that is there for some seconds.
const SIDE: u32 = 1024;
const QUALITY: Quality = Quality::Lossy(75);

/// Paints, and shows what comes meanwhile if that was ordered. Gives also the blobs of what was shown: once the job is over
/// nobody refers to them any more.
pub async fn paint(
    app: &App,
    job: &ClaimedJob,
    painter: &dyn Painter,
    mut request: PaintRequest,
) -> (Result<Painted, Fault>, Vec<BlobKey>) {
    let count = job.order.spec.partials;
    if count == 0 {
        return (painter.paint(&request).await, Vec::new());
    }
    let (to, mut files) = mpsc::channel(usize::from(count));
    request.unfinished = Some(Unfinished { count, to });
    let painting = async move {
        let painted = painter.paint(&request).await;
        // With the request goes the way to us, and with that the showing ends.
        drop(request);
        painted
    };
    let showing = async {
        let mut shown = Vec::new();
        for place in 1..=count {
            let Some(file) = files.recv().await else { break };
            match show(app, job, file, place).await {
                Ok(key) => shown.push(key),
                Err(failure) => {
                    tracing::warn!(job = %job.id, place, log = failure.log, "an unfinished picture is not shown");
                }
            }
        }
        shown
    };
    tokio::join!(painting, showing)
}

/// Stores a picture, encoded by us, and says where it is.
async fn show(app: &App, job: &ClaimedJob, file: Bytes, place: u8) -> Outcome<BlobKey> {
    let peek = imaging::peek(&file).map_err(stitch::unusable)?;
    let bytes = app
        .pool
        .run(peek.decoded_bytes, move || {
            let pixels = imaging::decode(&file).map_err(stitch::unusable)?;
            let small = imaging::resize(&pixels, pixels.size().within(SIDE));
            Outcome::Ok(imaging::encode(&small, Format::Webp, QUALITY)?)
        })
        .await??;
    let _hold = app.blobs.hold().await;
    let blob = app.blobs.put(bytes, Format::Webp.content_type()).await?;
    let key = blob.key.clone();
    let event = NewEvent {
        job: job.id.clone(),
        kind: JobEventKind::Partial,
        url: Some(format!("/media/jobs/{}/{place}", job.id)),
        picture: Some((place, blob)),
        now: app.clock.now(),
    };
    app.announce(app.store.add_event(&event).await?);
    Ok(key)
}
