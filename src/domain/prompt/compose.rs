//! Joining what is wished and what is seen.

use super::{
    Ingredients, Intent, Likeness, NoPrompt, Part, PartKind, Prompt, caption,
    lexicon::Role,
    phrases::{self, Phrases, fill},
    proposal::{self, Read},
    wish::{self, Effect, Reading, has_role},
    words::{Key, Tongue, contains, split, stems},
};
use crate::domain::{
    description::{FactKind, Stance},
    limits::{MAX_FACT_CHARS, MAX_PROMPT_CHARS},
    order::Way,
    text::Lang,
};
use std::collections::HashSet;

/// Longest wish that is taken over whole; more than the limit of the form, so that only a stranger's is cut.
const WISH_CHARS: usize = 24_000;
/// Longest caption.
const CAPTION_CHARS: usize = 2_000;
/// Room that is kept for what joins the parts.
const JOINTS_CHARS: usize = 1_000;
/// Room that is kept beside a list for the words around it.
const MARGIN_CHARS: usize = 64;
/// Most sentences about parts, with and without the picture being sent.
const DETAILS: [usize; 2] = [5, 10];

/// Joins description and wish into the output prompt.
///
/// # Errors
/// [`NoPrompt::WishMissing`] when a picture is to be changed and nothing says how; [`NoPrompt::NothingToPaint`] when
/// there is nothing to say at all.
pub fn compose(ingredients: &Ingredients<'_>) -> Result<Prompt, NoPrompt> {
    let wished = clip(ingredients.wish.trim(), WISH_CHARS);
    let is_wish_empty = wished.is_empty() && ingredients.style.is_none();
    if is_wish_empty && ingredients.way != Way::Reimagine {
        return Err(NoPrompt::WishMissing);
    }
    let reading = wish::read(wished, ingredients.intent);
    let times = wished_times(ingredients, &reading);
    let facts = proposal::propose(ingredients, &reading, &times);
    let mut composer = Composer {
        ingredients,
        phrases: phrases::of(ingredients.language),
        unwanted: unwanted(&facts, &reading),
        reading: &reading,
        times: &times,
        facts: &facts,
        room: MAX_PROMPT_CHARS - JOINTS_CHARS,
        parts: Vec::new(),
    };
    composer.say_wish(wished);
    composer.say_seen();
    if ingredients.way != Way::Reimagine {
        composer.say_instructions();
    }
    let parts = composer.parts;
    if parts.is_empty() {
        return Err(NoPrompt::NothingToPaint);
    }
    let text = parts
        .iter()
        .map(|part| part.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    Ok(Prompt {
        text,
        stances: proposal::stances(&facts),
        parts,
    })
}

/// The times of day and seasons the wish or the style asks for.
fn wished_times(ingredients: &Ingredients<'_>, reading: &Reading) -> Vec<Key> {
    let style = ingredients.style.map_or("", |style| style.words[0]);
    let of_style = split(style)
        .into_iter()
        .flat_map(|word| super::words::keys(&word.plain, Tongue::One(Lang::En)));
    let is_time = |key: &Key| has_role(key, Role::Daytime) || has_role(key, Role::Season);
    reading.named.iter().cloned().chain(of_style).filter(is_time).collect()
}

/// What sentences must not say any more: what is dropped or changed, but not what the person keeps.
fn unwanted(facts: &[Read<'_>], reading: &Reading) -> Vec<Key> {
    let kept: Vec<&Key> = facts
        .iter()
        .filter(|read| read.is_explicit && read.stance == Stance::Keep)
        .flat_map(|read| &read.heads)
        .collect();
    let of_facts = facts
        .iter()
        .filter(|read| read.stance != Stance::Keep && read.fact.kind != FactKind::Detail)
        .filter(|read| read.fact.kind != FactKind::Colour || read.stance == Stance::Drop)
        .flat_map(|read| &read.heads);
    let of_wish = reading
        .mentions
        .iter()
        .filter(|mention| mention.effect != Effect::Keep && !mention.is_colour())
        .flat_map(wish::Mention::keys)
        .filter(|key| !has_role(key, Role::Colour));
    of_facts
        .chain(of_wish)
        .filter(|key| !kept.contains(key))
        .cloned()
        .collect()
}

struct Composer<'a> {
    ingredients: &'a Ingredients<'a>,
    phrases: &'static Phrases,
    reading: &'a Reading,
    times: &'a [Key],
    facts: &'a [Read<'a>],
    /// What sentences must not say.
    unwanted: Vec<Key>,
    /// Characters left.
    room: usize,
    parts: Vec<Part>,
}

impl Composer<'_> {
    fn push(&mut self, kind: PartKind, text: &str) {
        let text = sentence(text);
        if !text.is_empty() {
            self.room = self.room.saturating_sub(text.chars().count() + 1);
            self.parts.push(Part { kind, text });
        }
    }

    /// The person's words and the style's, joined where they read as one.
    fn say_wish(&mut self, wished: &str) {
        let style = self
            .ingredients
            .style
            .map(|style| style.words(self.ingredients.language));
        match style {
            None => self.push(PartKind::Wished, &self.introduced(wished)),
            Some(style) if wished.is_empty() => self.push(PartKind::Wished, style),
            Some(style) if self.is_manner(wished) => self.push(PartKind::Wished, &format!("{style}, {wished}")),
            Some(style) => {
                self.push(PartKind::Wished, style);
                self.push(PartKind::Wished, &self.introduced(wished));
            }
        }
    }

    /// Whether the wish is a mere addition such as `at dusk`.
    fn is_manner(&self, wished: &str) -> bool {
        self.ingredients.intent.is_none_or(|intent| intent == Intent::Style)
            && !self.reading.has_verb
            && self.reading.mentions.is_empty()
            && wished.starts_with(char::is_lowercase)
            && !wished.contains(['.', '!', '?', '\n'])
    }

    /// A wish that only names something is told what the intent does with it.
    fn introduced(&self, wished: &str) -> String {
        if self.reading.has_verb || wished.is_empty() {
            return wished.to_owned();
        }
        let phrase = match self.ingredients.intent {
            Some(Intent::Remove) => self.phrases.remove,
            Some(Intent::Add) => self.phrases.add,
            Some(Intent::Replace) if self.ingredients.way == Way::Repaint => self.phrases.replace,
            Some(Intent::Background) => self.phrases.background,
            _ => return wished.to_owned(),
        };
        fill(phrase, wished)
    }

    fn say_seen(&mut self) {
        let Some(description) = self.ingredients.description else {
            return;
        };
        let has_wish = !self.parts.is_empty();
        let text = one_line(&description.caption.text, CAPTION_CHARS);
        let mut caption = self.still_true(&text, Tongue::of_tag(&description.caption.lang));
        if has_wish {
            caption = caption::without_medium(&caption).to_owned();
        }
        if !caption.is_empty() && has_wish {
            self.push(PartKind::Seen, &fill(self.phrases.subject, &caption));
        } else {
            self.push(PartKind::Seen, &caption);
        }
        let is_reimagined = self.ingredients.way == Way::Reimagine;
        if is_reimagined {
            let visible = |kind| matches!(kind, FactKind::Object | FactKind::Person | FactKind::Tag);
            self.say_list(PartKind::Seen, self.phrases.visible, ", ", |read| {
                visible(read.fact.kind).then(|| read.text.clone())
            });
        }
        self.say_details(&caption, DETAILS[usize::from(is_reimagined)]);
        if is_reimagined {
            self.say_list(PartKind::Seen, self.phrases.colours, ", ", |read| {
                (read.fact.kind == FactKind::Colour).then(|| read.text.clone())
            });
            self.say_list(PartKind::Seen, self.phrases.written, ", ", |read| {
                (read.fact.kind == FactKind::Text).then(|| format!("“{}”", read.text))
            });
        }
    }

    fn say_details(&mut self, caption: &str, most: usize) {
        let mut said: Vec<Vec<String>> = vec![stems(caption)];
        let mut list = String::new();
        for read in self.facts {
            if read.fact.kind != FactKind::Detail || read.stance != Stance::Keep || said.len() > most {
                continue;
            }
            let detail = self.still_true(&read.text, Tongue::of_tag(&read.fact.lang));
            let detail = detail.trim_end_matches(['.', '…']).to_owned();
            let words = stems(&detail);
            let is_new = !detail.is_empty() && !said.iter().any(|other| contains(other, &words));
            if is_new && list.chars().count() + detail.chars().count() + 4 < self.room {
                if !list.is_empty() {
                    list.push_str(self.phrases.semicolon);
                }
                list.push_str(&detail);
                said.push(words);
            }
        }
        if !list.is_empty() {
            self.push(PartKind::Seen, &fill(self.phrases.details, &list));
        }
    }

    /// A sentence without what became untrue; empty when nothing is left.
    fn still_true(&self, text: &str, tongue: Tongue) -> String {
        let scenery_changes = proposal::changes_scenery(self.ingredients.intent, self.reading);
        let is_unwanted = |keys: &[Key], said: &str| {
            keys.iter()
                .any(|key| self.unwanted.iter().any(|gone| key.is_related(gone)))
                || (scenery_changes && keys.iter().any(|key| has_role(key, Role::Scenery)))
                || proposal::contradict(keys, self.times)
                || proposal::says_dropped(&stems(said), self.facts)
        };
        let left = caption::without(text, tongue, &is_unwanted);
        if proposal::says_dropped(&stems(&left), self.facts) {
            String::new()
        } else {
            left
        }
    }

    fn say_instructions(&mut self) {
        let kept = self.list(", ", |read| self.kept(read));
        let likeness = self.likeness();
        let keep = match (kept.is_empty(), likeness.is_empty()) {
            (true, _) => likeness,
            (false, true) => fill(self.phrases.keep, &kept),
            (false, false) => format!("{}{}{likeness}", fill(self.phrases.keep, &kept), self.phrases.semicolon),
        };
        self.push(PartKind::Instruction, &keep);
        let changed = self.list(", ", |read| {
            (read.stance == Stance::Change && !read.is_named && read.fact.kind != FactKind::Detail)
                .then(|| self.named(read))
        });
        if !changed.is_empty() {
            self.push(PartKind::Instruction, &fill(self.phrases.change, &changed));
        }
    }

    /// What is said to stay: things, people and writing; the rest shows in the picture that is sent along, unless the
    /// person says to keep it.
    fn kept(&self, read: &Read<'_>) -> Option<String> {
        let is_said = match read.fact.kind {
            FactKind::Object | FactKind::Person | FactKind::Text => true,
            FactKind::Tag | FactKind::Colour => read.is_explicit,
            FactKind::Detail => false,
        };
        let is_changed = || {
            let changes = |other: &Read<'_>| other.stance == Stance::Change && other.stems == read.stems;
            !read.is_explicit && self.facts.iter().any(changes)
        };
        (is_said && read.stance == Stance::Keep && !is_changed()).then(|| self.named(read))
    }

    fn named(&self, read: &Read<'_>) -> String {
        match read.fact.kind {
            FactKind::Colour => fill(self.phrases.colour, &read.text),
            FactKind::Text => fill(self.phrases.text, &read.text),
            _ => read.text.clone(),
        }
    }

    fn likeness(&self) -> String {
        let phrases = self.phrases;
        let removes = self.ingredients.intent == Some(Intent::Remove) || self.reading.removes;
        match (self.ingredients.way, self.ingredients.likeness) {
            (Way::Reimagine, _) => String::new(),
            (Way::Repaint, Likeness::Close) if removes => phrases.repaint_remove.to_owned(),
            (Way::Repaint, Likeness::Close) => phrases.repaint_close.to_owned(),
            (Way::Repaint, Likeness::Free) => phrases.repaint_free.to_owned(),
            (Way::Restyle, Likeness::Free) => phrases.free.to_owned(),
            (Way::Restyle, Likeness::Close) => {
                let has_person = self.has_person();
                let features: Vec<&str> = phrases
                    .features
                    .iter()
                    .skip(if has_person { 0 } else { 2 })
                    .filter(|(word, _)| !self.is_gone(word))
                    .map(|(_, feature)| *feature)
                    .collect();
                match features.split_last() {
                    None => phrases.close_plain.to_owned(),
                    Some((last, [])) => fill(phrases.close, self.with_article(last).as_str()),
                    Some((last, rest)) => fill(phrases.close, &format!("{}{}{last}", rest.join(", "), phrases.and)),
                }
            }
        }
    }

    /// A lone feature needs its article in English.
    fn with_article(&self, feature: &str) -> String {
        if self.ingredients.language == Lang::En && !feature.starts_with("the ") {
            format!("the {feature}")
        } else {
            feature.to_owned()
        }
    }

    /// Whether the word names something that is dropped or changed.
    fn is_gone(&self, word: &str) -> bool {
        let keys = super::words::keys(word, Tongue::One(self.ingredients.language));
        keys.iter().any(|key| self.unwanted.contains(key)) || proposal::says_dropped(&stems(word), self.facts)
    }

    /// Whether somebody is in the picture, and stays.
    fn has_person(&self) -> bool {
        let is_person = |key: &Key| matches!(key, Key::Known(entry) if entry.name == "person" || entry.kind_of == Some("person") || entry.name == "face");
        let in_facts = self.facts.iter().any(|read| {
            read.stance == Stance::Keep && (read.fact.kind == FactKind::Person || read.heads.iter().any(is_person))
        });
        let in_caption = self.ingredients.description.is_some_and(|description| {
            let tongue = Tongue::of_tag(&description.caption.lang);
            split(&description.caption.text)
                .iter()
                .flat_map(|word| super::words::keys(&word.plain, tongue))
                .any(|key| is_person(&key) && !self.unwanted.iter().any(|gone| key.is_related(gone)))
        });
        in_facts || in_caption
    }

    fn say_list(&mut self, kind: PartKind, phrase: &str, between: &str, item: impl Fn(&Read<'_>) -> Option<String>) {
        let list = self.list(
            between,
            |read| if read.stance == Stance::Keep { item(read) } else { None },
        );
        if !list.is_empty() {
            self.push(kind, &fill(phrase, &list));
        }
    }

    /// The items of facts, each once, as long as there is room, and none that says what is dropped.
    fn list(&self, between: &str, item: impl Fn(&Read<'_>) -> Option<String>) -> String {
        let mut list = String::new();
        let mut chars = 0;
        let mut said: HashSet<&[String]> = HashSet::new();
        for read in self.facts {
            let Some(item) = item(read) else { continue };
            let is_sound = !read.stems.is_empty() && read.text.chars().count() <= MAX_FACT_CHARS;
            let length = item.chars().count() + between.len();
            if !is_sound
                || said.contains(&*read.stems)
                || chars + length + MARGIN_CHARS >= self.room
                || proposal::says_dropped(&read.stems, self.facts)
            {
                continue;
            }
            if !list.is_empty() {
                list.push_str(between);
            }
            list.push_str(&item);
            chars += length;
            said.insert(&read.stems);
        }
        list
    }
}

/// A text as a sentence: a capital first, a full stop last.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let mut upper = first.to_uppercase();
    let mut sentence = match (upper.next(), upper.next()) {
        (Some(only), None) => only.to_string(),
        _ => first.to_string(),
    };
    sentence.push_str(letters.as_str());
    if !sentence.ends_with(['.', '!', '?', '…', ':', ';', ',']) {
        sentence.push('.');
    }
    sentence
}

/// On one line, and not longer than this.
fn one_line(text: &str, chars: usize) -> String {
    clip(&text.split_whitespace().collect::<Vec<_>>().join(" "), chars).to_owned()
}

/// The beginning of a text.
fn clip(text: &str, chars: usize) -> &str {
    text.char_indices()
        .nth(chars)
        .map_or(text, |(end, _)| text[..end].trim_end())
}
