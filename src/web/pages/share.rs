//! `/s/{slug}`: what a stranger with the link sees. A plain document, without the browser half.

use crate::{
    api::shares::{ShareView, SharedItem, SharedPage, view_share},
    domain::text::{common::Common, fill, number, share::Share},
    web::{
        components::{
            fault::{Failed, FormFault},
            prompt_notes::PromptNotes,
        },
        context::use_lang,
        platform,
    },
};
use leptos::prelude::*;
use leptos_meta::{Link, Meta, Title};
use leptos_router::hooks::{use_params_map, use_query_map};

/// The share page.
#[component]
pub fn SharePage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let shared = Resource::new_blocking(move || slug.get(), view_share);
    let page = move || {
        Some(match shared.get()? {
            Ok(ShareView::Open(page)) => view! { <Open page/> }.into_any(),
            Ok(ShareView::Locked) => view! { <Locked slug=slug.get()/> }.into_any(),
            Err(error) => view! { <Failed error/> }.into_any(),
        })
    };
    view! { <Transition>{page}</Transition> }.into_any()
}

/// Everything the owner chose to show.
#[component]
fn Open(page: SharedPage) -> impl IntoView {
    let lang = use_lang();
    let t = Share::of(lang);
    let common = Common::of(lang);
    let count = page.items.len();
    let demo = page.items.iter().any(|item| item.demo);
    let title = page.title.clone().unwrap_or_else(|| match count {
        0 | 1 => t.untitled.to_owned(),
        _ => fill(t.untitled_set, &[("count", &number::integer(lang, count as u64))]),
    });
    let said = if demo {
        common.changed_by_demo
    } else {
        common.changed_by_ai
    };
    let items = page
        .items
        .into_iter()
        .enumerate()
        .map(|(place, item)| view! { <Item item place count/> })
        .collect_view();
    view! {
        <Card
            title=title.clone()
            said
            url=platform::page::absolute(&page.url)
            card_url=platform::page::absolute(&page.card_url)
            listed=page.listed
        />
        <article class="shared" class:single=count == 1>
            <header class="shared-head">
                <h1>{title}</h1>
                <p class="said">{said}</p>
            </header>
            {items}
            <footer class="shared-foot">
                <p class="note">{fill(t.made_on, &[("date", &number::date(lang, &page.created_at))])}</p>
                <a class="btn" href="/">
                    {t.make_one}
                </a>
            </footer>
        </article>
    }
    .into_any()
}

/// The preview card for other sites.
#[component]
fn Card(title: String, said: &'static str, url: String, card_url: String, listed: bool) -> impl IntoView {
    view! {
        <Title text=title.clone()/>
        <Meta name="description" content=said/>
        <Meta property="og:type" content="article"/>
        <Meta property="og:site_name" content="Pochoir"/>
        <Meta property="og:title" content=title/>
        <Meta property="og:description" content=said/>
        <Meta property="og:url" content=url.clone()/>
        <Meta property="og:image" content=card_url/>
        <Meta name="twitter:card" content="summary_large_image"/>
        <Link rel="canonical" href=url/>
        {(!listed).then(|| view! { <Meta name="robots" content="noindex"/> })}
    }
    .into_any()
}

/// One result: the picture, the original beside it where it is shown, and what is said about it.
#[component]
fn Item(item: SharedItem, place: usize, count: usize) -> impl IntoView {
    let lang = use_lang();
    let t = Share::of(lang);
    let name = format!("view-{place}");
    let alt = if count > 1 {
        fill(t.numbered, &[("number", &number::integer(lang, place as u64 + 1))])
    } else {
        t.after.to_owned()
    };
    let compared = item.original_url.is_some();
    let choices = [("both", t.both), ("before", t.before), ("after", t.after)]
        .map(|(value, label)| {
            view! {
                <label>
                    <input type="radio" name=name.clone() value=value checked=value == "both"/>
                    <span>{label}</span>
                </label>
            }
        })
        .collect_view();
    let lazy = if place == 0 { "eager" } else { "lazy" };
    view! {
        <section class="shared-item">
            <div class="shared-stage">
                {compared
                    .then(|| {
                        view! {
                            <fieldset class="seg">
                                <legend class="unseen">{t.view}</legend>
                                {choices}
                            </fieldset>
                        }
                    })}
                <div class="shared-pictures" class:pair=compared>
                    {item
                        .original_url
                        .map(|url| {
                            view! {
                                <figure class="shared-before">
                                    <img src=url width=item.width height=item.height alt=t.before loading=lazy/>
                                    <figcaption>{t.before}</figcaption>
                                </figure>
                            }
                        })}
                    <figure class="shared-after">
                        <img src=item.picture_url width=item.width height=item.height alt=alt loading=lazy/>
                        {compared.then(|| view! { <figcaption>{t.after}</figcaption> })}
                    </figure>
                </div>
            </div>
            <div class="shared-words">
                {item
                    .prompt
                    .map(|prompt| {
                        view! {
                            <h2 class="unseen">{t.prompt}</h2>
                            <blockquote class="shared-prompt">{prompt}</blockquote>
                        }
                    })}
                {item.understood.map(|understood| view! { <PromptNotes understood/> })}
                <dl class="facts">
                    <dt>{t.size}</dt>
                    <dd>{number::size(item.width, item.height)}</dd>
                    {item
                        .spent_micros
                        .map(|spent| {
                            view! {
                                <dt>{t.price}</dt>
                                <dd>{number::money(lang, spent)}</dd>
                            }
                        })}
                </dl>
                {item
                    .download_url
                    .map(|url| {
                        view! {
                            <p>
                                <a class="btn ink" href=url download rel="external">
                                    {t.download}
                                </a>
                            </p>
                        }
                    })}
            </div>
        </section>
    }
    .into_any()
}

/// Asks for the password.
#[component]
fn Locked(slug: String) -> impl IntoView {
    let t = Share::of(use_lang());
    let query = use_query_map();
    let wrong = query.read_untracked().get("error").is_some();
    view! {
        <Title text=t.locked_title/>
        <Meta name="robots" content="noindex"/>
        <div class="page narrow">
            <FormFault/>
            <h1>{t.locked_title}</h1>
            <form class="stack" method="post" action="/forms/share/unlock">
                <input type="hidden" name="slug" value=slug/>
                <label class="field">
                    <span>{t.password}</span>
                    <input
                        type="password"
                        name="password"
                        required
                        autocomplete="off"
                        aria-invalid=if wrong { "true" } else { "false" }
                    />
                </label>
                <button class="btn ink" type="submit">
                    {t.unlock}
                </button>
            </form>
        </div>
    }
    .into_any()
}
