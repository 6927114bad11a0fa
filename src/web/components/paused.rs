//! Says that a provider is left alone for now, why, and until when. What the operator has to do stands in the log.

use crate::{
    api::session::{Pause, PauseReason},
    domain::text::{common::Common, fill, number},
    web::context::use_lang,
};
use leptos::prelude::*;

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A picture is described.
    Describe,
    /// A prompt is refined.
    Refine,
    /// A variation is painted.
    Paint,
}

/// A plain sentence where one would describe or paint. Nothing when nothing is paused. The button beside it stays: whoever
/// presses it after the pause finds out whether it is over.
#[component]
pub fn Paused(
    /// What one would do here.
    act: Act,
    /// What is known of the provider who would do it.
    pause: Option<Pause>,
) -> impl IntoView {
    let lang = use_lang();
    let t = Common::of(lang);
    pause.map(|pause| {
        let sentence = match (act, pause.why) {
            (Act::Describe, PauseReason::NoCredit) => t.describe_no_credit,
            (Act::Describe, PauseReason::Key) => t.describe_key,
            (Act::Refine, PauseReason::NoCredit) => t.refine_no_credit,
            (Act::Refine, PauseReason::Key) => t.refine_key,
            (Act::Paint, PauseReason::NoCredit) => t.paint_no_credit,
            (Act::Paint, PauseReason::Key) => t.paint_key,
        };
        let wait = number::seconds(lang, pause.again_in_s);
        view! { <p class="note">{fill(sentence, &[("wait", &wait)])}</p> }
    })
}
