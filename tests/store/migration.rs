//! The books survive their migration: a database that the second migration made, with every kind of row about money in it, is
//! brought up to date with nothing lost.

use pochoir::server::store::{Books as _, Money as _, sqlite::SqliteStore};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, SqlSafeStr as _, SqliteConnection,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::SqliteConnectOptions,
};
use std::{borrow::Cow, path::Path};

/// What existed before the books.
const FORMER: [(i64, &str, &str); 2] = [
    (1, "first", include_str!("../../migrations/sqlite/0001_first.sql")),
    (
        2,
        "after care",
        include_str!("../../migrations/sqlite/0002_after_care.sql"),
    ),
];

/// A person with a source and a job that succeeded; calls that are reserved, sent, settled below, at and above their quote,
/// unknown and in play money.
const ROWS: &str = "
    INSERT INTO visitors VALUES ('ada', 3, 1);
    INSERT INTO sessions VALUES (zeroblob(32), 'ada', 1);
    INSERT INTO sources VALUES ('cat', 'ada', 640, 480, 'jpeg', 0, '[]', x'00', NULL, 1);
    INSERT INTO calls VALUES
        ('painted', 'ada', 'paint', 'openai', 'm', 100, 0, '2026-11-01', '2026-11', 1, 2, 3, 4, 40, 0, '{}', 'req-1'),
        ('dearer', 'ada', 'paint', 'openai', 'm', 100, 0, '2026-11-01', '2026-11', 1, 2, 3, 4, 130, 0, '{}', 'req-2'),
        ('0123456789abcdef0123456789abcdef', 'ada', 'paint', 'openai', 'm', 50, 0, '2026-11-02', '2026-11', 1, 2, 3, 4, 50, 1, NULL, NULL),
        ('held', 'ada', 'describe', 'azure_vision', 'v', 9, 0, '2026-11-02', '2026-11', 1, 9, NULL, NULL, NULL, 0, NULL, NULL),
        ('left', 'ada', 'describe', 'azure_vision', 'v', 8, 0, '2026-11-02', '2026-11', 1, 9, 5, NULL, NULL, 0, NULL, NULL),
        ('played', 'ada', 'paint', 'demo', 'm', 7, 1, '2026-11-02', '2026-11', 1, 9, 5, 6, 0, 0, NULL, NULL);
    INSERT INTO ledger (entry, call, visitor, day, month, play, reserved, spent, at) VALUES
        ('reserve', 'painted', 'ada', '2026-11-01', '2026-11', 0, 100, 0, 1),
        ('settle', 'painted', 'ada', '2026-11-01', '2026-11', 0, -40, 40, 4),
        ('release', 'painted', 'ada', '2026-11-01', '2026-11', 0, -60, 0, 4),
        ('reserve', 'dearer', 'ada', '2026-11-01', '2026-11', 0, 100, 0, 1),
        ('settle', 'dearer', 'ada', '2026-11-01', '2026-11', 0, -100, 130, 4),
        ('reserve', '0123456789abcdef0123456789abcdef', 'ada', '2026-11-02', '2026-11', 0, 50, 0, 1),
        ('settle', '0123456789abcdef0123456789abcdef', 'ada', '2026-11-02', '2026-11', 0, -50, 50, 4),
        ('reserve', 'held', 'ada', '2026-11-02', '2026-11', 0, 9, 0, 1),
        ('reserve', 'left', 'ada', '2026-11-02', '2026-11', 0, 8, 0, 1),
        ('reserve', 'played', 'ada', '2026-11-02', '2026-11', 1, 7, 0, 1),
        ('release', 'played', 'ada', '2026-11-02', '2026-11', 1, -7, 0, 6);
    INSERT INTO budgets VALUES
        ('day', '', '2026-11-01', 0, 170, 0), ('day', '', '2026-11-02', 0, 50, 17), ('day', '', '2026-11-02', 1, 0, 0),
        ('month', '', '2026-11', 0, 220, 17), ('month', '', '2026-11', 1, 0, 0),
        ('visitor_day', 'ada', '2026-11-01', 0, 170, 0), ('visitor_day', 'ada', '2026-11-02', 0, 50, 17),
        ('visitor_day', 'ada', '2026-11-02', 1, 0, 0);
    INSERT INTO jobs (id, owner, call, source, state, order_snapshot, quote, plan, play, idempotency_key, repeat_key,
            created_at, ended_at) VALUES
        ('j1', 'ada', 'painted', 'cat', 'succeeded', '{}', '{}', '{}', 0, 'k1', 'r1', 1, 4),
        ('j2', 'ada', '0123456789abcdef0123456789abcdef', 'cat', 'unknown', '{}', '{}', '{}', 0, 'k2', 'r2', 1, 4);
    INSERT INTO job_events (job, owner, seq, kind, variations, at) VALUES ('j1', 'ada', 1, 'queued', '[]', 1);
";

/// What must be the same before and after, column by column.
const KEPT: [&str; 6] = [
    "SELECT id, visitor, kind, provider, model, quote, play, day, month, reserved_at, lease_until, sent_at, settled_at, \
        spent, unknown, usage, request_id FROM calls ORDER BY id",
    "SELECT id, entry, call, visitor, day, month, play, reserved, spent, at FROM ledger ORDER BY id",
    "SELECT name, subject, period, play, spent, reserved FROM budgets ORDER BY name, subject, period, play",
    "SELECT id, owner, call, source, state, idempotency_key, ended_at FROM jobs ORDER BY id",
    "SELECT id, last_turn, created_at FROM visitors",
    "SELECT seq FROM sqlite_sequence WHERE name = 'ledger'",
];

async fn open(file: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .foreign_keys(true)
        .connect()
        .await
        .expect("the file")
}

/// Every row as one text.
async fn rows(db: &mut SqliteConnection, query: &'static str) -> Vec<String> {
    let rows = sqlx::query(query).fetch_all(db).await.expect("rows");
    let text = |row: &sqlx::sqlite::SqliteRow, column: usize| {
        row.try_get_unchecked::<Option<String>, _>(column).expect("a value")
    };
    rows.iter()
        .map(|row| {
            format!(
                "{:?}",
                (0..row.len()).map(|column| text(row, column)).collect::<Vec<_>>()
            )
        })
        .collect()
}

async fn kept(db: &mut SqliteConnection) -> Vec<Vec<String>> {
    let mut kept = Vec::new();
    for query in KEPT {
        kept.push(rows(db, query).await);
    }
    kept
}

#[tokio::test]
async fn nothing_in_the_books_is_lost_on_the_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pochoir.db");
    let mut db = open(&file).await;
    let former = FORMER.map(|(version, name, statements)| {
        Migration::new(
            version,
            Cow::Borrowed(name),
            MigrationType::Simple,
            statements.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(former.to_vec())
        .run_direct(None, &mut db, false)
        .await
        .expect("the former schema");
    sqlx::raw_sql(ROWS).execute(&mut db).await.expect("rows");
    let before = kept(&mut db).await;
    assert_eq!(before.iter().map(Vec::len).collect::<Vec<_>>(), [6, 11, 8, 2, 1, 1]);
    db.close().await.expect("closed");

    let store = SqliteStore::open(&file).await.expect("brought up to date");
    assert_eq!(
        store.ledger_check().await.expect("the ledger answers"),
        Vec::<String>::new()
    );
    assert_eq!(store.books().await.expect("books").entries, 11);
    let months = store.month("2026-11").await.expect("the month");
    let openai = months
        .iter()
        .find(|month| month.vendor.name() == "openai")
        .expect("openai");
    assert_eq!((openai.calls, openai.booked.0, openai.unknown.len()), (3, 220, 1));
    store.close().await;

    let mut db = open(&file).await;
    assert_eq!(kept(&mut db).await, before);
    assert_eq!(rows(&mut db, "PRAGMA foreign_key_check").await, Vec::<String>::new());
    let marked = rows(&mut db, "SELECT id FROM calls WHERE over_quote = 1").await;
    assert_eq!(marked, ["[Some(\"dearer\")]"]);
    let refused = [
        "UPDATE ledger SET spent = 0",
        "DELETE FROM ledger",
        "DELETE FROM calls WHERE id = 'painted'",
    ];
    for statement in refused {
        assert!(sqlx::query(statement).execute(&mut db).await.is_err(), "{statement}");
    }
    let refine = "INSERT INTO calls (id, visitor, kind, provider, model, quote, play, day, month, reserved_at, lease_until) \
        VALUES ('new', 'ada', $1, 'openai', 'm', 1, 0, 'd', 'm', 1, 2)";
    for (kind, taken) in [("guess", false), ("refine", true)] {
        let inserted = sqlx::query(AssertSqlSafe(refine)).bind(kind).execute(&mut db).await;
        assert_eq!(inserted.is_ok(), taken, "{kind}: {inserted:?}");
    }
}
