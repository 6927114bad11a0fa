//! The rules of typography that every text of ours keeps, as a check for tests. Never applied to what people write.

use super::Lang;

const NBSP: char = '\u{a0}';
const NNBSP: char = '\u{202f}';

/// What is wrong with this text; empty when nothing is.
pub(crate) fn faults(lang: Lang, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let characters: Vec<char> = text.chars().collect();
    for (place, &character) in characters.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| characters[place]);
        let after = characters.get(place + 1).copied();
        let wrong = match (lang, character) {
            (_, '\'' | '"') => Some("a straight quote"),
            (_, '.') if before == Some('.') => Some("dots instead of an ellipsis"),
            (_, ' ') if before == Some(' ') => Some("two spaces"),
            (Lang::Fr, ';' | '!' | '?') if before != Some(NNBSP) => Some("no narrow no-break space before a high mark"),
            (Lang::Fr, ':') if before != Some(NBSP) && !joins(before, after) => {
                Some("no no-break space before a colon")
            }
            (Lang::Fr, '«') if after != Some(NBSP) => Some("no no-break space after «"),
            (Lang::Fr, '»') if before != Some(NBSP) => Some("no no-break space before »"),
            (Lang::Fr, '“' | '”') => Some("English quotes"),
            (Lang::Fr, '%' | '€' | '$') if before == Some(' ') => Some("a space that breaks before a unit"),
            (Lang::En, ';' | ':' | '!' | '?') if before.is_some_and(char::is_whitespace) => {
                Some("a space before a mark")
            }
            (Lang::En, '«' | '»') => Some("French quotes"),
            _ => None,
        };
        if let Some(wrong) = wrong {
            faults.push(format!("{wrong}: {text}"));
        }
    }
    if lang == Lang::Fr && (text.starts_with("A ") || text.contains(". A ")) {
        faults.push(format!("a capital without its accent: {text}"));
    }
    if text.trim() != text || text.is_empty() {
        faults.push(format!("empty, or spaces around: {text:?}"));
    }
    faults
}

/// A colon inside a ratio or a time, like `16:9` and `{ratio}:1`.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let part = |character: char| character.is_ascii_digit() || matches!(character, '{' | '}');
    before.is_some_and(part) && after.is_some_and(part)
}

/// The `{name}` places of a text, sorted.
pub(crate) fn places(text: &str) -> Vec<&str> {
    let mut places: Vec<&str> = text
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect();
    places.sort_unstable();
    places
}

mod tests {
    use super::*;
    use crate::domain::{style::STYLES, text};

    /// A table: its name, and its texts in a language.
    type Table = (&'static str, fn(Lang) -> Vec<(&'static str, &'static str)>);

    /// Every table. `every_table_is_checked` finds those that are missing.
    const TABLES: &[Table] = &[
        ("Common", text::common::Common::all),
        ("Gallery", text::share::Gallery::all),
        ("Home", text::home::Home::all),
        ("Library", text::library::Library::all),
        ("Privacy", text::privacy::Privacy::all),
        ("Share", text::share::Share::all),
        ("Studio", text::studio::Studio::all),
        ("Variation", text::variation::Variation::all),
    ];

    #[test]
    fn texts_keep_the_typography_of_their_language() {
        let faults: Vec<String> = Lang::ALL
            .into_iter()
            .flat_map(|lang| TABLES.iter().map(move |(name, all)| (lang, name, all(lang))))
            .flat_map(|(lang, name, texts)| {
                texts.into_iter().flat_map(move |(key, text)| {
                    faults(lang, text)
                        .into_iter()
                        .map(move |fault| format!("{name}.{key}: {fault}"))
                })
            })
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn both_languages_have_the_same_places() {
        for (name, all) in TABLES {
            for ((key, english), (_, french)) in all(Lang::En).into_iter().zip(all(Lang::Fr)) {
                assert_eq!(places(english), places(french), "{name}.{key}");
            }
        }
    }

    #[test]
    fn styles_keep_the_typography_of_their_language() {
        for (style, lang) in STYLES.iter().flat_map(|style| Lang::ALL.map(|lang| (style, lang))) {
            assert_eq!(faults(lang, style.label(lang)), Vec::<String>::new());
            assert_eq!(faults(lang, style.words(lang)), Vec::<String>::new());
        }
    }

    #[test]
    fn every_table_is_checked() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain/text");
        let mut found = 0;
        for entry in std::fs::read_dir(folder).expect("the folder of texts") {
            let source = std::fs::read_to_string(entry.expect("an entry").path()).expect("a source file");
            let Some((_, tables)) = source.split_once("crate::texts! {") else {
                continue;
            };
            for line in tables.lines() {
                if let Some(name) = line
                    .trim()
                    .strip_prefix("pub struct ")
                    .and_then(|rest| rest.strip_suffix(" {"))
                {
                    assert!(
                        TABLES.iter().any(|(known, _)| *known == name),
                        "{name} is not in TABLES"
                    );
                    found += 1;
                }
            }
        }
        assert_eq!(found, TABLES.len());
    }

    #[test]
    fn faults_are_found() {
        for text in [
            "Quoi?",
            "Quoi ?",
            "Ceci: cela",
            "« ici »",
            "l'un",
            "et...",
            "A partir",
            "42 %",
            " espace",
        ] {
            assert!(!faults(Lang::Fr, text).is_empty(), "{text}");
        }
        for text in ["What ?", "it's", "wait...", "«this»"] {
            assert!(!faults(Lang::En, text).is_empty(), "{text}");
        }
        for text in [
            "Quoi\u{202f}?",
            "Ceci\u{a0}: cela",
            "«\u{a0}ici\u{a0}»",
            "l’un",
            "à 15:04",
            "{ratio}:1",
        ] {
            assert_eq!(faults(Lang::Fr, text), Vec::<String>::new());
        }
    }
}
