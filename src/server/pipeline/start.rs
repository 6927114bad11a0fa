//! Plan → job: one transaction reserves the money and puts the job into the queue.

use crate::{
    api::{
        ErrorCode,
        jobs::{RepeatAt, StartAllAnswer, StartAnswer, StartedJob},
    },
    domain::{
        catalogue::Effort,
        id::{JobId, SourceId, VisitorId},
        job::JobState,
        limits::{MAX_DIRECTIONS, MAX_IDEMPOTENCY_KEY_BYTES},
        order::{Order, Way},
        prompt::Likeness,
        spec::{Fine, Size, Spec},
    },
    server::{
        failure::{Failure, Outcome},
        pipeline::{
            compose::{self, Compose},
            plan::{self, Plan, plan},
        },
        room,
        session::Caller,
        state::App,
        store::{CallKind, Enqueued, EnqueuedAll, EventRow, NewCall, NewJob},
    },
};
use jiff::SignedDuration;

/// How long a worker may be silent before its job is taken from it.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// Starts an order, or finds what the same key or the same inputs gave before.
pub async fn start(
    app: &App,
    caller: &Caller,
    order: Order,
    key: Option<String>,
    allow_repeat: bool,
) -> Outcome<StartAnswer> {
    let owner = caller.owner()?;
    enqueue(app, owner, order, checked_key(key)?, allow_repeat).await
}

/// Starts several orders as one: all are reserved and enqueued, or none.
pub async fn start_all(
    app: &App,
    caller: &Caller,
    orders: Vec<Order>,
    key: Option<String>,
    allow_repeat: bool,
) -> Outcome<StartAllAnswer> {
    let owner = caller.owner()?;
    let key = checked_key(key)?;
    check_directions(&orders, allow_repeat)?;
    let mut jobs = Vec::with_capacity(orders.len());
    for order in orders {
        let plan = plan(app, &owner, &order).await?;
        jobs.push(new_job(app, &owner, order, plan, key.clone(), allow_repeat));
    }
    let _room = promise_room(app, &owner, &jobs).await?;
    match app
        .store
        .reserve_and_enqueue_all(&jobs, &app.config.budget.caps())
        .await?
    {
        EnqueuedAll::New(events) => {
            let started = |event: EventRow| {
                let job_id = event.job.clone();
                app.announce(event);
                StartedJob {
                    job_id,
                    state: JobState::Queued,
                }
            };
            let jobs = events.into_iter().map(started).collect();
            app.wake.notify_one();
            Ok(StartAllAnswer::Started { jobs })
        }
        EnqueuedAll::Same(jobs) => Ok(StartAllAnswer::Started {
            jobs: jobs
                .into_iter()
                .map(|(job_id, state)| StartedJob { job_id, state })
                .collect(),
        }),
        EnqueuedAll::KeyTaken => Err(ErrorCode::IdempotencyConflict.into()),
        EnqueuedAll::Repeat(repeats) => Ok(StartAllAnswer::Repeat {
            repeats: repeats
                .into_iter()
                .map(|(place, repeat_of)| RepeatAt { place, repeat_of })
                .collect(),
        }),
    }
}

/// Refuses more orders than can be told apart, and the same one twice by accident.
pub fn check_directions(orders: &[Order], allow_repeat: bool) -> Outcome<()> {
    if !(1..=MAX_DIRECTIONS).contains(&orders.len()) {
        return Err(Failure::new(ErrorCode::DirectionsCount).field("orders"));
    }
    let alike = || {
        orders
            .iter()
            .enumerate()
            .any(|(place, order)| orders[..place].contains(order))
    };
    if !allow_repeat && alike() {
        return Err(Failure::new(ErrorCode::DirectionsAlike).field("orders"));
    }
    Ok(())
}

fn checked_key(key: Option<String>) -> Outcome<String> {
    key.filter(|key| !key.is_empty() && key.len() <= MAX_IDEMPOTENCY_KEY_BYTES)
        .ok_or(Failure::new(ErrorCode::IdempotencyKeyMissing).field("idempotency_key"))
}

fn new_job(app: &App, owner: &VisitorId, order: Order, plan: Plan, key: String, allow_repeat: bool) -> NewJob {
    let now = app.clock.now();
    NewJob {
        id: app.job_id(),
        call: NewCall {
            id: app.call_id(),
            visitor: owner.clone(),
            kind: CallKind::Paint,
            provider: plan.job.provider,
            model: plan.job.api_model.clone(),
            quote: plan.quote.quote_micros,
            play: plan.play,
            periods: app.periods(),
            now,
            lease_until: now + LEASE,
        },
        order,
        quote: plan.quote,
        plan: plan.job,
        idempotency_key: key,
        repeat_key: plan.repeat_key,
        allow_repeat,
    }
}

/// Room for what these orders under one key will bring, until they are enqueued. A key that is bound is answered as before,
/// whatever room there is.
async fn promise_room<'a>(app: &'a App, owner: &VisitorId, jobs: &[NewJob]) -> Outcome<Option<room::Promise<'a>>> {
    if let Some(first) = jobs.first()
        && app.store.knows_key(owner, &first.idempotency_key).await?
    {
        return Ok(None);
    }
    let mut bytes = 0_u64;
    for job in jobs {
        let painted = job.quote.used.size;
        let composed = match job.order.way {
            Way::Repaint => {
                let source = app.store.source(owner, &job.order.source_id).await?;
                Size::new(source.width, source.height)
            }
            Way::Reimagine | Way::Restyle => painted,
        };
        bytes = bytes.saturating_add(room::of_results(job.order.spec.count, painted, composed));
    }
    app.promise_room(bytes).await
}

async fn enqueue(app: &App, owner: VisitorId, order: Order, key: String, allow_repeat: bool) -> Outcome<StartAnswer> {
    let plan = plan(app, &owner, &order).await?;
    let job = new_job(app, &owner, order, plan, key, allow_repeat);
    let _room = promise_room(app, &owner, std::slice::from_ref(&job)).await?;
    match app.store.reserve_and_enqueue(&job, &app.config.budget.caps()).await? {
        Enqueued::New(event) => {
            let job_id = event.job.clone();
            app.announce(event);
            app.wake.notify_one();
            Ok(StartAnswer::Started {
                job_id,
                state: JobState::Queued,
            })
        }
        Enqueued::Same(job_id, state) => Ok(StartAnswer::Started { job_id, state }),
        Enqueued::KeyTaken => Err(ErrorCode::IdempotencyConflict.into()),
        Enqueued::Repeat(repeat_of) => Ok(StartAnswer::Repeat { repeat_of }),
    }
}

/// Starts the stored order of a job that gave nothing again: a new reservation, by a person only. Where its model ended the
/// refusal proposes another; with `model` the person has said that they want that one.
pub async fn retry(app: &App, caller: &Caller, id: &JobId, model: Option<&str>) -> Outcome<JobId> {
    let owner = caller.owner()?;
    let job = app.store.job(&owner, id).await?;
    if !matches!(job.state, JobState::Failed | JobState::Cancelled | JobState::Unknown) {
        return Err(ErrorCode::JobNotRetryable.into());
    }
    let order = match model {
        Some(id) if id != job.order.spec.model => {
            let model = plan::orderable_model(app, id, job.order.spec.provider)?;
            let instead = job.order.painted_by(model);
            instead.ok_or(Failure::new(ErrorCode::QualityRefused).field("model"))?
        }
        _ => job.order,
    };
    let key = format!("retry-{}", app.job_id());
    match enqueue(app, owner, order, key, true).await? {
        StartAnswer::Started { job_id, .. } => Ok(job_id),
        StartAnswer::Repeat { .. } => Err(Failure::internal("a retry was answered with a repeat")),
    }
}

/// What the plain form sends: the rest is proposed by the catalogue.
#[derive(Debug, Clone)]
pub struct SimplePaint {
    /// The picture.
    pub source_id: SourceId,
    /// What is wished.
    pub wish: String,
    /// A style preset's id.
    pub style: Option<String>,
    /// Which way.
    pub way: Way,
    /// How far to go.
    pub effort: Effort,
    /// The form's own key, so that sending it twice starts one job.
    pub idempotency_key: String,
}

/// Composes, prices and starts in one go, for the form that works without script.
pub async fn paint_simply(app: &App, caller: &Caller, ask: SimplePaint) -> Outcome<StartAnswer> {
    let owner = caller.owner()?;
    let source = app.store.source(&owner, &ask.source_id).await?;
    let prompt = compose::compose(
        app,
        caller,
        Compose {
            source_id: ask.source_id.clone(),
            wish: ask.wish,
            intent: None,
            style: ask.style,
            stances: std::collections::BTreeMap::new(),
            way: ask.way,
            mask_id: None,
            language: None,
            likeness: Likeness::default(),
        },
    )
    .await?;
    let preset = app
        .catalogue
        .preset(ask.effort, ask.way)
        .ok_or(Failure::internal("the catalogue proposes nothing for this way"))?;
    let model = app
        .catalogue
        .model(&preset.model)
        .ok_or(Failure::internal("the catalogue proposes an unknown model"))?;
    let order = Order {
        source_id: ask.source_id,
        way: ask.way,
        prompt: prompt.text,
        spec: Spec {
            model: preset.model.clone(),
            quality: preset.quality,
            size: model.sizes.fit(Size::new(source.width, source.height), preset.pixels),
            count: 1,
            format: preset.format,
            provider: None,
            partials: 0,
            fine: Fine::default(),
        },
        mask_id: None,
        strategy: None,
        reference_ids: Vec::new(),
        finish_of: None,
    };
    start(app, caller, order, Some(ask.idempotency_key), false).await
}
