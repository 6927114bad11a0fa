//! `/`: one sentence, the drop zone, three samples, the small print, and what was begun before.

use crate::{
    api::{library::recent_sources, session::Session, sources::Source},
    domain::text::{
        Lang,
        common::{self, Common},
        fill,
        home::Home,
        number,
    },
    web::{
        components::{drop_zone::DropZone, fault::Failed, samples::Samples},
        context::{use_lang, use_session},
    },
};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::components::A;

/// The home page.
#[component]
pub fn HomePage() -> impl IntoView {
    let lang = use_lang();
    let t = Home::of(lang);
    let common = Common::of(lang);
    let session = use_session();
    let recent = Resource::new_blocking(|| (), |()| recent_sources());
    let small_print = move || {
        Some(match session.get()? {
            Ok(session) => view! { <SmallPrint session/> }.into_any(),
            Err(error) => view! { <Failed error/> }.into_any(),
        })
    };
    let begun = move || {
        let sources = recent.get()?.ok()?;
        (!sources.is_empty()).then(|| view! { <Recent sources/> })
    };
    view! {
        <Title text=t.title/>
        <Meta name="description" content=common.tagline/>
        <div class="page home">
            <h1>{common.tagline}</h1>
            <div class="home-stage">
                <DropZone added=move |()| recent.refetch()/>
                <Samples/>
            </div>
            <Transition>{small_print}</Transition>
            <Transition>{begun}</Transition>
        </div>
    }
    .into_any()
}

/// Who gets the picture, what is removed, from what price, what is left.
#[component]
fn SmallPrint(session: Session) -> impl IntoView {
    let lang = use_lang();
    let t = Home::of(lang);
    let lines = [
        Some(sent_to(&session, lang)),
        Some(t.removed.to_owned()),
        Some(fill(
            t.price_from,
            &[("price", &number::money(lang, session.from_micros))],
        )),
        session
            .left_micros
            .map(|left| fill(t.left, &[("left", &number::money_left(lang, left))])),
    ];
    view! {
        <ul class="small-print">
            {lines.into_iter().flatten().map(|line| view! { <li>{line}</li> }).collect_view()}
            <li>
                <A href="/privacy">{t.about_privacy}</A>
            </li>
        </ul>
    }
    .into_any()
}

fn sent_to(session: &Session, lang: Lang) -> String {
    let t = Home::of(lang);
    if session.demo || session.recipients.is_empty() {
        return t.stays_here.to_owned();
    }
    let mut names: Vec<String> = Vec::new();
    for recipient in &session.recipients {
        let name = Common::of(lang).provider(recipient.provider).to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    fill(t.sent_to, &[("names", &common::list(lang, &names))])
}

/// What was begun before.
#[component]
fn Recent(sources: Vec<Source>) -> impl IntoView {
    let lang = use_lang();
    let t = Home::of(lang);
    let pictures = sources
        .into_iter()
        .map(|source| {
            let date = number::date(lang, &source.created_at);
            let size = number::size(source.width, source.height);
            let alt = fill(t.recent_item, &[("date", &date), ("size", &size)]);
            view! {
                <li>
                    <A href=format!("/studio/{}", source.id)>
                        <img src=source.urls.thumb width="84" height="84" alt=alt loading="lazy" decoding="async"/>
                    </A>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="recent">
            <h2>{t.recent}</h2>
            <ul>{pictures}</ul>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::session::Recipient,
        domain::{money::Micros, spec::ProviderName},
    };

    fn session(demo: bool, providers: &[ProviderName]) -> Session {
        Session {
            lang: Lang::En,
            theme: None,
            demo,
            describer: None,
            refiner: None,
            painters: providers.to_vec(),
            describe_micros: Micros(4_500),
            closer_micros: Micros(4_000),
            from_micros: Micros(9_000),
            left_micros: None,
            most_used: None,
            contact: None,
            retention_days: None,
            recipients: providers
                .iter()
                .map(|&provider| Recipient {
                    provider,
                    host: "example.org".to_owned(),
                })
                .collect(),
            paused: Vec::new(),
        }
    }

    #[test]
    fn each_recipient_is_named_once() {
        use ProviderName::{AzureVision, Openai};
        let session = session(false, &[AzureVision, Openai, Openai]);
        assert_eq!(sent_to(&session, Lang::En), "Sent to Azure AI Vision and OpenAI");
        assert_eq!(sent_to(&session, Lang::Fr), "Envoyée à Azure AI Vision et OpenAI");
    }

    #[test]
    fn the_demo_keeps_the_picture() {
        assert_eq!(
            sent_to(&session(true, &[ProviderName::Demo]), Lang::En),
            "Stays on this machine"
        );
    }
}
