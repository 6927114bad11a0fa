//! The ledger: every movement of money, never changed, never shortened. All balances follow from it: an entry moves those that
//! it names. An adjustment names its month and nothing else.

use super::{
    StoreResult,
    balances::Account,
    columns::{Columns as _, millis},
};
use crate::{
    domain::{
        id::CallId,
        ledger::{self as movements, Movement},
        money::Micros,
        spec::ProviderName,
    },
    server::store::Timestamp,
};
use sqlx::SqliteConnection;

/// One movement: what it adds to the reserved and to the spent half of the account's balances.
async fn add(
    db: &mut SqliteConnection,
    call: &CallId,
    account: &Account,
    movement: Movement,
    at: Timestamp,
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO ledger (entry, call, visitor, group_id, day, month, play, reserved, spent, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(movement.entry.name())
    .bind(call.as_str())
    .bind(&account.visitor)
    .bind(&account.group)
    .bind(&account.periods.day)
    .bind(&account.periods.month)
    .bind(account.play)
    .bind(movement.reserved.0)
    .bind(movement.spent.0)
    .bind(millis(at))
    .execute(db)
    .await?;
    Ok(())
}

/// A quote is held.
pub(super) async fn reserved(
    db: &mut SqliteConnection,
    call: &CallId,
    account: &Account,
    quote: Micros,
    at: Timestamp,
) -> StoreResult<()> {
    add(db, call, account, movements::reserve(quote), at).await
}

/// What it cost is charged; what was held beyond it is let go. Above the quote it is charged as it is.
pub(super) async fn settled(
    db: &mut SqliteConnection,
    call: &CallId,
    account: &Account,
    quote: Micros,
    spent: Micros,
    at: Timestamp,
) -> StoreResult<()> {
    let (settled, released) = movements::settle(quote, spent);
    add(db, call, account, settled, at).await?;
    if let Some(released) = released {
        add(db, call, account, released, at).await?;
    }
    Ok(())
}

/// A call that was settled as unknown turned out to have cost more, or less: a second settlement corrects the first.
pub(super) async fn corrected(
    db: &mut SqliteConnection,
    call: &CallId,
    account: &Account,
    difference: Micros,
    at: Timestamp,
) -> StoreResult<()> {
    add(db, call, account, movements::correct(difference), at).await
}

/// What a vendor billed differs from what is booked.
pub(super) async fn adjusted(
    db: &mut SqliteConnection,
    vendor: ProviderName,
    month: &str,
    spent: Micros,
    reason: &str,
    at: Timestamp,
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO ledger (entry, visitor, day, month, play, reserved, spent, at, vendor, reason) \
         VALUES ('adjust', '', '', $1, 0, 0, $2, $3, $4, $5)",
    )
    .bind(month)
    .bind(spent.0)
    .bind(millis(at))
    .bind(vendor.name())
    .bind(reason)
    .execute(db)
    .await?;
    Ok(())
}

/// Compares every balance and every call with the sum of its entries. Gives what does not agree, in words.
pub(super) async fn check(db: &mut SqliteConnection) -> StoreResult<Vec<String>> {
    let mut wrong = Vec::new();
    let balances = sqlx::query(
        "SELECT name, subject, period, play, sum(reserved) AS reserved, sum(spent) AS spent FROM ( \
             SELECT 'day' AS name, '' AS subject, day AS period, play, reserved, spent FROM ledger WHERE day <> '' \
             UNION ALL SELECT 'month', '', month, play, reserved, spent FROM ledger \
             UNION ALL SELECT 'visitor_day', visitor, day, play, reserved, spent FROM ledger WHERE visitor <> '' \
             UNION ALL SELECT 'group', group_id, '', play, reserved, spent FROM ledger WHERE group_id IS NOT NULL \
             UNION ALL SELECT name, subject, period, play, -reserved, -spent FROM budgets \
         ) AS movements GROUP BY name, subject, period, play \
         HAVING sum(reserved) <> 0 OR sum(spent) <> 0 ORDER BY name, subject, period, play",
    )
    .fetch_all(&mut *db)
    .await?;
    for row in balances {
        let (name, subject, period): (&str, &str, &str) =
            (row.plain("name")?, row.plain("subject")?, row.plain("period")?);
        let books = if row.plain("play")? { "play money" } else { "money" };
        wrong.push(format!(
            "balance {name} {subject} {period} ({books}): the ledger says {} more reserved and {} more spent",
            row.micros("reserved")?,
            row.micros("spent")?,
        ));
    }
    let calls = sqlx::query(
        "SELECT call, sum(reserved) AS reserved, sum(spent) AS spent FROM ( \
             SELECT call, reserved, spent FROM ledger WHERE call IS NOT NULL AND entry <> 'adjust' \
             UNION ALL \
             SELECT id, CASE WHEN settled_at IS NULL THEN -quote ELSE 0 END, -coalesce(spent, 0) FROM calls \
         ) AS movements GROUP BY call \
         HAVING sum(reserved) <> 0 OR sum(spent) <> 0 ORDER BY call",
    )
    .fetch_all(&mut *db)
    .await?;
    for row in calls {
        wrong.push(format!(
            "call {}: the ledger says {} more reserved and {} more spent",
            row.plain::<&str>("call")?,
            row.micros("reserved")?,
            row.micros("spent")?,
        ));
    }
    let misplaced = sqlx::query(
        "SELECT ledger.id, ledger.call FROM ledger JOIN calls ON calls.id = ledger.call \
         WHERE ledger.visitor <> calls.visitor OR ledger.day <> calls.day OR ledger.month <> calls.month \
             OR ledger.play <> calls.play OR coalesce(ledger.group_id, '') <> coalesce(calls.group_id, '') \
         ORDER BY ledger.id",
    )
    .fetch_all(&mut *db)
    .await?;
    for row in misplaced {
        wrong.push(format!(
            "entry {}: it is booked for somebody else or in another period than its call {}",
            row.plain::<i64>("id")?,
            row.plain::<&str>("call")?,
        ));
    }
    let jobs = sqlx::query(
        "SELECT jobs.id, jobs.state FROM jobs JOIN calls ON calls.id = jobs.call \
         WHERE (jobs.ended_at IS NULL) <> (calls.settled_at IS NULL) ORDER BY jobs.id",
    )
    .fetch_all(db)
    .await?;
    for row in jobs {
        wrong.push(format!(
            "job {}: it is {}, but its call is not in that state",
            row.plain::<&str>("id")?,
            row.plain::<&str>("state")?,
        ));
    }
    Ok(wrong)
}
