//! `/gallery`: what owners chose to publish. A plain document, without the browser half.

use crate::{
    api::shares::{GalleryCard, GalleryPage as Page, list_gallery},
    domain::text::{common::Common, number, share::Gallery},
    web::{components::fault::Failed, context::use_lang},
};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

/// The gallery.
#[component]
pub fn GalleryPage() -> impl IntoView {
    let t = Gallery::of(use_lang());
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.read().get("cursor").filter(|cursor| !cursor.is_empty()));
    let page = Resource::new_blocking(move || cursor.get(), list_gallery);
    let list = move || {
        Some(match page.get()? {
            Ok(page) => view! { <Cards page later=cursor.get().is_some()/> }.into_any(),
            Err(error) => view! { <Failed error/> }.into_any(),
        })
    };
    view! {
        <Title text=t.title/>
        <Meta name="description" content=t.intro/>
        <div class="page">
            <div class="page-head">
                <h1>{t.title}</h1>
                <p class="note">{t.intro}</p>
            </div>
            <Transition>{list}</Transition>
        </div>
    }
    .into_any()
}

#[component]
fn Cards(page: Page, later: bool) -> impl IntoView {
    let lang = use_lang();
    let t = Gallery::of(lang);
    let common = Common::of(lang);
    if page.cards.is_empty() {
        return view! {
            <div class="empty">
                <h2>{t.empty_title}</h2>
                <p>{t.empty_text}</p>
            </div>
        }
        .into_any();
    }
    let next = page.next_cursor.map(|cursor| {
        let mut query = leptos_router::params::ParamsMap::new();
        query.insert("cursor", cursor);
        format!("/gallery{}", query.to_query_string())
    });
    let paged = later || next.is_some();
    view! {
        <ul class="cards">{page.cards.into_iter().map(|card| view! { <Card card/> }).collect_view()}</ul>
        {paged
            .then(|| {
                view! {
                    <nav class="pages" aria-label=common.pages>
                        {later.then(|| view! { <a class="btn" href="/gallery">{common.first_page}</a> })}
                        {next.map(|href| view! { <a class="btn" href=href>{common.next_page}</a> })}
                    </nav>
                }
            })}
    }
    .into_any()
}

#[component]
fn Card(card: GalleryCard) -> impl IntoView {
    let lang = use_lang();
    let t = Gallery::of(lang);
    let common = Common::of(lang);
    let title = card.title.unwrap_or_else(|| t.untitled.to_owned());
    let notes = [
        (card.count > 1).then(|| number::counted(lang, u64::from(card.count), t.pictures)),
        card.demo.then(|| common.demo.to_owned()),
    ];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    view! {
        <li class="card">
            <a href=card.href rel="external">
                <img
                    class="card-picture"
                    src=card.thumb_url
                    width=card.width
                    height=card.height
                    alt=""
                    loading="lazy"
                    decoding="async"
                />
                <span class="card-words">
                    <span class="card-title">{title}</span>
                    <span class="card-note">{notes.join(" · ")}</span>
                </span>
            </a>
        </li>
    }
    .into_any()
}
