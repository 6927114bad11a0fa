//! The shell around every page, the route table and the fallback.

use super::{
    components::{footer::Footer, header::Header},
    context::{provide_lang, provide_session},
    pages::{
        gallery::GalleryPage, home::HomePage, library::LibraryPage, not_found::NotFoundPage, privacy::PrivacyPage,
        share::SharePage, studio::StudioPage, variation::VariationPage,
    },
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// The document: everything around the pages. Server only in practice; the browser takes over from [`App`].
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    use crate::{api::session::Theme, domain::text::Lang};
    use leptos_meta::MetaTags;

    let lang = use_context::<Lang>().unwrap_or_default();
    let theme = use_context::<Option<Theme>>().flatten().map(|theme| match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
    });
    let scripts = use_context::<http::request::Parts>()
        .is_none_or(|parts| needs_script(parts.uri.path()))
        .then(|| view! { <HydrationScripts options/> });
    view! {
        <!DOCTYPE html>
        <html lang=lang.tag() data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="icon" href="/favicon.png" type="image/png" sizes="64x64"/>
                <link
                    rel="preload"
                    href="/fonts/instrument-sans.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <link rel="stylesheet" href="/pkg/pochoir.css"/>
                {scripts}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Whether the browser half takes the page over. Pages that strangers open are plain documents.
#[cfg(feature = "ssr")]
fn needs_script(path: &str) -> bool {
    !(path.starts_with("/s/") || path == "/gallery" || path == "/privacy")
}

/// Everything inside the document.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_lang();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Pochoir".to_owned() } else { format!("{title} · Pochoir") }/>
        <Router>
            <Frame/>
        </Router>
    }
    .into_any()
}

/// The header, the page and the footer.
#[component]
fn Frame() -> impl IntoView {
    provide_session();
    view! {
        <Header/>
        <main id="main" tabindex="-1">
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
                <Route path=path!("/studio/:source") view=StudioPage ssr=SsrMode::Async/>
                <Route path=path!("/library") view=LibraryPage ssr=SsrMode::Async/>
                <Route path=path!("/variations/:id") view=VariationPage ssr=SsrMode::Async/>
                <Route path=path!("/gallery") view=GalleryPage ssr=SsrMode::Async/>
                <Route path=path!("/s/:slug") view=SharePage ssr=SsrMode::Async/>
                <Route path=path!("/privacy") view=PrivacyPage ssr=SsrMode::Async/>
            </Routes>
        </main>
        <Footer/>
    }
    .into_any()
}
