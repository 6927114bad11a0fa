//! Somebody leaves: everything of theirs goes, and rows about money keep a tombstone in place of their id.

use super::{
    StoreError, StoreResult, blob_refs,
    keeping::{Deleted, note_deletion},
};
use crate::{
    domain::id::VisitorId,
    server::store::{BlobKey, Tombstone},
};
use sqlx::SqliteConnection;

/// What belongs to a person, in an order in which nothing is deleted that a later table still refers to. What hangs on these
/// rows goes with them: sessions, job events, the places on shares.
const THEIRS: [&str; 10] = [
    "DELETE FROM blob_refs WHERE owner = $1",
    "DELETE FROM shares WHERE owner = $1",
    "DELETE FROM variations WHERE owner = $1",
    "DELETE FROM jobs WHERE owner = $1",
    "DELETE FROM masks WHERE owner = $1",
    "DELETE FROM descriptions WHERE owner = $1",
    "DELETE FROM paid_descriptions WHERE owner = $1",
    "DELETE FROM paid_refinements WHERE owner = $1",
    "DELETE FROM sources WHERE owner = $1",
    "DELETE FROM visitors WHERE id = $1",
];

/// Rows about money: the id becomes the tombstone, and nothing else changes.
const MONEY: [&str; 4] = [
    "UPDATE calls SET visitor = $2 WHERE visitor = $1",
    "UPDATE ledger SET visitor = $2 WHERE visitor = $1",
    "UPDATE budgets SET subject = $2 WHERE name = 'visitor_day' AND subject = $1",
    "UPDATE alerts SET subject = $2 WHERE name = 'visitor_day' AND subject = $1",
];

/// Deletes a person. Gives how many blobs nobody refers to any more; they are kept in `freed_blobs`.
pub(super) async fn delete(db: &mut SqliteConnection, id: &VisitorId, tombstone: &Tombstone) -> StoreResult<u64> {
    sqlx::query("SELECT 1 FROM visitors WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(&mut *db)
        .await?
        .ok_or(StoreError::NotFound)?;
    let open = sqlx::query("SELECT 1 FROM jobs WHERE owner = $1 AND ended_at IS NULL LIMIT 1")
        .bind(id.as_str())
        .fetch_optional(&mut *db)
        .await?;
    if open.is_some() {
        return Err(StoreError::WrongState);
    }
    let held: Vec<String> = sqlx::query_scalar("SELECT DISTINCT blob FROM blob_refs WHERE owner = $1")
        .bind(id.as_str())
        .fetch_all(&mut *db)
        .await?;
    for statement in THEIRS {
        sqlx::query(statement).bind(id.as_str()).execute(&mut *db).await?;
    }
    let gone = blob_refs::forget(db, held.into_iter().map(BlobKey)).await?;
    blob_refs::note_freed(db, &gone).await?;
    for statement in MONEY {
        sqlx::query(statement)
            .bind(id.as_str())
            .bind(tombstone.as_str())
            .execute(&mut *db)
            .await?;
    }
    note_deletion(db, Deleted::Visitor, id.as_str()).await?;
    Ok(gone.len() as u64)
}
