//! The pages that show a variation, with their links and the way to end them.

use super::{confirm::Confirm, copy_button::CopyButton};
use crate::{
    api::shares::Share,
    domain::{
        share::Visibility,
        text::{fill, number, variation::Variation},
    },
    web::{context::use_lang, platform},
};
use leptos::prelude::*;

/// One line for each share. `fresh` is the id of the one that was just made.
#[component]
pub fn ShareList(
    /// What there is.
    shares: Vec<Share>,
    /// The id of the one that was just made.
    fresh: Option<String>,
    /// Where revoking leads back to.
    back: String,
) -> impl IntoView {
    let t = Variation::of(use_lang());
    if shares.is_empty() {
        return ().into_any();
    }
    let rows = shares
        .into_iter()
        .map(|share| {
            let fresh = fresh.as_deref() == Some(share.id.as_str());
            view! { <Row share fresh back=back.clone()/> }
        })
        .collect_view();
    view! {
        <h3>{t.shares}</h3>
        <ul class="shares">{rows}</ul>
    }
    .into_any()
}

#[component]
fn Row(share: Share, fresh: bool, back: String) -> impl IntoView {
    let lang = use_lang();
    let t = Variation::of(lang);
    let visibility = match share.visibility {
        Visibility::Unlisted => t.visibility_unlisted,
        Visibility::Public => t.visibility_public,
    };
    let ends = share
        .expires_at
        .as_deref()
        .map(|ends| fill(t.share_ends, &[("date", &number::date(lang, ends))]));
    let notes: Vec<String> = [
        Some(visibility.to_owned()),
        Some(number::date(lang, &share.created_at)),
        ends,
        share.has_password.then(|| t.share_locked.to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let title = share.title.clone().unwrap_or_else(|| t.share_untitled.to_owned());
    let address = format!("/s/{}", share.slug);
    view! {
        <li class="share-row" class:fresh=fresh>
            {fresh.then(|| view! { <p class="good" role="status">{t.share_done}</p> })}
            <p class="share-row-title">
                <a href=address rel="external">
                    {title}
                </a>
                <span class="note">{notes.join(" · ")}</span>
            </p>
            <label class="field">
                <span class="unseen">{t.share_link}</span>
                <input type="text" readonly value=platform::page::absolute(&share.url)/>
            </label>
            <div class="row">
                <CopyButton text=share.url label=t.share_copy/>
                <Confirm
                    id=format!("revoke-{}", share.id)
                    opener=t.share_revoke
                    title=t.share_revoke_title
                    text=t.share_revoke_text
                    confirm=t.share_revoke
                    action="/forms/share/revoke"
                    fields=vec![("id", share.id.to_string()), ("back", back)]
                />
            </div>
        </li>
    }
    .into_any()
}
