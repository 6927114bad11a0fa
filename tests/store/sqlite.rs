//! What only the SQLite store has: its file, its triggers, its writer.

use crate::house::{House, NO_CAPS, assert_not_found, settlement};
use pochoir::server::store::{
    Instance as _, StoreError,
    sqlite::{OpenError, SqliteStore},
};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{path::Path, sync::Arc};

/// The file, past the store.
async fn behind_its_back(file: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(file)
        .connect()
        .await
        .expect("the file")
}

async fn run(db: &mut SqliteConnection, statement: &'static str) -> Result<u64, sqlx::Error> {
    sqlx::query(statement)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}

#[tokio::test]
async fn the_ledger_is_append_only() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.reserved(&ada, 100).await;
    house.store.settle(&call, &settlement(40)).await.expect("settled");
    let mut db = behind_its_back(&house.file()).await;
    let entries: Vec<(String, i64, i64)> = sqlx::query_as("SELECT entry, reserved, spent FROM ledger ORDER BY id")
        .fetch_all(&mut db)
        .await
        .expect("entries");
    let expected = [("reserve", 100, 0), ("settle", -40, 40), ("release", -60, 0)];
    assert_eq!(
        entries,
        expected.map(|(entry, held, spent)| (entry.to_owned(), held, spent))
    );
    for statement in ["UPDATE ledger SET spent = 0", "DELETE FROM ledger"] {
        let refused = run(&mut db, statement).await.expect_err("refused");
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    house.assert_books().await;
}

#[tokio::test]
async fn the_ledger_check_finds_what_does_not_agree() {
    for (statement, found) in [
        (
            "UPDATE budgets SET spent = spent - 1 WHERE name = 'month'",
            "balance month",
        ),
        (
            "UPDATE budgets SET reserved = reserved + 5 WHERE name = 'visitor_day'",
            "balance visitor_day",
        ),
        ("DELETE FROM budgets WHERE name = 'day'", "balance day"),
        ("UPDATE calls SET spent = spent + 1 WHERE spent IS NOT NULL", "call "),
        ("UPDATE calls SET quote = quote + 1 WHERE spent IS NULL", "call "),
        ("UPDATE jobs SET state = 'failed', ended_at = 1", "job "),
    ] {
        let house = House::open().await;
        let ada = house.visitor().await;
        let call = house.reserved(&ada, 100).await;
        house.store.settle(&call, &settlement(40)).await.expect("settled");
        house.started(&ada, &house.source(&ada, "cat").await, 10).await;
        house.assert_books().await;
        let changed = run(&mut behind_its_back(&house.file()).await, statement)
            .await
            .expect("changed");
        assert_eq!(changed, 1, "{statement}");
        let wrong = house.store.ledger_check().await.expect("answer");
        assert_eq!(wrong.len(), 1, "{statement}: {wrong:?}");
        assert!(wrong[0].starts_with(found), "{statement}: {wrong:?}");
    }
}

#[tokio::test]
async fn everything_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pochoir.db");
    let store = SqliteStore::open(&file).await.expect("new");
    assert_eq!(store.secret([7; 32]).await.expect("secret"), [7; 32]);
    store.close().await;
    assert!(matches!(store.ping().await, Err(StoreError::Away(_))));
    assert!(matches!(store.secret([9; 32]).await, Err(StoreError::Away(_))));

    let store = SqliteStore::open(&file).await.expect("again");
    assert_eq!(store.secret([9; 32]).await.expect("secret"), [7; 32]);
    store.close().await;
}

#[tokio::test]
async fn the_file_is_kept_as_safely_as_promised() {
    let house = House::open().await;
    let mut db = behind_its_back(&house.file()).await;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut db)
        .await
        .expect("mode");
    assert_eq!(mode, "wal");
    let tables: Vec<(String, i64)> = sqlx::query_as(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
         AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx_%'",
    )
    .fetch_all(&mut db)
    .await
    .expect("tables");
    assert_eq!(tables.len(), 27, "{tables:?}");
    assert!(tables.iter().all(|(_, strict)| *strict == 1), "{tables:?}");
}

#[tokio::test]
async fn a_newer_schema_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pochoir.db");
    SqliteStore::open(&file).await.expect("new").close().await;
    let mut db = behind_its_back(&file).await;
    let statement = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9000, 'from the future', 1, x'00', 0)";
    run(&mut db, statement).await.expect("inserted");
    db.close().await.expect("closed");
    let refused = SqliteStore::open(&file).await.expect_err("refused");
    assert!(matches!(refused, OpenError::Newer { found: 9000, .. }), "{refused:?}");
    assert!(refused.to_string().contains("newer Pochoir"), "{refused}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pochoir.db");
    std::fs::write(&file, "a shopping list, long enough to be read as a header".repeat(40)).expect("written");
    let refused = SqliteStore::open(&file).await.expect_err("refused");
    assert!(
        matches!(refused, OpenError::Database { .. } | OpenError::Migration { .. }),
        "{refused:?}"
    );
    assert!(std::fs::read(&file).expect("file").starts_with(b"a shopping list"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_act_whose_caller_went_away_happens_as_a_whole_or_not_at_all() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let mut jobs = Vec::new();
    let mut tasks = Vec::new();
    for number in 0..200 {
        let (store, job) = (Arc::clone(&house.store), house.job(&ada, &source, 10));
        jobs.push(job.id.clone());
        tasks.push(tokio::spawn(
            async move { store.reserve_and_enqueue(&job, &NO_CAPS).await },
        ));
        if number % 3 == 0 {
            tokio::task::yield_now().await;
        }
        if number % 2 == 0 {
            tasks[number].abort();
        }
    }
    for task in tasks {
        // Some were aborted, which is the point.
        drop(task.await);
    }
    // The writer takes acts in order: when this one is answered, every earlier one is through.
    house.visitor().await;
    let mut started = 0;
    for job in &jobs {
        match house.store.job_events(&ada, job, 0).await {
            Ok(events) => {
                assert_eq!(events.len(), 1);
                started += 1;
            }
            Err(StoreError::NotFound) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(started >= 100, "the callers that stayed");
    assert_eq!(house.used_today(&ada).await, started * 10);
    house.assert_books().await;
}

#[tokio::test]
async fn a_refused_act_does_not_spoil_those_that_share_its_commit() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let good = [house.call(&ada, 1), house.call(&ada, 2)];
    let twice = good[0].clone();
    let unknown = house.source_row(&house.fresh(), "nobody's");
    let (first, broken, orphan, second) = tokio::join!(
        house.store.reserve(&good[0], &NO_CAPS),
        house.store.reserve(&twice, &NO_CAPS),
        house.store.insert_source(&unknown),
        house.store.reserve(&good[1], &NO_CAPS),
    );
    first.expect("reserved");
    second.expect("reserved");
    assert!(matches!(broken, Err(StoreError::Database(_))), "{broken:?}");
    assert!(matches!(orphan, Err(StoreError::Database(_))), "{orphan:?}");
    assert_eq!(house.used_today(&ada).await, 3);
    house.assert_books().await;
}

#[tokio::test]
async fn the_writer_recovers_when_a_commit_fails() {
    let house = House::open().await;
    let ada = house.visitor().await;
    // A foreign key that is checked at the commit, and a trigger that breaks it: the group fails as a whole.
    let mut db = behind_its_back(&house.file()).await;
    for statement in [
        "CREATE TABLE late (id TEXT REFERENCES visitors (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER late_trap AFTER INSERT ON calls BEGIN INSERT INTO late VALUES ('nobody'); END",
    ] {
        run(&mut db, statement).await.expect("done");
    }
    let call = house.call(&ada, 100);
    let lost = house.store.reserve(&call, &NO_CAPS).await;
    assert!(matches!(lost, Err(StoreError::Database(_))), "{lost:?}");
    assert_not_found(house.store.call(&call.id).await);
    assert_eq!(house.used_today(&ada).await, 0);

    run(&mut db, "DROP TRIGGER late_trap").await.expect("dropped");
    house
        .store
        .reserve(&call, &NO_CAPS)
        .await
        .expect("the writer connected again");
    assert_eq!(house.used_today(&ada).await, 100);
    house.assert_books().await;
}
