//! The form that makes a share, of one result or of a set.

use crate::{
    domain::{id::VariationId, limits::MAX_TITLE_CHARS, text::variation::Variation},
    web::context::use_lang,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The form for one result.
#[component]
pub fn ShareForm(
    /// What it shows.
    variation: VariationId,
) -> impl IntoView {
    view! {
        <form class="stack" method="post" action="/forms/share">
            <input type="hidden" name="variation_id" value=variation.to_string()/>
            <ShareFields/>
        </form>
    }
    .into_any()
}

/// Who finds the page, what stands on it, and the button that makes it.
#[component]
pub fn ShareFields() -> impl IntoView {
    let t = Variation::of(use_lang());
    // A form that failed brings the title back.
    let title = use_query_map().read_untracked().get("title");
    let switch = |name: &'static str, label: &'static str, on: bool| {
        view! {
            <label class="check">
                <input type="checkbox" name=name value="true" checked=on/>
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <div class="stack">
            <fieldset>
                <legend>{t.share_who}</legend>
                <label class="check">
                    <input type="radio" name="visibility" value="unlisted" checked/>
                    <span>{t.share_unlisted}</span>
                </label>
                <label class="check">
                    <input type="radio" name="visibility" value="public"/>
                    <span>{t.share_public}</span>
                </label>
            </fieldset>
            <label class="field">
                <span>{t.share_title}</span>
                <input type="text" name="title" value=title maxlength=MAX_TITLE_CHARS.to_string() autocomplete="off"/>
            </label>
            <fieldset>
                <legend>{t.share_shows}</legend>
                {switch("show_original", t.share_original, false)}
                {switch("show_prompt", t.share_prompt, false)}
                {switch("show_price", t.share_price, false)}
                {switch("allow_download", t.share_download, true)}
            </fieldset>
            <label class="field">
                <span>{t.share_password}</span>
                <input type="password" name="password" minlength="4" maxlength="200" autocomplete="new-password"/>
            </label>
            <p class="note">{t.share_note}</p>
            <button class="btn ink" type="submit">
                {t.share_submit}
            </button>
        </div>
    }
    .into_any()
}
