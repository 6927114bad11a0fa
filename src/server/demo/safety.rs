//! What the filter refuses: a few phrases, in English and French, so that refusals can be seen. It reads words and
//! judges no picture.

use super::lexicon;

/// When something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Before anything is done; costs nothing.
    Input,
    /// After it was done; costs what it cost.
    Output,
}

impl Stage {
    /// As the vendor writes it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

/// Refused before.
const BEFORE: [&str; 4] = [
    "refuse this please",
    "refusez ceci",
    "violence extreme",
    "extreme violence",
];
/// Refused afterwards. Looked for first: one of them begins like one of the others.
const AFTER: [&str; 2] = ["refuse this afterwards", "refusez ceci ensuite"];

/// Whether these words are refused, and when.
pub(super) fn judge(words: &str) -> Option<Stage> {
    let folded = lexicon::fold(words);
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| folded.contains(phrase));
    if says(&AFTER) {
        Some(Stage::Output)
    } else if says(&BEFORE) {
        Some(Stage::Input)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_and_both_stages_are_told_apart() {
        for (words, stage) in [
            ("Refuse this, please", None),
            ("Now refuse this please!", Some(Stage::Input)),
            ("Refusez ceci", Some(Stage::Input)),
            ("une scène de VIOLENCE EXTRÊME", Some(Stage::Input)),
            ("refuse this afterwards", Some(Stage::Output)),
            ("Refusez ceci ensuite.", Some(Stage::Output)),
            ("a quiet lake", None),
        ] {
            assert_eq!(judge(words), stage, "{words}");
        }
    }
}
