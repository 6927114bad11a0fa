//! What becomes of each fact: the person's stance, else what wish and hole suggest.

use super::{
    Ingredients, Intent,
    caption::heads,
    lexicon::Role,
    wish::{Effect, Mention, Reading, has_role},
    words::{Key, Tongue, contains, is_content, keys, split, stems},
};
use crate::domain::{
    description::{Fact, FactKind, Stance, Stances},
    order::Way,
    source::Rect,
};

/// Which share of a fact's box must lie in the hole for the fact to be in it, in percent.
const IN_HOLE_PERCENT: u64 = 60;

/// A fact, read.
pub struct Read<'a> {
    /// The fact.
    pub fact: &'a Fact,
    /// Its words on one line.
    pub text: String,
    /// Its words without inflection.
    pub stems: Vec<String>,
    /// What it is about.
    pub heads: Vec<Key>,
    /// The other words that carry meaning.
    others: Vec<Key>,
    /// What becomes of it.
    pub stance: Stance,
    /// Whether the person said so.
    pub is_explicit: bool,
    /// Whether the wish speaks of it.
    pub is_named: bool,
}

/// Reads every fact and decides.
pub fn propose<'a>(ingredients: &Ingredients<'a>, wish: &Reading, times: &[Key]) -> Vec<Read<'a>> {
    let facts = ingredients
        .description
        .map_or(&[][..], |description| &description.facts);
    let mut read: Vec<Read<'a>> = facts.iter().map(read_fact).collect();
    let named: Vec<Option<Effect>> = (0..read.len()).map(|at| effect_on(&read, at, &wish.mentions)).collect();
    let scenery_changes = changes_scenery(ingredients.intent, wish);
    for (fact, effect) in read.iter_mut().zip(named) {
        fact.is_named = effect.is_some_and(|effect| effect != Effect::Keep);
        if let Some(stance) = ingredients.stances.get(&fact.fact.id) {
            fact.stance = *stance;
            fact.is_explicit = true;
            continue;
        }
        fact.stance = match effect {
            Some(Effect::Change) => Stance::Change,
            Some(Effect::Drop) => Stance::Drop,
            None if ingredients.way == Way::Repaint && is_in(fact.fact.bounds, ingredients.hole) => {
                in_hole(ingredients.intent, wish)
            }
            None if scenery_changes && fact.is_scenery() => Stance::Change,
            None if fact.contradicts(times) => Stance::Change,
            Some(Effect::Keep) | None => Stance::Keep,
        };
    }
    read
}

/// The stances as they are answered.
pub fn stances(facts: &[Read<'_>]) -> Stances {
    facts.iter().map(|read| (read.fact.id.clone(), read.stance)).collect()
}

/// Whether the wish asks for another background.
pub fn changes_scenery(intent: Option<Intent>, wish: &Reading) -> bool {
    let is_background = |key: &Key| matches!(key, Key::Known(entry) if entry.name == "background");
    intent == Some(Intent::Background)
        || wish
            .mentions
            .iter()
            .any(|mention| mention.effect != Effect::Keep && mention.keys().any(is_background))
}

impl Read<'_> {
    fn is_scenery(&self) -> bool {
        !matches!(self.fact.kind, FactKind::Person | FactKind::Text | FactKind::Colour)
            && self.heads.iter().any(|key| has_role(key, Role::Scenery))
    }

    /// Whether it is a time of day or a season other than the ones wished for.
    fn contradicts(&self, times: &[Key]) -> bool {
        self.fact.kind == FactKind::Tag && contradict(&self.heads, times)
    }
}

/// Whether keys name a time of day or a season and the wished times name another.
pub fn contradict(keys: &[Key], times: &[Key]) -> bool {
    [Role::Daytime, Role::Season].into_iter().any(|role| {
        let mut wished = times.iter().filter(|key| has_role(key, role)).peekable();
        wished.peek().is_some() && {
            let wished: Vec<&Key> = wished.collect();
            keys.iter().any(|key| has_role(key, role) && !wished.contains(&key))
        }
    })
}

fn read_fact(fact: &Fact) -> Read<'_> {
    let text = fact.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let tongue = Tongue::of_tag(&fact.lang);
    let heads = heads(&text, tongue);
    let others = split(&text)
        .iter()
        .filter(|word| is_content(&word.plain, tongue))
        .flat_map(|word| keys(&word.plain, tongue))
        .filter(|key| !heads.contains(key))
        .collect();
    Read {
        fact,
        stems: stems(&text),
        text,
        heads,
        others,
        stance: Stance::Keep,
        is_explicit: false,
        is_named: false,
    }
}

/// What the wish does to a fact: the strongest of what it says.
fn effect_on(facts: &[Read<'_>], at: usize, mentions: &[Mention]) -> Option<Effect> {
    mentions
        .iter()
        .filter(|mention| names(facts, at, mention))
        .map(|mention| mention.effect)
        .max()
}

fn names(facts: &[Read<'_>], at: usize, mention: &Mention) -> bool {
    let fact = &facts[at];
    if fact.fact.kind == FactKind::Colour && !mention.is_colour() {
        return false;
    }
    if fact.fact.kind == FactKind::Text {
        let is_writing = |key: &Key| matches!(key, Key::Known(entry) if entry.name == "text");
        return mention.keys().any(is_writing) || mention.keys().any(|key| fact.heads.contains(key));
    }
    if mention.keys().any(|key| fact.heads.contains(key)) {
        return !is_another(facts, at, mention);
    }
    let is_kind = |head: &Key| mention.keys().any(|key| head.is_kind_of(key));
    let is_general = |head: &Key| mention.keys().any(|key| key.is_kind_of(head));
    fact.heads.iter().any(is_kind) || (fact.heads.iter().any(is_general) && is_alone(facts, at))
}

/// `the red car` is not the blue car, if there is a red one.
fn is_another(facts: &[Read<'_>], at: usize, mention: &Mention) -> bool {
    let said = |fact: &Read<'_>| mention.keys().any(|key| fact.others.contains(key));
    let fact = &facts[at];
    !fact.others.is_empty()
        && !said(fact)
        && facts
            .iter()
            .any(|other| said(other) && other.heads.iter().any(|head| fact.heads.contains(head)))
}

/// Whether no other thing in the picture has the same name; `the woman` is the person only if there is one.
fn is_alone(facts: &[Read<'_>], at: usize) -> bool {
    let heads = &facts[at].heads;
    // A vendor may report a person among the objects and among the people.
    [FactKind::Object, FactKind::Person].into_iter().all(|kind| {
        let same = |other: &&Read<'_>| other.fact.kind == kind && other.heads.iter().any(|head| heads.contains(head));
        facts.iter().filter(same).count() <= 1
    })
}

fn in_hole(intent: Option<Intent>, wish: &Reading) -> Stance {
    if intent == Some(Intent::Remove) || (intent.is_none() && wish.removes) {
        Stance::Drop
    } else if intent == Some(Intent::Add) {
        Stance::Keep
    } else {
        Stance::Change
    }
}

fn is_in(bounds: Option<Rect>, hole: Option<Rect>) -> bool {
    let (Some(bounds), Some(hole)) = (bounds, hole) else {
        return false;
    };
    let overlap = |from: u32, length: u32, other_from: u32, other_length: u32| {
        let end = (u64::from(from) + u64::from(length)).min(u64::from(other_from) + u64::from(other_length));
        end.saturating_sub(u64::from(from.max(other_from)))
    };
    let common = u128::from(overlap(bounds.x, bounds.width, hole.x, hole.width))
        * u128::from(overlap(bounds.y, bounds.height, hole.y, hole.height));
    bounds.area() > 0 && common * 100 >= u128::from(bounds.area()) * u128::from(IN_HOLE_PERCENT)
}

/// Whether a text, as stems, says any of the dropped facts word for word.
pub fn says_dropped(text: &[String], facts: &[Read<'_>]) -> bool {
    facts
        .iter()
        .any(|read| read.stance == Stance::Drop && contains(text, &read.stems))
}
