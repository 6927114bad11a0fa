//! `/studio/{source}`: the work place for one picture.

use crate::{
    api::{
        ApiError, catalogue::get_catalogue, descriptions::get_description, jobs::list_jobs, library::list_library,
        sources::get_source,
    },
    domain::{catalogue::Effort, id::SourceId, order::Way, style::Style},
    web::{
        components::fault::{Failed, Nothing, sentence},
        context::{use_lang, use_session},
        platform,
        studio::{
            state::{Brought, Opening},
            view::Bench,
        },
    },
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// Most variations in the strip; the library has all of them.
const STRIP: u32 = 48;

/// One of the words that an address may carry.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(text.into()).ok()
}

/// The page of the studio.
#[component]
pub fn StudioPage() -> impl IntoView {
    let lang = use_lang();
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| {
        let id = params.read().get("source");
        id.and_then(|id| id.parse::<SourceId>().ok())
    });
    // Asked for side by side: each waits for nothing but its own answer.
    let source = Resource::new_blocking(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => get_source(id).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let description = Resource::new_blocking(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => get_description(id).await,
                None => Ok(None),
            }
        },
    );
    let catalogue = Resource::new_blocking(|| (), |()| get_catalogue());
    let jobs = Resource::new_blocking(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => list_jobs(id).await,
                None => Ok(Vec::new()),
            }
        },
    );
    let variations = Resource::new_blocking(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => list_library(None, Some(STRIP), None, Some(id))
                    .await
                    .map(|page| page.items),
                None => Ok(Vec::new()),
            }
        },
    );
    let session = use_session();
    let gathered = move || -> Option<Result<Option<Opening>, ApiError>> {
        let source = source.get();
        let (description, catalogue) = (description.get(), catalogue.get());
        let (jobs, variations, session) = (jobs.get(), variations.get(), session.get());
        let source = match source? {
            Ok(Some(source)) => source,
            Ok(None) => return Some(Ok(None)),
            Err(error) => return Some(Err(error)),
        };
        let (description, catalogue) = (description?, catalogue?);
        let (jobs, variations, session) = (jobs?, variations?, session?);
        let asked = query.read_untracked();
        let brought = Brought {
            wish: asked.get("wish").unwrap_or_default(),
            style: asked.get("style").filter(|id| Style::find(id).is_some()),
            way: asked
                .get("way")
                .and_then(|name| word(&name))
                .filter(|way| *way == Way::Reimagine),
            effort: asked.get("effort").and_then(|name| word::<Effort>(&name)),
        };
        Some((|| {
            Ok(Some(Opening {
                source,
                description: description?,
                catalogue: catalogue?,
                session: session?,
                jobs: jobs?,
                variations: variations?,
                brought,
            }))
        })())
    };
    let page = move || {
        Some(match gathered()? {
            Ok(Some(opening)) => {
                let code = query.read_untracked().get("error");
                let problem = code.and_then(|code| {
                    let message = sentence(&code, lang)?;
                    Some(ApiError {
                        code,
                        message,
                        fields: None,
                        retry_after_s: None,
                        proposal: None,
                    })
                });
                view! { <Bench opening problem/> }.into_any()
            }
            Ok(None) => {
                platform::page::set_status(http::StatusCode::NOT_FOUND);
                view! { <Nothing/> }.into_any()
            }
            Err(error) => view! { <Failed error/> }.into_any(),
        })
    };
    view! { <Transition>{page}</Transition> }
}
