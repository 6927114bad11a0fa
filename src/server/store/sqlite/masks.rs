//! Masks.

use super::{
    SqliteStore, StoreError, StoreResult,
    blob_refs::{self, Kind},
    columns::{Columns as _, json, millis},
    sources,
};
use crate::{
    domain::id::{MaskId, SourceId, VisitorId},
    server::store::{MaskRow, Masks},
};
use async_trait::async_trait;

#[async_trait]
impl Masks for SqliteStore {
    async fn insert_mask(&self, mask: &MaskRow) -> StoreResult<()> {
        let mask = mask.clone();
        self.write(move |db| {
            Box::pin(async move {
                sources::require(db, &mask.owner, &mask.source).await?;
                sqlx::query(
                    "INSERT INTO masks (id, owner, source, area_share, bounds, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
                )
                .bind(mask.id.as_str())
                .bind(mask.owner.as_str())
                .bind(mask.source.as_str())
                .bind(mask.area_share)
                .bind(json(&mask.bounds)?)
                .bind(millis(mask.created_at))
                .execute(&mut *db)
                .await?;
                blob_refs::refer(db, &mask.owner, Kind::Mask, mask.id.as_str(), "mask", &mask.blob).await
            })
        })
        .await
    }

    async fn mask(&self, owner: &VisitorId, source: &SourceId, id: &MaskId) -> StoreResult<MaskRow> {
        let mut db = self.snapshot().await?;
        let row = sqlx::query("SELECT * FROM masks WHERE id = $1 AND source = $2 AND owner = $3")
            .bind(id.as_str())
            .bind(source.as_str())
            .bind(owner.as_str())
            .fetch_optional(&mut *db)
            .await?
            .ok_or(StoreError::NotFound)?;
        let mut blobs = blob_refs::held_by(&mut db, Kind::Mask, id.as_str()).await?;
        Ok(MaskRow {
            id: row.id("id")?,
            owner: row.id("owner")?,
            source: row.id("source")?,
            blob: blobs.take("mask")?,
            area_share: row.plain("area_share")?,
            bounds: row.json("bounds")?,
            created_at: row.moment("created_at")?,
        })
    }
}
