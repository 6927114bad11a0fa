//! The provider's bytes and the stencil → pictures that can be shown, encoded.

use crate::{
    api::ErrorCode,
    domain::{
        crop::placement,
        order::Used,
        source::{Format, Rect},
        spec::Size,
    },
    server::{
        failure::{Failure, Outcome},
        imaging::{
            self, Encoded, Pixels, Quality,
            stencil::{self, Corrections},
        },
        state::App,
        store::{MaskRow, SourceRow},
    },
};
use bytes::Bytes;

/// How far inside the hole's edge the old picture fades into the new, in thousandths of the longer side.
const FEATHER_PER_MILLE: u32 = 8;

/// Pictures of one variation, encoded.
#[derive(Debug)]
pub struct Finished {
    /// At full resolution, lossless.
    pub composed: Encoded,
    /// At most 1600 pixels.
    pub preview: Encoded,
    /// At most 400 pixels.
    pub thumb: Encoded,
    /// What stayed as it was, where there was a stencil.
    pub protected: Option<stencil::Protected>,
}

/// The picture as the model painted it.
pub async fn as_painted(app: &App, answer: Bytes) -> Outcome<Finished> {
    let peek = imaging::peek(&answer).map_err(unusable)?;
    app.pool
        .run(peek.decoded_bytes, move || {
            let pixels = imaging::decode(&answer).map_err(unusable)?;
            encode(&pixels)
        })
        .await?
}

/// The source with the answer in the hole and nowhere else.
pub async fn through_the_stencil(
    app: &App,
    source: &SourceRow,
    mask: &MaskRow,
    used: &Used,
    answer: Bytes,
) -> Outcome<Finished> {
    let (master, mask) = (
        app.blobs.get(&source.master.key).await?,
        app.blobs.get(&mask.blob.key).await?,
    );
    let full = Size::new(source.width, source.height);
    let frame = used.frame(full);
    let place = placement(frame.size(), used.size);
    let sent = used.size;
    // Source, answer at the source's size and result are there at once.
    app.pool
        .run(full.pixels() * 12, move || {
            let source = imaging::decode(&master)?;
            let mask = imaging::mask::read_mask(&mask, full)?;
            let answer = imaging::decode(&answer).map_err(unusable)?;
            let answer = without_padding(answer, place, sent)?;
            let options = stencil::Options {
                feather_px: (full.width.max(full.height) * FEATHER_PER_MILLE).div_ceil(1000),
            };
            let composed = stencil::compose_in(&source, frame, &answer, &mask, &options, Corrections::ALL)?.pixels;
            drop(answer);
            let mut finished = encode(&composed)?;
            drop(composed);
            // Counted on what was written, not on what was meant to be written.
            let stored = imaging::decode(&finished.composed.bytes)?;
            finished.protected = Some(stencil::count_protected(&source, &stored, &mask)?);
            Outcome::Ok(finished)
        })
        .await?
}

/// Cuts padding away. The model may answer in another size than was asked: the place is scaled with it.
fn without_padding(answer: Pixels, place: Rect, sent: Size) -> Outcome<Pixels> {
    if place.size() == sent {
        return Ok(answer);
    }
    let size = answer.size();
    let scale = |value: u32, from: u32, to: u32| {
        let scaled = u64::from(value) * u64::from(to) / u64::from(from.max(1));
        u32::try_from(scaled).unwrap_or(u32::MAX)
    };
    answer
        .crop(Rect {
            x: scale(place.x, sent.width, size.width),
            y: scale(place.y, sent.height, size.height),
            width: scale(place.width, sent.width, size.width).max(1),
            height: scale(place.height, sent.height, size.height).max(1),
        })
        .ok_or(Failure::internal("the place of the source lies outside the answer"))
}

fn encode(pixels: &Pixels) -> Outcome<Finished> {
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
        protected: None,
    })
}

/// A picture of the provider's that cannot be read is the provider's fault, and may have been charged.
fn unusable(error: imaging::PictureError) -> Failure {
    Failure::new(ErrorCode::ProviderBroken).log(format_args!("the provider's picture: {error}"))
}
