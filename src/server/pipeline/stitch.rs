//! The provider's bytes and the stencil → pictures that can be shown, encoded. The same for what a job gives first and
//! for what after-care makes of it, so that both mean the same hole.

use crate::{
    api::ErrorCode,
    domain::{
        after_care::AfterCare,
        crop::placement,
        id::{MaskId, VisitorId},
        mask::Mask,
        order::Used,
        source::{Format, Rect},
        spec::Size,
    },
    server::{
        failure::{Failure, Outcome},
        imaging::{
            self, Encoded, Pixels, Quality,
            stencil::{self, Corrections, Holes},
        },
        state::App,
        store::{MaskRow, SourceRow, StoreError},
    },
};
use bytes::Bytes;
use std::borrow::Cow;

/// Bytes in memory for each pixel of the source while an answer is set in: source, answer at the source's size and result
/// at once, and up to four masks.
const BYTES_A_PIXEL: u64 = 16;

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

/// How an answer belongs to its source: what was sent, through which mask, and how it is to be set in.
#[derive(Debug, Clone)]
pub struct Setting {
    source: SourceRow,
    used: Used,
    care: AfterCare,
    painted: MaskRow,
    other: Option<MaskRow>,
    history: Option<MaskRow>,
}

/// The masks of a setting as files.
struct MaskFiles {
    painted: Bytes,
    other: Option<Bytes>,
    history: Option<Bytes>,
}

/// The masks of a setting, read.
struct Masks {
    painted: Mask,
    /// The hole that is looked through; the painted one unless after-care made another.
    open: Option<Mask>,
}

impl Masks {
    fn open(&self) -> &Mask {
        self.open.as_ref().unwrap_or(&self.painted)
    }
}

impl Setting {
    /// The setting of an answer to a source that was painted through this mask. Masks that are not of this source are not
    /// found; one that reaches beyond what was painted is refused.
    pub async fn load(
        app: &App,
        owner: &VisitorId,
        source: SourceRow,
        painted: &MaskId,
        used: Used,
        care: AfterCare,
    ) -> Outcome<Self> {
        let painted = app.store.mask(owner, &source.id, painted).await?;
        let named = async |id: Option<&MaskId>, field| match id {
            None => Ok(None),
            Some(id) => match app.store.mask(owner, &source.id, id).await {
                Ok(mask) => Ok(Some(mask)),
                Err(StoreError::NotFound) => Err(Failure::new(ErrorCode::NotFound).field(field)),
                Err(error) => Err(error.into()),
            },
        };
        let other = named(care.mask_id.as_ref(), "mask_id").await?;
        let history = named(care.history_mask_id.as_ref(), "history_mask_id").await?;
        let setting = Self {
            source,
            used,
            care,
            painted,
            other,
            history,
        };
        let outside = |mask: &MaskRow| !setting.frame().contains(mask.bounds);
        if setting.other.as_ref().is_some_and(outside) {
            return Err(Failure::new(ErrorCode::MaskOutsideCrop).field("mask_id"));
        }
        Ok(setting)
    }

    fn size(&self) -> Size {
        Size::new(self.source.width, self.source.height)
    }

    /// The part of the source that the answer covers.
    fn frame(&self) -> Rect {
        self.used.frame(self.size())
    }

    async fn mask_files(&self, app: &App) -> Outcome<MaskFiles> {
        let file = async |mask: &Option<MaskRow>| match mask {
            Some(mask) => Outcome::Ok(Some(app.blobs.get(&mask.blob.key).await?)),
            None => Ok(None),
        };
        Ok(MaskFiles {
            painted: app.blobs.get(&self.painted.blob.key).await?,
            other: file(&self.other).await?,
            history: file(&self.history).await?,
        })
    }

    /// Reads the masks and makes the hole that is looked through.
    fn read(&self, files: &MaskFiles) -> Outcome<Masks> {
        let read = |file: &Bytes| imaging::mask::read_mask(file, self.size());
        let painted = read(&files.painted)?;
        let plain = self.care.grow == 0 && files.other.is_none() && files.history.is_none();
        if plain || self.care.whole {
            return Ok(Masks { painted, open: None });
        }
        let base = match &files.other {
            Some(file) => Cow::Owned(read(file)?),
            None => Cow::Borrowed(&painted),
        };
        let history = files.history.as_ref().map(read).transpose()?;
        let open = base
            .after_care(self.care.grow, history.as_ref(), self.frame())
            .map_err(|error| Failure::internal(format_args!("after-care: {error}")))?;
        if open.bounds().is_none() {
            return Err(ErrorCode::HoleGone.into());
        }
        Ok(Masks {
            painted,
            open: Some(open),
        })
    }

    /// The answer, as far as it shows the frame, laid in as the setting says.
    fn lay_in(&self, source: &Pixels, answer: &Pixels, masks: &Masks) -> Outcome<Pixels> {
        let frame = self.frame();
        if self.care.whole {
            let mut all = Mask::closed(source.size().width, source.size().height);
            all.invert();
            all.close_outside(frame);
            let hard = stencil::Options { feather_px: 0 };
            return Ok(stencil::compose_in(source, frame, answer, &all, &hard, Corrections::NONE)?.pixels);
        }
        let holes = Holes {
            painted: &masks.painted,
            open: masks.open(),
        };
        let options = stencil::Options {
            feather_px: self.care.feather,
        };
        let corrections = Corrections {
            align: true,
            match_colours: self.care.colour_match,
        };
        Ok(stencil::recompose(source, frame, answer, holes, &options, corrections)?.pixels)
    }

    /// The source with the answer in its hole, and how many pixels outside the hole changed, counted on the file as
    /// written. Without a stencil they are counted all the same, against the mask that was painted through.
    pub async fn compose(self, app: &App, answer: Bytes) -> Outcome<Finished> {
        self.on_source(app, move |setting, source, masks| {
            let answer = imaging::decode(&answer).map_err(unusable)?;
            let place = placement(setting.frame().size(), setting.used.size);
            let answer = without_padding(answer, place, setting.used.size)?;
            let composed = setting.lay_in(source, &answer, masks)?;
            drop(answer);
            let mut finished = encode(&composed)?;
            drop(composed);
            // Counted on what was written, not on what was meant to be written.
            let counted = stencil::count_in_png(source, &finished.composed.bytes, masks.open())?;
            finished.protected = Some(counted);
            Ok(finished)
        })
        .await
    }

    /// Runs `draw` on the source, a result of this setting and the hole it was composed through; gives what it draws as a
    /// file.
    pub async fn draw(
        self,
        app: &App,
        composed: Bytes,
        draw: impl FnOnce(&Pixels, &Pixels, &Mask) -> Outcome<Bytes> + Send + 'static,
    ) -> Outcome<Bytes> {
        self.on_source(app, move |_, source, masks| {
            draw(source, &imaging::decode(&composed)?, masks.open())
        })
        .await
    }

    /// Runs `work` on the source and the masks, read where the pool has room for them.
    async fn on_source<T: Send + 'static>(
        self,
        app: &App,
        work: impl FnOnce(&Self, &Pixels, &Masks) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let master = app.blobs.get(&self.source.master.key).await?;
        let files = self.mask_files(app).await?;
        let weight = self.size().pixels() * BYTES_A_PIXEL;
        app.pool
            .run(weight, move || {
                let masks = self.read(&files)?;
                work(&self, &imaging::decode(&master)?, &masks)
            })
            .await?
    }
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
pub fn unusable(error: imaging::PictureError) -> Failure {
    Failure::new(ErrorCode::ProviderBroken).log(format_args!("the provider's picture: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_cut_away_also_from_an_answer_of_another_size() {
        let place = Rect {
            x: 0,
            y: 100,
            width: 600,
            height: 400,
        };
        for (width, height) in [(600, 600), (300, 300), (1200, 1200)] {
            let pixels = Pixels::new(Size::new(width, height), vec![0; width as usize * height as usize * 4]);
            let cut = without_padding(pixels.expect("all pixels"), place, Size::new(600, 600)).expect("inside");
            assert_eq!(cut.size(), Size::new(width, height * 4 / 6));
        }
    }
}
