//! Three pictures to try with, shown before and after. Choosing among them is a matter of style sheets and works
//! without script.

use super::compare::Slider;
use crate::{domain::text::home::Home, web::context::use_lang};
use leptos::prelude::*;

/// A picture that comes with the site.
struct Sample {
    name: &'static str,
    width: u32,
    height: u32,
}

const SAMPLES: [Sample; 3] = [
    Sample {
        name: "astronaut",
        width: 512,
        height: 512,
    },
    Sample {
        name: "coffee",
        width: 600,
        height: 400,
    },
    Sample {
        name: "chelsea",
        width: 451,
        height: 300,
    },
];

impl Sample {
    /// Its title and the wish it is shown with.
    fn texts(&self, t: &Home) -> (&'static str, &'static str) {
        match self.name {
            "astronaut" => (t.sample_astronaut, t.wish_astronaut),
            "coffee" => (t.sample_coffee, t.wish_coffee),
            _ => (t.sample_chelsea, t.wish_chelsea),
        }
    }
}

/// The samples, one large and all three to choose from.
#[component]
pub fn Samples() -> impl IntoView {
    let t = Home::of(use_lang());
    let choices = SAMPLES
        .iter()
        .enumerate()
        .map(|(place, sample)| {
            let (title, _) = sample.texts(t);
            view! {
                <label class="sample-choice">
                    <input class="unseen" type="radio" name="sample" value=sample.name checked=place == 0/>
                    <img src=format!("/samples/{}.jpg", sample.name) width="56" height="56" alt=title/>
                </label>
            }
        })
        .collect_view();
    let panels = SAMPLES
        .iter()
        .map(|sample| {
            let (_, wish) = sample.texts(t);
            view! {
                <div class=format!("sample sample-{}", sample.name)>
                    <Slider
                        before=format!("/samples/{}.jpg", sample.name)
                        after=format!("/samples/{}-after.webp", sample.name)
                        width=sample.width
                        height=sample.height
                    />
                    <form class="sample-words" method="post" action="/forms/sample">
                        <input type="hidden" name="name" value=sample.name/>
                        <p>
                            <q>{wish}</q>
                            <span class="sample-look">{t.sample_look}</span>
                        </p>
                        <button class="btn small" type="submit">
                            {t.sample_try}
                        </button>
                    </form>
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="samples">
            <fieldset class="sample-choices">
                <legend class="unseen">{t.samples}</legend>
                {choices}
            </fieldset>
            {panels}
        </section>
    }
    .into_any()
}
