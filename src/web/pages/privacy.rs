//! `/privacy`: put together from the configuration, so that it is true.

use crate::{
    api::session::Session,
    domain::{
        spec::ProviderName,
        text::{common::Common, fill, number, privacy::Privacy},
    },
    web::{
        components::fault::Failed,
        context::{use_lang, use_session},
    },
};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// The privacy page.
#[component]
pub fn PrivacyPage() -> impl IntoView {
    let t = Privacy::of(use_lang());
    let session = use_session();
    let page = move || {
        Some(match session.get()? {
            Ok(session) => view! { <Statement session/> }.into_any(),
            Err(error) => view! { <Failed error/> }.into_any(),
        })
    };
    view! {
        <Title text=t.title/>
        <Meta name="description" content=t.intro/>
        <Transition>{page}</Transition>
    }
    .into_any()
}

#[component]
fn Statement(session: Session) -> impl IntoView {
    let lang = use_lang();
    let t = Privacy::of(lang);
    let kept = session.retention_days.map_or_else(
        || t.kept_until.to_owned(),
        |days| fill(t.kept_days, &[("days", &number::counted(lang, u64::from(days), t.day))]),
    );
    let contact = session.contact.as_ref().map_or_else(
        || t.contact_none.to_owned(),
        |contact| format!("{} {contact}", t.contact_text),
    );
    view! {
        <article class="page narrow prose">
            <h1>{t.title}</h1>
            <p>{t.intro}</p>
            <h2>{t.who_title}</h2>
            <Recipients session/>
            <h2>{t.removed_title}</h2>
            <p>{t.removed_text}</p>
            <h2>{t.kept_title}</h2>
            <p>{kept}</p>
            <h2>{t.cookies_title}</h2>
            <p>{t.cookies_text}</p>
            <h2>{t.shared_title}</h2>
            <p>{t.shared_text}</p>
            <h2>{t.contact_title}</h2>
            <p>{contact}</p>
        </article>
    }
    .into_any()
}

/// Who receives pictures, and what for.
#[component]
fn Recipients(session: Session) -> impl IntoView {
    let lang = use_lang();
    let t = Privacy::of(lang);
    let common = Common::of(lang);
    if session.demo {
        return view! { <p>{t.who_demo}</p> }.into_any();
    }
    if session.recipients.is_empty() {
        return view! { <p>{t.who_nobody}</p> }.into_any();
    }
    let purpose = |provider: ProviderName| {
        let describes = session.describer == Some(provider);
        let paints = session.painters.contains(&provider);
        match (describes, paints) {
            (true, true) => t.who_both,
            (true, false) => t.who_describes,
            _ => t.who_paints,
        }
    };
    let rows = session
        .recipients
        .iter()
        .map(|recipient| {
            let name = common.provider(recipient.provider);
            view! {
                <li>
                    <strong>{name}</strong>
                    " ("
                    <code>{recipient.host.clone()}</code>
                    ") "
                    {purpose(recipient.provider)}
                </li>
            }
        })
        .collect_view();
    let refines = session.refiner.map(|refiner| {
        let name = common.provider(refiner.provider);
        view! { <p>{fill(t.who_refines, &[("name", name)])}</p> }
    });
    view! {
        <p>{t.who_intro}</p>
        <ul>{rows}</ul>
        {refines}
        <p>{t.who_upload}</p>
    }
    .into_any()
}
