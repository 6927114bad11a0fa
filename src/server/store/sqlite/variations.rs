//! Variations.

use super::{
    SqliteStore, StoreError, StoreResult,
    blob_refs::{self, Kind, Role, role},
    columns::{Columns as _, containing, count, fold, json, json_or_none, millis},
    keeping::{Deleted, note_deletion},
    shares,
};
use crate::{
    domain::id::{MaskId, VariationId, VisitorId},
    server::store::{BlobKey, PageAsk, VariationRow, Variations},
};
use async_trait::async_trait;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, sqlite::SqliteRow};

const RAW: Role = role!("raw");
const COMPOSED: Role = role!("composed");
const PREVIEW: Role = role!("preview");
const THUMB: Role = role!("thumb");

/// Variations with their blobs, without a condition.
fn select() -> QueryBuilder<Sqlite> {
    let roles = [RAW, COMPOSED, PREVIEW, THUMB];
    QueryBuilder::new(blob_refs::joined("variations", Kind::Variation, &roles))
}

fn read(row: &SqliteRow) -> StoreResult<VariationRow> {
    Ok(VariationRow {
        id: row.id("id")?,
        owner: row.id("owner")?,
        source: row.id("source")?,
        job: row.id("job")?,
        parent: row.id_or_none("parent")?,
        way: row.name("way")?,
        prompt: row.plain("prompt")?,
        spec: row.json("spec")?,
        provider: row.name("provider")?,
        understood: row.json_or_none("understood")?,
        mask: row.id_or_none("mask")?,
        after_care: row.json_or_none("after_care")?,
        recomposed: row.plain("recomposed")?,
        spent: row.micros("spent")?,
        width: row.plain("width")?,
        height: row.plain("height")?,
        protected_pixels: row.plain("protected_pixels")?,
        protected_changed: row.plain("protected_changed")?,
        raw: RAW.read(row)?,
        composed: COMPOSED.read(row)?,
        preview: PREVIEW.read(row)?,
        thumb: THUMB.read(row)?,
        created_at: row.moment("created_at")?,
    })
}

/// Keeps what after-care made, after all that its job gave. Its parent is there and of the same job: its answer is kept.
async fn insert_recomposed(db: &mut SqliteConnection, variation: &VariationRow) -> StoreResult<()> {
    let parent = variation.parent.as_ref().ok_or(StoreError::WrongState)?;
    sqlx::query("SELECT 1 FROM variations WHERE id = $1 AND owner = $2 AND source = $3 AND job = $4")
        .bind(parent.as_str())
        .bind(variation.owner.as_str())
        .bind(variation.source.as_str())
        .bind(variation.job.as_str())
        .fetch_optional(&mut *db)
        .await?
        .ok_or(StoreError::NotFound)?;
    if !variation.recomposed {
        return Err(StoreError::WrongState);
    }
    let place: i64 = sqlx::query_scalar("SELECT max(place) + 1 FROM variations WHERE job = $1")
        .bind(variation.job.as_str())
        .fetch_one(&mut *db)
        .await?;
    insert(db, variation, place.unsigned_abs()).await
}

/// Keeps a variation at its place among what its job gave.
pub(super) async fn insert(db: &mut SqliteConnection, variation: &VariationRow, place: u64) -> StoreResult<()> {
    // The draft that it finishes may be gone by now; what was paid for is kept all the same.
    sqlx::query(
        "INSERT INTO variations \
             (id, owner, source, job, place, parent, way, prompt, prompt_folded, spec, provider, understood, mask, spent, \
              width, height, protected_pixels, protected_changed, created_at, after_care, recomposed) \
         VALUES ($1, $2, $3, $4, $5, (SELECT id FROM variations WHERE id = $6 AND owner = $2), \
                 $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
    )
    .bind(variation.id.as_str())
    .bind(variation.owner.as_str())
    .bind(variation.source.as_str())
    .bind(variation.job.as_str())
    .bind(count(place)?)
    .bind(variation.parent.as_ref().map(VariationId::as_str))
    .bind(variation.way.name())
    .bind(&variation.prompt)
    .bind(fold(&variation.prompt))
    .bind(json(&variation.spec)?)
    .bind(variation.provider.name())
    .bind(json_or_none(variation.understood.as_ref())?)
    .bind(variation.mask.as_ref().map(MaskId::as_str))
    .bind(variation.spent.0)
    .bind(variation.width)
    .bind(variation.height)
    .bind(variation.protected_pixels.map(count).transpose()?)
    .bind(variation.protected_changed.map(count).transpose()?)
    .bind(millis(variation.created_at))
    .bind(json_or_none(variation.after_care.as_ref())?)
    .bind(variation.recomposed)
    .execute(&mut *db)
    .await?;
    for (role, blob) in [
        (RAW, &variation.raw),
        (COMPOSED, &variation.composed),
        (PREVIEW, &variation.preview),
        (THUMB, &variation.thumb),
    ] {
        let id = variation.id.as_str();
        blob_refs::refer(db, &variation.owner, Kind::Variation, id, role.name, blob).await?;
    }
    Ok(())
}

/// Removes a variation and its places on shares. Gives the blobs that nobody refers to any more.
pub(super) async fn remove(db: &mut SqliteConnection, id: &VariationId) -> StoreResult<Vec<BlobKey>> {
    let mut unlinked = shares::take_off(db, id).await?;
    unlinked.extend(blob_refs::unlink(db, Kind::Variation, id.as_str()).await?);
    sqlx::query("DELETE FROM variations WHERE id = $1")
        .bind(id.as_str())
        .execute(&mut *db)
        .await?;
    blob_refs::forget(db, unlinked).await
}

#[async_trait]
impl Variations for SqliteStore {
    async fn variation(&self, owner: &VisitorId, id: &VariationId) -> StoreResult<VariationRow> {
        let mut query = select();
        query
            .push(" WHERE variations.id = ")
            .push_bind(id.as_str())
            .push(" AND variations.owner = ")
            .push_bind(owner.as_str());
        let row = query.build().fetch_optional(&self.readers).await?;
        read(&row.ok_or(StoreError::NotFound)?)
    }

    async fn variations(&self, owner: &VisitorId, page: &PageAsk) -> StoreResult<Vec<VariationRow>> {
        let mut query = select();
        query.push(" WHERE variations.owner = ").push_bind(owner.as_str());
        if let Some(source) = &page.source {
            query.push(" AND variations.source = ").push_bind(source.as_str());
        }
        if let Some((moment, id)) = &page.before {
            query
                .push(" AND (variations.created_at, variations.id) < (")
                .push_bind(millis(*moment))
                .push(", ")
                .push_bind(id)
                .push(")");
        }
        for word in page.words.iter().flat_map(|words| words.split_whitespace()) {
            query
                .push(" AND variations.prompt_folded LIKE ")
                .push_bind(containing(word))
                .push(" ESCAPE '\\'");
        }
        query
            .push(" ORDER BY variations.created_at DESC, variations.id DESC LIMIT ")
            .push_bind(page.limit);

        let rows = query.build().fetch_all(&self.readers).await?;
        rows.iter().map(read).collect()
    }

    async fn insert_recomposed(&self, variation: &VariationRow) -> StoreResult<()> {
        let variation = variation.clone();
        self.write(move |db| Box::pin(async move { insert_recomposed(db, &variation).await }))
            .await
    }

    async fn delete_variation(&self, owner: &VisitorId, id: &VariationId) -> StoreResult<Vec<BlobKey>> {
        let (owner, id) = (owner.clone(), id.clone());
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("SELECT 1 FROM variations WHERE id = $1 AND owner = $2")
                    .bind(id.as_str())
                    .bind(owner.as_str())
                    .fetch_optional(&mut *db)
                    .await?
                    .ok_or(StoreError::NotFound)?;
                note_deletion(db, Deleted::Variation, id.as_str()).await?;
                remove(db, &id).await
            })
        })
        .await
    }
}
