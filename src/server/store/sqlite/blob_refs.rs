//! Who refers to which blob. A blob has a row exactly as long as somebody refers to it; its bytes live elsewhere.

use super::{
    SqliteStore, StoreError, StoreResult,
    columns::{Columns as _, count, millis},
    keeping,
};
use crate::{
    domain::{
        id::VisitorId,
        order::{Order, Quote, Way},
        spec::Size,
    },
    server::store::{Awaited, BlobKey, BlobRef, BlobRefs, Timestamp},
};
use async_trait::async_trait;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, sqlite::SqliteRow};
use std::collections::HashMap;

/// What kind of row refers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Source,
    Mask,
    Job,
    Variation,
    Share,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Mask => "mask",
            Self::Job => "job",
            Self::Variation => "variation",
            Self::Share => "share",
        }
    }
}

/// The blobs of one row, by role.
#[derive(Debug, Default)]
pub(super) struct Held(HashMap<String, BlobRef>);

/// A row lacks a blob it must have.
#[derive(Debug, thiserror::Error)]
#[error("a row refers to no blob as its {0}")]
struct Missing(String);

impl Held {
    /// The blob of this role, which must be there.
    pub(super) fn take(&mut self, role: &str) -> StoreResult<BlobRef> {
        self.take_or_none(role)
            .ok_or_else(|| StoreError::Database(Box::new(Missing(role.to_owned()))))
    }

    /// The blob of this role, if there is one.
    pub(super) fn take_or_none(&mut self, role: &str) -> Option<BlobRef> {
        self.0.remove(role)
    }
}

/// A blob that every row of a table has, read together with the row: see [`role!`](super::blob_refs::role).
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    /// Which.
    pub(super) name: &'static str,
    /// The names of its columns.
    pub(super) key: &'static str,
    pub(super) content_type: &'static str,
    pub(super) bytes: &'static str,
}

/// A [`Role`] by its name.
macro_rules! role {
    ($name:literal) => {
        $crate::server::store::sqlite::blob_refs::Role {
            name: $name,
            key: concat!($name, "_key"),
            content_type: concat!($name, "_type"),
            bytes: concat!($name, "_bytes"),
        }
    };
}
pub(super) use role;

impl Role {
    /// Its blob, in a row of a query that [joined](joined) it.
    pub(super) fn read(self, row: &SqliteRow) -> StoreResult<BlobRef> {
        Ok(BlobRef {
            key: BlobKey(row.plain(self.key)?),
            content_type: row.plain(self.content_type)?,
            bytes: row.plain(self.bytes)?,
        })
    }
}

/// `SELECT` the rows of `table` with the blobs of these roles. One row for each is much less to hand over between the
/// database's thread and the asker's than a row for each blob.
pub(super) fn joined(table: &str, kind: Kind, roles: &[Role]) -> String {
    let kind = kind.name();
    let columns = |role: &Role| {
        let Role {
            name,
            key,
            content_type,
            bytes,
        } = role;
        format!(", {name}_blob.key AS {key}, {name}_blob.content_type AS {content_type}, {name}_blob.bytes AS {bytes}")
    };
    // Outer joins: the rows keep the order of their own index.
    let tables = |Role { name, .. }: &Role| {
        format!(
            " LEFT JOIN blob_refs AS {name}_ref ON {name}_ref.owner_kind = '{kind}' AND {name}_ref.owner_id = {table}.id \
                 AND {name}_ref.role = '{name}' \
             LEFT JOIN blobs AS {name}_blob ON {name}_blob.key = {name}_ref.blob"
        )
    };
    let select: String = roles.iter().map(columns).collect();
    let from: String = roles.iter().map(tables).collect();
    format!("SELECT {table}.*{select} FROM {table}{from}")
}

/// Lets a row refer to a blob.
pub(super) async fn refer(
    db: &mut SqliteConnection,
    owner: &VisitorId,
    kind: Kind,
    id: &str,
    role: &str,
    blob: &BlobRef,
) -> StoreResult<()> {
    sqlx::query("INSERT INTO blobs (key, content_type, bytes) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING")
        .bind(&blob.key.0)
        .bind(&blob.content_type)
        .bind(count(blob.bytes)?)
        .execute(&mut *db)
        .await?;
    sqlx::query("INSERT INTO blob_refs (owner_kind, owner_id, role, blob, owner) VALUES ($1, $2, $3, $4, $5)")
        .bind(kind.name())
        .bind(id)
        .bind(role)
        .bind(&blob.key.0)
        .bind(owner.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// Takes away every reference of a row. The blobs still have to be [forgotten](forget).
pub(super) async fn unlink(db: &mut SqliteConnection, kind: Kind, id: &str) -> StoreResult<Vec<BlobKey>> {
    let keys = sqlx::query_scalar("DELETE FROM blob_refs WHERE owner_kind = $1 AND owner_id = $2 RETURNING blob")
        .bind(kind.name())
        .bind(id)
        .fetch_all(db)
        .await?;
    Ok(keys.into_iter().map(BlobKey).collect())
}

/// Takes away one reference of a row, if it is there.
pub(super) async fn unlink_role(
    db: &mut SqliteConnection,
    kind: Kind,
    id: &str,
    role: &str,
) -> StoreResult<Option<BlobKey>> {
    let key = sqlx::query_scalar(
        "DELETE FROM blob_refs WHERE owner_kind = $1 AND owner_id = $2 AND role = $3 RETURNING blob",
    )
    .bind(kind.name())
    .bind(id)
    .bind(role)
    .fetch_optional(db)
    .await?;
    Ok(key.map(BlobKey))
}

/// Forgets those of these blobs that nobody refers to any more, and gives them.
pub(super) async fn forget(
    db: &mut SqliteConnection,
    keys: impl IntoIterator<Item = BlobKey>,
) -> StoreResult<Vec<BlobKey>> {
    let mut gone = Vec::new();
    for key in keys {
        let deleted = sqlx::query(
            "DELETE FROM blobs WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM blob_refs WHERE blob_refs.blob = blobs.key)",
        )
        .bind(&key.0)
        .execute(&mut *db)
        .await?;
        if deleted.rows_affected() > 0 {
            gone.push(key);
        }
    }
    Ok(gone)
}

/// Notes blobs whose bytes are still to be deleted by the process that keeps them.
pub(super) async fn note_freed(db: &mut SqliteConnection, keys: &[BlobKey]) -> StoreResult<()> {
    for key in keys {
        sqlx::query("INSERT INTO freed_blobs (key) VALUES ($1) ON CONFLICT (key) DO NOTHING")
            .bind(&key.0)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// The blobs of one row.
pub(super) async fn held_by(db: &mut SqliteConnection, kind: Kind, id: &str) -> StoreResult<Held> {
    let mut held = held_by_each(db, kind, std::iter::once(id)).await?;
    Ok(held.remove(id).unwrap_or_default())
}

/// The blobs of several rows, by row.
pub(super) async fn held_by_each<'a>(
    db: &mut SqliteConnection,
    kind: Kind,
    ids: impl Iterator<Item = &'a str>,
) -> StoreResult<HashMap<String, Held>> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT r.owner_id, r.role, b.key, b.content_type, b.bytes FROM blob_refs AS r JOIN blobs AS b ON b.key = r.blob \
         WHERE r.owner_kind = ",
    );
    query.push_bind(kind.name()).push(" AND r.owner_id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id);
    }
    query.push(")");
    let mut held = HashMap::<String, Held>::new();
    for row in query.build().fetch_all(db).await? {
        let blob = BlobRef {
            key: BlobKey(row.plain("key")?),
            content_type: row.plain("content_type")?,
            bytes: row.plain("bytes")?,
        };
        held.entry(row.plain("owner_id")?)
            .or_default()
            .0
            .insert(row.plain("role")?, blob);
    }
    Ok(held)
}

#[async_trait]
impl BlobRefs for SqliteStore {
    async fn blob_type(&self, key: &BlobKey) -> StoreResult<String> {
        sqlx::query_scalar("SELECT content_type FROM blobs WHERE key = $1")
            .bind(&key.0)
            .fetch_optional(&self.readers)
            .await?
            .ok_or(StoreError::NotFound)
    }

    async fn referenced_blobs(&self) -> StoreResult<Vec<BlobKey>> {
        let keys = sqlx::query_scalar("SELECT key FROM blobs ORDER BY key")
            .fetch_all(&self.readers)
            .await?;
        Ok(keys.into_iter().map(BlobKey).collect())
    }

    async fn stored_bytes(&self) -> StoreResult<u64> {
        let bytes: i64 = sqlx::query_scalar("SELECT bytes FROM storage WHERE id = 1")
            .fetch_one(&self.readers)
            .await?;
        Ok(bytes.unsigned_abs())
    }

    async fn awaited(&self) -> StoreResult<Vec<Awaited>> {
        sqlx::query(
            "SELECT jobs.order_snapshot, jobs.quote, sources.width, sources.height \
             FROM jobs JOIN sources ON sources.id = jobs.source WHERE jobs.ended_at IS NULL",
        )
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(|row| {
            let order: Order = row.json("order_snapshot")?;
            let painted = row.json::<Quote>("quote")?.used.size;
            let source = Size::new(row.plain("width")?, row.plain("height")?);
            Ok(Awaited {
                count: order.spec.count,
                painted,
                composed: if order.way == Way::Repaint { source } else { painted },
            })
        })
        .collect()
    }

    async fn knows_key(&self, owner: &VisitorId, key: &str) -> StoreResult<bool> {
        let bound = sqlx::query("SELECT 1 FROM jobs WHERE owner = $1 AND idempotency_key = $2")
            .bind(owner.as_str())
            .bind(key)
            .fetch_optional(&self.readers)
            .await?;
        Ok(bound.is_some())
    }

    async fn keep_all(&self, keeper: &str, until: Timestamp) -> StoreResult<()> {
        let keeper = keeper.to_owned();
        self.write(move |db| Box::pin(async move { keeping::keep_all(db, &keeper, until).await }))
            .await
    }

    async fn let_go(&self, keeper: &str) -> StoreResult<()> {
        let keeper = keeper.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("DELETE FROM blob_keepers WHERE name = $1")
                    .bind(keeper)
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn forget_keepers(&self, now: Timestamp) -> StoreResult<()> {
        let some: Option<i64> = sqlx::query_scalar("SELECT 1 FROM blob_keepers WHERE until <= $1 LIMIT 1")
            .bind(millis(now))
            .fetch_optional(&self.readers)
            .await?;
        if some.is_none() {
            return Ok(());
        }
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("DELETE FROM blob_keepers WHERE until <= $1")
                    .bind(millis(now))
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn take_freed_blobs(&self) -> StoreResult<Vec<BlobKey>> {
        // Asked often and answered with none: the writer is not bothered.
        let any = sqlx::query("SELECT 1 FROM freed_blobs LIMIT 1")
            .fetch_optional(&self.readers)
            .await?;
        if any.is_none() {
            return Ok(Vec::new());
        }
        self.write(move |db| {
            Box::pin(async move {
                let keys = sqlx::query_scalar("DELETE FROM freed_blobs RETURNING key")
                    .fetch_all(db)
                    .await?;
                Ok(keys.into_iter().map(BlobKey).collect())
            })
        })
        .await
    }

    async fn all_kept(&self) -> StoreResult<bool> {
        let kept: i64 = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM blob_keepers)")
            .fetch_one(&self.readers)
            .await?;
        Ok(kept != 0)
    }
}
