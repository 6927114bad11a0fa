//! The composer: description and wish become the output prompt, in two visible halves. Pure and deterministic.
//!
//! `words` and `lexicon` compare words in both languages, `wish` reads what a wish does to what it names, `proposal` decides
//! what becomes of each fact, `caption` takes clauses out of sentences that became untrue, `compose` joins what is left in the
//! words of `phrases`. To teach it a word or a verb, see `lexicon` and `verbs`; to change how a prompt reads, `phrases`.

mod caption;
mod compose;
#[cfg(test)]
mod examples;
// proptest is a tool of the machine that builds.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod laws;
mod lexicon;
mod phrases;
mod proposal;
mod verbs;
mod wish;
mod words;

pub use compose::compose;

use super::{
    description::{Description, Stances},
    order::Way,
    source::Rect,
    style::Style,
    text::Lang,
};
use serde::{Deserialize, Serialize};

/// What a person wants to do, which shapes the prompt and proposes the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Another style.
    Style,
    /// Another place.
    Background,
    /// Something goes.
    Remove,
    /// Something becomes something else.
    Replace,
    /// Something comes.
    Add,
}

/// How close the variation stays to the picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// Composition, faces and poses stay.
    #[default]
    Close,
    /// The model may move things.
    Free,
}

/// What the composer joins.
#[derive(Debug, Clone)]
pub struct Ingredients<'a> {
    /// What was seen; nothing when the picture was not described.
    pub description: Option<&'a Description>,
    /// What is wished, in the person's words.
    pub wish: &'a str,
    /// What they want to do, if they said so.
    pub intent: Option<Intent>,
    /// A style preset.
    pub style: Option<&'static Style>,
    /// What the person set on facts; others take the proposal.
    pub stances: &'a Stances,
    /// Which way.
    pub way: Way,
    /// The bounds of the hole, in pixels of the source.
    pub hole: Option<Rect>,
    /// How close to stay.
    pub likeness: Likeness,
    /// The language of the prompt's own words.
    pub language: Lang,
}

/// Which half of the prompt a part comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// From the wish or the style.
    Wished,
    /// From the description.
    Seen,
    /// What stays, what changes, how close to stay.
    Instruction,
}

/// A part of the prompt, so that the page can show where the words come from. Joined by one space they are the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which half.
    pub kind: PartKind,
    /// Its words.
    pub text: String,
}

/// The output prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// What is sent, verbatim.
    pub text: String,
    /// The stance of every fact: the person's, else the proposal.
    pub stances: Stances,
    /// The text in parts.
    pub parts: Vec<Part>,
}

impl Prompt {
    /// A prompt in a person's own words: all of it is wished.
    #[must_use]
    pub fn by_hand(text: &str) -> Self {
        let text = text.trim().to_owned();
        let part = Part {
            kind: PartKind::Wished,
            text: text.clone(),
        };
        Self {
            text,
            stances: Stances::new(),
            parts: vec![part],
        }
    }
}

/// The prompt that finishes what this one drafted: the same with a visible clause that keeps the draft's composition. A
/// prompt that has the clause, in either language, stays as it is.
#[must_use]
pub fn finishing(prompt: &str, lang: Lang) -> String {
    let has = |lang| prompt.contains(phrases::of(lang).finish);
    if Lang::ALL.into_iter().any(has) {
        return prompt.to_owned();
    }
    format!("{} {}", prompt.trim_end(), phrases::of(lang).finish)
}

/// Why there is no prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPrompt {
    /// Restyle and repaint need a wish or a style.
    #[error("restyle and repaint need a wish")]
    WishMissing,
    /// Neither a wish nor a description.
    #[error("there is neither a wish nor a description")]
    NothingToPaint,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_finished_with_its_own_words_and_one_clause() {
        let once = finishing("At dusk. ", Lang::En);
        assert_eq!(
            once,
            "At dusk. Keep this composition, that of the first picture, and finish it with care."
        );
        for lang in Lang::ALL {
            assert_eq!(finishing(&once, lang), once);
            assert!(finishing("Snow.", lang).starts_with("Snow. "));
        }
    }
}
