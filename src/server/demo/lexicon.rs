//! Reading a prompt: which of its words the painter can act on, French or English, inflected or not, and which it
//! cannot. Nothing is guessed; what is not understood is told.

mod colours;
mod words;

use super::plan::{Edit, Plan, Subject};
use std::{collections::HashSet, sync::LazyLock};
use words::{BECOMES, ENDINGS, ENTRIES, Entry, LITTLE, Meaning, NEGATIONS};

/// Words told as not understood, at most: they travel in a header.
const TOLD_WORDS: usize = 24;
/// Letters of such a word, at most.
const TOLD_LETTERS: usize = 32;

/// A word of the prompt.
#[derive(Debug, Clone)]
struct Word {
    /// As it was written.
    written: String,
    /// Folded, for comparing.
    folded: String,
    /// Which sentence it stands in.
    sentence: usize,
    /// Whether it carries a meaning at all.
    little: bool,
    /// Whether the word before says that it is not wanted.
    negated: bool,
}

/// Lower case, without accents, ligatures taken apart.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            'à' | 'â' | 'ä' | 'á' | 'ã' => folded.push('a'),
            'ç' => folded.push('c'),
            'é' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'î' | 'ï' | 'í' => folded.push('i'),
            'ô' | 'ö' | 'ó' => folded.push('o'),
            'ù' | 'û' | 'ü' | 'ú' => folded.push('u'),
            'ÿ' => folded.push('y'),
            'ñ' => folded.push('n'),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            // A combining accent after its letter.
            '\u{300}'..='\u{36f}' => {}
            other => folded.push(other),
        }
    }
    folded
}

/// Reads a prompt for a picture with or without a source and a hole.
pub(super) fn read(prompt: &str, has_picture: bool, has_hole: bool) -> Plan {
    let words = split(prompt);
    let found = matches(&words);
    let mut reading = Reading {
        plan: Plan::default(),
        used: vec![false; words.len()],
        things: found
            .iter()
            .filter(|(entry, _)| matches!(entry.meaning, Meaning::Subject(_)))
            .map(|(_, places)| places[0])
            .collect(),
        understood: Vec::new(),
        words: &words,
    };
    let verbs: Vec<Verb> = found.iter().filter_map(Verb::of).collect();
    for (entry, places) in &found {
        let acted = if words[places[0]].negated {
            // Not wanted, and not painted: that is understood too, but nothing to tell.
            reading.mark(places);
            false
        } else {
            reading.act(entry, places, &verbs, has_picture, has_hole)
        };
        if acted {
            reading.understood.push((places[0], entry.name));
            reading.mark(places);
        }
    }
    let colours = colours::read(&words, &mut reading.used);
    if has_picture {
        if let Some(places) = blurred_background(&found) {
            reading.plan.edits.push(Edit::BlurBackground);
            reading.understood.push((places[0], "blurred background"));
            reading.mark(&places);
        }
        let changes: Vec<usize> = of_kind(&verbs, VerbKind::Change).collect();
        colours::recolour(&mut reading, &changes, &colours, has_hole);
        // To replace begins with taking away; what is drawn into a hole needs an empty place.
        let removes = of_kind(&verbs, VerbKind::Remove).next().is_some();
        let replaced = reading.plan.edits.is_empty() && !changes.is_empty();
        if has_hole && (removes || replaced || !reading.plan.subjects.is_empty()) {
            reading.plan.edits.push(Edit::Remove);
            if !removes && replaced {
                reading.understood.push((changes[0], "remove"));
            }
        }
    } else {
        for (place, colour) in &colours {
            push_new(&mut reading.plan.colours, colour);
            reading.understood.push((*place, colour.name[0]));
        }
        reading.plan.patches = colours::patches(&words, &colours);
    }
    reading.finish()
}

/// A prompt while it is read.
struct Reading<'a> {
    plan: Plan,
    words: &'a [Word],
    /// Which words have been taken care of.
    used: Vec<bool>,
    /// Where things are named that could be drawn.
    things: Vec<usize>,
    /// What is told as understood, with its place in the prompt.
    understood: Vec<(usize, &'static str)>,
}

impl Reading<'_> {
    fn mark(&mut self, places: &[usize]) {
        for place in places {
            self.used[*place] = true;
        }
    }

    /// Puts a meaning into the plan. Whether that was something.
    fn act(&mut self, entry: &Entry, places: &[usize], verbs: &[Verb], has_picture: bool, has_hole: bool) -> bool {
        match entry.meaning {
            Meaning::Style(style) => push_new(&mut self.plan.styles, style),
            Meaning::Mood(mood) => push_new(&mut self.plan.moods, mood),
            Meaning::Subject(subject) => {
                if has_picture && !(has_hole && self.is_to_be_drawn(places[0], verbs)) {
                    return false;
                }
                if subject == Subject::Person && self.is_a_format(places[0]) {
                    self.mark(places);
                    return false;
                }
                push_new(&mut self.plan.subjects, subject);
            }
            Meaning::Backdrop(place) if has_picture => {
                if self.is_where_something_is(places[0], verbs) {
                    return false;
                }
                self.plan.edits.retain(|edit| !matches!(edit, Edit::Backdrop(_)));
                // The last one named: one cannot be in two places.
                self.plan.edits.push(Edit::Backdrop(place));
            }
            Meaning::Backdrop(place) => {
                for subject in place.subjects() {
                    push_new(&mut self.plan.subjects, *subject);
                }
            }
            Meaning::Remove => return has_hole,
            // Verbs of change and addition show in what is changed and added.
            Meaning::Change | Meaning::Add => {
                self.mark(places);
                return false;
            }
            // Only together.
            Meaning::Background | Meaning::Blur => return false,
        }
        true
    }

    /// Whether a thing named here is to be drawn into the hole: after a verb of addition, or as what something else is
    /// replaced by, or named alone at the beginning.
    fn is_to_be_drawn(&self, place: usize, verbs: &[Verb]) -> bool {
        let sentence = self.words[place].sentence;
        let verb = verbs
            .iter()
            .rev()
            .find(|verb| verb.place < place && self.words[verb.place].sentence == sentence);
        match verb.map(|verb| verb.kind) {
            Some(VerbKind::Add) => true,
            Some(VerbKind::Remove) => false,
            Some(VerbKind::Change) => {
                let between = &self.words[verb.map_or(0, |verb| verb.place)..place];
                between.iter().any(|word| BECOMES.contains(&word.folded.as_str()))
            }
            None => sentence == 0,
        }
    }

    /// "Add a balloon over the meadow", "remove the boat on the beach": where a thing is, not where the picture is to be.
    /// But "put her on the moon" names no thing.
    fn is_where_something_is(&self, place: usize, verbs: &[Verb]) -> bool {
        let sentence = self.words[place].sentence;
        let before = verbs.iter().rev().find(|verb| verb.place < place);
        let verb = before.filter(|verb| self.words[verb.place].sentence == sentence);
        verb.is_some_and(|verb| match verb.kind {
            VerbKind::Remove => true,
            VerbKind::Add | VerbKind::Change => self.things.iter().any(|thing| (verb.place..place).contains(thing)),
        })
    }

    /// "A portrait picture", "format portrait": the shape of the sheet, not a person.
    fn is_a_format(&self, place: usize) -> bool {
        let says = |at: Option<&Word>, wanted: &[&str]| at.is_some_and(|word| wanted.contains(&word.folded.as_str()));
        let before = place.checked_sub(1).and_then(|before| self.words.get(before));
        self.words[place].folded == "portrait"
            && (says(
                self.words.get(place + 1),
                &["picture", "image", "photo", "format", "orientation"],
            ) || says(before, &["format", "mode", "orientation"]))
    }

    fn finish(mut self) -> Plan {
        self.understood.sort_by_key(|(place, _)| *place);
        for (_, name) in &self.understood {
            if !self.plan.understood.iter().any(|known| known == name) {
                self.plan.understood.push((*name).to_owned());
            }
        }
        self.plan.not_understood = left_over(self.words, &self.used);
        self.plan
    }
}

/// What a verb asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum VerbKind {
    Remove,
    Change,
    Add,
}

/// A verb that governs the things named after it.
#[derive(Debug, Clone, Copy)]
struct Verb {
    kind: VerbKind,
    place: usize,
}

impl Verb {
    fn of((entry, places): &(&'static Entry, Vec<usize>)) -> Option<Self> {
        let kind = match entry.meaning {
            Meaning::Remove => VerbKind::Remove,
            Meaning::Change => VerbKind::Change,
            Meaning::Add => VerbKind::Add,
            _ => return None,
        };
        Some(Self { kind, place: places[0] })
    }
}

fn of_kind(verbs: &[Verb], kind: VerbKind) -> impl Iterator<Item = usize> {
    verbs
        .iter()
        .filter(move |verb| verb.kind == kind)
        .map(|verb| verb.place)
}

/// The places of "background" and "blur", when both are there.
fn blurred_background(found: &[(&'static Entry, Vec<usize>)]) -> Option<Vec<usize>> {
    let places_of = |meaning| {
        found
            .iter()
            .find(|(entry, _)| entry.meaning == meaning)
            .map(|(_, places)| places)
    };
    let (background, blur) = (places_of(Meaning::Background)?, places_of(Meaning::Blur)?);
    Some(background.iter().chain(blur).copied().collect())
}

/// The prompt in words.
fn split(prompt: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut sentence = 0;
    let mut negation_reach = 0;
    let mut rest = prompt;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        if rest[..start].contains(['.', '!', '?', ';', ':', '\n']) {
            sentence += 1;
            negation_reach = 0;
        }
        let tail = &rest[start..];
        let combining = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
        let end = tail
            .find(|c: char| !c.is_alphanumeric() && !combining(c))
            .unwrap_or(tail.len());
        let written = tail[..end].to_owned();
        let folded = fold(&written);
        let little = is_little(&folded) || folded.chars().all(|c| c.is_ascii_digit());
        let negated = negation_reach > 0;
        if NEGATIONS.split(' ').any(|word| word == folded) {
            negation_reach = 2;
        } else if !little {
            negation_reach = 0;
        } else {
            negation_reach = i32::max(negation_reach - 1, 0);
        }
        words.push(Word {
            written,
            folded,
            sentence,
            little,
            negated,
        });
        rest = &tail[end..];
    }
    words
}

/// Every meaning found, longest phrases first at each place, with the places of its words.
fn matches(words: &[Word]) -> Vec<(&'static Entry, Vec<usize>)> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < words.len() {
        let best = ENTRIES
            .iter()
            .flat_map(|entry| entry.phrases.split(", ").map(move |phrase| (entry, phrase)))
            .filter_map(|(entry, phrase)| Some((entry, phrase_at(words, place, phrase)?)))
            .max_by_key(|(_, places)| places.len());
        if let Some((entry, places)) = best {
            place = places.last().copied().unwrap_or(place) + 1;
            found.push((entry, places));
        } else {
            place += 1;
        }
    }
    found
}

/// The places of a phrase that begins here. Up to two little words may stand between its words.
fn phrase_at(words: &[Word], start: usize, phrase: &str) -> Option<Vec<usize>> {
    let mut places = Vec::new();
    let mut at = start;
    for root in phrase.split(' ') {
        let mut skipped = 0;
        while !inflects(&words.get(at)?.folded, root) {
            if places.is_empty() || !words[at].little || skipped == 2 || words[at].sentence != words[start].sentence {
                return None;
            }
            skipped += 1;
            at += 1;
        }
        places.push(at);
        at += 1;
    }
    Some(places)
}

fn is_little(folded: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| LITTLE.split(' ').collect());
    WORDS.contains(folded)
}

/// Whether a word is this root with nothing but an inflection after it.
fn inflects(word: &str, root: &str) -> bool {
    static ALLOWED: LazyLock<HashSet<&str>> = LazyLock::new(|| ENDINGS.split(' ').chain([""]).collect());
    if let Some(whole) = root.strip_suffix('!') {
        return word
            .strip_prefix(whole)
            .is_some_and(|end| ["", "s", "x", "es"].contains(&end));
    }
    word.strip_prefix(root).is_some_and(|end| ALLOWED.contains(end))
}

/// Words nothing was done with.
fn left_over(words: &[Word], used: &[bool]) -> Vec<String> {
    let mut left: Vec<String> = Vec::new();
    for (word, used) in words.iter().zip(used) {
        if *used || word.little || word.negated || word.folded.len() < 2 {
            continue;
        }
        let told: String = word.written.to_lowercase().chars().take(TOLD_LETTERS).collect();
        if !left.contains(&told) && left.len() < TOLD_WORDS {
            left.push(told);
        }
    }
    left
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

#[cfg(test)]
mod tests;
