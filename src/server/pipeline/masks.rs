//! A mask file → the stencil of a source, kept with alpha exactly 0 or 255.

use crate::{
    api::{ErrorCode, sources::MaskAnswer},
    domain::{id::SourceId, limits::MAX_MASK_BYTES, mask::Mask, spec::Size},
    server::{
        failure::{Failure, Outcome},
        imaging,
        session::Caller,
        state::AppState,
        store::MaskRow,
    },
};
use bytes::Bytes;

/// Takes a PNG of the source's size; alpha below 128 may change.
pub async fn take(app: &AppState, caller: &Caller, source: SourceId, file: Bytes) -> Outcome<MaskAnswer> {
    let owner = caller.owner()?;
    let source = app.store.source(&owner, &source).await?;
    if file.len() as u64 > MAX_MASK_BYTES {
        return Err(Failure::new(ErrorCode::PictureTooBig).field("mask"));
    }
    let size = Size::new(source.width, source.height);
    let (mask, png) = app
        .pool
        .run(size.pixels() * 6, move || {
            let mask = imaging::mask::read_mask(&file, size).map_err(Failure::from)?;
            let png = imaging::mask::write_mask(&mask, size).map_err(Failure::from)?;
            Outcome::Ok((mask, png))
        })
        .await??;
    let bounds = mask.bounds().ok_or(Failure::new(ErrorCode::MaskEmpty).field("mask"))?;
    let _room = app.promise_room(png.len() as u64).await?;
    let _hold = app.blobs.hold().await;
    let row = MaskRow {
        id: app.mask_id(),
        owner,
        source: source.id,
        blob: app.blobs.put(png, "image/png").await?,
        area_share: area_share(&mask),
        bounds,
        created_at: app.clock.now(),
    };
    app.store.insert_mask(&row).await?;
    Ok(MaskAnswer {
        id: row.id,
        area_share: row.area_share,
        bounds,
        warning: (mask.protected_pixels() == 0).then(|| "all_open".to_owned()),
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a share for people; a mask has at most 40 million pixels"
)]
fn area_share(mask: &Mask) -> f64 {
    mask.hole_pixels() as f64 / mask.hole().len().max(1) as f64
}
