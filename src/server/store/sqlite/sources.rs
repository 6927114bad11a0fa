//! Sources.

use super::{
    SqliteStore, StoreError, StoreResult,
    blob_refs::{self, Held, Kind},
    columns::{Columns as _, json, millis},
    keeping::{Deleted, note_deletion},
    variations,
};
use crate::{
    domain::{
        id::{SourceId, VariationId, VisitorId},
        order::Order,
    },
    server::store::{BlobKey, SourceRow, Sources},
};
use async_trait::async_trait;
use sqlx::{SqliteConnection, sqlite::SqliteRow};

/// Refuses a source that is not there or somebody else's.
pub(super) async fn require(db: &mut SqliteConnection, owner: &VisitorId, id: &SourceId) -> StoreResult<()> {
    sqlx::query("SELECT 1 FROM sources WHERE id = $1 AND owner = $2")
        .bind(id.as_str())
        .bind(owner.as_str())
        .fetch_optional(db)
        .await?
        .map(drop)
        .ok_or(StoreError::NotFound)
}

/// A source from its row and its blobs.
fn read(row: &SqliteRow, mut blobs: Held) -> StoreResult<SourceRow> {
    Ok(SourceRow {
        id: row.id("id")?,
        owner: row.id("owner")?,
        width: row.plain("width")?,
        height: row.plain("height")?,
        format: row.name("format")?,
        alpha: row.plain("alpha")?,
        removed: row.json("removed")?,
        thumbhash: row.plain("thumbhash")?,
        from_variation: row.id_or_none("from_variation")?,
        master: blobs.take("master")?,
        preview: blobs.take("preview")?,
        thumb: blobs.take("thumb")?,
        created_at: row.moment("created_at")?,
    })
}

async fn insert(db: &mut SqliteConnection, source: &SourceRow) -> StoreResult<()> {
    // The variation it was made from may be gone by now; the source is a picture of its own.
    sqlx::query(
        "INSERT INTO sources (id, owner, width, height, format, alpha, removed, thumbhash, from_variation, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT id FROM variations WHERE id = $9 AND owner = $2), $10)",
    )
    .bind(source.id.as_str())
    .bind(source.owner.as_str())
    .bind(source.width)
    .bind(source.height)
    .bind(source.format.name())
    .bind(source.alpha)
    .bind(json(&source.removed)?)
    .bind(&source.thumbhash)
    .bind(source.from_variation.as_ref().map(VariationId::as_str))
    .bind(millis(source.created_at))
    .execute(&mut *db)
    .await?;
    for (role, blob) in [
        ("master", &source.master),
        ("preview", &source.preview),
        ("thumb", &source.thumb),
    ] {
        blob_refs::refer(db, &source.owner, Kind::Source, source.id.as_str(), role, blob).await?;
    }
    Ok(())
}

/// Whether a job of this owner that is not over needs the source, as its picture or as a reference.
async fn in_use(db: &mut SqliteConnection, owner: &VisitorId, id: &SourceId) -> StoreResult<bool> {
    let open = sqlx::query("SELECT order_snapshot FROM jobs WHERE owner = $1 AND ended_at IS NULL")
        .bind(owner.as_str())
        .fetch_all(db)
        .await?;
    for row in open {
        let order: Order = row.json("order_snapshot")?;
        if order.source_id == *id || order.reference_ids.contains(id) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) async fn delete(db: &mut SqliteConnection, owner: &VisitorId, id: &SourceId) -> StoreResult<Vec<BlobKey>> {
    require(db, owner, id).await?;
    if in_use(db, owner, id).await? {
        return Err(StoreError::WrongState);
    }
    let mut gone = Vec::new();
    let made = sqlx::query("SELECT id FROM variations WHERE source = $1")
        .bind(id.as_str())
        .fetch_all(&mut *db)
        .await?;
    for row in made {
        gone.extend(variations::remove(db, &row.id("id")?).await?);
    }
    sqlx::query("DELETE FROM jobs WHERE source = $1")
        .bind(id.as_str())
        .execute(&mut *db)
        .await?;
    let masks: Vec<String> = sqlx::query_scalar("SELECT id FROM masks WHERE source = $1")
        .bind(id.as_str())
        .fetch_all(&mut *db)
        .await?;
    let mut unlinked = Vec::new();
    for mask in masks {
        unlinked.extend(blob_refs::unlink(db, Kind::Mask, &mask).await?);
    }
    let master = blob_refs::held_by(db, Kind::Source, id.as_str())
        .await?
        .take("master")?;
    unlinked.extend(blob_refs::unlink(db, Kind::Source, id.as_str()).await?);
    gone.extend(blob_refs::forget(db, unlinked).await?);
    // Its description and its masks go with it.
    sqlx::query("DELETE FROM sources WHERE id = $1")
        .bind(id.as_str())
        .execute(&mut *db)
        .await?;
    // What was seen in the picture is kept for its payer only while they keep the picture.
    sqlx::query(
        "DELETE FROM paid_descriptions WHERE owner = $1 AND content = $2 AND NOT EXISTS ( \
             SELECT 1 FROM blob_refs AS r \
             WHERE r.blob = $2 AND r.owner_kind = 'source' AND r.role = 'master' AND r.owner = $1)",
    )
    .bind(owner.as_str())
    .bind(&master.key.0)
    .execute(&mut *db)
    .await?;
    note_deletion(db, Deleted::Source, id.as_str()).await?;
    Ok(gone)
}

#[async_trait]
impl Sources for SqliteStore {
    async fn insert_source(&self, source: &SourceRow) -> StoreResult<()> {
        let source = source.clone();
        self.write(move |db| Box::pin(async move { insert(db, &source).await }))
            .await
    }

    async fn source(&self, owner: &VisitorId, id: &SourceId) -> StoreResult<SourceRow> {
        let mut db = self.snapshot().await?;
        let row = sqlx::query("SELECT * FROM sources WHERE id = $1 AND owner = $2")
            .bind(id.as_str())
            .bind(owner.as_str())
            .fetch_optional(&mut *db)
            .await?
            .ok_or(StoreError::NotFound)?;
        let blobs = blob_refs::held_by(&mut db, Kind::Source, id.as_str()).await?;
        read(&row, blobs)
    }

    async fn recent_sources(&self, owner: &VisitorId, limit: u32) -> StoreResult<Vec<SourceRow>> {
        let mut db = self.snapshot().await?;
        let rows = sqlx::query("SELECT * FROM sources WHERE owner = $1 ORDER BY created_at DESC, id DESC LIMIT $2")
            .bind(owner.as_str())
            .bind(limit)
            .fetch_all(&mut *db)
            .await?;
        let ids = rows
            .iter()
            .map(|row| row.plain::<&str>("id"))
            .collect::<StoreResult<Vec<_>>>()?;
        let mut blobs = blob_refs::held_by_each(&mut db, Kind::Source, ids.iter().copied()).await?;
        rows.iter()
            .zip(ids)
            .map(|(row, id)| read(row, blobs.remove(id).unwrap_or_default()))
            .collect()
    }

    async fn delete_source(&self, owner: &VisitorId, id: &SourceId) -> StoreResult<Vec<BlobKey>> {
        let (owner, id) = (owner.clone(), id.clone());
        self.write(move |db| Box::pin(async move { delete(db, &owner, &id).await }))
            .await
    }
}
