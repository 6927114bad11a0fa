//! Reading a prompt: which of its words the painter can act on, French or English, inflected or not, and which it
//! cannot. Nothing is guessed; what is not understood is told.

mod words;

use super::{
    look::{COLOURS, Colour},
    plan::{Edit, Patch, Place, Plan},
};
use words::{ENDINGS, ENTRIES, Entry, LITTLE, Meaning, NEGATIONS};

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
    let mut plan = Plan::default();
    let mut used = vec![false; words.len()];
    let mut changes: Vec<usize> = Vec::new();
    let (mut removes, mut background, mut blur) = (false, false, false);
    let mut understood: Vec<(usize, &'static str)> = Vec::new();
    for (entry, places) in matches(&words) {
        let first = places[0];
        if words[first].negated {
            for place in places {
                used[place] = true;
            }
            continue;
        }
        let mut acted = true;
        match entry.meaning {
            Meaning::Style(style) => push_new(&mut plan.styles, style),
            Meaning::Mood(mood) => push_new(&mut plan.moods, mood),
            // In a picture that is there, only what is drawn into a hole.
            Meaning::Subject(_) if has_picture && !has_hole => acted = false,
            Meaning::Subject(subject) => push_new(&mut plan.subjects, subject),
            Meaning::Remove => {
                removes = true;
                acted = has_hole;
            }
            Meaning::Change => {
                changes.push(first);
                acted = false;
            }
            Meaning::Background => {
                background = true;
                acted = false;
            }
            Meaning::Blur => {
                blur = true;
                acted = false;
            }
        }
        if acted {
            understood.push((first, entry.name));
        }
        // A verb of change is not something that could have been understood by itself.
        if acted || matches!(entry.meaning, Meaning::Change) {
            for place in places {
                used[place] = true;
            }
        }
    }
    if blur && background && has_picture {
        plan.edits.push(Edit::BlurBackground);
        for (place, word) in words.iter().enumerate() {
            if ENTRIES.iter().any(|entry| {
                matches!(entry.meaning, Meaning::Background | Meaning::Blur)
                    && entry
                        .phrases
                        .iter()
                        .any(|phrase| phrase.split(' ').any(|root| inflects(&word.folded, root)))
            }) {
                if !used[place] {
                    understood.push((place, "blurred background"));
                }
                used[place] = true;
            }
        }
    }
    let colours = read_colours(&words, &mut used);
    if has_picture {
        recolour(
            &mut plan,
            &words,
            &changes,
            &colours,
            has_hole,
            &mut understood,
            &mut used,
        );
        // To replace begins with taking away.
        let replaced = has_hole && !changes.is_empty() && plan.edits.is_empty();
        if has_hole && (removes || replaced || !plan.subjects.is_empty()) {
            plan.edits.push(Edit::Remove);
            if !removes && replaced {
                understood.push((changes[0], "remove"));
            }
        }
    } else {
        for (place, colour) in &colours {
            push_new(&mut plan.colours, colour);
            understood.push((*place, colour.name[0]));
        }
        plan.patches = patches(&words, &colours);
    }
    understood.sort_by_key(|(place, _)| *place);
    for (_, name) in understood {
        if !plan.understood.iter().any(|known| known == name) {
            plan.understood.push(name.to_owned());
        }
    }
    plan.not_understood = left_over(&words, &used);
    plan
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
        let little = LITTLE.contains(&folded.as_str()) || folded.chars().all(|c| c.is_ascii_digit());
        let negated = negation_reach > 0;
        if NEGATIONS.contains(&folded.as_str()) {
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
            .flat_map(|entry| entry.phrases.iter().map(move |phrase| (entry, *phrase)))
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

/// Whether a word is this root with nothing but an inflection after it.
fn inflects(word: &str, root: &str) -> bool {
    if let Some(whole) = root.strip_suffix('!') {
        return word
            .strip_prefix(whole)
            .is_some_and(|end| ["", "s", "x", "es"].contains(&end));
    }
    word.strip_prefix(root).is_some_and(|end| ENDINGS.contains(&end))
}

/// Every colour named, with its place; the longest name wins ("dark blue" before "blue").
fn read_colours(words: &[Word], used: &mut [bool]) -> Vec<(usize, &'static Colour)> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < words.len() {
        let best = COLOURS
            .iter()
            .flat_map(|colour| colour.name.iter().map(move |name| (colour, fold(name))))
            .filter_map(|(colour, name)| {
                let roots: Vec<&str> = name.split(' ').collect();
                let fits = roots.iter().enumerate().all(|(step, root)| {
                    words
                        .get(place + step)
                        .is_some_and(|word| is_colour_form(&word.folded, root))
                });
                fits.then_some((colour, roots.len()))
            })
            .max_by_key(|(_, length)| *length);
        match best {
            Some((colour, length)) if !used[place] => {
                found.push((place, colour));
                used[place..place + length].fill(true);
                place += length;
            }
            _ => place += 1,
        }
    }
    found
}

/// A colour's name, feminine or plural too.
fn is_colour_form(word: &str, name: &str) -> bool {
    let irregular = matches!((word, name), ("blanche" | "blanches", "blanc") | ("gray", "grey"));
    irregular
        || word
            .strip_prefix(name)
            .is_some_and(|end| ["", "s", "e", "es", "te", "tes"].contains(&end))
}

/// Colours after a verb of change in the same sentence: one for what is in the hole, two for an exchange.
fn recolour(
    plan: &mut Plan,
    words: &[Word],
    changes: &[usize],
    colours: &[(usize, &'static Colour)],
    has_hole: bool,
    understood: &mut Vec<(usize, &'static str)>,
    used: &mut [bool],
) {
    for verb in changes {
        let after: Vec<(usize, &'static Colour)> = colours
            .iter()
            .copied()
            .filter(|(place, _)| place > verb && words[*place].sentence == words[*verb].sentence)
            .collect();
        match after.as_slice() {
            [(place, colour), ..] if has_hole => {
                // The last one is what it becomes: "replace the red bag by a blue one".
                let (place, colour) = after.last().copied().unwrap_or((*place, colour));
                plan.edits.push(Edit::Recolour(colour));
                understood.push((place, colour.name[0]));
            }
            [(from_place, from), (to_place, to), ..] => {
                plan.edits.push(Edit::Exchange(from, to));
                understood.push((*from_place, from.name[0]));
                understood.push((*to_place, to.name[0]));
            }
            _ => {}
        }
    }
    // Colours that only describe are neither done nor a failure: they stay as they are in the picture.
    for (place, _) in colours {
        used[*place] = true;
    }
}

/// Patches as the demo's own captions word them: "orange region in the centre".
fn patches(words: &[Word], colours: &[(usize, &'static Colour)]) -> Vec<Patch> {
    let mut patches = Vec::new();
    for (place, colour) in colours {
        let length = colour
            .name
            .iter()
            .map(|name| name.split(' ').count())
            .max()
            .unwrap_or(1);
        let near = |from: usize, wanted: &[&str]| {
            words[from.min(words.len())..(from + length + 2).min(words.len())]
                .iter()
                .position(|word| wanted.contains(&word.folded.as_str()))
                .map(|step| from + step)
        };
        let Some(region) = near(*place, &["region", "zone", "area"]) else {
            continue;
        };
        let sentence = words[*place].sentence;
        let said: Vec<&str> = words[region..]
            .iter()
            .take(6)
            .filter(|word| word.sentence == sentence)
            .map(|word| word.folded.as_str())
            .collect();
        if let Some(place) = place_named(&said) {
            patches.push(Patch { colour, place });
        }
    }
    patches
}

fn place_named(said: &[&str]) -> Option<Place> {
    let says = |names: &[&str]| said.iter().any(|word| names.contains(word));
    let down = if says(&["upper", "top", "haut"]) {
        Some(0.22)
    } else if says(&["lower", "bottom", "bas"]) {
        Some(0.78)
    } else {
        None
    };
    let across = if says(&["left", "gauche"]) {
        Some(0.25)
    } else if says(&["right", "droite"]) {
        Some(0.75)
    } else {
        None
    };
    let middle = says(&["centre", "center", "middle", "milieu"]);
    (down.is_some() || across.is_some() || middle).then_some((across.unwrap_or(0.5), down.unwrap_or(0.5)))
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
mod tests {
    use super::*;
    use crate::server::demo::plan::{Mood, Style, Subject};

    #[test]
    fn styles_and_light_are_found_in_both_languages_inflected_or_not() {
        let cases: &[(&str, &[Style], &[Mood])] = &[
            (
                "as a Japanese woodblock print, at dusk",
                &[Style::Woodblock],
                &[Mood::Dusk],
            ),
            ("Woodblock prints", &[Style::Woodblock], &[]),
            (
                "en estampe japonaise, au crépuscule",
                &[Style::Woodblock],
                &[Mood::Dusk],
            ),
            (
                "Des estampes japonaises sous la neige",
                &[Style::Woodblock],
                &[Mood::Snow],
            ),
            ("une scène crépusculaire", &[], &[Mood::Dusk]),
            ("à l’aquarelle", &[Style::Watercolour], &[]),
            ("façon aquarelliste", &[Style::Watercolour], &[]),
            ("watercoloured, in watercolor", &[Style::Watercolour], &[]),
            ("en peinture à l’huile", &[Style::Oil], &[]),
            ("peint à l'huile, de nuit", &[Style::Oil], &[Mood::Night]),
            ("an oil painting of it", &[Style::Oil], &[]),
            ("en dessin à l’encre", &[Style::Ink], &[]),
            ("ENCRE DE CHINE", &[Style::Ink], &[]),
            ("au crayon", &[Style::Pencil], &[]),
            ("crayonné", &[Style::Pencil], &[]),
            ("sketched in pencil", &[Style::Pencil], &[]),
            ("enneigée", &[], &[Mood::Snow]),
            ("a snowy night", &[], &[Mood::Snow, Mood::Night]),
            ("au coucher du soleil", &[], &[Mood::Dusk]),
            ("un paysage nocturne pluvieux", &[], &[Mood::Night, Mood::Rain]),
            ("en noir et blanc", &[], &[Mood::BlackAndWhite]),
        ];
        for (prompt, styles, moods) in cases {
            let plan = read(prompt, true, false);
            assert_eq!(
                (plan.styles.as_slice(), plan.moods.as_slice()),
                (*styles, *moods),
                "{prompt}"
            );
        }
    }

    #[test]
    fn words_that_only_look_alike_are_not_taken() {
        for prompt in [
            "a pink drink",
            "she thinks",
            "marmots",
            "merci",
            "the sum",
            "boiling",
            "snowboarding",
        ] {
            let plan = read(prompt, true, true);
            assert_eq!(plan.understood, Vec::<String>::new(), "{prompt}");
        }
    }

    #[test]
    fn what_is_not_wanted_is_not_painted() {
        assert_eq!(read("at night, without snow", true, false).moods, [Mood::Night]);
        assert_eq!(read("de nuit, sans la neige", true, false).moods, [Mood::Night]);
    }

    #[test]
    fn the_rest_is_told() {
        let plan = read("as a woodblock print at dusk, holding a book", true, false);
        assert_eq!(plan.understood, ["woodblock", "dusk"]);
        assert_eq!(plan.not_understood, ["holding", "book"]);
        let plan = read("Remplacez le téléphone par un livre", true, true);
        assert_eq!(plan.edits, [Edit::Remove]);
        assert_eq!(plan.not_understood, ["téléphone", "livre"]);
    }

    #[test]
    fn removing_needs_a_hole() {
        for prompt in [
            "remove the cup",
            "Retirez la tasse",
            "effacer",
            "supprimé",
            "removing it",
            "enlève ça",
        ] {
            assert_eq!(read(prompt, true, true).edits, [Edit::Remove], "{prompt}");
            assert_eq!(read(prompt, true, false).edits, [], "{prompt}");
        }
    }

    #[test]
    fn colours_after_a_verb_of_change_recolour() {
        let edits = |prompt: &str, hole| read(prompt, true, hole).edits;
        let blue = COLOURS.iter().find(|colour| colour.name[0] == "blue").expect("blue");
        let orange = COLOURS
            .iter()
            .find(|colour| colour.name[0] == "orange")
            .expect("orange");
        assert_eq!(edits("make it blue", true), [Edit::Recolour(blue)]);
        assert_eq!(
            edits("Remplacez l’orange par du bleu", false),
            [Edit::Exchange(orange, blue)]
        );
        assert_eq!(edits("a picture in blue", true), []);
    }

    #[test]
    fn a_caption_of_the_demo_is_read_back() {
        let plan = read(
            "a portrait picture in orange and dark blue, bright, with an orange region in the upper left",
            false,
            false,
        );
        assert_eq!(plan.patches.len(), 1);
        assert_eq!(plan.patches[0].colour.name[0], "orange");
        assert_eq!(plan.patches[0].place, (0.25, 0.22));
        assert_eq!(plan.not_understood, Vec::<String>::new());
    }

    #[test]
    fn subjects_are_for_pictures_from_words() {
        let plan = read("the sea and mountains under a moonlit sky", false, false);
        assert_eq!(plan.subjects, [Subject::Sea, Subject::Mountain, Subject::Sky]);
        assert_eq!(plan.moods, [Mood::Night]);
        assert_eq!(read("the sea", true, false).not_understood, ["sea"]);
    }
}
