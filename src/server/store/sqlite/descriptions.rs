//! Descriptions: one for each source, and what a visitor paid for, by content.

use super::{
    SqliteStore, StoreResult,
    columns::{Columns as _, json, millis},
    sources,
};
use crate::{
    domain::{
        id::{SourceId, VisitorId},
        spec::ProviderName,
    },
    server::store::{DescriptionKey, DescriptionRow, Descriptions},
};
use async_trait::async_trait;
use sqlx::SqliteConnection;

/// Keeps the description of a source, if the source is still there.
async fn put(db: &mut SqliteConnection, row: &DescriptionRow) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO descriptions \
             (source, owner, description, provider, model_version, price, closer, edited, created_at) \
         SELECT id, owner, $3, $4, $5, $6, $7, $8, $9 FROM sources WHERE id = $1 AND owner = $2 \
         ON CONFLICT (source) DO UPDATE SET \
             description = excluded.description, provider = excluded.provider, \
             model_version = excluded.model_version, price = excluded.price, closer = excluded.closer, \
             edited = excluded.edited, created_at = excluded.created_at",
    )
    .bind(row.source.as_str())
    .bind(row.owner.as_str())
    .bind(json(&row.description)?)
    .bind(row.provider.map(ProviderName::name))
    .bind(&row.model_version)
    .bind(row.price.0)
    .bind(row.closer)
    .bind(row.edited)
    .bind(millis(row.created_at))
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps a provider's answer for its payer.
async fn put_paid(db: &mut SqliteConnection, row: &DescriptionRow, key: &DescriptionKey) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO paid_descriptions \
             (owner, content, provider, asked, source, description, model_version, price, closer, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (owner, content, provider, asked) DO UPDATE SET \
             source = excluded.source, description = excluded.description, model_version = excluded.model_version, \
             price = excluded.price, closer = excluded.closer, created_at = excluded.created_at",
    )
    .bind(row.owner.as_str())
    .bind(&key.content.0)
    .bind(key.provider.name())
    .bind(&key.asked)
    .bind(row.source.as_str())
    .bind(json(&row.description)?)
    .bind(&row.model_version)
    .bind(row.price.0)
    .bind(row.closer)
    .bind(millis(row.created_at))
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps what a provider saw, for the source and for its payer. The person may have deleted the picture while somebody looked
/// at it: then what was seen goes too.
pub(super) async fn keep(db: &mut SqliteConnection, row: &DescriptionRow, key: &DescriptionKey) -> StoreResult<()> {
    match sources::require(db, &row.owner, &row.source).await {
        Err(super::StoreError::NotFound) => return Ok(()),
        found => found?,
    }
    put(db, row).await?;
    put_paid(db, row, key).await
}

#[async_trait]
impl Descriptions for SqliteStore {
    async fn description(&self, owner: &VisitorId, source: &SourceId) -> StoreResult<Option<DescriptionRow>> {
        let mut db = self.snapshot().await?;
        sources::require(&mut db, owner, source).await?;
        let row = sqlx::query("SELECT * FROM descriptions WHERE source = $1 AND owner = $2")
            .bind(source.as_str())
            .bind(owner.as_str())
            .fetch_optional(&mut *db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(DescriptionRow {
            source: row.id("source")?,
            owner: row.id("owner")?,
            description: row.json("description")?,
            provider: row.name_or_none("provider")?,
            model_version: row.plain("model_version")?,
            price: row.micros("price")?,
            closer: row.plain("closer")?,
            edited: row.plain("edited")?,
            created_at: row.moment("created_at")?,
        }))
    }

    async fn put_description(&self, row: &DescriptionRow) -> StoreResult<()> {
        let row = row.clone();
        self.write(move |db| {
            Box::pin(async move {
                sources::require(db, &row.owner, &row.source).await?;
                put(db, &row).await
            })
        })
        .await
    }

    async fn paid_description(&self, owner: &VisitorId, key: &DescriptionKey) -> StoreResult<Option<DescriptionRow>> {
        let row = sqlx::query(
            "SELECT * FROM paid_descriptions WHERE owner = $1 AND content = $2 AND provider = $3 AND asked = $4",
        )
        .bind(owner.as_str())
        .bind(&key.content.0)
        .bind(key.provider.name())
        .bind(&key.asked)
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(DescriptionRow {
            source: row.id("source")?,
            owner: row.id("owner")?,
            description: row.json("description")?,
            provider: Some(row.name("provider")?),
            model_version: row.plain("model_version")?,
            price: row.micros("price")?,
            closer: row.plain("closer")?,
            edited: false,
            created_at: row.moment("created_at")?,
        }))
    }
}
