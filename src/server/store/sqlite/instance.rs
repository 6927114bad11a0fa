//! The instance itself.

use super::{SqliteStore, StoreError, StoreResult};
use crate::server::store::Instance;
use async_trait::async_trait;

#[async_trait]
impl Instance for SqliteStore {
    async fn secret(&self, fresh: [u8; 32]) -> StoreResult<[u8; 32]> {
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("INSERT INTO instance (id, secret) VALUES (1, $1) ON CONFLICT (id) DO NOTHING")
                    .bind(fresh.as_slice())
                    .execute(&mut *db)
                    .await?;
                let kept: Vec<u8> = sqlx::query_scalar("SELECT secret FROM instance WHERE id = 1")
                    .fetch_one(db)
                    .await?;
                <[u8; 32]>::try_from(kept.as_slice()).map_err(|error| StoreError::Database(Box::new(error)))
            })
        })
        .await
    }

    async fn ping(&self) -> StoreResult<()> {
        sqlx::query("SELECT count(*) FROM instance")
            .fetch_one(&self.readers)
            .await?;
        // Whoever writes notices what a reader does not: a file that was moved, another process that holds on to it.
        self.write(|db| {
            Box::pin(async move {
                sqlx::query("SELECT 1").execute(db).await?;
                Ok(())
            })
        })
        .await
    }
}
