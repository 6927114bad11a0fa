//! The header of every page: mark, navigation, what is left today, language, theme; and the banner of the demo.

use super::icon::{Icon, MENU, MOON, Mark, SUN};
use crate::{
    domain::text::{Lang, common::Common, number},
    web::{
        context::{use_lang, use_left_today, use_session},
        platform,
    },
};
use leptos::{html, prelude::*};
use leptos_router::{components::A, hooks::use_location};

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let lang = use_lang();
    let t = Common::of(lang);
    let menu = NodeRef::<html::Div>::new();
    let path = use_location().pathname;
    // A stranger on a share page has nothing to spend.
    let own = !path.read_untracked().starts_with("/s/");
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now)
            && let Some(menu) = menu.get_untracked()
        {
            platform::page::close_popover(&menu);
        }
        now
    });
    view! {
        <a class="skip" href="#main" rel="external">
            {t.skip}
        </a>
        <header class="bar">
            <A href="/" attr:class="mark">
                <Mark/>
                <span>{t.name}</span>
            </A>
            {own.then(|| view! { <Left/> })}
            <button class="bar-menu-button" type="button" popovertarget="menu" aria-label=t.menu>
                <Icon d=MENU/>
            </button>
            <div class="bar-menu" id="menu" popover="auto" node_ref=menu>
                <nav aria-label=t.main_navigation>
                    <A href="/" exact=true>
                        {t.new_picture}
                    </A>
                    <A href="/library">{t.library}</A>
                    <A href="/gallery">{t.gallery}</A>
                </nav>
                <div class="bar-switches">
                    <LanguageSwitch lang/>
                    <ThemeSwitch/>
                </div>
            </div>
        </header>
        <DemoBanner/>
    }
    .into_any()
}

/// What the caller can still spend today.
#[component]
fn Left() -> impl IntoView {
    let lang = use_lang();
    let t = Common::of(lang);
    let session = use_session();
    let newer = use_left_today();
    // A session asked for later knows best.
    Effect::new(move |_| {
        session.track();
        newer.set(None);
    });
    let left = move || {
        let session = session.get()?.ok()?;
        let left = number::money_left(lang, newer.get().or(session.left_micros)?);
        Some(view! {
            <p class="bar-left">
                <span class="bar-left-label">{t.left_today} " "</span>
                <strong>{left}</strong>
                {session.demo.then(|| view! { <span class="bar-left-demo">" · " {t.play_money}</span> })}
            </p>
        })
    };
    view! { <Transition>{left}</Transition> }.into_any()
}

/// Where a form of the header leads back to.
#[component]
fn Back() -> impl IntoView {
    let location = use_location();
    let back = move || {
        let path = location.pathname.get();
        let search = location.search.get();
        if search.is_empty() {
            path
        } else {
            format!("{path}?{search}")
        }
    };
    view! { <input type="hidden" name="back" value=back/> }.into_any()
}

#[component]
fn LanguageSwitch(lang: Lang) -> impl IntoView {
    let others = Lang::ALL.into_iter().filter(move |other| *other != lang).map(|other| {
        view! {
            <button class="switch" type="submit" name="lang" value=other.tag() lang=other.tag()>
                {other.own_name()}
            </button>
        }
    });
    view! {
        <form method="post" action="/forms/language">
            <Back/>
            {others.collect_view()}
        </form>
    }
    .into_any()
}

/// Style sheets show the one of the two buttons that changes something.
#[component]
fn ThemeSwitch() -> impl IntoView {
    let t = Common::of(use_lang());
    view! {
        <form method="post" action="/forms/theme">
            <Back/>
            <button class="switch to-dark" type="submit" name="theme" value="dark" aria-label=t.to_dark title=t.to_dark>
                <Icon d=MOON/>
            </button>
            <button class="switch to-light" type="submit" name="theme" value="light" aria-label=t.to_light title=t.to_light>
                <Icon d=SUN/>
            </button>
        </form>
    }
    .into_any()
}

/// Says on every page that the demo paints here.
#[component]
fn DemoBanner() -> impl IntoView {
    let t = Common::of(use_lang());
    let session = use_session();
    let banner = move || {
        let demo = session.get()?.ok()?.demo;
        demo.then(|| view! { <aside class="demo-banner" aria-label=t.demo>{t.demo_banner}</aside> })
    };
    view! { <Transition>{banner}</Transition> }.into_any()
}
