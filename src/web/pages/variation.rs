//! `/variations/{id}`: one result with everything that can be known about it and done with it.

use crate::{
    api::{
        quotes::{AgainAnswer, Offer, quote_again},
        shares::{Share, list_shares},
        variations::{Variation, get_variation},
    },
    domain::{
        id::VariationId,
        text::{Lang, common::Common, fill, number, studio::Studio, variation::Variation as Texts},
    },
    web::{
        components::{
            after_care::AfterCare,
            compare::Compare,
            confirm::Confirm,
            copy_button::CopyButton,
            fault::{Failed, FormFault, Nothing},
            paused::{Act, Paused},
            prompt_notes::PromptNotes,
            share_form::ShareForm,
            share_list::ShareList,
        },
        context::{use_lang, use_session},
        platform,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    components::A,
    hooks::{use_params_map, use_query_map},
};

/// The page of a variation.
#[component]
pub fn VariationPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        let id = params.read().get("id");
        id.and_then(|id| id.parse::<VariationId>().ok())
    });
    let found = Resource::new_blocking(
        move || id.get(),
        |id| async move {
            let Some(id) = id else { return Ok(None) };
            let variation = get_variation(id.clone()).await?;
            let again = quote_again(id.clone()).await?;
            let shares = list_shares(Some(id)).await?;
            Ok(Some((variation, shares, again)))
        },
    );
    let page = move || {
        Some(match found.get()? {
            Ok(Some((variation, shares, again))) => view! { <Result variation shares again/> }.into_any(),
            Ok(None) => {
                platform::page::set_status(http::StatusCode::NOT_FOUND);
                view! { <Nothing/> }.into_any()
            }
            Err(error) => view! { <Failed error/> }.into_any(),
        })
    };
    view! { <Transition>{page}</Transition> }.into_any()
}

#[component]
fn Result(variation: Variation, shares: Vec<Share>, again: AgainAnswer) -> impl IntoView {
    let lang = use_lang();
    let t = Texts::of(lang);
    let common = Common::of(lang);
    let query = use_query_map();
    let fresh = query.read_untracked().get("shared");
    let id = variation.id.to_string();
    let title = common.way(variation.way);
    let original = crate::api::sources::SourceUrls::of(&variation.source_id).preview;
    let said = if variation.demo {
        common.changed_by_demo
    } else {
        common.changed_by_ai
    };
    let back = format!("/variations/{id}");
    let studio = format!("/studio/{}", variation.source_id);
    let failed = query.read_untracked().get("error").is_some();
    let folded = !failed && (!shares.is_empty() || fresh.is_some());
    view! {
        <Title text=title/>
        <div class="work">
            <section class="work-stage" aria-label=t.compare>
                <Compare
                    id=format!("v{id}")
                    before=original
                    after=variation.urls.preview.clone()
                    width=variation.width
                    height=variation.height
                    difference=variation.urls.difference_preview.clone()
                />
            </section>
            <div class="work-side">
                <FormFault/>
                <div>
                    <h1>{title}</h1>
                    <p class="note">{said}</p>
                </div>
                <section>
                    <h2>{t.prompt}</h2>
                    <p class="prompt">{variation.prompt.clone()}</p>
                    <CopyButton text=variation.prompt.clone() label=t.copy_prompt/>
                    {variation.understood.clone().map(|understood| view! { <PromptNotes understood/> })}
                </section>
                <section>
                    <h2>{t.details}</h2>
                    <Facts variation=variation.clone()/>
                </section>
                <Again id=id.clone() again/>
                <section class="actions">
                    <a class="btn ink" href=format!("{}?download", variation.urls.composed) download>
                        {t.download_composed}
                    </a>
                    <a class="btn" href=variation.urls.raw.clone() download>
                        {t.download_raw}
                    </a>
                    <form method="post" action="/forms/use-as-source">
                        <input type="hidden" name="variation_id" value=id.clone()/>
                        <button class="btn" type="submit">
                            {t.use_as_source}
                        </button>
                    </form>
                    <A href=studio attr:class="btn">
                        {t.studio}
                    </A>
                </section>
                {variation
                    .after_care
                    .clone()
                    .map(|care| view! { <AfterCare variation=variation.clone() care/> })}
                <section>
                    <h2>{t.share}</h2>
                    <ShareList shares fresh back/>
                    <details class="fold" open=!folded>
                        <summary>{t.share_new}</summary>
                        <ShareForm variation=variation.id.clone()/>
                    </details>
                </section>
                <section>
                    <Confirm
                        id="delete"
                        opener=t.delete
                        title=t.delete_title
                        text=t.delete_text
                        confirm=t.delete_confirm
                        action="/forms/variation/delete"
                        fields=vec![("id", id)]
                    />
                </section>
            </div>
        </div>
    }
    .into_any()
}

/// Carrying it further: finishing it, or painting the same in high quality. Plain forms: they lead to the studio, which shows
/// what is under way.
#[component]
fn Again(id: String, again: AgainAnswer) -> impl IntoView {
    let lang = use_lang();
    let t = Studio::of(lang);
    let key = again.idempotency_key;
    let form = move |how: &'static str, offer: Offer, label: &'static str, hint: &'static str, class: &'static str| {
        let price = number::money(lang, offer.quote.expected_micros);
        let most = number::money_at_most(lang, offer.quote.quote_micros);
        view! {
            <form method="post" action="/forms/again">
                <input type="hidden" name="variation_id" value=id.clone()/>
                <input type="hidden" name="how" value=how/>
                <input type="hidden" name="idempotency_key" value=format!("{key}-{how}")/>
                <button class=class type="submit" title=hint disabled=!offer.quote.allowed>
                    {fill(label, &[("price", &price)])}
                </button>
                <p class="note">{fill(t.at_most, &[("price", &most)])} " · " {hint}</p>
            </form>
        }
    };
    let finish = again
        .finish
        .map(|offer| form("finish", offer, t.finish_price, t.finish_hint, "btn pay"));
    let high = again
        .high_quality
        .map(|offer| form("high_quality", offer, t.again_high, t.again_high_hint, "btn"));
    let session = use_session();
    let paused = move || {
        let session = session.get()?.ok()?;
        let pause = session.pause_of(session.painters.first().copied());
        Some(view! { <Paused act=Act::Paint pause/> })
    };
    (finish.is_some() || high.is_some()).then(|| {
        view! {
            <section class="actions again">
                {paused}
                {finish}
                {high}
            </section>
        }
    })
}

/// Price, model, quality, size, time, and what stayed protected.
#[component]
fn Facts(variation: Variation) -> impl IntoView {
    let lang = use_lang();
    let t = Texts::of(lang);
    let common = Common::of(lang);
    let price = number::money(lang, variation.spent_micros);
    let price = if variation.recomposed {
        t.costs_nothing.to_owned()
    } else if variation.demo {
        fill(t.would_cost, &[("price", &price)])
    } else {
        price
    };
    let rows = [
        Some((t.price, price)),
        protected(&variation, lang).map(|text| (t.protected, text)),
        Some((t.size, number::size(variation.width, variation.height))),
        Some((t.model, variation.spec.model.clone())),
        Some((t.quality, common.quality(variation.spec.quality).to_owned())),
        Some((t.by, common.provider(variation.provider).to_owned())),
        Some((t.made, number::date_time(lang, &variation.created_at))),
    ];
    let recomposed = variation.recomposed;
    let lineage = variation.parent_id.map(|parent| {
        view! {
            <dt>{t.made_from}</dt>
            <dd>
                <A href=format!("/variations/{parent}")>{if recomposed { t.same_answer } else { t.this_draft }}</A>
            </dd>
        }
    });
    view! {
        <dl class="facts">
            {rows
                .into_iter()
                .flatten()
                .map(|(name, value)| view! { <dt>{name}</dt> <dd>{value}</dd> })
                .collect_view()}
            {lineage}
        </dl>
    }
    .into_any()
}

/// How many protected pixels changed, for a repaint.
fn protected(variation: &Variation, lang: Lang) -> Option<String> {
    let t = Texts::of(lang);
    let (pixels, changed) = (variation.protected_pixels?, variation.protected_changed?);
    let pixels = number::counted(lang, pixels, t.protected_pixels);
    Some(if changed == 0 {
        fill(t.protected_none, &[("pixels", &pixels)])
    } else {
        let changed = number::integer(lang, changed);
        fill(t.protected_some, &[("pixels", &pixels), ("changed", &changed)])
    })
}
