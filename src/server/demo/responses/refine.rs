//! A prompt made of what was seen and what is wished, by rules: what a text model does with taste is done here by
//! putting sentences in order.
//!
//! The words sent are read by their headings (`Description: …`, `Souhait : …`, `<wish>…</wish>`, or a JSON object with
//! such names): what is wished, a style, what was seen, what else is there, what is to be kept, what is to go, and rules. Words without a heading
//! are the wish.

use crate::{domain::text::Lang, server::demo::lexicon::fold};
use serde_json::Value;

/// What a heading announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Seen,
    Wish,
    Style,
    /// What else is in the picture.
    Also,
    /// What holds in any case, in its own words.
    Rules,
    Keep,
    Drop,
    /// Something for the model, such as the language.
    Other,
}

/// Headings, folded.
const HEADINGS: [(Part, &[&str]); 8] = [
    (
        Part::Seen,
        &[
            "description",
            "caption",
            "seen",
            "what is seen",
            "what was seen",
            "picture",
            "image",
            "scene",
            "source",
            "vu",
            "ce qui est vu",
            "ce qui a ete vu",
            "legende",
        ],
    ),
    (
        Part::Wish,
        &[
            "wish",
            "wishes",
            "change",
            "changes",
            "request",
            "what is wished",
            "wanted",
            "intent",
            "souhait",
            "souhaits",
            "ce qui est souhaite",
            "demande",
            "envie",
            "modification",
            "voeu",
            "prompt",
        ],
    ),
    (Part::Style, &["style"]),
    (
        Part::Also,
        &["details", "detail", "objects", "facts", "elements", "faits", "objets"],
    ),
    (Part::Rules, &["rules", "rule", "regles", "regle"]),
    (
        Part::Keep,
        &["keep", "to keep", "kept", "garder", "a garder", "conserver"],
    ),
    (
        Part::Drop,
        &[
            "drop",
            "to drop",
            "dropped",
            "leave out",
            "without",
            "retirer",
            "a retirer",
            "sans",
            "ecarter",
        ],
    ),
    (Part::Other, &["language", "langue", "way", "model"]),
];

/// What was said, by its headings.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    seen: Vec<String>,
    wish: Vec<String>,
    style: Vec<String>,
    also: Vec<String>,
    rules: Vec<String>,
    keep: Vec<String>,
    drop: Vec<String>,
}

impl Said {
    fn part(&mut self, part: Part) -> Option<&mut Vec<String>> {
        match part {
            Part::Seen => Some(&mut self.seen),
            Part::Wish => Some(&mut self.wish),
            Part::Style => Some(&mut self.style),
            Part::Also => Some(&mut self.also),
            Part::Rules => Some(&mut self.rules),
            Part::Keep => Some(&mut self.keep),
            Part::Drop => Some(&mut self.drop),
            Part::Other => None,
        }
    }

    fn add(&mut self, part: Part, words: &str) {
        let words = words.trim().trim_start_matches(['-', '*', '•']).trim();
        if let Some(list) = self.part(part).filter(|_| !words.is_empty()) {
            list.push(words.to_owned());
        }
    }
}

/// The prompt for these words.
pub(super) fn prompt(words: &str, lang: Lang) -> String {
    let said = read(words);
    let (also, keep, without, rest) = match lang {
        Lang::En => ("Also in it:", "Keep", "Without", "Everything else stays as it is."),
        Lang::Fr => ("On y voit aussi\u{a0}:", "Garder", "Sans", "Garder le reste intact."),
    };
    // The wish first: painters weigh what comes first.
    let told = said.wish.iter().chain(&said.style).chain(&said.seen);
    let mut sentences: Vec<String> = told.map(|words| sentence(words)).collect();
    for (verb, things) in [(also, &said.also), (keep, &said.keep), (without, &said.drop)] {
        if !things.is_empty() {
            sentences.push(sentence(&format!("{verb} {}", things.join(", "))));
        }
    }
    sentences.extend(said.rules.iter().map(|words| sentence(words)));
    if said.rules.is_empty() && !said.seen.is_empty() && !said.wish.is_empty() {
        sentences.push(rest.to_owned());
    }
    sentences.join(" ")
}

/// One sentence: a capital first, a full stop last.
fn sentence(words: &str) -> String {
    let words = words.trim();
    let mut letters = words.chars();
    let mut sentence: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    sentence.push_str(letters.as_str());
    if !sentence.ends_with(['.', '!', '?', '…']) {
        sentence.push('.');
    }
    sentence
}

fn read(words: &str) -> Said {
    let mut said = Said::default();
    if let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(words.trim()) {
        for (name, value) in &fields {
            if let Some(part) = heading(name) {
                add_value(&mut said, part, value);
            }
        }
        return said;
    }
    let mut part = Part::Wish;
    for line in words.lines() {
        let line = opened(line);
        match line
            .split_once(':')
            .and_then(|(name, rest)| Some((heading(name)?, rest)))
        {
            Some((found, rest)) => {
                part = found;
                said.add(part, rest);
            }
            None => said.add(part, &line),
        }
    }
    said
}

/// `<wish>` as a heading; closing tags are nothing.
fn opened(line: &str) -> String {
    let mut opened = line.trim().to_owned();
    while let Some((before, tail)) = opened.split_once('<') {
        let Some((tag, after)) = tail.split_once('>') else {
            break;
        };
        opened = if tag.starts_with('/') {
            format!("{before} {after}")
        } else {
            format!("{before}{tag}: {after}")
        };
    }
    opened
}

fn heading(name: &str) -> Option<Part> {
    let name = fold(name);
    let name = name
        .trim()
        .trim_start_matches(['#', '-', '*'])
        .trim_end_matches('*')
        .trim();
    HEADINGS
        .iter()
        .find(|(_, names)| names.contains(&name))
        .map(|(part, _)| *part)
}

fn add_value(said: &mut Said, part: Part, value: &Value) {
    match value {
        Value::String(words) => said.add(part, words),
        Value::Array(items) => {
            for item in items {
                add_value(said, part, item);
            }
        }
        Value::Object(fields) => {
            for name in ["text", "caption", "name"] {
                if let Some(Value::String(words)) = fields.get(name) {
                    said.add(part, words);
                    break;
                }
            }
        }
        _ => {}
    }
}

/// The language that is asked for: the last one named, else the one that is written.
pub(super) fn language(instructions: &str, words: &str) -> Lang {
    let named = |text: &str| {
        let folded = fold(text);
        let last = |names: [&str; 4]| names.into_iter().filter_map(|name| folded.rfind(name)).max();
        let french = last(["in french", "en francais", "french", "francais"]);
        let english = last(["in english", "en anglais", "english", "anglais"]);
        match (french, english) {
            (None, None) => None,
            (french, english) if french > english => Some(Lang::Fr),
            _ => Some(Lang::En),
        }
    };
    named(instructions).or_else(|| named(words)).unwrap_or_else(|| {
        let folded = fold(words);
        let count = |little: &[&str]| {
            let words = folded.split(|c: char| !c.is_alphanumeric());
            words.filter(|word| little.contains(word)).count()
        };
        let french = count(&[
            "le", "la", "les", "un", "une", "des", "du", "et", "est", "dans", "sous", "avec", "sur",
        ]);
        let english = count(&["the", "a", "an", "of", "and", "is", "in", "under", "with", "on", "at"]);
        if french > english { Lang::Fr } else { Lang::En }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::demo::lexicon;

    #[test]
    fn a_description_and_a_wish_become_a_prompt() {
        let english = prompt(
            "Description: a cat on a sofa\nWish: at night\nKeep: the cat\nDrop: sofa",
            Lang::En,
        );
        assert_eq!(
            english,
            "At night. A cat on a sofa. Keep the cat. Without sofa. Everything else stays as it is."
        );
        let french = prompt("Description : un chat sur un canapé\nSouhait : sous la neige", Lang::Fr);
        assert_eq!(french, "Sous la neige. Un chat sur un canapé. Garder le reste intact.");
        assert_eq!(
            prompt(
                r#"{"caption": "a cat", "wish": "as an etching", "keep": ["ears"]}"#,
                Lang::En
            ),
            "As an etching. A cat. Keep ears. Everything else stays as it is."
        );
        assert_eq!(
            prompt("<seen>a cat</seen>\n<wish>in fog</wish>", Lang::En),
            "In fog. A cat. Everything else stays as it is."
        );
        assert_eq!(prompt("make it snow", Lang::En), "Make it snow.");
        let material =
            r#"{"wish":"as an oil painting","seen":"a dog","rules":"Keep: kennel.","details":["grass","sky"]}"#;
        assert_eq!(
            prompt(material, Lang::Fr),
            "As an oil painting. A dog. On y voit aussi\u{a0}: grass, sky. Keep: kennel."
        );
    }

    #[test]
    fn what_the_rules_add_is_not_held_against_the_prompt() {
        for lang in Lang::ALL {
            let composed = prompt("Wish: snow\nSeen: snow\nDetails: fog\nKeep: snow\nDrop: rain", lang);
            let plan = lexicon::read(&composed, true, false);
            assert_eq!(plan.not_understood, Vec::<String>::new(), "{composed}");
        }
    }

    #[test]
    fn the_language_is_the_last_one_named_else_the_one_written() {
        for (instructions, words, lang) in [
            ("Write in French.", "a cat in an English garden", Lang::Fr),
            ("", "You know English. Write in French, in lower case.", Lang::Fr),
            ("Réponds en anglais.", "un chat", Lang::En),
            ("", "un chat sous la neige", Lang::Fr),
            ("", "a cat under the snow", Lang::En),
        ] {
            assert_eq!(language(instructions, words), lang, "{instructions} {words}");
        }
    }
}
