//! Alerts: what the operator should know, written in the transaction of the movement that gave rise to it.

use super::{
    StoreResult,
    balances::Balance,
    columns::{Columns as _, millis, unreadable},
};
use crate::{
    domain::{budget::Level, id::CallId, money::Micros},
    server::store::{Alert, AlertRow, Settlement, Timestamp},
};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, sqlite::SqliteRow};

/// An alert with what its call says.
const SELECT: &str = "SELECT alerts.*, calls.provider, calls.model, calls.request_id \
    FROM alerts LEFT JOIN calls ON calls.id = alerts.call";

/// So much of a budget is used up. Once for each share and period.
pub(super) async fn budget(
    db: &mut SqliteConnection,
    balance: &Balance<'_>,
    level: Level,
    used: Micros,
    cap: Micros,
    at: Timestamp,
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO alerts (kind, play, name, subject, period, percent, amount, bound, at) \
         VALUES ('budget', $1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (name, subject, period, play, percent) DO NOTHING",
    )
    .bind(balance.play)
    .bind(balance.name.name())
    .bind(balance.subject)
    .bind(balance.period)
    .bind(level.percent())
    .bind(used.0)
    .bind(cap.0)
    .bind(millis(at))
    .execute(db)
    .await?;
    Ok(())
}

/// A call cost more than was held for it.
pub(super) async fn over_quote(
    db: &mut SqliteConnection,
    call: &CallId,
    play: bool,
    quote: Micros,
    settlement: &Settlement,
) -> StoreResult<()> {
    sqlx::query("INSERT INTO alerts (kind, play, call, amount, bound, at) VALUES ('over_quote', $1, $2, $3, $4, $5)")
        .bind(play)
        .bind(call.as_str())
        .bind(settlement.spent.0)
        .bind(quote.0)
        .bind(millis(settlement.now))
        .execute(db)
        .await?;
    Ok(())
}

/// There is a kind of alert that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown kind of alert")]
struct UnknownKind;

fn read(row: &SqliteRow) -> StoreResult<AlertRow> {
    let (amount, bound) = (row.micros("amount")?, row.micros("bound")?);
    let alert = match row.plain("kind")? {
        "budget" => Alert::Budget {
            name: row.name("name")?,
            subject: row.plain("subject")?,
            period: row.plain("period")?,
            percent: row.plain("percent")?,
            used: amount,
            cap: bound,
        },
        "over_quote" => Alert::OverQuote {
            call: row.id("call")?,
            provider: row.name("provider")?,
            model: row.plain("model")?,
            request_id: row.plain("request_id")?,
            quote: bound,
            spent: amount,
        },
        _ => return Err(unreadable("kind", UnknownKind)),
    };
    Ok(AlertRow {
        id: row.plain("id")?,
        at: row.moment("at")?,
        play: row.plain("play")?,
        alert,
    })
}

/// The latest, newest first.
pub(super) async fn latest(db: &mut SqliteConnection, limit: u32) -> StoreResult<Vec<AlertRow>> {
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query.push(" ORDER BY alerts.id DESC LIMIT ").push_bind(limit);
    query.build().fetch_all(db).await?.iter().map(read).collect()
}

/// Whether there is one that no server wrote into its log yet.
pub(super) async fn any_untold(db: &mut SqliteConnection) -> StoreResult<bool> {
    let untold = sqlx::query("SELECT 1 FROM alerts WHERE told_at IS NULL LIMIT 1")
        .fetch_optional(db)
        .await?;
    Ok(untold.is_some())
}

/// Takes those that no server wrote into its log yet, oldest first.
pub(super) async fn take_untold(db: &mut SqliteConnection, now: Timestamp) -> StoreResult<Vec<AlertRow>> {
    let mut ids: Vec<i64> = sqlx::query_scalar("UPDATE alerts SET told_at = $1 WHERE told_at IS NULL RETURNING id")
        .bind(millis(now))
        .fetch_all(&mut *db)
        .await?;
    ids.sort_unstable();
    let mut alerts = Vec::with_capacity(ids.len());
    for id in ids {
        let mut query = QueryBuilder::<Sqlite>::new(SELECT);
        query.push(" WHERE alerts.id = ").push_bind(id);
        alerts.push(read(&query.build().fetch_one(&mut *db).await?)?);
    }
    Ok(alerts)
}
