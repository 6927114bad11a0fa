//! Sentences about a picture, without the clauses that a wish makes untrue.
//!
//! A sentence is cut before conjunctions, prepositions and participles: `a woman | smiling | and holding a phone`. A clause
//! that names something unwanted goes, with what hangs on it. When the subject itself goes, so does the sentence, unless
//! another subject stands beside it (`a dog and a cat`).

use super::{
    lexicon::Role,
    verbs::is_participle,
    wish::has_role,
    words::{Key, Tongue, Word, is_content, keys, split},
};
use crate::domain::text::Lang;

/// A part of a sentence that goes or stays as a whole.
struct Clause {
    /// Its first word.
    from: usize,
    /// The word after its last.
    to: usize,
    opens: Opens,
    is_unwanted: bool,
    is_scenery: bool,
}

/// How a clause begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opens {
    /// The first of its sentence.
    Sentence,
    /// With `and`, or after a comma, and a new subject or object.
    Beside,
    /// With `and`, or after a comma, and something else.
    Also,
    /// With a participle.
    Participle,
    /// With `of`, which belongs to what is before it.
    Of,
    /// With another preposition.
    Place,
}

const CONJUNCTIONS: &[&str] = &["and", "or", "while", "et", "ou", "tandis"];
const RELATIVES: &[&str] = &["who", "which", "that", "qui", "que"];
const ARTICLES: &[&str] = &[
    "a",
    "an",
    "the",
    "one",
    "two",
    "three",
    "several",
    "some",
    "un",
    "une",
    "le",
    "la",
    "les",
    "l",
    "des",
    "deux",
    "trois",
    "plusieurs",
];
const OF: &[&str] = &["of", "de", "d", "du"];
const PREPOSITIONS: &[&str] = &[
    "in", "on", "at", "with", "by", "near", "next", "under", "over", "behind", "beside", "from", "into", "against",
    "between", "inside", "through", "above", "below", "along", "across", "around", "for", "to", "dans", "sur", "sous",
    "avec", "devant", "derriere", "pres", "contre", "entre", "au", "aux", "en", "chez", "vers", "parmi", "autour",
    "par", "a",
];
/// Verbs that say nothing without what follows.
const LEANING: &[&str] = &[
    "looking",
    "staring",
    "gazing",
    "pointing",
    "leaning",
    "listening",
    "talking",
    "reaching",
    "appuye",
    "appuyee",
];
/// `a group of people` is nothing without the people.
const CONTAINERS: &[&str] = &[
    "group", "pair", "couple", "crowd", "bunch", "set", "lot", "row", "close", "view", "groupe", "paire", "ensemble",
    "rangee", "vue",
];
const MEDIA: &[&str] = &[
    "photo",
    "photograph",
    "photography",
    "picture",
    "image",
    "painting",
    "drawing",
    "sketch",
    "illustration",
    "up",
    "closeup",
    "portrait",
    "photographie",
    "peinture",
    "dessin",
    "croquis",
    "plan",
];

/// The sentence without its unwanted clauses; empty when nothing is left of it.
pub fn without(text: &str, tongue: Tongue, is_unwanted: &dyn Fn(&[Key], &str) -> bool) -> String {
    let words = split(text);
    let mut clauses = cut(text, &words, tongue, is_unwanted);
    if clauses.iter().all(|clause| !clause.is_unwanted) {
        return text.trim().to_owned();
    }
    let first = skip_lost_subjects(&words, &clauses);
    clauses.drain(..first);
    join(text, &words, &clauses)
}

/// The words that name what a short text is about: `suit` in `orange suit`, `tasse` in `tasse de café`.
pub fn heads(text: &str, tongue: Tongue) -> Vec<Key> {
    let words = split(text);
    let clauses = cut(text, &words, tongue, &|_, _| false);
    let Some(first) = clauses.first() else {
        return Vec::new();
    };
    let content: Vec<&Word> = words[first.from..first.to]
        .iter()
        .filter(|word| is_content(&word.plain, tongue))
        .collect();
    let head = |word: Option<&&Word>, tongue| word.map(|word| keys(&word.plain, tongue)).unwrap_or_default();
    match tongue {
        Tongue::One(Lang::En) => head(content.last(), tongue),
        Tongue::One(Lang::Fr) => head(content.first(), tongue),
        Tongue::Either => {
            let mut found = head(content.last(), tongue);
            found.extend(head(content.first(), tongue));
            found.dedup();
            found
        }
    }
}

/// Without `a photo of` and the like, which another style makes untrue.
pub fn without_medium(text: &str) -> &str {
    let words = split(text);
    let of = words
        .iter()
        .take(8)
        .position(|word| matches!(word.plain.as_str(), "of" | "de" | "d" | "du" | "montrant" | "showing"));
    let Some(of) = of else { return text };
    let is_medium = words[..of].iter().any(|word| MEDIA.contains(&word.plain.as_str()))
        && words[..of].iter().all(|word| word.stop.is_none());
    match words.get(of + 1) {
        Some(rest) if is_medium => &text[rest.start..],
        _ => text,
    }
}

fn cut(text: &str, words: &[Word], tongue: Tongue, is_unwanted: &dyn Fn(&[Key], &str) -> bool) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    let mut from = 0;
    let mut opens = Opens::Sentence;
    for at in 1..=words.len() {
        let next = match words.get(at) {
            None => Some(Opens::Sentence),
            Some(_) => boundary(words, from, at, tongue),
        };
        let Some(next) = next else { continue };
        let inner = &words[from..at];
        let found: Vec<Key> = inner
            .iter()
            .filter(|word| is_content(&word.plain, tongue))
            .flat_map(|word| keys(&word.plain, tongue))
            .collect();
        let said = &text[inner[0].start..inner[inner.len() - 1].end];
        clauses.push(Clause {
            from,
            to: at,
            opens,
            is_unwanted: is_unwanted(&found, said),
            is_scenery: found.iter().any(|key| has_role(key, Role::Scenery)),
        });
        (from, opens) = (at, next);
    }
    clauses
}

/// How the clause that begins at a word opens; nothing when none begins there.
fn boundary(words: &[Word], from: usize, at: usize, tongue: Tongue) -> Option<Opens> {
    let plain = words[at].plain.as_str();
    let before = &words[at - 1];
    let has_article = |at: usize| {
        words
            .get(at)
            .is_some_and(|word| ARTICLES.contains(&word.plain.as_str()))
    };
    if CONJUNCTIONS.contains(&plain) {
        return Some(if has_article(at + 1) {
            Opens::Beside
        } else {
            Opens::Also
        });
    }
    if CONJUNCTIONS.contains(&before.plain.as_str()) && at - 1 == from {
        return None;
    }
    if matches!(before.stop, Some('.' | '!' | '?' | ';' | '\n')) {
        return Some(Opens::Sentence);
    }
    if before.stop.is_some() {
        return Some(if has_article(at) { Opens::Beside } else { Opens::Also });
    }
    if !words[from..at].iter().any(|word| is_content(&word.plain, tongue)) {
        return None;
    }
    // `in front of` and `on top of` stay together.
    if !is_content(&before.plain, tongue) {
        return None;
    }
    if OF.contains(&plain) {
        return Some(Opens::Of);
    }
    if is_participle(plain) || RELATIVES.contains(&plain) {
        return Some(Opens::Participle);
    }
    // `a` is an article in English; `looking at` stays together.
    let is_preposition = PREPOSITIONS.contains(&plain)
        && (plain != "a" || tongue == Tongue::One(Lang::Fr))
        && !LEANING.contains(&before.plain.as_str());
    is_preposition.then_some(Opens::Place)
}

/// How many clauses to skip until there is a subject again.
fn skip_lost_subjects(words: &[Word], clauses: &[Clause]) -> usize {
    let is_lost = |at: usize| {
        let clause = &clauses[at];
        clause.is_unwanted
            || clauses.get(at + 1).is_some_and(|next| {
                next.opens == Opens::Of
                    && next.is_unwanted
                    && words[clause.from..clause.to]
                        .iter()
                        .any(|word| CONTAINERS.contains(&word.plain.as_str()))
            })
    };
    let mut at = 0;
    while at < clauses.len() && is_lost(at) {
        // What hangs on the lost subject goes with it; a subject beside it, or another sentence, takes over.
        let hanging = clauses[at + 1..]
            .iter()
            .take_while(|clause| clause.opens == Opens::Of)
            .count();
        at += 1 + hanging;
        match clauses.get(at) {
            Some(next) if matches!(next.opens, Opens::Beside | Opens::Sentence) => {}
            Some(_) => {
                let sentence = clauses[at..].iter().position(|clause| clause.opens == Opens::Sentence);
                at = sentence.map_or(clauses.len(), |further| at + further);
            }
            None => {}
        }
    }
    at
}

fn join(text: &str, words: &[Word], clauses: &[Clause]) -> String {
    let mut said = String::new();
    let mut lost_subject = false;
    let mut lost: Option<&Clause> = None;
    for clause in clauses {
        if clause.opens == Opens::Sentence {
            lost_subject = clause.is_unwanted;
            lost = None;
        }
        if lost_subject {
            continue;
        }
        let hangs = match (clause.opens, lost) {
            (Opens::Of, Some(_)) => true,
            (Opens::Place, Some(gone)) => gone.opens != Opens::Of && !clause.is_scenery,
            _ => false,
        };
        if clause.is_unwanted || hangs {
            lost = Some(clause);
            continue;
        }
        let mut from = clause.from;
        let opens_with_conjunction = CONJUNCTIONS.contains(&words[from].plain.as_str());
        if said.is_empty() && opens_with_conjunction {
            from += 1;
        } else if let Some(gone) = lost {
            if clause.opens == Opens::Beside && matches!(gone.opens, Opens::Participle | Opens::Place) {
                // `holding a phone and a bag` becomes `holding a bag`.
                push(&mut said, &text[words[gone.from].start..words[gone.from].end]);
                from += usize::from(opens_with_conjunction);
            } else if clause.opens == Opens::Also && opens_with_conjunction {
                from += 1;
            }
        }
        if from < clause.to {
            push(&mut said, &text[words[from].start..end_of(text, words, clause.to)]);
        }
        lost = None;
    }
    let said = said.trim().trim_end_matches([',', ';', ':']).trim_end();
    said.to_owned()
}

/// Where a clause ends in the text: with the punctuation that follows it.
fn end_of(text: &str, words: &[Word], to: usize) -> usize {
    let last = &words[to - 1];
    let rest = &text[last.end..words.get(to).map_or(text.len(), |next| next.start)];
    let stop = rest.find(char::is_whitespace).unwrap_or(rest.len());
    last.end + stop
}

fn push(said: &mut String, part: &str) {
    // A comma that stood before what went.
    if part.starts_with("and ") || part.starts_with("et ") {
        let trimmed = said.trim_end_matches(',').len();
        said.truncate(trimmed);
    }
    if !said.is_empty() {
        said.push(' ');
    }
    said.push_str(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn less(text: &str, unwanted: &[&str], lang: Lang) -> String {
        let tongue = Tongue::One(lang);
        let gone: Vec<Key> = unwanted.iter().flat_map(|word| keys(word, tongue)).collect();
        without(text, tongue, &|keys, _| {
            keys.iter().any(|key| gone.iter().any(|other| key.is_related(other)))
        })
    }

    #[test]
    fn a_clause_that_became_untrue_leaves_the_caption() {
        for (text, gone, left) in [
            ("a woman smiling and holding a phone", "phone", "a woman smiling"),
            ("a woman holding a phone and smiling", "phone", "a woman smiling"),
            ("a woman holding a phone", "phone", "a woman"),
            ("a woman holding a phone and a bag", "phone", "a woman holding a bag"),
            ("a woman holding a phone and a bag", "bag", "a woman holding a phone"),
            ("a man riding a horse on a beach", "horse", "a man on a beach"),
            ("a cup of coffee on a table", "coffee", "a cup on a table"),
            ("a dog and a cat on a sofa", "dog", "a cat on a sofa"),
            ("a dog, a cat and a bird", "cat", "a dog and a bird"),
            ("a dog, a cat and a bird", "dog", "a cat and a bird"),
            ("a woman in an orange suit smiling", "suit", "a woman smiling"),
            ("a woman with a phone in her hand", "phone", "a woman"),
            ("a group of people on a street", "people", ""),
            ("a woman holding a phone", "woman", ""),
            ("a woman standing in front of a flag", "flag", "a woman standing"),
            (
                "a cat, looking at a window, on a red chair",
                "window",
                "a cat, on a red chair",
            ),
        ] {
            assert_eq!(less(text, &[gone], Lang::En), left, "{text} − {gone}");
        }
    }

    #[test]
    fn french_captions_are_cut_alike() {
        for (text, gone, left) in [
            (
                "une femme souriante tenant un téléphone",
                "téléphone",
                "une femme souriante",
            ),
            (
                "une femme tenant un téléphone et souriant",
                "telephone",
                "une femme souriant",
            ),
            (
                "un homme assis sur un banc avec un chien",
                "chien",
                "un homme assis sur un banc",
            ),
            ("une tasse de café sur une table", "cafe", "une tasse sur une table"),
            ("un chien et un chat sur un canapé", "chien", "un chat sur un canapé"),
            ("une femme devant un drapeau", "drapeau", "une femme"),
        ] {
            let gone = split(gone).remove(0).plain;
            assert_eq!(less(text, &[&gone], Lang::Fr), left, "{text} − {gone}");
        }
    }

    #[test]
    fn a_sentence_without_the_unwanted_is_not_touched() {
        assert_eq!(
            less("A cat,  asleep  — as ever.", &["dog"], Lang::En),
            "A cat,  asleep  — as ever."
        );
    }

    #[test]
    fn the_head_is_what_a_fact_is_about() {
        let head = |text, lang| heads(text, Tongue::One(lang)).remove(0);
        let word = |text: &str, lang| keys(text, Tongue::One(lang)).remove(0);
        assert_eq!(head("orange suit", Lang::En), word("suit", Lang::En));
        assert_eq!(head("a cup of coffee", Lang::En), word("cup", Lang::En));
        assert_eq!(head("tasse de café", Lang::Fr), word("cup", Lang::En));
        assert_eq!(head("téléphone portable", Lang::Fr), word("phone", Lang::En));
        assert_eq!(head("a woman holding a phone", Lang::En), word("woman", Lang::En));
    }

    #[test]
    fn the_medium_is_not_the_subject() {
        assert_eq!(without_medium("a black and white photo of a dog"), "a dog");
        assert_eq!(without_medium("a close-up of a cat"), "a cat");
        assert_eq!(without_medium("une photo d’un chien"), "un chien");
        assert_eq!(without_medium("a cup of coffee"), "a cup of coffee");
    }
}
