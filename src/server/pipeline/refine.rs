//! Prompt → a richer prompt: a paid call like any other, reserved before and settled after, kept, never paid twice. What is
//! asked and what is taken from the answer are in `domain::refine`.

use crate::{
    api::ErrorCode,
    domain::{
        limits::MAX_PROMPT_CHARS,
        prompt::Prompt,
        refine::{EDITION, RefineAsk},
        spec::ProviderName,
    },
    server::{
        digest,
        failure::{Failure, Outcome},
        pipeline::{
            compose::{self, Compose},
            paid_words,
            prices::Factors,
            start::LEASE,
        },
        providers::Writer,
        session::Caller,
        state::{App, AppState},
        store::{CallKind, NewCall, RefinementRow, SourceRow, Words},
    },
};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// A refined prompt and whether it was there already.
#[derive(Debug)]
pub struct Written {
    /// What is kept.
    pub row: RefinementRow,
    /// Whether the caller had paid for it before.
    pub cached: bool,
}

/// Refines the prompt that this makes, or `by_hand`, which the person wrote instead of it. Finds what the same caller already
/// paid for.
pub async fn refine(app: &AppState, caller: &Caller, ask: Compose, by_hand: Option<String>) -> Outcome<Written> {
    let owner = caller.owner()?;
    let source = app.store.source(&owner, &ask.source_id).await?;
    let writer = app.providers.writer.clone().ok_or(ErrorCode::NotConfigured)?;
    let (way, language) = (ask.way, ask.language.unwrap_or(caller.lang));
    let ask = if let Some(text) = by_hand {
        RefineAsk::new(&own(&text)?, None, way, language)
    } else {
        let prompt = compose::compose(app, caller, ask).await?;
        let known = app.store.description(&owner, &source.id).await?;
        RefineAsk::new(&prompt, known.as_ref().map(|row| &row.description), way, language)
    };
    let work = app.clone();
    paid_words::outliving(app, async move { refine_once(&work, source, writer, ask).await }).await
}

/// The person's own words as a prompt.
fn own(text: &str) -> Outcome<Prompt> {
    let prompt = Prompt::by_hand(text);
    if prompt.text.is_empty() {
        return Err(Failure::new(ErrorCode::PromptEmpty).field("prompt"));
    }
    if prompt.text.chars().count() > MAX_PROMPT_CHARS {
        return Err(Failure::new(ErrorCode::PromptTooLong).field("prompt"));
    }
    Ok(prompt)
}

/// Everything that makes two calls the same, in one line.
fn asked(writer: &dyn Writer, ask: &RefineAsk) -> String {
    let words = Sha256::new()
        .chain_update(&ask.instructions)
        .chain_update([0])
        .chain_update(&ask.material)
        .finalize();
    format!(
        "openai {} refine {EDITION} {}",
        writer.model().model,
        digest::hex(&words)
    )
}

async fn refine_once(app: &App, source: SourceRow, writer: Arc<dyn Writer>, ask: RefineAsk) -> Outcome<Written> {
    let asked = asked(&*writer, &ask);
    let turn = app.turns.of(&source.owner, &asked);
    let _mine = turn.lock().await;
    if let Some(row) = app.store.paid_refinement(&source.owner, writer.name(), &asked).await? {
        return Ok(Written { row, cached: true });
    }

    let model = &writer.model().model;
    let factor = Factors::load(app).await?.of(writer.name(), model);
    let now = app.clock.now();
    let call = NewCall {
        id: app.call_id(),
        visitor: source.owner.clone(),
        kind: CallKind::Refine,
        provider: writer.name(),
        model: model.clone(),
        quote: factor.times(ask.quote(writer.model())),
        play: writer.name() == ProviderName::Demo,
        periods: app.periods(),
        now,
        lease_until: now + LEASE * 20,
    };
    paid_words::reserve(app, &call).await?;
    match writer.refine(&ask).await {
        Ok(refined) => {
            let row = RefinementRow {
                owner: source.owner,
                source: source.id,
                provider: writer.name(),
                asked,
                prompt: refined.prompt,
                model_version: refined.model_version,
                price: refined.spent,
                created_at: app.clock.now(),
            };
            paid_words::keep(app, &call.id, &Words::Refinement(row.clone()), refined.request_id).await?;
            Ok(Written { row, cached: false })
        }
        Err(fault) => {
            paid_words::settle_fault(app, &call, &fault).await?;
            Err(fault.into())
        }
    }
}
