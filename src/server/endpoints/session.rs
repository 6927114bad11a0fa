//! What every page needs to know.

use super::{budgets, context, told};
use crate::{
    api::{
        ApiError,
        session::{Recipient, Refiner, Session},
    },
    domain::{
        budget::most_used,
        catalogue::Effort,
        money::Micros,
        order::{Strategy, Used, Way},
        pricing::{self, Factor, PaintInputs},
    },
    server::{
        failure::Outcome,
        pipeline::prices::Factors,
        providers::{LaneState, VisionAsk},
        session::Caller,
        state::AppState,
    },
};

/// What every page needs to know.
pub async fn get() -> Result<Session, ApiError> {
    let (app, caller) = context()?;
    told(&caller, get_as(&app, &caller).await)
}

/// What every page needs to know.
pub async fn get_as(app: &AppState, caller: &Caller) -> Outcome<Session> {
    let left = budgets::get_as(app, caller).await?;
    let factors = Factors::load(app).await?;
    let vision = app.providers.vision(None);
    let describe = |closer| {
        let language = caller.lang;
        vision.as_ref().map_or(Micros::ZERO, |vision| {
            factors.describing(app, &**vision, &VisionAsk { language, closer })
        })
    };
    Ok(Session {
        lang: caller.lang,
        theme: caller.theme,
        demo: left.demo,
        describer: vision.as_ref().map(|vision| vision.name()),
        refiner: app.providers.writer.as_ref().map(|writer| Refiner {
            provider: writer.name(),
            factor: factors.of(writer.name(), &writer.model().model),
        }),
        painters: app.providers.painters.iter().map(|painter| painter.name()).collect(),
        describe_micros: describe(false),
        closer_micros: describe(true),
        from_micros: cheapest(app, &factors),
        left_micros: left.budgets.iter().filter_map(|budget| budget.left_micros).min(),
        most_used: most_used(&left.budgets).cloned(),
        contact: app.config.contact.clone(),
        retention_days: app.config.retention_days,
        recipients: app
            .providers
            .hosts()
            .into_iter()
            .map(|(provider, host)| Recipient { provider, host })
            .collect(),
        paused: app.providers.states().iter().filter_map(LaneState::pause).collect(),
    })
}

/// What a draft from text alone most likely costs: the cheapest thing the studio proposes.
fn cheapest(app: &AppState, factors: &Factors) -> Micros {
    let price = || {
        let preset = app.catalogue.preset(Effort::Draft, Way::Reimagine)?;
        let model = app.catalogue.model(&preset.model)?;
        let cost = model.quality(preset.quality)?;
        let size = model.sizes.fit(crate::domain::spec::Size::new(3, 2), preset.pixels);
        let used = Used {
            size,
            strategy: Strategy::Whole,
            reference: None,
            crop: None,
            complexity: None,
        };
        let inputs = PaintInputs {
            prompt: "",
            references: &[],
            mask: None,
            count: 1,
            partials: 0,
        };
        let painter = app.providers.painter(None).map(|painter| painter.name());
        let factor = painter.map_or(Factor::ONE, |painter| factors.of(painter, &model.api_id));
        Some(factor.times(pricing::quote(model, cost, &inputs, used).expected_micros))
    };
    price().unwrap_or(Micros::ZERO)
}
