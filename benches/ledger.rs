//! Durable acts on the ledger: writers that reserve and settle at once, as fast as they are answered. `cargo xtask bench ledger`
//! runs it and reads the line it prints.
//!
//! `ledger FOLDER SECONDS WRITERS` prints `{"acts_per_s":…,"median_ms":…,"p99_ms":…,"failed":…,"differences":…,"syncs_per_s":…}`:
//! the last is what the disk alone does, a page appended and synced at a time.

#![expect(clippy::print_stdout, reason = "the figures go to whoever asked for them")]

use pochoir::{
    domain::{
        budget::Caps,
        id::{CallId, GroupId, VisitorId},
        money::Micros,
        spec::ProviderName,
    },
    server::store::{
        CallKind, GroupRow, NewCall, Periods, Settlement, SharedStore, StoreResult, Timestamp, sqlite::SqliteStore,
    },
};
use std::{
    env,
    error::Error,
    fs::File,
    io::Write as _,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Room for everything: what is measured is the work, not refusals.
const CAPS: Caps = Caps {
    day: Some(Micros(i64::MAX / 2)),
    month: Some(Micros(i64::MAX / 2)),
    visitor_day: Some(Micros(i64::MAX / 2)),
};

/// What a writer did.
#[derive(Default)]
struct Done {
    waits: Vec<Duration>,
    failed: u64,
}

fn main() -> Outcome<()> {
    // `cargo bench` and `cargo test` hand their own switches to every bench; there is nothing to do for them.
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let [folder, seconds, writers] = words.as_slice() else {
        println!("this is run by `cargo xtask bench ledger`");
        return Ok(());
    };
    let folder = Path::new(folder);
    let (length, writers) = (Duration::from_secs(seconds.parse()?), writers.parse()?);
    let syncs = syncs_per_second(folder, Duration::from_secs(2))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(&folder.join("ledger.db"), length, writers, syncs))
}

/// How often the disk takes a page and says that it is safe.
fn syncs_per_second(folder: &Path, length: Duration) -> Outcome<f64> {
    let mut file = File::create(folder.join("synced"))?;
    let began = Instant::now();
    let mut syncs = 0_u32;
    while began.elapsed() < length {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        syncs += 1;
    }
    Ok(f64::from(syncs) / began.elapsed().as_secs_f64())
}

async fn measure(file: &Path, length: Duration, writers: u64, syncs: f64) -> Outcome<()> {
    let store: SharedStore = Arc::new(SqliteStore::open(file).await?);
    let began = Instant::now();
    let mut tasks = Vec::new();
    for number in 0..writers {
        let visitor = visitor(&store, number).await?;
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            write(&*store, &visitor, number, began + length).await
        }));
    }
    let mut all = Done::default();
    for task in tasks {
        let done = task.await?;
        all.waits.extend(done.waits);
        all.failed += done.failed;
    }
    let seconds = began.elapsed().as_secs_f64();
    let differences = store.ledger_check().await?.len();
    all.waits.sort_unstable();
    let at = |percent: usize| {
        let place = (all.waits.len() * percent / 100).min(all.waits.len().saturating_sub(1));
        all.waits.get(place).map_or(0.0, |wait| wait.as_secs_f64() * 1000.0)
    };
    let acts = f64::from(u32::try_from(all.waits.len())?) / seconds;
    println!(
        "{{\"acts_per_s\":{acts},\"median_ms\":{},\"p99_ms\":{},\"failed\":{},\"differences\":{differences},\"syncs_per_s\":{syncs}}}",
        at(50),
        at(99),
        all.failed
    );
    Ok(())
}

/// An id out of a number: the kind and the writer or call it stands for.
fn bytes(kind: u8, number: u64) -> [u8; 16] {
    let mut bytes = [kind; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// Somebody new; every second one is in the group.
async fn visitor(store: &SharedStore, number: u64) -> Outcome<VisitorId> {
    let visitor = VisitorId::from_random(bytes(1, number));
    let mut token = [0; 32];
    token[..16].copy_from_slice(&bytes(2, number));
    store.create_visitor(&visitor, &token, Timestamp::UNIX_EPOCH).await?;
    if number.is_multiple_of(2) {
        let id = GroupId::from_random(bytes(3, number));
        let group = GroupRow {
            id: id.clone(),
            name: "class".to_owned(),
            cap: CAPS.day,
            ends_at: None,
            created_at: Timestamp::UNIX_EPOCH,
        };
        store.create_group(&group).await?;
        store.join_group(&visitor, &id, Timestamp::UNIX_EPOCH).await?;
    }
    Ok(visitor)
}

/// Reserves and settles until the end, and notes how long each answer took.
async fn write(store: &dyn pochoir::server::store::Store, visitor: &VisitorId, writer: u64, end: Instant) -> Done {
    let mut done = Done::default();
    let mut number = 0;
    while Instant::now() < end {
        number += 1;
        let call = NewCall {
            id: CallId::from_random(bytes(4, (writer << 32) | number)),
            visitor: visitor.clone(),
            kind: CallKind::Paint,
            provider: ProviderName::Openai,
            model: "gpt-image".to_owned(),
            quote: Micros(100),
            play: false,
            periods: Periods {
                day: "2026-11-22".to_owned(),
                month: "2026-11".to_owned(),
            },
            now: Timestamp::UNIX_EPOCH,
            lease_until: Timestamp::UNIX_EPOCH,
        };
        let settlement = Settlement {
            spent: Micros(70),
            usage: None,
            request_id: None,
            unknown: false,
            now: Timestamp::UNIX_EPOCH,
        };
        timed(&mut done, store.reserve(&call, &CAPS)).await;
        timed(&mut done, store.settle(&call.id, &settlement)).await;
    }
    done
}

async fn timed(done: &mut Done, act: impl Future<Output = StoreResult<()>>) {
    let began = Instant::now();
    match act.await {
        Ok(()) => done.waits.push(began.elapsed()),
        Err(_) => done.failed += 1,
    }
}
