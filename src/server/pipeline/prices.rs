//! Prices as they are now: those of the catalogue, multiplied where a call once cost more than was held for it.

use crate::{
    domain::{
        catalogue::{Catalogue, Raised},
        money::Micros,
        order::QuoteLine,
        pricing::Factor,
        spec::ProviderName,
    },
    server::{
        failure::Outcome,
        providers::{Vision, VisionAsk},
        state::App,
        store::FactorRow,
    },
};

/// What quotes are multiplied by at this moment.
#[derive(Debug, Default)]
pub struct Factors(Vec<FactorRow>);

impl Factors {
    /// Asks the store.
    pub async fn load(app: &App) -> Outcome<Self> {
        Ok(Self(app.store.factors().await?))
    }

    /// What quotes of this provider and model are multiplied by.
    #[must_use]
    pub fn of(&self, provider: ProviderName, model: &str) -> Factor {
        let mut rows = self.0.iter();
        rows.find(|row| row.provider == provider && row.model == model)
            .map_or(Factor::ONE, |row| row.factor)
    }

    /// The catalogue as it is sold by.
    #[must_use]
    pub fn effective(&self, catalogue: &Catalogue) -> Catalogue {
        let mut effective = catalogue.clone();
        for model in &mut effective.models {
            let raised = self.0.iter().filter(|row| row.model == model.api_id);
            model.raised = raised
                .map(|row| Raised {
                    provider: row.provider,
                    factor: row.factor,
                })
                .collect();
        }
        effective
    }

    /// What a description costs at most.
    #[must_use]
    pub fn describing(&self, app: &App, vision: &dyn Vision, ask: &VisionAsk) -> Micros {
        let lines: Vec<QuoteLine> = app.providers.vision_lines(&app.catalogue, vision.name(), ask.closer);
        let sum = lines.iter().map(|line| line.micros).sum();
        self.of(vision.name(), &vision.asked(ask)).times(sum)
    }
}
