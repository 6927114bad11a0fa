//! A paid call that gives words and has no job: describing and refining. What is the same for both: one call for the same
//! question, a reservation before anything leaves, and an answer that is kept whatever happens to whoever asked.

use crate::{
    domain::{
        id::{CallId, VisitorId},
        money::Micros,
    },
    server::{
        failure::{Failure, Outcome},
        providers::{Charge, Fault, FaultKind},
        spool::{self, Paid, Spooled},
        state::{App, AppState},
        store::{NewCall, Settlement, StoreError, Words},
    },
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long after the server was asked to stop those who wait for an answer are told that it is too late.
const TOLD_BY: Duration = Duration::from_secs(6);
/// How long until an answer that could not be kept is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Questions being answered right now: whoever asks the same shares one call.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<(VisitorId, String), Turn>>);

/// Whoever holds it asks; the others wait and then find what was paid for.
type Turn = Arc<tokio::sync::Mutex<()>>;

impl Turns {
    /// The turn for a visitor's question.
    pub fn of(&self, owner: &VisitorId, question: &str) -> Turn {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        turns.entry((owner.clone(), question.to_owned())).or_default().clone()
    }
}

/// Does this in a task of its own, because a call outlives the browser that asked for it. Who waits while the server stops is
/// told in time that it is too late; what still comes is kept.
pub async fn outliving<T: Send + 'static>(
    app: &AppState,
    work: impl Future<Output = Outcome<T>> + Send + 'static,
) -> Outcome<T> {
    let working = app.tasks.spawn(work);
    let too_late = async {
        app.shutdown.cancelled().await;
        tokio::time::sleep(TOLD_BY).await;
    };
    tokio::select! {
        done = working => done.map_err(|error| Failure::internal(format_args!("a call ended early: {error}")))?,
        () = too_late => Err(Failure::away("the server stops; what was paid for is kept if it still comes")),
    }
}

/// Reserves the money of a call and notes that it leaves. With an error nothing leaves and nothing is held.
pub async fn reserve(app: &App, call: &NewCall) -> Outcome<()> {
    app.store.reserve(call, &app.config.budget.caps()).await?;
    if app.shutdown.is_cancelled() {
        app.store.settle(&call.id, &settlement(app, Micros::ZERO, None)).await?;
        return Err(Failure::away("the server stops; nothing was sent"));
    }
    Ok(app.store.mark_sent(&call.id, app.clock.now()).await?)
}

/// Settles a call that gave nothing.
pub async fn settle_fault(app: &App, call: &NewCall, fault: &Fault) -> Outcome<()> {
    let spent = match fault.charge {
        Charge::Nothing => Micros::ZERO,
        Charge::FullQuote => call.quote,
    };
    let settlement = Settlement {
        unknown: fault.charge == Charge::FullQuote && fault.kind == FaultKind::NoAnswer,
        ..settlement(app, spent, fault.request_id.clone())
    };
    Ok(app.store.settle(&call.id, &settlement).await?)
}

/// Settles a call with what it gave, which is paid for: the spool has it before the database is asked. With a database that
/// does not answer the reaper carries it on; with neither, it is tried until one of them takes it or the server stops.
pub async fn keep(app: &App, call: &CallId, words: &Words, request_id: Option<String>) -> Outcome<()> {
    let settlement = settlement(app, words.price(), request_id.clone());
    let spooled = Spooled {
        call: call.clone(),
        at: words.at(),
        paid: Paid::Words {
            words: words.clone(),
            request_id,
        },
    };
    loop {
        let safe = match spool::put(&app.blobs, &spooled).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(%call, %error, "an answer could not be put into the spool");
                false
            }
        };
        match app.store.settle_words(call, &settlement, words).await {
            Ok(()) => {
                spool::done(&app.blobs, call).await;
                return Ok(());
            }
            // The reaper was faster: it is kept, or will be.
            Err(StoreError::WrongState) if safe => return Ok(()),
            Err(error) if safe || app.shutdown.is_cancelled() => return Err(error.into()),
            Err(error) => tracing::error!(%call, %error, "an answer could not be kept; it is tried again"),
        }
        tokio::select! {
            () = app.shutdown.cancelled() => {}
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

fn settlement(app: &App, spent: Micros, request_id: Option<String>) -> Settlement {
    Settlement {
        spent,
        usage: None,
        request_id,
        unknown: false,
        now: app.clock.now(),
    }
}
