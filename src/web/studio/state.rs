//! What the studio knows while somebody works in it.

use super::spec::{Choice, propose_way, resolve};
use crate::{
    api::{
        ApiError, descriptions::DescriptionAnswer, jobs::Job, quotes::QuoteAnswer, session::Session, sources::Source,
        variations::Variation,
    },
    domain::{
        catalogue::{Catalogue, Effort},
        description::{Description, Stance, Stances},
        id::VariationId,
        job::JobState,
        order::{Order, Way},
        prompt::{Ingredients, Intent, Likeness, NoPrompt, Prompt, compose},
        spec::{Size, Spec},
        style::Style,
        text::{Lang, studio::Studio},
    },
    web::editor::{Editor, Stencil},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the page knows when it opens.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// The picture.
    pub source: Source,
    /// What was seen in it, if it was described.
    pub description: Option<DescriptionAnswer>,
    /// What can be ordered.
    pub catalogue: Catalogue,
    /// The instance and the caller.
    pub session: Session,
    /// Jobs for this picture, newest first.
    pub jobs: Vec<Job>,
    /// Variations of this picture, newest first.
    pub variations: Vec<Variation>,
    /// What a plain form brought back.
    pub brought: Brought,
}

/// What was typed and chosen in the plain form, when it led back here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brought {
    /// The wish.
    pub wish: String,
    /// A style preset's id.
    pub style: Option<String>,
    /// The way, where it was not the proposal.
    pub way: Option<Way>,
    /// The effort.
    pub effort: Option<Effort>,
}

/// A price and the orders it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Priced {
    /// The orders asked about: one, or the directions.
    pub orders: Vec<Order>,
    /// The answer for all of them together.
    pub answer: Result<QuoteAnswer, ApiError>,
}

/// A direction that was set aside to be painted with others: what was wished when it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aim {
    /// The wish.
    pub wish: String,
    /// A style preset's id.
    pub style: Option<String>,
    /// The prompt as written by hand.
    pub by_hand: Option<String>,
}

/// The fact whose chip is hovered or focused: its box is outlined on the picture.
#[derive(Debug, Clone, Copy)]
pub struct Pointed(pub RwSignal<Option<String>>);

/// The signals of the studio. Every part takes it from the context.
#[derive(Debug, Clone, Copy)]
pub struct StudioState {
    /// The language of the page.
    pub lang: Lang,
    /// What does not change while the page is open.
    pub fixed: StoredValue<Arc<Fixed>>,
    /// What was seen.
    pub description: RwSignal<Option<DescriptionAnswer>>,
    /// What is wished, in the person's words.
    pub wish: RwSignal<String>,
    /// What they want to do.
    pub intent: RwSignal<Option<Intent>>,
    /// The id of a style preset.
    pub style: RwSignal<Option<String>>,
    /// How close to stay.
    pub likeness: RwSignal<Likeness>,
    /// What the person set on facts.
    pub stances: RwSignal<Stances>,
    /// The language of the prompt's own words.
    pub prompt_lang: RwSignal<Lang>,
    /// The prompt as written by hand; nothing while it follows description and wish.
    pub by_hand: RwSignal<Option<String>>,
    /// The way the person chose instead of the proposal.
    pub chosen_way: RwSignal<Option<Way>>,
    /// How far the variation goes.
    pub effort: RwSignal<Effort>,
    /// What the person chose instead of the preset.
    pub choice: RwSignal<Choice>,
    /// The stencil.
    pub stencil: RwSignal<Stencil>,
    /// Directions to be painted at once instead of what stands in the fields.
    pub aims: RwSignal<Vec<Aim>>,
    /// The last price.
    pub priced: RwSignal<Option<Priced>>,
    /// Jobs for this picture, newest first.
    pub jobs: RwSignal<Vec<Job>>,
    /// Variations of this picture, newest first.
    pub variations: RwSignal<Vec<Variation>>,
    /// What is read out to people who do not see the page.
    pub said: RwSignal<String>,
    /// The way in force.
    pub way: Memo<Way>,
    /// The prompt that description and wish make.
    pub composed: Memo<Result<Prompt, NoPrompt>>,
    /// The spec in force.
    pub spec: Memo<Option<Spec>>,
    /// What stands in the fields as an order; nothing while something is missing.
    pub order: Memo<Option<Order>>,
    /// What pressing the button would order: the directions, or what stands in the fields.
    pub orders: Memo<Option<Vec<Order>>>,
}

/// What does not change while the page is open.
#[derive(Debug)]
pub struct Fixed {
    /// The picture.
    pub source: Source,
    /// What can be ordered.
    pub catalogue: Catalogue,
    /// The instance and the caller.
    pub session: Session,
}

impl Fixed {
    /// The picture's sides.
    #[must_use]
    pub const fn shape(&self) -> Size {
        Size::new(self.source.width, self.source.height)
    }
}

impl StudioState {
    /// The state of a page that opens.
    #[must_use]
    pub fn open(lang: Lang, opening: Opening, editor: Editor) -> Self {
        let fixed = Arc::new(Fixed {
            source: opening.source,
            catalogue: opening.catalogue,
            session: opening.session,
        });
        let description = RwSignal::new(opening.description);
        let wish = RwSignal::new(opening.brought.wish);
        let intent = RwSignal::new(None);
        let style = RwSignal::new(opening.brought.style);
        let likeness = RwSignal::new(Likeness::default());
        let stances = RwSignal::new(Stances::new());
        let prompt_lang = RwSignal::new(lang);
        let by_hand = RwSignal::new(None::<String>);
        let chosen_way = RwSignal::new(opening.brought.way);
        let effort = RwSignal::new(opening.brought.effort.unwrap_or_default());
        let choice = RwSignal::new(Choice::default());
        let stencil = editor.stencil;
        let uploaded = editor.uploaded;

        let has_stencil = Memo::new(move |_| stencil.read().bounds.is_some());
        let way = Memo::new(move |_| chosen_way.get().unwrap_or_else(|| propose_way(has_stencil.get())));
        let compose_as = move |wish: &str, style: Option<&str>| {
            let description = description.read();
            let description = description.as_ref().map(|answer| Description {
                caption: answer.caption.clone(),
                facts: answer.facts.clone(),
                shortfall: answer.shortfall,
            });
            let way = way.get();
            compose(&Ingredients {
                description: description.as_ref(),
                wish,
                intent: intent.get(),
                style: style.and_then(Style::find),
                stances: &stances.read(),
                way,
                hole: (way == Way::Repaint).then(|| stencil.read().bounds).flatten(),
                likeness: likeness.get(),
                language: prompt_lang.get(),
            })
        };
        let composed = Memo::new(move |_| compose_as(&wish.read(), style.read().as_deref()));
        let spec = {
            let fixed = Arc::clone(&fixed);
            Memo::new(move |_| resolve(&fixed.catalogue, effort.get(), way.get(), fixed.shape(), &choice.read()))
        };
        let source_id = StoredValue::new(fixed.source.id.clone());
        let order_of = {
            move |prompt: String| {
                let way = way.get();
                let mask_id = match way {
                    Way::Repaint => {
                        let stencil = stencil.get();
                        let (_, id) = uploaded.get().filter(|(revision, _)| *revision == stencil.revision)?;
                        Some(id)
                    }
                    Way::Restyle | Way::Reimagine => None,
                };
                Some(Order {
                    source_id: source_id.get_value(),
                    way,
                    prompt: Some(prompt).filter(|prompt| !prompt.trim().is_empty())?,
                    spec: spec.get()?,
                    mask_id,
                    strategy: None,
                    reference_ids: Vec::new(),
                    finish_of: None,
                })
            }
        };
        let order = Memo::new(move |_| {
            order_of(match by_hand.get() {
                Some(prompt) => prompt,
                None => composed.read().as_ref().ok()?.text.clone(),
            })
        });
        let aims = RwSignal::new(Vec::<Aim>::new());
        let orders = Memo::new(move |_| {
            let aims = aims.read();
            if aims.is_empty() {
                return order.get().map(|order| vec![order]);
            }
            let of = |aim: &Aim| {
                order_of(match &aim.by_hand {
                    Some(prompt) => prompt.clone(),
                    None => compose_as(&aim.wish, aim.style.as_deref()).ok()?.text,
                })
            };
            aims.iter().map(of).collect()
        });
        Self {
            lang,
            fixed: StoredValue::new(fixed),
            description,
            wish,
            intent,
            style,
            likeness,
            stances,
            prompt_lang,
            by_hand,
            chosen_way,
            effort,
            choice,
            stencil,
            aims,
            priced: RwSignal::new(None),
            jobs: RwSignal::new(opening.jobs),
            variations: RwSignal::new(opening.variations),
            said: RwSignal::new(String::new()),
            way,
            composed,
            spec,
            order,
            orders,
        }
    }

    /// The texts of the page.
    #[must_use]
    pub const fn texts(&self) -> &'static Studio {
        Studio::of(self.lang)
    }

    /// What does not change while the page is open.
    #[must_use]
    pub fn fixed(&self) -> Arc<Fixed> {
        self.fixed.get_value()
    }

    /// The prompt that would be sent: by hand, or as composed; empty while there is none.
    #[must_use]
    pub fn prompt(&self) -> String {
        match self.by_hand.get() {
            Some(prompt) => prompt,
            None => self
                .composed
                .read()
                .as_ref()
                .map(|prompt| prompt.text.clone())
                .unwrap_or_default(),
        }
    }

    /// What becomes of a fact: what the person said, else what the composer proposes.
    #[must_use]
    pub fn stance(&self, fact_id: &str) -> Stance {
        if let Some(stance) = self.stances.read().get(fact_id) {
            return *stance;
        }
        self.composed
            .read()
            .as_ref()
            .ok()
            .and_then(|prompt| prompt.stances.get(fact_id).copied())
            .unwrap_or_default()
    }

    /// The sentence about a field that the price's order was refused for.
    #[must_use]
    pub fn fault(&self, field: &str) -> Option<String> {
        match self.price()? {
            Ok(_) => None,
            Err(error) => error.fields?.remove(field),
        }
    }

    /// Whether the way in force needs a stencil that is not there.
    #[must_use]
    pub fn lacks_stencil(&self) -> bool {
        self.way.get() == Way::Repaint && self.stencil.read().bounds.is_none()
    }

    /// The price of what pressing the button would order; nothing while it is not known.
    #[must_use]
    pub fn price(&self) -> Option<Result<QuoteAnswer, ApiError>> {
        let orders = self.orders.get()?;
        let priced = self.priced.get()?;
        (priced.orders == orders).then_some(priced.answer)
    }

    /// The job that gave a variation, if it is among those known here.
    #[must_use]
    pub fn job_of(&self, variation: &VariationId) -> Option<Job> {
        let jobs = self.jobs.read();
        jobs.iter().find(|job| job.variations.contains(variation)).cloned()
    }

    /// Sets how far the variation goes. What that decides follows its preset again; count and format stay chosen.
    pub fn take_effort(&self, effort: Effort) {
        self.effort.set(effort);
        self.choice.update(|choice| {
            choice.model = None;
            choice.quality = None;
            choice.size = None;
        });
    }

    /// Puts a job's new state in the place of the old one, or before all others. An answer that an event has overtaken
    /// changes nothing.
    pub fn put_job(&self, job: Job) {
        self.jobs.update(|jobs| put(jobs, job));
    }

    /// Takes a fresh list of all jobs in, newest first.
    pub fn put_jobs(&self, fresh: Vec<Job>) {
        self.jobs.update(|jobs| {
            for job in fresh.into_iter().rev() {
                put(jobs, job);
            }
        });
    }

    /// Adds a variation before the others, unless it is there.
    pub fn put_variation(&self, variation: Variation) {
        self.variations.update(|known| {
            if known.iter().all(|other| other.id != variation.id) {
                known.insert(0, variation);
            }
        });
    }

    /// Has a sentence read out. The same sentence twice is read twice.
    pub fn say(&self, sentence: &str) {
        self.said.update(|said| {
            let repeated = said.trim_end_matches('\u{a0}') == sentence;
            let ending = if repeated && !said.ends_with('\u{a0}') {
                "\u{a0}"
            } else {
                ""
            };
            *said = format!("{sentence}{ending}");
        });
    }
}

/// Puts a job in, unless what is known of it is further.
fn put(jobs: &mut Vec<Job>, job: Job) {
    match jobs.iter_mut().find(|known| known.id == job.id) {
        Some(known) if stage(known.state) > stage(job.state) => {}
        Some(known) => *known = job,
        None => jobs.insert(0, job),
    }
}

/// How far a job is: what comes later is larger.
const fn stage(state: JobState) -> u8 {
    match state {
        JobState::Queued => 0,
        JobState::Running => 1,
        JobState::Succeeded | JobState::Failed | JobState::Cancelled | JobState::Unknown => 2,
    }
}

/// The state of the studio around this part.
///
/// # Panics
///
/// Outside of the studio.
#[must_use]
pub fn use_studio() -> StudioState {
    expect_context()
}
