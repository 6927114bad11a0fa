//! `/library`: everything the caller made, newest first. Links and a form, so that it works without script.

use crate::{
    api::library::{LibraryPage as Page, list_library},
    domain::{
        limits::MAX_SHARE_ITEMS,
        text::{common::Common, fill, library::Library},
    },
    web::{
        components::{
            card::VariationCard,
            fault::{Failed, FormFault},
            share_form::ShareFields,
        },
        context::use_lang,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::A, hooks::use_query_map};

/// The library.
#[component]
pub fn LibraryPage() -> impl IntoView {
    let t = Library::of(use_lang());
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let given = |name: &str| query.get(name).filter(|value| !value.trim().is_empty());
        (given("cursor"), given("q"))
    });
    let page = Resource::new_blocking(
        move || asked.get(),
        |(cursor, q)| async move { list_library(cursor, None, q, None).await },
    );
    let list = move || {
        Some(match page.get()? {
            Ok(page) => view! { <Cards page asked=asked.get()/> }.into_any(),
            Err(error) => view! { <Failed error/> }.into_any(),
        })
    };
    view! {
        <Title text=t.title/>
        <div class="page">
            <FormFault/>
            <div class="page-head">
                <h1>{t.title}</h1>
                <form class="search" method="get" action="/library" role="search">
                    <label class="unseen" for="q">
                        {t.search}
                    </label>
                    <input
                        id="q"
                        type="search"
                        name="q"
                        placeholder=t.search
                        value=move || asked.get().1.unwrap_or_default()
                        autocomplete="off"
                    />
                    <button class="btn" type="submit">
                        {t.search_submit}
                    </button>
                </form>
            </div>
            <Transition>{list}</Transition>
        </div>
    }
    .into_any()
}

/// The cards, or why there are none; and the way to older ones.
#[component]
fn Cards(page: Page, asked: (Option<String>, Option<String>)) -> impl IntoView {
    let lang = use_lang();
    let t = Library::of(lang);
    let common = Common::of(lang);
    let (cursor, q) = asked;
    if page.items.is_empty() {
        return match q {
            Some(q) => view! {
                <div class="empty">
                    <h2>{t.none_title}</h2>
                    <p>{fill(t.none_text, &[("q", &q)])}</p>
                    <A href="/library" attr:class="btn">
                        {t.search_clear}
                    </A>
                </div>
            }
            .into_any(),
            None => view! {
                <div class="empty">
                    <h2>{t.empty_title}</h2>
                    <p>{t.empty_text}</p>
                    <A href="/" attr:class="btn ink">
                        {t.empty_action}
                    </A>
                </div>
            }
            .into_any(),
        };
    }
    let first = cursor.is_some().then(|| address(None, q.as_deref()));
    let next = page.next_cursor.map(|next| address(Some(&next), q.as_deref()));
    let paged = first.is_some() || next.is_some();
    view! {
        <form class="set" method="post" action="/forms/share">
            <ul class="cards" aria-label=t.results>
                {page.items.into_iter().map(|variation| view! { <VariationCard variation/> }).collect_view()}
            </ul>
            <details class="fold set-share">
                <summary>{t.set}</summary>
                <p class="note">{fill(t.set_note, &[("count", &MAX_SHARE_ITEMS.to_string())])}</p>
                <ShareFields/>
            </details>
        </form>
        {paged
            .then(|| {
                view! {
                    <nav class="pages" aria-label=common.pages>
                        {first.map(|href| view! { <A href=href attr:class="btn">{common.first_page}</A> })}
                        {next.map(|href| view! { <A href=href attr:class="btn">{common.next_page}</A> })}
                    </nav>
                }
            })}
    }
    .into_any()
}

/// The address of a page of the library.
fn address(cursor: Option<&str>, q: Option<&str>) -> String {
    let mut query = leptos_router::params::ParamsMap::new();
    for (name, value) in [("cursor", cursor), ("q", q)] {
        if let Some(value) = value {
            query.insert(name, value.to_owned());
        }
    }
    format!("/library{}", query.to_query_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_goes_along_to_older_pages() {
        assert_eq!(address(None, None), "/library");
        assert_eq!(address(None, Some("été & mer")), "/library?q=%C3%A9t%C3%A9%20%26%20mer");
        let both = address(Some("c1"), Some("x"));
        assert!(both.contains("cursor=c1") && both.contains("q=x"), "{both}");
    }
}
