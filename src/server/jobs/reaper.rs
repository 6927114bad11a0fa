//! The reaper: takes jobs and calls back from workers that fell silent, and settles what was sent and never answered.

use super::recovery;
use crate::server::{failure::Outcome, state::App, store::StoreResult};
use std::time::Duration;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(15);

/// Sweeps once. With `all`, every lease: at start they belong to the former process.
pub async fn sweep(app: &App, all: bool) -> StoreResult<()> {
    // Before anything is given up: an answer that is here is not unknown.
    if let Err(failure) = recovery::sweep(app, all).await {
        tracing::error!(
            code = failure.code.code(),
            log = failure.log,
            "the spool could not be looked through"
        );
    }
    let now = app.clock.now();
    for event in app.store.sweep_jobs(now, all).await? {
        app.announce(event);
    }
    let calls = app.store.sweep_calls(now, all).await?;
    if calls > 0 {
        tracing::warn!(calls, "calls that never came back were settled");
    }
    app.store.forget_keepers(now).await?;
    // What somebody held or copied when it was to go.
    app.blobs.sweep_soon(&*app.store, &[]).await;
    app.wake.notify_one();
    Ok(())
}

/// Sweeps until the server stops.
pub async fn run(app: &App) -> Outcome<()> {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = sweep(app, false).await {
            tracing::error!(%error, "the reaper could not sweep; it tries again");
        }
    }
}
