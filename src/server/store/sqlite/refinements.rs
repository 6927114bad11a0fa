//! Refined prompts: what a visitor paid for, by everything that was asked.

use super::{
    SqliteStore, StoreError, StoreResult,
    columns::{Columns as _, millis},
    sources,
};
use crate::{
    domain::{id::VisitorId, spec::ProviderName},
    server::store::{RefinementRow, Refinements},
};
use async_trait::async_trait;
use sqlx::SqliteConnection;

/// Keeps what a text model wrote for its payer. The person may have deleted the picture meanwhile: then it goes too.
pub(super) async fn keep(db: &mut SqliteConnection, row: &RefinementRow) -> StoreResult<()> {
    match sources::require(db, &row.owner, &row.source).await {
        Err(StoreError::NotFound) => return Ok(()),
        found => found?,
    }
    sqlx::query(
        "INSERT INTO paid_refinements (owner, provider, asked, source, prompt, model_version, price, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (owner, provider, asked) DO UPDATE SET source = excluded.source, prompt = excluded.prompt, \
             model_version = excluded.model_version, price = excluded.price, created_at = excluded.created_at",
    )
    .bind(row.owner.as_str())
    .bind(row.provider.name())
    .bind(&row.asked)
    .bind(row.source.as_str())
    .bind(&row.prompt)
    .bind(&row.model_version)
    .bind(row.price.0)
    .bind(millis(row.created_at))
    .execute(db)
    .await?;
    Ok(())
}

#[async_trait]
impl Refinements for SqliteStore {
    async fn paid_refinement(
        &self,
        owner: &VisitorId,
        provider: ProviderName,
        asked: &str,
    ) -> StoreResult<Option<RefinementRow>> {
        let row = sqlx::query("SELECT * FROM paid_refinements WHERE owner = $1 AND provider = $2 AND asked = $3")
            .bind(owner.as_str())
            .bind(provider.name())
            .bind(asked)
            .fetch_optional(&self.readers)
            .await?;
        let read = |row: sqlx::sqlite::SqliteRow| {
            Ok(RefinementRow {
                owner: row.id("owner")?,
                source: row.id("source")?,
                provider: row.name("provider")?,
                asked: row.plain("asked")?,
                prompt: row.plain("prompt")?,
                model_version: row.plain("model_version")?,
                price: row.micros("price")?,
                created_at: row.moment("created_at")?,
            })
        };
        row.map(read).transpose()
    }
}
