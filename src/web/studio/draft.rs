//! What is kept in the browser for a picture: wish, stances, settings, the prompt by hand. Restored after the page
//! came alive, never while it does, so that server and browser render the same.

use super::{
    spec::Choice,
    state::{Aim, StudioState},
};
use crate::{
    domain::{
        catalogue::Effort,
        description::Stances,
        id::SourceId,
        order::Way,
        prompt::{Intent, Likeness},
        style::Style,
        text::Lang,
    },
    web::platform::{
        storage::{read, remove, write},
        timer::sleep_ms,
    },
};
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

/// How long to wait for more changes before writing.
const PAUSE_MS: i32 = 400;

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    wish: String,
    intent: Option<Intent>,
    style: Option<String>,
    likeness: Likeness,
    stances: Stances,
    by_hand: Option<String>,
    way: Option<Way>,
    effort: Effort,
    choice: Choice,
    prompt_lang: Option<Lang>,
    aims: Vec<Aim>,
}

/// Where the draft of a picture is kept.
fn key(source: &SourceId) -> String {
    format!("pochoir.draft.{source}")
}

impl Draft {
    /// What stands in the studio.
    fn of(state: StudioState) -> Self {
        Self {
            wish: state.wish.get(),
            intent: state.intent.get(),
            style: state.style.get(),
            likeness: state.likeness.get(),
            stances: state.stances.get(),
            by_hand: state.by_hand.get(),
            way: state.chosen_way.get(),
            effort: state.effort.get(),
            choice: state.choice.get(),
            prompt_lang: Some(state.prompt_lang.get()).filter(|lang| *lang != state.lang),
            aims: state.aims.get(),
        }
    }

    /// Puts it into the studio. What a plain form brought back wins over what was kept.
    fn restore(self, state: StudioState) {
        if state.wish.read_untracked().is_empty() {
            state.wish.set(self.wish);
        }
        if state.style.read_untracked().is_none() {
            state.style.set(self.style.filter(|id| Style::find(id).is_some()));
        }
        state.intent.set(self.intent);
        state.likeness.set(self.likeness);
        state.stances.set(self.stances);
        state.by_hand.set(self.by_hand);
        if state.chosen_way.read_untracked().is_none() {
            state.chosen_way.set(self.way);
        }
        if state.effort.get_untracked() == Effort::default() {
            state.effort.set(self.effort);
        }
        state.choice.set(self.choice);
        state.aims.set(self.aims);
        if let Some(lang) = self.prompt_lang {
            state.prompt_lang.set(lang);
        }
    }
}

/// Restores the draft once, then keeps it up to date. Runs in the browser only.
pub fn keep(state: StudioState) {
    let newest = StoredValue::new(0_u64);
    Effect::new(move |before: Option<()>| {
        let draft = Draft::of(state);
        let key = key(&state.fixed().source.id);
        if before.is_none() {
            let kept = read(&key).and_then(|text| serde_json::from_str::<Draft>(&text).ok());
            if let Some(kept) = kept {
                kept.restore(state);
            }
            return;
        }
        newest.update_value(|count| *count += 1);
        let mine = newest.get_value();
        spawn_local(async move {
            sleep_ms(PAUSE_MS).await;
            // Gone when the person left the page meanwhile; then this is the newest there is.
            if newest.try_get_value().is_some_and(|count| count != mine) {
                return;
            }
            if draft == Draft::default() {
                remove(&key);
            } else if let Ok(text) = serde_json::to_string(&draft) {
                write(&key, &text);
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_of_an_older_page_reads_with_defaults() {
        let draft: Draft = serde_json::from_str(r#"{"wish":"dusk","gone":1}"#).expect("a draft");
        assert_eq!(draft.wish, "dusk");
        assert_eq!(draft.effort, Effort::Standard);
    }

    #[test]
    fn a_draft_reads_back() {
        let draft = Draft {
            wish: "en estampe".to_owned(),
            intent: Some(Intent::Style),
            way: Some(Way::Reimagine),
            prompt_lang: Some(Lang::Fr),
            ..Draft::default()
        };
        let text = serde_json::to_string(&draft).expect("text");
        assert_eq!(serde_json::from_str::<Draft>(&text).expect("a draft"), draft);
    }
}
