//! Order → plan: everything is checked, sizes are decided, the price is known. Nothing is written.

use crate::{
    api::{ErrorCode, error::Proposal},
    domain::{
        catalogue::{FineRefused, Model, QualityCost, SizeRule},
        crop::{self, Sent},
        id::VisitorId,
        limits::{MAX_PARTIALS, MAX_PROMPT_CHARS},
        order::{Order, Quote, Strategy, Used, Way},
        pricing::{self, PaintInputs},
        source::Format,
        spec::{ProviderName, Size},
    },
    server::{
        digest,
        failure::{Failure, Outcome, Value},
        state::App,
        store::{BlobKey, JobPlan, MaskRow, SourceRow, VariationRow},
    },
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// An order that can be carried out, with its price.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The price and what will be sent.
    pub quote: Quote,
    /// What the worker needs to know.
    pub job: JobPlan,
    /// Hash of everything that decides the result.
    pub repeat_key: String,
    /// Whether it is play money.
    pub play: bool,
}

/// The owner's things an order names.
struct Inputs {
    source: SourceRow,
    mask: Option<MaskRow>,
    references: Vec<SourceRow>,
    draft: Option<VariationRow>,
}

/// Checks an order against the catalogue, the providers and what its owner has. Where its model ended, the refusal proposes
/// the successor with its price.
pub async fn plan(app: &App, owner: &VisitorId, order: &Order) -> Outcome<Plan> {
    match checked(app, owner, order).await {
        Err(ended) if ended.code == ErrorCode::ModelEnded => Err(with_successor(app, owner, order, ended).await),
        other => other,
    }
}

/// The refusal of an ended model with what the order costs with its successor, where it can be carried out with that one.
async fn with_successor(app: &App, owner: &VisitorId, order: &Order, ended: Failure) -> Failure {
    let Some(instead) = successor(app, order).and_then(|model| order.painted_by(model)) else {
        return ended;
    };
    match checked(app, owner, &instead).await {
        Ok(plan) => ended.propose(Proposal {
            model: instead.spec.model,
            quote_micros: plan.quote.quote_micros,
            expected_micros: plan.quote.expected_micros,
        }),
        Err(_) => ended,
    }
}

/// The first model in the line of successors that can be ordered today.
fn successor<'a>(app: &'a App, order: &Order) -> Option<&'a Model> {
    let provider = app.providers.painter_name(order.spec.provider);
    let catalogue = &app.catalogue;
    let next = |model: &Model| model.successor.as_deref().and_then(|id| catalogue.model(id));
    // As many steps as there are models: a line that bites its tail ends too.
    std::iter::successors(next(catalogue.model(&order.spec.model)?), |model| next(model))
        .take(catalogue.models.len())
        .find(|model| app.providers.endings.allow(provider, model, &app.today_utc()))
}

async fn checked(app: &App, owner: &VisitorId, order: &Order) -> Outcome<Plan> {
    let inputs = load(app, owner, order).await?;
    check_prompt(&order.prompt)?;
    let model = orderable_model(app, &order.spec.model, order.spec.provider)?;
    let cost = model
        .quality(order.spec.quality)
        .ok_or(Failure::new(ErrorCode::QualityRefused).field("quality"))?;
    if !(1..=model.max_count).contains(&order.spec.count) {
        return Err(Failure::new(ErrorCode::CountRefused)
            .field("count")
            .value("max", Value::Count(model.max_count.into())));
    }
    // With more than one picture nobody says which one an unfinished one is of.
    let most = if order.spec.count == 1 { MAX_PARTIALS } else { 0 };
    if order.spec.partials > most {
        return Err(Failure::new(ErrorCode::PartialsRefused)
            .field("partials")
            .value("max", Value::Count(MAX_PARTIALS.into())));
    }
    let painter = app
        .providers
        .painter(order.spec.provider)
        .ok_or(ErrorCode::NotConfigured)?;
    let provider = painter.name();
    // Azure OpenAI does not return WebP.
    let no_webp = provider == ProviderName::AzureOpenai && order.spec.format == Format::Webp;
    if !model.formats.contains(&order.spec.format) || no_webp {
        return Err(Failure::new(ErrorCode::FormatRefused).field("format"));
    }
    check_way(order, model)?;
    check_fine(order, model, provider)?;
    let asked = size_to_ask(order, &inputs, &model.sizes)?;
    let sent = sizes_sent(order, &inputs, cost, asked.size);
    let used = Used {
        size: asked.size,
        strategy: asked.strategy,
        // Behind the draft stands the source; where only the draft goes along, it is the reference.
        reference: sent.get(usize::from(inputs.draft.is_some())).or(sent.first()).copied(),
        crop: asked.crop,
        complexity: model
            .complexity_of(&order.spec, order.way)
            .filter(|_| provider != ProviderName::AzureOpenai),
    };
    let quote = pricing::quote(
        model,
        cost,
        &PaintInputs {
            prompt: &order.prompt,
            references: &sent,
            mask: inputs.mask.as_ref().map(|_| asked.size),
            count: order.spec.count,
            partials: order.spec.partials,
        },
        used,
    );
    let factor = app.store.factor(provider, &model.api_id).await?;
    let quote = pricing::raised(quote, factor);
    Ok(Plan {
        repeat_key: repeat_key(order, provider, asked.strategy, &inputs),
        job: JobPlan {
            provider,
            api_model: model.api_id.clone(),
            strategy: asked.strategy,
            reference_side: Some(cost.reference_side),
        },
        play: provider == ProviderName::Demo,
        quote,
    })
}

async fn load(app: &App, owner: &VisitorId, order: &Order) -> Outcome<Inputs> {
    let source = app.store.source(owner, &order.source_id).await?;
    let mask = match &order.mask_id {
        None => None,
        Some(id) => Some(app.store.mask(owner, &source.id, id).await?),
    };
    let mut references = Vec::with_capacity(order.reference_ids.len().min(16));
    // More than any model takes is refused below; no need to load them all.
    for id in order.reference_ids.iter().take(32) {
        references.push(app.store.source(owner, id).await?);
    }
    let draft = match &order.finish_of {
        None => None,
        Some(id) => Some(app.store.variation(owner, id).await?),
    };
    Ok(Inputs {
        source,
        mask,
        references,
        draft,
    })
}

fn check_prompt(prompt: &str) -> Outcome<()> {
    if prompt.trim().is_empty() {
        return Err(Failure::new(ErrorCode::PromptEmpty).field("prompt"));
    }
    if prompt.chars().count() > MAX_PROMPT_CHARS {
        return Err(Failure::new(ErrorCode::PromptTooLong).field("prompt"));
    }
    Ok(())
}

/// The model of this id, if it can be ordered of this provider today.
pub fn orderable_model<'a>(app: &'a App, id: &str, provider: Option<ProviderName>) -> Outcome<&'a Model> {
    let model = app.catalogue.model(id).ok_or_else(|| {
        let shown: String = id.chars().take(80).collect();
        Failure::new(ErrorCode::ModelUnknown)
            .field("model")
            .value("model", Value::Text(shown.into()))
    })?;
    let provider = app.providers.painter_name(provider);
    let endings = &app.providers.endings;
    if endings.allow(provider, model, &app.today_utc()) {
        return Ok(model);
    }
    let text = |value: Option<String>| Value::Text(value.unwrap_or_else(|| "—".to_owned()).into());
    Err(Failure::new(ErrorCode::ModelEnded)
        .field("model")
        .value("model", Value::Text(model.id.clone().into()))
        .value("ends", text(endings.of(provider, model)))
        .value("successor", text(model.successor.clone())))
}

/// What an order says beside the usual, where the model and the provider have it.
fn check_fine(order: &Order, model: &Model, provider: ProviderName) -> Outcome<()> {
    let fine = order.spec.fine;
    let checked = model.check_fine(&order.spec, order.way, order.paints_from_words());
    // Azure OpenAI documents neither, and refuses fields it does not know.
    let checked = match checked {
        Ok(()) if provider == ProviderName::AzureOpenai && fine.complexity.is_some() => Err(FineRefused::Complexity),
        Ok(()) if provider == ProviderName::AzureOpenai && fine.moderation.is_some() => Err(FineRefused::Moderation),
        checked => checked,
    };
    checked.map_err(|refused| match refused {
        FineRefused::Complexity => Failure::new(ErrorCode::ComplexityRefused).field("complexity"),
        FineRefused::Background => Failure::new(ErrorCode::BackgroundRefused).field("background"),
        FineRefused::Compression => Failure::new(ErrorCode::CompressionRefused).field("compression"),
        FineRefused::Moderation => Failure::new(ErrorCode::ModerationRefused).field("moderation"),
    })
}

fn check_way(order: &Order, model: &Model) -> Outcome<()> {
    match (order.way, &order.mask_id) {
        (Way::Repaint, None) => return Err(Failure::new(ErrorCode::MaskMissing).field("mask_id")),
        (Way::Reimagine | Way::Restyle, Some(_)) => return Err(Failure::new(ErrorCode::MaskUnused).field("mask_id")),
        _ => {}
    }
    let whole_only = order.way != Way::Repaint && order.strategy == Some(Strategy::Crop);
    if whole_only {
        return Err(Failure::new(ErrorCode::StrategyRefused).field("strategy"));
    }
    let draft = usize::from(order.finish_of.is_some());
    let places = usize::from(model.max_references);
    let allowed = match order.way {
        // No pixels are sent, but for those of the draft.
        Way::Reimagine => places.min(draft),
        // The source takes one place.
        Way::Restyle | Way::Repaint => places.saturating_sub(1),
    };
    if order.reference_ids.len() + draft > allowed {
        return Err(Failure::new(ErrorCode::ReferencesRefused).field("reference_ids"));
    }
    Ok(())
}

/// The size asked of the provider: literal, or for repaint within a pixel budget, of the whole source or of the hole's
/// surroundings.
fn size_to_ask(order: &Order, inputs: &Inputs, rule: &SizeRule) -> Outcome<Sent> {
    if let (Way::Repaint, Some(mask)) = (order.way, &inputs.mask) {
        let picture = Size::new(inputs.source.width, inputs.source.height);
        let asked = order.strategy.unwrap_or_default();
        return Ok(crop::decide(
            picture,
            mask.bounds,
            asked,
            rule,
            order.spec.size.pixels(),
        ));
    }
    rule.check(order.spec.size).map_err(|_| {
        Failure::new(ErrorCode::SizeRefused)
            .field("size")
            .value("multiple", Value::Count(rule.multiple.into()))
            .value("max_side", Value::Count(rule.max_side.into()))
            .value("ratio", Value::Count(rule.max_ratio.into()))
            .value("min_pixels", Value::Count(rule.min_pixels))
            .value("max_pixels", Value::Count(rule.max_pixels))
    })?;
    Ok(Sent {
        strategy: Strategy::Whole,
        size: order.spec.size,
        crop: None,
    })
}

/// Sizes of the pictures sent along, in the order they are sent: draft, source, references.
fn sizes_sent(order: &Order, inputs: &Inputs, cost: &QualityCost, asked: Size) -> Vec<Size> {
    let small = |width, height| Size::new(width, height).within(cost.reference_side);
    let mut sizes = Vec::new();
    if let Some(draft) = &inputs.draft {
        sizes.push(match order.way {
            // The mask belongs to the first picture: the draft goes at the common size of source and mask.
            Way::Repaint => asked,
            Way::Restyle | Way::Reimagine => small(draft.width, draft.height),
        });
    }
    match order.way {
        Way::Reimagine => {}
        Way::Restyle => sizes.push(small(inputs.source.width, inputs.source.height)),
        // Source and mask go at one common size.
        Way::Repaint => sizes.push(asked),
    }
    sizes.extend(inputs.references.iter().map(|row| small(row.width, row.height)));
    sizes
}

/// Everything that decides the result, by content: what was paid for once is found again.
#[derive(Serialize)]
struct Decisive<'a> {
    provider: ProviderName,
    source: &'a BlobKey,
    way: Way,
    strategy: Strategy,
    mask: Option<&'a BlobKey>,
    prompt: &'a str,
    spec: &'a crate::domain::spec::Spec,
    references: Vec<&'a BlobKey>,
    draft: Option<&'a BlobKey>,
}

fn repeat_key(order: &Order, provider: ProviderName, strategy: Strategy, inputs: &Inputs) -> String {
    let spec = crate::domain::spec::Spec {
        provider: None,
        // They change nothing of the result.
        partials: 0,
        ..order.spec.clone()
    };
    let decisive = Decisive {
        provider,
        source: &inputs.source.master.key,
        way: order.way,
        strategy,
        mask: inputs.mask.as_ref().map(|mask| &mask.blob.key),
        prompt: &order.prompt,
        spec: &spec,
        references: inputs.references.iter().map(|row| &row.master.key).collect(),
        // As it is sent: after-care may have set the same answer in otherwise.
        draft: inputs.draft.as_ref().map(|row| &row.composed.key),
    };
    // A struct of strings and numbers always becomes JSON.
    let json = serde_json::to_vec(&decisive).unwrap_or_default();
    digest::hex(&Sha256::digest(json))
}
