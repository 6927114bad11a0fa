//! Variation → variation: a kept answer is set into its picture anew. No call, nothing billed.
//!
//! What was paid for is the provider's raw answer; a recomposed variation refers to the same bytes and can be recomposed
//! itself. Difference and cut-out are drawn when they are asked for and not kept.

use crate::{
    api::ErrorCode,
    domain::{
        after_care::{AfterCare, OutOfRange, Wanted},
        id::{VariationId, VisitorId},
        limits::PREVIEW_SIDE,
        money::Micros,
        order::Way,
        source::Format,
        spec::Size,
    },
    server::{
        failure::{Failure, Outcome},
        imaging::{self, Quality, stencil},
        pipeline::{finish, stitch::Setting},
        session::Caller,
        state::App,
        store::VariationRow,
    },
};
use bytes::Bytes;

/// Quality of a small difference picture, as previews have it.
const PREVIEW_QUALITY: Quality = Quality::Lossy(82);

/// How the answer of a variation was set in.
///
/// Nothing where there was no stencil. Rows of former versions do not say: theirs is the first composition.
#[must_use]
pub fn care_of(row: &VariationRow) -> Option<AfterCare> {
    let first = || AfterCare::first(Size::new(row.width, row.height));
    (row.way == Way::Repaint).then(|| row.after_care.clone().unwrap_or_else(first))
}

/// Makes a variation of the answer that another was made of.
pub async fn recompose(app: &App, caller: &Caller, id: &VariationId, wanted: Wanted) -> Outcome<VariationRow> {
    let owner = caller.owner()?;
    let parent = app.store.variation(&owner, id).await?;
    if parent.way != Way::Repaint {
        return Err(ErrorCode::RecomposeRefused.into());
    }
    let care = AfterCare::of(Size::new(parent.width, parent.height), wanted).map_err(|error| match error {
        OutOfRange::Feather => Failure::new(ErrorCode::FeatherRefused).field("feather"),
        OutOfRange::Grow => Failure::new(ErrorCode::GrowRefused).field("grow"),
    })?;
    let setting = setting(app, &owner, &parent, care.clone()).await?;
    // The same pictures may be deleted elsewhere in this moment: they are held until the row that refers to them is written.
    let _hold = app.blobs.hold().await;
    let finished = setting.compose(app, app.blobs.get(&parent.raw.key).await?).await?;
    let files = [&finished.composed, &finished.preview, &finished.thumb];
    let _room = app
        .promise_room(files.iter().map(|file| file.bytes.len() as u64).sum())
        .await?;
    let pictures = finish::put(app, &finished).await?;
    let row = VariationRow {
        id: app.variation_id(),
        parent: Some(parent.id.clone()),
        after_care: Some(care),
        recomposed: true,
        spent: Micros::ZERO,
        width: finished.composed.size.width,
        height: finished.composed.size.height,
        protected_pixels: finished.protected.map(|count| count.pixels),
        protected_changed: finished.protected.map(|count| count.changed),
        composed: pictures.composed,
        preview: pictures.preview,
        thumb: pictures.thumb,
        created_at: app.clock.now(),
        ..parent
    };
    let kept = app.store.insert_recomposed(&row).await;
    if kept.is_err() {
        // Its parent was deleted meanwhile: nobody refers to what was put.
        let put = [&row.composed, &row.preview, &row.thumb].map(|blob| blob.key.clone());
        app.blobs.sweep(&*app.store, &put).await?;
    }
    kept?;
    Ok(row)
}

/// How the answer of a variation belongs to its source.
async fn setting(app: &App, owner: &VisitorId, row: &VariationRow, care: AfterCare) -> Outcome<Setting> {
    let job = app.store.job(owner, &row.job).await?;
    let painted = job
        .order
        .mask_id
        .as_ref()
        .ok_or(Failure::internal("a repaint without a mask was painted"))?;
    let source = app.store.source(owner, &row.source).await?;
    Setting::load(app, owner, source, painted, job.used, care).await
}

/// A picture about a variation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Where and how much it differs from its source, at full size.
    Difference,
    /// The same for a page: at most 1600 pixels.
    DifferencePreview,
    /// What its hole holds, with the mask as alpha.
    CutOut,
}

impl View {
    /// The view of this name in an address.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "difference" => Some(Self::Difference),
            "difference_preview" => Some(Self::DifferencePreview),
            "cut_out" => Some(Self::CutOut),
            _ => None,
        }
    }

    /// The format of its file.
    #[must_use]
    pub const fn format(self) -> Format {
        match self {
            Self::Difference | Self::CutOut => Format::Png,
            Self::DifferencePreview => Format::Webp,
        }
    }
}

/// Draws a picture about one of the owner's variations. Only what has a stencil has any.
pub async fn draw(app: &App, owner: &VisitorId, row: &VariationRow, view: View) -> Outcome<Bytes> {
    let care = care_of(row).ok_or(ErrorCode::NotFound)?;
    let composed = app.blobs.get(&row.composed.key).await?;
    setting(app, owner, row, care)
        .await?
        .draw(app, composed, move |source, composed, hole| {
            let drawn = match view {
                View::Difference => stencil::difference(source, composed)?,
                View::DifferencePreview => {
                    let full = stencil::difference(source, composed)?;
                    imaging::resize(&full, full.size().within(PREVIEW_SIDE))
                }
                View::CutOut => stencil::cut_out(composed, hole)?,
            };
            let quality = match view {
                View::Difference | View::CutOut => Quality::Lossless,
                View::DifferencePreview => PREVIEW_QUALITY,
            };
            Ok(imaging::encode(&drawn, view.format(), quality)?)
        })
        .await
}
