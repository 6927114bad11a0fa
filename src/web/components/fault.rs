//! What went wrong, in words: for a form that led back with `?error=CODE`, and for what could not be loaded.

use crate::{
    api::{ApiError, ErrorCode},
    domain::text::{Lang, common::Common, fill},
    web::{context::use_lang, platform},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The sentence of a code that came with an address. The address carries no values, so texts with places are said
/// in general.
#[must_use]
pub fn sentence(code: &str, lang: Lang) -> Option<String> {
    let code = ErrorCode::from_code(code)?;
    let t = Common::of(lang);
    let sentence = code.sentence(lang);
    Some(match code {
        ErrorCode::OverBudget => t.budget_fault.to_owned(),
        _ if sentence.contains('{') => fill(t.order_fault, &[("code", code.code())]),
        _ => sentence.to_owned(),
    })
}

/// An alert when the address says that a form failed.
#[component]
pub fn FormFault() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    move || {
        let code = query.read().get("error")?;
        let sentence = sentence(&code, lang)?;
        Some(view! { <Alert sentence/> })
    }
}

/// An alert with one sentence.
#[component]
pub fn Alert(
    /// What went wrong.
    sentence: String,
) -> impl IntoView {
    let t = Common::of(use_lang());
    view! {
        <div class="alert" role="alert">
            <p>
                <strong>{t.fault_title}</strong>
                " "
                {sentence}
            </p>
        </div>
    }
    .into_any()
}

/// In place of what could not be loaded. Gives the page the error's status.
#[component]
pub fn Failed(
    /// Why.
    error: ApiError,
) -> impl IntoView {
    let lang = use_lang();
    let known = error.known().unwrap_or(ErrorCode::Internal);
    if let Ok(status) = http::StatusCode::from_u16(known.status()) {
        platform::page::set_status(status);
    }
    if known == ErrorCode::NotFound {
        return view! { <Nothing/> }.into_any();
    }
    // The server writes the sentence in the caller's language; one made in the browser may lack it.
    let sentence = sentence(&error.code, lang).unwrap_or(error.message);
    view! {
        <div class="page narrow">
            <Alert sentence/>
        </div>
    }
    .into_any()
}

/// Says that there is nothing here, without telling unknown from foreign.
#[component]
pub fn Nothing() -> impl IntoView {
    let t = Common::of(use_lang());
    view! {
        <leptos_meta::Title text=t.not_found_title/>
        <div class="page narrow empty">
            <h1>{t.not_found_title}</h1>
            <p>{t.not_found_text}</p>
            <p>
                <a class="btn" href="/">
                    {t.not_found_home}
                </a>
            </p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_is_left_open_in_any_sentence() {
        for code in ErrorCode::ALL {
            for lang in Lang::ALL {
                let sentence = sentence(code.code(), lang).expect("a sentence");
                assert!(!sentence.contains('{'), "{sentence}");
            }
        }
        assert_eq!(sentence("<script>", Lang::En), None);
    }
}
