//! The worker: claims jobs, carries each through the pipeline, settles it.
//!
//! Money rules it keeps: `sent_at` is stored before a request leaves; the answer's bytes are stored before anything is
//! done with them; a call is made once.

use crate::{
    api::ErrorCode,
    domain::{
        job::{JobEventKind, JobState, machine},
        money::Micros,
    },
    server::{
        failure::{Failure, Outcome},
        jobs::unfinished,
        pipeline::{finish, generate, start::LEASE},
        providers::{Charge, Fault, FaultKind, Painted},
        spool::{self, Paid, Spooled},
        state::{App, AppState},
        store::{Answer, BlobKey, ClaimedJob, FailedJob, NewEvent, Settlement, StoreError},
    },
};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

/// How often a worker says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(8);
/// How long until an answer that could not be kept is tried again.
const AGAIN: Duration = Duration::from_secs(2);
/// How often the queue is looked at without being woken.
const LOOK: Duration = Duration::from_secs(5);

/// Works until the server stops, then waits for what is under way.
pub async fn run(app: AppState) {
    let name = format!("worker-{}", app.job_id());
    let places = Arc::new(Semaphore::new(app.config.providers.concurrency.max(1)));
    let tasks = TaskTracker::new();
    loop {
        let Some(place) = next_place(&app, &places).await else {
            break;
        };
        let now = app.clock.now();
        match app.store.claim_next(&name, now, now + LEASE).await {
            Ok(Some(job)) => {
                let app = app.clone();
                tasks.spawn(async move {
                    carry_out(&app, job).await;
                    drop(place);
                    app.wake.notify_one();
                });
            }
            Ok(None) => {
                drop(place);
                tokio::select! {
                    () = app.shutdown.cancelled() => break,
                    () = app.wake.notified() => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            Err(error) => {
                drop(place);
                tracing::error!(%error, "the queue could not be read; it is tried again");
                tokio::select! {
                    () = app.shutdown.cancelled() => break,
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        }
    }
    tasks.close();
    tasks.wait().await;
}

async fn next_place(app: &App, places: &Arc<Semaphore>) -> Option<tokio::sync::OwnedSemaphorePermit> {
    tokio::select! {
        () = app.shutdown.cancelled() => None,
        place = places.clone().acquire_owned() => place.ok(),
    }
}

/// One job from claim to settlement. Errors of the store leave it to the reaper.
async fn carry_out(app: &App, job: ClaimedJob) {
    let mut shown = Vec::new();
    let result = tokio::select! {
        result = work(app, &job, &mut shown) => result,
        never = keep_alive(app, &job) => match never {},
    };
    if let Err(error) = app.blobs.sweep(&*app.store, &shown).await {
        tracing::warn!(job = %job.id, %error, "unfinished pictures are deleted at the next start");
    }
    if let Err(failure) = result {
        tracing::error!(job = %job.id, code = failure.code.code(), log = failure.log, "a job was left to the reaper");
    }
}

/// Beats for as long as the work goes on. A beat that fails stops nothing: an answer under way is paid for.
async fn keep_alive(app: &App, job: &ClaimedJob) -> Infallible {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        if let Err(error) = app.store.heartbeat(&job.id, app.clock.now() + LEASE).await {
            tracing::error!(job = %job.id, %error, "a heartbeat failed");
        }
    }
}

/// Notes in `shown` what nobody needs once the job is over.
async fn work(app: &App, job: &ClaimedJob, shown: &mut Vec<BlobKey>) -> Outcome<()> {
    let answer = match &job.answer {
        // A former worker got the answer and did not come to the end: nothing is sent again.
        Some(answer) => answer.clone(),
        None => match ask(app, job, shown).await? {
            Some(answer) => answer,
            None => return Ok(()),
        },
    };
    event(app, job, JobEventKind::Finishing).await?;
    // The same pictures may be deleted elsewhere in this moment: they are held until the rows that refer to them are written.
    let _hold = app.blobs.hold().await;
    let composed = if job.answer.is_some() && machine::as_it_came(job.attempt) {
        tracing::warn!(job = %job.id, attempt = job.attempt, "composing keeps failing: the answer is published as it came");
        finish::as_it_came(app, job, &answer).await
    } else {
        finish::finish(app, job, &answer).await
    };
    match composed {
        Ok(finished) => {
            let event = app.store.settle_and_publish(&finished).await?;
            app.announce(event);
            spool::done(&app.blobs, &job.call).await;
            Ok(())
        }
        // Our own trouble (disk, memory, database): the answer is kept, and the job comes back for it.
        Err(failure) if failure.code != ErrorCode::ProviderBroken => come_back(app, job, &failure).await,
        Err(failure) => {
            tracing::error!(job = %job.id, log = failure.log, "an answer could not be used");
            let settlement = finish::settlement(app, job, &answer);
            fail(app, job, JobState::Failed, failure.code, settlement).await
        }
    }
}

/// Prepares and sends. Gives nothing when the job is over (failed, or cancelled before it was sent).
async fn ask(app: &App, job: &ClaimedJob, shown: &mut Vec<BlobKey>) -> Outcome<Option<Answer>> {
    let Some(painter) = app.providers.painter(Some(job.plan.provider)) else {
        give_up(app, job, ErrorCode::NotConfigured).await?;
        return Ok(None);
    };
    let request = match generate::prepare(app, job).await {
        Ok(request) => request,
        Err(failure) if is_ours(failure.code) => {
            come_back(app, job, &failure).await?;
            return Ok(None);
        }
        Err(failure) => {
            tracing::error!(job = %job.id, code = failure.code.code(), log = failure.log, "a job could not be prepared");
            give_up(app, job, failure.code).await?;
            return Ok(None);
        }
    };
    // What leaves now might be answered to nobody. It waits for the next start, which takes it for what it is: not sent.
    if app.shutdown.is_cancelled() {
        tracing::info!(job = %job.id, "a job that was not sent yet waits for the next start");
        return Ok(None);
    }
    event(app, job, JobEventKind::Started).await?;
    match app.store.mark_sent(&job.call, app.clock.now()).await {
        Ok(()) => {}
        // The last moment at which stopping costs nothing: the store refuses to send what was cancelled.
        Err(StoreError::WrongState) if app.store.heartbeat(&job.id, app.clock.now() + LEASE).await? => {
            let failed = FailedJob {
                job: job.id.clone(),
                state: JobState::Cancelled,
                error: None,
                settlement: nothing_spent(app, None),
            };
            let event = app.store.settle_and_fail(&failed).await?;
            app.announce(event);
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    }
    let (painted, unfinished) = unfinished::paint(app, job, &*painter, request).await;
    shown.extend(unfinished);
    let painted = match painted {
        Ok(painted) => painted,
        Err(fault) => {
            settle_fault(app, job, &fault).await?;
            return Ok(None);
        }
    };
    let _hold = app.blobs.hold().await;
    keep(app, job, painted).await.map(Some)
}

/// Keeps what a provider gave. It is paid for and there is no second one, so a full disk or a lost database is waited for.
/// Once it is in the spool, a stop of the server may end that: the next start carries it on.
async fn keep(app: &App, job: &ClaimedJob, painted: Painted) -> Outcome<Answer> {
    let spooled = Spooled {
        call: job.call.clone(),
        at: app.clock.now(),
        paid: Paid::Pictures {
            job: job.id.clone(),
            pictures: painted.pictures.clone(),
            usage: painted.usage,
            request_id: painted.request_id.clone(),
            understood: painted.understood.clone(),
        },
    };
    let mut safe = false;
    loop {
        let failure = match keep_once(app, job, &painted, &spooled, &mut safe).await {
            Ok(answer) => return Ok(answer),
            // Somebody settled the job meanwhile: the reaper finds the answer in the spool.
            Err(KeepError::TooLate(error)) => return Err(error.into()),
            Err(KeepError::NotYet(failure)) => failure,
        };
        if app.shutdown.is_cancelled() {
            return Err(failure);
        }
        tracing::error!(job = %job.id, code = failure.code.code(), log = failure.log, safe, "an answer could not be kept; it is tried again");
        tokio::select! {
            () = app.shutdown.cancelled() => {}
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

/// Why an answer was not kept.
enum KeepError {
    /// Another time it may be.
    NotYet(Failure),
    /// No later try will find the job otherwise.
    TooLate(StoreError),
}

impl<E: Into<Failure>> From<E> for KeepError {
    fn from(error: E) -> Self {
        Self::NotYet(error.into())
    }
}

/// The spool first, then the blobs, then the row. `safe` says whether the spool has it.
async fn keep_once(
    app: &App,
    job: &ClaimedJob,
    painted: &Painted,
    spooled: &Spooled,
    safe: &mut bool,
) -> Result<Answer, KeepError> {
    if !*safe {
        spool::put(&app.blobs, spooled).await?;
        *safe = true;
    }
    let answer = Answer {
        pictures: finish::keep_raw(app, painted.pictures.clone()).await?,
        usage: painted.usage,
        request_id: painted.request_id.clone(),
        understood: painted.understood.clone(),
    };
    match app.store.keep_answer(&job.id, &answer).await {
        Ok(()) => Ok(answer),
        Err(error @ (StoreError::WrongState | StoreError::NotFound)) => Err(KeepError::TooLate(error)),
        Err(error) => Err(error.into()),
    }
}

async fn settle_fault(app: &App, job: &ClaimedJob, fault: &Fault) -> Outcome<()> {
    tracing::warn!(job = %job.id, kind = ?fault.kind, request_id = fault.request_id, detail = fault.detail, "a call gave nothing");
    let unknown = fault.kind == FaultKind::NoAnswer && fault.charge == Charge::FullQuote;
    let settlement = Settlement {
        spent: match fault.charge {
            Charge::Nothing => Micros::ZERO,
            Charge::FullQuote => job.quote.quote_micros,
        },
        unknown,
        ..nothing_spent(app, fault.request_id.clone())
    };
    let state = if unknown { JobState::Unknown } else { JobState::Failed };
    fail(app, job, state, Failure::from(fault.clone()).code, settlement).await
}

async fn fail(app: &App, job: &ClaimedJob, state: JobState, code: ErrorCode, settlement: Settlement) -> Outcome<()> {
    let failed = FailedJob {
        job: job.id.clone(),
        state,
        error: Some(code.code().to_owned()),
        settlement,
    };
    let event = app.store.settle_and_fail(&failed).await?;
    app.announce(event);
    Ok(())
}

/// Whether a failure says nothing about the order: the same may well succeed later.
const fn is_ours(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Internal | ErrorCode::StorageFull | ErrorCode::Busy)
}

/// Gives the job back for a while, or for good when that happened often enough.
async fn come_back(app: &App, job: &ClaimedJob, failure: &Failure) -> Outcome<()> {
    let (code, log) = (failure.code.code(), &failure.log);
    tracing::error!(job = %job.id, attempt = job.attempt, code, log, "a job comes back later");
    let event = app.store.come_back(&job.id, app.clock.now()).await?;
    app.announce(event);
    Ok(())
}

/// Ends a job whose request will never leave.
async fn give_up(app: &App, job: &ClaimedJob, code: ErrorCode) -> Outcome<()> {
    let event = app.store.give_up(&job.id, code.code(), app.clock.now()).await?;
    app.announce(event);
    Ok(())
}

fn nothing_spent(app: &App, request_id: Option<String>) -> Settlement {
    Settlement {
        spent: Micros::ZERO,
        usage: None,
        request_id,
        unknown: false,
        now: app.clock.now(),
    }
}

async fn event(app: &App, job: &ClaimedJob, kind: JobEventKind) -> Outcome<()> {
    let row = app
        .store
        .add_event(&NewEvent {
            job: job.id.clone(),
            kind,
            url: None,
            picture: None,
            now: app.clock.now(),
        })
        .await?;
    app.announce(row);
    Ok(())
}
