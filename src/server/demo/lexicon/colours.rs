//! Colours in a prompt: which are named, and what is to become of them.

use super::{Reading, Word, fold};
use crate::server::demo::{
    look::{COLOURS, Colour},
    plan::{Edit, Patch, Place},
};

/// Every colour named, with its place; the longest name wins ("dark blue" before "blue").
pub(super) fn read(words: &[Word], used: &mut [bool]) -> Vec<(usize, &'static Colour)> {
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
pub(super) fn recolour(
    reading: &mut Reading<'_>,
    changes: &[usize],
    colours: &[(usize, &'static Colour)],
    has_hole: bool,
) {
    let words = reading.words;
    for verb in changes {
        let after: Vec<(usize, &'static Colour)> = colours
            .iter()
            .copied()
            .filter(|(place, _)| place > verb && words[*place].sentence == words[*verb].sentence)
            .collect();
        match after.as_slice() {
            // The last one is what it becomes: "replace the red bag by a blue one".
            [.., (place, colour)] if has_hole => {
                reading.plan.edits.push(Edit::Recolour(colour));
                reading.understood.push((*place, colour.name[0]));
            }
            [(from_place, from), (to_place, to), ..] => {
                reading.plan.edits.push(Edit::Exchange(from, to));
                reading.understood.push((*from_place, from.name[0]));
                reading.understood.push((*to_place, to.name[0]));
            }
            _ => {}
        }
    }
    // Colours that only describe are neither done nor a failure: they stay as they are in the picture.
    for (place, _) in colours {
        reading.used[*place] = true;
    }
}

/// What the demo calls a part of a picture.
const REGIONS: [&str; 3] = ["region", "zone", "area"];

/// Patches as the demo's own captions word them: "orange region in the centre".
pub(super) fn patches(words: &[Word], colours: &[(usize, &'static Colour)]) -> Vec<Patch> {
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
        // "orange region in the centre", "zone orange au centre".
        let before = place
            .checked_sub(1)
            .filter(|before| REGIONS.contains(&words[*before].folded.as_str()));
        let Some(region) = before.or_else(|| near(*place, &REGIONS)) else {
            continue;
        };
        let sentence = words[*place].sentence;
        let from = region.max(*place);
        let said: Vec<&str> = words[from..]
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
