//! The books as the operator reads them, and the bills that are typed in.

use super::{
    SqliteStore, StoreResult, alerts,
    balances::Balance,
    columns::{Columns as _, millis},
    factors, ledger,
};
use crate::{
    domain::{money::Micros, pricing::Factor, spec::ProviderName},
    server::store::{
        AlertRow, Bill, BookedBill, Books, BooksSummary, EntryRow, FactorRow, Timestamp, UnknownCall, VendorMonth,
    },
};
use async_trait::async_trait;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, sqlite::SqliteRow};
use std::collections::BTreeMap;

fn read_entry(row: &SqliteRow) -> StoreResult<EntryRow> {
    let group = row.id_or_none("group_id")?;
    Ok(EntryRow {
        id: row.plain("id")?,
        at: row.moment("at")?,
        entry: row.plain("entry")?,
        call: row.id_or_none("call")?,
        kind: row.plain("kind")?,
        vendor: row.plain("who")?,
        model: row.plain("model")?,
        request_id: row.plain("request_id")?,
        visitor: row.plain("visitor")?,
        group: group.zip(row.plain::<Option<String>>("group_name")?),
        day: row.plain("day")?,
        month: row.plain("month")?,
        play: row.plain("play")?,
        reserved: row.micros("reserved")?,
        spent: row.micros("spent")?,
        reason: row.plain("reason")?,
    })
}

/// What a month's calls at a vendor cost by the books, and how many of them are not settled.
async fn booked(db: &mut SqliteConnection, vendor: ProviderName, month: &str) -> StoreResult<(Micros, u64)> {
    let row = sqlx::query(
        "SELECT coalesce(sum(spent), 0) AS spent, count(*) - count(settled_at) AS open FROM calls \
         WHERE month = $1 AND provider = $2 AND play = 0",
    )
    .bind(month)
    .bind(vendor.name())
    .fetch_one(db)
    .await?;
    Ok((row.micros("spent")?, row.plain("open")?))
}

/// What was adjusted for a vendor's month.
async fn adjusted(db: &mut SqliteConnection, vendor: ProviderName, month: &str) -> StoreResult<Micros> {
    let sum = sqlx::query_scalar(
        "SELECT coalesce(sum(spent), 0) FROM ledger WHERE entry = 'adjust' AND vendor = $1 AND month = $2",
    )
    .bind(vendor.name())
    .bind(month)
    .fetch_one(db)
    .await?;
    Ok(Micros(sum))
}

async fn book(db: &mut SqliteConnection, bill: &Bill) -> StoreResult<BookedBill> {
    let (calls, open) = booked(db, bill.vendor, &bill.month).await?;
    let adjusted_before = adjusted(db, bill.vendor, &bill.month).await?;
    let adjusted_now = bill.billed - (calls + adjusted_before);
    sqlx::query(
        "INSERT INTO bills (vendor, month, billed, at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (vendor, month) DO UPDATE SET billed = excluded.billed, at = excluded.at",
    )
    .bind(bill.vendor.name())
    .bind(&bill.month)
    .bind(bill.billed.0)
    .bind(millis(bill.now))
    .execute(&mut *db)
    .await?;
    if adjusted_now != Micros::ZERO {
        Balance::of_month(&bill.month)
            .adjust(db, adjusted_now, bill.now)
            .await?;
        let reason = format!(
            "{} billed {} for {}; booked were {}, of which {} adjusted before",
            bill.vendor.name(),
            bill.billed,
            bill.month,
            calls + adjusted_before,
            adjusted_before,
        );
        ledger::adjusted(db, bill.vendor, &bill.month, adjusted_now, &reason, bill.now).await?;
    }
    Ok(BookedBill {
        calls,
        adjusted_before,
        adjusted_now,
        open,
    })
}

async fn unknown(db: &mut SqliteConnection, vendor: &str, month: &str) -> StoreResult<Vec<UnknownCall>> {
    sqlx::query(
        "SELECT id, kind, model, sent_at, spent, request_id FROM calls \
         WHERE month = $1 AND provider = $2 AND play = 0 AND unknown = 1 ORDER BY sent_at, id",
    )
    .bind(month)
    .bind(vendor)
    .fetch_all(db)
    .await?
    .iter()
    .map(|row| {
        Ok(UnknownCall {
            call: row.id("id")?,
            kind: row.plain("kind")?,
            model: row.plain("model")?,
            sent_at: row.moment_or_none("sent_at")?,
            spent: row.micros("spent")?,
            request_id: row.plain("request_id")?,
        })
    })
    .collect()
}

async fn month(db: &mut SqliteConnection, month: &str) -> StoreResult<Vec<VendorMonth>> {
    let rows = sqlx::query(
        "SELECT provider AS vendor, NULL AS billed FROM calls WHERE month = $1 AND play = 0 GROUP BY provider \
         UNION ALL SELECT vendor, billed FROM bills WHERE month = $1",
    )
    .bind(month)
    .fetch_all(&mut *db)
    .await?;
    let mut vendors = BTreeMap::<String, (ProviderName, Option<Micros>)>::new();
    for row in rows {
        let billed = row.micros_or_none("billed")?;
        let known = vendors
            .entry(row.plain("vendor")?)
            .or_insert((row.name("vendor")?, None));
        known.1 = known.1.or(billed);
    }
    let mut months = Vec::with_capacity(vendors.len());
    for (name, (vendor, billed)) in vendors {
        let (booked, open) = booked(db, vendor, month).await?;
        let calls =
            sqlx::query_scalar("SELECT count(settled_at) FROM calls WHERE month = $1 AND provider = $2 AND play = 0")
                .bind(month)
                .bind(&name)
                .fetch_one(&mut *db)
                .await?;
        months.push(VendorMonth {
            vendor,
            calls,
            booked,
            open,
            billed,
            adjusted: adjusted(db, vendor, month).await?,
            unknown: unknown(db, &name, month).await?,
        });
    }
    Ok(months)
}

#[async_trait]
impl Books for SqliteStore {
    async fn books(&self) -> StoreResult<BooksSummary> {
        let mut db = self.snapshot().await?;
        let entries = sqlx::query_scalar("SELECT count(*) FROM ledger")
            .fetch_one(&mut *db)
            .await?;
        let calls = sqlx::query("SELECT count(*) AS calls, count(*) - count(settled_at) AS open FROM calls")
            .fetch_one(&mut *db)
            .await?;
        let mut summary = BooksSummary {
            entries,
            calls: calls.plain("calls")?,
            open: calls.plain("open")?,
            spent: Micros::ZERO,
            reserved: Micros::ZERO,
            play_spent: Micros::ZERO,
            play_reserved: Micros::ZERO,
        };
        let sums = sqlx::query("SELECT play, sum(spent) AS spent, sum(reserved) AS reserved FROM ledger GROUP BY play")
            .fetch_all(&mut *db)
            .await?;
        for row in sums {
            let (spent, reserved) = (row.micros("spent")?, row.micros("reserved")?);
            if row.plain("play")? {
                (summary.play_spent, summary.play_reserved) = (spent, reserved);
            } else {
                (summary.spent, summary.reserved) = (spent, reserved);
            }
        }
        Ok(summary)
    }

    async fn entries(&self, month: Option<&str>, after: i64, limit: u32) -> StoreResult<Vec<EntryRow>> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT ledger.*, calls.kind, coalesce(calls.provider, ledger.vendor) AS who, calls.model, calls.request_id, \
                 groups.name AS group_name \
             FROM ledger LEFT JOIN calls ON calls.id = ledger.call LEFT JOIN groups ON groups.id = ledger.group_id \
             WHERE ledger.id > ",
        );
        query.push_bind(after);
        if let Some(month) = month {
            query.push(" AND ledger.month = ").push_bind(month.to_owned());
        }
        query.push(" ORDER BY ledger.id LIMIT ").push_bind(limit);
        let rows = query.build().fetch_all(&self.readers).await?;
        rows.iter().map(read_entry).collect()
    }

    async fn month(&self, of: &str) -> StoreResult<Vec<VendorMonth>> {
        month(&mut *self.snapshot().await?, of).await
    }

    async fn book_bill(&self, bill: &Bill) -> StoreResult<BookedBill> {
        let bill = bill.clone();
        self.write(move |db| Box::pin(async move { book(db, &bill).await }))
            .await
    }

    async fn alerts(&self, limit: u32) -> StoreResult<Vec<AlertRow>> {
        alerts::latest(&mut *self.snapshot().await?, limit).await
    }

    async fn take_untold_alerts(&self, now: Timestamp) -> StoreResult<Vec<AlertRow>> {
        // Asked often and answered with none: the writer is not bothered.
        if !alerts::any_untold(&mut *self.snapshot().await?).await? {
            return Ok(Vec::new());
        }
        self.write(move |db| Box::pin(async move { alerts::take_untold(db, now).await }))
            .await
    }

    async fn factors(&self) -> StoreResult<Vec<FactorRow>> {
        factors::all(&self.readers).await
    }

    async fn factor(&self, provider: ProviderName, model: &str) -> StoreResult<Factor> {
        factors::one(&self.readers, provider, model).await
    }

    async fn reset_factor(&self, provider: ProviderName, model: &str) -> StoreResult<()> {
        let model = model.to_owned();
        self.write(move |db| Box::pin(async move { factors::reset(db, provider, &model).await }))
            .await
    }
}
