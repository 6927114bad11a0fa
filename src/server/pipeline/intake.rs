//! Upload → source: upright, sRGB, without metadata, with its derivatives. Never spends.

use crate::{
    api::ErrorCode,
    domain::{id::VariationId, limits::MAX_UPLOAD_BYTES},
    server::{
        failure::{Failure, Outcome},
        imaging,
        session::Caller,
        state::{App, AppState},
        store::{DescriptionRow, SourceRow},
    },
};
use bytes::Bytes;

/// Takes a file as a person sent it and keeps it as their source.
///
/// Nothing is stored unless all of it is: bytes first, the row last.
pub async fn take(app: &AppState, caller: &Caller, file: Bytes) -> Outcome<SourceRow> {
    if file.len() as u64 > MAX_UPLOAD_BYTES {
        return Err(Failure::new(ErrorCode::PictureTooBig).field("picture"));
    }
    // Before anything is done with it: what comes out takes as much, more or less.
    drop(app.promise_room(file.len() as u64).await?);
    let normalised = normalise(app, file).await?;
    keep(app, caller, normalised, None).await
}

/// Makes a source of a variation: its picture is normalised like any upload; facts are inherited, nothing is billed.
pub async fn take_variation(app: &AppState, caller: &Caller, id: &VariationId) -> Outcome<SourceRow> {
    let owner = caller.owner()?;
    let variation = app.store.variation(&owner, id).await?;
    let normalised = normalise(app, app.blobs.get(&variation.composed.key).await?).await?;
    let source = keep(app, caller, normalised, Some(id.clone())).await?;
    inherit_description(app, &variation.source, &source).await?;
    Ok(source)
}

async fn normalise(app: &App, file: Bytes) -> Outcome<imaging::Normalised> {
    let peek = imaging::peek(&file)?;
    Ok(app
        .pool
        .run(peek.decoded_bytes, move || imaging::normalise(&file))
        .await??)
}

async fn keep(
    app: &App,
    caller: &Caller,
    normalised: imaging::Normalised,
    from_variation: Option<VariationId>,
) -> Outcome<SourceRow> {
    let pictures = [&normalised.master, &normalised.preview, &normalised.thumb];
    let bytes = pictures.iter().map(|picture| picture.bytes.len() as u64).sum();
    let _room = app.promise_room(bytes).await?;
    let _hold = app.blobs.hold().await;
    let put = async |picture: &imaging::Encoded| {
        app.blobs
            .put(picture.bytes.clone(), picture.format.content_type())
            .await
    };
    let (master, preview, thumb) = (
        put(&normalised.master).await?,
        put(&normalised.preview).await?,
        put(&normalised.thumb).await?,
    );
    let source = SourceRow {
        id: app.source_id(),
        owner: caller.become_visitor(app).await?,
        width: normalised.master.size.width,
        height: normalised.master.size.height,
        format: normalised.master.format,
        alpha: normalised.alpha,
        removed: normalised.removed,
        thumbhash: normalised.thumbhash,
        from_variation,
        master,
        preview,
        thumb,
        created_at: app.clock.now(),
    };
    app.store.insert_source(&source).await?;
    Ok(source)
}

/// What was seen in the first picture is the best guess for the next, until somebody looks again.
async fn inherit_description(app: &App, from: &crate::domain::id::SourceId, to: &SourceRow) -> Outcome<()> {
    let Some(known) = app.store.description(&to.owner, from).await? else {
        return Ok(());
    };
    let mut description = known.description;
    // Boxes were measured on another picture.
    for fact in &mut description.facts {
        fact.bounds = None;
    }
    app.store
        .put_description(&DescriptionRow {
            source: to.id.clone(),
            description,
            price: crate::domain::money::Micros::ZERO,
            edited: true,
            created_at: app.clock.now(),
            ..known
        })
        .await?;
    Ok(())
}
