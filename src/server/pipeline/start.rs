//! Plan → job: one transaction reserves the money and puts the job into the queue.

use crate::{
    api::{ErrorCode, jobs::StartAnswer},
    domain::{
        catalogue::Effort,
        id::{JobId, SourceId, VisitorId},
        job::JobState,
        limits::MAX_IDEMPOTENCY_KEY_BYTES,
        order::{Order, Way},
        prompt::Likeness,
        spec::{Size, Spec},
    },
    server::{
        failure::{Failure, Outcome},
        pipeline::{
            compose::{self, Compose},
            plan::plan,
        },
        room,
        session::Caller,
        state::App,
        store::{CallKind, Enqueued, NewCall, NewJob},
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
    let key = key
        .filter(|key| !key.is_empty() && key.len() <= MAX_IDEMPOTENCY_KEY_BYTES)
        .ok_or(Failure::new(ErrorCode::IdempotencyKeyMissing).field("idempotency_key"))?;
    enqueue(app, owner, order, key, allow_repeat).await
}

async fn enqueue(app: &App, owner: VisitorId, order: Order, key: String, allow_repeat: bool) -> Outcome<StartAnswer> {
    let plan = plan(app, &owner, &order).await?;
    let composed = match order.way {
        Way::Repaint => {
            let source = app.store.source(&owner, &order.source_id).await?;
            Size::new(source.width, source.height)
        }
        Way::Reimagine | Way::Restyle => plan.quote.used.size,
    };
    // A key that is bound is answered as before, whatever room there is.
    let _room = if app.store.knows_key(&owner, &key).await? {
        None
    } else {
        let bytes = room::of_results(order.spec.count, plan.quote.used.size, composed);
        app.promise_room(bytes).await?
    };
    let now = app.clock.now();
    let job = NewJob {
        id: app.job_id(),
        call: NewCall {
            id: app.call_id(),
            visitor: owner,
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
    };
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

/// Starts the stored order of a job that gave nothing again: a new reservation, by a person only.
pub async fn retry(app: &App, caller: &Caller, id: &JobId) -> Outcome<JobId> {
    let owner = caller.owner()?;
    let job = app.store.job(&owner, id).await?;
    if !matches!(job.state, JobState::Failed | JobState::Cancelled | JobState::Unknown) {
        return Err(ErrorCode::JobNotRetryable.into());
    }
    let key = format!("retry-{}", app.job_id());
    match enqueue(app, owner, job.order, key, true).await? {
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
        },
        mask_id: None,
        strategy: None,
        reference_ids: Vec::new(),
        finish_of: None,
    };
    start(app, caller, order, Some(ask.idempotency_key), false).await
}
