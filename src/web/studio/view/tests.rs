//! The studio as the server renders it: what people without script get, and what the browser takes over.

use super::*;
use crate::{
    api::{
        descriptions::DescriptionAnswer,
        jobs::{Direction, Job},
        session::{Pause, PauseReason, Session},
        sources::{Source, SourceUrls},
        variations::{Variation, VariationUrls},
    },
    domain::{
        budget::{BudgetLeft, BudgetName},
        catalogue::Effort,
        description::{Caption, Fact, FactKind, Shortfall},
        id::{JobId, SourceId, VariationId},
        job::JobState,
        money::Micros,
        order::Order,
        source::Format,
        spec::{Fine, ProviderName, Quality, Size, Spec},
        text::Lang,
    },
    web::studio::{spec::tests::catalogue, state::Brought},
};

fn source() -> Source {
    let id = SourceId::from_random([7; 16]);
    Source {
        urls: SourceUrls::of(&id),
        id,
        width: 3000,
        height: 2000,
        sha256: String::new(),
        removed: vec![Removed::Exif, Removed::Gps],
        alpha: false,
        from_variation: None,
        created_at: "2026-11-22T12:00:00Z".to_owned(),
    }
}

fn description() -> DescriptionAnswer {
    DescriptionAnswer {
        source_id: source().id,
        caption: Caption {
            text: "a woman holding <a> phone".to_owned(),
            lang: "en".to_owned(),
            confidence: Some(0.4716),
        },
        facts: vec![Fact {
            id: "object-1".to_owned(),
            kind: FactKind::Object,
            text: "phone".to_owned(),
            lang: "en".to_owned(),
            confidence: Some(0.8),
            bounds: None,
        }],
        shortfall: None,
        provider: Some(ProviderName::AzureVision),
        model_version: None,
        price_micros: Micros(4_500),
        cached: false,
        closer: false,
        edited: false,
        demo: false,
    }
}

fn running_job() -> Job {
    Job {
        id: JobId::from_random([9; 16]),
        state: JobState::Running,
        quote_micros: Micros(19_000),
        spent_micros: None,
        variations: Vec::new(),
        error: None,
        order: Order {
            source_id: source().id,
            way: Way::Restyle,
            prompt: "dusk".to_owned(),
            spec: Spec {
                model: "small".to_owned(),
                quality: Quality::Low,
                size: Size::new(1024, 1024),
                count: 1,
                format: Format::Png,
                provider: None,
                partials: 0,
                fine: Fine::default(),
            },
            mask_id: None,
            strategy: None,
            reference_ids: Vec::new(),
            finish_of: None,
        },
        created_at: "2026-11-22T12:00:00Z".to_owned(),
        demo: false,
        direction: None,
        cancelled: None,
    }
}

fn opening() -> Opening {
    Opening {
        source: source(),
        description: None,
        catalogue: catalogue(),
        session: Session {
            lang: Lang::En,
            theme: None,
            demo: false,
            describer: Some(ProviderName::AzureVision),
            refiner: None,
            painters: vec![ProviderName::Openai],
            describe_micros: Micros(4_500),
            closer_micros: Micros(4_000),
            from_micros: Micros(9_000),
            left_micros: Some(Micros(1_840_000)),
            most_used: None,
            contact: None,
            retention_days: None,
            recipients: Vec::new(),
            paused: Vec::new(),
        },
        jobs: Vec::new(),
        variations: Vec::new(),
        brought: Brought::default(),
    }
}

fn page(lang: Lang, opening: Opening) -> String {
    Owner::new().with(|| {
        provide_context(lang);
        leptos_meta::provide_meta_context();
        view! { <Bench opening problem=None/> }.to_html()
    })
}

/// What a succeeded job gave.
fn result(job: &mut Job, digit: u8) -> Variation {
    let id = VariationId::from_random([digit; 16]);
    job.state = JobState::Succeeded;
    job.variations = vec![id.clone()];
    Variation {
        urls: VariationUrls::of(&id, Way::Restyle),
        id,
        source_id: source().id,
        parent_id: None,
        recomposed: false,
        way: Way::Restyle,
        prompt: job.order.prompt.clone(),
        spec: job.order.spec.clone(),
        provider: ProviderName::Openai,
        demo: false,
        understood: None,
        spent_micros: Micros(9_000),
        width: 1024,
        height: 1024,
        after_care: None,
        protected_pixels: None,
        protected_changed: None,
        created_at: "2026-11-22T12:01:00Z".to_owned(),
    }
}

/// The start tag that contains this text.
fn tag<'a>(html: &'a str, text: &str) -> &'a str {
    let at = html.find(text).unwrap_or_else(|| panic!("{text} is not in {html}"));
    let from = html[..at].rfind('<').expect("a tag before it");
    let to = at + html[at..].find('>').expect("the tag's end");
    &html[from..=to]
}

#[test]
fn describing_is_offered_with_its_price_and_works_without_script() {
    let html = page(Lang::En, opening());
    assert!(html.contains("Describe · about 0.45"), "{html}");
    assert!(tag(&html, "action=\"/forms/describe\"").contains("method=\"post\""));
    assert!(html.contains("form=\"describe\""), "{html}");
}

#[test]
fn a_budget_that_is_well_used_up_is_said_beside_the_price() {
    let with = |used, lang| {
        let mut opening = opening();
        let budget = BudgetLeft::of(BudgetName::Month, Some(Micros(20_000_000)), Micros(used));
        opening.session.most_used = Some(budget);
        page(lang, opening)
    };
    let html = with(17_000_000, Lang::En);
    assert!(
        html.contains("Little is left of the budget “all of this month”: $3.00."),
        "{html}"
    );
    let html = with(10_000_000, Lang::Fr);
    assert!(html.contains("La moitié du budget"), "{html}");
    let html = with(20_000_000, Lang::En);
    assert!(html.contains("Nothing is left of the budget"), "{html}");
    assert!(!page(Lang::En, opening()).contains("budget-warning"));
}

#[test]
fn an_unsure_caption_in_another_language_says_both() {
    let described = Opening {
        description: Some(description()),
        ..opening()
    };
    let html = page(Lang::Fr, described);
    assert!(html.contains("peu sûr, à vérifier"), "{html}");
    assert!(html.contains("en anglais"), "{html}");
    assert!(tag(&html, "caption-text").contains("lang=\"en\""));
    assert!(html.contains("holding &lt;a&gt; phone") && !html.contains("<a> phone"));
}

#[test]
fn what_a_description_lacks_is_said_in_plain_words() {
    let with = |shortfall, lang| {
        let mut described = description();
        described.shortfall = shortfall;
        page(
            lang,
            Opening {
                description: Some(described),
                ..opening()
            },
        )
    };
    for (shortfall, english, french) in [
        (
            Shortfall::OlderCaption,
            "Captions are not offered in",
            "une version plus ancienne",
        ),
        (
            Shortfall::NoCaptionInRegion,
            "gave none either",
            "n’en a pas donné non plus",
        ),
        (Shortfall::NoCaption, "left the caption out", "n’a pas donné de légende"),
        (
            Shortfall::CutShort,
            "broke off before the end",
            "s’est arrêté avant la fin",
        ),
    ] {
        assert!(with(Some(shortfall), Lang::En).contains(english), "{shortfall:?}");
        assert!(with(Some(shortfall), Lang::Fr).contains(french), "{shortfall:?}");
    }
    assert!(!with(None, Lang::En).contains("Captions are not offered"));
    let mut silent = description();
    silent.caption.text = String::new();
    let silent = Opening {
        description: Some(silent),
        ..opening()
    };
    assert!(
        tag(&page(Lang::En, silent), "stage-picture").contains("alt=\"Your picture\""),
        "a picture without a caption is named all the same"
    );
}

#[test]
fn what_is_paused_is_said_where_one_would_describe_or_paint() {
    let paused = |provider, why, lang| {
        let mut opening = opening();
        opening.session.paused = vec![Pause {
            provider,
            why,
            again_in_s: 252,
        }];
        page(lang, opening)
    };
    let html = paused(ProviderName::Openai, PauseReason::NoCredit, Lang::En);
    assert!(
        html.contains("Painting is paused: the provider’s account has no credit left."),
        "{html}"
    );
    assert!(html.contains("possible in 4\u{a0}min\u{a0}12\u{a0}s."), "{html}");
    assert!(!html.contains("Describing is paused"), "that is somebody else");
    assert!(
        !tag(&html, "btn pay").contains("disabled"),
        "whoever presses it finds out"
    );
    let html = paused(ProviderName::AzureVision, PauseReason::Key, Lang::Fr);
    assert!(
        html.contains("La description est en pause\u{a0}: le fournisseur n’accepte pas la clé"),
        "{html}"
    );
    assert!(!html.contains("La peinture est en pause"), "{html}");
    assert!(!page(Lang::En, opening()).contains("paused"));
}

#[test]
fn the_plain_form_has_every_field_it_needs() {
    let html = page(Lang::En, opening());
    assert!(tag(&html, "action=\"/forms/paint\"").contains("method=\"post\""));
    for name in ["source_id", "wish", "style", "way", "effort", "idempotency_key"] {
        assert!(html.contains(&format!("name=\"{name}\"")), "{name}: {html}");
    }
    assert!(tag(&html, "value=\"restyle\"").contains("checked"));
    assert!(tag(&html, "value=\"standard\"").contains("form=\"paint\""));
    assert!(tag(&html, "btn pay").contains("type=\"submit\""));
}

#[test]
fn what_a_plain_form_brought_back_stands_in_the_fields_again() {
    let html = page(
        Lang::En,
        Opening {
            brought: Brought {
                wish: "</textarea><script>".to_owned(),
                style: Some("ink".to_owned()),
                way: Some(Way::Reimagine),
                effort: Some(Effort::Final),
            },
            ..opening()
        },
    );
    assert!(html.contains("&lt;/textarea&gt;&lt;script&gt;</textarea>"), "{html}");
    for chosen in ["ink", "reimagine", "final"] {
        assert!(
            tag(&html, &format!("value=\"{chosen}\"")).contains("checked"),
            "{chosen}"
        );
    }
}

#[test]
fn a_page_without_script_looks_again_while_a_job_is_under_way() {
    assert!(!page(Lang::En, opening()).contains("http-equiv=\"refresh\""));
    let busy = Opening {
        jobs: vec![running_job()],
        ..opening()
    };
    let html = page(Lang::En, busy);
    assert!(html.contains("http-equiv=\"refresh\""), "{html}");
    assert!(tag(&html, "data-state").contains("data-state=\"running\""));
}

#[test]
fn a_draft_is_finished_by_a_plain_form_with_its_price() {
    let mut job = running_job();
    let draft = result(&mut job, 4);
    let painted = |job: &Job| Opening {
        jobs: vec![job.clone()],
        variations: vec![draft.clone()],
        ..opening()
    };
    let html = page(Lang::En, painted(&job));
    assert!(tag(&html, "action=\"/forms/again\"").contains("method=\"post\""));
    assert!(html.contains("Finish · "), "{html}");
    assert!(page(Lang::Fr, painted(&job)).contains("Mettre au net · "));
    job.order.spec.quality = Quality::Medium;
    assert!(
        !page(Lang::En, painted(&job)).contains("/forms/again"),
        "it is what the catalogue proposes for keeping"
    );
}

#[test]
fn directions_have_letters_and_are_shared_with_one_click_once_all_are_there() {
    let jobs: Vec<(Job, Variation)> = (0..3)
        .map(|place| {
            let mut job = running_job();
            let digit = u8::try_from(place).expect("small") + 20;
            job.id = JobId::from_random([digit; 16]);
            job.direction = Some(Direction {
                of: JobId::from_random([20; 16]),
                place,
            });
            let variation = result(&mut job, digit);
            (job, variation)
        })
        .collect();
    let (mut jobs, variations): (Vec<Job>, Vec<Variation>) = jobs.into_iter().rev().unzip();
    let painted = |jobs: &[Job]| Opening {
        jobs: jobs.to_vec(),
        variations: variations.clone(),
        ..opening()
    };
    let html = page(Lang::En, painted(&jobs));
    assert!(html.contains("Share A, B, C as a set"), "{html}");
    assert_eq!(
        html.matches("name=\"variation_id\" value=\"1").count(),
        6,
        "once to share, once to finish"
    );
    for letter in ["A", "B", "C"] {
        assert!(html.contains(&format!("result-letter\">{letter}")), "{letter}: {html}");
    }
    jobs[0].state = JobState::Running;
    assert!(
        !page(Lang::En, painted(&jobs)).contains("as a set"),
        "one is still painting"
    );
}

#[test]
fn nothing_is_styled_by_attribute_and_no_handler_is_inline() {
    for lang in Lang::ALL {
        let html = page(
            lang,
            Opening {
                description: Some(description()),
                jobs: vec![running_job()],
                ..opening()
            },
        );
        for forbidden in [" style=\"", " onclick", " onsubmit", "javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden} in {html}");
        }
    }
}

#[test]
fn where_nobody_paints_the_button_says_so() {
    let mut closed = opening();
    closed.session.painters.clear();
    closed.session.describer = None;
    let html = page(Lang::En, closed);
    assert!(tag(&html, "btn pay").contains("disabled"), "{html}");
    assert!(html.contains("no provider is configured") && html.contains("no vision provider"));
}
