//! Visitors and their sessions.

use super::{
    SqliteStore, StoreResult,
    columns::{Columns as _, millis},
    leaving,
};
use crate::{
    domain::id::VisitorId,
    server::store::{Timestamp, Tombstone, Visitors},
};
use async_trait::async_trait;

#[async_trait]
impl Visitors for SqliteStore {
    async fn visitor_by_token(&self, token_hash: &[u8; 32]) -> StoreResult<Option<VisitorId>> {
        sqlx::query("SELECT visitor FROM sessions WHERE token_hash = $1")
            .bind(token_hash.as_slice())
            .fetch_optional(&self.readers)
            .await?
            .map(|row| row.id("visitor"))
            .transpose()
    }

    async fn create_visitor(&self, id: &VisitorId, token_hash: &[u8; 32], now: Timestamp) -> StoreResult<()> {
        let (id, token_hash) = (id.clone(), *token_hash);
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("INSERT INTO visitors (id, created_at) VALUES ($1, $2)")
                    .bind(id.as_str())
                    .bind(millis(now))
                    .execute(&mut *db)
                    .await?;
                sqlx::query("INSERT INTO sessions (token_hash, visitor, created_at) VALUES ($1, $2, $3)")
                    .bind(token_hash.as_slice())
                    .bind(id.as_str())
                    .bind(millis(now))
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }
    async fn delete_visitor(&self, id: &VisitorId, tombstone: &Tombstone) -> StoreResult<u64> {
        let (id, tombstone) = (id.clone(), tombstone.clone());
        self.write(move |db| Box::pin(async move { leaving::delete(db, &id, &tombstone).await }))
            .await
    }
}
