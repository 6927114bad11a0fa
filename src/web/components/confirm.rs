//! A button that asks before its form is sent. A popover of the browser's own: it works without script.

use crate::{domain::text::common::Common, web::context::use_lang};
use leptos::prelude::*;

/// The button, the question and the form.
#[component]
pub fn Confirm(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// What the first button says.
    opener: &'static str,
    /// The question.
    title: &'static str,
    /// What happens.
    text: &'static str,
    /// What the last button says.
    confirm: &'static str,
    /// Where the form goes.
    action: &'static str,
    /// What it carries.
    fields: Vec<(&'static str, String)>,
) -> impl IntoView {
    let t = Common::of(use_lang());
    let heading = format!("{id}-title");
    let fields = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    view! {
        <button class="btn quiet danger" type="button" popovertarget=id.clone()>
            {opener}
        </button>
        <dialog class="dialog" id=id.clone() popover="auto" aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>{title}</h2>
            <p>{text}</p>
            <form class="row" method="post" action=action>
                {fields}
                <button class="btn" type="button" popovertarget=id.clone() popovertargetaction="hide" autofocus>
                    {t.cancel}
                </button>
                <button class="btn danger" type="submit">
                    {confirm}
                </button>
            </form>
        </dialog>
    }
    .into_any()
}
