//! What was asked of providers' free tiers.
//!
//! Counting and noting are one act of the one writer. A database with several writers takes a lock on the provider's rows
//! first (an advisory lock in PostgreSQL), or two could take the last place at once.

use super::{
    SqliteStore, StoreResult,
    columns::{Columns as _, millis},
};
use crate::server::store::{FreeTaken, FreeTiers, FreeUse};
use async_trait::async_trait;
use jiff::Span;
use sqlx::SqliteConnection;

/// What "a minute" is: any one, not one of the clock.
const MINUTE_S: i64 = 60;

async fn take(db: &mut SqliteConnection, asked: &FreeUse) -> StoreResult<FreeTaken> {
    let provider = asked.provider.name();
    let [month, next_month] = asked.month;
    let minute = Span::new().seconds(MINUTE_S);
    let since = asked.now.saturating_sub(minute).unwrap_or(asked.now);
    let units: i64 = sqlx::query_scalar(
        "SELECT CAST(coalesce(sum(units), 0) AS BIGINT) FROM free_uses WHERE provider = $1 AND at >= $2",
    )
    .bind(provider)
    .bind(millis(month))
    .fetch_one(&mut *db)
    .await?;
    if units + i64::from(asked.units) > i64::from(asked.units_a_month) {
        return Ok(FreeTaken::MonthFull { until: next_month });
    }
    let recent = sqlx::query("SELECT at, requests FROM free_uses WHERE provider = $1 AND at > $2 ORDER BY at DESC")
        .bind(provider)
        .bind(millis(since))
        .fetch_all(&mut *db)
        .await?;
    // From the newest back: the first that leaves no room has to be a minute old before there is some.
    let mut requests = i64::from(asked.requests);
    for row in &recent {
        requests += row.plain::<i64>("requests")?;
        if requests > i64::from(asked.requests_a_minute) {
            let until = row.moment("at")?.saturating_add(minute).unwrap_or(asked.now);
            return Ok(FreeTaken::MinuteFull { until });
        }
    }
    sqlx::query("INSERT INTO free_uses (provider, at, requests, units) VALUES ($1, $2, $3, $4)")
        .bind(provider)
        .bind(millis(asked.now))
        .bind(asked.requests)
        .bind(asked.units)
        .execute(&mut *db)
        .await?;
    sqlx::query("DELETE FROM free_uses WHERE provider = $1 AND at < $2 AND at <= $3")
        .bind(provider)
        .bind(millis(month))
        .bind(millis(since))
        .execute(db)
        .await?;
    Ok(FreeTaken::Noted)
}

#[async_trait]
impl FreeTiers for SqliteStore {
    async fn take_free(&self, asked: &FreeUse) -> StoreResult<FreeTaken> {
        let asked = *asked;
        self.write(move |db| Box::pin(async move { take(db, &asked).await }))
            .await
    }
}
