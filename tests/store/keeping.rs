//! What is kept beside the rows people see: what was deleted, how much there is, copies of the file.

use crate::house::{House, at, hex};
use pochoir::server::{
    blobs::Blobs,
    store::{SourceRow, sqlite::SqliteStore},
};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;

async fn behind_its_back(file: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(file)
        .connect()
        .await
        .expect("the file")
}

async fn deletions(house: &House) -> Vec<(String, String)> {
    sqlx::query_as("SELECT kind, subject FROM deletions ORDER BY id")
        .fetch_all(&mut behind_its_back(&house.file()).await)
        .await
        .expect("the log")
}

#[tokio::test]
async fn deletions_are_noted_with_what_they_delete() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let (first, second) = (
        house.painted(&ada, &source, "first").await,
        house.painted(&ada, &source, "second").await,
    );
    let (ends, goes_on) = (
        house.share_row(&ada, &[&first], "ends"),
        house.share_row(&ada, &[&first, &second], "goes on"),
    );
    for share in [&ends, &goes_on] {
        house.store.insert_share(share).await.expect("shared");
    }
    let nobody = house.visitor().await;
    house
        .store
        .delete_source(&nobody, &source)
        .await
        .expect_err("not theirs");
    assert_eq!(deletions(&house).await, [], "what was refused is not noted");

    house.store.delete_variation(&ada, &first.id).await.expect("deleted");
    house.store.revoke_share(&ada, &goes_on.id).await.expect("revoked");
    house.store.delete_source(&ada, &source).await.expect("deleted");
    let noted = [
        ("variation", first.id.as_str()),
        ("share", ends.id.as_str()),
        ("share", goes_on.id.as_str()),
        ("source", source.as_str()),
    ];
    assert_eq!(
        deletions(&house).await,
        noted.map(|(kind, subject)| (kind.to_owned(), subject.to_owned()))
    );
}

#[tokio::test]
async fn the_sum_of_all_blobs_follows_every_change() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let bytes = async || house.store.stored_bytes().await.expect("a sum");
    assert_eq!(bytes().await, 0);
    let cat = house.source(&ada, "cat").await;
    assert_eq!(bytes().await, 3000);
    let same = house.source(&ada, "cat").await;
    assert_eq!(bytes().await, 3000, "the same bytes are kept once");
    let made = house.painted(&ada, &cat, "made").await;
    assert_eq!(bytes().await, 7000);
    house.store.delete_variation(&ada, &made.id).await.expect("deleted");
    house.store.delete_source(&ada, &cat).await.expect("deleted");
    assert_eq!(bytes().await, 3000, "the other has them still");
    house.store.delete_source(&ada, &same).await.expect("deleted");
    assert_eq!(bytes().await, 0);
}

#[tokio::test]
async fn while_somebody_copies_everything_no_bytes_go() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let blobs = Blobs::memory();
    let master = blobs.put("master".into(), "image/png").await.expect("put");
    let row = SourceRow {
        master: master.clone(),
        ..house.source_row(&ada, "cat")
    };
    house.store.insert_source(&row).await.expect("kept");
    house.store.keep_all("a copy", at(100)).await.expect("said");
    let gone = house.store.delete_source(&ada, &row.id).await.expect("deleted");
    blobs.sweep(&*house.store, &gone).await.expect("swept");
    house.store.forget_keepers(at(99)).await.expect("looked");
    blobs.sweep(&*house.store, &[]).await.expect("swept");
    assert_eq!(blobs.get(&master.key).await.expect("still there"), "master");
    // Whoever copied ended without a word.
    house.store.forget_keepers(at(100)).await.expect("looked");
    blobs.sweep(&*house.store, &[]).await.expect("swept");
    assert!(blobs.get(&master.key).await.is_err());
}

/// The schema of a former version, with rows in it.
async fn former(file: &Path) {
    let mut db = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .connect()
        .await
        .expect("a file");
    let first = include_str!("../../migrations/sqlite/0001_first.sql");
    sqlx::raw_sql(first).execute(&mut db).await.expect("the first schema");
    let checksum = {
        use sha2::{Digest as _, Sha384};
        hex(&Sha384::digest(first))
    };
    let applied = format!(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
             installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, \
             execution_time BIGINT NOT NULL); \
         INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (1, 'first', 1, x'{checksum}', 0); \
         INSERT INTO visitors (id, created_at) VALUES ('{:032x}', 7); \
         INSERT INTO blobs (key, content_type, bytes) VALUES ('{:064x}', 'image/png', 1234)",
        1, 2
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(applied))
        .execute(&mut db)
        .await
        .expect("its rows");
    db.close().await.expect("closed");
}

#[tokio::test]
async fn a_former_schema_is_copied_before_it_is_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pochoir.db");
    former(&file).await;
    // A copy of an earlier try is replaced, whole or not.
    let copy = folder.path().join("pochoir.db.schema-1");
    std::fs::write(&copy, "an older copy").expect("written");
    std::fs::write(folder.path().join("pochoir.db.schema-1.unfinished"), "half").expect("written");

    let refused = SqliteStore::attach(&file).await.expect_err("another schema");
    assert!(refused.to_string().contains("has the schema 1"), "{refused}");
    let store = SqliteStore::open(&file).await.expect("brought up to date");
    assert_eq!(
        pochoir::server::store::BlobRefs::stored_bytes(&store)
            .await
            .expect("a sum"),
        1234,
        "what was there is counted"
    );
    store.close().await;
    SqliteStore::open(&file).await.expect("again").close().await;

    let mut db = behind_its_back(&copy).await;
    let visitors: i64 = sqlx::query_scalar("SELECT count(*) FROM visitors")
        .fetch_one(&mut db)
        .await
        .expect("the visitors");
    let last: i64 = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(&mut db)
        .await
        .expect("the schema");
    assert_eq!((visitors, last), (1, 1), "as it was before");
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
        .collect();
    names.sort();
    assert_eq!(names, ["pochoir.db", "pochoir.db.schema-1"]);
}

#[tokio::test]
async fn a_new_database_is_not_copied_and_none_is_made_for_a_copy() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pochoir.db");
    let missing = SqliteStore::attach(&file).await.expect_err("nothing there");
    assert!(missing.to_string().contains("there is no database"), "{missing}");
    assert!(!file.exists());
    SqliteStore::open(&file).await.expect("new").close().await;
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    SqliteStore::attach(&file).await.expect("there").close().await;
}
