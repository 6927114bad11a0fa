//! What paid calls without a job gave: settled and kept in one transaction.

use super::{SqliteStore, StoreResult, descriptions, money, refinements};
use crate::{
    domain::id::CallId,
    server::store::{PaidWords, Settlement, Words},
};
use async_trait::async_trait;
use sqlx::SqliteConnection;

async fn keep(db: &mut SqliteConnection, words: &Words) -> StoreResult<()> {
    match words {
        Words::Description { row, key } => descriptions::keep(db, row, key).await,
        Words::Refinement(row) => refinements::keep(db, row).await,
    }
}

#[async_trait]
impl PaidWords for SqliteStore {
    async fn settle_words(&self, call: &CallId, settlement: &Settlement, words: &Words) -> StoreResult<()> {
        let (call, settlement, words) = (call.clone(), settlement.clone(), words.clone());
        self.write(move |db| {
            Box::pin(async move {
                money::settle(db, &call, &settlement).await?;
                keep(db, &words).await
            })
        })
        .await
    }

    async fn keep_found_words(&self, call: &CallId, settlement: &Settlement, words: &Words) -> StoreResult<()> {
        let (call, settlement, words) = (call.clone(), settlement.clone(), words.clone());
        self.write(move |db| {
            Box::pin(async move {
                money::settle_down(db, &call, &settlement).await?;
                keep(db, &words).await
            })
        })
        .await
    }
}
