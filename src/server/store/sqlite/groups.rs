//! Groups and who is in them.

use super::{
    SqliteStore, StoreError, StoreResult,
    columns::{Columns as _, millis},
};
use crate::{
    domain::{
        id::{GroupId, VisitorId},
        money::Micros,
    },
    server::store::{GroupRow, Groups, Timestamp},
};
use async_trait::async_trait;
use sqlx::{SqliteConnection, sqlite::SqliteRow};

/// What counts of a group when money is held.
#[derive(Debug)]
pub(super) struct Share {
    pub(super) id: String,
    pub(super) cap: Option<Micros>,
    ends_at: Option<Timestamp>,
}

impl Share {
    /// Whether its time is over.
    pub(super) fn ended(&self, now: Timestamp) -> bool {
        self.ends_at.is_some_and(|end| end <= now)
    }
}

/// The group of a visitor, who must be there: nothing is held for somebody who left.
pub(super) async fn of_visitor(db: &mut SqliteConnection, visitor: &VisitorId) -> StoreResult<Option<Share>> {
    let row = sqlx::query(
        "SELECT groups.id, groups.cap, groups.ends_at FROM visitors LEFT JOIN groups ON groups.id = visitors.group_id \
         WHERE visitors.id = $1",
    )
    .bind(visitor.as_str())
    .fetch_optional(db)
    .await?
    .ok_or(StoreError::NotFound)?;
    let Some(id) = row.plain("id")? else { return Ok(None) };
    Ok(Some(Share {
        id,
        cap: row.micros_or_none("cap")?,
        ends_at: row.moment_or_none("ends_at")?,
    }))
}

/// The group of a visitor; nothing for somebody unknown.
pub(super) async fn of_visitor_if_known(db: &mut SqliteConnection, visitor: &VisitorId) -> StoreResult<Option<Share>> {
    match of_visitor(db, visitor).await {
        Err(StoreError::NotFound) => Ok(None),
        found => found,
    }
}

fn read(row: &SqliteRow) -> StoreResult<GroupRow> {
    Ok(GroupRow {
        id: row.id("id")?,
        name: row.plain("name")?,
        cap: row.micros_or_none("cap")?,
        ends_at: row.moment_or_none("ends_at")?,
        created_at: row.moment("created_at")?,
    })
}

async fn find(db: &mut SqliteConnection, id: &GroupId) -> StoreResult<GroupRow> {
    let row = sqlx::query("SELECT * FROM groups WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(db)
        .await?
        .ok_or(StoreError::NotFound)?;
    read(&row)
}

async fn join(db: &mut SqliteConnection, visitor: &VisitorId, group: &GroupId, now: Timestamp) -> StoreResult<()> {
    if find(db, group).await?.ends_at.is_some_and(|end| end <= now) {
        return Err(StoreError::GroupEnded);
    }
    let joined = sqlx::query("UPDATE visitors SET group_id = $2 WHERE id = $1")
        .bind(visitor.as_str())
        .bind(group.as_str())
        .execute(db)
        .await?;
    if joined.rows_affected() == 1 {
        Ok(())
    } else {
        Err(StoreError::NotFound)
    }
}

#[async_trait]
impl Groups for SqliteStore {
    async fn create_group(&self, group: &GroupRow) -> StoreResult<()> {
        let group = group.clone();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("INSERT INTO groups (id, name, cap, ends_at, created_at) VALUES ($1, $2, $3, $4, $5)")
                    .bind(group.id.as_str())
                    .bind(&group.name)
                    .bind(group.cap.map(|cap| cap.0))
                    .bind(group.ends_at.map(millis))
                    .bind(millis(group.created_at))
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn group(&self, id: &GroupId) -> StoreResult<GroupRow> {
        find(&mut *self.snapshot().await?, id).await
    }

    async fn join_group(&self, visitor: &VisitorId, group: &GroupId, now: Timestamp) -> StoreResult<()> {
        let (visitor, group) = (visitor.clone(), group.clone());
        self.write(move |db| Box::pin(async move { join(db, &visitor, &group, now).await }))
            .await
    }
}
