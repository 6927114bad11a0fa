//! What every page needs to know.

use super::{budgets, context, told};
use crate::{
    api::{
        ApiError,
        session::{Recipient, Session},
    },
    domain::{
        catalogue::Effort,
        money::Micros,
        order::{Strategy, Used, Way},
        pricing::{self, PaintInputs},
    },
    server::{failure::Outcome, session::Caller, state::AppState},
};

/// What every page needs to know.
pub async fn get() -> Result<Session, ApiError> {
    let (app, caller) = context()?;
    told(&caller, get_as(&app, &caller).await)
}

/// What every page needs to know.
pub async fn get_as(app: &AppState, caller: &Caller) -> Outcome<Session> {
    let left = budgets::get_as(app, caller).await?;
    let describer = app.providers.vision(None).map(|vision| vision.name());
    let describe = |closer| -> Micros {
        describer.map_or(Micros::ZERO, |name| {
            let lines = app.providers.vision_lines(&app.catalogue, name, closer);
            lines.iter().map(|line| line.micros).sum()
        })
    };
    Ok(Session {
        lang: caller.lang,
        theme: caller.theme,
        demo: left.demo,
        describer,
        painters: app.providers.painters.iter().map(|painter| painter.name()).collect(),
        describe_micros: describe(false),
        closer_micros: describe(true),
        from_micros: cheapest(app),
        left_micros: left.budgets.iter().filter_map(|budget| budget.left_micros).min(),
        contact: app.config.contact.clone(),
        retention_days: app.config.retention_days,
        recipients: app
            .providers
            .hosts()
            .into_iter()
            .map(|(provider, host)| Recipient { provider, host })
            .collect(),
    })
}

/// What a draft from text alone most likely costs: the cheapest thing the studio proposes.
fn cheapest(app: &AppState) -> Micros {
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
        };
        let inputs = PaintInputs {
            prompt: "",
            references: &[],
            mask: None,
            count: 1,
            partials: 0,
        };
        Some(pricing::quote(model, cost, &inputs, used).expected_micros)
    };
    price().unwrap_or(Micros::ZERO)
}
