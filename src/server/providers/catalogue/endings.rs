//! The days on which models end: those of the catalogue, and earlier ones that a vendor names in its own list of models.
//!
//! The vendors are asked at start and once a day, beside everything else: nobody waits for them, and what they do not say changes
//! nothing. What they say only ever makes an end earlier; a model that ended here stays ended. It is kept in memory: the next start
//! asks again. A vendor's day counts for orders that go to that vendor.

use crate::{
    domain::{
        catalogue::{Catalogue, ENDING_DAYS, Model},
        spec::ProviderName,
    },
    server::{
        providers::{Ending, Painter},
        state::App,
    },
};
use jiff::civil::Date;
use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
    time::Duration,
};

/// How often the vendors are asked.
const EVERY: Duration = Duration::from_hours(24);

/// What the vendors said.
#[derive(Debug, Default)]
pub struct Endings(RwLock<BTreeMap<(ProviderName, String), String>>);

impl Endings {
    /// Takes in what a vendor says. A day that was said before stays when the new one is later, or when none is said any more.
    pub fn learn(&self, provider: ProviderName, told: impl IntoIterator<Item = Ending>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for Ending { model, ends } in told {
            let day = known.entry((provider, model)).or_insert_with(|| ends.clone());
            // Days are written so that the earlier one is the lesser text.
            if ends < *day {
                *day = ends;
            }
        }
    }

    /// The day a model ends for orders to this vendor: the earlier of the catalogue's and the vendor's.
    #[must_use]
    pub fn of(&self, provider: Option<ProviderName>, model: &Model) -> Option<String> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let told = provider.into_iter().flat_map(|provider| {
            let ids = [&model.id, &model.api_id];
            ids.map(|id| known.get(&(provider, id.clone())).cloned())
        });
        told.flatten().chain(model.ends.clone()).min()
    }

    /// Whether a model can be ordered of this vendor on `today` (`YYYY-MM-DD`).
    #[must_use]
    pub fn allow(&self, provider: Option<ProviderName>, model: &Model, today: &str) -> bool {
        model.can_be_ordered(today) && self.of(provider, model).is_none_or(|ends| today < ends.as_str())
    }

    /// Writes the days into a catalogue that is shown: what ends soon is marked, what ended has no qualities any more.
    pub fn mark(&self, provider: Option<ProviderName>, catalogue: &mut Catalogue, today: &str) {
        for model in &mut catalogue.models {
            if !self.allow(provider, model, today) {
                model.qualities.clear();
            }
            model.ends = self.of(provider, model);
            model.ends_in_days = model.ends.as_deref().and_then(|ends| days_left(ends, today));
        }
    }
}

/// How many days there are from `today` to `ends`, when it is not over and they are few.
fn days_left(ends: &str, today: &str) -> Option<u16> {
    let (ends, today) = (ends.parse::<Date>().ok()?, today.parse::<Date>().ok()?);
    let days = ends.since(today).ok()?.get_days();
    u16::try_from(days).ok().filter(|days| (1..=ENDING_DAYS).contains(days))
}

/// Asks every painter, now and once a day, until the server stops.
pub async fn watch(app: &App) {
    let asking = async {
        loop {
            for painter in &app.providers.painters {
                ask(app, &**painter).await;
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    tokio::select! {
        () = app.shutdown.cancelled() => {}
        () = asking => {}
    }
}

/// Asks one painter. Whatever goes wrong is written down and that is all.
async fn ask(app: &App, painter: &dyn Painter) {
    let provider = painter.name();
    match painter.endings().await {
        Ok(told) => {
            let endings = &app.providers.endings;
            endings.learn(provider, told);
            let today = app.today_utc();
            for model in app.catalogue.models.iter().filter(|model| !model.qualities.is_empty()) {
                let Some(ends) = endings.of(Some(provider), model) else {
                    continue;
                };
                let (model, successor) = (model.id.as_str(), model.successor.as_deref());
                if days_left(&ends, &today).is_some() {
                    tracing::warn!(provider = provider.name(), model, ends, successor, "a model ends soon");
                } else if ends <= today {
                    tracing::error!(
                        provider = provider.name(),
                        model,
                        ends,
                        successor,
                        "a model of the catalogue ended"
                    );
                }
            }
        }
        Err(fault) => tracing::warn!(
            provider = provider.name(),
            kind = ?fault.kind,
            detail = fault.detail,
            "it could not be asked when its models end; the catalogue's days count"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::providers::catalogue::load;

    const OPENAI: Option<ProviderName> = Some(ProviderName::Openai);
    const TODAY: &str = "2026-11-23";

    fn ending(model: &str, ends: &str) -> Ending {
        Ending {
            model: model.to_owned(),
            ends: ends.to_owned(),
        }
    }

    #[test]
    fn the_earlier_day_counts_and_never_a_later_one() {
        let catalogue = load(None, TODAY).expect("the catalogue");
        let endings = Endings::default();
        let of = |id: &str| endings.of(OPENAI, catalogue.model(id).expect("a model"));
        assert_eq!(of("gpt-image-2"), None);
        endings.learn(ProviderName::Openai, [ending("gpt-image-2-2026-04-21", "2027-10-21")]);
        assert_eq!(
            of("gpt-image-2").as_deref(),
            Some("2027-10-21"),
            "by the snapshot that is sent"
        );
        endings.learn(ProviderName::Openai, [ending("gpt-image-2", "2027-05-01")]);
        assert_eq!(of("gpt-image-2").as_deref(), Some("2027-05-01"), "by its name");
        endings.learn(ProviderName::Openai, [ending("gpt-image-2", "2029-01-01")]);
        assert_eq!(of("gpt-image-2").as_deref(), Some("2027-05-01"));
        endings.learn(ProviderName::Openai, []);
        assert_eq!(of("gpt-image-2").as_deref(), Some("2027-05-01"), "silence is no word");
        let other = endings.of(
            Some(ProviderName::AzureOpenai),
            catalogue.model("gpt-image-2").expect("a model"),
        );
        assert_eq!(other, None, "another vendor's day is another");
    }

    #[test]
    fn what_ended_never_comes_back() {
        let catalogue = load(None, TODAY).expect("the catalogue");
        let endings = Endings::default();
        endings.learn(
            ProviderName::Openai,
            [
                ending("dall-e-3", "2030-01-01"),
                ending("gpt-image-1", "2030-01-01"),
                ending("gpt-image-1.5", "2030-01-01"),
            ],
        );
        for id in ["dall-e-3", "gpt-image-1", "gpt-image-1.5"] {
            let model = catalogue.model(id).expect("a model");
            assert!(!endings.allow(OPENAI, model, TODAY), "{id}");
            assert_eq!(endings.of(OPENAI, model), model.ends, "{id}");
        }
        let flare = catalogue.model("gpt-image-2.5-flare").expect("a model");
        assert!(endings.allow(OPENAI, flare, TODAY));
        endings.learn(ProviderName::Openai, [ending("gpt-image-2.5-flare", TODAY)]);
        assert!(!endings.allow(OPENAI, flare, TODAY), "the day itself is over");
        assert!(endings.allow(OPENAI, flare, "2026-11-22"));
    }

    #[test]
    fn the_last_sixty_days_are_marked() {
        let mut catalogue = load(None, TODAY).expect("the catalogue");
        let endings = Endings::default();
        let days = [
            ("gpt-image-2", "2027-01-22"),
            ("gpt-image-2.6-flare", "2027-01-23"),
            ("gpt-image-2.6-sunburst", TODAY),
        ];
        endings.learn(ProviderName::Openai, days.map(|(model, ends)| ending(model, ends)));
        endings.mark(OPENAI, &mut catalogue, TODAY);
        let marked = |id: &str| {
            let model = catalogue.model(id).expect("a model");
            (model.ends.as_deref(), model.ends_in_days, model.qualities.is_empty())
        };
        assert_eq!(marked("gpt-image-2"), (Some("2027-01-22"), Some(60), false));
        assert_eq!(marked("gpt-image-2.6-flare"), (Some("2027-01-23"), None, false));
        assert_eq!(
            marked("gpt-image-2.6-sunburst"),
            (Some(TODAY), None, true),
            "it ended today"
        );
        assert_eq!(marked("gpt-image-1.5"), (Some("2026-12-01"), Some(8), true));
        assert_eq!(marked("dall-e-3"), (Some("2026-05-12"), None, true));
        assert_eq!(marked("gpt-image-2.5-flare"), (None, None, false));
    }
}
