//! Shares, with the pictures made for them.

use super::{
    SqliteStore, StoreError, StoreResult,
    blob_refs::{self, Held, Kind},
    columns::{Columns as _, containing, fold, json_or_none, millis},
    keeping::{Deleted, note_deletion},
};
use crate::{
    domain::id::{ShareId, VariationId, VisitorId},
    server::store::{BlobKey, BlobRef, PageAsk, ShareItemRow, ShareRow, Shares, Timestamp},
};
use async_trait::async_trait;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, sqlite::SqliteRow};
use std::collections::HashMap;

/// The pictures of one result on a share.
const ITEM_ROLES: [&str; 4] = ["picture", "thumb", "download", "original"];

/// The role of a picture of one result, such as `thumb:` and the variation's id.
fn item_role(role: &str, variation: &str) -> String {
    format!("{role}:{variation}")
}

/// The pictures of an item by the names of their roles.
fn item_blobs(item: &ShareItemRow) -> impl Iterator<Item = (&'static str, &BlobRef)> {
    let pictures = [
        Some(&item.picture),
        Some(&item.thumb),
        item.download.as_ref(),
        item.original.as_ref(),
    ];
    ITEM_ROLES
        .into_iter()
        .zip(pictures)
        .filter_map(|(role, blob)| Some((role, blob?)))
}

fn read(row: &SqliteRow, items: &[SqliteRow], mut blobs: Held) -> StoreResult<ShareRow> {
    Ok(ShareRow {
        id: row.id("id")?,
        owner: row.id("owner")?,
        slug: row.plain("slug")?,
        title: row.plain("title")?,
        visibility: row.name("visibility")?,
        expires_at: row.moment_or_none("expires_at")?,
        password_hash: row.plain("password_hash")?,
        show_original: row.plain("show_original")?,
        show_prompt: row.plain("show_prompt")?,
        show_price: row.plain("show_price")?,
        allow_download: row.plain("allow_download")?,
        allow_remix: row.plain("allow_remix")?,
        card: blobs.take("card")?,
        items: items
            .iter()
            .map(|item| read_item(item, &mut blobs))
            .collect::<StoreResult<_>>()?,
        created_at: row.moment("created_at")?,
    })
}

fn read_item(row: &SqliteRow, blobs: &mut Held) -> StoreResult<ShareItemRow> {
    let variation: VariationId = row.id("variation")?;
    let role = |name| item_role(name, variation.as_str());
    Ok(ShareItemRow {
        picture: blobs.take(&role("picture"))?,
        thumb: blobs.take(&role("thumb"))?,
        download: blobs.take_or_none(&role("download")),
        original: blobs.take_or_none(&role("original")),
        width: row.plain("width")?,
        height: row.plain("height")?,
        prompt: row.plain("prompt")?,
        spent: row.micros("spent")?,
        provider: row.name("provider")?,
        understood: row.json_or_none("understood")?,
        variation,
    })
}

/// Shares with what they show.
async fn read_all(db: &mut SqliteConnection, rows: &[SqliteRow]) -> StoreResult<Vec<ShareRow>> {
    let ids = rows
        .iter()
        .map(|row| row.plain::<&str>("id"))
        .collect::<StoreResult<Vec<_>>>()?;
    let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM share_items WHERE share IN (");
    let mut list = query.separated(", ");
    for &id in &ids {
        list.push_bind(id);
    }
    query.push(") ORDER BY share, place");
    let mut items = HashMap::<String, Vec<SqliteRow>>::new();
    for item in query.build().fetch_all(&mut *db).await? {
        items.entry(item.plain("share")?).or_default().push(item);
    }
    let mut blobs = blob_refs::held_by_each(db, Kind::Share, ids.iter().copied()).await?;
    rows.iter()
        .zip(ids)
        .map(|(row, id)| {
            let items = items.remove(id).unwrap_or_default();
            read(row, &items, blobs.remove(id).unwrap_or_default())
        })
        .collect()
}

/// Keeps what a share shows. Every result must be its owner's.
async fn insert_items(db: &mut SqliteConnection, share: &ShareRow) -> StoreResult<()> {
    let (owner, id) = (&share.owner, share.id.as_str());
    blob_refs::refer(db, owner, Kind::Share, id, "card", &share.card).await?;
    for (place, item) in (0_i64..).zip(&share.items) {
        let kept = sqlx::query(
            "INSERT INTO share_items \
                 (share, variation, owner, place, width, height, prompt, spent, provider, understood) \
             SELECT $1, id, owner, $4, $5, $6, $7, $8, $9, $10 FROM variations WHERE id = $2 AND owner = $3",
        )
        .bind(id)
        .bind(item.variation.as_str())
        .bind(owner.as_str())
        .bind(place)
        .bind(item.width)
        .bind(item.height)
        .bind(&item.prompt)
        .bind(item.spent.0)
        .bind(item.provider.name())
        .bind(json_or_none(item.understood.as_ref())?)
        .execute(&mut *db)
        .await?;
        if kept.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        for (role, blob) in item_blobs(item) {
            let role = item_role(role, item.variation.as_str());
            blob_refs::refer(db, owner, Kind::Share, id, &role, blob).await?;
        }
    }
    Ok(())
}

async fn insert(db: &mut SqliteConnection, share: &ShareRow) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO shares \
             (id, owner, slug, title, title_folded, visibility, expires_at, password_hash, show_original, show_prompt, \
              show_price, allow_download, allow_remix, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(share.id.as_str())
    .bind(share.owner.as_str())
    .bind(&share.slug)
    .bind(&share.title)
    .bind(fold(share.title.as_deref().unwrap_or_default()))
    .bind(share.visibility.name())
    .bind(share.expires_at.map(millis))
    .bind(&share.password_hash)
    .bind(share.show_original)
    .bind(share.show_prompt)
    .bind(share.show_price)
    .bind(share.allow_download)
    .bind(share.allow_remix)
    .bind(millis(share.created_at))
    .execute(&mut *db)
    .await?;
    insert_items(db, share).await
}

async fn update(db: &mut SqliteConnection, share: &ShareRow) -> StoreResult<Vec<BlobKey>> {
    let updated = sqlx::query(
        "UPDATE shares SET slug = $3, title = $4, title_folded = $5, visibility = $6, expires_at = $7, \
             password_hash = $8, show_original = $9, show_prompt = $10, show_price = $11, allow_download = $12, \
             allow_remix = $13 \
         WHERE id = $1 AND owner = $2",
    )
    .bind(share.id.as_str())
    .bind(share.owner.as_str())
    .bind(&share.slug)
    .bind(&share.title)
    .bind(fold(share.title.as_deref().unwrap_or_default()))
    .bind(share.visibility.name())
    .bind(share.expires_at.map(millis))
    .bind(&share.password_hash)
    .bind(share.show_original)
    .bind(share.show_prompt)
    .bind(share.show_price)
    .bind(share.allow_download)
    .bind(share.allow_remix)
    .execute(&mut *db)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    let unlinked = blob_refs::unlink(db, Kind::Share, share.id.as_str()).await?;
    sqlx::query("DELETE FROM share_items WHERE share = $1")
        .bind(share.id.as_str())
        .execute(&mut *db)
        .await?;
    insert_items(db, share).await?;
    blob_refs::forget(db, unlinked).await
}

/// Ends a share. Its blobs still have to be forgotten.
pub(super) async fn remove(db: &mut SqliteConnection, id: &str) -> StoreResult<Vec<BlobKey>> {
    note_deletion(db, Deleted::Share, id).await?;
    sqlx::query("DELETE FROM shares WHERE id = $1")
        .bind(id)
        .execute(&mut *db)
        .await?;
    blob_refs::unlink(db, Kind::Share, id).await
}

/// Takes a variation off every share; a share that shows nothing any more ends. Its blobs still have to be forgotten.
pub(super) async fn take_off(db: &mut SqliteConnection, variation: &VariationId) -> StoreResult<Vec<BlobKey>> {
    let shares: Vec<String> = sqlx::query_scalar("DELETE FROM share_items WHERE variation = $1 RETURNING share")
        .bind(variation.as_str())
        .fetch_all(&mut *db)
        .await?;
    let mut unlinked = Vec::new();
    for share in shares {
        let more = sqlx::query("SELECT 1 FROM share_items WHERE share = $1")
            .bind(&share)
            .fetch_optional(&mut *db)
            .await?;
        if more.is_none() {
            unlinked.extend(remove(db, &share).await?);
            continue;
        }
        for role in ITEM_ROLES {
            let role = item_role(role, variation.as_str());
            unlinked.extend(blob_refs::unlink_role(db, Kind::Share, &share, &role).await?);
        }
    }
    Ok(unlinked)
}

#[async_trait]
impl Shares for SqliteStore {
    async fn insert_share(&self, share: &ShareRow) -> StoreResult<()> {
        let share = share.clone();
        self.write(move |db| Box::pin(async move { insert(db, &share).await }))
            .await
    }

    async fn share(&self, owner: &VisitorId, id: &ShareId) -> StoreResult<ShareRow> {
        let mut db = self.snapshot().await?;
        let rows = sqlx::query("SELECT * FROM shares WHERE id = $1 AND owner = $2")
            .bind(id.as_str())
            .bind(owner.as_str())
            .fetch_all(&mut *db)
            .await?;
        read_all(&mut db, &rows).await?.pop().ok_or(StoreError::NotFound)
    }

    async fn shares(&self, owner: &VisitorId, variation: Option<&VariationId>) -> StoreResult<Vec<ShareRow>> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM shares WHERE owner = ");
        query.push_bind(owner.as_str());
        if let Some(variation) = variation {
            query
                .push(" AND id IN (SELECT share FROM share_items WHERE variation = ")
                .push_bind(variation.as_str())
                .push(")");
        }
        query.push(" ORDER BY created_at DESC, id DESC");
        let mut db = self.snapshot().await?;
        let rows = query.build().fetch_all(&mut *db).await?;
        read_all(&mut db, &rows).await
    }

    async fn update_share(&self, share: &ShareRow) -> StoreResult<Vec<BlobKey>> {
        let share = share.clone();
        self.write(move |db| Box::pin(async move { update(db, &share).await }))
            .await
    }

    async fn revoke_share(&self, owner: &VisitorId, id: &ShareId) -> StoreResult<Vec<BlobKey>> {
        let (owner, id) = (owner.clone(), id.clone());
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("SELECT 1 FROM shares WHERE id = $1 AND owner = $2")
                    .bind(id.as_str())
                    .bind(owner.as_str())
                    .fetch_optional(&mut *db)
                    .await?
                    .ok_or(StoreError::NotFound)?;
                let unlinked = remove(db, id.as_str()).await?;
                blob_refs::forget(db, unlinked).await
            })
        })
        .await
    }

    async fn open_share(&self, slug: &str, now: Timestamp) -> StoreResult<ShareRow> {
        let mut db = self.snapshot().await?;
        let rows = sqlx::query("SELECT * FROM shares WHERE slug = $1 AND (expires_at IS NULL OR expires_at > $2)")
            .bind(slug)
            .bind(millis(now))
            .fetch_all(&mut *db)
            .await?;
        read_all(&mut db, &rows).await?.pop().ok_or(StoreError::NotFound)
    }

    async fn public_shares(&self, now: Timestamp, page: &PageAsk) -> StoreResult<Vec<ShareRow>> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT * FROM shares WHERE visibility = 'public' AND password_hash IS NULL \
             AND (expires_at IS NULL OR expires_at > ",
        );
        query.push_bind(millis(now)).push(")");
        if let Some((moment, id)) = &page.before {
            query
                .push(" AND (created_at, id) < (")
                .push_bind(millis(*moment))
                .push(", ")
                .push_bind(id)
                .push(")");
        }
        if let Some(source) = &page.source {
            query
                .push(
                    " AND id IN (SELECT share FROM share_items JOIN variations ON variations.id = share_items.variation \
                     WHERE variations.source = ",
                )
                .push_bind(source.as_str())
                .push(")");
        }
        // Only what the page says anyway may be searched: its title, and the prompts where they are shown.
        for word in page.words.iter().flat_map(|words| words.split_whitespace()) {
            query
                .push(" AND (title_folded LIKE ")
                .push_bind(containing(word))
                .push(
                    " ESCAPE '\\' OR (show_prompt = 1 AND EXISTS (SELECT 1 FROM share_items \
                     JOIN variations ON variations.id = share_items.variation \
                     WHERE share_items.share = shares.id AND variations.prompt_folded LIKE ",
                )
                .push_bind(containing(word))
                .push(" ESCAPE '\\')))");
        }
        query
            .push(" ORDER BY created_at DESC, id DESC LIMIT ")
            .push_bind(page.limit);
        let mut db = self.snapshot().await?;
        let rows = query.build().fetch_all(&mut *db).await?;
        read_all(&mut db, &rows).await
    }
}
