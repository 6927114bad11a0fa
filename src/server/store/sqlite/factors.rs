//! What quotes are multiplied by, since a call cost more than was held for it.

use super::{
    StoreError, StoreResult,
    columns::{Columns as _, millis},
};
use crate::{
    domain::{pricing::Factor, spec::ProviderName},
    server::store::{FactorRow, Timestamp},
};
use sqlx::{SqliteConnection, SqliteExecutor};

/// Raises a factor. It is never lowered here.
pub(super) async fn raise(
    db: &mut SqliteConnection,
    provider: &str,
    model: &str,
    to: Factor,
    now: Timestamp,
) -> StoreResult<()> {
    if to == Factor::ONE {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO factors (provider, model, factor, raised_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (provider, model) DO UPDATE SET factor = excluded.factor, raised_at = excluded.raised_at \
             WHERE factors.factor < excluded.factor",
    )
    .bind(provider)
    .bind(model)
    .bind(to.per_mille())
    .bind(millis(now))
    .execute(db)
    .await?;
    Ok(())
}

/// One of them; 1 when it was never raised.
pub(super) async fn one(db: impl SqliteExecutor<'_>, provider: ProviderName, model: &str) -> StoreResult<Factor> {
    let factor: Option<u32> = sqlx::query_scalar("SELECT factor FROM factors WHERE provider = $1 AND model = $2")
        .bind(provider.name())
        .bind(model)
        .fetch_optional(db)
        .await?;
    Ok(factor.map_or(Factor::ONE, Factor::from_per_mille))
}

/// All of them.
pub(super) async fn all(db: impl SqliteExecutor<'_>) -> StoreResult<Vec<FactorRow>> {
    sqlx::query("SELECT provider, model, factor, raised_at FROM factors ORDER BY provider, model")
        .fetch_all(db)
        .await?
        .iter()
        .map(|row| {
            Ok(FactorRow {
                provider: row.name("provider")?,
                model: row.plain("model")?,
                factor: Factor::from_per_mille(row.plain("factor")?),
                raised_at: row.moment("raised_at")?,
            })
        })
        .collect()
}

/// Sets one back to 1.
pub(super) async fn reset(db: &mut SqliteConnection, provider: ProviderName, model: &str) -> StoreResult<()> {
    let reset = sqlx::query("DELETE FROM factors WHERE provider = $1 AND model = $2")
        .bind(provider.name())
        .bind(model)
        .execute(db)
        .await?;
    if reset.rows_affected() == 1 {
        Ok(())
    } else {
        Err(StoreError::NotFound)
    }
}
