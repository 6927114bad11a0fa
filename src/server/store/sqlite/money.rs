//! Paid calls and budgets. Every movement changes three balances (the instance's day and month, the visitor's day) and leaves
//! a row in the [`ledger`], in one transaction.

use super::{
    SqliteStore, StoreError, StoreResult,
    columns::{Columns as _, json_or_none, millis},
    jobs, ledger,
};
use crate::{
    domain::{
        budget::{BudgetLeft, BudgetName, Caps},
        id::{CallId, VisitorId},
        money::Micros,
    },
    server::store::{CallKind, CallRow, Money, NewCall, Periods, Settlement, Timestamp},
};
use async_trait::async_trait;
use sqlx::{SqliteConnection, SqliteExecutor};

/// Where a call's money is booked.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) visitor: String,
    pub(super) periods: Periods,
    pub(super) play: bool,
}

/// One balance of an account.
#[derive(Debug, Clone, Copy)]
struct Balance<'a> {
    name: BudgetName,
    subject: &'a str,
    period: &'a str,
    play: bool,
}

impl Account {
    /// Its three balances, in the order in which they are checked.
    fn balances(&self) -> [Balance<'_>; 3] {
        balances(&self.visitor, &self.periods, self.play)
    }
}

fn balances<'a>(visitor: &'a str, periods: &'a Periods, play: bool) -> [Balance<'a>; 3] {
    [
        (BudgetName::Day, "", &periods.day),
        (BudgetName::Month, "", &periods.month),
        (BudgetName::VisitorDay, visitor, &periods.day),
    ]
    .map(|(name, subject, period)| Balance {
        name,
        subject,
        period,
        play,
    })
}

const fn cap_of(caps: &Caps, name: BudgetName) -> Option<Micros> {
    match name {
        BudgetName::Day => caps.day,
        BudgetName::Month => caps.month,
        BudgetName::VisitorDay => caps.visitor_day,
    }
}

/// What a cap has left. Less than nothing is nothing.
fn left_of(cap: Micros, used: Micros) -> Micros {
    (cap - used).max(Micros::ZERO)
}

impl Balance<'_> {
    /// What is spent and reserved.
    async fn used(&self, db: impl SqliteExecutor<'_>) -> StoreResult<Micros> {
        let used: Option<i64> = sqlx::query_scalar(
            "SELECT spent + reserved FROM budgets WHERE name = $1 AND subject = $2 AND period = $3 AND play = $4",
        )
        .bind(self.name.name())
        .bind(self.subject)
        .bind(self.period)
        .bind(self.play)
        .fetch_optional(db)
        .await?;
        Ok(Micros(used.unwrap_or(0)))
    }

    /// Holds a quote if the cap has room for it. A cap of 0 has no room even for nothing.
    async fn hold(&self, db: &mut SqliteConnection, quote: Micros, cap: Option<Micros>) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO budgets (name, subject, period, play) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (name, subject, period, play) DO NOTHING",
        )
        .bind(self.name.name())
        .bind(self.subject)
        .bind(self.period)
        .bind(self.play)
        .execute(&mut *db)
        .await?;
        let held = sqlx::query(
            "UPDATE budgets SET reserved = reserved + $5 \
             WHERE name = $1 AND subject = $2 AND period = $3 AND play = $4 \
                 AND $6 > 0 AND spent + reserved + $5 <= $6",
        )
        .bind(self.name.name())
        .bind(self.subject)
        .bind(self.period)
        .bind(self.play)
        .bind(quote.0)
        .bind(cap.map_or(i64::MAX, |cap| cap.0))
        .execute(&mut *db)
        .await?;
        if held.rows_affected() == 1 {
            return Ok(());
        }
        Err(StoreError::OverBudget {
            budget: self.name,
            left: left_of(cap.unwrap_or(Micros(i64::MAX)), self.used(db).await?),
            needed: quote,
        })
    }

    /// Lets go of a quote and charges what it cost.
    async fn charge(&self, db: &mut SqliteConnection, quote: Micros, spent: Micros) -> StoreResult<()> {
        let charged = sqlx::query(
            "UPDATE budgets SET reserved = reserved - $5, spent = spent + $6 \
             WHERE name = $1 AND subject = $2 AND period = $3 AND play = $4",
        )
        .bind(self.name.name())
        .bind(self.subject)
        .bind(self.period)
        .bind(self.play)
        .bind(quote.0)
        .bind(spent.0)
        .execute(db)
        .await?;
        if charged.rows_affected() == 1 {
            Ok(())
        } else {
            Err(StoreError::Database(Box::new(NoBalance)))
        }
    }
}

/// A call was reserved, but a balance it was reserved in is gone.
#[derive(Debug, thiserror::Error)]
#[error("a balance that holds a reservation is missing")]
struct NoBalance;

const fn kind_name(kind: CallKind) -> &'static str {
    match kind {
        CallKind::Describe => "describe",
        CallKind::Paint => "paint",
    }
}

/// Keeps a call and holds its quote against every cap, or does nothing.
pub(super) async fn reserve(db: &mut SqliteConnection, call: &NewCall, caps: &Caps) -> StoreResult<()> {
    let account = Account {
        visitor: call.visitor.to_string(),
        periods: call.periods.clone(),
        play: call.play,
    };
    for balance in account.balances() {
        balance.hold(db, call.quote, cap_of(caps, balance.name)).await?;
    }
    sqlx::query(
        "INSERT INTO calls \
             (id, visitor, kind, provider, model, quote, play, day, month, reserved_at, lease_until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(call.id.as_str())
    .bind(call.visitor.as_str())
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

/// Charges a call and lets go of what was held for it, once.
pub(super) async fn settle(db: &mut SqliteConnection, id: &CallId, settlement: &Settlement) -> StoreResult<()> {
    let settled = sqlx::query(
        "UPDATE calls SET settled_at = $2, spent = $3, unknown = $4, usage = $5, request_id = $6 \
         WHERE id = $1 AND settled_at IS NULL RETURNING visitor, quote, play, day, month",
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
    let account = Account {
        visitor: row.plain("visitor")?,
        periods: Periods {
            day: row.plain("day")?,
            month: row.plain("month")?,
        },
        play: row.plain("play")?,
    };
    let quote = row.micros("quote")?;
    for balance in account.balances() {
        balance.charge(db, quote, settlement.spent).await?;
    }
    ledger::settled(db, id, &account, quote, settlement.spent, settlement.now).await
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

async fn sweep(db: &mut SqliteConnection, now: Timestamp) -> StoreResult<u64> {
    let abandoned = sqlx::query(
        "SELECT id FROM calls WHERE settled_at IS NULL AND lease_until <= $1 \
             AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.call = calls.id)",
    )
    .bind(millis(now))
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
    ) -> StoreResult<Vec<BudgetLeft>> {
        let mut db = self.snapshot().await?;
        let mut left = Vec::with_capacity(3);
        for balance in balances(visitor.map_or("", |id| id.as_str()), periods, play) {
            let cap = cap_of(caps, balance.name);
            let used = match (balance.name, visitor) {
                (BudgetName::VisitorDay, None) => Micros::ZERO,
                _ => balance.used(&mut *db).await?,
            };
            left.push(BudgetLeft {
                name: balance.name,
                cap_micros: cap,
                left_micros: cap.map(|cap| left_of(cap, used)),
            });
        }
        Ok(left)
    }

    async fn call(&self, id: &CallId) -> StoreResult<CallRow> {
        let row = sqlx::query("SELECT id, visitor, quote, spent, sent_at, unknown, play FROM calls WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.readers)
            .await?
            .ok_or(StoreError::NotFound)?;
        Ok(CallRow {
            id: row.id("id")?,
            visitor: row.id("visitor")?,
            quote: row.micros("quote")?,
            spent: row.micros_or_none("spent")?,
            sent_at: row.moment_or_none("sent_at")?,
            unknown: row.plain("unknown")?,
            play: row.plain("play")?,
        })
    }

    async fn sweep_calls(&self, now: Timestamp) -> StoreResult<u64> {
        self.write(move |db| Box::pin(async move { sweep(db, now).await }))
            .await
    }

    async fn ledger_check(&self) -> StoreResult<Vec<String>> {
        let mut db = self.snapshot().await?;
        ledger::check(&mut db).await
    }
}
