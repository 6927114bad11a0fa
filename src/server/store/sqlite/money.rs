//! Paid calls. Every movement changes the [`balances`](super::balances) it concerns and leaves a row in the [`ledger`], in one
//! transaction.

use super::{
    SqliteStore, StoreError, StoreResult, alerts,
    balances::{Account, Balance, balances, cap_of},
    columns::{Columns as _, json_or_none, millis, unreadable},
    factors, groups, jobs, ledger,
};
use crate::{
    domain::{
        budget::{BudgetLeft, BudgetName, Caps},
        id::{CallId, VisitorId},
        money::Micros,
        pricing::Factor,
    },
    server::store::{CallKind, CallRow, Money, NewCall, Periods, Settlement, Timestamp, Tombstone},
};
use async_trait::async_trait;
use sqlx::{SqliteConnection, sqlite::SqliteRow};

const fn kind_name(kind: CallKind) -> &'static str {
    match kind {
        CallKind::Describe => "describe",
        CallKind::Refine => "refine",
        CallKind::Paint => "paint",
    }
}

/// Keeps a call and holds its quote against every cap, or does nothing.
pub(super) async fn reserve(db: &mut SqliteConnection, call: &NewCall, caps: &Caps) -> StoreResult<()> {
    let group = groups::of_visitor(db, &call.visitor).await?;
    if group.as_ref().is_some_and(|group| group.ended(call.now)) {
        return Err(StoreError::GroupEnded);
    }
    let account = Account {
        visitor: call.visitor.to_string(),
        group: group.as_ref().map(|group| group.id.clone()),
        periods: call.periods.clone(),
        play: call.play,
    };
    for balance in account.balances() {
        let cap = match (balance.name, &group) {
            (BudgetName::Group, Some(group)) => group.cap,
            _ => cap_of(caps, balance.name),
        };
        balance.hold(db, call.quote, cap, call.now).await?;
    }
    sqlx::query(
        "INSERT INTO calls \
             (id, visitor, group_id, kind, provider, model, quote, factor, play, day, month, reserved_at, lease_until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, \
             coalesce((SELECT factor FROM factors WHERE provider = $5 AND model = $6), 1000), $8, $9, $10, $11, $12)",
    )
    .bind(call.id.as_str())
    .bind(&account.visitor)
    .bind(&account.group)
    .bind(kind_name(call.kind))
    .bind(call.provider.name())
    .bind(&call.model)
    .bind(call.quote.0)
    .bind(call.play)
    .bind(&call.periods.day)
    .bind(&call.periods.month)
    .bind(millis(call.now))
    .bind(millis(call.lease_until))
    .execute(&mut *db)
    .await?;
    ledger::reserved(db, &call.id, &account, call.quote, call.now).await
}

/// Charges a call and lets go of what was held for it, once. What it cost beyond that is charged too, said to the operator,
/// and makes later quotes higher.
pub(super) async fn settle(db: &mut SqliteConnection, id: &CallId, settlement: &Settlement) -> StoreResult<()> {
    let settled = sqlx::query(
        "UPDATE calls SET settled_at = $2, spent = $3, unknown = $4, usage = $5, request_id = $6, \
             over_quote = CASE WHEN $3 > quote THEN 1 ELSE 0 END \
         WHERE id = $1 AND settled_at IS NULL \
         RETURNING visitor, group_id, provider, model, quote, factor, play, day, month",
    )
    .bind(id.as_str())
    .bind(millis(settlement.now))
    .bind(settlement.spent.0)
    .bind(settlement.unknown)
    .bind(json_or_none(settlement.usage.as_ref())?)
    .bind(&settlement.request_id)
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = settled else {
        return Err(refusal(db, id).await?);
    };
    let account = Account::of_call(&row)?;
    let quote = row.micros("quote")?;
    for balance in account.balances() {
        balance.charge(db, quote, settlement.spent, settlement.now).await?;
    }
    ledger::settled(db, id, &account, quote, settlement.spent, settlement.now).await?;
    note_above_quote(db, id, &row, settlement).await
}

/// A call that cost more than was held for it: the operator is told, and later quotes would have covered it.
async fn note_above_quote(
    db: &mut SqliteConnection,
    id: &CallId,
    call: &SqliteRow,
    settlement: &Settlement,
) -> StoreResult<()> {
    let quote = call.micros("quote")?;
    if settlement.spent <= quote {
        return Ok(());
    }
    alerts::over_quote(db, id, call.plain("play")?, quote, settlement).await?;
    let before = Factor::from_per_mille(call.plain("factor")?);
    let needed = before.covering(quote, settlement.spent);
    factors::raise(
        db,
        call.plain("provider")?,
        call.plain("model")?,
        needed,
        settlement.now,
    )
    .await
}

/// Corrects a call that was settled as unknown, now that its answer was found: what was charged is brought to what it cost, by
/// a second settlement, once.
pub(super) async fn settle_down(db: &mut SqliteConnection, id: &CallId, found: &Settlement) -> StoreResult<()> {
    let row = sqlx::query(
        "SELECT visitor, group_id, provider, model, quote, factor, play, day, month, spent FROM calls \
         WHERE id = $1 AND settled_at IS NOT NULL AND unknown = 1",
    )
    .bind(id.as_str())
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else {
        return Err(refusal(db, id).await?);
    };
    let account = Account::of_call(&row)?;
    let difference = found.spent - row.micros("spent")?;
    sqlx::query(
        "UPDATE calls SET spent = $2, unknown = 0, usage = $3, request_id = $4, \
             over_quote = CASE WHEN $2 > quote THEN 1 ELSE 0 END WHERE id = $1",
    )
    .bind(id.as_str())
    .bind(found.spent.0)
    .bind(json_or_none(found.usage.as_ref())?)
    .bind(&found.request_id)
    .execute(&mut *db)
    .await?;
    if difference == Micros::ZERO {
        return Ok(());
    }
    for balance in account.balances() {
        balance.charge(db, Micros::ZERO, difference, found.now).await?;
    }
    ledger::corrected(db, id, &account, difference, found.now).await?;
    note_above_quote(db, id, &row, found).await
}

/// Settles a call whose outcome will never be known, or lets go of one that never left.
pub(super) async fn abandon(db: &mut SqliteConnection, id: &CallId, now: Timestamp) -> StoreResult<Settlement> {
    let row = sqlx::query("SELECT quote, sent_at FROM calls WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(&mut *db)
        .await?
        .ok_or(StoreError::NotFound)?;
    let sent = row.moment_or_none("sent_at")?.is_some();
    let settlement = Settlement {
        spent: if sent { row.micros("quote")? } else { Micros::ZERO },
        usage: None,
        request_id: None,
        unknown: sent,
        now,
    };
    settle(db, id, &settlement).await?;
    Ok(settlement)
}

/// Why a call did not change: it is in no state for it, or there is none.
async fn refusal(db: &mut SqliteConnection, id: &CallId) -> StoreResult<StoreError> {
    let found = sqlx::query("SELECT 1 FROM calls WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(db)
        .await?;
    Ok(match found {
        Some(_) => StoreError::WrongState,
        None => StoreError::NotFound,
    })
}

async fn mark_sent(db: &mut SqliteConnection, id: &CallId, now: Timestamp) -> StoreResult<()> {
    jobs::may_leave(db, id).await?;
    let marked = sqlx::query(
        "UPDATE calls SET sent_at = $2 WHERE id = $1 AND settled_at IS NULL AND sent_at IS NULL AND NOT EXISTS ( \
             SELECT 1 FROM jobs WHERE jobs.call = calls.id AND (jobs.state <> 'running' OR jobs.cancel_requested = 1))",
    )
    .bind(id.as_str())
    .bind(millis(now))
    .execute(&mut *db)
    .await?;
    if marked.rows_affected() == 1 {
        Ok(())
    } else {
        Err(refusal(db, id).await?)
    }
}

async fn sweep(db: &mut SqliteConnection, now: Timestamp, all: bool) -> StoreResult<u64> {
    let abandoned = sqlx::query(
        "SELECT id FROM calls WHERE settled_at IS NULL AND lease_until <= $1 \
             AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.call = calls.id)",
    )
    .bind(if all { i64::MAX } else { millis(now) })
    .fetch_all(&mut *db)
    .await?;
    let mut swept = 0;
    for row in abandoned {
        abandon(db, &row.id("id")?, now).await?;
        swept += 1;
    }
    Ok(swept)
}

#[async_trait]
impl Money for SqliteStore {
    async fn reserve(&self, call: &NewCall, caps: &Caps) -> StoreResult<()> {
        let (call, caps) = (call.clone(), *caps);
        self.write(move |db| Box::pin(async move { reserve(db, &call, &caps).await }))
            .await
    }

    async fn mark_sent(&self, call: &CallId, now: Timestamp) -> StoreResult<()> {
        let call = call.clone();
        self.write(move |db| Box::pin(async move { mark_sent(db, &call, now).await }))
            .await
    }

    async fn settle(&self, call: &CallId, settlement: &Settlement) -> StoreResult<()> {
        let (call, settlement) = (call.clone(), settlement.clone());
        self.write(move |db| {
            Box::pin(async move {
                // A job's call is settled together with its job, or the books would say one thing and the job another.
                let owned = sqlx::query("SELECT 1 FROM jobs WHERE call = $1")
                    .bind(call.as_str())
                    .fetch_optional(&mut *db)
                    .await?;
                if owned.is_some() {
                    return Err(StoreError::WrongState);
                }
                settle(db, &call, &settlement).await
            })
        })
        .await
    }

    async fn budgets(
        &self,
        visitor: Option<&VisitorId>,
        periods: &Periods,
        play: bool,
        caps: &Caps,
        now: Timestamp,
    ) -> StoreResult<Vec<BudgetLeft>> {
        let mut db = self.snapshot().await?;
        let mut left = Vec::with_capacity(4);
        for balance in balances(visitor.map_or("", |id| id.as_str()), periods, play) {
            let cap = cap_of(caps, balance.name);
            left.push(match (balance.name, visitor) {
                (BudgetName::VisitorDay, None) => BudgetLeft::of(balance.name, cap, Micros::ZERO),
                _ => balance.left(&mut *db, cap).await?,
            });
        }
        let group = match visitor {
            Some(visitor) => groups::of_visitor_if_known(&mut db, visitor).await?,
            None => None,
        };
        if let Some(group) = group {
            let budget = Balance::of_group(&group.id, play).left(&mut *db, group.cap).await?;
            left.push(if group.ended(now) { budget.over() } else { budget });
        }
        Ok(left)
    }

    async fn call(&self, id: &CallId) -> StoreResult<CallRow> {
        let row = sqlx::query(
            "SELECT id, visitor, group_id, quote, spent, over_quote, sent_at, unknown, play FROM calls WHERE id = $1",
        )
        .bind(id.as_str())
        .fetch_optional(&self.readers)
        .await?
        .ok_or(StoreError::NotFound)?;
        Ok(CallRow {
            id: row.id("id")?,
            visitor: Tombstone::visitor(row.plain("visitor")?).map_err(|error| unreadable("visitor", error))?,
            group: row.id_or_none("group_id")?,
            quote: row.micros("quote")?,
            spent: row.micros_or_none("spent")?,
            over_quote: row.plain("over_quote")?,
            sent_at: row.moment_or_none("sent_at")?,
            unknown: row.plain("unknown")?,
            play: row.plain("play")?,
        })
    }

    async fn sweep_calls(&self, now: Timestamp, all: bool) -> StoreResult<u64> {
        self.write(move |db| Box::pin(async move { sweep(db, now, all).await }))
            .await
    }

    async fn ledger_check(&self) -> StoreResult<Vec<String>> {
        let mut db = self.snapshot().await?;
        ledger::check(&mut db).await
    }
}
