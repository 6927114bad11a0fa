//! The database at work, in a process of its own: `cargo xtask bench store` runs it and reads the line it prints.
//!
//! `store ledger FOLDER SECONDS` reserves and settles with many writers at once; `store library FOLDER` asks for pages of a
//! library of 100,000 works. Both print JSON. To add a task: a function and a line in [`main`].

#![expect(clippy::print_stdout, reason = "the figures go to whoever asked for them")]

use pochoir::{
    domain::{budget::Caps, id::VisitorId, money::Micros, spec::ProviderName},
    server::{
        clock::{Clock as _, SystemClock},
        random::Random,
        store::{
            CallKind, Money as _, NewCall, PageAsk, Periods, Settlement, StoreError, Timestamp, Variations as _,
            Visitors as _, sqlite::SqliteStore,
        },
    },
};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};
use std::{
    env,
    error::Error,
    fs::{self, File},
    io::Write as _,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// People who reserve and settle at once.
const WRITERS: usize = 64;
/// Works in the library.
const WORKS: u32 = 100_000;
/// Works on a page.
const PAGE: u32 = 48;
/// Pages asked for at each depth.
const ASKED: usize = 2_000;

#[tokio::main]
async fn main() -> Outcome<()> {
    // `cargo bench` and `cargo test` hand their own switches to every bench; there is nothing to do for them.
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["ledger", folder, seconds] => ledger(Path::new(folder), Duration::from_secs(seconds.parse()?)).await,
        ["library", folder] => library(Path::new(folder)).await,
        _ => {
            println!("this is run by `cargo xtask bench store`");
            Ok(())
        }
    }
}

async fn open(folder: &Path) -> Outcome<SqliteStore> {
    fs::create_dir_all(folder)?;
    Ok(SqliteStore::open(&folder.join("pochoir.db")).await?)
}

fn id<T: std::str::FromStr>(random: &Random) -> Outcome<T> {
    let digits = format!("{:032x}", u128::from_be_bytes(random.bytes()));
    digits.parse().map_err(|_| "32 digits are an id".into())
}

/// Reserve, settle, reserve, settle: each answered only when it is on the disk.
async fn ledger(folder: &Path, long: Duration) -> Outcome<()> {
    let fsyncs = fsync_rate(folder)?;
    let store = Arc::new(open(folder).await?);
    let random = Arc::new(Random::from_system());
    let end = Instant::now() + long;
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let visitor: VisitorId = id(&random)?;
        store
            .create_visitor(&visitor, &random.bytes(), SystemClock.now())
            .await?;
        let (store, random) = (store.clone(), random.clone());
        writers.push(tokio::spawn(async move { write(&store, &random, visitor, end).await }));
    }
    let (mut times, mut locked) = (Vec::new(), 0);
    for writer in writers {
        let (theirs, refused) = writer.await??;
        times.extend(theirs);
        locked += refused;
    }
    let wrong = store.ledger_check().await?;
    store.close().await;
    println!(
        "{}",
        json!({ "ms": times, "locked": locked, "seconds": long.as_secs(), "fsyncs": fsyncs, "wrong": wrong.len() })
    );
    Ok(())
}

async fn write(store: &SqliteStore, random: &Random, visitor: VisitorId, end: Instant) -> Outcome<(Vec<f64>, u32)> {
    let caps = Caps {
        day: Some(Micros(i64::MAX / 2)),
        month: Some(Micros(i64::MAX / 2)),
        visitor_day: Some(Micros(i64::MAX / 2)),
    };
    let (mut times, mut locked) = (Vec::new(), 0);
    let mut note = |began: Instant, outcome: Result<(), StoreError>| -> Outcome<()> {
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        match outcome {
            Err(StoreError::Database(error)) if error.to_string().contains("locked") => {
                locked += 1;
                Ok(())
            }
            other => Ok(other?),
        }
    };
    while Instant::now() < end {
        let call = call(random, &visitor)?;
        let began = Instant::now();
        note(began, store.reserve(&call, &caps).await)?;
        let settlement = Settlement {
            spent: Micros(7_000),
            usage: None,
            request_id: None,
            unknown: false,
            now: SystemClock.now(),
        };
        let began = Instant::now();
        note(began, store.settle(&call.id, &settlement).await)?;
    }
    Ok((times, locked))
}

fn call(random: &Random, visitor: &VisitorId) -> Outcome<NewCall> {
    let now = SystemClock.now();
    Ok(NewCall {
        id: id(random)?,
        visitor: visitor.clone(),
        kind: CallKind::Describe,
        provider: ProviderName::AzureVision,
        model: "2024-02-01".to_owned(),
        quote: Micros(10_000),
        play: false,
        periods: Periods {
            day: "2026-11-22".to_owned(),
            month: "2026-11".to_owned(),
        },
        now,
        lease_until: now,
    })
}

/// How often a second this disk confirms four kilobytes appended to a file.
fn fsync_rate(folder: &Path) -> Outcome<f64> {
    fs::create_dir_all(folder)?;
    let path = folder.join("fsync");
    let mut file = File::create(&path)?;
    let (began, mut done) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(2) {
        file.write_all(&[0x5a; 4096])?;
        file.sync_data()?;
        done += 1;
    }
    let rate = f64::from(done) / began.elapsed().as_secs_f64();
    drop(file);
    fs::remove_file(path)?;
    Ok(rate)
}

/// Pages at the beginning, in the middle and at the end of a large library.
async fn library(folder: &Path) -> Outcome<()> {
    let owner: VisitorId = format!("{:032x}", 1).parse().map_err(|_| "an id")?;
    let store = open(folder).await?;
    store.create_visitor(&owner, &[1; 32], SystemClock.now()).await?;
    fill(&folder.join("pochoir.db"), owner.as_str()).await?;
    let mut depths = Vec::new();
    for above in [0, WORKS / 2, WORKS - PAGE] {
        let mut times = Vec::new();
        for turn in 0..ASKED {
            let page = PageAsk {
                // Works are a second apart, the newest last.
                before: Some((
                    Timestamp::from_second(i64::from(WORKS - above) + 1)?,
                    format!("{:032x}", 0),
                )),
                limit: PAGE,
                words: None,
                source: None,
            };
            let began = Instant::now();
            let rows = store.variations(&owner, &page).await?;
            // The first ones find nothing in memory.
            if turn >= ASKED / 10 {
                times.push(began.elapsed().as_secs_f64() * 1000.0);
            }
            if rows.len() != PAGE as usize {
                return Err(format!("{} works at depth {above}", rows.len()).into());
            }
        }
        depths.push(json!({ "above": above, "ms": times }));
    }
    store.close().await;
    println!("{}", json!({ "works": WORKS, "page": PAGE, "depths": depths }));
    Ok(())
}

/// A library as the store would have written it, written in bulk: a hundred thousand jobs through the front door take minutes
/// and say nothing about reading.
async fn fill(database: &Path, owner: &str) -> Outcome<()> {
    let mut db = SqliteConnection::connect(&format!("sqlite:{}", database.display())).await?;
    let numbers = format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {WORKS})");
    let roles =
        "(SELECT 'raw' AS role, 1 AS r UNION SELECT 'composed', 2 UNION SELECT 'preview', 3 UNION SELECT 'thumb', 4)";
    let spec = r#"{"model":"gpt-image-2.5-flare","quality":"low","size":"1024x1024","count":1,"format":"png"}"#;
    for statement in [
        "BEGIN".to_owned(),
        format!(
            "INSERT INTO sources (id, owner, width, height, format, alpha, removed, thumbhash, created_at) \
             VALUES (printf('%032x', 1), '{owner}', 640, 480, 'jpeg', 0, '[]', x'00', 0)"
        ),
        format!(
            "{numbers} INSERT INTO calls (id, visitor, kind, provider, model, quote, play, day, month, reserved_at, \
                 lease_until, sent_at, settled_at, spent) \
             SELECT printf('%032x', i), '{owner}', 'paint', 'openai', 'm', 10, 0, 'd', 'm', i, i, i, i, 7 FROM n"
        ),
        format!(
            "{numbers} INSERT INTO jobs (id, owner, call, source, state, order_snapshot, quote, plan, play, \
                 idempotency_key, repeat_key, created_at, ended_at) \
             SELECT printf('%032x', i), '{owner}', printf('%032x', i), printf('%032x', 1), 'succeeded', '{{}}', '{{}}', \
                 '{{}}', 0, printf('k%d', i), printf('r%d', i), i * 1000, i * 1000 FROM n"
        ),
        format!(
            "{numbers} INSERT INTO variations (id, owner, source, job, place, way, prompt, prompt_folded, spec, provider, \
                 spent, width, height, created_at) \
             SELECT printf('%032x', i), '{owner}', printf('%032x', 1), printf('%032x', i), 0, 'restyle', \
                 printf('A house in winter, number %d.', i), printf('a house in winter, number %d.', i), '{spec}', \
                 'openai', 7, 1024, 1024, i * 1000 FROM n"
        ),
        format!(
            "{numbers} INSERT INTO blobs (key, content_type, bytes) \
             SELECT printf('%064x', i * 4 + r), 'image/png', 1000 FROM n, {roles}"
        ),
        format!(
            "{numbers} INSERT INTO blob_refs (owner_kind, owner_id, role, blob, owner) \
             SELECT 'variation', printf('%032x', i), role, printf('%064x', i * 4 + r), '{owner}' FROM n, {roles}"
        ),
        "COMMIT".to_owned(),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut db).await?;
    }
    db.close().await?;
    Ok(())
}
