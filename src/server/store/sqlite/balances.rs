//! Balances: what is spent and held of each cap. Each movement of money changes all that it concerns: the instance's day and
//! month, the visitor's day, their group's whole life.

use super::{StoreError, StoreResult, alerts, columns::Columns as _};
use crate::{
    domain::{
        budget::{BudgetLeft, BudgetName, Caps, Level, left_of},
        money::Micros,
    },
    server::store::{Periods, Timestamp},
};
use sqlx::{SqliteConnection, SqliteExecutor, sqlite::SqliteRow};

/// Where a call's money is booked.
#[derive(Debug)]
pub(super) struct Account {
    /// The visitor, or their tombstone.
    pub(super) visitor: String,
    /// The group they were in when it was reserved.
    pub(super) group: Option<String>,
    pub(super) periods: Periods,
    pub(super) play: bool,
}

impl Account {
    /// The account of a call's row.
    pub(super) fn of_call(row: &SqliteRow) -> StoreResult<Self> {
        Ok(Self {
            visitor: row.plain("visitor")?,
            group: row.plain("group_id")?,
            periods: Periods {
                day: row.plain("day")?,
                month: row.plain("month")?,
            },
            play: row.plain("play")?,
        })
    }

    /// Its balances, in the order in which they are checked.
    pub(super) fn balances(&self) -> impl Iterator<Item = Balance<'_>> {
        let group = self.group.as_deref().map(|group| Balance::of_group(group, self.play));
        balances(&self.visitor, &self.periods, self.play)
            .into_iter()
            .chain(group)
    }
}

/// The balances that everybody has.
pub(super) fn balances<'a>(visitor: &'a str, periods: &'a Periods, play: bool) -> [Balance<'a>; 3] {
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

/// The operator's cap of this name. A group's is not among them: it stands with the group.
pub(super) const fn cap_of(caps: &Caps, name: BudgetName) -> Option<Micros> {
    match name {
        BudgetName::Day => caps.day,
        BudgetName::Month => caps.month,
        BudgetName::VisitorDay => caps.visitor_day,
        BudgetName::Group => None,
    }
}

/// One balance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Balance<'a> {
    pub(super) name: BudgetName,
    /// The visitor or the group; empty for the whole instance.
    pub(super) subject: &'a str,
    /// The day or the month; empty for a group's whole life.
    pub(super) period: &'a str,
    pub(super) play: bool,
}

impl<'a> Balance<'a> {
    /// A group's balance over its whole life.
    pub(super) const fn of_group(group: &'a str, play: bool) -> Self {
        Self {
            name: BudgetName::Group,
            subject: group,
            period: "",
            play,
        }
    }

    /// The instance's real money in a month.
    pub(super) const fn of_month(month: &'a str) -> Self {
        Self {
            name: BudgetName::Month,
            subject: "",
            period: month,
            play: false,
        }
    }

    /// What is spent and held.
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

    /// How much of this cap is left.
    pub(super) async fn left(&self, db: impl SqliteExecutor<'_>, cap: Option<Micros>) -> StoreResult<BudgetLeft> {
        Ok(BudgetLeft::of(self.name, cap, self.used(db).await?))
    }

    /// Holds a quote if the cap has room for it. A cap of 0 has no room even for nothing.
    pub(super) async fn hold(
        &self,
        db: &mut SqliteConnection,
        quote: Micros,
        cap: Option<Micros>,
        now: Timestamp,
    ) -> StoreResult<()> {
        self.begin(db).await?;
        let held = sqlx::query(
            "UPDATE budgets SET reserved = reserved + $5, cap = $7 \
             WHERE name = $1 AND subject = $2 AND period = $3 AND play = $4 \
                 AND $6 > 0 AND spent + reserved + $5 <= $6 \
             RETURNING spent + reserved AS used, cap, warned",
        )
        .bind(self.name.name())
        .bind(self.subject)
        .bind(self.period)
        .bind(self.play)
        .bind(quote.0)
        .bind(cap.map_or(i64::MAX, |cap| cap.0))
        .bind(cap.map(|cap| cap.0))
        .fetch_optional(&mut *db)
        .await?;
        match held {
            Some(row) => self.warn(db, &row, now).await,
            None => Err(StoreError::OverBudget {
                budget: self.name,
                left: left_of(cap.unwrap_or(Micros(i64::MAX)), self.used(db).await?),
                needed: quote,
            }),
        }
    }

    /// Lets go of a quote and charges what it cost.
    pub(super) async fn charge(
        &self,
        db: &mut SqliteConnection,
        quote: Micros,
        spent: Micros,
        now: Timestamp,
    ) -> StoreResult<()> {
        let charged = sqlx::query(
            "UPDATE budgets SET reserved = reserved - $5, spent = spent + $6 \
             WHERE name = $1 AND subject = $2 AND period = $3 AND play = $4 \
             RETURNING spent + reserved AS used, cap, warned",
        )
        .bind(self.name.name())
        .bind(self.subject)
        .bind(self.period)
        .bind(self.play)
        .bind(quote.0)
        .bind(spent.0)
        .fetch_optional(&mut *db)
        .await?;
        match charged {
            Some(row) => self.warn(db, &row, now).await,
            None => Err(StoreError::Database(Box::new(NoBalance))),
        }
    }

    /// Changes what is spent without a call, whatever the cap.
    pub(super) async fn adjust(&self, db: &mut SqliteConnection, by: Micros, now: Timestamp) -> StoreResult<()> {
        self.begin(db).await?;
        self.charge(db, Micros::ZERO, by, now).await
    }

    /// Makes its row if it has none.
    async fn begin(&self, db: &mut SqliteConnection) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO budgets (name, subject, period, play) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (name, subject, period, play) DO NOTHING",
        )
        .bind(self.name.name())
        .bind(self.subject)
        .bind(self.period)
        .bind(self.play)
        .execute(db)
        .await?;
        Ok(())
    }

    /// Writes the alerts that a movement gives rise to, each once in its period.
    async fn warn(&self, db: &mut SqliteConnection, moved: &SqliteRow, now: Timestamp) -> StoreResult<()> {
        let Some(cap) = moved.micros_or_none("cap")? else {
            return Ok(());
        };
        let used = moved.micros("used")?;
        let mut said = None;
        let reached = Level::of(Some(cap), used);
        for level in reached.new_warnings(moved.plain("warned")?) {
            alerts::budget(db, self, level, used, cap, now).await?;
            said = Some(level.percent());
        }
        if let Some(percent) = said {
            sqlx::query(
                "UPDATE budgets SET warned = $5 WHERE name = $1 AND subject = $2 AND period = $3 AND play = $4",
            )
            .bind(self.name.name())
            .bind(self.subject)
            .bind(self.period)
            .bind(self.play)
            .bind(percent)
            .execute(db)
            .await?;
        }
        Ok(())
    }
}

/// A call was reserved, but a balance it was reserved in is gone.
#[derive(Debug, thiserror::Error)]
#[error("a balance that holds a reservation is missing")]
struct NoBalance;
