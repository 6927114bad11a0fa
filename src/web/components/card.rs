//! A variation as a card, for lists inside a form that takes several of them.

use crate::{
    api::variations::Variation,
    domain::text::{common::Common, fill, library::Library, number},
    web::context::use_lang,
};
use leptos::prelude::*;
use leptos_router::components::A;

/// Thumbnail, way, model, price and time, with a link to the variation and a box to choose it for a set.
#[component]
pub fn VariationCard(
    /// What it shows.
    variation: Variation,
) -> impl IntoView {
    let lang = use_lang();
    let common = Common::of(lang);
    let way = common.way(variation.way);
    let label = fill(Library::of(lang).card, &[("way", way), ("prompt", &variation.prompt)]);
    let price = number::money(lang, variation.spent_micros);
    let pick = fill(Library::of(lang).pick, &[("way", way), ("prompt", &variation.prompt)]);
    view! {
        <li class="card">
            <label class="card-pick">
                <input type="checkbox" name="variation_id" value=variation.id.to_string() aria-label=pick/>
            </label>
            <A href=format!("/variations/{}", variation.id) attr:aria-label=label>
                <img
                    class="card-picture"
                    src=variation.urls.thumb
                    width=variation.width
                    height=variation.height
                    alt=""
                    loading="lazy"
                    decoding="async"
                />
                <span class="card-words">
                    <span class="card-title">{way}</span>
                    <span class="card-price">
                        {price} {variation.demo.then(|| format!(" · {}", common.demo))}
                    </span>
                    <span class="card-note">{variation.spec.model}</span>
                    <time class="card-note" datetime=variation.created_at.clone()>
                        {number::date(lang, &variation.created_at)}
                    </time>
                </span>
            </A>
        </li>
    }
    .into_any()
}
